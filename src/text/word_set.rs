//! Sets of words within a batch, one bit a word.
//!
//! In: bits at word numbers. Out: unions, differences, runs, and the numbers in order.

/// Words in a full batch: enough to keep loops busy, few enough to stay in L1. Chosen by hand.
pub(super) const BATCH: usize = 128;

/// Words a batch may hold: a block of 64 bytes can add 64 words to a nearly full batch.
pub(crate) const ROOM: usize = BATCH + 64;

/// Masks in a set, 64 words each.
const MASKS: usize = ROOM / 64;

/// Some words of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordSet([u64; MASKS]);

impl WordSet {
    /// Adds 64 words: bit 0 of `words` stands for word `first`. Words past the room are dropped.
    #[inline(always)]
    pub(crate) fn add(&mut self, words: u64, first: usize) {
        let (at, shift) = (first / 64, first % 64);
        self.0[at] |= words << shift;
        if shift > 0
            && let Some(next) = self.0.get_mut(at + 1)
        {
            *next |= words >> (64 - shift);
        }
    }

    /// Adds words given as bytes of eight bits, word 0 lowest.
    #[inline(always)]
    pub(crate) fn add_bytes(&mut self, bytes: &[u8; ROOM / 8]) {
        for (mask, eight) in self.0.iter_mut().zip(bytes.as_chunks().0) {
            *mask |= u64::from_le_bytes(*eight);
        }
    }

    /// A set with word 0, or an empty set.
    pub(crate) fn of_first(has: bool) -> Self {
        let mut set = Self::default();
        set.0[0] = has.into();
        set
    }

    /// Keeps words below `count`.
    #[inline(always)]
    pub(crate) fn below(mut self, count: usize) -> Self {
        for (mask, before) in self.0.iter_mut().zip((0..).step_by(64)) {
            let count = count.saturating_sub(before) as u32;
            *mask &= 1u64.checked_shl(count).unwrap_or(0).wrapping_sub(1);
        }
        self
    }

    #[inline(always)]
    pub(crate) fn remove(&mut self, word: usize) {
        if let Some(mask) = self.0.get_mut(word / 64) {
            *mask &= !(1 << (word % 64));
        }
    }

    #[inline(always)]
    pub(crate) fn has(&self, word: usize) -> bool {
        self.0
            .get(word / 64)
            .is_some_and(|mask| mask >> (word % 64) & 1 == 1)
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0 == [0; MASKS]
    }

    /// Calls `f` with each word, in ascending order.
    #[inline(always)]
    pub(crate) fn for_each(self, mut f: impl FnMut(usize)) {
        for (mut mask, first) in self.0.into_iter().zip((0..).step_by(64)) {
            while mask != 0 {
                f(first + mask.trailing_zeros() as usize);
                mask &= mask - 1;
            }
        }
    }

    /// Keeps words that touch their predecessor, by `touching`, if the set holds it too.
    #[inline(always)]
    pub(crate) fn continued(self, touching: Self) -> Self {
        let mut carried = 0;
        let mut continued = self.0;
        for (mask, touching) in continued.iter_mut().zip(touching.0) {
            let next = *mask >> 63;
            *mask &= touching & (*mask << 1 | carried);
            carried = next;
        }
        Self(continued)
    }

    /// Counts consecutive words in the set, from `first` on.
    #[inline(always)]
    pub(crate) fn run_len(&self, first: usize) -> usize {
        let mut len = 0;
        while let Some(mask) = self.0.get((first + len) / 64) {
            let at = (first + len) % 64;
            let ones = (mask >> at).trailing_ones() as usize;
            len += ones;
            if ones < 64 - at {
                break;
            }
        }
        len
    }

    #[inline(always)]
    pub(crate) fn without(mut self, other: Self) -> Self {
        for (mask, other) in self.0.iter_mut().zip(other.0) {
            *mask &= !other;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set_of(words: &BTreeSet<usize>) -> WordSet {
        let mut set = WordSet::default();
        for &word in words {
            set.add(1, word);
        }
        set
    }

    fn words_of(set: WordSet) -> BTreeSet<usize> {
        let mut words = BTreeSet::new();
        set.for_each(|word| {
            words.insert(word);
        });
        words
    }

    proptest! {
        #[test]
        fn equals_a_set_of_numbers(
            a in prop::collection::btree_set(0..ROOM, 0..ROOM),
            b in prop::collection::btree_set(0..ROOM, 0..ROOM),
            (bits, at) in (any::<u64>(), 0..ROOM),
        ) {
            let set = set_of(&a);
            prop_assert_eq!(words_of(set), a.clone());
            prop_assert_eq!(words_of(set.without(set_of(&b))), &a - &b);
            let below: BTreeSet<usize> = a.range(..at).copied().collect();
            prop_assert_eq!(words_of(set.below(at)), below);
            let continued = |word: &usize| {
                b.contains(word) && word.checked_sub(1).is_some_and(|before| a.contains(&before))
            };
            let continued: BTreeSet<usize> = a.iter().copied().filter(continued).collect();
            prop_assert_eq!(words_of(set.continued(set_of(&b))), continued);
            prop_assert_eq!(set.run_len(at), (at..ROOM).take_while(|at| a.contains(at)).count());
            prop_assert_eq!(set.has(at), a.contains(&at));
            prop_assert_eq!(set.is_empty(), a.is_empty());
            let (mut more, mut fewer) = (set, set);
            more.add(bits, at);
            fewer.remove(at);
            let added = (0..64).filter(|bit| bits >> bit & 1 == 1).map(|bit| at + bit);
            let all: BTreeSet<usize> = a.iter().copied().chain(added).filter(|&at| at < ROOM).collect();
            prop_assert_eq!(words_of(more), all);
            prop_assert_eq!(words_of(fewer), a.into_iter().filter(|&word| word != at).collect());
        }
    }
}
