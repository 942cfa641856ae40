//! Longest increasing subsequences.
//!
//! In: numbers in any order. Out: the length of a longest ascending subsequence, or the
//! subsequence.

/// The length of a longest strictly increasing subsequence, in time `n log n` (Fredman 1975).
/// `tails` is scratch space.
pub(crate) fn length(numbers: impl Iterator<Item = u32>, tails: &mut Vec<u32>) -> usize {
    tails.clear();
    for number in numbers {
        let at = tails.partition_point(|&tail| tail < number);
        if at == tails.len() {
            tails.push(number);
        } else {
            tails[at] = number;
        }
    }
    tails.len()
}

/// Scratch space for [`longest`].
#[derive(Debug, Default)]
pub(crate) struct IncreasingScratch {
    /// `tails[l]`: where the best subsequence with length `l + 1` ends so far.
    tails: Vec<u32>,
    /// By place: the preceding place in the subsequence, or [`NO_PLACE`].
    before: Vec<u32>,
}

/// Marks the start of a subsequence.
const NO_PLACE: u32 = u32::MAX;

/// Writes the items of a longest subsequence whose `number`s strictly increase to `found`, in time
/// `n log n`; nearly linear where most numbers exceed every earlier number.
pub(crate) fn longest<T: Copy>(
    items: &[T],
    number: impl Fn(&T) -> u32,
    scratch: &mut IncreasingScratch,
    found: &mut Vec<T>,
) {
    let IncreasingScratch { tails, before } = scratch;
    tails.clear();
    before.clear();
    for (at, item) in (0..).zip(items) {
        let number_here = number(item);
        let is_before = |&tail: &u32| number(&items[tail as usize]) < number_here;
        // In near-copies nearly every number is the highest so far.
        let place = match tails.last() {
            Some(last) if !is_before(last) => tails.partition_point(is_before),
            _ => tails.len(),
        };
        before.push(place.checked_sub(1).map_or(NO_PLACE, |place| tails[place]));
        if place == tails.len() {
            tails.push(at);
        } else {
            tails[place] = at;
        }
    }
    found.clear();
    let mut at = tails.last().copied().unwrap_or(NO_PLACE);
    while at != NO_PLACE {
        found.push(items[at as usize]);
        at = before[at as usize];
    }
    found.reverse();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Tries every subsequence.
    fn plain_length(numbers: &[u32]) -> usize {
        let mut lengths = vec![0; numbers.len()];
        for at in 0..numbers.len() {
            let before = (0..at).filter(|&before| numbers[before] < numbers[at]);
            lengths[at] = 1 + before.map(|before| lengths[before]).max().unwrap_or(0);
        }
        lengths.into_iter().max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn as_long_as_the_longest_of_all(numbers in prop::collection::vec(0u32..40, 0..60)) {
            let expected = plain_length(&numbers);
            prop_assert_eq!(length(numbers.iter().copied(), &mut Vec::new()), expected);
            let mut found = Vec::new();
            longest(&numbers, |&number| number, &mut IncreasingScratch::default(), &mut found);
            prop_assert_eq!(found.len(), expected);
            prop_assert!(found.is_sorted_by(|a, b| a < b));
        }
    }
}
