//! The baseline of x86-64: sixteen bytes at a time.

use std::arch::x86_64::{
    __m128i, _mm_add_epi64, _mm_and_si128, _mm_andnot_si128, _mm_cmpeq_epi8, _mm_loadu_si128,
    _mm_min_epu8, _mm_movemask_epi8, _mm_mul_epu32, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
    _mm_set1_epi64x, _mm_shuffle_epi32, _mm_shufflehi_epi16, _mm_shufflelo_epi16, _mm_slli_epi64,
    _mm_srli_epi16, _mm_srli_epi64, _mm_storeu_si128, _mm_sub_epi8, _mm_unpackhi_epi64,
    _mm_unpacklo_epi64, _mm_xor_si128,
};

use super::{Eights, Kernel, Masks, extract_by_one, positions_by_four};
use crate::hash;

/// Every x86-64 CPU has it.
#[derive(Clone, Copy)]
pub(super) struct Sse2;

impl Kernel for Sse2 {
    const WIDE: bool = false;

    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Masks {
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn within(self, block: &[u8; 64], first: u8, last: u8) -> u64 {
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { within_block(block, first, last) }
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]) {
        positions_by_four(mask, base, out);
    }

    #[inline(always)]
    fn extract(self, from: u64, mask: u64) -> u64 {
        extract_by_one(from, mask)
    }

    #[inline(always)]
    fn hash_words(self, text: &[u8], words: Eights<'_>) -> usize {
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { hash_words(text, words) }
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn hash_words(text: &[u8], words: Eights<'_>) -> usize {
    words.hash(|starts, ends, hashes| hash_eight(text, starts, ends, hashes))
}

#[inline]
#[target_feature(enable = "sse2")]
fn hash_eight(
    text: &[u8],
    starts: &[u32; 8],
    ends: &[u32; 8],
    hashes: &mut [u64; 8],
) -> Option<u8> {
    let (starts, ends) = (starts.as_chunks().0, ends.as_chunks().0);
    let mut others = 0;
    for (pair, hashes) in hashes.as_chunks_mut().0.iter_mut().enumerate() {
        others |= hash_two(text, &starts[pair], &ends[pair], hashes)? << (2 * pair);
    }
    Some(others)
}

#[inline]
#[target_feature(enable = "sse2")]
fn hash_two(text: &[u8], starts: &[u32; 2], ends: &[u32; 2], hashes: &mut [u64; 2]) -> Option<u8> {
    let row = |at: usize| {
        let len = ends[at].wrapping_sub(starts[at]);
        &hash::BY_LEN[len.min(17) as usize]
    };
    let word = |at: usize, row: &[u64; 4]| {
        let starting = text.get(starts[at] as usize..)?.first_chunk()?;
        let bytes = load(starting);
        // The bit for lower case, but where the top bit is set.
        let lower = _mm_andnot_si128(_mm_srli_epi16::<2>(bytes), all(0x20));
        let bytes = _mm_or_si128(bytes, lower);
        Some(_mm_and_si128(bytes, load_two(row.first_chunk()?)))
    };
    let (first_row, second_row) = (row(0), row(1));
    let (first, second) = (word(0, first_row)?, word(1, second_row)?);
    let seeds = _mm_set_epi64x(second_row[2].cast_signed(), first_row[2].cast_signed());
    let (low, high) = (
        _mm_unpacklo_epi64(first, second),
        _mm_unpackhi_epi64(first, second),
    );
    let others = first_row[3] | second_row[3] << 1;
    let a = _mm_xor_si128(low, each(hash::ROOT_2));
    let turned = _mm_shufflehi_epi16::<0b00_11_10_01>(_mm_shufflelo_epi16::<0b00_11_10_01>(low));
    let b = _mm_xor_si128(_mm_xor_si128(turned, high), seeds);
    let outer = _mm_mul_epu32(a, _mm_srli_epi64::<32>(b));
    let inner = _mm_mul_epu32(_mm_srli_epi64::<32>(a), b);
    let mixed = _mm_xor_si128(outer, _mm_shuffle_epi32::<0b10_11_00_01>(inner));
    let mixed = _mm_xor_si128(mixed, _mm_srli_epi64::<32>(mixed));
    let mixed = multiply_by_golden(mixed);
    let mixed = _mm_xor_si128(mixed, _mm_srli_epi64::<29>(mixed));
    // SAFETY: two numbers of eight bytes are written, to an array of two.
    unsafe { _mm_storeu_si128(hashes.as_mut_ptr().cast(), mixed) };
    Some(others as u8)
}

/// The low 64 bits of the products, from three of 32 by 32 bits.
#[inline]
#[target_feature(enable = "sse2")]
fn multiply_by_golden(x: __m128i) -> __m128i {
    let (low, high) = (each(hash::GOLDEN), each(hash::GOLDEN >> 32));
    let crossed = _mm_add_epi64(
        _mm_mul_epu32(_mm_srli_epi64::<32>(x), low),
        _mm_mul_epu32(x, high),
    );
    _mm_add_epi64(_mm_mul_epu32(x, low), _mm_slli_epi64::<32>(crossed))
}

#[inline]
#[target_feature(enable = "sse2")]
fn load_two(numbers: &[u64; 2]) -> __m128i {
    // SAFETY: sixteen bytes are read, from an array of two numbers of eight.
    unsafe { _mm_loadu_si128(numbers.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn each(number: u64) -> __m128i {
    _mm_set1_epi64x(number.cast_signed())
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
    let bytes = load(bytes);
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
fn within_block(block: &[u8; 64], first: u8, last: u8) -> u64 {
    let mut mask = 0;
    for (sixteen, shift) in block.as_chunks().0.iter().zip([0, 16, 32, 48]) {
        mask |= top_bits(within(load(sixteen), first, last)) << shift;
    }
    mask
}

#[inline]
#[target_feature(enable = "sse2")]
fn load(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: sixteen bytes are read, from an array of sixteen.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
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
