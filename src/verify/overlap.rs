//! The exact overlap of two sets of shingles.
//!
//! In: two articles as sorted sets of 64-bit shingle hashes. Out: how many shingles they share,
//! and the Jaccard similarity and containments that follow from it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::hashed;

/// How many different shingles two articles have, and share. Everything else about their
/// similarity is computed from these three, so it is exact.
///
/// Exact copies are known without counting; for them, all shingles stand here, repeats included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Overlap {
    /// Different shingles of the first article.
    pub a: u32,
    /// Different shingles of the second article.
    pub b: u32,
    /// Different shingles of both.
    pub shared: u32,
}

impl Overlap {
    /// Shared shingles over all shingles of both, 0 to 1; 0 if neither has any.
    pub fn jaccard(self) -> f64 {
        let both = u64::from(self.a) + u64::from(self.b);
        ratio(self.shared, both - u64::from(self.shared))
    }

    /// The share of the first article's shingles that stand in the second, 0 to 1.
    pub fn a_in_b(self) -> f64 {
        ratio(self.shared, self.a.into())
    }

    /// The share of the second article's shingles that stand in the first, 0 to 1.
    pub fn b_in_a(self) -> f64 {
        ratio(self.shared, self.b.into())
    }

    /// The same overlap with the articles exchanged.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            a: self.b,
            b: self.a,
            shared: self.shared,
        }
    }
}

fn ratio(part: u32, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        f64::from(part) / whole as f64
    }
}

/// The different shingles of one article, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShingleSet {
    sorted: Box<[u64]>,
}

impl ShingleSet {
    /// The set of these shingle hashes, in any order, repeats allowed.
    pub fn new(mut shingles: Vec<u64>) -> Self {
        hashed::sort(&mut shingles, u64::MAX, |&shingle| shingle);
        shingles.dedup();
        Self {
            sorted: shingles.into(),
        }
    }

    /// How many different shingles there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Counts what two sets share, in one merge without branches.
    pub fn overlap(&self, other: &Self) -> Overlap {
        Overlap {
            a: self.len() as u32,
            b: other.len() as u32,
            shared: count_shared(&self.sorted, &other.sorted),
        }
    }

    /// The overlap, if the Jaccard similarity is `threshold` or more. Ends early if it is not.
    fn overlap_reaching(&self, other: &Self, threshold: f64) -> Option<Overlap> {
        let mut overlap = self.all_shared(other);
        let least = least_shared(overlap, threshold)?;
        overlap.shared = 0;
        let (mut a, mut b) = (&*self.sorted, &*other.sorted);
        while a.len().min(b.len()) >= STEPS {
            for _ in 0..STEPS {
                let (x, y) = (a[0], b[0]);
                overlap.shared += u32::from(x == y);
                a = &a[usize::from(x <= y)..];
                b = &b[usize::from(y <= x)..];
            }
            if (overlap.shared as usize + a.len().min(b.len())) < least as usize {
                return None;
            }
        }
        overlap.shared += count_shared(a, b);
        (overlap.shared >= least).then_some(overlap)
    }

    /// The overlap as if all shingles of the smaller set were shared.
    fn all_shared(&self, other: &Self) -> Overlap {
        let (a, b) = (self.len() as u32, other.len() as u32);
        let shared = a.min(b);
        Overlap { a, b, shared }
    }
}

fn count_shared(mut a: &[u64], mut b: &[u64]) -> u32 {
    let mut shared = 0;
    while let ([first_a, ..], [first_b, ..]) = (a, b) {
        let (x, y) = (*first_a, *first_b);
        shared += u32::from(x == y);
        a = &a[usize::from(x <= y)..];
        b = &b[usize::from(y <= x)..];
    }
    shared
}

/// Shingles that are compared before it is asked whether the threshold is out of reach.
const STEPS: usize = 32;

/// The fewest shared shingles with which two sets of those sizes have a Jaccard similarity of
/// `threshold`; `None` if all would be too few.
fn least_shared(most: Overlap, threshold: f64) -> Option<u32> {
    let reaches = |shared: u32| Overlap { shared, ..most }.jaccard() >= threshold;
    if most.shared == 0 || !reaches(most.shared) {
        return None;
    }
    // More of them never make it smaller: s / (a + b - s), divided once.
    let both = u64::from(most.a) + u64::from(most.b);
    let mut least = (threshold / (1.0 + threshold) * both as f64) as u32;
    least = least.min(most.shared);
    while least > 0 && reaches(least - 1) {
        least -= 1;
    }
    while !reaches(least) {
        least += 1;
    }
    Some(least)
}

/// A set that is compared to many, and asks only whether their similarity reaches a threshold.
///
/// The first is compared by a merge. For the others a table is made, in which each shingle has its
/// place by its upper bits: what stands in order in the other set is looked up in order, without a
/// branch.
#[derive(Debug)]
pub(crate) struct ShingleProbe<'a> {
    set: &'a ShingleSet,
    was_compared: AtomicBool,
    table: OnceLock<ShingleTable>,
}

