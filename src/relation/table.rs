//! The dynamic programming table for two stretches of words.
//!
//! In: two [`AnalyzedArticle`]s, with a range of words in each. Out: the pairs of matched words
//! with the highest total score, ascending in both ranges: equal words, and words that differ by
//! recognition errors.
//!
//! Few cells pair words with anything in common. A filter on a byte or two per word finds candidate
//! cells, 32 columns at a time. Without a common word the alignment is empty. Otherwise scores are
//! filled in row by row, and the traceback follows from the scores alone.

use std::ops::Range;

use super::analyzed::{AnalyzedArticle, Word};
use super::close::{self, WordShape};
use crate::simd::{Cpu, Kernel, Task};

/// A matched word in each article, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WordPair {
    pub(super) a: u32,
    pub(super) b: u32,
    /// The words differ by recognition errors.
    pub(super) close: bool,
}

impl WordPair {
    pub(super) fn exact(a: usize, b: usize) -> Self {
        Self {
            a: a as u32,
            b: b as u32,
            close: false,
        }
    }
}

/// Columns compared at a time.
const LANES: usize = 32;

/// An alignment score, in twentieths of an equal pair: integers keep sums exact. A table has at
/// most 2,048 cells, so sums fit into 16 bits.
///
/// The five scores below were chosen by hand. Skipping a word in both articles costs more than an
/// unequal pair.
type Score = i16;

/// Score of an equal pair.
const EQUAL: Score = 20;
/// Score of a pair that differs by recognition errors, or of a split or joined word.
const CLOSE: Score = 15;
/// Score of two different slot words (numbers, names, dates): facts stand side by side.
const SLOTS: Score = 2;
/// Score of any other unequal pair.
const UNEQUAL: Score = -4;
/// Score of a word without a counterpart.
const SKIP: Score = -3;

/// Bit set of what the words of a cell have in common.
type Common = u8;

const IS_EQUAL: Common = 1;
const IS_CLOSE: Common = 2;
/// A word in `a` is split into two words in `b`.
const IS_SPLIT: Common = 4;
/// Two words in `a` are joined into a single word in `b`.
const IS_JOINED: Common = 8;

/// Stand-in lengths for words close to no other word, in `a` and in `b`. Neither is near the length
/// of another word, nor near its counterpart.
const ALONE_IN_A: u8 = 110;
const ALONE_IN_B: u8 = 220;

/// Longest word, in letters, whose misreadings are checked against the corpus. Longer words seldom
/// resemble another word by chance. Chosen by hand: one in ten English words of six letters is two
/// edits from another word.
const LETTERS_BY_CHANCE: u8 = 5;

/// Least difference in weight between a misreading and its word, if the corpus has the misreading
/// more than a few times. The weight is a natural logarithm, so the word is four times as frequent.
/// On 4,668 copies with recognition errors, the adjusted Rand index is .998 with a factor of four,
/// .998 without a condition, and .9975 with a factor of twenty.
const MISREAD_IS_RARER: f32 = 1.4;

/// Unmatched words at an end of the ranges that cost nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Free {
    Nothing,
    /// Words before the first match.
    Start,
    /// Words after the last match.
    End,
}

/// Buffers reused from table to table.
#[derive(Debug)]
pub(super) struct AlignmentTable {
    cpu: Cpu,
    columns: Vec<Columns>,
    /// For each word in `b`: its own shape, and its shape joined to the previous word.
    shapes: Vec<[WordShape; 2]>,
    /// By row, then by block of columns.
    common: Vec<[Common; LANES]>,
    /// By row, then column; row 0 and column 0 stand for an empty range.
    scores: Vec<Score>,
    forms: close::CloseScratch,
}

impl Default for AlignmentTable {
    fn default() -> Self {
        Self::on(Cpu::best())
    }
}

/// Filter bytes for a block of words in `b`, and for each word joined to the previous word.
#[derive(Clone, Debug)]
struct Columns {
    /// Low bits of the word hash.
    tags: [u8; LANES],
    firsts: [u8; LANES],
    lasts: [u8; LANES],
    lens: [u8; LANES],
    firsts_of_two: [u8; LANES],
    lens_of_two: [u8; LANES],
    /// All ones for a slot word, else 0.
    slots: [Score; LANES],
}

