//! The file for `--dropped`.
//!
//! In: the outcome of every record. Out: one line for each record that is not kept, in input order:
//! its key, the key of the article kept in its place, their score, and the reason. A record that is
//! no article has a place instead of a key, and a reason that begins with `skipped`. The lines are
//! JSON, or CSV if the file name says so.

use std::io;
use std::path::Path;

use reprint::relation::Relation;
use reprint::report::{ArticleRecord, Belonging, Reason};
use serde::Serialize;

use super::atomic::{AtomicFile, Sealed};
use super::csv::cell;
use super::json;
use super::packed::{Packed, Target};
use crate::input::Format;
use crate::ledger::{Fate, Ledger, Skipped};

/// The reason for a dropped article without a relation.
const SIMILAR: &str = "similar";

#[derive(Serialize)]
struct Line<'a> {
    key: Option<&'a str>,
    of: Option<&'a str>,
    score: Option<f64>,
    reason: String,
    at: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn article(record: &'a ArticleRecord<'_>) -> Self {
        let reason = match record.reason {
            Some(Reason::Dropped(Belonging::ExactCopy)) => "exact_copy".to_owned(),
            Some(Reason::Dropped(Belonging::Indirect)) => "indirect".to_owned(),
            _ => record
                .relation
                .map_or(SIMILAR, Relation::name)
                .replace(' ', "_"),
        };
        Self {
            key: Some(&record.key),
            of: record.of.as_deref(),
            score: record.score,
            reason,
            at: None,
        }
    }

    fn skipped(skipped: &'a Skipped) -> Self {
        Self {
            key: None,
            of: None,
            score: None,
            reason: format!("skipped: {}", skipped.kind.name()),
            at: Some(&skipped.at),
        }
    }
}

/// Writes all lines.
pub(crate) fn write(
    file: AtomicFile,
    path: &Path,
    ledger: &Ledger,
    records: &[ArticleRecord<'_>],
) -> io::Result<Option<Sealed>> {
    let lines = ledger.fates().filter_map(|fate| match fate {
        Fate::Article(id) => {
            let record = &records[id.index()];
            (!record.kept).then(|| Line::article(record))
        }
        Fate::Skipped(skipped) => Some(Line::skipped(skipped)),
        Fate::Nothing => None,
    });
    write_lines(file, path, lines)
}

/// Writes the lines of articles that are not of an input.
pub(crate) fn write_records<'a>(
    file: AtomicFile,
    path: &Path,
    records: impl Iterator<Item = &'a ArticleRecord<'a>>,
) -> io::Result<Option<Sealed>> {
    let dropped = records.filter(|record| !record.kept);
    write_lines(file, path, dropped.map(Line::article))
}

fn write_lines<'a>(
    file: AtomicFile,
    path: &Path,
    lines: impl Iterator<Item = Line<'a>>,
) -> io::Result<Option<Sealed>> {
    let mut out = Packed::new(Target::Atomic(file), path)?;
    match Format::by_name(&path.to_string_lossy()) {
        Some(Format::Csv) => {
            let mut table = csv::Writer::from_writer(&mut out);
            table.write_record(["key", "of", "score", "reason", "at"])?;
            for line in lines {
                let score = line
                    .score
                    .map_or_else(String::new, |score| score.to_string());
                let cells = [line.key, line.of, line.at].map(Option::unwrap_or_default);
                let [key, of, at] = cells.map(cell);
                table.write_record([&*key, &*of, &*score, &*line.reason, &*at])?;
            }
            table.flush()?;
        }
        _ => {
            for line in lines {
                json::line(&mut out, &line)?;
            }
        }
    }
    out.finish()
}
