//! Fast similarity sketching (Dahlgaard, Knudsen and Thorup 2017), cut off after two rounds.
//!
//! In: shingle hashes, already well mixed. Out: a value for each place of the signature.
//!
//! In rounds 0 and 1 each shingle falls into one place and leaves a draw of 30 bits there; the
//! smallest stays. Where a place is empty after both, each shingle offers a hash for it, as in
//! classic MinHash. The round stands in the top two bits of the value, so that an earlier round
//! always wins. In the union of two sets, the first round that reaches a place decides its value;
//! the shingle that does so is any of the union with the same probability, and both signatures
//! agree there if it lies in both sets: the estimate is unbiased.
//!
//! The paper draws anew in each round and goes on for as many rounds as there are values. Here
//! both rounds take their bits from one hash: round 0 its top bits for the place and the low ones
//! for the draw, round 1 bits between them for the place and the complement of the same draw. That
//! is cheaper than a second draw and errs less, since a shingle that wins a place in one round is
//! less likely to win in the other: the error at 100 and 200 shingles is .73 and .79 of that of
//! independent values, where a second draw had .74 and .81. Two rounds are enough to fill 128
//! places from 500 shingles or more; the last one costs a multiplication for each pair of a
//! shingle and an empty place, which is the cheaper the more shingles there are.

use super::classic::splitmix;
use crate::hash::Take;
use crate::simd::{Cpu, Kernel, Task};

/// No round reaches this value.
const EMPTY: u32 = u32::MAX;

/// The least value of round 2. Those of round 1 are what is left below it after draws.
const ROUND_2: u32 = 2 << 30;

/// Empty places that are filled together: their minima stay in registers.
const LANES: usize = 32;

/// Buffers kept from one article to the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) binned: Binned,
    distinct: Vec<u64>,
    empty: Vec<u32>,
}

/// Round 0 of the usual number of values, done while the shingles are made.
#[derive(Debug)]
pub(super) struct Binned([u32; USUAL]);

impl Default for Binned {
    fn default() -> Self {
        Self([EMPTY; USUAL])
    }
}

impl Take for Binned {
    #[inline(always)]
    fn take(&mut self, shingles: &[u64]) {
        bin(shingles, &mut self.0, 0);
    }
}

/// Fills `values` from `shingles`, which must not be empty and have been given to `scratch.binned`,
/// all of them and no others.
///
/// The time is linear in the number of shingles, times the empty places if these are few.
pub(super) fn sign(cpu: Cpu, shingles: &[u64], values: &mut [u32], scratch: &mut Scratch) {
    // The length that nearly everyone uses is compiled as a constant.
    if let Ok(values) = <&mut [u32; USUAL]>::try_from(&mut *values) {
        *values = scratch.binned.0;
        match values.iter().filter(|&&value| value == EMPTY).count() {
            0 => return,
            1..=FEW => cpu.run(FillFew { shingles, values }),
            _ => bin(shingles, values, 1),
        }
    } else {
        values.fill(EMPTY);
        bin(shingles, values, 0);
        bin(shingles, values, 1);
    }
    if values.contains(&EMPTY) {
        fill(cpu, shingles, values, scratch);
    }
}

/// Round 0 or 1.
#[inline(always)]
fn bin(shingles: &[u64], values: &mut [u32], round: u32) {
    for &shingle in shingles {
        let value = &mut values[place(shingle, values.len(), round)];
        *value = draw(shingle, round).min(*value);
    }
}

/// The usual number of values.
const USUAL: usize = 128;

/// Up to so many empty places, few shingles fall into one.
const FEW: usize = 12;

/// Round 1, for few places.
struct FillFew<'a> {
    shingles: &'a [u64],
    values: &'a mut [u32; USUAL],
}

impl Task for FillFew<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let Self { shingles, values } = self;
        let empty = std::array::from_fn(|place| u8::from(values[place] == EMPTY));
        let (eights, rest) = shingles.as_chunks();
        for eight in eights {
            let mut marked = kernel.marked(eight, &empty);
            while marked != 0 {
                let at = marked.trailing_zeros() as usize;
                bin(&eight[at..=at], values, 1);
                marked &= marked - 1;
            }
        }
        bin(rest, values, 1);
    }
}

/// Where a shingle falls in a round.
#[inline(always)]
fn place(shingle: u64, places: usize, round: u32) -> usize {
    // For 128 places: bits 57 to 63, and 40 to 46.
    let bits = (shingle >> if round == 0 { 32 } else { 15 }) as u32;
    ((u64::from(bits) * places as u64) >> 32) as usize
}

/// What a shingle leaves there: in round 1 the complement, above all draws of round 0.
#[inline(always)]
fn draw(shingle: u64, round: u32) -> u32 {
    let draw = (shingle as u32) >> 2;
    if round == 0 { draw } else { ROUND_2 - 1 - draw }
}

/// Round 2.
#[cold]
fn fill(cpu: Cpu, shingles: &[u64], values: &mut [u32], scratch: &mut Scratch) {
    let Scratch {
        distinct, empty, ..
    } = scratch;
    empty.clear();
    empty.extend(
        (0..)
            .zip(&*values)
            .filter(|&(_, &value)| value == EMPTY)
            .map(|(at, _)| at),
    );
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
        match self.places.len() {
            0..=4 => self.lanes::<4>(),
            5..=8 => self.lanes::<8>(),
            9..=16 => self.lanes::<16>(),
            _ => self.lanes::<LANES>(),
        }
    }
}

impl Fill<'_> {
    #[inline(always)]
    fn lanes<const LANES: usize>(self) {
        let (mut a, mut b) = ([0; LANES], [0; LANES]);
        for (lane, &place) in self.places.iter().enumerate() {
            let draw = splitmix(u64::from(place));
            (a[lane], b[lane]) = ((draw >> 32) as u32 | 1, draw as u32);
        }
        let mut minima = [u32::MAX; LANES];
        for &shingle in self.shingles {
            for lane in 0..LANES {
                let hash = (shingle as u32).wrapping_mul(a[lane]).wrapping_add(b[lane]);
                minima[lane] = hash.min(minima[lane]);
            }
        }
        for (&place, minimum) in self.places.iter().zip(minima) {
            self.values[place as usize] = minimum >> 2 | ROUND_2;
        }
    }
}
