//! Classic MinHash (Broder 1997), the plain judge: one hash function for each value.
//!
//! In: shingle hashes. Out: a signature, in time proportional to shingles times values; a hundred
//! times slower than the crate's own.

#![allow(dead_code, reason = "each user takes a part")]

/// The Mersenne prime 2^61 - 1.
const PRIME: u64 = (1 << 61) - 1;

/// Gives for every place the minimum of `(a x + b) mod 2^61 - 1`, upper 32 bits. `shingles` must
/// not be empty.
pub(crate) fn sign(shingles: &[u64], values: usize) -> Vec<u32> {
    let value = |place: u64| {
        let a = 1 + splitmix(2 * place) % (PRIME - 1);
        let b = splitmix(2 * place + 1) % PRIME;
        let hash = |&x: &u64| {
            let x = u128::from(x % PRIME);
            (u128::from(a) * x + u128::from(b)) % u128::from(PRIME)
        };
        let minimum = shingles.iter().map(hash).min();
        (minimum.expect("at least one shingle") >> 29) as u32
    };
    (0..values as u64).map(value).collect()
}

/// The share of places with equal values: the estimated Jaccard similarity.
pub(crate) fn estimate(a: &[u32], b: &[u32]) -> f64 {
    let agree = a.iter().zip(b).filter(|(a, b)| a == b).count();
    agree as f64 / a.len() as f64
}

/// SplitMix64 at a position (Steele, Lea and Flood 2014).
fn splitmix(position: u64) -> u64 {
    let x = position.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
