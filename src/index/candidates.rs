//! All candidate pairs of a set of articles at once.
//!
//! In: the band keys of articles. Out: each pair that shares a band, once, in order; and a
//! [`CandidateReport`] of where the number of pairs had to be held down.
//!
//! A pair that shares several bands is taken from the first of them, so no list with repeats is
//! ever built.

use super::shared::Buckets;
use crate::parallel;

/// Pairs an article that one band may give before its largest buckets are cut down: clusters of
/// five hundred near-copies come to less, half a million pages of one template to far more.
const PAIRS_PER_ARTICLE: u64 = 256;

/// Buckets up to this size always give all their pairs.
const MIN_CAP: usize = 64;

/// How many further bands split a bucket that is above the cap, before it becomes a star.
const SPLITS: usize = 3;

/// Parts of such a bucket up to this size give all their pairs.
const WHOLE_PART: usize = 16;

/// What the search for candidates cost, and where it had to give up its promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CandidateReport {
    /// Articles of different text that were searched.
    pub articles: usize,
    /// Pairs of them that were taken for comparison.
    pub pairs: usize,
    /// Buckets (articles that share a band) up to this size gave all their pairs: the largest
    /// power of two, at least 64, that keeps the pairs of every band under 256 an article.
    pub bucket_cap: usize,
    /// Buckets above the cap. Within them the recall that was promised is suspended: they were
    /// split by further bands, and what was still above the cap was compared to one article only.
    pub suspended_buckets: usize,
    /// Articles that stand in such a bucket.
    pub suspended_articles: usize,
}

/// Candidate pairs, as positions in the order of articles, the smaller first, in ascending order.
pub(crate) struct Candidates {
    pub(crate) pairs: Vec<(u32, u32)>,
    pub(crate) report: CandidateReport,
}

/// What is searched.
pub(super) struct Keys<'a> {
    /// For each band the keys by id.
    pub(super) bands: &'a [Vec<u32>],
    /// The articles to search, ascending.
    pub(super) ids: &'a [u32],
    /// By id, the position in the order that decides within suspended buckets.
    pub(super) positions: &'a [u32],
}

/// By band and id, the centre of the suspended bucket in which an article stands; empty for a
/// band without such buckets.
type Centres = Vec<Vec<Option<u32>>>;

pub(super) fn candidates(keys: &Keys<'_>) -> Candidates {
    let bands: Vec<usize> = (0..keys.bands.len()).collect();
    let buckets = parallel::map(&bands, |&band| Buckets::new(&keys.bands[band], keys.ids));
    let cap = cap(&buckets, keys.ids.len());
    let mut report = CandidateReport {
        articles: keys.ids.len(),
        bucket_cap: cap,
        ..CandidateReport::default()
    };
    let centres = suspend(keys, &buckets, cap, &mut report);
    let found = parallel::map(&bands, |&band| {
        let mut pairs = Vec::new();
        for bucket in buckets[band].iter() {
            if bucket.len() > cap {
                cut_down(keys, bucket, band, &centres, &mut pairs);
            } else {
                pairs_first_shared_in(keys, bucket, band, &centres, &mut pairs);
            }
        }
        pairs
    });
    let position = |id: u32| keys.positions[id as usize];
    let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(found.iter().map(Vec::len).sum());
    for (a, b) in found.into_iter().flatten() {
        let (a, b) = (position(a), position(b));
        pairs.push((a.min(b), a.max(b)));
    }
    parallel::sort(&mut pairs);
    // Only what came of suspended buckets can be there twice.
    pairs.dedup();
    report.pairs = pairs.len();
    Candidates { pairs, report }
}

