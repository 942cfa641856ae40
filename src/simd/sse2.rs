//! The x86-64 baseline: sixteen bytes at a time.

use std::arch::x86_64::{
    __m128i, _mm_add_epi8, _mm_add_epi64, _mm_and_si128, _mm_andnot_si128, _mm_cmpeq_epi8,
    _mm_cmpgt_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_mul_epu32, _mm_or_si128,
    _mm_set_epi64x, _mm_set1_epi8, _mm_set1_epi64x, _mm_shuffle_epi32, _mm_shufflehi_epi16,
    _mm_shufflelo_epi16, _mm_slli_epi64, _mm_srli_epi16, _mm_srli_epi64, _mm_storeu_si128,
    _mm_sub_epi8, _mm_unpackhi_epi64, _mm_unpacklo_epi64, _mm_xor_si128,
};

use super::{
    GroupsOf8, Kernel, Marks, Masks, StartEnd, Window, extract_by_one, positions_by_twelve, shifted,
};
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
    fn marks(self, window: &Window) -> Marks {
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { marks(window) }
    }

    #[inline(always)]
    fn outside(self, sixteen: &[u8; 16]) -> u16 {
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { outside(sixteen) }
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]) {
        // Entries after the last bit are arbitrary; a number other than zero needs no test.
        positions_by_twelve(mask, out, |mask| {
            base.wrapping_add((mask | 1 << 63).trailing_zeros())
        });
    }

    #[inline(always)]
    fn extract(self, from: u64, mask: u64) -> u64 {
        extract_by_one(from, mask)
    }

    #[inline(always)]
    fn accumulate(self, sums: &mut [u64; 8], stripe: &[u64; 8], secret: &[u8; 64]) {
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { accumulate(sums, stripe, secret) }
    }

    #[inline(always)]
    fn hash_words(self, text: &[u8], words: GroupsOf8<'_>) -> usize {
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { hash_words(text, words) }
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn accumulate(sums: &mut [u64; 8], stripe: &[u64; 8], secret: &[u8; 64]) {
    let (sums, _) = sums.as_chunks_mut();
    let quarters = stripe.as_chunks().0.iter().zip(secret.as_chunks().0);
    for (sum, (numbers, secret)) in sums.iter_mut().zip(quarters) {
        let numbers = load_two(numbers);
        let keyed = _mm_xor_si128(numbers, load(secret));
        let product = _mm_mul_epu32(keyed, _mm_srli_epi64::<32>(keyed));
        let beside = _mm_shuffle_epi32::<0b01_00_11_10>(numbers);
        let more = _mm_add_epi64(_mm_add_epi64(load_two(sum), beside), product);
        // SAFETY: sixteen bytes are written, to an array of two numbers of eight.
        unsafe { _mm_storeu_si128(sum.as_mut_ptr().cast(), more) };
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn hash_words(text: &[u8], words: GroupsOf8<'_>) -> usize {
    words.hash(|words, hashes| hash_eight(text, words, hashes))
}

#[inline]
#[target_feature(enable = "sse2")]
fn hash_eight(text: &[u8], words: &[StartEnd; 8], hashes: &mut [u64; 8]) -> Option<u8> {
    let mut others = 0;
    let pairs = words.as_chunks().0.iter().zip(hashes.as_chunks_mut().0);
    for ((words, hashes), shift) in pairs.zip([0, 2, 4, 6]) {
        others |= hash_two(text, words, hashes)? << shift;
    }
    Some(others)
}

#[inline]
#[target_feature(enable = "sse2")]
fn hash_two(text: &[u8], words: &[StartEnd; 2], hashes: &mut [u64; 2]) -> Option<u8> {
    let row = |[start, end]: StartEnd| &hash::BY_LEN[end.wrapping_sub(start).min(17) as usize];
    let word = |[start, _]: StartEnd, row: &[u64; 4]| {
        let starting = text.get(start as usize..)?.first_chunk()?;
        let bytes = load(starting);
        // Sets the lower-case bit, except outside ASCII.
        let lower = _mm_andnot_si128(_mm_srli_epi16::<2>(bytes), all(0x20));
        let bytes = _mm_or_si128(bytes, lower);
        Some(_mm_and_si128(bytes, load_two(row.first_chunk()?)))
    };
    let (first_row, second_row) = (row(words[0]), row(words[1]));
    let (first, second) = (word(words[0], first_row)?, word(words[1], second_row)?);
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

/// Multiplies 64 bits, keeping the low 64, by three products of 32 by 32 bits.
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

/// Unrolled: a loop over kinds, then sixteens, took a third longer.
#[inline]
#[target_feature(enable = "sse2")]
fn classify(block: &[u8; 64]) -> Masks {
    let (sixteens, _) = block.as_chunks();
    let [a, b, c, d] = [0, 1, 2, 3].map(|at| load(&sixteens[at]));
    let kinds = [Kinds::of(a), Kinds::of(b), Kinds::of(c), Kinds::of(d)];
    let mask = |kind: fn(&Kinds) -> __m128i| {
        let [a, b, c, d] = [0, 1, 2, 3].map(|at| top_bits(kind(&kinds[at])));
        a | b << 16 | (c | d << 16) << 32
    };
    Masks {
        letters: mask(|kinds| kinds.letters),
        digits: mask(|kinds| kinds.digits),
        joins_letters: mask(|kinds| kinds.joins_letters),
        joins_digits: mask(|kinds| kinds.joins_digits),
        special: mask(|kinds| kinds.special),
    }
}

/// [`Masks`] before packing: every byte's top bit becomes a mask bit.
struct Kinds {
    letters: __m128i,
    digits: __m128i,
    joins_letters: __m128i,
    joins_digits: __m128i,
    special: __m128i,
}

impl Kinds {
    #[inline]
    #[target_feature(enable = "sse2")]
    fn of(bytes: __m128i) -> Self {
        let is = |byte| _mm_cmpeq_epi8(bytes, all(byte));
        // Moves an ASCII range to the end of the positive bytes, for one signed comparison.
        let from = |bytes, first: u8, last: u8| {
            let moved = _mm_add_epi8(bytes, all(127 - last));
            _mm_cmpgt_epi8(moved, all(127 - last + first - 1))
        };
        let both = _mm_or_si128(is(b'\''), is(b'.'));
        Self {
            letters: from(_mm_or_si128(bytes, all(0x20)), b'a', b'z'),
            digits: from(bytes, b'0', b'9'),
            joins_letters: _mm_or_si128(both, is(b':')),
            joins_digits: _mm_or_si128(both, _mm_or_si128(is(b','), is(b';'))),
            special: _mm_or_si128(bytes, is(b'_')),
        }
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
fn marks(window: &Window) -> Marks {
    let (mut all_apart, mut all_quotes) = (0, 0);
    for (at, shift) in [0, 16, 32, 48].into_iter().enumerate() {
        let [first, second, third] = [0, 1, 2].map(|ahead| {
            let (sixteens, _) = shifted(window, ahead).as_chunks();
            load(&sixteens[at])
        });
        let is = |bytes, byte| _mm_cmpeq_epi8(bytes, all(byte));
        let leads = _mm_and_si128(is(first, 0xE2), is(second, 0x80));
        let quotes = is(_mm_or_si128(third, all(1)), 0x99);
        let joining = _mm_or_si128(quotes, is(third, 0xA4));
        let apart = _mm_andnot_si128(joining, within(third, 0x90, 0xA6));
        all_apart |= top_bits(_mm_and_si128(leads, apart)) << shift;
        all_quotes |= top_bits(_mm_and_si128(leads, quotes)) << shift;
    }
    Marks {
        apart: all_apart,
        quotes: all_quotes,
    }
}

#[inline]
#[target_feature(enable = "sse2")]
pub(super) fn outside(sixteen: &[u8; 16]) -> u16 {
    _mm_movemask_epi8(load(sixteen)) as u16
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
