//! Groups: verified pairs to sets of articles that are one.
//!
//! In: articles by position and the verified links between them. Out: a partition, each
//! set around its centre; the rule by which one article of each set is kept; and which matches are
//! no nearer than other uses of one template, and are none.

mod cluster;
mod kept;
mod siblings;

pub use cluster::{Cluster, Linkage};
pub use kept::KeptBy;

pub(crate) use cluster::clusters;
pub(crate) use kept::{Claim, choose};
pub(crate) use siblings::part_siblings;

use std::cmp::Ordering;

use crate::article::ArticleId;
use crate::error::{Error, Result};
use crate::index::CandidateReport;
use crate::relation::RelationSummary;
use crate::verify::{Overlap, Verified};

/// What was found of two articles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bond {
    pub(crate) overlap: Overlap,
    /// Where relations are looked at.
    pub(crate) summary: Option<RelationSummary>,
}

impl Bond {
    /// Articles of the same words, of which there are so many shingles.
    pub(crate) fn exact(overlap: Overlap, with_summary: bool) -> Self {
        let summary = with_summary.then_some(RelationSummary::EXACT);
        Self { overlap, summary }
    }

    /// Whether the two belong in one group.
    pub(crate) fn joins(&self) -> bool {
        self.summary
            .is_none_or(|summary| summary.relation.is_recycled())
    }

    /// How alike they are, 0 to 1.
    pub(crate) fn score(&self) -> f64 {
        self.summary
            .map_or_else(|| self.overlap.jaccard(), |summary| summary.coverage())
    }

    /// The same with the articles exchanged.
    pub(crate) fn reversed(self) -> Self {
        Self {
            overlap: self.overlap.reversed(),
            summary: self.summary.map(RelationSummary::reversed),
        }
    }
}

/// A verified pair of positions.
pub(crate) type Link = Verified<Bond>;

/// Up to so many different texts, the lowest similarity within a group is computed from all pairs.
pub(crate) const LOWEST_OF_ALL: usize = 64;

/// Groups articles by pairs that were verified elsewhere, on the workers of a distributed engine
/// for instance; [`Detector::groups`](crate::Detector::groups) does it all.
///
/// Pairs may come in any order; `order` decides between articles with as many links, and should be
/// that of their keys. What is in no pair is in no cluster.
///
/// ```
/// use reprint::ArticleId;
/// use reprint::group::{Linkage, Pair, cluster};
/// use reprint::verify::Overlap;
///
/// let [a, b, c] = [0, 1, 2].map(|number| ArticleId::new(number).unwrap());
/// let overlap = Overlap { a: 100, b: 100, shared: 95 };
/// let pairs = [Pair::new(a, b, overlap), Pair::new(b, c, overlap)];
/// let found = cluster(&pairs, Linkage::Star, |x, y| x.cmp(&y))?;
/// assert_eq!((found[0].centre, &*found[0].members), (b, &[a, b, c][..]));
/// # Ok::<(), reprint::Error>(())
/// ```
///
/// # Errors
///
/// [`TooCostly`](crate::ErrorKind::TooCostly) under [`Linkage::Complete`] if more articles are
/// connected than it can group.
pub fn cluster(
    pairs: &[Pair],
    linkage: Linkage,
    order: impl Fn(ArticleId, ArticleId) -> Ordering,
) -> Result<Vec<Cluster<ArticleId>>> {
    let link = |pair: &Pair| {
        let found = pair.bond();
        if pair.a <= pair.b {
            let (a, b) = (pair.a.0, pair.b.0);
            Link { a, b, found }
        } else {
            let (a, b, found) = (pair.b.0, pair.a.0, found.reversed());
            Link { a, b, found }
        }
    };
    let mut links: Vec<Link> = pairs
        .iter()
        .filter(|pair| pair.a != pair.b && pair.bond().joins())
        .map(link)
        .collect();
    links.sort_unstable_by_key(|link| (link.a, link.b));
    links.dedup_by_key(|link| (link.a, link.b));
    let positions = links
        .iter()
        .map(|link| link.b as usize + 1)
        .max()
        .unwrap_or_default();
    let before = |a, b| order(ArticleId(a), ArticleId(b));
    let found = clusters(positions, &links, linkage, &before)?;
    let ids = |cluster: Cluster<u32>| Cluster {
        centre: ArticleId(cluster.centre),
        members: cluster.members.into_iter().map(ArticleId).collect(),
    };
    Ok(found.into_iter().map(ids).collect())
}

