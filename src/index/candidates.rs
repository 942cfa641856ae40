//! Candidate pairs in a set of articles.
//!
//! In: the articles' band keys. Out: each pair that shares a band, once, in ascending order; and a
//! [`CandidateReport`] of where pairs had to be cut to stay linear.
//!
//! A bucket holds the articles that share a band. Buckets give their pairs in order of size,
//! smallest first, while the total stays linear. Pairs of small buckets are sorted and
//! deduplicated. Larger buckets stay lists of articles until their pairs are written in order.

use super::large_bucket::{self, LargeBucket};
use super::shared::{self, Keys, Shared};
use super::truncated_buckets;
use crate::kit::ids::Position;
use crate::kit::parallel;
use crate::kit::probe;
use crate::kit::scatter::Buckets;

/// Pairs always allowed before the largest buckets are cut down: about a million. Chosen by hand: a
/// few thousand articles in a few large clusters still have all their pairs compared.
pub(crate) const PAIRS_IN_ALL: usize = 1 << 20;
/// Pairs allowed per article, besides those always allowed. Chosen by hand: half a million pages of one
/// template would otherwise have half a million pairs each.
const PAIRS_PER_ARTICLE: usize = 16;

/// The cost of the candidate search, and where its recall is suspended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CandidateReport {
    /// Articles of different texts that were searched.
    pub articles: usize,
    /// Pairs of these articles chosen for comparison.
    pub pairs: usize,
    /// Chosen pairs that share sampled shingles; 0 outside
    /// [`Mode::Recycled`](crate::Mode::Recycled).
    pub sampled_pairs: usize,
    /// Pairs compared in full; 0 until they are compared. In
    /// [`Mode::Recycled`](crate::Mode::Recycled), pairs must share enough short runs of words in
    /// one order to be compared in full.
    pub compared: usize,
    /// The most articles in a bucket that gave every pair: the largest power of two, at least 16,
    /// that keeps pairs under a million (in [`Mode::Recycled`](crate::Mode::Recycled) 4,096) plus 16
    /// an article. `None` if no bucket was cut down, as in
    /// any ordinary corpus.
    pub bucket_cap: Option<usize>,
    /// Buckets above the cap, where the promised recall is suspended. They were split by further
    /// bands. In a part that was still large, every article was paired with one article only.
    pub suspended_buckets: usize,
    /// Articles in suspended buckets.
    pub suspended_articles: usize,
}

/// Candidate pairs as positions in the articles' order: ascending, the smaller position first.
pub(crate) struct Candidates {
    pub(crate) pairs: Vec<(Position, Position)>,
    pub(crate) report: CandidateReport,
}

/// Finds candidates, with `in_all` pairs, and [`PAIRS_PER_ARTICLE`] more for each article, before
/// the largest buckets are cut down.
pub(super) fn candidates(keys: &Keys<'_>, in_all: usize) -> Candidates {
    candidates_within(keys, most_pairs(in_all, keys.ids.len()))
}

/// The pairs allowed before the largest buckets are cut down.
pub(super) fn most_pairs(in_all: usize, articles: usize) -> usize {
    in_all.saturating_add(PAIRS_PER_ARTICLE.saturating_mul(articles))
}

/// Finds candidates, with at most `most` pairs before the largest buckets are cut down.
pub(super) fn candidates_within(keys: &Keys<'_>, most: usize) -> Candidates {
    // 1. In each band, find the articles that share a key.
    let mut shared =
        parallel::map_with(keys.bands, |band, scratch| Shared::new(band, keys, scratch));
    let mut pairs = distinct(&shared);
    // 2. The pairs of small buckets are deduplicated. The bands' lists are many times as long as
    // the result, so they are freed at once.
    for of_band in &mut shared {
        of_band.pairs = Buckets::default();
    }
    // 3. Take larger buckets in order of size while the total stays linear.
    let mut large: Vec<LargeBucket<'_>> = shared
        .iter()
        .enumerate()
        .flat_map(|(band, shared)| {
            shared
                .large_buckets()
                .map(move |members| LargeBucket { band, members })
        })
        .collect();
    large.sort_by_key(LargeBucket::class);
    let Linear { waiting, suspended } = while_linear(keys, &large, most, &mut pairs);
    // 4. Cut the remaining buckets down, and write the pairs of buckets that wait.
    let mut report = CandidateReport {
        articles: keys.ids.len(),
        ..CandidateReport::default()
    };
    if let Some(first) = suspended.first() {
        report.bucket_cap = Some(1 << (first.class() - 1));
        report.suspended_buckets = suspended.len();
        let cut = truncated_buckets::cut_down(keys, suspended);
        report.suspended_articles = cut.articles;
        pairs = merged(&pairs, &cut.pairs);
    }
    if !waiting.is_empty() {
        pairs = large_bucket::union(keys.ids.len(), &pairs, waiting, usize::MAX).expect("no bound");
    }
    report.pairs = pairs.len();
    Candidates { pairs, report }
}

