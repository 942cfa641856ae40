//! Articles: what the caller hands in, and how its text is read again.
//!
//! In: a key, a body and what is known about it. Out: an [`ArticleId`]. Nothing here keeps a body:
//! the index and the groups own no text. What must be verified or explained is read again through
//! a [`TextStore`].

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;

use crate::error::BoxError;

/// A dense number for an article, in the order of insertion; the number of a removed article is
/// given out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ArticleId(pub(crate) u32);

impl ArticleId {
    /// As many articles as fit: half of 32 bits, so that the index has a bit to spare.
    pub const MAX: usize = (1 << 31) - 2;

    /// The id numbered `number`; `None` above [`ArticleId::MAX`].
    pub fn new(number: usize) -> Option<Self> {
        (number <= Self::MAX).then_some(Self(number as u32))
    }

    /// The number, for indexing.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An article as it is handed in. Everything is borrowed; only the key and the name of the source
/// are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Article<'a> {
    /// The caller's own name for it, unique in a detector.
    pub key: &'a str,
    /// The text to be matched.
    pub body: &'a str,
    /// When it appeared, in seconds since 1970-01-01 UTC.
    pub date: Option<i64>,
    /// Who published it.
    pub source: Option<&'a str>,
}

impl<'a> Article<'a> {
    /// An article of which nothing more is known.
    pub fn new(key: &'a str, body: &'a str) -> Self {
        Self {
            key,
            body,
            date: None,
            source: None,
        }
    }

    /// Sets when it appeared, in seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn date(mut self, seconds: i64) -> Self {
        self.date = Some(seconds);
        self
    }

    /// Sets who published it.
    #[must_use]
    pub fn source(mut self, source: &'a str) -> Self {
        self.source = Some(source);
        self
    }
}

/// Where the text of an article is read again, to be verified or explained.
///
/// Open for outside implementations because only the caller knows where its texts are. A closure
/// from id and key to a `String` is one, too. It is called from several threads at once.
pub trait TextStore: Sync {
    /// The body of the article, byte for byte as it was inserted.
    ///
    /// # Errors
    ///
    /// Whatever keeps the text from being read. The article is then left out of what is being
    /// computed, and named in its result.
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

/// Texts held in memory, by id.
#[derive(Clone, Debug, Default)]
pub struct MemoryTexts {
    texts: Vec<Option<Box<str>>>,
}

impl MemoryTexts {
    /// No texts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the text of an article, in place of any it had.
    pub fn set(&mut self, id: ArticleId, text: impl Into<Box<str>>) {
        place(&mut self.texts, id, text.into());
    }

    /// Lets go of the text of an article.
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

/// Texts that are parts of files, read again when they are asked for.
#[derive(Clone, Debug, Default)]
pub struct FileTexts {
    paths: Vec<PathBuf>,
    places: Vec<Option<(u32, Range<u64>)>>,
}

impl FileTexts {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and gives the number to name it by.
    pub fn add_file(&mut self, path: impl Into<PathBuf>) -> u32 {
        self.paths.push(path.into());
        self.paths.len() as u32 - 1
    }

    /// Says that the text of an article is these bytes of that file.
    ///
    /// # Panics
    ///
    /// If [`add_file`](Self::add_file) has not given out this number.
    pub fn set(&mut self, id: ArticleId, file: u32, bytes: Range<u64>) {
        assert!(
            (file as usize) < self.paths.len(),
            "file {file} was not added"
        );
        place(&mut self.places, id, (file, bytes));
    }
}

impl TextStore for FileTexts {
    fn text(&self, id: ArticleId, _: &str) -> Result<Cow<'_, str>, BoxError> {
        let Some(Some((file, bytes))) = self.places.get(id.index()) else {
            return Err("no file was set for this article".into());
        };
        let path = &self.paths[*file as usize];
        let read = || -> std::io::Result<String> {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(bytes.start))?;
            let mut text = String::new();
            file.take(bytes.end.saturating_sub(bytes.start))
                .read_to_string(&mut text)?;
            Ok(text)
        };
        read()
            .map(Cow::Owned)
            .map_err(|error| format!("{}: {error}", path.display()).into())
    }
}

fn place<T>(places: &mut Vec<Option<T>>, id: ArticleId, value: T) {
    if places.len() <= id.index() {
        places.resize_with(id.index() + 1, || None);
    }
    places[id.index()] = Some(value);
}
