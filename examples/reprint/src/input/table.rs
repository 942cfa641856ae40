//! CSV and TSV.
//!
//! In: a reader. Out: records as they are in the file, with their lines and places. The first
//! record is the head, which names the columns. Cells are separated by commas, tabs, bars, or
//! semicolons, which spreadsheets write where the comma is the decimal sign. A record with fewer
//! cells than the head has empty cells at its end. A record with more cells is set aside. A quote
//! that is never closed costs only its own line.

use std::cmp::Ordering;
use std::io::{self, BufRead, Cursor};
use std::sync::Arc;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::memchr_iter;

use super::{BYTE_ORDER_MARK, Entry, Feed, Format, Part, Place, Source, Spot, Unwanted};
use super::{filled, holds_none, not_text, too_long, unreadable};
use crate::fields::{Columns, Fields};
use crate::problems::{Kind, Problem};

/// A table's head.
#[derive(Debug)]
pub(crate) struct Table {
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
    let first = match filled(reader) {
        Ok(first) => first,
        Err(error) => return feed.problem(unreadable(&source.name, &error)),
    };
    let delimiter = delimiter(source.format, first, &feed.reading.fields);
    let is_text = !first.contains(&0);
    let start = feed.chunk.bytes.len();
    let mut offset = 0;
    if first.starts_with(BYTE_ORDER_MARK) {
        feed.chunk.bytes.extend_from_slice(BYTE_ORDER_MARK);
        reader.consume(BYTE_ORDER_MARK.len());
        offset = BYTE_ORDER_MARK.len() as u64;
    }
    // 2. Read the head, which names the columns.
    let mut records = Records::new(&mut reader, delimiter, offset, 1, feed.reading.longest);
    let head = feed.chunk.bytes.len();
    let next = if is_text {
        records.next(&mut feed.chunk.bytes).map(Some)
    } else {
        Ok(None)
    };
    let problem = match next {
        Ok(None) => not_text(&source),
        Err(error) => unreadable(&source.name, &error),
        Ok(Some(Next::End)) => holds_none(&source),
        Ok(Some(Next::TooLong(_))) => too_long(source.name.clone(), feed.reading.longest),
        Ok(Some(Next::Unclosed(_))) => {
            let message = "no table: a quote of its first line is never closed";
            Problem::new(Kind::NotATable, &source.name, message).cut()
        }
        Ok(Some(Next::Read(_))) => {
            let (offset, line) = (records.offset, records.line);
            let head = feed.chunk.bytes[head..].trim_ascii();
            let named = names(head, delimiter);
            if let Some(names) = named {
                let columns = feed.reading.fields.columns(&names);
                let twice = twice(&names, columns);
                source.table = Some(Table {
                    names,
                    columns,
                    delimiter,
                });
                // 3. Read the rows below the head.
                let source = Arc::new(source);
                feed.aside(&source, Part::Head, start)?;
                for name in twice {
                    let message = format!("two columns are named {name}; the first counts");
                    feed.problem(Problem::new(Kind::Twice, &source.name, message))?;
                }
                let rows = Rows {
                    source: &source,
                    again,
                    tries: UNCLOSED,
                };
                return rows.read(feed, reader, offset, line);
            }
            let message = "the head is not UTF-8; --encoding says what it is";
            Problem::new(Kind::NotUtf8, &source.name, message).cut()
        }
    };
    let source = Arc::new(source);
    feed.aside(&source, Part::Middle, start)?;
    let is_read = problem.loses();
    feed.problem(problem)?;
    if is_read {
        return Ok(());
    }
    feed.pass_on(&source, reader, None).map(drop)
}

/// The wanted names that occur more than once in a head.
fn twice(names: &[String], columns: Columns) -> Vec<String> {
    let wanted = columns.all();
    let is_again = |&at: &usize| names[at + 1..].contains(&names[at]);
    let twice = wanted.into_iter().flatten().filter(is_again);
    twice.map(|at| names[at].clone()).collect()
}

/// The delimiter of a table that begins with these bytes: the one that gives a column a name of the
/// text. Otherwise semicolons, if there are some and no commas.
pub(super) fn delimiter(format: Format, first: &[u8], fields: &Fields) -> u8 {
    let first = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first);
    let is_break = |&byte: &u8| byte == b'\n' || byte == b'\r';
    let head = first.split(is_break).next().unwrap_or(first);
    let delimiters = match format {
        Format::Tsv => [b'\t', b',', b';', b'|'],
        _ => [b',', b';', b'\t', b'|'],
    };
    let has_text = |&delimiter: &u8| {
        let names = names(head, delimiter).filter(|names| names.len() > 1);
        names.is_some_and(|names| fields.columns(&names).text.is_some())
    };
    delimiters
        .into_iter()
        .find(has_text)
        .unwrap_or(match format {
            Format::Tsv => b'\t',
            _ if head.contains(&b';') && !head.contains(&b',') => b';',
            _ => b',',
        })
}

