//! The words that carry grammar rather than matter, by language.
//!
//! In: a folded word's hash. Out: in which of the known languages it is a function word. A phrase
//! is told by its content words; function words only hold it together.
//!
//! The lists hold articles, pronouns, prepositions, conjunctions, auxiliaries and the commonest
//! adverbs, each in its ordinary spelling. They are the closed classes of the language, as in the
//! Snowball stop lists, without any word that a headline would be remembered by.

use std::sync::LazyLock;

use super::word_list;
use crate::hash;
use crate::kit::numbering::Numbering;
use crate::text::{Token, fold};

/// A language whose function words are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Language {
    /// Place in [`LISTS`].
    index: usize,
}

impl Language {
    /// How many there are.
    const COUNT: usize = LISTS.len();

    /// The language at `index` of a tally over all [`Languages`].
    fn at(index: usize) -> Self {
        debug_assert!(index < Self::COUNT);
        Self { index }
    }

    /// Whether every noun is capitalised, so that a capital does not tell a name.
    pub(crate) fn capitalises_nouns(self) -> bool {
        LISTS[self.index].0 == GERMAN
    }

    /// Whether letters that carry grammar stand between those that carry matter.
    pub(crate) fn mixes_letters(self) -> bool {
        LISTS[self.index].0 == JA
    }
}

/// The languages in which something is a function word: 1 in the counter of each, so that sets are
/// counted by adding them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Languages(u128);

/// All function words, by hash.
#[derive(Clone, Debug)]
pub(crate) struct FunctionWords {
    words: Numbering,
    /// By the number of the word.
    languages: Vec<Languages>,
    /// The function words of each language, then an empty set.
    sets: Vec<FunctionWordSet>,
    /// A bit for each word at its hash: most words of a text are told by it to be none, from
    /// 4 KB that stay in the nearest cache.
    filter: Vec<u64>,
}

/// Bits of the filter, a power of two: 2,000 words set one in sixteen.
const FILTER_BITS: u64 = 1 << 15;

/// The hashes of some words, in buckets of four, none of them overflowing: whether a word is among
/// them is told without a branch, from a few KB that stay in the nearest cache. In running text
/// the answer is as random as a coin toss, and a wrong guess of the CPU costs as much as the look-up.
#[derive(Clone, Debug)]
pub(crate) struct FunctionWordSet {
    buckets: Vec<[u64; 4]>,
    /// Where in a hash the number of its bucket is.
    shift: u32,
}

impl FunctionWordSet {
    /// `hashes` must be distinct.
    fn new(hashes: &[u64]) -> Self {
        let mut buckets = hashes.len().next_power_of_two() / 2;
        loop {
            let found = (0..40).find_map(|shift| Self::with(hashes, buckets.max(1), shift));
            match found {
                Some(set) => return set,
                None => buckets *= 2,
            }
        }
    }

    fn with(hashes: &[u64], buckets: usize, shift: u32) -> Option<Self> {
        let mut set = Self {
            buckets: vec![[0; 4]; buckets],
            shift,
        };
        for &hash in hashes {
            let at = set.bucket(hash);
            // No word has the hash 0 but by a chance of one in 2^64.
            let free = set.buckets[at].iter_mut().find(|slot| **slot == 0)?;
            *free = hash;
        }
        Some(set)
    }

    #[inline(always)]
    fn bucket(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize & (self.buckets.len() - 1)
    }

    #[inline(always)]
    pub(crate) fn contains(&self, hash: u64) -> bool {
        self.mask(hash) != 0
    }

    /// All bits for a word that is among them, none for another.
    #[inline(always)]
    pub(crate) fn mask(&self, hash: u64) -> u64 {
        let bucket = self.buckets[self.bucket(hash)].iter();
        let equal = bucket.map(|known| u64::from(*known == hash).wrapping_neg());
        equal.fold(0, |any, equal| any | equal)
    }
}

