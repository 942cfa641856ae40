//! Keys without a second occurrence in an article, and their places.
//!
//! In: keys with their places. Out: the place of each key that occurs exactly once.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use crate::kit::probe;

/// Keys that occur exactly once in an article, with their places.
#[derive(Clone, Debug, Default)]
pub(super) struct UniqueRuns {
    /// The key in the upper half and the place in the lower half, ascending by place.
    entries: Box<[u64]>,
}

/// Memory used again for each article.
#[derive(Debug, Default)]
struct RunScratch {
    entries: Vec<u64>,
    /// Bits of keys, and bits of two keys.
    seen: RunFilter,
    again: RunFilter,
    /// Numbers of entries whose key may repeat.
    open: Vec<u32>,
    table: RunTable,
    repeats: Vec<bool>,
}

/// [`UniqueRuns`] to be compared with others: a hash table from keys to places.
#[derive(Debug)]
pub(super) struct Lookup {
    /// Most keys of another article are not in this one, and most of those find no bit.
    filter: RunFilter,
    table: RunTable,
}

/// Look-ups that a thread keeps for reuse: an article at work has one for the gate and one for the
/// alignment.
const SPARE_LOOKUPS: usize = 2;

thread_local! {
    /// Memory of dropped look-ups.
    static SPARE: RefCell<Vec<(RunFilter, RunTable)>> = const { RefCell::new(Vec::new()) };
}

impl Drop for Lookup {
    fn drop(&mut self) {
        let (filter, table) = (&mut self.filter, &mut self.table);
        // A thread that ends keeps nothing.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < SPARE_LOOKUPS {
                spare.push((std::mem::take(filter), std::mem::take(table)));
            }
        });
    }
}

impl UniqueRuns {
    /// Keeps the entries whose key occurs exactly once, in linear expected time. `fill` appends
    /// entries that ascend by place, and number fewer than 2^32 - 1.
    pub(super) fn new(fill: impl FnOnce(&mut Vec<u64>)) -> Self {
        thread_local! {
            static SCRATCH: Cell<Option<Box<RunScratch>>> = const { Cell::new(None) };
        }
        let mut scratch = SCRATCH.take().unwrap_or_default();
        scratch.entries.clear();
        fill(&mut scratch.entries);
        let runs = Self::of(&mut scratch);
        SCRATCH.set(Some(scratch));
        runs
    }

    /// Keeps entries of `scratch`.
    fn of(scratch: &mut RunScratch) -> Self {
        let RunScratch {
            entries,
            seen,
            again,
            open,
            table,
            repeats,
        } = scratch;
        // 1. Mark the filter bits hit by two entries. A key alone at its bit is unique, and needs
        // no table; most keys are.
        seen.clear_for(entries.len(), BITS_OF_A_KEY);
        again.clear_for(entries.len(), BITS_OF_A_KEY);
        for &entry in &*entries {
            let (word, bit) = seen.place(key(entry));
            again.words[word] |= seen.words[word] & bit;
            seen.words[word] |= bit;
        }
        // 2. Collect the entries with a marked bit. Every number is written and the count decides
        // whether it stays: a branch would be mispredicted.
        open.resize(entries.len(), 0);
        let mut count = 0;
        for (number, &entry) in (0u32..).zip(&*entries) {
            open[count] = number;
            count += usize::from(again.has(key(entry)));
        }
        let open = &open[..count];
        // 3. Find repeated keys among the collected entries.
        table.clear_for(count);
        repeats.clear();
        repeats.resize(entries.len(), false);
        for &number in open {
            if let Some(first) = table.find_or_add(key(entries[number as usize]), number) {
                (repeats[first as usize], repeats[number as usize]) = (true, true);
            }
        }
        // 4. Drop the entries of repeated keys.
        let mut kept = 0;
        for (number, &repeats) in repeats.iter().enumerate() {
            entries[kept] = entries[number];
            kept += usize::from(!repeats);
        }
        Self {
            entries: entries[..kept].into(),
        }
    }

    /// Returns the ranges of at least `least` places without a unique key, among places below
    /// `places`.
    pub(super) fn gaps(
        &self,
        places: usize,
        least: usize,
    ) -> impl Iterator<Item = Range<usize>> + '_ {
        let ends = self.entries.first().zip(self.entries.last());
        let (first, last) = ends.map_or((places, places), |(&first, &last)| {
            (place(first) as usize, place(last) as usize + 1)
        });
        let within = self.entries.array_windows().filter_map(move |&[a, b]| {
            let (start, end) = (place(a) as usize + 1, place(b) as usize);
            (end >= start + least).then_some(start..end)
        });
        let outer = |gap: Range<usize>| std::iter::once(gap).filter(move |gap| gap.len() >= least);
        outer(0..first).chain(within).chain(outer(last..places))
    }

    /// Builds the hash table from keys to places, in the memory of a dropped one.
    pub(super) fn lookup(&self) -> Lookup {
        let spare = SPARE.with_borrow_mut(Vec::pop);
        let (mut filter, mut table) = spare.unwrap_or_default();
        filter.clear_for(self.entries.len(), BITS_OF_A_LOOKUP);
        table.clear_for(self.entries.len());
        for &entry in &self.entries {
            let (word, bit) = filter.place(key(entry));
            filter.words[word] |= bit;
            table.find_or_add(key(entry), place(entry));
        }
        Lookup { filter, table }
    }
}

