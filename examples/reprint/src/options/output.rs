//! Options for output and for the run.
//!
//! In: arguments. Out: [`OutputOptions`] and [`RunOptions`].

use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::Only;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// text, html, jsonl, csv or parquet [by the name of --output, or text]
    #[arg(long, value_enum)]
    format: Option<OutputFormat>,
    /// Write beside the output a page that shows all of it: one HTML file
    #[arg(long, value_name = "HTML", value_parser = to_file())]
    pub(crate) report: Option<PathBuf>,
    /// Write into a file, all or nothing, and not to stdout
    #[arg(long, value_name = "PATH", value_parser = to_file())]
    pub(crate) output: Option<PathBuf>,
    /// As text, show all flagged articles, groups and members, not only the first
    #[arg(long)]
    pub(crate) all: bool,
    /// As jsonl, list all links, also those of articles with more than 32 (a crowd is one record)
    #[arg(long)]
    pub(crate) all_links: bool,
    /// As text and on a page, show only groups that meet this, and flagged articles: publisher=NAME,
    /// relation=NAME, size=LEAST, score=LEAST or change=NAME; may be given more than once
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) only: Vec<Only>,
    /// An earlier run's jsonl: say which groups are new, grew, merged, gone
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
    /// The wanted format, or else the format of the output's name. A name without an ending means
    /// text.
    pub(crate) fn format(&self) -> OutputFormat {
        let of_name = || OutputFormat::of_name(self.output.as_deref()?);
        self.format.or_else(of_name).unwrap_or(OutputFormat::Text)
    }

    /// Refuses an output whose name doesn't tell a format.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let ending = |path: &Path| {
            let ending = path.extension()?.to_string_lossy().into_owned();
            // A device's name has no ending.
            (!path.starts_with("/dev") && OutputFormat::of_name(path).is_none()).then_some(ending)
        };
        let unknown = self.output.as_deref().and_then(ending);
        if let Some(ending) = unknown.filter(|_| self.format.is_none()) {
            let known: Vec<String> = ENDINGS
                .iter()
                .filter(|(ending, _)| OutputFormat::of_ending(ending).is_some())
                .map(|(ending, _)| format!(".{ending}"))
                .collect();
            let message = format!(
                "--output: nothing is known to be written as .{ending}; {} are, and --format says \
                 how to write a file of another name",
                known.join(", ")
            );
            return Err(Failure::of_options(&["output"], message));
        }
        Ok(())
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
    /// Nothing on stderr but errors, and what --fail-on did not judge
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    Text,
    Html,
    Jsonl,
    Csv,
    #[cfg(feature = "parquet")]
    Parquet,
}

/// Endings of file names, and the names of their formats.
const ENDINGS: [(&str, &str); 8] = [
    ("txt", "text"),
    ("text", "text"),
    ("html", "html"),
    ("htm", "html"),
    ("jsonl", "jsonl"),
    ("ndjson", "jsonl"),
    ("csv", "csv"),
    ("parquet", "parquet"),
];

impl OutputFormat {
    /// The format of a file with this name.
    fn of_name(path: &Path) -> Option<Self> {
        Self::of_ending(path.extension()?.to_str()?)
    }

    fn of_ending(ending: &str) -> Option<Self> {
        let (_, format) = ENDINGS
            .iter()
            .find(|(known, _)| ending.eq_ignore_ascii_case(known))?;
        // The program may be built without the format.
        Self::from_str(format, true).ok()
    }
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
