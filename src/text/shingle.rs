//! Shingles: hashes of runs of consecutive tokens.
//!
//! In: a text and a [`Shingling`]. Out: its tokens, and the hash of each run of `width` tokens.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::batch::{Batch, Sink, Space, WordSet, Words};
use super::class::Class;
use super::edges::{self, Edges};
use super::{Token, check_len, fold};
use crate::error::{Error, Result};
use crate::hash::{self, MAX_WIDTH, Take};
use crate::simd::{Cpu, CpuLevel, Kernel, Task};

/// What a shingle is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Unit {
    /// Words by UAX #29. Blind to spacing, punctuation and case.
    Word,
    /// Folded letters and numbers, words parted by one border each. Kinder to spelling and OCR
    /// errors; wants a width of about 10.
    Character,
    /// Tokens of the caller's own [`Tokenize`].
    Custom,
}

/// How texts are cut into shingles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct Shingling {
    /// What a shingle is made of.
    pub unit: Unit,
    /// How many units make a shingle, 1 to 64.
    pub width: usize,
}

impl Shingling {
    /// Shingles of so many words.
    pub fn words(width: usize) -> Self {
        Self {
            unit: Unit::Word,
            width,
        }
    }

    /// Shingles of so many characters.
    pub fn characters(width: usize) -> Self {
        Self {
            unit: Unit::Character,
            width,
        }
    }

    /// Shingles of so many tokens of the caller's own.
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

/// A tokenizer of the caller's own: a language's segmenter, a lemmatizer, a stop list.
///
/// Open for outside implementations because no one tokenizer serves every language.
pub trait Tokenize: Send + Sync {
    /// Name and version. It goes into the recipe: what two tokenizers of unlike names have made
    /// is never compared.
    fn name(&self) -> &str;

    /// Calls `token` with each token in its final form and its byte range in `text`, in order.
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
    /// A shingler by words or characters. Shingles of different seeds have nothing in common.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if the width is not 1 to 64, or the
    /// unit is [`Unit::Custom`].
    pub fn new(shingling: Shingling, seed: u64) -> Result<Self> {
        Self::build(shingling, seed, None)
    }

