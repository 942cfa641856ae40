//! Blocks: records in the page that can't break out of it.
//!
//! In: lines of JSON. Out: a `script` element of type `text/plain`, with the lines deflated (RFC
//! 1951) and in base64. Base64 has no character of markup. Deflate stores a copy near its original
//! in a few bytes, and the members of a group are near each other.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec;

/// The level of compression. The 57 MB of records and texts of 52,000 news articles take, on one busy
/// core and with base64: level 1 0.7 s and 25.4 MB, level 2 1.1 s and 20.3 MB, level 3 1.8 s and
/// 18.9 MB, level 6 4.6 s and 18.2 MB.
const LEVEL: u8 = 2;

/// The content of a block.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// The rows of the lists, unpacked when the page opens.
    Index,
    /// Texts and comparisons, unpacked when a reader opens a group.
    Texts,
}

/// Deflates lines.
pub(super) fn packed(lines: &[u8]) -> String {
    STANDARD.encode(compress_to_vec(lines, LEVEL))
}

/// Packs lines and writes the block.
pub(super) fn write(
    out: &mut dyn Write,
    kind: Kind,
    number: usize,
    lines: &[u8],
) -> io::Result<()> {
    write_packed(out, kind, number, &packed(lines))
}

/// Writes a block of [`packed`] lines.
pub(super) fn write_packed(
    out: &mut dyn Write,
    kind: Kind,
    number: usize,
    packed: &str,
) -> io::Result<()> {
    let name = match kind {
        Kind::Index => "index",
        Kind::Texts => "block",
    };
    writeln!(
        out,
        r#"<script type="text/plain" data-{name}="{number}">{packed}</script>"#
    )
}
