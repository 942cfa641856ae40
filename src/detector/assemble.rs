//! From verified links to [`Groups`].
//!
//! In: clusters of texts. Out: groups of articles, exact copies included. A group has the article
//! to keep, and explains itself by links and a lowest similarity.

use std::collections::HashMap;

use super::Detector;
use super::links_by_cluster::LinksByCluster;
use super::search::PlannedSearch;
use crate::article::{ArticleId, TextStore};
use crate::error::{Error, Result};
use crate::group::{
    Claim, Cluster, Group, Groups, LOWEST_OF_ALL, Link, Lowest, Member, Pair, PairResult, Tie,
    choose, clusters, group_of_article, part_siblings,
};
use crate::index::CandidateReport;
use crate::kit::ids::{
    self, ClusterPlace, GroupPlace, IndexVec, LinkNumber, Number, Position, Rank,
};
use crate::kit::parallel;
use crate::kit::scatter;
use crate::verify::{ShingleSet, Unread};

/// The state of grouping, after verification.
struct Assembly<'a, S: ?Sized> {
    detector: &'a Detector,
    texts: &'a S,
    /// By position: the first copy by key.
    first_copies: IndexVec<Position, ArticleId>,
    /// In ascending order of positions.
    links: IndexVec<LinkNumber, Link>,
    /// Links by cluster.
    by_cluster: LinksByCluster,
    /// The first copies of linked positions, in order of keys.
    by_rank: IndexVec<Rank, ArticleId>,
    /// The ranks of linked positions.
    ranks: IndexVec<Position, Rank>,
}

/// A cluster and its links.
struct Linked<'a> {
    cluster: &'a Cluster<Position>,
    /// The numbers of the links within the cluster.
    links: &'a [LinkNumber],
}

/// An article and the position of its text.
type Placed = (ArticleId, Position);

pub(super) fn groups<S: TextStore + ?Sized>(detector: &Detector, texts: &S) -> Result<Groups> {
    // 1. Find and verify the candidate pairs.
    let mut planned = detector.planned_search::<S>();
    let mut links = detector.verify_all(&mut planned, texts);
    let PlannedSearch {
        first_copies,
        report: candidates,
        unread,
        ..
    } = planned;
    // 2. Change links between uses of a template, which the whole set of links shows.
    part_siblings(first_copies.len(), &mut links);
    let unread = unread_by_key(detector, &first_copies, unread);
    let groups = of_links(detector, texts, first_copies, links)?;
    Ok(Groups {
        candidates,
        unread,
        ..groups
    })
}

/// The groups of links between positions, siblings parted, in ascending order.
pub(super) fn of_links<S: TextStore + ?Sized>(
    detector: &Detector,
    texts: &S,
    first_copies: IndexVec<Position, ArticleId>,
    links: Vec<Link>,
) -> Result<Groups> {
    // 3. Cluster the texts. The order of keys breaks ties.
    let (by_rank, ranks) = ranks(detector, &first_copies, &links);
    let by_key = |a: Position, b: Position| ranks[a].cmp(&ranks[b]);
    let linkage = detector.settings.linkage;
    let mut found = clusters(first_copies.len(), &links, linkage, &by_key)?;
    found.extend(copies_without_links(detector, &first_copies, &found));

    let link_count = links.iter().filter(|link| link.found.joins()).count();
    // 4. Assemble the groups, in order of first keys.
    let links = IndexVec::from(links);
    let assembly = Assembly {
        detector,
        texts,
        by_cluster: LinksByCluster::new(first_copies.len(), &found, &links),
        first_copies,
        links,
        by_rank,
        ranks,
    };
    let linked: Vec<Linked<'_>> = ids::below(found.len())
        .zip(&found)
        .map(|(number, cluster)| Linked {
            cluster,
            links: assembly.by_cluster.within(number),
        })
        .collect();
    let mut groups = parallel::map(&linked, |linked| assembly.group(linked));
    let first_key = |group: &Group| &detector.catalog.record(group.members[0].id).key;
    groups.sort_unstable_by(|a, b| first_key(a).cmp(first_key(b)));

    Ok(Groups {
        of_article: group_of_article(&groups),
        groups,
        candidates: CandidateReport::default(),
        link_count,
        between: assembly.links_between(),
        unread: Vec::new(),
    })
}

