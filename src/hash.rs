//! The hashes under everything else.
//!
//! In: the folded bytes of a word; the hashes of a run of words. Out: 64-bit hashes that are the
//! same on every CPU, in every process and in every build of one format version.
//!
//! [`word`] is a 128-bit fold-multiply, the mixing step of wyhash and rapidhash: nearly all words
//! are at most 16 bytes and cost one multiplication. Exact-copy fingerprints, recipes and the
//! caller's own tokens use XXH3, whose cost for each call they can afford.

use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

// Odd constants with balanced bits: the fractional parts of the golden ratio and of the square
// roots of 2, 3 and 5.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
const ROOT_2: u64 = 0x6A09_E667_F3BC_C909;
const ROOT_3: u64 = 0xBB67_AE85_84CA_A73B;
const ROOT_5: u64 = 0x3C6E_F372_FE94_F82B;

/// How far neighbours are rotated against each other in a shingle. Coprime to 64, so that any
/// width up to 64 gives each word a rotation of its own, and word order counts.
const TURN: u32 = 13;

/// The largest shingle width, in words or characters: [`TURN`] repeats beyond it.
pub(crate) const MAX_WIDTH: usize = 64;

#[inline(always)]
fn fold_multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[inline(always)]
fn mix(low: u64, high: u64, seed: u64) -> u64 {
    fold_multiply(low ^ ROOT_2, high ^ seed)
}

const fn seed(len: usize) -> u64 {
    ROOT_3 ^ (len as u64).wrapping_mul(GOLDEN)
}

/// Hashes one word of at most 16 folded bytes, given as two little-endian halves padded with
/// zeros, and its length.
#[inline(always)]
pub(crate) fn short_word(low: u64, high: u64, len: usize) -> u64 {
    mix(low, high, seed(len))
}

/// For each length up to 16 the masks that keep so many of sixteen bytes, and what the length adds;
/// the last row is for all longer words, whose hash is another.
static BY_LEN: [[u64; 3]; 18] = {
    let mut rows = [[0; 3]; 18];
    let mut len = 0;
    while len <= 16 {
        let mask = match len {
            0 => 0,
            len => u128::MAX >> (128 - 8 * len),
        };
        rows[len] = [mask as u64, (mask >> 64) as u64, seed(len)];
        len += 1;
    }
    rows
};

/// Hashes one word of at most 16 folded bytes, given as 16 bytes that start with it.
#[inline(always)]
pub(crate) fn short(starting: &[u8; 16], len: usize) -> u64 {
    let [low, high, seed] = BY_LEN[len];
    mix(
        load(&starting[..8]) & low,
        load(&starting[8..]) & high,
        seed,
    )
}

/// Hashes an ASCII word of at most 16 bytes in lower case, given as 16 bytes that start with it.
/// The second value says that the hash is not that of the word: because the word is longer, or,
/// if that was asked for by `CHECK`, because it is not of ASCII or holds an underscore.
#[inline(always)]
pub(crate) fn ascii_word<const CHECK: bool>(starting: &[u8; 16], len: usize) -> (u64, bool) {
    /// Puts letters into lower case, keeps digits and the marks that stand inside words, and
    /// makes an underscore 0x7F.
    const LOWER: u64 = 0x2020_2020_2020_2020;
    /// Added to a byte, sets the top bit of 0x7F, and keeps that of all that UTF-8 has above.
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let is_long = u8::from(len > 16);
    let [low_mask, high_mask, seed] = BY_LEN[len.min(17)];
    let low = (load(&starting[..8]) | LOWER) & low_mask;
    let high = (load(&starting[8..]) | LOWER) & high_mask;
    let others = (low.wrapping_add(ONES) | high.wrapping_add(ONES)) & TOPS;
    // Both are at hand, and a branch would cost more than the OR.
    let is_other = is_long | u8::from(CHECK && others != 0);
    (mix(low, high, seed), is_other != 0)
}

/// Hashes the folded bytes of one word.
///
/// The first 16 bytes and the length go through one fold-multiply; each further 8 bytes are
/// chained on by one more.
#[inline]
pub fn word(folded: &[u8]) -> u64 {
    let (head, mut rest) = folded.split_at(folded.len().min(16));
    let mut padded = [0; 16];
    padded[..head.len()].copy_from_slice(head);
    let mut hash = short_word(load(&padded[..8]), load(&padded[8..]), folded.len());
    while !rest.is_empty() {
        let (head, tail) = rest.split_at(rest.len().min(8));
        let mut padded = [0; 8];
        padded[..head.len()].copy_from_slice(head);
        hash = fold_multiply(hash ^ load(&padded), ROOT_5);
        rest = tail;
    }
    hash
}

#[inline(always)]
fn load(eight: &[u8]) -> u64 {
    u64::from_le_bytes(eight.try_into().expect("eight bytes"))
}

