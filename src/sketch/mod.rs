//! Signatures: a few hundred bytes that estimate the Jaccard similarity of two articles.
//!
//! In: the shingle hashes of an article. Out: its [`Sketch`]: an exact-copy [`Fingerprint`] and,
//! unless it has no words at all, a [`Signature`].
//!
//! In two signatures of one recipe, each place agrees with the probability that is the Jaccard
//! similarity of the two sets of shingles. An estimate is only ever used to choose what to
//! compare; see [`crate::verify`] for the similarity itself.

mod classic;
mod fast;
mod fingerprint;
#[doc = include_str!("FORMAT.md")]
pub mod format {}
mod sample;

use fast::Binned;
use fingerprint::Xxh3;

use crate::document::{Document, DocumentBuffer};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::text::{Scratch, Shingler, Unit};

/// The version of what [`Signature`], [`Fingerprint`] and band keys are made of; see [`mod@format`].
pub const FORMAT_VERSION: u32 = 1;

/// How a signature is drawn from a set of shingles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Scheme {
    /// Fast similarity sketching (Dahlgaard, Knudsen and Thorup 2017) with two rounds of binning,
    /// and a minimum of its own for each place that is still empty then. Unbiased, and its error
    /// is at or below that of classic MinHash at any number of shingles.
    #[default]
    FastSimilarity,
    /// Classic MinHash (Broder 1997): for each place the minimum of a hash function of its own,
    /// `(a x + b) mod 2^61 - 1`. A hundred times slower; here for comparison.
    Classic,
}

/// How signatures are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct SketchSettings {
    /// How a signature is drawn from a set of shingles.
    pub scheme: Scheme,
    /// How many values of 32 bits a signature has, 1 to 4096. The standard error of an estimate
    /// at a similarity of J is at most `sqrt(J (1 - J) / values)`.
    pub values: usize,
    /// Whether a sample of the shingles of ten letters is taken as well. A detector in
    /// [`Mode::Recycled`](crate::Mode::Recycled) sets it.
    pub sample: bool,
}

impl SketchSettings {
    /// Signatures of so many values, by the default scheme.
    pub fn with_values(values: usize) -> Self {
        Self {
            values,
            ..Self::default()
        }
    }
}

/// 128 values by [`Scheme::FastSimilarity`].
impl Default for SketchSettings {
    fn default() -> Self {
        Self {
            scheme: Scheme::default(),
            values: 128,
            sample: false,
        }
    }
}

/// The largest signature, in values.
pub(crate) const MAX_VALUES: usize = 4096;

/// The hash of all settings that decide what a signature holds. Signatures are only ever compared
/// with others of the same recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Recipe(pub u64);

/// Equal for two articles if, and but for a chance of one in 2^128 only if, they have the same
/// words in the same order: case, punctuation, spacing and line breaks may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fingerprint(pub u128);

/// What an article is matched by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sketch {
    /// The same for exact copies, and for all articles without a word.
    pub fingerprint: Fingerprint,
    /// How many tokens the article has.
    pub tokens: u32,
    /// None if the article has no token. Such an article matches nothing.
    pub signature: Option<Signature>,
    /// Some hashes of its shingles of ten letters, ascending, each once: what
    /// [`Mode::Recycled`](crate::Mode::Recycled) finds excerpts and noisy copies by. Empty where
    /// the settings don't ask for it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub sample: Box<[u32]>,
}

/// A signature and the recipe it was made by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Signature {
    recipe: Recipe,
    values: Box<[u32]>,
}

impl Signature {
    /// A signature from its parts, as another process may have made them.
    pub fn from_parts(recipe: Recipe, values: impl Into<Box<[u32]>>) -> Self {
        Self {
            recipe,
            values: values.into(),
        }
    }

    /// What it was made by.
    pub fn recipe(&self) -> Recipe {
        self.recipe
    }

    /// Its values.
    pub fn values(&self) -> &[u32] {
        &self.values
    }

