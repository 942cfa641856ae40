//! Verifies candidate pairs by the thousand, with as few readings as memory allows.
//!
//! In: candidate pairs by position, and a way to [`Verify`] a pair. Out: findings for pairs with
//! enough in common, and the positions whose text could not be read.
//!
//! Articles are held in memory block by block. The partners of a block's articles are read one at a
//! time. A block grows by the article with the most pairs to articles already held, so that few
//! partners lie outside. A partner that the next block holds is kept for it.

use std::collections::VecDeque;

use crate::error::{Error, Result};
use crate::kit::counts::Counts;
use crate::kit::ids::{self, BlockNumber, BlockPlace, IndexVec, Number, Position};
use crate::kit::neighbours::Neighbours;
use crate::kit::parallel;
use crate::kit::scatter;

/// A verified pair of positions, `a` below `b`, and the finding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Verified<F> {
    pub(crate) a: Position,
    pub(crate) b: Position,
    pub(crate) found: F,
}

/// A position whose text could not be read. Its pairs are neither found nor excluded.
pub(crate) type Unread = (Position, Error);

/// How a pair is verified.
pub(crate) trait Verify: Sync {
    /// An article ready to be compared.
    type Article: Send + Sync;
    /// An article ready for repeated comparison.
    type Probe<'a>: Send + Sync;
    /// The finding for a pair.
    type Found: Copy + Send;
    /// Space kept from one pair to the next.
    type Scratch: Default;

    /// The size of a block, in tokens.
    const BLOCK: u64;

    /// Others that an article must be compared to before making a probe pays. Chosen by hand.
    const MANY: usize = 16;

    /// Whether the finding is the same whichever article is the probe.
    fn is_symmetric(&self) -> bool {
        false
    }

    /// A position's rank in the order of storage. Texts are read in this order.
    fn stored(&self, position: Position) -> u32;

    /// Reads the article at a position.
    fn read(&self, position: Position) -> Result<Self::Article>;

    /// Makes an article ready for `others` comparisons.
    fn probe<'a>(&self, article: &'a Self::Article, others: usize) -> Self::Probe<'a>;

    /// The finding for a pair with enough in common.
    fn compare(
        &self,
        probe: &Self::Probe<'_>,
        other: &Self::Article,
        scratch: &mut Self::Scratch,
    ) -> Option<Self::Found>;

    /// The finding with the articles exchanged.
    fn exchanged(&self, found: Self::Found) -> Self::Found;
}

/// A candidate pair: `held` is in the current block when `comes` is read. Both may be held.
#[derive(Clone, Copy, Debug)]
struct Meeting {
    held: Position,
    comes: Position,
}

/// Candidate pairs, cut into blocks to be verified in turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// Pairs by block, and within a block by `comes`.
    meetings: Vec<Meeting>,
    /// By block: the end of the block's pairs in `meetings`.
    ends: Vec<usize>,
    next: usize,
    /// By position: the article's place in the current block, or [`NO_PLACE`].
    places: IndexVec<Position, BlockPlace>,
    /// By position: the block that holds the article, or [`NO_BLOCK`].
    blocks: IndexVec<Position, BlockNumber>,
}

/// Articles that a block has read and the next one holds: most partners outside a block are met again
/// soon, since a block starts from the partners of the block before.
type ReadAhead<A> = Vec<(Position, A)>;

/// The block of a position without pairs.
const NO_BLOCK: BlockNumber = BlockNumber(u32::MAX);
/// The place of a text that is not in the current block.
const NO_PLACE: BlockPlace = BlockPlace(u32::MAX);

