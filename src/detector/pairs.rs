//! All matching pairs, as a stream.
//!
//! In: the candidates of a detector. Out: verified pairs, exact copies multiplied out.

use super::Detector;
use super::search::Verification;
use crate::article::{ArticleId, TextStore};
use crate::error::Error;
use crate::group::{Link, Pair, PairResult};
use crate::index::CandidateReport;

/// The pairs of a detector, each once. Made by [`Detector::pairs`].
///
/// What is not asked for is not computed: a hundred thousand copies of one article have five
/// billion pairs, and cost as many as are taken.
pub struct Pairs<'a, S: ?Sized> {
    detector: &'a Detector,
    texts: &'a S,
    verification: Verification,
    /// Links yet to be given, last first.
    links: Vec<Link>,
    /// Texts whose own copies are yet to be paired, last first.
    texts_left: Vec<ArticleId>,
    /// The articles of one link, or of one text twice.
    current: Option<Product>,
}

/// The pairs of two lists, or within one.
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
        let verification = detector.verification::<S>();
        let texts_left = verification.first_copies.iter().rev().copied().collect();
        Self {
            detector,
            texts,
            verification,
            links: Vec::new(),
            texts_left,
            current: None,
        }
    }

    /// What the search for candidates cost, and where it gave up its promise. Pairs that were
    /// compared are counted as the stream comes to them.
    pub fn candidates(&self) -> CandidateReport {
        self.verification.report
    }

    /// Articles whose text could not be read again so far, and why: their matches with other
    /// texts are missing.
    pub fn unread(&self) -> impl Iterator<Item = (ArticleId, &Error)> {
        let Verification {
            first_copies,
            unread,
            ..
        } = &self.verification;
        unread
            .iter()
            .map(|(at, error)| (first_copies[*at as usize], error))
    }

    fn next_product(&mut self) -> Option<Product> {
        let catalog = &self.detector.catalog;
        while let Some(leader) = self.texts_left.pop() {
            if catalog.copies(leader).nth(1).is_some() {
                let list = catalog.copies_by_key(leader);
                // Verified by fingerprint; how many different shingles there are was not counted.
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
            self.links = self
                .detector
                .verify_next(&mut self.verification, self.texts)?;
            self.links.reverse();
        }
        let Link { a, b, found } = self.links.pop()?;
        let [a, b] =
            [a, b].map(|at| catalog.copies_by_key(self.verification.first_copies[at as usize]));
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
