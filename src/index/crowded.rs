//! The pairs of buckets of many articles.
//!
//! In: pairs in order, and buckets. Out: the pairs of all of them, each once, in order.
//!
//! No pair is written before its place is known: an article that stands in one bucket and in no
//! other pair has all that follow it there, which is copied; only where lists meet are they sorted.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::kit::parallel;
use crate::kit::scatter::Buckets;

/// Positions that one thread goes through at a time.
const CHUNK: usize = 1 << 12;

/// A bucket of more articles than always give all their pairs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crowd<'a> {
    pub(super) band: usize,
    /// Positions, ascending.
    pub(super) members: &'a [u32],
}

impl Crowd<'_> {
    /// The exponent of the power of two that is the number of members or the next above.
    pub(super) fn class(&self) -> u32 {
        self.members.len().next_power_of_two().trailing_zeros()
    }

    /// How many pairs it has.
    pub(super) fn pairs(&self) -> usize {
        self.members.len().saturating_mul(self.members.len() - 1) / 2
    }
}

/// The pairs of some positions in a row.
struct Chunk {
    start: usize,
    count: usize,
    /// The later articles of those positions that have them from several lists.
    joined: Vec<u32>,
    /// Of each such position.
    ends: Vec<usize>,
}

/// Where an article stands: the bucket, and how many of it stand up to there.
type Place = (u32, u32);

/// For the positions below `positions`, `pairs` and those of all crowds; `None` if there are more
/// than `most`.
pub(super) fn union(
    positions: usize,
    pairs: &[(u32, u32)],
    crowds: &[Crowd<'_>],
    most: usize,
) -> Option<Vec<(u32, u32)>> {
    let sources = Sources::new(positions, pairs, crowds);
    let starts: Vec<usize> = (0..positions).step_by(CHUNK).collect();
    let taken = AtomicUsize::new(0);
    let chunks = parallel::map_with(&starts, |&start, seen: &mut Vec<u32>| {
        sources.chunk(start, seen, &taken, most)
    });
    let chunks: Vec<Chunk> = chunks.into_iter().collect::<Option<_>>()?;
    let total = chunks.iter().map(|chunk| chunk.count).sum();
    if total > most {
        return None;
    }
    let mut all = vec![(0, 0); total];
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

/// The lists that the later articles of a position come from.
struct Sources<'a> {
    pairs: &'a [(u32, u32)],
    crowds: &'a [Crowd<'a>],
    /// By position.
    places: Buckets<Place>,
}

impl<'a> Sources<'a> {
    fn new(positions: usize, pairs: &'a [(u32, u32)], crowds: &'a [Crowd<'a>]) -> Self {
        let places = (0..).zip(crowds).flat_map(|(number, crowd)| {
            let members = (1..).zip(crowd.members);
            members.map(move |(up_to, &member)| (member as usize, (number, up_to)))
        });
        Self {
            pairs,
            crowds,
            places: Buckets::of(positions, places),
        }
    }

    /// Those that follow in a bucket.
    fn later(&self, (crowd, up_to): Place) -> &'a [u32] {
        &self.crowds[crowd as usize].members[up_to as usize..]
    }

    /// Calls `each` with the pairs and the places of each position of a chunk.
    fn each(&self, start: usize, mut each: impl FnMut(&'a [(u32, u32)], &[Place]) -> bool) {
        let first = self.pairs.partition_point(|&(a, _)| (a as usize) < start);
        let mut pairs = &self.pairs[first..];
        let end = (start + CHUNK).min(self.places.len());
        for at in start..end {
            let own = pairs.iter().take_while(|&&(a, _)| a as usize == at).count();
            let (own, rest) = pairs.split_at(own);
            pairs = rest;
            if !each(own, self.places.get(at)) {
                return;
            }
        }
    }

    fn chunk(
        &self,
        start: usize,
        seen: &mut Vec<u32>,
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
        let mut mark = start as u32;
        let mut fits = true;
        self.each(start, |own, places| {
            mark += 1;
            let count = match (own, places) {
                (own, []) => own.len(),
                ([], &[place]) => self.later(place).len(),
                _ => {
                    let before = chunk.joined.len();
                    let mut add = |other: u32| {
                        let seen = &mut seen[other as usize];
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
            // Whether there are too many does not depend on which thread counts them.
            fits = taken.fetch_add(count, Ordering::Relaxed) + count <= most;
            fits
        });
        fits.then_some(chunk)
    }

    fn write(&self, chunk: &Chunk, out: &mut [(u32, u32)]) {
        let mut at = chunk.start as u32;
        let mut out = out.iter_mut();
        let mut joined = chunk.ends.iter().scan(0, |start, &end| {
            Some(&chunk.joined[std::mem::replace(start, end)..end])
        });
        self.each(chunk.start, |own, places| {
            let later = match (own, places) {
                // The end of `out` is never asked for: nothing of it may get lost.
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
            at += 1;
            true
        });
    }
}
