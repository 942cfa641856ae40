//! A snapshot: the articles of one moment, for reading.
//!
//! In: a generation, and for the writer's own view its pending articles. Out: articles by key, the
//! copies of a text, and texts read again.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::cache::Cache;
use super::generation::{GroupState, Listed};
use super::links::LinkFiles;
use super::options::KeyedTexts;
use super::pending::Pending;
use super::row::Row;
use super::segment::Segment;
use super::storage::Storage;
use crate::corpus::Statistics;
use crate::detector::{Detector, Settings};
use crate::error::{Error, ErrorKind, Result};
use crate::sketch::Fingerprint;

/// The shared state of an open index.
#[derive(Clone)]
pub(super) struct Core {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) index: u128,
    /// A detector without articles: the settings and the rules.
    pub(super) judge: Arc<Detector>,
    pub(super) bands: usize,
    pub(super) keeps_texts: bool,
    pub(super) texts: Option<Arc<dyn KeyedTexts>>,
    pub(super) cache: Arc<Cache>,
}

/// A segment, and which of its articles are removed.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) segment: Arc<Segment>,
    /// By row, 64 in a word; empty if no article is removed.
    dead: Vec<u64>,
    pub(super) dead_rows: u32,
    /// Texts without an article left.
    pub(super) dead_texts: u32,
    /// By leader: the copies of each text that lost an article. Counted when first asked for.
    copies: OnceLock<HashMap<u32, LiveCopies>>,
}

/// The articles of a text in a segment, whose rows follow each other.
#[derive(Clone, Copy, Debug)]
struct LiveCopies {
    live: u32,
    /// The first live row; `end` if there is none.
    first: u32,
    /// One past the last row.
    end: u32,
}

impl Part {
    pub(super) fn new(segment: Arc<Segment>) -> Self {
        Self {
            segment,
            dead: Vec::new(),
            dead_rows: 0,
            dead_texts: 0,
            copies: OnceLock::new(),
        }
    }

    pub(super) fn is_live(&self, row: u32) -> bool {
        let word = self.dead.get(row as usize / 64).copied();
        word.unwrap_or_default() >> (row % 64) & 1 == 0
    }

    pub(super) fn live(&self) -> u32 {
        self.segment.rows() - self.dead_rows
    }

    /// Different live texts.
    pub(super) fn texts(&self) -> u32 {
        self.segment.footer.texts.saturating_sub(self.dead_texts)
    }

    /// Marks the row of a removed article, before copies are counted.
    pub(super) fn set_dead(&mut self, row: u32) {
        self.dead
            .resize(self.segment.rows().div_ceil(64) as usize, 0);
        self.dead[row as usize / 64] |= 1 << (row % 64);
        self.dead_rows += 1;
    }

    /// Removes a live article. An error leaves it in place.
    ///
    /// The first removal of a text's articles reads the rows of all its copies; later ones read none.
    pub(super) fn remove(&mut self, number: u32, row: &Row) -> Result<()> {
        if !row.is_signed {
            self.set_dead(number);
            return Ok(());
        }
        let known = self.copies()?.get(&row.leader).copied();
        let mut copies = match known {
            Some(copies) => copies,
            None => self.count_copies(row.leader)?,
        };
        self.set_dead(number);
        copies.live -= 1;
        while copies.first < copies.end && !self.is_live(copies.first) {
            copies.first += 1;
        }
        self.dead_texts += u32::from(copies.live == 0);
        if let Some(all) = self.copies.get_mut() {
            all.insert(row.leader, copies);
        }
        Ok(())
    }

    /// Whether an article of the text with this leader is left. Constant time, once copies are
    /// counted.
    pub(super) fn has_text(&self, leader: u32) -> Result<bool> {
        if self.dead_rows == 0 {
            return Ok(true);
        }
        let known = self.copies()?.get(&leader);
        Ok(known.is_none_or(|copies| copies.live > 0))
    }

