//! The index: from signatures to candidates.
//!
//! In: signatures by [`ArticleId`], one by one. Out: the articles that share a band with a
//! signature, or all pairs that share one. A shared band is a guess: nothing here is a result
//! until [`crate::verify`] has read both texts.
//!
//! The index keeps four bytes for each article and band, and builds its look-up tables (11 or
//! 12 bytes more) when it is first asked for the candidates of one signature.

mod banding;
mod candidates;
mod crowded;
mod postings;
mod shared;
mod split;
mod suspended;
mod table;

use std::sync::OnceLock;

pub use banding::Banding;
pub use candidates::CandidateReport;
pub use postings::SharedSample;

pub(crate) use candidates::Candidates;
pub(crate) use postings::Postings;

use crate::article::ArticleId;
use crate::error::{Error, ErrorKind, Result};
use crate::kit::parallel;
use crate::sketch::{Recipe, Signature};
use shared::Keys;
use table::{Start, Table};

/// Bands that are looked up at a time, so that the waits for memory overlap.
const LOOK_UPS: usize = 32;

/// Finds articles whose signatures agree in at least one band.
#[derive(Clone, Debug)]
pub struct Index {
    recipe: Recipe,
    banding: Banding,
    /// For each band, the upper half of the key by id.
    keys: Vec<Vec<u32>>,
    present: Vec<bool>,
    len: usize,
    tables: OnceLock<Vec<Table>>,
    /// Room for the keys of one signature.
    scratch: Vec<u32>,
}

