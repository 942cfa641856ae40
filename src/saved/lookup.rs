//! Places guessed in a sorted run.
//!
//! In: a run of entries in order, and where an entry is likely to stand. Out: the first entry that is
//! not below it, after a look at few entries.

use std::ops::Range;

use crate::error::Result;

/// The number of the first entry of `run` that is not below the one that is looked for.
///
/// Hashes are spread evenly, so the place is guessed, and searched for in steps from the guess on,
/// the first of them `step` entries long: a page or two are read. Where hashes are not spread evenly,
/// the search takes the logarithm of the entries.
pub(super) fn first_from(
    run: Range<u64>,
    guess: u64,
    mut step: u64,
    mut is_below: impl FnMut(u64) -> Result<bool>,
) -> Result<u64> {
    let Range {
        start: mut low,
        end: mut high,
    } = run;
    let mut probe = guess;
    while low < high {
        let at = probe.clamp(low, high - 1);
        if is_below(at)? {
            low = at + 1;
            probe = at.saturating_add(step);
        } else {
            high = at;
            probe = at.saturating_sub(step);
        }
        // Once the place lies between two probes that were near, the rest is halved.
        if probe >= high || probe < low {
            probe = low + (high - low) / 2;
        }
        step = step.saturating_mul(4);
    }
    Ok(low)
}

/// Where a hash is likely to stand in `run`: `hash` is its share of all hashes, of 2^64.
pub(super) fn guess(run: &Range<u64>, hash: u64) -> u64 {
    let len = u128::from(run.end - run.start);
    run.start + ((len * u128::from(hash)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_place_is_that_of_a_plain_search(
            mut hashes in prop::collection::vec(prop_oneof![any::<u64>(), 0u64..9], 0..300),
            wanted in prop_oneof![any::<u64>(), 0u64..9],
            start in 0u64..100,
            step in 1u64..40,
        ) {
            hashes.sort_unstable();
            let run = start..start + hashes.len() as u64;
            let hash = |at: u64| hashes[(at - start) as usize];
            let found = first_from(run.clone(), guess(&run, wanted), step, |at| Ok(hash(at) < wanted));
            let plain = hashes.partition_point(|&hash| hash < wanted) as u64;
            prop_assert_eq!(found.unwrap(), start + plain);
        }
    }
}
