//! The other commands and their options.
//!
//! In: arguments. Out: a [`Command`]. Options for input and matching mean the same in every
//! command.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::output::to_file;
use super::{InputOptions, MatchOptions, RunOptions};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Says why two articles match, or at which stage they parted
    #[command(alias = "explain")]
    Compare(Box<CompareOptions>),
    /// Counts the groups at each threshold, from one pass
    Sweep(Box<SweepOptions>),
    /// Draws pairs to judge by hand, and says from the verdicts how many matches are right
    Audit(Box<AuditOptions>),
    /// Plants edited copies of the articles, and says how many are found
    Selftest(Box<SelftestOptions>),
    /// Says how much memory and time a corpus of so many articles takes
    Estimate(Box<EstimateOptions>),
    /// Keeps an index in a folder from run to run: articles are added, asked for, let go
    Index(Box<IndexOptions>),
    /// Searches in parts with little memory, one after the other or on many machines
    #[cfg(feature = "parquet")]
    Shard(Box<ShardOptions>),
}

/// Names of the commands, to suggest for mistyped ones. `explain` is the earlier name of `compare`.
pub(crate) const COMMANDS: &[&str] = &[
    "compare",
    "explain",
    "sweep",
    "audit",
    "selftest",
    "estimate",
    "index",
    #[cfg(feature = "parquet")]
    "shard",
];

impl Command {
    pub(crate) fn common(&self) -> &CommonOptions {
        match self {
            Self::Compare(options) => &options.common,
            Self::Sweep(options) => &options.common,
            Self::Audit(options) => &options.common,
            Self::Selftest(options) => &options.common,
            Self::Estimate(options) => &options.common,
            Self::Index(options) => &options.common,
            #[cfg(feature = "parquet")]
            Self::Shard(options) => &options.common,
        }
    }
}

/// What all commands are asked.
#[derive(Debug, Args)]
// None of them keeps one article of a group, apart from `shard`.
#[command(mut_arg("source_priority", |arg| arg.hide(true)))]
pub(crate) struct CommonOptions {
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: CommandFormat,
    #[command(flatten)]
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) matching: MatchOptions,
    #[command(flatten)]
    pub(crate) run: RunOptions,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CommandFormat {
    #[default]
    Text,
    Jsonl,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  reprint compare courier-island-school.txt morning-brief-island-school.txt examples/articles")]
#[command(mut_arg("no_phrases", |arg| arg.hide(true)))]
pub(crate) struct CompareOptions {
    /// Key of an article in PATH; without PATH, a file
    pub(crate) a: String,
    /// Key of another one, or another file
    pub(crate) b: String,
    /// The corpus: folders and files
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// As text, show all passages and differences, not only the first
    #[arg(long)]
    pub(crate) all: bool,
    /// Write beside the output a page of the two, side by side: one HTML file that needs nothing
    /// else
    #[arg(long, value_name = "HTML", value_parser = to_file())]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: CommonOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  reprint sweep --from 0.5 examples/articles")]
#[command(mut_arg("threshold", |arg| arg.hide(true)))]
#[command(mut_arg("strictness", |arg| arg.hide(true)))]
#[command(mut_arg("mode", |arg| arg.help(
    "What is gone through: thresholds, or the strictness of recycled [jaccard]")))]
