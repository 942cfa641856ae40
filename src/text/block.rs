//! A 64-byte block's masks, while its characters are settled.
//!
//! In: the block's ASCII masks. Out: the bytes in words, the word breaks inside them, and what the
//! tables must decide. [`scripts`](super::scripts), [`marks`](super::marks) and
//! [`resolve`](super::resolve) settle the rest in turn.

use crate::simd::Masks;

/// The bytes of a block with a neighbour outside it.
pub(super) const FIRST_AND_LAST: u64 = 1 | 1 << 63;

/// Keeps lead bytes whose three-byte characters end within the block.
#[inline(always)]
pub(super) fn complete_leads(leads: u64) -> u64 {
    leads & u64::MAX >> 2
}

/// Widens lead bytes to all bytes of their three-byte characters.
#[inline(always)]
pub(super) fn all_bytes(leads: u64) -> u64 {
    leads | leads << 1 | leads << 2
}

/// Marks the byte after each of `words` that holds an unfolded byte; `true` if an unfolded word
/// goes on past the block. No two words may touch.
///
/// Adding a bit to a word's run of ones carries it to the word's end.
#[inline(always)]
pub(super) fn unfolded_ends(words: u64, unfolded: u64, open_unfolded: u64) -> (u64, bool) {
    let (sum, carried) = words.overflowing_add(unfolded | open_unfolded & words);
    ((sum | open_unfolded) & !words, carried)
}

/// Masks over the block's bytes: bit `n` stands for byte `n`.
pub(super) struct Block {
    /// Bytes in words.
    pub(super) words: u64,
    /// Bytes at which a word starts even if the byte before is in a word.
    pub(super) breaks: u64,
    /// How many bytes are settled. The next block starts after them.
    pub(super) take: u32,
    /// 1 if a break follows directly after the block.
    pub(super) break_after: u64,
    /// Whether a hard character follows the settled bytes.
    pub(super) hard: bool,
    /// Bytes outside ASCII, and underscores, that are not settled yet.
    pub(super) special: u64,
    /// Bytes of letters outside ASCII that fold to themselves.
    pub(super) folded: u64,
    /// First bytes of single letters with [`SHORT_REACH`](super::SHORT_REACH).
    pub(super) short: u64,
    /// First bytes of single letters with [`LONG_REACH`](super::LONG_REACH).
    pub(super) long: u64,
    /// Katakana bytes.
    pub(super) katakana: u64,
}

impl Block {
    /// Starts with ASCII letters and digits in words. `must_end` is 1 if a word before the block
    /// must end there.
    #[inline(always)]
    pub(super) fn new(masks: &Masks, must_end: u64) -> Self {
        Self {
            words: masks.letters | masks.digits,
            breaks: must_end,
            take: 64,
            break_after: 0,
            hard: false,
            special: masks.special,
            folded: 0,
            short: 0,
            long: 0,
            katakana: 0,
        }
    }

    /// Tells which words ending at `ends` hold an unfolded byte, as bits of `ends`, and whether the
    /// word that goes on past the settled bytes does. Words may touch.
    ///
    /// Adding a bit to a word's bytes except its last carries it to that byte and no further.
    /// Without breaks the cheaper [`unfolded_ends`] serves.
    #[inline(always)]
    pub(super) fn unfolded_ends(
        &self,
        words: u64,
        ends: u64,
        unfolded: u64,
        open_unfolded: u64,
    ) -> (u64, u64) {
        if self.breaks == 0 {
            let (ended, carried) = unfolded_ends(words, unfolded, open_unfolded);
            let open = ended.checked_shr(self.take).unwrap_or(carried.into());
            return (ended & ends, open & 1);
        }
        let last = ends >> 1;
        let unfolded = unfolded | open_unfolded & !ends;
        let (sum, carried) = (words & !last).overflowing_add(unfolded & !last);
        let ended = ((sum | unfolded) & last) << 1 | open_unfolded & ends;
        let open = sum.checked_shr(self.take).unwrap_or(carried.into());
        (ended, open & 1)
    }
}