impl Lookup {
    /// Calls `found` for each key unique in both articles, with the place in the article of this
    /// table and the place in `other`. Calls ascend by place in `other`. `likely` is scratch space.
    pub(super) fn for_shared(
        &self,
        other: &UniqueRuns,
        likely: &mut Vec<u64>,
        mut found: impl FnMut(u32, u32),
    ) {
        // 1. List the entries with a bit in the filter. Every entry is written, and the next one over
        // it unless its bit is set: a branch would be mispredicted.
        if likely.len() < other.entries.len() {
            likely.resize(other.entries.len(), 0);
        }
        let mut count = 0;
        for &entry in &other.entries {
            likely[count] = entry;
            count += usize::from(self.filter.has(key(entry)));
        }
        // 2. Look these up.
        for &entry in &likely[..count] {
            if let Some(here) = self.table.find(key(entry)) {
                found(here, place(entry));
            }
        }
    }
}

/// A Bloom filter with a single hash function: a set bit for each key.
#[derive(Debug, Default)]
struct RunFilter {
    /// Bits in words; the number of words is a power of two.
    words: Vec<u64>,
}

/// Bits in a filter per key: one absent key in 16 finds a set bit.
const BITS_OF_A_KEY: usize = 16;

/// Bits per key in the filter of a [`Lookup`]: one absent key in 32 finds a set bit. Each that does
/// takes a search in the table, which costs more than a larger filter. Chosen by hand.
const BITS_OF_A_LOOKUP: usize = 32;

impl RunFilter {
    /// Empties the filter, with room for `keys` keys at `bits` bits each.
    fn clear_for(&mut self, keys: usize, bits: usize) {
        let words = (bits * keys).div_ceil(64).next_power_of_two();
        self.words.clear();
        self.words.resize(words, 0);
    }

    #[inline]
    fn has(&self, key: u32) -> bool {
        let (word, bit) = self.place(key);
        self.words[word] & bit != 0
    }

    /// The word and the bit of a key.
    #[inline]
    fn place(&self, key: u32) -> (usize, u64) {
        let word = (key >> 6) as usize & (self.words.len() - 1);
        (word, 1 << (key >> 26))
    }
}

/// A hash table from keys to numbers, with open addressing, at most half full.
#[derive(Debug, Default)]
struct RunTable {
    /// The key in the upper half, the number plus 1 in the lower half; 0 for an empty slot.
    slots: Vec<u64>,
}

impl RunTable {
    /// Empties the table, with room for `entries` entries.
    fn clear_for(&mut self, entries: usize) {
        self.slots.clear();
        self.slots.resize((2 * entries).next_power_of_two(), 0);
    }

    #[inline]
    fn find(&self, wanted: u32) -> Option<u32> {
        (self.slots[self.slot(wanted)] as u32).checked_sub(1)
    }

    /// Returns the number added earlier for a key. Adds `number` and returns `None` for a new key.
    #[inline]
    fn find_or_add(&mut self, wanted: u32, number: u32) -> Option<u32> {
        let at = self.slot(wanted);
        let slot = &mut self.slots[at];
        let there = (*slot as u32).checked_sub(1);
        if there.is_none() {
            *slot = u64::from(wanted) << 32 | u64::from(number + 1);
        }
        there
    }

    /// Returns the slot that holds a key, or the empty slot for it.
    #[inline]
    fn slot(&self, wanted: u32) -> usize {
        // Keys are halves of hashes, so any of their bits select slots evenly.
        probe::find(&self.slots, wanted as usize, |&slot| {
            slot == 0 || key(slot) == wanted
        })
    }
}

/// Packs an entry: the upper half of a hash as the key, and a place.
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
        UniqueRuns::new(|to| to.extend(entries.map(|(at, &key)| u64::from(key) << 32 | at as u64)))
    }

    proptest! {
        #[test]
        fn shared_are_those_that_stand_once_in_both(
            a in proptest::collection::vec(0u32..40, 0..30),
            b in proptest::collection::vec(0u32..40, 0..30),
        ) {
            // Mix the keys, because the filter selects by their upper bits.
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
            let (of_a, of_b) = (once(&a), once(&b));
            let mut found = Vec::new();
            of_b.lookup().for_shared(&of_a, &mut Vec::new(), |b, a| found.push((a, b)));
            prop_assert_eq!(found, expected);
        }
    }
}
