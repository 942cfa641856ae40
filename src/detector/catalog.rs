//! The catalog: a record for each article, and rings of exact copies.
//!
//! In: articles and their fingerprints. Out: records by id, ids by key, and a leader for each
//! different text. The leader represents exact copies in the index.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::num::NonZeroU32;
use std::sync::Arc;

use crate::article::{Article, ArticleId};
use crate::error::{Error, ErrorKind, Result};
use crate::kit::hashed_map::HashedMap;
use crate::sketch::{Fingerprint, Sketch};

/// An article's record.
#[derive(Clone, Debug)]
pub(super) struct CatalogEntry {
    pub(super) key: Arc<str>,
    pub(super) date: Option<i64>,
    source: Option<u32>,
    pub(super) tokens: u32,
    /// Of a leader with exact copies: the text's distinct shingles, if they were counted.
    shingles: Option<NonZeroU32>,
    pub(super) fingerprint: Fingerprint,
    /// Neighbours in the ring of exact copies. An article without copies is its own neighbour.
    next_copy: ArticleId,
    previous_copy: ArticleId,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Catalog {
    records: Vec<Option<CatalogEntry>>,
    vacant: Vec<ArticleId>,
    by_key: HashMap<Arc<str>, ArticleId>,
    /// By fingerprint: the leader of the text. Texts without a token have no leader.
    leaders: HashedMap<Fingerprint, ArticleId>,
    sources: Vec<Box<str>>,
    by_source: HashMap<Box<str>, u32>,
}

/// What the catalog notes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextMark {
    /// Equal for exact copies.
    pub(crate) fingerprint: Fingerprint,
    /// The number of tokens.
    pub(crate) tokens: u32,
    /// Whether there is a signature. A text without words has none, and matches nothing.
    pub(crate) is_signed: bool,
}

impl TextMark {
    /// The mark of a sketched text.
    pub(crate) fn of(sketch: &Sketch) -> Self {
        Self {
            fingerprint: sketch.fingerprint,
            tokens: sketch.tokens,
            is_signed: sketch.signature.is_some(),
        }
    }
}

/// The consequence of a removal for the index.
pub(super) enum Removed {
    /// None: the article was not a leader.
    Copy,
    /// The text is gone, with its leader.
    Leader,
    /// The article with this id is the leader now.
    Succeeded(ArticleId),
}

impl Catalog {
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn id(&self, key: &str) -> Option<ArticleId> {
        self.by_key.get(key).copied()
    }

    pub(super) fn get(&self, id: ArticleId) -> Option<&CatalogEntry> {
        self.records.get(id.index())?.as_ref()
    }

    /// The record of a present article.
    pub(super) fn record(&self, id: ArticleId) -> &CatalogEntry {
        self.get(id).expect("the id of an article that is there")
    }

    pub(super) fn source(&self, id: ArticleId) -> Option<&str> {
        let source = self.get(id)?.source?;
        Some(&self.sources[source as usize])
    }

    /// The ids of present articles, ascending.
    pub(super) fn ids(&self) -> impl Iterator<Item = ArticleId> {
        let records = self.records.iter().enumerate();
        let present = records.filter(|(_, record)| record.is_some());
        present.filter_map(|(number, _)| ArticleId::new(number))
    }

    /// Bytes reserved, without allocator overhead.
    pub(super) fn memory(&self) -> usize {
        // A hash map needs a control byte an entry, an `Arc` 16 bytes of counts.
        let entry = |bytes: usize| bytes + 1;
        let keys: usize = self.by_key.keys().map(|key| key.len() + 16).sum();
        let sources: usize = self.sources.iter().map(|source| 2 * source.len()).sum();
        self.records.capacity() * size_of::<Option<CatalogEntry>>()
            + self.vacant.capacity() * size_of::<ArticleId>()
            + self.by_key.capacity() * entry(size_of::<(Arc<str>, ArticleId)>())
            + self.leaders.capacity() * entry(size_of::<(Fingerprint, ArticleId)>())
            + keys
            + sources
    }

    /// Adds an article. Returns its id, and whether the article is the leader of its text.
    pub(super) fn insert(
        &mut self,
        article: &Article<'_>,
        text: TextMark,
    ) -> Result<(ArticleId, bool)> {
        let key: Arc<str> = article.key.into();
        let Entry::Vacant(entry) = self.by_key.entry(Arc::clone(&key)) else {
            return Err(Error::new(
                ErrorKind::DuplicateKey,
                format!(
                    "an article with the key {:?} is there already; replace it, or give this one \
                     a key of its own",
                    article.key
                ),
            ));
        };
        let id = match self.vacant.pop() {
            Some(id) => id,
            None => ArticleId::new(self.records.len()).ok_or_else(|| {
                let message = format!("no more than {} articles fit", ArticleId::MAX);
                Error::new(ErrorKind::Full, message)
            })?,
        };
        entry.insert(id);
        let record = CatalogEntry {
            key,
            date: article.date,
            source: article.source.map(|source| self.source_number(source)),
            tokens: text.tokens,
            shingles: None,
            fingerprint: text.fingerprint,
            next_copy: id,
            previous_copy: id,
        };
        if self.records.len() == id.index() {
            self.records.push(Some(record));
        } else {
            self.records[id.index()] = Some(record);
        }
        if text.tokens == 0 {
            return Ok((id, false));
        }
        let leads = match self.leaders.entry(text.fingerprint) {
            Entry::Vacant(entry) => {
                entry.insert(id);
                true
            }
            Entry::Occupied(entry) => {
                let leader = *entry.get();
                let last = self.record(leader).previous_copy;
                self.link(last, id);
                self.link(id, leader);
                false
            }
        };
        Ok((id, leads))
    }

