//! An upper bound on an overlap, from a bitmap of each shingle set.
//!
//! In: sets of shingle hashes. Out: a lower bound on their differing shingles, in nanoseconds. The
//! comparison reads only the bitmaps, not the shingles.

/// The smallest bitmap, in bits: one cache line.
const LEAST_BITS: usize = 512;

/// A bitmap with a bit set for every shingle. Bits number two to four times the shingles, so most
/// shingles have a bit to themselves.
#[derive(Clone, Debug)]
pub(super) struct BitmapBound {
    words: Box<[u64]>,
}

impl BitmapBound {
    /// The bitmap of distinct shingles.
    pub(super) fn new(shingles: &[u64]) -> Self {
        let bits = (2 * shingles.len()).next_power_of_two().max(LEAST_BITS);
        let mut words = vec![0; bits / 64].into_boxed_slice();
        for &shingle in shingles {
            let bit = shingle as usize & (bits - 1);
            words[bit / 64] |= 1 << (bit % 64);
        }
        Self { words }
    }

    /// Counts differing bits: a lower bound on the shingles that only one set has. The larger
    /// bitmap is folded to the size of the smaller.
    pub(super) fn differing(&self, other: &Self) -> u32 {
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
