//! Settles quotation marks and dashes, a whole block at once.
//!
//! In: a block of 64 bytes. Out: which marks outside ASCII are settled, and which join letters or
//! digits.
//!
//! In today's English text every other block has a curly quote or a dash, and no branch predictor
//! can know which. So blocks with only ASCII and such marks go through [`words`], which has no
//! branch on their content.

use super::block::{Block, FIRST_AND_LAST, all_bytes, complete_leads};
use super::class::Class;
use crate::simd::{Kernel, Masks, Window};

/// Bytes outside ASCII, at most, in a block that [`words`] tries: six marks. Chosen by hand: blocks
/// with more are rarely English.
const MOST: u32 = 18;

/// Lead bytes at these places start marks that end past the block.
const LAST_TWO: u64 = 3 << 62;

/// Lead bytes at these places start marks with both neighbours in the block.
const INNER: u64 = u64::MAX >> 3 & !1;

/// Gives the word bytes, and the curly apostrophes among them, in a block with only ASCII,
/// quotation marks and dashes.
///
/// `None` if the block holds anything else, or if a mark that could join has a neighbour outside
/// ASCII or, for curly ones, outside the block. `window` and `masks` describe the block at `base`.
#[inline(always)]
pub(super) fn words<K: Kernel>(
    kernel: K,
    text: &[u8],
    base: usize,
    window: &Window,
    masks: &Masks,
) -> Option<(u64, u64)> {
    let special = masks.special;
    let complete = all_bytes(special & special >> 1 & special >> 2);
    if special.count_ones() > MOST || special & !complete != 0 {
        return None;
    }
    let alphanumeric = masks.letters | masks.digits;
    let joined = masks.joined() | joined_at_borders(text, base, masks)?;
    if special == 0 && !K::WIDE {
        return Some((alphanumeric | joined, 0));
    }
    let marks = kernel.marks(window);
    let others = special & !all_bytes(marks.apart | marks.quotes);
    if others | marks.apart & LAST_TWO | marks.quotes & !INNER != 0 {
        return None;
    }
    let between = |of: u64| of << 1 & of >> 3;
    let apostrophes = marks.quotes & (between(masks.letters) | between(masks.digits));
    let apostrophes = all_bytes(apostrophes);
    Some((alphanumeric | joined | apostrophes, apostrophes))
}

/// Marks the block's border bytes if they are ASCII marks that join two ASCII letters or digits.
/// `None` if a neighbour is outside ASCII.
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

impl Block {
    /// Settles most marks outside ASCII: quotation marks, dashes, no-break spaces, Chinese stops,
    /// and curly apostrophes between ASCII letters. `window` starts with the block.
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
            let quotes = complete_leads(marks.quotes);
            let joined = quotes & letters << 1 & letters >> 3;
            // A quote beside an ASCII space or mark joins nothing.
            let apart = !(alphanumeric | self.special | self.words);
            let quotes = quotes & (apart << 1 | apart >> 3);
            self.words |= all_bytes(joined);
            self.special &= !all_bytes(joined | quotes | complete_leads(marks.apart));
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
            self.special &= !all_bytes(complete_leads(settled | wide));
        }
    }
}
