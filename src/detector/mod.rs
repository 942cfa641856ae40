//! The detector: near-duplicate detection and text reuse from insertion to groups.
//!
//! In: articles, singly or in batches. Out: the [matches](Detector::matches) of a text, the matching
//! [pairs](Detector::pairs) of a corpus, and its [groups](Detector::groups). The detector keeps band
//! keys and some numbers for each article, but no text. Verification reads a text again through the
//! caller's [`TextStore`].
//!
//! | module | role |
//! |---|---|
//! | `settings` | settings, and the builder |
//! | `catalog` | a record for each article; exact copies |
//! | `route`, `jaccard`, `recycled` | the differences between the modes, one file a mode |
//! | `search` | candidate pairs, readings, verified links |
//! | `assemble` | groups from links |
//! | `matches`, `pairs`, `explain`, `sweep` | the other answers |
//! | `staged` | verification and grouping of pairs chosen elsewhere |
//! | `kept` | rules lent to an index outside a detector |

mod assemble;
mod catalog;
mod explain;
mod jaccard;
#[cfg(feature = "saved")]
mod kept;
mod links_by_cluster;
mod matches;
mod pairs;
#[cfg(test)]
mod readings;
mod recycled;
mod route;
mod search;
mod settings;
mod staged;
mod sweep;

pub use explain::{Explanation, Stage};
pub use matches::{Match, Matches};
pub use pairs::Pairs;
pub use settings::{Builder, Mode, Settings};
pub use staged::Verification;
pub use sweep::{Sweep, SweepStep};

#[cfg(feature = "saved")]
pub(crate) use catalog::TextMark;
#[cfg(feature = "saved")]
pub(crate) use kept::{KeptLink, KeptLinks, KeptText};

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::article::{Article, ArticleId, TextStore};
use crate::corpus::{self, Collector, Statistics};
use crate::error::Result;
use crate::group::{Groups, Pair, PairResult};
use crate::index::{Banding, Index};
use crate::kit::parallel;
use crate::relation::{self, Comparison, RelationSummary};
use crate::sketch::{Fingerprint, ReadScratch, Sketch, SketchScratch, Sketcher, Want};
use crate::verify::{Overlap, ShingleSet};
use catalog::{Catalog, Removed};
use jaccard::Jaccard;
use recycled::Recycled;
use route::Find;
use search::Search;

/// Finds near-duplicate and recycled articles in a corpus (MinHash LSH, then exact verification).
///
/// Answers depend on the articles alone. The order of insertion, batches and the number of threads
/// make no difference.
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

/// The route of a detector.
#[derive(Clone, Debug)]
enum AnyRoute {
    Jaccard(Jaccard),
    Recycled(Box<Recycled>),
}

impl AnyRoute {
    fn find(&self) -> &dyn Find {
        match self {
            Self::Jaccard(route) => route,
            Self::Recycled(route) => &**route,
        }
    }

    fn find_mut(&mut self) -> &mut dyn Find {
        match self {
            Self::Jaccard(route) => route,
            Self::Recycled(route) => &mut **route,
        }
    }
}

/// Articles in one unit of work of a thread. Chosen by hand: 32 articles take some 50 microseconds,
/// far more than fetching a unit.
const BATCH: usize = 32;

/// Articles inserted at a time, while the next chunk is sketched. Chosen by hand: threads wait for
/// each other at the end of a chunk, so a large chunk hides a very long article.
const CHUNK: usize = 1 << 14;

/// Methods whose docs name no cost take constant time.
impl Detector {
    /// A detector with default settings. Constant time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds a detector with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Learns from the inserted articles how rare words are, which words are names, and which lines
    /// are boilerplate. [`Mode::Recycled`] judges pairs by these statistics.
    ///
    /// Call `learn` after the articles are inserted. Articles inserted later are judged by the
    /// statistics of that moment. In [`Mode::Jaccard`], only [`compare`](Self::compare) uses
    /// statistics. `learn` is [`count_statistics`](Self::count_statistics) and
    /// [`set_statistics`](Self::set_statistics) in one call.
    ///
    /// Cost: one reading of 8,192 articles ([`ENOUGH`](corpus::ENOUGH)) or fewer.
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

