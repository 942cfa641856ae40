//! All candidate pairs of a set of articles at once.
//!
//! In: the band keys of articles. Out: each pair that shares a band, once, in order; and a
//! [`CandidateReport`] of where the number of pairs had to be held down.
//!
//! Buckets, the articles that share a band, give their pairs from the smallest on, as long as that
//! stays linear. A pair that shares several is taken from the first of them, so no list with
//! repeats is ever built.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::shared::Buckets;
use crate::parallel;

/// Pairs that may be taken before the largest buckets are cut down: a fixed number, so that a few
/// thousand articles in a few large clusters have all their pairs compared, and so many for each
/// article. Half a million pages of one template would have half a million for each.
const PAIRS_IN_ALL: usize = 1 << 20;
const PAIRS_PER_ARTICLE: usize = 16;

/// Buckets up to this size always give all their pairs: they are at most 8 an article and band.
const MIN_CAP: usize = 16;

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
    /// Those of them that share sampled shingles; in [`Mode::Recycled`](crate::Mode::Recycled).
    pub sampled_pairs: usize,
    /// Pairs that were compared in full, set when they are: in
    /// [`Mode::Recycled`](crate::Mode::Recycled) those that share enough short runs of words in one
    /// order, else all.
    pub compared: usize,
    /// Buckets (articles that share a band) up to this size gave all their pairs: the largest
    /// power of two, at least 16, that keeps the pairs under a million and 16 an article.
    /// `None` if all buckets gave all their pairs, as they do in any ordinary corpus.
    pub bucket_cap: Option<usize>,
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
    let buckets = parallel::map(keys.bands, |keys_of_band| {
        Buckets::new(keys_of_band, keys.ids)
    });
    let sized = Sized::new(keys, &buckets);
    let (mut found, cap) = sized.pairs_while_linear();
    let mut report = CandidateReport {
        articles: keys.ids.len(),
        bucket_cap: cap,
        ..CandidateReport::default()
    };
    if let Some(cap) = cap {
        let centres = suspend(keys, &buckets, cap, &mut report);
        let bands: Vec<usize> = (0..keys.bands.len()).collect();
        found.extend(parallel::map(&bands, |&band| {
            let mut pairs = Vec::new();
            for bucket in buckets[band].iter().filter(|bucket| bucket.len() > cap) {
                cut_down(keys, bucket, band, &centres, &mut pairs);
            }
            pairs
        }));
    }
    let mut pairs = in_order(keys, &found);
    // Only what came of suspended buckets can be there twice.
    pairs.dedup();
    report.pairs = pairs.len();
    Candidates { pairs, report }
}

/// All pairs by position, the smaller first, in ascending order.
///
/// Counted into place by their first article, they leave little to sort.
fn in_order(keys: &Keys<'_>, found: &[Vec<(u32, u32)>]) -> Vec<(u32, u32)> {
    let by_position = |&(a, b): &(u32, u32)| {
        let (a, b) = (keys.positions[a as usize], keys.positions[b as usize]);
        (a.min(b), a.max(b))
    };
    let found = || found.iter().flatten().map(by_position);
    let mut ends = vec![0usize; keys.ids.len()];
    for (first, _) in found() {
        ends[first as usize] += 1;
    }
    let mut start = 0;
    for end in &mut ends {
        start += std::mem::replace(end, start);
    }
    let mut pairs = vec![(0, 0); start];
    for pair in found() {
        let end = &mut ends[pair.0 as usize];
        pairs[*end] = pair;
        *end += 1;
    }
    let mut parts = Vec::with_capacity(ends.len());
    let mut rest = &mut *pairs;
    let mut start = 0;
    for end in ends {
        let (part, more) = rest.split_at_mut(end - start);
        (rest, start) = (more, end);
        if part.len() > 1 {
            parts.push(part);
        }
    }
    parallel::for_each(&mut parts, |part| part.sort_unstable());
    pairs
}

/// Buckets by size: the class of a bucket of `n` articles is the exponent of the power of two that
/// is `n` or the next above.
struct Sized<'a> {
    keys: &'a Keys<'a>,
    buckets: &'a [Buckets],
    /// By band and id, the class of the bucket in which an article stands.
    classes: Vec<Vec<u8>>,
    largest: u8,
}

fn class(len: usize) -> u8 {
    len.next_power_of_two().trailing_zeros() as u8
}

