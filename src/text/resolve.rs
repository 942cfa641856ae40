//! Settles the characters of a block one by one, where no mask could.
//!
//! In: a block and the bytes still unresolved. Out: their place in words; or the first character
//! that only the tables can settle.

use super::block::Block;
use super::class::{BlockKind, Class};
use super::utf8;

/// The neighbour of a middle mark.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Neighbour {
    Letter,
    Digit,
    Other,
}

/// Whether a middle mark joins its left neighbour to the character at `next` (rules WB6, WB7, WB11,
/// WB12). `None` if only the tables can tell.
fn joins(left: Neighbour, mark: Class, bytes: &[u8], next: usize) -> Option<bool> {
    if left == Neighbour::Other || next == bytes.len() {
        return Some(false);
    }
    let right = match bytes[next] {
        b'0'..=b'9' => Neighbour::Digit,
        b'A'..=b'Z' | b'a'..=b'z' => Neighbour::Letter,
        byte if byte.is_ascii() => Neighbour::Other,
        _ => match Class::of_code(utf8::decode(bytes, next).0).block_kind() {
            BlockKind::Letter => Neighbour::Letter,
            BlockKind::Hard => return None,
            _ => Neighbour::Other,
        },
    };
    Some(left == right && mark.joins(left == Neighbour::Letter))
}

impl Block {
    /// Settles the middle marks and the characters outside ASCII at the bits of `unresolved`.
    ///
    /// Stops before a character that ends past the block, and before a hard character.
    pub(super) fn resolve(
        &mut self,
        bytes: &[u8],
        base: usize,
        word_open: u64,
        mut unresolved: u64,
    ) {
        unresolved &= u64::MAX.checked_shr(64 - self.take).unwrap_or(0);
        while unresolved != 0 {
            let bit = unresolved.trailing_zeros();
            let at = base + bit as usize;
            // Dashes and double quotes separate; they are common enough to skip the tables.
            if let Some(&[0xE2, 0x80, 0x90..=0x97 | 0x9A..=0x9F | 0xA6]) = bytes.get(at..at + 3)
                && bit <= 61
            {
                unresolved &= !(7 << bit);
                continue;
            }
            // A character cut by the block's end goes to the next block.
            let (code, len, _) = utf8::decode(bytes, at);
            if bit + len > 64 {
                self.take = bit;
                return;
            }
            let mask = ((1 << len) - 1) << bit;
            unresolved &= !mask;
            let class = Class::of_code(code);
            match class.block_kind() {
                BlockKind::Letter => self.words |= mask,
                BlockKind::Separator => {}
                BlockKind::Single => {
                    self.words |= mask;
                    self.breaks |= 1 << bit;
                    match 1u64.checked_shl(bit + len) {
                        Some(after) => self.breaks |= after,
                        None => self.break_after = 1,
                    }
                }
                BlockKind::Middle => {
                    let left = self.left(bytes, base, bit, word_open);
                    match joins(left, class, bytes, at + len as usize) {
                        Some(true) => self.words |= mask,
                        Some(false) => {}
                        None => {
                            self.take = bit;
                            self.hard = true;
                            return;
                        }
                    }
                }
                BlockKind::Hard => {
                    self.take = bit;
                    self.hard = true;
                    return;
                }
            }
        }
    }

    /// The left neighbour of the middle mark at `bit`.
    fn left(&self, bytes: &[u8], base: usize, bit: u32, word_open: u64) -> Neighbour {
        let in_word = (self.words << 1 | word_open) >> bit & 1 == 1;
        if !in_word || self.breaks >> bit & 1 == 1 {
            return Neighbour::Other;
        }
        match bytes[base + bit as usize - 1] {
            b'0'..=b'9' => Neighbour::Digit,
            // No middle mark: a letter or a digit follows each that joins.
            _ => Neighbour::Letter,
        }
    }
}
