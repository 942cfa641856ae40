//! Counting and scattering: items to buckets, in two flat arrays.
//!
//! In: items with bucket numbers. Out: every bucket's items side by side, in input order; or the
//! order of items by two small numbers. Linear time, no comparison.
//!
//! Three places count and scatter by themselves, for measured reasons: [`radix`](super::radix) and
//! `index/shared` reuse their room from one list to the next, and `verify/batch` knows its counts
//! before it has the items.

use super::ids::Number;

/// Items by bucket (counting sort, Seward 1954).
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets<T> {
    /// `ends[b]`: where bucket `b` ends in `items`.
    ends: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy + Default> Buckets<T> {
    /// Scatters `(bucket, item)` entries over `buckets` buckets. `entries` is run twice.
    pub(crate) fn of(buckets: usize, entries: impl Iterator<Item = (usize, T)> + Clone) -> Self {
        // Counts, then starts, then ends: each bucket's cursor moves from its start to its end.
        let mut ends = vec![0; buckets];
        for (bucket, _) in entries.clone() {
            ends[bucket] += 1;
        }
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        let mut items = vec![T::default(); start];
        for (bucket, item) in entries {
            let end = &mut ends[bucket];
            items[*end] = item;
            *end += 1;
        }
        Self { ends, items }
    }

    /// The number of buckets.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A bucket's items, in input order.
    pub(crate) fn get(&self, bucket: usize) -> &[T] {
        let start = bucket.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[start..self.ends[bucket]]
    }

    /// The items, bucket by bucket.
    pub(crate) fn into_items(self) -> Vec<T> {
        self.items
    }
}

/// Counting is used for at least one item per 16 possible numbers. Below, a comparison sort is
/// cheaper. Chosen by hand: a count costs a write and a read, an item some `log2(n)` comparisons.
const SPARSE: usize = 16;

/// Sorts `items` by two numbers per item. Returns indices into `items`.
///
/// Both numbers must be below `bound`, and there must be fewer than 2^32 items. Items with equal
/// numbers keep their order. Two counting passes, linear in `items.len() + bound`; where items are
/// few beside `bound`, a stable comparison sort.
pub(crate) fn order<T, N: Number>(
    items: &[T],
    bound: usize,
    numbers: impl Fn(&T) -> (N, N),
) -> Vec<u32> {
    let places = 0..u32::try_from(items.len()).expect("fewer than 2^32 items");
    let numbers = |place: u32| numbers(&items[place.index()]);
    if items.len() < bound / SPARSE {
        let mut order: Vec<u32> = places.collect();
        order.sort_by_key(|&place| numbers(place));
        return order;
    }
    let second = |place: u32| (numbers(place).1.index(), place);
    let by_second = Buckets::of(bound, places.map(second)).into_items();
    let first = |&place: &u32| (numbers(place).0.index(), place);
    Buckets::of(bound, by_second.iter().map(first)).into_items()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn buckets_hold_what_came_in_order(
            entries in prop::collection::vec((0usize..9, any::<u8>()), 0..60),
        ) {
            let buckets = Buckets::of(9, entries.iter().copied());
            prop_assert_eq!(buckets.len(), 9);
            for bucket in 0..9 {
                let of_bucket = entries.iter().filter(|entry| entry.0 == bucket);
                let expected: Vec<u8> = of_bucket.map(|entry| entry.1).collect();
                prop_assert_eq!(buckets.get(bucket), &*expected);
            }
        }

        #[test]
        fn orders_as_sorting_does(
            items in prop::collection::vec((0u32..30, 0u32..30), 0..200),
            bound in prop_oneof![Just(30usize), Just(5000)],
        ) {
            let found: Vec<_> = order(&items, bound, |&item| item);
            let mut expected: Vec<u32> = (0..items.len() as u32).collect();
            expected.sort_by_key(|&place| items[place as usize]);
            prop_assert_eq!(found, expected);
        }
    }
}
