//! Folded words, one in a row, until enough are there to be hashed together.
//!
//! In: words whose folded form is not what stands in the text. Out: their hashes.
//!
//! A word is folded by a few copies of sixteen bytes, each of which ends where the next one starts.
//! Read again at once, such bytes would have to wait until all copies are done; read when other
//! words have been folded, they do not, and eight of them are hashed at a time.

use super::batch::ROOM;
use super::fold;
use crate::hash;
use crate::simd::{Edge, Eights, Kernel};

/// Rows that are hashed together.
const ROWS: usize = 64;

/// What syllables of Hangul begin with, and some others.
const HANGUL_FIRST: u8 = 0xEA;
const HANGUL_LAST: u8 = 0xED;

/// Scratch space, kept from one text to the next.
#[derive(Debug)]
pub(super) struct Rows {
    bytes: [[u8; fold::ROW]; ROWS],
    /// Where in its row each word stands.
    spans: [Edge; ROWS],
    /// Which word of the batch it is.
    words: [u8; ROWS],
    count: usize,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            bytes: [[0; fold::ROW]; ROWS],
            spans: [[0; 2]; ROWS],
            words: [0; ROWS],
            count: 0,
        }
    }
}

impl Rows {
    /// Takes a word of the text, to be hashed later, if it is short and each of its characters
    /// folds on its own. All its ASCII but upper case has the bit for lower case.
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
        let len = match text[start] {
            HANGUL_FIRST..=HANGUL_LAST => fold::hangul_into_row(&text[start..end], row),
            _ => None,
        };
        let Some(len) = len.or_else(|| fold::into_row(text, start, end, outside, row)) else {
            return false;
        };
        let start = (self.count * fold::ROW) as u32;
        self.spans[self.count] = [start, start + len as u32];
        self.words[self.count] = word as u8;
        self.count += 1;
        true
    }

    /// Writes the hashes of all words taken.
    #[inline(always)]
    pub(super) fn hash<K: Kernel>(&mut self, kernel: K, hashes: &mut [u64; ROOM]) {
        let (mut found, mut long) = ([[0; 8]; ROWS / 8], [0; ROWS / 8]);
        let eights = self.count.div_ceil(8);
        let words = Eights {
            words: &self.spans.as_chunks().0[..eights],
            hashes: &mut found[..eights],
            others: &mut long[..eights],
        };
        let hashed = kernel.hash_words(self.bytes.as_flattened(), words);
        debug_assert_eq!(hashed, eights, "a row has room for more than a word");
        for (at, &word) in self.words[..self.count].iter().enumerate() {
            hashes[usize::from(word)] = if long[at / 8] >> (at % 8) & 1 == 0 {
                found[at / 8][at % 8]
            } else {
                let [start, end] = self.spans[at];
                hash::clean_row(&self.bytes[at], (end - start) as usize)
            };
        }
        self.count = 0;
    }
}
