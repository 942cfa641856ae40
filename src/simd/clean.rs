//! Hashes one clean word in plain integers.
//!
//! In: sixteen bytes that start with the word, and its length. Out: its hash.
//!
//! A word is *clean* if lower-casing its ASCII letters folds it. [`Kernel::hash_words`] does for
//! eight words what [`clean_word`] does for one.
//!
//! [`Kernel::hash_words`]: super::Kernel::hash_words

use crate::hash;

/// Hashes a clean word of at most sixteen bytes. `true` says that the word is longer, and the hash
/// meaningless.
#[inline(always)]
pub(crate) fn clean_word(starting: &[u8; 16], len: usize) -> (u64, bool) {
    let [low_mask, high_mask, seed, is_long] = hash::BY_LEN[len.min(17)];
    let [low, high] = lower_halves(starting);
    let hash = hash::block(low & low_mask, high & high_mask, seed);
    (hash, is_long != 0)
}

/// Sixteen bytes as two little-endian halves, with ASCII upper case made lower.
#[inline(always)]
pub(crate) fn lower_halves(sixteen: &[u8; 16]) -> [u64; 2] {
    let both = u128::from_le_bytes(*sixteen);
    [both as u64, (both >> 64) as u64].map(to_lower)
}

/// Sets the lower-case bit in ASCII bytes. Digits and the marks inside words have it already.
#[inline(always)]
fn to_lower(eight: u64) -> u64 {
    eight | !(eight >> 2) & 0x2020_2020_2020_2020
}
