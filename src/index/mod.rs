//! The index: from signatures to candidates.
//!
//! In: signatures by [`ArticleId`]. Out: articles that share a band with a given signature, or
//! every pair that shares a band. A shared band is only a guess, which [`crate::verify`] checks by
//! reading both texts.
//!
//! The index holds four bytes for each article and band. Look-up tables take 11 or 12 bytes more,
//! and are built by the first search for one signature's candidates.

mod banding;
pub(crate) mod bucket_rules;
mod candidates;
mod holders;
mod large_bucket;
mod postings;
pub(crate) mod sample_rules;
mod shared;
mod split;
mod table;
mod truncated_buckets;

use std::sync::OnceLock;

pub use banding::Banding;
pub use candidates::CandidateReport;
pub use postings::{SampleWeights, SharedSample};

pub(crate) use candidates::{Candidates, PAIRS_IN_ALL};
#[cfg(feature = "saved")]
pub(crate) use holders::{CAP, CENTRES};
pub(crate) use postings::Postings;
#[cfg(feature = "saved")]
pub(crate) use postings::{Choice, SharedCounts, chosen};

use crate::article::ArticleId;
use crate::error::{Error, ErrorKind, Result};
use crate::kit::ids::{IndexVec, Position};
use crate::kit::parallel;
use crate::sketch::{Recipe, Signature};
use shared::Keys;
use table::{Start, Table};

/// Bands looked up together, so that cache misses overlap. Chosen by hand.
const LOOK_UPS: usize = 32;

/// Finds articles whose signatures agree in at least one band.
#[derive(Clone, Debug)]
pub struct Index {
    recipe: Recipe,
    banding: Banding,
    /// By band, then by id: the upper half of the band's key.
    keys: Vec<IndexVec<ArticleId, u32>>,
    present: IndexVec<ArticleId, bool>,
    len: usize,
    tables: OnceLock<Vec<Table>>,
    /// Space for one signature's keys.
    scratch: Vec<u32>,
}

impl Index {
    /// An empty index for signatures with this recipe.
    pub fn new(recipe: Recipe, banding: Banding) -> Self {
        let (keys, present) = (
            vec![IndexVec::default(); banding.bands()],
            IndexVec::default(),
        );
        Self {
            recipe,
            banding,
            keys,
            present,
            len: 0,
            tables: OnceLock::new(),
            scratch: Vec::new(),
        }
    }

    /// How signatures are cut into bands.
    pub fn banding(&self) -> Banding {
        self.banding
    }

    /// The number of articles in the index.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the index has no article.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes held, without look-up tables and the allocator's overhead.
    pub(crate) fn memory(&self) -> usize {
        let keys: usize = self.keys.iter().map(|keys| keys.capacity()).sum();
        keys * size_of::<u32>() + self.present.capacity()
    }

    /// Adds an article's signature, or replaces the signature under this id.
    ///
    /// Memory is taken for all ids up to the largest, so ids should be dense. The time is linear in
    /// the number of bands.
    ///
    /// # Errors
    ///
    /// [`RecipeMismatch`](ErrorKind::RecipeMismatch) if the signature has another recipe, or fewer
    /// values than the bands need.
    pub fn insert(&mut self, id: ArticleId, signature: &Signature) -> Result<()> {
        self.check(signature)?;
        let mut keys = std::mem::take(&mut self.scratch);
        keys.clear();
        keys.extend(upper_keys(self.banding, signature));
        self.insert_keys(id, &keys);
        self.scratch = keys;
        Ok(())
    }

    /// Adds an article by its band keys. Replaces an article with the same id.
    pub(crate) fn insert_keys(&mut self, id: ArticleId, keys: &[u32]) {
        assert_eq!(keys.len(), self.keys.len(), "a key for each band");
        self.remove(id);
        if self.present.len() <= id.index() {
            self.present.resize(id.index() + 1, false);
            for keys in &mut self.keys {
                // Growth by a quarter, since these columns are most of the memory held.
                if keys.capacity() <= id.index() {
                    let more = (id.index() + 1 - keys.len()).max(keys.len() / 4);
                    keys.reserve_exact(more);
                }
                keys.resize(id.index() + 1, 0);
            }
        }
        self.present[id] = true;
        self.len += 1;
        for (column, &key) in self.keys.iter_mut().zip(keys) {
            column[id] = key;
        }
        if let Some(tables) = self.tables.get_mut() {
            for (table, &key) in tables.iter_mut().zip(keys) {
                table.insert(key, id);
            }
        }
    }

