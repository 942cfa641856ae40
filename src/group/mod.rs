//! Groups: from verified pairs to sets of recycled articles.
//!
//! In: articles by position, and the verified links between them. Out: a partition into sets, with
//! their centres, the articles to keep and the rules that chose them. Links between uses of one
//! template are told from links between copies.

mod cluster;
mod kept;
mod siblings;
mod star;

pub use cluster::{Cluster, Linkage};
pub use kept::KeptBy;

pub(crate) use cluster::clusters;
pub(crate) use kept::{Claim, choose};
pub(crate) use siblings::{are_siblings, may_be_sibling, part, part_siblings};

use std::cmp::Ordering;

use crate::article::ArticleId;
use crate::error::{Error, Result};
use crate::index::CandidateReport;
use crate::kit::ids::{self, GroupNumber, Number, Position};
use crate::kit::parallel;
use crate::relation::{Relation, RelationSummary};
use crate::verify::{Overlap, Verified};

/// The finding for two articles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PairResult {
    pub(crate) overlap: Overlap,
    /// The relation, in [`Mode::Recycled`](crate::Mode::Recycled).
    pub(crate) summary: Option<RelationSummary>,
}

impl PairResult {
    /// Of articles whose relation is not told.
    pub(crate) fn of_overlap(overlap: Overlap) -> Self {
        let summary = None;
        Self { overlap, summary }
    }

    /// Whether the articles belong in one group.
    pub(crate) fn joins(&self) -> bool {
        self.summary
            .is_none_or(|summary| summary.relation.is_recycled())
    }

    /// Whether the two share nothing but a template.
    pub(crate) fn is_template(&self) -> bool {
        self.summary
            .is_some_and(|summary| summary.relation == Relation::Template)
    }

    /// The similarity, 0 to 1: the larger coverage if there is a relation, else the Jaccard
    /// similarity.
    pub(crate) fn score(&self) -> f64 {
        self.summary
            .map_or_else(|| self.overlap.jaccard(), |summary| summary.coverage())
    }

    /// The finding with the articles exchanged.
    pub(crate) fn reversed(self) -> Self {
        Self {
            overlap: self.overlap.reversed(),
            summary: self.summary.map(RelationSummary::reversed),
        }
    }
}

/// A verified pair of positions.
pub(crate) type Link = Verified<PairResult>;

/// The most distinct texts in a group for which `lowest` is computed over all pairs. Chosen by
/// hand: 2,016 pairs.
pub(crate) const LOWEST_OF_ALL: usize = 64;

/// Groups articles by pairs verified elsewhere, for instance by workers of a distributed engine.
/// [`Detector::groups`](crate::Detector::groups) does all steps at once.
///
/// `pairs` may have any order. Template pairs join nothing, but keep articles out of one star.
/// `order` compares two articles and breaks ties between equal numbers of links; the order of keys
/// makes the result independent of ids. Articles without a pair are in no cluster. The time is
/// linear in pairs and ids, apart from sorting; complete linkage is cubic in the largest component.
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
/// [`TooCostly`](crate::ErrorKind::TooCostly) if [`Linkage::Complete`] meets more than 1,024
/// connected articles.
pub fn cluster(
    pairs: &[Pair],
    linkage: Linkage,
    order: impl Fn(ArticleId, ArticleId) -> Ordering,
) -> Result<Vec<Cluster<ArticleId>>> {
    // Ids serve as positions here.
    let position = |id: ArticleId| Position::new(id.index());
    let id = |at: Position| ArticleId(at.0);
    let link = |pair: &Pair| {
        let found = pair.result();
        if pair.a <= pair.b {
            let [a, b] = [pair.a, pair.b].map(position);
            Link { a, b, found }
        } else {
            let ([a, b], found) = ([pair.b, pair.a].map(position), found.reversed());
            Link { a, b, found }
        }
    };
    let mut links: Vec<Link> = pairs
        .iter()
        .filter(|pair| pair.a != pair.b)
        .map(link)
        .collect();
    links.sort_unstable_by_key(|link| (link.a, link.b));
    links.dedup_by_key(|link| (link.a, link.b));
    let positions = links
        .iter()
        .map(|link| link.b.index() + 1)
        .max()
        .unwrap_or_default();
    let before = |a, b| order(id(a), id(b));
    let found = clusters(positions, &links, linkage, &before)?;
    let ids = |cluster: Cluster<Position>| Cluster {
        centre: id(cluster.centre),
        members: cluster.members.into_iter().map(id).collect(),
    };
    Ok(found.into_iter().map(ids).collect())
}

