//! Settles letters of common scripts, a whole block at once.
//!
//! In: a block of 64 bytes. Out: its word bytes and word breaks, for every character that byte
//! ranges, or the last byte within a row of 64 characters, can tell.
//!
//! Rows are computed from the tables at compile time. Letters of Chinese, Japanese and Thai are
//! single words, Thai ones with their marks. Katakana join only Katakana. Hangul are ordinary
//! letters.

use std::hint::cold_path;

use super::block::{Block, all_bytes, complete_leads};
use super::class::{BlockKind, Class, wb};
use super::{LONG_REACH, SHORT_REACH, fold};
use crate::simd::{Kernel, LastBytes};

/// Classes for 64 characters that differ only in their last byte.
struct ScriptRow {
    /// Letters that are single words.
    singles: LastBytes,
    katakana: LastBytes,
    marks: LastBytes,
    /// Characters that fold to themselves.
    same: LastBytes,
}

impl ScriptRow {
    /// Reads 64 characters from the tables, starting at `first`, a multiple of 64. Singles are
    /// letters with this `reach`.
    const fn of(first: u32, reach: u16) -> Self {
        let [mut singles, mut katakana, mut marks, mut same] = [0; 4];
        let mut code = first;
        while code < first + 64 {
            let bit = 1 << (code % 64);
            let class = Class::of_code(code);
            if matches!(class.block_kind(), BlockKind::Single) && class.reach() == reach {
                singles |= bit;
            }
            if class.word_break() == wb::KATAKANA && class.is_alphanumeric() {
                katakana |= bit;
            }
            if class.word_break() == wb::EXTEND {
                marks |= bit;
            }
            if fold::keeps(code) {
                same |= bit;
            }
            code += 1;
        }
        Self {
            singles: LastBytes::new(singles),
            katakana: LastBytes::new(katakana),
            marks: LastBytes::new(marks),
            same: LastBytes::new(same),
        }
    }
}

/// U+3040 to U+30FF, one row for each second byte from 0x81 on.
static KANA: [ScriptRow; 3] = [
    ScriptRow::of(0x3040, SHORT_REACH),
    ScriptRow::of(0x3080, SHORT_REACH),
    ScriptRow::of(0x30C0, SHORT_REACH),
];

/// U+0E00 to U+0E7F, one row for each second byte from 0xB8 on.
static THAI: [ScriptRow; 2] = [
    ScriptRow::of(0xE00, LONG_REACH),
    ScriptRow::of(0xE40, LONG_REACH),
];

impl Block {
    /// Settles most Cyrillic, Arabic, Han, Hangul, kana, Thai, and Western European accents.
    /// `katakana` is 1 if a Katakana word reaches the block's start.
    #[inline(always)]
    pub(super) fn add_scripts<K: Kernel>(&mut self, kernel: K, block: &[u8; 64], katakana: u64) {
        let within = |first, last| kernel.within(block, first, last);
        self.add_pairs(kernel, block);
        let threes = within(0xE0, 0xEF);
        if threes == 0 {
            return;
        }
        let han = within(0xE4, 0xE9);
        if han != 0 {
            // U+4E00 to U+9FFF.
            let han = han & !(within(0xE4, 0xE4) & !(within(0xB8, 0xBF) >> 1));
            self.add_singles(complete_leads(han), all_bytes(complete_leads(han)));
            self.short |= complete_leads(han);
        }
        // One or two other characters between ideographs are left to `add_marks`.
        let others = threes & !han;
        let but_one = others & others.wrapping_sub(1);
        if but_one & but_one.wrapping_sub(1) == 0 {
            return;
        }
        // Cold paths, so that they take no registers from Latin, Cyrillic, Arabic and Han.
        let hangul = within(0xEA, 0xED);
        if hangul != 0 {
            cold_path();
            // U+AC00 to U+D77F. The tables settle the last 36 syllables, which are rare.
            let begin = within(0xEA, 0xEA) & !(within(0xB0, 0xBF) >> 1);
            let end = within(0xED, 0xED) & !(within(0x80, 0x9D) >> 1);
            let letters = all_bytes(complete_leads(hangul & !begin & !end));
            self.words |= letters;
            self.special &= !letters;
        }
        let kana = complete_leads(within(0xE3, 0xE3)) & within(0x81, 0x83) >> 1;
        if kana != 0 {
            cold_path();
            self.add_kana(kernel, block, kana, katakana);
        }
        let thai = complete_leads(within(0xE0, 0xE0)) & within(0xB8, 0xB9) >> 1;
        if thai != 0 {
            cold_path();
            self.add_thai(kernel, block, thai);
        }
    }

