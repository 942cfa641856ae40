//! Linear probing in open tables.
//!
//! In: the slots of a table and a key's home slot. Out: the slot of the key, or the free slot where
//! the key belongs (Knuth, volume 3, 6.4, algorithm L).
//!
//! The caller says what a slot holds. Tables of keys with numbers, weights or nothing beside them
//! share this one loop.

/// The first slot from `home` on, around the end of the table, that `ends` the search: the slot is
/// free or holds the wanted key.
///
/// The number of slots is a power of two, and a slot that ends the search exists: a table is never
/// full. Only the lower bits of `home` count.
#[inline]
pub(crate) fn find<T>(slots: &[T], home: usize, ends: impl Fn(&T) -> bool) -> usize {
    debug_assert!(slots.len().is_power_of_two());
    let mask = slots.len() - 1;
    let mut at = home & mask;
    while !ends(&slots[at]) {
        at = (at + 1) & mask;
    }
    at
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against a set, with keys that crowd and go around the end.
        #[test]
        fn finds_what_was_put(keys in prop::collection::vec(0usize..40, 0..30)) {
            let mut slots = [None; 64];
            let mut plain = BTreeSet::new();
            for key in keys {
                let home = 50 + key / 4;
                let at = find(&slots, home, |slot| slot.is_none_or(|there| there == key));
                prop_assert_eq!(slots[at].is_none(), plain.insert(key));
                slots[at] = Some(key);
            }
            prop_assert_eq!(slots.iter().flatten().count(), plain.len());
        }
    }
}
