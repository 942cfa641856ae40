//! Fits the constants of the verdict on judged pairs, and says how well they do where they were not
//! fitted.
//!
//! In: JSON Lines files `NAME.docs.jsonl` of articles with the fields `id` and `text`,
//! each with a `NAME.pairs.jsonl` of pairs beside it: `a`, `b`, `label`, and where known `recycled`
//! (1 or 0), `set` (their source), `reason`. Out: by source, precision, recall and F1 of today's
//! constants, and of constants fitted on all sources but that one; the constants fitted on all.
//!
//! ```text
//! cargo run --release --example fit -- judged.docs.jsonl other.docs.jsonl
//! ```
//!
//! `--alone` compares each pair without the statistics of its file. `--errors` lists the pairs that
//! are judged wrong. `--today` fits nothing.
//!
//! The search moves one constant or two at a time, over a grid of values, as long as the objective
//! grows: the F1 of all pairs, of which no source counts for more than [`CAP`]. A pair near the line
//! counts in part, by the logistic function of its margin, so that constants with room on both sides
//! win. A step must win [`WIN`], so that a constant moves for a reason. The intervals are Wilson's (1927), of 95%.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use reprint::relation::{Criteria, Evidence, Relation, Rules};
use reprint::{Article, Detector, MemoryTexts, Mode};
use serde_json::Value;

/// Pairs that a source counts for at most. Of synthetic pairs there may be any number.
const CAP: f64 = 100.0;

/// The least gain in the objective for which a constant is moved: a pair in two thousand.
const WIN: f64 = 0.0005;

/// How fast a pair counts in full away from the line: at a margin of .2, three quarters.
const STEEP: f64 = 6.0;

/// Sources of fewer pairs are also reported together.
const SMALL: usize = 15;

/// The constants of a verdict.
#[derive(Clone, Copy)]
struct Constants {
    criteria: Criteria,
    rules: Rules,
}

/// A constant, by its name, with the values that are tried.
struct Dial {
    name: &'static str,
    values: &'static [f64],
    of: fn(&mut Constants) -> &mut f64,
}

const DIALS: [Dial; 8] = [
    Dial {
        name: "Criteria::coverage",
        values: &[0.45, 0.5, 0.55, 0.6, 0.65, 0.7],
        of: |constants| &mut constants.criteria.coverage,
    },
    Dial {
        name: "Criteria::conflicts",
        values: &[1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0],
        of: |constants| &mut constants.criteria.conflicts,
    },
    Dial {
        name: "Criteria::number_conflicts",
        values: &[0.2, 0.25, 0.3, 0.35, 0.4, 0.5],
        of: |constants| &mut constants.criteria.number_conflicts,
    },
    Dial {
        name: "Rules::allowance_without_lead",
        values: &[0.4, 0.5, 0.6, 0.7, 0.85, 1.0],
        of: |constants| &mut constants.rules.allowance_without_lead,
    },
    Dial {
        name: "Rules::lead",
        values: &[0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5],
        of: |constants| &mut constants.rules.lead,
    },
    Dial {
        name: "Rules::recurring",
        values: &[0.0, 0.5, 1.0, 1.5, 2.0, 3.0],
        of: |constants| &mut constants.rules.recurring,
    },
    Dial {
        name: "Rules::conflicts_of_notice",
        values: &[0.3, 0.4, 0.5, 0.6, 0.8, 1.0],
        of: |constants| &mut constants.rules.conflicts_of_notice,
    },
    Dial {
        name: "Rules::words_of_a_number",
        values: &[100.0, 150.0, 200.0, 300.0, 400.0, f64::INFINITY],
        of: |constants| &mut constants.rules.words_of_a_number,
    },
];

/// A judged pair.
struct Judged {
    source: String,
    label: String,
    is_recycled: bool,
    /// The label says only that some text was copied, so that reuse of a part is a right answer.
    of_any_part: bool,
    evidence: Evidence,
    about: String,
}

