//! Text in other encodings than UTF-8.
//!
//! In: bytes, and their encoding: the one given by `--encoding`, by a byte order mark, or by a
//! page's declaration. Out: UTF-8. Bytes that are no character become U+FFFD.
//!
//! Encodings and their names are those of the [Encoding
//! Standard](https://encoding.spec.whatwg.org). An undeclared encoding is guessed by `chardetng`.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::filled;

/// Bytes of a page within which its encoding must be declared, by the HTML standard.
#[cfg(feature = "html")]
const DECLARED_WITHIN: usize = 1024;

/// Bytes decoded at a time. Chosen by hand.
const BUFFER: usize = 1 << 16;

/// The encoding of a file by its first bytes; `None` for UTF-8. A byte order mark overrides `said`.
pub(crate) fn of_file(head: &[u8], said: Option<&'static Encoding>) -> Option<&'static Encoding> {
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    marked.or(said).filter(|&encoding| encoding != UTF_8)
}

/// A page's encoding: given or marked, else UTF-8 if the page is valid UTF-8, else declared, else
/// guessed.
#[cfg(feature = "html")]
pub(crate) fn of_page(bytes: &[u8], said: Option<&'static Encoding>) -> &'static Encoding {
    let known = of_file(bytes, said);
    let is_utf8 = || str::from_utf8(bytes).is_ok().then_some(UTF_8);
    let declared = || declared(bytes).filter(|&declared| declared != UTF_8);
    known
        .or_else(is_utf8)
        .or_else(declared)
        .unwrap_or_else(|| guess(bytes))
}

/// The likeliest encoding of a text that is not UTF-8.
pub(crate) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// The encoding that a page declares: `<meta charset=…>`, or within `content="text/html;
/// charset=…"`.
#[cfg(feature = "html")]
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARED_WITHIN)];
    let head = head.to_ascii_lowercase();
    let name = b"charset";
    let mut found = head.windows(name.len()).enumerate();
    found.find_map(|(at, window)| {
        let rest = window.eq(name).then(|| &head[at + name.len()..])?;
        let value = rest.trim_ascii_start().strip_prefix(b"=")?;
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").unwrap_or(value);
        let value = value.strip_prefix(b"'").unwrap_or(value);
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(byte);
        let len = value.iter().take_while(is_part).count();
        let encoding = Encoding::for_label(&value[..len])?;
        // A declaration in ASCII can't be UTF-16.
        let is_wide = encoding == UTF_16BE || encoding == UTF_16LE;
        Some(if is_wide { UTF_8 } else { encoding })
    })
}

/// A whole text, without its byte order mark.
pub(crate) fn decoded<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Cow<'a, str> {
    encoding.decode_with_bom_removal(bytes).0
}

/// Whether encoding a decoded text gives the original bytes.
pub(crate) fn is_exact(encoding: &'static Encoding) -> bool {
    encoding.is_single_byte() || encoding == UTF_16LE || encoding == UTF_16BE
}

/// A text in this encoding.
pub(crate) fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    if encoding == UTF_16LE {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else if encoding == UTF_16BE {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    } else {
        encoding.encode(text).0.into_owned()
    }
}

/// Reads encoded text as UTF-8, with its byte order mark.
pub(super) struct Decoded<'r> {
    from: &'r mut dyn BufRead,
    decoder: Decoder,
    buffer: Vec<u8>,
    at: usize,
    is_done: bool,
    /// Set when bytes were no character.
    is_damaged: Arc<AtomicBool>,
}

impl<'r> Decoded<'r> {
    pub(super) fn new(
        from: &'r mut dyn BufRead,
        encoding: &'static Encoding,
        is_damaged: Arc<AtomicBool>,
    ) -> Self {
        Self {
            from,
            decoder: encoding.new_decoder_without_bom_handling(),
            buffer: Vec::new(),
            at: 0,
            is_done: false,
            is_damaged,
        }
    }

    fn decode(&mut self) -> io::Result<()> {
        self.buffer.resize(BUFFER, 0);
        self.at = 0;
        let mut len = 0;
        while len == 0 && !self.is_done {
            let bytes = filled(self.from)?;
            let is_last = bytes.is_empty();
            let (result, read, written, is_damaged) =
                self.decoder
                    .decode_to_utf8(bytes, &mut self.buffer, is_last);
            self.from.consume(read);
            len = written;
            self.is_done = is_last && result == CoderResult::InputEmpty;
            if is_damaged {
                self.is_damaged.store(true, Ordering::Relaxed);
            }
        }
        self.buffer.truncate(len);
        Ok(())
    }
}

impl BufRead for Decoded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() && !self.is_done {
            self.decode()?;
        }
        Ok(&self.buffer[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes;
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(to)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "html")]
    #[test]
    fn what_pages_declare() {
        for (head, name) in [
            ("<meta charset=windows-1251>", "windows-1251"),
            ("<META CharSet = 'ISO-8859-2'>", "ISO-8859-2"),
            (
                "<meta http-equiv=content-type content=\"text/html; charset=Shift_JIS\">",
                "Shift_JIS",
            ),
            ("<meta charset=utf-16>", "UTF-8"),
        ] {
            let found = declared(head.as_bytes()).map(Encoding::name);
            assert_eq!(found, Some(name), "{head}");
        }
        assert_eq!(declared(b"<meta charset=none> charset"), None);
    }

    #[test]
    fn there_and_back() {
        let text = "\u{feff}Grüße, 中文 \u{1f600}\r\n";
        for encoding in [UTF_16LE, UTF_16BE] {
            let bytes = encoded(text, encoding);
            let damaged = Arc::new(AtomicBool::new(false));
            for capacity in 1..10 {
                let mut from = io::BufReader::with_capacity(capacity, &*bytes);
                let mut read = String::new();
                Decoded::new(&mut from, encoding, Arc::clone(&damaged))
                    .read_to_string(&mut read)
                    .expect("in memory");
                assert_eq!(read, text);
            }
            assert!(!damaged.load(Ordering::Relaxed));
        }
        let all: Vec<u8> = (0..=255).collect();
        let encoding = encoding_rs::WINDOWS_1252;
        let text = encoding.decode_without_bom_handling(&all).0;
        assert_eq!(encoded(&text, encoding), all);
    }
}
