//! What the two modes do differently, and what both do alike.
//!
//! In: the settings of a mode. Out: a [`Route`] for each mode: what is wanted of a text, what an
//! article is prepared as, how further candidates are found, how a pair is compared. The rest of the
//! detector is written once, over any route.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::catalog::Catalog;
use super::jaccard::Jaccard;
use super::recycled::Recycled;
use super::sweep::Graded;
use super::{Detector, Mode, Stage};
use crate::article::{ArticleId, TextStore};
use crate::corpus::Statistics;
use crate::error::Result;
use crate::group::PairResult;
use crate::index::SharedSample;
use crate::relation::{Comparison, Criteria, RelationSummary};
use crate::sketch::{Reading, Sketch, Want};
use crate::verify::Verify;

/// What a route keeps and answers without reading a text.
///
/// The defaults are those of a route that finds candidates by bands alone.
pub(super) trait Find {
    /// The criteria by which [`Detector::compare`] judges.
    fn criteria(&self) -> Criteria;

    /// What is known of two exact copies without comparing them, where relations are told.
    fn summary_of_copies(&self) -> Option<RelationSummary> {
        None
    }

    /// Takes note of what is known of the corpus.
    fn set_statistics(&mut self, _: Option<Arc<Statistics>>) {}

    /// Takes in a text that stands for its copies.
    fn insert(&mut self, _: ArticleId, _: &Sketch) {}

    /// Forgets a text without a trace.
    fn remove(&mut self, _: ArticleId) {}

    /// Lets `to` stand for the text of `from`.
    fn rename(&mut self, _from: ArticleId, _to: ArticleId) {}

    /// Bytes held, without look-up tables.
    fn memory(&self) -> usize {
        0
    }

    /// Candidates of a text that may share no band with it, in ascending order of ids.
    fn candidates(&self, _: &Sketch, _: &Catalog) -> Vec<ArticleId> {
        Vec::new()
    }

    /// Candidate pairs that may share no band: positions in `order`, in ascending order.
    fn pairs(&self, _order: &[ArticleId]) -> Vec<(u32, u32)> {
        Vec::new()
    }

    /// What the samples of two texts share, where samples are kept.
    fn shared_sample(&self, _a: ArticleId, _b: ArticleId) -> Option<SharedSample> {
        None
    }
}

/// How the articles of a mode are prepared and compared.
pub(super) trait Route: Find + Sync {
    /// An article prepared for comparison.
    type Article: Send + Sync;
    /// An article that is compared to many.
    type Probe<'a>: Send + Sync;
    /// A mode to try in a sweep.
    type Step: Copy + Sync;
    /// Space that is kept from one pair to the next.
    type Scratch: Default;

    /// What [`prepare`](Self::prepare) needs of a text.
    const WANT: Want;

    /// Tokens of the articles that are held at a time, see [`Verify::BLOCK`].
    const BLOCK: u64;

    /// Whether two articles compare the same whichever of them is the probe.
    const IS_SYMMETRIC: bool;

    /// Prepares an article of which [`WANT`](Self::WANT) was read.
    fn prepare(&self, reading: &Reading<'_>) -> Self::Article;

    /// An article as it is compared to `others` others.
    fn probe<'a>(&self, article: &'a Self::Article, others: usize) -> Self::Probe<'a>;

    /// What two articles have to do with each other, if anything, and whether they were compared in
    /// full.
    fn compare(
        &self,
        probe: &Self::Probe<'_>,
        other: &Self::Article,
        scratch: &mut Self::Scratch,
    ) -> Compared<PairResult>;

    /// The stage at which two candidates part, given what a full comparison says of them.
    fn stage(&self, a: &Self::Article, b: &Self::Article, found: &Comparison) -> Stage;

    /// The step of a sweep that a mode is.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if the mode is of another route, or out
    /// of the range that this detector finds candidates for.
    fn step(&self, mode: Mode) -> Result<Self::Step>;

    /// As [`compare`](Self::compare), by each of the steps at once.
    fn grade(
        &self,
        probe: &Self::Probe<'_>,
        other: &Self::Article,
        steps: &[Self::Step],
        scratch: &mut Self::Scratch,
    ) -> Compared<Graded>;
}

/// What came of a candidate pair.
#[derive(Clone, Copy, Debug)]
pub(super) enum Compared<F> {
    /// A cheap test has told the two apart.
    Gated,
    /// The two were compared in full, and this was found, if anything.
    InFull(Option<F>),
}

/// The route of a detector.
#[derive(Clone, Debug)]
pub(super) enum AnyRoute {
    Jaccard(Jaccard),
    Recycled(Box<Recycled>),
}

impl AnyRoute {
    pub(super) fn find(&self) -> &dyn Find {
        match self {
            Self::Jaccard(route) => route,
            Self::Recycled(route) => &**route,
        }
    }

    pub(super) fn find_mut(&mut self) -> &mut dyn Find {
        match self {
            Self::Jaccard(route) => route,
            Self::Recycled(route) => &mut **route,
        }
    }
}

/// Verifies candidate pairs on a route, with texts from a store.
pub(super) struct Verifier<'a, S: ?Sized, R> {
    detector: &'a Detector,
    route: &'a R,
    texts: &'a S,
    /// By position: the first of its copies by key.
    first_copies: &'a [ArticleId],
    compared: AtomicUsize,
}

impl<'a, S: TextStore + ?Sized, R: Route> Verifier<'a, S, R> {
    pub(super) fn new(
        detector: &'a Detector,
        route: &'a R,
        texts: &'a S,
        first_copies: &'a [ArticleId],
    ) -> Self {
        Self {
            detector,
            route,
            texts,
            first_copies,
            compared: AtomicUsize::new(0),
        }
    }

    /// Pairs that were compared in full so far.
    pub(super) fn compared(&self) -> usize {
        self.compared.load(Ordering::Relaxed)
    }

    /// What was found of a pair; counts the pair if it was compared in full.
    pub(super) fn counted<F>(&self, found: Compared<F>) -> Option<F> {
        let Compared::InFull(found) = found else {
            return None;
        };
        self.compared.fetch_add(1, Ordering::Relaxed);
        found
    }
}

impl<S: TextStore + ?Sized, R: Route> Verify for Verifier<'_, S, R> {
    type Article = R::Article;
    type Probe<'a> = R::Probe<'a>;
    type Found = PairResult;
    type Scratch = R::Scratch;

    const BLOCK: u64 = R::BLOCK;

    fn is_symmetric(&self) -> bool {
        R::IS_SYMMETRIC
    }

    /// A store that goes by ids, or a file, has them near each other in that order.
    fn stored(&self, position: u32) -> u32 {
        self.first_copies[position as usize].0
    }

    fn read(&self, position: u32) -> Result<R::Article> {
        let first_copy = self.first_copies[position as usize];
        self.detector.read_on(self.route, first_copy, self.texts)
    }

    fn probe<'a>(&self, article: &'a R::Article, others: usize) -> R::Probe<'a> {
        self.route.probe(article, others)
    }

    fn compare(
        &self,
        probe: &R::Probe<'_>,
        other: &R::Article,
        scratch: &mut R::Scratch,
    ) -> Option<PairResult> {
        self.counted(self.route.compare(probe, other, scratch))
    }

    fn exchanged(&self, found: PairResult) -> PairResult {
        found.reversed()
    }
}
