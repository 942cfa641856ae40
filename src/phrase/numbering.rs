//! Dense numbers for 64-bit hashes.
//!
//! In: hashes. Out: for each distinct one its number, 0, 1, 2... in order of first sight, so that
//! what is counted by number comes out in the order of the text and never in that of a hash map.

/// Numbers distinct hashes. Open addressing with linear probing: the keys are hashes already.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbering {
    /// One more than the number of the key at this place, or 0.
    slots: Vec<u32>,
    keys: Vec<u64>,
}

/// Slots of the smallest table.
const SMALLEST: usize = 64;

impl Numbering {
    /// Forgets all keys and keeps the memory, unless it is far more than the last text needed.
    pub(super) fn clear(&mut self) {
        let needed = (self.keys.len() * 4).next_power_of_two().max(SMALLEST);
        if self.slots.len() > needed {
            self.slots.truncate(needed);
        }
        self.slots.fill(0);
        self.keys.clear();
    }

    /// How many distinct keys were numbered.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number of `key`, the next one if it is new.
    #[inline]
    pub(super) fn number(&mut self, key: u64) -> u32 {
        // At most half full.
        if self.keys.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let at = self.find(key);
        if self.slots[at] == 0 {
            self.keys.push(key);
            self.slots[at] = self.keys.len() as u32;
        }
        self.slots[at] - 1
    }

    /// The number of `key`, if it has one.
    #[inline]
    pub(super) fn get(&self, key: u64) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.slots[self.find(key)].checked_sub(1)
    }

    /// The slot that holds `key`, or the empty one where it belongs.
    #[inline]
    fn find(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key ^ (key >> 32)) as usize & mask;
        while self.slots[at] != 0 && self.keys[self.slots[at] as usize - 1] != key {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(SMALLEST);
        self.slots.clear();
        self.slots.resize(slots, 0);
        for number in 0..self.keys.len() {
            let at = self.find(self.keys[number]);
            self.slots[at] = number as u32 + 1;
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
