//! Records of one or more files, written to one file.
//!
//! In: records to keep or to drop, and the bytes between them, in input order. Out: these bytes
//! without the dropped records. In an array, the comma before a dropped element goes too, or the
//! comma after it if there is no element before.

use std::io::{self, Write};

use super::atomic::Sealed;
use super::packed::Packed;
use crate::input::{Format, Part, Source, encoding};

/// Records, one after the other.
pub(super) struct Records {
    out: Packed,
    /// The last byte written.
    last: Option<u8>,
    /// Files that came before this one.
    files_before: usize,
    array: Array,
    /// Bytes after a file's last element; another file may follow.
    end: Vec<u8>,
    /// Whether the previous file's array is still open.
    is_joined: bool,
    /// Whether an array that is open at the end is closed.
    closes: bool,
}

/// The array that is written.
#[derive(Default)]
struct Array {
    is_open: bool,
    /// Whether it has a written element.
    has_element: bool,
    /// Whether it has a dropped element.
    has_dropped: bool,
}

impl Records {
    pub(super) fn new(out: Packed) -> Self {
        Self {
            out,
            last: None,
            files_before: 0,
            array: Array::default(),
            end: Vec::new(),
            is_joined: false,
            closes: false,
        }
    }

    /// Writes a record, unless dropped. `lead` holds the bytes before it that belong to it.
    pub(super) fn record(
        &mut self,
        source: &Source,
        lead: &[u8],
        record: &[u8],
        is_kept: bool,
    ) -> io::Result<()> {
        if matches!(source.format, Format::Json | Format::JsonArray) {
            self.lead(source, lead, is_kept)?;
        } else if is_kept {
            self.put(source, lead)?;
        }
        if is_kept {
            self.put(source, record)?;
        }
        self.array.has_element |= is_kept;
        self.array.has_dropped |= !is_kept;
        Ok(())
    }

    /// Writes the bytes between two elements, with a comma between written ones.
    fn lead(&mut self, source: &Source, lead: &[u8], is_kept: bool) -> io::Result<()> {
        let is_bracket = |byte: &u8| b"[]".contains(byte);
        let brackets = lead.iter().rposition(is_bracket).map_or(0, |at| at + 1);
        let (brackets, gap) = lead.split_at(brackets);
        if std::mem::take(&mut self.is_joined) {
            if is_kept && self.array.has_element {
                self.put(source, b",")?;
            }
        } else if !brackets.is_empty() {
            self.put(source, brackets)?;
            self.array = Array {
                is_open: brackets.ends_with(b"["),
                ..Array::default()
            };
        }
        if !is_kept {
            return Ok(());
        }
        let is_first = !self.array.has_element && self.array.has_dropped;
        match gap
            .iter()
            .position(|&byte| byte == b',')
            .filter(|_| is_first)
        {
            Some(comma) => {
                self.put(source, &gap[..comma])?;
                self.put(source, &gap[comma + 1..])
            }
            None => self.put(source, gap),
        }
    }

    /// Writes bytes outside records.
    pub(super) fn aside(&mut self, source: &Source, part: Part, bytes: &[u8]) -> io::Result<()> {
        match part {
            Part::Head if self.files_before > 0 => Ok(()),
            Part::End => {
                self.end.extend_from_slice(bytes);
                Ok(())
            }
            Part::Head | Part::Middle | Part::File => {
                self.write_end(source)?;
                // After an element that is too long, the comma before the next one stays.
                let is_blank = |byte: &u8| byte.is_ascii_whitespace() || b",[]".contains(byte);
                if bytes.iter().all(is_blank) {
                    self.array.is_open |= bytes.contains(&b'[');
                } else {
                    self.array.has_element = true;
                }
                self.put(source, bytes)
            }
        }
    }

    /// Turns to another file, which begins on a new line.
    pub(super) fn go_on(&mut self, before: &Source) -> io::Result<()> {
        self.files_before += 1;
        let is_closed = self.end.contains(&b']') || (self.closes && self.array.is_open);
        if before.format == Format::JsonArray && is_closed {
            self.end.clear();
            self.is_joined = true;
            return Ok(());
        }
        self.write_end(before)?;
        if self.last.is_some_and(|last| last != b'\n' && last != b'\r') {
            self.put(before, b"\n")?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self, source: &Source) -> io::Result<Option<Sealed>> {
        self.write_end(source)?;
        if self.is_joined || (self.closes && self.array.is_open) {
            self.put(source, b"\n]\n")?;
        }
        self.out.finish()
    }

    /// Has an array closed that is open at the end, since the bytes that followed are elsewhere.
    pub(super) fn close_at_the_end(&mut self) {
        self.closes = true;
    }

    fn write_end(&mut self, source: &Source) -> io::Result<()> {
        let end = std::mem::take(&mut self.end);
        self.array.is_open &= !end.contains(&b']');
        self.put(source, &end)
    }

    /// Writes bytes in the file's encoding.
    fn put(&mut self, source: &Source, bytes: &[u8]) -> io::Result<()> {
        self.last = bytes.last().copied().or(self.last);
        // Texts and pages are held in their own encoding, other formats in UTF-8.
        let encoding = source.encoding.filter(|_| !source.format.is_whole());
        match (encoding, str::from_utf8(bytes)) {
            (Some(encoding), Ok(text)) => self.out.write_all(&encoding::encoded(text, encoding)),
            _ => self.out.write_all(bytes),
        }
    }
}
