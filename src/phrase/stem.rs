//! A light stem: one form for the forms of a word.
//!
//! In: a folded word. Out: the hash of what is left without elided article, possessive, plural
//! and ending.
//!
//! Words are cut to their first five letters. Truncation at five is about as good as a stemmer or
//! n-grams for retrieval in European languages (`McNamee`, Nicholas and Mayfield, "Addressing
//! morphological variation in alphabetic languages", SIGIR 2009), needs no tables, and brings
//! "alarm", "alarmed" and "alarming" together. That it also brings "government" and "governor"
//! together does no harm here: a phrase is several words in a row.

use super::weights::is_unspaced;
use crate::hash;
use crate::text::{Token, fold};

/// Letters kept of a word.
const KEPT: usize = 5;

/// The shortest word that loses a final s.
const PLURAL: usize = 4;

/// What French and Italian join to the next word with an apostrophe.
const ELIDED: [&str; 22] = [
    "l", "d", "qu", "j", "s", "n", "m", "t", "c", "un", "jusqu", "lorsqu", "puisqu", "quoiqu",
    "dell", "all", "nell", "sull", "dall", "quell", "dev", "com",
];

/// The Arabic article with what is written onto it, longest first.
const ARABIC_ARTICLES: [&str; 6] = ["وال", "بال", "كال", "فال", "ال", "لل"];

/// Letters that must be left after an Arabic article.
const ARABIC_REST: usize = 3;

/// All numbers are one word: a template fills them in.
const NUMBER: u64 = 0;

/// Stems words, and remembers those that take long.
#[derive(Clone, Debug, Default)]
pub(super) struct Stemmer {
    /// Of words outside ASCII and with apostrophes: hash and stem.
    known: Vec<(u64, u64)>,
    folded: String,
    cut: String,
}

/// Words remembered, a power of two; each at a place of its hash.
const KNOWN: usize = 1 << 11;

impl Stemmer {
    /// The hash of the stem of a word of `text`.
    #[inline(always)]
    pub(super) fn stem(&mut self, text: &str, word: &Token) -> u64 {
        let (start, end) = (word.span.start as usize, word.span.end as usize);
        let starting = text.as_bytes().get(start..start + 8);
        let starting = starting.and_then(|bytes| bytes.try_into().ok());
        match starting.and_then(|bytes| ascii_stem(bytes, end - start)) {
            Some(stem) => stem,
            None => self.slow(&text[start..end], word.hash),
        }
    }

    #[inline(never)]
    fn slow(&mut self, written: &str, hash: u64) -> u64 {
        if is_unspaced(written) {
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

/// As [`stem`], of a word of `len` bytes that `bytes` start with: without a look at more than its
/// first six letters, which decide. None if one of the eight is not ASCII or there is an apostrophe
/// among them.
#[inline(always)]
fn ascii_stem(bytes: [u8; 8], len: usize) -> Option<u64> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let mask = u64::MAX >> (64 - 8 * len.clamp(1, 8));
    let word = u64::from_le_bytes(bytes) & mask;
    let apostrophes = word ^ (ONES * u64::from(b'\''));
    // The lowest bit that is set is exact, which is enough for a yes or no.
    let has_apostrophe = apostrophes.wrapping_sub(ONES) & !apostrophes & TOPS;
    if word & TOPS != 0 || has_apostrophe != 0 {
        return None;
    }
    if bytes[0].is_ascii_digit() {
        return Some(NUMBER);
    }
    // Letters to lower case; an underscore becomes another mark.
    let lower = word | (ONES * 0x20) & mask;
    let at = |at: usize| (lower >> (8 * at)) as u8;
    // No branch: what a word ends in cannot be guessed.
    let [before, last] = [len.clamp(2, 8) - 2, len.min(8) - 1].map(at);
    let is_plural = usize::from((PLURAL..=KEPT).contains(&len))
        & usize::from(last == b's')
        & usize::from(before != b's');
    let kept = (len - is_plural).min(KEPT);
    let stem = lower & (u64::MAX >> (64 - 8 * kept));
    let last = 8 * (kept - 1);
    let is_y = u64::from((stem >> last) as u8 == b'y');
    let stem = stem ^ ((is_y * u64::from(b'y' ^ b'i')) << last);
    Some(hash::short_word(stem, 0, kept))
}

/// The hash of the stem of `folded`; `buffer` is scratch.
fn stem(folded: &str, buffer: &mut String) -> u64 {
    if folded.starts_with(|c: char| c.is_ascii_digit()) {
        return NUMBER;
    }
    let mut word = without_apostrophe(folded);
    // No Arabic letter is ASCII.
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
    // "worry" and "worried".
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

/// Combining marks of Latin, Cyrillic, Greek, Hebrew and Arabic: writers leave them out at will.
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
            for word in crate::text::words(&text).unwrap() {
                let (mut folded, mut cut) = (String::new(), String::new());
                fold(&text[word.span.range()], &mut folded);
                let expected = stem(&folded, &mut cut);
                assert_eq!(stemmer.stem(&text, &word), expected, "{folded}");
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
