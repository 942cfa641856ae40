//! Routes: the differences between the modes.
//!
//! In: the settings of a mode. Out: a [`Route`]: the wanted parts of a text, the prepared form of an
//! article, additional candidates, and the comparison of a pair. All other detector code is generic
//! over the route.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::catalog::Catalog;
use super::{Detector, Mode, Stage};
use crate::article::{ArticleId, TextStore};
use crate::corpus::Statistics;
use crate::error::{Error, Result};
use crate::group::PairResult;
use crate::index::{PAIRS_IN_ALL, SharedSample};
use crate::kit::ids::{IndexVec, Position};
use crate::relation::{Comparison, Criteria, Relation, RelationSummary};
use crate::sketch::{Reading, Sketch, Want};
use crate::verify::Verify;

/// The state of a route, and answers that need no text.
///
/// Default methods suit a route with candidates by bands alone.
pub(super) trait Find {
    /// The criteria of [`Detector::compare`].
    fn criteria(&self) -> Criteria;

    /// The relation of exact copies, if the mode tells relations.
    fn summary_of_copies(&self) -> Option<RelationSummary> {
        None
    }

    /// Sets or clears the statistics of the corpus.
    fn set_statistics(&mut self, _: Option<Arc<Statistics>>) {}

    /// Adds a text under the id of its leader.
    fn insert(&mut self, _: ArticleId, _sample: &[u32], _: &Catalog) {}

    /// Removes a text without a trace.
    fn remove(&mut self, _: ArticleId, _: &Catalog) {}

    /// Moves a text from the id `from` to the id `to`.
    fn rename(&mut self, _from: ArticleId, _to: ArticleId) {}

    /// Builds the tables of queries, unless they are there.
    fn build_tables(&self, _: &Catalog) {}

    /// Bytes held, without look-up tables.
    fn memory(&self) -> usize {
        0
    }

    /// Candidates beside those by bands, as leaders in ascending order of ids.
    fn candidates(&self, _: &Sketch, _: &Catalog) -> Vec<ArticleId> {
        Vec::new()
    }

    /// Pairs by bands that are always allowed, see [`PAIRS_IN_ALL`].
    fn pairs_in_all(&self) -> usize {
        PAIRS_IN_ALL
    }

    /// Candidate pairs beside those by bands, as positions in `order`, in ascending order.
    fn pairs(&self, _order: &IndexVec<Position, ArticleId>) -> Vec<(Position, Position)> {
        Vec::new()
    }

    /// The common part of two samples, if the route keeps samples.
    fn shared_sample(&self, _a: ArticleId, _b: ArticleId) -> Option<SharedSample> {
        None
    }
}

/// The preparation and comparison of articles in a mode.
pub(super) trait Route: Find + Sync {
    /// An article prepared for comparison.
    type Article: Send + Sync;
    /// An article prepared for comparisons with many articles.
    type Probe<'a>: Send + Sync;
    /// A mode to try in a sweep, without the parts equal for all steps.
    type Step: Copy + Sync;
    /// Memory reused from pair to pair.
    type Scratch: Default;

    /// The parts of a text that [`prepare`](Self::prepare) needs.
    const WANT: Want;

    /// Tokens in a block of articles held in memory, see [`Verify::BLOCK`].
    const BLOCK: u64;

    /// Whether the choice of the probe makes no difference to a finding.
    const IS_SYMMETRIC: bool;

    /// Prepares an article from a reading of [`WANT`](Self::WANT).
    fn prepare(&self, reading: &Reading<'_>) -> Self::Article;

    /// Prepares an article for comparisons with `others` articles.
    fn probe<'a>(&self, article: &'a Self::Article, others: usize) -> Self::Probe<'a>;

    /// Compares two articles.
    fn compare(
        &self,
        probe: &Self::Probe<'_>,
        other: &Self::Article,
        scratch: &mut Self::Scratch,
    ) -> Compared<PairResult>;

    /// The stage that a candidate pair reaches, given a full comparison.
    fn stage(&self, a: &Self::Article, b: &Self::Article, found: &Comparison) -> Stage;

    /// The step for a mode.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) for the mode of another route, or a
    /// threshold below the threshold of the candidate search.
    fn step(&self, mode: Mode) -> Result<Self::Step>;

    /// Compares two articles by the rules of each step.
    fn grade(
        &self,
        probe: &Self::Probe<'_>,
        other: &Self::Article,
        steps: &[Self::Step],
        scratch: &mut Self::Scratch,
    ) -> Compared<Graded>;
}

/// The outcome for a candidate pair.
#[derive(Clone, Copy, Debug)]
pub(super) enum Compared<F> {
    /// A cheap test excluded a relation.
    Gated,
    /// A full comparison, and its finding if any.
    InFull(Option<F>),
}

/// The finding for two articles, and the steps in which they match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Graded {
    pub(super) found: PairResult,
    /// Bit `s` is set if the pair matches in step `s`.
    pub(super) steps: u64,
    /// Bit `s` is set if the pair only shares a template in step `s`.
    pub(super) templates: u64,
}

impl Graded {
    /// A pair that matches in no step yet.
    pub(super) fn new(found: PairResult) -> Self {
        Self {
            found,
            steps: 0,
            templates: 0,
        }
    }

    /// Sets the bit of a step with a match.
    pub(super) fn match_in(&mut self, step: usize) {
        self.steps |= 1 << step;
    }

    /// Sets the bit of a step with a template pair.
    pub(super) fn template_in(&mut self, step: usize) {
        self.templates |= 1 << step;
    }

    /// Whether any step has a finding.
    pub(super) fn is_found(&self) -> bool {
        self.steps | self.templates != 0
    }

    /// The finding in a step, if any.
    pub(super) fn in_step(&self, step: usize) -> Option<PairResult> {
        let mut found = self.found;
        if self.templates >> step & 1 == 1 {
            found.summary.as_mut()?.relation = Relation::Template;
        } else if self.steps >> step & 1 == 0 {
            return None;
        }
        Some(found)
    }
}

/// The error for a step of another mode than the detector's.
pub(super) fn other_mode() -> Error {
    Error::invalid(
        "mode",
        "a sweep takes steps of the mode of its detector only",
    )
}

/// Verifies candidate pairs on a route, with texts from a store.
pub(super) struct Verifier<'a, S: ?Sized, R> {
    detector: &'a Detector,
    route: &'a R,
    texts: &'a S,
    /// By position: the first copy by key.
    first_copies: &'a IndexVec<Position, ArticleId>,
    compared: AtomicUsize,
}

impl<'a, S: TextStore + ?Sized, R: Route> Verifier<'a, S, R> {
    pub(super) fn new(
        detector: &'a Detector,
        route: &'a R,
        texts: &'a S,
        first_copies: &'a IndexVec<Position, ArticleId>,
    ) -> Self {
        Self {
            detector,
            route,
            texts,
            first_copies,
            compared: AtomicUsize::new(0),
        }
    }

    /// Pairs compared in full so far.
    pub(super) fn compared(&self) -> usize {
        self.compared.load(Ordering::Relaxed)
    }

    /// Counts a full comparison, and returns its finding.
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

    /// Neighbouring ids are often neighbours in the store, too.
    fn stored(&self, position: Position) -> u32 {
        self.first_copies[position].0
    }

    fn read(&self, position: Position) -> Result<R::Article> {
        let first_copy = self.first_copies[position];
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