    /// Sets or clears the statistics of the corpus. Later answers use the new statistics; earlier
    /// answers are not revised.
    pub fn set_statistics(&mut self, statistics: Option<Arc<Statistics>>) {
        self.route.find_mut().set_statistics(statistics.clone());
        self.statistics = statistics;
    }

    /// Counts the statistics of the inserted articles, exact copies once. In a corpus with more than
    /// [`ENOUGH`](corpus::ENOUGH) different texts, the texts with the lowest fingerprints are
    /// counted. Of exact copies, the readable text with the lowest key counts. Unreadable texts are
    /// left out.
    ///
    /// Cost: as of [`learn`](Self::learn), and a sort of the texts.
    ///
    /// Statistics take effect with [`set_statistics`](Self::set_statistics).
    pub fn count_statistics(&self, texts: &(impl TextStore + ?Sized)) -> Statistics {
        self.count_statistics_with(texts, &Collector::new())
    }

    /// The statistics of [`count_statistics`](Self::count_statistics), byte for byte. A text is
    /// read only if `collected` lacks its counts.
    ///
    /// Cost: a sort of the texts, a merge of 8,192 articles' counts or fewer, and a reading for each
    /// article among these that `collected` lacks.
    ///
    /// ```
    /// use reprint::corpus::{ArticleCounts, Collector};
    /// use reprint::document::DocumentBuffer;
    /// use reprint::sketch::SketchScratch;
    /// use reprint::{Article, Detector, MemoryTexts, Mode};
    ///
    /// let mut detector = Detector::builder().mode(Mode::recycled()).build()?;
    /// let mut collected = Collector::new();
    /// let (mut buffer, mut scratch) = (DocumentBuffer::new(), SketchScratch::default());
    /// for (key, text) in [("a", "The ferry left the pier."), ("b", "Ada Novak saw the ferry.")] {
    ///     let document = buffer.read(text)?;
    ///     let sketch = detector.sketcher().sketch_document(document, &mut scratch);
    ///     if collected.wants(sketch.fingerprint) {
    ///         collected.add(sketch.fingerprint, key, &ArticleCounts::of(document));
    ///     }
    ///     detector.insert_sketched(&Article::new(key, text), &sketch)?;
    /// }
    /// // No text is read.
    /// let statistics = detector.count_statistics_with(&MemoryTexts::new(), &collected);
    /// assert_eq!((statistics.articles(), statistics.articles_with("ferry")), (2, 2));
    /// # Ok::<(), reprint::Error>(())
    /// ```
    pub fn count_statistics_with(
        &self,
        texts: &(impl TextStore + ?Sized),
        collected: &Collector,
    ) -> Statistics {
        /// Parts counted in parallel. Chosen by hand: each part has a table until the merge.
        const PARTS: usize = 4;
        let mut leaders = self.catalog.leaders();
        leaders.truncate(corpus::ENOUGH);
        let parts: Vec<&[ArticleId]> = leaders
            .chunks(leaders.len().div_ceil(PARTS).max(1))
            .collect();
        let counted = parallel::map(&parts, |part| {
            let mut statistics = Statistics::new();
            for &leader in *part {
                // The first copy that is collected or readable counts.
                for id in self.catalog.copies_by_key(leader) {
                    let record = self.catalog.record(id);
                    if let Some(counts) = collected.get(record.fingerprint, &record.key) {
                        statistics.add_counts(&counts);
                    } else if let Ok(text) = texts.text(id, &record.key) {
                        // Counting fails above the length limit only, and insertion refuses such texts.
                        let _ = statistics.add(&text);
                    } else {
                        continue;
                    }
                    break;
                }
            }
            statistics
        });
        let mut parts = counted.into_iter();
        let mut all = parts.next().unwrap_or_default();
        for part in parts {
            all.merge(&part);
        }
        all.forget_rare();
        all
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The bands and rows of signatures, chosen for the recall of the mode.
    pub fn banding(&self) -> Banding {
        self.index.banding()
    }

    /// The sketcher, cheap to clone. A clone can sketch texts on other threads or machines, for
    /// [`insert_sketched`](Self::insert_sketched); with
    /// [`sketch_document`](Sketcher::sketch_document), a text that was cut once already.
    pub fn sketcher(&self) -> &Sketcher {
        &self.sketcher
    }

    /// The number of articles.
    pub fn len(&self) -> usize {
        self.catalog.len()
    }

    /// Whether the detector holds no article.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes reserved for the articles: 100 to 500 an article, and its key. Allocator overhead,
    /// statistics and the look-up tables of [`matches`](Self::matches) are not counted. Linear time.
    pub fn memory(&self) -> usize {
        self.catalog.memory() + self.index.memory() + self.route.find().memory()
    }

    /// The article with a key.
    pub fn id(&self, key: &str) -> Option<ArticleId> {
        self.catalog.id(key)
    }

    /// An article's key; `None` for an unknown id.
    pub fn key(&self, id: ArticleId) -> Option<&str> {
        self.catalog.get(id).map(|record| &*record.key)
    }

    /// The date of an article in seconds since 1970-01-01 UTC, if known.
    pub fn date(&self, id: ArticleId) -> Option<i64> {
        self.catalog.get(id)?.date
    }

    /// The publisher of an article, if known.
    pub fn source(&self, id: ArticleId) -> Option<&str> {
        self.catalog.source(id)
    }

    /// The fingerprint of an article. Articles with equal words in equal order have equal
    /// fingerprints.
    pub fn fingerprint(&self, id: ArticleId) -> Option<Fingerprint> {
        self.catalog.get(id).map(|record| record.fingerprint)
    }

    /// The number of tokens in an article.
    pub fn tokens(&self, id: ArticleId) -> Option<u32> {
        self.catalog.get(id).map(|record| record.tokens)
    }

    /// Adds an article, in time linear in its length. An article without a word matches nothing.
    ///
    /// # Errors
    ///
    /// [`DuplicateKey`](crate::ErrorKind::DuplicateKey) if the key is taken,
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes,
    /// [`Full`](crate::ErrorKind::Full) above [`ArticleId::MAX`] articles. A refused article leaves
    /// the detector unchanged.
    pub fn insert(&mut self, article: &Article<'_>) -> Result<ArticleId> {
        let sketch = self.sketcher.sketch(article.body)?;
        self.insert_sketched(article, &sketch)
    }

    /// Adds an article with a sketch made by a clone of [`sketcher`](Self::sketcher).
    ///
    /// A [bare](Sketch::bare) sketch is taken too: the article is verified and grouped, and found by no
    /// search. The body may be empty. A body is only used where the article is an exact copy: the first time
    /// for each text, the body's distinct shingles are counted for the [`Overlap`] of exact copies.
    /// Otherwise constant time, apart from growth of tables.
    ///
    /// # Errors
    ///
    /// [`DuplicateKey`](crate::ErrorKind::DuplicateKey) if the key is taken,
    /// [`RecipeMismatch`](crate::ErrorKind::RecipeMismatch) if the sketch was made with other
    /// settings, [`Full`](crate::ErrorKind::Full) above [`ArticleId::MAX`] articles.
    pub fn insert_sketched(&mut self, article: &Article<'_>, sketch: &Sketch) -> Result<ArticleId> {
        if let Some(signature) = &sketch.signature {
            self.index.check(signature)?;
        }
        let (id, leads) = self
            .catalog
            .insert(article, catalog::TextMark::of(sketch))?;
        let Some(signature) = &sketch.signature else {
            return Ok(id);
        };
        // An earlier copy may have come with a bare sketch.
        let leader = self.catalog.leader(sketch.fingerprint).unwrap_or(id);
        if !self.index.contains(leader) {
            self.index.insert(leader, signature)?;
            self.route
                .find_mut()
                .insert(leader, &sketch.sample, &self.catalog);
        }
        if !leads && self.catalog.shingles_of_copies(id).is_none() {
            self.count_shingles_of_copies(id, article.body);
        }
        Ok(id)
    }

    /// Adds a batch of articles, sketched in parallel. Returns one outcome an article, in the order
    /// of `articles`. Linear in the lengths of the articles; up to 32,768 sketches are held at a
    /// time.
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

    /// Adds an article, after removal of the present article with its key. Cost: as of
    /// [`insert`](Self::insert) and [`remove`](Self::remove).
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    /// A refused article leaves the detector unchanged.
    pub fn replace(&mut self, article: &Article<'_>) -> Result<ArticleId> {
        let sketch = self.sketcher.sketch(article.body)?;
        self.replace_sketched(article, &sketch)
    }

    /// Adds an article with a sketch made before, after removal of the present article with its key.
    /// Cost: as of [`insert_sketched`](Self::insert_sketched) and [`remove`](Self::remove).
    ///
    /// # Errors
    ///
    /// [`RecipeMismatch`](crate::ErrorKind::RecipeMismatch) if the sketch was made with other
    /// settings. A refused article leaves the detector unchanged.
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

    /// Builds the look-up tables of [`matches`](Self::matches), unless they are there. Otherwise the
    /// first query builds them. Articles inserted, replaced or removed later keep them up to date.
    ///
    /// Cost: linear in the articles, apart from sorting; some 100 bytes an article and 1 KB more in
    /// [`Mode::Recycled`].
    pub fn prepare(&self) {
        self.index.build_tables();
        self.route.find().build_tables(&self.catalog);
    }

    /// The ids of all articles, ascending. Linear in the largest id ever given.
    ///
    /// ```
    /// use reprint::{Article, Detector};
    ///
    /// let mut detector = Detector::new();
    /// for (key, date) in [("a", 10), ("b", 20), ("c", 30)] {
    ///     detector.insert(&Article::new(key, "The ferry left the pier.").date(date))?;
    /// }
    /// assert_eq!(detector.expire_before(20), 1);
    /// assert_eq!(detector.retain(|detector, id| detector.key(id) != Some("b")), 1);
    /// let keys: Vec<_> = detector.ids().map(|id| detector.key(id)).collect();
    /// assert_eq!(keys, [Some("c")]);
    /// # Ok::<(), reprint::Error>(())
    /// ```
    pub fn ids(&self) -> impl Iterator<Item = ArticleId> {
        self.catalog.ids()
    }

    /// Removes every article of which `keep` says `false`. Returns the number of removed articles.
    /// Linear in the largest id ever given.
    pub fn retain(&mut self, keep: impl Fn(&Self, ArticleId) -> bool) -> usize {
        let gone: Vec<ArticleId> = self.ids().filter(|&id| !keep(self, id)).collect();
        for &id in &gone {
            self.remove(id);
        }
        gone.len()
    }

    /// Removes every article dated before `date`, in seconds since 1970-01-01 UTC. Articles without a
    /// date stay. Returns the number of removed articles.
    pub fn expire_before(&mut self, date: i64) -> usize {
        self.retain(|detector, id| detector.date(id).is_none_or(|own| own >= date))
    }

    /// Removes an article without a trace. Returns whether the article was present.
    ///
    /// Cost: constant time before the first query; from then on a look-up for each band and each
    /// sampled hash. An article that is one of the 4 centres of a common hash, with no exact copy left,
    /// costs a look at the hash's holders.
    ///
    /// The next inserted article may get the id. Drop ids stored elsewhere, for instance in
    /// [`Groups`].
    pub fn remove(&mut self, id: ArticleId) -> bool {
        match self.catalog.remove(id) {
            None => return false,
            Some(Removed::Copy) => {}
            Some(Removed::Leader) => {
                self.index.remove(id);
                self.route.find_mut().remove(id, &self.catalog);
            }
            Some(Removed::Succeeded(by)) => {
                self.index.rename(id, by);
                self.route.find_mut().rename(id, by);
            }
        }
        true
    }

    /// The verified matching pairs, as a lazy stream. In [`Mode::Recycled`] the stream has pairs that
    /// only share a passage or a template, too; a pair is judged without regard to other pairs, in
    /// contrast to [`Groups::between`].
    ///
    /// The order depends on the texts, not on the order of insertion. Cost: the search for
    /// candidates at once, linear in the articles; verification as pairs are taken.
    pub fn pairs<'a, S: TextStore + ?Sized>(&'a self, texts: &'a S) -> Pairs<'a, S> {
        Pairs::new(self, texts)
    }

    /// The groups of matching articles. An article stands in one group, or alone.
    ///
    /// Cost: time and memory linear in articles and links; one reading or more for each article with
    /// a candidate.
    ///
    /// # Errors
    ///
    /// [`TooCostly`](crate::ErrorKind::TooCostly) under
    /// [`Linkage::Complete`](crate::Linkage::Complete) if a connected component has more than 1,024
    /// articles.
    pub fn groups(&self, texts: &(impl TextStore + ?Sized)) -> Result<Groups> {
        assemble::groups(self, texts)
    }

    /// The candidate pairs, for measurements of recall; in no particular order. Exact copies are
    /// represented by the first by key. Linear in the articles; no text is read.
    pub fn candidates(&self) -> Vec<(ArticleId, ArticleId)> {
        let Search {
            first_copies,
            pairs,
            ..
        } = self.search();
        let pair = |(a, b)| (first_copies[a], first_copies[b]);
        pairs.into_iter().map(pair).collect()
    }

    /// Compares two texts: shared passages, differences and the relation, by the shingles, criteria
    /// and statistics of the detector. [`Mode::Jaccard`] has default criteria.
    ///
    /// Linear in the lengths of the texts, apart from sorting.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn compare(&self, a: &str, b: &str) -> Result<Comparison> {
        let set = |text| Ok(ShingleSet::new(self.sketcher.shingler().shingles(text)?));
        let overlap = set(a)?.overlap(&set(b)?);
        let criteria = self.route.find().criteria();
        relation::compare_with(a, b, overlap, &criteria, self.statistics.as_deref())
    }

