//! Unmatched words: the gaps of an alignment.
//!
//! In: two [`AnalyzedArticle`]s and the matches of their alignment. Out: the ranges of words between
//! neighbouring matches, and whether a range is short enough to be a fact.

use std::ops::Range;

use super::analyzed::{AnalyzedArticle, Word};
use super::table::WordPair;

/// Longest fact, in words. A longer gap holds different wording, not a different fact. Chosen by
/// hand.
const WORDS_OF_A_FACT: usize = 5;

/// Letters per word in scripts without spaces, where each letter is aligned as a word. Most words
/// in Chinese and Japanese have two letters.
pub(super) const LETTERS_OF_A_WORD: usize = 2;

/// A gap of an alignment: the words between neighbouring matches, or outside the outermost matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unmatched {
    pub(super) a: Range<usize>,
    pub(super) b: Range<usize>,
}

impl Unmatched {
    /// Whether the gap is non-empty and short enough on both sides for a fact to replace another
    /// fact.
    pub(super) fn may_be_fact(&self, a: &AnalyzedArticle, b: &AnalyzedArticle) -> bool {
        [(a, &self.a), (b, &self.b)].iter().all(|(draft, side)| {
            let most = WORDS_OF_A_FACT * LETTERS_OF_A_WORD;
            let letters = |word: &Word| {
                if word.kind.spaceless {
                    1
                } else {
                    LETTERS_OF_A_WORD
                }
            };
            (1..=most).contains(&side.len())
                && draft.words[(*side).clone()]
                    .iter()
                    .map(letters)
                    .sum::<usize>()
                    <= most
        })
    }
}

/// Lists the non-empty gaps of an alignment, in order.
pub(super) fn gaps(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    matches: &[WordPair],
) -> impl Iterator<Item = Unmatched> {
    let place = |found: &WordPair| (found.a as usize, found.b as usize);
    let starts = matches.iter().map(place).map(|(a, b)| (a + 1, b + 1));
    let ends = matches.iter().map(place);
    std::iter::once((0, 0))
        .chain(starts)
        .zip(ends.chain(std::iter::once((a.words.len(), b.words.len()))))
        .filter_map(|((a, b), (end_a, end_b))| {
            // A split word has two matches.
            let gap = Unmatched {
                a: a.min(end_a)..end_a,
                b: b.min(end_b)..end_b,
            };
            (!gap.a.is_empty() || !gap.b.is_empty()).then_some(gap)
        })
}
