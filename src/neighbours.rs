//! What each position is paired with.
//!
//! In: pairs of positions, each with a value. Out: for each position the others, in the order of the
//! pairs, in two arrays for all of them.

/// Pairs by position.
pub(crate) struct Neighbours<T> {
    starts: Vec<usize>,
    others: Vec<(u32, T)>,
}

impl<T: Copy + Default> Neighbours<T> {
    /// Of so many positions. The pairs are gone over twice.
    pub(crate) fn of(positions: usize, pairs: impl Iterator<Item = (u32, u32, T)> + Clone) -> Self {
        let mut starts = vec![0; positions + 1];
        for end in pairs.clone().flat_map(|(a, b, _)| [a, b]) {
            starts[end as usize + 1] += 1;
        }
        for at in 0..positions {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut others = vec![(0, T::default()); starts[positions]];
        for (a, b, value) in pairs {
            for (from, to) in [(a, b), (b, a)] {
                others[next[from as usize]] = (to, value);
                next[from as usize] += 1;
            }
        }
        Self { starts, others }
    }

    /// How many positions there are.
    pub(crate) fn positions(&self) -> usize {
        self.starts.len() - 1
    }

    /// The others of a position.
    pub(crate) fn of_position(&self, at: u32) -> &[(u32, T)] {
        &self.others[self.starts[at as usize]..self.starts[at as usize + 1]]
    }
}
