//! One band's table: the articles under each key.
//!
//! In: band keys and article ids. Out: the ids under a key, in ascending order.
//!
//! Most keys belong to one article. A slot of 8 bytes holds the key's upper half and the id; only a
//! shared key's slot points to a set. Collisions are solved by linear probing. Removal shifts
//! entries back (Knuth, volume 3, 6.4, algorithm R), so the table needs no tombstones.

use std::collections::BTreeSet;

use crate::article::ArticleId;

/// A free slot. No entry has this value, since set numbers stay below 2^31 - 1.
const FREE: u64 = u64::MAX;

/// The bit in a slot's value that marks the number of a set. Ids have 31 bits.
const SHARED: u32 = 1 << 31;

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    slots: Vec<u64>,
    used: usize,
    shared: Vec<IdSet>,
    spare: Vec<u32>,
}

/// A look-up begun: the home slot has been read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Start {
    key: u32,
    at: usize,
    slot: u64,
}

/// The ids under one shared key.
#[derive(Clone, Debug)]
enum IdSet {
    /// Up to [`INLINE`] ids, ascending. Most clusters are small, and an inline set saves one cache
    /// miss.
    Inline { len: u8, ids: [ArticleId; INLINE] },
    /// Up to [`FEW`] ids, ascending. The set was once larger than [`INLINE`].
    Few(Vec<ArticleId>),
    /// Any number of ids. The set was once larger than [`FEW`].
    Many(BTreeSet<ArticleId>),
}

/// Ids in an inline set. They take no more space than a tree's header.
const INLINE: usize = 7;

/// The largest sorted list, in ids. Chosen by hand: a short list is searched and moved faster than
/// a tree.
const FEW: usize = 64;

impl Default for IdSet {
    fn default() -> Self {
        Self::Inline {
            len: 0,
            ids: [ArticleId(0); INLINE],
        }
    }
}

impl IdSet {
    fn of_two(a: ArticleId, b: ArticleId) -> Self {
        let mut set = Self::default();
        set.insert(a);
        set.insert(b);
        set
    }

    fn insert(&mut self, id: ArticleId) {
        match self {
            Self::Inline { len, ids } => {
                let used = usize::from(*len);
                let Err(at) = ids[..used].binary_search(&id) else {
                    return;
                };
                if used < INLINE {
                    ids.copy_within(at..used, at + 1);
                    ids[at] = id;
                    *len += 1;
                } else {
                    let mut ids = ids.to_vec();
                    ids.insert(at, id);
                    *self = Self::Few(ids);
                }
            }
            Self::Few(ids) => {
                if let Err(at) = ids.binary_search(&id) {
                    ids.insert(at, id);
                }
                if ids.len() > FEW {
                    *self = Self::Many(ids.iter().copied().collect());
                }
            }
            Self::Many(ids) => {
                ids.insert(id);
            }
        }
    }

    fn remove(&mut self, id: ArticleId) {
        match self {
            Self::Inline { len, ids } => {
                let used = usize::from(*len);
                if let Ok(at) = ids[..used].binary_search(&id) {
                    ids.copy_within(at + 1..used, at);
                    *len -= 1;
                }
            }
            Self::Few(ids) => {
                if let Ok(at) = ids.binary_search(&id) {
                    ids.remove(at);
                }
            }
            Self::Many(ids) => {
                ids.remove(&id);
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Inline { len, .. } => usize::from(*len),
            Self::Few(ids) => ids.len(),
            Self::Many(ids) => ids.len(),
        }
    }

    /// The set's id, if the set has only one.
    fn only(&self) -> Option<ArticleId> {
        match self {
            Self::Inline { len, ids } => (*len == 1).then_some(ids[0]),
            Self::Few(ids) => <[ArticleId; 1]>::try_from(&**ids).ok().map(|[id]| id),
            Self::Many(ids) if ids.len() == 1 => ids.first().copied(),
            Self::Many(_) => None,
        }
    }

    fn for_each(&self, each: impl FnMut(ArticleId)) {
        match self {
            Self::Inline { len, ids } => ids[..usize::from(*len)].iter().copied().for_each(each),
            Self::Few(ids) => ids.iter().copied().for_each(each),
            Self::Many(ids) => ids.iter().copied().for_each(each),
        }
    }
}

impl Table {
    /// A table with space for `keys` keys.
    pub(super) fn with_room(keys: usize) -> Self {
        Self {
            slots: vec![FREE; slots_for(keys)],
            ..Self::default()
        }
    }