impl Plan {
    /// Plans how `V` verifies `pairs`: ascending pairs of positions below `tokens.len()`. `tokens`
    /// is each article's length. Linear time.
    pub(crate) fn new<V: Verify>(
        pairs: &[(Position, Position)],
        tokens: &IndexVec<Position, u32>,
    ) -> Self {
        debug_assert!(pairs.is_sorted_by(|x, y| x < y));
        let neighbours = Neighbours::of(tokens.len(), pairs.iter().map(|&(a, b)| (a, b, ())));
        let Blocks { blocks, mut ends } = blocks(&neighbours, tokens, V::BLOCK);
        let key = |position: Position| (blocks[position], position);
        let (held, comes) = (Position(0), Position(0));
        let mut meetings = vec![Meeting { held, comes }; pairs.len()];
        // Positions come in ascending order, and so do their partners. Distributing pairs over
        // blocks therefore keeps each block sorted. `ends` holds starts until then.
        ends.rotate_right(1);
        ends[0] = 0;
        for comes in ids::below(tokens.len()) {
            for &(held, ()) in neighbours.of_position(comes) {
                if key(held) < key(comes) {
                    let end = &mut ends[blocks[held].index()];
                    meetings[*end] = Meeting { held, comes };
                    *end += 1;
                }
            }
        }
        Self {
            meetings,
            ends,
            next: 0,
            places: IndexVec::filled(NO_PLACE, tokens.len()),
            blocks,
        }
    }

    /// Verifies the next block; `None` after the last. Appends unreadable positions to `unread`:
    /// held positions in ascending order, then arriving positions in ascending order.
    pub(crate) fn verify_next<V: Verify>(
        &mut self,
        verify: &V,
        unread: &mut Vec<Unread>,
    ) -> Option<Vec<Verified<V::Found>>> {
        self.verify_block(verify, None, unread)
    }

    /// Verifies the next block, in which the articles of `ahead` need not be read. They are replaced by
    /// the articles that were read ahead for the block after it.
    fn verify_block<V: Verify>(
        &mut self,
        verify: &V,
        ahead: Option<&mut ReadAhead<V::Article>>,
        unread: &mut Vec<Unread>,
    ) -> Option<Vec<Verified<V::Found>>> {
        let end = *self.ends.get(self.next)?;
        let start = self
            .next
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        self.next += 1;
        let block = PlannedBlock {
            meetings: &self.meetings[start..end],
            places: &mut self.places,
            next: ahead.is_some().then(|| BlockNumber::new(self.next)),
            blocks: &self.blocks,
        };
        Some(block.verify(verify, ahead.unwrap_or(&mut Vec::new()), unread))
    }

    /// Verifies all remaining blocks. Links are in ascending order.
    pub(crate) fn verify_all<V: Verify>(
        mut self,
        verify: &V,
        unread: &mut Vec<Unread>,
    ) -> Vec<Verified<V::Found>> {
        let mut links = Vec::new();
        let mut ahead = ReadAhead::<V::Article>::new();
        while let Some(found) = self.verify_block(verify, Some(&mut ahead), unread) {
            links.extend(found);
        }
        let order = scatter::order(&links, self.places.len(), |link| (link.a, link.b));
        order
            .into_iter()
            .map(|place| links[place.index()])
            .collect()
    }
}

/// The block of each article.
struct Blocks {
    /// By position: the block, or [`NO_BLOCK`].
    blocks: IndexVec<Position, BlockNumber>,
    /// The end of each block's pairs, counting earlier blocks. Never empty.
    ends: Vec<usize>,
}

/// Assigns positions to blocks of about `size` tokens, always taking the position with the most
/// pairs to the block.
fn blocks(neighbours: &Neighbours<()>, tokens: &IndexVec<Position, u32>, size: u64) -> Blocks {
    let mut blocks = IndexVec::filled(NO_BLOCK, tokens.len());
    // By position: the number of pairs with the current block.
    let mut gains = Counts::new(tokens.len());
    // Positions met so far. A new block starts from them.
    let mut met: VecDeque<Position> = VecDeque::new();
    let mut ends = vec![0];
    let (mut block, mut held) = (BlockNumber(0), 0);
    let mut starts = ids::below(tokens.len());
    loop {
        let is_free = |at: &Position| blocks[*at] == NO_BLOCK;
        let has_pairs = |at: &Position| !neighbours.of_position(*at).is_empty();
        let next = gains
            .take()
            .or_else(|| std::iter::from_fn(|| met.pop_front()).find(is_free))
            .or_else(|| starts.find(|at| is_free(at) && has_pairs(at)));
        let Some(at) = next else {
            return Blocks { blocks, ends };
        };
        blocks[at] = block;
        held += u64::from(tokens[at]);
        for &(other, ()) in neighbours.of_position(at) {
            if blocks[other] == NO_BLOCK {
                if gains.add(other) {
                    met.push_back(other);
                }
                ends[block.index()] += 1;
            }
        }
        if held >= size {
            ends.push(ends[block.index()]);
            (block, held) = (BlockNumber(block.0 + 1), 0);
            gains.clear();
        }
    }
}

