//! The command line.
//!
//! In: arguments. Out: [`Options`], and the library's [`Settings`] that follow from them. What is
//! in range is left to the library to say: it names the setting.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};
use reprint::relation::Criteria;
use reprint::sketch::SketchSettings;
use reprint::text::Shingling;
use reprint::{Linkage, Mode, Settings};

use crate::record::Fields;

const EXAMPLES: &str = "\
Examples:
  reprint articles/                                 a folder, read by people
  reprint --threshold 0.8 news.jsonl.zst            near-duplicates only, by Jaccard similarity
  zcat news.jsonl.gz | reprint --format jsonl -     one JSON object a line

Exit code: 0 fine, 1 failed, 2 wrong usage.";

/// Finds recycled articles, and flags those that work one phrase over and over.
#[derive(Debug, Parser)]
#[command(name = "reprint", version, after_help = EXAMPLES)]
pub(crate) struct Options {
    /// Folders, JSON Lines (.jsonl, .ndjson, .json) and text files, each also as .gz or .zst; -
    /// is stdin. Without any: the sample articles
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) matching: MatchOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputOptions {
    /// What the files hold; if not said, their names or first bytes tell
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) input: InputFormat,
    /// Field of the text [text, body, content, article]
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Field of the key; if missing, file and line are it [id, key, url]
    #[arg(long, value_name = "NAME")]
    key_field: Option<String>,
    /// Field of the headline [title, headline]
    #[arg(long, value_name = "NAME")]
    title_field: Option<String>,
    /// Field of the date, ISO 8601 or epoch seconds [date, published]
    #[arg(long, value_name = "NAME")]
    date_field: Option<String>,
    /// Field of the publisher [source, publisher]
    #[arg(long, value_name = "NAME")]
    source_field: Option<String>,
    /// Stop at the first thing that is wrong with the input
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Matching")]
pub(crate) struct MatchOptions {
    /// What counts as a match: what is recycled in any way, or what is alike as a whole
    /// [recycled; jaccard if a threshold or a recall is given]
    #[arg(long, value_enum)]
    mode: Option<ModeName>,
    /// How alike recycled articles must be in words and facts
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

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutputFormat,
    /// As text, show all flagged articles, groups and members, not only the first
    #[arg(long)]
    pub(crate) all: bool,
    /// Threads [as many as there are cores]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Nothing on stderr but errors
    #[arg(long)]
    pub(crate) quiet: bool,
}

// The values have no help of their own: with it, clap gives each option half a page.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    #[default]
    Auto,
    Jsonl,
    Text,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    #[default]
    Text,
    Jsonl,
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

impl InputOptions {
    pub(crate) fn fields(&self) -> Fields {
        let one_of = |said: &Option<String>, guesses: &[&str]| match said {
            Some(name) => vec![name.clone()],
            None => guesses.iter().map(|&name| name.to_owned()).collect(),
        };
        Fields {
            text: one_of(&self.text_field, &["text", "body", "content", "article"]),
            key: one_of(&self.key_field, &["id", "key", "url"]),
            title: one_of(&self.title_field, &["title", "headline"]),
            date: one_of(&self.date_field, &["date", "published"]),
            source: one_of(&self.source_field, &["source", "publisher"]),
        }
    }
}

/// Character shingles want to be about as long as two words.
const CHARACTERS: usize = 10;

impl MatchOptions {
    /// The settings, or what in the options can't be together.
    pub(crate) fn settings(&self) -> Result<Settings, String> {
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

    fn mode(&self) -> Result<Mode, String> {
        let is_bounded = self.threshold.is_some() || self.recall.is_some();
        let usual = if is_bounded {
            ModeName::Jaccard
        } else {
            ModeName::Recycled
        };
        match self.mode.unwrap_or(usual) {
            ModeName::Recycled if is_bounded => Err(
                "--threshold and --recall are of --mode jaccard; leave --mode out, or them"
                    .to_owned(),
            ),
            ModeName::Recycled => Ok(Mode::Recycled {
                criteria: match self.strictness {
                    Strictness::Loose => Criteria::loose(),
                    Strictness::Normal => Criteria::default(),
                    Strictness::Strict => Criteria::strict(),
                },
            }),
            ModeName::Jaccard => {
                let mut mode = Mode::default();
                if let Mode::Jaccard { threshold, recall } = &mut mode {
                    *threshold = self.threshold.unwrap_or(*threshold);
                    *recall = self.recall.unwrap_or(*recall);
                }
                Ok(mode)
            }
        }
    }
}