    /// A shingler of tokens from a tokenizer of the caller's.
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
            return Err(Error::setting(format!(
                "shingle width {width} is out of range; it must be 1 to {MAX_WIDTH}"
            )));
        }
        if shingling.unit == Unit::Custom && custom.is_none() {
            return Err(Error::setting(
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

    /// The same shingler on a chosen level of CPU, for tests and measurements; `None` if this CPU
    /// has not got it. The shingles are the same.
    #[must_use]
    pub fn with_cpu_level(self, level: CpuLevel) -> Option<Self> {
        Cpu::at(level).map(|cpu| Self { cpu, ..self })
    }

    /// The level it runs on, for what follows on the same shingles.
    pub(crate) fn cpu(&self) -> Cpu {
        self.cpu
    }

    /// How this shingler cuts.
    pub fn shingling(&self) -> Shingling {
        self.shingling
    }

    /// All that decides which shingle hashes a text has, as a line of text.
    pub(crate) fn recipe(&self) -> String {
        let Shingling { unit, width } = self.shingling;
        let unit = match unit {
            Unit::Word => "word",
            Unit::Character => "character",
            Unit::Custom => "custom",
        };
        let (major, minor, _) = super::UNICODE_VERSION;
        let name = self.custom.as_ref().map_or("", |custom| custom.name());
        let name = hash::token(name.as_bytes());
        let seed = self.seed;
        format!("unit={unit} width={width} seed={seed} unicode={major}.{minor} custom={name:016x}")
    }

    /// The tokens of `text` with their spans, in order.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](super::MAX_LEN) bytes.
    pub fn tokens(&self, text: &str) -> Result<Vec<Token>> {
        let mut tokens = Vec::new();
        self.tokenize(text, &mut Space::default(), &mut tokens)?;
        Ok(tokens)
    }

    /// How many tokens `text` has: as many as [`tokens`](Self::tokens) gives, in a third of the time
    /// where they are words, none of which is hashed.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](super::MAX_LEN) bytes.
    pub fn count(&self, text: &str) -> Result<usize> {
        if self.shingling.unit == Unit::Word {
            check_len(text)?;
            return Ok(self.cpu.run(CountWords { text }));
        }
        let mut count = Count(0);
        self.tokenize(text, &mut Space::default(), &mut count)?;
        Ok(count.0)
    }

    /// The shingle hashes of `text` in order, repeats included.
    ///
    /// A text of `n` tokens has `n - width + 1`; one of fewer than `width` tokens has one, of all
    /// of them; one without tokens has none.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](super::MAX_LEN) bytes.
    pub fn shingles(&self, text: &str) -> Result<Vec<u64>> {
        let mut scratch = Scratch::default();
        self.shingles_into(text, &mut scratch, &mut ())?;
        Ok(scratch.shingles)
    }

    /// As [`shingles`](Self::shingles), in space that is kept from one text to the next: nothing
    /// is allocated once it has grown to the longest.
    ///
    /// # Errors
    ///
    /// As [`shingles`](Self::shingles).
    pub fn shingles_in<'s>(&self, text: &str, scratch: &'s mut Scratch) -> Result<&'s [u64]> {
        self.shingles_into(text, scratch, &mut ())?;
        Ok(&scratch.shingles)
    }

    /// As [`shingles`](Self::shingles) into `scratch.shingles`, and to `taker`, with the hashes of
    /// the tokens in `scratch.tokens`.
    pub(crate) fn shingles_into(
        &self,
        text: &str,
        scratch: &mut Scratch,
        taker: &mut impl Take,
    ) -> Result<()> {
        self.tokens_into(text, scratch)?;
        self.shingles_of(&scratch.tokens, &mut scratch.shingles, taker);
        Ok(())
    }

    /// The hashes of the tokens of a text, in `scratch.tokens`; `scratch.shingles` is emptied.
    pub(crate) fn tokens_into(&self, text: &str, scratch: &mut Scratch) -> Result<()> {
        let Scratch {
            space,
            runs,
            tokens,
            shingles,
        } = scratch;
        tokens.clear();
        shingles.clear();
        runs.clear();
        self.tokenize(text, space, &mut Hashes::new(tokens, runs))?;
        self.cpu.run(Join { tokens, runs });
        Ok(())
    }

    /// Appends the shingle hashes of tokens made elsewhere.
    pub(crate) fn shingles_of(&self, tokens: &[u64], out: &mut Vec<u64>, taker: &mut impl Take) {
        self.cpu.run(Shingles {
            tokens,
            width: self.shingling.width,
            seed: self.seed,
            out,
            taker,
        });
    }

    fn tokenize(&self, text: &str, space: &mut Space, sink: &mut impl Sink) -> Result<()> {
        check_len(text)?;
        match (&self.custom, self.shingling.unit) {
            (Some(custom), _) => custom.tokenize(text, &mut |form, range| {
                let clipped = clip(text, range);
                sink.take_one(hash::token(form.as_bytes()), clipped.start, clipped.end);
            }),
            (None, Unit::Character) => for_each_character(text, &mut space.folded, sink),
            (None, _) => self.cpu.run(Words { text, space, sink }),
        }
        Ok(())
    }
}

/// Takes hashes, and notes the runs of letters of scripts without spaces.
pub(super) struct Hashes<'a> {
    tokens: &'a mut Vec<u64>,
    /// Takes words with their spans, if they are wanted.
    pub(super) words: Option<&'a mut Vec<Token>>,
    runs: &'a mut Vec<Run>,
    /// The run that the last token of the batch before is in.
    open: Option<usize>,
}

impl<'a> Hashes<'a> {
    /// Hashes go to `tokens`, runs of letters to `runs`: [`Join`] takes both afterwards.
    pub(super) fn new(tokens: &'a mut Vec<u64>, runs: &'a mut Vec<Run>) -> Self {
        Self {
            tokens,
            words: None,
            runs,
            open: None,
        }
    }

    /// Notes the runs among `letters` of one reach; `continues` is the run at the end of the words
    /// before, if it is of that reach and touches the first word.
    #[inline(always)]
    fn note(
        &mut self,
        letters: WordSet,
        reach: u16,
        touching: WordSet,
        continues: Option<usize>,
        count: usize,
    ) {
        let continued = letters.continued(touching);
        letters.without(continued).for_each(|at| {
            let len = 1 + continued.run(at + 1);
            let first = self.tokens.len() + at;
            let end = first + len;
            let run = match continues {
                Some(run) if at == 0 => run,
                _ => {
                    self.runs.push(Run { first, end, reach });
                    self.runs.len() - 1
                }
            };
            self.runs[run].end = end;
            if at + len == count {
                self.open = Some(run);
            }
        });
    }
}

impl Sink for Hashes<'_> {
    #[inline(always)]
    fn take(&mut self, words: &Batch<'_>) {
        let last = self.open.take().filter(|_| words.touching.has(0));
        if !(words.short.is_empty() && words.long.is_empty()) {
            for (letters, reach) in [
                (words.short, super::SHORT_REACH),
                (words.long, super::LONG_REACH),
            ] {
                let continues = last.filter(|&run| self.runs[run].reach == reach);
                self.note(
                    letters,
                    reach,
                    words.touching,
                    continues,
                    words.hashes.len(),
                );
            }
        }
        self.tokens.extend_from_slice(words.hashes);
        if let Some(spans) = &mut self.words {
            spans.take(words);
        }
    }
}

