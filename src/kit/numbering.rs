//! Dense numbers for 64-bit hashes.
//!
//! In: hashes. Out: for each distinct one its number, 0, 1, 2... in order of first sight, so that
//! what is counted by number comes out in the order of the text and never in that of a hash map.

/// Numbers distinct hashes. Open addressing with linear probing: the keys are hashes already.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbering {
    slots: Vec<Slot>,
    len: usize,
    /// Slots of earlier rounds are free: forgetting all keys costs nothing.
    round: u32,
}

/// A key and its number side by side, so that finding it costs one cache line.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u64,
    number: u32,
    /// The round in which it was taken; 0 for never.
    round: u32,
}

/// Slots of the smallest table.
const SMALLEST: usize = 64;

/// Tables of at most so many slots are kept for the next text (1 MB); larger ones are given back.
const KEPT: usize = 1 << 16;

impl Numbering {
    /// Forgets all keys.
    pub(crate) fn clear(&mut self) {
        if self.slots.len() > KEPT || self.round == u32::MAX {
            self.slots = Vec::new();
            self.round = 0;
        }
        self.round += 1;
        self.len = 0;
    }

    /// How many distinct keys were numbered.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The number of `key`, the next one if it is new.
    #[inline]
    pub(crate) fn number(&mut self, key: u64) -> u32 {
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
        slot.number
    }

    /// The number of `key`, if it has one.
    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = &self.slots[self.find(key)];
        (slot.round == self.round).then_some(slot.number)
    }

    /// The slot that holds `key`, or the free one where it belongs.
    #[inline]
    fn find(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key ^ (key >> 32)) as usize & mask;
        while self.slots[at].round == self.round && self.slots[at].key != key {
            at = (at + 1) & mask;
        }
        at
    }

    #[cold]
    fn grow(&mut self) {
        // Round 0 is what free slots have.
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
        let mut numbering = Numbering::default();
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
