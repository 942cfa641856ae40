//! One article compared to others by shingles.
//!
//! In: shingles in the order of the texts, and a threshold. Out: the exact overlap of pairs with a
//! Jaccard similarity at or above the threshold.

use std::cell::Cell;
use std::sync::OnceLock;

use super::bitmap_bound::BitmapBound;
use super::overlap::{Overlap, ShingleSet, count_shared};

/// An article's distinct shingles and their bitmap.
#[derive(Clone, Debug)]
pub(crate) struct BoundedSet {
    /// The shingle 0 comes first, if present.
    shingles: Box<[u64]>,
    is_sorted: bool,
    bound: BitmapBound,
}

/// The most shingles that are left unsorted: their table fits the caches.
const MAX_UNSORTED: usize = 1 << 10;

/// The most shingles of an article with a table. Larger sets are merged, or looked up in the tables
/// of smaller sets. Chosen by hand.
const MAX_TABLE: usize = 1 << 15;

/// Shingles compared between two checks whether the threshold is still within reach. Chosen by
/// hand.
const STEPS: usize = 32;

impl BoundedSet {
    /// Takes shingles in any order; repeats are allowed.
    pub(crate) fn new(shingles: &[u64]) -> Self {
        let is_sorted = shingles.len() > MAX_UNSORTED;
        let shingles = if is_sorted {
            ShingleSet::new(shingles.to_vec()).sorted
        } else {
            distinct(shingles)
        };
        Self {
            bound: BitmapBound::new(&shingles),
            shingles,
            is_sorted,
        }
    }

    /// An upper bound: the overlap if the larger set contained the smaller.
    fn all_shared(&self, other: &Self) -> Overlap {
        let (a, b) = (self.shingles.len() as u32, other.shingles.len() as u32);
        let shared = a.min(b);
        Overlap { a, b, shared }
    }

    /// Whether the Jaccard similarity may be `threshold` or more, as far as the bitmaps tell.
    fn may_reach(&self, other: &Self, threshold: f64) -> bool {
        let mut overlap = self.all_shared(other);
        // Each differing bit stands for a shingle that is not shared.
        let apart = u64::from(self.bound.differing(&other.bound));
        let both = u64::from(overlap.a) + u64::from(overlap.b);
        overlap.shared = overlap.shared.min((both.saturating_sub(apart) / 2) as u32);
        overlap.jaccard() >= threshold
    }
}

/// An article to be compared to others, keeping only pairs that reach a threshold.
///
/// The bitmaps exclude most other pairs. For the rest, the other article's shingles are looked up
/// in a table of this article's, without branches. Two sets above [`MAX_UNSORTED`] are merged
/// instead if they are compared once or if this set is above [`MAX_TABLE`].
#[derive(Debug)]
pub(crate) struct ShingleProbe<'a> {
    of: &'a BoundedSet,
    others: usize,
    table: OnceLock<ShingleTable>,
}

/// A hash table with two places for every value of the upper bits.
#[derive(Debug, Default)]
struct ShingleTable {
    /// The right shift that leaves a hash's upper bits.
    shift: u32,
    /// 0 marks a free place.
    buckets: Vec<[u64; 2]>,
    /// Shingles without a place, sorted.
    others: Vec<u64>,
    has_zero: bool,
}

thread_local! {
    /// The space of the last dropped table.
    static ROOM: Cell<ShingleTable> = Cell::default();
}

impl<'a> ShingleProbe<'a> {
    /// A probe of the article `of`, for `others` comparisons.
    pub(crate) fn new(of: &'a BoundedSet, others: usize) -> Self {
        let table = OnceLock::new();
        Self { of, others, table }
    }

    /// The overlap with `other` if the Jaccard similarity is `threshold` or more, and above 0.
    pub(crate) fn overlap_reaching(&self, other: &BoundedSet, threshold: f64) -> Option<Overlap> {
        let own = self.of;
        if !own.may_reach(other, threshold) {
            return None;
        }
        let mut overlap = own.all_shared(other);
        let least = least_shared(overlap, threshold)?;
        let are_sorted = own.is_sorted && other.is_sorted;
        let fits = own.shingles.len() <= MAX_TABLE;
        overlap.shared = if are_sorted && (self.others <= 1 || !fits) {
            shared_reaching(&own.shingles, &other.shingles, least)?
        } else if fits {
            let table = self.table.get_or_init(|| ShingleTable::of(&own.shingles));
            table.shared(&other.shingles, least)?
        } else {
            // This set is too large for a table and the other one is not sorted, so the other is
            // the smaller.
            let table = ShingleTable::of(&other.shingles);
            let shared = table.shared(&own.shingles, least);
            ROOM.set(table);
            shared?
        };
        Some(overlap)
    }
}

