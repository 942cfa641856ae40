//! Folding: one form for all ways to write a word.
//!
//! In: a word. Out: its folded UTF-8: full default case folding between canonical decompositions
//! (`NFD(toCasefold(NFD(word)))`, Unicode 17, definition D145), without default ignorable code
//! points (soft hyphens, zero-width joiners, variation selectors), with one apostrophe for the
//! curly, the modifier and the full-width ones.

use super::class::Class;
use super::short::{Two, encoded};
use super::tables::{FOLD, FOLD_BESIDE, FOLD_DATA, FOLD_INDEX, MARKS};
use super::utf8;
use crate::hash;
use crate::simd::Kernel;

const SELF: u16 = 0;
const MARK: u16 = 0xFFFD;
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

/// The hash of the folded form of the word at `start..end` of `text`; `folded` is scratch space.
///
/// Words of at most 64 folded bytes are put together on the stack, where each character folds on
/// its own.
pub(super) fn hash(text: &str, start: usize, end: usize, folded: &mut String) -> u64 {
    hash_longer(text.as_bytes(), start, end).unwrap_or_else(|| {
        folded.clear();
        fold(&text[start..end], folded);
        hash::word(folded.as_bytes())
    })
}

/// The hash of a word that folds to itself but for the upper case of ASCII; `folded` is scratch
/// space.
pub(super) fn hash_clean(text: &str, start: usize, end: usize, folded: &mut String) -> u64 {
    folded.clear();
    folded.push_str(&text[start..end]);
    folded.make_ascii_lowercase();
    hash::word(folded.as_bytes())
}

/// The hash of a word of up to sixteen bytes that is letters and digits of ASCII but for one curly
/// apostrophe inside; `None` if it is anything else, or near the end of the text. Of English with
/// curly quotes, all words that need folding are such.
#[inline(always)]
pub(super) fn hash_contraction<K: Kernel>(
    kernel: K,
    text: &str,
    start: usize,
    end: usize,
) -> Option<u64> {
    const APOSTROPHE: u128 = 0x27;
    let starting = text.as_bytes().get(start..)?.first_chunk()?;
    let len = end - start;
    if len > 16 {
        return None;
    }
    let outside = u32::from(kernel.outside(starting)) & ((1 << len) - 1);
    let at = outside.trailing_zeros();
    if at > 13 || outside != 7 << at {
        return None;
    }
    let bits = 8 * at;
    let word = u128::from_le_bytes(*starting);
    let (before, mark) = (word & !(u128::MAX << bits), word >> bits);
    // U+2018 or U+2019.
    if mark as u32 & 0xFE_FFFF != 0x98_80E2 {
        return None;
    }
    let behind = (mark >> 16 & !0xFF | APOSTROPHE) << bits;
    let (hash, _) = hash::clean_word(&(before | behind).to_le_bytes(), len - 2);
    Some(hash)
}

/// Room for what a word of sixteen bytes folds to, and for what is written behind it.
pub(super) const ROW: usize = 64;

/// Folds the word at `start..end` of `text` into `row`, but for the upper case of ASCII, and gives
/// how many bytes that is. `None` if the word is longer than sixteen bytes, stands near the end of
/// the text, or has characters whose form depends on what stands beside.
///
/// What stands between characters outside ASCII, of which `outside` gives the bytes, is moved in
/// one piece each.
#[inline(always)]
pub(super) fn into_row(
    text: &[u8],
    start: usize,
    end: usize,
    outside: impl Fn(&[u8; 16]) -> u16,
    row: &mut [u8; ROW],
) -> Option<usize> {
    let starting: &[u8; 32] = text.get(start..)?.first_chunk()?;
    let len = end - start;
    if len > 16 {
        return None;
    }
    let mut outside = u32::from(outside(starting.first_chunk()?)) & ((1 << len) - 1);
    let (mut at, mut to) = (0, 0);
    while outside != 0 {
        let next = outside.trailing_zeros() as usize;
        *row.get_mut(to..)?.first_chunk_mut::<16>()? = *starting.get(at..)?.first_chunk()?;
        to += next - at;
        let form = Form::of(text, start + next)?;
        *row.get_mut(to..)?.first_chunk_mut()? = form.bytes.to_le_bytes();
        to += form.len;
        at = next + form.width;
        outside &= u32::MAX << at;
    }
    *row.get_mut(to..)?.first_chunk_mut::<16>()? = *starting.get(at..)?.first_chunk()?;
    Some(to + len - at)
}

