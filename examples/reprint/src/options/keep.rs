//! Options for `--keep`, `--dropped`, `--aside` and `--reference`.
//!
//! In: arguments. Out: [`KeepOptions`].

use std::path::PathBuf;

use clap::Args;

use super::output::to_file;

#[derive(Debug, Args)]
#[command(next_help_heading = "Corpus")]
pub(crate) struct KeepOptions {
    /// Write the input without its duplicates, byte for byte in its own format
    #[arg(long, value_name = "PATH", value_parser = to_file())]
    pub(crate) keep: Option<PathBuf>,
    /// Write what is left out, with the key of the article kept in its place; as JSON Lines, or as
    /// CSV if the name says so
    #[arg(long, value_name = "PATH", value_parser = to_file())]
    pub(crate) dropped: Option<PathBuf>,
    /// With --keep, write what can't be read as an article here, not there: in its own format, and of
    /// a folder as a folder
    #[arg(long, value_name = "PATH", value_parser = to_file(), requires = "keep")]
    pub(crate) aside: Option<PathBuf>,
    /// Match the input with the articles of PATH only; may be given again
    #[arg(long, value_name = "PATH")]
    pub(crate) reference: Vec<PathBuf>,
    /// With --reference, match the articles of the input with each other, too
    #[arg(long, requires = "reference")]
    pub(crate) within: bool,
}
