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
use crate::input::{Format, Source, encoding};
use crate::problems::Kind;

/// The facts that a record gives about an article.
#[derive(Debug, Default)]
pub(crate) struct ArticleText<'a> {
    pub(crate) body: Cow<'a, str>,
    pub(crate) key: Option<Cow<'a, str>>,
    pub(crate) title: Option<Cow<'a, str>>,
    pub(crate) date: Option<Cow<'a, str>>,
    pub(crate) source: Option<Cow<'a, str>>,
    /// A language tag of BCP 47.
    pub(crate) lang: Option<Cow<'a, str>>,
    /// A wanted name that occurs twice in the object.
    pub(crate) twice: Option<String>,
}

impl ArticleText<'_> {
    /// The article text without borrowed parts.
    fn into_owned(self) -> ArticleText<'static> {
        let owned = |value: Option<Cow<'_, str>>| value.map(|value| Cow::Owned(value.into_owned()));
        ArticleText {
            body: Cow::Owned(self.body.into_owned()),
            key: owned(self.key),
            title: owned(self.title),
            date: owned(self.date),
            source: owned(self.source),
            lang: owned(self.lang),
            twice: self.twice,
        }
    }
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
    #[cfg(test)]
    crate::decodings::note(bytes);
    match (source.format, &source.table) {
        (Format::Csv | Format::Tsv, Some(table)) => row::article(fields, table, utf8(bytes)?),
        #[cfg(feature = "html")]
        (Format::Html, _) => page::article(bytes, source.encoding),
        (Format::Text, _) => Ok(ArticleText {
            body: match source.encoding {
                Some(encoding) => encoding::decoded(bytes, encoding),
                None => utf8(bytes)?.into(),
            },
            ..ArticleText::default()
        }),
        // Rows of Parquet files are objects, too.
        _ => json::article(fields, utf8(bytes)?, scratch),
    }
}

/// The bytes as text.
fn utf8(bytes: &[u8]) -> Result<&str, Wrong> {
    str::from_utf8(bytes).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        let likely = encoding::guess(bytes).name().to_ascii_lowercase();
        let message = format!(
            "not UTF-8 (byte {byte}); --encoding {likely} reads it, if that is its encoding"
        );
        (Kind::NotUtf8, message)
    })
}

/// The problem that none of these names is a text's.
pub(crate) fn no_text<'n>(
    fields: &Fields,
    what: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Wrong {
    /// Most names listed. Chosen by hand.
    const MOST: usize = 20;
    let wanted = fields.text.join(", ");
    let mut names = names.into_iter();
    let mut there: Vec<&str> = names.by_ref().take(MOST).collect();
    if names.next().is_some() {
        there.push("…");
    }
    let there = match there.as_slice() {
        [] => "there is none".to_owned(),
        there => format!("there are {}", there.join(", ")),
    };
    let message =
        format!("no text: no {what} named {wanted} (--text-field names another); {there}");
    (Kind::NoText, message)
}

/// An empty value counts as none.
fn some(value: Cow<'_, str>) -> Option<Cow<'_, str>> {
    Some(value).filter(|value| !value.is_empty())
}
