//! Maps and sorting by keys that are hashes already.
//!
//! In: keys or items whose hashes are well mixed. Out: maps that hash no more, and items in order.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map by keys that are well mixed, so that they need no hashing.
pub(crate) type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<AsIs>>;

/// A set of such keys.
pub(crate) type HashedSet<K> = HashSet<K, BuildHasherDefault<AsIs>>;

/// Takes a key of 64 bits, or half of one of 128, as it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            let mut padded = [0; 8];
            padded[..eight.len()].copy_from_slice(eight);
            self.0 ^= u64::from_le_bytes(padded);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }
}

/// Fewer are sorted by comparing them.
const FEW: usize = 64;
/// The most places that are told apart at first: their counts stay in L1.
const MOST_PLACES: u32 = 12;
/// Where more share a place, it is sorted by itself.
const CROWD: u32 = 16;

/// Sorts items, whose order is by their hash first, by hashes that are well mixed and at most
/// `highest`: each is put near its place at once, in linear time. Items of one hash are compared.
pub(crate) fn sort<T: Copy + Ord>(items: &mut [T], highest: u64, hash: impl Fn(&T) -> u64) {
    debug_assert!(items.iter().all(|item| hash(item) <= highest));
    let bits = u64::BITS - highest.leading_zeros();
    sort_by_bits(items, bits, &hash);
}

/// Of items whose hashes differ in the lowest `bits` at most.
fn sort_by_bits<T: Copy + Ord>(items: &mut [T], bits: u32, hash: &impl Fn(&T) -> u64) {
    // Copies of one item are in order already.
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

/// Sorts items none of which is far from where it belongs.
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
