//! AVX-512 as of Ice Lake: 64 bytes at a time.

use std::arch::is_x86_feature_detected;
use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_castsi512_si128, _mm512_cvtepu8_epi32, _mm512_loadu_si512,
    _mm512_maskz_compress_epi8, _mm512_maskz_permutex2var_epi8, _mm512_movepi8_mask,
    _mm512_set1_epi8, _mm512_set1_epi32, _mm512_shuffle_i64x2, _mm512_storeu_si512,
    _mm512_test_epi8_mask,
};

use super::{Kernel, Masks, Task};

pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
        && super::avx2::is_available()
}

#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
pub(super) fn run<T: Task>(task: T) -> T::Output {
    task.run(Avx512(()))
}

/// Made by [`run`] alone, so that a value of it proves that the CPU has the features.
#[derive(Clone, Copy)]
struct Avx512(());

const LETTER: u8 = 1;
const DIGIT: u8 = 1 << 1;
const JOINS_LETTERS: u8 = 1 << 2;
const JOINS_DIGITS: u8 = 1 << 3;
const SPECIAL: u8 = 1 << 7;

/// The kind of each ASCII byte.
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
    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Masks {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]) {
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { positions(mask, base, out) }
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn classify(block: &[u8; 64]) -> Masks {
    let bytes = load(block);
    let (halves, _) = KINDS.as_chunks();
    // The top bit of an index is ignored, so a byte outside ASCII would get the kind of another.
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

/// Compresses the positions 0 to 63 by the mask, then widens as many sixteens as are needed:
/// in text nearly always one.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2")]
fn positions(mask: u64, base: u32, out: &mut [u32; 64]) {
    let mut found = _mm512_maskz_compress_epi8(mask, load(&POSITIONS));
    let base = _mm512_set1_epi32(base.cast_signed());
    let mut left = mask.count_ones();
    let (sixteens, _) = out.as_chunks_mut::<16>();
    for sixteen in sixteens {
        let wide = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(found));
        // SAFETY: sixteen numbers of four bytes are written, to an array of sixteen.
        unsafe { _mm512_storeu_si512(sixteen.as_mut_ptr().cast(), _mm512_add_epi32(wide, base)) };
        if left <= 16 {
            break;
        }
        left -= 16;
        found = _mm512_shuffle_i64x2::<0b00_11_10_01>(found, found);
    }
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
