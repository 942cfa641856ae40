//! All candidate pairs of a set of articles at once.
//!
//! In: the band keys of articles. Out: each pair that shares a band, once, in order; and a
//! [`CandidateReport`] of where the number of pairs had to be held down.
//!
//! Buckets, the articles that share a band, give their pairs from the smallest on, as long as that
//! stays linear. The pairs of small ones are sorted, and those of several bands are there once;
//! larger ones stay lists of articles until their pairs are written in order.

use super::crowded::{self, Crowd};
use super::shared::{Keys, Shared};
use super::suspended;
use crate::kit::parallel;
use crate::kit::scatter::Buckets;

/// Pairs that may be taken before the largest buckets are cut down: a fixed number, so that a few
/// thousand articles in a few large clusters have all their pairs compared, and so many for each
/// article. Half a million pages of one template would have half a million for each.
const PAIRS_IN_ALL: usize = 1 << 20;
const PAIRS_PER_ARTICLE: usize = 16;

/// What the search for candidates cost, and where it had to give up its promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CandidateReport {
    /// Articles of different text that were searched.
    pub articles: usize,
    /// Pairs of them that were taken for comparison.
    pub pairs: usize,
    /// Those of them that share sampled shingles; in [`Mode::Recycled`](crate::Mode::Recycled).
    pub sampled_pairs: usize,
    /// Pairs that were compared in full, set when they are: in
    /// [`Mode::Recycled`](crate::Mode::Recycled) those that share enough short runs of words in one
    /// order, else all.
    pub compared: usize,
    /// Buckets (articles that share a band) up to this size gave all their pairs: the largest
    /// power of two, at least 16, that keeps the pairs under a million and 16 an article.
    /// `None` if all buckets gave all their pairs, as they do in any ordinary corpus.
    pub bucket_cap: Option<usize>,
    /// Buckets above the cap. Within them the recall that was promised is suspended: they were
    /// split by further bands, and what was still above the cap was compared to one article only.
    pub suspended_buckets: usize,
    /// Articles that stand in such a bucket.
    pub suspended_articles: usize,
}

/// Candidate pairs, as positions in the order of articles, the smaller first, in ascending order.
pub(crate) struct Candidates {
    pub(crate) pairs: Vec<(u32, u32)>,
    pub(crate) report: CandidateReport,
}

pub(super) fn candidates(keys: &Keys<'_>) -> Candidates {
    candidates_within(keys, PAIRS_IN_ALL + PAIRS_PER_ARTICLE * keys.ids.len())
}

/// As [`candidates`], with so many pairs before the largest buckets are cut down.
fn candidates_within(keys: &Keys<'_>, most: usize) -> Candidates {
    let mut shared =
        parallel::map_with(keys.bands, |band, scratch| Shared::new(band, keys, scratch));
    let mut pairs = distinct(&shared);
    // The lists of all bands are many times as long as what is left of them.
    for of_band in &mut shared {
        of_band.pairs = Buckets::default();
    }
    let mut crowds: Vec<Crowd<'_>> = shared
        .iter()
        .enumerate()
        .flat_map(|(band, shared)| shared.crowds().map(move |members| Crowd { band, members }))
        .collect();
    crowds.sort_by_key(Crowd::class);
    let Linear { waiting, suspended } = while_linear(keys, &crowds, most, &mut pairs);
    let mut report = CandidateReport {
        articles: keys.ids.len(),
        ..CandidateReport::default()
    };
    if let Some(first) = suspended.first() {
        report.bucket_cap = Some(1 << (first.class() - 1));
        report.suspended_buckets = suspended.len();
        let cut = suspended::cut_down(keys, suspended);
        report.suspended_articles = cut.articles;
        pairs = merged(&pairs, &cut.pairs);
    }
    if !waiting.is_empty() {
        pairs = crowded::union(keys.ids.len(), &pairs, waiting, usize::MAX).expect("no bound");
    }
    report.pairs = pairs.len();
    Candidates { pairs, report }
}

