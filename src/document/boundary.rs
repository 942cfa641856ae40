//! Ends of lines, paragraphs and sentences, between neighbouring words.
//!
//! In: the words of a text. Out: a [`Boundary`] behind each word: the line, paragraph or sentence
//! that ends there, and whether a capital at the next word tells nothing.
//!
//! # The rules
//!
//! - A **line** ends at a line feed, a carriage return, or U+2028 or U+2029.
//! - A **paragraph** ends at the end of a line that was not wrapped. A line was wrapped if the text has a
//!   column at which its lines were broken, and the column is why the line ends (`wrapping`); or if the
//!   line has at least 50 bytes and no full stop, and the next word starts with a small letter.
//! - A **sentence** ends with its paragraph; or at a full stop, unless the next word starts with a
//!   small letter or the stop belongs to an abbreviation or an initial. "Full stop" means any mark
//!   that ends sentences: `. ! ? …` where no letter or digit follows at once ("example.com"),
//!   and `。 ！ ？ ｡ । ॥ ۔ ؟ ። ፧` everywhere.
//! - A capital **tells nothing** of the first word of the text, behind an empty line, and behind a
//!   mark that may open a sentence, a quotation or an item: a full stop, a colon, a double quotation
//!   mark, a dash, a bullet.

use super::Surface;
use super::lexicon::Lexicon;
use super::wrapping::{self, LineBreak, Wrapping};
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

    /// Whether a paragraph ends behind the word, as it does behind the last word of a text.
    pub(crate) fn ends_paragraph(self) -> bool {
        self.0 & Self::PARAGRAPH != 0
    }

    /// Whether a full stop follows the word; the stop of an abbreviation counts too.
    pub(crate) fn has_stop(self) -> bool {
        self.0 & Self::STOP != 0
    }

    /// Whether a sentence ends behind the word, as it does behind the last word of a text.
    pub(crate) fn ends_sentence(self) -> bool {
        self.0 & Self::SENTENCE != 0
    }

    /// Whether an empty line or a mark follows that makes a capital at the next word tell nothing.
    pub(crate) fn opens(self) -> bool {
        self.0 & Self::OPENING != 0
    }

    /// Reads the gap between two words. Paragraph and sentence ends need the words too.
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
            bits |= Self::BLANK_LINE | Self::OPENING;
        }
        Self(bits)
    }
}

/// By byte: whether it is a character of ASCII that sets no bit of a [`Boundary`], such as a comma.
static TELLS_NOTHING: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = !matches!(
            byte as u8,
            b'\n' | b'\r' | b'.' | b'!' | b'?' | b':' | b'"' | b'*'
        );
        byte += 1;
    }
    table
};

/// The shortest line, in bytes, that may be wrapped by hand: its sentence goes on in the next line if
/// that starts with a small letter. Wrapped text is 60 to 80 columns wide; nine in ten lines of the
/// verse measured have at most 53 bytes, and most start with a capital.
const WRAPPED_BYTES: usize = 50;

/// Finds what ends behind each word; keeps its memory from one text to the next.
#[derive(Debug, Default)]
pub(super) struct BoundaryFinder {
    /// By word.
    pub(super) boundaries: Vec<Boundary>,
    breaks: Vec<BreakPlace>,
}

/// Where a line ends that another one follows.
#[derive(Clone, Copy, Debug)]
struct BreakPlace {
    /// The word before.
    at: u32,
    /// Bytes from the first word of the line to the end of the last one.
    bytes: u32,
    line: LineBreak,
}

/// Replaces the content of `marks` by what the gap behind each word tells alone: line ends, stops and
/// opening marks, without the ends of paragraphs and sentences.
pub(super) fn find_marks(text: &str, words: &[Token], marks: &mut Vec<Boundary>) {
    marks.clear();
    marks.resize(words.len(), Boundary::default());
    for (at, mark) in marks.iter_mut().enumerate() {
        if let Some(gap) = telling_gap(text, words, at) {
            *mark = Boundary::of(gap);
        }
    }
}

