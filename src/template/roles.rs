//! The role of a word in a template.
//!
//! In: a document, cut into sentences. Out: the [`WordRole`] of every word: fixed, or the filling
//! of a slot.
//!
//! The rules are those of `phrase::weights`. Words without a telling capital are not counted: a
//! small table skips nine words in ten.

use crate::document::Document;
use crate::document::function_words::{FunctionWords, Language};
use crate::kit::numbering::Numbering;
use crate::phrase::keys::{Headline, StemKeys};
use crate::phrase::segments::Segments;
use crate::phrase::weights::{FREQUENT_ONE_IN, LETTER, ORDINARY, SHORT};

/// The role of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordRole {
    /// A function word.
    Function,
    /// A content word.
    Ordinary,
    /// A content letter of a script without spaces.
    Letter,
    /// A word with a capital in most places where a capital tells a name.
    Name,
    Number,
}

impl WordRole {
    /// The weight in tenths of an ordinary word, as in [`weights`](crate::phrase::weights).
    /// Fillings of slots weigh nothing.
    pub(super) fn weight(self) -> u32 {
        match self {
            Self::Ordinary => ORDINARY,
            Self::Letter => LETTER,
            Self::Function | Self::Name | Self::Number => 0,
        }
    }

    /// Whether the word fills a slot.
    pub(super) fn fills(self) -> bool {
        matches!(self, Self::Name | Self::Number)
    }
}

/// Roles by two bits: function word, and digit at the start.
const CONTENT: [WordRole; 4] = [
    WordRole::Ordinary,
    WordRole::Number,
    WordRole::Function,
    WordRole::Function,
];

/// Bits of the filter for words with a telling capital. An article of 3 KB has some 60 such stems.
const FILTER_BITS: usize = 1 << 12;

/// The roles of the words of an article, with the buffers of the search.
#[derive(Clone, Debug, Default)]
pub(super) struct WordRoles {
    pub(super) of: Vec<WordRole>,
    /// Whether the article has a telling capital.
    pub(super) names_tell: bool,
    filter: Vec<u64>,
    numbers: Numbering,
    uses: Vec<Uses>,
    keys: StemKeys,
}

/// The uses of a stem inside sentences.
#[derive(Clone, Copy, Debug, Default)]
struct Uses {
    all: u32,
    capitalised: u32,
}

impl WordRoles {
    /// Finds the roles of the words. The roles of the previous article are forgotten.
    pub(super) fn find(
        &mut self,
        document: &Document<'_>,
        function_words: &FunctionWords,
        segments: &Segments,
    ) {
        self.keys.find(document, Headline::None, function_words);
        let language = self.keys.language;
        let functions = function_words.of(language);
        self.of.clear();
        let mut has_letters = false;
        // There is no branch: in running text, function words are as unpredictable as coin tosses.
        let words = document.words().iter().zip(document.surfaces());
        self.of.extend(words.map(|(word, surface)| {
            has_letters |= surface.is_spaceless();
            let is_function = functions.contains(word.hash);
            CONTENT[usize::from(is_function) * 2 + usize::from(surface.is_numeric())]
        }));
        if has_letters {
            for (surface, role) in document.surfaces().iter().zip(&mut self.of) {
                if *role != WordRole::Function && surface.is_spaceless() {
                    *role = WordRole::Letter;
                }
            }
        }
        if language.is_none() {
            self.find_frequent(document);
        }
        self.names_tell = false;
        if !language.is_some_and(Language::capitalises_nouns) {
            self.find_names(document, segments);
        }
    }

    /// Takes frequent short words for function words, in an unknown language.
    fn find_frequent(&mut self, document: &Document<'_>) {
        let is_short = |at: usize| {
            self.of[at] == WordRole::Ordinary
                && document.word(at).chars().take(SHORT + 1).count() <= SHORT
        };
        let short: Vec<usize> = (0..self.of.len()).filter(|&at| is_short(at)).collect();
        self.numbers.clear();
        let mut counts: Vec<u32> = Vec::new();
        for &at in &short {
            let number = self.numbers.number(self.keys.of[at]) as usize;
            counts.resize(self.numbers.len(), 0);
            counts[number] += 1;
        }
        for at in short {
            let number = self.numbers.number(self.keys.of[at]);
            let count = counts[number as usize];
            if count > 2 && count.saturating_mul(FREQUENT_ONE_IN) >= self.of.len() as u32 {
                self.of[at] = WordRole::Function;
            }
        }
    }

    /// Finds names by their capitals.
    fn find_names(&mut self, document: &Document<'_>, segments: &Segments) {
        let Self {
            of,
            names_tell,
            filter,
            numbers,
            uses,
            keys,
        } = self;
        let keys = &keys.of;
        let surfaces = document.surfaces();
        numbers.clear();
        uses.clear();
        filter.clear();
        filter.resize(FILTER_BITS / 64, 0);
        let bit = |key: u64| ((key >> 26) as usize % (FILTER_BITS / 64), key >> 20 & 63);
        // A capital tells nothing in headings and at the start of a sentence.
        let inside = || {
            let prose = segments.sentences.iter().filter(|s| !s.is_heading);
            prose.flat_map(|sentence| sentence.start as usize + 1..sentence.end as usize)
        };
        for at in inside() {
            if of[at] == WordRole::Ordinary && surfaces[at].is_capital() {
                let key = keys[at];
                let number = numbers.number(key) as usize;
                if number == uses.len() {
                    uses.push(Uses::default());
                    let (word, bit) = bit(key);
                    filter[word] |= 1 << bit;
                }
                uses[number].capitalised += 1;
            }
        }
        if uses.is_empty() {
            return;
        }
        *names_tell = true;
        let may_be = |key: u64| {
            let (word, bit) = bit(key);
            filter[word] >> bit & 1 == 1
        };
        for at in inside() {
            if of[at] == WordRole::Ordinary
                && may_be(keys[at])
                && let Some(number) = numbers.get(keys[at])
            {
                uses[number as usize].all += 1;
            }
        }
        for (class, &key) in of.iter_mut().zip(keys) {
            if *class == WordRole::Ordinary
                && may_be(key)
                && let Some(number) = numbers.get(key)
            {
                let Uses { all, capitalised } = uses[number as usize];
                if capitalised * 2 > all {
                    *class = WordRole::Name;
                }
            }
        }
    }
}
