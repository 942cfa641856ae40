//! The command line.
//!
//! In: arguments. Out: [`Options`].
//!
//! The values of an option have no help of their own: with it, clap gives each half a page.

mod input;
mod keep;
mod matching;
mod output;

use std::path::PathBuf;

use clap::Parser;

pub(crate) use input::InputOptions;
pub(crate) use keep::KeepOptions;
pub(crate) use matching::MatchOptions;
pub(crate) use output::{ColorChoice, FailOn, OutputFormat, OutputOptions, RunOptions};

const EXAMPLES: &str = "\
Examples:
  reprint articles/                                 a folder, read by people
  reprint --threshold 0.8 news.jsonl.zst            near-duplicates only, by Jaccard similarity
  zcat news.jsonl.gz | reprint --format jsonl -     one JSON object a line

Exit code: 0 fine, 1 failed, 2 wrong usage, 3 what --fail-on names was found.";

/// Finds recycled articles, and flags those that work one phrase over and over.
#[derive(Debug, Parser)]
#[command(name = "reprint", version, after_help = EXAMPLES)]
pub(crate) struct Options {
    /// Folders, JSON Lines, JSON, CSV, TSV, Parquet, HTML and text files, each also as .gz or .zst;
    /// - is stdin. Without any: the sample articles
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) matching: MatchOptions,
    #[command(flatten)]
    pub(crate) keep: KeepOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
    #[command(flatten)]
    pub(crate) run: RunOptions,
}
