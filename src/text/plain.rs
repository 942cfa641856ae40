//! The words of a text by way of the unicode-segmentation crate and the public fold.
//!
//! In: any `&str`. Out: the tokens of [`words`](super::words), at a tenth of the speed: a short
//! implementation to read, and the judge of the fast path in tests on any text.
//!
//! Rule `WB3c` of UAX #29 (no boundary between a zero-width joiner and a pictograph) is applied here.
//! unicode-segmentation 1.13 departs from the standard in that rule. It takes "E.", a joiner and a
//! pictograph for one word, but WB6 joins a full stop only where a letter follows. It takes a joiner,
//! "Ⓜ" and a letter for two words, but `WB3c` and WB5 join the three.

use unicode_segmentation::UnicodeSegmentation;

use super::class::{Class, wb};
use super::{Span, Token, check_len, fold};
use crate::error::Result;
use crate::hash;

/// The words of `text`, the plain way.
///
/// # Errors
///
/// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](super::MAX_LEN) bytes.
pub fn words(text: &str) -> Result<Vec<Token>> {
    check_len(text)?;
    let mut bounds = bounds(text);
    bounds.push(text.len());
    let segments = bounds.windows(2).map(|bounds| bounds[0]..bounds[1]);
    let words = segments.filter(|segment| text[segment.clone()].contains(char::is_alphanumeric));
    let token = |word: std::ops::Range<usize>| {
        let mut folded = String::new();
        fold(&text[word.clone()], &mut folded);
        Token {
            hash: hash::word(folded.as_bytes()),
            span: Span::new(word.start, word.end),
        }
    };
    Ok(words.map(token).collect())
}

/// Where the segments of a text start.
fn bounds(text: &str) -> Vec<usize> {
    let mut bounds: Vec<usize> = Vec::new();
    let joined = joined_pictographs(text);
    // A joined pictograph starts a piece, since for what stands before it, it is as good as the end
    // of the text; one that is a letter is an ordinary letter there.
    let ordinary = |at: usize| Class::of(first(text, at)).word_break() == wb::A_LETTER;
    let cuts = joined.iter().copied().filter(|&at| !ordinary(at));
    let mut letters = text.to_owned();
    for &at in joined.iter().filter(|&&at| ordinary(at)) {
        let letter = match first(text, at).len_utf8() {
            3 => "Ⓐ",
            _ => "𝐀",
        };
        letters.replace_range(at..at + letter.len(), letter);
    }
    let mut start = 0;
    for end in cuts.chain([text.len()]) {
        let piece = letters[start..end].split_word_bound_indices();
        bounds.extend(piece.map(|(at, _)| start + at));
        start = end;
    }
    bounds.retain(|at| joined.binary_search(at).is_err());
    bounds
}

/// The places of the pictographs that follow a zero-width joiner.
fn joined_pictographs(text: &str) -> Vec<usize> {
    let follows = text.match_indices('\u{200D}');
    follows
        .map(|(at, joiner)| at + joiner.len())
        .filter(|&at| at < text.len() && Class::of(first(text, at)).is_pictograph())
        .collect()
}

fn first(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or_default()
}
