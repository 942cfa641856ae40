//! What a detector is asked for.
//!
//! In: the caller's choices. Out: [`Settings`], and a [`Detector`] if they make sense.

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
    /// Articles whose sets of shingles have at least this Jaccard similarity.
    Jaccard {
        /// The least similarity of a match, above 0 and up to 1.
        #[cfg_attr(feature = "serde", serde(default = "default_threshold"))]
        threshold: f64,
        /// At least this share of the pairs at the threshold is found, on average over articles;
        /// of more similar ones, more. Above 0 and below 1.
        #[cfg_attr(feature = "serde", serde(default = "default_recall"))]
        recall: f64,
    },
    /// Articles that are recycled one from the other, whatever their similarity as wholes: light
    /// edits, abridgements, excerpts, updates, copies with errors of recognition. Articles that
    /// have only a template or a passage in common are told from them.
    ///
    /// Candidates are found by the bands of a similarity of .7, with a recall of .95, and by
    /// sampled shingles of ten letters; see [`relation`](crate::relation) for what is made of them.
    Recycled {
        /// How strictly they are judged.
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

    /// [`Mode::Recycled`] by default criteria.
    pub fn recycled() -> Self {
        let criteria = Criteria::default();
        Self::Recycled { criteria }
    }

    /// The least similarity that bands must find, and with which recall.
    fn promise(self) -> (f64, f64) {
        match self {
            Self::Jaccard { threshold, recall } => (threshold, recall),
            Self::Recycled { .. } => (ALIKE_AS_WHOLES, default_recall()),
        }
    }
}

/// What is less alike is found by sampled shingles, and by fewer bands at a lower cost.
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

/// All settings of a [`Detector`].
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
    /// Detectors of different seeds err on different pairs.
    pub seed: u64,
    /// How links make groups.
    pub linkage: Linkage,
    /// Sources in order of preference, for choosing which article of a group is kept.
    pub source_priority: Vec<String>,
}

/// Makes a [`Detector`].
#[derive(Clone, Default)]
pub struct Builder {
    settings: Settings,
    tokenizer: Option<Arc<dyn Tokenize>>,
    statistics: Option<Arc<Statistics>>,
}

impl Builder {
    /// Takes all settings at once.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// What counts as a match; [`Mode::default`] if it isn't said.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.settings.mode = mode;
        self
    }

    /// How texts are cut into shingles; five words if it isn't said.
    #[must_use]
    pub fn shingling(mut self, shingling: Shingling) -> Self {
        self.settings.shingling = shingling;
        self
    }

    /// How signatures are made; 128 values if it isn't said.
    #[must_use]
    pub fn sketch(mut self, sketch: SketchSettings) -> Self {
        self.settings.sketch = sketch;
        self
    }

    /// A tokenizer of the caller's, and how many of its tokens make a shingle.
    #[must_use]
    pub fn tokenizer(mut self, width: usize, tokenizer: Arc<dyn Tokenize>) -> Self {
        self.settings.shingling = Shingling::custom(width);
        self.tokenizer = Some(tokenizer);
        self
    }

    /// The seed of all shingle hashes; 0 if it isn't said.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// How links make groups; [`Linkage::Star`] if it isn't said.
    #[must_use]
    pub fn linkage(mut self, linkage: Linkage) -> Self {
        self.settings.linkage = linkage;
        self
    }

    /// Sources in order of preference, for choosing which article of a group is kept.
    #[must_use]
    pub fn source_priority(mut self, sources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.settings.source_priority = sources.into_iter().map(Into::into).collect();
        self
    }

    /// What is known of the corpus; see
    /// [`Detector::set_statistics`](Detector::set_statistics).
    #[must_use]
    pub fn statistics(mut self, statistics: Arc<Statistics>) -> Self {
        self.statistics = Some(statistics);
        self
    }

    /// A detector without articles.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) names the setting that is out of
    /// range; [`UnreachableRecall`](crate::ErrorKind::UnreachableRecall) if signatures of so many
    /// values can't keep the promise of the mode.
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
                AnyRoute::Recycled(Box::new(Recycled::new(criteria, statistics.clone())))
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
