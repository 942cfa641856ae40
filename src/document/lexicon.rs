//! Words with a meaning that rules ask for: dates, units, abbreviations.
//!
//! In: the hash of a folded word. Out: [`ListedWord`]: whether the word names a month or a day of the
//! week, a unit of money or share, or is an abbreviation. A moved date tells an update, or another
//! use of a template; a month is not the name of a person.
//!
//! The lists are `words/dates.txt`, `words/units.txt` and `words/abbreviations.txt`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::word_list;
use crate::hash;
use crate::text::fold;

/// Bits for the lists that hold a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListedWord(u8);

impl ListedWord {
    const DATE: u8 = 1;
    const UNIT: u8 = 2;
    const ABBREVIATION: u8 = 4;

    /// Whether it names a month or a day.
    pub(crate) fn is_date(self) -> bool {
        self.0 & Self::DATE != 0
    }

    /// Whether it is a unit of money or share.
    pub(crate) fn is_unit(self) -> bool {
        self.0 & Self::UNIT != 0
    }

    /// Whether it is an abbreviation whose full stop ends no sentence.
    pub(crate) fn is_abbreviation(self) -> bool {
        self.0 & Self::ABBREVIATION != 0
    }
}

/// Words known by their hashes.
pub(crate) struct Lexicon {
    /// In ascending order.
    hashes: Vec<u64>,
    listed: Vec<ListedWord>,
    /// Bits by the upper bits of hashes. Nearly every unlisted word finds its bit unset.
    filter: [u64; FILTER],
}

/// 64-bit words of the filter. One unlisted word in twenty passes it, and is looked up in vain.
const FILTER: usize = 128;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(&[
        (
            include_str!("words/dates.txt"),
            ListedWord(ListedWord::DATE),
        ),
        (
            include_str!("words/units.txt"),
            ListedWord(ListedWord::UNIT),
        ),
        (
            include_str!("words/abbreviations.txt"),
            ListedWord(ListedWord::ABBREVIATION),
        ),
    ])
});

impl Lexicon {
    /// That of this module.
    pub(crate) fn known() -> &'static Self {
        &LEXICON
    }

    fn of(lists: &[(&'static str, ListedWord)]) -> Self {
        let mut folded = String::new();
        let mut hash = |word: &str| {
            folded.clear();
            fold(word, &mut folded);
            hash::word(folded.as_bytes())
        };
        let mut by_hash: BTreeMap<u64, ListedWord> = BTreeMap::new();
        for (words, listed) in lists {
            for word in word_list::words(words) {
                by_hash.entry(hash(word)).or_default().0 |= listed.0;
            }
        }
        let mut filter = [0; FILTER];
        for &hash in by_hash.keys() {
            filter[place(hash)] |= bit(hash);
        }
        Self {
            hashes: by_hash.keys().copied().collect(),
            listed: by_hash.into_values().collect(),
            filter,
        }
    }

    /// What the folded word of a hash is known for.
    #[inline]
    pub(crate) fn look_up(&self, hash: u64) -> ListedWord {
        if self.filter[place(hash)] & bit(hash) == 0 {
            return ListedWord::default();
        }
        let found = self.hashes.binary_search(&hash);
        found.map_or(ListedWord::default(), |at| self.listed[at])
    }
}

/// Which word of the filter a hash stands in.
fn place(hash: u64) -> usize {
    (hash >> 57) as usize
}

fn bit(hash: u64) -> u64 {
    1 << ((hash >> 51) & 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_case() {
        let listed = |word: &str| {
            let words = crate::text::words(word).expect("a short text");
            Lexicon::known().look_up(words[0].hash)
        };
        for date in ["SEPTEMBER", "février", "Вторник"] {
            assert!(listed(date).is_date() && !listed(date).is_unit(), "{date}");
        }
        for unit in ["Milliarden", "pct", "РУБЛЕЙ"] {
            assert!(listed(unit).is_unit() && !listed(unit).is_date(), "{unit}");
        }
        assert!(listed("Gov").is_abbreviation());
        assert_eq!(listed("may"), ListedWord::default());
        assert_eq!(listed("bridge"), ListedWord::default());
    }
}
