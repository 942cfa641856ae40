//! The words of a text by way of the unicode-segmentation crate and the public fold.
//!
//! In: any `&str`. Out: the same tokens as [`words`](super::words), at a tenth of the speed. It is
//! here to be read, and to judge the fast path in tests on any text of the caller's.

use unicode_segmentation::UnicodeSegmentation;

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
