//! Options for output and for the run.
//!
//! In: arguments. Out: [`OutputOptions`] and [`RunOptions`].

use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// text for people, jsonl for programs, or csv for spreadsheets [by the name of --output, or
    /// text]
    #[arg(long, value_enum)]
    format: Option<OutputFormat>,
    /// Write into a file, all or nothing, and not to stdout
    #[arg(long, value_name = "PATH", value_parser = to_file())]
    pub(crate) output: Option<PathBuf>,
    /// As text, show all flagged articles, groups and members, not only the first
    #[arg(long)]
    pub(crate) all: bool,
    /// An earlier run's jsonl: say which groups are new, grew, merged, split, gone
    #[arg(long, value_name = "JSONL")]
    pub(crate) previous: Option<PathBuf>,
    /// Exit with 3 if there is: a group (found), an article flagged (repetitive), any
    /// of both, or, with --previous, a group that is new or grew (new)
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) fail_on: Option<FailOn>,
    /// Say what would be read and written, and by which settings; do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Colours in text
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: ColorChoice,
}

impl OutputOptions {
    /// The format that was asked for, or the one by which the file is called.
    pub(crate) fn format(&self) -> OutputFormat {
        let name = self.output.as_deref().and_then(Path::extension);
        let is = |wanted: &str| name.is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        self.format.unwrap_or_else(|| {
            if is("jsonl") || is("ndjson") {
                OutputFormat::Jsonl
            } else if is("csv") {
                OutputFormat::Csv
            } else {
                OutputFormat::Text
            }
        })
    }
}

/// A path to write to. `-` is refused, since most users mean stdout by it.
pub(super) fn to_file() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(|path| {
        if path == "-" {
            Err("that would be a file called -; stdout is /dev/stdout")
        } else {
            Ok(PathBuf::from(path))
        }
    })
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
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
