//! What can go wrong, and the way out.
//!
//! Every error comes either from a setting (found when a type is built) or from data (found when
//! it is used); [`ErrorKind`] says which. The message names the setting or the key at fault.

use std::fmt;

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error, with its kind and a message that names what was at fault.
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<BoxError>,
}

/// What a [`TextStore`](crate::TextStore) of the caller's may fail with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is outside its range. From settings.
    InvalidSetting,
    /// No banding of so many values finds pairs at the threshold with the recall asked for. From
    /// settings.
    UnreachableRecall,
    /// Signatures or articles made with unlike settings were put together. From data.
    RecipeMismatch,
    /// An article with this key is there already. From data.
    DuplicateKey,
    /// A text is longer than [`MAX_LEN`](crate::text::MAX_LEN) bytes. From data.
    TextTooLong,
    /// The detector holds as many articles as it can. From data.
    Full,
    /// The caller's store did not give the text of an article. From data.
    TextUnavailable,
    /// The text that the store gave is not the one that was inserted. From data.
    TextChanged,
    /// Saved bytes are not what they should be. From data.
    Damaged,
    /// What was asked for would cost more than linear time or memory. From data.
    TooCostly,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn setting(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidSetting, message)
    }

    pub(crate) fn with_source(mut self, source: BoxError) -> Self {
        self.source = Some(source);
        self
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
