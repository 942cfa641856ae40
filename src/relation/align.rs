//! The alignment of two articles: which word of one is which word of the other.
//!
//! In: two [`Draft`]s. Out: pairs of words in ascending order in both, equal or alike but for
//! errors of recognition; and the passages that stand in both in another order.
//!
//! Anchors are the short runs that stand once in each; those of them that are in order in both
//! (their longest increasing subsequence, as in patience diff) are extended as far as words are
//! equal, and what is left between two of them is aligned by dynamic programming (Needleman and
//! Wunsch 1970), scored so that a word with an error of recognition is worth keeping and a
//! mismatch is a little worse than nothing.

use super::close;
use super::draft::{Anchor, Draft};

/// Two words that are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) a: u32,
    pub(super) b: u32,
    /// Not equal, but alike but for errors of recognition.
    pub(super) close: bool,
}

/// What stands in both articles.
#[derive(Clone, Debug, Default)]
pub(super) struct Alignment {
    /// In ascending order in both.
    pub(super) matches: Vec<Match>,
    /// Equal words in another order, in ascending order in the first.
    pub(super) moved: Vec<Match>,
}

/// The least share of the shorter article, by weight, that equal runs must hold for a copy with
/// errors to be likely. Of pairs that prove to be copies, one in five hundred has less, with an
/// error in every other word; of those that share only their subject, four in five have less.
const DEEP: f64 = 0.06;
impl Alignment {
    /// The same with the articles exchanged.
    pub(super) fn reversed(mut self) -> Self {
        for matches in [&mut self.matches, &mut self.moved] {
            for found in &mut *matches {
                (found.a, found.b) = (found.b, found.a);
            }
            matches.sort_unstable_by_key(|found| (found.a, found.b));
        }
        self
    }
}

/// Cells of the largest gap that is aligned as a whole.
const CELLS: usize = 2048;
/// Words on each side of what is aligned at a time at the ends of larger gaps.
const WINDOW: usize = 32;
/// Equal words in a row that make a passage that was moved. Fewer recur by chance.
const MOVED: usize = 6;

/// Space that is kept from one pair to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    shared: Vec<(u32, u32)>,
    chain: Vec<(u32, u32)>,
    tails: Vec<u32>,
    before: Vec<u32>,
    scores: Vec<i32>,
    steps: Vec<Step>,
    forms: close::Scratch,
}

/// Aligns two articles, `a` the shorter.
///
/// Where equal runs show that there is too little in common for a copy, however many errors it may
/// have, what is between them is not looked at: that is what takes the time.
pub(super) fn align(a: &Draft, b: &Draft, scratch: &mut Scratch) -> Alignment {
    find_shared(a, b, &mut scratch.shared);
    longest_chain(scratch);
    let runs = runs(a, b, &scratch.chain);
    let weight = |run: &Run| -> f64 {
        let words = &a.words[run.a..run.a + run.len];
        words.iter().map(|word| f64::from(word.weight)).sum()
    };
    let in_runs: f64 = runs.iter().map(weight).sum();
    let is_deep = in_runs >= DEEP * a.mass;
    let mut matches = Vec::with_capacity(a.words.len());
    let mut end: Option<(usize, usize)> = None;
    let mut aligner = Aligner {
        a,
        b,
        scores: &mut scratch.scores,
        steps: &mut scratch.steps,
        forms: &mut scratch.forms,
    };
    for run in &runs {
        if is_deep {
            let (end_a, end_b) = end.unwrap_or_default();
            let gap = (end_a..run.a, end_b..run.b);
            aligner.gap(gap, end.is_none(), false, &mut matches);
        }
        matches.extend((0..run.len).map(|at| exact(run.a + at, run.b + at)));
        end = Some((run.a + run.len, run.b + run.len));
    }
    if let Some((end_a, end_b)) = end.filter(|_| is_deep) {
        let gap = (end_a..a.words.len(), end_b..b.words.len());
        aligner.gap(gap, false, true, &mut matches);
    }
    let moved = moved(a, b, &scratch.shared, &matches);
    Alignment { matches, moved }
}

/// The anchors of both, by place in the first.
fn find_shared(a: &Draft, b: &Draft, shared: &mut Vec<(u32, u32)>) {
    shared.clear();
    let (mut left, mut right): (&[Anchor], &[Anchor]) = (&a.anchors, &b.anchors);
    while let ([x, ..], [y, ..]) = (left, right) {
        // Keys of 32 bits collide; words of the same hash are the same.
        if x.key == y.key && a.words[x.at as usize].hash == b.words[y.at as usize].hash {
            shared.push((x.at, y.at));
        }
        left = &left[usize::from(x.key <= y.key)..];
        right = &right[usize::from(y.key <= x.key)..];
    }
    shared.sort_unstable();
    shared.dedup();
}

fn exact(a: usize, b: usize) -> Match {
    Match {
        a: a as u32,
        b: b as u32,
        close: false,
    }
}

