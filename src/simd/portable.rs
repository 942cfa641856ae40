//! The level of every CPU, in plain integers; the judge of the others in tests.

use super::{Kernel, Masks, positions_by_four};

#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Kernel for Portable {
    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Masks {
        let mask = |holds: fn(u8) -> bool| {
            block
                .iter()
                .rev()
                .fold(0, |mask, &byte| mask << 1 | u64::from(holds(byte)))
        };
        Masks {
            letters: mask(|byte| byte.is_ascii_alphabetic()),
            digits: mask(|byte| byte.is_ascii_digit()),
            joins_letters: mask(|byte| matches!(byte, b'\'' | b'.' | b':')),
            joins_digits: mask(|byte| matches!(byte, b'\'' | b'.' | b',' | b';')),
            special: mask(|byte| !byte.is_ascii() || byte == b'_'),
        }
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]) {
        positions_by_four(mask, base, out);
    }
}