    /// The copies of texts that lost an article, counted over the dead rows at the first call.
    fn copies(&self) -> Result<&HashMap<u32, LiveCopies>> {
        if let Some(counted) = self.copies.get() {
            return Ok(counted);
        }
        let mut counted = HashMap::new();
        if self.dead_rows > 0 {
            for number in (0..self.segment.rows()).filter(|&row| !self.is_live(row)) {
                let row = self.segment.row(number)?;
                if row.is_signed && !counted.contains_key(&row.leader) {
                    counted.insert(row.leader, self.count_copies(row.leader)?);
                }
            }
        }
        Ok(self.copies.get_or_init(|| counted))
    }

    /// Counts the copies that start with `leader`.
    fn count_copies(&self, leader: u32) -> Result<LiveCopies> {
        let mut copies = LiveCopies {
            live: 0,
            first: leader,
            end: leader,
        };
        while copies.end < self.segment.rows() && self.segment.row(copies.end)?.leader == leader {
            let is_live = self.is_live(copies.end);
            copies.live += u32::from(is_live);
            copies.end += 1;
            if copies.live == 0 {
                copies.first = copies.end;
            }
        }
        Ok(copies)
    }

    pub(super) fn listed(&self) -> Listed {
        let dead = (0..self.segment.rows()).filter(|&row| !self.is_live(row));
        Listed {
            name: self.segment.name,
            dead_texts: self.dead_texts,
            dead: if self.dead_rows == 0 {
                Vec::new()
            } else {
                dead.collect()
            },
        }
    }
}

/// Where an article stands: a part by its number, the pending articles behind the last segment; and
/// a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) part: usize,
    pub(super) row: u32,
}

/// An article of a saved index.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedArticle {
    /// The article's number, which no other article of the index gets.
    pub id: u64,
    /// The key.
    pub key: String,
    /// The time of publication, in seconds since 1970-01-01 UTC.
    pub date: Option<i64>,
    /// The publisher.
    pub source: Option<String>,
    /// The number of tokens.
    pub tokens: u32,
    /// Equal for exact copies.
    pub fingerprint: Fingerprint,
}

/// The groups of the last commit.
#[derive(Clone, Debug)]
pub(super) struct KeptGroups {
    pub(super) state: GroupState,
    pub(super) files: LinkFiles,
}

/// The articles of one generation, unmoved by later commits.
///
/// A snapshot reads files that no longer change. It needs no lock, and may be shared between threads.
pub struct Snapshot {
    pub(super) core: Arc<Core>,
    pub(super) generation: u64,
    pub(super) parts: Vec<Part>,
    /// `None` if groups are not kept.
    pub(super) groups: Option<KeptGroups>,
    pub(super) pending: Pending,
    pub(super) note: Option<String>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("generation", &self.generation)
            .field("articles", &self.len())
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// The number of the generation, which each commit raises by one.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// What was left behind at the opening: the newest generation, if it was damaged and the one
    /// before was opened in its place. `None` in all ordinary cases.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The number of articles.
    pub fn len(&self) -> usize {
        let of_parts = self.parts.iter().map(|part| part.live() as usize);
        of_parts.sum::<usize>() + self.pending.len()
    }

    /// Whether there is no article.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The settings of the index.
    pub fn settings(&self) -> &Settings {
        self.core.judge.settings()
    }

    /// The statistics by which pairs are judged, if there are any.
    pub fn statistics(&self) -> Option<&Arc<Statistics>> {
        self.core.judge.statistics()
    }

    /// A detector without articles that has the settings and statistics of the index, for
    /// [`compare`](Detector::compare) and [`sketcher`](Detector::sketcher).
    pub fn judge(&self) -> &Detector {
        &self.core.judge
    }

    /// The number of segments. Each is looked up for each query.
    pub fn segments(&self) -> usize {
        self.parts.len()
    }

    /// Bytes of the segments on disk.
    pub fn bytes(&self) -> u64 {
        let pages = self.parts.iter().map(|part| part.segment.name.pages);
        pages.sum::<u64>() * super::cache::PAGE as u64
    }

    /// The article with a key.
    ///
    /// # Errors
    ///
    /// [`Io`](ErrorKind::Io) or [`Damaged`](ErrorKind::Damaged) if a page can't be read.
    pub fn get(&self, key: &str) -> Result<Option<SavedArticle>> {
        let found = self.place_of_key(key)?;
        found
            .map(|(place, row)| self.article(place, &row))
            .transpose()
    }

