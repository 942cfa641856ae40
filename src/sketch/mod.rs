//! Signatures: a few hundred bytes for estimating Jaccard similarity.
//!
//! In: an article's shingle hashes. Out: its [`Sketch`]: an exact-copy [`Fingerprint`], a
//! [`Signature`] unless the article has no words, and a sample where wanted.
//!
//! Signatures are drawn by fast similarity sketching (Dahlgaard, Knudsen and Thorup 2017). Under one
//! recipe, two signatures agree in each place with probability J, the Jaccard similarity of both
//! shingle sets. Estimates only choose what to compare; [`crate::verify`] computes the similarity.

mod fast;
mod fingerprint;
#[doc = include_str!("FORMAT.md")]
pub mod format {}
mod sample;

use fast::{FastScratch, FirstRound};
use fingerprint::Xxh3;
use sample::SampleScratch;

use crate::document::{CutText, Document, DocumentBuffer};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::shingle::{ShingleScratch, Shingler, TakeShingles, Unit};
use crate::simd::{Kernel, Task};

/// The version of signatures, fingerprints and band keys; see [`mod@format`].
pub const FORMAT_VERSION: u32 = 1;

/// How signatures are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(from = "NamedSettings", into = "NamedSettings")
)]
#[non_exhaustive]
pub struct SketchSettings {
    /// Values in a signature, 32 bits each, 1 to 4096. At similarity J an estimate's standard error
    /// is at most `sqrt(J (1 - J) / values)`.
    pub values: usize,
    /// Whether to sample the article's ten-letter shingles too. A detector in
    /// [`Mode::Recycled`](crate::Mode::Recycled) sets it.
    pub sample: bool,
}

/// [`SketchSettings`] as written: with the scheme by name, so that settings for another scheme are
/// refused.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename = "SketchSettings", default)]
struct NamedSettings {
    scheme: Scheme,
    values: usize,
    sample: bool,
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Scheme {
    FastSimilarity,
}

#[cfg(feature = "serde")]
impl Default for NamedSettings {
    fn default() -> Self {
        SketchSettings::default().into()
    }
}

#[cfg(feature = "serde")]
impl From<SketchSettings> for NamedSettings {
    fn from(SketchSettings { values, sample }: SketchSettings) -> Self {
        Self {
            scheme: Scheme::FastSimilarity,
            values,
            sample,
        }
    }
}

#[cfg(feature = "serde")]
impl From<NamedSettings> for SketchSettings {
    fn from(named: NamedSettings) -> Self {
        let Scheme::FastSimilarity = named.scheme;
        Self {
            values: named.values,
            sample: named.sample,
        }
    }
}

impl SketchSettings {
    /// Signatures with `values` values, without a sample.
    pub fn with_values(values: usize) -> Self {
        Self {
            values,
            ..Self::default()
        }
    }
}

/// 128 values, without a sample.
impl Default for SketchSettings {
    fn default() -> Self {
        Self {
            values: 128,
            sample: false,
        }
    }
}

/// The largest signature, in values. Chosen by hand: its standard error is below .008.
pub(crate) const MAX_VALUES: usize = 4096;

/// A hash over all settings that decide a signature. Only signatures with equal recipes are
/// compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Recipe(pub u64);

/// Identifies an article's word sequence by 128 bits.
///
/// Articles with equal words in equal order have equal fingerprints; case, punctuation, spacing and
/// line breaks may differ. Different sequences collide with probability 2^-128.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fingerprint(pub u128);

/// An article reduced to what matching needs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sketch {
    /// Equal for exact copies, and for any two articles without words.
    pub fingerprint: Fingerprint,
    /// The number of tokens.
    pub tokens: u32,
    /// `None` for an article without tokens, which matches nothing, and for a
    /// [bare](Self::bare) sketch.
    pub signature: Option<Signature>,
    /// Hashes sampled from its ten-letter shingles, ascending and distinct.
    /// [`Mode::Recycled`](crate::Mode::Recycled) finds excerpts and noisy copies by them. Empty
    /// unless the settings ask for it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub sample: Box<[u32]>,
}

impl Sketch {
    /// The sketch of a text known by its fingerprint and its number of tokens alone.
    ///
    /// A [`Detector`](crate::Detector) that takes such a sketch can verify and group the article, for
    /// instance among candidates chosen by other machines. No search of the detector finds it.
    pub fn bare(fingerprint: Fingerprint, tokens: u32) -> Self {
        Self {
            fingerprint,
            tokens,
            signature: None,
            sample: Box::default(),
        }
    }
}

/// A signature with its recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Signature {
    recipe: Recipe,
    values: Box<[u32]>,
}

impl Signature {
    /// Puts a signature together from parts that another process may have made.
    pub fn from_parts(recipe: Recipe, values: impl Into<Box<[u32]>>) -> Self {
        Self {
            recipe,
            values: values.into(),
        }
    }

