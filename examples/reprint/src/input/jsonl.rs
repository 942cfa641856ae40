//! JSON Lines.
//!
//! In: a reader. Out: lines, each with its number and place in the file. Blank lines and lines
//! above the limit are set aside.

use std::io::{self, BufRead};
use std::ops::Range;
use std::sync::Arc;

use memchr::memchr;

use super::{BYTE_ORDER_MARK, Entry, Feed, Part, Place, Source, Spot, Unwanted};
use super::{filled, holds_none, too_long, unreadable};

pub(super) fn read(
    feed: &mut Feed,
    source: &Arc<Source>,
    reader: &mut dyn BufRead,
    again: bool,
    end: u8,
) -> Result<(), Unwanted> {
    let longest = feed.reading.longest;
    feed.mark(source, reader)?;
    let mut offset = 0;
    let mut is_empty = true;
    for number in 1.. {
        let at = || format!("{}:{number}", source.name);
        let start = feed.chunk.bytes.len();
        let line = match next(reader, &mut feed.chunk.bytes, longest, end) {
            Ok(line) => line,
            Err(error) => {
                feed.aside(source, Part::Middle, start)?;
                return feed.problem(unreadable(&at(), &error));
            }
        };
        let begins = offset;
        match line {
            Line::End => break,
            Line::TooLong => {
                is_empty = false;
                offset += (feed.chunk.bytes.len() - start) as u64;
                feed.aside(source, Part::Middle, start)?;
                feed.problem(too_long(at(), longest))?;
                offset += feed.pass_on(source, reader, Some(end))?;
            }
            // A line that is not blank becomes an entry, without byte order mark and line end.
            Line::Read => {
                let line = &feed.chunk.bytes[start..];
                offset += line.len() as u64;
                let object = object(line);
                if object.is_empty() {
                    feed.aside(source, Part::Middle, start)?;
                    continue;
                }
                is_empty = false;
                let place = if again {
                    Place::Bytes {
                        offset: begins + object.start as u64,
                        // `LONGEST` fits into 32 bits.
                        len: object.len() as u32,
                    }
                } else {
                    Place::Gone
                };
                feed.article(Entry {
                    source: Arc::clone(source),
                    spot: Spot::Line(number),
                    place,
                    bytes: start + object.start..start + object.end,
                    whole: start..feed.chunk.bytes.len(),
                })?;
            }
        }
    }
    if is_empty {
        feed.problem(holds_none(source))?;
        feed.aside(source, Part::Middle, feed.chunk.bytes.len())?;
    }
    Ok(())
}

/// The object's place in its line: without byte order marks, which concatenated files have inside,
/// and without the comma that an array has left.
fn object(line: &[u8]) -> Range<usize> {
    let mut object = line;
    while let Some(rest) = object.trim_ascii_start().strip_prefix(BYTE_ORDER_MARK) {
        object = rest;
    }
    let start = line.len() - object.len();
    let mut object = object.trim_ascii_end();
    if object.starts_with(b"{")
        && let Some(rest) = object.strip_suffix(b",")
    {
        object = rest.trim_ascii_end();
    }
    start..start + object.len()
}

#[derive(Debug, PartialEq, Eq)]
enum Line {
    End,
    /// The line was appended.
    Read,
    /// The first part of the line was appended; the rest is still to be read.
    TooLong,
}

/// Appends the next line to `bytes`, up to `longest` bytes. Finds the end of the line with vector
/// instructions, unlike [`BufRead::read_until`].
fn next(reader: &mut dyn BufRead, bytes: &mut Vec<u8>, longest: u64, end: u8) -> io::Result<Line> {
    let mut read = 0;
    while read < longest {
        let buffer = filled(reader)?;
        let room =
            usize::try_from(longest - read).map_or(buffer.len(), |room| room.min(buffer.len()));
        let found = memchr(end, &buffer[..room]);
        let len = found.map_or(room, |at| at + 1);
        bytes.extend_from_slice(&buffer[..len]);
        reader.consume(len);
        read += len as u64;
        if found.is_some() || len == 0 {
            return Ok(if read == 0 { Line::End } else { Line::Read });
        }
    }
    Ok(Line::TooLong)
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
                match next(&mut reader, &mut bytes, LONGEST, b'\n').expect("interrupted alone") {
                    Line::End => break,
                    Line::Read => lines.push(String::from_utf8_lossy(&bytes).into_owned()),
                    Line::TooLong => lines.push(format!("{} of", bytes.len())),
                }
            }
            let expected = [
                "1234567\n",
                "\n",
                "8 of",
                "\n",
                "8 of",
                "8 of",
                "7890\n",
                "\r\n",
                "1234567",
            ];
            assert_eq!(lines, expected, "{capacity}");
        }
    }

    #[test]
    fn what_is_around_an_object() {
        let mark = "\u{feff}";
        for (line, expected) in [
            ("{}\n".to_owned(), "{}"),
            (format!("{mark}{{}}\r\n"), "{}"),
            (format!("{mark} {mark}{{}} ,"), "{}"),
            ("{},\n".to_owned(), "{}"),
            ("x,\n".to_owned(), "x,"),
            (format!(" {mark}\n"), ""),
        ] {
            assert_eq!(&line[object(line.as_bytes())], expected, "{line:?}");
        }
    }
}
