//! Which articles share a key.
//!
//! In: one key for each of many articles. Out: the articles whose key another has too, those of
//! one key together.
//!
//! Most keys belong to one article, so sorting them all would be wasted. They are split by their
//! upper bits into parts whose table fits the first-level cache, and only what meets its like
//! there is sorted.

/// Articles of a part: its table of twice as many 16-bit slots stays within 8 KB.
const PART: usize = 1 << 11;

/// Parts at most: more would scatter writes over more lines than the second-level cache holds.
const PARTS: usize = 1 << 12;

/// Articles that share their key, the buckets of one band.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// Ids, ascending within each bucket.
    members: Vec<u32>,
    ends: Vec<usize>,
}

impl Buckets {
    /// The buckets of two or more among `ids`, of which `keys` holds the key by id.
    pub(super) fn new(keys: &[u32], ids: &[u32]) -> Self {
        let mut entries = sharing(keys, ids);
        entries.sort_unstable();
        let (mut members, mut ends) = (Vec::with_capacity(entries.len()), Vec::new());
        for bucket in entries.chunk_by(|a, b| a >> 32 == b >> 32) {
            members.extend(bucket.iter().map(|&entry| entry as u32));
            ends.push(members.len());
        }
        Self { members, ends }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.members[start..end])
    }
}

/// Key (upper half) and id of all whose key another has too, in no particular order.
fn sharing(keys: &[u32], ids: &[u32]) -> Vec<u64> {
    let parts = (ids.len() / PART).next_power_of_two().min(PARTS);
    let part = |key: u32| ((u64::from(key) * parts as u64) >> 32) as usize;
    let mut ends = vec![0; parts];
    for &id in ids {
        ends[part(keys[id as usize])] += 1;
    }
    let mut start = 0;
    for end in &mut ends {
        start += std::mem::replace(end, start);
    }
    // Each end stands at the start of its part now, and moves up as the part fills.
    let mut entries = vec![0; ids.len()];
    for &id in ids {
        let key = keys[id as usize];
        let end = &mut ends[part(key)];
        entries[*end] = u64::from(key) << 32 | u64::from(id);
        *end += 1;
    }
    let mut found = Vec::new();
    let mut table = Table::default();
    let mut start = 0;
    for end in ends {
        table.sharing(&mut entries[start..end], &mut found);
        start = end;
    }
    found
}

/// Finds equal keys among few entries.
#[derive(Default)]
struct Table {
    /// One more than the place of the first entry of a key; 0 if free.
    slots: Vec<u16>,
    shared: Vec<bool>,
}

impl Table {
    fn sharing(&mut self, entries: &mut [u64], found: &mut Vec<u64>) {
        if entries.len() >= usize::from(u16::MAX) {
            // One key has most of the part; sorting equal entries is fast.
            entries.sort_unstable();
            let buckets = entries.chunk_by(|a, b| a >> 32 == b >> 32);
            found.extend(buckets.filter(|bucket| bucket.len() > 1).flatten());
            return;
        }
        let slots = (2 * entries.len()).next_power_of_two();
        self.slots.clear();
        self.slots.resize(slots, 0);
        self.shared.clear();
        self.shared.resize(entries.len(), false);
        for (at, &entry) in entries.iter().enumerate() {
            // The upper bits of the key chose the part; its lower bits choose the slot.
            let mut slot = (entry >> 32) as usize & (slots - 1);
            loop {
                match self.slots[slot] {
                    0 => {
                        self.slots[slot] = at as u16 + 1;
                        break;
                    }
                    first if entries[usize::from(first) - 1] >> 32 == entry >> 32 => {
                        self.shared[usize::from(first) - 1] = true;
                        self.shared[at] = true;
                        break;
                    }
                    _ => slot = (slot + 1) & (slots - 1),
                }
            }
        }
        let shared = entries
            .iter()
            .zip(&self.shared)
            .filter(|&(_, &shared)| shared);
        found.extend(shared.map(|(&entry, _)| entry));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn plain(keys: &[u32], ids: &[u32]) -> Vec<Vec<u32>> {
        let mut buckets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for &id in ids {
            buckets.entry(keys[id as usize]).or_default().push(id);
        }
        buckets
            .into_values()
            .filter(|bucket| bucket.len() > 1)
            .collect()
    }

    fn found(keys: &[u32], ids: &[u32]) -> Vec<Vec<u32>> {
        Buckets::new(keys, ids)
            .iter()
            .map(<[u32]>::to_vec)
            .collect()
    }

    proptest! {
        #[test]
        fn as_a_map_would(
            keys in prop::collection::vec(prop_oneof![0u32..40, any::<u32>()], 0..300),
            every in 1usize..4,
        ) {
            let ids: Vec<u32> = (0..keys.len() as u32).step_by(every).collect();
            prop_assert_eq!(found(&keys, &ids), plain(&keys, &ids));
        }
    }

    #[test]
    fn many_parts_and_one_huge_bucket() {
        let keys: Vec<u32> = (0..200_000u32)
            .map(|id| match id % 3 {
                0 => 77,
                _ => (id / 2).wrapping_mul(0x9E37_79B9),
            })
            .collect();
        let ids: Vec<u32> = (0..keys.len() as u32).collect();
        assert_eq!(found(&keys, &ids), plain(&keys, &ids));
    }
}
