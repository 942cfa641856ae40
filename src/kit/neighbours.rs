//! Adjacency lists of an undirected graph.
//!
//! In: pairs of positions with values. Out: a position's neighbours and values, in the order of the
//! pairs, in two flat arrays.

use super::scatter::Buckets;

/// Neighbours by position.
pub(crate) struct Neighbours<T>(Buckets<(u32, T)>);

impl<T: Copy + Default> Neighbours<T> {
    /// The graph of `pairs` over the positions below `positions`. `pairs` is run twice.
    pub(crate) fn of(positions: usize, pairs: impl Iterator<Item = (u32, u32, T)> + Clone) -> Self {
        let both_ways = |(a, b, value)| [(a as usize, (b, value)), (b as usize, (a, value))];
        Self(Buckets::of(positions, pairs.flat_map(both_ways)))
    }

    /// The number of positions.
    pub(crate) fn positions(&self) -> usize {
        self.0.len()
    }

    /// A position's neighbours with the pairs' values.
    pub(crate) fn of_position(&self, at: u32) -> &[(u32, T)] {
        self.0.get(at as usize)
    }
}