/// Pairs to verify with the articles of one block in memory.
struct PlannedBlock<'p> {
    /// By `comes`.
    meetings: &'p [Meeting],
    /// See [`Plan::places`].
    places: &'p mut IndexVec<Position, BlockPlace>,
    /// The block after this one, if articles are read ahead for it.
    next: Option<BlockNumber>,
    /// See [`Plan::blocks`].
    blocks: &'p IndexVec<Position, BlockNumber>,
}

/// The findings of an article's pairs, and the article if the next block holds it.
type Arrival<V> = std::result::Result<
    (
        Vec<Verified<<V as Verify>::Found>>,
        Option<<V as Verify>::Article>,
    ),
    Unread,
>;

impl PlannedBlock<'_> {
    /// Verifies the pairs. Findings are ascending by `comes`.
    fn verify<V: Verify>(
        self,
        verify: &V,
        ahead: &mut ReadAhead<V::Article>,
        unread: &mut Vec<Unread>,
    ) -> Vec<Verified<V::Found>> {
        let Self {
            meetings,
            places,
            next,
            blocks,
        } = self;
        // 1. Read the block's articles.
        let held = place_held(meetings, places, verify);
        let articles = read_held(&held, places, verify, std::mem::take(ahead));
        // 2. Make probes of held articles with many partners, if the finding is symmetric. Partners
        // with few pairs are then looked up in these probes.
        let mut met: IndexVec<BlockPlace, usize> = IndexVec::filled(0, held.len());
        if verify.is_symmetric() {
            for pair in meetings {
                met[places[pair.held]] += 1;
            }
        }
        let probes = articles.iter().zip(met.iter()).map(|(article, &met)| {
            let article = article.as_ref().ok()?;
            (met >= V::MANY).then(|| verify.probe(article, met))
        });
        let probes: IndexVec<BlockPlace, Option<V::Probe<'_>>> = probes.collect();

        // 3. Read the partners one at a time, and compare each to the articles it meets. A partner
        // with many pairs becomes a probe itself.
        let arrivals: Vec<&[Meeting]> = meetings.chunk_by(|x, y| x.comes == y.comes).collect();
        let mut order: Vec<(u32, usize)> = arrivals
            .iter()
            .enumerate()
            .map(|(number, pairs)| (verify.stored(pairs[0].comes), number))
            .collect();
        order.sort_unstable();
        let place_of = &*places;
        let arrive = |&(_, number): &(u32, usize), scratch: &mut V::Scratch| {
            let pairs = arrivals[number];
            let comes = pairs[0].comes;
            let mut read = None;
            let article = match articles.get(place_of[comes].index()) {
                Some(Ok(article)) => article,
                Some(Err(_)) => return Ok((Vec::new(), None)),
                None => read.insert(verify.read(comes).map_err(|error| (comes, error))?),
            };
            let mut own = None;
            let links = pairs.iter().filter_map(|&Meeting { held, .. }| {
                let place = place_of[held];
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
            let links = links.collect();
            drop(own);
            Ok((links, read.filter(|_| Some(blocks[comes]) == next)))
        };
        let done: Vec<Arrival<V>> = parallel::map_with(&order, arrive);
        // 4. Forget the block, report unreadable positions, and put findings in order of `comes`.
        drop(probes);
        for &at in &held {
            places[at] = NO_PLACE;
        }
        let failed = held.iter().zip(articles.into_inner());
        let before = unread.len();
        unread.extend(failed.filter_map(|(&at, article)| Some((at, article.err()?))));
        unread[before..].sort_unstable_by_key(|&(at, _)| at);
        let numbers = order.into_iter().map(|(_, number)| number);
        let mut done: Vec<_> = numbers.zip(done).collect();
        done.sort_unstable_by_key(|&(number, _)| number);
        let mut links = Vec::new();
        for (number, outcome) in done {
            match outcome {
                Ok((found, article)) => {
                    links.extend(found);
                    ahead.extend(article.map(|article| (arrivals[number][0].comes, article)));
                }
                Err(failed) => unread.push(failed),
            }
        }
        links
    }
}

/// Gives each article that a block holds a place, in the order of storage.
fn place_held(
    meetings: &[Meeting],
    places: &mut IndexVec<Position, BlockPlace>,
    verify: &impl Verify,
) -> Vec<Position> {
    let mut held = Vec::new();
    for pair in meetings {
        if places[pair.held] == NO_PLACE {
            places[pair.held] = BlockPlace(0);
            held.push(pair.held);
        }
    }
    held.sort_unstable_by_key(|&at| verify.stored(at));
    for (place, &at) in ids::below(held.len()).zip(&held) {
        places[at] = place;
    }
    held
}

/// Reads the articles that a block holds, but for those that were read ahead.
fn read_held<V: Verify>(
    held: &[Position],
    places: &IndexVec<Position, BlockPlace>,
    verify: &V,
    ahead: ReadAhead<V::Article>,
) -> IndexVec<BlockPlace, Result<V::Article>> {
    let mut articles: IndexVec<BlockPlace, Option<V::Article>> =
        held.iter().map(|_| None).collect();
    for (at, article) in ahead {
        // An article may belong to a block in which no other one meets it.
        if let Some(place) = articles.get_mut(places[at].index()) {
            *place = Some(article);
        }
    }
    let missing = held.iter().zip(articles.iter());
    let missing = missing.filter(|(_, article)| article.is_none());
    let missing: Vec<Position> = missing.map(|(&at, _)| at).collect();
    let mut read = parallel::map(&missing, |&at| verify.read(at)).into_iter();
    let all = articles.into_inner().into_iter();
    all.map(|article| article.map(Ok).or_else(|| read.next()))
        .map(|article| article.expect("one is read for each that is missing"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;
    use crate::error::ErrorKind;

    /// Reads a position as a number, and fails at multiples of 13.
    #[derive(Default)]
    struct NumberReader {
        readings: AtomicUsize,
        is_symmetric: bool,
    }

    impl Verify for NumberReader {
        type Article = u32;
        type Probe<'a> = u32;
        type Found = (u32, u32);
        type Scratch = ();

        const BLOCK: u64 = 8;
        const MANY: usize = 3;

        fn is_symmetric(&self) -> bool {
            self.is_symmetric
        }

        fn stored(&self, position: Position) -> u32 {
            position.0.reverse_bits()
        }

        fn read(&self, Position(position): Position) -> Result<u32> {
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

    fn positions(pairs: &[(u32, u32)]) -> Vec<(Position, Position)> {
        let positions = |&(a, b): &(u32, u32)| (Position(a), Position(b));
        pairs.iter().map(positions).collect()
    }

    proptest! {
        #[test]
        fn each_pair_is_verified_once(
            pairs in proptest::collection::btree_set((0u32..40, 0u32..40), 0..120),
            tokens in proptest::collection::vec(0u32..6, 40),
            is_symmetric in any::<bool>(),
        ) {
            let pairs: Vec<(u32, u32)> = pairs.into_iter().filter(|(a, b)| a < b).collect();
            let positions = positions(&pairs);
            let mut unread = Vec::new();
            let plan = Plan::new::<NumberReader>(&positions, &tokens.into());
            let verify = NumberReader { is_symmetric, ..NumberReader::default() };
            let links = plan.verify_all(&verify, &mut unread);
            let found: Vec<_> = links.iter().map(|link| (link.a.0, link.b.0)).collect();
            let is_read = |at: u32| at % 13 != 5;
            let expected: Vec<_> = pairs
                .iter()
                .copied()
                .filter(|&(a, b)| is_read(a) && is_read(b) && !(a + b).is_multiple_of(3))
                .collect();
            prop_assert_eq!(found, expected);
            prop_assert!(links.iter().all(|link| link.found == (link.a.0, link.b.0)));
            let mut failed: Vec<u32> = unread.iter().map(|(at, _)| at.0).collect();
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
        let verify = NumberReader::default();
        let links = Plan::new::<NumberReader>(&positions(&pairs), &vec![2; 80].into())
            .verify_all(&verify, &mut Vec::new());
        assert!(!links.is_empty());
        assert_eq!(verify.readings.into_inner(), 80);
    }
}
