//! Folding: equal bytes for every spelling variant a reader takes for one word.
//!
//! In: a word. Out: its folded UTF-8, `NFD(toCasefold(NFD(word)))` by Unicode 17, definition D145.
//! Default ignorable code points (soft hyphens, zero-width joiners, variation selectors) are
//! dropped. Curly, modifier and full-width apostrophes become U+0027.

use super::class::Class;
use super::tables::{FOLD, FOLD_BESIDE, FOLD_DATA, FOLD_INDEX, MARKS};

// Special entries in `FOLD`, written by `tests/unicode-tables`.
pub(super) const SELF: u16 = 0;
const MARK: u16 = 0xFFFD;
pub(super) const HANGUL: u16 = 0xFFFE;
const DROP: u16 = 0xFFFF;

/// Appends the folded form of `word` to `out`, in time linear in its length.
///
/// The bytes depend on the word alone, not on its surroundings. Folding twice changes nothing.
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

/// The folded bytes (little-endian, at most four) and their number for a two-byte character whose
/// fold ignores its neighbours; `None` for any other.
pub(super) const fn plain_form(code: u32) -> Option<(u32, usize)> {
    let entry = entry(code) as usize;
    if entry == SELF as usize {
        return Some((encoded(code), 2));
    }
    let len = FOLD_DATA[if entry < FOLD_BESIDE as usize {
        entry
    } else {
        0
    }] as usize;
    if len == 0 || len > 4 {
        return None;
    }
    let mut bytes = 0;
    let mut at = 0;
    while at < len {
        bytes |= (FOLD_DATA[entry + 1 + at] as u32) << (8 * at);
        at += 1;
    }
    Some((bytes, len))
}

/// The two bytes that encode a code point below U+0800, little-endian.
const fn encoded(code: u32) -> u32 {
    0xC0 | code >> 6 | (0x80 | code & 0x3F) << 8
}

/// The fold table's entry: [`SELF`], another special value, or an index into the fold data.
#[inline]
pub(super) const fn entry(code: u32) -> u16 {
    let code = code as usize;
    FOLD[FOLD_INDEX[code / 128] as usize * 128 + code % 128]
}

/// Whether a character folds to itself (combining marks may still change places).
pub(super) const fn keeps(code: u32) -> bool {
    matches!(entry(code), SELF | MARK)
}

fn fold_char(c: char, out: &mut String) {
    match entry(c.into()) {
        SELF | MARK => out.push(c),
        DROP => {}
        HANGUL => decompose_hangul(c, out),
        at => {
            let at = usize::from(at);
            let len = usize::from(FOLD_DATA[at]);
            let bytes = &FOLD_DATA[at + 1..=at + len];
            out.push_str(std::str::from_utf8(bytes).expect("the table holds UTF-8"));
        }
    }
}

fn decompose_hangul(c: char, out: &mut String) {
    let (lead, vowel, tail) = jamos(c.into());
    let jamos = [lead, vowel].into_iter().chain(tail);
    out.extend(jamos.map(|jamo| char::from_u32(jamo).expect("a jamo")));
}

/// Splits a Hangul syllable into lead, vowel and optional tail, by arithmetic (The Unicode
/// Standard, 3.12, "Hangul Syllable Decomposition").
#[inline]
pub(super) fn jamos(syllable: u32) -> (u32, u32, Option<u32>) {
    const VOWELS: u32 = 21;
    const TAILS: u32 = 28;
    let syllable = syllable - 0xAC00;
    let tail = syllable % TAILS;
    (
        0x1100 + syllable / (VOWELS * TAILS),
        0x1161 + syllable % (VOWELS * TAILS) / TAILS,
        (tail > 0).then_some(0x11A7 + tail),
    )
}

/// The canonical combining class, 0 for starters.
pub(super) fn combining_class(c: char) -> u8 {
    let c = u32::from(c);
    let after = MARKS.partition_point(|&(first, _, _)| first <= c);
    match after.checked_sub(1).map(|at| MARKS[at]) {
        Some((_, last, class)) if c <= last => class,
        _ => 0,
    }
}

/// Puts combining marks into canonical order (Unicode definition D109).
fn order_marks(from: usize, out: &mut String) {
    // Nearly all text is in order already; it costs no allocation.
    let classes = out[from..].chars().map(combining_class);
    if classes.is_sorted_by(|a, b| *b == 0 || a <= b) {
        return;
    }
    let mut marked: Vec<(u8, char)> = out[from..]
        .chars()
        .map(|c| (combining_class(c), c))
        .collect();
    marked
        .chunk_by_mut(|a, b| a.0 != 0 && b.0 != 0)
        .for_each(|run| run.sort_by_key(|&(class, _)| class));
    out.truncate(from);
    out.extend(marked.into_iter().map(|(_, c)| c));
}

/// Folds U+0345 to the letter U+03B9, after marks are in order: until then it sorts as a mark.
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