    /// The recipe behind the values.
    pub fn recipe(&self) -> Recipe {
        self.recipe
    }

    /// The values.
    pub fn values(&self) -> &[u32] {
        &self.values
    }

    /// Estimates the Jaccard similarity: the share of places where both agree, 0 to 1.
    ///
    /// # Errors
    ///
    /// [`RecipeMismatch`](ErrorKind::RecipeMismatch) if the recipes or the numbers of values differ,
    /// or there are no values.
    pub fn estimate(&self, other: &Self) -> Result<f64> {
        let alike = self.recipe == other.recipe && self.values.len() == other.values.len();
        if !alike || self.values.is_empty() {
            return Err(Error::new(
                ErrorKind::RecipeMismatch,
                format!(
                    "signatures of recipes {:016x} and {:016x} can't be compared; make both with \
                     the same tokenizer, shingle width, seed and number of values",
                    self.recipe.0, other.recipe.0
                ),
            ));
        }
        let agree = self
            .values
            .iter()
            .zip(&other.values)
            .filter(|(a, b)| a == b)
            .count();
        Ok(agree as f64 / self.values.len() as f64)
    }
}

/// Turns texts into sketches. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Sketcher {
    shingler: Shingler,
    settings: SketchSettings,
    recipe: Recipe,
    xxh3: Xxh3,
}

impl Sketcher {
    /// A sketcher for the shingles that `shingler` cuts.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](ErrorKind::InvalidSetting) if the number of values is not 1 to 4096.
    pub fn new(shingler: Shingler, settings: SketchSettings) -> Result<Self> {
        let SketchSettings { values, sample } = settings;
        if !(1..=MAX_VALUES).contains(&values) {
            return Err(Error::invalid(
                "values",
                format!(
                    "a signature of {values} values is out of range; it must have 1 to {MAX_VALUES}"
                ),
            ));
        }
        let cut = shingler.recipe();
        // The scheme is named so that another one, should it come, makes another recipe.
        let line = format!("reprint {FORMAT_VERSION} {cut} scheme=fast_similarity values={values}");
        let line = if sample {
            line + " sample=10 letters"
        } else {
            line
        };
        let recipe = Recipe(hash::token(line.as_bytes()));
        Ok(Self {
            shingler,
            settings,
            recipe,
            xxh3: Xxh3::new(recipe.0),
        })
    }

    /// The shingler it was made with.
    pub fn shingler(&self) -> &Shingler {
        &self.shingler
    }

    /// The settings it was made with.
    pub fn settings(&self) -> SketchSettings {
        self.settings
    }

    /// The recipe that all its signatures carry.
    pub fn recipe(&self) -> Recipe {
        self.recipe
    }

