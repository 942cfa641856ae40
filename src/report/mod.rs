//! Result records: what a tool writes, one JSON object a line.
//!
//! In: [`Groups`](crate::Groups), [`Phrasing`] and the caller's keys. Out: [`Record`]s of seven
//! types, in the terms of the caller: keys, never internal numbers. With the feature `serde` a
//! `Line` of each serializes to one object with `"schema"` and `"type"` first.
//!
//! The schema only grows: fields are added, none is renamed or removed without a new
//! [`SCHEMA`] number. Figures are rounded to six places, so that they read well and are the same
//! bytes everywhere. Spans are byte offsets in the body of the article.
//!
//! | type | one for each | fields |
//! |---|---|---|
//! | `article` | article | [`ArticleRecord`] |
//! | `group` | group of two or more | [`GroupRecord`] |
//! | `link` | verified pair that does not stand in one group | [`LinkRecord`] |
//! | `phrase` | repeated phrase worth naming | [`PhraseRecord`] |
//! | `gone` | group of an earlier run whose name no group bears any more | [`GoneRecord`] |
//! | `template` | template or line of boilerplate, if they were asked for | [`TemplateRecord`] |
//! | `summary` | run, at its end | [`SummaryRecord`] |
//!
#![doc = include_str!("SCHEMA.md")]

mod lineage;
mod story;
mod summary;

pub use lineage::{ChangeKind, ChangeRecord, EarlierGroup, GoneRecord, Lineage};
pub use story::{AppearanceRecord, StoryRecord};
pub use summary::{OptionRecord, ReferenceCounts, SummaryRecord, TemplateCounts, VerdictCounts};

use crate::article::ArticleId;
use crate::detector::Match;
use crate::group::{Group, KeptBy, Member, Pair, Tie};
use crate::measures::Check;
use crate::phrase::{PhraseFamily, Phrasing, Verdict};
use crate::relation::{Relation, Side};
use crate::template::{Piece, Template, TemplateKind};
use crate::text::Span;

/// The version of the schema.
pub const SCHEMA: u32 = 1;

