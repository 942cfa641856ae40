//! Candidates by bands.
//!
//! In: the band keys of all texts. Out: the pairs of positions that share a band, in one table: those
//! of one index, crowded buckets cut by the same rule.
//!
//! A band is looked at at a time: eight bytes an article. Buckets of several texts are held, four bytes
//! a text and band.

use std::collections::BTreeMap;

use rayon::prelude::*;
use reprint::stages::{BucketSizes, CrowdedBucket, cut_buckets};

use super::catalogue::{Catalogue, NONE};
use super::pairs::{self, packed};
use super::sketch::FIRST_BAND;
use super::table::TableWriter;
use super::work::Work;
use crate::failure::Failure;
use crate::output::atomic;

/// Pairs held at a time, repeats included. Chosen by hand: 128 MB.
const HELD: u64 = 1 << 24;

/// Notes of the table: the most texts in a bucket that gave every pair, or nothing; buckets above
/// that; and their different texts.
pub(super) const CAP: &str = "bucket_cap";
pub(super) const CROWDED_BUCKETS: &str = "suspended_buckets";
pub(super) const CROWDED_TEXTS: &str = "suspended_articles";

/// Buckets with several texts.
struct Buckets {
    /// By bucket: the band, and the end of its members.
    buckets: Vec<(u16, usize)>,
    /// Positions, ascending in each bucket.
    members: Vec<u32>,
}

impl Buckets {
    fn iter(&self) -> impl Iterator<Item = (u16, &[u32])> {
        let starts = std::iter::once(0).chain(self.buckets.iter().map(|&(_, end)| end));
        let buckets = starts.zip(&self.buckets);
        buckets.map(|(start, &(band, end))| (band, &self.members[start..end]))
    }

