//! Groups at each threshold.
//!
//! In: a corpus and a range of thresholds, or the strictness levels of [`Mode::Recycled`]. Out: the
//! groups and articles left by each setting. Candidates are made for the lowest threshold, and
//! every pair is verified once. Higher thresholds therefore miss nothing, while a run at one of
//! them keeps its promised recall and may find a few pairs less.

use std::io::{self, Write};

use reprint::{Mode, SweepStep};
use serde::Serialize;

use super::{Talk, by_strictness, count, load_with};
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{CommandFormat, SweepOptions};
use crate::output::{json, table};

/// Most thresholds: the library's limit.
const STEPS: f64 = 64.0;

pub(super) fn run(mut options: SweepOptions) -> Result<(), Failure> {
    if options.common.matching.names_threshold() {
        return Err(Failure::usage(
            "a sweep goes through thresholds: say --from, --to and --step, not --threshold"
                .to_owned(),
        ));
    }
    options.common.matching.prefer_jaccard();
    let common = &options.common;
    let mut settings = common.matching.settings()?;
    let steps = match &mut settings.mode {
        Mode::Jaccard { threshold, recall } => {
            let steps = thresholds(options.from, options.to, options.step)?;
            *threshold = options.from;
            let recall = *recall;
            let step = |threshold: f64| {
                let mode = Mode::Jaccard { threshold, recall };
                (format!("{threshold:.2}"), mode)
            };
            steps.into_iter().map(step).collect()
        }
        mode => {
            let steps = by_strictness();
            *mode = steps[0].1;
            steps.map(|(name, mode)| (name.to_owned(), mode)).to_vec()
        }
    };
    let mut talk = Talk::new(&common.input, &common.run);
    let corpus = load_with(settings, &options.paths, common, &mut talk)?;
    talk.progress.stage("matching");
    let modes: Vec<Mode> = steps.iter().map(|&(_, mode)| mode).collect();
    let swept = corpus.detector.sweep(&corpus.texts, &modes);
    let swept = swept.map_err(|error| Failure::of_setting(&error))?;
    let counts = swept.counts().map_err(super::failed)?;
    talk.progress.clear();
    talk.unread(swept.unread().iter().map(|(_, error)| error));
    let names: Vec<String> = steps.into_iter().map(|(name, _)| name).collect();
    let suspended = swept.candidates().suspended_articles;
    super::print(|out| match common.format {
        CommandFormat::Text => text(out, &corpus, &names, &counts, suspended),
        CommandFormat::Jsonl => jsonl(out, &corpus, &names, &counts, suspended),
    })?;
    talk.problems.check_whole()
}

/// Thresholds from the lowest to the highest, both included.
fn thresholds(from: f64, to: f64, step: f64) -> Result<Vec<f64>, Failure> {
    let is_range = from > 0.0 && from <= to && to <= 1.0;
    if !is_range {
        return Err(Failure::of_options(
            &["from", "to"],
            format!(
                "a sweep from {from} to {to} is out of range; thresholds are above 0 and up to 1"
            ),
        ));
    }
    if !(step > 0.0 && (to - from) / step < STEPS - 1.0) {
        return Err(Failure::of_options(
            &["step"],
            format!(
                "a step of {step} is out of range; it must be above 0 and give at most {STEPS} \
             thresholds"
            ),
        ));
    }
    // The tolerance lets the last step reach the end, since sums of steps such as .1 are inexact.
    let steps = ((to - from) / step + 1e-6).floor() as usize;
    let rounded = |threshold: f64| (threshold * 1e6).round() / 1e6;
    let mut thresholds: Vec<f64> = (0..=steps)
        .map(|at| rounded(from + at as f64 * step).clamp(from, to))
        .collect();
    if thresholds.last().is_some_and(|&last| last < to) {
        thresholds.push(to);
    }
    Ok(thresholds)
}

fn text(
    out: &mut dyn Write,
    corpus: &Corpus,
    names: &[String],
    counts: &[SweepStep],
    suspended: usize,
) -> io::Result<()> {
    let articles = corpus.detector.len();
    let by = match corpus.detector.settings().mode {
        Mode::Jaccard { .. } => "threshold",
        _ => "strictness",
    };
    writeln!(out, "{}\n", count(articles, "article", "articles"))?;
    let most = counts.iter().map(SweepStep::dropped).max();
    let row = |(name, step): (&String, &SweepStep)| {
        [
            name.clone(),
            table::thousands(step.groups),
            table::thousands(step.grouped),
            table::thousands(step.largest),
            table::thousands(articles - step.dropped()),
            table::thousands(step.dropped()),
            table::bar(step.dropped(), most.unwrap_or_default()),
        ]
    };
    let rows: Vec<_> = names.iter().zip(counts).map(row).collect();
    let heading = [by, "groups", "grouped", "largest", "left", "dropped", ""];
    table::write(out, heading, &rows)?;
    if suspended > 0 {
        let articles = count(suspended, "article", "articles");
        writeln!(
            out,
            "\ntoo much alike to compare all pairs, so recall is not promised: {articles}"
        )?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Record<'a> {
    schema: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    step: &'a str,
    mode: Mode,
    articles: usize,
    links: usize,
    groups: usize,
    grouped: usize,
    largest: usize,
    left: usize,
    suspended_articles: usize,
}

fn jsonl(
    out: &mut dyn Write,
    corpus: &Corpus,
    names: &[String],
    counts: &[SweepStep],
    suspended_articles: usize,
) -> io::Result<()> {
    let articles = corpus.detector.len();
    for (step, found) in names.iter().zip(counts) {
        let record = Record {
            schema: reprint::report::SCHEMA,
            kind: "sweep",
            step,
            mode: found.mode,
            articles,
            links: found.links,
            groups: found.groups,
            grouped: found.grouped,
            largest: found.largest,
            left: articles - found.dropped(),
            suspended_articles,
        };
        json::line(out, &record)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::thresholds;

    #[test]
    fn thresholds_stand_where_they_are_said() {
        let found = |from, to, step| thresholds(from, to, step).expect("in range");
        assert_eq!(found(0.3, 1.0, 0.05).len(), 15);
        assert_eq!(found(0.3, 1.0, 0.1)[5], 0.8);
        assert_eq!(found(0.5, 0.6, 0.04), [0.5, 0.54, 0.58, 0.6]);
        assert_eq!(found(0.8, 0.8, 0.05), [0.8]);
        for (from, to, step) in [
            (0.0, 1.0, 0.1),
            (0.9, 0.8, 0.1),
            (0.3, 1.0, 0.0),
            (0.3, f64::NAN, 0.1),
            (0.1, 1.0, 1e-9),
        ] {
            assert!(thresholds(from, to, step).is_err(), "{from} {to} {step}");
        }
    }
}
