//! Collects folded words, one in a row, and hashes them eight at a time.
//!
//! In: words whose folded bytes differ from the text. Out: their hashes.
//!
//! Folding writes a few overlapping copies of sixteen bytes. Hashing a row at once would wait for
//! those stores. Hashing it after other words were folded does not, and takes eight words together.

use super::folded_word::{self, ROW};
use super::word_set::ROOM;
use crate::hash;
use crate::simd::{GroupsOf8, Kernel, StartEnd, lower_halves};

/// Rows hashed together. Their 4 KB stay in L1. Chosen by hand.
const ROWS: usize = 64;

/// The lead bytes of Hangul syllables (shared with a few other scripts).
const HANGUL_LEADS: std::ops::RangeInclusive<u8> = 0xEA..=0xED;

/// Scratch space, kept between texts.
#[derive(Debug)]
pub(super) struct Rows {
    bytes: [[u8; ROW]; ROWS],
    /// Every row's word, as a place in `bytes`.
    spans: [StartEnd; ROWS],
    /// Every row's word, as a place in the batch.
    words: [u8; ROWS],
    count: usize,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            bytes: [[0; ROW]; ROWS],
            spans: [[0; 2]; ROWS],
            words: [0; ROWS],
            count: 0,
        }
    }
}

impl Rows {
    /// Folds a word into the next row, to be hashed later. `false` if [`folded_word::fold_into_row`]
    /// can't fold it.
    ///
    /// `word` is its place in the batch. Its ASCII bytes, apart from upper-case letters, must have
    /// the lower-case bit.
    #[inline(always)]
    pub(super) fn take<K: Kernel>(
        &mut self,
        kernel: K,
        text: &[u8],
        [start, end]: [usize; 2],
        word: usize,
        hashes: &mut [u64; ROOM],
    ) -> bool {
        if self.count == ROWS {
            self.hash(kernel, hashes);
        }
        let row = &mut self.bytes[self.count];
        let outside = |sixteen: &[u8; 16]| kernel.outside(sixteen);
        let hangul = if HANGUL_LEADS.contains(&text[start]) {
            folded_word::hangul_into_row(&text[start..end], row)
        } else {
            None
        };
        let folded = hangul.or_else(|| folded_word::fold_into_row(text, start, end, outside, row));
        let Some(len) = folded else {
            return false;
        };
        let start = (self.count * ROW) as u32;
        self.spans[self.count] = [start, start + len as u32];
        self.words[self.count] = word as u8;
        self.count += 1;
        true
    }

    /// Writes every row's hash and empties the rows.
    #[inline(always)]
    pub(super) fn hash<K: Kernel>(&mut self, kernel: K, hashes: &mut [u64; ROOM]) {
        let (mut found, mut long) = ([[0; 8]; ROWS / 8], [0; ROWS / 8]);
        let groups = self.count.div_ceil(8);
        let words = GroupsOf8 {
            words: &self.spans.as_chunks().0[..groups],
            hashes: &mut found[..groups],
            others: &mut long[..groups],
        };
        let hashed = kernel.hash_words(self.bytes.as_flattened(), words);
        debug_assert_eq!(hashed, groups, "a row has room past its word");
        for (at, &word) in self.words[..self.count].iter().enumerate() {
            hashes[usize::from(word)] = if long[at / 8] >> (at % 8) & 1 == 0 {
                found[at / 8][at % 8]
            } else {
                let [start, end] = self.spans[at];
                clean_row(&self.bytes[at], (end - start) as usize)
            };
        }
        self.count = 0;
    }
}

/// Hashes the clean word at the start of a row, whatever bytes follow it.
#[inline(always)]
fn clean_row(row: &[u8; ROW], len: usize) -> u64 {
    let (blocks, _) = row.as_chunks::<16>();
    let blocks = &blocks[..len.div_ceil(16).max(1)];
    let mut hash = None;
    for (bytes, before) in blocks.iter().zip((0..).step_by(16)) {
        let [low_mask, high_mask, ..] = hash::BY_LEN[(len - before).min(16)];
        let [low, high] = lower_halves(bytes);
        let (low, high) = (low & low_mask, high & high_mask);
        hash = Some(match hash {
            None => hash::short_word(low, high, len),
            Some(hash) => hash::next_block(hash, low, high),
        });
    }
    hash.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_hash_as_words() {
        let row = std::array::from_fn(|at| b"Harbours_\xED\x95\x9C9"[at % 13]);
        for len in 0..=ROW {
            let folded: Vec<u8> = row[..len]
                .iter()
                .map(|byte: &u8| if byte.is_ascii() { byte | 0x20 } else { *byte })
                .collect();
            assert_eq!(clean_row(&row, len), hash::word(&folded), "{len}");
        }
    }
}
