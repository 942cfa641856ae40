//! Matching pairs as a lazy stream.
//!
//! In: the candidates of a detector. Out: verified pairs, with a pair for each combination of exact
//! copies.

use std::fmt;

use super::Detector;
use super::search::PlannedSearch;
use crate::article::{ArticleId, TextStore};
use crate::error::Error;
use crate::group::{Link, Pair, PairResult};
use crate::index::CandidateReport;

/// The matching pairs of a detector, without repeats. Made by [`Detector::pairs`].
///
/// The stream is lazy: 100,000 copies of an article have five billion pairs, and cost only the pairs
/// taken.
pub struct Pairs<'a, S: ?Sized> {
    detector: &'a Detector,
    texts: &'a S,
    planned: PlannedSearch,
    /// Links left, in reverse order.
    links: Vec<Link>,
    /// Texts left whose copies form pairs, in reverse order.
    texts_left: Vec<ArticleId>,
    /// The product in progress.
    current: Option<Product>,
}

impl<S: ?Sized> fmt::Debug for Pairs<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pairs")
            .field("candidates", &self.planned.report)
            .finish_non_exhaustive()
    }
}

/// The pairs between two lists of copies, or within a list.
struct Product {
    a: Vec<ArticleId>,
    b: Vec<ArticleId>,
    within: bool,
    at: (usize, usize),
    found: PairResult,
}

impl Product {
    fn next(&mut self) -> Option<(ArticleId, ArticleId)> {
        if self.at.1 >= self.b.len() {
            self.at.0 += 1;
            self.at.1 = if self.within { self.at.0 + 1 } else { 0 };
        }
        let pair = (*self.a.get(self.at.0)?, *self.b.get(self.at.1)?);
        self.at.1 += 1;
        Some(pair)
    }
}

impl<'a, S: TextStore + ?Sized> Pairs<'a, S> {
    pub(super) fn new(detector: &'a Detector, texts: &'a S) -> Self {
        let planned = detector.planned_search::<S>();
        let texts_left = planned.first_copies.iter().rev().copied().collect();
        Self {
            detector,
            texts,
            planned,
            links: Vec::new(),
            texts_left,
            current: None,
        }
    }

    /// The cost of the candidate search, and where its recall is suspended. `compared` counts the
    /// pairs of the stream so far.
    pub fn candidates(&self) -> CandidateReport {
        self.planned.report
    }

    /// Unreadable articles of the stream so far, with their errors. Their matches with other texts
    /// are missing.
    pub fn unread(&self) -> impl Iterator<Item = (ArticleId, &Error)> {
        let PlannedSearch {
            first_copies,
            unread,
            ..
        } = &self.planned;
        unread.iter().map(|(at, error)| (first_copies[*at], error))
    }

    fn next_product(&mut self) -> Option<Product> {
        let catalog = &self.detector.catalog;
        while let Some(leader) = self.texts_left.pop() {
            if catalog.copies(leader).nth(1).is_some() {
                let list = catalog.copies_by_key(leader);
                let found = self.detector.result_of_copies(leader);
                return Some(Product {
                    a: list.clone(),
                    b: list,
                    within: true,
                    at: (0, 1),
                    found,
                });
            }
        }
        while self.links.is_empty() {
            self.links = self.detector.verify_next(&mut self.planned, self.texts)?;
            self.links.reverse();
        }
        let Link { a, b, found } = self.links.pop()?;
        let [a, b] = [a, b].map(|at| catalog.copies_by_key(self.planned.first_copies[at]));
        Some(Product {
            a,
            b,
            within: false,
            at: (0, 0),
            found,
        })
    }
}

impl<S: TextStore + ?Sized> Iterator for Pairs<'_, S> {
    type Item = Pair;

    fn next(&mut self) -> Option<Pair> {
        loop {
            if let Some(product) = &mut self.current
                && let Some((a, b)) = product.next()
            {
                return Some(self.detector.pair(a, b, product.found));
            }
            self.current = Some(self.next_product()?);
        }
    }
}
