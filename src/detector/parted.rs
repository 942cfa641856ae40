//! Which links are within a cluster, and which are not.
//!
//! In: clusters of positions, and links. Out: the links of each cluster, those of none, and where
//! each position stands in its cluster. All in linear time.

use crate::group::{Cluster, Link};

/// In no cluster.
const NONE: u32 = u32::MAX;

/// Links by cluster, by their numbers, each list in ascending order.
pub(super) struct Parted {
    /// By position, its place among the members of its cluster.
    places: Vec<u32>,
    /// By cluster; in the end those of none.
    numbers: Vec<usize>,
    /// Of each cluster in `numbers`.
    ends: Vec<usize>,
}

impl Parted {
    pub(super) fn new(positions: usize, clusters: &[Cluster<u32>], links: &[Link]) -> Self {
        let mut cluster_of = vec![NONE; positions];
        let mut places = vec![NONE; positions];
        for (number, cluster) in (0..).zip(clusters) {
            for (place, &member) in (0..).zip(&cluster.members) {
                cluster_of[member as usize] = number;
                places[member as usize] = place;
            }
        }
        // What is in no cluster, or in two, counts as of one more.
        let none = clusters.len();
        let cluster = |link: &Link| match [link.a, link.b].map(|at| cluster_of[at as usize]) {
            [a, b] if a == b && a != NONE => a as usize,
            _ => none,
        };
        let mut ends = vec![0; clusters.len() + 2];
        for link in links {
            ends[cluster(link) + 1] += 1;
        }
        for at in 0..=none {
            ends[at + 1] += ends[at];
        }
        let mut numbers = vec![0; links.len()];
        for (number, link) in links.iter().enumerate() {
            let end = &mut ends[cluster(link)];
            numbers[*end] = number;
            *end += 1;
        }
        ends.truncate(none);
        Self {
            places,
            numbers,
            ends,
        }
    }

    /// Where a position that is in a cluster stands among its members.
    pub(super) fn place(&self, position: u32) -> usize {
        self.places[position as usize] as usize
    }

    /// The links within a cluster.
    pub(super) fn within(&self, cluster: usize) -> &[usize] {
        let start = cluster.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.numbers[start..self.ends[cluster]]
    }

    /// The links that are within none.
    pub(super) fn between(&self) -> &[usize] {
        &self.numbers[self.ends.last().copied().unwrap_or(0)..]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::group::Bond;
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
            let found = Bond::exact(Overlap::default(), false);
            let links: Vec<Link> = pairs.iter().map(|&(a, b)| Verified { a, b, found }).collect();
            let parted = Parted::new(20, &clusters, &links);
            let mut rest: Vec<usize> = (0..links.len()).collect();
            for (number, cluster) in clusters.iter().enumerate() {
                let is_within = |number: &usize| {
                    let Link { a, b, .. } = links[*number];
                    cluster.members.contains(&a) && cluster.members.contains(&b)
                };
                let within: Vec<usize> = (0..links.len()).filter(is_within).collect();
                prop_assert_eq!(parted.within(number), &*within);
                rest.retain(|number| !within.contains(number));
                for (place, &member) in cluster.members.iter().enumerate() {
                    prop_assert_eq!(parted.place(member), place);
                }
            }
            prop_assert_eq!(parted.between(), &*rest);
        }
    }
}
