//! Published repetition measures, and the rule that drops an article.
//!
//! In: a JSON Lines file (`text`; `id` where known). Out: a tab-separated line for every article:
//! its id, MassiveText's measures, FineWeb's measures, and for both sets the name of the failed
//! rule, or `-`. `cargo run --release --example measures -- FILE`

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write, stdout};

use reprint::measures::MeasureRules;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: measures FILE")?;
    let sets = [MeasureRules::gopher(), MeasureRules::fineweb()];
    let names = sets
        .iter()
        .flat_map(MeasureRules::iter)
        .map(|(m, _)| m.to_string());
    let mut out = stdout().lock();
    let names: Vec<String> = names.collect();
    writeln!(out, "id\t{}\tgopher\tfineweb", names.join("\t"))?;
    for (number, line) in BufReader::new(File::open(&path)?).lines().enumerate() {
        let article: serde_json::Value = serde_json::from_str(&line?)?;
        let text = article["text"]
            .as_str()
            .ok_or_else(|| format!("line {number}: no text"))?;
        write!(out, "{}", article["id"].as_str().unwrap_or("-"))?;
        let mut failures = Vec::new();
        for rules in &sets {
            let report = rules.check(text)?;
            for check in &report.checks {
                write!(out, "\t{}", check.value)?;
            }
            let failure = report
                .first_failure()
                .map(|check| check.measure.to_string());
            failures.push(failure.unwrap_or_else(|| "-".to_owned()));
        }
        writeln!(out, "\t{}", failures.join("\t"))?;
    }
    Ok(())
}
