//! What stands between two runs of equal words, aligned word by word.
//!
//! In: a stretch of each of two articles. Out: the pairs of words in it that are equal, or alike but
//! for errors of recognition, in ascending order in both; by dynamic programming.

use std::ops::Range;

use super::close::{self, Outline};
use super::draft::Draft;
use super::letters;

/// Two words that are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) a: u32,
    pub(super) b: u32,
    /// Not equal, but alike but for errors of recognition.
    pub(super) close: bool,
}

impl Match {
    pub(super) fn exact(a: usize, b: usize) -> Self {
        Self {
            a: a as u32,
            b: b as u32,
            close: false,
        }
    }
}

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

/// Space that is kept from one pair to the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    scores: Vec<i32>,
    steps: Vec<Step>,
    /// Of each word of the second article and the one before it, run together.
    pairs: Vec<Outline>,
    forms: close::Scratch,
}

/// How a cell of the table was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Stop,
    Equal,
    Close,
    /// One word of the first is two of the second.
    Split,
    /// Two words of the first are one of the second.
    Joined,
    Unequal,
    SkipA,
    SkipB,
}

// In tenths of an equal word's half, so that sums are exact.
const EQUAL: i32 = 20;
const CLOSE: i32 = 15;
const SLOTS: i32 = 2;
const UNEQUAL: i32 = -4;
const SKIP: i32 = -3;

/// Aligns the gaps between two articles.
pub(super) struct Aligner<'a> {
    a: &'a Draft,
    b: &'a Draft,
    scratch: &'a mut Scratch,
}

impl<'a> Aligner<'a> {
    pub(super) fn new(a: &'a Draft, b: &'a Draft, scratch: &'a mut Scratch) -> Self {
        Self { a, b, scratch }
    }

    /// Aligns one gap.
    pub(super) fn gap(&mut self, gap: &Gap) -> Vec<Match> {
        let found = self.by_table(gap);
        letters::with_misread(self.a, self.b, gap, found)
    }