/// One line of output.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "type", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Record<'a> {
    /// What became of one article.
    Article(ArticleRecord<'a>),
    /// Articles that are one.
    Group(GroupRecord<'a>),
    /// A verified pair that does not stand in one group.
    Link(LinkRecord<'a>),
    /// A phrase that recurs in one article.
    Phrase(PhraseRecord<'a>),
    /// A group of an earlier run whose name no group bears any more.
    Gone(GoneRecord<'a>),
    /// What many articles fill in or repeat.
    Template(TemplateRecord<'a>),
    /// The whole run.
    Summary(Box<SummaryRecord<'a>>),
}

/// A record as it is written: the schema number stands on each line, so that lines can be
/// filtered and still be understood.
#[cfg(feature = "serde")]
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Line<'a> {
    schema: u32,
    #[serde(flatten)]
    record: &'a Record<'a>,
}

#[cfg(feature = "serde")]
impl<'a> Line<'a> {
    /// The line of a record.
    pub fn new(record: &'a Record<'a>) -> Self {
        Self {
            schema: SCHEMA,
            record,
        }
    }
}

/// What became of one article.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ArticleRecord<'a> {
    /// The caller's name for it.
    pub key: &'a str,
    /// The `id` of its group; none if it stands alone.
    pub group: Option<&'a str>,
    /// Whether it stays if one of each group is kept. So does what stands alone.
    pub kept: bool,
    /// The key of the article that is kept in its place.
    pub of: Option<&'a str>,
    /// How alike it and the article that is kept in its place are: their Jaccard similarity, or in
    /// [`Mode::Recycled`](crate::Mode::Recycled) the share of one that stands in the other. None
    /// without such an article, or if the two are linked through others only.
    pub score: Option<f64>,
    /// What it has to do with the article that is kept in its place; in `Mode::Recycled`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub relation: Option<Relation>,
    /// Why it is kept or not; none if it stands alone.
    pub reason: Option<Reason>,
    /// Its own phrasing, if that was looked at.
    pub phrasing: Option<PhrasingSummary>,
    /// The published measures of repetition, if they were asked for.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub measures: Option<&'a [Check]>,
}

/// Why an article is kept, or how it belongs to the one that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(untagged))]
#[non_exhaustive]
pub enum Reason {
    /// The rule by which it is kept.
    Kept(KeptBy),
    /// How it belongs.
    Dropped(Belonging),
}

/// How an article belongs to the one that is kept in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Belonging {
    /// The same words in the same order.
    ExactCopy,
    /// Verified against it.
    Direct,
    /// Linked to others of the group only.
    Indirect,
}

/// The judgement on the phrasing of one article.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PhrasingSummary {
    /// The verdict.
    pub verdict: Verdict,
    /// How repetitive it is, 0 to 1.
    pub score: f64,
}

impl PhrasingSummary {
    /// The verdict and the score alone.
    pub fn new(phrasing: &Phrasing) -> Self {
        Self {
            verdict: phrasing.verdict,
            score: six_places(phrasing.score),
        }
    }
}

impl<'a> ArticleRecord<'a> {
    /// An article that stands alone.
    pub fn alone(key: &'a str) -> Self {
        Self {
            key,
            group: None,
            kept: true,
            of: None,
            score: None,
            relation: None,
            reason: None,
            phrasing: None,
            measures: None,
        }
    }

    /// A member of the group of that name, which a [`Lineage`] gives.
    pub fn member(
        id: &'a str,
        group: &Group,
        member: &Member,
        keys: &impl Fn(ArticleId) -> &'a str,
    ) -> Self {
        let relation = match member.tie {
            Tie::Direct(pair) => pair.summary.map(|summary| summary.relation),
            _ => None,
        };
        let (kept, score, reason) = match member.tie {
            Tie::Kept => (true, None, Reason::Kept(group.kept_by)),
            Tie::ExactCopy => (false, Some(1.0), Reason::Dropped(Belonging::ExactCopy)),
            Tie::Direct(pair) => {
                let score = six_places(pair.score());
                (false, Some(score), Reason::Dropped(Belonging::Direct))
            }
            Tie::Indirect => (false, None, Reason::Dropped(Belonging::Indirect)),
        };
        Self {
            key: keys(member.id),
            group: Some(id),
            kept,
            of: (!kept).then(|| keys(group.kept)),
            score,
            relation,
            reason: Some(reason),
            phrasing: None,
            measures: None,
        }
    }

    /// Says that it matches an article of an older corpus, which stays in its place.
    #[must_use]
    pub fn matched(mut self, key: &'a str, found: &Match) -> Self {
        let relation = found.summary.map(|summary| summary.relation);
        let belonging = if relation == Some(Relation::Exact) {
            Belonging::ExactCopy
        } else {
            Belonging::Direct
        };
        self.kept = false;
        self.of = Some(key);
        self.score = Some(six_places(found.score()));
        self.relation = relation.filter(|_| belonging != Belonging::ExactCopy);
        self.reason = Some(Reason::Dropped(belonging));
        self
    }

    /// Adds what was found of its phrasing.
    #[must_use]
    pub fn phrasing(mut self, phrasing: Option<PhrasingSummary>) -> Self {
        self.phrasing = phrasing;
        self
    }
}

/// Articles that are one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct GroupRecord<'a> {
    /// The name of the group: the same from run to run, if each is told of the one before, and
    /// while the first key stays the same in any case. See [`Lineage`].
    pub id: &'a str,
    /// What became of it since the earlier run that was given.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub change: Option<ChangeRecord<'a>>,
    /// The key of the article to keep.
    pub kept: &'a str,
    /// The rule by which it is kept.
    pub reason: KeptBy,
    /// The key of the article that decided who belongs here.
    pub centre: &'a str,
    /// The keys of all members in order, the kept one included.
    pub members: Vec<&'a str>,
    /// The lowest Jaccard similarity of two members.
    pub lowest: f64,
    /// Whether that is the lowest of all pairs, or of those in `links` only.
    pub lowest_exact: bool,
    /// Who had it first, and who followed.
    pub story: Option<StoryRecord<'a>>,
    /// The verified links.
    pub links: Vec<LinkRecord<'a>>,
}

/// Two articles and what they share.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LinkRecord<'a> {
    /// The key that comes first.
    pub a: &'a str,
    /// The other key.
    pub b: &'a str,
    /// Shared shingles over all shingles of both.
    pub jaccard: f64,
    /// The share of the first one's shingles that stand in the other.
    pub a_in_b: f64,
    /// The share of the other's shingles that stand in the first one.
    pub b_in_a: f64,
    /// What one has to do with the other; in [`Mode::Recycled`](crate::Mode::Recycled).
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub summary: Option<RelationRecord<'a>>,
}

