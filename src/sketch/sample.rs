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
use crate::text::push_letters;

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
    hashes: Vec<u64>,
    letters: Vec<u32>,
    folded: String,
}

/// The sample of a text: its hashes in ascending order, each once.
pub(super) fn sample(text: &str, scratch: &mut Scratch) -> Box<[u32]> {
    scratch.letters.clear();
    push_letters(text, &mut scratch.folded, &mut scratch.letters);
    let shingles = (scratch.letters.len() + 1).saturating_sub(WIDTH);
    let take = (shingles / ONE_IN).clamp(LEAST, MOST);
    // As many as are expected below the bound are half as many again as will be taken, so that
    // there is seldom need to look twice.
    let letters = scratch.letters.len().max(1) as f64;
    let expected = 1.5 * (letters / ONE_IN as f64).clamp(LEAST as f64, MOST as f64) + 32.0;
    let bound = (expected / letters * u64::MAX as f64) as u64;
    collect(bound, scratch);
    if scratch.hashes.len() < take && bound < u64::MAX {
        collect(u64::MAX, scratch);
    }
    // Those that order chooses are small: the other half tells them apart.
    let chosen = &scratch.hashes[..scratch.hashes.len().min(take)];
    let mut sample: Vec<u32> = chosen.iter().map(|&hash| hash as u32).collect();
    sample.sort_unstable();
    sample.dedup();
    sample.into()
}

/// Collects the different hashes up to `bound`, in order.
fn collect(bound: u64, scratch: &mut Scratch) {
    let Scratch {
        hashes, letters, ..
    } = scratch;
    hashes.clear();
    let mix = |letter: u32| LETTERS[letter as usize % LETTERS.len()] ^ u64::from(letter >> 7);
    let Some((first, rest)) = letters.split_at_checked(WIDTH) else {
        return;
    };
    let mut rolling = first.iter().fold(0u64, |rolling, &letter| {
        rolling.rotate_left(TURN) ^ mix(letter)
    });
    let mut add = |rolling: u64| {
        let hash = hash::finish(rolling);
        if hash <= bound {
            hashes.push(hash);
        }
    };
    add(rolling);
    for (&entering, &leaving) in rest.iter().zip(&*letters) {
        rolling = rolling.rotate_left(TURN)
            ^ mix(entering)
            ^ mix(leaving).rotate_left(TURN * WIDTH as u32 % u64::BITS);
        add(rolling);
    }
    hashes.sort_unstable();
    hashes.dedup();
}

/// A well-mixed number for each of the lower bits of a letter.
static LETTERS: [u64; 128] = {
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

    /// All shingles, by hashing each anew.
    fn plain(text: &str) -> BTreeSet<u64> {
        let mut letters = Vec::new();
        push_letters(text, &mut String::new(), &mut letters);
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
        fn the_smallest_are_chosen(text in "([a-cé]{1,9}[ -]){0,400}") {
            let all = plain(&text);
            let mut letters = Vec::new();
            push_letters(&text, &mut String::new(), &mut letters);
            let take = ((letters.len() + 1).saturating_sub(WIDTH) / ONE_IN).clamp(LEAST, MOST);
            let chosen: BTreeSet<u32> = all.iter().take(take).map(|&hash| hash as u32).collect();
            let found = sample(&text, &mut Scratch::default());
            prop_assert_eq!(found.into_vec(), chosen.into_iter().collect::<Vec<_>>());
        }
    }
}
