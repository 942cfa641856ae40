//! Adjacency lists of an undirected graph.
//!
//! In: pairs of positions with values. Out: a position's neighbours and values, in the order of the
//! pairs, in two flat arrays.

use super::ids::{Number, Position};
use super::scatter::Buckets;

/// Neighbours by position.
pub(crate) struct Neighbours<T>(Buckets<(Position, T)>);

impl<T: Copy + Default> Neighbours<T> {
    /// The graph of `pairs` over the positions below `positions`. `pairs` is run twice.
    pub(crate) fn of(
        positions: usize,
        pairs: impl Iterator<Item = (Position, Position, T)> + Clone,
    ) -> Self {
        let both_ways = |(a, b, value): (Position, Position, T)| {
            [(a.index(), (b, value)), (b.index(), (a, value))]
        };
        Self(Buckets::of(positions, pairs.flat_map(both_ways)))
    }

    /// The number of positions.
    pub(crate) fn positions(&self) -> usize {
        self.0.len()
    }

    /// A position's neighbours with the pairs' values.
    pub(crate) fn of_position(&self, at: Position) -> &[(Position, T)] {
        self.0.get(at.index())
    }
}
