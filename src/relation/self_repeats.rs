//! Passages that an article repeats word for word.
//!
//! In: the hashes of an article's words, and the runs of words that stand once. Out: the fresh words,
//! as ranges: words outside passages that repeat an earlier passage.
//!
//! Pages that carry their body twice are common: a teaser and the text, a version for print, two
//! columns read one after the other. Anchors are runs that stand once, so a body that stands twice
//! would have none, and the page would be unrelated to the article it carries. A repeated passage
//! adds nothing to an article: only the first copy is compared.

use std::ops::Range;

use super::unique_runs::UniqueRuns;
use crate::hash;
use crate::kit::hashed_map::HashedMap;

/// Length of the shortest repeated passage, in words. Chosen by hand: stock phrases of news ("said in
/// a statement on") are shorter, a notice that stands twice is longer.
const PASSAGE: usize = 8;

/// Repeats count from a quarter of the article's words. Below, the article keeps enough anchors, and a
/// quotation that stands twice is part of the text. A body that stands twice is half of a page without
/// menus.
///
/// Chosen with labels in view, so the figures are no test of the choice. F1 on `recycled_pairs` is .9618
/// with a quarter and .9545 with repeats of any share; F1 on `judged_news` is .7987 and .8027; ARI on
/// `license_texts` is .3966 and .4101, and .3999 without the rule.
const LEAST_ONE_IN: usize = 4;

/// Runs inside a repeated passage: seven runs of two words, or five of four letters in a script
/// without spaces. No such run stands once.
const RUNS: usize = PASSAGE - 3;

/// The ranges, in order, of the words that do not repeat an earlier passage; `None` if fewer than a
/// quarter do. `unique` are the runs of these words that stand once, and `hash` gives the hash of the
/// word at a place.
///
/// Time and memory are linear. Only where no run stands once is a word looked at.
pub(super) fn fresh(
    words: usize,
    unique: &UniqueRuns,
    hash: impl Fn(usize) -> u64,
) -> Option<Vec<Range<usize>>> {
    let mut firsts: HashedMap<u64, u32> = HashedMap::default();
    let mut fresh = Vec::new();
    let mut start = 0;
    for gap in unique.gaps(words, RUNS) {
        let last = (gap.end + PASSAGE - RUNS).min(words);
        for at in gap.start..(last + 1).saturating_sub(PASSAGE) {
            let passage = (at..at + PASSAGE).fold(0, |key, word| hash::finish(key ^ hash(word)));
            let first = *firsts.entry(passage).or_insert(at as u32) as usize;
            // Hashes of passages may collide; words with equal hashes are equal.
            if first < at && (0..PASSAGE).all(|word| hash(first + word) == hash(at + word)) {
                if start < at {
                    fresh.push(start..at);
                }
                start = at + PASSAGE;
            }
        }
    }
    if start < words {
        fresh.push(start..words);
    }
    let repeated = words - fresh.iter().map(Range::len).sum::<usize>();
    (repeated * LEAST_ONE_IN >= words).then_some(fresh)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::relation::unique_runs;

    fn unique(words: &[u64]) -> UniqueRuns {
        let run = |(place, pair): (usize, &[u64; 2])| {
            unique_runs::entry(hash::finish(hash::finish(pair[0]) ^ pair[1]), place)
        };
        UniqueRuns::new(|runs| runs.extend(words.array_windows().enumerate().map(run)))
    }

    /// Compares each passage with every earlier passage.
    fn plain(words: &[u64]) -> Vec<usize> {
        let mut repeated = vec![false; words.len()];
        let passages: Vec<&[u64]> = words.windows(PASSAGE).collect();
        for (at, passage) in passages.iter().enumerate() {
            if passages[..at].contains(passage) {
                repeated[at..at + PASSAGE].fill(true);
            }
        }
        let fresh: Vec<usize> = (0..words.len()).filter(|&at| !repeated[at]).collect();
        if (words.len() - fresh.len()) * LEAST_ONE_IN < words.len() {
            return (0..words.len()).collect();
        }
        fresh
    }

    proptest! {
        #[test]
        fn only_the_first_copy_is_fresh(
            passages in prop::collection::vec(
                prop::collection::vec(0u64..4, 0..14),
                1..4,
            ),
            order in prop::collection::vec(0usize..4, 0..8),
        ) {
            let words: Vec<u64> = order
                .iter()
                .filter_map(|&at| passages.get(at))
                .flatten()
                .map(|&word| hash::finish(word + 1))
                .collect();
            let found = fresh(words.len(), &unique(&words), |at| words[at]);
            let found = found.unwrap_or_else(|| std::iter::once(0..words.len()).collect());
            prop_assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), plain(&words));
        }
    }
}
