//! A filter of keys: whether a segment may hold an article with a key.
//!
//! In: 64-bit hashes of keys. Out: "no", or "perhaps": one key in a hundred that is not there is
//! taken for one that may be (Bloom 1970). A new article is looked up in every segment, and nearly
//! never costs a page.

/// Bits for each key: one in a hundred is taken for present.
const BITS: usize = 10;
/// Bits set for each key, the best number for [`BITS`].
const HASHES: u64 = 7;

#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    words: Vec<u64>,
}

impl Filter {
    pub(super) fn for_keys(keys: usize) -> Self {
        Self {
            words: vec![0; (keys * BITS).div_ceil(64).max(1)],
        }
    }

    /// The number of 64-bit words for a number of keys.
    pub(super) fn words_for(keys: usize) -> usize {
        (keys * BITS).div_ceil(64).max(1)
    }

    /// A filter from its words.
    pub(super) fn from_words(words: Vec<u64>) -> Self {
        Self { words }
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The bits of a hash (Kirsch and Mitzenmacher 2006: two hashes give all others).
    fn bits(&self, hash: u64) -> impl Iterator<Item = (usize, u64)> + use<> {
        let (first, step) = (hash, hash.rotate_left(32) | 1);
        let len = self.words.len() as u64 * 64;
        (0..HASHES).map(move |number| {
            let bit = first.wrapping_add(number.wrapping_mul(step)) % len;
            ((bit / 64) as usize, 1 << (bit % 64))
        })
    }

    pub(super) fn insert(&mut self, hash: u64) {
        for (word, bit) in self.bits(hash) {
            self.words[word] |= bit;
        }
    }

    pub(super) fn may_hold(&self, hash: u64) -> bool {
        let mut bits = self.bits(hash);
        bits.all(|(word, bit)| self.words.get(word).is_some_and(|word| word & bit != 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash;

    #[test]
    fn what_is_in_is_found_and_little_else() {
        let key = |number: u64| hash::token(&number.to_le_bytes());
        let mut filter = Filter::for_keys(10_000);
        (0..10_000).for_each(|number| filter.insert(key(number)));
        assert!((0..10_000).all(|number| filter.may_hold(key(number))));
        let wrong = (10_000..20_000)
            .filter(|&n| filter.may_hold(key(n)))
            .count();
        assert!(wrong < 200, "{wrong} of 10,000");
    }
}
