//! x86-64-v3: 32 bytes at a time.

use std::arch::asm;
use std::arch::is_x86_feature_detected;
use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_add_epi64, _mm256_and_si256, _mm256_andnot_si256,
    _mm256_blendv_pd, _mm256_broadcastsi128_si256, _mm256_castpd_si256, _mm256_castsi128_si256,
    _mm256_castsi256_pd, _mm256_cmpeq_epi8, _mm256_cmpeq_epi32, _mm256_cmpgt_epi8,
    _mm256_inserti128_si256, _mm256_loadu_si256, _mm256_min_epu8, _mm256_min_epu32,
    _mm256_movemask_epi8, _mm256_movemask_pd, _mm256_mul_epu32, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_shuffle_epi32,
    _mm256_slli_epi64, _mm256_srli_epi16, _mm256_srli_epi64, _mm256_srlv_epi64,
    _mm256_storeu_si256, _mm256_sub_epi8, _mm256_sub_epi32, _mm256_unpackhi_epi64,
    _mm256_unpacklo_epi64, _mm256_xor_si256, _pext_u64,
};

use super::{
    GroupsOf8, Kernel, LastBytes, Marks, Masks, StartEnd, Task, Window, positions_by_twelve,
    shifted, sse2,
};
use crate::hash;

pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn run<T: Task>(task: T) -> T::Output {
    task.run(Avx2(()))
}

/// Only [`run`] makes it, so a value proves that the CPU has the features.
#[derive(Clone, Copy)]
struct Avx2(());

// A byte has a kind if its two nibbles' table entries share the kind's bit. This works because in
// every kind all high nibbles combine with all low ones. The top bit stands for the underscore.
const LETTERS: u8 = 0b0000_0011;
const DIGITS: u8 = 0b0000_0100;
const JOINS_LETTERS: u8 = 0b0010_1000;
const JOINS_DIGITS: u8 = 0b0101_1000;
const BY_LOW_NIBBLE: [u8; 16] = {
    let mut table = [0; 16];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize % 16] |= kind(byte);
        byte += 1;
    }
    table
};
const BY_HIGH_NIBBLE: [u8; 16] = {
    let mut table = [0; 16];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize / 16] |= kind(byte);
        byte += 1;
    }
    table
};

const fn kind(byte: u8) -> u8 {
    match byte {
        b'A'..=b'O' | b'a'..=b'o' => 1,
        b'P'..=b'Z' | b'p'..=b'z' => 1 << 1,
        b'0'..=b'9' => 1 << 2,
        b'\'' | b'.' => 1 << 3,
        b',' => 1 << 4,
        b':' => 1 << 5,
        b';' => 1 << 6,
        b'_' => 1 << 7,
        _ => 0,
    }
}

impl Kernel for Avx2 {
    const WIDE: bool = true;

    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Masks {
        // SAFETY: `self` proves that the CPU has AVX2.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn within(self, block: &[u8; 64], first: u8, last: u8) -> u64 {
        // SAFETY: `self` proves that the CPU has AVX2.
        unsafe { within(block, first, last) }
    }

    #[inline(always)]
    fn marks(self, window: &Window) -> Marks {
        // SAFETY: `self` proves that the CPU has AVX2.
        unsafe { marks(window) }
    }

    #[inline(always)]
    fn among(self, block: &[u8; 64], at: u64, set: &LastBytes) -> u64 {
        // SAFETY: `self` proves that the CPU has AVX2.
        unsafe { among(block, at, set) }
    }

    #[inline(always)]
    fn outside(self, sixteen: &[u8; 16]) -> u16 {
        // SAFETY: every x86-64 CPU has SSE2.
        unsafe { sse2::outside(sixteen) }
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]) {
        positions_by_twelve(mask, out, |mask| {
            let mut position = base.wrapping_add(mask.trailing_zeros());
            // SAFETY: an empty comment, no instruction. Without this barrier the compiler collects
            // positions in a vector before writing them, in three times as many steps.
            unsafe { asm!("/* {0:e} */", inout(reg) position, options(pure, nomem, nostack)) };
            position
        });
    }

    #[inline(always)]
    fn extract(self, from: u64, mask: u64) -> u64 {
        // SAFETY: `self` proves that the CPU has BMI2.
        unsafe { _pext_u64(from, mask) }
    }

    #[inline(always)]
    fn marked(self, numbers: &[u64; 8], table: &[u8; 128]) -> u8 {
        // SAFETY: `self` proves that the CPU has AVX2.
        unsafe { marked(numbers, table) }
    }

    #[inline(always)]
    fn accumulate(self, sums: &mut [u64; 8], stripe: &[u64; 8], secret: &[u8; 64]) {
        // SAFETY: `self` proves that the CPU has AVX2.
        unsafe { accumulate(sums, stripe, secret) }
    }

    #[inline(always)]
    fn hash_words(self, text: &[u8], words: GroupsOf8<'_>) -> usize {
        // SAFETY: `self` proves that the CPU has AVX2.
        unsafe { hash_words(text, words) }
    }
}

