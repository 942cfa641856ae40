//! Passages and differences, as byte ranges in both articles.
//!
//! In: two [`AnalyzedArticle`]s and their [`Alignment`]. Out: [`Passage`]s and [`Difference`]s, in
//! the order of the first article.

use super::align::Alignment;
use super::analyzed::{AnalyzedArticle, Word};
use super::evidence::{numbers_of, only};
use super::kind::WordKind;
use super::table::WordPair;
use super::unmatched::{Unmatched, gaps};
use crate::text::Span;

/// A run of words shared by two articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Passage {
    /// The place of the passage in the first article.
    pub a: Span,
    /// The place of the passage in the second article.
    pub b: Span,
    /// Length of the passage, in words of the first article.
    pub words: u32,
    /// How exactly the words agree.
    pub kind: PassageKind,
}

/// How exactly the words of a passage agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum PassageKind {
    /// Equal words; case, punctuation and breaks at line ends may differ.
    Exact,
    /// Words that differ by recognition errors.
    Noisy,
    /// Equal words, at a different position in the order of passages.
    Moved,
}

/// A place at which two articles differ. Words found only in one article have an empty span in the
/// other article, at the place where they are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Difference {
    /// What differs.
    pub kind: DifferenceKind,
    /// The place of the difference in the first article.
    pub a: Span,
    /// The place of the difference in the second article.
    pub b: Span,
}

/// What differs at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum DifferenceKind {
    /// A number.
    Number,
    /// A number with a unit of money or share.
    Amount,
    /// A name.
    Name,
    /// The name of a month or a day, or the number beside it.
    Date,
    /// Words without a number, name or date that differs.
    Replaced,
    /// Words found only in the second article.
    Inserted,
    /// Words found only in the first article.
    Dropped,
}

/// Lists the passages of an alignment, ascending in `a`.
pub(super) fn passages(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    alignment: &Alignment,
) -> Vec<Passage> {
    let mut passages = Vec::new();
    for (matches, is_moved) in [(&alignment.matches, false), (&alignment.moved, true)] {
        let goes_on = |x: &WordPair, y: &WordPair| {
            let next = |from: u32, to: u32| to == from + 1;
            let is_split = x.a == y.a && next(x.b, y.b) || next(x.a, y.a) && x.b == y.b;
            x.close == y.close && (next(x.a, y.a) && next(x.b, y.b) || y.close && is_split)
        };
        for run in matches.chunk_by(goes_on) {
            let (first, last) = (run[0], run[run.len() - 1]);
            passages.push(Passage {
                a: span(a, first.a as usize..last.a as usize + 1),
                b: span(b, first.b as usize..last.b as usize + 1),
                words: last.a - first.a + 1,
                kind: match (is_moved, first.close) {
                    (true, _) => PassageKind::Moved,
                    (false, true) => PassageKind::Noisy,
                    (false, false) => PassageKind::Exact,
                },
            });
        }
    }
    passages.sort_unstable_by_key(|passage| (passage.a, passage.b));
    passages
}

/// Lists the differences of an alignment, in the order of its gaps.
pub(super) fn differences(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    alignment: &Alignment,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let moved = Moved::of(alignment);
    for gap in gaps(a, b, &alignment.matches) {
        let found = differences.len();
        if gap.may_be_fact(a, b) {
            facts(a, b, &gap, &mut differences);
        }
        if differences.len() == found {
            rest(a, b, &gap, &moved, &mut differences);
        }
    }
    differences
}

/// A test for a kind of word.
type IsKind = fn(WordKind) -> bool;

/// Adds the numbers, names and dates that differ in a gap.
fn facts(a: &AnalyzedArticle, b: &AnalyzedArticle, gap: &Unmatched, out: &mut Vec<Difference>) {
    for (x, y) in numbers_of(a, b, gap) {
        let is_amount = a.words[x].kind.amount || b.words[y].kind.amount;
        out.push(Difference {
            kind: if is_amount {
                DifferenceKind::Amount
            } else {
                DifferenceKind::Number
            },
            a: span(a, x..x + 1),
            b: span(b, y..y + 1),
        });
    }
    let (words_a, words_b) = (&a.words[gap.a.clone()], &b.words[gap.b.clone()]);
    let kinds: [(DifferenceKind, IsKind); 2] = [
        (DifferenceKind::Name, |kind| kind.name),
        (DifferenceKind::Date, |kind| kind.date),
    ];
    for (kind, is) in kinds {
        let ends = |mut places: Box<dyn Iterator<Item = usize> + '_>| {
            let first = places.next()?;
            Some(first..places.last().unwrap_or(first) + 1)
        };
        let of_a = ends(Box::new(only(a, &gap.a, words_b, is)));
        let of_b = ends(Box::new(only(b, &gap.b, words_a, is)));
        if let (Some(of_a), Some(of_b)) = (of_a, of_b) {
            out.push(Difference {
                kind,
                a: span(a, of_a),
                b: span(b, of_b),
            });
        }
    }
}

/// Words in moved passages, by position, ascending.
struct Moved {
    a: Vec<u32>,
    b: Vec<u32>,
}

impl Moved {
    fn of(alignment: &Alignment) -> Self {
        let mut a: Vec<u32> = alignment.moved.iter().map(|found| found.a).collect();
        let mut b: Vec<u32> = alignment.moved.iter().map(|found| found.b).collect();
        a.sort_unstable();
        b.sort_unstable();
        Self { a, b }
    }
}

/// Adds the differences in a gap without facts. Moved words are left out.
fn rest(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    gap: &Unmatched,
    moved: &Moved,
    out: &mut Vec<Difference>,
) {
    let own = |range: &std::ops::Range<usize>, moved: &[u32]| {
        let mut own: Vec<std::ops::Range<usize>> = Vec::new();
        let is_moved = |at: &usize| moved.binary_search(&(*at as u32)).is_ok();
        for at in range.clone().filter(|at| !is_moved(at)) {
            match own.last_mut() {
                Some(last) if last.end == at => last.end += 1,
                _ => own.push(at..at + 1),
            }
        }
        own
    };
    let (own_a, own_b) = (own(&gap.a, &moved.a), own(&gap.b, &moved.b));
    if let ([of_a], [of_b]) = (&*own_a, &*own_b) {
        let hashes = |side: &[Word]| side.iter().map(|word| word.hash).collect::<Vec<_>>();
        if hashes(&a.words[of_a.clone()]) == hashes(&b.words[of_b.clone()]) {
            // The words between two moved passages were moved along.
            return;
        }
        out.push(Difference {
            kind: DifferenceKind::Replaced,
            a: span(a, of_a.clone()),
            b: span(b, of_b.clone()),
        });
        return;
    }
    out.extend(own_a.into_iter().map(|of_a| Difference {
        kind: DifferenceKind::Dropped,
        a: span(a, of_a),
        b: span(b, gap.b.start..gap.b.start),
    }));
    out.extend(own_b.into_iter().map(|of_b| Difference {
        kind: DifferenceKind::Inserted,
        a: span(a, gap.a.start..gap.a.start),
        b: span(b, of_b),
    }));
}

/// The byte span of consecutive words. An empty range of words gives an empty span after the word
/// before it.
fn span(side: &AnalyzedArticle, words: std::ops::Range<usize>) -> Span {
    let spans = &side.words[words.clone()];
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        let end = words
            .start
            .checked_sub(1)
            .map_or(0, |before| side.words[before].span.end);
        return Span { start: end, end };
    };
    Span {
        start: first.span.start,
        end: last.span.end,
    }
}