/// The gap behind a word; `None` if it tells nothing. The gap behind the last word always tells.
#[inline(always)]
fn telling_gap<'a>(text: &'a str, words: &[Token], at: usize) -> Option<&'a str> {
    let bytes = text.as_bytes();
    let end = words[at].span.end as usize;
    let Some(next) = words.get(at + 1) else {
        return Some(&text[end..]);
    };
    let next = next.span.start as usize;
    // Nearly every gap is one space, or nothing.
    if next == end || next == end + 1 && bytes[end] == b' ' {
        return None;
    }
    let tells_nothing = |&byte: &u8| TELLS_NOTHING[usize::from(byte)];
    (!bytes[end..next].iter().all(tells_nothing)).then(|| &text[end..next])
}

impl BoundaryFinder {
    /// Finds the boundaries of a text; those of the text before are forgotten.
    pub(super) fn find(&mut self, text: &str, words: &[Token], surfaces: &[Surface]) {
        let Self { boundaries, breaks } = self;
        boundaries.clear();
        boundaries.resize(words.len(), Boundary::default());
        breaks.clear();
        let next_is_small = |at: usize| surfaces.get(at + 1).is_some_and(|next| next.is_small());
        // Where the line at hand starts, with its first mark and with its first word.
        let mut line_start = 0;
        let mut first_word = 0;
        for at in 0..words.len() {
            let end = words[at].span.end as usize;
            let next = words.get(at + 1).map(|next| next.span.start as usize);
            let Some(gap) = telling_gap(text, words, at) else {
                continue;
            };
            let found = Boundary::of(gap);
            let ends_sentence = next.is_none()
                || found.has_stop() && !next_is_small(at) && !is_abbreviation(text, words[at]);
            boundaries[at] = Boundary(found.0 | (u8::from(ends_sentence) * Boundary::SENTENCE));
            if let (true, Some(next)) = (found.ends_line(), next) {
                let before = gap.find(is_line_end).map_or(gap, |at| &gap[..at]);
                let behind = gap.rfind(is_line_end).map_or(end, |at| end + at + 1);
                let line = &text[line_start..end + before.trim_end().len()];
                breaks.push(BreakPlace {
                    at: at as u32,
                    bytes: (end - first_word) as u32,
                    line: LineBreak {
                        width: wrapping::width(line),
                        next: wrapping::width(first_piece(&text[behind..], surfaces[at + 1])),
                        goes_on: !found.has_stop() && surfaces[at + 1].may_go_on(),
                        goes_on_small: !found.has_stop() && next_is_small(at),
                        is_blank: found.has_blank_line(),
                    },
                });
                (line_start, first_word) = (behind, next);
            }
        }
        if let Some(last) = boundaries.last_mut() {
            last.0 |= Boundary::PARAGRAPH;
        }
        // Lines that were wrapped end no paragraph.
        let wrapping = Wrapping::of(breaks.iter().map(|place| &place.line));
        for place in breaks.iter() {
            let is_wrapped = wrapping.is_some_and(|wrapping| wrapping.joins(&place.line));
            let is_long = place.bytes as usize >= WRAPPED_BYTES;
            let goes_on = is_wrapped || is_long && place.line.goes_on_small;
            if !goes_on {
                boundaries[place.at as usize].0 |= Boundary::PARAGRAPH | Boundary::SENTENCE;
            }
        }
    }
}

/// Whether a character ends a line. U+2028 and U+2029 end lines that no program wraps.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// What a program that wraps lines would move to the next one as a whole: up to a space, or one
/// letter of a script without spaces.
fn first_piece(line: &str, first: Surface) -> &str {
    if first.is_spaceless() {
        let letter = line.chars().next().map_or(0, char::len_utf8);
        return &line[..letter];
    }
    line.split_whitespace().next().unwrap_or("")
}

/// Whether the full stop behind a word is its own: that of an abbreviation or an initial.
fn is_abbreviation(text: &str, word: Token) -> bool {
    let mut chars = text[word.span.range()].chars();
    let is_initial = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    is_initial || Lexicon::known().look_up(word.hash).is_abbreviation()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_tell_nothing_set_no_bit() {
        for c in '\0'..='\x7F' {
            let is_nothing = Boundary::of(c.encode_utf8(&mut [0; 4])) == Boundary::default();
            assert_eq!(TELLS_NOTHING[c as usize], is_nothing, "{c:?}");
        }
    }
}
