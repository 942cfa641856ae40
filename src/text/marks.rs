//! Marks between words, a block of text at once.
//!
//! In: a block of 64 bytes. Out: which of its marks outside ASCII are settled, and which of them
//! join letters or digits.
//!
//! In English text of today every other block has a curly quote or a dash, and no branch can know
//! which. So blocks of ASCII and such marks have a way of their own, without a branch on what
//! stands in them.

use super::class::{Class, Kind};
use super::edges::{Block, FIRST_AND_LAST};
use super::scripts::{three, whole};
use super::utf8;
use crate::simd::{Kernel, Masks, Window};

/// A block with more bytes outside ASCII has more than marks.
const MOST: u32 = 18;

/// Where a mark of three bytes begins that ends behind the block.
const LAST_TWO: u64 = 3 << 62;

/// Where a mark of three bytes has both neighbours in the block.
const INNER: u64 = u64::MAX >> 3 & !1;

/// The bytes in words of a block of ASCII and of quotation marks and dashes, and those of them that
/// are curly apostrophes. `None` if it holds anything else, or if a mark that could join stands
/// beside what is outside ASCII or outside the block.
///
/// `window` and `masks` are those of the block at `base` of `text`.
#[inline(always)]
pub(super) fn words<K: Kernel>(
    kernel: K,
    text: &[u8],
    base: usize,
    window: &Window,
    masks: &Masks,
) -> Option<(u64, u64)> {
    let special = masks.special;
    let threes = three(special & special >> 1 & special >> 2);
    if special.count_ones() > MOST || special & !threes != 0 {
        return None;
    }
    let alphanumeric = masks.letters | masks.digits;
    let joined = masks.joined() | joined_at_borders(text, base, masks)?;
    if special == 0 && !K::WIDE {
        return Some((alphanumeric | joined, 0));
    }
    let marks = kernel.marks(window);
    let others = special & !three(marks.apart | marks.quotes);
    if others | marks.apart & LAST_TWO | marks.quotes & !INNER != 0 {
        return None;
    }
    let between = |of: u64| of << 1 & of >> 3;
    let apostrophes = marks.quotes & (between(masks.letters) | between(masks.digits));
    let apostrophes = three(apostrophes);
    Some((alphanumeric | joined | apostrophes, apostrophes))
}

/// Whether the first and the last byte of the block at `base` are marks that join two letters of
/// ASCII or two digits; `None` if they could join what is outside ASCII.
#[inline(always)]
fn joined_at_borders(text: &[u8], base: usize, masks: &Masks) -> Option<u64> {
    let borders = (masks.joins_letters | masks.joins_digits) & FIRST_AND_LAST;
    if borders == 0 {
        return Some(0);
    }
    let at = |at: usize| text.get(at).copied().unwrap_or(0);
    let joins = |mark: usize| {
        let (left, right) = (at(mark.wrapping_sub(1)), at(mark + 1));
        if !(left | right).is_ascii() {
            return None;
        }
        let class = Class::of_code(at(mark).into());
        let letters = left.is_ascii_alphabetic() && right.is_ascii_alphabetic();
        let digits = left.is_ascii_digit() && right.is_ascii_digit();
        Some(letters && class.joins(true) || digits && class.joins(false))
    };
    let joined = u64::from(joins(base)?) | u64::from(joins(base + 63)?) << 63;
    Some(joined & borders)
}

/// A neighbour of a middle mark.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    Letter,
    Digit,
    Other,
}

/// Whether a middle mark joins what stands before it to the character at `next` (WB6, WB7, WB11,
/// WB12). `None` if it takes the tables to tell.
pub(super) fn joins(left: Beside, mark: Class, bytes: &[u8], next: usize) -> Option<bool> {
    if left == Beside::Other || next == bytes.len() {
        return Some(false);
    }
    let right = match bytes[next] {
        b'0'..=b'9' => Beside::Digit,
        b'A'..=b'Z' | b'a'..=b'z' => Beside::Letter,
        byte if byte.is_ascii() => Beside::Other,
        _ => match Class::of_code(utf8::decode(bytes, next).0).kind() {
            Kind::Letter => Beside::Letter,
            Kind::Hard => return None,
            _ => Beside::Other,
        },
    };
    Some(left == right && mark.joins(left == Beside::Letter))
}

impl Block {
    /// Settles most marks outside ASCII, all at once: quotation marks, dashes, no-break spaces and
    /// the stops of Chinese; and apostrophes between letters of ASCII. `window` is that of the
    /// block.
    #[inline(always)]
    pub(super) fn add_marks<K: Kernel>(
        &mut self,
        kernel: K,
        window: &Window,
        letters: u64,
        alphanumeric: u64,
    ) {
        let block = window.first_chunk().expect("a window holds a block");
        let within = |first, last| kernel.within(block, first, last);
        if within(0xE2, 0xE2) != 0 {
            let marks = kernel.marks(window);
            let quotes = whole(marks.quotes);
            let joined = quotes & letters << 1 & letters >> 3;
            // Beside ASCII that is no letter or digit, it joins nothing.
            let apart = !(alphanumeric | self.special | self.words);
            let quotes = quotes & (apart << 1 | apart >> 3);
            self.words |= three(joined);
            self.special &= !three(joined | quotes | whole(marks.apart));
        }
        let c2 = within(0xC2, 0xC2);
        if c2 != 0 {
            // U+00A0 to U+00A9, U+00AB and U+00BB.
            let marks = within(0xA0, 0xA9) | within(0xAB, 0xAB) | within(0xBB, 0xBB);
            let settled = c2 & marks >> 1;
            self.special &= !(settled | settled << 1);
        }
        if self.short != 0 {
            // U+3001, U+3002 and the brackets from U+3008 to U+3011.
            let lead = within(0xE3, 0xE3) & within(0x80, 0x80) >> 1;
            let marks = within(0x81, 0x82) | within(0x88, 0x91);
            let settled = lead & marks >> 2;
            // U+FF01, U+FF08, U+FF09 and U+FF1F; U+FF0C, U+FF1A and U+FF1B, which could join
            // digits or letters, behind an ideograph.
            let lead = within(0xEF, 0xEF) & within(0xBC, 0xBC) >> 1;
            let marks = within(0x81, 0x81) | within(0x88, 0x89) | within(0x9F, 0x9F);
            let stops = within(0x8C, 0x8C) | within(0x9A, 0x9B);
            let wide = lead & (marks | stops & self.short << 5) >> 2;
            self.special &= !three(whole(settled | wide));
        }
    }
}
