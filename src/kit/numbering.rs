//! Dense numbers for 64-bit hashes.
//!
//! In: hashes. Out: a number of one space for every distinct hash, in order of appearance.
//! Results by number are therefore in the order of the text, never in the order of a hash map.

use std::marker::PhantomData;

use super::ids::Number;
use super::probe;

/// Numbers distinct hashes. Open addressing with linear probing: the keys are hashes already.
#[derive(Clone, Debug)]
pub(crate) struct Numbering<N = u32> {
    slots: Vec<Slot>,
    len: usize,
    /// The current round. Slots from earlier rounds count as free, so forgetting every key costs
    /// nothing.
    round: u32,
    space: PhantomData<fn() -> N>,
}

/// A key beside its number, so that a look-up costs a single cache line.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u64,
    number: u32,
    /// The round when the slot was taken; 0 for never.
    round: u32,
}

/// Slots in the smallest table. Chosen by hand: 1 KB.
const SMALLEST: usize = 64;

/// Most slots of a table kept for the next text (1 MB). Larger tables are freed. Chosen by hand.
const KEPT: usize = 1 << 16;

impl<N> Default for Numbering<N> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            len: 0,
            round: 0,
            space: PhantomData,
        }
    }
}

impl<N: Number> Numbering<N> {
    /// Forgets all keys.
    pub(crate) fn clear(&mut self) {
        if self.slots.len() > KEPT || self.round == u32::MAX {
            self.slots = Vec::new();
            self.round = 0;
        }
        self.round += 1;
        self.len = 0;
    }

    /// The number of distinct keys.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The number of `key`. A new key gets the next number.
    #[inline]
    pub(crate) fn number(&mut self, key: u64) -> N {
        // At most half full.
        if self.len * 2 >= self.slots.len() {
            self.grow();
        }
        let at = self.find(key);
        let slot = &mut self.slots[at];
        if slot.round != self.round {
            *slot = Slot {
                key,
                number: self.len as u32,
                round: self.round,
            };
            self.len += 1;
        }
        N::new(slot.number as usize)
    }

    /// The number of `key`, if known.
    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<N> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = &self.slots[self.find(key)];
        (slot.round == self.round).then(|| N::new(slot.number as usize))
    }

    /// The slot with `key`, or the free slot where `key` belongs.
    #[inline]
    fn find(&self, key: u64) -> usize {
        let home = (key ^ (key >> 32)) as usize;
        probe::find(&self.slots, home, |slot| {
            slot.round != self.round || slot.key == key
        })
    }

    #[cold]
    fn grow(&mut self) {
        // Free slots have round 0.
        self.round = self.round.max(1);
        let slots = (self.slots.len() * 2).max(SMALLEST);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); slots]);
        for slot in old.into_iter().filter(|slot| slot.round == self.round) {
            let at = self.find(slot.key);
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_order_of_first_sight() {
        let mut numbering: Numbering = Numbering::default();
        assert_eq!(numbering.get(7), None);
        for round in 0..3 {
            for key in 0..1000 {
                assert_eq!(numbering.number(key * 64), key as u32, "round {round}");
            }
        }
        assert_eq!(numbering.len(), 1000);
        numbering.clear();
        assert_eq!(numbering.get(0), None);
        assert_eq!(numbering.number(5), 0);
    }
}
