//! A cheap test before alignment: whether two articles have enough in common.
//!
//! In: the token hashes of two articles. Out: yes or no, much cheaper than an alignment. The test
//! counts shared runs of two words, in order, without a second occurrence in either article. Copies with an
//! error in every other word keep enough runs; articles on one subject share a few by chance, seldom
//! in order.

use std::ops::Range;

use super::self_repeats;
use super::unique_runs::{self, Lookup, UniqueRuns};
use crate::hash;
use crate::kit::increasing;

/// Runs of two words without a second occurrence in an article.
#[derive(Clone, Debug, Default)]
pub(crate) struct PairGate {
    runs: UniqueRuns,
    /// The number of tokens outside repeated passages.
    tokens: usize,
}

/// Runs in order that two articles must share, unless the shorter article is short. Chosen by hand.
const LEAST: usize = 5;
/// Words of a short article for each run it must share. Chosen by hand.
const SHORT: usize = 8;
/// Runs in order, in percent of the shorter article's words. Chosen by hand.
const LEAST_PERCENT: usize = 3;
/// Runs in order that suffice at any length: a passage worth telling. Chosen by hand.
const PASSAGE: usize = 24;

/// Of `n` runs in random order, `2 sqrt(n)` are in order (Logan and Shepp 1977). The square of a
/// slightly larger factor.
const MORE_THAN_CHANCE: f64 = 4.8;

/// Runs in order, in percent: of the words of the shorter article for a copy without errors, and of
/// the shared runs for a copy with errors, whose remaining runs are nearly all in order.
const MUCH_PERCENT: usize = 15;
const ORDERLY_PERCENT: usize = 80;
/// Runs of a passage of six words. Chosen by hand.
const PASSAGE_OF_SOME: usize = 5;

impl PairGate {
    pub(crate) fn new(tokens: &[u64]) -> Self {
        let all = Self::of(tokens, std::slice::from_ref(&(0..tokens.len())));
        match self_repeats::fresh(tokens.len(), &all.runs, |at| tokens[at]) {
            Some(fresh) => Self::of(tokens, &fresh),
            None => all,
        }
    }

    /// Of the tokens in these ranges.
    fn of(tokens: &[u64], ranges: &[Range<usize>]) -> Self {
        let runs = |runs: &mut Vec<u64>| {
            for range in ranges {
                let pairs = tokens[range.clone()].array_windows();
                runs.extend(pairs.zip(range.start..).map(|(&[first, second], place)| {
                    unique_runs::entry(hash::finish(hash::finish(first) ^ second), place)
                }));
            }
        };
        Self {
            runs: UniqueRuns::new(runs),
            tokens: ranges.iter().map(Range::len).sum(),
        }
    }

    /// A table for comparisons with other articles.
    pub(crate) fn probe(&self) -> PairGateProbe {
        PairGateProbe {
            runs: self.runs.lookup(),
            tokens: self.tokens,
        }
    }
}

/// A [`PairGate`] that is compared to many.
#[derive(Debug)]
pub(crate) struct PairGateProbe {
    runs: Lookup,
    tokens: usize,
}

impl PairGateProbe {
    /// Whether the articles may share more than a subject.
    pub(crate) fn may_be_related(&self, other: &PairGate, scratch: &mut PairGateScratch) -> bool {
        let shorter = self.tokens.min(other.tokens);
        let least = LEAST.min(shorter / SHORT).max(1);
        let enough = least.max((shorter * LEAST_PERCENT / 100).min(PASSAGE));
        let PairGateScratch { shared, likely, .. } = scratch;
        shared.clear();
        self.runs
            .for_shared(&other.runs, likely, |a, b| shared.push((b, a)));
        if shared.len() < enough {
            return false;
        }
        let in_order = scratch.in_order();
        let shared = scratch.shared.len();
        let is_chance = ((in_order * in_order) as f64) < MORE_THAN_CHANCE * shared as f64;
        let is_much = 100 * in_order >= MUCH_PERCENT * shorter;
        let is_orderly = 100 * in_order >= ORDERLY_PERCENT * shared;
        in_order >= enough
            && !is_chance
            && (is_much || is_orderly || scratch.longest_passage() >= PASSAGE_OF_SOME)
    }
}

/// Memory for comparisons, used again for each pair.
#[derive(Debug, Default)]
pub(crate) struct PairGateScratch {
    /// Pairs of places of shared runs, in order of the place in the other article.
    shared: Vec<(u32, u32)>,
    /// Runs of the other article that may be shared.
    likely: Vec<u64>,
    tails: Vec<u32>,
}

impl PairGateScratch {
    /// The largest number of shared runs in order, by the longest increasing subsequence.
    fn in_order(&mut self) -> usize {
        let places = self.shared.iter().map(|&(_, place)| place);
        increasing::length(places, &mut self.tails)
    }

    /// The length of the longest shared passage, in runs.
    fn longest_passage(&self) -> usize {
        let goes_on = |a: &(u32, u32), b: &(u32, u32)| a.0 + 1 == b.0 && a.1 + 1 == b.1;
        let passages = self.shared.chunk_by(goes_on).map(<[_]>::len);
        passages.max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_counts() {
        let tokens: Vec<u64> = (0..400u64).map(|at| hash::finish(at + 1)).collect();
        let backwards: Vec<u64> = tokens.chunks(2).rev().flatten().copied().collect();
        let excerpt = &tokens[300..330];
        let [all, backwards, excerpt] = [&tokens, &backwards, excerpt].map(PairGate::new);
        let mut scratch = PairGateScratch::default();
        let all = all.probe();
        assert!(all.may_be_related(&excerpt, &mut scratch));
        assert!(!all.may_be_related(&backwards, &mut scratch));
        assert!(!all.may_be_related(&PairGate::new(&[]), &mut scratch));
    }
}