/// Joins the letters of scripts without spaces.
pub(super) struct Join<'a> {
    pub(super) tokens: &'a mut [u64],
    pub(super) runs: &'a [Run],
}

impl Task for Join<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, _: K) {
        for run in self.runs {
            run.join(self.tokens);
        }
    }
}

/// Counts words by their edges alone.
struct CountWords<'a> {
    text: &'a str,
}

impl Task for CountWords<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> usize {
        let mut count = 0;
        edges::for_each_batch(kernel, self.text, &mut Edges::default(), |edges| {
            count += edges.words().len();
        });
        count
    }
}

/// Counts the tokens that come.
struct Count(usize);

impl Sink for Count {
    fn take(&mut self, words: &Batch<'_>) {
        self.0 += words.hashes.len();
    }
}

/// Makes shingles.
struct Shingles<'a, T> {
    tokens: &'a [u64],
    width: usize,
    seed: u64,
    out: &'a mut Vec<u64>,
    taker: &'a mut T,
}

impl<T: Take> Task for Shingles<'_, T> {
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
            hash::shingles::<true>(tokens, width, seed, out, taker);
        } else {
            hash::shingles::<false>(tokens, width, seed, out, taker);
        }
    }
}

/// The part of `range` that can be sliced from `text`: a tokenizer of the caller's may be wrong.
fn clip(text: &str, range: Range<usize>) -> Range<usize> {
    let end = text.floor_char_boundary(range.end);
    text.floor_char_boundary(range.start.min(end))..end
}

/// Stands between two words in shingles of characters.
const BORDER: u64 = 0x20;

/// Folded characters: each starter with the marks on it is one token.
fn for_each_character(text: &str, folded: &mut String, sink: &mut impl Sink) {
    let mut last_end = None;
    super::words::segment(text, |start, end| {
        match last_end {
            Some(last_end) if last_end < start => sink.take_one(BORDER, last_end, start),
            _ => {}
        }
        last_end = Some(end);
        let mut rest = &text[start..end];
        let mut at = start;
        while let Some(first) = rest.chars().next() {
            let marks = rest[first.len_utf8()..].find(|c| !Class::of(c).is_ignored());
            let len = marks.map_or(rest.len(), |marks| first.len_utf8() + marks);
            folded.clear();
            fold(&rest[..len], folded);
            for form in starters(folded) {
                sink.take_one(hash::word(form.as_bytes()), at, at + len);
            }
            rest = &rest[len..];
            at += len;
        }
    });
}

/// Cuts before each character that is no combining mark.
fn starters(folded: &str) -> impl Iterator<Item = &str> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices();
        chars.next()?;
        let end = chars.find(|&(_, c)| super::fold::combining_class(c) == 0);
        let (form, tail) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = tail;
        Some(form)
    })
}

/// What turning texts into shingles needs, kept from one to the next; see
/// [`Shingler::shingles_in`].
#[derive(Debug, Default)]
pub struct Scratch {
    space: Box<Space>,
    runs: Vec<Run>,
    /// Token hashes of the last text, letters of scripts without spaces joined.
    pub(crate) tokens: Vec<u64>,
    /// Shingle hashes of the last text, if they were.
    pub(crate) shingles: Vec<u64>,
}

/// Tokens that are letters of a script without spaces, each touching the next.
#[derive(Debug)]
pub(super) struct Run {
    first: usize,
    end: usize,
    reach: u16,
}

impl Run {
    /// Makes each letter of the run stand for itself and those after it.
    #[inline(always)]
    fn join(&self, tokens: &mut [u64]) {
        let run = &mut tokens[self.first..self.end];
        match self.reach {
            super::SHORT_REACH => join::<{ super::SHORT_REACH as usize }>(run),
            _ => join::<{ super::LONG_REACH as usize }>(run),
        }
    }
}

/// Compiled for each reach, so that it vectorizes.
#[inline(always)]
fn join<const REACH: usize>(run: &mut [u64]) {
    let whole = (run.len() + 1).saturating_sub(REACH);
    for at in 0..whole {
        let letters: [u64; REACH] = std::array::from_fn(|i| run[at + i]);
        run[at] = hash::joined(&letters);
    }
    for at in whole..run.len() {
        run[at] = hash::joined(&run[at..]);
    }
}
