//! A queue of positions by growing counts.
//!
//! In: positions, counted one at a time. Out: a position with the highest count, in constant time.

use super::ids::{IndexVec, Number, Position};

/// Counts positions and gives back the position with the highest count.
///
/// A list holds the counted positions, highest count first. `ends` tells where a count ends in the
/// list, so an increment swaps two entries (bucket queue, Batagelj and Zaveršnik 2003). `add` and
/// `take` take constant time.
#[derive(Debug)]
pub(crate) struct Counts {
    /// By position: its count.
    numbers: IndexVec<Position, u32>,
    /// By position: its place in `list`. Meaningful for counted positions only.
    places: IndexVec<Position, u32>,
    /// Counted positions, highest count first.
    list: Vec<Position>,
    /// Where the remaining entries of `list` start.
    start: usize,
    /// `ends[c]`: where the entries of `list` with a count of `c` or more end. A value below
    /// `start` stands for `start`.
    ends: Vec<usize>,
}

impl Counts {
    /// A queue for positions below `positions`, all counts 0.
    pub(crate) fn new(positions: usize) -> Self {
        Self {
            numbers: IndexVec::filled(0, positions),
            places: IndexVec::filled(0, positions),
            list: Vec::new(),
            start: 0,
            ends: vec![0],
        }
    }

    /// Increments the count of `position`, which must not have been taken. Returns whether the
    /// count was 0.
    pub(crate) fn add(&mut self, position: Position) -> bool {
        let count = self.numbers[position] as usize;
        self.numbers[position] += 1;
        if count == 0 {
            self.places[position] = Number::new(self.list.len());
            self.list.push(position);
        }
        if self.ends.len() == count + 1 {
            self.ends.push(0);
        }
        // The first entry with the old count changes places with this one.
        let to = self.ends[count + 1].max(self.start);
        let from = self.places[position].index();
        let other = self.list[to];
        self.list.swap(from, to);
        self.places[other] = Number::new(from);
        self.places[position] = Number::new(to);
        self.ends[count + 1] = to + 1;
        count == 0
    }

    /// Takes a position with the highest count; `None` when no counted position is left.
    pub(crate) fn take(&mut self) -> Option<Position> {
        let position = *self.list.get(self.start)?;
        self.start += 1;
        Some(position)
    }

    /// Resets all counts to 0, in time linear in the counted positions.
    pub(crate) fn clear(&mut self) {
        for &position in &self.list {
            self.numbers[position] = 0;
        }
        self.list.clear();
        self.start = 0;
        self.ends.truncate(1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// 0 to 11 adds, 12 to 14 takes, and above that the queue is cleared.
        #[test]
        fn takes_one_with_the_most(steps in prop::collection::vec(0u32..16, 0..300)) {
            let mut counts = Counts::new(12);
            let mut plain = [0u32; 12];
            let mut taken = [false; 12];
            for step in steps {
                match step {
                    0..12 if !taken[step as usize] => {
                        prop_assert_eq!(counts.add(Position(step)), plain[step as usize] == 0);
                        plain[step as usize] += 1;
                    }
                    0..12 => {}
                    12..15 => {
                        let left = |at: &usize| !taken[*at] && plain[*at] > 0;
                        let most = (0..12).filter(left).map(|at| plain[at]).max();
                        let found = counts.take().map(Number::index);
                        prop_assert_eq!(found.map(|at| plain[at]), most);
                        if let Some(at) = found {
                            prop_assert!(!std::mem::replace(&mut taken[at], true));
                        }
                    }
                    _ => {
                        counts.clear();
                        (plain, taken) = ([0; 12], [false; 12]);
                    }
                }
            }
        }
    }
}
