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

mod class;
mod edges;
mod fold;
pub mod plain;
mod shingle;
#[rustfmt::skip]
mod tables;
mod words;

use std::iter;
use std::ops::Range;

pub use fold::fold;
pub use shingle::{Scratch, Shingler, Shingling, Tokenize, Unit};

use class::Class;

use crate::error::{Error, Result};
use crate::hash;
use crate::simd::{Cpu, Kernel, Task};

/// The Unicode version of word boundaries and folding. It is part of the format version.
pub const UNICODE_VERSION: (u8, u8, u8) = (17, 0, 0);

/// How many letters of Chinese, Hiragana, Bopomofo, Yi, Tangut or Nüshu stand for one word.
///
/// Chinese words average 1.5 to 2 letters, so that a shingle of 5 words is 8 letters or so.
const SHORT_REACH: u8 = 4;

/// How many letters of Thai, Lao, Khmer or Burmese stand for one word.
const LONG_REACH: u8 = 8;

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
    check_len(text)?;
    let mut tokens = Vec::new();
    Cpu::best().run(Words {
        text,
        folded: &mut String::new(),
        sink: &mut tokens,
    });
    Ok(tokens)
}

fn check_len(text: &str) -> Result<()> {
    if text.len() > MAX_LEN {
        Err(Error::text_too_long(text.len()))
    } else {
        Ok(())
    }
}

/// A word on its way to a [`Sink`].
struct Word {
    hash: u64,
    start: u32,
    end: u32,
    /// How many letters of a script without spaces stand for a word where this is one of them;
    /// else 1.
    reach: u8,
}

/// What takes the words of a text.
///
/// A trait and not a closure, since closures have no `#[inline(always)]`, and one that is not
/// inlined into the [`Task`] costs tenfold.
trait Sink {
    fn take(&mut self, words: impl Iterator<Item = Word>);

    /// Takes a word of reach 1.
    fn take_one(&mut self, hash: u64, start: usize, end: usize) {
        let Span { start, end } = Span::new(start, end);
        let reach = 1;
        self.take(iter::once(Word {
            hash,
            start,
            end,
            reach,
        }));
    }
}

impl Sink for Vec<Token> {
    #[inline(always)]
    fn take(&mut self, words: impl Iterator<Item = Word>) {
        self.extend(words.map(
            |Word {
                 hash, start, end, ..
             }| Token {
                hash,
                span: Span { start, end },
            },
        ));
    }
}

/// Hands the words of `text`, which must not exceed [`MAX_LEN`], to `sink`.
struct Words<'a, S> {
    text: &'a str,
    folded: &'a mut String,
    sink: &'a mut S,
}

impl<S: Sink> Task for Words<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let Self { text, folded, sink } = self;
        edges::for_each_batch(kernel, text, |starts, ends| {
            sink.take(starts.iter().zip(ends).map(|(&start, &end)| {
                let len = (end - start) as usize;
                let starting = text.as_bytes().get(start as usize..start as usize + 16);
                let ascii = starting.and_then(|starting| {
                    hash::ascii_word(starting.try_into().expect("sixteen bytes"), len)
                });
                let (hash, reach) = ascii
                    .map(|hash| (hash, 1))
                    .unwrap_or_else(|| hash_any(&text[start as usize..end as usize], folded));
                Word {
                    hash,
                    start,
                    end,
                    reach,
                }
            }));
        });
    }
}

/// Hash and reach of any word.
#[inline(never)]
fn hash_any(word: &str, folded: &mut String) -> (u64, u8) {
    let mut classes = word.chars().map(Class::of);
    let reach = match classes.next().map_or(1, Class::reach) {
        1 => 1,
        reach if classes.all(Class::is_ignored) => reach,
        _ => 1,
    };
    (fold::hash(word, folded), reach)
}
