//! The hashes under everything else.
//!
//! In: the folded bytes of a word; the hashes of a run of words. Out: 64-bit hashes that are the
//! same on every CPU, in every process and in every build of one format version.
//!
//! [`word`] is made of multiplications of 32 by 32 bits, which every vector unit has: eight words
//! are hashed at once where the CPU can. One finaliser ends the hash of a word and that of a shingle
//! alike, so that each bit of a word turns each bit of either with a probability of a half.
//! Exact-copy fingerprints, recipes and the caller's own tokens use XXH3.

use xxhash_rust::xxh3::xxh3_64;

// Odd constants with balanced bits: the fractional parts of the golden ratio and of the square
// roots of 2, 3 and 5.
pub(crate) const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
pub(crate) const ROOT_2: u64 = 0x6A09_E667_F3BC_C909;
pub(crate) const ROOT_3: u64 = 0xBB67_AE85_84CA_A73B;
const ROOT_5: u64 = 0x3C6E_F372_FE94_F82B;

/// The upper half of [`GOLDEN`]: lengths are multiplied by it in 32 by 32 bits.
pub(crate) const LENGTH: u64 = GOLDEN >> 32;

const LOW: u64 = 0xFFFF_FFFF;

/// How far neighbours are rotated against each other in a shingle. Coprime to 64, so that any
/// width up to 64 gives each word a rotation of its own, and word order counts.
const TURN: u32 = 13;

/// The largest shingle width, in words or characters: [`TURN`] repeats beyond it.
pub(crate) const MAX_WIDTH: usize = 64;

/// What the length of a word, in folded bytes, adds to its hash: it parts words that differ in zeros
/// at their end alone.
#[inline(always)]
pub(crate) const fn seed(len: usize) -> u64 {
    ROOT_3 ^ (len as u64).wrapping_mul(LENGTH)
}

/// Hashes sixteen bytes, given as two little-endian halves.
///
/// Each quarter is in one of the two products, with another one: those of the first half with each
/// other, since most words have no second half.
#[inline(always)]
fn block(low: u64, high: u64, seed: u64) -> u64 {
    let a = low ^ ROOT_2;
    let b = low.rotate_right(16) ^ high ^ seed;
    let outer = (a & LOW) * (b >> 32);
    let inner = (a >> 32) * (b & LOW);
    finish(outer ^ inner.rotate_left(32))
}

/// Hashes one word of at most 16 folded bytes, given as two little-endian halves padded with
/// zeros, and its length.
#[inline(always)]
pub(crate) fn short_word(low: u64, high: u64, len: usize) -> u64 {
    block(low, high, seed(len))
}

/// For each length up to 16 the masks that keep so many of sixteen bytes, what the length adds, and
/// 0; the last row is for all longer words, whose hash is another, and ends with 1.
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

/// Hashes a word of at most 16 bytes of which all but the upper case of ASCII is folded, given as
/// 16 bytes that start with it. The second value says that the word is longer, and the hash not
/// its own.
#[inline(always)]
pub(crate) fn clean_word(starting: &[u8; 16], len: usize) -> (u64, bool) {
    let [low_mask, high_mask, seed, is_long] = BY_LEN[len.min(17)];
    let low = to_lower(load(&starting[..8])) & low_mask;
    let high = to_lower(load(&starting[8..])) & high_mask;
    (block(low, high, seed), is_long != 0)
}

/// Hashes the word that a row of 64 bytes starts with, of which all but the upper case of ASCII is
/// folded. What stands behind it may be anything.
#[inline(always)]
pub(crate) fn clean_row(row: &[u8; 64], len: usize) -> u64 {
    let (blocks, _) = row.as_chunks::<16>();
    let (mut hash, mut seed) = (0, seed(len));
    for (bytes, before) in blocks[..len.div_ceil(16).max(1)]
        .iter()
        .zip((0..).step_by(16))
    {
        let [low_mask, high_mask, ..] = BY_LEN[(len - before).min(16)];
        let low = to_lower(load(&bytes[..8])) & low_mask;
        let high = to_lower(load(&bytes[8..])) & high_mask;
        hash = block(low ^ hash, high, seed);
        seed = ROOT_5;
    }
    hash
}

/// Sets the bit for lower case in bytes of ASCII. Digits and the marks that stand inside words have
/// it.
#[inline(always)]
fn to_lower(eight: u64) -> u64 {
    eight | !(eight >> 2) & 0x2020_2020_2020_2020
}

/// Hashes the folded bytes of one word, 16 at a time; the last ones are padded with zeros.
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
            None => block(low, high, seed(folded.len())),
            Some(hash) => block(low ^ hash, high, ROOT_5),
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

