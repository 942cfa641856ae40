//! Measures reprint beside other near-duplicate crates: in one process, on one thread and one
//! corpus, in turns.
//!
//! In: a JSON Lines file with `text` fields, or nothing for generated articles with copies of
//! known similarity. Out: two tables in Markdown, from text to signature and from corpus to pairs.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- [FILE.jsonl] [ROUNDS]
//! ```
//!
//! `benches/README.md`, "Beside other crates", says what every contender was given and whom that
//! favours.

mod corpus;
mod judge;
mod pairs;
mod rounds;
mod shingles;
mod signatures;
mod signers;

use std::error::Error;

use corpus::Corpus;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rounds = 3;
    let mut corpus = None;
    for argument in std::env::args().skip(1) {
        match argument.parse() {
            Ok(0) => return Err("at least one round".into()),
            Ok(number) => rounds = number,
            Err(_) => corpus = Some(Corpus::read(&argument)?),
        }
    }
    let corpus = corpus.unwrap_or_else(Corpus::generate);
    println!(
        "{}: {} articles, {:.1} MB ({} without a word left out)\n",
        corpus.name,
        corpus.texts.len(),
        corpus.bytes() as f64 / 1e6,
        corpus.left_out,
    );
    // A pass over a part of the corpus is short; more of them cost little.
    signatures::table(&corpus, 3 * rounds);
    pairs::table(&corpus, rounds);
    Ok(())
}
