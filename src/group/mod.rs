//! Groups: verified pairs to sets of articles that are one.
//!
//! In: articles by position and the verified links between them. Out: a partition, each
//! set around its centre; and the rule by which one article of each set is kept.

mod cluster;
mod kept;

pub use cluster::Linkage;
pub use kept::KeptBy;

pub(crate) use cluster::{Cluster, clusters};
pub(crate) use kept::{Claim, choose};

use crate::article::ArticleId;
use crate::error::Error;
use crate::index::CandidateReport;
use crate::verify::Overlap;

/// Up to so many different texts, the lowest similarity within a group is computed from all pairs.
pub(crate) const LOWEST_OF_ALL: usize = 64;

/// All groups of a set of articles: what is not in one stands alone.
#[derive(Debug)]
#[non_exhaustive]
pub struct Groups {
    /// The groups, in order of the first key in each.
    pub groups: Vec<Group>,
    /// What the search for candidates cost, and where it gave up its promise.
    pub candidates: CandidateReport,
    /// Verified pairs of different texts at or above the threshold, those between two groups
    /// included.
    pub links: usize,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tie {
    /// It is the kept one.
    Kept,
    /// It has the words of the kept one, in the same order.
    ExactCopy,
    /// It was verified against the kept one, with this overlap (it is `a`, the kept one `b`).
    Direct(Overlap),
    /// It is linked to others of the group, but has no verified link with the kept one.
    Indirect,
}

/// Two articles and what they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pair {
    /// The one whose key comes first.
    pub a: ArticleId,
    /// The other.
    pub b: ArticleId,
    /// What they share.
    pub overlap: Overlap,
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
