//! An article out of a record of a table.
//!
//! In: the record as it stands in the file, and where its fields are. Out: an [`ArticleText`] that
//! borrows from it where it can.

use std::borrow::Cow;

use super::{ArticleText, Wrong, no_text, some};
use crate::fields::Fields;
use crate::input::{Table, cells};

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The doubled quotes of a text are resolved in `scratch`, which is used again for the next.
pub(super) fn article<'a>(
    fields: &Fields,
    table: &Table,
    record: &'a str,
    scratch: &'a mut String,
) -> Result<ArticleText<'a>, Wrong> {
    // Tables put end to end have one in their midst.
    let record = record.strip_prefix(BYTE_ORDER_MARK).unwrap_or(record);
    let columns = table.columns;
    let mut article = ArticleText::default();
    let mut text = None;
    for (column, cell) in cells(record, table.delimiter).enumerate() {
        if columns.text == Some(column) {
            text = Some(cell);
        }
        for (wanted, field) in [
            (columns.key, &mut article.key),
            (columns.title, &mut article.title),
            (columns.date, &mut article.date),
            (columns.source, &mut article.source),
        ] {
            if wanted == Some(column) {
                *field = some(cell.kept());
            }
        }
    }
    let text = text.ok_or_else(|| no_text(fields, "column"))?;
    article.body = Cow::Borrowed(text.value(scratch));
    Ok(article)
}