/// The first copies of linked positions in order of keys, and the ranks of these positions.
fn ranks(
    detector: &Detector,
    first_copies: &IndexVec<Position, ArticleId>,
    links: &[Link],
) -> (IndexVec<Rank, ArticleId>, IndexVec<Position, Rank>) {
    let mut is_linked = IndexVec::filled(false, first_copies.len());
    for link in links {
        is_linked[link.a] = true;
        is_linked[link.b] = true;
    }
    let linked = first_copies.numbered().filter(|&(at, _)| is_linked[at]);
    let mut articles: Vec<Placed> = linked.map(|(at, &first_copy)| (first_copy, at)).collect();
    detector.catalog.sort_by_key(&mut articles, |&(id, _)| id);
    let mut ranks = IndexVec::filled(Rank(0), first_copies.len());
    for (rank, &(_, at)) in ids::below(articles.len()).zip(&articles) {
        ranks[at] = rank;
    }
    (articles.into_iter().map(|(id, _)| id).collect(), ranks)
}

/// Clusters of one text, for texts outside clusters with exact copies.
fn copies_without_links(
    detector: &Detector,
    first_copies: &IndexVec<Position, ArticleId>,
    clusters: &[Cluster<Position>],
) -> Vec<Cluster<Position>> {
    let mut clustered = IndexVec::filled(false, first_copies.len());
    for &member in clusters.iter().flat_map(|cluster| &cluster.members) {
        clustered[member] = true;
    }
    let has_copies = |id: ArticleId| detector.catalog.copies(id).nth(1).is_some();
    first_copies
        .numbered()
        .filter(|&(at, &first_copy)| !clustered[at] && has_copies(first_copy))
        .map(|(centre, _)| Cluster {
            centre,
            members: vec![centre],
        })
        .collect()
}

/// Unread texts by their first copies, each once, in order of keys.
pub(super) fn unread_by_key(
    detector: &Detector,
    first_copies: &IndexVec<Position, ArticleId>,
    unread: Vec<Unread>,
) -> Vec<(ArticleId, Error)> {
    let named = |(at, error): Unread| (first_copies[at], error);
    let mut unread: Vec<_> = unread.into_iter().map(named).collect();
    let key = |id: ArticleId| &detector.catalog.record(id).key;
    unread.sort_by(|(a, _), (b, _)| key(*a).cmp(key(*b)));
    unread.dedup_by_key(|&mut (id, _)| id);
    unread
}