    /// Frees the slots that the table's keys don't need. Where ids share keys, keys are fewer than
    /// ids.
    pub(super) fn fit(&mut self) {
        self.shared.shrink_to_fit();
        let len = slots_for(self.used);
        if len < self.slots.len() {
            self.move_to(len);
        }
    }

    /// Adds an id under a key; returns how many ids the key has now.
    pub(super) fn insert(&mut self, key: u32, id: ArticleId) -> usize {
        // At most 3/4 full: longer probes cost more than the memory saved.
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let at = self.find(key);
        match self.slots[at] {
            FREE => {
                self.slots[at] = pack(key, id.0);
                self.used += 1;
                1
            }
            slot if value(slot) & SHARED != 0 => {
                let set = &mut self.shared[(value(slot) & !SHARED) as usize];
                set.insert(id);
                set.len()
            }
            slot if value(slot) == id.0 => 1,
            slot => {
                let set = self.new_set(IdSet::of_two(ArticleId(value(slot)), id));
                self.slots[at] = pack(key, set | SHARED);
                2
            }
        }
    }

    /// Removes an id from under a key; returns how many ids the key has left.
    pub(super) fn remove(&mut self, key: u32, id: ArticleId) -> usize {
        if self.slots.is_empty() {
            return 0;
        }
        let at = self.find(key);
        match self.slots[at] {
            FREE => 0,
            slot if value(slot) & SHARED != 0 => {
                let number = value(slot) & !SHARED;
                let set = &mut self.shared[number as usize];
                set.remove(id);
                let left = set.len();
                if let Some(last) = set.only() {
                    *set = IdSet::default();
                    self.slots[at] = pack(key, last.0);
                    self.spare.push(number);
                }
                left
            }
            slot if value(slot) == id.0 => {
                self.free(at);
                0
            }
            _ => 1,
        }
    }

    /// Begins a look-up of `key`. Beginning look-ups in many tables before finishing the first
    /// makes their cache misses overlap.
    pub(super) fn start(&self, key: u32) -> Start {
        let at = self.home(key);
        let slot = self.slots.get(at).copied().unwrap_or(FREE);
        Start { key, at, slot }
    }

    /// Finishes a look-up: calls `each` with the ids under its key, in ascending order.
    pub(super) fn get_from(&self, start: Start, each: impl FnMut(ArticleId)) {
        let slot = match start.slot {
            FREE => return,
            slot if key_of(slot) == start.key => slot,
            _ => self.slots[self.find_from(start.at, start.key)],
        };
        match slot {
            FREE => {}
            slot if value(slot) & SHARED != 0 => {
                self.shared[(value(slot) & !SHARED) as usize].for_each(each);
            }
            slot => std::iter::once(ArticleId(value(slot))).for_each(each),
        }
    }

    /// Calls `each` with the ids under `key`, in ascending order.
    pub(super) fn get(&self, key: u32, each: impl FnMut(ArticleId)) {
        self.get_from(self.start(key), each);
    }

    /// Calls `each` with the ids under the key of a look-up, if there are at most `most`; returns how
    /// many there are, in time that depends on `most` alone.
    pub(super) fn get_up_to(
        &self,
        most: usize,
        start: Start,
        each: impl FnMut(ArticleId),
    ) -> usize {
        if start.slot != FREE && key_of(start.slot) != start.key {
            let slot = self.slots[self.find_from(start.at, start.key)];
            return self.get_up_to(most, Start { slot, ..start }, each);
        }
        let count = match start.slot {
            FREE => 0,
            slot if value(slot) & SHARED != 0 => {
                self.shared[(value(slot) & !SHARED) as usize].len()
            }
            _ => 1,
        };
        if count <= most {
            self.get_from(start, each);
        }
        count
    }

