//! How what was found is written, and how the work is done.
//!
//! In: arguments. Out: [`OutputOptions`] and [`RunOptions`].

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutputFormat,
    /// As text, show all flagged articles, groups and members, not only the first
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct RunOptions {
    /// Threads [as many as there are cores]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Nothing on stderr but errors
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    #[default]
    Text,
    Jsonl,
}
