//! A file's content.
//!
//! In: a file or a pipe. Out: an [`Opened`]: the content, and its first bytes, which tell the
//! format. Gzip, Zstandard, bzip2 and xz are recognized by the first bytes, whatever the name, and
//! decompressed.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;

use super::filled;

const BUFFER: usize = 1 << 18;

/// Bytes that are looked at to tell the format, unless a line ends before. Chosen by hand.
const HEAD: usize = 1 << 16;

/// The length of the longest magic number.
const LONGEST_MAGIC: usize = 6;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTANDARD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const BZIP2: &[u8] = b"BZh";
const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0];

/// A file's content.
pub(super) struct Opened {
    /// The whole content, the head included.
    pub(super) reader: Box<dyn BufRead>,
    pub(super) is_compressed: bool,
    /// The first bytes: at least a line, unless the line is longer than [`HEAD`].
    pub(super) head: Vec<u8>,
}

pub(super) fn open(bytes: Box<dyn Read>) -> Opened {
    let bytes: Box<dyn BufRead> = Box::new(BufReader::with_capacity(BUFFER, bytes));
    let (magic, bytes) = peek(bytes, |head| head.len() >= LONGEST_MAGIC);
    let within: Box<dyn Read> = if magic.starts_with(GZIP) {
        Box::new(Members::new(bytes))
    } else if magic.starts_with(ZSTANDARD) {
        match zstd::Decoder::with_buffer(bytes) {
            Ok(within) => Box::new(within),
            Err(error) => Box::new(Failing(Some(error))),
        }
    } else if magic.starts_with(BZIP2) {
        Box::new(MultiBzDecoder::new(bytes))
    } else if magic.starts_with(XZ) {
        Box::new(XzReader::new(bytes, true))
    } else {
        let (head, reader) = peek(bytes, has_line);
        return Opened {
            reader,
            is_compressed: false,
            head,
        };
    };
    let within = Box::new(BufReader::with_capacity(BUFFER, within));
    let (head, reader) = peek(within, has_line);
    Opened {
        reader,
        is_compressed: true,
        head,
    }
}

/// Whether the head is long enough to tell the format.
fn has_line(head: &[u8]) -> bool {
    let is_break = |byte: &u8| *byte == b'\n';
    let text = head.trim_ascii_start();
    head.len() >= HEAD || (head.len() >= LONGEST_MAGIC && text.iter().any(is_break))
}

/// Reads until the head is enough, or to the end or an error. Returns the head, and a reader that
/// starts with the head again.
fn peek(
    mut reader: Box<dyn BufRead>,
    is_enough: impl Fn(&[u8]) -> bool,
) -> (Vec<u8>, Box<dyn BufRead>) {
    let mut head = Vec::new();
    let rest: Box<dyn BufRead> = loop {
        match filled(&mut *reader) {
            Ok([]) => break Box::new(io::empty()),
            Ok(buffer) => {
                let len = buffer.len().min(HEAD);
                head.extend_from_slice(&buffer[..len]);
                reader.consume(len);
            }
            // The reader returns the error again after the head.
            Err(error) => break Box::new(BufReader::new(Failing(Some(error)))),
        }
        if is_enough(&head) {
            break reader;
        }
    };
    let whole = Cursor::new(head.clone()).chain(rest);
    (head, Box::new(whole))
}

/// Returns an error at the first reading.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// The members of a gzip file, one after the other. Zeros after the last member are padding, as
/// from tapes and block devices.
struct Members {
    /// `None` at the end.
    member: Option<GzDecoder<Box<dyn BufRead>>>,
}

impl Members {
    fn new(bytes: Box<dyn BufRead>) -> Self {
        let member = Some(GzDecoder::new(bytes));
        Self { member }
    }
}

impl Read for Members {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(to)?;
            if read > 0 || to.is_empty() {
                return Ok(read);
            }
            let bytes = self.member.take().map(GzDecoder::into_inner);
            self.member = bytes.map_or(Ok(None), next_member)?;
        }
        Ok(0)
    }
}

fn next_member(mut bytes: Box<dyn BufRead>) -> io::Result<Option<GzDecoder<Box<dyn BufRead>>>> {
    loop {
        let buffer = filled(&mut *bytes)?;
        let zeros = buffer.iter().take_while(|&&byte| byte == 0).count();
        let next = buffer.get(zeros).copied();
        let is_end = buffer.is_empty();
        bytes.consume(zeros);
        match next {
            Some(first) if first == GZIP[0] => return Ok(Some(GzDecoder::new(bytes))),
            Some(_) => {
                let message = "bytes behind the end of the gzip data that are no gzip";
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            None if is_end => return Ok(None),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text.as_bytes()).expect("in memory");
        out.finish().expect("in memory")
    }

    fn read(bytes: Vec<u8>) -> (String, io::Result<usize>) {
        let mut text = String::new();
        let end = open(Box::new(Cursor::new(bytes)))
            .reader
            .read_to_string(&mut text);
        (text, end)
    }

    #[test]
    fn members_and_padding() {
        let two = [gzip("one\n"), gzip("two\n"), vec![0; 70_000]].concat();
        assert_eq!(read(two).0, "one\ntwo\n");
        let strange = [gzip("one\n"), b"more".to_vec()].concat();
        assert!(read(strange).1.is_err());
    }

    #[test]
    fn what_is_cut_is_an_error_behind_what_was_there() {
        let whole = gzip(&"a line\n".repeat(10_000));
        for len in [10, 11, whole.len() / 2, whole.len() - 1] {
            let mut lines = 0;
            let mut end = None;
            let opened = open(Box::new(Cursor::new(whole[..len].to_vec())));
            for line in opened.reader.lines() {
                match line {
                    Ok(_) => lines += 1,
                    Err(error) => {
                        end = Some(error);
                        break;
                    }
                }
            }
            assert!(end.is_some(), "{len} bytes: {lines} lines");
        }
    }
}
