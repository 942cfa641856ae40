//! Fits the constants of the phrase score on labelled articles.
//!
//! In: JSON Lines files (`text`; `label` 1 = repetitive; `kind` and `title` where known). Articles
//! without a label count as not repetitive, with a tenth of the weight. Out: the weight of each
//! measure of a family and the sum at which a score is one half, as `src/phrase/score.rs` holds
//! them; and what is left of them on kinds that were left out of the fit.
//!
//! ```text
//! cargo run --release --example phrase_fit -- LABELLED.jsonl [MORE.jsonl ...]
//! ```
//!
//! # Method
//!
//! Logistic regression on the most telling family of each article, by gradient descent on the
//! logistic loss with a small quadratic penalty. Each kind of repetitive article weighs the same,
//! and so do all repetitive ones together and all others together. Weights are held at or above
//! zero: no measure may speak for an honest article. Which family is the most telling one follows
//! from the weights, so that both are found by turns.
//!
//! Leave-one-kind-out: fitted without one kind of repetitive articles and without every second one
//! of the others, judged on that kind and on the others left out.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

use reprint::phrase::{PhraseDetector, PhraseScratch, PhraseSettings};

/// Rounds of choosing the most telling families and fitting weights to them.
const ROUNDS: usize = 6;
/// Steps of gradient descent in a round.
const STEPS: usize = 3000;
/// The penalty on squared weights, of measures scaled to a deviation of one.
const PENALTY: f64 = 1e-3;
/// The weight of an article without a label.
const UNLABELLED: f64 = 0.1;
/// Sentences of a family that its measures are fitted for; others are judged as passages.
const SENTENCES: usize = 3;

/// What the fit sees of one article.
struct Labelled {
    kind: String,
    is_repetitive: bool,
    weight: f64,
    /// The measures of each family.
    families: Vec<Vec<f64>>,
    /// The score that the library gives now.
    score_now: f64,
    /// Share of words in passages that stood before, and in prose.
    repeated: f64,
    prose: f64,
}

/// A linear model of the measures.
#[derive(Clone)]
struct Model {
    weights: Vec<f64>,
    middle: f64,
}

impl Model {
    fn sum(&self, measures: &[f64]) -> f64 {
        let terms = self.weights.iter().zip(measures);
        terms.map(|(weight, value)| weight * value).sum::<f64>() - self.middle
    }

    fn most_telling<'a>(&self, article: &'a Labelled) -> Option<&'a Vec<f64>> {
        let families = article.families.iter();
        families.max_by(|a, b| self.sum(a).total_cmp(&self.sum(b)))
    }

    /// The score of an article, as the library joins its parts.
    fn score(&self, article: &Labelled) -> f64 {
        let telling = self.most_telling(article);
        let telling = telling.map_or(0.0, |measures| logistic(self.sum(measures)));
        let repeated = logistic(40.0 * (article.repeated - 0.1));
        telling.max(repeated) * ((article.prose - 0.3) / 0.5).clamp(0.0, 1.0)
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    if paths.is_empty() {
        return Err("usage: phrase_fit LABELLED.jsonl [MORE.jsonl ...]".into());
    }
    let mut names = Vec::new();
    let mut articles = Vec::new();
    for path in &paths {
        read(path, &mut names, &mut articles)?;
    }
    let all: Vec<&Labelled> = articles.iter().collect();
    let model = fit(&all, names.len());
    println!("measure weight");
    for (name, weight) in names.iter().zip(&model.weights) {
        println!("{name} {weight:.2}");
    }
    println!("middle {:.2}", model.middle);
    // Articles that shaped the fit.
    let judged = |scores: &dyn Fn(&Labelled) -> f64| {
        let of = |wanted: bool| -> Vec<f64> {
            let wanted = all.iter().filter(|a| a.is_repetitive == wanted);
            wanted
                .filter(|a| a.weight == 1.0)
                .map(|a| scores(a))
                .collect()
        };
        figures(&of(true), &of(false))
    };
    println!("as it is: {}", judged(&|article| article.score_now));
    println!("fitted on all: {}", judged(&|article| model.score(article)));
    leave_one_kind_out(&articles, names.len());
    Ok(())
}

