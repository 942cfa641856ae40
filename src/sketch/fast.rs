//! Fast similarity sketching (Dahlgaard, Knudsen and Thorup 2017), cut off after two rounds.
//!
//! In: shingle hashes, already well mixed. Out: a value for every place in the signature.
//!
//! In rounds 0 and 1 every shingle falls into one place and leaves a 30-bit draw there; the smallest
//! stays. If a place is empty after both, every shingle offers a hash for it in round 2, as in
//! classic MinHash. The value's top two bits hold the round, so an earlier round always wins.
//!
//! The estimate is unbiased. Over the union of two sets, the first round that reaches a place
//! decides its value, and every shingle in the union is equally likely to do so. Both signatures
//! agree there if the shingle lies in the intersection.
//!
//! The paper draws anew in every round, for as many rounds as there are values. Here one hash serves
//! both rounds: round 0 takes its top bits for the place and its low bits for the draw, round 1 takes
//! middle bits for the place and the complement of the same draw. That is cheaper and errs less,
//! since a shingle that wins one round is less likely to win the other. The error at 100 and 200
//! shingles is .73 and .79 times that of independent values; a second draw had .74 and .81.
//!
//! Two rounds fill 128 places from 500 shingles or more. Round 2 costs one multiplication for every
//! pair of a shingle and an empty place: the more shingles, the fewer empty places.

use crate::hash::splitmix;
use crate::shingle::TakeShingles;
use crate::simd::{Cpu, Kernel, Task};

/// Marks a place without a value. No round gives it.
const EMPTY: u32 = u32::MAX;

/// The least value in round 2. Round 1 counts down from just below it.
const ROUND_2: u32 = 2 << 30;

/// The default number of values, for which the code is compiled as a constant.
const USUAL: usize = 128;

/// Most empty places at which round 1 first selects the shingles that fall into one. Chosen by
/// hand: at 12 in 128 places, one shingle in eleven does.
const FEW: usize = 12;

/// Empty places filled together in round 2. Their minima take 2 AVX-512 registers, 4 with AVX2, or
/// 8 with SSE2.
const LANES: usize = 32;

/// Shingles for each value above which most must be repeats if a place is still empty: with as many
/// distinct ones, both rounds leave a place empty with probability `exp(-16)`, 1 in 9 million.
const SURELY_REPEATS: usize = 8;

/// Buffers kept between articles.
#[derive(Debug, Default)]
pub(super) struct FastScratch {
    pub(super) first_round: FirstRound,
    distinct: Vec<u64>,
    empty: Vec<u32>,
}

/// Round 0 for the usual number of values, done while shingles are made.
#[derive(Debug)]
pub(super) struct FirstRound([u32; USUAL]);

impl Default for FirstRound {
    fn default() -> Self {
        Self([EMPTY; USUAL])
    }
}

impl TakeShingles for FirstRound {
    #[inline(always)]
    fn take_shingles(&mut self, shingles: &[u64]) {
        bin(shingles, &mut self.0, 0);
    }
}

/// Fills `values` from `shingles`, which must not be empty. `scratch.first_round` must have taken
/// them before.
///
/// The time is linear in the number of shingles. Below some 500 shingles, places left empty multiply
/// it.
pub(super) fn sign(cpu: Cpu, shingles: &[u64], values: &mut [u32], scratch: &mut FastScratch) {
    if let Ok(values) = <&mut [u32; USUAL]>::try_from(&mut *values) {
        *values = scratch.first_round.0;
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

/// Round 0 or 1: keeps the least draw in every place.
#[inline(always)]
fn bin(shingles: &[u64], values: &mut [u32], round: u32) {
    for &shingle in shingles {
        let value = &mut values[place(shingle, values.len(), round)];
        *value = draw(shingle, round).min(*value);
    }
}

/// Round 1, for few empty places.
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

/// The place a shingle falls into in a round.
#[inline(always)]
fn place(shingle: u64, places: usize, round: u32) -> usize {
    // For 128 places: bits 57 to 63 in round 0, bits 40 to 46 in round 1.
    let bits = (shingle >> if round == 0 { 32 } else { 15 }) as u32;
    ((u64::from(bits) * places as u64) >> 32) as usize
}

/// The draw a shingle leaves there; in round 1 the complement, above all draws in round 0.
#[inline(always)]
fn draw(shingle: u64, round: u32) -> u32 {
    let draw = (shingle as u32) >> 2;
    if round == 0 { draw } else { ROUND_2 - 1 - draw }
}

/// Round 2: fills every place that is still empty.
#[cold]
fn fill(cpu: Cpu, shingles: &[u64], values: &mut [u32], scratch: &mut FastScratch) {
    let FastScratch {
        distinct, empty, ..
    } = scratch;
    empty.clear();
    empty.extend(
        (0..)
            .zip(&*values)
            .filter(|&(_, &value)| value == EMPTY)
            .map(|(at, _)| at),
    );
    // One word a million times must not cost a million hashes for every place.
    let shingles = if shingles.len() > SURELY_REPEATS * values.len() {
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
