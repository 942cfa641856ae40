//! Links by cluster.
//!
//! In: clusters of positions, and links. Out: the links within a cluster, the links within none,
//! and a position's place in its cluster. Linear time.

use crate::group::{Cluster, Link};
use crate::kit::ids::{self, ClusterNumber, ClusterPlace, IndexVec, LinkNumber, Number, Position};
use crate::kit::scatter::Buckets;

/// The cluster of a position that is in no cluster.
const NO_CLUSTER: ClusterNumber = ClusterNumber(u32::MAX);
/// The place of a position that is in no cluster.
const NO_PLACE: ClusterPlace = ClusterPlace(u32::MAX);

/// Links by cluster, as ascending link numbers.
pub(super) struct LinksByCluster {
    /// By position: the place among the members of the cluster.
    places: IndexVec<Position, ClusterPlace>,
    /// By cluster; the last bucket holds the links that are within no cluster.
    numbers: Buckets<LinkNumber>,
}

impl LinksByCluster {
    pub(super) fn new(
        positions: usize,
        clusters: &[Cluster<Position>],
        links: &IndexVec<LinkNumber, Link>,
    ) -> Self {
        let mut cluster_of = IndexVec::filled(NO_CLUSTER, positions);
        let mut places = IndexVec::filled(NO_PLACE, positions);
        for (number, cluster) in ids::below(clusters.len()).zip(clusters) {
            for (place, &member) in ids::below(cluster.members.len()).zip(&cluster.members) {
                cluster_of[member] = number;
                places[member] = place;
            }
        }
        let none = clusters.len();
        let cluster = |link: &Link| match [link.a, link.b].map(|at| cluster_of[at]) {
            [a, b] if a == b && a != NO_CLUSTER => a.index(),
            _ => none,
        };
        let entries = ids::below(links.len()).zip(links.iter());
        let entries = entries.map(|(number, link)| (cluster(link), number));
        Self {
            places,
            numbers: Buckets::of(none + 1, entries),
        }
    }

    /// The place of a position among the members of the cluster.
    pub(super) fn place(&self, position: Position) -> ClusterPlace {
        self.places[position]
    }

    /// The numbers of the links within a cluster.
    pub(super) fn within(&self, cluster: ClusterNumber) -> &[LinkNumber] {
        self.numbers.get(cluster.index())
    }

    /// The numbers of the links within no cluster.
    pub(super) fn between(&self) -> &[LinkNumber] {
        self.numbers.get(self.numbers.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::group::PairResult;
    use crate::verify::Overlap;

    proptest! {
        /// Position `at` is in cluster `of[at]`, or in none if that is 0.
        #[test]
        fn as_looking_for_both_ends_would(
            of in prop::collection::vec(0usize..5, 20),
            pairs in prop::collection::btree_set((0u32..20, 0u32..20), 0..80),
        ) {
            let members = |cluster: usize| -> Vec<Position> {
                ids::below(20).filter(|at: &Position| of[at.index()] == cluster).collect()
            };
            let clusters: Vec<Cluster<Position>> = (1..5)
                .map(members)
                .filter(|members| !members.is_empty())
                .map(|members| Cluster { centre: members[0], members })
                .collect();
            let found = PairResult::of_overlap(Overlap::default());
            let link = |&(a, b): &(u32, u32)| Link { a: Position(a), b: Position(b), found };
            let links: IndexVec<LinkNumber, Link> = pairs.iter().map(link).collect();
            let by_cluster = LinksByCluster::new(20, &clusters, &links);
            let mut rest: Vec<LinkNumber> = ids::below(links.len()).collect();
            for (number, cluster) in ids::below(clusters.len()).zip(&clusters) {
                let is_within = |number: &LinkNumber| {
                    let Link { a, b, .. } = links[*number];
                    cluster.members.contains(&a) && cluster.members.contains(&b)
                };
                let within: Vec<LinkNumber> = ids::below(links.len()).filter(is_within).collect();
                prop_assert_eq!(by_cluster.within(number), &*within);
                rest.retain(|number| !within.contains(number));
                for (place, &member) in ids::below(cluster.members.len()).zip(&cluster.members) {
                    prop_assert_eq!(by_cluster.place(member), place);
                }
            }
            prop_assert_eq!(by_cluster.between(), &*rest);
        }
    }
}
