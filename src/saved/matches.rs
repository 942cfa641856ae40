//! Queries: the articles of a saved index that match a text.
//!
//! In: a text, and what to leave out. Out: [`SavedMatches`]: the matches that a
//! [`Detector`](crate::Detector) of the same articles would give, each verified on the texts.

use super::row::Row;
use super::snapshot::{Place, SavedArticle, Snapshot};
use crate::detector::KeptText;
use crate::error::{Error, ErrorKind, Result};
use crate::group::PairResult;
use crate::relation::{Comparison, Passage, RelationSummary};
use crate::sketch::{Fingerprint, Sketch};
use crate::verify::Overlap;

/// Which matches are wanted. Every article and every match by default.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Query {
    /// The most matches, the most similar first.
    pub limit: Option<usize>,
    /// The first date of an article, in seconds since 1970-01-01 UTC. Articles without a date are
    /// left out where a date is set.
    pub from: Option<i64>,
    /// The date before which an article must be.
    pub before: Option<i64>,
    /// The key of an article to leave out, for instance the text's own.
    pub without: Option<String>,
}

impl Query {
    /// Every match.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the most matches.
    #[must_use]
    pub fn limit(mut self, matches: usize) -> Self {
        self.limit = Some(matches);
        self
    }

    /// Sets the first date, and the date before which an article must be, in seconds since
    /// 1970-01-01 UTC.
    #[must_use]
    pub fn window(mut self, from: Option<i64>, before: Option<i64>) -> Self {
        (self.from, self.before) = (from, before);
        self
    }

    /// Leaves out the article with a key.
    #[must_use]
    pub fn without(mut self, key: impl Into<String>) -> Self {
        self.without = Some(key.into());
        self
    }

    fn wants(&self, row: &Row, key: &str) -> bool {
        let in_window = match row.date {
            None => self.from.is_none() && self.before.is_none(),
            Some(date) => {
                self.from.is_none_or(|from| date >= from)
                    && self.before.is_none_or(|before| date < before)
            }
        };
        in_window && self.without.as_deref() != Some(key)
    }
}

/// An article of a saved index that matches a text.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SavedMatch {
    /// The article.
    pub article: SavedArticle,
    /// The overlap of the text (`a`) and the article (`b`).
    pub overlap: Overlap,
    /// The relation of the text (`a`) and the article (`b`); in
    /// [`Mode::Recycled`](crate::Mode::Recycled).
    pub summary: Option<RelationSummary>,
}

impl SavedMatch {
    fn result(&self) -> PairResult {
        PairResult {
            overlap: self.overlap,
            summary: self.summary,
        }
    }

    /// The similarity, 0 to 1, as in [`Match::score`](crate::Match::score).
    pub fn score(&self) -> f64 {
        self.result().score()
    }

    /// Whether text and article belong in one group, as in [`Match::joins`](crate::Match::joins).
    pub fn joins(&self) -> bool {
        self.result().joins()
    }

    /// The passages that the text of the query (`a`) and the article (`b`) share; the article is read
    /// again from `snapshot`, which found it.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::explain`].
    pub fn passages(&self, snapshot: &Snapshot, text: &str) -> Result<Vec<Passage>> {
        Ok(snapshot.explain(text, self)?.passages)
    }
}

/// The answer to a query.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SavedMatches {
    /// Matches in the order of [`Matches::found`](crate::Matches::found).
    pub found: Vec<SavedMatch>,
    /// Candidates whose texts could not be read, by their first keys, and the errors.
    pub unread: Vec<(String, Error)>,
}

impl SavedMatches {
    /// Sorts by relation, similarity and key, and cuts to the limit of the query.
    fn ordered(mut self, query: &Query) -> Self {
        self.found.sort_unstable_by(|a, b| {
            let by_relation = b.joins().cmp(&a.joins());
            let by_score = b.score().total_cmp(&a.score());
            by_relation
                .then(by_score)
                .then_with(|| a.article.key.cmp(&b.article.key))
        });
        self.found.truncate(query.limit.unwrap_or(usize::MAX));
        self.unread.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        self
    }
}

/// A copy of a text: place, row and key.
pub(super) type Copy = (Place, Row, String);

/// A text that may match, with its live copies in order of keys.
struct Candidate {
    fingerprint: Fingerprint,
    copies: Vec<Copy>,
}

impl Snapshot {
    /// The verified matches of a text, as [`Detector::matches`](crate::Detector::matches) gives them
    /// for the same articles and statistics.
    ///
    /// In [`Mode::Recycled`](crate::Mode::Recycled), at most 40 articles are chosen by their samples.
    /// Where more share enough with a text, the choice weighs hashes by the number of texts, and a
    /// text that stands in several segments counts in each, until they are merged.
    ///
    /// Cost: a sketch of the text; in each segment a look-up a band and a sampled hash; one reading
    /// and one comparison a candidate.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes,
    /// [`Io`](ErrorKind::Io) or [`Damaged`](ErrorKind::Damaged) if a page can't be read.
    pub fn matches(&self, text: &str, query: &Query) -> Result<SavedMatches> {
        let sketch = self.core.judge.sketcher().sketch(text)?;
        self.matches_sketched(text, &sketch, query)
    }

