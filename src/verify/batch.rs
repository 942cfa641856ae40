//! Verification of many candidate pairs, each article read as few times as memory allows.
//!
//! In: candidate pairs by position, and a way to [`Verify`] them. Out: what was found of those that
//! have enough in common, and the positions whose text could not be read.
//!
//! Articles are held by blocks of some size in all, and the others that meet one of a block come by
//! one at a time. A block grows from article to article by the most pairs with what it holds
//! already, so that few meet it from outside.

use std::collections::{BinaryHeap, VecDeque};

use crate::error::{Error, Result};
use crate::neighbours::Neighbours;
use crate::parallel;

/// A verified pair of positions, the smaller first, and what was found of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Verified<F> {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) found: F,
}

/// A position whose text could not be read. Its pairs are neither found nor excluded.
pub(crate) type Unread = (u32, Error);

/// How a pair is verified.
pub(crate) trait Verify: Sync {
    /// An article made ready to be compared.
    type Article: Send + Sync;
    /// What is made of one that is compared to many.
    type Probe<'a>;
    /// What is found of a pair.
    type Found: Send;
    /// Space that is kept from one pair to the next.
    type Scratch: Default;

    /// Tokens of the articles that are held at a time.
    const BLOCK: u64;

    /// Reads the article at a position.
    fn read(&self, position: u32) -> Result<Self::Article>;

    /// Makes an article ready to be compared to many.
    fn probe<'a>(&self, article: &'a Self::Article) -> Self::Probe<'a>;

    /// What an article has to do with another, if it is enough.
    fn compare(
        &self,
        probe: &Self::Probe<'_>,
        other: &Self::Article,
        scratch: &mut Self::Scratch,
    ) -> Option<Self::Found>;

    /// The same with the articles exchanged.
    fn exchanged(&self, found: Self::Found) -> Self::Found;
}

/// A candidate pair: one that is held when the other comes by. Both may be held.
#[derive(Clone, Copy, Debug)]
struct Meeting {
    held: u32,
    comes: u32,
}

/// Candidate pairs, cut into blocks that are verified one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// By block, and within it by what comes.
    meetings: Vec<Meeting>,
    /// Of each block.
    ends: Vec<usize>,
    next: usize,
}

impl Plan {
    /// A plan for `V` to verify `pairs` of positions below `tokens.len()`; `tokens` gives the length
    /// of each article.
    pub(crate) fn new<V: Verify>(pairs: &[(u32, u32)], tokens: &[u32]) -> Self {
        let blocks = blocks(pairs, tokens, V::BLOCK);
        let block = |position: u32| blocks[position as usize];
        let meeting = |&(a, b): &(u32, u32)| {
            if (block(a), a) <= (block(b), b) {
                Meeting { held: a, comes: b }
            } else {
                Meeting { held: b, comes: a }
            }
        };
        let mut meetings: Vec<Meeting> = pairs.iter().map(meeting).collect();
        meetings.sort_unstable_by_key(|pair| (block(pair.held), pair.comes, pair.held));
        let of_block = |x: &Meeting, y: &Meeting| block(x.held) == block(y.held);
        let ends = meetings.chunk_by(of_block).scan(0, |end, pairs| {
            *end += pairs.len();
            Some(*end)
        });
        Self {
            ends: ends.collect(),
            meetings,
            next: 0,
        }
    }

    /// Verifies the next block; `None` when all are done. Appends to `unread` what could not be
    /// read, in ascending order of those held and of those that came.
    pub(crate) fn verify_next<V: Verify>(
        &mut self,
        verify: &V,
        unread: &mut Vec<Unread>,
    ) -> Option<Vec<Verified<V::Found>>> {
        let end = *self.ends.get(self.next)?;
        let start = self
            .next
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        self.next += 1;
        Some(verify_block(&self.meetings[start..end], verify, unread))
    }

    /// Verifies everything that is left, links in ascending order.
    pub(crate) fn verify_all<V: Verify>(
        mut self,
        verify: &V,
        unread: &mut Vec<Unread>,
    ) -> Vec<Verified<V::Found>> {
        let mut links = Vec::new();
        while let Some(found) = self.verify_next(verify, unread) {
            links.extend(found);
        }
        links.sort_unstable_by_key(|link| (link.a, link.b));
        links
    }
}

/// The block of each position that has pairs.
fn blocks(pairs: &[(u32, u32)], tokens: &[u32], size: u64) -> Vec<u32> {
    const NONE: u32 = u32::MAX;
    let neighbours = Neighbours::of(tokens.len(), pairs.iter().map(|&(a, b)| (a, b, ())));
    let mut blocks = vec![NONE; tokens.len()];
    // Pairs of a position with what the current block holds.
    let mut gains = vec![0u32; tokens.len()];
    // Positions by their gains, those that have grown since among them.
    let mut nearest: BinaryHeap<(u32, std::cmp::Reverse<u32>)> = BinaryHeap::new();
    // All that were met, for when a block is full and the next one starts.
    let mut met: VecDeque<u32> = VecDeque::new();
    let (mut block, mut held) = (0, 0);
    let mut starts = 0..tokens.len() as u32;
    loop {
        let best = std::iter::from_fn(|| nearest.pop())
            .find(|&(gain, at)| blocks[at.0 as usize] == NONE && gains[at.0 as usize] == gain)
            .map(|(_, at)| at.0);
        let is_free = |at: &u32| blocks[*at as usize] == NONE;
        let has_pairs = |at: &u32| !neighbours.of_position(*at).is_empty();
        let next = best
            .or_else(|| std::iter::from_fn(|| met.pop_front()).find(is_free))
            .or_else(|| starts.find(|at| is_free(at) && has_pairs(at)));
        let Some(at) = next else {
            return blocks;
        };
        blocks[at as usize] = block;
        held += u64::from(tokens[at as usize]);
        for &(other, ()) in neighbours.of_position(at) {
            if blocks[other as usize] == NONE {
                let gain = &mut gains[other as usize];
                if *gain == 0 {
                    met.push_back(other);
                }
                *gain += 1;
                nearest.push((*gain, std::cmp::Reverse(other)));
            }
        }
        if held >= size {
            (block, held) = (block + 1, 0);
            for (_, at) in nearest.drain() {
                gains[at.0 as usize] = 0;
            }
        }
    }
}

