//! Text: from an article to its words.
//!
//! In: an article's body, any UTF-8. Out: its words: for each the hash of its folded form and its
//! [`Span`] in the caller's own text.
//!
//! - [`fold()`]: equal bytes for every spelling variant of a word.
//! - [`words`]: a text's words with their spans.
//! - [`plain`]: the same words by the unicode-segmentation crate; slow, and the judge.
//!
//! # Scripts written without spaces
//!
//! UAX #29 makes every Chinese, Hiragana, Thai, Lao, Khmer or Burmese letter a word. Five letters
//! are too few to tell texts apart. So in shingles a letter stands for itself and the letters after
//! it in its unbroken run: 4 in all, or 8 in South-East Asian scripts, whose words are longer. A
//! five-word shingle then holds 8 letters (12), about as much as five English words. Spans stay
//! those of single letters.

// Each module uses only those above it.

#[rustfmt::skip]
mod tables;

mod class;
mod utf8;

mod fold;
mod two_byte;

mod folded_word;
mod segments;

mod word_set;

mod edges;

mod block;

mod scripts;

mod marks;
mod resolve;

mod walk;

mod rows;

mod batch;

#[cfg(test)]
pub(crate) mod cuts;

mod spaceless;

mod characters;
mod letters;

pub mod plain;

use std::ops::Range;

pub use fold::fold;

pub(crate) use batch::{Batch, CountWords, CutWords, TakeWords, WordScratch};
pub(crate) use characters::for_each_character;
pub(crate) use letters::{TakeLetters, for_letters};
pub(crate) use spaceless::{JoinLetters, LetterRuns, TokenHashes};

use crate::error::{Error, ErrorKind, Result};
use crate::simd::Cpu;

/// The Unicode version behind word boundaries and folding; the format version includes it.
pub const UNICODE_VERSION: (u8, u8, u8) = (17, 0, 0);

/// How many Chinese, Hiragana, Bopomofo, Yi, Tangut or Nüshu letters stand for one word.
///
/// Chinese words average 1.5 to 2 letters. A five-word shingle then spans 8 letters, some five
/// words.
const SHORT_REACH: u16 = 4;

/// How many Thai, Lao, Khmer or Burmese letters stand for one word.
///
/// Chosen by hand as twice [`SHORT_REACH`]: their words are written with more letters.
const LONG_REACH: u16 = 8;

/// The longest text accepted, in bytes: spans hold 32 bits.
pub const MAX_LEN: usize = u32::MAX as usize;

/// A byte range in the caller's own text, always on character boundaries.
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
        debug_assert!(start <= end);
        Self {
            start: position(start),
            end: position(end),
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

/// From `[start, end]`, if `start` is not above `end`.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        let (start, end) = <(u32, u32)>::deserialize(from)?;
        if start > end {
            let message = format!("a span starts at {start}, after its end at {end}");
            return Err(serde::de::Error::custom(message));
        }
        Ok(Self { start, end })
    }
}

/// A word (or a character, or the caller's own token) with its place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The folded token's hash, by [`hash::word`](crate::hash::word).
    pub hash: u64,
    /// Its place in the text.
    pub span: Span,
}

/// Cuts `text` into words by UAX #29, in order, with their spans.
///
/// A segment between word boundaries is a word if it holds a letter or a number. The time is
/// linear in the text's length.
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

/// Cuts one text after another into words, with buffers that are kept.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    scratch: Box<WordScratch>,
    runs: LetterRuns,
}

impl Cutter {
    /// Replaces `tokens` by the [`words`] in `text`.
    pub(crate) fn words(&mut self, text: &str, tokens: &mut Vec<Token>) -> Result<()> {
        check_len(text)?;
        tokens.clear();
        Cpu::best().run(CutWords {
            text,
            scratch: &mut self.scratch,
            taker: tokens,
        });
        Ok(())
    }

    /// Replaces `words` by the [`words`] in `text`, and `tokens` by the hash for each word that
    /// shingles are made from: letters from scripts without spaces are joined to those after them.
    pub(crate) fn words_and_tokens(
        &mut self,
        text: &str,
        words: &mut Vec<Token>,
        tokens: &mut Vec<u64>,
    ) -> Result<()> {
        check_len(text)?;
        words.clear();
        tokens.clear();
        let cpu = Cpu::best();
        self.runs.clear();
        cpu.run(CutWords {
            text,
            scratch: &mut self.scratch,
            taker: &mut TokenHashes {
                tokens,
                words: Some(words),
                runs: &mut self.runs,
            },
        });
        cpu.run(JoinLetters {
            tokens,
            runs: &self.runs,
        });
        Ok(())
    }
}

/// A clone gets empty buffers.
impl Clone for Cutter {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Whether a letter belongs to a script written without spaces.
pub(crate) fn is_spaceless(letter: char) -> bool {
    !letter.is_ascii() && class::Class::of(letter).reach() > 1
}

/// Refuses texts longer than [`MAX_LEN`].
pub(crate) fn check_len(text: &str) -> Result<()> {
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

/// A byte position within a text that [`check_len`] accepted, as 32 bits.
#[inline(always)]
fn position(at: usize) -> u32 {
    debug_assert!(at <= MAX_LEN);
    at as u32
}

impl TakeWords for Vec<Token> {
    fn take_words(&mut self, words: &Batch<'_>) {
        let words = words.spans.iter().zip(words.hashes);
        let tokens = words.map(|(&[start, end], &hash)| Token {
            hash,
            span: Span { start, end },
        });
        self.extend(tokens);
    }
}
