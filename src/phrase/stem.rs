//! A light stemmer.
//!
//! In: a folded word. Out: the hash of its stem: the word without elided article, possessive,
//! plural and ending.
//!
//! A stem has at most five letters. Truncation at five letters is about as good as a stemmer or
//! n-grams for retrieval in European languages (`McNamee`, Nicholas and Mayfield, "Addressing
//! morphological variation in alphabetic languages", SIGIR 2009) and needs no tables. "Alarm",
//! "alarmed" and "alarming" get one stem. "Government" and "governor" get one stem too, which does
//! no harm: a phrase has several words in a row.

use crate::hash;
use crate::text::{Token, fold, is_spaceless};

/// The most letters of a stem.
const KEPT: usize = 5;

/// Bytes of the shortest word that loses a final s.
const PLURAL: usize = 4;

/// Words that French and Italian join to the next word with an apostrophe.
const ELIDED: [&str; 22] = [
    "l", "d", "qu", "j", "s", "n", "m", "t", "c", "un", "jusqu", "lorsqu", "puisqu", "quoiqu",
    "dell", "all", "nell", "sull", "dall", "quell", "dev", "com",
];

/// The Arabic article with joined prepositions, longest first.
const ARABIC_ARTICLES: [&str; 6] = ["وال", "بال", "كال", "فال", "ال", "لل"];

/// The fewest letters behind an Arabic article.
const ARABIC_REST: usize = 3;

/// The stem of a number: a template fills in numbers.
const NUMBER: u64 = 0;

/// Stems words, with a memory for slow words.
#[derive(Clone, Debug, Default)]
pub(super) struct Stemmer {
    /// Hash and stem of words outside ASCII or with an apostrophe.
    known: Vec<(u64, u64)>,
    folded: String,
    cut: String,
    /// Whether a letter of a script without spaces was stemmed.
    letters: bool,
}

/// Slots of the memory, a power of two: 32 KB.
const KNOWN: usize = 1 << 11;

/// Words stemmed in one step of vectors.
pub(super) const TOGETHER: usize = 16;

impl Stemmer {
    /// The hashes of the stems of words of `text`.
    #[inline(always)]
    pub(super) fn stems(&mut self, text: &str, words: &[Token; TOGETHER]) -> [u64; TOGETHER] {
        let bytes = text.as_bytes();
        // Separate arrays let the loop become vectors without a remainder.
        let [mut starts, mut lens] = [[0; TOGETHER]; 2];
        for ((word, start), len) in words.iter().zip(&mut starts).zip(&mut lens) {
            *start = starting_with(bytes, word.span.start as usize);
            *len = u64::from(word.span.end - word.span.start);
        }
        let [mut stems, mut others] = [[0; TOGETHER]; 2];
        for at in 0..TOGETHER {
            (stems[at], others[at]) = ascii_stem(starts[at], lens[at]);
        }
        if others.iter().fold(0, |any, other| any | other) != 0 {
            for ((word, stem), other) in words.iter().zip(&mut stems).zip(others) {
                if other != 0 {
                    *stem = self.slow(&text[word.span.range()], word.hash);
                }
            }
        }
        stems
    }

    /// The hash of the stem of a word of `text`.
    pub(super) fn stem(&mut self, text: &str, word: &Token) -> u64 {
        let starting = starting_with(text.as_bytes(), word.span.start as usize);
        match ascii_stem(starting, word.span.len() as u64) {
            (stem, 0) => stem,
            _ => self.slow(&text[word.span.range()], word.hash),
        }
    }

    /// Whether a letter of a script without spaces was stemmed since the previous call.
    pub(super) fn took_letters(&mut self) -> bool {
        std::mem::take(&mut self.letters)
    }

    #[inline(never)]
    fn slow(&mut self, written: &str, hash: u64) -> u64 {
        if written.starts_with(is_spaceless) {
            self.letters = true;
            return hash;
        }
        self.known.resize(KNOWN, (0, 0));
        let at = hash as usize % KNOWN;
        if self.known[at].0 != hash {
            self.folded.clear();
            fold(written, &mut self.folded);
            self.known[at] = (hash, stem(&self.folded, &mut self.cut));
        }
        self.known[at].1
    }
}

/// The eight bytes from `start`, padded with zeros at the end of the text.
#[inline(always)]
fn starting_with(text: &[u8], start: usize) -> u64 {
    if let Some(eight) = text[start..].first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    let rest = &text[start..];
    let bytes = rest.iter().rev();
    bytes.fold(0, |eight, &byte| eight << 8 | u64::from(byte))
}

