//! Articles: the caller's input, and how an article's text is read again.
//!
//! In: a key, a body, and perhaps a date and a publisher. Out: an [`ArticleId`]. Index and groups
//! own no text. Verification and explanations read a body again through a [`TextStore`].

use std::borrow::Cow;

use crate::error::BoxError;
use crate::kit::ids::Number;

/// A dense number for an article, in the order of insertion. A removed article's number is given to
/// a later article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct ArticleId(pub(crate) u32);

impl ArticleId {
    /// The largest number. Ids have 31 bits, so that the index has a bit to spare.
    pub const MAX: usize = (1 << 31) - 2;

    /// The id with this number; `None` above [`ArticleId::MAX`].
    pub fn new(number: usize) -> Option<Self> {
        (number <= Self::MAX).then_some(Self(number as u32))
    }

    /// The id's number, at most [`ArticleId::MAX`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Refuses numbers above [`ArticleId::MAX`].
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for ArticleId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(from)?;
        Self::new(number as usize).ok_or_else(|| {
            let largest = Self::MAX;
            serde::de::Error::custom(format!("{number} is no id of an article, up to {largest}"))
        })
    }
}

impl Number for ArticleId {
    #[inline]
    fn new(index: usize) -> Self {
        debug_assert!(index <= Self::MAX);
        Self(index as u32)
    }

    #[inline]
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// An article as the caller hands it in. Strings are borrowed. A detector copies the key and the
/// publisher, never the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Article<'a> {
    /// The caller's name for the article, unique in a detector.
    pub key: &'a str,
    /// The text to match.
    pub body: &'a str,
    /// The time of publication, in seconds since 1970-01-01 UTC.
    pub date: Option<i64>,
    /// The publisher.
    pub source: Option<&'a str>,
}

impl<'a> Article<'a> {
    /// An article without date and publisher.
    pub fn new(key: &'a str, body: &'a str) -> Self {
        Self {
            key,
            body,
            date: None,
            source: None,
        }
    }

    /// Sets the time of publication, in seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn date(mut self, seconds: i64) -> Self {
        self.date = Some(seconds);
        self
    }

    /// Sets the publisher.
    #[must_use]
    pub fn source(mut self, source: &'a str) -> Self {
        self.source = Some(source);
        self
    }
}

/// Where articles' texts are read again for verification and explanations.
///
/// The caller implements this trait, since only the caller knows where the texts are. Closures from
/// an id and a key to a `String` implement it too. Calls come from several threads at once.
pub trait TextStore: Sync {
    /// The article's body, byte for byte as inserted.
    ///
    /// # Errors
    ///
    /// Any reason why the text can't be read. The computation then leaves the article out, and its
    /// result names the article.
    fn text(&self, id: ArticleId, key: &str) -> Result<Cow<'_, str>, BoxError>;
}

impl<F> TextStore for F
where
    F: Fn(ArticleId, &str) -> Result<String, BoxError> + Sync,
{
    fn text(&self, id: ArticleId, key: &str) -> Result<Cow<'_, str>, BoxError> {
        self(id, key).map(Cow::Owned)
    }
}

/// Texts in memory, by id.
#[derive(Clone, Debug, Default)]
pub struct MemoryTexts {
    texts: Vec<Option<Box<str>>>,
}

impl MemoryTexts {
    /// A store without texts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets or replaces an article's text.
    pub fn set(&mut self, id: ArticleId, text: impl Into<Box<str>>) {
        place(&mut self.texts, id, text.into());
    }

    /// Removes an article's text.
    pub fn remove(&mut self, id: ArticleId) {
        if let Some(text) = self.texts.get_mut(id.index()) {
            *text = None;
        }
    }
}

impl TextStore for MemoryTexts {
    fn text(&self, id: ArticleId, _: &str) -> Result<Cow<'_, str>, BoxError> {
        match self.texts.get(id.index()) {
            Some(Some(text)) => Ok(Cow::Borrowed(text)),
            _ => Err("no text was set for this article".into()),
        }
    }
}

fn place<T>(places: &mut Vec<Option<T>>, id: ArticleId, value: T) {
    if places.len() <= id.index() {
        places.resize_with(id.index() + 1, || None);
    }
    places[id.index()] = Some(value);
}