/// Hashes one token of the caller's own tokenizer: XXH3, 64 bits.
pub fn token(token: &[u8]) -> u64 {
    xxh3_64(token)
}

/// One avalanche for every shingle hash. Without it the minimum hash of a set is biased, since
/// rotate and xor keep the structure of the word hashes.
#[inline(always)]
pub(crate) const fn finish(x: u64) -> u64 {
    let x = (x ^ (x >> 32)).wrapping_mul(GOLDEN);
    x ^ (x >> 29)
}

/// Appends the hash of every run of `width` consecutive words to `out`: as many as there are
/// words, less `width - 1`. Fewer words than `width` give one hash of them all; none give none.
#[inline(always)]
pub(crate) fn shingles(words: &[u64], width: usize, seed: u64, out: &mut Vec<u64>) {
    debug_assert!((1..=MAX_WIDTH).contains(&width));
    if words.len() < width {
        if !words.is_empty() {
            let short = seed ^ (words.len() as u64).wrapping_mul(ROOT_2);
            out.push(finish(turn_together(words) ^ short));
        }
        return;
    }
    if width == 5 {
        // The width nearly everyone uses, unrolled: it vectorizes.
        out.extend(words.windows(5).map(|w| finish(turn_together(w) ^ seed)));
        return;
    }
    let top = TURN * (width as u32 - 1) % 64;
    let mut rolled = turn_together(&words[..width]);
    out.push(finish(rolled ^ seed));
    for (old, new) in words.iter().zip(&words[width..]) {
        rolled = (rolled ^ old).rotate_right(TURN) ^ new.rotate_left(top);
        out.push(finish(rolled ^ seed));
    }
}

/// Hashes letters of a script without spaces into one that stands for a word.
#[inline(always)]
pub(crate) fn joined(letters: &[u64]) -> u64 {
    finish(turn_together(letters) ^ ROOT_5.wrapping_mul(letters.len() as u64))
}

/// Hashes the rows of one band of a signature. Rows of the same values in another band give
/// another key.
#[inline]
pub(crate) fn band(rows: &[u32], band: u64) -> u64 {
    let chain = |hash, &row: &u32| fold_multiply(hash ^ u64::from(row), ROOT_5);
    rows.iter().fold((band + 1).wrapping_mul(ROOT_2), chain)
}

#[inline(always)]
fn turn_together(words: &[u64]) -> u64 {
    words
        .iter()
        .zip(0u32..)
        .fold(0, |acc, (word, at)| acc ^ word.rotate_left(TURN * at % 64))
}

/// A 128-bit XXH3 over 64-bit hashes, little-endian on every machine. `bytes` is scratch space.
pub(crate) fn of_hashes(hashes: &[u64], seed: u64, bytes: &mut Vec<u8>) -> u128 {
    // One call for all but the longest articles; above that, each chunk is hashed with the hash
    // of those before it, so that scratch space stays small.
    const CHUNK: usize = 1 << 13;
    let mut hash = None;
    for chunk in hashes.chunks(CHUNK) {
        bytes.clear();
        bytes.extend(hash.map(u128::to_le_bytes).into_iter().flatten());
        bytes.extend(chunk.iter().flat_map(|hash| hash.to_le_bytes()));
        hash = Some(xxh3_128_with_seed(bytes, seed));
    }
    hash.unwrap_or_else(|| xxh3_128_with_seed(&[], seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolling_equals_direct() {
        let words: Vec<u64> = (0..200u64).map(|i| word(&i.to_le_bytes())).collect();
        for width in 1..=MAX_WIDTH {
            let mut rolled = Vec::new();
            shingles(&words, width, 7, &mut rolled);
            let direct: Vec<u64> = words
                .windows(width)
                .map(|w| finish(turn_together(w) ^ 7))
                .collect();
            assert_eq!(rolled, direct, "width {width}");
        }
    }

    #[test]
    fn golden() {
        assert_eq!(word(b""), word(&[]));
        let pinned: Vec<u64> = ["a", "harbour", "donaudampfschifffahrt", "\u{4e2d}"]
            .map(|w| word(w.as_bytes()))
            .into();
        assert_eq!(pinned, PINNED);
    }

    /// Format version 0.
    const PINNED: [u64; 4] = [
        0x44CF_32E1_618E_FE60,
        0xF2EC_2B06_F15A_52E9,
        0x1197_FB6F_EBCF_5213,
        0x6B84_E97A_0333_CEDE,
    ];

    #[test]
    fn order_and_borders_count() {
        let [a, b] = [word(b"a"), word(b"b")];
        let of = |words: &[u64]| {
            let mut out = Vec::new();
            shingles(words, 2, 0, &mut out);
            out
        };
        assert_ne!(of(&[a, b]), of(&[b, a]));
        assert_ne!(
            of(&[word(b"ab"), word(b"c")]),
            of(&[word(b"a"), word(b"bc")])
        );
        assert_ne!(of(&[a]), of(&[a, a]));
    }
}
