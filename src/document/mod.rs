//! An article's text, cut once and borrowed by every later stage.
//!
//! In: the body of an article, any UTF-8. Out: a [`Document`]: its words with spans and hashes, and
//! for each word its `Surface` (case, digit, script) and the `Boundary` behind it (line, paragraph,
//! sentence).
//!
//! A [`DocumentBuffer`] owns the memory and serves article after article. A `Document` borrows the
//! buffer and the text, and is [`Copy`]. No stage that takes a document tokenizes again:
//!
//! | stage | from a document |
//! |---|---|
//! | [`sketch`](crate::sketch) | [`Sketcher::sketch_document`](crate::sketch::Sketcher::sketch_document) |
//! | [`corpus`](crate::corpus) | [`Statistics::add_document`](crate::corpus::Statistics::add_document) |
//!
//! ```
//! use reprint::document::DocumentBuffer;
//!
//! let mut buffer = DocumentBuffer::new();
//! let text = "The ferry is late. “Why?” asked Ada.";
//! let document = buffer.read(text)?;
//! assert_eq!(document.word(1), "ferry");
//! assert_eq!(document.words().len(), 7);
//! let next = buffer.read("Another text, in the same memory.")?;
//! assert_eq!(next.words().len(), 6);
//! # Ok::<(), reprint::Error>(())
//! ```
//!
//! # One rule each
//!
//! Knowledge of language stands in this room, so that stages cannot disagree:
//!
//! - `Boundary`: where sentences, lines and paragraphs end, and where a capital tells nothing.
//! - `Surface`: which words start with a capital, a digit, or a letter of a script without spaces.
//! - `Lexicon`: dates, units, abbreviations.
//! - `FunctionWords`: function words by language, and the language of a text.
//!
//! The word lists are files in `words/`; each opens with its source.
//!
//! # Cost
//!
//! Cutting takes time linear in the length of the text; the memory is 26 bytes a word.

mod boundary;
pub(crate) mod function_words;
pub(crate) mod lexicon;
mod surface;
mod word_list;
mod wrapping;

use std::ops::Range;

pub(crate) use boundary::Boundary;
pub(crate) use surface::{Surface, is_numeric};

use boundary::BoundaryFinder;

use crate::error::Result;
use crate::text::{Cutter, Span, Token};

/// The most bytes of a text that are looked at for phrases, templates and statistics: some hundred
/// pages. A phrase worked into every paragraph shows by then, and so does a common word. The memory, 60
/// bytes a byte of text for phrases, stays bounded.
pub const LOOKED_AT: usize = 1 << 20;

/// The first [`LOOKED_AT`] bytes of a text, or less by a part of a character.
pub fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(LOOKED_AT)]
}

/// Memory for [`Document`]s, used again for each text.
#[derive(Debug, Default)]
pub struct DocumentBuffer {
    cutter: Cutter,
    words: Vec<Token>,
    token_hashes: Vec<u64>,
    surfaces: Vec<Surface>,
    boundaries: BoundaryFinder,
}

impl DocumentBuffer {
    /// An empty buffer. Memory grows to the needs of the longest text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cuts `text`, in time linear in its length. Nothing is allocated once the buffer has grown to
    /// the longest text.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN)
    /// bytes.
    pub fn read<'a>(&'a mut self, text: &'a str) -> Result<Document<'a>> {
        self.cut(text)?;
        surface::find(text, &self.words, &mut self.surfaces);
        self.boundaries.find(text, &self.words, &self.surfaces);
        Ok(Document {
            text,
            words: &self.words,
            token_hashes: &self.token_hashes,
            surfaces: &self.surfaces,
            boundaries: &self.boundaries.boundaries,
        })
    }

    /// Cuts `text`, and finds nothing more.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    pub(crate) fn cut<'a>(&'a mut self, text: &'a str) -> Result<CutText<'a>> {
        self.cutter
            .words_and_tokens(text, &mut self.words, &mut self.token_hashes)?;
        Ok(CutText {
            text,
            words: &self.words,
            token_hashes: &self.token_hashes,
        })
    }

    /// The marks between the words of a text that was cut before, found in the buffer's memory.
    pub(crate) fn mark<'a>(&'a mut self, cut: &'a OwnedCut) -> MarkedText<'a> {
        let OwnedCut { text, words, .. } = cut;
        let marks = &mut self.boundaries.boundaries;
        boundary::find_marks(text, words, marks);
        MarkedText { text, words, marks }
    }
}

/// A clone starts empty: the memory holds nothing worth a copy.
impl Clone for DocumentBuffer {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// A text cut into words, made by [`DocumentBuffer::read`].
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    text: &'a str,
    words: &'a [Token],
    token_hashes: &'a [u64],
    surfaces: &'a [Surface],
    boundaries: &'a [Boundary],
}

