//! A bound on what two sets of shingles share, from a few bits of each.
//!
//! In: sets of shingle hashes. Out: how many they share at most, in some nanoseconds and without
//! their shingles, which need not even be in the cache.

/// Bits of an outline at least: one line of the cache.
const LEAST_BITS: usize = 512;

/// For each shingle of a set a bit: two to four times as many as shingles, so that most have one
/// of their own.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    words: Box<[u64]>,
}

impl Outline {
    /// Of different shingles.
    pub(super) fn new(shingles: &[u64]) -> Self {
        let bits = (2 * shingles.len()).next_power_of_two().max(LEAST_BITS);
        let mut words = vec![0; bits / 64].into_boxed_slice();
        for &shingle in shingles {
            let bit = shingle as usize & (bits - 1);
            words[bit / 64] |= 1 << (bit % 64);
        }
        Self { words }
    }

    /// How many bits are set in one of the two only. Behind each stands a shingle at least that the
    /// other set lacks.
    pub(super) fn apart(&self, other: &Self) -> u32 {
        let (a, b) = (&*self.words, &*other.words);
        if a.len() == b.len() {
            return a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum();
        }
        let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
        let folded = |at: usize| {
            many[at..]
                .iter()
                .step_by(few.len())
                .fold(0, |all, w| all | w)
        };
        let words = few.iter().enumerate();
        words
            .map(|(at, word)| (word ^ folded(at)).count_ones())
            .sum()
    }
}
