//! How an index is created and opened.
//!
//! In: the caller's choices. Out: [`SavedOptions`].

use std::fmt;
use std::sync::Arc;

use crate::detector::Builder;
use crate::error::BoxError;

/// Bytes of pages kept in memory by default. Chosen by hand: the postings of some 600,000 articles of
/// 13 bands.
const CACHE: usize = 64 << 20;

/// The texts of a saved index that the caller keeps, by id and key.
///
/// Closures from an id and a key to a `String` implement it. Calls come from several threads at once.
pub trait KeyedTexts: Send + Sync {
    /// The article's body, byte for byte as inserted.
    ///
    /// # Errors
    ///
    /// Any reason why the text can't be read. The answer then names the article as unread.
    fn text(&self, id: u64, key: &str) -> Result<String, BoxError>;
}

impl<F> KeyedTexts for F
where
    F: Fn(u64, &str) -> Result<String, BoxError> + Send + Sync,
{
    fn text(&self, id: u64, key: &str) -> Result<String, BoxError> {
        self(id, key)
    }
}

/// How a saved index is created and opened.
#[derive(Clone)]
pub struct SavedOptions {
    pub(super) texts: Option<Arc<dyn KeyedTexts>>,
    pub(super) cache: usize,
    pub(super) expected: Option<Builder>,
    pub(super) groups: bool,
}

impl fmt::Debug for SavedOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedOptions")
            .field("keeps_texts", &self.texts.is_none())
            .field("cache", &self.cache)
            .field("keeps_groups", &self.groups)
            .finish_non_exhaustive()
    }
}

impl SavedOptions {
    /// The index keeps the texts and the groups, and 64 MB of pages in memory.
    pub fn new() -> Self {
        Self {
            texts: None,
            cache: CACHE,
            expected: None,
            groups: true,
        }
    }

    /// The caller keeps the texts, and the index asks for them by id and key. An index created so
    /// must be opened so.
    #[must_use]
    pub fn texts(mut self, texts: Arc<dyn KeyedTexts>) -> Self {
        self.texts = Some(texts);
        self
    }

    /// Sets how many bytes of pages are kept in memory; 64 MB by default.
    #[must_use]
    pub fn cache(mut self, bytes: usize) -> Self {
        self.cache = bytes;
        self
    }

    /// Whether an index that is created keeps its groups: each commit then finds the links of what it
    /// adds, which reads and compares texts. Without, a commit takes a fraction of the time, and
    /// groups are computed anew when asked for, by [`Snapshot::load`](super::Snapshot::load). `true` by
    /// default; an index that is there stays as it was created.
    #[must_use]
    pub fn groups(mut self, are_kept: bool) -> Self {
        self.groups = are_kept;
        self
    }

    /// Refuses an index of other settings than the builder's, and names the setting. A tokenizer of
    /// the caller's own is taken from the builder, too. Its statistics are not looked at.
    #[must_use]
    pub fn expect(mut self, builder: Builder) -> Self {
        self.expected = Some(builder);
        self
    }
}

impl Default for SavedOptions {
    fn default() -> Self {
        Self::new()
    }
}