impl<'a> Document<'a> {
    /// The text that was read.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The words in order, by UAX #29, as [`text::words`](crate::text::words) cuts them.
    pub fn words(&self) -> &'a [Token] {
        self.words
    }

    /// The word at a place, as written.
    ///
    /// # Panics
    ///
    /// If there are not more than `at` words.
    pub fn word(&self, at: usize) -> &'a str {
        &self.text[self.words[at].span.range()]
    }

    /// The hashes for shingles of words, one a word. In a script without spaces, a hash covers a letter
    /// and the letters after it; elsewhere it is the hash of the word.
    pub(crate) fn token_hashes(&self) -> &'a [u64] {
        self.token_hashes
    }

    /// The surface of each word.
    pub(crate) fn surfaces(&self) -> &'a [Surface] {
        self.surfaces
    }

    /// The boundary behind each word.
    pub(crate) fn boundaries(&self) -> &'a [Boundary] {
        self.boundaries
    }

    /// Where some words stand in the text, from the first one to the last. There must be one.
    pub(crate) fn span(&self, words: &Range<u32>) -> Span {
        Span {
            start: self.words[words.start as usize].span.start,
            end: self.words[words.end as usize - 1].span.end,
        }
    }

    /// What stands between the word at a place and the next one, or the end of the text.
    pub(crate) fn gap_after(&self, at: usize) -> &'a str {
        let next = self.words.get(at + 1);
        let end = next.map_or(self.text.len(), |next| next.span.start as usize);
        &self.text[self.words[at].span.end as usize..end]
    }

    /// Lines with a word, as ranges of words.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Range<usize>> + 'a {
        self.marked().lines()
    }

    /// The document for stages that ask for no paragraph and no sentence.
    pub(crate) fn marked(self) -> MarkedText<'a> {
        MarkedText {
            text: self.text,
            words: self.words,
            marks: self.boundaries,
        }
    }
}

/// A text, its words and the marks between them: a document without the ends of paragraphs and
/// sentences, which take half of the time to find.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MarkedText<'a> {
    text: &'a str,
    words: &'a [Token],
    marks: &'a [Boundary],
}

impl<'a> MarkedText<'a> {
    /// The text that was cut.
    pub(crate) fn text(self) -> &'a str {
        self.text
    }

    /// The words in order.
    pub(crate) fn words(self) -> &'a [Token] {
        self.words
    }

    /// Whether a capital of the word at a place tells something: no mark before it may open a sentence.
    pub(crate) fn is_within_sentence(self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|before| self.marks[before]);
        before.is_some_and(|mark| !mark.opens())
    }

    /// Lines with a word, as ranges of words.
    pub(crate) fn lines(self) -> impl Iterator<Item = Range<usize>> + 'a {
        let marks = self.marks;
        let mut start = 0;
        std::iter::from_fn(move || {
            let rest = marks.get(start..).filter(|rest| !rest.is_empty())?;
            let last = rest.iter().position(|mark| mark.ends_line());
            let line = start..start + last.map_or(rest.len(), |last| last + 1);
            start = line.end;
            Some(line)
        })
    }
}

/// A text and its words, borrowed from a [`DocumentBuffer`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutText<'a> {
    text: &'a str,
    words: &'a [Token],
    token_hashes: &'a [u64],
}

impl<'a> CutText<'a> {
    /// The hashes for shingles of words, as of [`Document::token_hashes`].
    pub(crate) fn token_hashes(&self) -> &'a [u64] {
        self.token_hashes
    }
}

/// A text and its words that own their memory: the text, and 24 bytes a word.
#[derive(Clone, Debug)]
pub(crate) struct OwnedCut {
    text: Box<str>,
    words: Box<[Token]>,
    token_hashes: Box<[u64]>,
}

impl From<CutText<'_>> for OwnedCut {
    fn from(cut: CutText<'_>) -> Self {
        Self {
            text: cut.text.into(),
            words: cut.words.into(),
            token_hashes: cut.token_hashes.into(),
        }
    }
}

impl OwnedCut {
    /// The hashes for shingles of words, as of [`Document::token_hashes`].
    pub(crate) fn token_hashes(&self) -> &[u64] {
        &self.token_hashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words before boundaries of a kind.
    fn ends(text: &str, is: impl Fn(Boundary) -> bool) -> Vec<String> {
        let mut buffer = DocumentBuffer::new();
        let document = buffer.read(text).expect("a short text");
        let ending = document.boundaries().iter().enumerate();
        ending
            .filter(|(_, boundary)| is(**boundary))
            .map(|(at, _)| document.word(at).to_owned())
            .collect()
    }

    #[test]
    fn sentences_end_at_full_stops_that_are_none_of_an_abbreviation() {
        let text = "Mr. J. Smith of U.S.-led example.com left. “Why?” he asked (twice!). No\n\
            one knew.\r\nA heading\n\nThe end";
        assert_eq!(
            ends(text, Boundary::ends_sentence),
            ["left", "twice", "knew", "heading", "end"]
        );
        assert_eq!(
            ends("他说。你好！क है। ኣ።ከ", Boundary::ends_sentence),
            ["说", "好", "है", "ኣ", "ከ"]
        );
    }

    #[test]
    fn lines_wrapped_by_hand_are_one_paragraph() {
        let text = "The ferry to the island left the pier at noon with all of\nits passengers. It \
            was late.\nShort line\nand another\n";
        assert_eq!(
            ends(text, Boundary::ends_paragraph),
            ["late", "line", "another"]
        );
        assert_eq!(
            ends(text, Boundary::ends_line),
            ["of", "late", "line", "another"]
        );
    }

    #[test]
    fn lines_are_ranges_of_words() {
        let mut buffer = DocumentBuffer::new();
        for (text, expected) in [
            ("", vec![]),
            ("\n\n", vec![]),
            ("one", std::iter::once(0..1).collect()),
            ("\none two\n\n three\n", vec![0..2, 2..3]),
        ] {
            let document = buffer.read(text).expect("a short text");
            assert_eq!(document.lines().collect::<Vec<_>>(), expected, "{text:?}");
        }
    }
}
