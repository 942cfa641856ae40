//! Word boundaries by the rules of UAX #29, one character after another.
//!
//! In: any `&str`. Out: the byte spans of its words: segments between boundaries that hold a letter
//! or a number.
//!
//! The tests judge it by `plain`, which uses the unicode-segmentation crate and corrects its rule
//! `WB3c` (a pictograph after a zero-width joiner). The tables here pin the Unicode version: no
//! dependency or compiler can change an article's hashes.

use super::class::{Class, wb};

/// Calls `word` with every word's start and end, in order. The time is linear.
pub(super) fn segment(text: &str, mut word: impl FnMut(usize, usize)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() && !is_word_byte(byte) {
            // Spaces form one segment (WB3d), other ASCII marks one each. Unless a combining mark
            // may follow and attach, the segment is no word.
            let spaces = bytes[at..].iter().take_while(|&&byte| byte == b' ').count();
            let after = at + spaces.max(1);
            if bytes.get(after).is_none_or(u8::is_ascii) {
                at = after;
                continue;
            }
        }
        let start = at;
        let (end, is_word) = next_segment(text, start);
        if is_word {
            word(start, end);
        }
        at = end;
    }
}

#[inline]
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The end of the segment that starts at `start`, and whether the segment is a word.
pub(super) fn next_segment(text: &str, start: usize) -> (usize, bool) {
    let mut rest = text[start..].chars();
    let first = Class::of(rest.next().expect("a segment starts within the text"));
    let mut end = text.len() - rest.as_str().len();
    let mut alphanumeric = first.is_alphanumeric();
    // `left`: the last class that rule WB4 does not ignore. `previous`: the class just before.
    let mut left = first.word_break();
    let mut previous = left;
    let mut odd_regional = left == wb::REGIONAL;
    while let Some(c) = rest.clone().next() {
        let after = || {
            let mut after = rest.clone();
            after.next();
            effective_class(after)
        };
        let class = Class::of(c);
        let right = class.word_break();
        let join = match (previous, right) {
            (wb::CR, wb::LF) | (wb::W_SEG_SPACE, wb::W_SEG_SPACE) => true,
            (wb::CR | wb::LF | wb::NEWLINE, _) | (_, wb::CR | wb::LF | wb::NEWLINE) => false,
            (wb::ZWJ, _) if class.is_pictograph() => true,
            _ if class.is_ignored() => true,
            _ => joins(left, right, odd_regional, after),
        };
        if !join {
            break;
        }
        rest.next();
        end = text.len() - rest.as_str().len();
        alphanumeric |= class.is_alphanumeric();
        if !class.is_ignored() {
            // WB7, WB7c, WB11: the character after a middle mark joins by the class before the
            // mark. `joins` has looked ahead, except for WB7a, which joins the quote alone.
            let middle = is_middle(left, right)
                && (right != wb::SINGLE_QUOTE || left != wb::HEBREW || letter_follows(&rest));
            if !middle {
                left = right;
            }
            odd_regional = right == wb::REGIONAL && !odd_regional;
        }
        previous = right;
    }
    (end, alphanumeric)
}

/// Rules WB5 to WB16 for two neighbours, marks skipped. `next` gives the class after `right`.
#[inline]
fn joins(left: u8, right: u8, odd_regional: bool, next: impl Fn() -> u8) -> bool {
    match (left, right) {
        (
            wb::A_LETTER | wb::HEBREW | wb::NUMERIC | wb::EXTEND_NUM_LET,
            wb::A_LETTER | wb::HEBREW | wb::NUMERIC | wb::EXTEND_NUM_LET,
        )
        | (wb::KATAKANA | wb::EXTEND_NUM_LET, wb::KATAKANA)
        | (wb::KATAKANA, wb::EXTEND_NUM_LET)
        | (wb::HEBREW, wb::SINGLE_QUOTE) => true,
        (wb::HEBREW, wb::DOUBLE_QUOTE) => next() == wb::HEBREW,
        (wb::A_LETTER | wb::HEBREW, wb::MID_LETTER | wb::MID_NUM_LET | wb::SINGLE_QUOTE) => {
            matches!(next(), wb::A_LETTER | wb::HEBREW)
        }
        (wb::NUMERIC, wb::MID_NUM | wb::MID_NUM_LET | wb::SINGLE_QUOTE) => next() == wb::NUMERIC,
        (wb::REGIONAL, wb::REGIONAL) => odd_regional,
        _ => false,
    }
}

/// Whether `right` is a middle mark between letters or numbers, by a rule that has looked ahead.
#[inline]
fn is_middle(left: u8, right: u8) -> bool {
    matches!(left, wb::A_LETTER | wb::HEBREW | wb::NUMERIC)
        && matches!(
            right,
            wb::MID_LETTER | wb::MID_NUM_LET | wb::MID_NUM | wb::SINGLE_QUOTE | wb::DOUBLE_QUOTE
        )
}

/// The next character's class, marks skipped.
fn effective_class(mut rest: std::str::Chars<'_>) -> u8 {
    rest.by_ref()
        .map(Class::of)
        .find(|class| !class.is_ignored())
        .map_or(wb::OTHER, Class::word_break)
}

fn letter_follows(rest: &std::str::Chars<'_>) -> bool {
    matches!(effective_class(rest.clone()), wb::A_LETTER | wb::HEBREW)
}
