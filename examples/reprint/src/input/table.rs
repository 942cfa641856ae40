//! CSV and TSV.
//!
//! In: a reader. Out: records as they are in the file, each with its line and place. The first
//! record is the head, which names the columns. CSV cells are separated by commas, or by semicolons
//! where the comma is the decimal sign. A record with more or fewer cells than the head is skipped.
//! A quote that is never closed costs only its own line.

use std::io::{self, BufRead, Cursor};
use std::sync::Arc;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{BYTE_ORDER_MARK, Entry, Feed, Format, LONGEST, Place, Source, Spot, Unwanted};
use super::{filled, holds_none, not_text, too_long, unreadable};
use crate::fields::{Columns, Fields};
use crate::problems::{Kind, Problem};

/// A table's head.
#[derive(Debug)]
pub(crate) struct Table {
    /// The names as they are in the file, with a byte order mark, without the end of the line.
    pub(crate) head: Vec<u8>,
    /// The end of the head's line.
    pub(crate) line_end: &'static str,
    pub(crate) names: Vec<String>,
    pub(crate) columns: Columns,
    delimiter: u8,
}

impl Table {
    /// A parser for the table's records.
    pub(crate) fn parser(&self) -> Reader {
        parser(self.delimiter)
    }
}

/// Unclosed quotes before a file is refused as no table. The rest of the file is read again for
/// each. Chosen by hand.
const UNCLOSED: usize = 16;

pub(super) fn read(
    feed: &mut Feed,
    mut source: Source,
    mut reader: &mut dyn BufRead,
    again: bool,
) -> Result<(), Unwanted> {
    // 1. Skip a byte order mark, and refuse binary content.
    let (mut offset, mut line) = (0, 1);
    let first = match reader.fill_buf() {
        Ok(first) => first,
        Err(error) => return feed.push(Err(unreadable(&source.name, &error))),
    };
    let delimiter = delimiter(source.format, first);
    if first.starts_with(BYTE_ORDER_MARK) {
        offset = BYTE_ORDER_MARK.len() as u64;
        reader.consume(BYTE_ORDER_MARK.len());
    } else if first.contains(&0) {
        return feed.push(Err(not_text(&source)));
    }
    // 2. Read the head, which names the columns.
    let mut records = Records {
        reader: &mut reader,
        parser: parser(delimiter),
        offset,
        line,
    };
    let mark = if offset > 0 { BYTE_ORDER_MARK } else { b"" };
    let mut head = Vec::new();
    let problem = match records.next(&mut head) {
        Err(error) => unreadable(&source.name, &error),
        Ok(Next::End) => holds_none(&source),
        Ok(Next::TooLong(_)) => too_long(source.name.clone()),
        Ok(Next::Unclosed(_)) => {
            let message = "no table: a quote of its first line is never closed";
            Problem::new(Kind::NotATable, &source.name, message)
        }
        Ok(Next::Read(_)) => {
            (offset, line) = (records.offset, records.line);
            let line_end = if head.ends_with(b"\r") { "\r\n" } else { "\n" };
            head.truncate(head.trim_ascii_end().len());
            match names(&head, delimiter) {
                Some(names) => {
                    source.table = Some(Table {
                        columns: feed.reading.fields.columns(&names),
                        head: [mark, &*head].concat(),
                        line_end,
                        names,
                        delimiter,
                    });
                    // 3. Read the rows below the head.
                    let source = Arc::new(source);
                    let rows = Rows {
                        source: &source,
                        again,
                        tries: UNCLOSED,
                    };
                    return rows.read(feed, reader, offset, line);
                }
                None => Problem::new(Kind::NotUtf8, &source.name, "not UTF-8; convert it first"),
            }
        }
    };
    feed.push(Err(problem))
}

/// The delimiter of a table that begins with these bytes.
pub(super) fn delimiter(format: Format, first: &[u8]) -> u8 {
    let head = first.split(|&byte| byte == b'\n').next().unwrap_or(first);
    match format {
        Format::Tsv => b'\t',
        _ if head.contains(&b';') && !head.contains(&b',') => b';',
        _ => b',',
    }
}

/// The format of a table that begins with these bytes: the first line must be complete, and one of
/// its cells must be a name of the text. A space after the delimiter means prose, since heads have
/// none.
pub(super) fn by_head(first: &[u8], fields: &Fields) -> Option<Format> {
    let first = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first);
    let end = first.iter().position(|&byte| byte == b'\n')?;
    let head = first[..end].trim_ascii_end();
    [Format::Tsv, Format::Csv].into_iter().find(|&format| {
        let delimiter = delimiter(format, first);
        let has_space = head.windows(2).any(|pair| pair == [delimiter, b' ']);
        let names = names(head, delimiter).filter(|names| names.len() > 1 && !has_space);
        names.is_some_and(|names| fields.columns(&names).text.is_some())
    })
}

fn parser(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

fn names(head: &[u8], delimiter: u8) -> Option<Vec<String>> {
    let mut rows = csv::ReaderBuilder::new();
    rows.delimiter(delimiter).has_headers(false);
    let row = rows.from_reader(head).into_records().next()?.ok()?;
    Some(row.iter().map(|name| name.trim().to_owned()).collect())
}

/// Reads the records below the head.
#[derive(Clone, Copy)]
struct Rows<'s> {
    source: &'s Arc<Source>,
    again: bool,
    /// Unclosed quotes still tolerated.
    tries: usize,
}