/// Distinct pairs from the small buckets, in ascending order.
fn distinct(shared: &[Shared]) -> Vec<(Position, Position)> {
    let parts: Vec<usize> = (0..shared.first().map_or(0, |shared| shared.pairs.len())).collect();
    let parts = parallel::map_with(&parts, |&part, set: &mut PairSet| {
        set.distinct(shared.iter().map(|of_band| of_band.pairs.get(part)))
    });
    let mut pairs = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    for part in &parts {
        pairs.extend_from_slice(part);
    }
    pairs
}

/// Space to deduplicate pairs.
#[derive(Default)]
struct PairSet {
    /// [`u64::MAX`] if free: no pair has that value, since ids have 31 bits.
    slots: Vec<u64>,
    pairs: Vec<u64>,
}

impl PairSet {
    /// The different pairs of some lists, sorted. Near-copies share band after band, so few pairs
    /// are left to sort.
    fn distinct<'a>(
        &mut self,
        lists: impl Iterator<Item = &'a [u64]> + Clone,
    ) -> Vec<(Position, Position)> {
        let count: usize = lists.clone().map(<[u64]>::len).sum();
        let slots = (2 * count).next_power_of_two().max(2);
        self.slots.clear();
        self.slots.resize(slots, u64::MAX);
        self.pairs.resize(count, 0);
        let mut kept = 0;
        for &pair in lists.flatten() {
            let mixed = pair.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let home = (mixed >> (64 - slots.trailing_zeros())) as usize;
            let slot = probe::find(&self.slots, home, |&there| {
                there == u64::MAX || there == pair
            });
            self.pairs[kept] = pair;
            kept += usize::from(self.slots[slot] != pair);
            self.slots[slot] = pair;
        }
        self.pairs.truncate(kept);
        self.pairs.sort_unstable();
        let pair = |&pair: &u64| (shared::position(pair >> 32), shared::position(pair));
        self.pairs.iter().map(pair).collect()
    }
}

/// The larger buckets, by outcome.
struct Linear<'a> {
    /// Buckets that give every pair, still to be written.
    waiting: &'a [LargeBucket<'a>],
    /// Buckets to be cut down.
    suspended: &'a [LargeBucket<'a>],
}

/// Takes buckets, one size class at a time, while their pairs number at most `most`.
fn while_linear<'a>(
    keys: &Keys<'_>,
    large: &'a [LargeBucket<'a>],
    most: usize,
    pairs: &mut Vec<(Position, Position)>,
) -> Linear<'a> {
    // An upper bound on the pairs so far: repeats between buckets count again.
    let mut at_most = pairs.len();
    let (mut written, mut end) = (0, 0);
    for class in large.chunk_by(|a, b| a.class() == b.class()) {
        let all = class
            .iter()
            .map(LargeBucket::pairs)
            .fold(0, usize::saturating_add);
        let after = end + class.len();
        if at_most.saturating_add(all) > most {
            // The bound is passed, so repeats are counted exactly. Pairs of small buckets are
            // always kept, even beyond `most`.
            let most = most.max(pairs.len());
            let largest = class.iter().map(LargeBucket::pairs).max();
            let united = match largest {
                Some(largest) if largest > most => None,
                _ => large_bucket::union(keys.ids.len(), pairs, &large[written..after], most),
            };
            let Some(united) = united else {
                break;
            };
            *pairs = united;
            (at_most, written) = (pairs.len(), after);
        } else {
            at_most += all;
        }
        end = after;
    }
    Linear {
        waiting: &large[written..end],
        suspended: &large[end..],
    }
}