/// What one article has to do with another.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RelationRecord<'a> {
    /// The relation.
    pub relation: Relation,
    /// The key of the one that was made from the other, where that is known: the excerpt, the
    /// abridgement, the later version.
    pub derived: Option<&'a str>,
    /// The share of the first one, by weight of words, that stands in the other.
    pub a_coverage: f64,
    /// The share of the other, by weight of words, that stands in the first one.
    pub b_coverage: f64,
    /// Places at which a number, a name or a date differs.
    pub facts: u32,
}

impl<'a> GroupRecord<'a> {
    /// The group of that name. What became of it, and its story, are added to its fields.
    pub fn new(id: &'a str, group: &Group, keys: &impl Fn(ArticleId) -> &'a str) -> Self {
        Self {
            id,
            change: None,
            kept: keys(group.kept),
            reason: group.kept_by,
            centre: keys(group.centre),
            members: group.members.iter().map(|member| keys(member.id)).collect(),
            lowest: six_places(group.lowest.jaccard),
            lowest_exact: group.lowest.exact,
            story: None,
            links: group
                .links
                .iter()
                .map(|pair| LinkRecord::new(pair, keys))
                .collect(),
        }
    }
}

impl<'a> LinkRecord<'a> {
    /// A verified pair.
    pub fn new(pair: &Pair, keys: &impl Fn(ArticleId) -> &'a str) -> Self {
        Self {
            a: keys(pair.a),
            b: keys(pair.b),
            jaccard: six_places(pair.overlap.jaccard()),
            a_in_b: six_places(pair.overlap.a_in_b()),
            b_in_a: six_places(pair.overlap.b_in_a()),
            summary: pair.summary.map(|summary| RelationRecord {
                relation: summary.relation,
                derived: summary.derived.map(|side| match side {
                    Side::A => keys(pair.a),
                    Side::B => keys(pair.b),
                }),
                a_coverage: six_places(summary.a_coverage.into()),
                b_coverage: six_places(summary.b_coverage.into()),
                facts: summary.facts,
            }),
        }
    }
}

/// A phrase that recurs in one article.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PhraseRecord<'a> {
    /// The key of the article.
    pub key: &'a str,
    /// Its commonest form.
    pub canonical: &'a str,
    /// How often it occurs, all forms together.
    pub count: usize,
    /// How many paragraphs hold it.
    pub paragraphs: usize,
    /// Whether it is the headline.
    pub is_headline: bool,
    /// How telling it is, 0 to 1.
    pub score: f64,
    /// Where it stands.
    pub spans: &'a [Span],
}

impl<'a> PhraseRecord<'a> {
    /// A phrase of the article with that key.
    pub fn new(key: &'a str, family: &'a PhraseFamily) -> Self {
        Self {
            key,
            canonical: &family.canonical,
            count: family.occurrences.len(),
            paragraphs: family.paragraphs,
            is_headline: family.is_headline,
            score: six_places(family.score),
            spans: &family.occurrences,
        }
    }
}

/// A template: what stands in many articles, with slots for what differs.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TemplateRecord<'a> {
    /// The number of the template, that of most articles first.
    pub id: usize,
    /// What it is.
    pub kind: TemplateKind,
    /// Its fixed runs and slots in order.
    pub pieces: &'a [Piece],
    /// Articles that use it; those of one group are one.
    pub articles: usize,
    /// Sources of these; articles without a source are of one.
    pub sources: usize,
    /// The number of the scaffold that it makes with others, if it stands beside others.
    pub scaffold: Option<usize>,
    /// Where it is used.
    pub uses: Vec<UseRecord<'a>>,
}

/// One use of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct UseRecord<'a> {
    /// The key of the article.
    pub key: &'a str,
    /// Where it stands.
    pub span: Span,
    /// Where each slot is, in order; an empty span for one that is left out.
    pub slots: &'a [Span],
    /// What stands in each slot, on one line.
    pub filled: &'a [String],
}

impl<'a> TemplateRecord<'a> {
    /// The template of that number, in the scaffold of that number; `keys` gives the key of an
    /// article by its place among those that were searched.
    pub fn new(
        number: usize,
        template: &'a Template,
        scaffold: Option<usize>,
        keys: &impl Fn(usize) -> &'a str,
    ) -> Self {
        let uses = template.uses.iter().map(|found| UseRecord {
            key: keys(found.article),
            span: found.span,
            slots: &found.slots,
            filled: &found.filled,
        });
        Self {
            id: number,
            kind: template.kind,
            pieces: &template.pieces,
            articles: template.articles,
            sources: template.sources,
            scaffold,
            uses: uses.collect(),
        }
    }
}

/// Rounds to six places.
fn six_places(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}
