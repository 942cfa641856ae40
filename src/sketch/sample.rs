//! A sample of the character shingles of an article, by which excerpts and noisy copies are found.
//!
//! In: a text. Out: a few 32-bit hashes of the runs of ten letters and digits in it, chosen by
//! their hash alone: two articles of like length that share a run both choose it, or neither does.
//!
//! The smallest hashes are chosen (bottom-k, Cohen and Kaplan 2007), at least 64 of them, and of a
//! long article one in 32 (Manber 1994), so that an excerpt shares with its source as many as its
//! own length gives. Case, accents, spaces, punctuation and line ends don't count: these are what
//! copies differ in most. Ten letters survive between two errors of recognition more often than
//! three words do.

use crate::hash;
use crate::kit::radix;
use crate::simd::{Cpu, Kernel, Task};
use crate::text::{TakeLetters, for_letters};

/// Letters and digits in a shingle.
const WIDTH: usize = 10;
/// How many hashes are taken of a short article, if it has so many.
const LEAST: usize = 64;
/// Of how many shingles of a long article one is taken.
const ONE_IN: usize = 32;
/// No article gives more: a book is found by these as well.
const MOST: usize = 4096;

/// Rotation of neighbours against each other; ten of them stay apart in 64 bits.
const TURN: u32 = 7;

/// Space that is kept from one text to the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    block: Box<Block>,
    /// Hashes up to the bound, and behind them whatever stood there before.
    hashes: Vec<u64>,
    folded: String,
}

/// The sample of a text: its hashes in ascending order, each once.
pub(super) fn sample(cpu: Cpu, text: &str, scratch: &mut Scratch) -> Box<[u32]> {
    // Few characters are no letters, and as many as are expected below the bound are half as many
    // again as will be taken, so that there is seldom need to look twice.
    let characters = text.chars().count().max(1) as f64;
    let expected = 1.5 * (characters / ONE_IN as f64).clamp(LEAST as f64, MOST as f64) + 32.0;
    let bound = (expected / characters * u64::MAX as f64) as u64;
    let (mut found, mut take) = collect(cpu, text, bound, scratch);
    if different(found).count() < take && bound < u64::MAX {
        (found, take) = collect(cpu, text, u64::MAX, scratch);
    }
    // Those that order chooses are small: the other half tells them apart.
    let mut sample: Vec<u32> = different(found)
        .take(take)
        .map(|hash| hash as u32)
        .collect();
    radix::sort(&mut sample, u32::MAX.into(), |&hash| hash.into());
    sample.dedup();
    sample.into()
}

/// Each of these hashes, which are in order, once.
fn different(hashes: &[u64]) -> impl Iterator<Item = u64> {
    hashes.chunk_by(u64::eq).map(|same| same[0])
}

/// The hashes of a text up to `bound`, in order, and how many different ones are to be taken.
fn collect<'s>(cpu: Cpu, text: &str, bound: u64, scratch: &'s mut Scratch) -> (&'s [u64], usize) {
    let Scratch {
        block,
        hashes,
        folded,
    } = scratch;
    block.len = 0;
    let mut collector = Collector {
        cpu,
        bound,
        block,
        hashes,
        found: 0,
        shingles: 0,
    };
    for_letters(text, folded, &mut collector);
    collector.hash();
    let Collector {
        found, shingles, ..
    } = collector;
    let found = &mut hashes[..found];
    radix::sort(found, bound, |&hash| hash);
    (found, (shingles / ONE_IN).clamp(LEAST, MOST))
}

/// Letters that are hashed at a time; few enough for all that is made of them to stay in L1.
const BLOCK: usize = 512;

/// Mixed letters, the last of the block before first.
#[derive(Debug)]
struct Block {
    letters: [u64; BLOCK],
    len: usize,
    /// What the letters are joined to on the way, of two, four and eight letters, and their
    /// shingles.
    steps: [[u64; BLOCK]; 4],
}

impl Default for Block {
    fn default() -> Self {
        Self {
            letters: [0; BLOCK],
            len: 0,
            steps: [[0; BLOCK]; 4],
        }
    }
}

/// Collects the hashes of the letters that it takes.
struct Collector<'a> {
    cpu: Cpu,
    bound: u64,
    block: &'a mut Block,
    hashes: &'a mut Vec<u64>,
    /// Hashes up to the bound.
    found: usize,
    shingles: usize,
}

impl TakeLetters for Collector<'_> {
    fn take_ascii(&mut self, mut ascii: &[u8]) {
        while !ascii.is_empty() {
            if self.block.len == BLOCK {
                self.hash();
            }
            let Block { letters, len, .. } = &mut *self.block;
            let room = &mut letters[*len..];
            let (now, rest) = ascii.split_at(ascii.len().min(room.len()));
            ascii = rest;
            let mut taken = 0;
            // Each is written, and the next one over it unless it counts: to jump at each space and
            // comma would cost more.
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

impl Collector<'_> {
    /// Hashes the shingles of the block, and keeps the letters of those that go on in the next one.
    fn hash(&mut self) {
        let Block {
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
        self.found += self.cpu.run(Hashes {
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

/// Writes the hashes of the shingles of a block up to a bound; gives how many there are.
struct Hashes<'a> {
    letters: &'a [u64; BLOCK],
    steps: &'a mut [[u64; BLOCK]; 4],
    shingles: usize,
    bound: u64,
    to: &'a mut [u64],
}

impl Task for Hashes<'_> {
    type Output = usize;

    /// A shingle is each letter turned by its distance from the end. Those of two letters make
    /// those of four, these those of eight, and with two more those of ten: each step for all
    /// shingles at once.
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

/// Joins what starts at each place with what starts `distance` further on and has `LETTERS`
/// letters.
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

fn mix(letter: u32) -> u64 {
    LETTERS[letter as usize % LETTERS.len()] ^ u64::from(letter >> 7)
}

/// A byte in either case as a letter, and whether it is one.
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

/// A well-mixed number for each of the lower bits of a letter.
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

    /// All shingles, by hashing each anew.
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
            let mut scratch = Scratch::default();
            for cpu in CpuLevel::ALL.into_iter().filter_map(Cpu::at) {
                prop_assert_eq!(&*sample(cpu, &text, &mut scratch), &*chosen, "at {:?}", cpu);
            }
        }
    }
}
