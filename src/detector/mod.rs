//! The whole path behind one type.
//!
//! In: articles, one by one or in batches. Out: the [matches](Detector::matches) of a text, all
//! [pairs](Detector::pairs), the [groups](Detector::groups). The detector owns no text: it keeps
//! band keys and a few numbers of each article, and reads what it must verify again through the
//! caller's [`TextStore`].

mod assemble;
mod catalog;
mod explain;
mod jaccard;
mod links_by_cluster;
mod matches;
mod pairs;
mod recycled;
mod route;
mod search;
mod settings;
mod sweep;

pub use explain::{Explanation, Stage};
pub use matches::{Match, Matches};
pub use pairs::Pairs;
pub use settings::{Builder, Mode, Settings};
pub use sweep::{Sweep, SweepStep};

use std::sync::Arc;

use crate::article::{Article, ArticleId, TextStore};
use crate::corpus::{self, Statistics};
use crate::error::Result;
use crate::group::{Groups, Pair, PairResult};
use crate::index::{Banding, Index};
use crate::kit::parallel;
use crate::relation::{self, Comparison, RelationSummary};
use crate::shingle::Shingling;
use crate::sketch::{Fingerprint, Sketch, SketchScratch, Sketcher};
use crate::verify::{Overlap, ShingleSet};
use catalog::{Catalog, Removed};
use route::AnyRoute;
use search::Search;

/// Finds the articles that are copies of each other.
///
/// The answers depend on the articles alone: not on the order in which they came, one by one or
/// in a batch, nor on the number of threads.
///
/// ```
/// use reprint::{Article, Detector, MemoryTexts, Mode};
///
/// let bodies = [
///     ("tribune", "The old bridge over the Lune will open again on Friday, the council said."),
///     ("evening-post", "The old bridge over the Lune will open again on Friday, the council says."),
///     ("gazette", "A ferry will cross the Lune until the old bridge is safe, engineers decided."),
/// ];
/// let mut detector =
///     Detector::builder().mode(Mode::Jaccard { threshold: 0.5, recall: 0.95 }).build()?;
/// let mut texts = MemoryTexts::new();
/// for (key, body) in bodies {
///     let id = detector.insert(&Article::new(key, body))?;
///     texts.set(id, body);
/// }
/// let found = detector.groups(&texts)?;
/// assert_eq!(found.groups.len(), 1);
/// let keys: Vec<_> = found.groups[0].members.iter().map(|m| detector.key(m.id)).collect();
/// assert_eq!(keys, [Some("evening-post"), Some("tribune")]);
/// # Ok::<(), reprint::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Detector {
    settings: Settings,
    sketcher: Sketcher,
    index: Index,
    route: AnyRoute,
    statistics: Option<Arc<Statistics>>,
    catalog: Catalog,
}

/// Articles sketched at a time by one thread: enough to spare it fetching work.
const BATCH: usize = 32;

/// Articles inserted at a time, while the next are sketched. Each time threads wait for the last of
/// them: seldom, so that one that is much longer than the others keeps none of them for long.
const CHUNK: usize = 1 << 14;

impl Detector {
    /// A detector with default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a detector with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Learns from the articles that are here how rare words are, which words are names, and which
    /// lines are furniture of their pages. Answers of [`Mode::Recycled`] rest on it.
    ///
    /// Call it once the articles are inserted; later articles are judged by what was learned. It is
    /// [`count_statistics`](Self::count_statistics) followed by
    /// [`set_statistics`](Self::set_statistics). In [`Mode::Jaccard`] it changes
    /// [`compare`](Self::compare) only.
    ///
    /// Time: one reading of at most [`ENOUGH`](corpus::ENOUGH) (8,192) articles.
    ///
    /// ```
    /// use reprint::{Article, Detector, MemoryTexts};
    ///
    /// let mut detector = Detector::new();
    /// let mut texts = MemoryTexts::new();
    /// let body = "The old bridge over the Lune will open again on Friday, the council said.";
    /// let id = detector.insert(&Article::new("tribune", body))?;
    /// texts.set(id, body);
    /// detector.learn(&texts);
    /// assert_eq!(detector.statistics().map(|known| known.articles()), Some(1));
    /// # Ok::<(), reprint::Error>(())
    /// ```
    pub fn learn(&mut self, texts: &(impl TextStore + ?Sized)) {
        let counted = self.count_statistics(texts);
        self.set_statistics(Some(Arc::new(counted)));
    }

