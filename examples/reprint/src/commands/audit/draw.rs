//! Draws the pairs to judge.
//!
//! In: a corpus. Out: the sample, one pair a line with a field for the verdict, or as text for
//! reading.

use std::io::{self, Write};

use reprint::group::Pair;
use reprint::relation::{Comparison, DifferenceKind};
use reprint::{Mode, Sweep, hash};
use serde::Serialize;

use super::{HEAD, Head, PAIR, Stratum};
use crate::commands::{
    Talk, by_strictness, count, failed, load_with, print, six_places, two_places,
};
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{AuditOptions, CommandFormat};
use crate::output::{clean, json};

/// Where strata begin, relative to the threshold. Chosen by hand: narrower near the threshold.
const EDGES: [f64; 7] = [-0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15];
/// The lowest similarity at which a stratum begins. Chosen by hand.
const LEAST: f64 = 0.1;

/// Characters shown of each article. Chosen by hand.
const SHOWN: usize = 1500;
/// Most differences shown of a pair. Chosen by hand.
const DIFFERENCES: usize = 12;

pub(super) fn run(options: &AuditOptions) -> Result<(), Failure> {
    let common = &options.common;
    let mut settings = common.matching.settings()?;
    let in_force = settings.mode;
    let settings_tried = settings_around(in_force);
    settings.mode = settings_tried[0].1;
    let seed = settings.seed;
    let mut talk = Talk::new(&common.input, &common.run);
    let corpus = load_with(settings, &options.paths, common, &mut talk)?;
    talk.progress.stage("matching");
    let modes: Vec<Mode> = settings_tried.iter().map(|&(_, mode)| mode).collect();
    let swept = corpus.detector.sweep(&corpus.texts, &modes);
    let swept = swept.map_err(failed)?;
    talk.progress.clear();
    talk.unread(swept.unread().iter().map(|(_, error)| error));

    let (sizes, drawn) = draw(&corpus, &swept, modes.len(), options.pairs.get(), seed);
    let strata = settings_tried
        .iter()
        .enumerate()
        .map(|(at, (name, mode))| Stratum {
            name: name.clone(),
            matches: is_in_force(in_force, *mode, &settings_tried, at),
            pairs: sizes[at],
            drawn: drawn.iter().filter(|drawn| drawn.stratum == at).count(),
        });
    let head = Head {
        schema: reprint::report::SCHEMA,
        kind: HEAD.to_owned(),
        mode: in_force,
        articles: corpus.detector.len(),
        strata: strata.collect(),
    };
    print(|out| match common.format {
        CommandFormat::Text => text(out, &corpus, &head, &drawn),
        CommandFormat::Jsonl => jsonl(out, &corpus, &head, &drawn),
    })?;
    talk.problems.check_whole()
}

/// The settings that separate the strata, loosest first.
fn settings_around(mode: Mode) -> Vec<(String, Mode)> {
    let Mode::Jaccard { threshold, recall } = mode else {
        return by_strictness()
            .map(|(name, mode)| (name.to_owned(), mode))
            .to_vec();
    };
    let rounded = |threshold: f64| (threshold * 1e6).round() / 1e6;
    EDGES
        .iter()
        .map(|edge| {
            if *edge == 0.0 {
                threshold
            } else {
                rounded(threshold + edge)
            }
        })
        .filter(|&edge| edge == threshold || (LEAST..1.0).contains(&edge))
        .map(|threshold| {
            let mode = Mode::Jaccard { threshold, recall };
            (threshold.to_string(), mode)
        })
        .collect()
}

/// Whether pairs that match at a setting also match at the setting in force.
fn is_in_force(in_force: Mode, mode: Mode, tried: &[(String, Mode)], at: usize) -> bool {
    match (in_force, mode) {
        (Mode::Jaccard { threshold: own, .. }, Mode::Jaccard { threshold, .. }) => threshold >= own,
        _ => tried[..=at].iter().any(|&(_, mode)| mode == in_force),
    }
}

/// A drawn pair.
struct Drawn {
    stratum: usize,
    pair: Pair,
    /// The hash that decides the draw.
    lot: u64,
}

/// The number of pairs in each stratum, and the drawn pairs of all strata in the order of their
/// lots.
fn draw(
    corpus: &Corpus,
    swept: &Sweep<'_>,
    strata: usize,
    wanted: usize,
    seed: u64,
) -> (Vec<usize>, Vec<Drawn>) {
    let mut by_stratum: Vec<Vec<Drawn>> = (0..strata).map(|_| Vec::new()).collect();
    for (pair, steps) in swept.pairs() {
        // The strictest setting at which the pair matches.
        let stratum = steps.ilog2() as usize;
        let keys = format!("{seed} {:?} {:?}", corpus.key(pair.a), corpus.key(pair.b));
        let lot = hash::token(keys.as_bytes());
        by_stratum[stratum].push(Drawn { stratum, pair, lot });
    }
    let sizes: Vec<usize> = by_stratum.iter().map(Vec::len).collect();
    let mut drawn = Vec::new();
    for (of, most) in by_stratum.iter_mut().zip(shares(&sizes, wanted)) {
        of.sort_unstable_by_key(|drawn| drawn.lot);
        drawn.extend(of.drain(..most));
    }
    // The judge must not learn the stratum from a pair's place in the sample.
    drawn.sort_unstable_by_key(|drawn| drawn.lot);
    (sizes, drawn)
}

