//! Errors: the kind, the cause and the way out.
//!
//! In: a setting or data at fault. Out: an [`Error`] with a kind and a message. Settings are
//! checked when a type is built, data when they are used; [`ErrorKind`] tells either. The message
//! names the setting or the key at fault, and the remedy; [`Error::setting`] gives the setting as
//! data.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The result of any function here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error: its kind, the setting at fault if there is one, and a message for people.
///
/// With the feature `serde`, an error is an object of `kind`, `setting` and `message`. An error that
/// is read back has no source.
#[derive(Clone)]
pub struct Error {
    kind: ErrorKind,
    setting: Option<Cow<'static, str>>,
    message: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// Any error of the caller's [`TextStore`](crate::TextStore).
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The kind of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
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
    /// No article has an id that was given. From data.
    UnknownArticle,
    /// The caller's store failed to give an article's text. From data.
    TextUnavailable,
    /// The store gave a text that differs from the inserted one. From data.
    TextChanged,
    /// Saved bytes are damaged or of another version. From data.
    Damaged,
    /// Another process writes to the saved index. From data.
    Locked,
    /// The system refused to read or write a saved index, or there is none. From data.
    Io,
    /// A saved index has a format that only a later version of this crate knows. From data.
    NewerFormat,
    /// An earlier write to a saved index failed. What stands on disk is known again when the index
    /// is opened anew. From data.
    Poisoned,
    /// The request would cost more than linear time or memory. From data.
    TooCostly,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            setting: None,
            message: message.into(),
            source: None,
        }
    }

    /// An [`InvalidSetting`](ErrorKind::InvalidSetting) of the setting of that name.
    pub(crate) fn invalid(setting: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidSetting, message).of_setting(setting)
    }

    /// Names the setting at fault.
    pub(crate) fn of_setting(mut self, setting: &'static str) -> Self {
        self.setting = Some(setting.into());
        self
    }

    pub(crate) fn with_source(mut self, source: BoxError) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The error's kind.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The name of the setting at fault, as its field or its method of a builder is called:
    /// `"threshold"`, `"recall"`, `"width"`. `None` where data are at fault.
    ///
    /// ```
    /// use reprint::{Detector, ErrorKind, Mode};
    ///
    /// let mode = Mode::Jaccard { threshold: 2.0, recall: 0.95 };
    /// let error = Detector::builder().mode(mode).build().unwrap_err();
    /// assert_eq!((error.kind(), error.setting()), (ErrorKind::InvalidSetting, Some("threshold")));
    /// ```
    pub fn setting(&self) -> Option<&str> {
        self.setting.as_deref()
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

#[cfg(feature = "serde")]
impl serde::Serialize for Error {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Error", 3)?;
        fields.serialize_field("kind", &self.kind)?;
        fields.serialize_field("setting", &self.setting)?;
        fields.serialize_field("message", &self.message)?;
        fields.end()
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Error {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Fields {
            kind: ErrorKind,
            setting: Option<String>,
            message: String,
        }
        let Fields {
            kind,
            setting,
            message,
        } = Fields::deserialize(deserializer)?;
        Ok(Self {
            kind,
            setting: setting.map(Cow::Owned),
            message,
            source: None,
        })
    }
}
