//! A sample of an article's ten-letter shingles, for finding excerpts and noisy copies.
//!
//! In: a text. Out: a few 32-bit hashes over runs of ten letters and digits. The hash alone decides
//! whether a run is sampled: two articles with similar lengths that share a run both sample it, or
//! neither does.
//!
//! The smallest hashes are sampled (bottom-k, Cohen and Kaplan 2007): at least 64, and one in 32 in a
//! long article (Manber 1994). So an excerpt shares samples with its source in proportion to the excerpt's length.
//!
//! Case, accents, spaces, punctuation and line ends make no difference: copies differ in these most.
//! Ten letters survive between two OCR errors more often than three words do.

use crate::hash;
use crate::kit::radix;
use crate::simd::{Cpu, Kernel, Task};
use crate::text::{TakeLetters, for_letters};

/// Letters and digits in a shingle. In a prototype, two shared samples of ten letters made .99 of
/// noisy reprints candidates, where bands of word 3-grams made .39. Part of the recipe.
const WIDTH: usize = 10;

/// Hashes sampled from a short article, if it has so many. The prototype behind [`WIDTH`] took 64
/// too, at 12 to 24 candidates an article.
const LEAST: usize = 64;

/// Shingles for each sampled one in a long article (Manber 1994). Chosen by hand: it reaches [`LEAST`] at
/// 2,048 letters, some 400 words.
const ONE_IN: usize = 32;

/// Hashes sampled from the longest article: enough for 131,072 letters, some 25,000 words. Books
/// are found by these too. Chosen by hand, to bound memory.
const MOST: usize = 4096;

/// Hashes expected below the first bound, for each hash wanted.
///
/// With [`SPARE`], 128 hashes are expected in a short article where 64 are wanted; 102 if a fifth of
/// its characters are spaces. By the Poisson distribution, fewer than 64 come in 2 of 100,000 such
/// articles, which are then read twice.
const MARGIN: f64 = 1.5;

/// Hashes below the first bound beyond [`MARGIN`].
const SPARE: f64 = 32.0;

/// Bits of rotation between neighbouring letters. Ten letters get ten different rotations in 64
/// bits. Chosen by hand; part of the recipe.
const TURN: u32 = 7;

/// Buffers kept between texts.
#[derive(Debug, Default)]
pub(super) struct SampleScratch {
    /// Made for a first text: sketches without a sample need none.
    block: Option<Box<SampleBlock>>,
    /// Hashes up to the bound, then leftovers from before.
    hashes: Vec<u64>,
    folded: String,
}

/// Samples a text: hashes in ascending order, each once. Linear in the text's length.
pub(super) fn sample(cpu: Cpu, text: &str, scratch: &mut SampleScratch) -> Box<[u32]> {
    // A first bound that enough hashes should stay below.
    let characters = text.chars().count().max(1) as f64;
    let wanted = (characters / ONE_IN as f64).clamp(LEAST as f64, MOST as f64);
    let bound = ((MARGIN * wanted + SPARE) / characters * u64::MAX as f64) as u64;
    let (mut found, mut take) = collect(cpu, text, bound, scratch);
    // Too few, by chance or because runs repeat: take any.
    if different(found).count() < take && bound < u64::MAX {
        (found, take) = collect(cpu, text, u64::MAX, scratch);
    }
    // The upper halves of the smallest hashes are alike; the lower halves tell them apart.
    let mut sample = Vec::with_capacity(take.min(found.len()));
    sample.extend(different(found).take(take).map(|hash| hash as u32));
    radix::sort(&mut sample, u32::MAX.into(), |&hash| hash.into());
    sample.dedup();
    sample.into()
}

/// Drops repeats from sorted hashes.
fn different(hashes: &[u64]) -> impl Iterator<Item = u64> {
    hashes.chunk_by(u64::eq).map(|same| same[0])
}

/// Gives a text's hashes up to `bound`, sorted, and how many different ones to sample.
fn collect<'s>(
    cpu: Cpu,
    text: &str,
    bound: u64,
    scratch: &'s mut SampleScratch,
) -> (&'s [u64], usize) {
    let SampleScratch {
        block,
        hashes,
        folded,
    } = scratch;
    let block = block.get_or_insert_default();
    block.len = 0;
    let mut collector = SampleCollector {
        cpu,
        bound,
        block,
        hashes,
        found: 0,
        shingles: 0,
    };
    for_letters(text, folded, &mut collector);
    collector.hash();
    let SampleCollector {
        found, shingles, ..
    } = collector;
    let found = &mut hashes[..found];
    radix::sort(found, bound, |&hash| hash);
    (found, (shingles / ONE_IN).clamp(LEAST, MOST))
}

/// Letters hashed at a time: with four steps of eight bytes each, 20 KB, which L1 holds.
const BLOCK: usize = 512;

/// A block of mixed letters. It starts with the nine letters that end the block before.
#[derive(Debug)]
struct SampleBlock {
    letters: [u64; BLOCK],
    len: usize,
    /// Runs of 2, 4, 8 and 10 letters, by their first letter.
    steps: [[u64; BLOCK]; 4],
}

impl Default for SampleBlock {
    fn default() -> Self {
        Self {
            letters: [0; BLOCK],
            len: 0,
            steps: [[0; BLOCK]; 4],
        }
    }
}

/// Hashes letters as they come, and keeps hashes up to a bound.
struct SampleCollector<'a> {
    cpu: Cpu,
    bound: u64,
    block: &'a mut SampleBlock,
    hashes: &'a mut Vec<u64>,
    /// How many hashes up to the bound `hashes` starts with.
    found: usize,
    /// How many shingles there were.
    shingles: usize,
}

