//! Sets that are joined, never parted (Galler and Fischer 1964; Tarjan 1975).
//!
//! In: pairs of positions that belong together. Out: the smallest position in a set, independent of
//! the order of joins.

/// Disjoint sets of the positions below a bound.
#[derive(Clone, Debug)]
pub(crate) struct UnionFind {
    parents: Vec<u32>,
}

impl UnionFind {
    /// Puts every position into a separate set.
    pub(crate) fn new(positions: usize) -> Self {
        Self {
            parents: (0..positions as u32).collect(),
        }
    }

    /// The smallest position in the set of `at`. Halves the path (van Leeuwen and van der Weide
    /// 1977).
    pub(crate) fn root(&mut self, mut at: u32) -> u32 {
        loop {
            let parent = self.parents[at as usize];
            let above = self.parents[parent as usize];
            if parent == above {
                return parent;
            }
            self.parents[at as usize] = above;
            at = above;
        }
    }

    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }
}
