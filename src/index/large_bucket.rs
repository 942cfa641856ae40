//! The pairs of large buckets.
//!
//! In: pairs in order, and buckets. Out: the union of their pairs, in order.
//!
//! A chunk of pairs is counted before being written to its final place. An article in a single
//! bucket and in no other pair gets the bucket's later members as partners, by a copy. Partners are
//! sorted only where an article has several lists of them.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::kit::ids::{self, IndexVec, Number, Position};
use crate::kit::parallel;
use crate::kit::scatter::Buckets;

/// Positions in one thread's chunk. Chosen by hand.
const CHUNK: usize = 1 << 12;

/// A bucket too large to give all its pairs in every case.
#[derive(Clone, Copy, Debug)]
pub(super) struct LargeBucket<'a> {
    pub(super) band: usize,
    /// Positions, ascending.
    pub(super) members: &'a [Position],
}

impl LargeBucket<'_> {
    /// The number of members as a base-2 logarithm, rounded up.
    pub(super) fn class(&self) -> u32 {
        self.members.len().next_power_of_two().trailing_zeros()
    }

    /// The number of the bucket's pairs.
    pub(super) fn pairs(&self) -> usize {
        self.members.len().saturating_mul(self.members.len() - 1) / 2
    }
}

/// The pairs of consecutive positions.
struct Chunk {
    start: Position,
    count: usize,
    /// Later articles of positions with several lists, concatenated, sorted within a position.
    joined: Vec<Position>,
    /// For each of these positions: the end of the list in `joined`.
    ends: Vec<usize>,
}

/// An article's place in a large bucket.
#[derive(Clone, Copy, Debug, Default)]
struct BucketPlace {
    /// The bucket's number.
    bucket: u32,
    /// The number of members up to the article.
    up_to: u32,
}

/// The union of `pairs` and the pairs in `large`, over positions below `positions`. `None` if
/// there are more than `most` pairs.
pub(super) fn union(
    positions: usize,
    pairs: &[(Position, Position)],
    large: &[LargeBucket<'_>],
    most: usize,
) -> Option<Vec<(Position, Position)>> {
    let sources = Sources::new(positions, pairs, large);
    let starts: Vec<Position> = ids::below(positions).step_by(CHUNK).collect();
    let taken = AtomicUsize::new(0);
    let chunks = parallel::map_with(&starts, |&start, seen: &mut IndexVec<Position, u32>| {
        sources.chunk(start, seen, &taken, most)
    });
    let chunks: Vec<Chunk> = chunks.into_iter().collect::<Option<_>>()?;
    let total = chunks.iter().map(|chunk| chunk.count).sum();
    if total > most {
        return None;
    }
    let mut all = vec![(Position(0), Position(0)); total];
    let mut rest = &mut *all;
    let mut parts = Vec::with_capacity(chunks.len());
    for chunk in chunks {
        let (part, more) = rest.split_at_mut(chunk.count);
        rest = more;
        parts.push((chunk, part));
    }
    parallel::for_each(&mut parts, |(chunk, out)| sources.write(chunk, out));
    Some(all)
}

/// The lists that a position's later articles come from.
struct Sources<'a> {
    pairs: &'a [(Position, Position)],
    large: &'a [LargeBucket<'a>],
    /// Places in buckets, by position.
    places: Buckets<BucketPlace>,
}

impl<'a> Sources<'a> {
    fn new(
        positions: usize,
        pairs: &'a [(Position, Position)],
        large: &'a [LargeBucket<'a>],
    ) -> Self {
        let places = (0..).zip(large).flat_map(|(bucket, large)| {
            let members = (1..).zip(large.members);
            members.map(move |(up_to, member)| (member.index(), BucketPlace { bucket, up_to }))
        });
        Self {
            pairs,
            large,
            places: Buckets::of(positions, places),
        }
    }

    /// Members after a place in its bucket.
    fn later(&self, place: BucketPlace) -> &'a [Position] {
        &self.large[place.bucket.index()].members[place.up_to.index()..]
    }

    /// Calls `each` with the pairs and places of each position in a chunk, until `each` returns
    /// `false`.
    fn each(
        &self,
        start: Position,
        mut each: impl FnMut(&'a [(Position, Position)], &[BucketPlace]) -> bool,
    ) {
        let first = self.pairs.partition_point(|&(a, _)| a < start);
        let mut pairs = &self.pairs[first..];
        let start = start.index();
        let end = (start + CHUNK).min(self.places.len());
        for at in start..end {
            let own = pairs.iter().take_while(|(a, _)| a.index() == at).count();
            let (own, rest) = pairs.split_at(own);
            pairs = rest;
            if !each(own, self.places.get(at)) {
                return;
            }
        }
    }

    /// Counts a chunk's pairs, and joins the lists of positions that have several. `None` once all
    /// chunks together have more than `most` pairs.
    fn chunk(
        &self,
        start: Position,
        seen: &mut IndexVec<Position, u32>,
        taken: &AtomicUsize,
        most: usize,
    ) -> Option<Chunk> {
        seen.resize(self.places.len(), 0);
        let mut chunk = Chunk {
            start,
            count: 0,
            joined: Vec::new(),
            ends: Vec::new(),
        };
        let mut mark = start.0;
        let mut fits = true;
        self.each(start, |own, places| {
            mark += 1;
            let count = match (own, places) {
                (own, []) => own.len(),
                ([], &[place]) => self.later(place).len(),
                _ => {
                    let before = chunk.joined.len();
                    let mut add = |other: Position| {
                        let seen = &mut seen[other];
                        if *seen != mark {
                            *seen = mark;
                            chunk.joined.push(other);
                        }
                    };
                    for &(_, other) in own {
                        add(other);
                    }
                    for &other in places.iter().flat_map(|&place| self.later(place)) {
                        add(other);
                    }
                    chunk.joined[before..].sort_unstable();
                    chunk.ends.push(chunk.joined.len());
                    chunk.joined.len() - before
                }
            };
            chunk.count += count;
            // The sum over all chunks decides, so the answer does not depend on the order of
            // threads.
            fits = taken.fetch_add(count, Ordering::Relaxed) + count <= most;
            fits
        });
        fits.then_some(chunk)
    }

    /// Writes a chunk's pairs to `out`, which has exactly enough space.
    fn write(&self, chunk: &Chunk, out: &mut [(Position, Position)]) {
        let mut at = chunk.start;
        let mut out = out.iter_mut();
        let mut joined = chunk.ends.iter().scan(0, |start, &end| {
            Some(&chunk.joined[std::mem::replace(start, end)..end])
        });
        self.each(chunk.start, |own, places| {
            let later = match (own, places) {
                // `out` must be the second iterator of the zip: the first would lose an item where
                // the other ends.
                (own, []) => {
                    own.iter()
                        .zip(out.by_ref())
                        .for_each(|(&pair, out)| *out = pair);
                    &[]
                }
                ([], &[place]) => self.later(place),
                _ => joined
                    .next()
                    .expect("a list for each position that has several"),
            };
            for (&other, out) in later.iter().zip(out.by_ref()) {
                *out = (at, other);
            }
            at.0 += 1;
            true
        });
    }
}