/// What takes shingles while they are made, so that its work and theirs overlap.
pub(crate) trait Take {
    /// Takes the next shingles. Must be `#[inline(always)]`, to be built with the instructions of
    /// a level.
    fn take(&mut self, shingles: &[u64]);
}

/// Nothing more is done with them.
impl Take for () {
    #[inline(always)]
    fn take(&mut self, _: &[u64]) {}
}

/// Shingles that are made together: few enough that the CPU sees the work on several such runs at
/// a time.
const TOGETHER: usize = 16;

/// Appends the hash of every run of `width` consecutive words to `out`: as many as there are
/// words, less `width - 1`. Fewer words than `width` give one hash of them all; none give none.
/// `taker` is given each of them too.
///
/// `IN_VECTORS` is for CPUs whose vectors multiply and rotate 64 bits in few steps; it changes the
/// time alone.
#[inline(always)]
pub(crate) fn shingles<const IN_VECTORS: bool>(
    words: &[u64],
    width: usize,
    seed: u64,
    out: &mut Vec<u64>,
    taker: &mut impl Take,
) {
    debug_assert!((1..=MAX_WIDTH).contains(&width));
    if words.len() < width {
        if !words.is_empty() {
            let short = seed ^ (words.len() as u64).wrapping_mul(ROOT_2);
            let shingle = finish(turn_together(words) ^ short);
            out.push(shingle);
            taker.take(&[shingle]);
        }
        return;
    }
    let mut put = |shingles: &[u64]| {
        out.extend_from_slice(shingles);
        taker.take(shingles);
    };
    let count = words.len() - width + 1;
    let mut made = [0; TOGETHER];
    if IN_VECTORS && width == 5 {
        // The width nearly everyone uses, unrolled.
        for first in (0..count).step_by(TOGETHER) {
            if let Some(words) = words[first..].first_chunk::<{ TOGETHER + 4 }>() {
                for (at, made) in made.iter_mut().enumerate() {
                    *made = finish(turn_together(&words[at..at + 5]) ^ seed);
                }
                put(&made);
            } else {
                for words in words[first..].windows(5) {
                    put(&[finish(turn_together(words) ^ seed)]);
                }
            }
        }
        return;
    }
    let top = TURN * (width as u32 - 1) % 64;
    let mut rolled = turn_together(&words[..width]);
    put(&[finish(rolled ^ seed)]);
    let (old, new) = (&words[..count - 1], &words[width..]);
    for (old, new) in old.chunks(TOGETHER).zip(new.chunks(TOGETHER)) {
        for ((old, new), made) in old.iter().zip(new).zip(&mut made) {
            rolled = (rolled ^ old).rotate_right(TURN) ^ new.rotate_left(top);
            *made = finish(rolled ^ seed);
        }
        put(&made[..old.len()]);
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
    let fold_multiply = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        (product as u64) ^ ((product >> 64) as u64)
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolling_equals_direct() {
        let words: Vec<u64> = (0..200u64).map(|i| word(&i.to_le_bytes())).collect();
        for width in 1..=MAX_WIDTH {
            let mut rolled = Vec::new();
            shingles::<false>(&words, width, 7, &mut rolled, &mut ());
            let direct: Vec<u64> = words
                .windows(width)
                .map(|w| finish(turn_together(w) ^ 7))
                .collect();
            assert_eq!(rolled, direct, "width {width}");
            rolled.clear();
            shingles::<true>(&words, width, 7, &mut rolled, &mut ());
            assert_eq!(rolled, direct, "width {width}");
        }
    }

    #[test]
    fn rows_hash_as_words() {
        let row = std::array::from_fn(|at| b"Harbours_\xED\x95\x9C9"[at % 13]);
        for len in 0..=64 {
            let folded: Vec<u8> = row[..len]
                .iter()
                .map(|byte: &u8| if byte.is_ascii() { byte | 0x20 } else { *byte })
                .collect();
            assert_eq!(clean_row(&row, len), word(&folded), "{len}");
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

    /// Format version 1.
    const PINNED: [u64; 4] = [
        0xE457_779F_76A1_15C5,
        0x8ED2_B246_7238_634E,
        0x4509_E98F_D692_0914,
        0xC491_FF8E_D365_1DEF,
    ];

    #[test]
    fn order_and_borders_count() {
        let [a, b] = [word(b"a"), word(b"b")];
        let of = |words: &[u64]| {
            let mut out = Vec::new();
            shingles::<false>(words, 2, 0, &mut out, &mut ());
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
