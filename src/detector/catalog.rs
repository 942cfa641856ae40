//! What is kept of each article: its key once, a few numbers, and which others are its copies.
//!
//! In: articles and their fingerprints. Out: records by id, ids by key, and for each different
//! text its first article, the leader, which stands for all copies in the index.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::article::{Article, ArticleId};
use crate::error::{Error, ErrorKind, Result};
use crate::kit::hashed_map::HashedMap;
use crate::sketch::{Fingerprint, Sketch};

/// One article.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) key: Arc<str>,
    pub(super) date: Option<i64>,
    source: Option<u32>,
    pub(super) tokens: u32,
    pub(super) fingerprint: Fingerprint,
    /// Copies stand in a ring; an article of its own is its own neighbour.
    next_copy: ArticleId,
    previous_copy: ArticleId,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Catalog {
    records: Vec<Option<Record>>,
    vacant: Vec<ArticleId>,
    by_key: HashMap<Arc<str>, ArticleId>,
    /// The leader of each text that has a token.
    leaders: HashedMap<Fingerprint, ArticleId>,
    sources: Vec<Box<str>>,
    by_source: HashMap<Box<str>, u32>,
}

/// What removing an article means for the index.
pub(super) enum Removed {
    /// It stood for no one: another article is the leader of its text, or it had no token.
    Copy,
    /// The text is gone.
    Leader,
    /// Another article leads now.
    Succeeded(ArticleId),
}

impl Catalog {
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn id(&self, key: &str) -> Option<ArticleId> {
        self.by_key.get(key).copied()
    }

    pub(super) fn get(&self, id: ArticleId) -> Option<&Record> {
        self.records.get(id.index())?.as_ref()
    }

    /// The record of an id that is known to be there.
    pub(super) fn record(&self, id: ArticleId) -> &Record {
        self.get(id).expect("the id of an article that is there")
    }

    pub(super) fn source(&self, id: ArticleId) -> Option<&str> {
        let source = self.get(id)?.source?;
        Some(&self.sources[source as usize])
    }

    /// One more than the largest id in use or given back.
    pub(super) fn ids_end(&self) -> usize {
        self.records.len()
    }

    /// Bytes held, by the room that is taken: but for what an allocator adds.
    pub(super) fn memory(&self) -> usize {
        // A hash map keeps a byte beside each entry; an `Arc` two counts beside the key.
        let entry = |bytes: usize| bytes + 1;
        let keys: usize = self.by_key.keys().map(|key| key.len() + 16).sum();
        let sources: usize = self.sources.iter().map(|source| 2 * source.len()).sum();
        self.records.capacity() * size_of::<Option<Record>>()
            + self.vacant.capacity() * size_of::<ArticleId>()
            + self.by_key.capacity() * entry(size_of::<(Arc<str>, ArticleId)>())
            + self.leaders.capacity() * entry(size_of::<(Fingerprint, ArticleId)>())
            + keys
            + sources
    }

    /// Adds an article. Says whether it leads its text, so that the index must have it.
    pub(super) fn insert(
        &mut self,
        article: &Article<'_>,
        sketch: &Sketch,
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
        let record = Record {
            key,
            date: article.date,
            source: article.source.map(|source| self.source_number(source)),
            tokens: sketch.tokens,
            fingerprint: sketch.fingerprint,
            next_copy: id,
            previous_copy: id,
        };
        if self.records.len() == id.index() {
            self.records.push(Some(record));
        } else {
            self.records[id.index()] = Some(record);
        }
        if sketch.signature.is_none() {
            return Ok((id, false));
        }
        let leads = match self.leaders.entry(sketch.fingerprint) {
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
            return Some(Removed::Succeeded(record.next_copy));
        }
        Some(Removed::Copy)
    }

    /// The leaders of all texts that have a token, in an order that depends on the texts alone.
    pub(super) fn leaders(&self) -> Vec<ArticleId> {
        let mut leaders: Vec<_> = self
            .leaders
            .iter()
            .map(|(&print, &id)| (print, id))
            .collect();
        crate::kit::parallel::sort(&mut leaders);
        leaders.into_iter().map(|(_, id)| id).collect()
    }

    /// The leader of that text.
    pub(super) fn leader(&self, fingerprint: Fingerprint) -> Option<ArticleId> {
        self.leaders.get(&fingerprint).copied()
    }

    /// An article and its exact copies.
    pub(super) fn copies(&self, of: ArticleId) -> impl Iterator<Item = ArticleId> {
        let next = move |&id: &ArticleId| {
            let next = self.record(id).next_copy;
            (next != of).then_some(next)
        };
        std::iter::successors(Some(of), next)
    }

    /// An article and its exact copies, in order of their keys.
    pub(super) fn copies_by_key(&self, of: ArticleId) -> Vec<ArticleId> {
        let mut copies: Vec<ArticleId> = self.copies(of).collect();
        self.sort_by_key(&mut copies, |&id| id);
        copies
    }

    /// The copy whose key comes first, in time linear in the copies.
    pub(super) fn first_copy(&self, of: ArticleId) -> ArticleId {
        let key = |id: &ArticleId| &self.record(*id).key;
        self.copies(of)
            .min_by(|a, b| key(a).cmp(key(b)))
            .unwrap_or(of)
    }

    /// Sorts by the keys of articles, of which no two are the same.
    pub(super) fn sort_by_key<T: Copy>(&self, items: &mut [T], id: impl Fn(&T) -> ArticleId) {
        let key = |item: &T| self.record(id(item)).key.as_bytes();
        // Most are told apart by their first bytes, which are fetched once.
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
