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
    #[inline]
    pub(crate) fn look_up(&self, word: u64) -> Known {
        self.slots[self.slot(word)]
    }

    /// The slot that holds a word, or the empty slot for it.
    #[inline]
    fn slot(&self, word: u64) -> usize {
        probe::find(&self.slots, word as usize, |known| {
            known.word == word || known.name == Name::NoWord
        })
    }
}