    /// A small gap as a whole, of a larger one what hangs on to the runs beside it.
    fn by_table(&mut self, gap: &Gap) -> Vec<Match> {
        let mut out = Vec::new();
        let (mut a, mut b) = (gap.a.clone(), gap.b.clone());
        if a.is_empty() || b.is_empty() {
            return out;
        }
        if gap.cells() <= CELLS && gap.left && gap.right {
            self.table(a, b, false, false, &mut out);
            return out;
        }
        while gap.left && !a.is_empty() && !b.is_empty() {
            let (end_a, end_b) = (a.end.min(a.start + WINDOW), b.end.min(b.start + WINDOW));
            let before = out.len();
            self.table(a.start..end_a, b.start..end_b, false, true, &mut out);
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
            self.table(start_a..a.end, start_b..b.end, true, false, &mut part);
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

    /// Aligns by dynamic programming. With `free_start` or `free_end`, what is before the first or
    /// after the last match costs nothing.
    fn table(
        &mut self,
        a: Range<usize>,
        b: Range<usize>,
        free_start: bool,
        free_end: bool,
        out: &mut Vec<Match>,
    ) {
        let (rows, columns) = (a.len() + 1, b.len() + 1);
        let skip = if free_start { 0 } else { SKIP };
        // No side is longer than a table has cells.
        let skips = |count: usize| skip * i32::try_from(count).unwrap_or_default();
        self.scratch.scores.clear();
        self.scratch.scores.resize(rows * columns, 0);
        self.scratch.steps.clear();
        self.scratch.steps.resize(rows * columns, Step::Stop);
        for column in 1..columns {
            self.scratch.scores[column] = skips(column);
            self.scratch.steps[column] = Step::SkipB;
        }
        let outlines = &self.b.outlines[b.clone()];
        self.scratch.pairs.clear();
        self.scratch.pairs.push(Outline::NONE);
        let pairs = outlines.array_windows().map(|[x, y]| x.joined(*y));
        self.scratch.pairs.extend(pairs);
        let mut best = (0, 0, 0);
        for row in 1..rows {
            self.scratch.scores[row * columns] = skips(row);
            self.scratch.steps[row * columns] = Step::SkipA;
            let (score, column) = self.row(row, &a, &b);
            if score > best.0 {
                best = (score, row, column);
            }
        }
        let (mut row, mut column) = if free_end {
            (best.1, best.2)
        } else {
            (rows - 1, columns - 1)
        };
        let from = out.len();
        while row > 0 && column > 0 {
            let step = self.scratch.steps[row * columns + column];
            let mut push = |row: usize, column: usize, close| {
                out.push(Match {
                    a: (a.start + row - 1) as u32,
                    b: (b.start + column - 1) as u32,
                    close,
                });
            };
            match step {
                Step::Equal => push(row, column, false),
                Step::Close => push(row, column, true),
                Step::Split => {
                    // The word is paired with both.
                    push(row, column, true);
                    push(row, column - 1, true);
                }
                Step::Joined => {
                    push(row, column, true);
                    push(row - 1, column, true);
                }
                _ => {}
            }
            let (up, left) = match step {
                Step::SkipA => (1, 0),
                Step::SkipB => (0, 1),
                Step::Split => (1, 2),
                Step::Joined => (2, 1),
                Step::Stop => break,
                Step::Equal | Step::Close | Step::Unequal => (1, 1),
            };
            row -= up;
            column -= left;
        }
        out[from..].reverse();
    }

    /// Fills a row of the table, whose first cell and rows before are filled; gives its highest
    /// score above 0, and the first column that has it.
    fn row(&mut self, row: usize, a: &Range<usize>, b: &Range<usize>) -> (i32, usize) {
        let columns = b.len() + 1;
        let Scratch {
            scores,
            steps,
            pairs,
            forms,
        } = &mut *self.scratch;
        let (before, from_here) = scores.split_at_mut(row * columns);
        let (here, steps) = (&mut from_here[..columns], &mut steps[row * columns..]);
        let (above_that, above) = before.split_at((row - 1) * columns);
        let at_a = a.start + row - 1;
        let (x, outline_a) = (&self.a.words[at_a], self.a.outlines[at_a]);
        let pair_a = if row > 1 {
            self.a.outlines[at_a - 1].joined(outline_a)
        } else {
            Outline::NONE
        };
        let is_slot = x.kind.is_slot();
        let others = self.b.words[b.clone()]
            .iter()
            .zip(&self.b.outlines[b.clone()]);
        let mut best = (0, 0);
        for (column, ((y, &outline_b), &pair_b)) in (1..).zip(others.zip(&*pairs)) {
            let at_b = b.start + column - 1;
            let (diagonal, up, left) = (above[column - 1], above[column], here[column - 1]);
            // Nothing is better than an equal pair at its place: both words are used up for the
            // most there is.
            let cell = if x.hash == y.hash && diagonal + EQUAL >= up.max(left) + SKIP {
                (diagonal + EQUAL, Step::Equal)
            } else {
                let is_close = outline_a.may_be_close(outline_b) && {
                    let (form_a, form_b) = (self.a.folded(at_a), self.b.folded(at_b));
                    close::words(form_a, form_b, x.kind, y.kind, forms)
                };
                let mut cell = if is_close {
                    (diagonal + CLOSE, Step::Close)
                } else if is_slot && y.kind.is_slot() {
                    (diagonal + SLOTS, Step::Unequal)
                } else {
                    (diagonal + UNEQUAL, Step::Unequal)
                };
                let mut offer = |score: i32, step: Step| {
                    if score > cell.0 {
                        cell = (score, step);
                    }
                };
                offer(up + SKIP, Step::SkipA);
                offer(left + SKIP, Step::SkipB);
                if pair_b.may_be_close(outline_a) {
                    let two = [self.b.folded(at_b - 1), self.b.folded(at_b)];
                    if close::joined(self.a.folded(at_a), two, forms) {
                        offer(above[column - 2] + CLOSE, Step::Split);
                    }
                }
                if pair_a.may_be_close(outline_b) {
                    let two = [self.a.folded(at_a - 1), self.a.folded(at_a)];
                    if close::joined(self.b.folded(at_b), two, forms) {
                        let score = above_that[(row - 2) * columns + column - 1] + CLOSE;
                        offer(score, Step::Joined);
                    }
                }
                cell
            };
            (here[column], steps[column]) = cell;
            if cell.0 > best.0 {
                best = (cell.0, column);
            }
        }
        best
    }
}
