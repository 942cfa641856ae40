//! From verified links to a partition.
//!
//! In: a number of positions, links between positions, and an order that breaks ties. Out: clusters
//! with two positions or more.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::Link;
use super::star::Stars;
use crate::error::{Error, ErrorKind, Result};
use crate::kit::ids::Position;
use crate::kit::neighbours::Neighbours;
use crate::kit::union_find::UnionFind;

/// How links form groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Linkage {
    /// Stars (Aslam, Pelekhov and Rus 2004). Articles with more links are taken earlier. A free
    /// article forms a group with its free neighbours. No article joins through a third one. Exact
    /// copies count as one article.
    ///
    /// In [`Mode::Recycled`](crate::Mode::Recycled), an article stays out of a group if more than one
    /// in three of its links to members are template links.
    #[default]
    Star,
    /// Connected components: all articles reachable over links. The ends of a long chain may have
    /// nothing in common.
    Connected,
    /// Sets of articles in which every pair is linked. Repeatedly joins the two groups whose least
    /// similar pair is most similar (Sørensen 1948), while that pair is linked.
    Complete,
}

/// The largest component, in articles, that complete linkage accepts. Chosen by hand: the time is
/// cubic in the component.
const COMPLETE_AT_MOST: usize = 1024;

/// Articles, or positions, that form a group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Cluster<T> {
    /// The member with the most links to other members. Under [`Linkage::Star`] every member is
    /// linked to it.
    pub centre: T,
    /// All members, the centre included, in ascending order.
    pub members: Vec<T>,
}

/// Clusters with two positions or more, in order of their centres.
///
/// `links` may hold template links: they join nothing, but keep articles out of one star. `before`
/// orders two positions and breaks ties. It must not depend on how positions are numbered.
pub(crate) fn clusters(
    positions: usize,
    links: &[Link],
    linkage: Linkage,
    before: &dyn Fn(Position, Position) -> Ordering,
) -> Result<Vec<Cluster<Position>>> {
    let joining = || links.iter().filter(|link| link.found.joins());
    let scored = joining().map(|link| (link.a, link.b, link.found.score()));
    let neighbours = Neighbours::of(positions, scored);
    let mut clusters: Vec<Cluster<Position>> = match linkage {
        Linkage::Star => {
            let of_template = links.iter().filter(|link| link.found.is_template());
            let of_template = of_template.map(|link| (link.a, link.b, ()));
            let siblings = Neighbours::of(positions, of_template);
            Stars::new(&neighbours, &siblings, before).all()
        }
        Linkage::Connected => components(positions, joining())
            .into_iter()
            .map(|members| Cluster {
                centre: most_linked(&members, &neighbours, before),
                members,
            })
            .collect(),
        Linkage::Complete => {
            let mut found = Vec::new();
            for members in components(positions, joining()) {
                for members in complete(&members, &neighbours, before)? {
                    let centre = most_linked(&members, &neighbours, before);
                    found.push(Cluster { centre, members });
                }
            }
            found
        }
    };
    clusters.sort_unstable_by_key(|cluster| cluster.centre);
    Ok(clusters)
}

/// Connected components with two positions or more, as ascending positions.
fn components<'a>(
    positions: usize,
    links: impl Iterator<Item = &'a Link> + Clone,
) -> Vec<Vec<Position>> {
    let mut sets = UnionFind::new(positions);
    for link in links.clone() {
        sets.join(link.a, link.b);
    }
    let mut linked: Vec<Position> = links.flat_map(|link| [link.a, link.b]).collect();
    linked.sort_unstable();
    linked.dedup();
    let mut rooted: Vec<(Position, Position)> =
        linked.into_iter().map(|at| (sets.root(at), at)).collect();
    rooted.sort_unstable();
    let component = |set: &[(Position, Position)]| set.iter().map(|&(_, at)| at).collect();
    rooted.chunk_by(|a, b| a.0 == b.0).map(component).collect()
}

