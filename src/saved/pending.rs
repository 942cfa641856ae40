//! Pending articles: inserted, and not yet in a segment.
//!
//! In: sketched articles. Out: the same answers as a segment gives, and a [`Source`] to write one
//! from. A row here is an article's number in the order of insertion.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::row::Row;
use super::segment::Space;
use super::segment_writer::Source;
use crate::article::Article;
use crate::detector::TextMark;
use crate::error::Result;
use crate::hash::GOLDEN;
use crate::kit::hashed_map::HashedMap;
use crate::kit::{parallel, radix};
use crate::sketch::Fingerprint;

/// Bytes assumed for an article beside its strings and hashes.
const OVERHEAD: usize = 200;

#[derive(Debug)]
struct Entry {
    id: u64,
    key: Box<str>,
    source: Option<Box<str>>,
    date: Option<i64>,
    mark: TextMark,
    text: Option<Box<str>>,
    text_len: u32,
    leader: u32,
    is_live: bool,
    /// The key in each band, and the sample; none unless the row leads.
    bands: Box<[u32]>,
    sample: Box<[u32]>,
}

#[derive(Debug, Default)]
pub(super) struct Pending {
    entries: Vec<Entry>,
    by_key: HashMap<Box<str>, u32>,
    /// Of texts with words.
    by_fingerprint: HashedMap<Fingerprint, PendingCopies>,
    /// By space and hash: leaders. Made by the first query.
    postings: OnceLock<HashedMap<u64, Vec<u32>>>,
    bytes: usize,
    texts: usize,
}

/// The articles of a text.
#[derive(Debug, Default)]
struct PendingCopies {
    /// All rows, dead ones too, the leader first.
    rows: Vec<u32>,
    live: u32,
}

/// An article to take in.
#[derive(Clone, Copy, Debug)]
pub(super) struct New<'a> {
    pub(super) id: u64,
    pub(super) article: Article<'a>,
    pub(super) mark: TextMark,
    pub(super) bands: &'a [u32],
    pub(super) sample: &'a [u32],
    pub(super) keeps_text: bool,
}

/// A well mixed number for a space and a hash; a product with an odd number, so that no two collide.
fn slot(space: usize, hash: u32) -> u64 {
    ((space as u64) << 32 | u64::from(hash)).wrapping_mul(GOLDEN)
}

fn post(to: &mut HashedMap<u64, Vec<u32>>, entry: &Entry, row: u32) {
    for (band, &hash) in entry.bands.iter().enumerate() {
        to.entry(slot(band, hash)).or_default().push(row);
    }
    for &hash in &entry.sample {
        let sample = entry.bands.len();
        to.entry(slot(sample, hash)).or_default().push(row);
    }
}

impl Pending {
    /// Live articles.
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there is no row, a dead one neither.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes held, about.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Different live texts with words.
    pub(super) fn texts(&self) -> usize {
        self.texts
    }