    pub(super) fn remove(&mut self, id: ArticleId) -> Option<Removed> {
        let record = self.records.get_mut(id.index())?.take()?;
        self.by_key.remove(&record.key);
        self.vacant.push(id);
        let leads = self.leaders.get(&record.fingerprint) == Some(&id);
        if record.next_copy == id {
            if leads {
                self.leaders.remove(&record.fingerprint);
                return Some(Removed::Leader);
            }
            return Some(Removed::Copy);
        }
        self.link(record.previous_copy, record.next_copy);
        if leads {
            self.leaders.insert(record.fingerprint, record.next_copy);
            if let Some(next) = self.records[record.next_copy.index()].as_mut() {
                next.shingles = record.shingles;
            }
            return Some(Removed::Succeeded(record.next_copy));
        }
        Some(Removed::Copy)
    }

    /// The number of distinct shingles in a text with exact copies, if it was counted.
    pub(super) fn shingles_of_copies(&self, of: ArticleId) -> Option<NonZeroU32> {
        let leader = self.leader(self.record(of).fingerprint)?;
        self.record(leader).shingles
    }

    /// Notes the number of distinct shingles in a text with exact copies.
    pub(super) fn set_shingles_of_copies(&mut self, of: ArticleId, shingles: NonZeroU32) {
        let leader = self.leader(self.record(of).fingerprint);
        if let Some(leader) = leader.and_then(|id| self.records[id.index()].as_mut()) {
            leader.shingles = Some(shingles);
        }
    }

    /// The leaders in ascending order of fingerprints, which depends on the texts alone.
    pub(super) fn leaders(&self) -> Vec<ArticleId> {
        let mut leaders: Vec<_> = self
            .leaders
            .iter()
            .map(|(&print, &id)| (print, id))
            .collect();
        crate::kit::parallel::sort(&mut leaders);
        leaders.into_iter().map(|(_, id)| id).collect()
    }

    /// The number of different texts with words.
    pub(super) fn texts(&self) -> usize {
        self.leaders.len()
    }

    /// The leader of the text with a fingerprint.
    pub(super) fn leader(&self, fingerprint: Fingerprint) -> Option<ArticleId> {
        self.leaders.get(&fingerprint).copied()
    }

    /// The ring of exact copies of an article, starting with the article.
    pub(super) fn copies(&self, of: ArticleId) -> impl Iterator<Item = ArticleId> {
        let next = move |&id: &ArticleId| {
            let next = self.record(id).next_copy;
            (next != of).then_some(next)
        };
        std::iter::successors(Some(of), next)
    }

    /// The ring of exact copies, in order of keys.
    pub(super) fn copies_by_key(&self, of: ArticleId) -> Vec<ArticleId> {
        let mut copies: Vec<ArticleId> = self.copies(of).collect();
        self.sort_by_key(&mut copies, |&id| id);
        copies
    }

    /// The copy with the first key, in time linear in the copies.
    pub(super) fn first_copy(&self, of: ArticleId) -> ArticleId {
        let key = |id: &ArticleId| &self.record(*id).key;
        self.copies(of)
            .min_by(|a, b| key(a).cmp(key(b)))
            .unwrap_or(of)
    }

    /// Sorts items by the distinct keys of their articles.
    pub(super) fn sort_by_key<T: Copy>(&self, items: &mut [T], id: impl Fn(&T) -> ArticleId) {
        let key = |item: &T| self.record(id(item)).key.as_bytes();
        // The first eight bytes decide most comparisons without a look at the key.
        let start = |item: &T| {
            let mut start = [0; 8];
            let bytes = key(item);
            let len = bytes.len().min(8);
            start[..len].copy_from_slice(&bytes[..len]);
            u64::from_be_bytes(start)
        };
        let mut started: Vec<(u64, T)> = items.iter().map(|item| (start(item), *item)).collect();
        started.sort_unstable_by(|(x, a), (y, b)| x.cmp(y).then_with(|| key(a).cmp(key(b))));
        for (item, (_, sorted)) in items.iter_mut().zip(started) {
            *item = sorted;
        }
    }

    fn link(&mut self, from: ArticleId, to: ArticleId) {
        for (id, is_from) in [(from, true), (to, false)] {
            let record = self.records[id.index()]
                .as_mut()
                .expect("a copy that is there");
            if is_from {
                record.next_copy = to;
            } else {
                record.previous_copy = from;
            }
        }
    }

    fn source_number(&mut self, source: &str) -> u32 {
        if let Some(&number) = self.by_source.get(source) {
            return number;
        }
        let number = self.sources.len() as u32;
        self.sources.push(source.into());
        self.by_source.insert(source.into(), number);
        number
    }
}