impl Judged {
    /// How clear it is that the pair is found, -1 to 1; 0 or more if it is.
    fn margin(&self, constants: &Constants) -> f64 {
        let Constants { criteria, rules } = constants;
        match self.evidence.relation(criteria, rules) {
            Relation::Unrelated if self.of_any_part => -1.0,
            _ if self.of_any_part => 1.0,
            _ => self.evidence.margin(criteria, rules),
        }
    }

    fn is_found(&self, relation: Relation) -> bool {
        relation.is_recycled() || self.of_any_part && relation != Relation::Unrelated
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, paths): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    if paths.is_empty() {
        return Err("usage: fit [--alone] [--errors] [--today] NAME.docs.jsonl...".into());
    }
    let mut judged = Vec::new();
    for path in &paths {
        read(path, !has("--alone"), &mut judged)?;
    }
    let today = Constants {
        criteria: Criteria::default(),
        rules: Rules::default(),
    };
    println!("== today's constants");
    let verdicts = verdicts(&judged, &|_| today);
    report(&judged, &verdicts);
    rank(&judged, &|_| today);
    if has("--today") {
        if has("--errors") {
            errors(&judged, &verdicts);
        }
    } else {
        let out = leave_one_source_out(&judged, today);
        if has("--errors") {
            errors(&judged, &out);
        }
    }
    Ok(())
}

fn leave_one_source_out(judged: &[Judged], today: Constants) -> Vec<Relation> {
    let mut fitted: HashMap<&str, Constants> = HashMap::new();
    let start = first();
    for pair in judged {
        fitted.entry(&pair.source).or_insert_with(|| {
            let others = judged.iter().filter(|other| other.source != pair.source);
            fit(&others.collect::<Vec<_>>(), start)
        });
    }
    println!("== each source by constants that were fitted on the others");
    let out = verdicts(judged, &|source| fitted[source]);
    report(judged, &out);
    rank(judged, &|source| fitted[source]);
    let all = fit(&judged.iter().collect::<Vec<_>>(), start);
    println!("== constants fitted on all, and the least and greatest with a source left out");
    for dial in &DIALS {
        let value = |constants: &Constants| *(dial.of)(&mut constants.clone());
        let each: Vec<f64> = fitted.values().map(value).collect();
        let least = each.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = each.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (name, found) = (dial.name, value(&all));
        println!(
            "  {name:30} {found:6}  ({least} to {greatest}; today {})",
            value(&today)
        );
    }
    out
}

/// Where each search starts: the constants of the first version, set by hand on one news wire, with
/// all evidence that came later left out. Today's would tell of the source that is left out.
fn first() -> Constants {
    let mut constants = Constants {
        criteria: Criteria::default(),
        rules: Rules::default(),
    };
    let values = [0.55, 2.5, 0.3, 1.0, 0.35, 0.0, 1.0, f64::INFINITY];
    for (dial, value) in DIALS.iter().zip(values) {
        *(dial.of)(&mut constants) = value;
    }
    constants
}

/// The constants that tell the copies among these pairs best.
fn fit(pairs: &[&Judged], from: Constants) -> Constants {
    let mut counts: HashMap<&str, f64> = HashMap::new();
    for pair in pairs {
        *counts.entry(&pair.source).or_default() += 1.0;
    }
    let objective = |constants: &Constants| {
        let [mut both, mut found, mut there] = [0.0; 3];
        for pair in pairs {
            let weight = (CAP / counts[&*pair.source]).min(1.0);
            let share = 1.0 / (1.0 + (-STEEP * pair.margin(constants)).exp());
            found += weight * share;
            if pair.is_recycled {
                both += weight * share;
                there += weight;
            }
        }
        2.0 * both / (found + there)
    };
    let mut best = (objective(&from), from);
    loop {
        let before = best.0;
        for (at, one) in DIALS.iter().enumerate() {
            for other in &DIALS[at..] {
                for &value in one.values {
                    for &with in other.values {
                        let mut tried = best.1;
                        *(other.of)(&mut tried) = with;
                        *(one.of)(&mut tried) = value;
                        let gained = objective(&tried);
                        if gained > best.0 + WIN {
                            best = (gained, tried);
                        }
                    }
                }
            }
        }
        if best.0 <= before {
            return best.1;
        }
    }
}