impl<S: TextStore + ?Sized> Assembly<'_, S> {
    fn group(&self, linked: &Linked<'_>) -> Group {
        let Linked { cluster, links } = *linked;
        let catalog = &self.detector.catalog;
        let mut articles: Vec<Placed> = cluster
            .members
            .iter()
            .flat_map(|&at| catalog.copies(self.first_copy(at)).map(move |id| (id, at)))
            .collect();
        catalog.sort_by_key(&mut articles, |&(id, _)| id);
        let (kept, kept_by) = self.choose(&articles);
        let (kept_id, kept_at) = articles[kept];
        let found = self.found_with(kept_at, linked);
        let tie = |&(id, at): &Placed| match at {
            _ if id == kept_id => Tie::Kept,
            at if at == kept_at => Tie::ExactCopy,
            at => match found[self.by_cluster.place(at)] {
                Some(found) if found.joins() => {
                    Tie::Direct(self.detector.between(id, kept_id, found))
                }
                _ => Tie::Indirect,
            },
        };
        let members = articles.iter().map(|article| Member {
            id: article.0,
            tie: tie(article),
        });
        Group {
            centre: self.first_copies[cluster.centre],
            kept: kept_id,
            kept_by,
            members: members.collect(),
            links: self.links_within(linked, &articles),
            lowest: self.lowest(cluster, links),
        }
    }

    /// A text's first copy by key.
    fn first_copy(&self, at: Position) -> ArticleId {
        self.first_copies[at]
    }

    fn choose(&self, articles: &[Placed]) -> (usize, crate::group::KeptBy) {
        let sources = &self.detector.settings.source_priority;
        let claim = |&(id, _): &Placed| {
            let record = self.detector.catalog.record(id);
            let source = self.detector.catalog.source(id);
            Claim {
                date: record.date,
                priority: source.and_then(|name| sources.iter().position(|s| s == name)),
                tokens: record.tokens,
                key: &record.key,
            }
        };
        choose(&articles.iter().map(claim).collect::<Vec<_>>())
    }

    /// By place of the member: the finding for the member and the text at `position`, in this order.
    fn found_with(
        &self,
        position: Position,
        linked: &Linked<'_>,
    ) -> IndexVec<ClusterPlace, Option<PairResult>> {
        let mut all = IndexVec::filled(None, linked.cluster.members.len());
        for &number in linked.links {
            let Link { a, b, found } = self.links[number];
            if b == position {
                all[self.by_cluster.place(a)] = Some(found);
            } else if a == position {
                all[self.by_cluster.place(b)] = Some(found.reversed());
            }
        }
        all
    }

    /// The links of a group whose `articles` are in order of keys.
    fn links_within(&self, linked: &Linked<'_>, articles: &[Placed]) -> Vec<Pair> {
        let is_first = |&(id, at): &Placed| id == self.first_copy(at);
        // By text: the first copy's place in `articles`, which spares comparing keys.
        let mut places = IndexVec::filled(GroupPlace(0), linked.cluster.members.len());
        for (place, article) in ids::below(articles.len()).zip(articles) {
            if is_first(article) {
                places[self.by_cluster.place(article.1)] = place;
            }
        }
        let place = |at: Position| places[self.by_cluster.place(at)];
        let between_texts = linked.links.iter().map(|&number| {
            let Link { a, b, found } = self.links[number];
            ordered(place(a), place(b), found)
        });
        let copies = ids::below(articles.len())
            .zip(articles)
            .filter(|(_, article)| !is_first(article));
        let between_copies =
            copies.map(|(copy, &(id, at))| (place(at), copy, self.detector.result_of_copies(id)));
        let links: Vec<Ordered<GroupPlace>> = between_texts.chain(between_copies).collect();
        self.in_order(&links, articles.len(), |place| articles[place.index()].0)
    }

    fn links_between(&self) -> Vec<Pair> {
        let links: Vec<Ordered<Rank>> = self
            .by_cluster
            .between()
            .iter()
            .map(|&number| {
                let Link { a, b, found } = self.links[number];
                ordered(self.ranks[a], self.ranks[b], found)
            })
            .collect();
        self.in_order(&links, self.by_rank.len(), |rank| self.by_rank[rank])
    }

    /// Links in order of their numbers, which are below `articles` and in the order of keys.
    fn in_order<N: Number>(
        &self,
        links: &[Ordered<N>],
        articles: usize,
        article: impl Fn(N) -> ArticleId,
    ) -> Vec<Pair> {
        let order = scatter::order(links, articles, |&(a, b, _)| (a, b));
        let pair = |place: u32| {
            let (a, b, found) = links[place.index()];
            self.detector.between(article(a), article(b), found)
        };
        order.into_iter().map(pair).collect()
    }

    /// The lowest similarity: of all pairs up to [`LOWEST_OF_ALL`] texts, else of the links. Pairs
    /// without a link are compared here, after another reading.
    fn lowest(&self, cluster: &Cluster<Position>, links: &[LinkNumber]) -> Lowest {
        let lowest = |found: f64, link: &Link| found.min(link.found.overlap.jaccard());
        let inner = links.iter().map(|&number| &self.links[number]);
        let joining = inner.filter(|link| link.found.joins());
        let of_links = joining.fold(1.0, lowest);
        let texts = cluster.members.len();
        if texts > LOWEST_OF_ALL {
            return Lowest {
                jaccard: of_links,
                exact: false,
            };
        }
        if links.len() == texts * (texts - 1) / 2 {
            return Lowest {
                jaccard: of_links,
                exact: true,
            };
        }
        let mut sets: HashMap<Position, ShingleSet> = HashMap::new();
        for &at in &cluster.members {
            match self.detector.read_shingles(self.first_copy(at), self.texts) {
                Ok(set) => sets.insert(at, set),
                // The text was readable before. Without it, only links are known.
                Err(_) => {
                    return Lowest {
                        jaccard: of_links,
                        exact: false,
                    };
                }
            };
        }
        let pairs = cluster
            .members
            .iter()
            .enumerate()
            .flat_map(|(place, &a)| cluster.members[place + 1..].iter().map(move |&b| (a, b)));
        let jaccard = |(a, b): (Position, Position)| sets[&a].overlap(&sets[&b]).jaccard();
        Lowest {
            jaccard: pairs.map(jaccard).fold(of_links, f64::min),
            exact: true,
        }
    }
}

/// A link between two articles, by numbers in the order of keys, the lower first.
type Ordered<N> = (N, N, PairResult);

fn ordered<N: Number>(a: N, b: N, found: PairResult) -> Ordered<N> {
    if a <= b {
        (a, b, found)
    } else {
        (b, a, found.reversed())
    }
}