    /// The statistics of the corpus in force, if there are any.
    pub fn statistics(&self) -> Option<&Arc<Statistics>> {
        self.statistics.as_ref()
    }

    /// Sets the statistics of the corpus, or none. Later answers rest on them; nothing is computed
    /// anew by itself.
    pub fn set_statistics(&mut self, statistics: Option<Arc<Statistics>>) {
        self.route.find_mut().set_statistics(statistics.clone());
        self.statistics = statistics;
    }

    /// Counts the statistics of the articles that are here, exact copies once. Of a corpus of more
    /// than [`ENOUGH`](corpus::ENOUGH) different texts, those with the lowest fingerprints are
    /// counted. Texts that can't be read are left out.
    ///
    /// The result is not in force before [`set_statistics`](Self::set_statistics):
    /// [`learn`](Self::learn) does both.
    pub fn count_statistics(&self, texts: &(impl TextStore + ?Sized)) -> Statistics {
        /// Few, since each has a table of its own until they are merged.
        const PARTS: usize = 4;
        let mut leaders = self.catalog.leaders();
        leaders.truncate(corpus::ENOUGH);
        let parts: Vec<&[ArticleId]> = leaders
            .chunks(leaders.len().div_ceil(PARTS).max(1))
            .collect();
        let counted = parallel::map(&parts, |part| {
            let mut statistics = Statistics::new();
            for &leader in *part {
                let read = |id| texts.text(id, &self.catalog.record(id).key).ok();
                let copies = self.catalog.copies_by_key(leader);
                if let Some(text) = copies.into_iter().find_map(read) {
                    // Only a text above the limit fails, and such a one was not taken in.
                    let _ = statistics.add(&text);
                }
            }
            statistics
        });
        let mut all = Statistics::new();
        for part in &counted {
            all.merge(part);
        }
        all.forget_rare();
        all
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How signatures are cut into bands, to keep the promise of the mode.
    pub fn banding(&self) -> Banding {
        self.index.banding()
    }

    /// What turns texts into sketches: clone it to sketch on other threads or machines.
    pub fn sketcher(&self) -> &Sketcher {
        &self.sketcher
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.catalog.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes the articles take, by the room that is held for them: some 100 to 500 for
    /// each, and its key. What an allocator adds, the statistics and the tables that
    /// [`matches`](Self::matches) builds are not in it. Linear time.
    pub fn memory(&self) -> usize {
        self.catalog.memory() + self.index.memory() + self.route.find().memory()
    }

    /// The article of that key.
    pub fn id(&self, key: &str) -> Option<ArticleId> {
        self.catalog.id(key)
    }

    /// The key of an article.
    pub fn key(&self, id: ArticleId) -> Option<&str> {
        self.catalog.get(id).map(|record| &*record.key)
    }

    /// When an article appeared, in seconds since 1970-01-01 UTC, if that was said.
    pub fn date(&self, id: ArticleId) -> Option<i64> {
        self.catalog.get(id)?.date
    }

    /// Who published an article, if that was said.
    pub fn source(&self, id: ArticleId) -> Option<&str> {
        self.catalog.source(id)
    }

    /// The fingerprint of an article: the same for articles of the same words in the same order.
    pub fn fingerprint(&self, id: ArticleId) -> Option<Fingerprint> {
        self.catalog.get(id).map(|record| record.fingerprint)
    }

    /// How many tokens an article has.
    pub fn tokens(&self, id: ArticleId) -> Option<u32> {
        self.catalog.get(id).map(|record| record.tokens)
    }

    /// Adds an article, in time linear in its length.
    ///
    /// An article without a word is taken, and matches nothing.
    ///
    /// # Errors
    ///
    /// [`DuplicateKey`](ErrorKind::DuplicateKey) if there is an article of that key: nothing
    /// changes then. [`TextTooLong`](ErrorKind::TextTooLong) above
    /// [`MAX_LEN`](crate::text::MAX_LEN) bytes, [`Full`](ErrorKind::Full) above
    /// [`ArticleId::MAX`] articles.
    pub fn insert(&mut self, article: &Article<'_>) -> Result<ArticleId> {
        let sketch = self.sketcher.sketch(article.body)?;
        self.insert_sketched(article, &sketch)
    }

    /// Adds an article that was sketched before, by a clone of [`sketcher`](Self::sketcher) on
    /// another thread or machine. Its body is not looked at.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert), and [`RecipeMismatch`](ErrorKind::RecipeMismatch) if it was
    /// sketched with other settings.
    pub fn insert_sketched(&mut self, article: &Article<'_>, sketch: &Sketch) -> Result<ArticleId> {
        if let Some(signature) = &sketch.signature {
            self.index.check(signature)?;
        }
        let (id, leads) = self.catalog.insert(article, sketch)?;
        if let Some(signature) = sketch.signature.as_ref().filter(|_| leads) {
            self.index.insert(id, signature)?;
            self.route.find_mut().insert(id, sketch);
        }
        Ok(id)
    }

    /// Adds a batch of articles, sketched in parallel: the outcome of each, in their order.
    pub fn extend(&mut self, articles: &[Article<'_>]) -> Vec<Result<ArticleId>> {
        let sketcher = self.sketcher.clone();
        let sketched = |chunk: &[Article<'_>]| {
            let batches: Vec<&[Article<'_>]> = chunk.chunks(BATCH).collect();
            parallel::map_with(&batches, |batch, scratch: &mut SketchScratch| {
                let sketch = |article: &Article<'_>| sketcher.sketch_with(article.body, scratch);
                batch.iter().map(sketch).collect::<Vec<_>>()
            })
        };
        let mut outcomes = Vec::with_capacity(articles.len());
        let mut chunks = articles.chunks(CHUNK);
        let mut chunk = chunks.next().unwrap_or_default();
        let mut sketches = sketched(chunk);
        while !chunk.is_empty() {
            let next = chunks.next().unwrap_or_default();
            let insert = |(article, sketch): (&Article<'_>, Result<Sketch>)| {
                self.insert_sketched(article, &sketch?)
            };
            let insert = || {
                let sketches = sketches.into_iter().flatten();
                outcomes.extend(chunk.iter().zip(sketches).map(insert));
            };
            ((), sketches) = parallel::join(insert, || sketched(next));
            chunk = next;
        }
        outcomes
    }

    /// Adds an article in place of the one of that key, if there is one.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert), but for the key: nothing changes then.
    pub fn replace(&mut self, article: &Article<'_>) -> Result<ArticleId> {
        let sketch = self.sketcher.sketch(article.body)?;
        self.replace_sketched(article, &sketch)
    }

    /// As [`replace`](Self::replace), with an article that was sketched before.
    ///
    /// # Errors
    ///
    /// As [`insert_sketched`](Self::insert_sketched), but for the key: nothing changes then.
    pub fn replace_sketched(
        &mut self,
        article: &Article<'_>,
        sketch: &Sketch,
    ) -> Result<ArticleId> {
        if let Some(signature) = &sketch.signature {
            self.index.check(signature)?;
        }
        if let Some(id) = self.id(article.key) {
            self.remove(id);
        }
        self.insert_sketched(article, sketch)
    }

    /// Removes an article without a trace. Says whether it was there.
    ///
    /// Its id dies with it: it may be given to the next article that is inserted, so ids that are
    /// kept elsewhere, in [`Groups`] say, must be let go of. Keys are never given twice.
    pub fn remove(&mut self, id: ArticleId) -> bool {
        match self.catalog.remove(id) {
            None => return false,
            Some(Removed::Copy) => {}
            Some(Removed::Leader) => {
                self.index.remove(id);
                self.route.find_mut().remove(id);
            }
            Some(Removed::Succeeded(by)) => {
                self.index.rename(id, by);
                self.route.find_mut().rename(id, by);
            }
        }
        true
    }

    /// All matching pairs, verified, as a stream: what is not taken from it is not computed. In
    /// [`Mode::Recycled`] pairs that only share a passage or a template are among them, each judged
    /// by itself: see [`Groups::between`].
    ///
    /// The order depends on the texts, not on the order of insertion.
    pub fn pairs<'a, S: TextStore + ?Sized>(&'a self, texts: &'a S) -> Pairs<'a, S> {
        Pairs::new(self, texts)
    }

    /// The groups of matching articles: each article stands in one, or alone.
    ///
    /// Time and memory are linear in the number of articles and links.
    ///
    /// # Errors
    ///
    /// [`TooCostly`](ErrorKind::TooCostly) under [`Linkage::Complete`](crate::Linkage::Complete)
    /// if more articles are connected than it can group.
    pub fn groups(&self, texts: &(impl TextStore + ?Sized)) -> Result<Groups> {
        assemble::groups(self, texts)
    }

    /// The pairs that would be verified, of exact copies the first only, in no particular order:
    /// for measuring how many of the matches are among them.
    pub fn candidates(&self) -> Vec<(ArticleId, ArticleId)> {
        let Search {
            first_copies,
            pairs,
            ..
        } = self.search();
        let first = |at: u32| first_copies[at as usize];
        let pair = |(a, b): (u32, u32)| (first(a), first(b));
        pairs.into_iter().map(pair).collect()
    }

    /// What two texts have to do with each other: what they share, where they differ, and what
    /// follows; by the shingles, the criteria and the statistics of this detector.
    ///
    /// In [`Mode::Jaccard`] the relation is given by default criteria.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn compare(&self, a: &str, b: &str) -> Result<Comparison> {
        let set = |text| Ok(ShingleSet::new(self.sketcher.shingler().shingles(text)?));
        let overlap = set(a)?.overlap(&set(b)?);
        let criteria = self.route.find().criteria();
        relation::compare_with(a, b, overlap, &criteria, self.statistics.as_deref())
    }

    /// What is known of the copies of an article without reading them.
    fn result_of_copies(&self, id: ArticleId) -> PairResult {
        PairResult {
            overlap: self.overlap_of_copies(id),
            summary: self.route.find().summary_of_copies(),
        }
    }

    /// Adds what the dates of the articles tell.
    fn dated(&self, a: ArticleId, b: ArticleId, found: PairResult) -> PairResult {
        let dated = |summary: RelationSummary| summary.dated(self.date(a), self.date(b));
        let summary = found.summary.map(dated);
        PairResult { summary, ..found }
    }

    /// Two articles of one fingerprint share all their shingles, of which there are so many.
    fn overlap_of_copies(&self, id: ArticleId) -> Overlap {
        let Shingling { width, .. } = self.settings.shingling;
        let shingles = (self.catalog.record(id).tokens as usize + 1)
            .saturating_sub(width)
            .max(1);
        Overlap {
            a: shingles as u32,
            b: shingles as u32,
            shared: shingles as u32,
        }
    }

    /// What was found of two articles, in their order.
    fn between(&self, a: ArticleId, b: ArticleId, found: PairResult) -> Pair {
        let PairResult { overlap, summary } = self.dated(a, b, found);
        Pair {
            a,
            b,
            overlap,
            summary,
        }
    }

    /// Puts a pair in the order of keys.
    fn pair(&self, a: ArticleId, b: ArticleId, found: PairResult) -> Pair {
        if self.catalog.record(a).key <= self.catalog.record(b).key {
            self.between(a, b, found)
        } else {
            self.between(b, a, found.reversed())
        }
    }
}

/// A detector with default settings.
impl Default for Detector {
    fn default() -> Self {
        Self::builder()
            .build()
            .expect("the default settings are in range")
    }
}
