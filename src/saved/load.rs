//! A snapshot as a detector in memory.
//!
//! In: a snapshot. Out: a [`Detector`] that holds its articles, and the store of their texts. So
//! groups, pairs and reports of an index are those of a batch over its articles, byte for byte.

use std::borrow::Cow;

use super::segment::{Held, Space};
use super::snapshot::{Part, Place, Snapshot};
use crate::article::{Article, ArticleId, TextStore};
use crate::detector::{Detector, TextMark};
use crate::error::{BoxError, Result};

/// The texts of a [loaded](Snapshot::load) index.
#[derive(Debug)]
pub struct SavedTexts<'a> {
    snapshot: &'a Snapshot,
    /// By id of the detector.
    places: Vec<Place>,
}

impl<'a> SavedTexts<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, places: Vec<Place>) -> Self {
        Self { snapshot, places }
    }
}

impl TextStore for SavedTexts<'_> {
    fn text(&self, id: ArticleId, key: &str) -> std::result::Result<Cow<'_, str>, BoxError> {
        let place = self.places.get(id.index());
        let &place = place.ok_or("the article was inserted after the index was loaded")?;
        let row = self.snapshot.row(place)?;
        Ok(Cow::Owned(self.snapshot.text_at(place, &row, key)?))
    }
}

/// The key in each band and the sample of each leader of a part.
struct Hashes {
    bands: usize,
    /// By row, then band.
    keys: Vec<u32>,
    samples: Vec<Vec<u32>>,
}

impl Hashes {
    fn of(part: &Part, bands: usize) -> Result<Self> {
        let rows = part.segment.rows() as usize;
        let mut hashes = Self {
            bands,
            keys: vec![0; rows * bands],
            samples: vec![Vec::new(); rows],
        };
        let mut held = Held::default();
        for band in 0..bands {
            for number in part.segment.postings(Space::Band(band)) {
                let (hash, row) = part.segment.posting(number, &mut held)?;
                if let Some(key) = hashes.keys.get_mut(row as usize * bands + band) {
                    *key = hash;
                }
            }
        }
        for number in part.segment.postings(Space::Sample) {
            let (hash, row) = part.segment.posting(number, &mut held)?;
            if let Some(sample) = hashes.samples.get_mut(row as usize) {
                sample.push(hash);
            }
        }
        Ok(hashes)
    }

    fn of_leader(&self, row: u32) -> (&[u32], &[u32]) {
        let row = row as usize;
        let keys = &self.keys[row * self.bands..(row + 1) * self.bands];
        (keys, &self.samples[row])
    }
}

impl Snapshot {
    /// A detector in memory with the articles, settings and statistics of the index, and the store of
    /// its texts.
    ///
    /// The detector's answers are those of a detector into which the articles were inserted. Of a text
    /// with exact copies, one is read, to count its shingles; no other text is read, and none is
    /// sketched. Linear in the articles; memory as [`Detector::memory`].
    ///
    /// ```
    /// use reprint::saved::{SavedIndex, SavedOptions};
    /// use reprint::{Article, Detector};
    ///
    /// let folder = std::env::temp_dir().join(format!("reprint-load-{}", std::process::id()));
    /// let mut index = SavedIndex::create(&folder, Detector::builder(), &SavedOptions::new())?;
    /// let body = "The old bridge over the Lune will open again on Friday, the council said.";
    /// for key in ["tribune", "post"] {
    ///     index.insert(&Article::new(key, body))?;
    /// }
    /// let (detector, texts) = index.load()?;
    /// assert_eq!(detector.groups(&texts)?.groups.len(), 1);
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), reprint::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Io`](crate::ErrorKind::Io) or [`Damaged`](crate::ErrorKind::Damaged) if a page can't be
    /// read, [`Full`](crate::ErrorKind::Full) above [`ArticleId::MAX`] articles.
    pub fn load(&self) -> Result<(Detector, SavedTexts<'_>)> {
        let mut detector = (*self.core.judge).clone();
        let mut places = Vec::with_capacity(self.len());
        let mut of_part: Option<(usize, Hashes)> = None;
        for place in self.places() {
            let row = self.row(place)?;
            let hashes = match self.parts.get(place.part) {
                Some(part) => {
                    let hashes = match of_part.take() {
                        Some(found) if found.0 == place.part => found,
                        _ => (place.part, Hashes::of(part, self.core.bands)?),
                    };
                    of_part.insert(hashes).1.of_leader(row.leader)
                }
                None => self.pending.hashes(row.leader),
            };
            let of_row = self.article(place, &row)?;
            let article = Article {
                key: &of_row.key,
                body: "",
                date: of_row.date,
                source: of_row.source.as_deref(),
            };
            let mark = TextMark {
                fingerprint: row.fingerprint,
                tokens: row.tokens,
                is_signed: row.is_signed,
            };
            let (id, leads) = detector.insert_kept(&article, mark, hashes)?;
            if row.is_signed && !leads {
                detector.count_kept_copy(id, || self.text_at(place, &row, &of_row.key));
            }
            debug_assert_eq!(id.index(), places.len());
            places.push(place);
        }
        Ok((detector, SavedTexts::new(self, places)))
    }
}
