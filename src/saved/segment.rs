//! Segments: articles that no longer change.
//!
//! In: the file that [`write`](super::segment_writer::write) wrote. Out: articles by row, rows by
//! hash. A row is an article; rows are in order of fingerprint, then key, so that exact copies are
//! neighbours, and the first of them, the *leader*, stands for their text in the postings.

use std::ops::Range;
use std::sync::Arc;

use super::bytes::Decoder;
use super::cache::Cache;
use super::filter::Filter;
use super::lookup;
use super::pages::{BODY, Pages, damaged};
use super::row::{ROW, ROWS, Row};
use super::storage::Storage;
use crate::error::Result;
use crate::hash;
use crate::sketch::Fingerprint;

/// The start of a footer: "reprint segment", version 1.
pub(super) const MAGIC: u64 = u64::from_le_bytes(*b"RPSEGM\0\x01");
/// Bytes of a posting: a hash, and a row.
pub(super) const POSTING: usize = 8;
/// Postings of a page, which they fill.
const POSTINGS: u64 = (BODY / POSTING) as u64;
/// Spaces of postings beside those of bands: samples, keys, ids.
pub(super) const FURTHER_SPACES: usize = 3;

/// The name of a segment's file.
pub(super) fn file_name(number: u64) -> String {
    format!("segment-{number:016x}")
}

/// The 64-bit hash of a key. The upper half is posted, all of it is in the filter.
pub(super) fn hash_of_key(key: &str) -> u64 {
    hash::token(key.as_bytes())
}

/// The number of a space of postings, which holds the hashes of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Band(usize),
    Sample,
    Key,
    Id,
}

/// How a generation names a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentName {
    pub(super) number: u64,
    pub(super) pages: u64,
    /// Where the footer starts.
    pub(super) footer: u64,
}

/// What the footer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Footer {
    pub(super) rows: u32,
    /// Different texts with words.
    pub(super) texts: u32,
    /// Articles without a date.
    pub(super) undated: u32,
    /// The first and the last date.
    pub(super) dates: Option<(i64, i64)>,
    /// Starts of the parts.
    pub(super) postings_at: u64,
    pub(super) names_at: u64,
    pub(super) texts_at: u64,
    pub(super) filter_at: u64,
    /// The number of postings in each space.
    pub(super) spaces: Vec<u64>,
}

impl Footer {
    fn decode(bytes: &[u8], bands: usize) -> Option<Self> {
        let mut from = Decoder { rest: bytes };
        if from.u64()? != MAGIC {
            return None;
        }
        let (rows, texts, undated) = (from.u32()?, from.u32()?, from.u32()?);
        let (first, last) = (from.i64()?, from.i64()?);
        let mut footer = Self {
            rows,
            texts,
            undated,
            dates: (undated < rows).then_some((first, last)),
            postings_at: from.u64()?,
            names_at: from.u64()?,
            texts_at: from.u64()?,
            filter_at: from.u64()?,
            spaces: Vec::new(),
        };
        let spaces = from.count(8)?;
        for _ in 0..spaces {
            footer.spaces.push(from.u64()?);
        }
        let is_whole = undated <= rows && texts <= rows && spaces == bands + FURTHER_SPACES;
        is_whole.then_some(footer)
    }
}

/// Decodes a footer for the fuzz target.
#[cfg(fuzzing)]
pub(super) fn decode_footer(bytes: &[u8]) {
    let bands = bytes.first().copied().unwrap_or_default();
    if let Some(footer) = Footer::decode(bytes.get(1..).unwrap_or_default(), bands.into()) {
        assert_eq!(footer.spaces.len(), usize::from(bands) + FURTHER_SPACES);
    }
}

/// An open segment.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) name: SegmentName,
    pub(super) pages: Pages,
    pub(super) footer: Footer,
    filter: Filter,
    /// By space: the first posting's number; one more at the end.
    starts: Vec<u64>,
    bands: usize,
}

impl Segment {
    /// Opens a segment of the index with that id, whose signatures have `bands` bands.
    pub(super) fn open(
        storage: &dyn Storage,
        (index, bands): (u128, usize),
        name: SegmentName,
        cache: Arc<Cache>,
    ) -> Result<Self> {
        let file = file_name(name.number);
        let pages = Pages::open(storage, &file, (index, name.number, name.pages), cache)?;
        let no_footer = || damaged(pages.path(), "its footer is none");
        let after = pages.len().checked_sub(name.footer).ok_or_else(no_footer)?;
        let bytes = pages.read(name.footer, after as usize)?;
        let footer = Footer::decode(&bytes, bands).ok_or_else(no_footer)?;
        // The sizes of the parts must be those of their contents.
        let mut starts = vec![0u64];
        for &count in &footer.spaces {
            let last = starts[starts.len() - 1];
            starts.push(last.checked_add(count).ok_or_else(no_footer)?);
        }
        let postings = starts[starts.len() - 1];
        let whole_pages =
            |items: u64, of_a_page: u64| items.div_ceil(of_a_page).checked_mul(BODY as u64);
        let postings_at = whole_pages(footer.rows.into(), ROWS as u64);
        let names_at =
            whole_pages(postings, POSTINGS).and_then(|len| len.checked_add(footer.postings_at));
        let words = Filter::words_for(footer.rows as usize);
        let filter_end = footer.filter_at.checked_add(8 * words as u64);
        let fits = postings_at == Some(footer.postings_at)
            && names_at == Some(footer.names_at)
            && footer.names_at <= footer.texts_at
            && footer.texts_at <= footer.filter_at
            && filter_end == Some(name.footer);
        if !fits {
            return Err(no_footer());
        }
        let filter = pages.read(footer.filter_at, 8 * words)?;
        let word = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        let filter = Filter::from_words(filter.chunks_exact(8).map(word).collect());
        Ok(Self {
            name,
            pages,
            footer,
            filter,
            starts,
            bands,
        })
    }

