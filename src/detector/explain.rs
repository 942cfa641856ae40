//! How far two articles came on the way to one group.
//!
//! In: two articles of a detector. Out: an [`Explanation`]: the [`Stage`] at which they parted, or
//! that they match, as the detector itself decides it; and the figures of each stage.

use super::Detector;
use super::route::{AnyRoute, Route};
use super::search::Search;
use crate::article::{ArticleId, TextStore};
use crate::error::{Error, ErrorKind, Result};
use crate::index::SharedSample;
use crate::relation::Comparison;

/// How far two articles came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Stage {
    /// One of them has no word, and so nothing to be found by.
    NoWords,
    /// They share no band, nor enough sampled shingles, so they were never compared.
    NoCandidates,
    /// They share a band or enough sampled shingles, but so do very many articles, not all pairs
    /// of which are compared.
    CrowdedOut,
    /// In [`Mode::Recycled`]: they have too few runs of two words in common, or not in order, to
    /// be aligned.
    Sieved,
    /// They were compared, and are not alike enough.
    Unlike,
    /// They were compared, and share a passage or a template only.
    NotRecycled,
    /// They match, each pair by itself: [`Detector::groups`] may still find two to be uses of one
    /// template that others share with both.
    Match,
    /// They are the same words in the same order, known without comparing them.
    Copies,
}

impl Stage {
    /// Whether the two are linked.
    pub fn is_match(self) -> bool {
        matches!(self, Self::Match | Self::Copies)
    }
}

/// How far two articles came, and the figures of each stage. Made by [`Detector::explain`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Explanation {
    /// How far they came.
    pub stage: Stage,
    /// The bands that both share, of as many as the [banding](Detector::banding) has.
    pub shared_bands: Vec<usize>,
    /// The chance that two articles of their Jaccard similarity share a band, 0 to 1.
    pub band_chance: f64,
    /// What their samples have in common; in [`Mode::Recycled`].
    pub sample: Option<SharedSample>,
    /// What they have to do with each other, whether the detector came to compare them or not.
    pub comparison: Comparison,
}

impl Detector {
    /// Why two articles match, or at which stage they parted.
    ///
    /// It takes the search for all candidates, since whether two articles are compared may depend
    /// on the others; no other article is read. What became of the two in grouping is in
    /// [`groups`](Self::groups).
    ///
    /// ```
    /// use reprint::{Article, Detector, MemoryTexts, Stage};
    ///
    /// let mut detector = Detector::new();
    /// let mut texts = MemoryTexts::new();
    /// let mut add = |key, body: &str| {
    ///     let id = detector.insert(&Article::new(key, body))?;
    ///     texts.set(id, body);
    ///     Ok::<_, reprint::Error>(id)
    /// };
    /// let bridge = add("a", "The old bridge over the Lune opens on Friday, the council said.")?;
    /// let ferry = add("b", "A ferry crosses the Lune until the bridge is safe again, they said.")?;
    /// let found = detector.explain(bridge, ferry, &texts)?;
    /// assert_eq!((found.stage, found.shared_bands.len()), (Stage::NoCandidates, 0));
    /// assert_eq!(found.comparison.overlap.shared, 0);
    /// # Ok::<(), reprint::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`TextUnavailable`](ErrorKind::TextUnavailable) or [`TextChanged`](ErrorKind::TextChanged)
    /// if either article is not there, or its text can't be read again.
    pub fn explain(
        &self,
        a: ArticleId,
        b: ArticleId,
        texts: &(impl TextStore + ?Sized),
    ) -> Result<Explanation> {
        match &self.route {
            AnyRoute::Jaccard(route) => self.explain_on(route, a, b, texts),
            AnyRoute::Recycled(route) => self.explain_on(&**route, a, b, texts),
        }
    }

    fn explain_on<R: Route>(
        &self,
        route: &R,
        a: ArticleId,
        b: ArticleId,
        texts: &(impl TextStore + ?Sized),
    ) -> Result<Explanation> {
        let read = |id: ArticleId| {
            let Some(record) = self.catalog.get(id) else {
                let message = format!("no article has the id {}", id.index());
                return Err(Error::new(ErrorKind::TextUnavailable, message));
            };
            let (text, article) = self.read_one(id, texts, R::WANT, &|reading| {
                (reading.text.to_owned(), route.prepare(reading))
            })?;
            Ok((record, text, article))
        };
        let (record_a, text_a, article_a) = read(a)?;
        let (record_b, text_b, article_b) = read(b)?;
        let mut comparison = self.compare(&text_a, &text_b)?;
        comparison.summary = comparison.summary.dated(record_a.date, record_b.date);
        let leaders = [record_a, record_b].map(|record| self.catalog.leader(record.fingerprint));
        let mut found = Explanation {
            stage: Stage::NoWords,
            shared_bands: Vec::new(),
            band_chance: self.banding().chance(comparison.overlap.jaccard()),
            sample: None,
            comparison,
        };
        let [Some(leader_a), Some(leader_b)] = leaders else {
            return Ok(found);
        };
        let shared_bands = self.index.shared_bands(leader_a, leader_b);
        found.shared_bands = shared_bands.unwrap_or_default();
        found.sample = route.shared_sample(leader_a, leader_b);
        if leader_a == leader_b {
            found.stage = Stage::Copies;
            return Ok(found);
        }
        if !self.are_candidates(leader_a, leader_b) {
            let shares_sample = |sample: SharedSample| sample.shared >= sample.enough;
            let shares = !found.shared_bands.is_empty() || found.sample.is_some_and(shares_sample);
            found.stage = if shares {
                Stage::CrowdedOut
            } else {
                Stage::NoCandidates
            };
            return Ok(found);
        }
        found.stage = route.stage(&article_a, &article_b, &found.comparison);
        Ok(found)
    }

    fn are_candidates(&self, a: ArticleId, b: ArticleId) -> bool {
        let Search { leaders, pairs, .. } = self.search();
        let position = |id| leaders.iter().position(|&leader| leader == id);
        let (Some(a), Some(b)) = (position(a), position(b)) else {
            return false;
        };
        let pair = (a.min(b) as u32, a.max(b) as u32);
        pairs.contains(&pair)
    }
}