/// Finds the buckets above the cap, and the centre of each: its first article by position.
fn suspend(
    keys: &Keys<'_>,
    buckets: &[Buckets],
    cap: usize,
    report: &mut CandidateReport,
) -> Centres {
    let mut centres = vec![Vec::new(); buckets.len()];
    let mut anywhere = Vec::new();
    for (centres, buckets) in centres.iter_mut().zip(buckets) {
        for bucket in buckets.iter().filter(|bucket| bucket.len() > cap) {
            report.suspended_buckets += 1;
            centres.resize(keys.positions.len(), None);
            anywhere.resize(keys.positions.len(), false);
            let centre = bucket
                .iter()
                .copied()
                .min_by_key(|&id| keys.positions[id as usize]);
            for &member in bucket {
                centres[member as usize] = centre;
                anywhere[member as usize] = true;
            }
        }
    }
    report.suspended_articles = anywhere.iter().filter(|&&suspended| suspended).count();
    centres
}

/// Takes some pairs of a bucket above the cap, at most so many for each member.
fn cut_down(
    keys: &Keys<'_>,
    bucket: &[u32],
    band: usize,
    centres: &Centres,
    out: &mut Vec<(u32, u32)>,
) {
    let of_band = |band: usize, id: u32| centres[band].get(id as usize).copied().flatten();
    let centre = of_band(band, bucket[0]).expect("a suspended bucket has a centre");
    let mut is_new = false;
    for &member in bucket {
        let given = (0..band).any(|earlier| of_band(earlier, member) == Some(centre));
        is_new |= !given;
        if member != centre && !given {
            out.push((centre, member));
        }
    }
    // Near-copies by the thousand make the same bucket in band after band: once is enough.
    if is_new {
        let mut members = bucket.to_vec();
        members.sort_unstable_by_key(|&id| keys.positions[id as usize]);
        split(keys, &mut members, band, SPLITS, out);
    }
}

/// The largest size of bucket whose pairs, with those of all smaller ones, stay within bounds.
fn cap(buckets: &[Buckets], articles: usize) -> usize {
    buckets
        .iter()
        .map(|buckets| cap_of_band(buckets, articles))
        .min()
        .unwrap_or(MIN_CAP)
}

fn cap_of_band(buckets: &Buckets, articles: usize) -> usize {
    let mut pairs = [0u64; 33];
    for bucket in buckets.iter() {
        let len = bucket.len() as u64;
        pairs[bucket.len().next_power_of_two().trailing_zeros() as usize] += len * (len - 1) / 2;
    }
    let mut within = PAIRS_PER_ARTICLE * articles as u64;
    let fits = |&&pairs: &&u64| {
        let left = within.checked_sub(pairs);
        within = left.unwrap_or_default();
        left.is_some()
    };
    let powers = pairs.iter().take_while(fits).count();
    (1usize << powers.saturating_sub(1)).max(MIN_CAP)
}

/// All pairs of a bucket that no earlier band has given.
fn pairs_first_shared_in(
    keys: &Keys<'_>,
    bucket: &[u32],
    band: usize,
    centres: &Centres,
    out: &mut Vec<(u32, u32)>,
) {
    for (at, &a) in bucket.iter().enumerate() {
        for &b in &bucket[at + 1..] {
            let given = keys.bands[..band]
                .iter()
                .zip(centres)
                .any(|(keys, centres)| {
                    keys[a as usize] == keys[b as usize]
                        && centres.get(a as usize).is_none_or(Option::is_none)
                });
            if !given {
                out.push((a, b));
            }
        }
    }
}

/// Splits the members of a bucket, in the order of their positions, by the key of the next band,
/// until they are few or `splits` is used up.
fn split(
    keys: &Keys<'_>,
    members: &mut [u32],
    band: usize,
    splits: usize,
    out: &mut Vec<(u32, u32)>,
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
    let key = |id: u32| keys.bands[next][id as usize];
    members.sort_by_key(|&id| key(id));
    for part in members.chunk_by_mut(|&a, &b| key(a) == key(b)) {
        split(keys, part, next, splits - 1, out);
    }
}

fn star(members: &[u32], out: &mut Vec<(u32, u32)>) {
    if let Some((&centre, others)) = members.split_first() {
        out.extend(others.iter().map(|&other| (centre, other)));
    }
}
