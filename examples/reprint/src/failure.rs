//! Why a run fails.
//!
//! In: an error or a finding. Out: the message and the exit code.

use std::io;

/// Why a run fails.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An option or a setting is wrong.
    Usage(String),
    /// The input or the output is at fault.
    Failed(String),
    /// The run went well and found what `--fail-on` names.
    Found(String),
    /// The reader of the output has closed the pipe.
    PipeClosed,
}

impl From<io::Error> for Failure {
    /// The failure for an error in writing.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::Failed(format!("the output can't be written: {error}")),
        }
    }
}

impl Failure {
    /// The failure for a setting that the library refuses.
    pub(crate) fn of_setting(error: &reprint::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
