//! The characters of most texts, in one look-up.
//!
//! In: the two bytes of a character (Latin with accents, Greek, Cyrillic, Hebrew, Arabic). Out: what
//! the tables say of it, which are joined into one of 8 KB. Walking the two-stage tables instead
//! took half of the time on such texts.

use super::fold;

/// What is known of a character of two bytes.
#[derive(Clone, Copy)]
pub(super) struct Two(u32);

static TWO: [Two; 1 << 11] = {
    let mut table = [Two(0); 1 << 11];
    let mut code = 0x80;
    while code < table.len() {
        table[code] = Two(match fold::plain_form(code as u32) {
            Some((bytes, len)) if len <= 3 => bytes | (len as u32) << 24,
            _ => 0,
        });
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

    /// What it folds to, little-endian, and how many bytes that is: 1 to 3, or 0 if more or if it
    /// depends on what stands beside.
    #[inline(always)]
    pub(super) fn form(self) -> (u32, usize) {
        (self.0 & 0xFF_FFFF, (self.0 >> 24 & 3) as usize)
    }
}

/// The two bytes of a character, little-endian.
pub(super) const fn encoded(code: u32) -> u32 {
    0xC0 | code >> 6 | (0x80 | code & 0x3F) << 8
}
