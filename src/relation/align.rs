//! Word alignment of two articles.
//!
//! In: two [`AnalyzedArticle`]s. Out: pairs of matched words, ascending in both articles: equal
//! words, and words that differ by recognition errors. Passages in a different order are listed
//! apart.
//!
//! Anchors are short runs of words without a second occurrence in an article. The chain is the
//! longest increasing subsequence of shared anchors, as in patience diff. Each chained anchor grows
//! into a run for as long as neighbouring words are equal. Gaps between runs are aligned by dynamic
//! programming (Needleman and Wunsch 1970). The scores reward a pair with a recognition error, and
//! charge little for a mismatch.

use super::analyzed::AnalyzedArticle;
use super::gap::{Aligner, Gap};
use super::letters;
use super::table::{AlignmentTable, WordPair};
use super::unique_runs::Lookup;
use crate::kit::increasing;

/// Matched words of two articles.
#[derive(Clone, Debug, Default)]
pub(super) struct Alignment {
    /// Pairs in ascending order in both articles.
    pub(super) matches: Vec<WordPair>,
    /// Equal words in passages out of order, ascending in `a`.
    pub(super) moved: Vec<WordPair>,
}

impl Alignment {
    /// Exchanges `a` and `b`.
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

/// Least share of the shorter article, by weight, in runs of two or more words. Below it, the gaps
/// are not aligned: a copy is unlikely, whatever its errors. One in 500 pairs proved to be copies
/// is below, with an error in every second word. Four in five pairs that only share a subject are
/// below.
const DEEP: f64 = 0.06;
/// Share of the shorter article in runs, by weight, below which a pair is no clean copy. A few gaps
/// are then probed to tell a copy with errors from a different text. Chosen by hand.
const SPARSE: f64 = 0.4;
/// Mean length of a run, in words, from which a sparse pair counts as clean. Errors would have
/// broken the runs, so they are passages within different texts. Chosen by hand.
const CLEAN: usize = 5;
/// Largest small gap, in cells: about 16 words on either side. Chosen by hand.
const SMALL: usize = 256;
/// Cells to align in a sparse pair before the matches must show recognition errors. Chosen by hand.
const PROBE: usize = 512;
/// Least share of matched words in the gaps aligned so far for larger gaps to be aligned.
/// Recognition errors leave two words in three equal. Unlike texts agree in one word in five.
const SAME: f64 = 0.4;
/// Least length of a moved passage, in words. Shorter runs recur by chance. Chosen by hand.
const MOVED: usize = 6;

/// Buffers reused from pair to pair.
#[derive(Debug, Default)]
pub(super) struct AlignScratch {
    shared: Vec<(u32, u32)>,
    /// Anchors that may be shared.
    likely: Vec<u64>,
    chain: Vec<(u32, u32)>,
    increasing: increasing::IncreasingScratch,
    runs: Vec<WordRun>,
    gaps: Vec<Gap>,
    /// Numbers of gaps, from small to large.
    order: Vec<usize>,
    table: AlignmentTable,
    /// Matches in gaps.
    in_gaps: Vec<WordPair>,
    /// By word of either article: whether it has a match.
    taken: [Vec<bool>; 2],
    /// The result.
    pub(super) alignment: Alignment,
}

/// Aligns two articles, where `a` is the shorter.
///
/// Dynamic programming takes nearly all of the time, so only promising gaps are aligned. No gap is
/// aligned if the runs hold too little text for a copy with errors. In a copy, small gaps are
/// aligned, because they show the facts that differ. Larger gaps are aligned once smaller gaps
/// prove to hold equal words with recognition errors.
pub(super) fn align<'s>(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    anchors: Anchors<'_>,
    scratch: &'s mut AlignScratch,
) -> &'s mut Alignment {
    let AlignScratch {
        shared,
        likely,
        chain,
        increasing,
        runs,
        gaps,
        order,
        table,
        in_gaps: found,
        taken,
        alignment,
    } = scratch;
    // 1. Chain the shared anchors, and extend the chain to runs. Shared anchors ascend in `a`; the
    // chain ascends in both articles.
    find_shared(a, b, anchors, likely, shared);
    increasing::longest(shared, |&(_, in_b)| in_b, increasing, chain);
    find_runs(a, b, chain, runs);
    // 2. Decide from the weight and length of the runs whether to align gaps.
    let weight = |run: &WordRun| -> f64 {
        let words = &a.words[run.a..run.a + run.len];
        words.iter().map(|word| f64::from(word.weight)).sum()
    };
    let in_runs: f64 = runs.iter().map(weight).sum();
    let longer = || runs.iter().filter(|run| run.len > 1);
    let in_longer: f64 = longer().map(weight).sum();
    let is_sparse = in_runs < SPARSE * a.mass;
    let is_clean = longer().map(|run| run.len).sum::<usize>() >= CLEAN * longer().count();
    found.clear();
    if in_longer >= DEEP * a.mass && !(is_sparse && is_clean) {
        let mut aligner = Aligner::new(a, b, table);
        find_gaps(a, b, runs, gaps);
        align_gaps(&mut aligner, gaps, is_sparse, order, found);
    }
    // 3. Merge the matches in gaps and the runs in order.
    let Alignment { matches, moved } = &mut *alignment;
    matches.clear();
    let mut found = &**found;
    for run in runs {
        let (before, behind) = found.split_at(found.partition_point(|at| (at.a as usize) < run.a));
        found = behind;
        matches.extend(before);
        matches.extend((0..run.len).map(|at| WordPair::exact(run.a + at, run.b + at)));
    }
    matches.extend(found);
    // 4. Look for moved passages around anchors outside the chain. Chained anchors lie in runs.
    moved.clear();
    if chain.len() < shared.len() {
        find_moved(a, b, shared, matches, taken, moved);
    }
    alignment
}

