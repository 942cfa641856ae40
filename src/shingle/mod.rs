//! Shingles: hashes over runs of consecutive tokens.
//!
//! In: a text and a [`Shingling`]. Out: its token hashes, and one hash for each run of `width`
//! tokens (a w-shingle: Broder 1997).
//!
//! [`Shingler`] works in two steps. First the tokenizer hands batches of words to `TokenHashes`.
//! Then `CutShingles` hands shingles to a `TakeShingles`, which while sketching is the
//! signature's first round. Both steps are `Task`s, compiled for every CPU level.

mod roll;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use roll::MAX_WIDTH;

pub(crate) use roll::TakeShingles;

use crate::error::{Error, Result};
use crate::hash;
use crate::simd::{Cpu, CpuLevel, Kernel, Task};
use crate::text::{
    self, Batch, CountWords, CutWords, JoinLetters, LetterRuns, Span, TakeWords, Token,
    TokenHashes, WordScratch, check_len,
};

/// What makes a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Unit {
    /// Words by UAX #29. Spacing, punctuation and case make no difference.
    Word,
    /// Folded letters and numbers, with one border between words. Tolerates spelling and OCR
    /// errors better; needs a width around 10.
    Character,
    /// Tokens from the caller's own [`Tokenize`].
    Custom,
}

/// How texts are cut into shingles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct Shingling {
    /// What makes a token.
    pub unit: Unit,
    /// Tokens in a shingle, 1 to 64.
    pub width: usize,
}

impl Shingling {
    /// Shingles with `width` words.
    pub fn words(width: usize) -> Self {
        Self {
            unit: Unit::Word,
            width,
        }
    }

    /// Shingles with `width` characters.
    pub fn characters(width: usize) -> Self {
        Self {
            unit: Unit::Character,
            width,
        }
    }

    /// Shingles with `width` tokens from the caller's tokenizer.
    pub fn custom(width: usize) -> Self {
        Self {
            unit: Unit::Custom,
            width,
        }
    }
}

/// Five words.
impl Default for Shingling {
    fn default() -> Self {
        Self::words(5)
    }
}

/// The caller's own tokenizer: a segmenter for one language, a lemmatizer, a stop list.
///
/// Open for outside implementations because no single tokenizer serves every language.
pub trait Tokenize: Send + Sync {
    /// Name and version. The recipe includes it, so signatures from differently named tokenizers
    /// are never compared.
    fn name(&self) -> &str;

    /// Calls `token` with every token's final form and its byte range in `text`, in order.
    ///
    /// Ranges must lie within `text` on character boundaries; they may overlap.
    fn tokenize(&self, text: &str, token: &mut dyn FnMut(&str, Range<usize>));
}

/// Cuts texts into tokens and shingles. Cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Shingler {
    shingling: Shingling,
    seed: u64,
    custom: Option<Arc<dyn Tokenize>>,
    cpu: Cpu,
}

impl fmt::Debug for Shingler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shingler")
            .field("shingling", &self.shingling)
            .field("seed", &self.seed)
            .field("custom", &self.custom.as_ref().map(|custom| custom.name()))
            .field("cpu", &self.cpu)
            .finish()
    }
}

impl Shingler {
    /// A shingler for words or characters. Shingles with different seeds have nothing in common.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if the width is not 1 to 64, or the
    /// unit is [`Unit::Custom`].
    pub fn new(shingling: Shingling, seed: u64) -> Result<Self> {
        Self::build(shingling, seed, None)
    }

    /// A shingler for tokens from the caller's tokenizer.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if the width is not 1 to 64.
    pub fn with_tokenizer(width: usize, seed: u64, tokenizer: Arc<dyn Tokenize>) -> Result<Self> {
        Self::build(Shingling::custom(width), seed, Some(tokenizer))
    }

    fn build(shingling: Shingling, seed: u64, custom: Option<Arc<dyn Tokenize>>) -> Result<Self> {
        if !(1..=MAX_WIDTH).contains(&shingling.width) {
            let width = shingling.width;
            return Err(Error::invalid(
                "width",
                format!("shingle width {width} is out of range; it must be 1 to {MAX_WIDTH}"),
            ));
        }
        if shingling.unit == Unit::Custom && custom.is_none() {
            return Err(Error::invalid(
                "unit",
                "the shingle unit is custom, but no tokenizer was given",
            ));
        }
        Ok(Self {
            shingling,
            seed,
            custom,
            cpu: Cpu::best(),
        })
    }

    /// The same shingler on a chosen CPU level, for tests and measurements; `None` if this CPU
    /// lacks it. The shingles are the same.
    #[must_use]
    pub fn with_cpu_level(self, level: CpuLevel) -> Option<Self> {
        Cpu::at(level).map(|cpu| Self { cpu, ..self })
    }

    /// The CPU level it runs on, for later steps on its shingles.
    pub(crate) fn cpu(&self) -> Cpu {
        self.cpu
    }

    /// How this shingler cuts.
    pub fn shingling(&self) -> Shingling {
        self.shingling
    }

    /// Everything that decides a text's shingle hashes, as a line for the recipe.
    pub(crate) fn recipe(&self) -> String {
        let Shingling { unit, width } = self.shingling;
        let unit = match unit {
            Unit::Word => "word",
            Unit::Character => "character",
            Unit::Custom => "custom",
        };
        let (major, minor, _) = text::UNICODE_VERSION;
        let name = self.custom.as_ref().map_or("", |custom| custom.name());
        let name = hash::token(name.as_bytes());
        let seed = self.seed;
        format!("unit={unit} width={width} seed={seed} unicode={major}.{minor} custom={name:016x}")
    }