    /// Sketches one text, in time linear in its length.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn sketch(&self, text: &str) -> Result<Sketch> {
        self.sketch_with(text, &mut SketchScratch::default())
    }

    /// Sketches one text with kept scratch space, which spares most allocations.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn sketch_with(&self, text: &str, scratch: &mut SketchScratch) -> Result<Sketch> {
        self.cut(text, scratch)?;
        let tokens = &scratch.text.tokens;
        Ok(Sketch {
            fingerprint: self.fingerprint(tokens),
            tokens: token_count(tokens),
            signature: self.sign(scratch, None),
            sample: self.sample(text, scratch),
        })
    }

    /// Sketches a document without cutting its words again; equals [`sketch`](Self::sketch) on its
    /// text. Tokens that are not words are cut anew.
    ///
    /// ```
    /// use reprint::document::DocumentBuffer;
    /// use reprint::shingle::{Shingler, Shingling};
    /// use reprint::sketch::{SketchScratch, SketchSettings, Sketcher};
    ///
    /// let shingler = Shingler::new(Shingling::default(), 0)?;
    /// let sketcher = Sketcher::new(shingler, SketchSettings::default())?;
    /// let mut buffer = DocumentBuffer::new();
    /// let document = buffer.read("A text that other stages look at too.")?;
    /// let sketch = sketcher.sketch_document(document, &mut SketchScratch::default());
    /// assert_eq!(sketch, sketcher.sketch(document.text())?);
    /// # Ok::<(), reprint::Error>(())
    /// ```
    #[expect(
        clippy::missing_panics_doc,
        reason = "a document was within the limit of a text's length when it was read"
    )]
    pub fn sketch_document(&self, document: Document<'_>, scratch: &mut SketchScratch) -> Sketch {
        let tokens = if self.shingler.shingling().unit == Unit::Word {
            let SketchScratch { text, fast, .. } = &mut *scratch;
            text.shingles.clear();
            fast.first_round = FirstRound::default();
            let tokens = document.token_hashes();
            self.shingler
                .shingles_of(tokens, &mut text.shingles, &mut fast.first_round);
            tokens
        } else {
            self.cut(document.text(), scratch)
                .expect("a document is not above the limit");
            &scratch.text.tokens
        };
        Sketch {
            fingerprint: self.fingerprint(tokens),
            tokens: token_count(tokens),
            signature: self.sign(scratch, None),
            sample: self.sample(document.text(), scratch),
        }
    }

    /// Sketches one text into a sketch whose space is reused.
    ///
    /// Nothing is allocated, provided that the old sketch has a signature, the text has words,
    /// `scratch` has grown to the longest text, and no sample is wanted.
    ///
    /// ```
    /// use reprint::shingle::{Shingler, Shingling};
    /// use reprint::sketch::{SketchScratch, SketchSettings, Sketcher};
    ///
    /// let shingler = Shingler::new(Shingling::default(), 0)?;
    /// let sketcher = Sketcher::new(shingler, SketchSettings::default())?;
    /// let mut scratch = SketchScratch::default();
    /// let mut sketch = sketcher.sketch_with("one text", &mut scratch)?;
    /// sketcher.sketch_into("and the next", &mut sketch, &mut scratch)?;
    /// assert_eq!(sketch, sketcher.sketch("and the next")?);
    /// # Ok::<(), reprint::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes; it
    /// leaves `sketch` unchanged.
    pub fn sketch_into(
        &self,
        text: &str,
        sketch: &mut Sketch,
        scratch: &mut SketchScratch,
    ) -> Result<()> {
        self.cut(text, scratch)?;
        let tokens = &scratch.text.tokens;
        sketch.fingerprint = self.fingerprint(tokens);
        sketch.tokens = token_count(tokens);
        sketch.signature = self.sign(scratch, sketch.signature.take());
        sketch.sample = self.sample(text, scratch);
        Ok(())
    }

    /// Sketches tokens that the caller has numbered or hashed, for instance with [`hash::token`].
    ///
    /// The numbering must be the same everywhere, since the recipe cannot know it. Any numbers will
    /// do, consecutive ones too: they are mixed first, so a text with equal token hashes gets
    /// another sketch. There is no sample: [`Mode::Recycled`](crate::Mode::Recycled) finds such
    /// articles by their signatures alone. Linear in the number of tokens.
    pub fn sketch_tokens(&self, tokens: &[u64]) -> Sketch {
        self.sketch_tokens_with(tokens, &mut SketchScratch::default())
    }

    /// Sketches [tokens](Self::sketch_tokens) with kept scratch space: once it has grown, only the
    /// signature is allocated.
    pub fn sketch_tokens_with(&self, tokens: &[u64], scratch: &mut SketchScratch) -> Sketch {
        let SketchScratch { text, fast, .. } = &mut *scratch;
        text.tokens.clear();
        text.tokens.extend_from_slice(tokens);
        self.shingler.cpu().run(MixTokens(&mut text.tokens));
        text.shingles.clear();
        fast.first_round = FirstRound::default();
        self.shingler
            .shingles_of(&text.tokens, &mut text.shingles, &mut fast.first_round);
        Sketch {
            fingerprint: self.fingerprint(&scratch.text.tokens),
            tokens: token_count(&scratch.text.tokens),
            signature: self.sign(scratch, None),
            sample: Box::default(),
        }
    }

    /// Signs shingles that the caller has hashed; `None` without a shingle.
    ///
    /// The hashes are taken as they are: they must be well mixed, as those of
    /// [`Shingler::shingles`](crate::shingle::Shingler::shingles) or XXH3 are, and made the same way
    /// everywhere, since the recipe cannot know it. Numbers that count up, and 32-bit hashes, are
    /// for [`sketch_tokens`](Self::sketch_tokens). Order and repeats make no difference. No
    /// fingerprint is made. Linear in the number of shingles.
    ///
    /// ```
    /// use reprint::shingle::{Shingler, Shingling};
    /// use reprint::sketch::{SketchScratch, SketchSettings, Sketcher};
    ///
    /// let shingler = Shingler::new(Shingling::default(), 0)?;
    /// let shingles = shingler.shingles("A text whose shingles are hashed somewhere else.")?;
    /// let sketcher = Sketcher::new(shingler, SketchSettings::default())?;
    /// let signature = sketcher.sign_shingles(&shingles, &mut SketchScratch::default());
    /// let sketch = sketcher.sketch("A text whose shingles are hashed somewhere else.")?;
    /// assert_eq!(signature, sketch.signature);
    /// # Ok::<(), reprint::Error>(())
    /// ```
    pub fn sign_shingles(
        &self,
        shingles: &[u64],
        scratch: &mut SketchScratch,
    ) -> Option<Signature> {
        self.sign_taken(shingles, scratch, None)
    }

    /// [Signs shingles](Self::sign_shingles) into a signature whose space is used again: nothing is
    /// allocated, provided that the old signature has the sketcher's number of values.
    pub fn sign_shingles_into(
        &self,
        shingles: &[u64],
        signature: &mut Option<Signature>,
        scratch: &mut SketchScratch,
    ) {
        *signature = self.sign_taken(shingles, scratch, signature.take());
    }

    fn sign_taken(
        &self,
        shingles: &[u64],
        scratch: &mut SketchScratch,
        old: Option<Signature>,
    ) -> Option<Signature> {
        scratch.fast.first_round = FirstRound::default();
        scratch.fast.first_round.take_shingles(shingles);
        self.signature(shingles, &mut scratch.fast, old)
    }

    /// Reads a text again for verification: gives its fingerprint, to know it again, and what is
    /// wanted.
    pub(crate) fn read<'a>(
        &self,
        text: &'a str,
        want: Want,
        scratch: &'a mut ReadScratch,
    ) -> Result<(Fingerprint, Reading<'a>)> {
        let ReadScratch { text: to, buffer } = scratch;
        let cut = match want {
            Want::Words => Some(buffer.cut(text)?),
            Want::Shingles => None,
        };
        // Words that are cut already are not cut again.
        let words = cut.filter(|_| self.shingler.shingling().unit == Unit::Word);
        let tokens = if let Some(words) = words {
            words.token_hashes()
        } else {
            self.shingler.tokens_into(text, to)?;
            &to.tokens
        };
        to.shingles.clear();
        if want == Want::Shingles {
            self.shingler.shingles_of(tokens, &mut to.shingles, &mut ());
        }
        let reading = Reading {
            text,
            tokens,
            shingles: &to.shingles,
            cut,
        };
        Ok((self.fingerprint(tokens), reading))
    }

    /// Leaves a text's shingles and the signature's first round in `scratch`.
    fn cut(&self, text: &str, scratch: &mut SketchScratch) -> Result<()> {
        let SketchScratch { text: to, fast, .. } = scratch;
        fast.first_round = FirstRound::default();
        self.shingler.shingles_into(text, to, &mut fast.first_round)
    }

    fn fingerprint(&self, tokens: &[u64]) -> Fingerprint {
        Fingerprint(self.xxh3.hash(self.shingler.cpu(), tokens))
    }

    fn sample(&self, text: &str, scratch: &mut SketchScratch) -> Box<[u32]> {
        if self.settings.sample {
            sample::sample(self.shingler.cpu(), text, &mut scratch.sample)
        } else {
            Box::default()
        }
    }

    /// Makes the signature for the shingles in `scratch`, in the space of `old`.
    fn sign(&self, scratch: &mut SketchScratch, old: Option<Signature>) -> Option<Signature> {
        self.signature(&scratch.text.shingles, &mut scratch.fast, old)
    }

    /// Makes the signature for shingles that the first round has taken, in the space of `old`.
    fn signature(
        &self,
        shingles: &[u64],
        fast: &mut FastScratch,
        old: Option<Signature>,
    ) -> Option<Signature> {
        if shingles.is_empty() {
            return None;
        }
        let old = old.map(|old| old.values);
        let mut values = old
            .filter(|values| values.len() == self.settings.values)
            .unwrap_or_else(|| vec![0; self.settings.values].into_boxed_slice());
        let cpu = self.shingler.cpu();
        fast::sign(cpu, shingles, &mut values, fast);
        Some(Signature {
            recipe: self.recipe,
            values,
        })
    }
}

