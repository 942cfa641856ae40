//! Output for people.
//!
//! In: the results. Out: flagged articles, worst first; groups, largest first; a summary. With an
//! earlier run, changes come first; unchanged groups are shown if all are asked for. Texts and keys
//! reach the terminal only through [`super::clean`].

mod flagged;
mod groups;
mod story;
mod summary;

use std::io::{self, Write};

use reprint::Mode;
use reprint::report::SummaryRecord;

use super::cut::Cut;
use super::look::{HEADING, Look};
use super::table::thousands;
use super::{Found, clean, templates};
use crate::corpus::Corpus;

/// Most flagged articles shown, unless all are asked for.
const MOST_FLAGGED: usize = 20;
/// Most groups shown, unless all are asked for.
const MOST_GROUPS: usize = 50;
/// Most members shown of a group, unless all are asked for.
const MOST_MEMBERS: usize = 12;

/// Keys and publishers named in one line.
const NAMED: usize = 4;

/// Columns beside a quotation.
const BESIDE: usize = 10;

pub(crate) fn write(
    out: &mut dyn Write,
    look: Look,
    found: &Found<'_>,
    summary: &SummaryRecord<'_>,
    all: bool,
) -> io::Result<()> {
    match look.terminal {
        Some(columns) => {
            let mut lines = Cut::new(out, columns);
            pages(&mut lines, look, found, summary, all)?;
            lines.finish()
        }
        None => pages(out, look, found, summary, all),
    }
}

fn pages(
    out: &mut dyn Write,
    look: Look,
    found: &Found<'_>,
    summary: &SummaryRecord<'_>,
    all: bool,
) -> io::Result<()> {
    let most = |most: usize| if all { usize::MAX } else { most };
    let mut page = Page {
        out,
        look,
        found,
        corpus: found.corpus,
        members: most(MOST_MEMBERS),
        quoted: look.columns - BESIDE,
    };
    page.flagged(most(MOST_FLAGGED))?;
    page.known(most(MOST_GROUPS))?;
    page.groups(most(MOST_GROUPS), all)?;
    if let Some(all_found) = found.templates {
        templates::write(page.out, found.corpus, all_found, all)?;
    }
    page.gone(most(MOST_GROUPS))?;
    page.summary(summary)
}

struct Page<'a> {
    out: &'a mut dyn Write,
    look: Look,
    found: &'a Found<'a>,
    corpus: &'a Corpus,
    members: usize,
    quoted: usize,
}

impl Page<'_> {
    fn heading(&mut self, heading: &str) -> io::Result<()> {
        writeln!(self.out, "{}\n", self.look.paint(HEADING, heading))
    }

    fn more(&mut self, there_are: usize, shown: usize, what: &str) -> io::Result<()> {
        if there_are > shown {
            writeln!(
                self.out,
                "{} more {what} (--all shows them)\n",
                thousands(there_are - shown)
            )?;
        }
        Ok(())
    }

    fn is_recycled(&self) -> bool {
        matches!(self.corpus.detector.settings().mode, Mode::Recycled { .. })
    }

    /// A score for people: the share copied, or a similarity. Rounded down, so that 100% means all.
    fn score(&self, score: f64) -> String {
        if self.is_recycled() {
            format!("{:.0}%", (score * 100.0).floor())
        } else {
            format!("{:.2}", (score * 100.0).floor() / 100.0)
        }
    }
}

/// The first few keys, and how many more there are.
fn named<K: AsRef<str>>(keys: &[K]) -> String {
    let mut parts: Vec<_> = keys
        .iter()
        .take(NAMED)
        .map(|key| clean::key(key.as_ref()))
        .collect();
    if keys.len() > NAMED {
        parts.push(format!("{} more", thousands(keys.len() - NAMED)).into());
    }
    parts.join(", ")
}

/// The text in lines of at most `columns` columns, each but the first indented to the text's start.
/// A longer word has a line of its own.
fn wrapped(text: &str, indent: usize, columns: usize) -> String {
    let mut out = String::new();
    let mut used = indent;
    for word in text.split(' ') {
        let width = clean::width(word);
        if !out.is_empty() && used + 1 + width > columns {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            used = indent + width;
        } else {
            let space = usize::from(!out.is_empty());
            out.extend(std::iter::repeat_n(' ', space));
            used += space + width;
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_break_between_words() {
        let text = "The Wire first, 中文 2 days later";
        let lines = "The Wire\n    first, 中文\n    2 days\n    later";
        assert_eq!(super::wrapped(text, 4, 15), lines);
        assert_eq!(super::wrapped(text, 4, 80), text);
    }
}
