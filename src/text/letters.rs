//! A text's letters and digits, folded.
//!
//! In: any `&str`. Out: letters and digits as code points, in order. Spaces, punctuation, accents
//! and other marks are left out.

use super::class::Class;
use super::fold;

/// Takes letters as [`for_letters`] finds them.
pub(crate) trait TakeLetters {
    /// Takes ASCII bytes, letters or not; case must not matter.
    fn take_ascii(&mut self, ascii: &[u8]);

    /// Takes a folded letter or digit.
    fn take(&mut self, letter: u32);
}

/// Hands the letters and digits in `text` to `taker`; `folded` is scratch space.
pub(crate) fn for_letters(text: &str, folded: &mut String, taker: &mut impl TakeLetters) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = at + ascii_len(&bytes[at..]);
        taker.take_ascii(&bytes[at..end]);
        let others = bytes[end..].iter().position(u8::is_ascii);
        at = others.map_or(bytes.len(), |len| end + len);
        folded.clear();
        fold(&text[end..at], folded);
        for c in folded.chars() {
            let class = Class::of(c);
            if class.is_alphanumeric() && !class.is_ignored() {
                taker.take(u32::from(c));
            }
        }
    }
}

/// Counts leading ASCII bytes, 64 at a time.
fn ascii_len(bytes: &[u8]) -> usize {
    let (chunks, _) = bytes.as_chunks::<64>();
    let whole = chunks.iter().take_while(|chunk| chunk.is_ascii()).count() * 64;
    let rest = bytes[whole..].iter().position(|byte| !byte.is_ascii());
    rest.map_or(bytes.len(), |len| whole + len)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The plain way: one by one.
    impl TakeLetters for Vec<u32> {
        fn take_ascii(&mut self, ascii: &[u8]) {
            let letters = ascii.iter().filter(|byte| byte.is_ascii_alphanumeric());
            self.extend(letters.map(|byte| u32::from(byte.to_ascii_lowercase())));
        }

        fn take(&mut self, letter: u32) {
            self.push(letter);
        }
    }

    #[test]
    fn accents_case_and_spaces_do_not_count() {
        let letters = |text| {
            let mut letters = Vec::new();
            for_letters(text, &mut String::new(), &mut letters);
            let letters = letters.into_iter().filter_map(char::from_u32);
            letters.collect::<String>()
        };
        assert_eq!(letters("L’Étoile, n° 12 — Ⅳ!"), "letoilen12ⅳ");
        assert_eq!(letters("E\u{301}toile"), letters("étoile"));
        assert_eq!(letters("Straße"), letters("STRASSE"));
        assert_eq!(letters("… \n"), "");
    }
}