/// Two places for each value of the upper bits.
#[derive(Debug)]
struct ShingleTable {
    /// How far a hash is shifted down.
    shift: u32,
    /// 0 if free.
    buckets: Vec<[u64; 2]>,
    /// What found no place, and the hash 0.
    others: Vec<u64>,
}

/// Sets above this are compared by a merge: their table would leave the caches.
const MAX_TABLE: usize = 1 << 15;

impl<'a> ShingleProbe<'a> {
    pub(crate) fn new(set: &'a ShingleSet) -> Self {
        Self {
            set,
            was_compared: AtomicBool::new(false),
            table: OnceLock::new(),
        }
    }

    /// The overlap with a set, if the Jaccard similarity is `threshold` or more.
    pub(crate) fn overlap_reaching(&self, other: &ShingleSet, threshold: f64) -> Option<Overlap> {
        if self.set.len() > MAX_TABLE || !self.was_compared.swap(true, Ordering::Relaxed) {
            return self.set.overlap_reaching(other, threshold);
        }
        let mut overlap = self.set.all_shared(other);
        let least = least_shared(overlap, threshold)?;
        let table = self.table.get_or_init(|| ShingleTable::new(self.set));
        overlap.shared = table.shared(other, least)?;
        Some(overlap)
    }
}

impl ShingleTable {
    fn new(set: &ShingleSet) -> Self {
        let bits = (2 * set.len()).next_power_of_two().max(2).trailing_zeros();
        let shift = 64 - bits;
        let mut buckets = vec![[0; 2]; 1 << bits];
        let mut others = Vec::new();
        for &shingle in &set.sorted {
            let [first, second] = &mut buckets[(shingle >> shift) as usize];
            match (*first, *second) {
                _ if shingle == 0 => others.push(shingle),
                (0, _) => *first = shingle,
                (_, 0) => *second = shingle,
                _ => others.push(shingle),
            }
        }
        Self {
            shift,
            buckets,
            others,
        }
    }

    /// How many shingles of a set are here, if at least so many are.
    fn shared(&self, set: &ShingleSet, least: u32) -> Option<u32> {
        // The hash 0 would be found in each free place.
        let placed = match &*set.sorted {
            [0, rest @ ..] => rest,
            all => all,
        };
        let others = self.others.iter();
        let mut shared = others
            .filter(|shingle| set.sorted.binary_search(shingle).is_ok())
            .count() as u32;
        let mut left = placed.len();
        for chunk in placed.chunks(STEPS) {
            shared = chunk.iter().fold(shared, |shared, &shingle| {
                let [first, second] = self.buckets[(shingle >> self.shift) as usize];
                shared + u32::from(first == shingle) + u32::from(second == shingle)
            });
            left -= chunk.len();
            if (shared as usize + left) < least as usize {
                return None;
            }
        }
        (shared >= least).then_some(shared)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_as_sets_do(
            a in prop::collection::vec(0u64..60, 0..80),
            b in prop::collection::vec(0u64..60, 0..80),
        ) {
            let [set_a, set_b] = [&a, &b].map(|list| list.iter().collect::<BTreeSet<_>>());
            let [a, b] = [a.clone(), b.clone()].map(ShingleSet::new);
            let overlap = a.overlap(&b);
            prop_assert_eq!(overlap.shared as usize, set_a.intersection(&set_b).count());
            let union = set_a.union(&set_b).count().max(1);
            prop_assert_eq!(overlap.jaccard(), f64::from(overlap.shared) / union as f64);
            prop_assert_eq!(b.overlap(&a), overlap.reversed());
            prop_assert!(a.is_empty() || (a.overlap(&a).jaccard() - 1.0).abs() == 0.0);
        }

        /// By a merge and by a table, at the similarity itself and just above it.
        #[test]
        fn what_reaches_a_threshold_is_counted_in_full(
            common in prop::collection::vec(any::<u64>(), 0..300),
            a in prop::collection::vec(prop_oneof![any::<u64>(), 0u64..9], 0..120),
            b in prop::collection::vec(prop_oneof![any::<u64>(), 0u64..9], 0..120),
            threshold in 0.01f64..1.0,
        ) {
            let [a, b] = [a, b].map(|own| ShingleSet::new([&*common, &own].concat()));
            let overlap = a.overlap(&b);
            let jaccard = overlap.jaccard();
            let probe = ShingleProbe::new(&a);
            for threshold in [threshold, jaccard, jaccard.next_up(), 1.0] {
                let expected = (jaccard >= threshold && overlap.shared > 0).then_some(overlap);
                prop_assert_eq!(a.overlap_reaching(&b, threshold), expected);
                for _ in 0..2 {
                    prop_assert_eq!(probe.overlap_reaching(&b, threshold), expected);
                }
            }
        }
    }

    #[test]
    fn empty_shares_nothing() {
        let empty = ShingleSet::default();
        assert_eq!(empty.overlap(&empty).jaccard(), 0.0);
    }
}
