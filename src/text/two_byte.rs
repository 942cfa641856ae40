//! Folds two-byte characters by one look-up.
//!
//! In: the two bytes of a character (accented Latin, Greek, Cyrillic, Hebrew, Arabic). Out: its
//! folded bytes, from one 8 KB table made at compile time. The two-stage tables took half of the
//! tokenizing time on such text.

use super::fold;

/// A two-byte character's folded form: up to three bytes, little-endian, with their number in the
/// top byte.
#[derive(Clone, Copy)]
pub(super) struct TwoByteFold(u32);

static TWO_BYTE_FOLDS: [TwoByteFold; 1 << 11] = {
    let mut table = [TwoByteFold(0); 1 << 11];
    let mut code = 0x80;
    while code < table.len() {
        table[code] = TwoByteFold(match fold::plain_form(code as u32) {
            Some((bytes, len)) if len <= 3 => bytes | (len as u32) << 24,
            _ => 0,
        });
        code += 1;
    }
    table
};

impl TwoByteFold {
    #[inline(always)]
    pub(super) fn is_lead(byte: u8) -> bool {
        byte & 0xE0 == 0xC0
    }

    #[inline(always)]
    pub(super) fn of(lead: u8, next: u8) -> Self {
        TWO_BYTE_FOLDS[usize::from(lead & 0x1F) << 6 | usize::from(next & 0x3F)]
    }

    /// The folded bytes, little-endian, and their number, 1 to 3.
    ///
    /// A number of 0 sends the caller to the full tables: the form is longer, or depends on
    /// neighbouring characters.
    #[inline(always)]
    pub(super) fn form(self) -> (u32, usize) {
        (self.0 & 0xFF_FFFF, (self.0 >> 24 & 3) as usize)
    }
}
