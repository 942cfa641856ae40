//! A table of weights and names, for one look-up a word.
//!
//! In: the words of a corpus with weights, and whether a word is a name. Out: a table that answers
//! with one probe, mostly within one cache line.

use crate::kit::probe;

/// Corpus knowledge of a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(super) word: u64,
    /// The logarithm of the inverse document frequency; 0 for a word in every article.
    pub(crate) weight: f32,
    pub(super) name: Name,
}

/// Whether the corpus writes a word as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// The word stands in the corpus too seldom to tell.
    Unknown,
    No,
    Yes,
    /// The word is not in the table.
    NoWord,
}

impl Known {
    /// Whether the corpus writes the word as a name; `None` if the corpus cannot tell.
    #[inline]
    pub(crate) fn is_name(self) -> Option<bool> {
        match self.name {
            Name::Unknown | Name::NoWord => None,
            Name::No => Some(false),
            Name::Yes => Some(true),
        }
    }
}

/// Words looked up together. Chosen by hand: a CPU waits for a dozen cache lines at a time, and 32
/// entries stay in the nearest cache.
const TOGETHER: usize = 32;

/// The words of a corpus. Open addressing, at most three quarters full.
#[derive(Clone)]
pub(crate) struct KnownWords {
    slots: Box<[Known]>,
}

impl KnownWords {
    /// A table of `words`; an unknown word weighs `other`.
    pub(super) fn new(words: impl ExactSizeIterator<Item = Known>, other: f32) -> Self {
        let empty = Known {
            word: 0,
            weight: other,
            name: Name::NoWord,
        };
        let slots = (words.len() * 4 / 3 + 1).next_power_of_two();
        let mut table = Self {
            slots: vec![empty; slots].into(),
        };
        for known in words {
            let at = table.slot(known.word);
            table.slots[at] = known;
        }
        table
    }

    /// The entry of a word, or the entry of unknown words.
    pub(crate) fn look_up(&self, word: u64) -> Known {
        self.slots[self.slot(word)]
    }

    /// Calls `found` for each item with the [entry](Self::look_up) of its word.
    ///
    /// The table is larger than the caches. The first slots of [`TOGETHER`] words are read before any
    /// is looked at, so that their cache misses overlap: a search ends at a branch that is often
    /// mispredicted, and nothing behind such a branch is read in advance.
    pub(crate) fn look_up_each<T>(
        &self,
        items: &mut [T],
        word: impl Fn(&T) -> u64,
        mut found: impl FnMut(&mut T, Known),
    ) {
        let mask = self.slots.len() - 1;
        let mut firsts = [self.slots[0]; TOGETHER];
        for items in items.chunks_mut(TOGETHER) {
            for (first, item) in firsts.iter_mut().zip(&*items) {
                *first = self.slots[word(item) as usize & mask];
            }
            for (first, item) in firsts.iter().zip(items) {
                let word = word(item);
                let is_last = first.word == word || first.name == Name::NoWord;
                let known = if is_last { *first } else { self.look_up(word) };
                found(item, known);
            }
        }
    }

    /// The slot that holds a word, or the empty slot for it.
    #[inline]
    fn slot(&self, word: u64) -> usize {
        probe::find(&self.slots, word as usize, |known| {
            known.word == word || known.name == Name::NoWord
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Words are drawn from few, so that probes of one word meet the slots of another.
        #[test]
        fn words_are_found_as_in_a_map(
            known in prop::collection::btree_map(0u64..90, 0u8..9, 0..60),
            words in prop::collection::vec(0u64..100, 0..100),
        ) {
            let of = |(&word, &weight): (&u64, &u8)| Known {
                word,
                weight: weight.into(),
                name: Name::No,
            };
            let entries: Vec<Known> = known.iter().map(of).collect();
            let table = KnownWords::new(entries.into_iter(), 99.0);
            let mut items: Vec<(u64, f32)> = words.iter().map(|&word| (word, 0.0)).collect();
            table.look_up_each(&mut items, |item| item.0, |item, known| item.1 = known.weight);
            let weights: BTreeMap<u64, u8> = known;
            for (word, weight) in items {
                let expected: f32 = weights.get(&word).map_or(99.0, |&weight| weight.into());
                prop_assert_eq!(weight.to_bits(), expected.to_bits());
            }
        }
    }
}
