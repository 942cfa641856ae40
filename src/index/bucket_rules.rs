//! Candidates by bands, where the articles of a band are on many machines.
//!
//! In: buckets, each with the texts that share a key of one band. Out: the pairs that one
//! [`Index`](super::Index) of all texts would give: every pair of a bucket, or few pairs of a crowded
//! one. Texts are of any ordered type: fingerprints, or numbers in the order of fingerprints.

use super::shared::MIN_CAP;
use super::truncated_buckets;

/// The limits of candidates by bands. Made by
/// [`Detector::band_rules`](crate::Detector::band_rules).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BandRules {
    /// Bands of a signature.
    pub bands: usize,
    /// Different pairs that are always allowed. Above this number the largest buckets are cut down.
    pub most_pairs: u64,
}

impl BandRules {
    pub(crate) fn new(bands: usize, in_all: usize, texts: usize) -> Self {
        let most_pairs = super::candidates::most_pairs(in_all, texts) as u64;
        Self { bands, most_pairs }
    }
}

/// Size classes: a class has the buckets with up to 2^class members, and more than half as many.
const CLASSES: usize = u64::BITS as usize;

/// The class of the largest buckets that are never cut down.
const SMALL: usize = MIN_CAP.trailing_zeros() as usize;

/// How many buckets there are, by size. Sizes counted by many workers are merged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct BucketSizes {
    /// By class, [`CLASSES`] in all: the pairs of all buckets. A pair in several buckets counts for
    /// each.
    pairs: Vec<u64>,
}

/// Refuses a list of any other length than was written.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for BucketSizes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let pairs = Vec::<u64>::deserialize(from)?;
        if pairs.len() == CLASSES {
            return Ok(Self { pairs });
        }
        let classes = pairs.len();
        let message = format!("sizes of buckets have {CLASSES} classes, not {classes}");
        Err(serde::de::Error::custom(message))
    }
}

impl Default for BucketSizes {
    fn default() -> Self {
        Self::new()
    }
}

impl BucketSizes {
    /// Sizes of no bucket.
    pub fn new() -> Self {
        Self {
            pairs: vec![0; CLASSES],
        }
    }

    /// Counts a bucket by its number of texts.
    pub fn add(&mut self, members: u64) {
        self.add_many(members, 1);
    }

    /// Counts `buckets` buckets with this number of texts each.
    pub fn add_many(&mut self, members: u64, buckets: u64) {
        if members < 2 {
            return;
        }
        let class = (u64::BITS - (members - 1).leading_zeros()) as usize;
        let pairs = u128::from(members) * u128::from(members - 1) / 2 * u128::from(buckets);
        let pairs = u64::try_from(pairs).unwrap_or(u64::MAX);
        if let Some(of_class) = self.pairs.get_mut(class) {
            *of_class = of_class.saturating_add(pairs);
        }
    }

    /// Adds the buckets of other sizes.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.pairs.iter_mut().zip(&other.pairs) {
            *own = own.saturating_add(*other);
        }
    }

    /// The most texts in a bucket that gives every pair: a power of two, at least 16. `None` if
    /// every bucket gives every pair, as in any ordinary corpus.
    ///
    /// `distinct` counts the different pairs of all buckets with up to so many texts. It is asked
    /// where sizes alone don't tell, about less than [`bands`](BandRules::bands) times the allowed
    /// pairs, once a power of two at most; in an ordinary corpus not at all.
    ///
    /// # Errors
    ///
    /// Those of `distinct`.
    pub fn cap<E>(
        &self,
        rules: BandRules,
        mut distinct: impl FnMut(u64) -> Result<u64, E>,
    ) -> Result<Option<u64>, E> {
        let most = rules.most_pairs;
        let sum = |pairs: &[u64]| pairs.iter().fold(0, |sum: u64, &of| sum.saturating_add(of));
        let (small, large) = self.pairs.split_at(CLASSES.min(SMALL + 1));
        let small = sum(small);
        let (mut with_repeats, mut at_most) = (small, small);
        for (class, &of_class) in (SMALL + 1..).zip(large).filter(|(_, pairs)| **pairs > 0) {
            with_repeats = with_repeats.saturating_add(of_class);
            at_most = at_most.saturating_add(of_class);
            if at_most <= most {
                continue;
            }
            let cap = Some(1 << (class - 1));
            // A text is in one bucket of a band, so a pair is in one bucket a band at most.
            if with_repeats.div_ceil(rules.bands.max(1) as u64) > most.max(small) {
                return Ok(cap);
            }
            // Small buckets give their pairs even above the limit.
            let limit = if small > most {
                most.max(distinct(MIN_CAP as u64)?)
            } else {
                most
            };
            at_most = distinct(1 << class)?;
            if at_most > limit {
                return Ok(cap);
            }
        }
        Ok(None)
    }
}

/// Every pair of a bucket with up to [`cap`](BucketSizes::cap) texts, in ascending order if `members`
/// is.
pub fn pairs_of_bucket<T: Copy>(members: &[T]) -> impl Iterator<Item = (T, T)> {
    let later = |(at, &a): (usize, &T)| members[at + 1..].iter().map(move |&b| (a, b));
    members.iter().enumerate().flat_map(later)
}