/// The pairs of all small buckets, each once, in ascending order.
fn distinct(shared: &[Shared]) -> Vec<(u32, u32)> {
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

/// Room to take pairs that are there several times once.
#[derive(Default)]
struct PairSet {
    /// [`u64::MAX`] if free: no pair is that, since ids have 31 bits.
    slots: Vec<u64>,
    pairs: Vec<u64>,
}

impl PairSet {
    /// The different pairs of some lists, sorted. Pairs of near-copies are there in band after
    /// band, so what is left to sort is few.
    fn distinct<'a>(&mut self, lists: impl Iterator<Item = &'a [u64]> + Clone) -> Vec<(u32, u32)> {
        let count: usize = lists.clone().map(<[u64]>::len).sum();
        let slots = (2 * count).next_power_of_two().max(2);
        self.slots.clear();
        self.slots.resize(slots, u64::MAX);
        self.pairs.resize(count, 0);
        let mut kept = 0;
        for &pair in lists.flatten() {
            let mixed = pair.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut slot = (mixed >> (64 - slots.trailing_zeros())) as usize;
            while self.slots[slot] != u64::MAX && self.slots[slot] != pair {
                slot = (slot + 1) & (slots - 1);
            }
            self.pairs[kept] = pair;
            kept += usize::from(self.slots[slot] != pair);
            self.slots[slot] = pair;
        }
        self.pairs.truncate(kept);
        self.pairs.sort_unstable();
        let pair = |&pair: &u64| ((pair >> 32) as u32, pair as u32);
        self.pairs.iter().map(pair).collect()
    }
}

/// How the larger buckets go on.
struct Linear<'a> {
    /// Those that give all their pairs, which are yet to be written.
    waiting: &'a [Crowd<'a>],
    /// Those that are cut down.
    suspended: &'a [Crowd<'a>],
}

/// Takes the buckets class by class as long as their pairs are few enough.
fn while_linear<'a>(
    keys: &Keys<'_>,
    crowds: &'a [Crowd<'a>],
    most: usize,
    pairs: &mut Vec<(u32, u32)>,
) -> Linear<'a> {
    // Pairs and those that wait, repeats counted.
    let mut at_most = pairs.len();
    let (mut written, mut end) = (0, 0);
    for class in crowds.chunk_by(|a, b| a.class() == b.class()) {
        let all = class
            .iter()
            .map(Crowd::pairs)
            .fold(0, usize::saturating_add);
        let after = end + class.len();
        if at_most.saturating_add(all) > most {
            // Repeats decide: what small buckets have given is taken, even if it was too much.
            let most = most.max(pairs.len());
            let largest = class.iter().map(Crowd::pairs).max();
            let united = match largest {
                Some(largest) if largest > most => None,
                _ => crowded::union(keys.ids.len(), pairs, &crowds[written..after], most),
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
        waiting: &crowds[written..end],
        suspended: &crowds[end..],
    }
}

/// Two lists in ascending order as one, what stands in both once.
fn merged(a: &[(u32, u32)], b: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let mut rest = a;
    for &pair in b {
        // Stars stand side by side: most often nothing goes between two of their pairs.
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
    use crate::index::shared::MIN_CAP;

    type Pairs = BTreeSet<(u32, u32)>;

    /// By band the buckets of two or more, as sorted positions.
    fn buckets(keys: &Keys<'_>) -> Vec<(usize, Vec<u32>)> {
        let mut buckets: BTreeMap<(usize, u32), Vec<u32>> = BTreeMap::new();
        for band in 0..keys.bands.len() {
            for position in 0..keys.order.len() as u32 {
                let key = (band, keys.key(band, position));
                buckets.entry(key).or_default().push(position);
            }
        }
        let buckets = buckets.into_iter();
        let buckets = buckets.map(|((band, _), members)| (band, members));
        buckets.filter(|(_, members)| members.len() > 1).collect()
    }

    fn all_of(members: &[u32]) -> impl Iterator<Item = (u32, u32)> {
        let later = |(at, &a): (usize, &u32)| members[at + 1..].iter().map(move |&b| (a, b));
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
        let mut positions = vec![0; bands[0].len()];
        for (position, &id) in (0..).zip(order) {
            positions[id as usize] = position;
        }
        let mut ids = order.to_vec();
        ids.sort_unstable();
        let (ids, positions) = (&*ids, &*positions);
        let keys = Keys {
            bands,
            ids,
            order,
            positions,
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
        let articles: BTreeSet<u32> = suspended.iter().flat_map(|(_, m)| m).copied().collect();
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
