//! Why a run fails.
//!
//! In: an error or a finding. Out: the message and the exit code.

use std::io;

/// Why a run fails.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An option or a setting is wrong.
    Usage {
        message: String,
        /// The names of the options at fault, if options are.
        options: Vec<String>,
    },
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
    /// The failure for arguments that are no options.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::of_options(&[], message)
    }

    /// The failure for options. A variable or a file may have set them.
    pub(crate) fn of_options(options: &[&str], message: impl Into<String>) -> Self {
        let options = options.iter().map(|&name| name.to_owned()).collect();
        let message = message.into();
        Self::Usage { message, options }
    }

    /// The failure for a setting that the library refuses. Options are named as settings are, with
    /// hyphens.
    pub(crate) fn of_setting(error: &reprint::Error) -> Self {
        let option = error.setting().map(|setting| setting.replace('_', "-"));
        Self::Usage {
            message: error.to_string(),
            options: option.into_iter().collect(),
        }
    }
}
