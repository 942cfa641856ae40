//! Verification of many candidate pairs, each article read as few times as memory allows.
//!
//! In: candidate pairs by position, and a way to [`Verify`] them. Out: what was found of those that
//! have enough in common, and the positions whose text could not be read.
//!
//! Articles are held by blocks of some size in all, and the others that meet one of a block come by
//! one at a time. A block grows from article to article by the most pairs with what it holds
//! already, so that few meet it from outside.

use std::collections::VecDeque;

use crate::error::{Error, Result};
use crate::kit::counts::Counts;
use crate::kit::neighbours::Neighbours;
use crate::kit::parallel;
use crate::kit::scatter;

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
    type Probe<'a>: Send + Sync;
    /// What is found of a pair.
    type Found: Copy + Send;
    /// Space that is kept from one pair to the next.
    type Scratch: Default;

    /// Tokens of the articles that are held at a time.
    const BLOCK: u64;

    /// Others that an article must be compared to before it pays to make it ready for that.
    const MANY: usize = 16;

    /// Whether what is found of a pair is the same whichever of the two is made ready.
    fn is_symmetric(&self) -> bool {
        false
    }

    /// Where the text at a position stands among all: texts are read in that order.
    fn stored(&self, position: u32) -> u32;

    /// Reads the article at a position.
    fn read(&self, position: u32) -> Result<Self::Article>;

    /// Makes an article ready to be compared to so many others.
    fn probe<'a>(&self, article: &'a Self::Article, others: usize) -> Self::Probe<'a>;

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
    /// By position, the place of the article among those that the current block holds.
    places: Vec<u32>,
}

/// No block, or no place.
const NONE: u32 = u32::MAX;

