//! Records of the page beside those of [`reprint::report`].
//!
//! In: articles, comparisons, phrases. Out: JSON objects with `type` first. Offsets in texts count
//! UTF-16 units. A page name is a key of the input. Reference keys get the prefix `~r`, and input
//! keys that begin with `~` get another `~`.

use std::borrow::Cow;
use std::io;

use reprint::measures::Check;
use reprint::phrase::{Signal, Variant};
use reprint::relation::{DifferenceKind, PassageKind, Relation};
use reprint::report::ArticleRecord;
use reprint::template::{Piece, TemplateKind};
use serde::Serialize;

use super::count;
use crate::output::{json, table};

/// The page name of an article.
pub(super) fn uid(key: &str, is_reference: bool) -> Cow<'_, str> {
    if is_reference {
        format!("~r{key}").into()
    } else if key.starts_with('~') {
        format!("~{key}").into()
    } else {
        key.into()
    }
}

/// A record of the page.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum PageRecord<'a> {
    Article(ShownArticle<'a>),
    ReferenceArticle(ShownArticle<'a>),
    Reference(ReferenceEntry<'a>),
    Match(MatchEntry<'a>),
    Template(TemplateEntry<'a>),
    Text(TextRecord<'a>),
    Comparison(ComparisonRecord<'a>),
    Phrasing(PhrasingRecord<'a>),
    Measures { key: &'a str, measures: &'a [Check] },
    Use(UseEntry<'a>),
}

impl PageRecord<'_> {
    /// Writes the record and ends the line.
    pub(super) fn line(&self, out: &mut Vec<u8>) -> io::Result<()> {
        json::line(out, self)
    }
}

/// An article's row in the lists.
#[derive(Serialize)]
pub(super) struct ShownArticle<'a> {
    #[serde(flatten)]
    pub(super) record: ArticleRecord<'a>,
    pub(super) title: Option<String>,
    /// The first line of a text without a title.
    pub(super) lead: Option<String>,
    pub(super) source: Option<&'a str>,
    /// Seconds since 1970-01-01 UTC.
    pub(super) date: Option<i64>,
    pub(super) lang: Option<String>,
    pub(super) words: u32,
    #[serde(flatten)]
    pub(super) made: Made,
    /// The most telling phrase of a flagged article.
    pub(super) top: Option<TopPhrase<'a>>,
}

/// The direction and the facts of the relation between an article and the kept article.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Made {
    /// `this` or `kept`: the article made from its counterpart.
    pub(super) derived: Option<&'static str>,
    /// The number of places where a number, a name or a date differs.
    pub(super) facts: u32,
}

#[derive(Serialize)]
pub(super) struct TopPhrase<'a> {
    pub(super) canonical: &'a str,
    pub(super) count: usize,
    pub(super) paragraphs: usize,
}

/// A reference article and its matches in the input.
#[derive(Serialize)]
pub(super) struct ReferenceEntry<'a> {
    pub(super) id: &'a str,
    /// The key in the reference.
    pub(super) kept: &'a str,
    pub(super) members: Vec<&'a str>,
}

/// The match between an input article and a reference article.
#[derive(Serialize)]
pub(super) struct MatchEntry<'a> {
    pub(super) of: &'a str,
    pub(super) key: &'a str,
    pub(super) score: Option<f64>,
    pub(super) relation: Option<Relation>,
    pub(super) reason: Option<reprint::report::Reason>,
    #[serde(flatten)]
    pub(super) made: Made,
}

/// A template without its uses.
#[derive(Serialize)]
pub(super) struct TemplateEntry<'a> {
    pub(super) id: usize,
    pub(super) kind: TemplateKind,
    pub(super) pieces: &'a [Piece],
    pub(super) articles: usize,
    pub(super) sources: usize,
    pub(super) scaffold: Option<usize>,
    pub(super) uses: usize,
}

#[derive(Serialize)]
pub(super) struct UseEntry<'a> {
    pub(super) template: usize,
    pub(super) key: &'a str,
    pub(super) filled: &'a [String],
}

/// A text, or the page name of an earlier article with an equal text.
#[derive(Serialize)]
pub(super) struct TextRecord<'a> {
    pub(super) uid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) same: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    /// Cuts: the UTF-16 offset, and the bytes left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) cuts: Vec<(u32, usize)>,
}

/// Two compared texts.
#[derive(Serialize)]
pub(super) struct ComparisonRecord<'a> {
    /// The page names.
    pub(super) a: &'a str,
    pub(super) b: &'a str,
    pub(super) relation: Relation,
    /// `a` or `b`: the text made from its counterpart.
    pub(super) derived: Option<&'static str>,
    pub(super) a_coverage: f64,
    pub(super) b_coverage: f64,
    pub(super) jaccard: f64,
    pub(super) facts: u32,
    /// Start and end in `a`, start and end in `b`, words, kind.
    pub(super) passages: Vec<(u32, u32, u32, u32, u32, PassageKind)>,
    /// Start and end in `a`, start and end in `b`, kind.
    pub(super) differences: Vec<(u32, u32, u32, u32, DifferenceKind)>,
}

/// The phrase report of an article.
#[derive(Serialize)]
pub(super) struct PhrasingRecord<'a> {
    pub(super) key: &'a str,
    pub(super) signals: &'a [Signal],
    pub(super) families: Vec<FamilyRecord<'a>>,
}

#[derive(Serialize)]
pub(super) struct FamilyRecord<'a> {
    pub(super) canonical: &'a str,
    pub(super) spans: Vec<(u32, u32)>,
    pub(super) variants: &'a [Variant],
    pub(super) sentences: usize,
    pub(super) paragraphs: usize,
    pub(super) paragraph_share: f64,
    pub(super) word_share: f64,
    pub(super) is_headline: bool,
    pub(super) score: f64,
    pub(super) signals: &'a [Signal],
}

/// Counts of texts that the page shows in part or not at all.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct LeftOut {
    /// Texts shown in part.
    pub(super) cut: usize,
    /// Bytes left out of texts shown in part.
    pub(super) cut_bytes: usize,
    /// Texts not shown, for want of room.
    pub(super) texts: usize,
    /// Texts that could not be read again.
    pub(super) unread: usize,
}

impl LeftOut {
    pub(super) fn add(&mut self, other: &Self) {
        self.cut += other.cut;
        self.cut_bytes += other.cut_bytes;
        self.texts += other.texts;
        self.unread += other.unread;
    }

    /// The record, with sentences for the page.
    pub(super) fn line(&self) -> io::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Said {
            r#type: &'static str,
            sentences: Vec<String>,
        }
        let mut out = Vec::new();
        let said = Said {
            r#type: "left_out",
            sentences: self.sentences(),
        };
        json::line(&mut out, &said)?;
        Ok(out)
    }

    /// The counts in words.
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        if self.cut > 0 {
            said.push(format!(
                "{} cut around what is marked: {} left out",
                count(self.cut, "long text is", "long texts are"),
                count(self.cut_bytes, "byte is", "bytes are"),
            ));
        }
        if self.texts > 0 {
            said.push(format!(
                "{} left out, since the page would be too large to open: --only makes it smaller",
                count(self.texts, "text is", "texts are"),
            ));
        }
        if self.unread > 0 {
            said.push(format!(
                "{} not be read again and {} not shown",
                count(self.unread, "text could", "texts could"),
                if self.unread == 1 { "is" } else { "are" },
            ));
        }
        said
    }
}

/// A count with commas between thousands.
pub(super) fn thousands(number: usize) -> String {
    table::thousands(number)
}
