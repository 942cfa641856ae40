//! Search and verification: from texts to links.
//!
//! In: a detector and a store of texts. Out: a [`Search`]: the different texts and their candidate
//! pairs; then a [`PlannedSearch`], which gives the links. Texts are read again here.

use std::cell::Cell;

use super::route::{Route, Verifier};
use super::{AnyRoute, Detector};
use crate::article::{ArticleId, TextStore};
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::group::Link;
use crate::index::{CandidateReport, Candidates};
use crate::kit::ids::{IndexVec, Position};
use crate::kit::parallel;
use crate::sketch::{Fingerprint, ReadScratch, Reading, Want};
use crate::verify::{Plan, ShingleSet, Unread};

/// A detector's different texts, and their candidate pairs.
pub(super) struct Search {
    /// By position: the leader, which represents exact copies in the index. The order of positions
    /// depends on the texts alone; the choice of a leader depends on the order of insertion.
    pub(super) leaders: IndexVec<Position, ArticleId>,
    /// By position: the first copy by key, which is read and named.
    pub(super) first_copies: IndexVec<Position, ArticleId>,
    /// By position: the number of tokens.
    pub(super) tokens: IndexVec<Position, u32>,
    /// Candidate pairs of positions, in ascending order.
    pub(super) pairs: Vec<(Position, Position)>,
    pub(super) report: CandidateReport,
}

/// Candidate pairs under verification, block by block, see [`Plan`].
pub(super) struct PlannedSearch {
    /// By position: the text's first copy by key.
    pub(super) first_copies: IndexVec<Position, ArticleId>,
    pub(super) report: CandidateReport,
    pub(super) unread: Vec<Unread>,
    plan: Plan,
}

impl Detector {
    /// Finds the candidate pairs.
    pub(super) fn search(&self) -> Search {
        let leaders: IndexVec<Position, ArticleId> = self.catalog.leaders().into();
        let route = self.route.find();
        let Candidates {
            mut pairs,
            mut report,
        } = self.index.pairs_in_order(&leaders, route.pairs_in_all());
        let further = route.pairs(&leaders);
        report.sampled_pairs = further.len();
        if !further.is_empty() {
            pairs.extend(further);
            parallel::sort(&mut pairs);
            pairs.dedup();
            report.pairs = pairs.len();
        }
        self.search_of(leaders, pairs, report)
    }

    /// A search that found `pairs`.
    pub(super) fn search_of(
        &self,
        leaders: IndexVec<Position, ArticleId>,
        pairs: Vec<(Position, Position)>,
        report: CandidateReport,
    ) -> Search {
        let tokens = leaders
            .iter()
            .map(|&leader| self.catalog.record(leader).tokens)
            .collect();
        Search {
            first_copies: self.first_copies(&leaders),
            leaders,
            tokens,
            pairs,
            report,
        }
    }

    /// By position: the first copy by key.
    pub(super) fn first_copies(
        &self,
        leaders: &IndexVec<Position, ArticleId>,
    ) -> IndexVec<Position, ArticleId> {
        parallel::map(leaders, |&leader| self.catalog.first_copy(leader)).into()
    }

    /// Finds the candidate pairs, and plans their verification with texts from an `S`.
    pub(super) fn planned_search<S: TextStore + ?Sized>(&self) -> PlannedSearch {
        self.planned::<S>(self.search())
    }

    /// Plans the verification of a search's pairs with texts from an `S`.
    pub(super) fn planned<S: TextStore + ?Sized>(&self, search: Search) -> PlannedSearch {
        let Search {
            first_copies,
            tokens,
            pairs,
            report,
            ..
        } = search;
        let plan = match &self.route {
            AnyRoute::Jaccard(route) => plan::<S, _>(route, &pairs, &tokens),
            AnyRoute::Recycled(route) => plan::<S, _>(&**route, &pairs, &tokens),
        };
        PlannedSearch {
            first_copies,
            report,
            unread: Vec::new(),
            plan,
        }
    }

    /// Verifies the next block of pairs; `None` after the last.
    pub(super) fn verify_next<S: TextStore + ?Sized>(
        &self,
        planned: &mut PlannedSearch,
        texts: &S,
    ) -> Option<Vec<Link>> {
        match &self.route {
            AnyRoute::Jaccard(route) => planned.next_on(self, route, texts),
            AnyRoute::Recycled(route) => planned.next_on(self, &**route, texts),
        }
    }

    /// Verifies the pairs left; links in ascending order.
    pub(super) fn verify_all<S: TextStore + ?Sized>(
        &self,
        planned: &mut PlannedSearch,
        texts: &S,
    ) -> Vec<Link> {
        match &self.route {
            AnyRoute::Jaccard(route) => planned.all_on(self, route, texts),
            AnyRoute::Recycled(route) => planned.all_on(self, &**route, texts),
        }
    }