impl Rows<'_> {
    fn read(
        self,
        feed: &mut Feed,
        mut reader: &mut dyn BufRead,
        offset: u64,
        line: u64,
    ) -> Result<(), Unwanted> {
        let table = self.source.table.as_ref();
        let (delimiter, columns) =
            table.map_or((b',', 0), |table| (table.delimiter, table.names.len()));
        let mut records = Records {
            reader: &mut reader,
            parser: parser(delimiter),
            offset,
            line,
        };
        loop {
            let start = feed.chunk.bytes.len();
            let next = records.next(&mut feed.chunk.bytes);
            let at = |line| self.source.at(Spot::Line(line));
            // A record with the head's number of cells becomes an entry. Anything else is reported,
            // and reading goes on where that is possible.
            let problem = match next {
                Err(error) => {
                    feed.chunk.bytes.truncate(start);
                    return feed.push(Err(unreadable(&at(records.line), &error)));
                }
                Ok(Next::End) => return Ok(()),
                Ok(Next::TooLong(line)) => too_long(at(line)),
                Ok(Next::Unclosed(row)) => {
                    let rest = feed.chunk.bytes.split_off(start);
                    let rest = &rest[row.blank..];
                    let message = "a quote that begins here is never closed; skipped";
                    feed.push(Err(Problem::new(Kind::Ragged, at(row.line), message)))?;
                    return self.after_unclosed(feed, rest, &row);
                }
                Ok(Next::Read(row)) if row.cells != columns => {
                    let cells = match row.cells {
                        1 => "1 cell".to_owned(),
                        cells => format!("{cells} cells"),
                    };
                    let message = format!(
                        "{cells} under a head of {columns}: a quote or a delimiter too \
                         many, or too few; skipped"
                    );
                    Problem::new(Kind::Ragged, at(row.line), message)
                }
                Ok(Next::Read(row)) => {
                    let begin = start + row.blank;
                    let record = &feed.chunk.bytes[begin..];
                    let bytes = begin..begin + without_line_end(record).len();
                    // `LONGEST` fits into 32 bits.
                    let (offset, len) = (row.offset, bytes.len() as u32);
                    feed.push(Ok(Entry {
                        source: Arc::clone(self.source),
                        spot: Spot::Line(row.line),
                        place: if self.again {
                            Place::Bytes { offset, len }
                        } else {
                            Place::Gone
                        },
                        bytes,
                    }))?;
                    continue;
                }
            };
            feed.chunk.bytes.truncate(start);
            feed.push(Err(problem))?;
        }
    }

    /// Continues with the line after a record whose quote took in the rest of the file.
    fn after_unclosed(self, feed: &mut Feed, rest: &[u8], row: &Row) -> Result<(), Unwanted> {
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
            return Ok(());
        };
        let (offset, line) = (row.offset + end as u64 + 1, row.line + 1);
        let Some(tries) = self.tries.checked_sub(1) else {
            let at = self.source.at(Spot::Line(line));
            let message = "too many quotes that are never closed; the rest is passed over";
            return feed.push(Err(Problem::new(Kind::NotATable, at, message)));
        };
        let mut rest = Cursor::new(&rest[end + 1..]);
        Rows { tries, ..self }.read(feed, &mut rest, offset, line)
    }
}

fn without_line_end(record: &[u8]) -> &[u8] {
    let end = record.iter().rposition(|byte| !b"\r\n".contains(byte));
    &record[..end.map_or(0, |end| end + 1)]
}

fn line_breaks(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte == b'\n')).sum()
}

/// A record that was read.
struct Row {
    /// Bytes of empty lines before the record.
    blank: usize,
    /// The record's offset in the file.
    offset: u64,
    line: u64,
    cells: usize,
}

enum Next {
    End,
    /// The record was appended.
    Read(Row),
    /// The record was appended, but the file ended within a quote.
    Unclosed(Row),
    /// The line of a record above the limit; only a part was appended.
    TooLong(u64),
}

struct Records<'r> {
    reader: &'r mut dyn BufRead,
    parser: Reader,
    /// Bytes read so far.
    offset: u64,
    /// The number of the current line, from 1.
    line: u64,
}

impl Records<'_> {
    fn next(&mut self, bytes: &mut Vec<u8>) -> io::Result<Next> {
        // The cells are taken apart later, on another thread.
        let (mut unused, mut ends) = ([0; 4096], [0; 256]);
        let start = bytes.len();
        let (begin, mut cells, mut is_too_long) = (self.offset, 0, false);
        let line = self.line;
        let is_closed = loop {
            let buffer = filled(self.reader)?;
            let is_end = buffer.is_empty();
            let input = if is_end { b"\n" } else { buffer };
            let (result, read, _, count) = self.parser.read_record(input, &mut unused, &mut ends);
            cells += count;
            if !is_end {
                let read_now = &buffer[..read];
                self.line += line_breaks(read_now);
                self.offset += read as u64;
                is_too_long |= self.offset - begin > LONGEST;
                if !is_too_long {
                    bytes.extend_from_slice(read_now);
                }
                self.reader.consume(read);
            }
            match result {
                ReadRecordResult::Record => break true,
                ReadRecordResult::InputEmpty if is_end => break false,
                ReadRecordResult::End => break false,
                _ => {}
            }
        };
        if is_too_long {
            return Ok(Next::TooLong(line));
        }
        let record = &bytes[start..];
        let is_break = |byte: &&u8| b"\r\n".contains(byte);
        let blank = record.iter().take_while(is_break).count();
        if blank == record.len() {
            return Ok(Next::End);
        }
        let row = Row {
            blank,
            offset: begin + blank as u64,
            line: line + line_breaks(&record[..blank]),
            cells,
        };
        Ok(if is_closed {
            Next::Read(row)
        } else {
            Next::Unclosed(row)
        })
    }
}
