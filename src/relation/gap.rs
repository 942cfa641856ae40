//! Word alignment within gaps, between two runs of equal words.
//!
//! In: a gap, as a range of words in each article. Out: matched word pairs, ascending in both
//! ranges: equal words, and words that differ by recognition errors. A gap is aligned in a single
//! [`AlignmentTable`] or in a few.

use std::ops::Range;

use super::analyzed::AnalyzedArticle;
use super::table::{AlignmentTable, Free, WordPair};

/// A range of words in each article, between two neighbouring runs or outside the outermost runs.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    pub(super) a: Range<usize>,
    pub(super) b: Range<usize>,
    /// Whether a run ends where the gap starts.
    pub(super) left: bool,
    /// Whether a run starts where the gap ends.
    pub(super) right: bool,
}

impl Gap {
    /// Cells of a table for the full gap.
    pub(super) fn cells(&self) -> usize {
        self.a.len() * self.b.len()
    }
}

/// Largest gap aligned in a single table, in cells. Chosen by hand.
const CELLS: usize = 2048;
/// Words from each article in a window at the end of a larger gap. Chosen by hand.
const WINDOW: usize = 32;

/// Aligns the gaps between two articles.
pub(super) struct Aligner<'a> {
    pub(super) a: &'a AnalyzedArticle,
    pub(super) b: &'a AnalyzedArticle,
    table: &'a mut AlignmentTable,
}

impl<'a> Aligner<'a> {
    pub(super) fn new(
        a: &'a AnalyzedArticle,
        b: &'a AnalyzedArticle,
        table: &'a mut AlignmentTable,
    ) -> Self {
        Self { a, b, table }
    }

    /// Aligns a gap between two runs as a whole, if it has at most [`CELLS`] cells.
    ///
    /// A larger gap, or a gap beside a single run, is aligned in windows that start at the adjacent
    /// runs. A window follows another for as long as matches reach its far half.
    ///
    /// Matches are appended to `out`.
    pub(super) fn gap(&mut self, gap: &Gap, out: &mut Vec<WordPair>) {
        let (mut a, mut b) = (gap.a.clone(), gap.b.clone());
        if a.is_empty() || b.is_empty() {
            return;
        }
        // 1. A small gap between two runs.
        if gap.cells() <= CELLS && gap.left && gap.right {
            self.align(a, b, Free::Nothing, out);
            return;
        }
        // 2. Windows from the left, each from the final match of the previous window.
        while gap.left && !a.is_empty() && !b.is_empty() {
            let (end_a, end_b) = (a.end.min(a.start + WINDOW), b.end.min(b.start + WINDOW));
            let before = out.len();
            self.align(a.start..end_a, b.start..end_b, Free::End, out);
            let Some(last) = out[before..].last() else {
                break;
            };
            (a.start, b.start) = (last.a as usize + 1, last.b as usize + 1);
            // Go on only if the window may have cut off further matches.
            if a.start + WINDOW / 2 < end_a && b.start + WINDOW / 2 < end_b {
                break;
            }
        }
        // 3. Windows from the right, over the words still unmatched.
        let mut from_right = Vec::new();
        while gap.right && !a.is_empty() && !b.is_empty() {
            let start_a = a.start.max(a.end.saturating_sub(WINDOW));
            let start_b = b.start.max(b.end.saturating_sub(WINDOW));
            let mut part = Vec::new();
            self.align(start_a..a.end, start_b..b.end, Free::Start, &mut part);
            let Some(first) = part.first() else {
                break;
            };
            (a.end, b.end) = (first.a as usize, first.b as usize);
            from_right.push(part);
            if a.end > start_a + WINDOW / 2 && b.end > start_b + WINDOW / 2 {
                break;
            }
        }
        out.extend(from_right.into_iter().rev().flatten());
    }

    fn align(&mut self, a: Range<usize>, b: Range<usize>, free: Free, out: &mut Vec<WordPair>) {
        self.table.align((self.a, a), (self.b, b), free, out);
    }
}