    /// Calls `each` with the different pairs of buckets with up to `most` members, and with `more`
    /// pairs beside them: lists of packed pairs, one behind the other in ascending order.
    fn each_pair(
        &self,
        texts: usize,
        most: u64,
        more: &[u64],
        mut each: impl FnMut(&[u64]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let small = || {
            self.iter()
                .filter(|(_, members)| members.len() as u64 <= most)
        };
        let pairs_of = |len: usize| len as u64 * (len as u64 - 1) / 2;
        let all: u64 = small().map(|(_, members)| pairs_of(members.len())).sum();
        let blocks = all / HELD + 1;
        let mut pairs = Vec::new();
        let mut more = more;
        for block in 0..blocks {
            let lower = pairs::block(texts, block as usize, blocks as usize);
            let end = more.partition_point(|&pair| pairs::unpacked(pair).0 < lower.end);
            pairs.clear();
            pairs.extend_from_slice(&more[..end]);
            more = &more[end..];
            for (_, members) in small() {
                let first = members.partition_point(|&member| member < lower.start);
                for (at, &a) in members.iter().enumerate().skip(first) {
                    if a >= lower.end {
                        break;
                    }
                    pairs.extend(members[at + 1..].iter().map(|&b| packed(a, b)));
                }
            }
            pairs.par_sort_unstable();
            pairs.dedup();
            each(&pairs)?;
        }
        Ok(())
    }
}

/// Writes the table.
pub(super) fn write(work: &Work, catalogue: &Catalogue) -> Result<(), Failure> {
    let detector = work.detector()?;
    let rules = detector.band_rules(catalogue.texts());
    // 1. Find the buckets, and how large they are.
    let mut buckets = Buckets {
        buckets: Vec::new(),
        members: Vec::new(),
    };
    let mut sizes = BucketSizes::new();
    for band in 0..rules.bands {
        let mut keyed = keys(catalogue, band)?;
        keyed.par_sort_unstable();
        for bucket in keyed
            .chunk_by(|a, b| a >> 32 == b >> 32)
            .filter(|all| all.len() > 1)
        {
            sizes.add(bucket.len() as u64);
            buckets
                .members
                .extend(bucket.iter().map(|&entry| entry as u32));
            buckets.buckets.push((band as u16, buckets.members.len()));
        }
    }
    // 2. Find the cap, which an ordinary corpus does not reach.
    let texts = catalogue.texts();
    let cap = sizes.cap(rules, |most| {
        let mut count = 0;
        buckets.each_pair(texts, most, &[], |pairs| {
            count += pairs.len() as u64;
            Ok(())
        })?;
        Ok::<u64, Failure>(count)
    })?;
    // 3. Cut crowded buckets down, and write the pairs of all.
    let crowd = Crowd::of(&buckets, cap);
    let cut = crowd.cut(catalogue, rules.bands)?;
    let mut table = TableWriter::create(&work.bands(), pairs::COLUMNS, &work.id)?;
    let most = cap.unwrap_or(u64::MAX);
    buckets.each_pair(texts, most, &cut, |found| pairs::write(&mut table, found))?;
    let notes = [
        (CAP, cap.map_or_else(String::new, |cap| cap.to_string())),
        (CROWDED_BUCKETS, crowd.buckets.to_string()),
        (CROWDED_TEXTS, crowd.members.len().to_string()),
    ];
    atomic::put_in_place(vec![table.finish(&notes)?])
}

/// The keys of a band, each with the position of its text in the lower half.
fn keys(catalogue: &Catalogue, band: usize) -> Result<Vec<u64>, Failure> {
    let mut keyed = Vec::with_capacity(catalogue.texts());
    catalogue.each_group(|table, group, first| {
        for (row, key) in (first..).zip(table.ints(group, FIRST_BAND + band)?) {
            let position = catalogue.positions[row as usize];
            if position != NONE && catalogue.first_rows[position as usize] == row {
                keyed.push(u64::from(key.cast_unsigned()) << 32 | u64::from(position));
            }
        }
        Ok(())
    })?;
    Ok(keyed)
}

/// The buckets above the cap.
struct Crowd {
    /// By the first member.
    by_first: BTreeMap<u32, Vec<CrowdedBucket<u32>>>,
    buckets: usize,
    /// The members of all, ascending.
    members: Vec<u32>,
}

impl Crowd {
    fn of(all: &Buckets, cap: Option<u64>) -> Self {
        let mut crowd = Self {
            by_first: BTreeMap::new(),
            buckets: 0,
            members: Vec::new(),
        };
        let Some(cap) = cap else {
            return crowd;
        };
        for (band, members) in all.iter().filter(|(_, members)| members.len() as u64 > cap) {
            crowd.buckets += 1;
            crowd.members.extend_from_slice(members);
            crowd
                .by_first
                .entry(members[0])
                .or_default()
                .push(CrowdedBucket {
                    band: band.into(),
                    members: members.to_vec(),
                });
        }
        crowd.members.sort_unstable();
        crowd.members.dedup();
        crowd
    }

    /// The pairs kept, packed and in ascending order.
    fn cut(&self, catalogue: &Catalogue, bands: usize) -> Result<Vec<u64>, Failure> {
        if self.members.is_empty() {
            return Ok(Vec::new());
        }
        // By band, then by place in `members`.
        let mut of_members = Vec::with_capacity(bands);
        for band in 0..bands {
            let mut keys_of_band = vec![0; self.members.len()];
            for entry in keys(catalogue, band)? {
                if let Ok(place) = self.members.binary_search(&(entry as u32)) {
                    keys_of_band[place] = entry >> 32;
                }
            }
            of_members.push(keys_of_band);
        }
        let key = |member: u32, band: usize| {
            let place = self.members.binary_search(&member);
            place.map_or(0, |place| of_members[band][place])
        };
        let mut pairs = Vec::new();
        for buckets in self.by_first.values() {
            let cut = cut_buckets(buckets, bands, key);
            pairs.extend(cut.into_iter().map(|(a, b)| packed(a, b)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        Ok(pairs)
    }
}
