//! Sets that are joined, never parted (Galler and Fischer 1964; Tarjan 1975).
//!
//! In: pairs of positions that belong together. Out: the smallest position in a set, independent of
//! the order of joins.

use super::ids::{self, IndexVec, Number};

/// Disjoint sets of the positions below a bound.
#[derive(Clone, Debug)]
pub(crate) struct UnionFind<N> {
    parents: IndexVec<N, N>,
}

impl<N: Number> UnionFind<N> {
    /// Puts every position into a separate set.
    pub(crate) fn new(positions: usize) -> Self {
        Self {
            parents: ids::below(positions).collect(),
        }
    }

    /// The smallest position in the set of `at`. Halves the path (van Leeuwen and van der Weide
    /// 1977).
    pub(crate) fn root(&mut self, mut at: N) -> N {
        loop {
            let parent = self.parents[at];
            let above = self.parents[parent];
            if parent == above {
                return parent;
            }
            self.parents[at] = above;
            at = above;
        }
    }

    pub(crate) fn join(&mut self, a: N, b: N) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}
