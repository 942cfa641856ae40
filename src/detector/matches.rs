//! The articles that match one text.
//!
//! In: a text. Out: [`Matches`]: the articles of a detector that are copies of it, verified.

use super::{Detector, Mode};
use crate::article::{ArticleId, TextStore};
use crate::error::{Error, Result};
use crate::group::Bond;
use crate::kit::parallel;
use crate::relation::{self, PairGate, PairGateScratch, RelationSummary};
use crate::sketch::{ReadScratch, Reading, Sketch};
use crate::verify::Overlap;

/// An article that matches a text.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    fn new(id: ArticleId, bond: Bond) -> Self {
        let Bond { overlap, summary } = bond;
        Self {
            id,
            overlap,
            summary,
        }
    }

    /// How alike they are, 0 to 1: in [`Mode::Recycled`] the share of one that stands in the
    /// other, by weight of words, else the Jaccard similarity.
    pub fn score(&self) -> f64 {
        self.bond().score()
    }

    /// Whether the two belong in one group: in [`Mode::Recycled`] they don't if all they share is
    /// a passage or a template.
    pub fn joins(&self) -> bool {
        self.bond().joins()
    }

    fn bond(&self) -> Bond {
        let Self {
            overlap, summary, ..
        } = *self;
        Bond { overlap, summary }
    }
}

/// The articles that match a text.
#[derive(Debug, Default)]
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
        let Sketch {
            fingerprint,
            signature: Some(signature),
            sample,
            ..
        } = self.sketcher.sketch(text)?
        else {
            return Ok(Matches::default());
        };
        let mut matches = Matches::default();
        let own_leader = self.catalog.leader(fingerprint);
        if let Some(leader) = own_leader {
            let copy = |id| Match::new(id, self.bond_of_copies(leader));
            matches.found.extend(self.catalog.copies(leader).map(copy));
        }
        let mut leaders = self.index.candidates(&signature)?;
        if let Some(postings) = &self.postings {
            leaders.extend(postings.candidates(&sample));
            leaders.sort_unstable();
            leaders.dedup();
        }
        leaders.retain(|&leader| Some(leader) != own_leader);
        let want = self.wanted();
        let mut scratch = ReadScratch::default();
        let (_, reading) = self.sketcher.read(text, want, &mut scratch)?;
        let sieve = |reading: &Reading<'_>| {
            let is_recycled = matches!(self.settings.mode, Mode::Recycled { .. });
            is_recycled.then(|| PairGate::new(reading.tokens))
        };
        let (own_sieve, own) = (sieve(&reading), self.ready(&reading));
        let (own_sieve, own) = (
            own_sieve.as_ref().map(PairGate::probe),
            own.probe(leaders.len()),
        );
        let verified = parallel::map(&leaders, |&leader| {
            self.read(leader, texts, want, |reading| {
                if let (Some(own), Some(other)) = (&own_sieve, sieve(reading))
                    && !own.may_be_related(&other, &mut PairGateScratch::default())
                {
                    return None;
                }
                let other = self.ready(reading);
                self.bond(&own, &other, &mut relation::Scratch::default())
            })
        });
        for (leader, bond) in leaders.into_iter().zip(verified) {
            match bond {
                Ok(Some(bond)) => {
                    let found = |id| Match::new(id, bond);
                    matches.found.extend(self.catalog.copies(leader).map(found));
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
