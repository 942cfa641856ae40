//! Keys that stand once in an article, with their places.
//!
//! In: keys, each with the place it was found at. Out: for a key that stands once, its place.

use std::ops::Range;

/// Keys that stand once, with their places.
#[derive(Clone, Debug, Default)]
pub(super) struct UniqueRuns {
    /// The upper half is the key, the lower the place; in ascending order of places.
    entries: Box<[u64]>,
}

/// A hash table over [`UniqueRuns`].
#[derive(Debug)]
pub(super) struct Lookup {
    /// Most look-ups are in vain; the filter answers them.
    filter: Filter,
    table: Table,
}

impl UniqueRuns {
    /// Keeps the entries whose key stands once. `entries` ascend by place; there are fewer than
    /// 2^32 - 1.
    pub(super) fn new(mut entries: Vec<u64>) -> Self {
        // Most keys are alone at their bit of the filter: such a key stands once, without a table.
        let mut seen = Filter::of(entries.len());
        let mut again = seen.clone();
        for &entry in &entries {
            let (word, bit) = seen.place(key(entry));
            again.words[word] |= seen.words[word] & bit;
            seen.words[word] |= bit;
        }
        // Every number is written, and kept if its key is not alone: a branch would be guessed wrong.
        let mut open = vec![0; entries.len()];
        let mut count = 0;
        for (number, &entry) in (0u32..).zip(&entries) {
            open[count] = number;
            count += usize::from(again.has(key(entry)));
        }
        let open = &open[..count];
        let mut table = Table::of(count);
        let mut repeats = vec![false; entries.len()];
        for &number in open {
            if let Some(first) = table.find_or_add(key(entries[number as usize]), number) {
                (repeats[first as usize], repeats[number as usize]) = (true, true);
            }
        }
        let mut kept = 0;
        for (number, repeats) in repeats.into_iter().enumerate() {
            entries[kept] = entries[number];
            kept += usize::from(!repeats);
        }
        entries.truncate(kept);
        Self {
            entries: entries.into(),
        }
    }

    /// Ranges of at least `least` places without a unique key, among the first `places` places.
    pub(super) fn gaps(
        &self,
        places: usize,
        least: usize,
    ) -> impl Iterator<Item = Range<usize>> + '_ {
        let ends = self.entries.iter().map(|&entry| place(entry) as usize);
        let mut start = 0;
        ends.chain(std::iter::once(places)).filter_map(move |end| {
            let gap = start..end;
            start = end + 1;
            (gap.len() >= least).then_some(gap)
        })
    }

    pub(super) fn lookup(&self) -> Lookup {
        let mut lookup = Lookup {
            filter: Filter::of(self.entries.len()),
            table: Table::of(self.entries.len()),
        };
        for &entry in &self.entries {
            let (word, bit) = lookup.filter.place(key(entry));
            lookup.filter.words[word] |= bit;
            lookup.table.find_or_add(key(entry), place(entry));
        }
        lookup
    }
}

impl Lookup {
    /// Calls `found` with the places, in the article of this table and in the other, of each key
    /// that stands once in both, in ascending order of places in the other.
    pub(super) fn for_shared(&self, other: &UniqueRuns, mut found: impl FnMut(u32, u32)) {
        for &entry in &other.entries {
            if self.filter.has(key(entry))
                && let Some(here) = self.table.find(key(entry))
            {
                found(here, place(entry));
            }
        }
    }
}

/// A bit for each key; most keys have a bit of their own.
#[derive(Clone, Debug)]
struct Filter {
    /// A power of two of them.
    words: Box<[u64]>,
}

/// Bits of a filter for each key: one absent key in sixteen finds its bit set.
const BITS_OF_A_KEY: usize = 16;

impl Filter {
    /// With room for `keys` keys.
    fn of(keys: usize) -> Self {
        let words = (BITS_OF_A_KEY * keys).div_ceil(64).next_power_of_two();
        Self {
            words: vec![0; words].into(),
        }
    }

    #[inline]
    fn has(&self, key: u32) -> bool {
        let (word, bit) = self.place(key);
        self.words[word] & bit != 0
    }

    /// The bit of a key.
    #[inline]
    fn place(&self, key: u32) -> (usize, u64) {
        let word = (key >> 6) as usize & (self.words.len() - 1);
        (word, 1 << (key >> 26))
    }
}

/// Numbers by their keys. Open addressing, at most half full.
#[derive(Debug)]
struct Table {
    /// The upper half is the key, the lower the number and one; 0 where there is none.
    slots: Box<[u64]>,
}

impl Table {
    fn of(entries: usize) -> Self {
        Self {
            slots: vec![0; (2 * entries).next_power_of_two()].into(),
        }
    }

    #[inline]
    fn find(&self, wanted: u32) -> Option<u32> {
        (self.slots[self.slot(wanted)] as u32).checked_sub(1)
    }

    /// The number added earlier for the key; `None` if the key is new, and `number` is added.
    #[inline]
    fn find_or_add(&mut self, wanted: u32, number: u32) -> Option<u32> {
        let slot = &mut self.slots[self.slot(wanted)];
        let there = (*slot as u32).checked_sub(1);
        if there.is_none() {
            *slot = u64::from(wanted) << 32 | u64::from(number + 1);
        }
        there
    }

    /// The slot that holds a key, or the empty slot for it.
    #[inline]
    fn slot(&self, wanted: u32) -> usize {
        let mask = self.slots.len() - 1;
        // Keys are upper halves of hashes, of which any bits are as good as others.
        let mut at = wanted as usize & mask;
        while self.slots[at] != 0 && key(self.slots[at]) != wanted {
            at = (at + 1) & mask;
        }
        at
    }
}

/// An entry for a key, the upper half of a hash, and a place.
pub(super) fn entry(hash: u64, place: usize) -> u64 {
    (hash >> 32) << 32 | place as u64
}

fn key(entry: u64) -> u32 {
    (entry >> 32) as u32
}

fn place(entry: u64) -> u32 {
    entry as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn plain(keys: &[u32]) -> BTreeMap<u32, Vec<u32>> {
        let mut places: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (place, &key) in (0..).zip(keys) {
            places.entry(key).or_default().push(place);
        }
        places
    }

    fn once(keys: &[u32]) -> UniqueRuns {
        let entries = keys.iter().enumerate();
        UniqueRuns::new(
            entries
                .map(|(at, &key)| u64::from(key) << 32 | at as u64)
                .collect(),
        )
    }

    proptest! {
        #[test]
        fn shared_are_those_that_stand_once_in_both(
            a in proptest::collection::vec(0u32..40, 0..30),
            b in proptest::collection::vec(0u32..40, 0..30),
        ) {
            // Keys are well mixed; the filter goes by their upper bits.
            let [a, b] = [a, b].map(|keys| -> Vec<u32> {
                keys.into_iter().map(|key| key.wrapping_mul(0x9E37_79B1)).collect()
            });
            let (of_a, of_b) = (plain(&a), plain(&b));
            let mut expected: Vec<(u32, u32)> = of_a
                .iter()
                .filter_map(|(key, places)| match (&**places, &**of_b.get(key)?) {
                    (&[a], &[b]) => Some((a, b)),
                    _ => None,
                })
                .collect();
            expected.sort_unstable();
            let mut found = Vec::new();
            let (of_a, of_b) = (once(&a), once(&b));
            of_b.lookup().for_shared(&of_a, |b, a| found.push((a, b)));
            prop_assert_eq!(found, expected);
        }
    }
}