fn read(
    path: &str,
    names: &mut Vec<String>,
    articles: &mut Vec<Labelled>,
) -> Result<(), Box<dyn Error>> {
    let mut settings = PhraseSettings::default();
    settings.max_families = 50;
    let detector = PhraseDetector::new(settings)?;
    let mut scratch = PhraseScratch::default();
    for (number, line) in BufReader::new(File::open(path)?).lines().enumerate() {
        let article: serde_json::Value = serde_json::from_str(&line?)?;
        let text = article["text"].as_str();
        let text = text.ok_or_else(|| format!("{path}, line {}: no text", number + 1))?;
        let found = detector.analyze_with(&mut scratch, text, article["title"].as_str())?;
        let label = article["label"].as_u64();
        let families = found.families.iter();
        let families = families.filter(|family| family.body_sentences >= SENTENCES);
        let signal = |name: &str| {
            let signal = found.signals.iter().find(|signal| signal.name == name);
            signal.map_or(0.0, |signal| signal.value)
        };
        if let (true, Some(family)) = (names.is_empty(), found.families.first()) {
            names.extend(
                family
                    .signals
                    .iter()
                    .map(|signal| signal.name.clone().into_owned()),
            );
        }
        articles.push(Labelled {
            kind: article["kind"].as_str().unwrap_or("-").to_owned(),
            is_repetitive: label == Some(1),
            weight: if label.is_some() { 1.0 } else { UNLABELLED },
            families: families
                .map(|family| family.signals.iter().map(|signal| signal.value).collect())
                .collect(),
            score_now: found.score,
            repeated: signal("repeated_passages"),
            prose: signal("prose"),
        });
    }
    Ok(())
}

/// Weights and middle for some articles.
fn fit(articles: &[&Labelled], measures: usize) -> Model {
    let mut model = Model {
        weights: vec![1.0; measures],
        middle: 10.0,
    };
    // Each kind weighs the same among the repetitive ones.
    let mut of_kind: BTreeMap<&str, f64> = BTreeMap::new();
    for article in articles.iter().filter(|article| article.is_repetitive) {
        *of_kind.entry(&article.kind).or_default() += article.weight;
    }
    let others: f64 = articles
        .iter()
        .filter(|a| !a.is_repetitive)
        .map(|a| a.weight)
        .sum();
    let kinds = of_kind.len().max(1) as f64;
    for _ in 0..ROUNDS {
        let mut rows: Vec<(&[f64], f64, f64)> = Vec::new();
        for article in articles {
            let Some(measures) = model.most_telling(article) else {
                continue;
            };
            let share = if article.is_repetitive {
                article.weight / of_kind[article.kind.as_str()] / kinds
            } else {
                article.weight / others
            };
            rows.push((measures, f64::from(u8::from(article.is_repetitive)), share));
        }
        model = descend(&rows, measures);
    }
    model
}

