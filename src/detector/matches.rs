//! Queries: the articles that match a text.
//!
//! In: a text. Out: [`Matches`]: the verified matches among a detector's articles.

use super::route::{Compared, Route};
use super::{AnyRoute, Detector};
use crate::article::{ArticleId, TextStore};
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::group::PairResult;
use crate::kit::parallel;
use crate::relation::{Passage, RelationSummary};
use crate::sketch::{ReadScratch, Sketch};
use crate::verify::{Overlap, ShingleSet};

/// An article that matches the text of a query.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Match {
    /// The article.
    pub id: ArticleId,
    /// The overlap of the text (`a`) and the article (`b`).
    pub overlap: Overlap,
    /// The relation of the text (`a`) and the article (`b`); in
    /// [`Mode::Recycled`](crate::Mode::Recycled).
    pub summary: Option<RelationSummary>,
}

impl Match {
    fn new(id: ArticleId, found: PairResult) -> Self {
        let PairResult { overlap, summary } = found;
        Self {
            id,
            overlap,
            summary,
        }
    }

    /// The similarity, 0 to 1: in [`Mode::Recycled`](crate::Mode::Recycled) the larger coverage, by
    /// weight of words, else the Jaccard similarity.
    pub fn score(&self) -> f64 {
        self.result().score()
    }

    /// Whether text and article belong in one group. A common passage or template is not enough.
    pub fn joins(&self) -> bool {
        self.result().joins()
    }

    /// The passages that the text of the query (`a`) and the article (`b`) share; the article is read
    /// again from the store of `detector`, which found it.
    ///
    /// # Errors
    ///
    /// [`TextUnavailable`](ErrorKind::TextUnavailable) if the store fails or the article is gone,
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn passages(
        &self,
        detector: &Detector,
        text: &str,
        texts: &(impl TextStore + ?Sized),
    ) -> Result<Vec<Passage>> {
        let unavailable = |source: BoxError| {
            let message = format!("the text of a match could not be read: {source}");
            Error::new(ErrorKind::TextUnavailable, message).with_source(source)
        };
        let key = detector
            .key(self.id)
            .ok_or_else(|| unavailable("the article was removed".into()))?;
        let other = texts.text(self.id, key).map_err(unavailable)?;
        Ok(detector.compare(text, &other)?.passages)
    }

    fn result(&self) -> PairResult {
        let Self {
            overlap, summary, ..
        } = *self;
        PairResult { overlap, summary }
    }
}

/// The answer to a query.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Matches {
    /// Matches in descending order of similarity, ties in order of keys. Recycled articles come
    /// before articles with only a passage or a template in common.
    pub found: Vec<Match>,
    /// Candidates with unreadable texts, and the errors.
    pub unread: Vec<(ArticleId, Error)>,
}

impl Detector {
    /// The verified matches of a text.
    ///
    /// Exact copies are known by fingerprint, without a reading. Other candidates are read again and
    /// compared with the text.
    ///
    /// Cost: a sketch of the text, a look-up a band and a sampled hash, one reading and one comparison
    /// a candidate, whatever the number of articles. The first query builds look-up tables, linear in
    /// the articles, unless [`prepare`](Self::prepare) has; [`insert`](Self::insert) and
    /// [`remove`](Self::remove) keep the tables up to date.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn matches(&self, text: &str, texts: &(impl TextStore + ?Sized)) -> Result<Matches> {
        let sketch = self.sketcher.sketch(text)?;
        match &self.route {
            AnyRoute::Jaccard(route) => self.matches_on(route, text, &sketch, texts),
            AnyRoute::Recycled(route) => self.matches_on(&**route, text, &sketch, texts),
        }
    }

    fn matches_on<R: Route>(
        &self,
        route: &R,
        text: &str,
        sketch: &Sketch,
        texts: &(impl TextStore + ?Sized),
    ) -> Result<Matches> {
        let mut matches = Matches::default();
        let Some(signature) = &sketch.signature else {
            return Ok(matches);
        };
        // 1. Exact copies are recognized by the fingerprint. Their shingles are those of the text.
        let own_leader = self.catalog.leader(sketch.fingerprint);
        if let Some(leader) = own_leader {
            let shingles = ShingleSet::new(self.sketcher.shingler().shingles(text)?);
            let found = PairResult {
                overlap: shingles.overlap(&shingles),
                summary: route.summary_of_copies(),
            };
            let copy = |id| Match::new(id, found);
            matches.found.extend(self.catalog.copies(leader).map(copy));
        }
        // 2. Find candidates by bands, and by samples on a route with samples.
        let mut leaders = self.index.candidates(signature)?;
        leaders.extend(route.candidates(sketch, &self.catalog));
        leaders.sort_unstable();
        leaders.dedup();
        leaders.retain(|&leader| Some(leader) != own_leader);
        // 3. Read the candidates again and compare them to the text.
        let read =
            |&leader: &ArticleId| self.read_on(route, self.catalog.first_copy(leader), texts);
        let verified = self.verify_each(route, text, &leaders, read)?;
        // 4. A match counts for every exact copy of the candidate.
        for (leader, found) in leaders.into_iter().zip(verified) {
            match found {
                Ok(Some(found)) => {
                    let copy = |id| Match::new(id, found);
                    matches.found.extend(self.catalog.copies(leader).map(copy));
                }
                Ok(None) => {}
                Err(error) => matches
                    .unread
                    .push((self.catalog.first_copy(leader), error)),
            }
        }
        // 5. Sort by relation, similarity and key.
        let key = |id: ArticleId| &self.catalog.record(id).key;
        matches.found.sort_unstable_by(|a, b| {
            let by_relation = b.joins().cmp(&a.joins());
            let by_score = b.score().total_cmp(&a.score());
            by_relation
                .then(by_score)
                .then_with(|| key(a.id).cmp(key(b.id)))
        });
        matches
            .unread
            .sort_unstable_by(|(a, _), (b, _)| key(*a).cmp(key(*b)));
        Ok(matches)
    }

    /// Compares a text with others that `read` prepares, in parallel. The findings have the order of
    /// `others`.
    pub(super) fn verify_each<R: Route, T: Sync>(
        &self,
        route: &R,
        text: &str,
        others: &[T],
        read: impl Fn(&T) -> Result<R::Article> + Sync,
    ) -> Result<Vec<Result<Option<PairResult>>>> {
        let mut scratch = ReadScratch::default();
        let (_, reading) = self.sketcher.read(text, R::WANT, &mut scratch)?;
        let own = route.prepare(&reading);
        let probe = route.probe(&own, others.len());
        Ok(parallel::map_with(others, |other, scratch| {
            let other = read(other)?;
            Ok(match route.compare(&probe, &other, scratch) {
                Compared::Gated => None,
                Compared::InFull(found) => found,
            })
        }))
    }
}
