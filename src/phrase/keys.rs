//! The keys of words: forms of one word have one key.
//!
//! In: a document. Out: the language, if known; the key of every word; and a [`KeyCounter`] for
//! frequent keys. The key of a content word is the hash of its stem. The key of a function word is
//! the hash of the word.

use super::segments::Paragraph;
use super::stem::{Stemmer, TOGETHER};
use crate::document::Document;
use crate::document::function_words::{FunctionWordSet, FunctionWords, Language};
use crate::simd::{Cpu, Kernel, Task};
use crate::text::Token;

/// The headline of an article.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Headline<'a> {
    /// A text beside the article.
    Given(&'a Document<'a>),
    /// A line of the article.
    Line(Paragraph),
    None,
}

/// Counts keys by a few of their bits, so that most rare keys need no number.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyCounter {
    /// A counter in the lower bits; the top bit marks keys that may be content.
    slots: Vec<u8>,
}

/// Slots a word: with four, one rare key in four shares a slot.
const SLOTS: usize = 4;
const MOST_SLOTS: usize = 1 << 20;
/// The bit for content. The largest count is [`MOST`].
const CONTENT: u8 = 1 << 7;
const MOST: u8 = CONTENT - 1;

impl KeyCounter {
    fn clear(&mut self, words: usize) {
        let slots = (words.next_power_of_two() * SLOTS).min(MOST_SLOTS);
        self.slots.clear();
        self.slots.resize(slots, 0);
    }

    #[inline(always)]
    fn slot(&self, key: u64) -> usize {
        (key >> 20) as usize & (self.slots.len() - 1)
    }

    #[inline(always)]
    fn add(&mut self, key: u64, is_content: bool) {
        let at = self.slot(key);
        let slot = self.slots[at];
        let count = slot & MOST;
        let more = u8::from(count < MOST);
        self.slots[at] = (slot + more) | u8::from(is_content) << 7;
    }

    /// Sets the count of a key to the largest count.
    fn keep(&mut self, key: u64) {
        let at = self.slot(key);
        self.slots[at] = u8::MAX;
    }

    /// Whether a key with at least `times` occurrences may be content, and whether such a key may
    /// be a function word.
    #[inline(always)]
    pub(crate) fn has(&self, key: u64, times: u32) -> [bool; 2] {
        let slot = self.slots[self.slot(key)];
        let often = slot & MOST >= times.min(u32::from(MOST)) as u8;
        let is_content = slot & CONTENT != 0;
        [often && is_content, often && !is_content]
    }
}

/// The keys of an article.
#[derive(Clone, Debug, Default)]
pub(crate) struct StemKeys {
    /// The keys, by word.
    pub(crate) of: Vec<u64>,
    /// The keys of the headline.
    pub(super) headline: Vec<u64>,
    /// Counts of keys. Headline keys have the largest count.
    pub(super) counter: KeyCounter,
    /// The language; none if no known language has enough function words in the opening.
    pub(crate) language: Option<Language>,
    /// Whether the article has a letter of a script without spaces.
    pub(super) has_letters: bool,
    stemmer: Stemmer,
}

impl StemKeys {
    /// Finds the language and the keys of an article, in time linear in its words. The keys of the
    /// previous article are forgotten.
    pub(crate) fn find(
        &mut self,
        document: &Document<'_>,
        headline: Headline<'_>,
        functions: &FunctionWords,
    ) {
        self.language = functions.language_of(document.words());
        let known = functions.of(self.language);
        let Self {
            of: keys,
            headline: headline_keys,
            counter,
            stemmer,
            has_letters,
            ..
        } = self;
        counter.clear(document.words().len());
        let mut add = |document: &Document<'_>, stemmer: &mut Stemmer, keys| {
            Cpu::best().run(KeyTask {
                text: document.text(),
                words: document.words(),
                functions: known,
                stemmer,
                counter,
                out: keys,
            });
        };
        add(document, stemmer, keys);
        *has_letters = stemmer.took_letters();
        match headline {
            Headline::Given(title) => add(title, stemmer, headline_keys),
            Headline::Line(line) => {
                headline_keys.clear();
                headline_keys.extend_from_slice(&keys[line.start as usize..line.end as usize]);
            }
            Headline::None => headline_keys.clear(),
        }
        for &key in headline_keys.iter() {
            counter.keep(key);
        }
    }
}

/// The task of keying the words of a text.
struct KeyTask<'a> {
    text: &'a str,
    words: &'a [Token],
    /// The function words of the language.
    functions: &'a FunctionWordSet,
    stemmer: &'a mut Stemmer,
    counter: &'a mut KeyCounter,
    out: &'a mut Vec<u64>,
}

impl Task for KeyTask<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, _: K) {
        let Self {
            text,
            words,
            functions,
            stemmer,
            counter,
            out: keys,
        } = self;
        keys.clear();
        keys.reserve(words.len());
        let (many, rest) = words.as_chunks::<TOGETHER>();
        for together in many {
            let mut found = stemmer.stems(text, together);
            // Masks and separate loops avoid a branch: in running text, function words are as
            // unpredictable as coin tosses.
            let mut masks = [0; TOGETHER];
            for (word, mask) in together.iter().zip(&mut masks) {
                *mask = functions.mask(word.hash);
            }
            for ((word, mask), key) in together.iter().zip(masks).zip(&mut found) {
                *key = word.hash & mask | *key & !mask;
            }
            for (mask, key) in masks.iter().zip(found) {
                counter.add(key, *mask == 0);
            }
            keys.extend_from_slice(&found);
        }
        keys.extend(rest.iter().map(|word| {
            let is_function = functions.mask(word.hash) != 0;
            let key = if is_function {
                word.hash
            } else {
                stemmer.stem(text, word)
            };
            counter.add(key, !is_function);
            key
        }));
    }
}