impl FunctionWords {
    /// Those of all languages.
    pub(crate) fn known() -> &'static Self {
        static KNOWN: LazyLock<FunctionWords> = LazyLock::new(FunctionWords::new);
        &KNOWN
    }

    pub(crate) fn new() -> Self {
        let mut words: Numbering = Numbering::default();
        let mut languages: Vec<Languages> = Vec::new();
        let mut filter = vec![0; FILTER_BITS as usize / 64];
        let mut sets = Vec::new();
        let mut folded = String::new();
        for (index, (_, list)) in LISTS.iter().enumerate() {
            let mut hashes = Vec::new();
            for word in word_list::words(list) {
                folded.clear();
                fold(word, &mut folded);
                let hash = hash::word(folded.as_bytes());
                filter[Self::filter_word(hash)] |= 1 << (hash % 64);
                let number = words.number(hash) as usize;
                languages.resize(words.len(), Languages::default());
                languages[number].0 |= 1 << (COUNTER * index);
                hashes.push(hash);
            }
            hashes.sort_unstable();
            hashes.dedup();
            sets.push(FunctionWordSet::new(&hashes));
        }
        sets.push(FunctionWordSet::new(&[]));
        Self {
            words,
            languages,
            sets,
            filter,
        }
    }

    /// The hashes of the function words of a language; none if it is not known.
    pub(crate) fn of(&self, language: Option<Language>) -> &FunctionWordSet {
        &self.sets[language.map_or(Language::COUNT, |language| language.index)]
    }

    /// The language with the most function words among the first 256 words of a text, if at least one
    /// word in eight is a function word.
    pub(crate) fn language_of(&self, words: &[Token]) -> Option<Language> {
        let opening = &words[..words.len().min(OPENING)];
        let hits = self.count(opening);
        // The first of equals.
        let (index, &most) = hits
            .iter()
            .enumerate()
            .rev()
            .max_by_key(|(_, hits)| **hits)?;
        (most > 0 && most * KNOWN_ONE_IN >= opening.len()).then(|| Language::at(index))
    }

    fn filter_word(hash: u64) -> usize {
        (hash % FILTER_BITS / 64) as usize
    }

    /// By language, how many of some words, 256 at most, are its function words.
    fn count(&self, words: &[Token]) -> [usize; Language::COUNT] {
        let mut known = [0; MOST_COUNTED];
        let mut len = 0;
        // Those that may be are listed first, without a branch that cannot be guessed.
        for word in &words[..words.len().min(MOST_COUNTED)] {
            known[len] = word.hash;
            let bits = self.filter[Self::filter_word(word.hash)];
            len += (bits >> (word.hash % 64) & 1) as usize;
        }
        let languages = known[..len].iter().map(|&hash| {
            let number = self.words.get(hash);
            number.map_or(0, |number| self.languages[number as usize].0)
        });
        let sum: u128 = languages.sum();
        std::array::from_fn(|index| (sum >> (COUNTER * index)) as usize & ((1 << COUNTER) - 1))
    }
}

/// The language is told by so many words from the start.
const OPENING: usize = 256;
/// A language is known if one word in eight is a function word of the language. In news, one word in
/// two or three is.
const KNOWN_ONE_IN: usize = 8;

/// Words that are counted at most: the counter of a language has no room for more.
const MOST_COUNTED: usize = 256;
/// Bits of a counter.
const COUNTER: usize = 10;

const GERMAN: &str = "de";
const JA: &str = "ja";

/// ISO 639-1 code and words.
const LISTS: [(&str, &str); 12] = [
    ("en", include_str!("words/function_words/en.txt")),
    (GERMAN, include_str!("words/function_words/de.txt")),
    ("fr", include_str!("words/function_words/fr.txt")),
    ("es", include_str!("words/function_words/es.txt")),
    ("pt", include_str!("words/function_words/pt.txt")),
    ("it", include_str!("words/function_words/it.txt")),
    ("nl", include_str!("words/function_words/nl.txt")),
    ("ru", include_str!("words/function_words/ru.txt")),
    ("pl", include_str!("words/function_words/pl.txt")),
    ("ar", include_str!("words/function_words/ar.txt")),
    ("zh", include_str!("words/function_words/zh.txt")),
    (JA, include_str!("words/function_words/ja.txt")),
];
