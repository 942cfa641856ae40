//! Plain integers for every CPU; judges the other levels in tests.

use super::{GroupsOf8, Kernel, Masks, clean_word, extract_by_one, positions_by_twelve};

#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Kernel for Portable {
    const WIDE: bool = false;

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
    fn within(self, block: &[u8; 64], first: u8, last: u8) -> u64 {
        block.iter().rev().fold(0, |mask, byte| {
            mask << 1 | u64::from((first..=last).contains(byte))
        })
    }

    #[inline(always)]
    fn outside(self, sixteen: &[u8; 16]) -> u16 {
        let bytes = sixteen.iter().rev();
        bytes.fold(0, |mask, byte| mask << 1 | u16::from(!byte.is_ascii()))
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
    fn hash_words(self, text: &[u8], words: GroupsOf8<'_>) -> usize {
        words.hash(|words, hashes| {
            let mut long = 0;
            for (at, &[start, end]) in words.iter().enumerate() {
                let starting = text.get(start as usize..)?.first_chunk()?;
                let len = end.wrapping_sub(start) as usize;
                let (hash, is_long) = clean_word(starting, len);
                hashes[at] = hash;
                long |= u8::from(is_long) << at;
            }
            Some(long)
        })
    }
}