#[command(mut_arg("no_phrases", |arg| arg.hide(true)))]
pub(crate) struct SweepOptions {
    /// Folders and files
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// The lowest threshold
    #[arg(long, value_name = "SIMILARITY", default_value_t = 0.3)]
    pub(crate) from: f64,
    /// The highest threshold
    #[arg(long, value_name = "SIMILARITY", default_value_t = 1.0)]
    pub(crate) to: f64,
    /// From one threshold to the next
    #[arg(long, value_name = "SIMILARITY", default_value_t = 0.05)]
    pub(crate) step: f64,
    #[command(flatten)]
    pub(crate) common: CommonOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  reprint audit --format jsonl examples/articles > judge.jsonl
  (set each \"verdict\" in judge.jsonl to true, or to false if the match is none)
  reprint audit --judged judge.jsonl")]
#[command(mut_arg("no_phrases", |arg| arg.hide(true)))]
pub(crate) struct AuditOptions {
    /// Folders and files
    #[arg(
        value_name = "PATH",
        required_unless_present = "judged",
        conflicts_with = "judged"
    )]
    pub(crate) paths: Vec<PathBuf>,
    /// Pairs to draw
    #[arg(long, value_name = "COUNT", default_value = "100")]
    pub(crate) pairs: NonZeroUsize,
    /// Reads the verdicts in a file that was drawn, and says what follows from them
    #[arg(long, value_name = "JSONL")]
    pub(crate) judged: Option<PathBuf>,
    /// The share of right matches that the suggested setting must have, with 95% certainty
    #[arg(long, value_name = "SHARE", default_value_t = 0.9)]
    pub(crate) precision: f64,
    #[command(flatten)]
    pub(crate) common: CommonOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  reprint selftest --threshold 0.5 examples/articles")]
#[command(mut_arg("no_phrases", |arg| arg.hide(true)))]
pub(crate) struct SelftestOptions {
    /// Folders and files
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Articles of which edited copies are made
    #[arg(long, value_name = "COUNT", default_value = "200")]
    pub(crate) sample: NonZeroUsize,
    #[command(flatten)]
    pub(crate) common: CommonOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  reprint estimate --articles 1000000 examples/articles")]
pub(crate) struct EstimateOptions {
    /// Folders and files
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Articles of the whole corpus [as many as the files hold, by their size]
    #[arg(long, value_name = "COUNT")]
    pub(crate) articles: Option<NonZeroUsize>,
    /// Articles that are read to tell by
    #[arg(long, value_name = "COUNT", default_value = "5000")]
    pub(crate) sample: NonZeroUsize,
    #[command(flatten)]
    pub(crate) common: CommonOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Answers are JSON Lines. An article that is added again as it is costs nothing, and one whose key is
there with other words takes its place; so a run that was killed is simply run again. Options for
matching are those of create; later ones are refused if they differ.

Example:
  reprint index create INDEX --mode jaccard
  reprint index add INDEX examples/articles
  reprint index query INDEX --passages examples/articles
  reprint index changes INDEX --since 3
  reprint index expire INDEX 2024-01-31
  reprint index export INDEX --keep kept.jsonl --dropped dropped.csv")]
#[command(mut_arg("no_phrases", |arg| arg.hide(true)))]
#[command(mut_arg("format", |arg| arg.hide(true)))]
pub(crate) struct IndexOptions {
    /// What is done
    #[arg(value_enum)]
    pub(crate) action: IndexAction,
    /// The folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) folder: PathBuf,
    /// Folders and files to add or to ask for; keys to remove; the date before which articles expire
    #[arg(value_name = "ARG")]
    pub(crate) arguments: Vec<PathBuf>,
    /// Most matches of an article that is asked for, the best first
    #[arg(long, value_name = "COUNT")]
    pub(crate) limit: Option<NonZeroUsize>,
    /// With query, say what an article and its match share
    #[arg(long)]
    pub(crate) passages: bool,
    /// With changes, the generation after which groups changed [0]
    #[arg(long, value_name = "GENERATION")]
    pub(crate) since: Option<u64>,
    /// Exit with 3 if an article that is asked for matches one of the index, or if with add a group is
    /// new or grew (new)
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) fail_on: Option<IndexFailOn>,
    /// With export, write the articles that are kept, as JSON Lines
    #[arg(long, value_name = "PATH", value_parser = to_file())]
    pub(crate) keep: Option<PathBuf>,
    /// With export, write what is left out, with the key of the article kept in its place; as JSON
    /// Lines, or as CSV if the name says so
    #[arg(long, value_name = "PATH", value_parser = to_file())]
    pub(crate) dropped: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: CommonOptions,
}

/// What makes a check with an index fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum IndexFailOn {
    New,
}

/// What is done with an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum IndexAction {
    Create,
    Add,
    Query,
    Remove,
    Expire,
    Groups,
    Changes,
    Export,
    Refresh,
    Compact,
    Check,
    Info,
}

impl IndexAction {
    /// The action as it is asked for.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

#[cfg(feature = "parquet")]
#[derive(Debug, Args)]
#[command(after_help = "\
The records are those of one run with --no-phrases. A part that is done is not done again, so a run that
was killed is simply run again. The parts of one action may run on many machines that share the folder:
--part 3/16 does one of them. Parts read files of their own if there are as many files as parts; else
each part reads all files, and takes its share.

Example:
  reprint shard sketch WORK examples/articles --parts 16
  reprint shard candidates WORK
  reprint shard verify WORK
  reprint shard group WORK --output found.jsonl")]
#[command(mut_arg("no_phrases", |arg| arg.hide(true)))]
#[command(mut_arg("format", |arg| arg.hide(true)))]
#[command(mut_arg("source_priority", |arg| arg.hide(false)))]
pub(crate) struct ShardOptions {
    /// What is done; one after the other
    #[arg(value_enum)]
    pub(crate) action: ShardAction,
    /// The folder for what goes from action to action
    #[arg(value_name = "WORK")]
    pub(crate) folder: PathBuf,
    /// Folders and files to sketch
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Parts that the search is cut into, done in turn; memory is that of a part, and some 80 bytes
    /// an article
    #[arg(long, value_name = "COUNT")]
    parts: Option<NonZeroUsize>,
    /// One part, such as 3/16
    #[arg(long, value_name = "PART/COUNT", value_parser = PartNumber::parse, conflicts_with = "parts")]
    pub(crate) part: Option<PartNumber>,
    /// Write the records into a file, all or nothing, and not to stdout; of group
    #[arg(long, value_name = "PATH", value_parser = to_file())]
    pub(crate) output: Option<PathBuf>,
    /// List all links, also those of articles with more than 32; of group
    #[arg(long)]
    pub(crate) all_links: bool,
    #[command(flatten)]
    pub(crate) common: CommonOptions,
}

#[cfg(feature = "parquet")]
impl ShardOptions {
    /// The number of parts, if it was said.
    pub(crate) fn parts(&self) -> Option<usize> {
        let of_part = self.part.map(|part| part.count);
        of_part.or(self.parts.map(NonZeroUsize::get))
    }
}

/// What is done with the parts of a search.
#[cfg(feature = "parquet")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShardAction {
    Sketch,
    Candidates,
    Verify,
    Group,
}

#[cfg(feature = "parquet")]
impl ShardAction {
    /// The action as it is asked for.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// One part of several.
#[cfg(feature = "parquet")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct PartNumber {
    /// From 1.
    number: usize,
    count: usize,
}

#[cfg(feature = "parquet")]
impl PartNumber {
    /// The part's index, from 0.
    pub(crate) fn index(self) -> usize {
        self.number - 1
    }

    fn parse(said: &str) -> Result<Self, String> {
        let part = said.split_once('/').and_then(|(number, count)| {
            let (number, count) = (number.parse().ok()?, count.parse().ok()?);
            (1..=count)
                .contains(&number)
                .then_some(Self { number, count })
        });
        part.ok_or_else(|| "a part is a number and how many there are, such as 3/16".to_owned())
    }
}
