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
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]) {
        positions_by_four(mask, base, out);
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn classify(block: &[u8; 64]) -> Masks {
    let (sixteens, _) = block.as_chunks();
    let mut masks = classify_sixteen(&sixteens[0]);
    for (sixteen, shift) in sixteens.iter().zip([0, 16, 32, 48]).skip(1) {
        let more = classify_sixteen(sixteen);
        masks.letters |= more.letters << shift;
        masks.digits |= more.digits << shift;
        masks.joins_letters |= more.joins_letters << shift;
        masks.joins_digits |= more.joins_digits << shift;
        masks.special |= more.special << shift;
    }
    masks
}

#[inline]
#[target_feature(enable = "sse2")]
fn classify_sixteen(bytes: &[u8; 16]) -> Masks {
    // SAFETY: sixteen bytes are read, from an array of sixteen.
    let bytes = unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) };
    let is = |byte| _mm_cmpeq_epi8(bytes, all(byte));
    let lower = _mm_or_si128(bytes, all(0x20));
    let both = _mm_or_si128(is(b'\''), is(b'.'));
    Masks {
        letters: top_bits(within(lower, b'a', b'z')),
        digits: top_bits(within(bytes, b'0', b'9')),
        joins_letters: top_bits(_mm_or_si128(both, is(b':'))),
        joins_digits: top_bits(_mm_or_si128(both, _mm_or_si128(is(b','), is(b';')))),
        special: top_bits(_mm_or_si128(bytes, is(b'_'))),
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn within(bytes: __m128i, first: u8, last: u8) -> __m128i {
    let offset = _mm_sub_epi8(bytes, all(first));
    _mm_cmpeq_epi8(_mm_min_epu8(offset, all(last - first)), offset)
}

#[inline]
#[target_feature(enable = "sse2")]
fn all(byte: u8) -> __m128i {
    _mm_set1_epi8(byte.cast_signed())
}

#[inline]
#[target_feature(enable = "sse2")]
fn top_bits(bytes: __m128i) -> u64 {
    u64::from(_mm_movemask_epi8(bytes) as u16)
}
