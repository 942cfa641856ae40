//! One article out of its bytes.
//!
//! In: a JSON object, a record of a table, a page or a text. Out: an [`ArticleText`] that borrows
//! from it where it can, or what is wrong with it.

mod json;
#[cfg(feature = "html")]
mod page;
mod row;

use std::borrow::Cow;

use crate::fields::Fields;
use crate::input::{Format, Source};
use crate::problems::Kind;

/// What a record says about an article.
#[derive(Debug, Default)]
pub(crate) struct ArticleText<'a> {
    pub(crate) body: Cow<'a, str>,
    pub(crate) key: Option<Cow<'a, str>>,
    pub(crate) title: Option<Cow<'a, str>>,
    pub(crate) date: Option<Cow<'a, str>>,
    pub(crate) source: Option<Cow<'a, str>>,
}

/// What is wrong, and the words for it.
pub(crate) type Wrong = (Kind, String);

/// Takes a record apart, by the format of the file that it comes from. What can't be borrowed from
/// the bytes is borrowed from `scratch`, mostly.
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
        // The rows of Parquet files come as objects, too.
        _ => json::article(fields, utf8(bytes)?, scratch),
    }
}

/// The text that these bytes are.
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

/// What is empty says nothing.
fn some(value: Cow<'_, str>) -> Option<Cow<'_, str>> {
    Some(value).filter(|value| !value.is_empty())
}
