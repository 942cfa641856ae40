//! Compares two articles: `cargo run --example compare -- FILE FILE`.
//!
//! In: two text files. Out: their similarity, and the shared passages, the longest first.

use std::error::Error;
use std::fs;

use reprint::Detector;

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [a, b] = paths.as_slice() else {
        return Err("usage: compare FILE FILE".into());
    };
    let (text_a, text_b) = (fs::read_to_string(a)?, fs::read_to_string(b)?);
    let found = Detector::new().compare(&text_a, &text_b)?;

    let overlap = found.overlap;
    println!("Jaccard similarity {:.3}", overlap.jaccard());
    println!("{:3.0}% of {a} stands in {b}", 100.0 * overlap.a_in_b());
    println!("{:3.0}% of {b} stands in {a}", 100.0 * overlap.b_in_a());
    for passage in &found.passages {
        let quoted = text_a[passage.a.range()].escape_debug();
        println!(
            "\n{} words at byte {} and {}:\n{quoted}",
            passage.words, passage.a.start, passage.b.start
        );
    }
    Ok(())
}