impl<'a> Sized<'a> {
    fn new(keys: &'a Keys<'a>, buckets: &'a [Buckets]) -> Self {
        let classes = parallel::map(buckets, |buckets| {
            let mut classes = vec![0; keys.positions.len()];
            for bucket in buckets.iter() {
                for &member in bucket {
                    classes[member as usize] = class(bucket.len());
                }
            }
            classes
        });
        let sizes = buckets.iter().flat_map(Buckets::iter).map(<[u32]>::len);
        let largest = sizes.max().map_or(0, class);
        Self {
            keys,
            buckets,
            classes,
            largest,
        }
    }

    /// The pairs of all buckets, class by class, and the size at which they became too many.
    fn pairs_while_linear(&self) -> (Vec<Vec<(u32, u32)>>, Option<usize>) {
        let mut left = PAIRS_IN_ALL + PAIRS_PER_ARTICLE * self.keys.ids.len();
        let mut taken = 0;
        let mut found = Vec::new();
        for class in 1..=self.largest {
            let may_be = if 1 << class <= MIN_CAP {
                usize::MAX
            } else {
                left
            };
            // No more of a bucket's pairs were given before than all that were.
            let pairs = if may_be < usize::MAX && self.pairs_of_largest(class) > taken + left {
                None
            } else {
                self.pairs_of_class(class, may_be)
            };
            let Some(pairs) = pairs else {
                return (found, Some(1 << (class - 1)));
            };
            let new = pairs.iter().map(Vec::len).sum();
            left = left.saturating_sub(new);
            taken += new;
            found.extend(pairs);
        }
        (found, None)
    }

    /// How many pairs the largest bucket of a class has.
    fn pairs_of_largest(&self, class: u8) -> usize {
        let sizes = self
            .buckets
            .iter()
            .flat_map(Buckets::iter)
            .map(<[u32]>::len);
        let largest = sizes.filter(|&len| self::class(len) == class).max();
        largest.map_or(0, |len| len * (len - 1) / 2)
    }

    /// The pairs of the buckets of one class that no bucket before has given; `None` if there are
    /// more than `at_most`.
    fn pairs_of_class(&self, class: u8, at_most: usize) -> Option<Vec<Vec<(u32, u32)>>> {
        let bands: Vec<usize> = (0..self.buckets.len()).collect();
        let taken = AtomicUsize::new(0);
        let of_band = |&band: &usize| {
            let (mut pairs, mut rows) = (Vec::new(), Rows::new(self.keys.bands.len()));
            for bucket in self.buckets[band]
                .iter()
                .filter(|b| self::class(b.len()) == class)
            {
                let is_large = bucket.len() > MIN_CAP;
                if is_large {
                    rows.fill(self.keys, bucket);
                }
                for (at, &a) in bucket.iter().enumerate() {
                    let before = pairs.len();
                    let later = (at + 1..).zip(&bucket[at + 1..]);
                    let new = later.filter(|&(other, &b)| {
                        let share_one = is_large && rows.shared(at, other) == 1;
                        share_one || !self.is_given(a, b, (class, band))
                    });
                    pairs.extend(new.map(|(_, &b)| (a, b)));
                    // Whether there are too many does not depend on which thread counts them.
                    let new = pairs.len() - before;
                    if taken.fetch_add(new, Ordering::Relaxed) + new > at_most {
                        return None;
                    }
                }
            }
            Some(pairs)
        };
        parallel::map(&bands, of_band).into_iter().collect()
    }

    /// Whether a bucket of a smaller class, or of an earlier band and the same class, holds both.
    fn is_given(&self, a: u32, b: u32, (class, band): (u8, usize)) -> bool {
        let (a, b) = (a as usize, b as usize);
        let bands = self.keys.bands.iter().zip(&self.classes).enumerate();
        bands
            .filter(|(_, (keys, _))| keys[a] == keys[b])
            .any(|(other, (_, classes))| (classes[a], other) < (class, band))
    }
}

/// The keys of the members of one large bucket, those of a member side by side: most of its pairs
/// share no other band, and to see that in the columns of all bands costs a wait for memory each.
struct Rows {
    bands: usize,
    keys: Vec<u32>,
}

impl Rows {
    fn new(bands: usize) -> Self {
        Self {
            bands,
            keys: Vec::new(),
        }
    }

    fn fill(&mut self, keys: &Keys<'_>, bucket: &[u32]) {
        self.keys.clear();
        for &member in bucket {
            let of_band = |keys: &Vec<u32>| keys[member as usize];
            self.keys.extend(keys.bands.iter().map(of_band));
        }
    }

    /// How many bands two members share.
    fn shared(&self, a: usize, b: usize) -> u32 {
        let row = |at: usize| &self.keys[at * self.bands..][..self.bands];
        let pairs = row(a).iter().zip(row(b));
        pairs.fold(0, |shared, (a, b)| shared + u32::from(a == b))
    }
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
