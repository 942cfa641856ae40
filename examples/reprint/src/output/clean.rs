//! Texts and keys made safe for a terminal.
//!
//! In: any text. Out: one line that moves no cursor, changes no colour and reverses no writing
//! direction.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// The text on one line: any white space becomes one space, and terminal controls are written as
/// codes.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_not_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_break(c) {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if is_obeyed(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The text with a code for each terminal control, line breaks and tabs included.
pub(crate) fn codes(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_not_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_not_plain(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal does more than show the character.
pub(crate) fn is_not_plain(c: char) -> bool {
    is_obeyed(c) || is_break(c)
}

/// Columns shown of a key. Chosen by hand: a longer key is a text in the wrong field.
const KEY: usize = 200;

/// A key on one line, shortened to [`KEY`] columns.
pub(crate) fn key(key: &str) -> Cow<'_, str> {
    if width(key) <= KEY {
        line(key)
    } else {
        short(key, KEY).into()
    }
}

/// The text as one line with at most `columns` columns; a longer text ends in an ellipsis.
pub(crate) fn short(text: &str, columns: usize) -> String {
    let mut width = 0;
    let cut = text.char_indices().find(|&(_, c)| {
        width += columns_of(c);
        width > columns
    });
    let cut = cut.map_or(text.len(), |(at, _)| at);
    let line = line(text[..cut].trim_end());
    let ellipsis = if cut < text.len() { "…" } else { "" };
    format!("{line}{ellipsis}")
}

/// The text, padded with spaces to `columns` columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The number of columns that the text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// The columns of a character: two for most of Chinese, Japanese and Korean, none for a mark that
/// combines with the character before it.
pub(crate) fn columns_of(c: char) -> usize {
    c.width().unwrap_or(1)
}

fn is_break(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_obeyed(c: char) -> bool {
    // Controls, marks that reorder the line, and the invisible block of tags.
    c.is_control()
        || matches!(
            c,
            '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}'
        )
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::{line, padded, short};

    #[test]
    fn one_harmless_line() {
        assert_eq!(line("plain é 中"), "plain é 中");
        assert_eq!(line("two\r\n\tlines\u{2028}"), "two lines ");
        assert_eq!(
            line("\u{1b}[2J\u{9b}\u{202e}"),
            "\\u{1b}[2J\\u{9b}\\u{202e}"
        );
    }

    #[test]
    fn cut_by_columns() {
        assert_eq!(short("中文字", 6), "中文字");
        assert_eq!(short("中文字", 5), "中文…");
        assert_eq!(short("one two", 4), "one…");
        assert_eq!(short("", 4), "");
        assert_eq!(padded("中é", 5), "中é  ");
        assert_eq!(padded("e\u{301}", 2), "e\u{301} ");
        assert_eq!(short("กำลัง", 4), "กำลัง");
        assert_eq!(padded("中文", 3), "中文");
    }
}