/// Lists the gap before each run, and the gap after the final run.
fn find_gaps(a: &AnalyzedArticle, b: &AnalyzedArticle, runs: &[WordRun], gaps: &mut Vec<Gap>) {
    let starts = runs.iter().map(|run| (run.a + run.len, run.b + run.len));
    let ends = runs.iter().map(|run| (run.a, run.b));
    let gap = |((a, b), (end_a, end_b))| Gap {
        a: a..end_a,
        b: b..end_b,
        left: a > 0 || b > 0,
        right: true,
    };
    let both_ends = (a.words.len(), b.words.len());
    let starts = std::iter::once((0, 0)).chain(starts);
    gaps.clear();
    gaps.extend(starts.zip(ends.chain(std::iter::once(both_ends))).map(gap));
    // The outer gaps have a run on the inner side only.
    if let Some(first) = gaps.first_mut() {
        first.left = false;
    }
    if let Some(last) = gaps.last_mut() {
        last.right = false;
    }
}

/// Aligns gaps from small to large, and appends their matches to `found` in ascending order. Stops
/// at the first gap that is not worth aligning; later gaps have no matches. `order` is scratch space.
fn align_gaps(
    aligner: &mut Aligner<'_>,
    gaps: &[Gap],
    is_sparse: bool,
    order: &mut Vec<usize>,
    found: &mut Vec<WordPair>,
) {
    let (mut seen, mut matched, mut close, mut cells) = (0, 0, 0, 0);
    order.clear();
    order.extend(0..gaps.len());
    // Ascending by size, and equal sizes in text order.
    order.sort_unstable_by_key(|&at| (gaps[at].cells(), at));
    for &at in &*order {
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
        let from = found.len();
        aligner.gap(gap, found);
        letters::with_misread(aligner.a, aligner.b, gap, found, from);
        let matches = &found[from..];
        cells += gap.cells();
        seen += gap.a.len().min(gap.b.len());
        matched += matches.len();
        close += matches.iter().filter(|found| found.close).count();
    }
    found.sort_unstable_by_key(|at| (at.a, at.b));
}

/// An anchor look-up table, tagged with the article it was built from.
#[derive(Clone, Copy)]
pub(super) enum Anchors<'a> {
    OfA(&'a Lookup),
    OfB(&'a Lookup),
}

/// Collects the places of shared anchors in `a` and `b`, ascending by place in `a`. `likely` is scratch
/// space.
fn find_shared(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    anchors: Anchors<'_>,
    likely: &mut Vec<u64>,
    shared: &mut Vec<(u32, u32)>,
) {
    shared.clear();
    let mut add = |at_a: u32, at_b: u32| {
        // Anchor keys have 32 bits and collide; equal word hashes rule collisions out.
        if a.words[at_a as usize].hash == b.words[at_b as usize].hash {
            shared.push((at_a, at_b));
        }
    };
    match anchors {
        Anchors::OfA(lookup) => lookup.for_shared(&b.anchors, likely, add),
        Anchors::OfB(lookup) => {
            lookup.for_shared(&a.anchors, likely, |at_b, at_a| add(at_a, at_b));
        }
    }
    shared.sort_unstable();
    shared.dedup();
}

/// A run of `len` equal words, starting at word `a` in one article and `b` in the other.
#[derive(Clone, Copy, Debug)]
struct WordRun {
    a: usize,
    b: usize,
    len: usize,
}

/// Extends chained anchors in both directions to maximal runs of equal words. Runs don't overlap.
fn find_runs(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    chain: &[(u32, u32)],
    runs: &mut Vec<WordRun>,
) {
    let equal = |at_a: usize, at_b: usize| matches!((a.words.get(at_a), b.words.get(at_b)), (Some(x), Some(y)) if x.hash == y.hash);
    runs.clear();
    let (mut end_a, mut end_b) = (0, 0);
    for &(at_a, at_b) in chain {
        let (at_a, at_b) = (at_a as usize, at_b as usize);
        if at_a < end_a || at_b < end_b {
            // The anchor overlaps the previous run.
            continue;
        }
        let room = (at_a - end_a).min(at_b - end_b);
        let back = (1..=room)
            .take_while(|&back| equal(at_a - back, at_b - back))
            .count();
        let forth = (0..a.words.len() - at_a)
            .take_while(|&forth| equal(at_a + forth, at_b + forth))
            .count();
        let run = WordRun {
            a: at_a - back,
            b: at_b - back,
            len: back + forth,
        };
        (end_a, end_b) = (run.a + run.len, run.b + run.len);
        runs.push(run);
    }
}

/// Extends unchained anchors to passages of equal words without a match in either article. Appends
/// passages of at least [`MOVED`] words to `moved`, ascending in `a`. `taken` is scratch space.
fn find_moved(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    shared: &[(u32, u32)],
    matches: &[WordPair],
    taken: &mut [Vec<bool>; 2],
    moved: &mut Vec<WordPair>,
) {
    let [taken_a, taken_b] = taken;
    for (taken, article) in [(&mut *taken_a, a), (&mut *taken_b, b)] {
        taken.clear();
        taken.resize(article.words.len(), false);
    }
    for found in matches {
        taken_a[found.a as usize] = true;
        taken_b[found.b as usize] = true;
    }
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
}