    /// The text of the article with a key.
    ///
    /// # Errors
    ///
    /// [`Io`](ErrorKind::Io) or [`Damaged`](ErrorKind::Damaged) if a page can't be read,
    /// [`TextUnavailable`](ErrorKind::TextUnavailable) if the caller's store fails.
    pub fn text(&self, key: &str) -> Result<Option<String>> {
        let found = self.place_of_key(key)?;
        found
            .map(|(place, row)| self.text_at(place, &row, key))
            .transpose()
    }

    pub(super) fn place_of_key(&self, key: &str) -> Result<Option<(Place, Row)>> {
        if let Some(row) = self.pending.row_of_key(key) {
            let part = self.parts.len();
            return Ok(Some((Place { part, row }, self.pending.row(row))));
        }
        for (number, part) in self.parts.iter().enumerate() {
            if let Some((row, found)) = part.segment.row_of_key(key, |row| part.is_live(row))? {
                return Ok(Some((Place { part: number, row }, found)));
            }
        }
        Ok(None)
    }

    pub(super) fn row(&self, place: Place) -> Result<Row> {
        match self.parts.get(place.part) {
            Some(part) => part.segment.row(place.row),
            None => Ok(self.pending.row(place.row)),
        }
    }

    pub(super) fn key_at(&self, place: Place, row: &Row) -> Result<String> {
        match self.parts.get(place.part) {
            Some(part) => part.segment.key(row),
            None => Ok(self.pending.key(place.row).to_owned()),
        }
    }

    pub(super) fn article(&self, place: Place, row: &Row) -> Result<SavedArticle> {
        let source = match self.parts.get(place.part) {
            Some(part) => part.segment.source(row)?,
            None => self.pending.source(place.row).map(str::to_owned),
        };
        Ok(SavedArticle {
            id: row.id,
            key: self.key_at(place, row)?,
            date: row.date,
            source,
            tokens: row.tokens,
            fingerprint: row.fingerprint,
        })
    }

    pub(super) fn text_at(&self, place: Place, row: &Row, key: &str) -> Result<String> {
        if !self.core.keeps_texts {
            let Some(texts) = &self.core.texts else {
                let message = "the index does not keep the texts; open it with the store of its \
                               texts (SavedOptions::texts)";
                return Err(Error::new(ErrorKind::TextUnavailable, message));
            };
            return texts.text(row.id, key).map_err(|source| {
                let message = format!("the text of {key:?} could not be read: {source}");
                Error::new(ErrorKind::TextUnavailable, message).with_source(source)
            });
        }
        match self.parts.get(place.part) {
            Some(part) => part.segment.text(row),
            None => Ok(self.pending.text(place.row).unwrap_or_default().to_owned()),
        }
    }

    /// All live copies of a text with words.
    pub(super) fn copies(&self, fingerprint: Fingerprint) -> Result<Vec<(Place, Row)>> {
        let mut found = Vec::new();
        for (number, part) in self.parts.iter().enumerate() {
            let Some((leader, _)) = part.segment.row_of_fingerprint(fingerprint)? else {
                continue;
            };
            for row in leader..part.segment.rows() {
                let of_row = part.segment.row(row)?;
                if of_row.fingerprint != fingerprint {
                    break;
                }
                if of_row.is_signed && part.is_live(row) {
                    found.push((Place { part: number, row }, of_row));
                }
            }
        }
        let pending = self.pending.rows_of(fingerprint).iter();
        let live = pending.filter(|&&row| self.pending.is_live(row));
        let part = self.parts.len();
        found.extend(live.map(|&row| (Place { part, row }, self.pending.row(row))));
        Ok(found)
    }

    /// The number of different texts with words. A text that stands in several segments counts in
    /// each.
    pub(super) fn texts(&self) -> usize {
        let of_parts = self.parts.iter().map(|part| part.texts() as usize);
        of_parts.sum::<usize>() + self.pending.texts()
    }

    /// Every live article of the segments and the pending ones, part by part.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        let of_parts = self.parts.iter().enumerate().flat_map(|(number, part)| {
            let live = (0..part.segment.rows()).filter(|&row| part.is_live(row));
            live.map(move |row| Place { part: number, row })
        });
        let part = self.parts.len();
        of_parts.chain(self.pending.live().map(move |row| Place { part, row }))
    }
}
