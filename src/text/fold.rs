//! Folding: one form for all ways to write a word.
//!
//! In: a word. Out: its folded UTF-8: full default case folding between canonical decompositions
//! (`NFD(toCasefold(NFD(word)))`, Unicode 17, definition D145), without default ignorable code
//! points (soft hyphens, zero-width joiners, variation selectors), with one apostrophe for the
//! curly, the modifier and the full-width ones.

use super::class::Class;
use super::tables::{FOLD, FOLD_DATA, FOLD_INDEX, MARKS};
use crate::hash;

const HANGUL: u16 = 0xFFFE;
const DROP: u16 = 0xFFFF;

/// Appends the folded form of `word` to `out`.
///
/// Folding a word gives the same bytes wherever the word stands; folding twice changes nothing.
pub fn fold(word: &str, out: &mut String) {
    let from = out.len();
    let mut has_marks = false;
    for c in word.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            has_marks |= Class::of(c).is_ignored();
            fold_char(c, out);
        }
    }
    if has_marks {
        order_marks(from, out);
    }
    fold_iota_subscripts(from, out);
}

/// The hash of the folded form of `word`; `folded` is scratch space.
pub(super) fn hash(word: &str, folded: &mut String) -> u64 {
    folded.clear();
    fold(word, folded);
    hash::word(folded.as_bytes())
}

fn fold_char(c: char, out: &mut String) {
    let at = FOLD[FOLD_INDEX[c as usize / 128] as usize * 128 + c as usize % 128];
    match at {
        0 => out.push(c),
        DROP => {}
        HANGUL => decompose_hangul(c, out),
        at => {
            let at = at as usize;
            let len = FOLD_DATA[at] as usize;
            let bytes = &FOLD_DATA[at + 1..=at + len];
            out.push_str(std::str::from_utf8(bytes).expect("the table holds UTF-8"));
        }
    }
}

/// The Unicode Standard, 3.12, "Hangul Syllable Decomposition".
fn decompose_hangul(c: char, out: &mut String) {
    const VOWELS: u32 = 21;
    const TAILS: u32 = 28;
    let syllable = c as u32 - 0xAC00;
    let jamo = |base: u32, index: u32| char::from_u32(base + index).expect("a jamo");
    out.push(jamo(0x1100, syllable / (VOWELS * TAILS)));
    out.push(jamo(0x1161, syllable % (VOWELS * TAILS) / TAILS));
    if !syllable.is_multiple_of(TAILS) {
        out.push(jamo(0x11A7, syllable % TAILS));
    }
}

/// Canonical combining class.
pub(super) fn combining_class(c: char) -> u8 {
    let c = c as u32;
    let after = MARKS.partition_point(|&(first, _, _)| first <= c);
    match after.checked_sub(1).map(|at| MARKS[at]) {
        Some((_, last, class)) if c <= last => class,
        _ => 0,
    }
}

/// Puts each run of combining marks into canonical order (D109).
fn order_marks(from: usize, out: &mut String) {
    let mut marked: Vec<(u8, char)> = out[from..]
        .chars()
        .map(|c| (combining_class(c), c))
        .collect();
    if marked.is_sorted_by(|a, b| b.0 == 0 || a.0 <= b.0) {
        return;
    }
    marked
        .chunk_by_mut(|a, b| a.0 != 0 && b.0 != 0)
        .for_each(|run| run.sort_by_key(|&(class, _)| class));
    out.truncate(from);
    out.extend(marked.into_iter().map(|(_, c)| c));
}

/// U+0345 is a mark until the marks around it are in order, then folds to a letter. Both forms
/// take two bytes.
fn fold_iota_subscripts(from: usize, out: &mut String) {
    const SUBSCRIPT: &str = "\u{0345}";
    if out[from..].contains(SUBSCRIPT) {
        let letters = out[from..].replace(SUBSCRIPT, "\u{03B9}");
        out.truncate(from);
        out.push_str(&letters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(word: &str) -> String {
        let mut out = String::new();
        fold(word, &mut out);
        out
    }

    #[test]
    fn equals() {
        for (a, b) in [
            ("Straße", "STRASSE"),
            ("İ", "i\u{307}"),
            ("ﬃ", "FFI"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("é", "E\u{301}"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"),
            ("ᾳ\u{301}", "α\u{301}\u{345}"),
            ("한국", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}"),
            ("co\u{AD}operate", "cooperate"),
            ("don’t", "DON'T"),
        ] {
            assert_eq!(folded(a), folded(b), "{a} and {b}");
        }
        assert_ne!(folded("ı"), folded("i"));
    }
}
