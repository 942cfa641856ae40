//! Where cells and records of a table end, by RFC 4180 and what spreadsheets make of it.
//!
//! In: bytes. Out: the end of the record they begin with, or its cells. A quote within a cell that
//! does not begin with one is as good as any letter, as is what follows a cell's last quote. What
//! there is to find is searched for; to ask of each byte took most of the time of such files.

use std::borrow::Cow;

const QUOTE: u8 = b'"';

/// What stands before the next byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing but line breaks.
    Blank,
    /// A delimiter.
    Between,
    Plain,
    Quoted,
    /// A quote that ends the cell, unless another follows.
    Closing,
}

/// Finds the end of a record whose bytes come piece by piece.
#[derive(Debug)]
pub(super) struct Splitter {
    delimiter: u8,
    state: State,
    /// Cells that have ended.
    pub(super) cells: usize,
}

impl Splitter {
    pub(super) fn new(delimiter: u8) -> Self {
        let (state, cells) = (State::Blank, 0);
        Self {
            delimiter,
            state,
            cells,
        }
    }

    /// How many bytes of `input` belong to the record, and whether they end it.
    pub(super) fn take(&mut self, input: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while let Some(&byte) = input.get(at) {
            let rest = &input[at..];
            match self.state {
                State::Blank if is_break(byte) => at += 1,
                State::Quoted => match memchr::memchr(QUOTE, rest) {
                    Some(quote) => {
                        at += quote + 1;
                        self.state = State::Closing;
                    }
                    None => at = input.len(),
                },
                State::Plain => match memchr::memchr3(self.delimiter, b'\r', b'\n', rest) {
                    Some(end) => {
                        at += end;
                        self.state = State::Between;
                        self.cells += 1;
                        at += 1;
                        if is_break(rest[end]) {
                            return (at, true);
                        }
                    }
                    None => at = input.len(),
                },
                State::Blank | State::Between | State::Closing => {
                    at += 1;
                    if byte == QUOTE {
                        self.state = State::Quoted;
                    } else if byte == self.delimiter || is_break(byte) {
                        self.state = State::Between;
                        self.cells += 1;
                        if is_break(byte) {
                            return (at, true);
                        }
                    } else {
                        self.state = State::Plain;
                    }
                }
            }
        }
        (at, false)
    }
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// A cell as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<'a>(&'a str);

/// The cells of one record, which stands by itself without the end of its line.
pub(crate) fn cells(record: &str, delimiter: u8) -> impl Iterator<Item = Cell<'_>> {
    let mut rest = Some(record);
    std::iter::from_fn(move || {
        let from = rest?;
        let end = end_of_cell(from.as_bytes(), delimiter);
        rest = from.get(end + 1..);
        Some(Cell(&from[..end]))
    })
}

fn end_of_cell(bytes: &[u8], delimiter: u8) -> usize {
    let mut at = 0;
    if bytes.first() == Some(&QUOTE) {
        at = 1;
        while let Some(quote) = memchr::memchr(QUOTE, &bytes[at..]) {
            at += quote + 1;
            if bytes.get(at) != Some(&QUOTE) {
                break;
            }
            at += 1;
        }
    }
    let end = memchr::memchr(delimiter, &bytes[at..]);
    end.map_or(bytes.len(), |end| at + end)
}

impl<'a> Cell<'a> {
    /// What it says, if that stands in it as it is.
    fn plain(self) -> Option<&'a str> {
        let Some(within) = self.0.strip_prefix('"') else {
            return Some(self.0);
        };
        match within.find('"') {
            None => Some(within),
            Some(quote) => (quote + 1 == within.len()).then(|| &within[..quote]),
        }
    }

    /// What it says; `scratch` is used where that does not stand in it as it is.
    pub(crate) fn value<'s>(self, scratch: &'s mut String) -> &'s str
    where
        'a: 's,
    {
        if let Some(plain) = self.plain() {
            return plain;
        }
        scratch.clear();
        scratch.reserve(self.0.len());
        let mut rest = &self.0[1..];
        while let Some((before, after)) = rest.split_once('"') {
            scratch.push_str(before);
            rest = after;
            let Some(doubled) = rest.strip_prefix('"') else {
                break;
            };
            scratch.push('"');
            rest = doubled;
        }
        scratch.push_str(rest);
        scratch
    }

    /// The same, to be kept.
    pub(crate) fn kept(self) -> Cow<'a, str> {
        let resolved = || self.value(&mut String::new()).to_owned();
        self.plain()
            .map_or_else(|| Cow::Owned(resolved()), Cow::Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use csv_core::{ReadRecordResult, ReaderBuilder};
    use proptest::prelude::*;

    use super::*;

    /// How long each record of `table` is, and its cells, as csv-core has them.
    fn by_csv_core(table: &[u8]) -> Vec<(usize, Vec<String>)> {
        let mut parser = ReaderBuilder::new().build();
        let (mut at, mut records) = (0, Vec::new());
        loop {
            let (mut text, mut ends) = ([0; 1024], [0; 256]);
            let (result, read, _, count) = parser.read_record(&table[at..], &mut text, &mut ends);
            if result != ReadRecordResult::Record {
                return records;
            }
            at += read;
            let starts = std::iter::once(0).chain(ends);
            let cells = starts.zip(ends).take(count).map(|(start, end)| {
                String::from_utf8(text[start..end].to_vec()).expect("cut at ASCII")
            });
            records.push((read, cells.collect()));
        }
    }

    proptest! {
        #[test]
        fn as_csv_core_has_them(
            pieces in proptest::collection::vec(
                proptest::sample::select(vec!["\"", "\"\"", ",", ";", "\n", "\r\n", "\r", "a", "é", " "]),
                0..40,
            ),
            cut in 1usize..9,
        ) {
            let table = pieces.concat();
            let mut rest = table.as_str();
            for (len, expected) in by_csv_core(table.as_bytes()) {
                let mut splitter = Splitter::new(b',');
                let mut read = 0;
                for piece in rest.as_bytes().chunks(cut) {
                    let (taken, is_end) = splitter.take(piece);
                    read += taken;
                    if is_end {
                        break;
                    }
                    prop_assert_eq!(taken, piece.len());
                }
                prop_assert_eq!((read, splitter.cells), (len, expected.len()));
                let breaks: &[char] = &['\r', '\n'];
                let record = rest[..len].trim_start_matches(breaks);
                let record = &record[..record.len() - 1];
                let mut scratch = String::new();
                let mut values = cells(record, b',').map(|cell| {
                    assert_eq!(cell.kept(), cell.value(&mut scratch));
                    cell.kept().into_owned()
                });
                prop_assert!(values.by_ref().eq(expected), "{:?}", record);
                rest = &rest[len..];
            }
        }
    }
}