impl Drop for ShingleProbe<'_> {
    fn drop(&mut self) {
        if let Some(table) = self.table.take() {
            ROOM.set(table);
        }
    }
}

/// The distinct shingles of a list in any order. The shingle 0 comes first.
fn distinct(shingles: &[u64]) -> Box<[u64]> {
    let mut table = ShingleTable::sized(shingles.len());
    let mut found = shingles.to_vec();
    found.retain(|&shingle| table.insert(shingle));
    if table.has_zero
        && let Some(at) = found.iter().position(|&shingle| shingle == 0)
    {
        found.swap(0, at);
    }
    ROOM.set(table);
    found.into()
}

impl ShingleTable {
    /// An empty table for `shingles` shingles, in the space of a dropped one.
    fn sized(shingles: usize) -> Self {
        let mut table = ROOM.take();
        let bits = (2 * shingles).next_power_of_two().max(2).trailing_zeros();
        table.shift = 64 - bits;
        table.buckets.clear();
        table.buckets.resize(1 << bits, [0; 2]);
        table.others.clear();
        table.has_zero = false;
        table
    }

    fn of(shingles: &[u64]) -> Self {
        let mut table = Self::sized(shingles.len());
        for &shingle in shingles {
            table.insert(shingle);
        }
        table
    }

    /// Adds a shingle. Returns whether it is new.
    fn insert(&mut self, shingle: u64) -> bool {
        if shingle == 0 {
            return !std::mem::replace(&mut self.has_zero, true);
        }
        let [first, second] = &mut self.buckets[(shingle >> self.shift) as usize];
        if *first == shingle || *second == shingle {
            return false;
        }
        if *first == 0 {
            *first = shingle;
        } else if *second == 0 {
            *second = shingle;
        } else {
            match self.others.binary_search(&shingle) {
                Ok(_) => return false,
                Err(at) => self.others.insert(at, shingle),
            }
        }
        true
    }

    /// The number of the table's shingles in `shingles`, which are distinct, 0 first. `None` if
    /// below `least`.
    fn shared(&self, shingles: &[u64], least: u32) -> Option<u32> {
        // Every free place would match the hash 0.
        let placed = match shingles {
            [0, rest @ ..] => rest,
            all => all,
        };
        let mut shared = u32::from(self.has_zero && placed.len() < shingles.len());
        let mut left = placed.len();
        for chunk in placed.chunks(STEPS) {
            for &shingle in chunk {
                let [first, second] = self.buckets[(shingle >> self.shift) as usize];
                let is_here = u32::from(first == shingle) + u32::from(second == shingle);
                shared += is_here;
                // A single branch, rarely taken: only for a shingle missing from a full bucket.
                if is_here + u32::from(second == 0) == 0 {
                    shared += u32::from(self.others.binary_search(&shingle).is_ok());
                }
            }
            left -= chunk.len();
            if (shared as usize + left) < least as usize {
                return None;
            }
        }
        (shared >= least).then_some(shared)
    }
}

/// The size of an intersection of sorted sets. `None` if below `least`, and as early as this is
/// certain.
fn shared_reaching(mut a: &[u64], mut b: &[u64], least: u32) -> Option<u32> {
    let mut shared = 0;
    while a.len().min(b.len()) >= STEPS {
        for _ in 0..STEPS {
            let (x, y) = (a[0], b[0]);
            shared += u32::from(x == y);
            a = &a[usize::from(x <= y)..];
            b = &b[usize::from(y <= x)..];
        }
        if (shared as usize + a.len().min(b.len())) < least as usize {
            return None;
        }
    }
    shared += count_shared(a, b);
    (shared >= least).then_some(shared)
}

