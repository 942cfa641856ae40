//! The letters and digits of a text, folded, without what stands between them.
//!
//! In: any `&str`. Out: each letter and digit as a code point, in order; accents and other marks
//! are left out with the spaces and the punctuation.

use super::class::Class;
use super::fold;

/// Appends each folded letter or digit of `text` to `letters`; `folded` is scratch space.
pub(crate) fn push_letters(text: &str, folded: &mut String, letters: &mut Vec<u32>) {
    let bytes = text.as_bytes();
    if bytes.is_ascii() {
        return push_ascii(bytes, letters);
    }
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_run(bytes, at, u8::is_ascii);
        push_ascii(&bytes[at..end], letters);
        at = end_of_run(bytes, end, |byte| !byte.is_ascii());
        folded.clear();
        fold(&text[end..at], folded);
        letters.extend(folded.chars().filter_map(|c| {
            let class = Class::of(c);
            (class.is_alphanumeric() && !class.is_ignored()).then_some(u32::from(c))
        }));
    }
}

fn end_of_run(bytes: &[u8], at: usize, is_in: impl Fn(&u8) -> bool) -> usize {
    let end = bytes[at..].iter().position(|byte| !is_in(byte));
    end.map_or(bytes.len(), |len| at + len)
}

/// Writes each byte and goes on only if it counts: to jump at each space and comma would cost more.
fn push_ascii(bytes: &[u8], letters: &mut Vec<u32>) {
    let mut len = letters.len();
    letters.resize(len + bytes.len(), 0);
    for byte in bytes {
        letters[len] = u32::from(byte | 0x20);
        len += usize::from(byte.is_ascii_alphanumeric());
    }
    letters.truncate(len);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_spaces_do_not_count() {
        let letters = |text| {
            let mut letters = Vec::new();
            push_letters(text, &mut String::new(), &mut letters);
            let letters = letters.into_iter().filter_map(char::from_u32);
            letters.collect::<String>()
        };
        assert_eq!(letters("L’Étoile, n° 12 — Ⅳ!"), "letoilen12ⅳ");
        assert_eq!(letters("E\u{301}toile"), letters("étoile"));
        assert_eq!(letters("Straße"), letters("STRASSE"));
        assert_eq!(letters("… \n"), "");
    }
}