/// The stem of an ASCII word of `len` bytes that starts with `bytes`. Six letters decide on the
/// stem. The second number is nonzero, and the stem is void, if one of the eight bytes is not ASCII
/// or is an apostrophe.
///
/// There is no branch: endings of words are unpredictable, and vectors stem many words in a step.
#[inline(always)]
fn ascii_stem(bytes: u64, len: u64) -> (u64, u64) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let most = len.min(8);
    let mask = u64::MAX >> (64 - 8 * most.max(1));
    let word = bytes & mask;
    let apostrophes = word ^ (ONES * u64::from(b'\''));
    // The lowest set bit is exact, which is enough for a yes or no.
    let has_apostrophe = apostrophes.wrapping_sub(ONES) & !apostrophes;
    let other = (word | has_apostrophe) & TOPS;
    // Folds letters to lower case. An underscore becomes another mark.
    let lower = word | (ONES * 0x20) & mask;
    let at = |at: u64| lower >> (8 * at) & 0xFF;
    let [before, last] = [at(most.max(2) - 2), at(most.max(1) - 1)];
    let may_be_plural = len.wrapping_sub(PLURAL as u64) <= (KEPT - PLURAL) as u64;
    let is_plural = u64::from(may_be_plural)
        & u64::from(last == u64::from(b's'))
        & u64::from(before != u64::from(b's'));
    let kept = (most - is_plural).min(KEPT as u64);
    let stem = lower & (u64::MAX >> (64 - 8 * kept.max(1)));
    let last = 8 * (kept.max(1) - 1);
    let is_y = u64::from(stem >> last == u64::from(b'y'));
    let stem = stem ^ ((is_y * u64::from(b'y' ^ b'i')) << last);
    let hash = hash::short_word(stem, 0, kept as usize);
    // Numbers have one stem.
    let is_number = (word & 0xFF).wrapping_sub(u64::from(b'0')) < 10;
    (if is_number { NUMBER } else { hash }, other)
}

/// The hash of the stem of `folded`. `buffer` is reused memory.
fn stem(folded: &str, buffer: &mut String) -> u64 {
    if folded.starts_with(|c: char| c.is_ascii_digit()) {
        return NUMBER;
    }
    let mut word = without_apostrophe(folded);
    // Arabic letters are never ASCII.
    if !word.is_ascii() {
        let mut articles = ARABIC_ARTICLES.iter();
        let rest = articles.find_map(|article| word.strip_prefix(article));
        word = rest
            .filter(|rest| rest.chars().nth(ARABIC_REST - 1).is_some())
            .unwrap_or(word);
    }
    if word.len() >= PLURAL && word.ends_with('s') && !word.ends_with("ss") {
        word = &word[..word.len() - 1];
    }
    buffer.clear();
    if word.is_ascii() {
        buffer.push_str(&word[..word.len().min(KEPT)]);
    } else {
        buffer.extend(word.chars().filter(|&c| !is_mark(c)).take(KEPT));
    }
    // Joins "worry" and "worried".
    if buffer.ends_with('y') {
        buffer.pop();
        buffer.push('i');
    }
    hash::word(buffer.as_bytes())
}

/// "pentagon's" to "pentagon", "l'homme" to "homme".
fn without_apostrophe(word: &str) -> &str {
    match word.split_once('\'') {
        Some((elided, rest)) if ELIDED.contains(&elided) && !rest.is_empty() => rest,
        Some((owner, _)) if !owner.is_empty() => owner,
        _ => word,
    }
}

/// Combining marks of Latin, Cyrillic, Greek, Hebrew and Arabic, which writers often omit.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{610}'..='\u{61A}'
            | '\u{64B}'..='\u{65F}' | '\u{670}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_way_and_long_way_agree() {
        let words = "I US's a be bees boss buses busy y s'y dogs' dog's house's houses rock'n'roll \
                     governments 1990s 3rd café naïveté Straße communiqué boats's x-ray U.S e.g o'er \
                     glass glasses aaaaas aaaass";
        let mut stemmer = Stemmer::default();
        for text in [words.to_owned(), words.to_uppercase()] {
            let words = crate::text::words(&text).unwrap();
            let together = words.windows(TOGETHER);
            let mut together =
                together.map(|words| stemmer.stems(&text, words.first_chunk().unwrap())[0]);
            let together: Vec<u64> = together.by_ref().collect();
            for (at, word) in words.iter().enumerate() {
                let (mut folded, mut cut) = (String::new(), String::new());
                fold(&text[word.span.range()], &mut folded);
                let expected = stem(&folded, &mut cut);
                assert_eq!(stemmer.stem(&text, word), expected, "{folded}");
                assert_eq!(*together.get(at).unwrap_or(&expected), expected, "{folded}");
            }
        }
    }

    #[test]
    fn forms_meet() {
        for (a, b) in [
            ("alarm", "alarmed"),
            ("pentagon's", "pentagon"),
            ("house", "houses"),
            ("worry", "worried"),
            ("l'école", "école"),
            ("الحكومة", "حكومة"),
            ("5", "2024"),
        ] {
            let mut buffer = String::new();
            assert_eq!(stem(a, &mut buffer), stem(b, &mut buffer), "{a} and {b}");
        }
    }
}
