//! Sorting by well mixed hashes.
//!
//! In: items that carry a hash. Out: the items in ascending order of hashes, in linear time.

/// Lists shorter than this are sorted by comparison. Chosen by hand: below 64 items the count table
/// of a pass costs more than the comparisons.
const FEW: usize = 64;
/// The most bits that a pass sorts by: 2^12 counts, 4 bytes each, stay in a 32 KB first-level
/// cache.
const MOST_PLACES: u32 = 12;
/// The most items at a place that needs no further pass. Chosen by hand: insertion sort on 16 items
/// costs about as much as a pass.
const CROWD: u32 = 16;

/// Sorts `items`, whose `Ord` compares hashes first.
///
/// `hash` gives the hash of an item: well mixed, and at most `highest`. Expected time is linear: a
/// counting pass by the upper bits of the hash (Seward 1954) puts each item near its final place,
/// and an insertion sort ends the work. Items of equal hashes are compared.
pub(crate) fn sort<T: Copy + Ord>(items: &mut [T], highest: u64, hash: impl Fn(&T) -> u64) {
    debug_assert!(items.iter().all(|item| hash(item) <= highest));
    let bits = u64::BITS - highest.leading_zeros();
    sort_by_bits(items, bits, &hash);
}

/// Sorts items whose hashes differ in the lowest `bits` bits only.
fn sort_by_bits<T: Copy + Ord>(items: &mut [T], bits: u32, hash: &impl Fn(&T) -> u64) {
    // A list of equal items is in order, whatever their number.
    if items.len() < FEW || bits == 0 || items.is_sorted() {
        items.sort_unstable();
        return;
    }
    let places = items.len().ilog2().min(MOST_PLACES);
    let shift = bits.saturating_sub(places);
    let place = |item: &T| (hash(item) >> shift) as usize & ((1 << places) - 1);
    let mut ends = vec![0u32; 1 << places];
    for item in &*items {
        ends[place(item)] += 1;
    }
    let is_crowded = ends.iter().any(|&count| count > CROWD);
    let mut end = 0;
    for count in &mut ends {
        end += *count;
        *count = end;
    }
    let from = items.to_vec();
    for item in from.iter().rev() {
        let end = &mut ends[place(item)];
        *end -= 1;
        items[*end as usize] = *item;
    }
    drop(from);
    if is_crowded {
        for same in items.chunk_by_mut(|a, b| place(a) == place(b)) {
            sort_by_bits(same, shift, hash);
        }
        return;
    }
    insertion_sort(items);
}

/// Sorts items by insertion: fast where every item is near its final place.
#[inline]
pub(crate) fn insertion_sort<T: Copy + Ord>(items: &mut [T]) {
    for at in 1..items.len() {
        let item = items[at];
        let mut to = at;
        while to > 0 && items[to - 1] > item {
            items[to] = items[to - 1];
            to -= 1;
        }
        items[to] = item;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorts_as_comparing_does(
            mixed in proptest::collection::vec(0u64..=1 << 40, 0..300),
            few in proptest::collection::vec(0u64..20, 0..300),
            many in 5_000u64..20_000,
        ) {
            // A few thousand share each place, and half of them are the same.
            let upper = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58;
            let many = (0..many).map(|at| at / 2).map(|at| (upper(at) << 40) | (at % 3000));
            let many: Vec<u64> = many.collect();
            for (mut items, highest) in [(mixed, 1 << 40), (few, u64::MAX), (many, 1 << 46)] {
                let mut expected = items.clone();
                expected.sort_unstable();
                sort(&mut items, highest, |&item| item);
                prop_assert_eq!(items, expected);
            }
        }
    }
}
