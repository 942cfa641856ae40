//! Verification of many candidate pairs, each article read as few times as memory allows.
//!
//! In: candidate pairs by position, and a way to read the shingles of a position. Out: the pairs
//! that reach the threshold, and the positions whose text could not be read.
//!
//! Pairs are verified by connected component, since that is the range within which articles meet
//! again; a component too large for the memory allowed is verified in parts.

use std::collections::HashMap;

use super::{Overlap, ShingleSet};
use crate::error::{Error, Result};
use crate::parallel;
use crate::union_find::UnionFind;

/// Tokens held at a time by each thread: 16 MB of shingles.
const TOKENS_AT_A_TIME: u64 = 2 << 20;

/// A verified pair of positions, the smaller first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) overlap: Overlap,
}

/// What came of verifying pairs.
#[derive(Debug, Default)]
pub(crate) struct Verified {
    /// Pairs at or above the threshold, in ascending order.
    pub(crate) links: Vec<Link>,
    /// Positions whose text could not be read, each once, in ascending order. Their pairs are
    /// neither found nor excluded.
    pub(crate) unread: Vec<(u32, Error)>,
}

/// Verifies `pairs`, which must be sorted, of positions below `tokens.len()`.
///
/// `tokens` gives the length of each article, `read` its shingles.
pub(crate) fn verify_pairs(
    pairs: &[(u32, u32)],
    threshold: f64,
    tokens: &[u32],
    read: &(dyn Fn(u32) -> Result<ShingleSet> + Sync),
) -> Verified {
    let ordered = by_component(pairs, tokens.len());
    let parts = parts(&ordered, tokens);
    let done = parallel::map(&parts, |part| verify_part(part, threshold, read));
    let mut all = Verified::default();
    for part in done {
        all.links.extend(part.links);
        all.unread.extend(part.unread);
    }
    all.links.sort_unstable_by_key(|link| (link.a, link.b));
    all.unread.sort_by_key(|&(at, _)| at);
    all.unread.dedup_by_key(|&mut (at, _)| at);
    all
}

fn by_component(pairs: &[(u32, u32)], positions: usize) -> Vec<(u32, u32)> {
    let mut components = UnionFind::new(positions);
    for &(a, b) in pairs {
        components.join(a, b);
    }
    let mut ordered = pairs.to_vec();
    ordered.sort_by_cached_key(|&(a, _)| components.root(a));
    ordered
}

/// Cuts where the articles met so far have enough tokens.
fn parts<'a>(ordered: &'a [(u32, u32)], tokens: &[u32]) -> Vec<&'a [(u32, u32)]> {
    let mut parts = Vec::new();
    // The part in which a position was met last.
    let mut met = vec![0u32; tokens.len()];
    let (mut start, mut held) = (0, 0);
    for (at, &(a, b)) in ordered.iter().enumerate() {
        if held > TOKENS_AT_A_TIME {
            parts.push(&ordered[start..at]);
            (start, held) = (at, 0);
        }
        let part = parts.len() as u32 + 1;
        for position in [a as usize, b as usize] {
            if std::mem::replace(&mut met[position], part) != part {
                held += u64::from(tokens[position]);
            }
        }
    }
    parts.push(&ordered[start..]);
    parts
}

fn verify_part(
    pairs: &[(u32, u32)],
    threshold: f64,
    read: &(dyn Fn(u32) -> Result<ShingleSet> + Sync),
) -> Verified {
    let mut positions: Vec<u32> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    positions.sort_unstable();
    positions.dedup();
    let mut unread = Vec::new();
    let mut sets = HashMap::with_capacity(positions.len());
    for (position, set) in positions.iter().zip(parallel::map(&positions, |&at| read(at))) {
        match set {
            Ok(set) => {
                sets.insert(*position, set);
            }
            Err(error) => unread.push((*position, error)),
        }
    }
    let links = pairs.iter().filter_map(|&(a, b)| {
        let (set_a, set_b) = (sets.get(&a)?, sets.get(&b)?);
        if !set_a.may_reach(set_b, threshold) {
            return None;
        }
        let overlap = set_a.overlap(set_b);
        (overlap.jaccard() >= threshold).then_some(Link { a, b, overlap })
    });
    Verified { links: links.collect(), unread }
}
