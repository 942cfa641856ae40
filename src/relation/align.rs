//! The alignment of two articles: which word of one is which word of the other.
//!
//! In: two [`AnalyzedArticle`]s. Out: pairs of words in ascending order in both, equal or alike but for
//! errors of recognition; and the passages that stand in both in another order.
//!
//! Anchors are the short runs that stand once in each; those of them that are in order in both
//! (their longest increasing subsequence, as in patience diff) are extended as far as words are
//! equal, and what is left between two of them is aligned by dynamic programming (Needleman and
//! Wunsch 1970), scored so that a word with an error of recognition is worth keeping and a
//! mismatch is a little worse than nothing.

use super::analyzed::AnalyzedArticle;
use super::gap::{Aligner, Gap};
use super::letters;
use super::table::{AlignmentTable, WordPair};
use super::unique_runs::Lookup;
use crate::kit::increasing;

/// What stands in both articles.
#[derive(Clone, Debug, Default)]
pub(super) struct Alignment {
    /// In ascending order in both.
    pub(super) matches: Vec<WordPair>,
    /// Equal words in another order, in ascending order in the first.
    pub(super) moved: Vec<WordPair>,
}

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

/// The least share of the shorter article, by weight, that equal runs must hold for a copy with
/// errors to be likely. Of pairs that prove to be copies, one in five hundred has less, with an
/// error in every other word; of those that share only their subject, four in five have less.
const DEEP: f64 = 0.06;
/// Where equal runs hold less than this share of the shorter article, by weight, it is no clean
/// copy: a few gaps are looked at to tell one with errors from another text.
const SPARSE: f64 = 0.4;
/// Words in a run, on average, where there are hardly errors that break it: passages in another
/// text.
const CLEAN: usize = 5;
/// Cells of a small gap: some fifteen words on both sides.
const SMALL: usize = 256;
/// Cells that are looked at to see what there is.
const PROBE: usize = 512;
/// The share of the words in gaps that must match for the rest to be looked at. Errors of
/// recognition leave two words in three; unlike texts have one word in five at like places.
const SAME: f64 = 0.4;
/// Equal words in a row that make a passage that was moved. Fewer recur by chance.
const MOVED: usize = 6;

/// Space that is kept from one pair to the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    shared: Vec<(u32, u32)>,
    chain: Vec<(u32, u32)>,
    increasing: increasing::Scratch,
    table: AlignmentTable,
}

/// Aligns two articles, `a` the shorter.
///
/// Dynamic programming takes nearly all of the time, so it is done where it can tell something: not
/// at all if equal runs show that there is too little in common for a copy, however many errors it
/// may have; of a copy, in small gaps, where facts differ; anywhere else only if the first gaps that
/// are looked at prove to be the same words with errors.
pub(super) fn align(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    anchors: Anchors<'_>,
    scratch: &mut Scratch,
) -> Alignment {
    find_shared(a, b, anchors, &mut scratch.shared);
    // Anchors in ascending order of their places in `a`; the chain ascends in both.
    let Scratch {
        shared,
        chain,
        increasing,
        ..
    } = scratch;
    increasing::longest(shared, |&(_, in_b)| in_b, increasing, chain);
    let runs = runs(a, b, &scratch.chain);
    let weight = |run: &Run| -> f64 {
        let words = &a.words[run.a..run.a + run.len];
        words.iter().map(|word| f64::from(word.weight)).sum()
    };
    let in_runs: f64 = runs.iter().map(weight).sum();
    let longer = || runs.iter().filter(|run| run.len > 1);
    let in_longer: f64 = longer().map(weight).sum();
    let is_sparse = in_runs < SPARSE * a.mass;
    let is_clean = longer().map(|run| run.len).sum::<usize>() >= CLEAN * longer().count();
    let found = if in_longer >= DEEP * a.mass && !(is_sparse && is_clean) {
        let mut aligner = Aligner::new(a, b, &mut scratch.table);
        in_gaps(&mut aligner, &gaps(a, b, &runs), is_sparse)
    } else {
        vec![Vec::new(); runs.len() + 1]
    };
    let mut matches = Vec::with_capacity(a.words.len());
    let mut found = found.into_iter();
    for run in &runs {
        matches.extend(found.next().into_iter().flatten());
        matches.extend((0..run.len).map(|at| WordPair::exact(run.a + at, run.b + at)));
    }
    matches.extend(found.flatten());
    // An anchor of the chain starts a run, or has a word in one: it was not moved.
    let moved = if scratch.chain.len() == scratch.shared.len() {
        Vec::new()
    } else {
        moved(a, b, &scratch.shared, &matches)
    };
    Alignment { matches, moved }
}

