//! What an index kept outside a detector borrows of the detector's rules.
//!
//! In: texts and marks that the index holds. Out: findings by the rules of the detector's mode, band
//! keys, and a detector filled without a second sketch.

use super::catalog::TextMark;
use super::route::Route;
use super::search::PlannedSearch;
use super::{AnyRoute, Detector, assemble};
use crate::article::{Article, ArticleId, TextStore};
use crate::error::{Error, ErrorKind, Result};
use crate::group::{Groups, Link, PairResult, part_siblings};
use crate::index::CandidateReport;
use crate::kit::ids::{IndexVec, Number, Position};
use crate::sketch::{Fingerprint, Signature};
use crate::verify::ShingleSet;

/// The text of one copy, as the index reads it again.
pub(crate) struct KeptText {
    pub(crate) key: String,
    pub(crate) text: Result<String>,
}

/// A verified link between two texts, `a` below `b`, as it was found: no use of a template is parted,
/// and no date is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct KeptLink {
    pub(crate) a: Fingerprint,
    pub(crate) b: Fingerprint,
    pub(crate) found: PairResult,
}

/// The links of some candidate pairs.
pub(crate) struct KeptLinks {
    /// In ascending order.
    pub(crate) links: Vec<KeptLink>,
    /// Texts that could not be read, and the errors.
    pub(crate) unread: Vec<(Fingerprint, Error)>,
}

impl Detector {
    /// Compares a text with `others`, in parallel; the findings have their order.
    ///
    /// An other text has copies in the order of keys: `copy` reads copy number `n`, `None` after the
    /// last. The first readable copy with the fingerprint counts.
    pub(crate) fn compare_with_each<T: Sync>(
        &self,
        text: &str,
        others: &[T],
        fingerprint: impl Fn(&T) -> Fingerprint + Sync,
        copy: impl Fn(&T, usize) -> Option<KeptText> + Sync,
    ) -> Result<Vec<Result<Option<PairResult>>>> {
        match &self.route {
            AnyRoute::Jaccard(route) => self.verify_each(route, text, others, |other| {
                self.read_kept(route, fingerprint(other), |n| copy(other, n))
            }),
            AnyRoute::Recycled(route) => self.verify_each(&**route, text, others, |other| {
                self.read_kept(&**route, fingerprint(other), |n| copy(other, n))
            }),
        }
    }

