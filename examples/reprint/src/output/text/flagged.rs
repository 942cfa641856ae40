//! Articles flagged for repeated phrasing.
//!
//! In: verdicts and phrases. Out: the worst articles first, each with its most telling phrase and
//! some of the phrase's places.

use std::io;

use reprint::ArticleId;
use reprint::phrase::{PhraseFamily, Verdict};
use reprint::text::Span;

use super::Page;
use crate::corpus::is_flagged;
use crate::output::clean;
use crate::output::look::{FLAGGED, QUOTED};
use crate::output::table::count;

/// Occurrences quoted of a phrase.
const PLACES: usize = 3;

/// Characters around an occurrence.
const AROUND: usize = 30;

impl Page<'_> {
    pub(super) fn flagged(&mut self, most: usize) -> io::Result<()> {
        let corpus = self.corpus;
        let key = |number: usize| ArticleId::new(number).map(|id| corpus.key(id));
        let is_shown = |number: usize| {
            let id = ArticleId::new(number);
            id.is_some_and(|id| self.found.shows_article(id))
        };
        let mut flagged: Vec<usize> = (0..corpus.phrasing.len())
            .filter(|&number| is_flagged(&corpus.phrasing[number]) && is_shown(number))
            .collect();
        flagged.sort_by(|&a, &b| {
            let score = |number: usize| corpus.phrasing[number].score;
            score(b)
                .total_cmp(&score(a))
                .then_with(|| key(a).cmp(&key(b)))
        });
        if flagged.is_empty() {
            return Ok(());
        }
        self.heading("FLAGGED FOR REPEATED PHRASING")?;
        for id in flagged
            .iter()
            .take(most)
            .copied()
            .filter_map(ArticleId::new)
        {
            self.flagged_article(id)?;
        }
        self.more(flagged.len(), most, "flagged articles")
    }

    fn flagged_article(&mut self, id: ArticleId) -> io::Result<()> {
        let found = &self.corpus.phrasing[id.index()];
        let verdict = match found.verdict {
            Verdict::Repetitive => "repetitive",
            _ => "suspicious",
        };
        let key = clean::key(self.corpus.key(id));
        let verdict = self.look.paint(FLAGGED, verdict);
        writeln!(self.out, "{key}: {verdict} {:.2}", found.score)?;
        let phrases = &self.corpus.phrases;
        if let Ok(at) = phrases.binary_search_by_key(&id, |&(id, _)| id) {
            let families = &phrases[at].1;
            if let Some(family) = families.first() {
                self.phrase(id, family)?;
            }
            if families.len() > 1 {
                let more = count(families.len() - 1, "more phrase", "more phrases");
                writeln!(self.out, "  and {more}")?;
            }
        }
        writeln!(self.out)
    }

    fn phrase(&mut self, id: ArticleId, family: &PhraseFamily) -> io::Result<()> {
        let phrase = clean::short(&family.canonical, self.quoted);
        let phrase = self.look.paint(QUOTED, format!("“{phrase}”"));
        let times = count(family.occurrences.len(), "time", "times");
        let paragraphs = count(family.paragraphs, "paragraph", "paragraphs");
        writeln!(self.out, "  {phrase}, {times} in {paragraphs}")?;
        let corpus = self.corpus;
        if let Some(body) = corpus.body(id) {
            for &place in family.occurrences.iter().take(PLACES) {
                writeln!(self.out, "    {}", quotation(&body, place, self.quoted))?;
            }
        }
        Ok(())
    }
}

/// An occurrence with its surroundings in the line.
fn quotation(body: &str, place: Span, columns: usize) -> String {
    let (before, after) = (&body[..place.range().start], &body[place.range().end..]);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let start = before.char_indices().rev().nth(AROUND - 1);
    let start = start.map_or(0, |(at, _)| at).max(line_start);
    let line_end = after.find('\n').unwrap_or(after.len());
    let end = after.char_indices().nth(AROUND);
    let end = end.map_or(after.len(), |(at, _)| at).min(line_end);
    let before = if start > line_start { "…" } else { "" };
    let quoted = clean::short(body[start..place.range().end + end].trim(), columns);
    let after = if end < line_end && !quoted.ends_with('…') {
        "…"
    } else {
        ""
    };
    format!("{before}{quoted}{after}")
}