    /// Reads a text again and prepares it for a route.
    pub(super) fn read_on<R: Route>(
        &self,
        route: &R,
        first_copy: ArticleId,
        texts: &(impl TextStore + ?Sized),
    ) -> Result<R::Article> {
        self.read(first_copy, texts, R::WANT, |reading| route.prepare(reading))
    }

    /// Reads a text's shingles again.
    pub(super) fn read_shingles(
        &self,
        first_copy: ArticleId,
        texts: &(impl TextStore + ?Sized),
    ) -> Result<ShingleSet> {
        self.read(first_copy, texts, Want::Shingles, |reading| {
            ShingleSet::new(reading.shingles.to_vec())
        })
    }

    /// Reads a text again, from the first copy by key, and applies `make` to the reading.
    ///
    /// Exact copies may differ in capitals and line breaks, so the copy to read must not depend on
    /// the order of insertion. If the first copy is unreadable, the next readable copy by key takes
    /// its place; the error of the first copy is returned.
    fn read<R>(
        &self,
        first_copy: ArticleId,
        texts: &(impl TextStore + ?Sized),
        want: Want,
        make: impl Fn(&Reading<'_>) -> R,
    ) -> Result<R> {
        let error = match self.read_one(first_copy, texts, want, &make) {
            Ok(made) => return Ok(made),
            Err(error) => error,
        };
        let copies = self.catalog.copies_by_key(first_copy);
        let others = copies.into_iter().skip(1);
        let mut made = others.map(|copy| self.read_one(copy, texts, want, &make));
        made.find_map(Result::ok).ok_or(error)
    }

    /// Reads an article's text again.
    ///
    /// # Errors
    ///
    /// [`TextUnavailable`](ErrorKind::TextUnavailable) if the store fails,
    /// [`TextChanged`](ErrorKind::TextChanged) if the words differ from the inserted words.
    pub(super) fn read_one<R>(
        &self,
        id: ArticleId,
        texts: &(impl TextStore + ?Sized),
        want: Want,
        make: &impl Fn(&Reading<'_>) -> R,
    ) -> Result<R> {
        let record = self.catalog.record(id);
        let text = texts.text(id, &record.key).map_err(|source: BoxError| {
            let message = format!("the text of {:?} could not be read: {source}", record.key);
            Error::new(ErrorKind::TextUnavailable, message).with_source(source)
        })?;
        self.take_apart(&text, (&record.key, record.fingerprint), want, make)
    }

    /// Takes a text apart, provided that it is still the text that was inserted under a key, with a
    /// fingerprint.
    ///
    /// # Errors
    ///
    /// [`TextChanged`](ErrorKind::TextChanged) if the words differ from the inserted words.
    pub(super) fn take_apart<R>(
        &self,
        text: &str,
        (key, inserted): (&str, Fingerprint),
        want: Want,
        make: &impl Fn(&Reading<'_>) -> R,
    ) -> Result<R> {
        thread_local! {
            static SCRATCH: Cell<Option<Box<ReadScratch>>> = const { Cell::new(None) };
        }
        // Taken, not borrowed: the caller's store may call the detector.
        let mut scratch = SCRATCH.take().unwrap_or_default();
        let (fingerprint, reading) = self.sketcher.read(text, want, &mut scratch)?;
        if fingerprint != inserted {
            let message = format!(
                "the text of {key:?} has changed since it was inserted; replace the article"
            );
            return Err(Error::new(ErrorKind::TextChanged, message));
        }
        let made = make(&reading);
        SCRATCH.set(Some(scratch));
        Ok(made)
    }
}

fn plan<S: TextStore + ?Sized, R: Route>(
    _: &R,
    pairs: &[(Position, Position)],
    tokens: &IndexVec<Position, u32>,
) -> Plan {
    Plan::new::<Verifier<'_, S, R>>(pairs, tokens)
}

impl PlannedSearch {
    fn next_on<S: TextStore + ?Sized, R: Route>(
        &mut self,
        detector: &Detector,
        route: &R,
        texts: &S,
    ) -> Option<Vec<Link>> {
        let verifier = Verifier::new(detector, route, texts, &self.first_copies);
        let links = self.plan.verify_next(&verifier, &mut self.unread);
        self.report.compared += verifier.compared();
        links
    }

    fn all_on<S: TextStore + ?Sized, R: Route>(
        &mut self,
        detector: &Detector,
        route: &R,
        texts: &S,
    ) -> Vec<Link> {
        let verifier = Verifier::new(detector, route, texts, &self.first_copies);
        let plan = std::mem::take(&mut self.plan);
        let links = plan.verify_all(&verifier, &mut self.unread);
        self.report.compared += verifier.compared();
        links
    }
}