/// The longest subsequence of `shared`, which is sorted by the first place, that increases in the
/// second (Fredman 1975).
fn longest_chain(scratch: &mut Scratch) {
    let Scratch {
        shared,
        chain,
        tails,
        before,
        ..
    } = scratch;
    tails.clear();
    before.clear();
    for (at, &(_, b)) in (0..).zip(&*shared) {
        let place = tails.partition_point(|&tail| shared[tail as usize].1 < b);
        before.push(place.checked_sub(1).map_or(u32::MAX, |place| tails[place]));
        if place == tails.len() {
            tails.push(at);
        } else {
            tails[place] = at;
        }
    }
    chain.clear();
    let mut at = tails.last().copied().unwrap_or(u32::MAX);
    while at != u32::MAX {
        chain.push(shared[at as usize]);
        at = before[at as usize];
    }
    chain.reverse();
}

/// Equal words from `a` in the first and from `b` in the second article.
#[derive(Clone, Copy, Debug)]
struct Run {
    a: usize,
    b: usize,
    len: usize,
}

/// Runs of equal words around the anchors of a chain, as long as they can be without meeting.
fn runs(a: &Draft, b: &Draft, chain: &[(u32, u32)]) -> Vec<Run> {
    let equal = |at_a: usize, at_b: usize| matches!((a.words.get(at_a), b.words.get(at_b)), (Some(x), Some(y)) if x.hash == y.hash);
    let mut runs: Vec<Run> = Vec::new();
    let (mut end_a, mut end_b) = (0, 0);
    for &(at_a, at_b) in chain {
        let (at_a, at_b) = (at_a as usize, at_b as usize);
        if at_a < end_a || at_b < end_b {
            // It stands in the run before, or starts in it on another diagonal.
            continue;
        }
        let room = (at_a - end_a).min(at_b - end_b);
        let back = (1..=room)
            .take_while(|&back| equal(at_a - back, at_b - back))
            .count();
        let forth = (0..)
            .take_while(|&forth| equal(at_a + forth, at_b + forth))
            .count();
        let run = Run {
            a: at_a - back,
            b: at_b - back,
            len: back + forth,
        };
        (end_a, end_b) = (run.a + run.len, run.b + run.len);
        runs.push(run);
    }
    runs
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

struct Aligner<'a> {
    a: &'a Draft,
    b: &'a Draft,
    scores: &'a mut Vec<i32>,
    steps: &'a mut Vec<Step>,
    forms: &'a mut close::Scratch,
}

type Gap = (std::ops::Range<usize>, std::ops::Range<usize>);

