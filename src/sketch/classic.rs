//! Classic MinHash (Broder 1997): one hash function for each value.

/// The Mersenne prime 2^61 - 1.
const PRIME: u64 = (1 << 61) - 1;

/// Fills each value with the upper 32 bits of its minimum of `(a x + b) mod 2^61 - 1`.
///
/// `shingles` must not be empty. The cost is the product of both lengths.
pub(super) fn sign(shingles: &[u64], values: &mut [u32]) {
    for (value, place) in values.iter_mut().zip(0u64..) {
        let a = 1 + splitmix(2 * place) % (PRIME - 1);
        let b = splitmix(2 * place + 1) % PRIME;
        let hash = |&x: &u64| {
            let x = u128::from(x % PRIME);
            ((u128::from(a) * x + u128::from(b)) % u128::from(PRIME)) as u64
        };
        let minimum = shingles
            .iter()
            .map(hash)
            .min()
            .expect("at least one shingle");
        *value = (minimum >> 29) as u32;
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014) at a position: the coefficients of all hash functions.
pub(super) fn splitmix(position: u64) -> u64 {
    let x = position.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