/// What stands before the first run, between two, and after the last.
fn gaps(a: &AnalyzedArticle, b: &AnalyzedArticle, runs: &[Run]) -> Vec<Gap> {
    let starts = runs.iter().map(|run| (run.a + run.len, run.b + run.len));
    let ends = runs.iter().map(|run| (run.a, run.b));
    let gap = |((a, b), (end_a, end_b))| Gap {
        a: a..end_a,
        b: b..end_b,
        left: a > 0 || b > 0,
        right: true,
    };
    let both_ends = (a.words.len(), b.words.len());
    let mut gaps: Vec<Gap> = std::iter::once((0, 0))
        .chain(starts)
        .zip(ends.chain(std::iter::once(both_ends)))
        .map(gap)
        .collect();
    // Before the first run and after the last, nothing holds the other side.
    if let Some(first) = gaps.first_mut() {
        first.left = false;
    }
    if let Some(last) = gaps.last_mut() {
        last.right = false;
    }
    gaps
}

/// The matches in each gap.
fn in_gaps(aligner: &mut Aligner<'_>, gaps: &[Gap], is_sparse: bool) -> Vec<Vec<WordPair>> {
    let mut found = vec![Vec::new(); gaps.len()];
    let (mut seen, mut matched, mut close, mut cells) = (0, 0, 0, 0);
    let mut order: Vec<usize> = (0..gaps.len()).collect();
    // The smallest first; stable, so that equals go from left to right.
    order.sort_by_key(|&at| gaps[at].cells());
    for at in order {
        let gap = &gaps[at];
        let is_noisy = close > 0 && matched as f64 >= SAME * seen as f64;
        let may_probe = if is_sparse {
            cells < PROBE
        } else {
            gap.cells() <= SMALL
        };
        if !is_noisy && !may_probe {
            break;
        }
        let by_table = aligner.gap(gap);
        let matches = letters::with_misread(aligner.a, aligner.b, gap, by_table);
        cells += gap.cells();
        seen += gap.a.len().min(gap.b.len());
        matched += matches.len();
        close += matches.iter().filter(|found| found.close).count();
        found[at] = matches;
    }
    found
}

/// The table of the anchors of one of two articles.
#[derive(Clone, Copy)]
pub(super) enum Anchors<'a> {
    OfA(&'a Lookup),
    OfB(&'a Lookup),
}

/// The anchors of both, by place in the first.
fn find_shared(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    anchors: Anchors<'_>,
    shared: &mut Vec<(u32, u32)>,
) {
    shared.clear();
    let mut add = |at_a: u32, at_b: u32| {
        // Keys of 32 bits collide; words of the same hash are the same.
        if a.words[at_a as usize].hash == b.words[at_b as usize].hash {
            shared.push((at_a, at_b));
        }
    };
    match anchors {
        Anchors::OfA(lookup) => lookup.for_shared(&b.anchors, add),
        Anchors::OfB(lookup) => lookup.for_shared(&a.anchors, |at_b, at_a| add(at_a, at_b)),
    }
    shared.sort_unstable();
    shared.dedup();
}

/// Equal words from `a` in the first and from `b` in the second article.
#[derive(Clone, Copy, Debug)]
struct Run {
    a: usize,
    b: usize,
    len: usize,
}

/// Runs of equal words around the anchors of a chain, as long as they can be without meeting.
fn runs(a: &AnalyzedArticle, b: &AnalyzedArticle, chain: &[(u32, u32)]) -> Vec<Run> {
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
        let forth = (0..a.words.len() - at_a)
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

/// Passages that stand in both, but out of order: around the anchors that the chain left over.
fn moved(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    shared: &[(u32, u32)],
    matches: &[WordPair],
) -> Vec<WordPair> {
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
        let forth = (0..a.words.len() - at_a)
            .take_while(|&forth| free(at_a + forth, at_b + forth))
            .count();
        let len = back + forth;
        if len >= MOVED {
            let (start_a, start_b) = (at_a - back, at_b - back);
            taken_a[start_a..start_a + len].fill(true);
            taken_b[start_b..start_b + len].fill(true);
            moved.extend((0..len).map(|at| WordPair::exact(start_a + at, start_b + at)));
        }
    }
    moved.sort_unstable_by_key(|found| found.a);
    moved
}