impl Columns {
    const NONE: Self = Self {
        tags: [0; LANES],
        firsts: [0; LANES],
        lasts: [0; LANES],
        lens: [ALONE_IN_B; LANES],
        firsts_of_two: [0; LANES],
        lens_of_two: [ALONE_IN_B; LANES],
        slots: [0; LANES],
    };

    /// Returns a superset of what each word in the block has in common with a word in `a`. The
    /// shapes are of the word in `a` and of the word joined to its predecessor.
    #[inline(always)]
    fn common(&self, tag: u8, [one, two]: [WordShape; 2]) -> [Common; LANES] {
        let (close, split) = (Lens::close(one), Lens::one_of_two(one));
        let joined = Lens::two_of_one(two);
        let mut common = [0; LANES];
        for (lane, common) in common.iter_mut().enumerate() {
            let bit = |is: bool, bit: Common| if is { bit } else { 0 };
            let first = self.firsts[lane] == one.first;
            let first_of_two = self.firsts_of_two[lane] == one.first;
            let first_as_of_two = self.firsts[lane] == two.first;
            let last = self.lasts[lane] == one.last;
            let (len, len_of_two) = (self.lens[lane], self.lens_of_two[lane]);
            *common = bit(self.tags[lane] == tag, IS_EQUAL)
                | bit((first | last) & close.contains(len), IS_CLOSE)
                | bit((first_of_two | last) & split.contains(len_of_two), IS_SPLIT)
                | bit((first_as_of_two | last) & joined.contains(len), IS_JOINED);
        }
        common
    }
}

/// A range of lengths for forms close to a given form.
#[derive(Clone, Copy)]
struct Lens {
    least: u8,
    /// Length of the range, less 1.
    more: u8,
}

impl Lens {
    fn close(shape: WordShape) -> Self {
        let len = shape.len_or(ALONE_IN_A);
        let (least, most) = close::lens(len);
        Self {
            least,
            more: most - least,
        }
    }

    /// Lengths of two joined words close to a single word.
    fn one_of_two(one: WordShape) -> Self {
        let len = one.len_or(ALONE_IN_A);
        if len < close::LEN_OF_JOINED {
            Self {
                least: len,
                more: 0,
            }
        } else {
            Self::close(one)
        }
    }

    /// Lengths of a single word close to two joined words.
    fn two_of_one(two: WordShape) -> Self {
        let Self { least, more } = Self::close(two);
        let shortest = close::LEN_OF_JOINED.min(two.len);
        let shorter = shortest.saturating_sub(least).min(more);
        Self {
            least: least + shorter,
            more: more - shorter,
        }
    }

    #[inline(always)]
    fn contains(self, len: u8) -> bool {
        len.wrapping_sub(self.least) <= self.more
    }
}

/// Keeps the bits of `common` that the shapes of the words leave possible. The shapes are of a word in
/// `a` and a word in `b`, and of both joined to their predecessors.
#[inline(always)]
fn possible(common: Common, of_a: [WordShape; 2], of_b: [WordShape; 2]) -> Common {
    let ([one_a, two_a], [one_b, two_b]) = (of_a, of_b);
    let bit = |is: bool, bit: Common| Common::from(is) * bit;
    common
        & (IS_EQUAL
            | bit(one_a.may_be_close(one_b), IS_CLOSE)
            | bit(two_b.may_be_close(one_a), IS_SPLIT)
            | bit(two_a.may_be_close(one_b), IS_JOINED))
}

/// A range of words in each article.
struct Stretches<'a> {
    a: &'a AnalyzedArticle,
    b: &'a AnalyzedArticle,
    of_a: Range<usize>,
    of_b: Range<usize>,
}

