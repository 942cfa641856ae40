//! Settings of a detector.
//!
//! In: the caller's choices. Out: [`Settings`], and a [`Detector`] if the settings are valid.

use std::sync::Arc;

use super::catalog::Catalog;
use super::jaccard::Jaccard;
use super::recycled::Recycled;
use super::{AnyRoute, Detector};
use crate::corpus::Statistics;
use crate::error::Result;
use crate::group::Linkage;
use crate::index::{Banding, Index};
use crate::relation::Criteria;
use crate::shingle::{Shingler, Shingling, Tokenize};
use crate::sketch::{SketchSettings, Sketcher};

/// What counts as a match.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Mode {
    /// Articles match if their shingle sets have at least this Jaccard similarity.
    Jaccard {
        /// The least similarity of a match, above 0 and up to 1.
        #[cfg_attr(feature = "serde", serde(default = "default_threshold"))]
        threshold: f64,
        /// The expected share of pairs found at the threshold, above 0 and below 1. More similar
        /// pairs are found with a higher probability.
        #[cfg_attr(feature = "serde", serde(default = "default_recall"))]
        recall: f64,
    },
    /// Articles match if one is recycled from the other, whatever the similarity of the whole
    /// texts: light edits, abridgements, excerpts, updates, copies with recognition errors.
    /// Articles that only share a template or a passage are told from recycled ones.
    ///
    /// Candidates are found by bands with a recall of .95 at similarity .7, and by sampled
    /// ten-letter shingles. See [`relation`](crate::relation) for the judgement of candidates.
    Recycled {
        /// The strictness of the judgement.
        #[cfg_attr(feature = "serde", serde(default))]
        criteria: Criteria,
    },
}

impl Mode {
    /// [`Mode::Jaccard`] at a similarity of .8 or more, found with a recall of .95 or more.
    pub fn jaccard() -> Self {
        Self::Jaccard {
            threshold: default_threshold(),
            recall: default_recall(),
        }
    }

    /// [`Mode::Recycled`] with default criteria.
    pub fn recycled() -> Self {
        let criteria = Criteria::default();
        Self::Recycled { criteria }
    }

    /// The similarity and the recall that bands must reach.
    fn promise(self) -> (f64, f64) {
        match self {
            Self::Jaccard { threshold, recall } => (threshold, recall),
            Self::Recycled { .. } => (ALIKE_AS_WHOLES, default_recall()),
        }
    }
}

/// The similarity that bands must find in [`Mode::Recycled`]. Chosen by hand: sampled shingles find
/// less similar pairs at a lower cost than further bands.
const ALIKE_AS_WHOLES: f64 = 0.7;

/// [`Mode::Recycled`] by default criteria, as the program has it.
impl Default for Mode {
    fn default() -> Self {
        Self::recycled()
    }
}

fn default_threshold() -> f64 {
    0.8
}

fn default_recall() -> f64 {
    0.95
}

/// The settings of a [`Detector`].
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct Settings {
    /// What counts as a match.
    pub mode: Mode,
    /// How texts are cut into shingles.
    pub shingling: Shingling,
    /// How signatures are made.
    pub sketch: SketchSettings,
    /// The seed of shingle hashes. Detectors with different seeds miss different pairs.
    pub seed: u64,
    /// How links form groups.
    pub linkage: Linkage,
    /// Publishers in order of preference, for the choice of the article to keep.
    pub source_priority: Vec<String>,
}

/// Builds a [`Detector`].
#[derive(Clone, Default)]
pub struct Builder {
    settings: Settings,
    tokenizer: Option<Arc<dyn Tokenize>>,
    statistics: Option<Arc<Statistics>>,
}

impl Builder {
    /// Replaces every setting.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Sets what counts as a match; [`Mode::default`] by default.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.settings.mode = mode;
        self
    }

    /// Sets how texts are cut into shingles; five words by default.
    #[must_use]
    pub fn shingling(mut self, shingling: Shingling) -> Self {
        self.settings.shingling = shingling;
        self
    }

    /// Sets how signatures are made; 128 values by default.
    #[must_use]
    pub fn sketch(mut self, sketch: SketchSettings) -> Self {
        self.settings.sketch = sketch;
        self
    }

    /// Sets the caller's tokenizer, and the number of its tokens in a shingle.
    #[must_use]
    pub fn tokenizer(mut self, width: usize, tokenizer: Arc<dyn Tokenize>) -> Self {
        self.settings.shingling = Shingling::custom(width);
        self.tokenizer = Some(tokenizer);
        self
    }

    /// Sets the seed of shingle hashes; 0 by default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Sets how links form groups; [`Linkage::Star`] by default.
    #[must_use]
    pub fn linkage(mut self, linkage: Linkage) -> Self {
        self.settings.linkage = linkage;
        self
    }

    /// Sets publishers in order of preference, for the choice of the article to keep.
    #[must_use]
    pub fn source_priority(mut self, sources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.settings.source_priority = sources.into_iter().map(Into::into).collect();
        self
    }

    /// Sets corpus statistics; see [`Detector::set_statistics`](Detector::set_statistics).
    #[must_use]
    pub fn statistics(mut self, statistics: Arc<Statistics>) -> Self {
        self.statistics = Some(statistics);
        self
    }

    /// Builds a detector without articles.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if a setting is out of range; the
    /// message names the setting. [`UnreachableRecall`](crate::ErrorKind::UnreachableRecall) if
    /// signatures have too few values for the mode's recall.
    pub fn build(self) -> Result<Detector> {
        let Self {
            mut settings,
            tokenizer,
            statistics,
        } = self;
        if let Mode::Recycled { criteria } = settings.mode {
            criteria.check()?;
            settings.sketch.sample = true;
        }
        let shingler = match tokenizer {
            Some(tokenizer) => {
                Shingler::with_tokenizer(settings.shingling.width, settings.seed, tokenizer)?
            }
            None => Shingler::new(settings.shingling, settings.seed)?,
        };
        let sketcher = Sketcher::new(shingler, settings.sketch)?;
        let (threshold, recall) = settings.mode.promise();
        let banding = Banding::for_recall(settings.sketch.values, threshold, recall)?;
        let index = Index::new(sketcher.recipe(), banding);
        let route = match settings.mode {
            Mode::Jaccard { threshold, .. } => AnyRoute::Jaccard(Jaccard { threshold }),
            Mode::Recycled { criteria } => {
                let shingler = sketcher.shingler().clone();
                let route = Recycled::new(shingler, criteria, statistics.clone());
                AnyRoute::Recycled(Box::new(route))
            }
        };
        Ok(Detector {
            settings,
            sketcher,
            index,
            route,
            statistics,
            catalog: Catalog::default(),
        })
    }
}
