//! An article from a table row.
//!
//! In: the record as it is in the file, and the columns of its fields. Out: an [`ArticleText`].

use std::borrow::Cow;

use super::{ArticleText, Wrong, no_text, some};
use crate::fields::Fields;
use crate::input::Table;

pub(super) fn article<'a>(
    fields: &Fields,
    table: &Table,
    record: &str,
) -> Result<ArticleText<'a>, Wrong> {
    let cells = Cells::new(table, record);
    let cell = |column: Option<usize>| cells.get(column?).map(Cow::Owned);
    let columns = table.columns;
    Ok(ArticleText {
        body: cell(columns.text)
            .ok_or_else(|| no_text(fields, "column", table.names.iter().map(String::as_str)))?,
        key: cell(columns.key).and_then(some),
        title: cell(columns.title).and_then(some),
        date: cell(columns.date).and_then(some),
        source: cell(columns.source).and_then(some),
        lang: cell(columns.lang).and_then(some),
        twice: None,
    })
}

/// A record's cells, without quotes.
struct Cells {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    fn new(table: &Table, record: &str) -> Self {
        let mut parser = table.parser();
        // Removing quotes never makes a record longer; the parser wants a byte to spare.
        let mut text = vec![0; record.len() + 1];
        let mut ends = vec![0; table.names.len() + 1];
        let (_, _, written, count) = parser.read_record(record.as_bytes(), &mut text, &mut ends);
        // The line break that ends the record.
        parser.read_record(b"\n", &mut text[written..], &mut ends[count..]);
        Self { text, ends }
    }

    fn get(&self, column: usize) -> Option<String> {
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        let cell = self.text.get(start..*self.ends.get(column)?)?;
        String::from_utf8(cell.to_vec()).ok()
    }
}
