//! One article with its phrases marked.
//!
//! In: a text and its phrases. Out: the phrases, most telling first, and the text with every
//! occurrence marked; or a record for each phrase.

use std::io::{self, Write};

use reprint::phrase::{Phrasing, Verdict};
use reprint::report::{Line, PhraseRecord, Record};

use super::look::{HEADING, Look};
use super::{clean, json};

/// Columns of a phrase in the list.
const LISTED: usize = 120;

/// Writes the phrases, and the text with marks. A mark is followed by the phrase's number, except
/// for the first phrase.
pub(crate) fn write_marked(
    out: &mut dyn Write,
    look: Look,
    key: &str,
    body: &str,
    found: &Phrasing,
) -> io::Result<()> {
    let verdict = match found.verdict {
        Verdict::Repetitive => "repetitive",
        Verdict::Suspicious => "suspicious",
        Verdict::NotProse => "not prose",
        _ => "fine",
    };
    writeln!(out, "{}: {verdict} {:.2}", clean::line(key), found.score)?;
    for (number, family) in (1..).zip(&found.families) {
        let phrase = clean::short(&family.canonical, LISTED);
        let times = family.occurrences.len();
        let paragraphs = match family.paragraphs {
            1 => "1 paragraph".to_owned(),
            more => format!("{more} paragraphs"),
        };
        let score = family.score;
        writeln!(
            out,
            "  [{number}] {score:.2}  “{phrase}”, {times} times in {paragraphs}"
        )?;
    }
    writeln!(out)?;
    let mut from = 0;
    for (start, end, number) in places(found) {
        write!(out, "{}", lines(&body[from..start]))?;
        let marked = lines(&body[start..end]);
        if look.is_coloured() {
            write!(out, "{}", look.paint(HEADING, marked))?;
        } else {
            write!(out, "«{marked}»")?;
        }
        if number > 1 {
            write!(out, "[{number}]")?;
        }
        from = end;
    }
    writeln!(out, "{}", lines(&body[from..]))
}

/// Occurrences in order: start, end and number of the phrase. Where two overlap, the more telling
/// phrase is marked.
fn places(found: &Phrasing) -> Vec<(usize, usize, usize)> {
    let mut places: Vec<(usize, usize, usize)> = Vec::new();
    for (number, family) in (1..).zip(&found.families) {
        for range in family.occurrences.iter().map(|span| span.range()) {
            let at = places.partition_point(|place| place.1 <= range.start);
            if places.get(at).is_none_or(|next| range.end <= next.0) {
                places.insert(at, (range.start, range.end, number));
            }
        }
    }
    places
}

/// The text with its line breaks and without other terminal controls.
fn lines(text: &str) -> String {
    let lines = text.split('\n');
    let lines: Vec<_> = lines
        .map(|line| clean::line(line.trim_end_matches('\r')))
        .collect();
    lines.join("\n")
}

/// Writes a record for every phrase, however weak.
pub(crate) fn write_records(out: &mut dyn Write, key: &str, found: &Phrasing) -> io::Result<()> {
    for family in &found.families {
        let record = Record::Phrase(PhraseRecord::new(key, family));
        json::line(out, &Line::new(&record))?;
    }
    Ok(())
}