/// The format of a table that begins with these bytes: the first line must be complete, and one of
/// its cells must be a name of the text. A space after the delimiter means prose, since heads have
/// none.
pub(super) fn by_head(first: &[u8], fields: &Fields) -> Option<Format> {
    let first = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first);
    let end = first.iter().position(|&byte| byte == b'\n')?;
    let head = first[..end].trim_ascii_end();
    [Format::Tsv, Format::Csv].into_iter().find(|&format| {
        let delimiter = delimiter(format, first, fields);
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
        let mut records = Records::new(&mut reader, delimiter, offset, line, feed.reading.longest);
        loop {
            let start = feed.chunk.bytes.len();
            let next = records.next(&mut feed.chunk.bytes);
            let at = |line| self.source.at(Spot::Line(line));
            // A record with the head's number of cells becomes an entry. Anything else is reported,
            // and reading goes on where that is possible.
            let problem = match next {
                Err(error) => {
                    feed.aside(self.source, Part::Middle, start)?;
                    return feed.problem(unreadable(&at(records.line), &error));
                }
                Ok(Next::End) => return feed.aside(self.source, Part::Middle, start),
                Ok(Next::TooLong(line)) => {
                    feed.aside(self.source, Part::Middle, start)?;
                    let problem = too_long(at(line), feed.reading.longest);
                    match records.pass_on(feed, self.source)? {
                        Ok(true) => Some(problem),
                        Ok(false) => return feed.problem(problem.cut()),
                        Err(error) => {
                            feed.problem(problem)?;
                            return feed.problem(unreadable(&at(records.line), &error));
                        }
                    }
                }
                Ok(Next::Unclosed(row)) => {
                    let rest = feed.chunk.bytes.split_off(start + row.blank);
                    feed.aside(self.source, Part::Middle, start)?;
                    let message = "a quote that begins here is never closed; passed over";
                    feed.problem(Problem::new(Kind::Ragged, at(row.line), message))?;
                    return self.after_unclosed(feed, &rest, &row);
                }
                Ok(Next::Read(row)) => {
                    let begin = if row.blank == 0 {
                        start
                    } else {
                        let record = feed.chunk.bytes.split_off(start + row.blank);
                        feed.aside(self.source, Part::Middle, start)?;
                        let begin = feed.chunk.bytes.len();
                        feed.chunk.bytes.extend_from_slice(&record);
                        begin
                    };
                    let cells = match row.cells {
                        1 => "1 cell".to_owned(),
                        cells => format!("{cells} cells"),
                    };
                    let problem = match row.cells.cmp(&columns) {
                        Ordering::Greater => {
                            let message = format!(
                                "{cells} under a head of {columns}: a quote or a delimiter too \
                             many; passed over"
                            );
                            feed.aside(self.source, Part::Middle, begin)?;
                            feed.problem(Problem::new(Kind::Ragged, at(row.line), message))?;
                            continue;
                        }
                        Ordering::Less => {
                            let message =
                                format!("{cells} under a head of {columns}: the others are empty");
                            Some(Problem::new(Kind::Short, at(row.line), message))
                        }
                        Ordering::Equal => None,
                    };
                    let record = &feed.chunk.bytes[begin..];
                    let bytes = begin..begin + without_line_end(record).len();
                    let whole = begin..feed.chunk.bytes.len();
                    // `LONGEST` fits into 32 bits.
                    let (offset, len) = (row.offset, bytes.len() as u32);
                    feed.article(Entry {
                        source: Arc::clone(self.source),
                        spot: Spot::Line(row.line),
                        place: if self.again {
                            Place::Bytes { offset, len }
                        } else {
                            Place::Gone
                        },
                        bytes,
                        whole,
                    })?;
                    problem
                }
            };
            if let Some(problem) = problem {
                feed.problem(problem)?;
            }
        }
    }

    /// Continues with the line after a record whose quote took in the rest of the file.
    fn after_unclosed(self, feed: &mut Feed, rest: &[u8], row: &Row) -> Result<(), Unwanted> {
        let start = feed.chunk.bytes.len();
        let end = rest.iter().position(|&byte| byte == b'\n');
        let end = end.map_or(rest.len(), |end| end + 1);
        feed.chunk.bytes.extend_from_slice(&rest[..end]);
        feed.aside(self.source, Part::Middle, start)?;
        let mut rest = Cursor::new(&rest[end..]);
        let (offset, line) = (row.offset + end as u64, row.line + 1);
        let Some(tries) = self.tries.checked_sub(1) else {
            let at = self.source.at(Spot::Line(line));
            let message = "too many quotes that are never closed; the rest is passed over";
            feed.problem(Problem::new(Kind::NotATable, at, message).cut())?;
            return feed.pass_on(self.source, &mut rest, None).map(drop);
        };
        Rows { tries, ..self }.read(feed, &mut rest, offset, line)
    }
}

