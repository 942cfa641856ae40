//! The holders of each sampled hash, for the candidates of one text.
//!
//! In: samples by [`ArticleId`], and an order of the articles. Out: for a hash, its number of holders
//! and the holders that count: all of them up to [`CAP`], above it the [`CENTRES`] first in order.
//!
//! A common hash keeps its centres, so a query looks at no more holders in a large corpus than in a
//! small one.

use super::table::{Start, Table};
use crate::article::ArticleId;
use crate::kit::hashed_map::HashedMap;
use crate::kit::ids::IndexVec;
use crate::kit::parallel;

/// The most holders of a hash for which every pair counts. Sampled shingles of ordinary prose have
/// fewer holders. A larger group is connected by its [`CENTRES`].
pub(crate) const CAP: usize = 50;

/// Holders paired with all others, for a hash held by more than [`CAP`] articles. Chosen by hand:
/// with several centres, a group can stay connected even if a pair doesn't match.
pub(crate) const CENTRES: usize = 4;

/// Parts of the hash range. Sorting them in turn spares a second copy of every entry.
pub(super) const PARTS: u32 = 16;

/// Hash values in a part.
pub(super) const WIDTH: u32 = u32::MAX / PARTS + 1;

/// The holders of every hash.
#[derive(Clone, Debug)]
pub(super) struct Holders {
    /// By part of the hash range.
    parts: Vec<Table>,
    /// The centres of hashes with more than [`CAP`] holders, in order.
    common: HashedMap<u64, Centres>,
}

type Centres = [ArticleId; CENTRES];

/// Hashes looked up together, so that cache misses overlap. Chosen by hand.
const LOOK_UPS: usize = 16;

impl Holders {
    /// The holders of the hashes in `samples`, by id.
    pub(super) fn of<K: Ord>(
        samples: &IndexVec<ArticleId, Box<[u32]>>,
        order: &(impl Fn(ArticleId) -> K + Sync),
    ) -> Self {
        let parts: Vec<u32> = (0..PARTS).collect();
        let made = parallel::map(&parts, |&part| part_of(samples, part, order));
        let mut holders = Self {
            parts: Vec::with_capacity(made.len()),
            common: HashedMap::default(),
        };
        for (table, common) in made {
            holders.parts.push(table);
            holders.common.extend(common);
        }
        holders
    }

    /// Adds a holder that the hash does not have yet.
    pub(super) fn insert<K: Ord>(
        &mut self,
        hash: u32,
        id: ArticleId,
        order: &impl Fn(ArticleId) -> K,
    ) {
        let table = &mut self.parts[part(hash)];
        let count = table.insert(key(hash), id);
        if count == CAP + 1 {
            let centres = centres_in(table, hash, order);
            self.common.insert(spread(hash), centres);
        } else if let Some(centres) = self.common.get_mut(&spread(hash)) {
            let place = centres.partition_point(|&centre| order(centre) < order(id));
            if place < CENTRES {
                centres[place..].rotate_right(1);
                centres[place] = id;
            }
        }
    }

    /// Removes a holder. `order` is not asked for it.
    pub(super) fn remove<K: Ord>(
        &mut self,
        hash: u32,
        id: ArticleId,
        order: &impl Fn(ArticleId) -> K,
    ) {
        let table = &mut self.parts[part(hash)];
        let left = table.remove(key(hash), id);
        if left == CAP {
            self.common.remove(&spread(hash));
        } else if let Some(centres) = self.common.get_mut(&spread(hash))
            && centres.contains(&id)
        {
            *centres = centres_in(table, hash, order);
        }
    }

    /// Puts the holder `to` in the place of `from`, which has an equal place in order. Takes a look-up,
    /// whatever the number of holders.
    pub(super) fn rename(&mut self, hash: u32, from: ArticleId, to: ArticleId) {
        let table = &mut self.parts[part(hash)];
        table.remove(key(hash), from);
        table.insert(key(hash), to);
        let centres = self.common.get_mut(&spread(hash)).into_iter().flatten();
        for centre in centres.filter(|centre| **centre == from) {
            *centre = to;
        }
    }

    /// Calls `each` with the number of holders of each hash that has any, and with the holders that
    /// count.
    pub(super) fn for_each(&self, hashes: &[u32], mut each: impl FnMut(usize, &[ArticleId])) {
        let mut ids = Vec::with_capacity(CAP);
        for hashes in hashes.chunks(LOOK_UPS) {
            let mut starts = [Start::default(); LOOK_UPS];
            for (start, &hash) in starts.iter_mut().zip(hashes) {
                *start = self.parts[part(hash)].start(key(hash));
            }
            for (&start, &hash) in starts.iter().zip(hashes) {
                ids.clear();
                let table = &self.parts[part(hash)];
                match table.get_up_to(CAP, start, |id| ids.push(id)) {
                    0 => {}
                    count if count <= CAP => each(count, &ids),
                    count => each(count, &self.common[&spread(hash)]),
                }
            }
        }
    }
}

/// The part of the hash range that a hash falls into.
fn part(hash: u32) -> usize {
    (hash / WIDTH) as usize
}

/// A hash as the key of its part's table, which is filled by the highest bits of keys: those that
/// are the same in the whole part come last.
fn key(hash: u32) -> u32 {
    hash.rotate_left(PARTS.trailing_zeros())
}

/// A hash as the key of a [`HashedMap`], which looks at the highest bits and at the lowest.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// The table of a part, and the centres of its common hashes.
fn part_of<K: Ord>(
    samples: &IndexVec<ArticleId, Box<[u32]>>,
    part: u32,
    order: &impl Fn(ArticleId) -> K,
) -> (Table, Vec<(u64, Centres)>) {
    // 1. Sort the part's hashes. Keys in ascending order fill a table from its start to its end.
    let (first, last) = (part * WIDTH, part * WIDTH + (WIDTH - 1));
    let mut entries: Vec<u64> = Vec::new();
    for (id, sample) in samples.numbered() {
        let from = sample.partition_point(|&hash| hash < first);
        let here = sample[from..].iter().take_while(|&&hash| hash <= last);
        entries.extend(here.map(|&hash| u64::from(hash) << 32 | u64::from(id.0)));
    }
    entries.sort_unstable();
    // 2. Fill the table, and choose the centres of common hashes.
    let lists = || entries.chunk_by(|a, b| a >> 32 == b >> 32);
    let mut table = Table::with_room(lists().count());
    let mut common = Vec::new();
    for list in lists() {
        let hash = (list[0] >> 32) as u32;
        let ids = list.iter().map(|&entry| ArticleId(entry as u32));
        for id in ids.clone() {
            table.insert(key(hash), id);
        }
        if list.len() > CAP {
            common.push((spread(hash), first_in_order(ids, order)));
        }
    }
    (table, common)
}

fn centres_in<K: Ord>(table: &Table, hash: u32, order: &impl Fn(ArticleId) -> K) -> Centres {
    let mut ids = Vec::new();
    table.get(key(hash), |id| ids.push(id));
    first_in_order(ids.into_iter(), order)
}

/// The first of more than [`CAP`] articles, in order.
fn first_in_order<K: Ord>(
    ids: impl Iterator<Item = ArticleId>,
    order: &impl Fn(ArticleId) -> K,
) -> Centres {
    let mut ids: Vec<(K, ArticleId)> = ids.map(|id| (order(id), id)).collect();
    ids.select_nth_unstable(CENTRES);
    ids.truncate(CENTRES);
    ids.sort_unstable();
    std::array::from_fn(|place| ids[place].1)
}