fn verify_block<V: Verify>(
    meetings: &[Meeting],
    verify: &V,
    unread: &mut Vec<Unread>,
) -> Vec<Verified<V::Found>> {
    let mut held: Vec<u32> = meetings.iter().map(|pair| pair.held).collect();
    held.sort_unstable();
    held.dedup();
    let articles: Vec<Result<V::Article>> = parallel::map(&held, |&at| verify.read(at));
    let find = |position: u32| {
        let at = held.binary_search(&position).ok()?;
        Some(articles[at].as_ref().ok())
    };

    let arrivals: Vec<&[Meeting]> = meetings.chunk_by(|x, y| x.comes == y.comes).collect();
    let done = parallel::map_with(&arrivals, |pairs, scratch: &mut V::Scratch| {
        let comes = pairs[0].comes;
        let read;
        let article = match find(comes) {
            Some(Some(article)) => article,
            Some(None) => return Ok(Vec::new()),
            None => {
                read = verify.read(comes).map_err(|error| (comes, error))?;
                &read
            }
        };
        let probe = verify.probe(article);
        let links = pairs.iter().filter_map(|pair| {
            let found = verify.compare(&probe, find(pair.held)??, scratch)?;
            let (a, b) = (pair.comes, pair.held);
            Some(if a < b {
                Verified { a, b, found }
            } else {
                let found = verify.exchanged(found);
                Verified { a: b, b: a, found }
            })
        });
        Ok(links.collect())
    });
    let failed = held.iter().zip(articles);
    unread.extend(failed.filter_map(|(&at, article)| Some((at, article.err()?))));
    let mut links = Vec::new();
    for outcome in done {
        match outcome {
            Ok(found) => links.extend::<Vec<_>>(found),
            Err(failed) => unread.push(failed),
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;
    use crate::error::ErrorKind;

    /// Reads a position as itself, and can't read multiples of 13.
    #[derive(Default)]
    struct Positions {
        readings: AtomicUsize,
    }

    impl Verify for Positions {
        type Article = u32;
        type Probe<'a> = u32;
        type Found = (u32, u32);
        type Scratch = ();

        const BLOCK: u64 = 8;

        fn read(&self, position: u32) -> Result<u32> {
            self.readings.fetch_add(1, Ordering::Relaxed);
            if position % 13 == 5 {
                return Err(Error::new(
                    ErrorKind::TextUnavailable,
                    "by design".to_owned(),
                ));
            }
            Ok(position)
        }

        fn probe(&self, article: &u32) -> u32 {
            *article
        }

        fn compare(&self, probe: &u32, other: &u32, (): &mut ()) -> Option<(u32, u32)> {
            (!(probe + other).is_multiple_of(3)).then_some((*probe, *other))
        }

        fn exchanged(&self, (a, b): (u32, u32)) -> (u32, u32) {
            (b, a)
        }
    }

    proptest! {
        #[test]
        fn each_pair_is_verified_once(
            pairs in proptest::collection::btree_set((0u32..40, 0u32..40), 0..120),
            tokens in proptest::collection::vec(0u32..6, 40),
        ) {
            let pairs: Vec<(u32, u32)> = pairs.into_iter().filter(|(a, b)| a < b).collect();
            let mut unread = Vec::new();
            let plan = Plan::new::<Positions>(&pairs, &tokens);
            let links = plan.verify_all(&Positions::default(), &mut unread);
            let found: Vec<_> = links.iter().map(|link| (link.a, link.b)).collect();
            let is_read = |at: u32| at % 13 != 5;
            let expected: Vec<_> = pairs
                .iter()
                .copied()
                .filter(|&(a, b)| is_read(a) && is_read(b) && !(a + b).is_multiple_of(3))
                .collect();
            prop_assert_eq!(found, expected);
            prop_assert!(links.iter().all(|link| link.found == (link.a, link.b)));
            let mut failed: Vec<u32> = unread.iter().map(|(at, _)| *at).collect();
            failed.sort_unstable();
            failed.dedup();
            let mut wanted: Vec<u32> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
            wanted.retain(|&at| !is_read(at));
            wanted.sort_unstable();
            wanted.dedup();
            prop_assert_eq!(failed, wanted);
        }
    }

    #[test]
    fn what_fits_a_block_is_read_once() {
        // Clusters of four that all meet, along a chain, in an order that hides them.
        let position = |cluster: u32, member: u32| member * 20 + (cluster * 7) % 20;
        let mut pairs = Vec::new();
        for cluster in 0..20 {
            for a in 0..4 {
                pairs.extend((a + 1..4).map(|b| (position(cluster, a), position(cluster, b))));
            }
        }
        pairs.sort_unstable();
        let verify = Positions::default();
        let links = Plan::new::<Positions>(&pairs, &[2; 80]).verify_all(&verify, &mut Vec::new());
        assert!(!links.is_empty());
        assert_eq!(verify.readings.into_inner(), 80);
    }
}