    pub(super) fn row_of_key(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    pub(super) fn is_live(&self, row: u32) -> bool {
        self.entries[row as usize].is_live
    }

    /// Rows of live articles.
    pub(super) fn live(&self) -> impl Iterator<Item = u32> {
        (0..self.entries.len() as u32).filter(|&row| self.is_live(row))
    }

    /// Adds an article whose key is new.
    pub(super) fn insert(&mut self, new: New<'_>) {
        let row = self.entries.len() as u32;
        let leader = if new.mark.is_signed {
            let copies = self.by_fingerprint.entry(new.mark.fingerprint).or_default();
            self.texts += usize::from(copies.live == 0);
            copies.live += 1;
            copies.rows.push(row);
            copies.rows[0]
        } else {
            row
        };
        let leads = leader == row;
        let kept = |hashes: &[u32]| {
            if leads && new.mark.is_signed {
                hashes.into()
            } else {
                Box::default()
            }
        };
        let text = new.keeps_text.then(|| new.article.body.into());
        let entry = Entry {
            id: new.id,
            key: new.article.key.into(),
            source: new.article.source.map(Into::into),
            date: new.article.date,
            mark: new.mark,
            text,
            text_len: if new.keeps_text {
                new.article.body.len() as u32
            } else {
                0
            },
            leader,
            is_live: true,
            bands: kept(new.bands),
            sample: kept(new.sample),
        };
        self.bytes += OVERHEAD
            + 2 * entry.key.len()
            + entry.text_len as usize
            + 4 * (entry.bands.len() + entry.sample.len());
        self.by_key.insert(entry.key.clone(), row);
        if let Some(postings) = self.postings.get_mut() {
            post(postings, &entry, row);
        }
        self.entries.push(entry);
    }

    pub(super) fn remove(&mut self, row: u32) {
        let entry = &mut self.entries[row as usize];
        entry.is_live = false;
        self.by_key.remove(&entry.key);
        if let Some(copies) = self.by_fingerprint.get_mut(&entry.mark.fingerprint)
            && entry.mark.is_signed
        {
            copies.live -= 1;
            self.texts -= usize::from(copies.live == 0);
        }
    }

    /// The row with the places of text and key left at zero.
    pub(super) fn row(&self, row: u32) -> Row {
        let entry = &self.entries[row as usize];
        Row {
            fingerprint: entry.mark.fingerprint,
            id: entry.id,
            date: entry.date,
            text: (0, entry.text_len),
            key: (0, entry.key.len() as u32),
            source: entry.source.as_ref().map(|source| source.len() as u32),
            tokens: entry.mark.tokens,
            sample: self.entries[entry.leader as usize].sample.len() as u32,
            leader: entry.leader,
            is_signed: entry.mark.is_signed,
        }
    }

    pub(super) fn key(&self, row: u32) -> &str {
        &self.entries[row as usize].key
    }

    pub(super) fn source(&self, row: u32) -> Option<&str> {
        self.entries[row as usize].source.as_deref()
    }

    pub(super) fn text(&self, row: u32) -> Option<&str> {
        self.entries[row as usize].text.as_deref()
    }

    /// The rows of a text with words, dead ones too.
    pub(super) fn rows_of(&self, fingerprint: Fingerprint) -> &[u32] {
        let copies = self.by_fingerprint.get(&fingerprint);
        copies.map_or(&[], |copies| &copies.rows)
    }

    /// Whether an article of a text with words is left. Constant time.
    pub(super) fn has_text(&self, fingerprint: Fingerprint) -> bool {
        let copies = self.by_fingerprint.get(&fingerprint);
        copies.is_some_and(|copies| copies.live > 0)
    }

    /// The key in each band and the sample of a leader.
    pub(super) fn hashes(&self, leader: u32) -> (&[u32], &[u32]) {
        let entry = &self.entries[leader as usize];
        (&entry.bands, &entry.sample)
    }

    /// The leaders posted under a hash. `sample` is the number of bands.
    pub(super) fn holders(&self, space: Space, hash: u32, bands: usize) -> &[u32] {
        let postings = self.postings.get_or_init(|| {
            let mut postings = HashedMap::default();
            for (row, entry) in (0..).zip(&self.entries) {
                post(&mut postings, entry, row);
            }
            postings
        });
        let space = match space {
            Space::Band(band) => band,
            Space::Sample => bands,
            Space::Key | Space::Id => return &[],
        };
        postings.get(&slot(space, hash)).map_or(&[], Vec::as_slice)
    }

    /// The live articles in the order of a segment.
    pub(super) fn sorted(&self, bands: usize) -> Sorted<'_> {
        let entry = |row: u32| &self.entries[row as usize];
        let by = |row: u32| (entry(row).mark.fingerprint, &entry(row).key);
        // The fingerprints stand beside the rows, so that few comparisons look at an entry.
        let prints = self.live().map(|row| (entry(row).mark.fingerprint, row));
        let mut prints: Vec<(Fingerprint, u32)> = prints.collect();
        prints.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| by(a.1).cmp(&by(b.1))));
        let order: Vec<u32> = prints.into_iter().map(|(_, row)| row).collect();
        let mut leaders: Vec<u32> = Vec::with_capacity(order.len());
        let mut postings = vec![Vec::with_capacity(order.len()); bands];
        let hashes = order
            .iter()
            .map(|&row| entry(entry(row).leader).sample.len());
        postings.push(Vec::with_capacity(hashes.sum()));
        for (new, &row) in (0u32..).zip(&order) {
            let leader = match order.get((new as usize).wrapping_sub(1)) {
                Some(&last) if entry(row).mark.is_signed && by(last).0 == by(row).0 => {
                    leaders[new as usize - 1]
                }
                _ => new,
            };
            leaders.push(leader);
            if leader == new {
                let of = entry(entry(row).leader);
                for (space, &hash) in postings.iter_mut().zip(&of.bands) {
                    space.push(u64::from(hash) << 32 | u64::from(new));
                }
                let sample = of.sample.iter();
                postings[bands].extend(sample.map(|&hash| u64::from(hash) << 32 | u64::from(new)));
            }
        }
        parallel::for_each(&mut postings, |space| {
            radix::sort(space, u64::from(u32::MAX), |posting| posting >> 32);
        });
        Sorted {
            pending: self,
            order,
            leaders,
            postings,
        }
    }
}

/// Pending articles in the order of a segment.
pub(super) struct Sorted<'a> {
    pending: &'a Pending,
    /// By new row: the row here, and the new row of the leader.
    order: Vec<u32>,
    leaders: Vec<u32>,
    /// By space: hashes in the upper half, new rows in the lower.
    postings: Vec<Vec<u64>>,
}

impl Source for Sorted<'_> {
    fn rows(&self) -> u32 {
        self.order.len() as u32
    }

    fn row(&self, row: u32) -> Result<Row> {
        Ok(Row {
            leader: self.leaders[row as usize],
            ..self.pending.row(self.order[row as usize])
        })
    }

    fn key(&self, row: u32) -> Result<Cow<'_, str>> {
        Ok(self.pending.key(self.order[row as usize]).into())
    }

    fn publisher(&self, row: u32) -> Result<Option<Cow<'_, str>>> {
        let source = self.pending.source(self.order[row as usize]);
        Ok(source.map(Cow::Borrowed))
    }

    fn text(&self, row: u32) -> Result<Option<Cow<'_, str>>> {
        let text = self.pending.text(self.order[row as usize]);
        Ok(text.map(Cow::Borrowed))
    }

    fn postings(&self, space: usize, each: &mut dyn FnMut(u32, u32) -> Result<()>) -> Result<()> {
        let mut postings = self.postings[space].iter();
        postings.try_for_each(|&posting| each((posting >> 32) as u32, posting as u32))
    }
}
