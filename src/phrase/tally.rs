//! Counts of hashes by a few of their bits.
//!
//! In: hashes with the number of their sentence. Out: an upper bound on the sentences that hold a
//! hash. Hashes with equal top bits share a count. A count below a threshold rules a hash out.

use crate::kit::ids::SentenceNumber;

/// Sentences that hold a hash, by the top bits of the hash.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// The latest sentence, and the count in the lowest byte.
    slots: Vec<u32>,
    shift: u32,
}

/// The fewest slots: 2 KB.
const FEWEST: usize = 1 << 9;
const MOST: usize = 1 << 20;

impl Tally {
    /// The largest count.
    pub(super) const LIMIT: u32 = 0xFF;

    /// Clears the counts and makes room for about `room` hashes.
    pub(super) fn clear(&mut self, room: usize) {
        let slots = room.next_power_of_two().clamp(FEWEST, MOST);
        self.shift = 64 - slots.ilog2();
        self.slots.clear();
        self.slots.resize(slots, 0);
    }

    /// Counts a hash in a sentence and returns the count. Sentences come in order.
    #[inline(always)]
    pub(super) fn add(&mut self, hash: u64, sentence: SentenceNumber) -> u32 {
        let SentenceNumber(sentence) = sentence;
        let slot = &mut self.slots[(hash >> self.shift) as usize];
        let seen = *slot & Self::LIMIT;
        let is_new = seen == 0 || *slot >> 8 != sentence & (u32::MAX >> 8);
        let seen = (seen + u32::from(is_new)).min(Self::LIMIT);
        *slot = sentence << 8 | seen;
        seen
    }

    /// The count of a hash.
    #[inline(always)]
    pub(super) fn get(&self, hash: u64) -> u32 {
        self.slots[(hash >> self.shift) as usize] & Self::LIMIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_counted_once() {
        let mut tally = Tally::default();
        tally.clear(10);
        let hash = crate::hash::finish(7);
        assert_eq!(tally.get(hash), 0);
        for sentence in (0..400).map(SentenceNumber) {
            let expected = (sentence.0 + 1).min(Tally::LIMIT);
            assert_eq!(tally.add(hash, sentence), expected);
            assert_eq!(tally.add(hash, sentence), expected);
        }
        tally.clear(10);
        assert_eq!(tally.get(hash), 0);
    }
}