/// A bucket with more than [`cap`](BucketSizes::cap) texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrowdedBucket<T> {
    /// The band, numbered from 0.
    pub band: usize,
    /// The texts in ascending order, each once.
    pub members: Vec<T>,
}

/// The pairs kept of all crowded buckets that begin with the same text, ascending and distinct.
///
/// `bands` is the number of bands, `key` a member's key in a band. A pair is kept if either text is
/// the first of a bucket, or if the texts share further bands. The buckets of one first text must be
/// given together: thousands of near-copies make the same bucket in band after band, and one of these
/// is enough.
///
/// Memory is linear in the members; time, too, apart from sorting.
pub fn cut_buckets<T: Copy + Ord>(
    buckets: &[CrowdedBucket<T>],
    bands: usize,
    key: impl Fn(T, usize) -> u64,
) -> Vec<(T, T)> {
    let mut by_band: Vec<(usize, &[T])> = buckets
        .iter()
        .map(|bucket| (bucket.band, &*bucket.members))
        .collect();
    by_band.sort_by_key(|&(band, _)| band);
    let key = |band, member| key(member, band);
    let (_, mut pairs) = truncated_buckets::around_centre(&by_band, bands, &key);
    truncated_buckets::sort_runs(&mut pairs);
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;
    use crate::article::ArticleId;
    use crate::index::candidates::{Candidates, candidates_within};
    use crate::index::shared::Keys;
    use crate::kit::ids::{self, IndexVec, Position};

    /// Candidates by the kernels, and the cap. Buckets come in no order, and sizes by three workers.
    fn by_kernels(bands: &[Vec<u32>], most: usize) -> (Vec<(u32, u32)>, Option<u64>) {
        let mut buckets: BTreeMap<(usize, u32), Vec<u32>> = BTreeMap::new();
        for (band, keys) in bands.iter().enumerate() {
            for (text, &key) in (0..).zip(keys) {
                buckets.entry((band, key)).or_default().push(text);
            }
        }
        let mut workers = [BucketSizes::new(), BucketSizes::new(), BucketSizes::new()];
        for ((_, key), members) in &buckets {
            workers[*key as usize % 3].add(members.len() as u64);
        }
        let mut sizes = BucketSizes::new();
        for worker in &workers {
            sizes.merge(worker);
        }
        let up_to = |most: u64| -> BTreeSet<(u32, u32)> {
            let small = buckets.values().filter(|all| all.len() as u64 <= most);
            small.flat_map(|members| pairs_of_bucket(members)).collect()
        };
        let rules = BandRules {
            bands: bands.len(),
            most_pairs: most as u64,
        };
        let cap = sizes
            .cap(rules, |most| Ok::<_, Infallible>(up_to(most).len() as u64))
            .unwrap();
        let mut pairs = up_to(cap.unwrap_or(u64::MAX));
        let mut crowded: BTreeMap<u32, Vec<CrowdedBucket<u32>>> = BTreeMap::new();
        for ((band, _), members) in buckets {
            if cap.is_some_and(|cap| members.len() as u64 > cap) {
                let of_first = crowded.entry(members[0]).or_default();
                of_first.insert(0, CrowdedBucket { band, members });
            }
        }
        for buckets in crowded.values() {
            let key = |text: u32, band: usize| bands[band][text as usize].into();
            pairs.extend(cut_buckets(buckets, bands.len(), key));
        }
        (pairs.into_iter().collect(), cap)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn buckets_of_many_machines_give_the_pairs_of_one_index(
            seed in any::<u32>(),
            texts in 2usize..300,
            values in prop::collection::vec(1u32..40, 1..6),
            most in prop_oneof![Just(0usize), 0usize..6000, Just(usize::MAX / 2)],
        ) {
            let mixed = |at: u32| at.wrapping_mul(0x9E37_79B9).rotate_left(15).wrapping_mul(seed | 1) >> 7;
            let bands: Vec<Vec<u32>> = (0..)
                .zip(&values)
                .map(|(band, &values)| (0..texts as u32).map(|id| mixed(id + band * 1000) % values).collect())
                .collect();
            let order: IndexVec<Position, ArticleId> = ids::below(texts).collect();
            let columns: Vec<IndexVec<ArticleId, u32>> = bands.iter().cloned().map(Into::into).collect();
            let keys = Keys {
                bands: &columns,
                ids: &order,
                order: &order,
                positions: &ids::below(texts).collect(),
            };
            let Candidates { pairs, report } = candidates_within(&keys, most);
            let (found, cap) = by_kernels(&bands, most);
            prop_assert_eq!(cap, report.bucket_cap.map(|cap| cap as u64));
            let pairs: Vec<(u32, u32)> = pairs.iter().map(|(a, b)| (a.0, b.0)).collect();
            prop_assert_eq!(found, pairs);
        }
    }

    #[test]
    fn a_bucket_of_millions_is_not_counted() {
        let mut sizes = BucketSizes::new();
        sizes.add_many(2, 1000);
        sizes.add(5_000_000);
        let rules = BandRules {
            bands: 13,
            most_pairs: 1 << 20,
        };
        let cap = sizes.cap(rules, Err);
        assert_eq!(cap, Ok(Some(1 << 22)));
    }
}