    pub(super) fn rows(&self) -> u32 {
        self.footer.rows
    }

    pub(super) fn row(&self, row: u32) -> Result<Row> {
        let (page, place) = (row as usize / ROWS, row as usize % ROWS);
        let is_there = row < self.rows();
        let body = if is_there {
            self.pages.page(page as u64)?
        } else {
            let what = format!("row {row} is asked for, and it has {}", self.rows());
            return Err(damaged(self.pages.path(), what));
        };
        let decoded = Row::decode(&body[place * ROW..]).filter(|found| found.leader <= row);
        decoded.ok_or_else(|| damaged(self.pages.path(), format!("row {row} is none")))
    }

    fn string(&self, at: u64, len: u32, end: u64) -> Result<String> {
        let no_string = |what| damaged(self.pages.path(), format!("{what} at {at}"));
        let is_within = at.checked_add(len.into()).is_some_and(|to| to <= end);
        if !is_within {
            return Err(no_string("no text"));
        }
        let bytes = self.pages.read(at, len as usize)?;
        String::from_utf8(bytes).map_err(|_| no_string("bytes that are no text"))
    }

    pub(super) fn key(&self, row: &Row) -> Result<String> {
        let (at, len) = row.key;
        let at = self.footer.names_at.saturating_add(at);
        self.string(at, len, self.footer.texts_at)
    }

    pub(super) fn source(&self, row: &Row) -> Result<Option<String>> {
        let Some(len) = row.source else {
            return Ok(None);
        };
        let (at, key) = row.key;
        let at = self.footer.names_at.saturating_add(at);
        let at = at.saturating_add(key.into());
        self.string(at, len, self.footer.texts_at).map(Some)
    }

    pub(super) fn text(&self, row: &Row) -> Result<String> {
        let (at, len) = row.text;
        let at = self.footer.texts_at.saturating_add(at);
        self.string(at, len, self.footer.filter_at)
    }

    /// The numbers of a space's postings.
    pub(super) fn postings(&self, space: Space) -> Range<u64> {
        let number = match space {
            Space::Band(band) => band,
            Space::Sample => self.bands,
            Space::Key => self.bands + 1,
            Space::Id => self.bands + 2,
        };
        self.starts[number]..self.starts[number + 1]
    }

    /// A hash and a row, by the number of the posting.
    pub(super) fn posting(&self, number: u64, held: &mut Held) -> Result<(u32, u32)> {
        let page = self.footer.postings_at / BODY as u64 + number / POSTINGS;
        let body = match &held.page {
            Some((of, body)) if *of == page => body,
            _ => &held.page.insert((page, self.pages.page(page)?)).1,
        };
        let at = (number % POSTINGS) as usize * POSTING;
        let half = |at: usize| u32::from_le_bytes(body[at..at + 4].try_into().expect("four bytes"));
        Ok((half(at), half(at + 4)))
    }

    /// The number of the first posting of a space whose hash is not below `hash`.
    fn first(&self, space: Space, hash: u32, held: &mut Held) -> Result<u64> {
        let run = self.postings(space);
        let guess = lookup::guess(&run, u64::from(hash) << 32);
        lookup::first_from(run, guess, 32, |at| Ok(self.posting(at, held)?.0 < hash))
    }

    /// Calls `each` with the rows posted under a hash, in ascending order, until it says `false`.
    pub(super) fn holders(
        &self,
        space: Space,
        hash: u32,
        held: &mut Held,
        mut each: impl FnMut(u32) -> Result<bool>,
    ) -> Result<()> {
        let end = self.postings(space).end;
        for number in self.first(space, hash, held)?..end {
            let (found, row) = self.posting(number, held)?;
            if found != hash || !each(row)? {
                break;
            }
        }
        Ok(())
    }

    /// The live row with a key. A key that was given again after a removal has several rows.
    pub(super) fn row_of_key(
        &self,
        key: &str,
        is_live: impl Fn(u32) -> bool,
    ) -> Result<Option<(u32, Row)>> {
        let hash = hash_of_key(key);
        if !self.filter.may_hold(hash) {
            return Ok(None);
        }
        let mut found = None;
        let mut held = Held::default();
        self.holders(Space::Key, (hash >> 32) as u32, &mut held, |number| {
            if is_live(number) {
                let row = self.row(number)?;
                if row.key.1 as usize == key.len() && self.key(&row)? == key {
                    found = Some((number, row));
                }
            }
            Ok(found.is_none())
        })?;
        Ok(found)
    }

    /// The row of the first article with a fingerprint, and that row.
    pub(super) fn row_of_fingerprint(&self, wanted: Fingerprint) -> Result<Option<(u32, Row)>> {
        let run = 0..u64::from(self.rows());
        let guess = lookup::guess(&run, (wanted.0 >> 64) as u64);
        let first = lookup::first_from(run, guess, 8, |at| {
            Ok(self.row(at as u32)?.fingerprint < wanted)
        })?;
        if first == u64::from(self.rows()) {
            return Ok(None);
        }
        let row = self.row(first as u32)?;
        Ok((row.fingerprint == wanted).then_some((first as u32, row)))
    }
}

/// The page last looked at, which the next posting most often stands on.
#[derive(Debug, Default)]
pub(super) struct Held {
    page: Option<(u64, Arc<[u8]>)>,
}
