//! Output for spreadsheets.
//!
//! In: the results. Out: a header and one row for each article, in input order, as CSV ([RFC
//! 4180](https://www.rfc-editor.org/rfc/rfc4180)).
//!
//! A cell that a spreadsheet would take for a formula begins with `'`: formulas begin, spaces
//! aside, with `=`, `+`, `-`, `@` or their full-width forms. Terminal controls, line breaks and
//! tabs are written as codes, for instance `\u{9}`. JSON Lines has the exact keys.

use std::borrow::Cow;
use std::io::{self, Write};

use reprint::report::ArticleRecord;
use serde::Serialize;
use serde_json::Value;

use super::Found;
use super::clean;

/// The columns. New columns come last.
pub(crate) const COLUMNS: [&str; 8] = [
    "article", "group", "kept", "score", "reason", "of", "relation", "phrasing",
];

pub(crate) fn write(out: &mut dyn Write, found: &Found<'_>) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    csv.write_record(COLUMNS).map_err(failed)?;
    for article in found.articles() {
        let row = row(&article);
        csv.write_record(row.iter().map(|cell| cell.as_bytes()))
            .map_err(failed)?;
    }
    csv.flush()
}

fn row<'a>(article: &'a ArticleRecord<'_>) -> [Cow<'a, str>; COLUMNS.len()] {
    let verdict = article.phrasing.map(|phrasing| phrasing.verdict);
    [
        cell(&article.key),
        article.group.as_deref().unwrap_or_default().into(),
        word(article.kept).into(),
        word(article.score).into(),
        word(article.reason).into(),
        cell(article.of.as_deref().unwrap_or_default()),
        word(article.relation).into(),
        word(verdict).into(),
    ]
}

/// A name or a figure as in JSON; empty for a missing value.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        Ok(Value::Null) | Err(_) => String::new(),
        Ok(other) => other.to_string(),
    }
}

/// A cell that no program takes for a formula.
pub(super) fn cell(text: &str) -> Cow<'_, str> {
    let text = clean::codes(text);
    let is_formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if is_formula {
        format!("'{text}").into()
    } else {
        text
    }
}

fn failed(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("plain-key.txt", "plain-key.txt"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("\t=1", "\\u{9}=1"),
            ("\r=1", "\\u{d}=1"),
            ("two\nlines", "two\\u{a}lines"),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
    }
}