/// Packs the table into 128 bits, once before a loop; every number then shifts its own bit out.
#[inline]
#[target_feature(enable = "avx2")]
fn marked(numbers: &[u64; 8], table: &[u8; 128]) -> u8 {
    let (blocks, _) = table.as_chunks::<64>();
    let bits = |block: &[u8; 64]| each(!within(block, 0, 0));
    let (low, high) = (bits(&blocks[0]), bits(&blocks[1]));
    let mut marked = 0;
    for (four, shift) in numbers.as_chunks().0.iter().zip([0, 4]) {
        let four = load_four(four);
        let bit = _mm256_and_si256(_mm256_srli_epi64::<40>(four), each(63));
        let low = _mm256_castsi256_pd(_mm256_srlv_epi64(low, bit));
        let high = _mm256_castsi256_pd(_mm256_srlv_epi64(high, bit));
        let is_high = _mm256_castsi256_pd(_mm256_slli_epi64::<17>(four));
        let found = _mm256_castpd_si256(_mm256_blendv_pd(low, high, is_high));
        let found = _mm256_castsi256_pd(_mm256_slli_epi64::<63>(found));
        marked |= (_mm256_movemask_pd(found) as u8) << shift;
    }
    marked
}

#[inline]
#[target_feature(enable = "avx2")]
fn accumulate(sums: &mut [u64; 8], stripe: &[u64; 8], secret: &[u8; 64]) {
    let (sums, _) = sums.as_chunks_mut();
    let halves = stripe.as_chunks().0.iter().zip(secret.as_chunks().0);
    for (sum, (numbers, secret)) in sums.iter_mut().zip(halves) {
        let numbers = load_four(numbers);
        let keyed = _mm256_xor_si256(numbers, load(secret));
        let product = _mm256_mul_epu32(keyed, _mm256_srli_epi64::<32>(keyed));
        let beside = _mm256_shuffle_epi32::<0b01_00_11_10>(numbers);
        let more = _mm256_add_epi64(_mm256_add_epi64(load_four(sum), beside), product);
        // SAFETY: 32 bytes are written, to an array of four numbers of eight.
        unsafe { _mm256_storeu_si256(sum.as_mut_ptr().cast(), more) };
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_four(numbers: &[u64; 4]) -> __m256i {
    // SAFETY: 32 bytes are read, from an array of four numbers of eight.
    unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn hash_words(text: &[u8], words: GroupsOf8<'_>) -> usize {
    words.hash(|words, hashes| hash_eight(text, words, hashes))
}

#[inline]
#[target_feature(enable = "avx2")]
fn hash_eight(text: &[u8], words: &[StartEnd; 8], hashes: &mut [u64; 8]) -> Option<u8> {
    let limit = text.len().checked_sub(16)? as u32;
    let mut others = 0;
    let fours = words.as_chunks().0.iter().zip(hashes.as_chunks_mut().0);
    for ((words, hashes), shift) in fours.zip([0, 4]) {
        others |= hash_four(text, limit, words, hashes)? << shift;
    }
    Some(others)
}

/// One vector holds words 0 and 2, the other words 1 and 3: unpacking then gives their halves in
/// order.
#[inline]
#[target_feature(enable = "avx2")]
fn hash_four(text: &[u8], limit: u32, words: &[StartEnd; 4], hashes: &mut [u64; 4]) -> Option<u8> {
    // SAFETY: 32 bytes are read, from an array of four pairs of numbers of four.
    let edges = unsafe { _mm256_loadu_si256(words.as_ptr().cast()) };
    // Lower halves hold starts; ends have no limit.
    let limits = each(u64::from(u32::MAX) << 32 | u64::from(limit));
    let near = _mm256_cmpeq_epi32(_mm256_min_epu32(edges, limits), edges);
    if _mm256_movemask_epi8(near) != -1 {
        return None;
    }
    let lens = _mm256_sub_epi32(_mm256_srli_epi64::<32>(edges), edges);
    let short = _mm256_cmpeq_epi32(_mm256_min_epu32(lens, each(16)), lens);
    let short = _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_slli_epi64::<32>(short)));
    let two = |first: usize| {
        let word = |at: usize| {
            // SAFETY: a reference is valid to read. Reading the start from memory again is cheaper
            // than extracting it from the vector, which takes two steps.
            let start = unsafe { std::ptr::read_volatile(&raw const words[at][0]) };
            // SAFETY: each start is at least 16 bytes before the end of the text.
            unsafe { _mm_loadu_si128(text.as_ptr().add(start as usize).cast()) }
        };
        let words = _mm256_castsi128_si256(word(first));
        let words = _mm256_inserti128_si256::<1>(words, word(first + 2));
        let lens = _mm256_shuffle_epi8(lens, _mm256_set1_epi8(8 * first as i8));
        // A length that is no positive byte belongs to a long word, whose hash is not used.
        let inside = _mm256_cmpgt_epi8(lens, load(&WITHIN));
        // Sets the lower-case bit, except outside ASCII.
        let lower = _mm256_andnot_si256(_mm256_srli_epi16::<2>(words), _mm256_set1_epi8(0x20));
        _mm256_and_si256(inside, _mm256_or_si256(words, lower))
    };
    let (even, odd) = (two(0), two(1));
    let (low, high) = (
        _mm256_unpacklo_epi64(even, odd),
        _mm256_unpackhi_epi64(even, odd),
    );
    let lens = _mm256_mul_epu32(lens, each(hash::LENGTH));
    let a = _mm256_xor_si256(low, each(hash::ROOT_2));
    let b = _mm256_xor_si256(
        _mm256_xor_si256(_mm256_shuffle_epi8(low, load(&TURN)), high),
        _mm256_xor_si256(lens, each(hash::ROOT_3)),
    );
    let outer = _mm256_mul_epu32(a, _mm256_srli_epi64::<32>(b));
    let inner = _mm256_mul_epu32(_mm256_srli_epi64::<32>(a), b);
    let mixed = _mm256_xor_si256(outer, _mm256_shuffle_epi32::<0b10_11_00_01>(inner));
    let mixed = _mm256_xor_si256(mixed, _mm256_srli_epi64::<32>(mixed));
    let mixed = multiply_by_golden(mixed);
    let mixed = _mm256_xor_si256(mixed, _mm256_srli_epi64::<29>(mixed));
    // SAFETY: four numbers of eight bytes are written, to an array of four.
    unsafe { _mm256_storeu_si256(hashes.as_mut_ptr().cast(), mixed) };
    Some(!short as u8 & 0xF)
}

/// Multiplies 64 bits, keeping the low 64, by three products of 32 by 32 bits.
#[inline]
#[target_feature(enable = "avx2")]
fn multiply_by_golden(x: __m256i) -> __m256i {
    let (low, high) = (each(hash::GOLDEN), each(hash::GOLDEN >> 32));
    let crossed = _mm256_add_epi64(
        _mm256_mul_epu32(_mm256_srli_epi64::<32>(x), low),
        _mm256_mul_epu32(x, high),
    );
    _mm256_add_epi64(_mm256_mul_epu32(x, low), _mm256_slli_epi64::<32>(crossed))
}

/// Every byte's place within its sixteen.
static WITHIN: [u8; 32] = {
    let mut within = [0; 32];
    let mut at = 0;
    while at < 32 {
        within[at] = at as u8 % 16;
        at += 1;
    }
    within
};

/// A shuffle that rotates every eight bytes right by two.
static TURN: [u8; 32] = {
    let mut turn = WITHIN;
    let mut at = 0;
    while at < 32 {
        turn[at] = (at as u8 + 2) % 8 + at as u8 / 8 % 2 * 8;
        at += 1;
    }
    turn
};

#[inline]
#[target_feature(enable = "avx2")]
fn each(number: u64) -> __m256i {
    _mm256_set1_epi64x(number.cast_signed())
}

#[inline]
#[target_feature(enable = "avx2")]
fn classify(block: &[u8; 64]) -> Masks {
    let (halves, _) = block.as_chunks();
    let (low, high) = (classify_half(&halves[0]), classify_half(&halves[1]));
    Masks {
        letters: low.letters | high.letters << 32,
        digits: low.digits | high.digits << 32,
        joins_letters: low.joins_letters | high.joins_letters << 32,
        joins_digits: low.joins_digits | high.joins_digits << 32,
        special: low.special | high.special << 32,
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn classify_half(bytes: &[u8; 32]) -> Masks {
    let bytes = load(bytes);
    // A shuffle gives zero for an index with its top bit set, that is outside ASCII.
    let by_low = _mm256_shuffle_epi8(twice(&BY_LOW_NIBBLE), bytes);
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(15));
    let kinds = _mm256_and_si256(by_low, _mm256_shuffle_epi8(twice(&BY_HIGH_NIBBLE), high));
    Masks {
        letters: top_bits(any_of(kinds, LETTERS)),
        digits: top_bits(any_of(kinds, DIGITS)),
        joins_letters: top_bits(any_of(kinds, JOINS_LETTERS)),
        joins_digits: top_bits(any_of(kinds, JOINS_DIGITS)),
        special: top_bits(_mm256_or_si256(kinds, bytes)),
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn within(block: &[u8; 64], first: u8, last: u8) -> u64 {
    let (halves, _) = block.as_chunks();
    within_half(&halves[0], first, last) | within_half(&halves[1], first, last) << 32
}

#[inline]
#[target_feature(enable = "avx2")]
fn within_half(bytes: &[u8; 32], first: u8, last: u8) -> u64 {
    top_bits(inside(load(bytes), first, last))
}

#[inline]
#[target_feature(enable = "avx2")]
fn inside(bytes: __m256i, first: u8, last: u8) -> __m256i {
    let offset = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first.cast_signed()));
    let limit = _mm256_set1_epi8((last - first).cast_signed());
    _mm256_cmpeq_epi8(_mm256_min_epu8(offset, limit), offset)
}

#[inline]
#[target_feature(enable = "avx2")]
fn marks(window: &Window) -> Marks {
    let half = |at: usize| {
        let [first, second, third] = [0, 1, 2].map(|ahead| {
            let (halves, _) = shifted(window, ahead).as_chunks();
            load(&halves[at])
        });
        let is = |bytes, byte: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()));
        let leads = _mm256_and_si256(is(first, 0xE2), is(second, 0x80));
        let quotes = is(_mm256_or_si256(third, _mm256_set1_epi8(1)), 0x99);
        let joining = _mm256_or_si256(quotes, is(third, 0xA4));
        let apart = _mm256_andnot_si256(joining, inside(third, 0x90, 0xA6));
        [apart, quotes].map(|marks| top_bits(_mm256_and_si256(leads, marks)))
    };
    let ([low_apart, low_quotes], [apart, quotes]) = (half(0), half(1));
    Marks {
        apart: low_apart | apart << 32,
        quotes: low_quotes | quotes << 32,
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn among(block: &[u8; 64], at: u64, set: &LastBytes) -> u64 {
    let (halves, _) = block.as_chunks();
    (among_half(&halves[0], set) | among_half(&halves[1], set) << 32) & at
}

#[inline]
#[target_feature(enable = "avx2")]
fn among_half(bytes: &[u8; 32], set: &LastBytes) -> u64 {
    /// Indexed by a continuation byte's upper nibble: its bit in [`LastBytes`].
    const BIT: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 0, 0, 0, 0];
    let bytes = load(bytes);
    let nibble = _mm256_set1_epi8(15);
    let low = _mm256_and_si256(bytes, nibble);
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble);
    let of_low = _mm256_shuffle_epi8(twice(&set.by_low), low);
    let found = _mm256_and_si256(of_low, _mm256_shuffle_epi8(twice(&BIT), high));
    top_bits(_mm256_cmpgt_epi8(found, _mm256_setzero_si256()))
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; 32]) -> __m256i {
    // SAFETY: 32 bytes are read, from an array of 32.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn any_of(kinds: __m256i, of: u8) -> __m256i {
    let shared = _mm256_and_si256(kinds, _mm256_set1_epi8(of.cast_signed()));
    _mm256_cmpgt_epi8(shared, _mm256_setzero_si256())
}

#[inline]
#[target_feature(enable = "avx2")]
fn top_bits(bytes: __m256i) -> u64 {
    u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
}

#[inline]
#[target_feature(enable = "avx2")]
fn twice(table: &[u8; 16]) -> __m256i {
    // SAFETY: sixteen bytes are read, from an array of sixteen.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(table.as_ptr().cast()) })
}
