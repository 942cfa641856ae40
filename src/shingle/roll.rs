//! Hashes every run of consecutive tokens.
//!
//! In: token hashes. Out: shingle hashes, appended to a list and handed on as they are made.

use crate::hash::{ROOT_2, TURN, finish, turn_together};

/// The largest shingle width, in tokens: [`TURN`] repeats beyond it.
pub(super) const MAX_WIDTH: usize = 64;

/// Takes shingle hashes while they are made, so that the CPU overlaps making and taking.
pub(crate) trait TakeShingles {
    /// Takes the next shingles. `#[inline(always)]` builds it with a CPU level's instructions.
    fn take_shingles(&mut self, shingles: &[u64]);
}

/// Ignores them.
impl TakeShingles for () {
    #[inline(always)]
    fn take_shingles(&mut self, _: &[u64]) {}
}

/// Shingles handed on together: few enough that the CPU overlaps several such runs. Chosen by hand,
/// a multiple of all vector lengths.
const TOGETHER: usize = 16;

/// Appends every run's hash to `out`, `tokens.len() - width + 1` in number, and hands it to `taker`.
///
/// Below `width` tokens a single hash covers them; without tokens there is none.
///
/// `IN_VECTORS` is for CPUs whose vectors multiply and rotate 64 bits in few steps. It changes the
/// time only.
#[inline(always)]
pub(super) fn shingles<const IN_VECTORS: bool>(
    tokens: &[u64],
    width: usize,
    seed: u64,
    out: &mut Vec<u64>,
    taker: &mut impl TakeShingles,
) {
    debug_assert!((1..=MAX_WIDTH).contains(&width));
    let mut put = |shingles: &[u64]| {
        out.extend_from_slice(shingles);
        taker.take_shingles(shingles);
    };
    // Fewer tokens than a shingle needs.
    if tokens.len() < width {
        if !tokens.is_empty() {
            let short = seed ^ (tokens.len() as u64).wrapping_mul(ROOT_2);
            put(&[finish(turn_together(tokens) ^ short)]);
        }
        return;
    }
    let count = tokens.len() - width + 1;
    let mut made = [0; TOGETHER];
    // Single tokens: nothing to roll.
    if width == 1 {
        for tokens in tokens.chunks(TOGETHER) {
            for (token, made) in tokens.iter().zip(&mut made) {
                *made = finish(token ^ seed);
            }
            put(&made[..tokens.len()]);
        }
        return;
    }
    // The default width in vectors: sixteen shingles from twenty tokens, each hashed anew.
    if IN_VECTORS && width == 5 {
        for first in (0..count).step_by(TOGETHER) {
            if let Some(tokens) = tokens[first..].first_chunk::<{ TOGETHER + 4 }>() {
                for (at, made) in made.iter_mut().enumerate() {
                    *made = finish(turn_together(&tokens[at..at + 5]) ^ seed);
                }
                put(&made);
            } else {
                for tokens in tokens[first..].windows(5) {
                    put(&[finish(turn_together(tokens) ^ seed)]);
                }
            }
        }
        return;
    }
    // Any width: one token leaves the rolling hash, the next enters.
    let top = TURN * (width as u32 - 1) % 64;
    let mut rolled = turn_together(&tokens[..width]);
    put(&[finish(rolled ^ seed)]);
    let (old, new) = (&tokens[..count - 1], &tokens[width..]);
    for (old, new) in old.chunks(TOGETHER).zip(new.chunks(TOGETHER)) {
        for ((old, new), made) in old.iter().zip(new).zip(&mut made) {
            rolled = (rolled ^ old).rotate_right(TURN) ^ new.rotate_left(top);
            *made = finish(rolled ^ seed);
        }
        put(&made[..old.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::word;

    #[test]
    fn rolling_equals_direct() {
        let words: Vec<u64> = (0..200u64).map(|i| word(&i.to_le_bytes())).collect();
        for width in 1..=MAX_WIDTH {
            let mut rolled = Vec::new();
            shingles::<false>(&words, width, 7, &mut rolled, &mut ());
            let direct: Vec<u64> = words
                .windows(width)
                .map(|w| finish(turn_together(w) ^ 7))
                .collect();
            assert_eq!(rolled, direct, "width {width}");
            rolled.clear();
            shingles::<true>(&words, width, 7, &mut rolled, &mut ());
            assert_eq!(rolled, direct, "width {width}");
        }
    }

    #[test]
    fn order_and_borders_count() {
        let [a, b] = [word(b"a"), word(b"b")];
        let of = |words: &[u64]| {
            let mut out = Vec::new();
            shingles::<false>(words, 2, 0, &mut out, &mut ());
            out
        };
        assert_ne!(of(&[a, b]), of(&[b, a]));
        assert_ne!(
            of(&[word(b"ab"), word(b"c")]),
            of(&[word(b"a"), word(b"bc")])
        );
        assert_ne!(of(&[a]), of(&[a, a]));
    }
}
