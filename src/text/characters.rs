//! Tokens of unit `character`: folded letters and digits, with one border between words.
//!
//! In: any `&str`. Out: one token for each starter with its marks, as
//! [`FORMAT.md`](mod@crate::sketch::format), step 1, defines them.

use super::batch::TakeWords;
use super::class::Class;
use super::fold::{self, fold};
use super::{Span, segments};
use crate::hash;

/// The hash that stands between two words. Part of the format version.
const BORDER: u64 = 0x20;

/// Hands each character token of `text` to `taker`, in order; `folded` is scratch space.
pub(crate) fn for_each_character(text: &str, folded: &mut String, taker: &mut impl TakeWords) {
    let mut last_end = None;
    segments::segment(text, |start, end| {
        match last_end {
            Some(last_end) if last_end < start => {
                taker.take_one(BORDER, Span::new(last_end, start));
            }
            _ => {}
        }
        last_end = Some(end);
        let mut rest = &text[start..end];
        let mut at = start;
        while let Some(first) = rest.chars().next() {
            // The character and the marks after it.
            let marks = rest[first.len_utf8()..].find(|c| !Class::of(c).is_ignored());
            let len = marks.map_or(rest.len(), |marks| first.len_utf8() + marks);
            folded.clear();
            fold(&rest[..len], folded);
            // A fold may hold several starters: "ß" gives two tokens with one span.
            for form in starters(folded) {
                taker.take_one(hash::word(form.as_bytes()), Span::new(at, at + len));
            }
            rest = &rest[len..];
            at += len;
        }
    });
}

/// Cuts before each character that is no combining mark.
fn starters(folded: &str) -> impl Iterator<Item = &str> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices();
        chars.next()?;
        let end = chars.find(|&(_, c)| fold::combining_class(c) == 0);
        let (form, tail) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = tail;
        Some(form)
    })
}