    /// Settles two-byte letters: accented Latin, Cyrillic, Arabic.
    #[inline(always)]
    fn add_pairs<K: Kernel>(&mut self, kernel: K, block: &[u8; 64]) {
        let within = |first, last| kernel.within(block, first, last);
        let (mut letters, mut same) = (0, 0);
        let latin = within(0xC3, 0xC3);
        if latin != 0 {
            // U+00C0 to U+00FF without the signs of multiplication and division.
            let signs = within(0x97, 0x97) | within(0xB7, 0xB7);
            letters |= latin & !(signs >> 1);
        }
        let cyrillic = within(0xD0, 0xD1);
        if cyrillic != 0 {
            // U+0400 to U+047F.
            letters |= cyrillic;
            // Small letters from U+0430 to U+044F but U+0439, which decomposes.
            let d0 = within(0xD0, 0xD0);
            let small = within(0xB0, 0xBF) & !within(0xB9, 0xB9);
            same |= d0 & small >> 1 | cyrillic & !d0 & within(0x80, 0x8F) >> 1;
        }
        let arabic = within(0xD8, 0xD9);
        if arabic != 0 {
            // U+0620 to U+064A, of which U+0622 to U+0626 decompose.
            let d8 = within(0xD8, 0xD8);
            let d8_letters = d8 & within(0xA0, 0xBF) >> 1;
            let arabic = d8_letters | arabic & !d8 & within(0x80, 0x8A) >> 1;
            letters |= arabic;
            same |= arabic & !(d8 & within(0xA2, 0xA6) >> 1);
        }
        // A pair cut by the block's end is left to be resolved.
        let pairs = letters & u64::MAX >> 1;
        let same = pairs & same;
        self.words |= pairs | pairs << 1;
        self.special &= !(pairs | pairs << 1);
        self.folded |= same | same << 1;
    }

    /// Adds single-letter words of three bytes, given by their lead bytes; `folded` marks bytes that
    /// fold to themselves.
    #[inline(always)]
    fn add_singles(&mut self, singles: u64, folded: u64) {
        self.words |= all_bytes(singles);
        self.special &= !all_bytes(singles);
        self.folded |= folded;
        self.breaks |= singles | singles << 3;
        self.break_after |= singles >> 61;
    }

    /// Settles Hiragana and Katakana whose lead bytes are in `kana`.
    #[inline(always)]
    fn add_kana<K: Kernel>(&mut self, kernel: K, block: &[u8; 64], kana: u64, katakana: u64) {
        let (mut singles, mut joined, mut same) = (0, 0, 0);
        for (row, second) in KANA.iter().zip(0x81..) {
            let last = (kana & kernel.within(block, second, second) >> 1) << 2;
            if last != 0 {
                let of = |set| kernel.among(block, last, set) >> 2;
                singles |= of(&row.singles);
                joined |= of(&row.katakana);
                same |= of(&row.same);
            }
        }
        let same = all_bytes(same & (singles | joined));
        self.add_singles(singles, same & all_bytes(singles));
        self.short |= singles;
        if joined | katakana != 0 {
            let joined = all_bytes(joined);
            self.words |= joined;
            self.special &= !joined;
            self.folded |= same & joined;
            // A Katakana run breaks from its neighbours on both sides.
            self.breaks &= !(katakana & joined);
            self.breaks |= joined ^ (joined << 1 | katakana);
            self.break_after |= joined >> 63;
            self.katakana = joined;
        }
    }

    /// Settles Thai letters, with up to three marks each, whose lead bytes are in `thai`.
    #[inline(always)]
    fn add_thai<K: Kernel>(&mut self, kernel: K, block: &[u8; 64], thai: u64) {
        let (mut letters, mut marks, mut same) = (0, 0, 0);
        for (row, second) in THAI.iter().zip(0xB8..) {
            let last = (thai & kernel.within(block, second, second) >> 1) << 2;
            if last != 0 {
                let of = |set| kernel.among(block, last, set) >> 2;
                letters |= of(&row.singles);
                marks |= of(&row.marks);
                same |= of(&row.same);
            }
        }
        let first = marks & letters << 3;
        let second = marks & first << 3;
        let marks = first | second | marks & second << 3;
        // U+0E38 to U+0E3A may have to change places with a mark before: not folded yet.
        let low = kernel.within(block, 0xB8, 0xB8) >> 1 & kernel.within(block, 0xB8, 0xBA) >> 2;
        let same = same & !(low & marks & marks << 3);
        let settled = letters | marks;
        self.words |= all_bytes(settled);
        self.special &= !all_bytes(settled);
        self.folded |= all_bytes(same & settled);
        self.breaks |= letters | settled << 3 & !marks;
        self.long |= letters;
        // The last letter may have more marks past the block: the next block starts with it.
        if settled > 1 << 58 && letters > 1 {
            self.take = letters.ilog2();
        }
    }
}
