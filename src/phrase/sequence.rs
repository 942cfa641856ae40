//! Hashes of sequences.
//!
//! In: stems, words or hashes in their order. Out: one hash of the sequence.

use crate::hash;
use crate::kit::ids::StemNumber;
use crate::text::Token;

/// What a polynomial hash of words is multiplied by for each further word.
pub(crate) const FACTOR: u64 = hash::GOLDEN;

/// Hashes a sequence of stems.
pub(super) fn of_stems(stems: &[StemNumber]) -> u64 {
    stems.iter().fold(stems.len() as u64, |hash, stem| {
        hash::finish(hash.wrapping_add(u64::from(stem.0) + 1))
    })
}

/// Hashes words in their order, without regard to case.
pub(super) fn of_words(words: &[Token]) -> u64 {
    let sum = words.iter().fold(words.len() as u64, |hash, word| {
        hash.wrapping_mul(FACTOR).wrapping_add(word.hash)
    });
    hash::finish(sum)
}

/// Hashes a sequence of hashes.
pub(crate) fn of_hashes(hashes: &[u64]) -> u64 {
    hashes.iter().fold(hashes.len() as u64, |hash, &next| {
        hash::finish(hash.wrapping_add(next))
    })
}
