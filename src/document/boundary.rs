//! Ends of lines, paragraphs and sentences, between neighbouring words.
//!
//! In: the words of a text. Out: a [`Boundary`] behind each word: the line, paragraph or sentence
//! that ends there, and whether a capital at the next word tells nothing.
//!
//! # The rules
//!
//! - A **line** ends at a line feed, a carriage return, or U+2028 or U+2029.
//! - A **paragraph** ends where a line does, unless the line was wrapped by hand: a line of at least
//!   50 bytes without a full stop, and the next one starts with a small letter.
//! - A **sentence** ends with its paragraph; or at a full stop, unless the next word starts with a
//!   small letter or the stop belongs to an abbreviation or an initial. "Full stop" means any mark
//!   that ends sentences: `. ! ? …` where no letter or digit follows at once ("example.com"),
//!   and `。 ！ ？ ｡ । ॥ ۔ ؟ ። ፧` everywhere.
//! - A capital **tells nothing** of the first word of the text, and behind a mark that may open a
//!   sentence, a quotation or an item: a full stop, a colon, a double quotation mark, a dash, a
//!   bullet.

use super::Surface;
use super::lexicon::Lexicon;
use crate::text::Token;

/// Bits for the ends behind a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Boundary(u8);

impl Boundary {
    const LINE: u8 = 1;
    const BLANK_LINE: u8 = 1 << 1;
    const PARAGRAPH: u8 = 1 << 2;
    const STOP: u8 = 1 << 3;
    const SENTENCE: u8 = 1 << 4;
    const OPENING: u8 = 1 << 5;

    /// Whether a line break follows the word. The end of the text is no line break.
    pub(crate) fn ends_line(self) -> bool {
        self.0 & Self::LINE != 0
    }

    /// Whether an empty line follows the word.
    pub(crate) fn has_blank_line(self) -> bool {
        self.0 & Self::BLANK_LINE != 0
    }

    #[allow(dead_code, reason = "for the phrase room, which adopts it next")]
    /// Whether a paragraph ends behind the word, as it does behind the last word of a text.
    pub(crate) fn ends_paragraph(self) -> bool {
        self.0 & Self::PARAGRAPH != 0
    }

    /// Whether a full stop follows the word; the stop of an abbreviation counts too.
    pub(crate) fn has_stop(self) -> bool {
        self.0 & Self::STOP != 0
    }

    #[allow(dead_code, reason = "for the phrase room, which adopts it next")]
    /// Whether a sentence ends behind the word, as it does behind the last word of a text.
    pub(crate) fn ends_sentence(self) -> bool {
        self.0 & Self::SENTENCE != 0
    }

    /// Whether a mark follows that makes a capital at the next word tell nothing.
    pub(crate) fn opens(self) -> bool {
        self.0 & Self::OPENING != 0
    }

    /// Reads the gap between two words. Paragraph and sentence ends need the words too: [`find`].
    fn of(gap: &str) -> Self {
        let mut bits = 0;
        let mut line_feeds = 0;
        let mut chars = gap.chars().peekable();
        while let Some(c) = chars.next() {
            bits |= match c {
                '\n' => {
                    line_feeds += 1;
                    Self::LINE
                }
                '\r' | '\u{2028}' => Self::LINE,
                '\u{2029}' => Self::LINE | Self::OPENING,
                '.' | '!' | '?' | '…' => {
                    // Not in "U.S.-led" or "example.com"; quotes and brackets may follow.
                    let inside = chars.peek().is_some_and(|next| next.is_alphanumeric());
                    Self::OPENING | if inside { 0 } else { Self::STOP }
                }
                '。' | '！' | '？' | '।' | '۔' | '؟' => Self::OPENING | Self::STOP,
                '｡' | '॥' | '።' | '፧' => Self::STOP,
                ':' | '"' | '“' | '”' | '„' | '«' | '»' | '•' | '*' | '—' | '；' | '։' => {
                    Self::OPENING
                }
                _ => 0,
            };
        }
        if line_feeds > 1 {
            bits |= Self::BLANK_LINE;
        }
        Self(bits)
    }
}

/// The shortest line, in bytes, that may be wrapped by hand: its sentence goes on in the next line if
/// that starts with a small letter. Wrapped text is 60 to 80 columns wide; nine in ten lines of the
/// verse measured have at most 53 bytes, and most start with a capital.
const WRAPPED_BYTES: usize = 50;

/// Replaces the content of `boundaries` by the boundary behind each word.
pub(super) fn find(
    text: &str,
    words: &[Token],
    surfaces: &[Surface],
    boundaries: &mut Vec<Boundary>,
) {
    boundaries.clear();
    boundaries.resize(words.len(), Boundary::default());
    let bytes = text.as_bytes();
    let mut line_start = 0;
    for at in 0..words.len() {
        let end = words[at].span.end as usize;
        let next = words.get(at + 1).map(|next| next.span.start as usize);
        // Nearly every gap is one space, or nothing.
        if next.is_some_and(|next| next == end || next == end + 1 && bytes[end] == b' ') {
            continue;
        }
        let gap_end = next.unwrap_or(text.len());
        let mut found = Boundary::of(&text[end..gap_end]);
        let goes_on = surfaces.get(at + 1).is_some_and(|next| next.is_small());
        let wrapped =
            found.ends_line() && !found.has_stop() && goes_on && end - line_start >= WRAPPED_BYTES;
        let ends_paragraph = next.is_none() || found.ends_line() && !wrapped;
        let ends_sentence =
            ends_paragraph || found.has_stop() && !goes_on && !is_abbreviation(text, words[at]);
        if found.ends_line() {
            line_start = gap_end;
        }
        found.0 |= u8::from(ends_paragraph) * Boundary::PARAGRAPH;
        found.0 |= u8::from(ends_sentence) * Boundary::SENTENCE;
        boundaries[at] = found;
    }
}

/// Whether the full stop behind a word belongs to an abbreviation or an initial.
fn is_abbreviation(text: &str, word: Token) -> bool {
    let mut chars = text[word.span.range()].chars();
    let is_initial = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    is_initial || Lexicon::known().look_up(word.hash).is_abbreviation()
}