/// All groups of a set of articles: what is not in one stands alone.
#[derive(Debug)]
#[non_exhaustive]
pub struct Groups {
    /// The groups, in order of the first key in each.
    pub groups: Vec<Group>,
    /// What the search for candidates cost, and where it gave up its promise.
    pub candidates: CandidateReport,
    /// Verified pairs of different texts that match, within groups and between.
    pub link_count: usize,
    /// The verified links of articles that are not in one group, in order of their keys: between
    /// two groups, or with an article that stands alone since all that match it are nearer to
    /// others. In [`Mode::Recycled`](crate::Mode::Recycled) also those that only share a template
    /// or a passage; two articles share a template as well where two or more others share it with
    /// both, and are as near to both as these are to each other. Of exact copies, the first by key
    /// is named.
    pub between: Vec<Pair>,
    /// Articles whose text could not be read again, each once, in order of their keys. Their
    /// matches with other texts are missing; exact copies of them are not.
    pub unread: Vec<(ArticleId, Error)>,
    /// For each id, the number of its group.
    pub(crate) of_article: Vec<Option<u32>>,
}

impl Groups {
    /// The number of the group in which an article stands, for [`Groups::groups`]; `None` if it
    /// stands alone.
    pub fn group_of(&self, id: ArticleId) -> Option<usize> {
        self.of_article
            .get(id.index())
            .copied()
            .flatten()
            .map(|group| group as usize)
    }
}

/// Articles that are one, two or more.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Group {
    /// The article that decided who belongs here: under [`Linkage::Star`], all the others are
    /// linked to it.
    pub centre: ArticleId,
    /// The article to keep if only one is.
    pub kept: ArticleId,
    /// The first rule by which it was preferred over every other.
    pub kept_by: KeptBy,
    /// All articles of the group, the kept one included, in order of their keys.
    pub members: Vec<Member>,
    /// The verified links. Exact copies are linked to the first of them by key, and only that one
    /// is linked to other texts, so there are no more than there must be.
    pub links: Vec<Pair>,
    /// The lowest similarity of two members.
    pub lowest: Lowest,
}

/// An article in a group.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Member {
    /// Which article.
    pub id: ArticleId,
    /// How it belongs.
    pub tie: Tie,
}

/// How an article belongs to its group.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Tie {
    /// It is the kept one.
    Kept,
    /// It has the words of the kept one, in the same order.
    ExactCopy,
    /// It was verified against the kept one (it is `a`, the kept one `b`).
    Direct(Pair),
    /// It is linked to others of the group, but has no verified link with the kept one.
    Indirect,
}

/// Two articles and what they share.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pair {
    /// The one whose key comes first, where a [`Detector`](crate::Detector) made it.
    pub a: ArticleId,
    /// The other.
    pub b: ArticleId,
    /// The shingles they share.
    pub overlap: Overlap,
    /// What one has to do with the other; in [`Mode::Recycled`](crate::Mode::Recycled).
    pub summary: Option<RelationSummary>,
}

impl Pair {
    /// A pair that was verified elsewhere.
    pub fn new(a: ArticleId, b: ArticleId, overlap: Overlap) -> Self {
        let summary = None;
        Self {
            a,
            b,
            overlap,
            summary,
        }
    }

    /// How alike they are, 0 to 1: in [`Mode::Recycled`](crate::Mode::Recycled) the share of one
    /// that stands in the other, by weight of words, else the Jaccard similarity.
    pub fn score(&self) -> f64 {
        self.bond().score()
    }

    fn bond(&self) -> Bond {
        Bond {
            overlap: self.overlap,
            summary: self.summary,
        }
    }
}

/// The lowest similarity in a group.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Lowest {
    /// Jaccard similarity, 0 to 1.
    pub jaccard: f64,
    /// Whether it is the lowest of all pairs. So it is for up to 64 different texts; beyond, it is
    /// the lowest of the verified links.
    pub exact: bool,
}