/// Merges two ascending lists without duplicates.
fn merged(a: &[(Position, Position)], b: &[(Position, Position)]) -> Vec<(Position, Position)> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let mut rest = a;
    for &pair in b {
        // Stars lie side by side, so usually no pair of `a` lies between two of theirs.
        let before = match rest.first() {
            Some(&first) if first < pair => rest.partition_point(|&other| other < pair),
            _ => 0,
        };
        all.extend_from_slice(&rest[..before]);
        rest = &rest[before..];
        if rest.first() != Some(&pair) {
            all.push(pair);
        }
    }
    all.extend_from_slice(rest);
    all
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::article::ArticleId;
    use crate::index::shared::MIN_CAP;
    use crate::kit::ids::{self, IndexVec};

    type Pairs = BTreeSet<(Position, Position)>;

    /// By band: the buckets with several articles, as sorted positions.
    fn buckets(keys: &Keys<'_>) -> Vec<(usize, Vec<Position>)> {
        let mut buckets: BTreeMap<(usize, u32), Vec<Position>> = BTreeMap::new();
        for band in 0..keys.bands.len() {
            for position in ids::below(keys.order.len()) {
                let key = (band, keys.key(band, position));
                buckets.entry(key).or_default().push(position);
            }
        }
        let buckets = buckets.into_iter();
        let buckets = buckets.map(|((band, _), members)| (band, members));
        buckets.filter(|(_, members)| members.len() > 1).collect()
    }

    fn all_of(members: &[Position]) -> impl Iterator<Item = (Position, Position)> {
        let later = |(at, &a): (usize, &Position)| members[at + 1..].iter().map(move |&b| (a, b));
        members.iter().enumerate().flat_map(later)
    }

    /// The rule as it is documented, without regard to cost: pairs, and the cap.
    fn plain(keys: &Keys<'_>, most: usize) -> (Pairs, Option<usize>) {
        let buckets = buckets(keys);
        let up_to = |cap: usize| -> Pairs {
            let small = buckets.iter().filter(|(_, members)| members.len() <= cap);
            small.flat_map(|(_, members)| all_of(members)).collect()
        };
        let mut cap = MIN_CAP;
        let mut pairs = up_to(cap);
        loop {
            if buckets.iter().all(|(_, members)| members.len() <= cap) {
                return (pairs, None);
            }
            let more = up_to(2 * cap);
            if more.len() > most.max(pairs.len()) {
                return (pairs, Some(cap));
            }
            (pairs, cap) = (more, 2 * cap);
        }
    }

    fn searched(bands: &[Vec<u32>], order: &[u32], most: usize) -> Result<(), TestCaseError> {
        let mut positions = IndexVec::filled(Position(0), bands[0].len());
        let order: IndexVec<Position, ArticleId> = order.iter().copied().map(ArticleId).collect();
        for (position, &id) in order.numbered() {
            positions[id] = position;
        }
        let bands: Vec<IndexVec<ArticleId, u32>> = bands.iter().cloned().map(Into::into).collect();
        let mut ids = order.to_vec();
        ids.sort_unstable();
        let keys = Keys {
            bands: &bands,
            ids: &ids,
            order: &order,
            positions: &positions,
        };
        let Candidates { pairs, report } = candidates_within(&keys, most);
        prop_assert!(pairs.is_sorted_by(|a, b| a < b));
        prop_assert_eq!((report.articles, report.pairs), (order.len(), pairs.len()));
        let (expected, cap) = plain(&keys, most);
        prop_assert_eq!(report.bucket_cap, cap);
        let found: Pairs = pairs.into_iter().collect();
        let Some(cap) = cap else {
            prop_assert_eq!(found, expected);
            return Ok(());
        };
        let buckets = buckets(&keys);
        let suspended: Vec<_> = buckets.iter().filter(|(_, m)| m.len() > cap).collect();
        prop_assert_eq!(report.suspended_buckets, suspended.len());
        let articles: BTreeSet<Position> = suspended.iter().flat_map(|(_, m)| m).copied().collect();
        prop_assert_eq!(report.suspended_articles, articles.len());
        // All of the small buckets, a star of each suspended one, and of the rest no other pairs
        // than those of suspended buckets.
        let stars = suspended
            .iter()
            .flat_map(|(_, members)| members[1..].iter().map(|&member| (members[0], member)));
        let least: Pairs = expected.iter().copied().chain(stars).collect();
        prop_assert!(found.is_superset(&least));
        let allowed: Pairs = suspended.iter().flat_map(|(_, m)| all_of(m)).collect();
        prop_assert!(
            found
                .difference(&expected)
                .all(|pair| allowed.contains(pair))
        );
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Keys that crowd, in any order, some articles removed.
        #[test]
        fn as_the_rule_says(
            seed in any::<u32>(),
            articles in 2usize..260,
            values in prop::collection::vec(1u32..40, 1..5),
            removed in 1usize..9,
            most in prop_oneof![Just(0usize), 0usize..3000, Just(usize::MAX)],
        ) {
            let mixed = |at: u32| at.wrapping_mul(0x9E37_79B9).rotate_left(15).wrapping_mul(seed | 1) >> 7;
            let bands: Vec<Vec<u32>> = (0..)
                .zip(&values)
                .map(|(band, &values)| {
                    let key = |id: u32| (mixed(id + band * 1000) % values).wrapping_mul(0x0F0F_1235);
                    (0..articles as u32).map(key).collect()
                })
                .collect();
            let mut order: Vec<u32> = (0..articles as u32).filter(|id| id % 9 != removed as u32).collect();
            order.sort_by_key(|&id| mixed(id + 77));
            searched(&bands, &order, most)?;
        }
    }

    #[test]
    fn nothing_from_nothing() {
        searched(&[vec![], vec![]], &[], 0).unwrap();
        searched(&[vec![5]], &[0], 0).unwrap();
    }
}
