//! JSON Lines.
//!
//! In: a reader. Out: lines, each with its number and place in the file. Blank lines are skipped. A
//! line above the limit is not held in memory.

use std::io::{self, BufRead};
use std::sync::Arc;

use memchr::memchr;

use super::{BYTE_ORDER_MARK, Entry, Feed, LONGEST, Place, Source, Spot, Unwanted};
use super::{filled, holds_none, too_long, unreadable};

pub(super) fn read(
    feed: &mut Feed,
    source: &Arc<Source>,
    reader: &mut dyn BufRead,
    again: bool,
) -> Result<(), Unwanted> {
    let mut offset = 0;
    let mut held = 0;
    for number in 1.. {
        let at = || format!("{}:{number}", source.name);
        let start = feed.chunk.bytes.len();
        let line = match next(reader, &mut feed.chunk.bytes, LONGEST) {
            Ok(line) => line,
            Err(error) => {
                feed.chunk.bytes.truncate(start);
                return feed.push(Err(unreadable(&at(), &error)));
            }
        };
        let begins = offset;
        match line {
            Line::End if held == 0 => return feed.push(Err(holds_none(source))),
            Line::End => return Ok(()),
            Line::TooLong(len) => {
                offset += len;
                held += 1;
                feed.chunk.bytes.truncate(start);
                feed.push(Err(too_long(at())))?;
            }
            // A line that is not blank becomes an entry, without byte order mark and line end.
            Line::Read => {
                let line = &feed.chunk.bytes[start..];
                offset += line.len() as u64;
                let mark = if number == 1 && line.starts_with(BYTE_ORDER_MARK) {
                    BYTE_ORDER_MARK.len()
                } else {
                    0
                };
                if line[mark..].trim_ascii().is_empty() {
                    feed.chunk.bytes.truncate(start);
                    continue;
                }
                held += 1;
                let bytes = start + mark..start + line.trim_ascii_end().len();
                let place = if again {
                    Place::Bytes {
                        offset: begins + mark as u64,
                        // `LONGEST` fits into 32 bits.
                        len: bytes.len() as u32,
                    }
                } else {
                    Place::Gone
                };
                feed.push(Ok(Entry {
                    source: Arc::clone(source),
                    spot: Spot::Line(number),
                    place,
                    bytes,
                }))?;
            }
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Line {
    End,
    /// The line was appended.
    Read,
    /// The line's length in bytes; only a part was appended.
    TooLong(u64),
}

/// Appends the next line to `bytes`, up to `longest` bytes. Finds the end of the line with vector
/// instructions, unlike [`BufRead::read_until`].
fn next(reader: &mut dyn BufRead, bytes: &mut Vec<u8>, longest: u64) -> io::Result<Line> {
    let mut read = 0;
    while read < longest {
        let buffer = filled(reader)?;
        let room =
            usize::try_from(longest - read).map_or(buffer.len(), |room| room.min(buffer.len()));
        let end = memchr(b'\n', &buffer[..room]);
        let len = end.map_or(room, |end| end + 1);
        bytes.extend_from_slice(&buffer[..len]);
        reader.consume(len);
        read += len as u64;
        if end.is_some() || len == 0 {
            return Ok(if read == 0 { Line::End } else { Line::Read });
        }
    }
    let rest = skip_line(reader)?;
    Ok(Line::TooLong(read + rest))
}

/// Skips the rest of a line. Returns its length in bytes.
fn skip_line(reader: &mut dyn BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = filled(reader)?;
        let end = memchr(b'\n', buffer);
        let len = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(len);
        skipped += len as u64;
        if end.is_some() || len == 0 {
            return Ok(skipped);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::*;

    /// A reader interrupted at every other call.
    struct Interrupted<'a>(&'a [u8], bool);

    impl Read for Interrupted<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.0.read(to)
        }
    }

    #[test]
    fn lines_of_all_lengths() {
        const LONGEST: u64 = 8;
        let text = b"1234567\n\n12345678\n12345678901234567890\n\r\n1234567";
        for capacity in 1..=40 {
            let mut reader = BufReader::with_capacity(capacity, Interrupted(text, false));
            let mut bytes = Vec::new();
            let mut lines = Vec::new();
            loop {
                bytes.clear();
                match next(&mut reader, &mut bytes, LONGEST).expect("interrupted alone") {
                    Line::End => break,
                    Line::Read => lines.push(String::from_utf8_lossy(&bytes).into_owned()),
                    Line::TooLong(len) => lines.push(len.to_string()),
                }
            }
            let expected = ["1234567\n", "\n", "9", "21", "\r\n", "1234567"];
            assert_eq!(lines, expected, "{capacity}");
        }
    }
}
