//! JSON in other forms than an object a line: arrays of objects, or objects over several lines.
//!
//! In: a reader. Out: the objects, each with its number and place in the file. One object is held
//! at a time. Objects may be separated by commas, white space, byte order marks and the brackets of
//! successive arrays. Anything else ends the file, since the rest can't be separated, and the rest
//! is set aside.

use std::io::{self, BufRead, Cursor, Read};
use std::sync::Arc;

use super::{BYTE_ORDER_MARK, Entry, Feed, Format, Part, Place, Source, Spot, Unwanted};
use super::{filled, holds_none, jsonl, too_long, unreadable};
use crate::problems::{Kind, Problem};

/// Bytes within which a file's first line must end to tell the format. Chosen by hand.
const HEAD: u64 = 1 << 20;

/// Bytes of a gap above which the gap is no longer held as part of the next object. Chosen by hand.
const LONG_GAP: usize = 1 << 20;

pub(super) fn read(
    feed: &mut Feed,
    mut source: Source,
    reader: &mut dyn BufRead,
    again: bool,
    line_end: u8,
) -> Result<(), Unwanted> {
    let mut head = Vec::new();
    if let Err(error) = first_line(reader, &mut head, line_end) {
        let start = feed.chunk.bytes.len();
        feed.chunk.bytes.extend_from_slice(&head);
        let problem = unreadable(&source.name, &error);
        feed.aside(&Arc::new(source), Part::Middle, start)?;
        return feed.problem(problem);
    }
    let text = unmarked(&head);
    let is_array = text.starts_with(b"[");
    let are_lines = !is_array && is_a_line(text.trim_ascii_end());
    // A file named JSON Lines with an error in its first line is not one object over several lines.
    let may_be_cut = !is_array && source.format == Format::JsonLines;
    let are_lines = are_lines || (may_be_cut && next_begins_an_object(reader));
    let head = Cursor::new(head);
    let mut whole = head.chain(reader);
    if are_lines {
        source.format = Format::JsonLines;
        return jsonl::read(feed, &Arc::new(source), &mut whole, again, line_end);
    }
    source.format = if is_array {
        Format::JsonArray
    } else {
        Format::Json
    };
    let source = Arc::new(source);
    feed.mark(&source, &mut whole)?;
    let mut values = Values {
        reader: &mut whole,
        source: &source,
        again,
        longest: feed.reading.longest,
        gap: Vec::new(),
        offset: 0,
        number: 0,
        is_open: false,
    };
    values.read(feed)
}

/// Reads to the end of the first line that is not blank.
fn first_line(reader: &mut dyn BufRead, head: &mut Vec<u8>, end: u8) -> io::Result<()> {
    loop {
        let room = HEAD.saturating_sub(head.len() as u64);
        let read = reader.take(room).read_until(end, head)?;
        if read == 0 || !unmarked(head).is_empty() {
            return Ok(());
        }
    }
}

/// Whether an object on its own line comes next.
fn next_begins_an_object(reader: &mut dyn BufRead) -> bool {
    let next = filled(reader).unwrap_or_default();
    unmarked(next).starts_with(b"{")
}

/// A text without blanks and byte order marks at its start.
fn unmarked(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => unmarked(rest),
        None => text,
    }
}

/// Whether an object ends with its line, or should: a string never spans lines.
fn is_a_line(line: &[u8]) -> bool {
    let mut scan = Scan::default();
    let end = line.iter().position(|&byte| scan.ends_with(byte));
    let is_end = |end: usize| [&b""[..], b","].contains(&line[end + 1..].trim_ascii());
    end.is_some_and(is_end) || scan.in_string || !line.starts_with(b"{")
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
    source: &'r Arc<Source>,
    again: bool,
    /// The longest value, in bytes.
    longest: u64,
    /// Bytes after the last value.
    gap: Vec<u8>,
    /// Bytes read so far.
    offset: u64,
    /// Values read so far.
    number: u64,
    /// Whether an array is open.
    is_open: bool,
}

