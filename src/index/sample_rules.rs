//! Candidates by sampled hashes, where the samples are on many machines.
//!
//! In: hashes with the texts whose samples hold them, a part of the range of hashes at a time. Out:
//! for each pair of texts, the shared hashes and their weight; then each text's candidates. One process
//! chooses the same candidates. Texts are of any ordered type: fingerprints, or numbers in the order of
//! fingerprints.

use super::holders::{CAP, CENTRES};
use super::postings::{CHOICES, Choice, LEAST_PERCENT, LEAST_SHARED, SampleWeights, chosen, kept};

/// The rules of candidates by sampled hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SampleRules {
    /// The most holders of a hash of which every pair counts.
    pub cap: usize,
    /// The holders that count for each holder of a more common hash: the first in order.
    pub centres: usize,
    /// The fewest hashes that a candidate shares.
    pub least_shared: u32,
    /// The least percentage of the smaller sample that a candidate shares.
    pub least_percent: usize,
    /// The most candidates that a text chooses.
    pub choices: usize,
}

impl SampleRules {
    /// The rules in force.
    pub const RULES: Self = Self {
        cap: CAP,
        centres: CENTRES,
        least_shared: LEAST_SHARED,
        least_percent: LEAST_PERCENT,
        choices: CHOICES,
    };

    /// The weights of hashes in a corpus with a number of different texts.
    pub fn weights(self, texts: usize) -> SampleWeights {
        SampleWeights::of(texts)
    }
}

/// What a text shares with another text that it may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedHashes<T> {
    /// The text that may choose.
    pub from: T,
    /// The text that may be chosen.
    pub to: T,
    /// The number of shared hashes.
    pub count: u32,
    /// The sum of their weights.
    pub weight: u32,
}

/// What texts share in a part of the range of hashes: a row for each text and each text that it may
/// choose, in ascending order.
///
/// `entries` are hashes, each with a text that holds it: in ascending order, every holder of a hash
/// among them, each once. Of a hash with more than [`cap`](SampleRules::cap) holders, only the first
/// [`centres`](SampleRules::centres) may be chosen.
///
/// Memory is linear in the rows: `cap` rows an entry at most, some 8 in newswire.
pub fn shared_hashes<T: Copy + Ord>(
    entries: &[(u32, T)],
    weights: &SampleWeights,
) -> Vec<SharedHashes<T>> {
    let mut rows = Vec::new();
    for holders in entries.chunk_by(|a, b| a.0 == b.0) {
        let weight = weights.of_holders(holders.len());
        for &(_, from) in holders {
            let others = holders[..kept(holders.len())].iter();
            rows.extend(
                others
                    .filter(|other| other.1 != from)
                    .map(|&(_, to)| SharedHashes {
                        from,
                        to,
                        count: 1,
                        weight,
                    }),
            );
        }
    }
    rows.sort_unstable_by_key(|row| (row.from, row.to));
    rows.dedup_by(|row, sum| {
        let is_same = (row.from, row.to) == (sum.from, sum.to);
        if is_same {
            sum.count += row.count;
            sum.weight += row.weight;
        }
        is_same
    });
    rows
}

/// The texts that a text chooses, in ascending order: those that share enough, at most
/// [`choices`](SampleRules::choices), of largest weight. At equal weight, the first in order win.
///
/// `rows` are all rows [from](SharedHashes::from) the text, of every part of the range of hashes, as
/// the other text, the count and the weight, in any order. `len` is the number of hashes in the
/// text's sample, `len_of` that of another text. Two texts are candidates if either chooses the
/// other.
pub fn choices<T: Copy + Ord>(
    rows: impl IntoIterator<Item = (T, u32, u32)>,
    len: usize,
    len_of: impl Fn(T) -> usize,
) -> Vec<T> {
    let mut rows: Vec<(T, u32, u32)> = rows.into_iter().collect();
    rows.sort_unstable();
    let counted = rows.chunk_by(|a, b| a.0 == b.0).map(|same| Choice {
        weight: same.iter().map(|row| row.2).sum(),
        count: same.iter().map(|row| row.1).sum(),
        other: same[0].0,
    });
    let mut choices = chosen(counted, len, len_of, |text| text);
    choices.sort_unstable();
    choices
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::article::ArticleId;
    use crate::index::Postings;
    use crate::kit::ids::{self, IndexVec, Position};

    /// Pairs by the kernels: hashes lie on `parts` machines, and so do texts.
    fn by_kernels(samples: &[Vec<u32>], parts: u32) -> Vec<(u32, u32)> {
        let weights = SampleRules::RULES.weights(samples.len());
        let mut rows: BTreeMap<u32, Vec<(u32, u32, u32)>> = BTreeMap::new();
        for part in 0..parts {
            let mut entries: Vec<(u32, u32)> = (0..)
                .zip(samples)
                .flat_map(|(text, sample)| sample.iter().map(move |&hash| (hash, text)))
                .filter(|(hash, _)| hash % parts == part)
                .collect();
            entries.sort_unstable();
            for row in shared_hashes(&entries, &weights) {
                let of_text = rows.entry(row.from).or_default();
                of_text.insert(0, (row.to, row.count, row.weight));
            }
        }
        let len_of = |text: u32| samples[text as usize].len();
        let mut pairs = BTreeSet::new();
        for (from, rows) in rows {
            let chosen = choices(rows, len_of(from), len_of);
            pairs.extend(chosen.into_iter().map(|to| (from.min(to), from.max(to))));
        }
        pairs.into_iter().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Few hashes among many texts, so that hashes are common and choices are cut.
        #[test]
        fn samples_of_many_machines_give_the_pairs_of_one_process(
            samples in prop::collection::vec(prop::collection::btree_set(0u32..60, 0..12), 0..160),
            spread in 1u32..9,
            parts in 1u32..5,
        ) {
            let samples: Vec<Vec<u32>> = (0..)
                .zip(samples)
                .map(|(text, set)| {
                    let own = |hash: u32| if hash < 50 { hash } else { hash + 100 * (text % spread) };
                    let own: BTreeSet<u32> = set.into_iter().map(own).collect();
                    own.into_iter().map(|hash| hash << 20).collect()
                })
                .collect();
            let mut postings = Postings::default();
            for (id, sample) in (0..).zip(&samples) {
                postings.insert(ArticleId(id), sample, &|id| id);
            }
            let order: IndexVec<Position, ArticleId> = ids::below(samples.len()).collect();
            let expected = postings.pairs_in_order(&order);
            let expected: Vec<(u32, u32)> = expected.iter().map(|(a, b)| (a.0, b.0)).collect();
            prop_assert_eq!(by_kernels(&samples, parts), expected);
        }
    }
}
