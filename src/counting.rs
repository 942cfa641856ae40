//! Order by counting.
//!
//! In: items with two small numbers each. Out: their order by these, without comparing any two.

/// Where so many numbers are possible for each item, comparing items is cheaper than counting.
const SPARSE: usize = 16;

/// The places of `items`, fewer than 2^32, in ascending order of two numbers of each, both below
/// `bound`; equals in the order in which they stand. In linear time (Seward 1954), but for items that
/// are few beside `bound`.
pub(crate) fn order<T>(items: &[T], bound: usize, numbers: impl Fn(&T) -> (u32, u32)) -> Vec<u32> {
    let places = 0..u32::try_from(items.len()).expect("fewer than 2^32 items");
    let numbers = |place: u32| numbers(&items[place as usize]);
    if items.len() < bound / SPARSE {
        let mut order: Vec<u32> = places.collect();
        order.sort_by_key(|&place| numbers(place));
        return order;
    }
    let by_second = scattered(places, bound, |place| numbers(place).1);
    scattered(by_second.iter().copied(), bound, |place| numbers(place).0)
}

fn scattered(
    places: impl ExactSizeIterator<Item = u32> + Clone,
    bound: usize,
    number: impl Fn(u32) -> u32,
) -> Vec<u32> {
    let mut next = vec![0u32; bound + 1];
    for place in places.clone() {
        next[number(place) as usize + 1] += 1;
    }
    for at in 0..bound {
        next[at + 1] += next[at];
    }
    let mut order = vec![0; places.len()];
    for place in places {
        let next = &mut next[number(place) as usize];
        order[*next as usize] = place;
        *next += 1;
    }
    order
}

/// Positions by a count of each that grows by one at a time; gives back one with the most.
///
/// They stand in one list by their counts, the most first, and where each count ends is known: to
/// count one more is to exchange two (Batagelj and Zaveršnik 2003).
#[derive(Debug)]
pub(crate) struct Counts {
    /// By position.
    numbers: Vec<u32>,
    /// By position, where it stands in the list, if it was counted.
    places: Vec<u32>,
    list: Vec<u32>,
    /// What stands before it in the list was taken.
    start: usize,
    /// For each count, where those end that have it or more; no less than `start` is meant.
    ends: Vec<usize>,
}

impl Counts {
    /// None counted yet of so many positions.
    pub(crate) fn new(positions: usize) -> Self {
        Self {
            numbers: vec![0; positions],
            places: vec![0; positions],
            list: Vec::new(),
            start: 0,
            ends: vec![0],
        }
    }

    /// Counts a position that was not taken; says whether for the first time.
    pub(crate) fn add(&mut self, position: u32) -> bool {
        let count = self.numbers[position as usize] as usize;
        self.numbers[position as usize] += 1;
        if count == 0 {
            self.places[position as usize] = self.list.len() as u32;
            self.list.push(position);
        }
        if self.ends.len() == count + 1 {
            self.ends.push(0);
        }
        // The first of those with the old count gives its place.
        let to = self.ends[count + 1].max(self.start);
        let from = self.places[position as usize] as usize;
        let other = self.list[to];
        self.list.swap(from, to);
        self.places[other as usize] = from as u32;
        self.places[position as usize] = to as u32;
        self.ends[count + 1] = to + 1;
        count == 0
    }

    /// Takes a position with the most.
    pub(crate) fn take(&mut self) -> Option<u32> {
        let position = *self.list.get(self.start)?;
        self.start += 1;
        Some(position)
    }

    /// Forgets what was counted.
    pub(crate) fn clear(&mut self) {
        for &position in &self.list {
            self.numbers[position as usize] = 0;
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
        #[test]
        fn orders_as_sorting_does(
            items in prop::collection::vec((0u32..30, 0u32..30), 0..200),
            bound in prop_oneof![Just(30usize), Just(5000)],
        ) {
            let found: Vec<_> = order(&items, bound, |&item| item);
            let mut expected: Vec<u32> = (0..items.len() as u32).collect();
            expected.sort_by_key(|&place| items[place as usize]);
            prop_assert_eq!(found, expected);
        }

        /// 0 to 11 counts one more, above it one is taken, above 14 all is forgotten.
        #[test]
        fn takes_one_with_the_most(steps in prop::collection::vec(0u32..16, 0..300)) {
            let mut counts = Counts::new(12);
            let mut plain = [0u32; 12];
            let mut taken = [false; 12];
            for step in steps {
                match step {
                    0..12 if !taken[step as usize] => {
                        prop_assert_eq!(counts.add(step), plain[step as usize] == 0);
                        plain[step as usize] += 1;
                    }
                    0..12 => {}
                    12..15 => {
                        let left = |at: &usize| !taken[*at] && plain[*at] > 0;
                        let most = (0..12).filter(left).map(|at| plain[at]).max();
                        let found = counts.take().map(|at| at as usize);
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
