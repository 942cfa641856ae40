//! Verification of many candidate pairs, each article read as few times as memory allows.
//!
//! In: candidate pairs by position, and a way to [`Verify`] them. Out: what was found of those that
//! have enough in common, and the positions whose text could not be read.
//!
//! Pairs are verified by connected component, since that is the range within which articles meet
//! again; one too large for the memory allowed is cut into blocks, which are held two at a time.

use std::collections::{HashMap, VecDeque};

use crate::error::{Error, Result};
use crate::neighbours::Neighbours;
use crate::parallel;

/// Tokens of one block. The pairs of two blocks are verified together, and what is held of both
/// (4 MB of shingles; 10 to 40 MB of words with their forms) by one thread. Blocks four times as
/// large save one reading in three, and cost 60 MB more.
const TOKENS_OF_A_BLOCK: u64 = 1 << 18;

/// Pairs of one part: enough that threads seldom meet, few enough that all have work.
const PAIRS_OF_A_PART: usize = 1 << 10;

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
    /// What is found of a pair.
    type Found: Send;
    /// Space that is kept from one pair to the next.
    type Scratch: Default;

    /// Reads the article at a position.
    fn read(&self, position: u32) -> Result<Self::Article>;

    /// What two articles have to do with each other, if it is enough.
    fn compare(
        &self,
        a: &Self::Article,
        b: &Self::Article,
        scratch: &mut Self::Scratch,
    ) -> Option<Self::Found>;
}

/// Candidate pairs, cut into parts that are verified one by one or several at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pairs: Vec<(u32, u32)>,
    ends: Vec<usize>,
    next: usize,
}

impl Plan {
    /// A plan for `pairs`, which must be sorted, of positions below `tokens.len()`; `tokens` gives
    /// the length of each article.
    pub(crate) fn new(mut pairs: Vec<(u32, u32)>, tokens: &[u32]) -> Self {
        let places = places(&pairs, tokens);
        let place = |&(a, b): &(u32, u32)| {
            let (a, b) = (places[a as usize], places[b as usize]);
            (a.component, a.block.min(b.block), a.block.max(b.block))
        };
        pairs.sort_by_key(place);
        let ends = ends(&pairs, tokens, &place);
        Self {
            pairs,
            ends,
            next: 0,
        }
    }

    /// All pairs that are to be verified.
    pub(crate) fn pairs(&self) -> &[(u32, u32)] {
        &self.pairs
    }

    /// Verifies the next `parts` parts; `None` when all are done. Appends to `unread` what could
    /// not be read, in ascending order within a part.
    pub(crate) fn verify_next<V: Verify>(
        &mut self,
        parts: usize,
        verify: &V,
        unread: &mut Vec<Unread>,
    ) -> Option<Vec<Verified<V::Found>>> {
        let last = self.ends.len().min(self.next.saturating_add(parts));
        if self.next == last {
            return None;
        }
        let start = |part: usize| part.checked_sub(1).map_or(0, |before| self.ends[before]);
        let ranges: Vec<_> = (self.next..last)
            .map(|part| start(part)..self.ends[part])
            .collect();
        self.next = last;
        let done = parallel::map(&ranges, |range| {
            verify_part(&self.pairs[range.clone()], verify)
        });
        let mut links = Vec::new();
        for (found, failed) in done {
            links.extend(found);
            unread.extend(failed);
        }
        Some(links)
    }

    /// Verifies everything that is left, links in ascending order.
    pub(crate) fn verify_all<V: Verify>(
        mut self,
        verify: &V,
        unread: &mut Vec<Unread>,
    ) -> Vec<Verified<V::Found>> {
        let links = self.verify_next(usize::MAX, verify, unread);
        let mut links = links.unwrap_or_default();
        links.sort_unstable_by_key(|link| (link.a, link.b));
        links
    }
}

/// Where an article meets others.
#[derive(Clone, Copy)]
struct Place {
    component: u32,
    /// Articles of so many tokens together, within the component.
    block: u32,
}

/// Blocks by the order of a breadth-first walk of each component, so that most of what an article
/// meets is in its own block or the next.
fn places(pairs: &[(u32, u32)], tokens: &[u32]) -> Vec<Place> {
    let neighbours = Neighbours::of(tokens.len(), pairs.iter().map(|&(a, b)| (a, b, ())));
    let unseen = Place {
        component: u32::MAX,
        block: 0,
    };
    let mut places = vec![unseen; tokens.len()];
    let mut queue = VecDeque::new();
    for start in 0..tokens.len() as u32 {
        if places[start as usize].component != u32::MAX {
            continue;
        }
        let mut held = 0u64;
        places[start as usize].component = start;
        queue.push_back(start);
        while let Some(at) = queue.pop_front() {
            places[at as usize].block = (held / TOKENS_OF_A_BLOCK) as u32;
            held += u64::from(tokens[at as usize]);
            for &(next, ()) in neighbours.of_position(at) {
                let place = &mut places[next as usize];
                if place.component == u32::MAX {
                    place.component = start;
                    queue.push_back(next);
                }
            }
        }
    }
    places
}

/// Cuts between places where there are enough pairs, and anywhere if the articles met since the
/// last cut have too many tokens.
fn ends<P: PartialEq>(
    ordered: &[(u32, u32)],
    tokens: &[u32],
    place: &impl Fn(&(u32, u32)) -> P,
) -> Vec<usize> {
    let mut ends = Vec::new();
    // The part in which a position was met last.
    let mut met = vec![0u32; tokens.len()];
    let mut held = 0;
    let mut last_place = None;
    for (at, pair) in ordered.iter().enumerate() {
        let place = Some(place(pair));
        let pairs = at - ends.last().copied().unwrap_or_default();
        let enough = pairs >= PAIRS_OF_A_PART && place != last_place;
        last_place = place;
        if enough || held > 3 * TOKENS_OF_A_BLOCK {
            ends.push(at);
            held = 0;
        }
        let part = ends.len() as u32 + 1;
        for position in [pair.0 as usize, pair.1 as usize] {
            if std::mem::replace(&mut met[position], part) != part {
                held += u64::from(tokens[position]);
            }
        }
    }
    if !ordered.is_empty() {
        ends.push(ordered.len());
    }
    ends
}

fn verify_part<V: Verify>(
    pairs: &[(u32, u32)],
    verify: &V,
) -> (Vec<Verified<V::Found>>, Vec<Unread>) {
    let mut positions: Vec<u32> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    positions.sort_unstable();
    positions.dedup();
    let mut unread = Vec::new();
    let mut articles = HashMap::with_capacity(positions.len());
    for (position, article) in positions
        .iter()
        .zip(parallel::map(&positions, |&at| verify.read(at)))
    {
        match article {
            Ok(article) => {
                articles.insert(*position, article);
            }
            Err(error) => unread.push((*position, error)),
        }
    }
    let mut scratch = V::Scratch::default();
    let links = pairs.iter().filter_map(|&(a, b)| {
        let found = verify.compare(articles.get(&a)?, articles.get(&b)?, &mut scratch)?;
        Some(Verified { a, b, found })
    });
    (links.collect(), unread)
}