    /// The finding for exact copies of an article, without a reading.
    fn result_of_copies(&self, id: ArticleId) -> PairResult {
        match self.catalog.shingles_of_copies(id) {
            Some(shingles) => self.result_of_equal(shingles.get()),
            None => self.result_of_copies_with(self.catalog.record(id).tokens),
        }
    }

    /// The finding for exact copies with a number of tokens. Where no copy came with its body,
    /// distinct shingles are not known, and the number of tokens gives an upper bound.
    fn result_of_copies_with(&self, tokens: u32) -> PairResult {
        let before_the_last = self.settings.shingling.width.saturating_sub(1) as u32;
        self.result_of_equal(tokens.saturating_sub(before_the_last).max(1))
    }

    /// The finding for exact copies with a number of distinct shingles.
    fn result_of_equal(&self, shingles: u32) -> PairResult {
        PairResult {
            overlap: Overlap::of_equal(shingles),
            summary: self.route.find().summary_of_copies(),
        }
    }

    /// Directs an update by the dates of the articles.
    fn dated(&self, a: ArticleId, b: ArticleId, found: PairResult) -> PairResult {
        let dated = |summary: RelationSummary| summary.dated(self.date(a), self.date(b));
        let summary = found.summary.map(dated);
        PairResult { summary, ..found }
    }

    /// Counts the distinct shingles of a text with exact copies, if `body` is the text.
    fn count_shingles_of_copies(&mut self, id: ArticleId, body: &str) {
        let mut scratch = ReadScratch::default();
        let read = self.sketcher.read(body, Want::Shingles, &mut scratch);
        let Ok((fingerprint, reading)) = read else {
            return;
        };
        let shingles = ShingleSet::new(reading.shingles.to_vec()).len() as u32;
        if let Some(shingles) = NonZeroU32::new(shingles)
            && fingerprint == self.catalog.record(id).fingerprint
        {
            self.catalog.set_shingles_of_copies(id, shingles);
        }
    }

    /// A pair in the given order.
    fn between(&self, a: ArticleId, b: ArticleId, found: PairResult) -> Pair {
        let PairResult { overlap, summary } = self.dated(a, b, found);
        Pair {
            a,
            b,
            overlap,
            summary,
        }
    }

    /// A pair in the order of keys.
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
