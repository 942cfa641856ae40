//! Word-break classes and flags, by code point.
//!
//! In: a `char`. Out: its [`Class`], from the Unicode 17 tables.

use super::tables::{CLASS, CLASS_INDEX};

/// A code point's packed properties.
///
/// Bits 0 to 4 hold the word-break class, bit 5 marks letters and numbers, and bits 6 and 7 tell
/// letters from scripts without spaces (2 short reach, 3 long reach).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u8);

/// UAX #29 word-break classes. Pictographs, which only rule `WB3c` needs, have two classes more.
pub(super) mod wb {
    pub(crate) const OTHER: u8 = 0;
    pub(crate) const CR: u8 = 1;
    pub(crate) const LF: u8 = 2;
    pub(crate) const NEWLINE: u8 = 3;
    pub(crate) const EXTEND: u8 = 4;
    pub(crate) const ZWJ: u8 = 5;
    pub(crate) const FORMAT: u8 = 6;
    pub(crate) const W_SEG_SPACE: u8 = 7;
    pub(crate) const REGIONAL: u8 = 8;
    pub(crate) const KATAKANA: u8 = 9;
    pub(crate) const HEBREW: u8 = 10;
    pub(crate) const A_LETTER: u8 = 11;
    pub(crate) const NUMERIC: u8 = 12;
    pub(crate) const EXTEND_NUM_LET: u8 = 13;
    pub(crate) const SINGLE_QUOTE: u8 = 14;
    pub(crate) const DOUBLE_QUOTE: u8 = 15;
    pub(crate) const MID_NUM_LET: u8 = 16;
    pub(crate) const MID_LETTER: u8 = 17;
    pub(crate) const MID_NUM: u8 = 18;
    pub(crate) const PICTOGRAPH: u8 = 19;
    pub(crate) const LETTER_PICTOGRAPH: u8 = 20;
}

/// How the block walk treats a character; see [`walk`](super::walk).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// Separates words; only combining marks attach to it.
    Separator,
    /// Joins neighbouring letters, digits and underscores.
    Letter,
    /// Makes a word alone: an ideograph, a fraction.
    Single,
    /// Joins a pair of letters or digits when it stands between them.
    Middle,
    /// Needs the full UAX #29 rules.
    Hard,
}

static BLOCK_KINDS: [BlockKind; 256] = {
    let mut table = [BlockKind::Hard; 256];
    let mut class = 0;
    while class < 256 {
        let alphanumeric = class & ALPHANUMERIC as usize != 0;
        table[class] = match (class as u8 & WORD_BREAK, alphanumeric) {
            (wb::OTHER | wb::PICTOGRAPH, true) => BlockKind::Single,
            (wb::OTHER | wb::PICTOGRAPH | wb::CR | wb::LF | wb::NEWLINE, false) => {
                BlockKind::Separator
            }
            (wb::A_LETTER | wb::LETTER_PICTOGRAPH, true) => BlockKind::Letter,
            (wb::MID_LETTER | wb::MID_NUM | wb::MID_NUM_LET | wb::SINGLE_QUOTE, false) => {
                BlockKind::Middle
            }
            _ => BlockKind::Hard,
        };
        class += 1;
    }
    table
};

const WORD_BREAK: u8 = 31;
const ALPHANUMERIC: u8 = 1 << 5;

impl Class {
    #[inline]
    pub(super) fn of(c: char) -> Self {
        Self::of_code(c as u32)
    }

    #[inline]
    pub(super) const fn of_code(code: u32) -> Self {
        let code = code as usize;
        Self(CLASS[CLASS_INDEX[code / 128] as usize * 128 + code % 128])
    }

    #[inline]
    pub(super) const fn block_kind(self) -> BlockKind {
        BLOCK_KINDS[self.0 as usize]
    }

    /// Whether this middle mark joins two letters (`letters`) or two digits (otherwise).
    pub(super) fn joins(self, letters: bool) -> bool {
        match self.word_break() {
            wb::MID_NUM_LET | wb::SINGLE_QUOTE => true,
            wb::MID_LETTER => letters,
            wb::MID_NUM => !letters,
            _ => false,
        }
    }

    /// The word-break class, a constant from [`wb`].
    #[inline]
    pub(super) const fn word_break(self) -> u8 {
        match self.0 & WORD_BREAK {
            wb::LETTER_PICTOGRAPH => wb::A_LETTER,
            class => class,
        }
    }

    #[inline]
    pub(super) fn is_pictograph(self) -> bool {
        matches!(self.0 & WORD_BREAK, wb::PICTOGRAPH | wb::LETTER_PICTOGRAPH)
    }

    /// Whether rule WB4 attaches it to the character before: Extend, Format, ZWJ.
    #[inline]
    pub(super) fn is_ignored(self) -> bool {
        matches!(self.0 & WORD_BREAK, wb::EXTEND | wb::ZWJ | wb::FORMAT)
    }

    #[inline]
    pub(super) const fn is_alphanumeric(self) -> bool {
        self.0 & ALPHANUMERIC != 0
    }

    /// How many letters stand for one word: [`SHORT_REACH`](super::SHORT_REACH) or
    /// [`LONG_REACH`](super::LONG_REACH) in scripts without spaces, otherwise 1.
    #[inline]
    pub(super) const fn reach(self) -> u16 {
        match self.0 >> 6 {
            2 => super::SHORT_REACH,
            3 => super::LONG_REACH,
            _ => 1,
        }
    }
}
