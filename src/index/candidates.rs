//! All candidate pairs of a set of articles at once.
//!
//! In: the band keys of articles in a fixed order. Out: each pair of positions that shares a band,
//! once, in order; and a [`CandidateReport`] of where the number of pairs had to be held down.
//!
//! Articles are sorted by key in one band after the other, so that those that share a key stand
//! together. A pair that shares several bands is taken from the first of them, so no list with
//! repeats is ever built.

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

/// Candidate pairs, as positions in the list of articles, the smaller first, in ascending order.
pub(crate) struct Candidates {
    pub(crate) pairs: Vec<(u32, u32)>,
    pub(crate) report: CandidateReport,
}

/// Band keys of articles by position, one row of `bands` keys each.
pub(super) struct Keys<'a> {
    pub(super) bands: usize,
    pub(super) rows: &'a (dyn Fn(u32) -> &'a [u32] + Sync),
    pub(super) articles: usize,
}

/// The buckets of one band that hold two articles or more.
struct Buckets {
    /// Positions, ascending within each bucket.
    members: Vec<u32>,
    ends: Vec<usize>,
}

impl Buckets {
    fn of_band(keys: &Keys<'_>, band: usize) -> Self {
        let mut entries: Vec<u64> = (0..keys.articles as u32)
            .map(|at| u64::from((keys.rows)(at)[band]) << 32 | u64::from(at))
            .collect();
        entries.sort_unstable();
        let (mut members, mut ends) = (Vec::new(), Vec::new());
        for bucket in entries
            .chunk_by(|a, b| a >> 32 == b >> 32)
            .filter(|b| b.len() > 1)
        {
            members.extend(bucket.iter().map(|&entry| entry as u32));
            ends.push(members.len());
        }
        Self { members, ends }
    }

    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.members[start..end])
    }
}

pub(super) fn candidates(keys: &Keys<'_>) -> Candidates {
    let bands: Vec<usize> = (0..keys.bands).collect();
    let buckets = parallel::map(&bands, |&band| Buckets::of_band(keys, band));
    let cap = cap(&buckets, keys.articles);

    let mut report = CandidateReport {
        articles: keys.articles,
        bucket_cap: cap,
        ..CandidateReport::default()
    };
    // For each band, the articles whose bucket is above the cap.
    let mut suspended = vec![Vec::new(); keys.bands];
    let mut anywhere = vec![];
    for (flags, buckets) in suspended.iter_mut().zip(&buckets) {
        for bucket in buckets.iter().filter(|bucket| bucket.len() > cap) {
            report.suspended_buckets += 1;
            flags.resize(keys.articles, false);
            anywhere.resize(keys.articles, false);
            for &member in bucket {
                flags[member as usize] = true;
                anywhere[member as usize] = true;
            }
        }
    }
    report.suspended_articles = anywhere.iter().filter(|&&flag| flag).count();

    let found = parallel::map(&bands, |&band| {
        let (mut whole, mut cut) = (Vec::new(), Vec::new());
        for bucket in buckets[band].iter() {
            if bucket.len() > cap {
                star(bucket, &mut cut);
                split(keys, &mut bucket.to_vec(), band, SPLITS, &mut cut);
            } else {
                pairs_first_shared_in(keys, bucket, band, &suspended, &mut whole);
            }
        }
        (whole, cut)
    });
    let mut pairs: Vec<(u32, u32)> = found
        .into_iter()
        .flat_map(|(mut whole, cut)| {
            whole.extend(cut);
            whole
        })
        .collect();
    parallel::sort(&mut pairs);
    // Only what came of suspended buckets can be there twice.
    pairs.dedup();
    report.pairs = pairs.len();
    Candidates { pairs, report }
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
    suspended: &[Vec<bool>],
    out: &mut Vec<(u32, u32)>,
) {
    for (at, &a) in bucket.iter().enumerate() {
        let row_a = &(keys.rows)(a)[..band];
        for &b in &bucket[at + 1..] {
            let row_b = &(keys.rows)(b)[..band];
            let given = row_a
                .iter()
                .zip(row_b)
                .zip(suspended)
                .any(|((key_a, key_b), flags)| {
                    key_a == key_b && !flags.get(a as usize).is_some_and(|&flag| flag)
                });
            if !given {
                out.push((a, b));
            }
        }
    }
}

/// Splits the members of a bucket by the key of the next band, until they are few or `splits` is
/// used up.
fn split(
    keys: &Keys<'_>,
    members: &mut [u32],
    band: usize,
    splits: usize,
    out: &mut Vec<(u32, u32)>,
) {
    if members.len() <= WHOLE_PART {
        members.sort_unstable();
        for (at, &a) in members.iter().enumerate() {
            out.extend(members[at + 1..].iter().map(|&b| (a, b)));
        }
        return;
    }
    if splits == 0 {
        members.sort_unstable();
        star(members, out);
        return;
    }
    let next = (band + 1) % keys.bands;
    let key = |at: u32| (keys.rows)(at)[next];
    members.sort_unstable_by_key(|&at| (key(at), at));
    for part in members.chunk_by_mut(|&a, &b| key(a) == key(b)) {
        split(keys, part, next, splits - 1, out);
    }
}

fn star(members: &[u32], out: &mut Vec<(u32, u32)>) {
    if let Some((&centre, others)) = members.split_first() {
        out.extend(others.iter().map(|&other| (centre, other)));
    }
}