    /// A signature's key in each band, as the index keeps it.
    #[cfg(feature = "saved")]
    pub(crate) fn keys(&self, signature: &Signature) -> Result<Vec<u32>> {
        self.check(signature)?;
        Ok(upper_keys(self.banding, signature).collect())
    }

    /// Removes an article and says whether the index had it. Later answers show no trace of the
    /// article.
    pub fn remove(&mut self, id: ArticleId) -> bool {
        if !self.contains(id) {
            return false;
        }
        self.present[id] = false;
        self.len -= 1;
        if let Some(tables) = self.tables.get_mut() {
            for (table, keys) in tables.iter_mut().zip(&self.keys) {
                table.remove(keys[id], id);
            }
        }
        true
    }

    /// Whether the index has an article.
    pub(crate) fn contains(&self, id: ArticleId) -> bool {
        self.present.get(id.index()).is_some_and(|&present| present)
    }

    /// Moves the keys of `from`, if there are any, to the id `to`. An article with the id `to` is
    /// replaced.
    pub(crate) fn rename(&mut self, from: ArticleId, to: ArticleId) {
        if !self.contains(from) {
            return;
        }
        let keys: Vec<u32> = self.keys.iter().map(|keys| keys[from]).collect();
        self.remove(from);
        self.insert_keys(to, &keys);
    }