/// Mixes the caller's tokens in place.
struct MixTokens<'a>(&'a mut [u64]);

impl Task for MixTokens<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, _: K) {
        for token in self.0 {
            *token = hash::splitmix(*token);
        }
    }
}

/// A text's number of tokens. A text is at most `u32::MAX` bytes long, and a token of the crate's
/// own at least one.
fn token_count(tokens: &[u64]) -> u32 {
    u32::try_from(tokens.len()).unwrap_or(u32::MAX)
}

/// Scratch space for [`Sketcher::sketch_with`]; keep one for each thread.
#[derive(Debug, Default)]
pub struct SketchScratch {
    text: ShingleScratch,
    fast: FastScratch,
    sample: SampleScratch,
}

/// How far a text is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Tokens and shingles.
    Shingles,
    /// Tokens and words.
    Words,
}

/// A text that was read again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// Its token hashes.
    pub(crate) tokens: &'a [u64],
    /// Its shingle hashes; none unless they were wanted.
    pub(crate) shingles: &'a [u64],
    /// Its words, where wanted.
    pub(crate) cut: Option<CutText<'a>>,
}

/// Scratch space for [`Sketcher::read`].
#[derive(Debug, Default)]
pub(crate) struct ReadScratch {
    text: ShingleScratch,
    buffer: DocumentBuffer,
}