fn without_line_end(record: &[u8]) -> &[u8] {
    let end = record.iter().rposition(|byte| !b"\r\n".contains(byte));
    &record[..end.map_or(0, |end| end + 1)]
}

/// The number of line feeds, and of carriage returns without a line feed.
fn line_breaks(bytes: &[u8]) -> u64 {
    let is_alone = |&at: &usize| bytes.get(at + 1) != Some(&b'\n');
    let alone = memchr_iter(b'\r', bytes).filter(is_alone).count();
    (memchr_iter(b'\n', bytes).count() + alone) as u64
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
    /// The line of a record above the limit. The first part of it was appended; the rest is still to be
    /// read.
    TooLong(u64),
}

struct Records<'r> {
    reader: &'r mut dyn BufRead,
    parser: Reader,
    /// Bytes read so far.
    offset: u64,
    /// The number of the current line, from 1.
    line: u64,
    /// The longest record, in bytes.
    longest: u64,
}

impl<'r> Records<'r> {
    /// Sets aside the rest of a record that is too long. Tells whether the record ended before the
    /// file.
    fn pass_on(
        &mut self,
        feed: &mut Feed,
        source: &Arc<Source>,
    ) -> Result<io::Result<bool>, Unwanted> {
        let (mut unused, mut ends) = ([0; 4096], [0; 256]);
        loop {
            let start = feed.chunk.bytes.len();
            let buffer = match filled(self.reader) {
                Ok([]) => return Ok(Ok(false)),
                Ok(buffer) => buffer,
                Err(error) => return Ok(Err(error)),
            };
            let (result, read, ..) = self.parser.read_record(buffer, &mut unused, &mut ends);
            self.line += line_breaks(&buffer[..read]);
            feed.chunk.bytes.extend_from_slice(&buffer[..read]);
            self.reader.consume(read);
            self.offset += read as u64;
            feed.aside(source, Part::Middle, start)?;
            if matches!(result, ReadRecordResult::Record | ReadRecordResult::End) {
                return Ok(Ok(true));
            }
        }
    }

    fn new(
        reader: &'r mut dyn BufRead,
        delimiter: u8,
        offset: u64,
        line: u64,
        longest: u64,
    ) -> Self {
        let parser = parser(delimiter);
        Self {
            reader,
            parser,
            offset,
            line,
            longest,
        }
    }

    fn next(&mut self, bytes: &mut Vec<u8>) -> io::Result<Next> {
        // The cells are taken apart later, on another thread.
        let (mut unused, mut ends) = ([0; 4096], [0; 256]);
        let start = bytes.len();
        let (begin, mut cells) = (self.offset, 0);
        let line = self.line;
        let is_closed = loop {
            let buffer = filled(self.reader)?;
            let is_end = buffer.is_empty();
            let input = if is_end { b"\n" } else { buffer };
            let (result, read, _, count) = self.parser.read_record(input, &mut unused, &mut ends);
            cells += count;
            if !is_end {
                bytes.extend_from_slice(&buffer[..read]);
                self.offset += read as u64;
                self.reader.consume(read);
            }
            match result {
                ReadRecordResult::Record => break true,
                ReadRecordResult::InputEmpty if is_end => break false,
                ReadRecordResult::End => break false,
                _ if self.offset - begin > self.longest => {
                    self.line += line_breaks(&bytes[start..]);
                    return Ok(Next::TooLong(line));
                }
                _ => {}
            }
        };
        if is_closed && bytes.last() == Some(&b'\r') && filled(self.reader)?.starts_with(b"\n") {
            // The line feed ends the same line.
            bytes.push(b'\n');
            self.reader.consume(1);
            self.offset += 1;
        }
        self.line += line_breaks(&bytes[start..]);
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