fn verdict(evidence: &Evidence, constants: &Constants) -> Relation {
    evidence.relation(&constants.criteria, &constants.rules)
}

fn verdicts(judged: &[Judged], constants: &dyn Fn(&str) -> Constants) -> Vec<Relation> {
    let verdict = |pair: &Judged| verdict(&pair.evidence, &constants(&pair.source));
    judged.iter().map(verdict).collect()
}

/// How many pairs are judged right and wrong.
#[derive(Clone, Copy, Default)]
struct Counts {
    right: usize,
    wrong: usize,
    missed: usize,
    others: usize,
}

impl Counts {
    fn add(&mut self, pair: &Judged, relation: Relation) {
        *match (pair.is_recycled, pair.is_found(relation)) {
            (true, true) => &mut self.right,
            (false, true) => &mut self.wrong,
            (true, false) => &mut self.missed,
            (false, false) => &mut self.others,
        } += 1;
    }

    fn print(self, name: &str) {
        let Self {
            right,
            wrong,
            missed,
            others,
        } = self;
        let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
        let f1 = share(2 * right, 2 * right + wrong + missed);
        let interval = |part, of| {
            let (low, high) = wilson(part, of);
            format!("{:.3} ({low:.2}-{high:.2})", share(part, of))
        };
        println!(
            "  {name:22} {:4} pairs, wrong {wrong:3}, missed {missed:3}: P {} R {} F1 {f1:.3}",
            right + wrong + missed + others,
            interval(right, right + wrong),
            interval(right, right + missed),
        );
    }
}

/// The interval of a share, of 95% (Wilson 1927).
fn wilson(part: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (z2, n) = (1.96f64 * 1.96, of as f64);
    let share = part as f64 / n;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = (z2 * (share * (1.0 - share) + z2 / (4.0 * n)) / n).sqrt() / (1.0 + z2 / n);
    (middle - half, middle + half)
}

fn report(judged: &[Judged], verdicts: &[Relation]) {
    let mut by_source: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut by_label: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut all = Counts::default();
    for (pair, &relation) in judged.iter().zip(verdicts) {
        by_source
            .entry(&pair.source)
            .or_default()
            .add(pair, relation);
        *by_label.entry((&pair.label, relation.name())).or_default() += 1;
        all.add(pair, relation);
    }
    let size = |counts: &Counts| counts.right + counts.wrong + counts.missed + counts.others;
    let together = |name: &str, is: &dyn Fn(&str, &Counts) -> bool| {
        let mut sum = Counts::default();
        for (_, counts) in by_source
            .iter()
            .filter(|(source, counts)| is(source, counts))
        {
            sum.right += counts.right;
            sum.wrong += counts.wrong;
            sum.missed += counts.missed;
            sum.others += counts.others;
        }
        sum.print(name);
    };
    for (source, counts) in &by_source {
        counts.print(source);
    }
    let mut prefixes: Vec<&str> = by_source
        .keys()
        .filter_map(|source| source.split_once('_'))
        .map(|(prefix, _)| prefix)
        .collect();
    prefixes.dedup();
    for prefix in prefixes {
        together(&format!("all of {prefix}_"), &|source, _| {
            source.starts_with(&format!("{prefix}_"))
        });
    }
    together("small sources", &|_, counts| size(counts) < SMALL);
    together("none that is synthetic", &|_, counts| size(counts) < 500);
    all.print("all");
    let table: Vec<String> = by_label
        .iter()
        .map(|((label, relation), count)| format!("{label}: {relation} {count}"))
        .collect();
    println!("  {}", table.join("; "));
}