    /// The verified matches of an article of the index, without itself; `None` for an unknown key.
    ///
    /// # Errors
    ///
    /// As [`matches`](Self::matches); [`TextUnavailable`](ErrorKind::TextUnavailable) if the
    /// article's own text can't be read.
    pub fn matches_of(&self, key: &str, query: &Query) -> Result<Option<SavedMatches>> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let query = query.clone().without(key);
        self.matches(&text, &query).map(Some)
    }

    /// The verified matches of a text that was sketched before, by the sketcher of
    /// [`judge`](Self::judge).
    ///
    /// # Errors
    ///
    /// As [`matches`](Self::matches); [`RecipeMismatch`](ErrorKind::RecipeMismatch) if the sketch was
    /// made with other settings.
    pub fn matches_sketched(
        &self,
        text: &str,
        sketch: &Sketch,
        query: &Query,
    ) -> Result<SavedMatches> {
        let judge = &self.core.judge;
        let mut matches = SavedMatches::default();
        let Some(signature) = &sketch.signature else {
            return Ok(matches);
        };
        // 1. Exact copies are recognized by the fingerprint.
        let own = self.candidate(sketch.fingerprint)?;
        if !own.copies.is_empty() {
            let found = judge.result_of_own(text)?;
            self.push(&mut matches, &own, found, query)?;
        }
        // 2. Find candidates by bands and samples.
        let mut prints = self.by_bands(&judge.band_keys(signature)?, usize::MAX)?;
        if judge.settings().sketch.sample {
            prints.extend(self.by_sample(&sketch.sample)?);
        }
        prints.sort_unstable();
        prints.dedup();
        let mut candidates = Vec::with_capacity(prints.len());
        for print in prints {
            if print != sketch.fingerprint {
                let candidate = self.candidate(print)?;
                let is_wanted = |(_, row, key): &Copy| query.wants(row, key);
                if candidate.copies.iter().any(is_wanted) {
                    candidates.push(candidate);
                }
            }
        }
        // 3. Read the candidates again and compare them to the text, which is cut for that.
        if candidates.is_empty() {
            return Ok(matches.ordered(query));
        }
        let verified = judge.compare_with_each(
            text,
            &candidates,
            |candidate| candidate.fingerprint,
            |candidate, number| {
                let (place, row, key) = candidate.copies.get(number)?;
                Some(KeptText {
                    key: key.clone(),
                    text: self.text_at(*place, row, key),
                })
            },
        )?;
        // 4. A match counts for every exact copy of the candidate.
        for (candidate, found) in candidates.iter().zip(verified) {
            match found {
                Ok(Some(found)) => self.push(&mut matches, candidate, found, query)?,
                Ok(None) => {}
                // A page that can't be read is no matter of one article.
                Err(error) if matches!(error.kind(), ErrorKind::Io | ErrorKind::Damaged) => {
                    return Err(error);
                }
                Err(error) => {
                    let key = candidate.copies.first().map(|(_, _, key)| key.clone());
                    matches.unread.push((key.unwrap_or_default(), error));
                }
            }
        }
        Ok(matches.ordered(query))
    }

    /// Shared passages and differences of a text and the article of a match.
    ///
    /// # Errors
    ///
    /// As [`text`](Self::text); [`TextUnavailable`](ErrorKind::TextUnavailable) if the article is no
    /// longer there.
    pub fn explain(&self, text: &str, found: &SavedMatch) -> Result<Comparison> {
        let key = &found.article.key;
        let Some(other) = self.text(key)? else {
            let message = format!("no article has the key {key:?}");
            return Err(Error::new(ErrorKind::TextUnavailable, message));
        };
        self.core.judge.compare(text, &other)
    }

    fn candidate(&self, fingerprint: Fingerprint) -> Result<Candidate> {
        Ok(Candidate {
            fingerprint,
            copies: self.copies_by_key(fingerprint)?,
        })
    }

    /// All live copies of a text with words, in order of keys.
    pub(super) fn copies_by_key(&self, fingerprint: Fingerprint) -> Result<Vec<Copy>> {
        let mut copies = Vec::new();
        for (place, row) in self.copies(fingerprint)? {
            copies.push((place, row, self.key_at(place, &row)?));
        }
        copies.sort_unstable_by(|(_, _, a), (_, _, b)| a.cmp(b));
        Ok(copies)
    }

    fn push(
        &self,
        to: &mut SavedMatches,
        candidate: &Candidate,
        found: PairResult,
        query: &Query,
    ) -> Result<()> {
        let PairResult { overlap, summary } = found;
        for (place, row, key) in &candidate.copies {
            if query.wants(row, key) {
                to.found.push(SavedMatch {
                    article: self.article(*place, row)?,
                    overlap,
                    summary,
                });
            }
        }
        Ok(())
    }
}
