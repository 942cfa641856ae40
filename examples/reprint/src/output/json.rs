//! JSON that is safe to show on a terminal.
//!
//! In: a record. Out: one line of JSON in which terminal controls are written as `\u` and their
//! code. Parsers read the same value.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::clean;

/// Writes a record and ends the line.
pub(crate) fn line<W: Write + ?Sized>(out: &mut W, record: &impl Serialize) -> io::Result<()> {
    record.serialize(&mut Serializer::with_formatter(&mut *out, Harmless))?;
    out.write_all(b"\n")
}

/// Escapes terminal controls. The serializer itself escapes controls below U+0020.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // The loop has no early exit, so that it vectorizes.
        let printable = fragment.bytes().map(|byte| (b' '..0x7F).contains(&byte));
        if printable.fold(true, |all, is_printable| all & is_printable) {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(clean::is_not_plain) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut after = from.chars();
            for unit in after
                .next()
                .iter()
                .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
            {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_same_value_without_a_control() {
        let evil = "plain é 中 \u{1b}[2J\u{7f}\u{9b}\u{202e}\u{2028}\u{e0041}\n\"\\";
        let mut out = Vec::new();
        line(&mut out, &evil).expect("in memory");
        let out = String::from_utf8(out).expect("UTF-8");
        assert_eq!(
            out,
            concat!(
                r#""plain é 中 \u001b[2J\u007f\u009b\u202e\u2028\udb40\udc41\n\"\\""#,
                "\n"
            )
        );
        assert_eq!(serde_json::from_str::<String>(&out).expect("JSON"), evil);
    }
}
