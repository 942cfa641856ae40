//! Lines that fit the terminal.
//!
//! In: text with styles. Out: the text with each line cut at a number of columns. Styles still end.

use std::io::{self, Write};

use super::clean::columns_of;

/// The character that begins a style's code.
const ESCAPE: char = '\u{1b}';

/// Cuts every line. A line is written when it ends, since columns are counted in whole lines.
pub(crate) struct Cut<'a> {
    out: &'a mut dyn Write,
    columns: usize,
    line: Vec<u8>,
}

impl<'a> Cut<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, columns: usize) -> Self {
        let line = Vec::new();
        Self { out, columns, line }
    }

    /// Writes a last line without a line end.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.end_line()
    }

    fn end_line(&mut self) -> io::Result<()> {
        let line = String::from_utf8_lossy(&self.line);
        self.out.write_all(cut(&line, self.columns).as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

impl Write for Cut<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.end_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A line of at most `columns` columns; a longer line ends in an ellipsis.
fn cut(line: &str, columns: usize) -> String {
    let width = |text: &str| -> usize { plain(text).map(columns_of).sum() };
    if width(line) <= columns {
        return line.to_owned();
    }
    let (mut cut, mut left, mut in_code) = (String::new(), columns.saturating_sub(1), false);
    let mut is_cut = false;
    for c in line.chars() {
        let was_in_code = in_code;
        in_code = c == ESCAPE || (in_code && c != 'm');
        if in_code || was_in_code || c == '\n' {
            cut.push(c);
            continue;
        }
        let of_c = columns_of(c);
        if !is_cut && of_c <= left {
            left -= of_c;
            cut.push(c);
        } else if !is_cut {
            is_cut = true;
            cut.push('…');
        }
    }
    cut
}

/// The characters that take columns: all but the codes of styles.
fn plain(text: &str) -> impl Iterator<Item = char> {
    let mut in_code = false;
    text.chars().filter(move |&c| {
        let was_in_code = in_code;
        in_code = c == ESCAPE || (in_code && c != 'm');
        !in_code && !was_in_code && c != '\n'
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit() {
        for (line, expected) in [
            ("12345678\n", "12345678\n"),
            ("123456789\n", "1234567…\n"),
            ("123456789", "1234567…"),
            (
                "\u{1b}[1m12345678\u{1b}[0m\n",
                "\u{1b}[1m12345678\u{1b}[0m\n",
            ),
            (
                "\u{1b}[1m123456789\u{1b}[0m!\n",
                "\u{1b}[1m1234567…\u{1b}[0m\n",
            ),
            ("中文中文\n", "中文中文\n"),
            ("中文中文中\n", "中文中…\n"),
        ] {
            assert_eq!(cut(line, 8), expected);
        }
        let mut out = Vec::new();
        let mut lines = Cut::new(&mut out, 4);
        for part in ["12", "345\n67", "8\n9"] {
            lines.write_all(part.as_bytes()).expect("in memory");
        }
        lines.finish().expect("in memory");
        assert_eq!(String::from_utf8(out).expect("UTF-8"), "123…\n678\n9");
    }
}
