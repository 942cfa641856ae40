//! Segments as they are written.
//!
//! In: a [`Source`]: articles in order of fingerprint, then key, and their postings. Out: the file of
//! a segment, durable, and its name.

use std::borrow::Cow;

use super::bytes::Encoder;
use super::filter::Filter;
use super::pages::{PageWriter, mark};
use super::row::Row;
use super::segment::{Footer, MAGIC, SegmentName, file_name, hash_of_key};
use super::storage::Storage;
use crate::error::Result;

/// Articles to write, by their new rows.
pub(super) trait Source {
    /// The number of articles.
    fn rows(&self) -> u32;
    /// An article's row, without the places of text and names.
    fn row(&self, row: u32) -> Result<Row>;
    fn key(&self, row: u32) -> Result<Cow<'_, str>>;
    fn publisher(&self, row: u32) -> Result<Option<Cow<'_, str>>>;
    /// The text; `None` if the caller keeps the texts.
    fn text(&self, row: u32) -> Result<Option<Cow<'_, str>>>;
    /// Calls `each` with the postings of the band or sample space with that number, in ascending
    /// order of hash and row.
    fn postings(&self, space: usize, each: &mut dyn FnMut(u32, u32) -> Result<()>) -> Result<()>;
}

/// The index that a segment is written for.
#[derive(Clone, Copy, Debug)]
pub(super) struct SegmentPlace<'a> {
    pub(super) storage: &'a dyn Storage,
    pub(super) index: u128,
    pub(super) number: u64,
    pub(super) bands: usize,
}

/// Writes a segment. The names of files are not made durable here.
pub(super) fn write(place: SegmentPlace<'_>, source: &impl Source) -> Result<SegmentName> {
    let rows = source.rows();
    let mark = mark(place.index, place.number);
    let mut to = PageWriter::create(place.storage, &file_name(place.number), mark)?;
    let mut footer = Footer {
        rows,
        ..Footer::default()
    };
    let mut filter = Filter::for_keys(rows as usize);
    // 1. Rows. Texts and names will follow in the order of rows.
    let (mut text_at, mut name_at) = (0, 0);
    let mut by_key = Vec::with_capacity(rows as usize);
    let mut by_id = Vec::with_capacity(rows as usize);
    for number in 0..rows {
        let mut row = source.row(number)?;
        let key = source.key(number)?;
        let hash = hash_of_key(&key);
        filter.insert(hash);
        by_key.push(((hash >> 32) as u32, number));
        by_id.push((row.id as u32, number));
        row.text.0 = text_at;
        row.key = (name_at, key.len() as u32);
        text_at += u64::from(row.text.1);
        name_at += u64::from(row.key.1) + u64::from(row.source.unwrap_or_default());
        footer.texts += u32::from(row.is_signed && row.leader == number);
        match row.date {
            None => footer.undated += 1,
            Some(date) => {
                let (first, last) = footer.dates.unwrap_or((date, date));
                footer.dates = Some((first.min(date), last.max(date)));
            }
        }
        to.write(&row.encode())?;
    }
    to.align()?;
    // 2. Postings of bands and samples, then of keys and ids.
    footer.postings_at = to.at();
    let write_posting = |to: &mut PageWriter<'_>, hash: u32, row: u32| {
        to.write_whole((u64::from(row) << 32 | u64::from(hash)).to_le_bytes())
    };
    for space in 0..=place.bands {
        let mut count = 0;
        source.postings(space, &mut |hash, row| {
            count += 1;
            write_posting(&mut to, hash, row)
        })?;
        footer.spaces.push(count);
    }
    for mut space in [by_key, by_id] {
        space.sort_unstable();
        for &(hash, row) in &space {
            write_posting(&mut to, hash, row)?;
        }
        footer.spaces.push(space.len() as u64);
    }
    to.align()?;
    // 3. Names, then texts.
    footer.names_at = to.at();
    for number in 0..rows {
        to.write(source.key(number)?.as_bytes())?;
        to.write(source.publisher(number)?.unwrap_or_default().as_bytes())?;
    }
    footer.texts_at = to.at();
    for number in 0..rows {
        if let Some(text) = source.text(number)? {
            to.write(text.as_bytes())?;
        }
    }
    // 4. The filter and the footer, which an opening reads.
    footer.filter_at = to.at();
    for word in filter.words() {
        to.write(&word.to_le_bytes())?;
    }
    let footer_at = to.at();
    to.write(&encode(&footer))?;
    Ok(SegmentName {
        number: place.number,
        pages: to.finish()?,
        footer: footer_at,
    })
}

fn encode(footer: &Footer) -> Vec<u8> {
    let mut to = Encoder::default();
    to.u64(MAGIC);
    to.u32(footer.rows);
    to.u32(footer.texts);
    to.u32(footer.undated);
    let (first, last) = footer.dates.unwrap_or_default();
    to.i64(first);
    to.i64(last);
    to.u64(footer.postings_at);
    to.u64(footer.names_at);
    to.u64(footer.texts_at);
    to.u64(footer.filter_at);
    to.u32(footer.spaces.len() as u32);
    for &count in &footer.spaces {
        to.u64(count);
    }
    to.bytes
}
