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

use crate::hash;

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

/// The hash of the stem of `folded`; `buffer` is scratch.
pub(super) fn stem(folded: &str, buffer: &mut String) -> u64 {
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
