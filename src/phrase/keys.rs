//! What stands for a word when words are counted.
//!
//! In: the words of an article. Out: its language if known; for each word a key, the same for all
//! forms of it: the hash of its stem, or of a function word that of the word itself; and a
//! [`KeyCounter`] that tells which keys come often.

use super::segments::Paragraph;
use super::stem::{Stemmer, TOGETHER};
use crate::document::Document;
use crate::document::function_words::{FunctionWords, Language, Set};
use crate::simd::{Cpu, Kernel, Task};
use crate::text::Token;

/// The headline of an article, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Headline<'a> {
    /// A text of its own.
    Given(&'a Document<'a>),
    /// A line of the article.
    Line(Paragraph),
    None,
}

/// Counts keys by a few bits of each, so that most of those that come seldom are told without
/// being numbered.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyCounter {
    /// The lower bits count, the top one is set by a key that may be content.
    slots: Vec<u8>,
}

/// Slots for each word, and at most.
const SLOTS: usize = 4;
const MOST_SLOTS: usize = 1 << 20;
/// The bit of content; and the highest count.
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

    /// As often as can be counted.
    fn keep(&mut self, key: u64) {
        let at = self.slot(key);
        self.slots[at] = u8::MAX;
    }

    /// Whether a key may come so often and be content, and whether it may come so often and is a
    /// function word.
    #[inline(always)]
    pub(crate) fn has(&self, key: u64, times: u32) -> [bool; 2] {
        let slot = self.slots[self.slot(key)];
        let often = slot & MOST >= times.min(u32::from(MOST)) as u8;
        let is_content = slot & CONTENT != 0;
        [often && is_content, often && !is_content]
    }
}

/// What stands for the words of an article.
#[derive(Clone, Debug, Default)]
pub(crate) struct StemKeys {
    /// The key of each word.
    pub(crate) of: Vec<u64>,
    /// The keys of the headline's words.
    pub(super) headline: Vec<u64>,
    /// How often each key comes, headline keys as often as can be counted.
    pub(super) counter: KeyCounter,
    /// None if no known language has enough function words here.
    pub(crate) language: Option<Language>,
    /// Whether a letter of a script without spaces is among the words.
    pub(super) has_letters: bool,
    stemmer: Stemmer,
}

impl StemKeys {
    /// Finds the language and the keys of an article; what was found before is forgotten.
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

/// The keys of the words of a text.
struct KeyTask<'a> {
    text: &'a str,
    words: &'a [Token],
    /// Those of its language.
    functions: &'a Set,
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
            // Masks, and loops apart, so that no branch is made of it: in running text whether a
            // word is a function word is as good as a coin toss.
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