    /// The estimated Jaccard similarity: the share of places in which both agree.
    ///
    /// # Errors
    ///
    /// [`RecipeMismatch`](ErrorKind::RecipeMismatch) if the two were made by unlike settings, or
    /// hold no values.
    pub fn estimate(&self, other: &Self) -> Result<f64> {
        let alike = self.recipe == other.recipe && self.values.len() == other.values.len();
        if !alike || self.values.is_empty() {
            return Err(Error::new(
                ErrorKind::RecipeMismatch,
                format!(
                    "signatures of recipes {:016x} and {:016x} can't be compared; make both with \
                     the same tokenizer, shingle width, seed, scheme and number of values",
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
    /// A sketcher of the shingles that `shingler` cuts.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](ErrorKind::InvalidSetting) if the number of values is not 1 to 4096.
    pub fn new(shingler: Shingler, settings: SketchSettings) -> Result<Self> {
        let SketchSettings {
            scheme,
            values,
            sample,
        } = settings;
        if !(1..=MAX_VALUES).contains(&values) {
            return Err(Error::setting(format!(
                "a signature of {values} values is out of range; it must have 1 to {MAX_VALUES}"
            )));
        }
        let cut = shingler.recipe();
        let scheme = match scheme {
            Scheme::FastSimilarity => "fast_similarity",
            Scheme::Classic => "classic",
        };
        let line = format!("reprint {FORMAT_VERSION} {cut} scheme={scheme} values={values}");
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

    /// What cuts the shingles.
    pub fn shingler(&self) -> &Shingler {
        &self.shingler
    }

    /// How the signatures are made.
    pub fn settings(&self) -> SketchSettings {
        self.settings
    }

    /// What all sketches from here have in common.
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

    /// As [`sketch`](Self::sketch), with scratch space that is kept from one text to the next.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn sketch_with(&self, text: &str, scratch: &mut SketchScratch) -> Result<Sketch> {
        self.cut(text, scratch)?;
        let tokens = &scratch.text.tokens;
        Ok(Sketch {
            fingerprint: self.fingerprint(tokens),
            tokens: tokens.len() as u32,
            signature: self.sign(scratch, None),
            sample: self.sample(text, scratch),
        })
    }

    /// The sketch of a text that was cut before: the same as [`sketch`](Self::sketch) of its text.
    /// Words are not cut again; characters and the caller's own tokens are.
    ///
    /// ```
    /// use reprint::document::DocumentBuffer;
    /// use reprint::sketch::{SketchScratch, SketchSettings, Sketcher};
    /// use reprint::text::{Shingler, Shingling};
    ///
    /// let shingler = Shingler::new(Shingling::default(), 0)?;
    /// let sketcher = Sketcher::new(shingler, SketchSettings::default())?;
    /// let mut buffer = DocumentBuffer::new();
    /// let document = buffer.read("A text that other stages look at too.")?;
    /// let sketch = sketcher.sketch_document(document, &mut SketchScratch::default());
    /// assert_eq!(sketch, sketcher.sketch(document.text())?);
    /// # Ok::<(), reprint::Error>(())
    /// ```
    pub fn sketch_document(&self, document: Document<'_>, scratch: &mut SketchScratch) -> Sketch {
        let tokens = if self.shingler.shingling().unit == Unit::Word {
            let SketchScratch { text, fast, .. } = &mut *scratch;
            text.shingles.clear();
            fast.binned = Binned::default();
            let tokens = document.token_hashes();
            self.shingler
                .shingles_of(tokens, &mut text.shingles, &mut fast.binned);
            tokens
        } else {
            self.cut(document.text(), scratch)
                .expect("a document is not above the limit");
            &scratch.text.tokens
        };
        Sketch {
            fingerprint: self.fingerprint(tokens),
            tokens: tokens.len() as u32,
            signature: self.sign(scratch, None),
            sample: self.sample(document.text(), scratch),
        }
    }

    /// As [`sketch_with`](Self::sketch_with), into a sketch whose space is used again: nothing is
    /// allocated where both it and this text have a signature, once `scratch` has grown to the
    /// longest text; but for the sample, where the settings ask for one.
    ///
    /// ```
    /// use reprint::sketch::{SketchScratch, SketchSettings, Sketcher};
    /// use reprint::text::{Shingler, Shingling};
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
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes;
    /// `sketch` is then left as it was.
    pub fn sketch_into(
        &self,
        text: &str,
        sketch: &mut Sketch,
        scratch: &mut SketchScratch,
    ) -> Result<()> {
        self.cut(text, scratch)?;
        let tokens = &scratch.text.tokens;
        sketch.fingerprint = self.fingerprint(tokens);
        sketch.tokens = tokens.len() as u32;
        sketch.signature = self.sign(scratch, sketch.signature.take());
        sketch.sample = self.sample(text, scratch);
        Ok(())
    }

    /// Sketches tokens that the caller has made and numbered or hashed on its own, for instance
    /// with [`hash::token`]; it must be the same way everywhere, since the recipe cannot know it.
    ///
    /// Any numbers will do, consecutive ones too: they are mixed first. So the sketch is not that
    /// of a text with these token hashes. There is no text to take a sample of: in
    /// [`Mode::Recycled`](crate::Mode::Recycled) such articles are found by their signatures alone.
    pub fn sketch_tokens(&self, tokens: &[u64]) -> Sketch {
        let mut scratch = SketchScratch::default();
        let tokens: Vec<u64> = tokens
            .iter()
            .map(|&token| classic::splitmix(token))
            .collect();
        let SketchScratch { text, fast, .. } = &mut scratch;
        fast.binned = Binned::default();
        self.shingler
            .shingles_of(&tokens, &mut text.shingles, &mut fast.binned);
        let fingerprint = self.fingerprint(&tokens);
        let signature = self.sign(&mut scratch, None);
        Sketch {
            fingerprint,
            tokens: tokens.len() as u32,
            signature,
            sample: Box::default(),
        }
    }

    /// Reads a text again, to verify it: its fingerprint, to know it again, and what is wanted.
    pub(crate) fn read<'a>(
        &self,
        text: &'a str,
        want: Want,
        scratch: &'a mut ReadScratch,
    ) -> Result<(Fingerprint, Reading<'a>)> {
        let ReadScratch { text: to, buffer } = scratch;
        let document = match want {
            Want::Document => Some(buffer.read(text)?),
            Want::Tokens | Want::Shingles => None,
        };
        let words = document.filter(|_| self.shingler.shingling().unit == Unit::Word);
        let tokens = match words {
            Some(words) => {
                to.shingles.clear();
                words.token_hashes()
            }
            None => {
                self.shingler.tokens_into(text, to)?;
                &to.tokens
            }
        };
        if want != Want::Tokens {
            self.shingler.shingles_of(tokens, &mut to.shingles, &mut ());
        }
        let reading = Reading {
            text,
            tokens,
            shingles: &to.shingles,
            document,
        };
        Ok((self.fingerprint(tokens), reading))
    }

    /// The shingles of a text, in `scratch`.
    fn cut(&self, text: &str, scratch: &mut SketchScratch) -> Result<()> {
        let SketchScratch { text: to, fast, .. } = scratch;
        fast.binned = Binned::default();
        self.shingler.shingles_into(text, to, &mut fast.binned)
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

    /// The signature of the shingles in `scratch`, in the space of `old`.
    fn sign(&self, scratch: &mut SketchScratch, old: Option<Signature>) -> Option<Signature> {
        let shingles = &scratch.text.shingles;
        if shingles.is_empty() {
            return None;
        }
        let old = old.map(|old| old.values);
        let mut values = old
            .filter(|values| values.len() == self.settings.values)
            .unwrap_or_else(|| vec![0; self.settings.values].into_boxed_slice());
        match self.settings.scheme {
            Scheme::FastSimilarity => {
                fast::sign(
                    self.shingler.cpu(),
                    shingles,
                    &mut values,
                    &mut scratch.fast,
                );
            }
            Scheme::Classic => classic::sign(shingles, &mut values),
        }
        Some(Signature {
            recipe: self.recipe,
            values,
        })
    }
}

/// Scratch space for [`Sketcher::sketch_with`]: one for each thread spares the allocations.
#[derive(Debug, Default)]
pub struct SketchScratch {
    text: Scratch,
    fast: fast::Scratch,
    sample: sample::Scratch,
}

/// What is wanted of a text that is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// The hashes of its tokens.
    Tokens,
    /// Tokens and shingles.
    Shingles,
    /// Tokens, shingles and its document.
    Document,
}

/// A text that was read again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) text: &'a str,
    /// The hashes of its tokens.
    pub(crate) tokens: &'a [u64],
    /// The hashes of its shingles; none where only tokens were wanted.
    pub(crate) shingles: &'a [u64],
    /// Its words, where they were wanted.
    pub(crate) document: Option<Document<'a>>,
}

/// Scratch space for [`Sketcher::read`].
#[derive(Debug, Default)]
pub(crate) struct ReadScratch {
    text: Scratch,
    buffer: DocumentBuffer,
}
