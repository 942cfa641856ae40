//! From verified links to [`Groups`].
//!
//! In: the clusters of texts. Out: groups of articles, exact copies among them, each with the
//! article that is kept, and with the links and the lowest similarity that explain it.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::verifier::Verifier;
use super::{Detector, Search};
use crate::article::{ArticleId, TextStore};
use crate::error::{Error, Result};
use crate::group::{
    Bond, Claim, Cluster, Group, Groups, LOWEST_OF_ALL, Link, Lowest, Member, Pair, Tie, choose,
    clusters, part_siblings,
};
use crate::parallel;
use crate::verify::ShingleSet;

/// What is known when the links are verified.
struct Assembly<'a, S: ?Sized> {
    detector: &'a Detector,
    texts: &'a S,
    /// For each position the article whose key comes first among its copies.
    first_copies: Vec<ArticleId>,
    /// In ascending order of positions.
    links: Vec<Link>,
}

pub(super) fn groups<S: TextStore + ?Sized>(detector: &Detector, texts: &S) -> Result<Groups> {
    let mut search = detector.search();
    let mut unread = Vec::new();
    let plan = detector.plan::<Verifier<'_, S>, S>(&mut search, texts, &mut unread);
    let Search {
        leaders,
        report: candidates,
        ..
    } = search;
    let verifier = Verifier {
        detector,
        texts,
        leaders: &leaders,
    };
    let mut links = plan.verify_all(&verifier, &mut unread);
    part_siblings(leaders.len(), &mut links);
    let first_copies: Vec<ArticleId> =
        parallel::map(&leaders, |&leader| detector.catalog.first_copy(leader));

    let by_key = |a: u32, b: u32| -> Ordering {
        let key = |at: u32| &detector.catalog.record(first_copies[at as usize]).key;
        key(a).cmp(key(b))
    };
    let joining: Vec<Link> = links
        .iter()
        .filter(|link| link.found.joins())
        .copied()
        .collect();
    let mut found = clusters(leaders.len(), &joining, detector.settings.linkage, &by_key)?;
    found.extend(copies_without_links(detector, &leaders, &found));

    let assembly = Assembly {
        detector,
        texts,
        first_copies,
        links,
    };
    let mut groups = parallel::map(&found, |cluster| assembly.group(cluster));
    let first_key = |group: &Group| &detector.catalog.record(group.members[0].id).key;
    groups.sort_unstable_by(|a, b| first_key(a).cmp(first_key(b)));

    let mut of_article = vec![None; detector.catalog.ids_end()];
    for (number, group) in (0..).zip(&groups) {
        for member in &group.members {
            of_article[member.id.index()] = Some(number);
        }
    }
    let group_of = |id: ArticleId| of_article[id.index()];
    let between = assembly.links_between(group_of);
    Ok(Groups {
        groups,
        candidates,
        link_count: joining.len(),
        between,
        unread: unread_by_key(detector, &leaders, unread),
        of_article,
    })
}

/// Texts that stand in no cluster but have exact copies.
fn copies_without_links(
    detector: &Detector,
    leaders: &[ArticleId],
    clusters: &[Cluster<u32>],
) -> Vec<Cluster<u32>> {
    let mut clustered = vec![false; leaders.len()];
    for &member in clusters.iter().flat_map(|cluster| &cluster.members) {
        clustered[member as usize] = true;
    }
    let has_copies = |at: u32| {
        detector
            .catalog
            .copies(leaders[at as usize])
            .nth(1)
            .is_some()
    };
    (0..leaders.len() as u32)
        .filter(|&at| !clustered[at as usize] && has_copies(at))
        .map(|centre| Cluster {
            centre,
            members: vec![centre],
        })
        .collect()
}

fn unread_by_key(
    detector: &Detector,
    leaders: &[ArticleId],
    unread: Vec<(u32, Error)>,
) -> Vec<(ArticleId, Error)> {
    let of_leader =
        |(at, error): (u32, Error)| (detector.catalog.first_copy(leaders[at as usize]), error);
    let mut unread: Vec<_> = unread.into_iter().map(of_leader).collect();
    let key = |id: ArticleId| &detector.catalog.record(id).key;
    unread.sort_by(|(a, _), (b, _)| key(*a).cmp(key(*b)));
    unread.dedup_by_key(|&mut (id, _)| id);
    unread
}

