//! Buckets too large to give all their pairs.
//!
//! In: very large buckets. Out: a few pairs for each member: with the bucket's first article, and
//! with members that share further bands.

use super::large_bucket::LargeBucket;
use super::shared::{self, Keys};
use crate::kit::ids::{IndexVec, Position};
use crate::kit::parallel;

/// Further bands that split a bucket before each part becomes a star. Chosen by hand: each split
/// adds one pair a member at most.
const SPLITS: usize = 3;

/// The largest part, in articles, that gives every pair. Chosen by hand.
const WHOLE_PART: usize = 16;

/// The pairs kept of suspended buckets.
pub(super) struct Cut {
    /// Pairs in ascending order.
    pub(super) pairs: Vec<(Position, Position)>,
    /// The number of articles in suspended buckets.
    pub(super) articles: usize,
}

/// Cuts buckets down to a bounded number of pairs for each member.
pub(super) fn cut_down(keys: &Keys<'_>, large: &[LargeBucket<'_>]) -> Cut {
    let mut by_centre: Vec<&LargeBucket<'_>> = large.iter().collect();
    by_centre.sort_by_key(|bucket| (bucket.members[0], bucket.band));
    let of_one: Vec<&[&LargeBucket<'_>]> = by_centre
        .chunk_by(|a, b| a.members[0] == b.members[0])
        .collect();
    let done = parallel::map(&of_one, |large| around_centre(keys, large));
    let mut is_member = IndexVec::filled(false, keys.ids.len());
    let mut pairs = Vec::new();
    for (members, of_centre) in done {
        pairs.extend(of_centre);
        for member in members {
            is_member[member] = true;
        }
    }
    sort_runs(&mut pairs);
    pairs.dedup();
    Cut {
        pairs,
        articles: is_member.iter().filter(|&&is_member| is_member).count(),
    }
}

/// Members and kept pairs of the buckets that begin with one article. `large` is sorted by band.
fn around_centre(
    keys: &Keys<'_>,
    large: &[&LargeBucket<'_>],
) -> (Vec<Position>, Vec<(Position, Position)>) {
    let mut members = Vec::new();
    let mut pairs = Vec::new();
    for bucket in large {
        // Thousands of near-copies make the same bucket in band after band. One of these buckets is
        // enough.
        if members == bucket.members {
            continue;
        }
        let before = members.len();
        members.extend_from_slice(bucket.members);
        sort_runs(&mut members);
        members.dedup();
        if members.len() > before {
            split(keys, bucket.members, bucket.band, SPLITS, &mut pairs);
        }
    }
    star(&members, &mut pairs);
    (members, pairs)
}

/// Splits a bucket's members by the key of the next band, until a part is small or `splits` is used
/// up. `members` is ascending.
fn split(
    keys: &Keys<'_>,
    members: &[Position],
    band: usize,
    splits: usize,
    out: &mut Vec<(Position, Position)>,
) {
    if members.len() <= WHOLE_PART {
        for (at, &a) in members.iter().enumerate() {
            out.extend(members[at + 1..].iter().map(|&b| (a, b)));
        }
        return;
    }
    if splits == 0 {
        star(members, out);
        return;
    }
    let next = (band + 1) % keys.bands.len();
    let key = |&member: &Position| u64::from(keys.key(next, member)) << 32 | u64::from(member.0);
    let mut by_key: Vec<u64> = members.iter().map(key).collect();
    by_key.sort_unstable();
    for part in by_key.chunk_by(|a, b| a >> 32 == b >> 32) {
        let part: Vec<Position> = part.iter().map(|&entry| shared::position(entry)).collect();
        split(keys, &part, next, splits - 1, out);
    }
}

/// Sorts a few ascending runs. A stable sort merges runs in linear time.
#[allow(clippy::stable_sort_primitive)]
fn sort_runs<T: Ord>(runs: &mut [T]) {
    runs.sort();
}

/// Pairs the first member with every later member.
fn star(members: &[Position], out: &mut Vec<(Position, Position)>) {
    if let Some((&centre, others)) = members.split_first() {
        out.extend(others.iter().map(|&other| (centre, other)));
    }
}
