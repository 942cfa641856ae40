//! An article from an HTML page.
//!
//! In: the page. Out: an [`ArticleText`] with the page's main text, without menus, notices and
//! lists of other articles. Headline, date and site come from the page's metadata.

use dom_smoothie::{CandidateSelectMode, Config, Readability, TextMode};

use encoding_rs::Encoding;

use super::{ArticleText, Wrong, some};
use crate::input::encoding;
use crate::problems::Kind;

/// The most elements in a page that is read. Few pages have a tenth as many, and elements take
/// memory.
const MOST_ELEMENTS: usize = 200_000;

pub(super) fn article(
    bytes: &[u8],
    encoding: Option<&'static Encoding>,
) -> Result<ArticleText<'static>, Wrong> {
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
    let text = encoding::decoded(bytes, encoding::of_page(bytes, encoding));
    let mut page = Readability::new(&*text, None, Some(config)).map_err(wrong)?;
    let found = page.parse().map_err(wrong)?;
    let value = |value: Option<String>| value.map(Into::into).and_then(some);
    Ok(ArticleText {
        body: found.text_content.to_string().into(),
        // Many pages give one address for all of them, so the address can't be the key.
        key: None,
        title: some(found.title.into()),
        date: value(found.published_time),
        source: value(found.site_name),
        lang: value(found.lang),
        twice: None,
    })
}
