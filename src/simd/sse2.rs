//! The baseline of x86-64: sixteen bytes at a time.

use std::arch::x86_64::{
    __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128,
    _mm_set1_epi8, _mm_sub_epi8,
};

use super::{Kernel, Masks, positions_by_four};

/// Every x86-64 CPU has it.
#[derive(Clone, Copy)]
pub(super) struct Sse2;

impl Kernel for Sse2 {
    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Masks {
        let mut masks = Masks {
            alphanumeric: 0,
            middle: 0,
            special: 0,
        };
        for (sixteen, shift) in block.as_chunks().0.iter().zip([0, 16, 32, 48]) {
            // SAFETY: every x86-64 CPU has SSE2.
            let [alphanumeric, middle, special] = unsafe { classify(sixteen) };
            masks.alphanumeric |= alphanumeric << shift;
            masks.middle |= middle << shift;
            masks.special |= special << shift;
        }
        masks
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]) {
        positions_by_four(mask, base, out);
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn classify(bytes: &[u8; 16]) -> [u64; 3] {
    let all = |byte: u8| _mm_set1_epi8(byte.cast_signed());
    // SAFETY: sixteen bytes are read, from an array of sixteen.
    let bytes = unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) };
    let within = |bytes: __m128i, first: u8, last: u8| {
        let offset = _mm_sub_epi8(bytes, all(first));
        _mm_cmpeq_epi8(_mm_min_epu8(offset, all(last - first)), offset)
    };
    let lower = _mm_or_si128(bytes, all(0x20));
    let alphanumeric = _mm_or_si128(within(lower, b'a', b'z'), within(bytes, b'0', b'9'));
    // One bit tells the comma from the full stop, and the colon from the semicolon.
    let stops = _mm_cmpeq_epi8(_mm_or_si128(bytes, all(b',' ^ b'.')), all(b'.'));
    let colons = _mm_cmpeq_epi8(_mm_or_si128(bytes, all(b':' ^ b';')), all(b';'));
    let quotes = _mm_cmpeq_epi8(bytes, all(b'\''));
    let middle = _mm_or_si128(_mm_or_si128(stops, colons), quotes);
    let special = _mm_or_si128(bytes, _mm_cmpeq_epi8(bytes, all(b'_')));
    [alphanumeric, middle, special].map(|v| u64::from(_mm_movemask_epi8(v) as u16))
}
