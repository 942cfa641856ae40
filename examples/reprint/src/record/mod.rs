//! One article from its bytes.
//!
//! In: a JSON object, a table row, a page or a text. Out: an [`ArticleText`] that borrows from the
//! bytes where possible, or the problem.

mod json;
#[cfg(feature = "html")]
mod page;
mod row;

use std::borrow::Cow;

use crate::fields::Fields;
use crate::input::{Format, Source};
use crate::problems::Kind;

/// The facts that a record gives about an article.
#[derive(Debug, Default)]
pub(crate) struct ArticleText<'a> {
    pub(crate) body: Cow<'a, str>,
    pub(crate) key: Option<Cow<'a, str>>,
    pub(crate) title: Option<Cow<'a, str>>,
    pub(crate) date: Option<Cow<'a, str>>,
    pub(crate) source: Option<Cow<'a, str>>,
}

/// The kind of a problem, and the message.
pub(crate) type Wrong = (Kind, String);

/// Takes a record apart, by its file's format. Parts that can't borrow from `bytes` mostly borrow
/// from `scratch`.
pub(crate) fn article<'a>(
    fields: &Fields,
    source: &Source,
    bytes: &'a [u8],
    scratch: &'a mut String,
) -> Result<ArticleText<'a>, Wrong> {
    match (source.format, &source.table) {
        (Format::Csv | Format::Tsv, Some(table)) => row::article(fields, table, utf8(bytes)?),
        #[cfg(feature = "html")]
        (Format::Html, _) => page::article(bytes),
        (Format::Text, _) => Ok(ArticleText {
            body: utf8(bytes)?.into(),
            ..ArticleText::default()
        }),
        // Rows of Parquet files are objects, too.
        _ => json::article(fields, utf8(bytes)?, scratch),
    }
}

/// The bytes as text.
fn utf8(bytes: &[u8]) -> Result<&str, Wrong> {
    str::from_utf8(bytes).map_err(|error| {
        let message = format!(
            "not UTF-8 (byte {}); convert it first",
            error.valid_up_to() + 1
        );
        (Kind::NotUtf8, message)
    })
}

fn no_text(fields: &Fields, what: &str) -> Wrong {
    let names = fields.text.join(", ");
    let message = format!("no text: no {what} named {names} (--text-field names another)");
    (Kind::NoText, message)
}

/// An empty value counts as none.
fn some(value: Cow<'_, str>) -> Option<Cow<'_, str>> {
    Some(value).filter(|value| !value.is_empty())
}