impl TakeLetters for SampleCollector<'_> {
    fn take_ascii(&mut self, mut ascii: &[u8]) {
        while !ascii.is_empty() {
            if self.block.len == BLOCK {
                self.hash();
            }
            let SampleBlock { letters, len, .. } = &mut *self.block;
            let room = &mut letters[*len..];
            let (now, rest) = ascii.split_at(ascii.len().min(room.len()));
            ascii = rest;
            let mut taken = 0;
            // Every byte is written, and the next one over it unless it is a letter: a branch at
            // spaces and commas would cost more.
            for &byte in now {
                let (mixed, counts) = ASCII[usize::from(byte)];
                room[taken] = mixed;
                taken += counts;
            }
            *len += taken;
        }
    }

    fn take(&mut self, letter: u32) {
        if self.block.len == BLOCK {
            self.hash();
        }
        self.block.letters[self.block.len] = mix(letter);
        self.block.len += 1;
    }
}

impl SampleCollector<'_> {
    /// Hashes the block's shingles, and keeps the letters whose shingles reach into the next block.
    fn hash(&mut self) {
        let SampleBlock {
            letters,
            len,
            steps,
        } = &mut *self.block;
        let Some(shingles) = (*len + 1).checked_sub(WIDTH).filter(|&some| some > 0) else {
            return;
        };
        self.shingles += shingles;
        if self.hashes.len() < self.found + BLOCK {
            self.hashes.resize(2 * (self.found + BLOCK), 0);
        }
        self.found += self.cpu.run(SampledHashes {
            letters,
            steps,
            shingles,
            bound: self.bound,
            to: &mut self.hashes[self.found..],
        });
        letters.copy_within(shingles..*len, 0);
        *len -= shingles;
    }
}

/// Writes a block's shingle hashes up to a bound, and gives their number.
struct SampledHashes<'a> {
    letters: &'a [u64; BLOCK],
    steps: &'a mut [[u64; BLOCK]; 4],
    shingles: usize,
    bound: u64,
    to: &'a mut [u64],
}

impl Task for SampledHashes<'_> {
    type Output = usize;

    /// Built by doubling: runs of 2, 4, 8, then 8 + 2 = 10 letters, one vectorizable loop each. A
    /// letter is rotated by its distance from the shingle's end.
    #[inline(always)]
    fn run<K: Kernel>(self, _: K) -> usize {
        let one = self.letters;
        let [two, four, eight, ten] = self.steps;
        join::<1>(one, one, 1, two);
        join::<2>(two, two, 2, four);
        join::<4>(four, four, 4, eight);
        join::<2>(eight, two, 8, ten);
        for hash in &mut *ten {
            *hash = hash::finish(*hash);
        }
        let mut found = 0;
        for &hash in &ten[..self.shingles] {
            self.to[found] = hash;
            found += usize::from(hash <= self.bound);
        }
        found
    }
}

/// Joins the run at every place with the run of `LETTERS` letters that starts `distance` further
/// on.
#[inline(always)]
fn join<const LETTERS: u32>(
    first: &[u64; BLOCK],
    second: &[u64; BLOCK],
    distance: usize,
    out: &mut [u64; BLOCK],
) {
    for (out, (first, second)) in out.iter_mut().zip(first.iter().zip(&second[distance..])) {
        *out = first.rotate_left(TURN * LETTERS % u64::BITS) ^ second;
    }
}

/// A well-mixed number for any folded letter.
fn mix(letter: u32) -> u64 {
    LETTERS[letter as usize % LETTERS.len()] ^ u64::from(letter >> 7)
}

/// For every byte, its mixed letter without regard to case, and 1 if it is a letter or a digit.
static ASCII: [(u64, usize); 256] = {
    let mut table = [(0, 0); 256];
    let mut byte = 0;
    while byte < 128 {
        let letter = byte as u8;
        table[byte] = (
            LETTERS[(letter | 0x20) as usize],
            letter.is_ascii_alphanumeric() as usize,
        );
        byte += 1;
    }
    table
};

/// A well-mixed number for the low seven bits of a letter.
const LETTERS: [u64; 128] = {
    let mut table = [0; 128];
    let mut letter = 0;
    while letter < table.len() {
        table[letter] = hash::finish(hash::finish(letter as u64 + 1));
        letter += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::CpuLevel;

    /// The plain way: every shingle hashed anew.
    fn plain(text: &str) -> BTreeSet<u64> {
        let mut letters: Vec<u32> = Vec::new();
        for_letters(text, &mut String::new(), &mut letters);
        let hash = |shingle: &[u32]| {
            let mixed = shingle.iter().fold(0u64, |mixed, &letter| {
                let entering = LETTERS[letter as usize % 128] ^ u64::from(letter >> 7);
                mixed.rotate_left(TURN) ^ entering
            });
            hash::finish(mixed)
        };
        letters.windows(WIDTH).map(hash).collect()
    }

    proptest! {
        #[test]
        fn the_smallest_are_chosen(text in "([a-cé]{1,9}[ -]{0,3}){0,600}") {
            let all = plain(&text);
            let mut letters: Vec<u32> = Vec::new();
            for_letters(&text, &mut String::new(), &mut letters);
            let take = ((letters.len() + 1).saturating_sub(WIDTH) / ONE_IN).clamp(LEAST, MOST);
            let chosen: BTreeSet<u32> = all.iter().take(take).map(|&hash| hash as u32).collect();
            let chosen: Vec<u32> = chosen.into_iter().collect();
            let mut scratch = SampleScratch::default();
            for cpu in CpuLevel::ALL.into_iter().filter_map(Cpu::at) {
                prop_assert_eq!(&*sample(cpu, &text, &mut scratch), &*chosen, "at {:?}", cpu);
            }
        }
    }
}