impl Index {
    /// An index of signatures of that recipe.
    pub fn new(recipe: Recipe, banding: Banding) -> Self {
        let (keys, present) = (vec![Vec::new(); banding.bands()], Vec::new());
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

    /// How many articles it holds.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds no article.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes held, but for look-up tables and what an allocator adds.
    pub(crate) fn memory(&self) -> usize {
        let keys: usize = self.keys.iter().map(Vec::capacity).sum();
        keys * size_of::<u32>() + self.present.capacity()
    }

    /// Adds an article, or replaces the one of that id. Memory is taken for all ids up to the
    /// largest, so they should be dense.
    ///
    /// # Errors
    ///
    /// [`RecipeMismatch`](ErrorKind::RecipeMismatch) if the signature was made by other settings
    /// or is shorter than the bands need.
    pub fn insert(&mut self, id: ArticleId, signature: &Signature) -> Result<()> {
        self.check(signature)?;
        let mut keys = std::mem::take(&mut self.scratch);
        keys.clear();
        keys.extend(upper_keys(self.banding, signature));
        self.insert_keys(id, &keys);
        self.scratch = keys;
        Ok(())
    }

    /// As [`insert`](Self::insert), by the keys of the signature.
    fn insert_keys(&mut self, id: ArticleId, keys: &[u32]) {
        assert_eq!(keys.len(), self.keys.len(), "a key for each band");
        self.remove(id);
        if self.present.len() <= id.index() {
            self.present.resize(id.index() + 1, false);
            for keys in &mut self.keys {
                // By a quarter, not by two: of all that is held this is the most.
                if keys.capacity() <= id.index() {
                    let more = id.index() + 1 - keys.len();
                    keys.reserve_exact(more.max(keys.len() / 4));
                }
                keys.resize(id.index() + 1, 0);
            }
        }
        self.present[id.index()] = true;
        self.len += 1;
        for (column, &key) in self.keys.iter_mut().zip(keys) {
            column[id.index()] = key;
        }
        if let Some(tables) = self.tables.get_mut() {
            for (table, &key) in tables.iter_mut().zip(keys) {
                table.insert(key, id.0);
            }
        }
    }

    /// Removes an article without a trace. Says whether it was there.
    pub fn remove(&mut self, id: ArticleId) -> bool {
        if !self.present.get(id.index()).is_some_and(|&present| present) {
            return false;
        }
        self.present[id.index()] = false;
        self.len -= 1;
        if let Some(tables) = self.tables.get_mut() {
            for (table, keys) in tables.iter_mut().zip(&self.keys) {
                table.remove(keys[id.index()], id.0);
            }
        }
        true
    }

    /// Gives the keys of `from` to `to`, which takes its place.
    pub(crate) fn rename(&mut self, from: ArticleId, to: ArticleId) {
        let keys: Vec<u32> = self.keys.iter().map(|keys| keys[from.index()]).collect();
        self.remove(from);
        self.insert_keys(to, &keys);
    }

    /// The articles that share a band with the signature, in ascending order of id.
    ///
    /// The cost is a look-up for each band, and as much as is found.
    ///
    /// # Errors
    ///
    /// [`RecipeMismatch`](ErrorKind::RecipeMismatch) if the signature was made by other settings
    /// or is shorter than the bands need.
    pub fn candidates(&self, signature: &Signature) -> Result<Vec<ArticleId>> {
        self.check(signature)?;
        let tables = self.tables();
        let mut keys = upper_keys(self.banding, signature);
        let mut found = Vec::with_capacity(2 * tables.len());
        for tables in tables.chunks(LOOK_UPS) {
            // Keys before look-ups: between the hashes of two bands, few look-ups would be under way
            // at a time.
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
                table.get_from(start, |id| found.push(ArticleId(id)));
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The bands that two articles share, in ascending order, each below
    /// [`bands`](Banding::bands): why they are candidates, or that they are none. None if either
    /// article is not there.
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
        let is_there = |id: ArticleId| self.present.get(id.index()).is_some_and(|&there| there);
        if !is_there(a) || !is_there(b) {
            return None;
        }
        let is_shared = |(_, keys): &(usize, &Vec<u32>)| keys[a.index()] == keys[b.index()];
        let shared = self.keys.iter().enumerate().filter(is_shared);
        Some(shared.map(|(band, _)| band).collect())
    }

    /// All pairs of articles that share a band, the smaller id first, in ascending order; and what
    /// the search has cost.
    ///
    /// Time and memory are linear in the number of articles: where one band is shared by very
    /// many, not all their pairs are given, and [`CandidateReport`] says so.
    pub fn pairs(&self) -> (Vec<(ArticleId, ArticleId)>, CandidateReport) {
        let ids: Vec<ArticleId> = self.ids().collect();
        let Candidates { pairs, report } = self.pairs_in_order(&ids);
        if ids.len() == self.present.len() {
            let pair = |(a, b)| (ArticleId(a), ArticleId(b));
            return (pairs.into_iter().map(pair).collect(), report);
        }
        let id = |at: u32| ids[at as usize];
        let pair = |(a, b)| (id(a), id(b));
        (pairs.into_iter().map(pair).collect(), report)
    }

    /// As [`pairs`](Self::pairs), by position in `order`, which must be ids it holds: the pairs
    /// taken from very large buckets then depend on that order alone.
    pub(crate) fn pairs_in_order(&self, order: &[ArticleId]) -> Candidates {
        let mut positions = vec![0; self.present.len()];
        for (position, id) in (0..).zip(order) {
            positions[id.index()] = position;
        }
        let order: Vec<u32> = order.iter().map(|id| id.0).collect();
        let mut ids = order.clone();
        ids.sort_unstable();
        candidates::candidates(&Keys {
            bands: &self.keys,
            ids: &ids,
            order: &order,
            positions: &positions,
        })
    }

    fn ids(&self) -> impl Iterator<Item = ArticleId> {
        (0..)
            .zip(&self.present)
            .filter(|&(_, &present)| present)
            .map(|(id, _)| ArticleId(id))
    }

    /// Whether the signature is of the recipe, and long enough.
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

    fn tables(&self) -> &[Table] {
        self.tables.get_or_init(|| {
            parallel::map(&self.keys, |keys| {
                let mut table = Table::with_room(self.len);
                for id in self.ids() {
                    table.insert(keys[id.index()], id.0);
                }
                table.fit();
                table
            })
        })
    }
}

/// The upper half of the key of each band: a table needs no more to tell articles apart.
fn upper_keys(banding: Banding, signature: &Signature) -> impl Iterator<Item = u32> {
    let keys = banding.keys(signature.values());
    keys.map(|key| (key >> 32) as u32)
}