/// All groups of a set of articles. An article in no group stands alone.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Groups {
    /// The groups, in order of first keys.
    pub groups: Vec<Group>,
    /// The cost of the candidate search, and where its recall is suspended.
    pub candidates: CandidateReport,
    /// Verified matching pairs of different texts, within and between groups.
    pub link_count: usize,
    /// Verified links whose articles are not in one group, in order of their keys. The articles are
    /// in different groups, or an article stands alone because its matches are nearer to others.
    ///
    /// In [`Mode::Recycled`](crate::Mode::Recycled), pairs that only share a template or a passage
    /// are here too. A pair also counts as uses of a template if at least two further uses are as
    /// near to both articles as the articles are to each other. Exact copies are represented by the
    /// first by key.
    pub between: Vec<Pair>,
    /// Articles whose text could not be read again, each once, in order of their keys. Their
    /// matches with other texts are missing; their exact copies are not.
    pub unread: Vec<(ArticleId, Error)>,
    /// The articles in groups in order of ids, with the number of the group.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) of_article: Vec<(ArticleId, GroupNumber)>,
}

impl Groups {
    /// The index of the article's group in [`Groups::groups`]; `None` if the article stands alone.
    /// Logarithmic time.
    pub fn group_of(&self, id: ArticleId) -> Option<usize> {
        let place = self.of_article.binary_search_by_key(&id, |&(id, _)| id);
        place.ok().map(|place| self.of_article[place].1.index())
    }
}

/// The articles in groups in order of ids, with the numbers of their groups. Ids read from a file may
/// be any, so that a list by id would have any length.
pub(crate) fn group_of_article(groups: &[Group]) -> Vec<(ArticleId, GroupNumber)> {
    let numbered = ids::below(groups.len()).zip(groups);
    let mut of_article: Vec<(ArticleId, GroupNumber)> = numbered
        .flat_map(|(number, group)| group.members.iter().map(move |member| (member.id, number)))
        .collect();
    parallel::sort(&mut of_article);
    of_article
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Groups {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        /// The fields that are written.
        #[derive(serde::Deserialize)]
        struct GroupsFields {
            groups: Vec<Group>,
            candidates: CandidateReport,
            link_count: usize,
            between: Vec<Pair>,
            unread: Vec<(ArticleId, Error)>,
        }
        let GroupsFields {
            groups,
            candidates,
            link_count,
            between,
            unread,
        } = GroupsFields::deserialize(from)?;
        Ok(Self {
            of_article: group_of_article(&groups),
            groups,
            candidates,
            link_count,
            between,
            unread,
        })
    }
}

/// Two or more articles found to be one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Group {
    /// The article that decided the membership. Under [`Linkage::Star`], every other member is
    /// linked to the centre.
    pub centre: ArticleId,
    /// The article to keep.
    pub kept: ArticleId,
    /// The first rule that preferred the kept article to every other member.
    pub kept_by: KeptBy,
    /// The group's articles, the kept article included, in order of their keys.
    pub members: Vec<Member>,
    /// The verified links. Exact copies are linked to their first copy by key, and only the first
    /// copy is linked to other texts.
    pub links: Vec<Pair>,
    /// The lowest similarity of two members.
    pub lowest: Lowest,
}

/// An article in a group.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Member {
    /// The article's id.
    pub id: ArticleId,
    /// How the article belongs to its group.
    pub tie: Tie,
}

/// How an article belongs to its group.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Tie {
    /// The kept article.
    Kept,
    /// The words of the kept article, in equal order.
    ExactCopy,
    /// A verified pair with the kept article: `a` is this article, `b` the kept one.
    Direct(Pair),
    /// No verified link with the kept article, only with other members.
    Indirect,
}

/// Two articles and how much they share.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Pair {
    /// The article with the lower key, if a [`Detector`](crate::Detector) made the pair.
    pub a: ArticleId,
    /// The other article.
    pub b: ArticleId,
    /// The overlap of the articles' shingles.
    pub overlap: Overlap,
    /// How the articles are related; only in [`Mode::Recycled`](crate::Mode::Recycled).
    pub summary: Option<RelationSummary>,
}

impl Pair {
    /// A pair verified elsewhere, without a relation.
    pub fn new(a: ArticleId, b: ArticleId, overlap: Overlap) -> Self {
        let summary = None;
        Self {
            a,
            b,
            overlap,
            summary,
        }
    }

    /// A pair verified elsewhere, with its relation.
    #[must_use]
    pub fn with_summary(self, summary: RelationSummary) -> Self {
        Self {
            summary: Some(summary),
            ..self
        }
    }

    /// The similarity, 0 to 1: in [`Mode::Recycled`](crate::Mode::Recycled) the larger coverage, by
    /// weight of words, else the Jaccard similarity.
    pub fn score(&self) -> f64 {
        self.result().score()
    }

    /// Whether the articles belong in one group, as far as the pair alone tells.
    pub fn joins(&self) -> bool {
        self.result().joins()
    }

    /// Whether the articles share nothing but a template.
    pub fn is_template(&self) -> bool {
        self.result().is_template()
    }

    /// The finding, without the articles.
    pub(crate) fn result(&self) -> PairResult {
        PairResult {
            overlap: self.overlap,
            summary: self.summary,
        }
    }
}

/// The lowest similarity within a group.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Lowest {
    /// Jaccard similarity, 0 to 1.
    pub jaccard: f64,
    /// Whether `jaccard` is over every pair of members, as in groups with up to 64 distinct texts.
    /// In larger groups, `jaccard` is over the verified links.
    pub exact: bool,
}