/// Minimizes the loss over rows of measures, label and weight, by Nesterov's accelerated gradient
/// on measures of deviation one; weights stay at or above zero.
fn descend(rows: &[(&[f64], f64, f64)], measures: usize) -> Model {
    let total: f64 = rows.iter().map(|row| row.2).sum();
    let mean = |at: usize| rows.iter().map(|row| row.0[at] * row.2).sum::<f64>() / total;
    let means: Vec<f64> = (0..measures).map(mean).collect();
    let deviation = |at: usize| {
        let squares = rows
            .iter()
            .map(|row| (row.0[at] - means[at]).powi(2) * row.2);
        (squares.sum::<f64>() / total).sqrt().max(1e-9)
    };
    let deviations: Vec<f64> = (0..measures).map(deviation).collect();
    let scaled: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| {
            (0..measures)
                .map(|at| (row.0[at] - means[at]) / deviations[at])
                .collect()
        })
        .collect();
    let mut at = vec![0.0; measures + 1];
    let mut before = at.clone();
    let step = 4.0 / (measures as f64 + 1.0);
    for round in 1..=STEPS {
        let momentum = (round as f64 - 1.0) / (round as f64 + 2.0);
        let ahead: Vec<f64> = at
            .iter()
            .zip(&before)
            .map(|(a, b)| a + momentum * (a - b))
            .collect();
        let mut gradient = vec![0.0; measures + 1];
        for (row, &(_, label, weight)) in scaled.iter().zip(rows) {
            let sum: f64 =
                row.iter().zip(&ahead).map(|(x, w)| x * w).sum::<f64>() + ahead[measures];
            let error = (logistic(sum) - label) * weight / total;
            for (gradient, x) in gradient.iter_mut().zip(row) {
                *gradient += error * x;
            }
            gradient[measures] += error;
        }
        before = at;
        at = ahead;
        for (place, weight) in at.iter_mut().enumerate() {
            let penalty = if place < measures {
                PENALTY * *weight
            } else {
                0.0
            };
            *weight -= step * (gradient[place] + penalty);
            if place < measures {
                *weight = weight.max(0.0);
            }
        }
    }
    let weights: Vec<f64> = (0..measures).map(|m| at[m] / deviations[m]).collect();
    let shift: f64 = weights
        .iter()
        .zip(&means)
        .map(|(weight, mean)| weight * mean)
        .sum();
    Model {
        middle: shift - at[measures],
        weights,
    }
}

/// Judges each kind of repetitive articles by a fit without it, and the others by halves.
fn leave_one_kind_out(articles: &[Labelled], measures: usize) {
    let mut kinds: Vec<&str> = articles
        .iter()
        .filter(|article| article.is_repetitive)
        .map(|article| article.kind.as_str())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    println!("kind left out: articles, above 1% and above .1% of the others left out");
    let [mut all_percent, mut all_permille, mut all] = [0; 3];
    for kind in kinds {
        let [mut percent, mut permille, mut count] = [0; 3];
        for half in 0..2 {
            let held_out = |at: usize, article: &Labelled| {
                if article.is_repetitive {
                    article.kind == kind
                } else {
                    at % 2 == half
                }
            };
            let numbered = || articles.iter().enumerate();
            let fitted: Vec<&Labelled> = numbered()
                .filter(|&(at, article)| !held_out(at, article))
                .map(|(_, article)| article)
                .collect();
            let model = fit(&fitted, measures);
            let scores = |wanted: bool| -> Vec<f64> {
                numbered()
                    .filter(|&(at, a)| held_out(at, a) && a.is_repetitive == wanted)
                    .filter(|(_, article)| article.weight == 1.0)
                    .map(|(_, article)| model.score(article))
                    .collect()
            };
            let [found, others] = [scores(true), scores(false)];
            let above = |share: f64| {
                let least = threshold(&others, share);
                found.iter().filter(|&&score| score > least).count()
            };
            percent += above(0.01);
            permille += above(0.001);
            count += found.len();
        }
        println!("{kind}: {count} {percent} {permille}");
        all_percent += percent;
        all_permille += permille;
        all += count;
    }
    let share = |part: usize| part as f64 / all.max(1) as f64;
    println!(
        "left out: recall {:.3} at 1%, {:.3} at .1%",
        share(all_percent),
        share(all_permille)
    );
}

/// The lowest threshold above which at most this share of some scores lies.
fn threshold(scores: &[f64], share: f64) -> f64 {
    let mut scores = scores.to_vec();
    scores.sort_by(f64::total_cmp);
    let above = (scores.len() as f64 * share) as usize;
    let at = scores.len().checked_sub(above + 1);
    at.map_or(0.0, |at| scores[at])
}

fn figures(positives: &[f64], negatives: &[f64]) -> String {
    let recall = |share: f64| {
        let least = threshold(negatives, share);
        let above = positives.iter().filter(|&&score| score > least).count();
        above as f64 / positives.len().max(1) as f64
    };
    format!(
        "recall {:.3} at 1%, {:.3} at .1%",
        recall(0.01),
        recall(0.001)
    )
}
