//! The lines that `reprint index` answers with.
//!
//! In: what an index did or found. Out: one JSON object a line.

use reprint::Settings;
use reprint::relation::{Passage, PassageKind, Relation};
use reprint::saved::{Commit, GroupChange, GroupEvent, SavedArticle, SavedMatch};
use reprint::text::Span;
use serde::Serialize;

use crate::commands::rounded;

/// What a commit made durable.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "commit")]
pub(super) struct Committed {
    pub(super) generation: u64,
    pub(super) articles: usize,
    pub(super) added: usize,
    pub(super) replaced: usize,
    pub(super) unchanged: usize,
    pub(super) removed: usize,
    /// Changes of groups, see `reprint index changes`.
    pub(super) changes: usize,
    /// Texts whose links are not all known, since a text could not be read.
    pub(super) unlinked: usize,
}

impl Committed {
    pub(super) fn of(commit: &Commit) -> Self {
        Self {
            generation: commit.generation,
            articles: commit.articles,
            added: commit.added,
            replaced: 0,
            unchanged: 0,
            removed: commit.removed,
            changes: commit.changes.len(),
            unlinked: commit.unlinked,
        }
    }
}

/// The matches of an article.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "query")]
pub(super) struct Answer<'a> {
    pub(super) key: &'a str,
    pub(super) matches: Vec<MatchRecord<'a>>,
    /// Candidates whose texts could not be read.
    pub(super) unread: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct MatchRecord<'a> {
    key: &'a str,
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    /// Whether both belong in one group.
    joins: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    relation: Option<Relation>,
    #[serde(serialize_with = "rounded")]
    score: f64,
    #[serde(serialize_with = "rounded")]
    jaccard: f64,
    /// What both share; with `--passages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    passages: Option<Vec<Quotation>>,
}

/// A passage that the text asked for and an article share.
#[derive(Debug, Serialize)]
pub(super) struct Quotation {
    kind: PassageKind,
    /// Bytes of the text asked for, and of the article.
    a: Span,
    b: Span,
    text: String,
}

impl Quotation {
    /// The passages of a text.
    pub(super) fn all(passages: &[Passage], text: &str) -> Vec<Self> {
        let quotation = |passage: &Passage| Self {
            kind: passage.kind,
            a: passage.a,
            b: passage.b,
            text: text[passage.a.range()].to_owned(),
        };
        passages.iter().map(quotation).collect()
    }
}

impl<'a> MatchRecord<'a> {
    pub(super) fn of(found: &'a SavedMatch, passages: Option<Vec<Quotation>>) -> Self {
        let SavedArticle {
            key,
            id,
            date,
            source,
            ..
        } = &found.article;
        Self {
            key,
            id: *id,
            date: *date,
            source: source.as_deref(),
            joins: found.joins(),
            relation: found.summary.map(|summary| summary.relation),
            score: found.score(),
            jaccard: found.overlap.jaccard(),
            passages,
        }
    }
}

/// Whether an article was there to be removed.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "removal")]
pub(super) struct Removal<'a> {
    pub(super) key: &'a str,
    pub(super) removed: bool,
}

/// The name that records give the group with a lasting id.
pub(super) fn group_name(id: u64) -> String {
    format!("g{id:016x}")
}

/// What became of a group.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "change")]
pub(super) struct Changed<'a> {
    generation: u64,
    group: String,
    event: GroupEvent,
    joined: &'a [String],
    left: &'a [String],
    others: Vec<String>,
}

impl<'a> Changed<'a> {
    pub(super) fn of(change: &'a GroupChange) -> Self {
        Self {
            generation: change.generation,
            group: group_name(change.group),
            event: change.event,
            joined: &change.joined,
            left: &change.left,
            others: change.others.iter().copied().map(group_name).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "check")]
pub(super) struct Checked {
    pub(super) pages: u64,
    pub(super) articles: usize,
    pub(super) damages: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "index")]
pub(super) struct Info<'a> {
    pub(super) articles: usize,
    pub(super) generation: u64,
    pub(super) segments: usize,
    pub(super) bytes: u64,
    /// Texts whose links are not all known, since a text could not be read.
    pub(super) unlinked: usize,
    pub(super) statistics: Option<String>,
    pub(super) note: Option<&'a str>,
    pub(super) settings: &'a Settings,
}