    /// Prepares the first readable copy; the error is that of the first copy.
    fn read_kept<R: Route>(
        &self,
        route: &R,
        fingerprint: Fingerprint,
        copy: impl Fn(usize) -> Option<KeptText>,
    ) -> Result<R::Article> {
        let mut first_error = None;
        for KeptText { key, text } in (0..).map_while(copy) {
            let made = text.and_then(|text| {
                let mark = (&*key, fingerprint);
                self.take_apart(&text, mark, R::WANT, &|reading| route.prepare(reading))
            });
            match made {
                Ok(made) => return Ok(made),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        let gone = || Error::new(ErrorKind::TextUnavailable, "no copy of the text is left");
        Err(first_error.unwrap_or_else(gone))
    }

    /// A signature's key in each band.
    pub(crate) fn band_keys(&self, signature: &Signature) -> Result<Vec<u32>> {
        self.index.keys(signature)
    }

    /// The finding for a text and its exact copies.
    pub(crate) fn result_of_own(&self, text: &str) -> Result<PairResult> {
        let shingles = ShingleSet::new(self.sketcher.shingler().shingles(text)?);
        Ok(PairResult {
            overlap: shingles.overlap(&shingles),
            summary: self.route.find().summary_of_copies(),
        })
    }

    /// Adds an article by what an index kept of its text: the mark, the key in each band, the
    /// sample. Keys and sample are looked at for the first copy of a text only. Also says whether the
    /// article is that copy.
    pub(crate) fn insert_kept(
        &mut self,
        article: &Article<'_>,
        text: TextMark,
        (bands, sample): (&[u32], &[u32]),
    ) -> Result<(ArticleId, bool)> {
        let (id, leads) = self.catalog.insert(article, text)?;
        if leads {
            self.index.insert_keys(id, bands);
            self.route.find_mut().insert(id, sample, &self.catalog);
        }
        Ok((id, leads))
    }

    /// Adds an article that is neither found by a query nor paired: only named pairs are verified.
    pub(crate) fn list_kept(&mut self, article: &Article<'_>, text: TextMark) -> Result<ArticleId> {
        Ok(self.catalog.insert(article, text)?.0)
    }

    /// Counts the distinct shingles of a text with copies, as an insertion of the second copy does.
    /// The text is read if it was not counted before; an upper bound stands for one that can't be.
    pub(crate) fn count_kept_copy(&mut self, id: ArticleId, body: impl FnOnce() -> Result<String>) {
        if self.catalog.shingles_of_copies(id).is_none()
            && let Ok(body) = body()
        {
            self.count_shingles_of_copies(id, &body);
        }
    }

    /// Finds and verifies every candidate pair.
    pub(crate) fn link_all<S: TextStore + ?Sized>(&self, texts: &S) -> KeptLinks {
        self.verified_kept(self.planned_search::<S>(), texts)
    }

    /// Verifies pairs of texts. A pair of a text that is not there is left out.
    pub(crate) fn link_pairs<S: TextStore + ?Sized>(
        &self,
        pairs: &[(Fingerprint, Fingerprint)],
        texts: &S,
    ) -> KeptLinks {
        let leaders: IndexVec<Position, ArticleId> = self.catalog.leaders().into();
        let at = |print: Fingerprint| self.position_of(&leaders, print);
        let positions = pairs.iter().filter_map(|&(a, b)| {
            let (a, b) = (at(a)?, at(b)?);
            (a != b).then(|| (a.min(b), a.max(b)))
        });
        let mut positions: Vec<(Position, Position)> = positions.collect();
        positions.sort_unstable();
        positions.dedup();
        let search = self.search_of(leaders, positions, CandidateReport::default());
        self.verified_kept(self.planned::<S>(search), texts)
    }

    fn position_of(
        &self,
        leaders: &IndexVec<Position, ArticleId>,
        print: Fingerprint,
    ) -> Option<Position> {
        let of = |&leader: &ArticleId| self.catalog.record(leader).fingerprint;
        let place = leaders.binary_search_by_key(&print, of).ok()?;
        Some(Position::new(place))
    }

    fn verified_kept<S: TextStore + ?Sized>(
        &self,
        mut planned: PlannedSearch,
        texts: &S,
    ) -> KeptLinks {
        let links = self.verify_all(&mut planned, texts);
        let PlannedSearch {
            first_copies,
            unread,
            ..
        } = planned;
        let print = |at: Position| self.catalog.record(first_copies[at]).fingerprint;
        let link = |Link { a, b, found }: Link| KeptLink {
            a: print(a),
            b: print(b),
            found,
        };
        KeptLinks {
            links: links.into_iter().map(link).collect(),
            unread: unread
                .into_iter()
                .map(|(at, error)| (print(at), error))
                .collect(),
        }
    }

    /// The groups that these links give, each link once. A link of a text that is not there is left
    /// out.
    pub(crate) fn groups_of_kept<S: TextStore + ?Sized>(
        &self,
        links: impl Iterator<Item = KeptLink>,
        texts: &S,
    ) -> Result<Groups> {
        let leaders: IndexVec<Position, ArticleId> = self.catalog.leaders().into();
        let articles = leaders.len();
        let at = |print: Fingerprint| self.position_of(&leaders, print);
        let link = |KeptLink { a, b, found }: KeptLink| {
            Some(Link {
                a: at(a)?,
                b: at(b)?,
                found,
            })
        };
        let mut links: Vec<Link> = links.filter_map(link).collect();
        links.sort_unstable_by_key(|link| (link.a, link.b));
        part_siblings(articles, &mut links);
        let mut groups = assemble::of_links(self, texts, self.first_copies(&leaders), links)?;
        groups.candidates.articles = articles;
        Ok(groups)
    }
}
