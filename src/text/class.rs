//! What a code point is: its word-break class and flags.
//!
//! In: a `char`. Out: [`Class`], from the Unicode 17 tables.

use super::tables::{CLASS, CLASS_INDEX};

/// Word-break class (low five bits), whether the code point is alphanumeric, and whether it is a
/// letter of a script written without spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u8);

/// The word-break classes of UAX #29, with the pictographs that rule `WB3c` speaks of set apart.
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

/// What the walk by blocks does with a character; see [`edges`](super::edges).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Parts words, and nothing joins it but marks.
    Other,
    /// Joins with letters, digits and underscores.
    Letter,
    /// A word of its own: an ideograph, a fraction.
    Single,
    /// May stand between two letters or two digits.
    Middle,
    /// Needs the rules in full.
    Hard,
}

static KINDS: [Kind; 256] = {
    let mut table = [Kind::Hard; 256];
    let mut class = 0;
    while class < 256 {
        let alphanumeric = class & ALPHANUMERIC as usize != 0;
        table[class] = match (class as u8 & WORD_BREAK, alphanumeric) {
            (wb::OTHER | wb::PICTOGRAPH, true) => Kind::Single,
            (wb::OTHER | wb::PICTOGRAPH | wb::CR | wb::LF | wb::NEWLINE, false) => Kind::Other,
            (wb::A_LETTER | wb::LETTER_PICTOGRAPH, true) => Kind::Letter,
            (wb::MID_LETTER | wb::MID_NUM | wb::MID_NUM_LET | wb::SINGLE_QUOTE, false) => {
                Kind::Middle
            }
            _ => Kind::Hard,
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
    pub(super) const fn kind(self) -> Kind {
        KINDS[self.0 as usize]
    }

    /// Whether this middle mark joins two letters, or else two digits.
    pub(super) fn joins(self, letters: bool) -> bool {
        match self.word_break() {
            wb::MID_NUM_LET | wb::SINGLE_QUOTE => true,
            wb::MID_LETTER => letters,
            wb::MID_NUM => !letters,
            _ => false,
        }
    }

    /// One of [`wb`].
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

    /// Extend, Format and ZWJ, which rule WB4 attaches to what stands before them.
    #[inline]
    pub(super) fn is_ignored(self) -> bool {
        matches!(self.0 & WORD_BREAK, wb::EXTEND | wb::ZWJ | wb::FORMAT)
    }

    #[inline]
    pub(super) const fn is_alphanumeric(self) -> bool {
        self.0 & ALPHANUMERIC != 0
    }

    /// How many letters stand for a word where this one is of a script without spaces; else 1.
    #[inline]
    pub(super) const fn reach(self) -> u16 {
        match self.0 >> 6 {
            2 => super::SHORT_REACH,
            3 => super::LONG_REACH,
            _ => 1,
        }
    }
}
