//! The exact overlap of two sets of shingles.
//!
//! In: two articles as sorted sets of 64-bit shingle hashes. Out: how many shingles they share,
//! and the Jaccard similarity and containments that follow from it.

use crate::kit::radix;

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
    pub(super) sorted: Box<[u64]>,
}

impl ShingleSet {
    /// The set of these shingle hashes, in any order, repeats allowed.
    pub fn new(mut shingles: Vec<u64>) -> Self {
        radix::sort(&mut shingles, u64::MAX, |&shingle| shingle);
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
}

pub(super) fn count_shared(mut a: &[u64], mut b: &[u64]) -> u32 {
    let mut shared = 0;
    while let ([first_a, ..], [first_b, ..]) = (a, b) {
        let (x, y) = (*first_a, *first_b);
        shared += u32::from(x == y);
        a = &a[usize::from(x <= y)..];
        b = &b[usize::from(y <= x)..];
    }
    shared
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
    }

    #[test]
    fn empty_shares_nothing() {
        let empty = ShingleSet::default();
        assert_eq!(empty.overlap(&empty).jaccard(), 0.0);
    }
}
