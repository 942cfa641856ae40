//! What is asked of nearly every word, in one place.
//!
//! In: the words of a corpus with their weights, and whether they are names. Out: a table in which
//! one look, and mostly one line of the cache, tells all of a word.

/// What is known of a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(super) word: u64,
    /// The logarithm of its inverse document frequency: 0 where every article has it.
    pub(crate) weight: f32,
    pub(super) name: Name,
}

/// Whether the corpus writes a word as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// It stands in the corpus too seldom.
    Unknown,
    No,
    Yes,
    /// The word is not in the table.
    NoWord,
}

impl Known {
    /// Whether the corpus writes it as a name, if it tells.
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
    /// Of these words; `other` is the weight of all others.
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

    /// What is known of a word, or of all that are not known.
    #[inline]
    pub(crate) fn look_up(&self, word: u64) -> Known {
        self.slots[self.slot(word)]
    }

    /// The slot of a word: where it stands, or the empty one where it would.
    #[inline]
    fn slot(&self, word: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = word as usize & mask;
        while self.slots[at].word != word && self.slots[at].name != Name::NoWord {
            at = (at + 1) & mask;
        }
        at
    }
}
