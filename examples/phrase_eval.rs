//! Measures the phrase detector on labelled articles.
//!
//! In: a JSON Lines file (`text`; `label` 1 = repetitive, `kind`, `title` where known). Out: AUC,
//! recall at 1% and .1% false positives, recall by kind, share of each kind flagged.
//! `cargo run --release --example phrase_eval -- FILE [--dump]`; `--dump` prints, for
//! each article instead: id, label, kind, score and signals, then each family's score, signals and
//! phrase.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use reprint::phrase::{
    PhraseDetector, PhraseFamily, PhraseScratch, PhraseSettings, Signal, Verdict,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: phrase_eval FILE [--dump]")?;
    let dump = args.next().is_some_and(|arg| arg == "--dump");
    let detector = PhraseDetector::new(PhraseSettings::default())?;
    let mut scratch = PhraseScratch::default();
    let mut articles = Vec::new();
    let mut seconds = 0.0;
    let mut bytes = 0;
    for (number, line) in BufReader::new(File::open(&path)?).lines().enumerate() {
        let article: serde_json::Value = serde_json::from_str(&line?)?;
        let text = article["text"]
            .as_str()
            .ok_or_else(|| format!("line {number}: no text"))?;
        let started = Instant::now();
        let found = detector.analyze_with(&mut scratch, text, article["title"].as_str())?;
        seconds += started.elapsed().as_secs_f64();
        bytes += text.len();
        let label = article["label"].as_u64() == Some(1);
        let kind = article["kind"].as_str().unwrap_or("-").to_owned();
        if dump {
            let (id, label) = (&article["id"], u8::from(label));
            let score = found.score;
            println!(
                "{id}\t{label}\t{kind}\t{score:.4}\t{}",
                signals(&found.signals)
            );
            for family in &found.families {
                let PhraseFamily {
                    score, canonical, ..
                } = family;
                println!("\t{score:.4}\t{}\t{canonical}", signals(&family.signals));
            }
        }
        articles.push((label, kind, found.score, found.verdict));
    }
    if !dump {
        let speed = bytes as f64 / seconds / 1e6;
        println!("{} articles, {speed:.0} MB/s", articles.len());
        report(&articles);
    }
    Ok(())
}

fn signals(signals: &[Signal]) -> String {
    let signals = signals.iter().map(|s| format!("{}={:.3}", s.name, s.value));
    signals.collect::<Vec<_>>().join(" ")
}

fn report(articles: &[(bool, String, f64, Verdict)]) {
    let scores = |wanted: bool| {
        let mut scores: Vec<f64> = articles
            .iter()
            .filter(|a| a.0 == wanted)
            .map(|a| a.2)
            .collect();
        scores.sort_by(f64::total_cmp);
        scores
    };
    let (positives, negatives) = (scores(true), scores(false));
    // The lowest threshold above which at most the given share of the negatives lies.
    let threshold = |share: f64| {
        let above = (negatives.len() as f64 * share) as usize;
        negatives
            .len()
            .checked_sub(above + 1)
            .map_or(0.0, |at| negatives[at])
    };
    let [at_1, at_01] = [threshold(0.01), threshold(0.001)];
    if !positives.is_empty() {
        let wins: f64 = positives
            .iter()
            .map(|&score| {
                let below = negatives.partition_point(|&negative| negative < score);
                let equal = negatives.partition_point(|&negative| negative <= score) - below;
                below as f64 + equal as f64 / 2.0
            })
            .sum();
        println!(
            "AUC {:.4}",
            wins / (positives.len() * negatives.len()) as f64
        );
        let recall = |at: f64| {
            positives.iter().filter(|&&score| score > at).count() as f64 / positives.len() as f64
        };
        println!(
            "recall {:.3} at 1% false positives (threshold {at_1:.3})",
            recall(at_1)
        );
        println!(
            "recall {:.3} at .1% false positives (threshold {at_01:.3})",
            recall(at_01)
        );
    }
    let mut kinds: BTreeMap<(bool, &str), [usize; 6]> = BTreeMap::new();
    for (label, kind, score, verdict) in articles {
        let counts = kinds.entry((*label, kind)).or_default();
        counts[0] += 1;
        counts[1] += usize::from(*score > at_1);
        counts[2] += usize::from(*score > at_01);
        counts[3] += usize::from(*verdict == Verdict::Repetitive);
        counts[4] += usize::from(*verdict == Verdict::Suspicious);
        counts[5] += usize::from(*verdict == Verdict::NotProse);
    }
    println!("label kind articles above_1% above_.1% repetitive suspicious not_prose");
    for ((label, kind), counts) in kinds {
        println!("{} {kind} {counts:?}", u8::from(label));
    }
}
