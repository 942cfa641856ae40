//! The characters of most texts, in one look-up.
//!
//! In: the bytes of a character. Out: what the tables say of it, where it is one of two kinds:
//! characters of two bytes (Latin with accents, Greek, Cyrillic, Hebrew, Arabic), for which the
//! tables are joined into one of 8 KB, and the ideographs in the main block of Han, which are all
//! alike. Walking the two-stage tables instead took half of the time on such texts.

use super::class::{Class, Kind};
use super::fold;

/// What is known of a character of two bytes.
#[derive(Clone, Copy)]
pub(super) struct Two(u32);

const LETTER: u32 = 1 << 31;

static TWO: [Two; 1 << 11] = {
    let mut table = [Two(0); 1 << 11];
    let mut code = 0x80;
    while code < table.len() {
        let mut two = match fold::plain_form(code as u32) {
            Some((bytes, len)) if len <= 3 => bytes | (len as u32) << 24,
            _ => 0,
        };
        if matches!(Class::of_code(code as u32).kind(), Kind::Letter) {
            two |= LETTER;
        }
        table[code] = Two(two);
        code += 1;
    }
    table
};

impl Two {
    #[inline(always)]
    pub(super) fn is_lead(byte: u8) -> bool {
        byte & 0xE0 == 0xC0
    }

    /// Of the two bytes of a character.
    #[inline(always)]
    pub(super) fn of(lead: u8, next: u8) -> Self {
        TWO[usize::from(lead & 0x1F) << 6 | usize::from(next & 0x3F)]
    }

    /// Whether it is of [`Kind::Letter`].
    #[inline(always)]
    pub(super) fn is_letter(self) -> bool {
        self.0 & LETTER != 0
    }

    /// What it folds to, little-endian, and how many bytes that is: 1 to 3, or 0 if more or if it
    /// depends on what stands beside.
    #[inline(always)]
    pub(super) fn form(self) -> (u32, usize) {
        (self.0 & 0xFF_FFFF, (self.0 >> 24 & 3) as usize)
    }
}

/// Whether the three bytes are an ideograph from U+4E00 to U+9FFF: a word of its own, which folds
/// to itself.
#[inline(always)]
pub(super) fn is_ideograph(bytes: [u8; 3]) -> bool {
    let order = u16::from_be_bytes([bytes[0], bytes[1]]);
    (0xE4B8..0xEA00).contains(&order)
}
