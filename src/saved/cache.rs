//! Pages kept in memory, within a bound.
//!
//! In: pages of files. Out: the same pages again, until others take their places.

use std::sync::{Arc, Mutex, PoisonError};

use crate::hash;

/// Bytes of a page, checksum included. The page of most file systems and processors.
pub(super) const PAGE: usize = 4096;

/// Pages that compete for the places of one set. Chosen by hand: eight are searched in a cache line
/// or two, and few sets overflow while others are empty.
const WAYS: usize = 8;

/// A cache of checked pages: sets of [`WAYS`] places, replaced in turn.
#[derive(Debug)]
pub(super) struct Cache {
    sets: Box<[Mutex<Set>]>,
}

#[derive(Debug, Default)]
struct Set {
    places: [Option<(PageId, Arc<[u8]>)>; WAYS],
    next: usize,
}

/// The number of a file, and of a page within it.
pub(super) type PageId = (u64, u64);

impl Cache {
    /// A cache of at most `bytes` bytes, and of one set at least.
    pub(super) fn new(bytes: usize) -> Self {
        let sets = (bytes / (PAGE * WAYS)).max(1);
        Self {
            sets: (0..sets).map(|_| Mutex::default()).collect(),
        }
    }

    fn set(&self, (file, page): PageId) -> &Mutex<Set> {
        let hash = hash::splitmix(hash::splitmix(file) ^ page);
        &self.sets[(hash % self.sets.len() as u64) as usize]
    }

    pub(super) fn get(&self, id: PageId) -> Option<Arc<[u8]>> {
        let set = self.set(id).lock().unwrap_or_else(PoisonError::into_inner);
        let mut places = set.places.iter().flatten();
        let (_, page) = places.find(|(other, _)| *other == id)?;
        Some(Arc::clone(page))
    }

    pub(super) fn put(&self, id: PageId, page: &Arc<[u8]>) {
        let mut set = self.set(id).lock().unwrap_or_else(PoisonError::into_inner);
        let next = set.next;
        set.places[next] = Some((id, Arc::clone(page)));
        set.next = (next + 1) % WAYS;
    }
}