/// The same of a word of up to seven syllables of Hangul; `None` if it is anything else. What such
/// a syllable decomposes to is computed.
#[inline(always)]
pub(super) fn hangul_into_row(word: &[u8], row: &mut [u8; ROW]) -> Option<usize> {
    let (syllables, rest) = word.as_chunks::<3>();
    if !rest.is_empty() {
        return None;
    }
    let mut to = 0;
    for &[a, b, c] in syllables {
        let [a, b, c] = [a, b, c].map(u32::from);
        let code = (a & 0x0F) << 12 | (b & 0x3F) << 6 | c & 0x3F;
        if a & 0xF0 != 0xE0 || !matches!(code, 0xAC00..=0xD7A3) {
            return None;
        }
        let (lead, vowel, tail) = jamos(code);
        // U+1100 and U+1140, where the vowels' row begins, have room for what is added to them; the
        // tails reach over into the next row of 64.
        let [lead, vowel] = [lead - 0x1100, vowel - 0x1140].map(u64::from);
        let tail_or_none = tail.unwrap_or(0x11A7);
        let upper = u64::from(tail_or_none >> 6 & 0x3F | 0x80) << 56;
        let eight = 0x00E1_8085_E180_84E1 | lead << 16 | vowel << 40 | upper;
        let nine: &mut [u8; 9] = row.get_mut(to..)?.first_chunk_mut()?;
        nine[..8].copy_from_slice(&eight.to_le_bytes());
        nine[8] = (tail_or_none & 0x3F | 0x80) as u8;
        to += if tail.is_some() { 9 } else { 6 };
    }
    Some(to)
}

fn hash_longer(text: &[u8], start: usize, end: usize) -> Option<u64> {
    const ROOM: usize = 64 + 16;
    let mut folded = [0; ROOM];
    let mut len = 0;
    let mut at = start;
    while at < end {
        let form = Form::of(text, at)?;
        let to = folded.get_mut(len..len + 16)?;
        to.copy_from_slice(&form.bytes.to_le_bytes());
        len += form.len;
        at += form.width;
    }
    Some(hash::word(&folded[..len]))
}

/// What a character folds to, whatever stands beside it, in at most 9 bytes.
struct Form {
    /// Little-endian, padded with zeros.
    bytes: u128,
    len: usize,
    /// How many bytes the character itself takes.
    width: usize,
}

impl Form {
    #[inline(always)]
    fn of(text: &[u8], at: usize) -> Option<Self> {
        let ascii = text[at];
        if ascii.is_ascii() {
            return Some(Self {
                bytes: ascii.to_ascii_lowercase().into(),
                len: 1,
                width: 1,
            });
        }
        if let Some(&[lead, next]) = text.get(at..at + 2)
            && Two::is_lead(lead)
            && let (bytes, len @ 1..) = Two::of(lead, next).form()
        {
            return Some(Self {
                bytes: bytes.into(),
                len,
                width: 2,
            });
        }
        let (code, width, bytes) = utf8::decode(text, at);
        let width = width as usize;
        let first = |bytes: u64, len: usize| bytes & (u64::MAX >> (64 - 8 * len));
        match entry(code) {
            SELF => Some(Self {
                bytes: first(u32::from_le_bytes(bytes).into(), width).into(),
                len: width,
                width,
            }),
            HANGUL => {
                let jamo = |jamo: u32| {
                    let [a, b, c] = [
                        jamo >> 12 | 0xE0,
                        jamo >> 6 & 0x3F | 0x80,
                        jamo & 0x3F | 0x80,
                    ];
                    u128::from(a | b << 8 | c << 16)
                };
                let (lead, vowel, tail) = jamos(code);
                Some(Self {
                    bytes: jamo(lead) | jamo(vowel) << 24 | tail.map_or(0, |tail| jamo(tail) << 48),
                    len: if tail.is_some() { 9 } else { 6 },
                    width,
                })
            }
            entry if entry < FOLD_BESIDE => {
                let (len, data) = FOLD_DATA[entry as usize..].split_first()?;
                let len = *len as usize;
                (len <= 8).then(|| Self {
                    bytes: first(
                        u64::from_le_bytes(*data.first_chunk().unwrap_or(&[0; 8])),
                        len,
                    )
                    .into(),
                    len,
                    width,
                })
            }
            _ => None,
        }
    }
}

/// What a character of two bytes folds to whatever stands beside it, little-endian, and how many
/// bytes that is, if it is no more than four.
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

#[inline]
const fn entry(code: u32) -> u16 {
    let code = code as usize;
    FOLD[FOLD_INDEX[code / 128] as usize * 128 + code % 128]
}

/// Whether a character is its own folded form, but for the order of marks.
pub(super) const fn keeps(code: u32) -> bool {
    matches!(entry(code), SELF | MARK)
}

fn fold_char(c: char, out: &mut String) {
    match entry(c as u32) {
        SELF | MARK => out.push(c),
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

fn decompose_hangul(c: char, out: &mut String) {
    let (lead, vowel, tail) = jamos(c.into());
    let jamos = [lead, vowel].into_iter().chain(tail);
    out.extend(jamos.map(|jamo| char::from_u32(jamo).expect("a jamo")));
}

/// The Unicode Standard, 3.12, "Hangul Syllable Decomposition".
#[inline]
fn jamos(syllable: u32) -> (u32, u32, Option<u32>) {
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
    // Nearly all text is in order, and costs no allocation.
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
