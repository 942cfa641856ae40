//! Folds and hashes one word without building a `String`, where its characters allow.
//!
//! In: a text and a word's place in it. Out: the hash of the folded word, or its folded bytes in a
//! row of [`Rows`](super::rows::Rows).
//!
//! From fast to slow: [`hash_contraction`] (ASCII with a curly apostrophe), [`fold_into_row`] and
//! [`hangul_into_row`] (up to sixteen bytes, hashed eight at a time later), [`hash_word`] (any
//! word).

use super::fold::{self, HANGUL, SELF, fold};
use super::tables::{FOLD_BESIDE, FOLD_DATA};
use super::two_byte::TwoByteFold;
use super::utf8;
use crate::hash;
use crate::simd::{Kernel, clean_word};

/// Hashes any word, at `start..end` in `text`; `folded` is scratch space.
///
/// Up to 64 folded bytes are assembled on the stack, unless a character's fold depends on its
/// neighbours.
pub(super) fn hash_word(text: &str, start: usize, end: usize, folded: &mut String) -> u64 {
    hash_on_stack(text.as_bytes(), start, end).unwrap_or_else(|| {
        folded.clear();
        fold(&text[start..end], folded);
        hash::word(folded.as_bytes())
    })
}

/// Hashes a clean word (lower-casing its ASCII letters folds it) at any length; `folded` is scratch
/// space.
pub(super) fn hash_clean(text: &str, start: usize, end: usize, folded: &mut String) -> u64 {
    folded.clear();
    folded.push_str(&text[start..end]);
    folded.make_ascii_lowercase();
    hash::word(folded.as_bytes())
}

/// Hashes a word made from ASCII letters and digits around one curly apostrophe.
///
/// `None` if the word is different, longer than sixteen bytes, or within sixteen bytes before the
/// end of the text. In English with curly quotes, no other words need folding.
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
    // Exactly three bytes outside ASCII, in a row.
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
    // One byte replaces three; the rest moves down by two.
    let behind = (mark >> 16 & !0xFF | APOSTROPHE) << bits;
    let (hash, _) = clean_word(&(before | behind).to_le_bytes(), len - 2);
    Some(hash)
}

/// Bytes in a row: room for sixteen bytes' fold, and for the overrun of sixteen-byte copies.
pub(super) const ROW: usize = 64;

/// Folds the word at `start..end` into `row`, except ASCII upper case, and gives its length there.
///
/// `None` if the word is longer than sixteen bytes, starts within 32 bytes before the end of the
/// text, or holds a character whose fold depends on its neighbours. `outside` marks bytes outside
/// ASCII; the ASCII between them moves in single copies.
#[inline(always)]
pub(super) fn fold_into_row(
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
        // The ASCII up to the next character outside it.
        let next = outside.trailing_zeros() as usize;
        *row.get_mut(to..)?.first_chunk_mut::<16>()? = *starting.get(at..)?.first_chunk()?;
        to += next - at;
        // That character, folded.
        let form = Form::of(text, start + next)?;
        *row.get_mut(to..)?.first_chunk_mut()? = form.bytes.to_le_bytes();
        to += form.len;
        at = next + form.width;
        outside &= u32::MAX << at;
    }
    *row.get_mut(to..)?.first_chunk_mut::<16>()? = *starting.get(at..)?.first_chunk()?;
    Some(to + len - at)
}

/// Folds up to seven Hangul syllables into `row` by arithmetic, and gives their length there.
///
/// `None` if the word holds anything else.
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
        let (lead, vowel, tail) = fold::jamos(code);
        // Leads and vowels lie within 64 code points after U+1100 and U+1140, so their numbers add
        // to the encoded bytes without a carry. Tails reach into the next 64.
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

fn hash_on_stack(text: &[u8], start: usize, end: usize) -> Option<u64> {
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

/// A character's folded form where its neighbours don't matter, at most nine bytes.
struct Form {
    /// The folded bytes, little-endian, padded with zeros.
    bytes: u128,
    /// How many folded bytes there are.
    len: usize,
    /// How many bytes the character takes in the text.
    width: usize,
}

impl Form {
    /// The character at `at`; `None` if its fold depends on its neighbours, or is too long.
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
            && TwoByteFold::is_lead(lead)
            && let (bytes, len @ 1..) = TwoByteFold::of(lead, next).form()
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
        match fold::entry(code) {
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
                let (lead, vowel, tail) = fold::jamos(code);
                Some(Self {
                    bytes: jamo(lead) | jamo(vowel) << 24 | tail.map_or(0, |tail| jamo(tail) << 48),
                    len: if tail.is_some() { 9 } else { 6 },
                    width,
                })
            }
            entry if entry < FOLD_BESIDE => {
                let (&len, data) = FOLD_DATA[usize::from(entry)..].split_first()?;
                let len = usize::from(len);
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
