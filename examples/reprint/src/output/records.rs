//! Records of one or more files, written into one.
//!
//! In: records that are kept or dropped, and what is between them, in the order of the input. Out:
//! the same bytes without the records that are dropped. In an array the comma before a dropped
//! element goes, too, or that behind it if no element is before.

use std::io::{self, Write};

use super::atomic::Sealed;
use super::packed::Packed;
use crate::input::{Format, Part, Source, encoding};

/// Records, one after the other.
pub(super) struct Records {
    out: Packed,
    /// The last byte that was written.
    last: Option<u8>,
    /// Whether no file came before this one.
    is_first_file: bool,
    /// What an array has had: an element that is written, one that is dropped.
    has_element: bool,
    has_dropped: bool,
    /// What is behind the last element of a file, which may not be its end.
    end: Vec<u8>,
    /// Whether the array of the file before is still open.
    is_joined: bool,
}

impl Records {
    pub(super) fn new(out: Packed) -> Self {
        Self {
            out,
            last: None,
            is_first_file: true,
            has_element: false,
            has_dropped: false,
            end: Vec::new(),
            is_joined: false,
        }
    }

    /// Writes a record, unless it is dropped. `lead` is what belongs to it before it begins.
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
        self.has_element |= is_kept;
        self.has_dropped |= !is_kept;
        Ok(())
    }

    /// Writes what is between two elements, so that there is a comma between those that are written.
    fn lead(&mut self, source: &Source, lead: &[u8], is_kept: bool) -> io::Result<()> {
        let is_bracket = |byte: &u8| b"[]".contains(byte);
        let brackets = lead.iter().rposition(is_bracket).map_or(0, |at| at + 1);
        let (brackets, gap) = lead.split_at(brackets);
        if std::mem::take(&mut self.is_joined) {
            if is_kept && self.has_element {
                self.put(source, b",")?;
            }
        } else if !brackets.is_empty() {
            self.put(source, brackets)?;
            (self.has_element, self.has_dropped) = (false, false);
        }
        if !is_kept {
            return Ok(());
        }
        let is_first = !self.has_element && self.has_dropped;
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

    /// Writes what is no record.
    pub(super) fn aside(&mut self, source: &Source, part: Part, bytes: &[u8]) -> io::Result<()> {
        match part {
            Part::Head if !self.is_first_file => Ok(()),
            Part::End => {
                self.end.extend_from_slice(bytes);
                Ok(())
            }
            Part::Head | Part::Middle | Part::File => {
                self.write_end(source)?;
                self.put(source, bytes)
            }
        }
    }

    /// Goes on with another file, which begins on a line of its own.
    pub(super) fn go_on(&mut self, before: &Source) -> io::Result<()> {
        self.is_first_file = false;
        if before.format == Format::JsonArray && self.end.contains(&b']') {
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
        if self.is_joined {
            self.put(source, b"]\n")?;
        }
        self.out.finish()
    }

    fn write_end(&mut self, source: &Source) -> io::Result<()> {
        let end = std::mem::take(&mut self.end);
        self.put(source, &end)
    }

    /// Writes bytes as they stood in the file.
    fn put(&mut self, source: &Source, bytes: &[u8]) -> io::Result<()> {
        self.last = bytes.last().copied().or(self.last);
        // A text or a page is held as it stands in its file, other formats as UTF-8.
        let encoding = source.encoding.filter(|_| !source.format.is_whole());
        match (encoding, str::from_utf8(bytes)) {
            (Some(encoding), Ok(text)) => self.out.write_all(&encoding::encoded(text, encoding)),
            _ => self.out.write_all(bytes),
        }
    }
}
