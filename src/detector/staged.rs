//! Verification and grouping of pairs that were chosen elsewhere.
//!
//! In: candidate pairs, or verified links, that other machines found by the [stages](crate::stages).
//! Out: what this detector's own search would have made of them, by the same path.

use super::search::{PlannedSearch, Search};
use super::{Detector, assemble};
use crate::article::{ArticleId, TextStore};
use crate::error::{Error, ErrorKind, Result};
use crate::group::{Groups, Link, Pair, part_siblings};
use crate::index::CandidateReport;
use crate::index::bucket_rules::BandRules;
use crate::kit::ids::{IndexVec, Position};

/// The outcome of [`Detector::verify`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verification {
    /// The pairs with enough in common, in ascending order of fingerprints: `a` is the article of the
    /// lower fingerprint. Of exact copies, the first by key stands here.
    ///
    /// A link depends on its two texts alone: no key, date or other pair has a part in it.
    pub links: Vec<Pair>,
    /// Pairs compared in full, as [`CandidateReport::compared`] counts them.
    pub compared: usize,
    /// Articles whose text could not be read again, each once, in order of their keys. Their links
    /// are missing.
    pub unread: Vec<(ArticleId, Error)>,
}

impl Detector {
    /// The limits of candidates by bands, in a corpus with a number of different texts with words.
    pub fn band_rules(&self, texts: usize) -> BandRules {
        let in_all = self.route.find().pairs_in_all();
        BandRules::new(self.banding().bands(), in_all, texts)
    }

    /// Verifies pairs that were chosen elsewhere.
    ///
    /// Pairs may have any order. A pair that is given twice is verified once. Exact copies are linked
    /// without verification, so a pair of them is passed over, and so is an article without words.
    /// Pairs may be split over many calls: the links of all calls are the links of one call with all
    /// pairs.
    ///
    /// In [`Mode::Recycled`](crate::Mode::Recycled), every worker must have the same
    /// [statistics](Self::set_statistics).
    ///
    /// Cost: linear in the detector's articles, apart from a sort; one reading or more for each
    /// article in a pair.
    ///
    /// ```
    /// use reprint::sketch::Sketch;
    /// use reprint::{Article, Detector, MemoryTexts, Mode};
    ///
    /// let mode = Mode::Jaccard { threshold: 0.5, recall: 0.95 };
    /// let mut worker = Detector::builder().mode(mode).build()?;
    /// let mut texts = MemoryTexts::new();
    /// let mut ids = Vec::new();
    /// for (key, body) in [
    ///     ("tribune", "The old bridge over the Lune will open again on Friday, the council said."),
    ///     ("post", "The old bridge over the Lune will open again on Friday, the council says."),
    /// ] {
    ///     let Sketch { fingerprint, tokens, .. } = worker.sketcher().sketch(body)?;
    ///     let article = Article::new(key, "");
    ///     let id = worker.insert_sketched(&article, &Sketch::bare(fingerprint, tokens))?;
    ///     texts.set(id, body);
    ///     ids.push(id);
    /// }
    /// let found = worker.verify(&[(ids[0], ids[1])], &texts)?;
    /// let groups = worker.groups_of(&found.links, &texts)?;
    /// assert_eq!((found.links.len(), groups.groups.len()), (1, 1));
    /// # Ok::<(), reprint::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`UnknownArticle`](ErrorKind::UnknownArticle) if no article has an id of a pair.
    pub fn verify<S: TextStore + ?Sized>(
        &self,
        pairs: &[(ArticleId, ArticleId)],
        texts: &S,
    ) -> Result<Verification> {
        let leaders = self.leaders_in_order();
        let mut of_texts = Vec::with_capacity(pairs.len());
        for &(a, b) in pairs {
            let ends = (self.position(&leaders, a)?, self.position(&leaders, b)?);
            if let (Some(a), Some(b)) = ends
                && a != b
            {
                of_texts.push((a.min(b), a.max(b)));
            }
        }
        of_texts.sort_unstable();
        of_texts.dedup();
        let search: Search = self.search_of(leaders, of_texts, CandidateReport::default());
        let mut planned = self.planned::<S>(search);
        let links = self.verify_all(&mut planned, texts);
        let PlannedSearch {
            first_copies,
            report,
            unread,
            ..
        } = planned;
        let pair = |link: Link| Pair {
            a: first_copies[link.a],
            b: first_copies[link.b],
            overlap: link.found.overlap,
            summary: link.found.summary,
        };
        Ok(Verification {
            links: links.into_iter().map(pair).collect(),
            compared: report.compared,
            unread: assemble::unread_by_key(self, &first_copies, unread),
        })
    }

