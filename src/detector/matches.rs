//! The articles that match one text.
//!
//! In: a text. Out: [`Matches`]: the articles of a detector that are copies of it, verified.

use super::Detector;
use super::route::{AnyRoute, Compared, Route};
use crate::article::{ArticleId, TextStore};
use crate::error::{Error, Result};
use crate::group::PairResult;
use crate::kit::parallel;
use crate::relation::RelationSummary;
use crate::sketch::{ReadScratch, Sketch};
use crate::verify::Overlap;

/// An article that matches a text.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Match {
    /// Which article.
    pub id: ArticleId,
    /// The shingles that the text (`a`) and the article (`b`) share.
    pub overlap: Overlap,
    /// What the text (`a`) has to do with the article (`b`); in [`Mode::Recycled`].
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

    /// How alike they are, 0 to 1: in [`Mode::Recycled`] the share of one that stands in the
    /// other, by weight of words, else the Jaccard similarity.
    pub fn score(&self) -> f64 {
        self.result().score()
    }

    /// Whether the two belong in one group: in [`Mode::Recycled`] they don't if all they share is
    /// a passage or a template.
    pub fn joins(&self) -> bool {
        self.result().joins()
    }

    fn result(&self) -> PairResult {
        let Self {
            overlap, summary, ..
        } = *self;
        PairResult { overlap, summary }
    }
}

/// The articles that match a text.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Matches {
    /// The most similar first, equals in order of their keys. In [`Mode::Recycled`] what is
    /// recycled comes before what only shares a passage or a template.
    pub found: Vec<Match>,
    /// Candidates that could not be verified, since their text could not be read again.
    pub unread: Vec<(ArticleId, Error)>,
}

impl Detector {
    /// The articles that match a text, verified.
    ///
    /// Exact copies are known by their fingerprint, without reading them. All others that share a
    /// band with the text are read again and compared to it.
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
        let own_leader = self.catalog.leader(sketch.fingerprint);
        if let Some(leader) = own_leader {
            let copy = |id| Match::new(id, self.result_of_copies(leader));
            matches.found.extend(self.catalog.copies(leader).map(copy));
        }
        let mut leaders = self.index.candidates(signature)?;
        leaders.extend(route.candidates(sketch, &self.catalog));
        leaders.sort_unstable();
        leaders.dedup();
        leaders.retain(|&leader| Some(leader) != own_leader);
        let mut scratch = ReadScratch::default();
        let (_, reading) = self.sketcher.read(text, R::WANT, &mut scratch)?;
        let own = route.prepare(&reading);
        let probe = route.probe(&own, leaders.len());
        let verified = parallel::map_with(&leaders, |&leader, scratch| {
            let other = self.read_on(route, self.catalog.first_copy(leader), texts)?;
            Ok(match route.compare(&probe, &other, scratch) {
                Compared::Gated => None,
                Compared::InFull(found) => found,
            })
        });
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
}
