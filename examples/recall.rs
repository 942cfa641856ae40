//! Recall on a corpus, judged by exact all-pairs Jaccard similarity.
//!
//! In: a JSON Lines file with the fields `id` and `text`, and thresholds. Out: for every threshold
//! the true pairs, the pairs found, and how many found pairs are wrong.
//!
//! ```text
//! cargo run --release --example recall -- articles.jsonl 0.5 0.8
//! ```
//!
//! The judge counts shared shingles through a list of articles for every shingle. It takes time and
//! memory by the square of the most common shingle: fit for some ten thousand articles.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

use reprint::shingle::{Shingler, Shingling};
use reprint::{Article, Detector, MemoryTexts, Mode};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("usage: recall FILE.jsonl [THRESHOLD...]")?;
    let mut thresholds = arguments
        .map(|t| t.parse())
        .collect::<Result<Vec<f64>, _>>()?;
    if thresholds.is_empty() {
        thresholds = vec![0.5, 0.8];
    }
    let articles = read(&path)?;
    let sets = shingle_sets(&articles)?;
    println!("{} articles of {path}", articles.len());
    let lowest = thresholds.iter().copied().fold(1.0, f64::min);
    let judged = all_pairs(&sets, lowest);
    for threshold in thresholds {
        let exact: HashSet<(u32, u32)> = judged
            .iter()
            .filter(|(_, jaccard)| *jaccard >= threshold)
            .map(|(pair, _)| *pair)
            .collect();
        let (found, suspended) = found_pairs(&articles, threshold)?;
        let right = found.intersection(&exact).count();
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        println!(
            "threshold {threshold}: {} pairs, {} found, recall {:.4}, precision {:.4}, \
             {suspended} articles in suspended buckets",
            exact.len(),
            found.len(),
            share(right, exact.len()),
            share(right, found.len()),
        );
    }
    Ok(())
}

fn read(path: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut articles = Vec::new();
    for line in BufReader::new(File::open(path)?).lines() {
        let line: serde_json::Value = serde_json::from_str(&line?)?;
        let field = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        articles.push((field("id"), field("text")));
    }
    Ok(articles)
}

fn shingle_sets(articles: &[(String, String)]) -> Result<Vec<HashSet<u64>>, Box<dyn Error>> {
    let shingler = Shingler::new(Shingling::default(), 0)?;
    let set = |(_, text): &(String, String)| Ok(shingler.shingles(text)?.into_iter().collect());
    articles.iter().map(set).collect()
}

/// All pairs at `threshold` or above, ascending numbers.
fn all_pairs(sets: &[HashSet<u64>], threshold: f64) -> Vec<((u32, u32), f64)> {
    let mut holders: HashMap<u64, Vec<u32>> = HashMap::new();
    let mut shared = vec![0u32; sets.len()];
    let mut pairs = Vec::new();
    for (number, set) in (0u32..).zip(sets) {
        let mut touched = Vec::new();
        for shingle in set {
            let holders = holders.entry(*shingle).or_default();
            for &other in &*holders {
                if shared[other as usize] == 0 {
                    touched.push(other);
                }
                shared[other as usize] += 1;
            }
            holders.push(number);
        }
        for other in touched {
            let both = std::mem::take(&mut shared[other as usize]) as usize;
            let jaccard = both as f64 / (set.len() + sets[other as usize].len() - both) as f64;
            if jaccard >= threshold {
                pairs.push(((other, number), jaccard));
            }
        }
    }
    pairs
}

type Found = (HashSet<(u32, u32)>, usize);

fn found_pairs(articles: &[(String, String)], threshold: f64) -> Result<Found, Box<dyn Error>> {
    let mut detector = Detector::builder()
        .mode(Mode::Jaccard {
            threshold,
            recall: 0.95,
        })
        .build()?;
    let mut texts = MemoryTexts::new();
    let mut numbers = HashMap::new();
    for (number, (key, text)) in (0u32..).zip(articles) {
        let id = detector.insert(&Article::new(key, text))?;
        texts.set(id, text.as_str());
        numbers.insert(id, number);
    }
    let pairs = detector.pairs(&texts);
    let suspended = pairs.candidates().suspended_articles;
    let in_order = |a: u32, b: u32| (a.min(b), a.max(b));
    let found = pairs
        .map(|pair| in_order(numbers[&pair.a], numbers[&pair.b]))
        .collect();
    Ok((found, suspended))
}
