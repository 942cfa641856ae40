//! JSON in other forms than an object a line: an array of objects, or objects over several lines.
//!
//! In: a reader. Out: the objects, each with its number and place in the file. One object is held
//! at a time. An error between two objects ends the file, since the rest can't be separated.

use std::io::{self, BufRead, Cursor, Read};
use std::sync::Arc;

use super::{BYTE_ORDER_MARK, Entry, Feed, Format, LONGEST, Place, Source, Spot, Unwanted};
use super::{filled, holds_none, jsonl, too_long, unreadable};
use crate::problems::{Kind, Problem};

/// Bytes within which a file's first line must end to tell the format. Chosen by hand.
const HEAD: u64 = 1 << 20;

pub(super) fn read(
    feed: &mut Feed,
    mut source: Source,
    reader: &mut dyn BufRead,
    again: bool,
) -> Result<(), Unwanted> {
    let mut head = Vec::new();
    if let Err(error) = first_line(reader, &mut head) {
        return feed.push(Err(unreadable(&source.name, &error)));
    }
    let mark = if head.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let is_array = head[mark..].trim_ascii_start().starts_with(b"[");
    let are_lines = !is_array && is_a_line(head[mark..].trim_ascii());
    let mut head = Cursor::new(head);
    if are_lines {
        source.format = Format::JsonLines;
        return jsonl::read(feed, &Arc::new(source), &mut head.chain(reader), again);
    }
    if is_array {
        source.format = Format::JsonArray;
    }
    head.set_position(mark as u64);
    let mut values = Values {
        reader: &mut head.chain(reader),
        offset: mark as u64,
        number: 0,
        is_array,
    };
    values.read(feed, &Arc::new(source), again)
}

/// Reads to the end of the first line that is not blank.
fn first_line(reader: &mut dyn BufRead, head: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let room = HEAD.saturating_sub(head.len() as u64);
        let read = reader.take(room).read_until(b'\n', head)?;
        let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
        if read == 0 || !text.trim_ascii().is_empty() {
            return Ok(());
        }
    }
}

/// Whether an object ends with its line, or should: a string never spans lines.
fn is_a_line(line: &[u8]) -> bool {
    let mut scan = Scan::default();
    let end = line.iter().position(|&byte| scan.ends_with(byte));
    end.is_some_and(|end| end + 1 == line.len()) || scan.in_string || !line.starts_with(b"{")
}