impl Stretches<'_> {
    fn words(&self) -> (&[Word], &[Word]) {
        (
            &self.a.words[self.of_a.clone()],
            &self.b.words[self.of_b.clone()],
        )
    }

    /// Whether either of two similar words may be a misreading. `len` is the length of the longer
    /// word, in letters. Short words resemble each other by chance: `late` and `rate` are different
    /// words if the corpus has both. A misreading is rare, or far rarer than its word.
    fn may_be_misread(&self, x: &Word, y: &Word, len: u8) -> bool {
        len > LETTERS_BY_CHANCE
            || x.weight.max(y.weight) >= self.a.least_of_misread
            || (x.weight - y.weight).abs() >= MISREAD_IS_RARER
    }

    /// Verifies the [`possible`] bits for a row and a column, and returns the bits that hold. `longest` is
    /// the length of the longer word, in letters.
    fn verified(
        &self,
        possible: Common,
        (row, column): (usize, usize),
        longest: u8,
        forms: &mut close::CloseScratch,
    ) -> Common {
        let (at_a, at_b) = (self.of_a.start + row, self.of_b.start + column);
        let (x, y) = (&self.a.words[at_a], &self.b.words[at_b]);
        if x.hash == y.hash {
            // An equal pair uses up both words for the highest score. A neighbouring cell scores
            // higher by at most a single pair, so nothing beats the equal pair.
            return IS_EQUAL;
        }
        let (form_a, form_b) = (self.a.folded(at_a), self.b.folded(at_b));
        let mut found = 0;
        if possible & IS_CLOSE != 0
            && self.may_be_misread(x, y, longest)
            && close::words(form_a, form_b, x.kind, y.kind, forms)
        {
            found |= IS_CLOSE;
        }
        if possible & IS_SPLIT != 0
            && close::joined(form_a, [self.b.folded(at_b - 1), form_b], forms)
        {
            found |= IS_SPLIT;
        }
        if possible & IS_JOINED != 0
            && close::joined(form_b, [self.a.folded(at_a - 1), form_a], forms)
        {
            found |= IS_JOINED;
        }
        found
    }
}

/// The step of the traceback into a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Equal,
    Close,
    Split,
    Joined,
    Unequal,
    SkipA,
    SkipB,
}

/// Aligns two ranges of words, with the instructions of a CPU level.
struct AlignRanges<'a, 'b> {
    table: &'a mut AlignmentTable,
    stretches: &'a Stretches<'b>,
    free: Free,
    out: &'a mut Vec<WordPair>,
}

impl Task for AlignRanges<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, _: K) {
        self.table
            .align_stretches(self.stretches, self.free, self.out);
    }
}

impl AlignmentTable {
    /// An empty table for a CPU level; all levels give equal matches.
    fn on(cpu: Cpu) -> Self {
        Self {
            cpu,
            columns: Vec::new(),
            shapes: Vec::new(),
            common: Vec::new(),
            scores: Vec::new(),
            forms: close::CloseScratch::default(),
        }
    }

    /// Aligns two ranges of words, and appends the matches to `out`.
    pub(super) fn align(
        &mut self,
        (a, of_a): (&AnalyzedArticle, Range<usize>),
        (b, of_b): (&AnalyzedArticle, Range<usize>),
        free: Free,
        out: &mut Vec<WordPair>,
    ) {
        let cpu = self.cpu;
        cpu.run(AlignRanges {
            table: self,
            stretches: &Stretches { a, b, of_a, of_b },
            free,
            out,
        });
    }

    #[inline(always)]
    fn align_stretches(&mut self, stretches: &Stretches<'_>, free: Free, out: &mut Vec<WordPair>) {
        // 1. Find cells whose words have something in common.
        if !self.find_common(stretches) {
            return;
        }
        // 2. Fill in the scores.
        let (mut row, mut column) = self.fill(stretches, free);
        // 3. Trace back from the final cell, collecting matches in reverse.
        let from = out.len();
        while row > 0 && column > 0 {
            let step = self.step(stretches, row, column);
            let mut push = |row: usize, column: usize, close| {
                out.push(WordPair {
                    a: (stretches.of_a.start + row - 1) as u32,
                    b: (stretches.of_b.start + column - 1) as u32,
                    close,
                });
            };
            match step {
                Step::Equal => push(row, column, false),
                Step::Close => push(row, column, true),
                Step::Split => {
                    // The word in `a` is paired with both halves in `b`.
                    push(row, column, true);
                    push(row, column - 1, true);
                }
                Step::Joined => {
                    push(row, column, true);
                    push(row - 1, column, true);
                }
                Step::Unequal | Step::SkipA | Step::SkipB => {}
            }
            let (up, left) = match step {
                Step::SkipA => (1, 0),
                Step::SkipB => (0, 1),
                Step::Split => (1, 2),
                Step::Joined => (2, 1),
                Step::Equal | Step::Close | Step::Unequal => (1, 1),
            };
            row -= up;
            column -= left;
        }
        out[from..].reverse();
    }