/// How many pairs to draw from each stratum. Half of the sample is divided evenly, so that each
/// stratum can be judged. Half is divided by size, so that large strata are known best. Pairs that
/// a small stratum lacks are drawn from the others.
fn shares(sizes: &[usize], wanted: usize) -> Vec<usize> {
    let wanted = wanted.min(sizes.iter().sum());
    let mut shares = vec![0; sizes.len()];
    add_evenly(&mut shares, sizes, wanted / 2);
    let rest: Vec<usize> = (0..sizes.len()).map(|at| sizes[at] - shares[at]).collect();
    let (left, all) = (wanted - wanted / 2, rest.iter().sum::<usize>().max(1));
    for (share, rest) in shares.iter_mut().zip(rest) {
        *share += left * rest / all;
    }
    let left = wanted - shares.iter().sum::<usize>();
    add_evenly(&mut shares, sizes, left);
    shares
}

/// Adds `wanted` pairs to shares below their sizes. As many pairs must be left.
fn add_evenly(shares: &mut [usize], sizes: &[usize], mut wanted: usize) {
    while wanted > 0 {
        let open = |at: &usize| shares[*at] < sizes[*at];
        // The strictest stratum comes first, since most matches are there.
        let open: Vec<usize> = (0..sizes.len()).rev().filter(open).collect();
        let each = (wanted / open.len().max(1)).max(1);
        for at in open {
            let more = each.min(sizes[at] - shares[at]).min(wanted);
            shares[at] += more;
            wanted -= more;
        }
    }
}

#[derive(Serialize)]
struct Record<'a> {
    schema: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    pair: usize,
    /// `true`, `false`, or `None` while not judged.
    verdict: Option<bool>,
    stratum: &'a str,
    a: &'a str,
    b: &'a str,
    score: f64,
    sentence: String,
    differences: Vec<[&'a str; 2]>,
    a_text: &'a str,
    b_text: &'a str,
}

fn jsonl(out: &mut dyn Write, corpus: &Corpus, head: &Head, drawn: &[Drawn]) -> io::Result<()> {
    json::line(out, head)?;
    for (number, drawn) in (1..).zip(drawn) {
        let Some(read) = Read::again(corpus, drawn.pair) else {
            continue;
        };
        let record = Record {
            schema: head.schema,
            kind: PAIR,
            pair: number,
            verdict: None,
            stratum: &head.strata[drawn.stratum].name,
            a: corpus.key(drawn.pair.a),
            b: corpus.key(drawn.pair.b),
            score: six_places(drawn.pair.score()),
            sentence: read.comparison.sentence(),
            differences: read.differences(),
            a_text: start(&read.a),
            b_text: start(&read.b),
        };
        json::line(out, &record)?;
    }
    Ok(())
}

fn text(out: &mut dyn Write, corpus: &Corpus, head: &Head, drawn: &[Drawn]) -> io::Result<()> {
    let pairs = count(drawn.len(), "pair", "pairs");
    writeln!(
        out,
        "{pairs} to judge. The same pairs with --format jsonl have a place for the verdict: true \
         if\none is recycled from the other, false if not.\n"
    )?;
    for (number, drawn) in (1..).zip(drawn) {
        let Some(read) = Read::again(corpus, drawn.pair) else {
            continue;
        };
        let score = two_places(drawn.pair.score());
        writeln!(
            out,
            "PAIR {number}: {score}, {}",
            read.comparison.sentence()
        )?;
        for (id, body) in [(drawn.pair.a, &read.a), (drawn.pair.b, &read.b)] {
            writeln!(out, "\n  {}", clean::line(corpus.key(id)))?;
            for line in start(body).lines().filter(|line| !line.trim().is_empty()) {
                writeln!(out, "    {}", clean::line(line.trim()))?;
            }
        }
        for [a, b] in read.differences() {
            writeln!(out, "  ≠ “{}”  “{}”", clean::line(a), clean::line(b))?;
        }
        writeln!(out)?;
    }
    for stratum in &head.strata {
        let pairs = count(stratum.pairs, "pair", "pairs");
        writeln!(out, "{}: {} of {pairs}", stratum.name, stratum.drawn)?;
    }
    Ok(())
}

/// Two texts and their comparison.
struct Read {
    a: String,
    b: String,
    comparison: Comparison,
}

impl Read {
    /// `None` if a text can no longer be read.
    fn again(corpus: &Corpus, pair: Pair) -> Option<Self> {
        let [a, b] = [pair.a, pair.b].map(|id| corpus.body(id).map(Into::into));
        let (a, b): (String, String) = (a?, b?);
        let comparison = corpus.detector.compare(&a, &b).ok()?;
        Some(Self { a, b, comparison })
    }

    /// The facts that differ.
    fn differences(&self) -> Vec<[&str; 2]> {
        let is_fact = |kind: DifferenceKind| kind <= DifferenceKind::Date;
        let differences = self.comparison.differences.iter();
        differences
            .filter(|difference| is_fact(difference.kind))
            .take(DIFFERENCES)
            .map(|at| [&self.a[at.a.range()], &self.b[at.b.range()]])
            .collect()
    }
}

fn start(text: &str) -> &str {
    let end = text.char_indices().nth(SHOWN).map(|(at, _)| at);
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn every_stratum_gives_and_a_large_one_gives_more() {
        assert_eq!(shares(&[100, 100, 100], 30), [10, 10, 10]);
        assert_eq!(shares(&[100, 3, 100], 32), [14, 3, 15]);
        assert_eq!(shares(&[100, 900], 40), [11, 29]);
        assert_eq!(shares(&[1, 2], 30), [1, 2]);
        assert_eq!(shares(&[50, 50, 50], 2), [0, 0, 2]);
        assert_eq!(shares(&[0, 0], 5), [0, 0]);
        for wanted in 0..70 {
            let sizes = [7, 0, 40, 3, 12];
            let found = shares(&sizes, wanted);
            assert_eq!(found.iter().sum::<usize>(), wanted.min(62));
            assert!(found.iter().zip(sizes).all(|(&share, size)| share <= size));
        }
    }
}