/// The fewest shared shingles, at least 1, that give sets of these sizes a Jaccard similarity of
/// `threshold`. `None` if even sharing all shingles is not enough.
fn least_shared(most: Overlap, threshold: f64) -> Option<u32> {
    let reaches = |shared: u32| Overlap { shared, ..most }.jaccard() >= threshold;
    if most.shared == 0 || !reaches(most.shared) {
        return None;
    }
    // The similarity `s / (a + b - s)` rises with `s`: solve for `s`, then correct the rounding.
    let both = u64::from(most.a) + u64::from(most.b);
    let mut least = (threshold / (1.0 + threshold) * both as f64) as u32;
    least = least.clamp(1, most.shared);
    while least > 1 && reaches(least - 1) {
        least -= 1;
    }
    while !reaches(least) {
        least += 1;
    }
    Some(least)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
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
            let [of_a, of_b] = [&a, &b].map(|set| BoundedSet::new(&set.sorted));
            let probes = [1, 2].map(|others| ShingleProbe::new(&of_a, others));
            for threshold in [threshold, jaccard, jaccard.next_up(), 1.0] {
                let expected = (jaccard >= threshold && overlap.shared > 0).then_some(overlap);
                let merged = least_shared(of_a.all_shared(&of_b), threshold)
                    .and_then(|least| shared_reaching(&a.sorted, &b.sorted, least));
                prop_assert_eq!(merged, expected.map(|overlap| overlap.shared));
                for probe in &probes {
                    prop_assert_eq!(probe.overlap_reaching(&of_b, threshold), expected);
                }
            }
        }

        /// Sorted and unsorted sets, below and above the table's limit.
        #[test]
        fn sets_of_all_sizes_are_counted_in_full(
            len in prop_oneof![1u64..3000, 30_000u64..40_000],
            other in prop_oneof![1u64..3000, 30_000u64..40_000],
            from in 0u64..1000,
            others in 1usize..3,
        ) {
            let mixed = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31);
            let [a, b] = [0..len, from..from + other].map(|numbers| numbers.map(mixed).collect());
            let [a, b]: [Vec<u64>; 2] = [a, b];
            let [of_a, of_b] = [&a, &b].map(|shingles| BoundedSet::new(shingles));
            let overlap = ShingleSet::new(a).overlap(&ShingleSet::new(b));
            let found = ShingleProbe::new(&of_a, others).overlap_reaching(&of_b, 0.001);
            prop_assert_eq!(found, (overlap.jaccard() >= 0.001).then_some(overlap));
        }

        /// Hashes that crowd in a few buckets.
        #[test]
        fn distinct_shingles_are_those_of_a_set(
            shingles in prop::collection::vec(prop_oneof![0u64..40, any::<u64>()], 0..300),
        ) {
            let mut found = distinct(&shingles).into_vec();
            prop_assert!(!shingles.contains(&0) || found[0] == 0);
            found.sort_unstable();
            prop_assert_eq!(&*found, &*ShingleSet::new(shingles.clone()).sorted);
        }

        /// Sets with bitmaps of equal and of different lengths.
        #[test]
        fn a_bound_never_excludes_what_is_shared(
            common in prop::collection::vec(any::<u64>(), 0..400),
            a in prop::collection::vec(any::<u64>(), 0..400),
            b in prop::collection::vec(any::<u64>(), 0..1200),
        ) {
            let [a, b] = [a, b].map(|own| ShingleSet::new([&*common, &own].concat()));
            let Overlap { a: in_a, b: in_b, shared } = a.overlap(&b);
            let [a, b] = [a, b].map(|set| BitmapBound::new(&set.sorted));
            let apart = a.differing(&b);
            prop_assert_eq!(b.differing(&a), apart);
            prop_assert!(apart <= in_a + in_b - 2 * shared);
        }
    }

    #[test]
    fn bounds_tell_most_unlike_sets() {
        let set = |numbers: std::ops::Range<u64>| {
            let mixed = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31);
            BoundedSet::new(&numbers.map(mixed).collect::<Vec<u64>>())
        };
        for len in [30, 146, 500, 2000] {
            let (a, b) = (set(0..len), set(len * 2 / 5..len * 7 / 5));
            assert!(!a.may_reach(&b, 0.8), "{len}");
            assert!(a.may_reach(&set(len / 20..len * 21 / 20), 0.8), "{len}");
        }
    }
}
