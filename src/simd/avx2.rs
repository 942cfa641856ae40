//! x86-64-v3: 32 bytes at a time.

use std::arch::is_x86_feature_detected;
use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpgt_epi8,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
};

use super::{Kernel, Masks, Task, positions_by_four};

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

/// Made by [`run`] alone, so that a value of it proves that the CPU has the features.
#[derive(Clone, Copy)]
struct Avx2(());

// A byte is of a kind if its two nibbles share that bit. In each kind, all high nibbles go with
// all low ones. The top bit is the underscore.
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
    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Masks {
        // SAFETY: `self` proves that the CPU has AVX2.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]) {
        positions_by_four(mask, base, out);
    }
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
    // SAFETY: 32 bytes are read, from an array of 32.
    let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
    // A shuffle gives zero where the top bit of the index is set: outside ASCII.
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