/// The state of a scan through a value.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Scan {
    /// Whether a value that began with a bracket or a quote ends with this byte.
    fn ends_with(&mut self, byte: u8) -> bool {
        if self.in_string {
            let is_escaped = std::mem::replace(&mut self.is_escaped, false);
            match byte {
                _ if is_escaped => {}
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return !self.in_string && self.depth == 0;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

struct Values<'r> {
    reader: &'r mut dyn BufRead,
    /// Bytes read so far.
    offset: u64,
    /// Values read so far.
    number: u64,
    is_array: bool,
}

/// Why no further value is read.
enum Stop {
    Unwanted(Unwanted),
    Wrong(&'static str),
    TooLong,
    Unreadable(io::Error),
}

impl From<Unwanted> for Stop {
    fn from(unwanted: Unwanted) -> Self {
        Self::Unwanted(unwanted)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl Values<'_> {
    fn read(&mut self, feed: &mut Feed, source: &Arc<Source>, again: bool) -> Result<(), Unwanted> {
        let stop = self.all(feed, source, again);
        // The value after the last one read.
        let at = source.at(Spot::Number(self.number + 1));
        let problem = match stop {
            Err(Stop::Unwanted(unwanted)) => return Err(unwanted),
            Err(Stop::Wrong(message)) => {
                let message = format!("{message}; the rest of the file is passed over");
                Problem::new(Kind::NotJson, at, message)
            }
            Err(Stop::TooLong) => too_long(at),
            Err(Stop::Unreadable(error)) => unreadable(&at, &error),
            Ok(()) if self.number == 0 => holds_none(source),
            Ok(()) => return Ok(()),
        };
        feed.push(Err(problem))
    }

    fn all(&mut self, feed: &mut Feed, source: &Arc<Source>, again: bool) -> Result<(), Stop> {
        let mut is_open = self.is_array && self.next()? == Some(b'[');
        if is_open {
            self.pass(1);
        }
        loop {
            match self.next()? {
                None if is_open => {
                    return Err(Stop::Wrong("the array is not closed: is the file cut off?"));
                }
                None => return Ok(()),
                Some(b',') if is_open && self.number > 0 => self.pass(1),
                Some(b']') if is_open => {
                    is_open = false;
                    self.pass(1);
                }
                Some(b'{' | b'[' | b'"') if is_open || !self.is_array => {
                    let entry = self.entry(&mut feed.chunk.bytes, source, again)?;
                    feed.push(Ok(entry))?;
                }
                Some(_) if is_open && self.bare()? > 0 => {
                    self.number += 1;
                    let at = source.at(Spot::Number(self.number));
                    feed.push(Err(Problem::new(Kind::NotJson, at, "not a JSON object")))?;
                }
                Some(_) => return Err(Stop::Wrong("neither an object nor the end")),
            }
        }
    }

    fn entry(
        &mut self,
        bytes: &mut Vec<u8>,
        source: &Arc<Source>,
        again: bool,
    ) -> Result<Entry, Stop> {
        let (start, offset) = (bytes.len(), self.offset);
        if let Err(stop) = self.value(bytes) {
            bytes.truncate(start);
            return Err(stop);
        }
        self.number += 1;
        let bytes = start..bytes.len();
        // `LONGEST` fits into 32 bits.
        let len = bytes.len() as u32;
        Ok(Entry {
            source: Arc::clone(source),
            spot: Spot::Number(self.number),
            place: if again {
                Place::Bytes { offset, len }
            } else {
                Place::Gone
            },
            bytes,
        })
    }

    /// The next byte that is not white space.
    fn next(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = filled(self.reader)?;
            let blank = buffer
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            let next = buffer.get(blank).copied();
            let is_end = buffer.is_empty();
            self.pass(blank);
            if next.is_some() || is_end {
                return Ok(next);
            }
        }
    }

    fn pass(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.offset += bytes as u64;
    }

    /// Reads a value that begins with a bracket or a quote.
    fn value(&mut self, bytes: &mut Vec<u8>) -> Result<(), Stop> {
        let mut scan = Scan::default();
        let start = bytes.len();
        loop {
            let buffer = filled(self.reader)?;
            if buffer.is_empty() {
                return Err(Stop::Wrong("the file ends within this value"));
            }
            let end = buffer.iter().position(|&byte| scan.ends_with(byte));
            let len = end.map_or(buffer.len(), |end| end + 1);
            bytes.extend_from_slice(&buffer[..len]);
            self.pass(len);
            if (bytes.len() - start) as u64 > LONGEST {
                return Err(Stop::TooLong);
            }
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Skips a number, `null` or another bare value.
    fn bare(&mut self) -> io::Result<usize> {
        let mut passed = 0;
        loop {
            let buffer = filled(self.reader)?;
            let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
            let len = buffer.iter().take_while(is_part).count();
            let is_done = len < buffer.len() || buffer.is_empty();
            self.pass(len);
            passed += len;
            if is_done {
                return Ok(passed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_a_line;

    #[test]
    fn lines_and_what_goes_on() {
        for line in [&b"{\"a\": \"}\\\"\"}"[..], b"{}", b"{\"cut", b"null", b""] {
            assert!(is_a_line(line), "{line:?}");
        }
        for part in [&b"{"[..], b"{\"a\": [1,", b"{}{}"] {
            assert!(!is_a_line(part), "{part:?}");
        }
    }
}
