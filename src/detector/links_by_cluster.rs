//! Links by cluster.
//!
//! In: clusters of positions, and links. Out: the links within a cluster, the links within none,
//! and a position's place in its cluster. Linear time.

use crate::group::{Cluster, Link};
use crate::kit::scatter::Buckets;

/// The cluster, or the place, of a position that is in no cluster.
const NONE: u32 = u32::MAX;

/// Links by cluster, as ascending link numbers.
pub(super) struct LinksByCluster {
    /// By position: the place among the members of the cluster.
    places: Vec<u32>,
    /// By cluster; the last bucket holds the links that are within no cluster.
    numbers: Buckets<usize>,
}

impl LinksByCluster {
    pub(super) fn new(positions: usize, clusters: &[Cluster<u32>], links: &[Link]) -> Self {
        let mut cluster_of = vec![NONE; positions];
        let mut places = vec![NONE; positions];
        for (number, cluster) in (0..).zip(clusters) {
            for (place, &member) in (0..).zip(&cluster.members) {
                cluster_of[member as usize] = number;
                places[member as usize] = place;
            }
        }
        let none = clusters.len();
        let cluster = |link: &Link| match [link.a, link.b].map(|at| cluster_of[at as usize]) {
            [a, b] if a == b && a != NONE => a as usize,
            _ => none,
        };
        let entries = links.iter().enumerate();
        let entries = entries.map(|(number, link)| (cluster(link), number));
        Self {
            places,
            numbers: Buckets::of(none + 1, entries),
        }
    }

    /// The place of a position among the members of the cluster.
    pub(super) fn place(&self, position: u32) -> usize {
        self.places[position as usize] as usize
    }

    /// The numbers of the links within a cluster.
    pub(super) fn within(&self, cluster: usize) -> &[usize] {
        self.numbers.get(cluster)
    }

    /// The numbers of the links within no cluster.
    pub(super) fn between(&self) -> &[usize] {
        self.numbers.get(self.numbers.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::group::PairResult;
    use crate::verify::{Overlap, Verified};

    proptest! {
        /// Position `at` is in cluster `of[at]`, or in none if that is 0.
        #[test]
        fn as_looking_for_both_ends_would(
            of in prop::collection::vec(0usize..5, 20),
            pairs in prop::collection::btree_set((0u32..20, 0u32..20), 0..80),
        ) {
            let members = |cluster: usize| -> Vec<u32> {
                (0..20).filter(|&at| of[at as usize] == cluster).collect()
            };
            let clusters: Vec<Cluster<u32>> = (1..5)
                .map(members)
                .filter(|members| !members.is_empty())
                .map(|members| Cluster { centre: members[0], members })
                .collect();
            let found = PairResult::of_overlap(Overlap::default());
            let links: Vec<Link> = pairs.iter().map(|&(a, b)| Verified { a, b, found }).collect();
            let by_cluster = LinksByCluster::new(20, &clusters, &links);
            let mut rest: Vec<usize> = (0..links.len()).collect();
            for (number, cluster) in clusters.iter().enumerate() {
                let is_within = |number: &usize| {
                    let Link { a, b, .. } = links[*number];
                    cluster.members.contains(&a) && cluster.members.contains(&b)
                };
                let within: Vec<usize> = (0..links.len()).filter(is_within).collect();
                prop_assert_eq!(by_cluster.within(number), &*within);
                rest.retain(|number| !within.contains(number));
                for (place, &member) in cluster.members.iter().enumerate() {
                    prop_assert_eq!(by_cluster.place(member), place);
                }
            }
            prop_assert_eq!(by_cluster.between(), &*rest);
        }
    }
}