impl<S: TextStore + ?Sized> Assembly<'_, S> {
    fn group(&self, cluster: &Cluster<u32>) -> Group {
        let catalog = &self.detector.catalog;
        let mut articles: Vec<(ArticleId, u32)> = cluster
            .members
            .iter()
            .flat_map(|&at| catalog.copies(self.leader(at)).map(move |id| (id, at)))
            .collect();
        articles
            .sort_unstable_by(|(a, _), (b, _)| catalog.record(*a).key.cmp(&catalog.record(*b).key));
        let (kept, kept_by) = self.choose(&articles);
        let (kept_id, kept_at) = articles[kept];
        let tie = |&(id, at): &(ArticleId, u32)| match at {
            _ if id == kept_id => Tie::Kept,
            at if at == kept_at => Tie::ExactCopy,
            at => match self.bond(at, kept_at) {
                Some(bond) if bond.joins() => Tie::Direct(self.detector.between(id, kept_id, bond)),
                _ => Tie::Indirect,
            },
        };
        let members = articles.iter().map(|article| Member {
            id: article.0,
            tie: tie(article),
        });
        Group {
            centre: self.first_copies[cluster.centre as usize],
            kept: kept_id,
            kept_by,
            members: members.collect(),
            links: self.links_within(cluster, &articles),
            lowest: self.lowest(cluster),
        }
    }

    fn leader(&self, at: u32) -> ArticleId {
        // Any copy leads to the others.
        self.first_copies[at as usize]
    }

    fn choose(&self, articles: &[(ArticleId, u32)]) -> (usize, crate::group::KeptBy) {
        let sources = &self.detector.settings.source_priority;
        let claim = |&(id, _): &(ArticleId, u32)| {
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

    /// What was found of two positions, if they are linked.
    fn bond(&self, a: u32, b: u32) -> Option<Bond> {
        let key = (a.min(b), a.max(b));
        let at = self
            .links
            .binary_search_by_key(&key, |link| (link.a, link.b))
            .ok()?;
        let bond = self.links[at].found;
        Some(if a < b { bond } else { bond.reversed() })
    }

    /// The links of a position to later ones.
    fn links_from(&self, at: u32) -> &[Link] {
        let start = self.links.partition_point(|link| link.a < at);
        let end = self.links.partition_point(|link| link.a <= at);
        &self.links[start..end]
    }

    fn inner_links(&self, cluster: &Cluster<u32>) -> impl Iterator<Item = &Link> {
        let within = |link: &&Link| cluster.members.binary_search(&link.b).is_ok();
        cluster
            .members
            .iter()
            .flat_map(move |&at| self.links_from(at).iter().filter(within))
    }

    fn links_within(&self, cluster: &Cluster<u32>, articles: &[(ArticleId, u32)]) -> Vec<Pair> {
        let first = |at: u32| self.first_copies[at as usize];
        let between_texts = self
            .inner_links(cluster)
            .map(|link| self.detector.pair(first(link.a), first(link.b), link.found));
        let between_copies =
            articles
                .iter()
                .filter(|&&(id, at)| id != first(at))
                .map(|&(id, at)| {
                    self.detector
                        .pair(first(at), id, self.detector.bond_of_copies(id))
                });
        let mut links: Vec<Pair> = between_texts.chain(between_copies).collect();
        // The articles stand in the order of their keys, which need not be compared again.
        let mut ranks: Vec<(ArticleId, usize)> = articles.iter().map(|a| a.0).zip(0..).collect();
        ranks.sort_unstable();
        let rank = |id| {
            ranks
                .binary_search_by_key(&id, |&(id, _)| id)
                .map(|at| ranks[at].1)
        };
        links.sort_by_cached_key(|link| (rank(link.a), rank(link.b)));
        links
    }

    fn links_between(&self, group_of: impl Fn(ArticleId) -> Option<u32>) -> Vec<Pair> {
        let first = |at: u32| self.first_copies[at as usize];
        let parted = |link: &&Link| {
            let (a, b) = (group_of(first(link.a)), group_of(first(link.b)));
            a.is_none() || a != b
        };
        let parted = self.links.iter().filter(parted);
        let pair = |link: &Link| self.detector.pair(first(link.a), first(link.b), link.found);
        let mut links: Vec<Pair> = parted.map(pair).collect();
        self.sort_by_keys(&mut links);
        links
    }

    fn sort_by_keys(&self, links: &mut [Pair]) {
        let key = |id: ArticleId| &self.detector.catalog.record(id).key;
        links.sort_unstable_by(|x, y| (key(x.a), key(x.b)).cmp(&(key(y.a), key(y.b))));
    }

    /// Exact where all pairs can be had: those that are not linked are compared now.
    fn lowest(&self, cluster: &Cluster<u32>) -> Lowest {
        let lowest = |found: f64, link: &Link| found.min(link.found.overlap.jaccard());
        let joining = self.inner_links(cluster).filter(|link| link.found.joins());
        let of_links = joining.fold(1.0, lowest);
        let texts = cluster.members.len();
        if texts > LOWEST_OF_ALL {
            return Lowest {
                jaccard: of_links,
                exact: false,
            };
        }
        let linked = self.inner_links(cluster).count();
        if linked == texts * (texts - 1) / 2 {
            return Lowest {
                jaccard: of_links,
                exact: true,
            };
        }
        let mut sets: HashMap<u32, ShingleSet> = HashMap::new();
        for &at in &cluster.members {
            match self.detector.read_shingles(self.leader(at), self.texts) {
                Ok(set) => sets.insert(at, set),
                // It was read a moment ago; without it, the links are what is known.
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
        let jaccard = |(a, b): (u32, u32)| sets[&a].overlap(&sets[&b]).jaccard();
        Lowest {
            jaccard: pairs.map(jaccard).fold(of_links, f64::min),
            exact: true,
        }
    }
}
