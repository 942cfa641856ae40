//! The command line.
//!
//! In: arguments. Out: [`Options`].
//!
//! A doc comment here is a line of the help, where a bracket is no link.
//!
//! The values of an option have no help of their own: with it, clap gives each half a page.

#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "the help names defaults in brackets"
)]

mod command;
mod help;
mod input;
mod keep;
mod matching;
mod only;
mod output;
mod phrases;

use std::path::PathBuf;

use clap::Parser;

pub(crate) use command::{
    AuditOptions, COMMANDS, Command, CommandFormat, CommonOptions, CompareOptions, EstimateOptions,
    IndexAction, IndexOptions, SelftestOptions, SweepOptions,
};
#[cfg(feature = "parquet")]
pub(crate) use command::{ShardAction, ShardOptions};
pub(crate) use help::command;
pub(crate) use input::InputOptions;
pub(crate) use keep::KeepOptions;
pub(crate) use matching::MatchOptions;
pub(crate) use only::Only;
pub(crate) use output::{ColorChoice, FailOn, OutputFormat, OutputOptions, RunOptions};
pub(crate) use phrases::PhraseOptions;

/// Finds recycled articles, and flags those that work one phrase over and over.
#[derive(Debug, Parser)]
#[command(name = "reprint", version)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Folders, JSON Lines, JSON, CSV, TSV, Parquet, HTML and text files, each also as .gz, .zst,
    /// .bz2 or .xz;
    /// - is stdin
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) matching: MatchOptions,
    #[command(flatten)]
    pub(crate) phrases: PhraseOptions,
    #[command(flatten)]
    pub(crate) keep: KeepOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
    #[command(flatten)]
    pub(crate) run: RunOptions,
}
