//! Options for matching.
//!
//! In: arguments. Out: [`MatchOptions`], and the resulting [`Settings`] of the library. The library
//! checks ranges, and its errors name the setting.

use clap::{Args, ValueEnum};
use reprint::relation::Criteria;
use reprint::shingle::Shingling;
use reprint::sketch::SketchSettings;
use reprint::{Linkage, Mode, Settings};

use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(next_help_heading = "Matching")]
pub(crate) struct MatchOptions {
    /// What matches: recycled in any way, or by jaccard similarity as a whole
    /// [recycled; jaccard if a threshold or a recall is given]
    #[arg(long, value_enum)]
    mode: Option<ModeName>,
    /// How alike recycled articles must be: loose, normal or strict
    #[arg(long, value_enum, default_value_t)]
    strictness: Strictness,
    /// Least Jaccard similarity of a match, above 0 and up to 1 [0.8]
    #[arg(long, value_name = "SIMILARITY")]
    threshold: Option<f64>,
    /// Share of the pairs at the threshold that is found at least [0.95]
    #[arg(long, value_name = "SHARE")]
    recall: Option<f64>,
    /// Words or characters in a shingle [5 or 10]
    #[arg(long, value_name = "WIDTH")]
    shingle: Option<usize>,
    /// What a shingle is made of
    #[arg(long, value_enum, default_value_t)]
    unit: UnitName,
    /// What an article of a group must match: its centre, any other, or every other
    #[arg(long, value_enum, default_value_t)]
    linkage: LinkageName,
    /// Values in a signature [128]
    #[arg(long, value_name = "COUNT")]
    values: Option<usize>,
    /// Other seeds miss other pairs [0]
    #[arg(long)]
    seed: Option<u64>,
    /// Publishers to keep the article of, the dearest first
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    source_priority: Vec<String>,
    /// Don't look for repeated phrasing
    #[arg(long)]
    pub(crate) no_phrases: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ModeName {
    Recycled,
    Jaccard,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Strictness {
    Loose,
    #[default]
    Normal,
    Strict,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum UnitName {
    #[default]
    Word,
    Character,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum LinkageName {
    #[default]
    Star,
    Connected,
    Complete,
}

/// Character shingles want to be about as long as two words.
const CHARACTERS: usize = 10;

impl MatchOptions {
    /// By Jaccard similarity, unless another mode is asked for.
    pub(crate) fn prefer_jaccard(&mut self) {
        self.mode.get_or_insert(ModeName::Jaccard);
    }

    /// Whether a threshold is asked for.
    pub(crate) fn names_threshold(&self) -> bool {
        self.threshold.is_some()
    }

    /// The settings, or what in the options can't be together.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        settings.mode = self.mode()?;
        let width = |usual| self.shingle.unwrap_or(usual);
        settings.shingling = match self.unit {
            UnitName::Word => Shingling::words(width(Shingling::default().width)),
            UnitName::Character => Shingling::characters(width(CHARACTERS)),
        };
        if let Some(values) = self.values {
            settings.sketch = SketchSettings::with_values(values);
        }
        settings.seed = self.seed.unwrap_or(settings.seed);
        settings.linkage = match self.linkage {
            LinkageName::Star => Linkage::Star,
            LinkageName::Connected => Linkage::Connected,
            LinkageName::Complete => Linkage::Complete,
        };
        settings.source_priority.clone_from(&self.source_priority);
        Ok(settings)
    }

    fn mode(&self) -> Result<Mode, Failure> {
        let is_bounded = self.threshold.is_some() || self.recall.is_some();
        let usual = if is_bounded {
            ModeName::Jaccard
        } else {
            ModeName::Recycled
        };
        match self.mode.unwrap_or(usual) {
            ModeName::Recycled if is_bounded => Err(Failure::of_options(
                &["mode", "threshold", "recall"],
                "--threshold and --recall are of --mode jaccard; leave --mode out, or them",
            )),
            ModeName::Recycled => Ok(Mode::Recycled {
                criteria: match self.strictness {
                    Strictness::Loose => Criteria::loose(),
                    Strictness::Normal => Criteria::default(),
                    Strictness::Strict => Criteria::strict(),
                },
            }),
            ModeName::Jaccard => {
                let mut mode = Mode::jaccard();
                if let Mode::Jaccard { threshold, recall } = &mut mode {
                    *threshold = self.threshold.unwrap_or(*threshold);
                    *recall = self.recall.unwrap_or(*recall);
                }
                Ok(mode)
            }
        }
    }
}
