//! Explanations: why a pair of articles matches or not.
//!
//! In: two articles of a detector. Out: an [`Explanation`]: the last [`Stage`] of the pair by the
//! detector's own decision, and the figures of every stage.

use super::route::Route;
use super::search::Search;
use super::{AnyRoute, Detector};
use crate::article::{ArticleId, TextStore};
use crate::error::{Error, ErrorKind, Result};
use crate::index::SharedSample;
use crate::relation::Comparison;

/// The last stage of a pair on the way to a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Stage {
    /// An article has no word.
    NoWords,
    /// No common band, and too few common sampled shingles: the pair was never compared.
    NoCandidates,
    /// A common band or enough common sampled shingles, but in a crowd of articles of which only a
    /// part of the pairs is compared.
    CrowdedOut,
    /// Too few common runs of two words in one order for an alignment; in [`Mode::Recycled`](crate::Mode::Recycled).
    Sieved,
    /// Compared, and not similar enough.
    Unlike,
    /// Compared, with only a passage or a template in common.
    NotRecycled,
    /// A match, judged without regard to other pairs. [`Detector::groups`] may still find two uses
    /// of a template by a look at other pairs.
    Match,
    /// Exact copies: equal fingerprints.
    Copies,
}

impl Stage {
    /// Whether the pair is linked.
    pub fn is_match(self) -> bool {
        matches!(self, Self::Match | Self::Copies)
    }
}

/// The stage of a pair and the figures of every stage. Made by [`Detector::explain`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Explanation {
    /// The last stage.
    pub stage: Stage,
    /// Common bands, as numbers below [`bands`](crate::index::Banding::bands).
    pub shared_bands: Vec<usize>,
    /// The chance of a common band at the pair's Jaccard similarity, 0 to 1.
    pub band_chance: f64,
    /// The common part of the samples; in [`Mode::Recycled`](crate::Mode::Recycled).
    pub sample: Option<SharedSample>,
    /// A full comparison, whatever the stage.
    pub comparison: Comparison,
}

impl Detector {
    /// Explains why two articles match, or at which stage the pair failed.
    ///
    /// Cost: the candidate search of the whole corpus, because crowds decide which pairs are
    /// compared; two readings; one comparison. Grouping is not explained, see
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
    /// if an article is absent, or its text can't be read again.
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
        // 1. Read and compare both texts, whatever the search would do.
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
        // 2. Look up what the index knows of the pair.
        let shared_bands = self.index.shared_bands(leader_a, leader_b);
        found.shared_bands = shared_bands.unwrap_or_default();
        found.sample = route.shared_sample(leader_a, leader_b);
        // 3. Follow the detector: copies, candidates, then the comparison.
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
        let position = |id| {
            let mut positions = leaders.numbered().filter(|&(_, &leader)| leader == id);
            positions.next().map(|(at, _)| at)
        };
        let (Some(a), Some(b)) = (position(a), position(b)) else {
            return false;
        };
        pairs.contains(&(a.min(b), a.max(b)))
    }
}