    /// Articles that share a band with the signature, in ascending order of id.
    ///
    /// The time is a look-up for each band, plus the number of hits over the bands.
    ///
    /// # Errors
    ///
    /// [`RecipeMismatch`](ErrorKind::RecipeMismatch) if the signature has another recipe, or fewer
    /// values than the bands need.
    pub fn candidates(&self, signature: &Signature) -> Result<Vec<ArticleId>> {
        self.check(signature)?;
        let tables = self.tables();
        let mut keys = upper_keys(self.banding, signature);
        let mut found = Vec::with_capacity(2 * tables.len());
        for tables in tables.chunks(LOOK_UPS) {
            // Keys are made before the look-ups. Hashing between look-ups would leave few of them
            // under way at a time.
            let mut wanted = [0; LOOK_UPS];
            let mut starts = [Start::default(); LOOK_UPS];
            let (wanted, starts) = (&mut wanted[..tables.len()], &mut starts[..tables.len()]);
            wanted
                .iter_mut()
                .zip(&mut keys)
                .for_each(|(wanted, key)| *wanted = key);
            for ((start, table), &key) in starts.iter_mut().zip(tables).zip(&*wanted) {
                *start = table.start(key);
            }
            for (table, &start) in tables.iter().zip(&*starts) {
                table.get_from(start, |id| found.push(id));
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Bands that two articles share, ascending, numbered from 0. The articles are candidates
    /// unless the list is empty. `None` if the index lacks either article.
    ///
    /// ```
    /// use reprint::index::{Banding, Index};
    /// use reprint::sketch::{SketchSettings, Sketcher};
    /// use reprint::shingle::{Shingler, Shingling};
    /// use reprint::ArticleId;
    ///
    /// let shingler = Shingler::new(Shingling::words(2), 0)?;
    /// let sketcher = Sketcher::new(shingler, SketchSettings::default())?;
    /// let mut index = Index::new(sketcher.recipe(), Banding::new(16, 8)?);
    /// let [a, b, c] = [0, 1, 2].map(|number| ArticleId::new(number).unwrap());
    /// for (id, text) in [(a, "one and two"), (b, "One and two!"), (c, "three and four")] {
    ///     index.insert(id, &sketcher.sketch(text)?.signature.unwrap())?;
    /// }
    /// assert_eq!(index.shared_bands(a, b).map(|bands| bands.len()), Some(16));
    /// assert_eq!(index.shared_bands(a, c), Some(vec![]));
    /// # Ok::<(), reprint::Error>(())
    /// ```
    pub fn shared_bands(&self, a: ArticleId, b: ArticleId) -> Option<Vec<usize>> {
        if !self.contains(a) || !self.contains(b) {
            return None;
        }
        let is_shared = |(_, keys): &(usize, &IndexVec<ArticleId, u32>)| keys[a] == keys[b];
        let shared = self.keys.iter().enumerate().filter(is_shared);
        Some(shared.map(|(band, _)| band).collect())
    }

    /// Every pair of articles that shares a band, in ascending order, the smaller id first; and the
    /// search's cost.
    ///
    /// Time and memory are linear in the number of articles. A bucket with very many articles gives
    /// only some of its pairs, and [`CandidateReport`] counts such buckets.
    pub fn pairs(&self) -> (Vec<(ArticleId, ArticleId)>, CandidateReport) {
        let ids: IndexVec<Position, ArticleId> = self.ids().collect();
        let Candidates { pairs, report } = self.pairs_in_order(&ids, PAIRS_IN_ALL);
        if ids.len() == self.present.len() {
            // Every id is present, so positions are ids.
            let pair = |(a, b): (Position, Position)| (ArticleId(a.0), ArticleId(b.0));
            return (pairs.into_iter().map(pair).collect(), report);
        }
        let pair = |(a, b)| (ids[a], ids[b]);
        (pairs.into_iter().map(pair).collect(), report)
    }

    /// Pairs of articles that share a band, as positions in `order`. Pairs from very large buckets
    /// depend only on `order`, not on ids. An id in `order` that the index lacks is in no pair.
    /// `in_all` pairs are always allowed, 16 more for each article.
    pub(crate) fn pairs_in_order(
        &self,
        order: &IndexVec<Position, ArticleId>,
        in_all: usize,
    ) -> Candidates {
        let mut positions = IndexVec::filled(Position(0), self.present.len());
        let mut ids = Vec::with_capacity(self.len);
        for (position, &id) in order.numbered() {
            if self.contains(id) {
                positions[id] = position;
                ids.push(id);
            }
        }
        ids.sort_unstable();
        let keys = Keys {
            bands: &self.keys,
            ids: &ids,
            order,
            positions: &positions,
        };
        candidates::candidates(&keys, in_all)
    }

    fn ids(&self) -> impl Iterator<Item = ArticleId> {
        let present = self.present.numbered().filter(|&(_, &present)| present);
        present.map(|(id, _)| id)
    }

    /// Checks that a signature has the index's recipe and enough values.
    pub(crate) fn check(&self, signature: &Signature) -> Result<()> {
        let values = signature.values();
        if signature.recipe() != self.recipe || values.len() < self.banding.values() {
            return Err(Error::new(
                ErrorKind::RecipeMismatch,
                format!(
                    "a signature of recipe {:016x} with {} values was given to an index of recipe \
                     {:016x} that needs {}; sketch with the settings of the index",
                    signature.recipe().0,
                    values.len(),
                    self.recipe.0,
                    self.banding.values()
                ),
            ));
        }
        Ok(())
    }

    /// Builds the tables of queries, unless they are there.
    pub(crate) fn build_tables(&self) {
        self.tables();
    }

    fn tables(&self) -> &[Table] {
        self.tables.get_or_init(|| {
            parallel::map(&self.keys, |keys| {
                let mut table = Table::with_room(self.len);
                for id in self.ids() {
                    table.insert(keys[id], id);
                }
                table.fit();
                table
            })
        })
    }
}

/// The upper half of each band's key. A collision of halves only makes another candidate.
fn upper_keys(banding: Banding, signature: &Signature) -> impl Iterator<Item = u32> {
    let keys = banding.keys(signature.values());
    keys.map(|key| (key >> 32) as u32)
}