    /// The groups of links that were verified elsewhere: [`groups`](Self::groups) from its links on.
    ///
    /// Links may have any order, and either article first. A link that is given twice counts once.
    /// The result has no report of candidates and no unread articles, which the caller knows.
    ///
    /// Cost: linear in articles and links, apart from sorting. A text is read for the lowest similarity
    /// of a group alone, see [`Lowest`](crate::group::Lowest).
    ///
    /// # Errors
    ///
    /// [`UnknownArticle`](ErrorKind::UnknownArticle) if no article has an id of a link, and those of
    /// [`groups`](Self::groups).
    pub fn groups_of(&self, links: &[Pair], texts: &(impl TextStore + ?Sized)) -> Result<Groups> {
        let leaders = self.leaders_in_order();
        let mut links = self.links_of(&leaders, links)?;
        part_siblings(leaders.len(), &mut links);
        assemble::of_links(self, texts, self.first_copies(&leaders), links)
    }

    /// The groups of links whose siblings were parted before, by
    /// [`part_siblings`](crate::stages::part_siblings) over all links of the corpus.
    ///
    /// The detector may hold the articles of a few connected components of joining links alone:
    /// components have no part in each other's groups. A link between two components joins nothing;
    /// a detector with one article of each linked text gives such links back in
    /// [`Groups::between`].
    ///
    /// Links that were parted count as template links, so parting them a second time would part
    /// further links.
    ///
    /// # Errors
    ///
    /// Those of [`groups_of`](Self::groups_of).
    pub fn groups_of_parted(
        &self,
        links: &[Pair],
        texts: &(impl TextStore + ?Sized),
    ) -> Result<Groups> {
        let leaders = self.leaders_in_order();
        let links = self.links_of(&leaders, links)?;
        assemble::of_links(self, texts, self.first_copies(&leaders), links)
    }

    /// The leaders in order of fingerprints.
    fn leaders_in_order(&self) -> IndexVec<Position, ArticleId> {
        self.catalog.leaders().into()
    }

    /// The position of an article's text; `None` for an article without words.
    fn position(
        &self,
        leaders: &IndexVec<Position, ArticleId>,
        id: ArticleId,
    ) -> Result<Option<Position>> {
        let Some(record) = self.catalog.get(id) else {
            let message = format!(
                "no article has the id {}; insert the article before its pairs are used",
                id.index()
            );
            return Err(Error::new(ErrorKind::UnknownArticle, message));
        };
        let fingerprint = |leader: &ArticleId| self.catalog.record(*leader).fingerprint;
        let place = leaders.binary_search_by_key(&record.fingerprint, fingerprint);
        Ok(place.ok().map(|place| Position(place as u32)))
    }

    /// The links between positions, in ascending order.
    fn links_of(
        &self,
        leaders: &IndexVec<Position, ArticleId>,
        pairs: &[Pair],
    ) -> Result<Vec<Link>> {
        let mut links = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let ends = (
                self.position(leaders, pair.a)?,
                self.position(leaders, pair.b)?,
            );
            let (Some(a), Some(b)) = ends else {
                continue;
            };
            let found = pair.result();
            if a < b {
                links.push(Link { a, b, found });
            } else if b < a {
                let found = found.reversed();
                links.push(Link { a: b, b: a, found });
            }
        }
        links.sort_by_key(|link| (link.a, link.b));
        links.dedup_by_key(|link| (link.a, link.b));
        Ok(links)
    }
}
