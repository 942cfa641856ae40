//! What stands between two runs of equal words, aligned word by word.
//!
//! In: a stretch of each of two articles. Out: the pairs of words in it that are equal, or alike but
//! for errors of recognition, in ascending order in both; by one [`AlignmentTable`] or a few.

use std::ops::Range;

use super::analyzed::AnalyzedArticle;
use super::table::{AlignmentTable, Free, WordPair};

/// A stretch of each article.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    pub(super) a: Range<usize>,
    pub(super) b: Range<usize>,
    /// Whether a run stands before it.
    pub(super) left: bool,
    /// Whether a run stands after it.
    pub(super) right: bool,
}

impl Gap {
    /// Cells of its table.
    pub(super) fn cells(&self) -> usize {
        self.a.len() * self.b.len()
    }
}

/// Cells of the largest gap that is aligned as a whole.
const CELLS: usize = 2048;
/// Words on each side of what is aligned at a time from the ends of a larger gap.
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

    /// Aligns one gap: a small one as a whole, of a larger one what hangs on to the runs beside it.
    pub(super) fn gap(&mut self, gap: &Gap) -> Vec<WordPair> {
        let mut out = Vec::new();
        let (mut a, mut b) = (gap.a.clone(), gap.b.clone());
        if a.is_empty() || b.is_empty() {
            return out;
        }
        if gap.cells() <= CELLS && gap.left && gap.right {
            self.align(a, b, Free::Nothing, &mut out);
            return out;
        }
        while gap.left && !a.is_empty() && !b.is_empty() {
            let (end_a, end_b) = (a.end.min(a.start + WINDOW), b.end.min(b.start + WINDOW));
            let before = out.len();
            self.align(a.start..end_a, b.start..end_b, Free::End, &mut out);
            let Some(last) = out[before..].last() else {
                break;
            };
            (a.start, b.start) = (last.a as usize + 1, last.b as usize + 1);
            // Only what was cut off by the window may go on.
            if a.start + WINDOW / 2 < end_a && b.start + WINDOW / 2 < end_b {
                break;
            }
        }
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
        out
    }

    fn align(&mut self, a: Range<usize>, b: Range<usize>, free: Free, out: &mut Vec<WordPair>) {
        self.table.align((self.a, a), (self.b, b), free, out);
    }
}