    /// Cuts `text` into tokens with their spans, in order. Linear in the text's length.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](text::MAX_LEN) bytes.
    pub fn tokens(&self, text: &str) -> Result<Vec<Token>> {
        let mut tokens = Vec::new();
        self.tokenize(text, &mut WordScratch::default(), &mut tokens)?;
        Ok(tokens)
    }

    /// Counts the tokens that [`tokens`](Self::tokens) gives. Words are not hashed, so counting
    /// takes a third of the time.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](text::MAX_LEN) bytes.
    pub fn count(&self, text: &str) -> Result<usize> {
        if self.shingling.unit == Unit::Word {
            check_len(text)?;
            return Ok(self.cpu.run(CountWords { text }));
        }
        let mut count = TokenCount(0);
        self.tokenize(text, &mut WordScratch::default(), &mut count)?;
        Ok(count.0)
    }

    /// Gives the shingle hashes of `text` in order, repeats included.
    ///
    /// A text with `n` tokens gives `n - width + 1` shingles. Below `width` tokens a single shingle
    /// covers the whole text; without tokens there is none.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](text::MAX_LEN) bytes.
    pub fn shingles(&self, text: &str) -> Result<Vec<u64>> {
        let mut scratch = ShingleScratch::default();
        self.shingles_into(text, &mut scratch, &mut ())?;
        Ok(scratch.shingles)
    }

    /// Gives the [`shingles`](Self::shingles) of `text` in kept space: once `scratch` has grown to
    /// the longest text, nothing is allocated.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](text::MAX_LEN) bytes.
    pub fn shingles_in<'s>(
        &self,
        text: &str,
        scratch: &'s mut ShingleScratch,
    ) -> Result<&'s [u64]> {
        self.shingles_into(text, scratch, &mut ())?;
        Ok(&scratch.shingles)
    }

    /// Writes token hashes to `scratch.tokens` and shingles to `scratch.shingles`, and hands the
    /// shingles to `taker`.
    pub(crate) fn shingles_into(
        &self,
        text: &str,
        scratch: &mut ShingleScratch,
        taker: &mut impl TakeShingles,
    ) -> Result<()> {
        self.tokens_into(text, scratch)?;
        self.shingles_of(&scratch.tokens, &mut scratch.shingles, taker);
        Ok(())
    }

    /// Writes token hashes to `scratch.tokens` and empties `scratch.shingles`.
    pub(crate) fn tokens_into(&self, text: &str, scratch: &mut ShingleScratch) -> Result<()> {
        let ShingleScratch {
            cutting,
            runs,
            tokens,
            shingles,
        } = scratch;
        tokens.clear();
        shingles.clear();
        runs.clear();
        let mut hashes = TokenHashes {
            tokens,
            words: None,
            runs,
        };
        self.tokenize(text, cutting.get_or_insert_default(), &mut hashes)?;
        self.cpu.run(JoinLetters { tokens, runs });
        Ok(())
    }

    /// Appends the shingle hashes for `tokens` to `out`, and hands them to `taker`.
    pub(crate) fn shingles_of(
        &self,
        tokens: &[u64],
        out: &mut Vec<u64>,
        taker: &mut impl TakeShingles,
    ) {
        self.cpu.run(CutShingles {
            tokens,
            width: self.shingling.width,
            seed: self.seed,
            out,
            taker,
        });
    }

    fn tokenize(
        &self,
        text: &str,
        scratch: &mut WordScratch,
        taker: &mut impl TakeWords,
    ) -> Result<()> {
        check_len(text)?;
        match (&self.custom, self.shingling.unit) {
            (Some(custom), _) => custom.tokenize(text, &mut |form, range| {
                taker.take_one(hash::token(form.as_bytes()), clip(text, range));
            }),
            (None, Unit::Character) => {
                text::for_each_character(text, &mut scratch.folded, taker);
            }
            (None, _) => self.cpu.run(CutWords {
                text,
                scratch,
                taker,
            }),
        }
        Ok(())
    }
}

/// Counts tokens.
struct TokenCount(usize);

impl TakeWords for TokenCount {
    fn take_words(&mut self, words: &Batch<'_>) {
        self.0 += words.hashes.len();
    }
}

/// Makes shingles.
struct CutShingles<'a, T> {
    tokens: &'a [u64],
    width: usize,
    seed: u64,
    out: &'a mut Vec<u64>,
    taker: &'a mut T,
}

impl<T: TakeShingles> Task for CutShingles<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, _: K) {
        let Self {
            tokens,
            width,
            seed,
            out,
            taker,
        } = self;
        if K::WIDE {
            roll::shingles::<true>(tokens, width, seed, out, taker);
        } else {
            roll::shingles::<false>(tokens, width, seed, out, taker);
        }
    }
}

/// Clips a range from the caller's tokenizer, which may be wrong, to what can be sliced from
/// `text`.
fn clip(text: &str, range: Range<usize>) -> Span {
    let end = text.floor_char_boundary(range.end);
    Span::new(text.floor_char_boundary(range.start.min(end)), end)
}

/// Buffers for shingling, kept between texts; see [`Shingler::shingles_in`].
#[derive(Debug, Default)]
pub struct ShingleScratch {
    /// Made for a first text: tokens made elsewhere need none.
    cutting: Option<Box<WordScratch>>,
    runs: LetterRuns,
    /// The last text's token hashes, letters from scripts without spaces joined.
    pub(crate) tokens: Vec<u64>,
    /// The last text's shingle hashes, if made.
    pub(crate) shingles: Vec<u64>,
}
