//! The starts and ends of words, collected until a batch is full.
//!
//! In: masks of a block's word starts and ends, and words the tables found. Out: the words as
//! pairs of start and end, with the sets of words that need more than plain hashing.

use super::word_set::{ROOM, WordSet};
use crate::simd::{Kernel, StartEnd};

/// Word starts and ends in alternation. The last word may lack its end.
#[derive(Debug, Default)]
pub(super) struct Edges {
    positions: Positions,
    /// How many starts and ends there are.
    count: usize,
    /// The end of the previous batch's last word.
    last_end: u32,
    /// Words that need more than lower-casing ASCII to be folded.
    unfolded: WordSet,
    /// Words known to be a single letter with [`SHORT_REACH`](super::SHORT_REACH).
    short: WordSet,
    /// Words known to be a single letter with [`LONG_REACH`](super::LONG_REACH).
    long: WordSet,
    /// Words that start where their predecessor ends.
    touching: WordSet,
    /// Words with an ASCII byte that setting the lower-case bit would corrupt.
    odd: WordSet,
}

#[derive(Debug)]
struct Positions([u32; 2 * ROOM]);

impl Default for Positions {
    fn default() -> Self {
        Self([0; 2 * ROOM])
    }
}

impl Edges {
    /// Forgets the text before.
    pub(super) fn clear(&mut self) {
        (self.count, self.last_end) = (0, 0);
        self.unfolded = WordSet::default();
        self.short = WordSet::default();
        self.long = WordSet::default();
        self.touching = WordSet::default();
        self.odd = WordSet::default();
    }

    /// How many words have a start.
    pub(super) fn started(&self) -> usize {
        self.count.div_ceil(2)
    }

    /// How many words have an end.
    pub(super) fn ended(&self) -> usize {
        self.count / 2
    }

    /// The free positions, at least 64.
    #[inline(always)]
    fn free(&mut self) -> &mut [u32] {
        let room = "a block is added only below a full batch";
        self.positions.0.get_mut(self.count..).expect(room)
    }

    /// Adds a block in which every word is a run of `words` bits. Gives whether its last word is
    /// open. Most English blocks go this way.
    #[inline(always)]
    pub(super) fn add_words<K: Kernel>(
        &mut self,
        kernel: K,
        base: u32,
        words: u64,
        word_open: u64,
    ) -> u64 {
        self.add(kernel, base, words ^ (words << 1 | word_open));
        words >> 63
    }

    /// Adds the starts and ends in a block without touching words.
    #[inline(always)]
    pub(super) fn add<K: Kernel>(&mut self, kernel: K, base: u32, edges: u64) {
        let room = "a block is added only below a full batch";
        kernel.positions(edges, base, self.free().first_chunk_mut().expect(room));
        self.count += edges.count_ones() as usize;
    }

    /// Adds the starts and ends in a block where an end and a start may share a byte.
    #[inline(always)]
    pub(super) fn add_touching<K: Kernel>(&mut self, kernel: K, base: u32, starts: u64, ends: u64) {
        let (mut start_of, mut end_of) = ([0; 64], [0; 64]);
        kernel.positions(starts, base, &mut start_of);
        kernel.positions(ends, base, &mut end_of);
        // An open word has its end first.
        let (first, second) = if self.count % 2 == 1 {
            (&end_of, &start_of)
        } else {
            (&start_of, &end_of)
        };
        let count = starts.count_ones() as usize + ends.count_ones() as usize;
        // Interleave eight and eight.
        let by_turns = first.as_chunks().0.iter().zip(second.as_chunks().0);
        let to = self.free().as_chunks_mut::<16>().0;
        for (to, (first, second)) in to[..count.div_ceil(16)].iter_mut().zip(by_turns) {
            let (first, second): (&[u32; 8], &[u32; 8]) = (first, second);
            for at in 0..8 {
                (to[2 * at], to[2 * at + 1]) = (first[at], second[at]);
            }
        }
        self.count += count;
    }

