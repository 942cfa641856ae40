//! Words by the unicode-segmentation crate and the public fold, the plain way.
//!
//! In: any `&str`. Out: the same tokens as [`words`](super::words), at a tenth of the speed. It
//! judges the fast path in tests, on any text a caller likes.

use unicode_segmentation::UnicodeSegmentation;

use super::{Span, Token, check_len, fold};
use crate::error::Result;
use crate::hash;

/// Cuts `text` into words, the plain way.
///
/// # Errors
///
/// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](super::MAX_LEN) bytes.
pub fn words(text: &str) -> Result<Vec<Token>> {
    check_len(text)?;
    let token = |(start, word): (usize, &str)| {
        let mut folded = String::new();
        fold(word, &mut folded);
        Token {
            hash: hash::word(folded.as_bytes()),
            span: Span::new(start, start + word.len()),
        }
    };
    Ok(text.unicode_word_indices().map(token).collect())
}
