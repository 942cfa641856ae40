//! Sets that are joined, never parted (Galler and Fischer 1964; Tarjan 1975).
//!
//! In: pairs of positions that belong together. Out: the smallest position of each set, whatever
//! the order in which they were joined.

/// Disjoint sets of the positions below a bound.
#[derive(Clone, Debug)]
pub(crate) struct UnionFind {
    parents: Vec<u32>,
}

impl UnionFind {
    /// Each position in a set of its own.
    pub(crate) fn new(positions: usize) -> Self {
        Self {
            parents: (0..positions as u32).collect(),
        }
    }

    /// The smallest position of the set. Halves the path to it (van Leeuwen and van der Weide).
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