    /// Notes which words starting at `starts` touch their predecessor, and which are letters
    /// with a short or long reach. Call it before the starts are added.
    #[inline(always)]
    pub(super) fn note_spaceless<K: Kernel>(
        &mut self,
        kernel: K,
        starts: u64,
        touching: u64,
        [short, long]: [u64; 2],
    ) {
        let first = self.started();
        let of = |bytes: u64| kernel.extract(bytes & starts, starts);
        self.touching.add(of(touching), first);
        if short != 0 {
            self.short.add(of(short), first);
        }
        if long != 0 {
            self.long.add(of(long), first);
        }
    }

    /// Notes unfolded words: bit `n` of `ended` stands for the `n`-th word this block ends. Call it
    /// before the ends are added.
    #[inline(always)]
    pub(super) fn note_unfolded(&mut self, ended: u64) {
        self.unfolded.add(ended, self.ended());
    }

    /// Removes the open word and gives its start.
    pub(super) fn reopen(&mut self) -> Option<usize> {
        (self.count % 2 == 1).then(|| {
            self.count -= 1;
            let word = self.ended();
            self.short.remove(word);
            self.long.remove(word);
            self.touching.remove(word);
            self.positions.0[self.count] as usize
        })
    }

    /// Ends an open word at the end of the text; `unfolded` (0 or 1) is its flag.
    pub(super) fn close(&mut self, end: u32, unfolded: u64) {
        if self.count % 2 == 1 {
            self.unfolded.add(unfolded, self.ended());
            self.positions.0[self.count] = end;
            self.count += 1;
        }
    }

    /// Adds a word that the tables found.
    pub(super) fn push(&mut self, bytes: &[u8], start: u32, end: u32) {
        let word = self.ended();
        self.unfolded.add(1, word);
        let odd = |&byte: &u8| byte.is_ascii() && !byte.is_ascii_alphabetic() && byte & 0x20 == 0;
        self.odd.add(bytes.iter().any(odd).into(), word);
        self.touching.add(self.touches(start).into(), word);
        self.positions.0[self.count] = start;
        self.positions.0[self.count + 1] = end;
        self.count += 2;
    }

    /// Whether the last word ends at `at`. No word may be open.
    pub(super) fn touches(&self, at: u32) -> bool {
        let last = self.count.checked_sub(1).map(|last| self.positions.0[last]);
        last.unwrap_or(self.last_end) == at && at > 0
    }

    /// The complete words.
    #[inline(always)]
    pub(super) fn words(&self) -> &[StartEnd] {
        &self.positions.0.as_chunks().0[..self.ended()]
    }

    /// The complete words in groups of eight; meaningless numbers fill the last group.
    #[inline(always)]
    pub(super) fn groups_of_8(&self) -> &[[StartEnd; 8]] {
        let (words, _) = self.positions.0.as_chunks();
        &words.as_chunks().0[..self.ended().div_ceil(8)]
    }

    /// Complete words that need more than lower-casing ASCII to be folded.
    #[inline(always)]
    pub(super) fn unfolded(&self) -> WordSet {
        self.unfolded
    }

    /// Complete words known to be a letter with short reach.
    #[inline(always)]
    pub(super) fn short(&self) -> WordSet {
        self.short.below(self.ended())
    }

    /// Complete words known to be a letter with long reach.
    #[inline(always)]
    pub(super) fn long(&self) -> WordSet {
        self.long.below(self.ended())
    }

    /// Words that start where their predecessor ends.
    #[inline(always)]
    pub(super) fn touching(&self) -> WordSet {
        self.touching
    }

    /// Words with an ASCII byte that is no letter and lacks the lower-case bit: setting the bit
    /// would make it another character.
    #[inline(always)]
    pub(super) fn odd(&self) -> WordSet {
        self.odd
    }

    /// Hands the complete words to `batch` and keeps an open word's start.
    #[inline(always)]
    pub(super) fn flush(&mut self, batch: &mut impl FnMut(&Self)) {
        batch(self);
        let ended = self.ended();
        let open = |words: WordSet| WordSet::of_first(words.has(ended));
        self.short = open(self.short);
        self.long = open(self.long);
        self.touching = open(self.touching);
        self.unfolded = WordSet::default();
        self.odd = WordSet::default();
        if let Some(last) = (2 * ended).checked_sub(1) {
            self.last_end = self.positions.0[last];
        }
        self.positions.0[0] = self.positions.0[2 * ended];
        self.count %= 2;
    }
}
