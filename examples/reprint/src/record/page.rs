//! An article out of an HTML page.
//!
//! In: the page. Out: an [`ArticleText`] of what the page is about, without its menus, notices and
//! lists of other articles; headline, date and site as the page's own metadata name them.

use dom_smoothie::{CandidateSelectMode, Config, Readability, TextMode};

use super::{ArticleText, Wrong, some, utf8};
use crate::problems::Kind;

/// Elements of a page; few have a tenth of it, and what is built of them takes memory.
const MOST_ELEMENTS: usize = 200_000;

pub(super) fn article(bytes: &[u8]) -> Result<ArticleText<'static>, Wrong> {
    let wrong = |error| {
        let message = format!("no article found in this page: {error}");
        (Kind::NoText, message)
    };
    let config = Config {
        max_elements_to_parse: MOST_ELEMENTS,
        candidate_select_mode: CandidateSelectMode::Readability,
        // Paragraphs stay apart.
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    let mut page = Readability::new(utf8(bytes)?, None, Some(config)).map_err(wrong)?;
    let found = page.parse().map_err(wrong)?;
    let text = |value: Option<String>| value.map(Into::into).and_then(some);
    Ok(ArticleText {
        body: found.text_content.to_string().into(),
        // What pages give as their address is one for many of them often enough.
        key: None,
        title: some(found.title.into()),
        date: text(found.published_time),
        source: text(found.site_name),
    })
}
