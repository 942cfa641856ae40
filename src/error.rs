//! Errors: the kind, the cause and the way out.
//!
//! In: a setting or data at fault. Out: an [`Error`] with a kind and a message. Settings are
//! checked when a type is built, data when they are used; [`ErrorKind`] tells either. The message
//! names the setting or the key at fault, and the remedy.

use std::fmt;

/// The result of any function here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error: its kind, and a message that names the setting or the key at fault.
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<BoxError>,
}

/// Any error of the caller's [`TextStore`](crate::TextStore).
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The kind of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is outside its range. From settings.
    InvalidSetting,
    /// No banding of the signature's values reaches the wanted recall at the threshold. From
    /// settings.
    UnreachableRecall,
    /// Signatures made with different settings were put together. From data.
    RecipeMismatch,
    /// The detector already has an article with this key. From data.
    DuplicateKey,
    /// A text is longer than [`MAX_LEN`](crate::text::MAX_LEN) bytes. From data.
    TextTooLong,
    /// The detector has reached its limit of articles. From data.
    Full,
    /// The caller's store failed to give an article's text. From data.
    TextUnavailable,
    /// The store gave a text that differs from the inserted one. From data.
    TextChanged,
    /// Saved bytes are damaged or of another version. From data.
    Damaged,
    /// The request would cost more than linear time or memory. From data.
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

    /// The error's kind.
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
