//! Texts of Python, and places in them.
//!
//! In: a `str`. Out: its UTF-8, and [`PlacedSpan`]s that count code points as well as bytes, since
//! Python slices by code points.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use reprint::text::Span;

/// A span of a text: start and end in code points, then in bytes of UTF-8.
pub(crate) type PlacedSpan = (u32, u32, u32, u32);

/// The bytes of U+FFFD.
const REPLACEMENT: [u8; 3] = [0xEF, 0xBF, 0xBD];

/// The text of a `str`. A lone surrogate, which UTF-8 can't hold, becomes U+FFFD: as many code
/// points, and as many bytes as `surrogatepass` gives. So all spans stay right.
pub(crate) fn text<'a>(of: &'a Bound<'_, PyString>) -> PyResult<Cow<'a, str>> {
    if let Ok(text) = of.to_str() {
        return Ok(Cow::Borrowed(text));
    }
    let encoded = of.call_method1("encode", ("utf-8", "surrogatepass"))?;
    let mut bytes = encoded.cast::<PyBytes>()?.as_bytes().to_vec();
    for at in 0..bytes.len().saturating_sub(2) {
        // ED begins a code point only, and a second byte from A0 on makes that a surrogate.
        if bytes[at] == 0xED && bytes[at + 1] >= 0xA0 {
            bytes[at..at + 3].copy_from_slice(&REPLACEMENT);
        }
    }
    let text = String::from_utf8(bytes);
    text.map(Cow::Owned)
        .map_err(|error| crate::errors::bad_column(&error.to_string()))
}

/// Bytes whose code points are counted beforehand. Chosen by hand: a count takes nanoseconds, and the
/// table a sixty-fourth of the text.
const STRIDE: usize = 256;

/// Counts the code points before a byte of one text.
pub(crate) struct CodePoints<'a> {
    bytes: &'a [u8],
    /// By stride: the code points before it. Empty for ASCII, where bytes are code points.
    before: Vec<u32>,
}

impl<'a> CodePoints<'a> {
    /// Of a text. Linear in its length.
    pub(crate) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let before = if text.is_ascii() {
            Vec::new()
        } else {
            let counts = bytes.chunks(STRIDE).map(starts);
            let sums = counts.scan(0, |sum, count| Some(std::mem::replace(sum, *sum + count)));
            sums.collect()
        };
        Self { bytes, before }
    }

    fn at(&self, byte: u32) -> u32 {
        let end = (byte as usize).min(self.bytes.len());
        // The end of a text whose length is a multiple of the stride stands in its last stride.
        let stride = (end / STRIDE).min(self.before.len().saturating_sub(1));
        match self.before.get(stride) {
            Some(before) => before + starts(&self.bytes[stride * STRIDE..end]),
            None => byte,
        }
    }

    /// A span with its code points.
    pub(crate) fn place(&self, span: Span) -> PlacedSpan {
        let Span { start, end } = span;
        (self.at(start), self.at(end), start, end)
    }
}

/// The code points that begin among some bytes of UTF-8.
fn starts(bytes: &[u8]) -> u32 {
    let is_start = |byte: &&u8| **byte & 0xC0 != 0x80;
    bytes.iter().filter(is_start).count() as u32
}
