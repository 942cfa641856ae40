//! The exact overlap of two shingle sets.
//!
//! In: two articles as sorted 64-bit shingle hashes. Out: the number of shared shingles, the
//! Jaccard similarity and both containments.

use crate::kit::radix;

/// How many distinct shingles two articles have and share. Jaccard similarity and containments
/// follow from these counts, and are therefore exact.
///
/// Exact copies are recognized without counting. A [`Detector`](crate::Detector) counts their
/// shingles when the second copy is inserted. Without a body at insertion, a detector gives an upper
/// bound: all shingles, repeats included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Overlap {
    /// Distinct shingles of the first article.
    pub a: u32,
    /// Distinct shingles of the second article.
    pub b: u32,
    /// Distinct shingles of both articles.
    pub shared: u32,
}

impl Overlap {
    /// The Jaccard similarity: shared shingles over the shingles of either article, 0 to 1. 0 if
    /// neither article has shingles.
    pub fn jaccard(self) -> f64 {
        let both = u64::from(self.a) + u64::from(self.b);
        ratio(self.shared, both - u64::from(self.shared))
    }

    /// The containment of the first article's shingles in the second article, 0 to 1. 0 without
    /// shingles.
    pub fn a_in_b(self) -> f64 {
        ratio(self.shared, self.a.into())
    }

    /// The containment of the second article's shingles in the first article, 0 to 1. 0 without
    /// shingles.
    pub fn b_in_a(self) -> f64 {
        ratio(self.shared, self.b.into())
    }

    /// The overlap of two articles with the same shingles.
    pub(crate) fn of_equal(shingles: u32) -> Self {
        Self {
            a: shingles,
            b: shingles,
            shared: shingles,
        }
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

/// The distinct shingles of one article, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShingleSet {
    pub(super) sorted: Box<[u64]>,
}

impl ShingleSet {
    /// The set of these shingle hashes, in any order; repeats are allowed. Linear time.
    pub fn new(mut shingles: Vec<u64>) -> Self {
        radix::sort(&mut shingles, u64::MAX, |&shingle| shingle);
        shingles.dedup();
        Self {
            sorted: shingles.into(),
        }
    }

    /// The number of distinct shingles.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Counts shared shingles, by a merge without branches. Linear time.
    pub fn overlap(&self, other: &Self) -> Overlap {
        Overlap {
            a: self.len() as u32,
            b: other.len() as u32,
            shared: count_shared(&self.sorted, &other.sorted),
        }
    }
}

/// The size of the intersection of two sorted sets.
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
