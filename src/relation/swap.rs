//! Words that one article has in place of words of the other.
//!
//! In: the gaps of an alignment in which one fact may stand in place of another. Out: in how many of
//! them telling words stand that the other article lacks altogether, and how many of these swaps
//! recur. A form letter names its addressee at five places: one fact, told five times, and each
//! time by the same two names. An editor's changes do not recur.

use super::analyzed::{AnalyzedArticle, Word};
use super::evidence::Unmatched;
use super::table::WordPair;

/// A word of this weight tells: one article in twenty has it, or without a corpus, it has six letters
/// or more, or is a number. It is the weight at which a word may be an anchor.
const TELLING: f32 = 3.0;

/// Two words that stand in place of each other, by their hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Swap {
    of_a: u64,
    of_b: u64,
    /// The number of the gap.
    gap: u32,
}

/// The words that may be swapped, of all gaps.
#[derive(Debug, Default)]
pub(super) struct Swaps {
    candidates: Vec<Swap>,
    /// For each gap, whether it counts as a swap.
    counts: Vec<bool>,
}

impl Swaps {
    /// Takes the words of a gap. It `counts` if nothing else is known to differ there.
    pub(super) fn add(
        &mut self,
        a: &AnalyzedArticle,
        b: &AnalyzedArticle,
        gap: &Unmatched,
        counts: bool,
    ) {
        let tells = |word: &&Word| (word.kind.name || word.weight >= TELLING) && !word.kind.date;
        let number = self.counts.len() as u32;
        self.counts.push(counts);
        for of_a in a.words[gap.a.clone()].iter().filter(tells) {
            for of_b in b.words[gap.b.clone()].iter().filter(tells) {
                self.candidates.push(Swap {
                    of_a: of_a.hash,
                    of_b: of_b.hash,
                    gap: number,
                });
            }
        }
    }

    /// Takes the letters of scripts without spaces that were taken for misread ones. Errors of
    /// recognition seldom recur; a name of one letter does.
    pub(super) fn add_misread(
        &mut self,
        a: &AnalyzedArticle,
        b: &AnalyzedArticle,
        matches: &[WordPair],
    ) {
        for found in matches.iter().filter(|found| found.close) {
            let (of_a, of_b) = (&a.words[found.a as usize], &b.words[found.b as usize]);
            if of_a.kind.spaceless && of_b.kind.spaceless {
                self.candidates.push(Swap {
                    of_a: of_a.hash,
                    of_b: of_b.hash,
                    gap: self.counts.len() as u32,
                });
                self.counts.push(false);
            }
        }
    }

    /// How many gaps hold a swap and count, and how many hold one that an earlier gap held.
    pub(super) fn count(mut self, a: &AnalyzedArticle, b: &AnalyzedArticle) -> (u32, u32) {
        if self.candidates.is_empty() {
            return (0, 0);
        }
        let lacking_in_b = lacking(self.candidates.iter().map(|swap| swap.of_a), b);
        let lacking_in_a = lacking(self.candidates.iter().map(|swap| swap.of_b), a);
        self.candidates.retain(|swap| {
            lacking_in_b.binary_search(&swap.of_a).is_ok()
                && lacking_in_a.binary_search(&swap.of_b).is_ok()
        });
        self.candidates.sort_unstable();
        let mut is_swap = vec![false; self.counts.len()];
        let mut recurs = vec![false; self.counts.len()];
        for same in self
            .candidates
            .chunk_by(|x, y| (x.of_a, x.of_b) == (y.of_a, y.of_b))
        {
            is_swap[same[0].gap as usize] = true;
            for swap in same.iter().filter(|swap| swap.gap != same[0].gap) {
                is_swap[swap.gap as usize] = true;
                recurs[swap.gap as usize] = true;
            }
        }
        let both = is_swap.iter().zip(&self.counts);
        let swaps = both.filter(|(is, counts)| **is && **counts).count();
        let recurring = recurs.iter().filter(|recurs| **recurs).count();
        (swaps as u32, recurring as u32)
    }
}

/// The hashes, of those given, that no word of an article has; in ascending order.
fn lacking(hashes: impl Iterator<Item = u64>, article: &AnalyzedArticle) -> Vec<u64> {
    let mut hashes: Vec<u64> = hashes.collect();
    hashes.sort_unstable();
    hashes.dedup();
    let mut is_there = vec![false; hashes.len()];
    for word in &article.words {
        if let Ok(at) = hashes.binary_search(&word.hash) {
            is_there[at] = true;
        }
    }
    let mut is_there = is_there.into_iter();
    hashes.retain(|_| is_there.next() == Some(false));
    hashes
}