    /// The slot of `key`, or the free slot where `key` belongs.
    fn find(&self, key: u32) -> usize {
        self.find_from(self.home(key), key)
    }

    fn find_from(&self, mut at: usize, key: u32) -> usize {
        while self.slots[at] != FREE && key_of(self.slots[at]) != key {
            at = self.next(at);
        }
        at
    }

    fn home(&self, key: u32) -> usize {
        ((u64::from(key) * self.slots.len() as u64) >> 32) as usize
    }

    fn next(&self, at: usize) -> usize {
        if at + 1 == self.slots.len() {
            0
        } else {
            at + 1
        }
    }

    fn free(&mut self, mut hole: usize) {
        let len = self.slots.len();
        let distance = |from: usize, to: usize| {
            if to >= from {
                to - from
            } else {
                to + len - from
            }
        };
        let mut at = self.next(hole);
        while self.slots[at] != FREE {
            let home = self.home(key_of(self.slots[at]));
            if distance(home, at) >= distance(hole, at) {
                self.slots[hole] = self.slots[at];
                hole = at;
            }
            at = self.next(at);
        }
        self.slots[hole] = FREE;
        self.used -= 1;
    }

    fn grow(&mut self) {
        // Growth by half keeps the table at least half full.
        self.move_to((self.slots.len() / 2 * 3).max(16));
    }

    fn move_to(&mut self, len: usize) {
        let old = std::mem::replace(&mut self.slots, vec![FREE; len]);
        for slot in old {
            if slot != FREE {
                let at = self.find(key_of(slot));
                self.slots[at] = slot;
            }
        }
    }

    fn new_set(&mut self, set: IdSet) -> u32 {
        if let Some(number) = self.spare.pop() {
            self.shared[number as usize] = set;
            return number;
        }
        self.shared.push(set);
        self.shared.len() as u32 - 1
    }
}

/// The number of slots for `keys` keys at a load of 3/4. At least one slot stays free.
fn slots_for(keys: usize) -> usize {
    (keys + 1) * 4 / 3 + 1
}

fn pack(key: u32, value: u32) -> u64 {
    u64::from(key) << 32 | u64::from(value)
}

fn key_of(slot: u64) -> u32 {
    (slot >> 32) as u32
}

fn value(slot: u64) -> u32 {
    slot as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against a map of sets, with keys that crowd.
        #[test]
        fn behaves_as_a_map_of_sets(
            steps in prop::collection::vec((0u32..4, 0u32..24, 0u32..200), 0..1200),
            fitted in 0usize..1200,
            spread in prop::sample::select(vec![1u32, 7 << 20, 0x0FFF_FFFF, u32::MAX / 23]),
        ) {
            let mut table = Table::default();
            let mut plain: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
            for (step, (insert, key, id)) in steps.into_iter().enumerate() {
                if step == fitted {
                    table.fit();
                }
                let key = key.wrapping_mul(spread);
                // Some keys get more than fit side by side.
                if insert > 0 {
                    table.insert(key, ArticleId(id));
                    plain.entry(key).or_default().insert(id);
                } else {
                    table.remove(key, ArticleId(id));
                    if let Some(set) = plain.get_mut(&key) {
                        set.remove(&id);
                    }
                }
            }
            for key in (0..24u32).map(|key| key.wrapping_mul(spread)) {
                let mut found = Vec::new();
                table.get(key, |id| found.push(id.0));
                let expected: Vec<u32> = plain.get(&key).into_iter().flatten().copied().collect();
                prop_assert_eq!(found, expected);
            }
            plain.retain(|_, set| !set.is_empty());
            prop_assert_eq!(table.used, plain.len());
        }
    }
}
