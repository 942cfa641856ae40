//! How what was found is written, and how the work is done.
//!
//! In: arguments. Out: [`OutputOptions`] and [`RunOptions`].

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// For people, for programs or for spreadsheets
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutputFormat,
    /// Write it there, all or nothing, and not to stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// As text, show all flagged articles, groups and members, not only the first
    #[arg(long)]
    pub(crate) all: bool,
    /// What an earlier run wrote as jsonl: say which groups are new, grew, merged, split or gone
    #[arg(long, value_name = "JSONL")]
    pub(crate) previous: Option<PathBuf>,
    /// Exit with 3 if there is a group; an article flagged as repetitive; either; or, beside
    /// --previous, a group that is new or has new members
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) fail_on: Option<FailOn>,
    /// Colours in text
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: ColorChoice,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct RunOptions {
    /// Threads [as many as there are cores]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Options in a TOML file, by their names [reprint.toml, if it is there]
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
    /// Nothing on stderr but errors
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    #[default]
    Text,
    Jsonl,
    Csv,
}

/// What makes a check fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Found,
    Repetitive,
    Any,
    New,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}