/// The member with the most links to other members; ties are broken by `before`.
fn most_linked(
    members: &[Position],
    neighbours: &Neighbours<f64>,
    before: &dyn Fn(Position, Position) -> Ordering,
) -> Position {
    let links = |at: Position| {
        let others = neighbours.of_position(at).iter();
        others
            .filter(|(other, _)| members.binary_search(other).is_ok())
            .count()
    };
    let counted = members.iter().map(|&at| (links(at), at));
    counted
        .min_by(|&(links_a, a), &(links_b, b)| links_b.cmp(&links_a).then_with(|| before(a, b)))
        .expect("a cluster has members")
        .1
}

/// Complete linkage within one component: cubic in its size.
fn complete(
    component: &[Position],
    neighbours: &Neighbours<f64>,
    before: &dyn Fn(Position, Position) -> Ordering,
) -> Result<Vec<Vec<Position>>> {
    let len = component.len();
    if len > COMPLETE_AT_MOST {
        return Err(Error::new(
            ErrorKind::TooCostly,
            format!(
                "complete linkage of {len} connected articles would take too long (the limit is \
                 {COMPLETE_AT_MOST}); raise the threshold, or use star linkage"
            ),
        ));
    }
    // 1. Number the members in the order that breaks ties.
    let mut order = component.to_vec();
    order.sort_unstable_by(|&a, &b| before(a, b));
    let place: HashMap<Position, usize> =
        order.iter().enumerate().map(|(at, &p)| (p, at)).collect();
    // 2. For each pair of sets, the similarity of the least similar pair of members; 0 if a pair is
    // not linked.
    let mut least = vec![0.0; len * len];
    for (at, &position) in order.iter().enumerate() {
        for (other, jaccard) in neighbours.of_position(position) {
            least[at * len + place[other]] = *jaccard;
        }
    }
    let mut sets: Vec<Vec<Position>> = order.iter().map(|&position| vec![position]).collect();
    let nearest = |least: &[f64], sets: &[Vec<Position>], at: usize| {
        let live = (0..len).filter(|&to| to != at && !sets[to].is_empty());
        // The first of equals, in the order that breaks ties.
        live.map(|to| (least[at * len + to], to))
            .fold(
                (0.0, at),
                |best, next| {
                    if next.0 > best.0 { next } else { best }
                },
            )
    };
    // 3. Keep each set's nearest set. Join the nearest two sets until no linked pair of sets is
    // left.
    let mut best: Vec<(f64, usize)> = (0..len).map(|at| nearest(&least, &sets, at)).collect();
    loop {
        let (mut from, mut similarity) = (0, 0.0);
        for at in (0..len).filter(|&at| !sets[at].is_empty()) {
            if best[at].0 > similarity {
                (from, similarity) = (at, best[at].0);
            }
        }
        if similarity == 0.0 {
            break;
        }
        let (keep, gone) = (from.min(best[from].1), from.max(best[from].1));
        let joined = std::mem::take(&mut sets[gone]);
        sets[keep].extend(joined);
        // The joined set is as similar to another as the less similar of its halves.
        for to in 0..len {
            let both = f64::min(least[keep * len + to], least[gone * len + to]);
            least[keep * len + to] = both;
            least[to * len + keep] = both;
        }
        // Find the nearest set anew where it was one of the two joined sets.
        for at in (0..len).filter(|&at| !sets[at].is_empty()) {
            if at == keep || best[at].1 == keep || best[at].1 == gone {
                best[at] = nearest(&least, &sets, at);
            }
        }
    }
    let mut found: Vec<Vec<Position>> = sets.into_iter().filter(|set| set.len() > 1).collect();
    for set in &mut found {
        set.sort_unstable();
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::group::PairResult;
    use crate::kit::ids::Number;
    use crate::verify::Overlap;

    fn link(a: u32, b: u32, percent: u32) -> Link {
        // Sizes for which the Jaccard similarity is `percent` of 100.
        Link {
            a: Position(a),
            b: Position(b),
            found: PairResult {
                overlap: Overlap {
                    a: 100,
                    b: percent,
                    shared: percent,
                },
                summary: None,
            },
        }
    }

    fn members(links: &[Link], linkage: Linkage) -> Vec<Vec<u32>> {
        let found = clusters(8, links, linkage, &|a, b| a.cmp(&b)).unwrap();
        let numbers = |cluster: Cluster<Position>| cluster.members.iter().map(|at| at.0).collect();
        found.into_iter().map(numbers).collect()
    }

    #[test]
    fn a_chain_by_each_linkage() {
        let chain = [
            link(0, 1, 90),
            link(1, 2, 80),
            link(2, 3, 85),
            link(3, 4, 90),
        ];
        assert_eq!(members(&chain, Linkage::Connected), [[0, 1, 2, 3, 4]]);
        assert_eq!(members(&chain, Linkage::Star), [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(members(&chain, Linkage::Complete), [vec![0, 1], vec![3, 4]]);
    }

    #[test]
    fn complete_linkage_refuses_what_it_cannot_afford() {
        let links: Vec<Link> = (1..2000).map(|at| link(at - 1, at, 90)).collect();
        let error = clusters(2000, &links, Linkage::Complete, &|a, b| a.cmp(&b)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooCostly);
    }

    /// Merges by looking at every pair of sets anew.
    fn complete_plain(positions: u32, links: &[Link]) -> Vec<Vec<u32>> {
        let similarity = |a: u32, b: u32| {
            let found = links
                .iter()
                .find(|link| (link.a.0, link.b.0) == (a.min(b), a.max(b)));
            found.map_or(0.0, |link| link.found.score())
        };
        let mut sets: Vec<Vec<u32>> = (0..positions).map(|at| vec![at]).collect();
        loop {
            let mut best = (0.0, 0, 0);
            for a in 0..sets.len() {
                for b in a + 1..sets.len() {
                    let pairs = sets[a]
                        .iter()
                        .flat_map(|&x| sets[b].iter().map(move |&y| (x, y)));
                    let least = pairs
                        .map(|(x, y)| similarity(x, y))
                        .fold(f64::INFINITY, f64::min);
                    if least > best.0 {
                        best = (least, a, b);
                    }
                }
            }
            if best.0 == 0.0 {
                break;
            }
            let gone = sets.remove(best.2);
            sets[best.1].extend(gone);
        }
        sets.retain(|set| set.len() > 1);
        for set in &mut sets {
            set.sort_unstable();
        }
        sets.sort();
        sets
    }

    proptest! {
        #[test]
        fn every_linkage_keeps_its_law(
            edges in prop::collection::btree_map((0u32..8, 0u32..8), 50u32..100, 0..24),
        ) {
            let links: Vec<Link> =
                edges.iter().filter(|((a, b), _)| a < b).map(|(&(a, b), &j)| link(a, b, j)).collect();
            let linked = |a: Position, b: Position| {
                links.iter().any(|link| (link.a, link.b) == (a.min(b), a.max(b)))
            };
            for linkage in [Linkage::Star, Linkage::Connected, Linkage::Complete] {
                let found = clusters(8, &links, linkage, &|a, b| a.cmp(&b)).unwrap();
                let mut seen = [false; 8];
                for cluster in &found {
                    prop_assert!(cluster.members.len() > 1);
                    prop_assert!(cluster.members.contains(&cluster.centre));
                    for &member in &cluster.members {
                        prop_assert!(!std::mem::replace(&mut seen[member.index()], true));
                        if linkage == Linkage::Star && member != cluster.centre {
                            prop_assert!(linked(member, cluster.centre));
                        }
                    }
                }
                for link in &links {
                    let together = found.iter().any(|cluster| {
                        cluster.members.contains(&link.a) && cluster.members.contains(&link.b)
                    });
                    prop_assert!(linkage != Linkage::Connected || together);
                }
            }
            // Where similarities are equal, the merge order decides; make them all different.
            let distinct: Vec<Link> = links
                .iter()
                .zip(40u32..)
                .map(|(l, j)| link(l.a.0, l.b.0, j))
                .collect();
            let mut found: Vec<_> = members(&distinct, Linkage::Complete);
            found.sort();
            prop_assert_eq!(found, complete_plain(8, &distinct));
        }
    }
}