    /// Fills `common` for all cells; returns whether any words have something in common.
    #[inline(always)]
    fn find_common(&mut self, stretches: &Stretches<'_>) -> bool {
        self.look_at_columns(stretches);
        let (words_a, words_b) = stretches.words();
        self.common.clear();
        let mut is_any = false;
        let mut last = WordShape::NONE;
        for (row, x) in words_a.iter().enumerate() {
            let one = stretches.a.shape(stretches.of_a.start + row);
            let of_a = [one, last.joined(one)];
            last = one;
            for (at, columns) in self.columns.iter().enumerate() {
                let mut common = columns.common(tag(x), of_a);
                let (eights, _) = common.as_chunks_mut::<8>();
                for (eight, first) in eights.iter_mut().zip((at * LANES..).step_by(8)) {
                    let mut left = u64::from_le_bytes(*eight);
                    while left != 0 {
                        let lane = left.trailing_zeros() as usize / 8;
                        left &= !(0xFF << (8 * lane));
                        let column = first + lane;
                        let of_b = self.shapes.get(column).copied();
                        let of_b = of_b.unwrap_or([WordShape::NONE; 2]);
                        let common = possible(eight[lane], of_a, of_b);
                        eight[lane] = if common == 0 || column >= self.shapes.len() {
                            0
                        } else {
                            let longest = of_a[0].len.max(of_b[0].len);
                            let at = (row, column);
                            stretches.verified(common, at, longest, &mut self.forms)
                        };
                        is_any |= eight[lane] != 0;
                    }
                }
                self.common.push(common);
            }
        }
        debug_assert_eq!(self.shapes.len(), words_b.len());
        is_any
    }

    /// Fills `columns` and `shapes` from the words in `b`.
    fn look_at_columns(&mut self, stretches: &Stretches<'_>) {
        let (_, words) = stretches.words();
        self.columns.clear();
        self.shapes.clear();
        let mut last = WordShape::NONE;
        let mut starts = stretches.of_b.clone().step_by(LANES);
        for (words, first) in words.chunks(LANES).zip(&mut starts) {
            let mut columns = Columns::NONE;
            for (lane, word) in words.iter().enumerate() {
                let one = stretches.b.shape(first + lane);
                let two = last.joined(one);
                columns.tags[lane] = tag(word);
                (columns.firsts[lane], columns.lasts[lane]) = (one.first, one.last);
                columns.lens[lane] = one.len_or(ALONE_IN_B);
                columns.firsts_of_two[lane] = two.first;
                columns.lens_of_two[lane] = two.len_or(ALONE_IN_B);
                columns.slots[lane] = -Score::from(word.kind.is_slot());
                self.shapes.push([one, two]);
                last = one;
            }
            self.columns.push(columns);
        }
    }

    /// Cells in a row, column 0 included.
    fn width(&self) -> usize {
        1 + LANES * self.columns.len()
    }

    /// What the words at a row and a column have in common, counting from 1.
    fn common(&self, row: usize, column: usize) -> Common {
        let (row, column) = (row - 1, column - 1);
        self.common[row * self.columns.len() + column / LANES][column % LANES]
    }

    fn score(&self, row: usize, column: usize) -> Score {
        self.scores[row * self.width() + column]
    }

    /// Fills in all scores; returns the row and column in which the traceback starts.
    #[inline(always)]
    fn fill(&mut self, stretches: &Stretches<'_>, free: Free) -> (usize, usize) {
        let (words, others) = stretches.words();
        let width = self.width();
        self.scores.clear();
        self.scores.resize((words.len() + 1) * width, 0);
        let skip = if free == Free::Start { 0 } else { SKIP };
        // No range has more words than a table has cells, so the conversion succeeds.
        let skips = |count: usize| skip * Score::try_from(count).unwrap_or_default();
        for (column, score) in self.scores[..width].iter_mut().enumerate() {
            *score = skips(column);
        }
        let mut best = (0, 0, 0);
        for (row, word) in (1..).zip(words) {
            self.scores[row * width] = skips(row);
            self.fill_row(row, word.kind.is_slot());
            if free == Free::End {
                let here = &self.scores[row * width..][..=others.len()];
                for (column, &score) in here.iter().enumerate().skip(1) {
                    if score > best.0 {
                        best = (score, row, column);
                    }
                }
            }
        }
        if free == Free::End {
            (best.1, best.2)
        } else {
            (words.len(), others.len())
        }
    }