/// Why no further value is read.
enum Stop {
    Unwanted(Unwanted),
    Wrong(&'static str),
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
    fn read(&mut self, feed: &mut Feed) -> Result<(), Unwanted> {
        let stop = self.all(feed);
        // The value after the last one read.
        let at = self.source.at(Spot::Number(self.number + 1));
        let problem = match stop {
            Err(Stop::Unwanted(unwanted)) => return Err(unwanted),
            Err(Stop::Wrong(message)) => {
                let message = format!("{message}; the rest of the file is passed over");
                Some(Problem::new(Kind::NotJson, at, message).cut())
            }
            Err(Stop::Unreadable(error)) => Some(unreadable(&at, &error)),
            Ok(()) if self.number == 0 => Some(holds_none(self.source)),
            Ok(()) => None,
        };
        let is_end = problem.is_none();
        let part = if is_end { Part::End } else { Part::Middle };
        let start = feed.chunk.bytes.len();
        feed.chunk.bytes.append(&mut self.gap);
        feed.aside(self.source, part, start)?;
        let Some(problem) = problem else {
            return Ok(());
        };
        let is_read = problem.loses();
        feed.problem(problem)?;
        if is_read {
            return Ok(());
        }
        feed.pass_on(self.source, self.reader, None).map(drop)
    }

    fn all(&mut self, feed: &mut Feed) -> Result<(), Stop> {
        loop {
            match self.next(feed)? {
                None if self.is_open => {
                    return Err(Stop::Wrong("the array is not closed: is the file cut off?"));
                }
                None => return Ok(()),
                Some(b'[') if !self.is_open => {
                    self.is_open = true;
                    self.pass(1)?;
                }
                Some(b']') if self.is_open => {
                    self.is_open = false;
                    self.pass(1)?;
                }
                Some(first @ (b'{' | b'[' | b'"')) => self.entry(feed, Some(first))?,
                Some(first) if self.is_open && is_bare(first) => self.entry(feed, None)?,
                Some(_) => return Err(Stop::Wrong("neither an object nor the end")),
            }
        }
    }

    /// Reads a value. A value that begins with neither bracket nor quote is bare.
    fn entry(&mut self, feed: &mut Feed, first: Option<u8>) -> Result<(), Stop> {
        let offset = self.offset;
        let whole = feed.chunk.bytes.len();
        let start = whole + self.gap.len();
        feed.chunk.bytes.append(&mut self.gap);
        let mut scan = Scan::default();
        let read = match first {
            Some(_) => self.value(&mut feed.chunk.bytes, &mut scan),
            None => self.bare(&mut feed.chunk.bytes),
        };
        match read {
            Ok(true) => self.number += 1,
            Ok(false) => {
                self.number += 1;
                let at = self.source.at(Spot::Number(self.number));
                feed.aside(self.source, Part::Middle, whole)?;
                feed.problem(too_long(at, self.longest))?;
                return self.pass_on(feed, first.is_some().then_some(scan));
            }
            Err(stop) => {
                feed.aside(self.source, Part::Middle, whole)?;
                return Err(stop);
            }
        }
        let end = feed.chunk.bytes.len();
        feed.article(Entry {
            source: Arc::clone(self.source),
            spot: Spot::Number(self.number),
            place: if self.again {
                Place::Bytes {
                    offset,
                    // `LONGEST` fits into 32 bits.
                    len: (end - start) as u32,
                }
            } else {
                Place::Gone
            },
            bytes: start..end,
            whole: whole..end,
        })?;
        Ok(())
    }

    /// The next byte after the gap.
    fn next(&mut self, feed: &mut Feed) -> Result<Option<u8>, Stop> {
        loop {
            let buffer = filled(self.reader)?;
            let blank = buffer.iter().take_while(|&&byte| is_blank(byte)).count();
            let next = buffer.get(blank).copied();
            let is_end = buffer.is_empty();
            self.pass(blank)?;
            if self.gap.len() > LONG_GAP {
                let start = feed.chunk.bytes.len();
                feed.chunk.bytes.append(&mut self.gap);
                feed.aside(self.source, Part::Middle, start)?;
            }
            if next.is_some() || is_end {
                return Ok(next);
            }
        }
    }

    /// Moves `bytes` available bytes into the gap.
    fn pass(&mut self, bytes: usize) -> io::Result<()> {
        let buffer = filled(self.reader)?;
        self.gap.extend_from_slice(&buffer[..bytes]);
        self.consume(bytes);
        Ok(())
    }

    fn consume(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.offset += bytes as u64;
    }

    /// Sets aside the rest of a value that is too long; `scan` has seen its start, unless it is bare.
    fn pass_on(&mut self, feed: &mut Feed, mut scan: Option<Scan>) -> Result<(), Stop> {
        loop {
            let start = feed.chunk.bytes.len();
            let buffer = filled(self.reader)?;
            if buffer.is_empty() {
                return Err(Stop::Wrong("the file ends within this value"));
            }
            let (len, is_done) = if let Some(scan) = &mut scan {
                let end = buffer.iter().position(|&byte| scan.ends_with(byte));
                (end.map_or(buffer.len(), |end| end + 1), end.is_some())
            } else {
                let len = buffer.iter().take_while(|&&byte| is_bare(byte)).count();
                (len, len < buffer.len())
            };
            feed.chunk.bytes.extend_from_slice(&buffer[..len]);
            self.consume(len);
            feed.aside(self.source, Part::Middle, start)?;
            if is_done {
                return Ok(());
            }
        }
    }

    /// Reads a value that begins with a bracket or a quote. Tells whether it is whole; the rest of a
    /// value that is too long is still to be read.
    fn value(&mut self, bytes: &mut Vec<u8>, scan: &mut Scan) -> Result<bool, Stop> {
        let start = bytes.len();
        loop {
            let buffer = filled(self.reader)?;
            if buffer.is_empty() {
                return Err(Stop::Wrong("the file ends within this value"));
            }
            let end = buffer.iter().position(|&byte| scan.ends_with(byte));
            let len = end.map_or(buffer.len(), |end| end + 1);
            bytes.extend_from_slice(&buffer[..len]);
            self.consume(len);
            if end.is_some() {
                return Ok(true);
            }
            if (bytes.len() - start) as u64 > self.longest {
                return Ok(false);
            }
        }
    }

    /// Reads a number, `null` or another bare value, as [`value`](Self::value) does.
    fn bare(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Stop> {
        let start = bytes.len();
        loop {
            let buffer = filled(self.reader)?;
            let len = buffer.iter().take_while(|&&byte| is_bare(byte)).count();
            let is_done = len < buffer.len() || buffer.is_empty();
            bytes.extend_from_slice(&buffer[..len]);
            self.consume(len);
            if is_done {
                return Ok(true);
            }
            if (bytes.len() - start) as u64 > self.longest {
                return Ok(false);
            }
        }
    }
}

/// Whether a byte may stand between two values. Concatenated files have byte order marks there.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b',' || BYTE_ORDER_MARK.contains(&byte)
}

fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::is_a_line;

    #[test]
    fn lines_and_what_goes_on() {
        for line in [
            &b"{\"a\": \"}\\\"\"}"[..],
            b"{}",
            b"{},",
            b"{\"cut",
            b"null",
            b"",
        ] {
            assert!(is_a_line(line), "{line:?}");
        }
        for part in [&b"{"[..], b"{\"a\": [1,", b"{}{}"] {
            assert!(!is_a_line(part), "{part:?}");
        }
    }
}
