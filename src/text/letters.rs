//! The letters and digits of a text, folded, without what stands between them.
//!
//! In: any `&str`. Out: each letter and digit as a code point, in order; accents and other marks
//! are left out with the spaces and the punctuation.

use super::class::Class;
use super::fold;

/// Calls `letter` with each folded letter or digit of `text`; `folded` is scratch space.
pub(crate) fn for_each_letter(text: &str, folded: &mut String, mut letter: impl FnMut(u32)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            at += 1;
            if byte.is_ascii_alphanumeric() {
                letter(u32::from(byte | 0x20));
            }
            continue;
        }
        let run = bytes[at..].iter().take_while(|byte| !byte.is_ascii());
        let end = at + run.count();
        folded.clear();
        fold(&text[at..end], folded);
        for c in folded.chars() {
            let class = Class::of(c);
            if class.is_alphanumeric() && !class.is_ignored() {
                letter(u32::from(c));
            }
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_spaces_do_not_count() {
        let letters = |text| {
            let mut letters = String::new();
            for_each_letter(text, &mut String::new(), |letter| {
                letters.extend(char::from_u32(letter));
            });
            letters
        };
        assert_eq!(letters("L’Étoile, n° 12 — Ⅳ!"), "letoilen12ⅳ");
        assert_eq!(letters("E\u{301}toile"), letters("étoile"));
        assert_eq!(letters("Straße"), letters("STRASSE"));
        assert_eq!(letters("… \n"), "");
    }
}
