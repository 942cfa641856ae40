//! The hashes under everything else.
//!
//! In: a word's folded bytes, or the hashes of a run of words. Out: 64-bit hashes, equal on every
//! CPU, in every process and in every build with one format version.
//!
//! [`word`] multiplies 32 by 32 bits, which every vector unit can do: where the CPU allows, eight
//! words are hashed at once. `finish` ends word hashes and shingle hashes alike: a changed bit in
//! a word changes every hash bit with probability one half. Fingerprints, recipes and the caller's
//! own tokens use XXH3 (Collet 2019).

use xxhash_rust::xxh3::xxh3_64;

// Odd constants with balanced bits, from the fractional parts of the golden ratio and of the square
// roots of 2, 3 and 5. Part of the format version.
pub(crate) const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
pub(crate) const ROOT_2: u64 = 0x6A09_E667_F3BC_C909;
pub(crate) const ROOT_3: u64 = 0xBB67_AE85_84CA_A73B;
const ROOT_5: u64 = 0x3C6E_F372_FE94_F82B;

/// The upper half of [`GOLDEN`]: multiplies a length in 32 by 32 bits.
pub(crate) const LENGTH: u64 = GOLDEN >> 32;

/// Keeps the lower half of 64 bits.
const LOW: u64 = 0xFFFF_FFFF;

/// Bits by which neighbours in a shingle are rotated against each other.
///
/// It is coprime to 64: up to width 64 every word has its own rotation, so word order counts. Chosen
/// by hand among such numbers.
pub(crate) const TURN: u32 = 13;

/// A word hash's start value, from the word's length in folded bytes. It separates words that differ
/// only in zero bytes at their end.
#[inline(always)]
pub(crate) const fn seed(len: usize) -> u64 {
    ROOT_3 ^ (len as u64).wrapping_mul(LENGTH)
}

/// Hashes sixteen bytes, given as two little-endian halves.
///
/// Each quarter enters one product with another quarter. The first half's quarters multiply each
/// other, since most words have no second half.
#[inline(always)]
pub(crate) fn block(low: u64, high: u64, seed: u64) -> u64 {
    let a = low ^ ROOT_2;
    let b = low.rotate_right(16) ^ high ^ seed;
    let outer = (a & LOW) * (b >> 32);
    let inner = (a >> 32) * (b & LOW);
    finish(outer ^ inner.rotate_left(32))
}

/// Continues a word hash with its next sixteen bytes.
#[inline(always)]
pub(crate) fn next_block(hash: u64, low: u64, high: u64) -> u64 {
    block(low ^ hash, high, ROOT_5)
}

/// Hashes a word's first sixteen folded bytes, given as two little-endian halves padded with zeros;
/// `len` is the whole word's length in bytes.
#[inline(always)]
pub(crate) fn short_word(low: u64, high: u64, len: usize) -> u64 {
    block(low, high, seed(len))
}

/// For word lengths 0 to 16: the masks that keep so many of sixteen bytes, the length's [`seed`],
/// and 0. Row 17 stands for longer words and ends with 1.
pub(crate) static BY_LEN: [[u64; 4]; 18] = {
    let mut rows = [[0; 4]; 18];
    let mut len = 0;
    while len <= 16 {
        let mask = match len {
            0 => 0,
            len => u128::MAX >> (128 - 8 * len),
        };
        rows[len] = [mask as u64, (mask >> 64) as u64, seed(len), 0];
        len += 1;
    }
    rows[17][3] = 1;
    rows
};

/// Hashes a word's folded bytes, 16 at a time, the last ones padded with zeros. Linear in their
/// number.
#[inline]
pub fn word(folded: &[u8]) -> u64 {
    let mut hash = None;
    let mut rest = folded;
    loop {
        let (head, tail) = rest.split_at(rest.len().min(16));
        let mut padded = [0; 16];
        padded[..head.len()].copy_from_slice(head);
        let (low, high) = (load(&padded[..8]), load(&padded[8..]));
        let so_far = match hash {
            None => short_word(low, high, folded.len()),
            Some(hash) => next_block(hash, low, high),
        };
        if tail.is_empty() {
            return so_far;
        }
        (hash, rest) = (Some(so_far), tail);
    }
}

#[inline(always)]
fn load(eight: &[u8]) -> u64 {
    u64::from_le_bytes(eight.try_into().expect("eight bytes"))
}

/// Hashes a token from the caller's own tokenizer by 64-bit XXH3.
pub fn token(token: &[u8]) -> u64 {
    xxh3_64(token)
}

/// Mixes 64 bits: every hash ends with it.
///
/// Without it a set's minimum hash is biased, since rotate and xor keep the structure of word
/// hashes; estimates were off by .02 to .07.
#[inline(always)]
pub(crate) const fn finish(x: u64) -> u64 {
    let x = (x ^ (x >> 32)).wrapping_mul(GOLDEN);
    x ^ (x >> 29)
}

/// SplitMix64 at a position (Steele, Lea and Flood 2014): well-mixed numbers from consecutive ones.
#[inline(always)]
pub(crate) fn splitmix(position: u64) -> u64 {
    let x = position.wrapping_add(1).wrapping_mul(GOLDEN);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Hashes letters from a script without spaces into one hash that stands for a word.
#[inline(always)]
pub(crate) fn joined(letters: &[u64]) -> u64 {
    finish(turn_together(letters) ^ ROOT_5.wrapping_mul(letters.len() as u64))
}

/// Hashes a band's rows, as values from a signature. Equal rows in another band give another key.
#[inline]
pub(crate) fn band(rows: &[u32], band: u64) -> u64 {
    let fold_multiply = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        (product as u64) ^ ((product >> 64) as u64)
    };
    let chain = |hash, &row: &u32| fold_multiply(hash ^ u64::from(row), ROOT_5);
    rows.iter().fold((band + 1).wrapping_mul(ROOT_2), chain)
}

/// Combines up to 64 hashes, each rotated by [`TURN`] against its neighbour.
#[inline(always)]
pub(crate) fn turn_together(words: &[u64]) -> u64 {
    words
        .iter()
        .zip(0u32..)
        .fold(0, |acc, (word, at)| acc ^ word.rotate_left(TURN * at % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        assert_eq!(word(b""), word(&[]));
        let pinned: Vec<u64> = ["a", "harbour", "donaudampfschifffahrt", "\u{4e2d}"]
            .map(|w| word(w.as_bytes()))
            .into();
        assert_eq!(pinned, PINNED);
    }

    /// Format version 1.
    const PINNED: [u64; 4] = [
        0xE457_779F_76A1_15C5,
        0x8ED2_B246_7238_634E,
        0x4509_E98F_D692_0914,
        0xC491_FF8E_D365_1DEF,
    ];
}
