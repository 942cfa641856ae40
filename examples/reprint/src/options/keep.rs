//! Options for `--keep`, `--dropped` and `--reference`.
//!
//! In: arguments. Out: [`KeepOptions`].

use std::path::PathBuf;

use clap::Args;

use super::output::to_file;

#[derive(Debug, Args)]
#[command(next_help_heading = "Corpus")]
pub(crate) struct KeepOptions {
    /// Write the input without its duplicates, in its own format and order, byte for byte
    #[arg(long, value_name = "PATH", value_parser = to_file())]
    pub(crate) keep: Option<PathBuf>,
    /// Write what is left out, with the key of the article kept in its place; as JSON Lines, or as
    /// CSV if the name says so
    #[arg(long, value_name = "PATH", value_parser = to_file())]
    pub(crate) dropped: Option<PathBuf>,
    /// Match the input with the articles of PATH only; may be given more than once
    #[arg(long, value_name = "PATH")]
    pub(crate) reference: Vec<PathBuf>,
    /// With --reference, match the articles of the input with each other, too
    #[arg(long, requires = "reference")]
    pub(crate) within: bool,
}
