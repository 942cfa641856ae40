//! The case, digit and script of a word, told by its first character.
//!
//! In: the words of a text. Out: a [`Surface`] for each: capital or small, digit, script without
//! spaces.

use std::ops::RangeInclusive;

use crate::text::{Span, Token, is_spaceless};

/// Bits for the first character of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Surface(u8);

impl Surface {
    const CAPITAL: u8 = 1;
    const SMALL: u8 = 1 << 1;
    const NUMERIC: u8 = 1 << 2;
    const SPACELESS: u8 = 1 << 3;

    /// Whether the word starts with a capital letter.
    pub(crate) fn is_capital(self) -> bool {
        self.0 & Self::CAPITAL != 0
    }

    /// Whether the word starts with a small letter.
    pub(crate) fn is_small(self) -> bool {
        self.0 & Self::SMALL != 0
    }

    /// Whether the word starts with a digit or another numeric character of any script.
    pub(crate) fn is_numeric(self) -> bool {
        self.0 & Self::NUMERIC != 0
    }

    /// Whether the word is a letter of a script written without spaces: Chinese, Hiragana, Tangut,
    /// Nüshu, Thai, Lao, Khmer, Burmese. UAX #29 makes words of Katakana, Hangul, Yi and Bopomofo.
    pub(crate) fn is_spaceless(self) -> bool {
        self.0 & Self::SPACELESS != 0
    }

    /// Whether a sentence may go on with the word: it starts with a small letter or with a letter of
    /// a script without case.
    pub(crate) fn may_go_on(self) -> bool {
        self.0 & (Self::CAPITAL | Self::NUMERIC) == 0
    }

    /// The surface of the word at `span`, which is not empty.
    #[inline]
    pub(crate) fn of_word(text: &str, span: Span) -> Self {
        let start = span.start as usize;
        let first = text.as_bytes()[start];
        if first.is_ascii() {
            return ASCII[usize::from(first)];
        }
        let first = text[start..].chars().next();
        first.map_or_else(Self::default, Self::of)
    }

    /// By the standard library and the Unicode tables of [`text`](crate::text).
    fn of(first: char) -> Self {
        if IDEOGRAPHS.contains(&first) {
            return Self(Self::SPACELESS);
        }
        let bits = [
            (has_case(first) && first.is_uppercase(), Self::CAPITAL),
            (has_case(first) && first.is_lowercase(), Self::SMALL),
            (is_numeric(first), Self::NUMERIC),
            (is_spaceless(first), Self::SPACELESS),
        ];
        let set = bits.into_iter().filter(|(is, _)| *is);
        Self(set.fold(0, |set, (_, bit)| set | bit))
    }
}

/// The common ideographs of Chinese and Japanese: of a script without spaces, without case or number.
const IDEOGRAPHS: RangeInclusive<char> = '\u{4E00}'..='\u{9FFF}';

/// Whether a character is a digit or another numeric character of any script, as
/// [`char::is_numeric`] tells. The standard library searches a list for each character outside ASCII;
/// the ranges are those of frequent letters, and have no numeric character.
pub(crate) fn is_numeric(c: char) -> bool {
    let is_letter = matches!(c,
        '\u{C0}'..='\u{65F}' // Latin, Greek, Cyrillic, Hebrew, most Arabic letters
        | '\u{66A}'..='\u{6EF}'
        | '\u{E01}'..='\u{E4F}' // Thai
        | '\u{303B}'..='\u{3191}' // Kana
        | '\u{3400}'..='\u{A61F}' // ideographs
        | '\u{AC00}'..='\u{D7A3}' // Hangul
    );
    !is_letter && c.is_numeric()
}

/// Whether a character may be a capital or a small letter: false in large ranges without either.
fn has_case(c: char) -> bool {
    !matches!(c, '\u{589}'..='\u{109F}' | '\u{2D2E}'..='\u{A63F}' | '\u{ABC0}'..='\u{FAFF}')
}

/// By first byte. Bytes outside ASCII have no bit here.
static ASCII: [Surface; 256] = {
    let mut table = [Surface(0); 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = Surface(match byte as u8 {
            b'A'..=b'Z' => Surface::CAPITAL,
            b'a'..=b'z' => Surface::SMALL,
            b'0'..=b'9' => Surface::NUMERIC,
            _ => 0,
        });
        byte += 1;
    }
    table
};

/// Replaces the content of `surfaces` by the surface of each word.
pub(super) fn find(text: &str, words: &[Token], surfaces: &mut Vec<Surface>) {
    surfaces.clear();
    surfaces.extend(words.iter().map(|word| Surface::of_word(text, word.span)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_is_as_the_standard_library_has_it() {
        for c in '\0'..='\u{7F}' {
            assert_eq!(ASCII[c as usize], Surface::of(c), "{c:?}");
        }
    }

    #[test]
    fn ranges_of_letters_answer_as_the_standard_library() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_numeric(c), c.is_numeric(), "{c:?}");
            let is_cased = c.is_uppercase() || c.is_lowercase();
            assert!(has_case(c) || !is_cased, "{c:?}");
            if IDEOGRAPHS.contains(&c) {
                assert!(is_spaceless(c) && !c.is_numeric() && !is_cased, "{c:?}");
            }
        }
    }

    #[test]
    fn scripts_without_spaces_are_those_of_shingling() {
        for (c, spaceless, numeric) in [
            ('漢', true, false),
            ('ひ', true, false),
            ('〇', true, true),
            ('ㄅ', false, false),
            ('ꀀ', false, false),
            ('𗀀', true, false),
            ('ก', true, false),
            ('๓', false, true),
            ('カ', false, false),
            ('한', false, false),
        ] {
            let surface = Surface::of(c);
            assert_eq!(
                (surface.is_spaceless(), surface.is_numeric()),
                (spaceless, numeric),
                "{c}"
            );
        }
    }
}