    /// Fills a row. Column 0 and all previous rows must be filled.
    #[inline(always)]
    fn fill_row(&mut self, row: usize, is_slot: bool) {
        let width = self.width();
        let (before, from_here) = self.scores.split_at_mut(row * width);
        let here = &mut from_here[..width];
        let (above_that, above) = before.split_at((row - 1) * width);
        let slots = -Score::from(is_slot);
        // 1. Unequal pairs come from the diagonal cell, skipped words in `a` from the cell above.
        let ((diagonals, _), (ups, _)) =
            (above.as_chunks::<LANES>(), above[1..].as_chunks::<LANES>());
        let (cells, _) = here[1..].as_chunks_mut::<LANES>();
        let columns = self.columns.iter().zip(diagonals.iter().zip(ups));
        for (cells, (columns, (diagonals, ups))) in cells.iter_mut().zip(columns) {
            for (lane, cell) in cells.iter_mut().enumerate() {
                let unequal = UNEQUAL + ((SLOTS - UNEQUAL) & slots & columns.slots[lane]);
                *cell = (diagonals[lane] + unequal).max(ups[lane] + SKIP);
            }
        }
        // 2. Offer better scores where the words have something in common.
        let common = &self.common[(row - 1) * self.columns.len()..][..self.columns.len()];
        let (eights, _) = common.as_flattened().as_chunks::<8>();
        for (eight, first) in eights.iter().zip((1..).step_by(8)) {
            let mut left = u64::from_le_bytes(*eight);
            while left != 0 {
                let lane = left.trailing_zeros() as usize / 8;
                left &= !(0xFF << (8 * lane));
                let (column, common) = (first + lane, eight[lane]);
                let cell = &mut here[column];
                let mut offer = |score: Score| *cell = score.max(*cell);
                if common & IS_EQUAL != 0 {
                    offer(above[column - 1] + EQUAL);
                }
                if common & IS_CLOSE != 0 {
                    offer(above[column - 1] + CLOSE);
                }
                if common & IS_SPLIT != 0 {
                    offer(above[column - 2] + CLOSE);
                }
                if common & IS_JOINED != 0 {
                    offer(above_that[(row - 2) * width + column - 1] + CLOSE);
                }
            }
        }
        // 3. Skipped words in `b` come from the left cell.
        let mut left = here[0];
        for cell in &mut here[1..=self.shapes.len()] {
            left = (*cell).max(left + SKIP);
            *cell = left;
        }
    }

    /// The first step, in the order below, that gives a cell its score.
    fn step(&self, stretches: &Stretches<'_>, row: usize, column: usize) -> Step {
        let common = self.common(row, column);
        if common & IS_EQUAL != 0 {
            return Step::Equal;
        }
        let diagonal = self.score(row - 1, column - 1);
        let (words, others) = stretches.words();
        let are_slots = || words[row - 1].kind.is_slot() && others[column - 1].kind.is_slot();
        let mut best = if common & IS_CLOSE != 0 {
            (diagonal + CLOSE, Step::Close)
        } else if are_slots() {
            (diagonal + SLOTS, Step::Unequal)
        } else {
            (diagonal + UNEQUAL, Step::Unequal)
        };
        let mut offer = |score: Score, step: Step| {
            if score > best.0 {
                best = (score, step);
            }
        };
        offer(self.score(row - 1, column) + SKIP, Step::SkipA);
        offer(self.score(row, column - 1) + SKIP, Step::SkipB);
        if common & IS_SPLIT != 0 {
            offer(self.score(row - 1, column - 2) + CLOSE, Step::Split);
        }
        if common & IS_JOINED != 0 {
            offer(self.score(row - 2, column - 1) + CLOSE, Step::Joined);
        }
        best.1
    }
}

/// Low bits of a word hash.
fn tag(word: &Word) -> u8 {
    word.hash as u8
}

#[cfg(test)]
mod tests;