impl Plan {
    /// A plan for `V` to verify `pairs` of positions below `tokens.len()`, in ascending order;
    /// `tokens` gives the length of each article. Linear time.
    pub(crate) fn new<V: Verify>(pairs: &[(u32, u32)], tokens: &[u32]) -> Self {
        debug_assert!(pairs.is_sorted_by(|x, y| x < y));
        let neighbours = Neighbours::of(tokens.len(), pairs.iter().map(|&(a, b)| (a, b, ())));
        let Blocks { blocks, mut ends } = blocks(&neighbours, tokens, V::BLOCK);
        let key = |position: u32| (blocks[position as usize], position);
        let mut meetings = vec![Meeting { held: 0, comes: 0 }; pairs.len()];
        // What comes is gone over in ascending order, and what it meets stands in ascending order,
        // so it is enough to part them by block; from starts to ends.
        ends.rotate_right(1);
        ends[0] = 0;
        for comes in 0..tokens.len() as u32 {
            for &(held, ()) in neighbours.of_position(comes) {
                if key(held) < key(comes) {
                    let end = &mut ends[blocks[held as usize] as usize];
                    meetings[*end] = Meeting { held, comes };
                    *end += 1;
                }
            }
        }
        Self {
            meetings,
            ends,
            next: 0,
            places: vec![NONE; tokens.len()],
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
        let meetings = &self.meetings[start..end];
        Some(verify_block(meetings, &mut self.places, verify, unread))
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
        let order = scatter::order(&links, self.places.len(), |link| (link.a, link.b));
        order
            .into_iter()
            .map(|place| links[place as usize])
            .collect()
    }
}

/// Where each article is held.
struct Blocks {
    /// The block of each position that has pairs.
    blocks: Vec<u32>,
    /// Pairs of each block and those before it; one at least.
    ends: Vec<usize>,
}

fn blocks(neighbours: &Neighbours<()>, tokens: &[u32], size: u64) -> Blocks {
    let mut blocks = vec![NONE; tokens.len()];
    // Pairs of a position with what the current block holds.
    let mut gains = Counts::new(tokens.len());
    // All that were met, for when a block is full and the next one starts.
    let mut met: VecDeque<u32> = VecDeque::new();
    let mut ends = vec![0];
    let (mut block, mut held) = (0, 0);
    let mut starts = 0..tokens.len() as u32;
    loop {
        let is_free = |at: &u32| blocks[*at as usize] == NONE;
        let has_pairs = |at: &u32| !neighbours.of_position(*at).is_empty();
        let next = gains
            .take()
            .or_else(|| std::iter::from_fn(|| met.pop_front()).find(is_free))
            .or_else(|| starts.find(|at| is_free(at) && has_pairs(at)));
        let Some(at) = next else {
            return Blocks { blocks, ends };
        };
        blocks[at as usize] = block;
        held += u64::from(tokens[at as usize]);
        for &(other, ()) in neighbours.of_position(at) {
            if blocks[other as usize] == NONE {
                if gains.add(other) {
                    met.push_back(other);
                }
                ends[block as usize] += 1;
            }
        }
        if held >= size {
            ends.push(ends[block as usize]);
            (block, held) = (block + 1, 0);
            gains.clear();
        }
    }
}

fn verify_block<V: Verify>(
    meetings: &[Meeting],
    places: &mut [u32],
    verify: &V,
    unread: &mut Vec<Unread>,
) -> Vec<Verified<V::Found>> {
    let mut held = Vec::new();
    for pair in meetings {
        if places[pair.held as usize] == NONE {
            places[pair.held as usize] = 0;
            held.push(pair.held);
        }
    }
    held.sort_unstable_by_key(|&at| verify.stored(at));
    for (place, &at) in (0..).zip(&held) {
        places[at as usize] = place;
    }
    let articles: Vec<Result<V::Article>> = parallel::map(&held, |&at| verify.read(at));
    // What meets few is looked up in those that meet many.
    let mut met = vec![0; held.len()];
    if verify.is_symmetric() {
        for pair in meetings {
            met[places[pair.held as usize] as usize] += 1;
        }
    }
    let probes = articles.iter().zip(met).map(|(article, met)| {
        let article = article.as_ref().ok()?;
        (met >= V::MANY).then(|| verify.probe(article, met))
    });
    let probes: Vec<Option<V::Probe<'_>>> = probes.collect();

    let arrivals: Vec<&[Meeting]> = meetings.chunk_by(|x, y| x.comes == y.comes).collect();
    let mut order: Vec<(u32, usize)> = arrivals
        .iter()
        .enumerate()
        .map(|(number, pairs)| (verify.stored(pairs[0].comes), number))
        .collect();
    order.sort_unstable();
    let done = parallel::map_with(&order, |&(_, number), scratch: &mut V::Scratch| {
        let pairs = arrivals[number];
        let comes = pairs[0].comes;
        let read;
        let article = match articles.get(places[comes as usize] as usize) {
            Some(Ok(article)) => article,
            Some(Err(_)) => return Ok(Vec::new()),
            None => {
                read = verify.read(comes).map_err(|error| (comes, error))?;
                &read
            }
        };
        let mut own = None;
        let links = pairs.iter().filter_map(|&Meeting { held, .. }| {
            let place = places[held as usize] as usize;
            let other = articles[place].as_ref().ok()?;
            let (a, b, found) = match &probes[place] {
                Some(probe) if pairs.len() < V::MANY => {
                    (held, comes, verify.compare(probe, article, scratch)?)
                }
                _ => {
                    let own = own.get_or_insert_with(|| verify.probe(article, pairs.len()));
                    (comes, held, verify.compare(own, other, scratch)?)
                }
            };
            Some(if a < b {
                Verified { a, b, found }
            } else {
                let found = verify.exchanged(found);
                Verified { a: b, b: a, found }
            })
        });
        Ok(links.collect())
    });
    drop(probes);
    for &at in &held {
        places[at as usize] = NONE;
    }
    let failed = held.iter().zip(articles);
    let before = unread.len();
    unread.extend(failed.filter_map(|(&at, article)| Some((at, article.err()?))));
    unread[before..].sort_unstable_by_key(|&(at, _)| at);
    let numbers = order.into_iter().map(|(_, number)| number);
    let mut done: Vec<_> = numbers.zip(done).collect();
    done.sort_unstable_by_key(|&(number, _)| number);
    let mut links = Vec::new();
    for (_, outcome) in done {
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
        is_symmetric: bool,
    }

    impl Verify for Positions {
        type Article = u32;
        type Probe<'a> = u32;
        type Found = (u32, u32);
        type Scratch = ();

        const BLOCK: u64 = 8;
        const MANY: usize = 3;

        fn is_symmetric(&self) -> bool {
            self.is_symmetric
        }

        fn stored(&self, position: u32) -> u32 {
            position.reverse_bits()
        }

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

        fn probe(&self, article: &u32, _: usize) -> u32 {
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
            is_symmetric in any::<bool>(),
        ) {
            let pairs: Vec<(u32, u32)> = pairs.into_iter().filter(|(a, b)| a < b).collect();
            let mut unread = Vec::new();
            let plan = Plan::new::<Positions>(&pairs, &tokens);
            let verify = Positions { is_symmetric, ..Positions::default() };
            let links = plan.verify_all(&verify, &mut unread);
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
