//! AVX-512 as of Ice Lake: 64 bytes at a time.

use std::arch::is_x86_feature_detected;
use std::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm512_add_epi32, _mm512_add_epi64, _mm512_andnot_si512,
    _mm512_castsi128_si512, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask,
    _mm512_cmpgt_epu32_mask, _mm512_cmpgt_epu64_mask, _mm512_cmple_epu8_mask,
    _mm512_cmplt_epu8_mask, _mm512_cvtepu8_epi32, _mm512_extracti32x4_epi32, _mm512_inserti32x4,
    _mm512_loadu_si512, _mm512_mask_cmpeq_epi8_mask, _mm512_maskz_compress_epi8,
    _mm512_maskz_mov_epi8, _mm512_maskz_permutex2var_epi8, _mm512_maskz_sub_epi32,
    _mm512_movepi8_mask, _mm512_movm_epi8, _mm512_mul_epu32, _mm512_or_si512,
    _mm512_permutex2var_epi8, _mm512_permutexvar_epi8, _mm512_rol_epi64, _mm512_ror_epi64,
    _mm512_set1_epi8, _mm512_set1_epi32, _mm512_set1_epi64, _mm512_shuffle_epi8,
    _mm512_shuffle_epi32, _mm512_slli_epi64, _mm512_srli_epi16, _mm512_srli_epi64,
    _mm512_storeu_si512, _mm512_sub_epi8, _mm512_test_epi8_mask, _mm512_test_epi64_mask,
    _mm512_unpackhi_epi64, _mm512_unpacklo_epi64, _mm512_xor_si512, _pext_u64,
};

use super::{GroupsOf8, Kernel, LastBytes, Marks, Masks, StartEnd, Task, Window, shifted, sse2};
use crate::hash;

pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
        && super::avx2::is_available()
}

#[target_feature(
    enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
pub(super) fn run<T: Task>(task: T) -> T::Output {
    task.run(Avx512(()))
}

/// Only [`run`] makes it, so a value proves that the CPU has the features.
#[derive(Clone, Copy)]
struct Avx512(());

const LETTER: u8 = 1;
const DIGIT: u8 = 1 << 1;
const JOINS_LETTERS: u8 = 1 << 2;
const JOINS_DIGITS: u8 = 1 << 3;
const SPECIAL: u8 = 1 << 7;

/// Every ASCII byte's kind.
static KINDS: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'\'' | b'.' => JOINS_LETTERS | JOINS_DIGITS,
            b':' => JOINS_LETTERS,
            b',' | b';' => JOINS_DIGITS,
            b'_' => SPECIAL,
            _ => 0,
        };
        byte += 1;
    }
    table
};

static POSITIONS: [u8; 64] = {
    let mut table = [0; 64];
    let mut at = 0u8;
    while at < 64 {
        table[at as usize] = at;
        at += 1;
    }
    table
};

impl Kernel for Avx512 {
    const WIDE: bool = true;

    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Masks {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn within(self, block: &[u8; 64], first: u8, last: u8) -> u64 {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { within(block, first, last) }
    }

    #[inline(always)]
    fn marks(self, window: &Window) -> Marks {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { marks(window) }
    }

    #[inline(always)]
    fn among(self, block: &[u8; 64], at: u64, set: &LastBytes) -> u64 {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { among(block, at, set) }
    }

    #[inline(always)]
    fn outside(self, sixteen: &[u8; 16]) -> u16 {
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { sse2::outside(sixteen) }
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]) {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { positions(mask, base, out) }
    }

    #[inline(always)]
    fn extract(self, from: u64, mask: u64) -> u64 {
        // SAFETY: `self` proves that the CPU has BMI2.
        unsafe { _pext_u64(from, mask) }
    }

    #[inline(always)]
    fn marked(self, numbers: &[u64; 8], table: &[u8; 128]) -> u8 {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { marked(numbers, table) }
    }

    #[inline(always)]
    fn accumulate(self, sums: &mut [u64; 8], stripe: &[u64; 8], secret: &[u8; 64]) {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { accumulate(sums, stripe, secret) }
    }

