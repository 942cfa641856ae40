//! Buckets too large to give all their pairs.
//!
//! In: very large buckets. Out: a few pairs for each member: with the bucket's first article, and
//! with members that share further bands. The rule is the same for positions of one search and for
//! fingerprints of many machines: it looks at the order of texts and at equal keys alone.

use super::large_bucket::LargeBucket;
use super::shared::Keys;
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
    let bands = keys.bands.len();
    let done = parallel::map(&of_one, |large| {
        let buckets: Vec<(usize, &[Position])> = large
            .iter()
            .map(|bucket| (bucket.band, bucket.members))
            .collect();
        around_centre(&buckets, bands, &|band, member| keys.key(band, member))
    });
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

/// Members and kept pairs of the buckets that begin with one text: the band and the members of each,
/// in order of bands. `key` is a member's key in a band.
pub(super) fn around_centre<T: Copy + Ord, K: Copy + Ord>(
    large: &[(usize, &[T])],
    bands: usize,
    key: &impl Fn(usize, T) -> K,
) -> (Vec<T>, Vec<(T, T)>) {
    let mut members = Vec::new();
    let mut pairs = Vec::new();
    for &(band, of_bucket) in large {
        // Thousands of near-copies make the same bucket in band after band. One of these buckets is
        // enough.
        if members == of_bucket {
            continue;
        }
        let before = members.len();
        members.extend_from_slice(of_bucket);
        sort_runs(&mut members);
        members.dedup();
        if members.len() > before {
            let keys = BucketKeys { bands, key };
            split(&keys, of_bucket, band, SPLITS, &mut pairs);
        }
    }
    star(&members, &mut pairs);
    (members, pairs)
}

/// The members' keys.
struct BucketKeys<'a, F> {
    bands: usize,
    /// A member's key in a band.
    key: &'a F,
}

/// Splits a bucket's members by the key of the next band, until a part is small or `splits` is used
/// up. `members` is ascending.
fn split<T: Copy + Ord, K: Copy + Ord, F: Fn(usize, T) -> K>(
    keys: &BucketKeys<'_, F>,
    members: &[T],
    band: usize,
    splits: usize,
    out: &mut Vec<(T, T)>,
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
    let next = (band + 1) % keys.bands;
    let key = |&member: &T| ((keys.key)(next, member), member);
    let mut by_key: Vec<(K, T)> = members.iter().map(key).collect();
    by_key.sort_unstable();
    for part in by_key.chunk_by(|a, b| a.0 == b.0) {
        let part: Vec<T> = part.iter().map(|&(_, member)| member).collect();
        split(keys, &part, next, splits - 1, out);
    }
}

/// Sorts a few ascending runs. A stable sort merges runs in linear time.
#[allow(clippy::stable_sort_primitive)]
pub(super) fn sort_runs<T: Ord>(runs: &mut [T]) {
    runs.sort();
}

/// Pairs the first member with every later member.
fn star<T: Copy>(members: &[T], out: &mut Vec<(T, T)>) {
    if let Some((&centre, others)) = members.split_first() {
        out.extend(others.iter().map(|&other| (centre, other)));
    }
}