/// How well the margin ranks pairs, of the sources that are not synthetic: copies against templates,
/// and the precision of the first pairs that hold nine copies in ten.
fn rank(judged: &[Judged], constants: &dyn Fn(&str) -> Constants) {
    let ranked = |is: &dyn Fn(&Judged) -> bool| -> Vec<(f64, bool)> {
        let some = judged.iter().filter(|pair| is(pair));
        let mut ranked: Vec<(f64, bool)> = some
            .map(|pair| (pair.margin(&constants(&pair.source)), pair.is_recycled))
            .collect();
        ranked.sort_by(|x, y| y.0.total_cmp(&x.0));
        ranked
    };
    let is_real = |pair: &Judged| !pair.of_any_part && pair.label.parse::<u32>().is_err();
    let copies = ranked(&|pair| is_real(pair) && (pair.is_recycled || pair.label == "template"));
    let of = |recycled: bool| copies.iter().filter(move |(_, is)| *is == recycled);
    let wins = of(true).flat_map(|(copy, _)| {
        of(false).map(move |(template, _)| match copy.total_cmp(template) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
    });
    let all = (of(true).count() * of(false).count()).max(1) as f64;
    println!(
        "  copies against templates: AUC {:.4}",
        wins.sum::<f64>() / all
    );
    for prefix in ["en_", "ml_"] {
        let ranked = ranked(&|pair| is_real(pair) && pair.source.starts_with(prefix));
        let needed = (0.9 * ranked.iter().filter(|pair| pair.1).count() as f64).ceil() as usize;
        let right = ranked.iter().scan(0, |right, pair| {
            *right += usize::from(pair.1);
            Some(*right)
        });
        if let Some(at) = right.clone().position(|right| right >= needed.max(1)) {
            let precision = needed as f64 / (at + 1) as f64;
            println!("  all of {prefix}: precision {precision:.3} at recall .9");
        }
    }
}

fn errors(judged: &[Judged], verdicts: &[Relation]) {
    println!("== judged wrong");
    for (pair, relation) in judged.iter().zip(verdicts) {
        if pair.is_recycled != pair.is_found(*relation) {
            println!(
                "  {} {} is {}: {}",
                pair.source,
                pair.label,
                relation.name(),
                pair.about
            );
        }
    }
}

/// Reads a file's judged pairs, compared as a detector holding all the articles would.
fn read(path: &str, with_statistics: bool, judged: &mut Vec<Judged>) -> Result<(), Box<dyn Error>> {
    let articles = lines(path)?;
    let mut detector = Detector::builder().mode(Mode::recycled()).build()?;
    let mut store = MemoryTexts::new();
    let mut texts: HashMap<&str, &str> = HashMap::new();
    for article in &articles {
        let (key, text) = (field(article, "id"), field(article, "text"));
        let id = detector.insert(&Article::new(key, text))?;
        store.set(id, text);
        texts.insert(key, text);
    }
    if with_statistics {
        detector.learn(&store);
    }
    let name = Path::new(path)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let name = name.split('.').next().unwrap_or_default();
    for pair in lines(&path.replace(".docs.", ".pairs."))? {
        let label = pair["label"].to_string().replace('"', "");
        let is_recycled = match (&pair["recycled"], &*label) {
            (Value::Number(recycled), _) => recycled.as_u64() == Some(1),
            (_, "1" | "cut" | "light") => true,
            (_, "0" | "non") => false,
            // A heavy revision is neither.
            _ => continue,
        };
        let [a, b] = ["a", "b"].map(|side| field(&pair, side));
        let found = detector.compare(texts[a], texts[b])?;
        let reason = field(&pair, "reason");
        judged.push(Judged {
            source: pair["set"].as_str().unwrap_or(name).to_owned(),
            of_any_part: matches!(&*label, "cut" | "light" | "non"),
            label,
            is_recycled,
            evidence: found.evidence,
            about: format!("{}; {reason} [{a} {b}]", found.sentence()),
        });
    }
    Ok(())
}

fn lines(path: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let file = File::open(path).map_err(|error| format!("{path}: {error}"))?;
    let parse = |line: std::io::Result<String>| Ok(serde_json::from_str(&line?)?);
    BufReader::new(file).lines().map(parse).collect()
}

fn field<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_default()
}