    #[inline(always)]
    fn hash_words(self, text: &[u8], words: GroupsOf8<'_>) -> usize {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { hash_words(text, words) }
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn classify(block: &[u8; 64]) -> Masks {
    let bytes = load(block);
    let (halves, _) = KINDS.as_chunks();
    // An index' top bit is ignored, so bytes outside ASCII must be masked out.
    let outside = _mm512_movepi8_mask(bytes);
    let kinds = _mm512_maskz_permutex2var_epi8(!outside, load(&halves[0]), bytes, load(&halves[1]));
    Masks {
        letters: _mm512_test_epi8_mask(kinds, all(LETTER)),
        digits: _mm512_test_epi8_mask(kinds, all(DIGIT)),
        joins_letters: _mm512_test_epi8_mask(kinds, all(JOINS_LETTERS)),
        joins_digits: _mm512_test_epi8_mask(kinds, all(JOINS_DIGITS)),
        special: _mm512_movepi8_mask(kinds) | outside,
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn within(block: &[u8; 64], first: u8, last: u8) -> u64 {
    let offset = _mm512_sub_epi8(load(block), all(first));
    _mm512_cmple_epu8_mask(offset, all(last - first))
}

/// The third byte is a continuation byte, so its low six bits identify it.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn marks(window: &Window) -> Marks {
    // U+2010 to U+2026 but U+2018, U+2019 and U+2024.
    const APART: u64 = 0x7F_FFFF_0000 & !(3 << 0x18 | 1 << 0x24);
    let [first, second, third] = [0, 1, 2].map(|ahead| load(shifted(window, ahead)));
    let leads = _mm512_cmpeq_epi8_mask(first, all(0xE2));
    let leads = _mm512_mask_cmpeq_epi8_mask(leads, second, all(0x80));
    let apart = _mm512_permutexvar_epi8(third, _mm512_movm_epi8(APART));
    let quotes = _mm512_or_si512(third, all(1));
    Marks {
        apart: _mm512_movepi8_mask(apart) & leads,
        quotes: _mm512_mask_cmpeq_epi8_mask(leads, quotes, all(0x99)),
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn among(block: &[u8; 64], at: u64, set: &LastBytes) -> u64 {
    // The index' top two bits are ignored.
    let found = _mm512_permutexvar_epi8(load(block), _mm512_movm_epi8(set.bits));
    _mm512_movepi8_mask(found) & at
}

/// Compresses the positions 0 to 63 by the mask, then widens 32 of them, nearly always enough in
/// text, or 64.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2")]
fn positions(mask: u64, base: u32, out: &mut [u32; 64]) {
    let found = _mm512_maskz_compress_epi8(mask, load(&POSITIONS));
    let base = _mm512_set1_epi32(base.cast_signed());
    let (sixteens, _) = out.as_chunks_mut::<16>();
    let widen = |to: &mut [u32; 16], sixteen| {
        let wide = _mm512_add_epi32(_mm512_cvtepu8_epi32(sixteen), base);
        // SAFETY: sixteen numbers of four bytes are written, to an array of sixteen.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), wide) };
    };
    widen(&mut sixteens[0], _mm512_castsi512_si128(found));
    widen(&mut sixteens[1], _mm512_extracti32x4_epi32::<1>(found));
    if mask.count_ones() > 32 {
        widen(&mut sixteens[2], _mm512_extracti32x4_epi32::<2>(found));
        widen(&mut sixteens[3], _mm512_extracti32x4_epi32::<3>(found));
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn marked(numbers: &[u64; 8], table: &[u8; 128]) -> u8 {
    let (halves, _) = table.as_chunks();
    // SAFETY: 64 bytes are read, from an array of eight numbers of eight.
    let numbers = unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) };
    // The index' top bit is ignored.
    let found = _mm512_permutex2var_epi8(load(&halves[0]), numbers, load(&halves[1]));
    _mm512_test_epi64_mask(found, each(0xFF << 40))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn accumulate(sums: &mut [u64; 8], stripe: &[u64; 8], secret: &[u8; 64]) {
    // SAFETY: 64 bytes are read, from an array of eight numbers of eight.
    let numbers = unsafe { _mm512_loadu_si512(stripe.as_ptr().cast()) };
    // SAFETY: as above.
    let sum = unsafe { _mm512_loadu_si512(sums.as_ptr().cast()) };
    let keyed = _mm512_xor_si512(numbers, load(secret));
    let product = _mm512_mul_epu32(keyed, _mm512_srli_epi64::<32>(keyed));
    let beside = _mm512_shuffle_epi32::<0b01_00_11_10>(numbers);
    let sum = _mm512_add_epi64(_mm512_add_epi64(sum, beside), product);
    // SAFETY: 64 bytes are written, to an array of eight numbers of eight.
    unsafe { _mm512_storeu_si512(sums.as_mut_ptr().cast(), sum) };
}

/// Hashes groups of eight. One vector holds words 0, 2, 4 and 6, the other words 1, 3, 5 and 7:
/// unpacking then gives their halves in order.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
fn hash_words(text: &[u8], words: GroupsOf8<'_>) -> usize {
    words.hash(|words, hashes| hash_eight(text, words, hashes))
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
fn hash_eight(text: &[u8], words: &[StartEnd; 8], hashes: &mut [u64; 8]) -> Option<u8> {
    let limit = text.len().checked_sub(16)? as u32;
    // SAFETY: 64 bytes are read, from an array of eight pairs of numbers of four.
    let edges = unsafe { _mm512_loadu_si512(words.as_ptr().cast()) };
    // Lower halves hold starts; ends have no limit.
    let limits = each(u64::from(u32::MAX) << 32 | u64::from(limit));
    if _mm512_cmpgt_epu32_mask(edges, limits) != 0 {
        return None;
    }
    let lens = _mm512_maskz_sub_epi32(0x5555, _mm512_srli_epi64::<32>(edges), edges);
    let long = _mm512_cmpgt_epu64_mask(lens, each(16));
    let four = |first: usize| {
        let word = |at: usize| {
            // SAFETY: a reference is valid to read. Reading the start from memory again is cheaper
            // than extracting it from the vector, which takes two steps.
            let start = unsafe { std::ptr::read_volatile(&raw const words[at][0]) };
            // SAFETY: each start is at least 16 bytes before the end of the text.
            unsafe { _mm_loadu_si128(text.as_ptr().add(start as usize).cast()) }
        };
        let words = _mm512_castsi128_si512(word(first));
        let words = _mm512_inserti32x4::<1>(words, word(first + 2));
        let words = _mm512_inserti32x4::<2>(words, word(first + 4));
        let words = _mm512_inserti32x4::<3>(words, word(first + 6));
        let lens = _mm512_shuffle_epi8(lens, all(8 * first as u8));
        let inside = _mm512_cmplt_epu8_mask(load(&WITHIN), lens);
        // Sets the lower-case bit, except outside ASCII.
        let lower = _mm512_andnot_si512(_mm512_srli_epi16::<2>(words), all(0x20));
        _mm512_maskz_mov_epi8(inside, _mm512_or_si512(words, lower))
    };
    let (even, odd) = (four(0), four(1));
    let (low, high) = (
        _mm512_unpacklo_epi64(even, odd),
        _mm512_unpackhi_epi64(even, odd),
    );
    let lens = _mm512_mul_epu32(lens, each(hash::LENGTH));
    let a = _mm512_xor_si512(low, each(hash::ROOT_2));
    let b = _mm512_xor_si512(
        _mm512_xor_si512(_mm512_ror_epi64::<16>(low), high),
        _mm512_xor_si512(lens, each(hash::ROOT_3)),
    );
    let outer = _mm512_mul_epu32(a, _mm512_srli_epi64::<32>(b));
    let inner = _mm512_mul_epu32(_mm512_srli_epi64::<32>(a), b);
    let mixed = _mm512_xor_si512(outer, _mm512_rol_epi64::<32>(inner));
    let mixed = _mm512_xor_si512(mixed, _mm512_srli_epi64::<32>(mixed));
    let mixed = multiply_by_golden(mixed);
    let mixed = _mm512_xor_si512(mixed, _mm512_srli_epi64::<29>(mixed));
    // SAFETY: eight numbers of eight bytes are written, to an array of eight.
    unsafe { _mm512_storeu_si512(hashes.as_mut_ptr().cast(), mixed) };
    Some(long)
}

/// Multiplies 64 bits, keeping the low 64, by three products of 32 by 32 bits: `vpmullq` takes
/// nearly twice as long.
#[inline]
#[target_feature(enable = "avx512f")]
fn multiply_by_golden(x: __m512i) -> __m512i {
    let (low, high) = (each(hash::GOLDEN), each(hash::GOLDEN >> 32));
    let crossed = _mm512_add_epi64(
        _mm512_mul_epu32(_mm512_srli_epi64::<32>(x), low),
        _mm512_mul_epu32(x, high),
    );
    _mm512_add_epi64(_mm512_mul_epu32(x, low), _mm512_slli_epi64::<32>(crossed))
}

/// Every byte's place within its sixteen.
static WITHIN: [u8; 64] = {
    let mut within = POSITIONS;
    let mut at = 0;
    while at < 64 {
        within[at] %= 16;
        at += 1;
    }
    within
};

#[inline]
#[target_feature(enable = "avx512f")]
fn each(number: u64) -> __m512i {
    _mm512_set1_epi64(number.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(bytes: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are read, from an array of 64.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn all(byte: u8) -> __m512i {
    _mm512_set1_epi8(byte.cast_signed())
}
