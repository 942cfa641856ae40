//! Why a run does not end well.
//!
//! In: what went wrong. Out: the message and the exit code.

use std::io;

/// Why a run does not end well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An option or a setting is wrong.
    Usage(String),
    /// The input or the output is.
    Failed(String),
    /// All went well, but something was found that the user would not have.
    Found(String),
    /// Nobody reads the output any more.
    PipeClosed,
}

impl From<io::Error> for Failure {
    /// Of an error in writing.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::Failed(format!("the output can't be written: {error}")),
        }
    }
}

impl Failure {
    /// A setting that the library refuses.
    pub(crate) fn of_setting(error: &reprint::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
