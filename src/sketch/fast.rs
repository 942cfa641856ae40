//! Fast similarity sketching (Dahlgaard, Knudsen and Thorup 2017), cut off after two rounds.
//!
//! In: shingle hashes, already well mixed. Out: a value for each place of the signature.
//!
//! In rounds 0 and 1 each shingle falls into one place and leaves the minimum of 30 bits there.
//! Where a place is empty after both, each shingle offers a hash for it, as in classic MinHash.
//! The round stands in the top two bits of the value, so that an earlier round always wins. In
//! the union of two sets, the first round that reaches a place decides its value; the shingle
//! that does so is any of the union with the same probability, and both signatures agree there
//! if it lies in both sets: the estimate is unbiased. Round 1 is left out where round 0 has
//! reached all places, since it could change nothing.
//!
//! The paper goes on binning for as many rounds as there are values. Two are enough to fill
//! 128 places from 500 shingles or more; the last round costs a multiplication for each pair of a
//! shingle and an empty place, which is the cheaper the more shingles there are.

use super::classic::splitmix;
use crate::simd::{Cpu, Kernel, Task};

/// No round reaches this value: round 2 leaves at most `0b10` in the top bits.
const EMPTY: u32 = u32::MAX;

/// For the second draw of 64 bits from a shingle hash; odd.
const SECOND: u64 = 0xD6E8_FEB8_6659_FD93;

/// Empty places that are filled together: their minima stay in registers.
const LANES: usize = 32;

/// Buffers kept from one article to the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    distinct: Vec<u64>,
    empty: Vec<u32>,
}

/// Fills `values` from `shingles`, which must not be empty.
///
/// The time is linear in the number of shingles, times the empty places if these are few.
pub(super) fn sign(cpu: Cpu, shingles: &[u64], values: &mut [u32], scratch: &mut Scratch) {
    values.fill(EMPTY);
    bin(shingles.iter().copied(), 0, values);
    if !values.contains(&EMPTY) {
        return;
    }
    bin(
        shingles.iter().map(|&shingle| second_draw(shingle)),
        1,
        values,
    );

    let Scratch { distinct, empty } = scratch;
    empty.clear();
    empty.extend(
        (0..)
            .zip(&*values)
            .filter(|&(_, &value)| value == EMPTY)
            .map(|(at, _)| at),
    );
    if empty.is_empty() {
        return;
    }
    // So many different shingles leave no place empty, so most of these are repeats: one word, a
    // million times, must not cost a million times all places.
    let shingles = if shingles.len() > 8 * values.len() {
        distinct.clear();
        distinct.extend_from_slice(shingles);
        distinct.sort_unstable();
        distinct.dedup();
        distinct
    } else {
        shingles
    };
    for places in empty.chunks(LANES) {
        cpu.run(Fill {
            shingles,
            places,
            values,
        });
    }
}

/// Lets each hash fall into one place. Not a [`Task`]: vectorized, it is half as fast.
fn bin(hashes: impl Iterator<Item = u64>, round: u32, values: &mut [u32]) {
    let places = values.len() as u64;
    for hash in hashes {
        let place = ((hash >> 32) * places) >> 32;
        let value = (hash as u32) >> 2 | round << 30;
        let slot = &mut values[place as usize];
        *slot = value.min(*slot);
    }
}

/// Another 64 bits of a shingle.
fn second_draw(shingle: u64) -> u64 {
    (shingle ^ (shingle >> 31)).wrapping_mul(SECOND)
}

/// Round 2, for up to [`LANES`] places.
struct Fill<'a> {
    shingles: &'a [u64],
    places: &'a [u32],
    values: &'a mut [u32],
}

impl Task for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, _: K) {
        let (mut a, mut b) = ([0; LANES], [0; LANES]);
        for (lane, &place) in self.places.iter().enumerate() {
            let draw = splitmix(u64::from(place));
            (a[lane], b[lane]) = ((draw >> 32) as u32 | 1, draw as u32);
        }
        let mut minima = [EMPTY; LANES];
        for &shingle in self.shingles {
            for lane in 0..LANES {
                let hash = (shingle as u32).wrapping_mul(a[lane]).wrapping_add(b[lane]);
                minima[lane] = hash.min(minima[lane]);
            }
        }
        for (&place, minimum) in self.places.iter().zip(minima) {
            self.values[place as usize] = minimum >> 2 | 2 << 30;
        }
    }
}
