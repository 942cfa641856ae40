//! Text: from an article to the tokens and shingles it is compared by.
//!
//! In: the body of an article, any UTF-8. Out: its tokens, each a hash of its folded form and the
//! [`Span`] where it stands in the caller's own text; and the hashes of its shingles, runs of
//! consecutive tokens.
//!
//! - [`fold()`]: one form for all ways to write a word.
//! - [`words`]: the words of a text with their spans.
//! - [`Shingler`]: a text to shingle hashes, by words, by characters, or by the caller's own
//!   [`Tokenize`].
//! - [`plain`]: the same words by way of the unicode-segmentation crate; slow, and the judge.
//!
//! # Scripts written without spaces
//!
//! UAX #29 leaves each letter of Chinese, Hiragana, Thai, Lao, Khmer and Burmese a word of its
//! own, and five letters are too few to tell texts apart. So for shingling, such a letter stands
//! for itself and the letters after it in its unbroken run: 4 in all, 8 for the scripts of
//! South-East Asia, whose words are longer. A shingle of five words then holds 8 such letters
//! (12), about as much as five English words. The spans stay those of the single letters.

mod batch;
mod class;
mod edges;
mod fold;
mod letters;
mod marks;
pub mod plain;
mod rows;
mod scripts;
mod shingle;
mod short;
#[rustfmt::skip]
mod tables;
mod utf8;
mod words;

use std::ops::Range;

pub use fold::fold;
pub use shingle::{Scratch, Shingler, Shingling, Tokenize, Unit};

pub(crate) use letters::{TakeLetters, for_letters};

use batch::{Batch, Sink, Space, Words};
use shingle::{Hashes, Join, Run};

use crate::error::{Error, ErrorKind, Result};
use crate::simd::Cpu;

/// The Unicode version of word boundaries and folding. It is part of the format version.
pub const UNICODE_VERSION: (u8, u8, u8) = (17, 0, 0);

/// How many letters of Chinese, Hiragana, Bopomofo, Yi, Tangut or Nüshu stand for one word.
///
/// Chinese words average 1.5 to 2 letters, so that a shingle of 5 words is 8 letters or so.
const SHORT_REACH: u16 = 4;

/// How many letters of Thai, Lao, Khmer or Burmese stand for one word.
const LONG_REACH: u16 = 8;

/// The longest text that is taken, in bytes: spans are 32 bits.
pub const MAX_LEN: usize = u32::MAX as usize;

/// A range of bytes in the caller's own text, always on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, which must not exceed [`MAX_LEN`].
    pub(crate) fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end && end <= MAX_LEN);
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    /// For slicing: `&text[span.range()]`.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Bytes in the span.
    pub fn len(self) -> usize {
        self.range().len()
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// As `[start, end]`.
#[cfg(feature = "serde")]
impl serde::Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        (self.start, self.end).serialize(to)
    }
}

/// A word (or character, or token of the caller's) and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The hash of the folded token; see [`crate::hash::word`].
    pub hash: u64,
    /// Where it stands in the text it was taken from.
    pub span: Span,
}

/// The words of `text` in order, by UAX #29, with their spans.
///
/// A segment between word boundaries is a word if it holds a letter or a number. The time is
/// linear in the length of the text.
///
/// ```
/// use reprint::text::words;
///
/// let text = "Der Straßenzug, “L’Étoile”.";
/// let cut: Vec<&str> = words(text)?.iter().map(|word| &text[word.span.range()]).collect();
/// assert_eq!(cut, ["Der", "Straßenzug", "L’Étoile"]);
///
/// let same = words("der STRASSENZUG l'e\u{301}toile")?;
/// assert!(words(text)?.iter().zip(&same).all(|(a, b)| a.hash == b.hash));
/// # Ok::<(), reprint::Error>(())
/// ```
///
/// # Errors
///
/// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`] bytes.
pub fn words(text: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    Cutter::default().words(text, &mut tokens)?;
    Ok(tokens)
}

/// Cuts one text after another into words, by way of space that is kept.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    space: Box<Space>,
    runs: Vec<Run>,
}

impl Cutter {
    /// As [`words`], into `tokens`, which loses what it had.
    pub(crate) fn words(&mut self, text: &str, tokens: &mut Vec<Token>) -> Result<()> {
        check_len(text)?;
        tokens.clear();
        Cpu::best().run(Words {
            text,
            space: &mut self.space,
            sink: tokens,
        });
        Ok(())
    }

    /// The words of a text, and for each the hash that a [`Shingler`] by words makes shingles of:
    /// the letters of scripts without spaces joined to those after them. Both vectors lose what
    /// they had.
    pub(crate) fn words_and_units(
        &mut self,
        text: &str,
        words: &mut Vec<Token>,
        units: &mut Vec<u64>,
    ) -> Result<()> {
        check_len(text)?;
        words.clear();
        units.clear();
        self.runs.clear();
        let cpu = Cpu::best();
        let mut hashes = Hashes::new(units, &mut self.runs);
        hashes.words = Some(words);
        cpu.run(Words {
            text,
            space: &mut self.space,
            sink: &mut hashes,
        });
        cpu.run(Join {
            tokens: units,
            runs: &self.runs,
        });
        Ok(())
    }
}

/// There is nothing in it that is worth a copy.
impl Clone for Cutter {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Whether a letter is of a script written without spaces.
pub(crate) fn is_spaceless(letter: char) -> bool {
    !letter.is_ascii() && class::Class::of(letter).reach() > 1
}

fn check_len(text: &str) -> Result<()> {
    if text.len() > MAX_LEN {
        let len = text.len();
        Err(Error::new(
            ErrorKind::TextTooLong,
            format!("a text of {len} bytes is over the limit of {MAX_LEN}; split it"),
        ))
    } else {
        Ok(())
    }
}

impl Sink for Vec<Token> {
    fn take(&mut self, words: &Batch<'_>) {
        let words = words.spans.iter().zip(words.hashes);
        let tokens = words.map(|(&[start, end], &hash)| Token {
            hash,
            span: Span { start, end },
        });
        self.extend(tokens);
    }
}