impl Aligner<'_> {
    /// Aligns what stands between two runs, or between a run and an end of the articles.
    fn gap(&mut self, gap: Gap, is_first: bool, is_last: bool, out: &mut Vec<Match>) {
        let (mut a, mut b) = gap;
        if a.is_empty() || b.is_empty() {
            return;
        }
        if a.len() * b.len() <= CELLS && !is_first && !is_last {
            self.table(a, b, false, false, out);
            return;
        }
        // From the left as long as it finds something, then from the right.
        if !is_first {
            while !a.is_empty() && !b.is_empty() {
                let window_a = a.start..a.end.min(a.start + WINDOW);
                let window_b = b.start..b.end.min(b.start + WINDOW);
                let before = out.len();
                self.table(window_a.clone(), window_b.clone(), false, true, out);
                let Some(last) = out[before..].last() else {
                    break;
                };
                (a.start, b.start) = (last.a as usize + 1, last.b as usize + 1);
                // Only what was cut off by the window may go on.
                if a.start + WINDOW / 2 < window_a.end && b.start + WINDOW / 2 < window_b.end {
                    break;
                }
            }
        }
        if !is_last {
            let mut found: Vec<Vec<Match>> = Vec::new();
            while !a.is_empty() && !b.is_empty() {
                let window_a = a.start.max(a.end.saturating_sub(WINDOW))..a.end;
                let window_b = b.start.max(b.end.saturating_sub(WINDOW))..b.end;
                let mut part = Vec::new();
                self.table(window_a.clone(), window_b.clone(), true, false, &mut part);
                let Some(first) = part.first() else {
                    break;
                };
                (a.end, b.end) = (first.a as usize, first.b as usize);
                found.push(part);
                if a.end > window_a.start + WINDOW / 2 && b.end > window_b.start + WINDOW / 2 {
                    break;
                }
            }
            out.extend(found.into_iter().rev().flatten());
        }
    }

    /// Aligns by dynamic programming. With `free_start` or `free_end`, what is before the first or
    /// after the last match costs nothing.
    fn table(
        &mut self,
        a: std::ops::Range<usize>,
        b: std::ops::Range<usize>,
        free_start: bool,
        free_end: bool,
        out: &mut Vec<Match>,
    ) {
        let (rows, columns) = (a.len() + 1, b.len() + 1);
        let skip = if free_start { 0 } else { SKIP };
        self.scores.clear();
        self.scores.resize(rows * columns, 0);
        self.steps.clear();
        self.steps.resize(rows * columns, Step::Stop);
        for column in 1..columns {
            self.scores[column] = skip * column as i32;
            self.steps[column] = Step::SkipB;
        }
        let mut best = (0, 0, 0);
        for row in 1..rows {
            self.scores[row * columns] = skip * row as i32;
            self.steps[row * columns] = Step::SkipA;
            for column in 1..columns {
                let (score, step) = self.cell(&a, &b, row, column);
                let at = row * columns + column;
                self.scores[at] = score;
                self.steps[at] = step;
                if score > best.0 {
                    best = (score, row, column);
                }
            }
        }
        let (mut row, mut column) = if free_end {
            (best.1, best.2)
        } else {
            (rows - 1, columns - 1)
        };
        let from = out.len();
        while row > 0 && column > 0 {
            let step = self.steps[row * columns + column];
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

    fn cell(
        &mut self,
        a: &std::ops::Range<usize>,
        b: &std::ops::Range<usize>,
        row: usize,
        column: usize,
    ) -> (i32, Step) {
        let columns = b.len() + 1;
        let at = row * columns + column;
        let (at_a, at_b) = (a.start + row - 1, b.start + column - 1);
        let (x, y) = (&self.a.words[at_a], &self.b.words[at_b]);
        let diagonal = self.scores[at - columns - 1];
        if x.hash == y.hash {
            // Nothing is better than an equal pair at its place: both words are used up for the
            // most there is.
            let skipped = self.scores[at - columns].max(self.scores[at - 1]) + SKIP;
            if diagonal + EQUAL >= skipped {
                return (diagonal + EQUAL, Step::Equal);
            }
        }
        let (outline_a, outline_b) = (self.a.outlines[at_a], self.b.outlines[at_b]);
        let is_close = outline_a.may_be_close(outline_b) && {
            let (form_a, form_b) = (self.a.folded(at_a), self.b.folded(at_b));
            close::words(form_a, form_b, x.kind, y.kind, self.forms)
        };
        let mut best = if is_close {
            (diagonal + CLOSE, Step::Close)
        } else if x.kind.is_slot() && y.kind.is_slot() {
            (diagonal + SLOTS, Step::Unequal)
        } else {
            (diagonal + UNEQUAL, Step::Unequal)
        };
        let mut offer = |score: i32, step: Step| {
            if score > best.0 {
                best = (score, step);
            }
        };
        offer(self.scores[at - columns] + SKIP, Step::SkipA);
        offer(self.scores[at - 1] + SKIP, Step::SkipB);
        if column > 1
            && self.b.outlines[at_b - 1]
                .joined(outline_b)
                .may_be_close(outline_a)
        {
            let two = self.b.folded_run(at_b - 1..at_b + 1);
            if close::joined(self.a.folded(at_a), two, self.forms) {
                offer(self.scores[at - columns - 2] + CLOSE, Step::Split);
            }
        }
        if row > 1
            && self.a.outlines[at_a - 1]
                .joined(outline_a)
                .may_be_close(outline_b)
        {
            let two = self.a.folded_run(at_a - 1..at_a + 1);
            if close::joined(self.b.folded(at_b), two, self.forms) {
                offer(self.scores[at - 2 * columns - 1] + CLOSE, Step::Joined);
            }
        }
        best
    }
}

/// Passages that stand in both, but out of order: around the anchors that the chain left over.
fn moved(a: &Draft, b: &Draft, shared: &[(u32, u32)], matches: &[Match]) -> Vec<Match> {
    let mut taken_a = vec![false; a.words.len()];
    let mut taken_b = vec![false; b.words.len()];
    for found in matches {
        taken_a[found.a as usize] = true;
        taken_b[found.b as usize] = true;
    }
    let mut moved = Vec::new();
    for &(at_a, at_b) in shared {
        let (at_a, at_b) = (at_a as usize, at_b as usize);
        let free = |at_a: usize, at_b: usize| {
            at_a < a.words.len()
                && at_b < b.words.len()
                && !taken_a[at_a]
                && !taken_b[at_b]
                && a.words[at_a].hash == b.words[at_b].hash
        };
        if !free(at_a, at_b) {
            continue;
        }
        let back = (1..=at_a.min(at_b))
            .take_while(|&back| free(at_a - back, at_b - back))
            .count();
        let forth = (0..)
            .take_while(|&forth| free(at_a + forth, at_b + forth))
            .count();
        let len = back + forth;
        if len >= MOVED {
            let (start_a, start_b) = (at_a - back, at_b - back);
            taken_a[start_a..start_a + len].fill(true);
            taken_b[start_b..start_b + len].fill(true);
            moved.extend((0..len).map(|at| exact(start_a + at, start_b + at)));
        }
    }
    moved.sort_unstable_by_key(|found| found.a);
    moved
}
