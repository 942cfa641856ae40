//! Result records: a tool's output, one JSON object a line.
//!
//! In: [`Groups`](crate::Groups), [`Phrasing`] and the caller's keys. Out: [`Record`]s of eight
//! types. Records name articles by the caller's keys, never by internal numbers. With the feature
//! `serde`, a `Line` serializes a record to an object that begins with `"schema"` and `"type"`, and a
//! written line is read back as a [`Record`].
//!
//! The schema only grows: a field is renamed or removed only under a new [`SCHEMA`] number. Figures
//! are rounded to six places, to read well and to be equal bytes on every platform. Spans are byte
//! offsets in the article's body.
//!
//! | type | one for each | fields |
//! |---|---|---|
//! | `article` | article | [`ArticleRecord`] |
//! | `group` | group of two or more | [`GroupRecord`] |
//! | `link` | verified pair that does not stand in one group | [`LinkRecord`] |
//! | `crowd` | crowd of articles with very many such pairs | [`CrowdRecord`] |
//! | `phrase` | repeated phrase worth naming | [`PhraseRecord`] |
//! | `gone` | group of an earlier run whose name no group bears any more | [`GoneRecord`] |
//! | `template` | template or line of boilerplate, if they were asked for | [`TemplateRecord`] |
//! | `summary` | run, at its end | [`SummaryRecord`] |
//!
#![doc = include_str!("SCHEMA.md")]

mod crowd;
mod lineage;
mod story;
mod summary;

pub use crowd::{CrowdRecord, Listing, MOST_LINKS};
pub use lineage::{ChangeKind, ChangeRecord, EarlierGroup, GoneRecord, Lineage};
pub use story::{AppearanceRecord, StoryRecord};
pub use summary::{OptionRecord, ReferenceCounts, SummaryRecord, TemplateCounts, VerdictCounts};

use std::borrow::Cow;

use crate::article::ArticleId;
use crate::detector::Match;
use crate::group::{Group, KeptBy, Member, Pair, Tie};
use crate::measures::Check;
use crate::phrase::{PhraseFamily, Phrasing, Verdict};
use crate::relation::{Relation, Side};
use crate::template::{Piece, Template, TemplateKind};
use crate::text::Span;

/// The schema's version.
pub const SCHEMA: u32 = 1;

/// One line of output.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "type", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Record<'a> {
    /// One article's place in the result.
    Article(ArticleRecord<'a>),
    /// Articles found to be one.
    Group(GroupRecord<'a>),
    /// A verified pair that does not stand in one group.
    Link(LinkRecord<'a>),
    /// Articles that share a passage or a template with many others.
    Crowd(CrowdRecord<'a>),
    /// A phrase that recurs in one article.
    Phrase(PhraseRecord<'a>),
    /// A group of an earlier run whose name no group bears any more.
    Gone(GoneRecord<'a>),
    /// A text that many articles fill in or repeat.
    Template(TemplateRecord<'a>),
    /// The whole run.
    Summary(Box<SummaryRecord<'a>>),
}

/// A record with the schema number, ready to be written. The number stands on every line, so that
/// lines can be filtered and still be understood.
#[cfg(feature = "serde")]
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Line<'a> {
    schema: u32,
    #[serde(flatten)]
    record: &'a Record<'a>,
}

#[cfg(feature = "serde")]
impl<'a> Line<'a> {
    /// Makes the line of a record.
    pub fn new(record: &'a Record<'a>) -> Self {
        Self {
            schema: SCHEMA,
            record,
        }
    }
}

/// One article's place in the result.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ArticleRecord<'a> {
    /// The caller's name for the article.
    pub key: Cow<'a, str>,
    /// The `id` of the article's group; `None` for an article without a group.
    pub group: Option<Cow<'a, str>>,
    /// Whether the article stays when one article of each group is kept. `true` without a group.
    pub kept: bool,
    /// The key of the article kept in this one's place; `None` for a kept article.
    pub of: Option<Cow<'a, str>>,
    /// The similarity to the article `of`, 0 to 1: the Jaccard similarity, or in
    /// [`Mode::Recycled`](crate::Mode::Recycled) the larger coverage. `None` for a kept article,
    /// and for an article linked to `of` only through others.
    pub score: Option<f64>,
    /// The relation to the article `of`, in `Mode::Recycled`; `None` for exact copies.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub relation: Option<Relation>,
    /// Why the article is kept or dropped; `None` without a group.
    pub reason: Option<Reason>,
    /// The judgement of the article's phrasing; `None` if phrases were not searched for.
    pub phrasing: Option<PhrasingSummary>,
    /// Published measures of repetition; `None` if none were asked for.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub measures: Option<Cow<'a, [Check]>>,
}

/// Why an article is kept, or how it belongs to the article kept in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(untagged))]
#[non_exhaustive]
pub enum Reason {
    /// The rule that chose the kept article.
    Kept(KeptBy),
    /// How a dropped article belongs to the kept one.
    Dropped(Belonging),
}

/// How an article belongs to the article kept in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Belonging {
    /// Both have equal words in equal order.
    ExactCopy,
    /// The pair was verified.
    Direct,
    /// The article is linked only to other members of the group.
    Indirect,
}

/// The judgement of one article's phrasing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PhrasingSummary {
    /// The verdict.
    pub verdict: Verdict,
    /// How repetitive the article is, 0 to 1.
    pub score: f64,
}

impl PhrasingSummary {
    /// Takes verdict and score from a full result.
    pub fn new(phrasing: &Phrasing) -> Self {
        Self {
            verdict: phrasing.verdict,
            score: six_places(phrasing.score),
        }
    }
}

impl<'a> ArticleRecord<'a> {
    /// The record of an article without a group.
    pub fn alone(key: &'a str) -> Self {
        Self {
            key: key.into(),
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

    /// The record of a member of `group`, whose name `id` comes from a [`Lineage`].
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
            key: keys(member.id).into(),
            group: Some(id.into()),
            kept,
            of: (!kept).then(|| keys(group.kept).into()),
            score,
            relation,
            reason: Some(reason),
            phrasing: None,
            measures: None,
        }
    }

    /// Marks the article as matching an article of an older corpus. `key` names the older article,
    /// which is the one kept.
    #[must_use]
    pub fn matched(mut self, key: &'a str, found: &Match) -> Self {
        let relation = found.summary.map(|summary| summary.relation);
        let belonging = if relation == Some(Relation::Exact) {
            Belonging::ExactCopy
        } else {
            Belonging::Direct
        };
        self.kept = false;
        self.of = Some(key.into());
        self.score = Some(six_places(found.score()));
        self.relation = relation.filter(|_| belonging != Belonging::ExactCopy);
        self.reason = Some(Reason::Dropped(belonging));
        self
    }

    /// Adds the judgement of the article's phrasing.
    #[must_use]
    pub fn phrasing(mut self, phrasing: Option<PhrasingSummary>) -> Self {
        self.phrasing = phrasing;
        self
    }
}

/// Articles found to be one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct GroupRecord<'a> {
    /// The group's name, made by [`Lineage`]. The name is stable from run to run if a run is given
    /// the earlier run's groups. Otherwise the name is stable while the first key is.
    pub id: Cow<'a, str>,
    /// How the group changed since the earlier run; `None` without one.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub change: Option<ChangeRecord<'a>>,
    /// The key of the article to keep.
    pub kept: Cow<'a, str>,
    /// The rule that chose the kept article.
    pub reason: KeptBy,
    /// The key of the article that decided which articles belong here.
    pub centre: Cow<'a, str>,
    /// The keys of all members in ascending order, the kept one included.
    pub members: Vec<Cow<'a, str>>,
    /// The lowest Jaccard similarity of two members, 0 to 1.
    pub lowest: f64,
    /// Whether `lowest` is over all pairs of members. If not, it is over `links` only.
    pub lowest_exact: bool,
    /// Who published first, and who followed; `None` unless the caller adds it.
    pub story: Option<StoryRecord<'a>>,
    /// The verified links, or after [`brief`](Self::brief) some of them.
    pub links: Vec<LinkRecord<'a>>,
    /// Verified links of the group that are not in `links`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_zero"))]
    pub unlisted: usize,
}

/// Two articles and how much they share.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LinkRecord<'a> {
    /// The lower key.
    pub a: Cow<'a, str>,
    /// The higher key.
    pub b: Cow<'a, str>,
    /// The Jaccard similarity: shared shingles over the shingles of either article, 0 to 1.
    pub jaccard: f64,
    /// The share of `a`'s shingles that `b` has, 0 to 1.
    pub a_in_b: f64,
    /// The share of `b`'s shingles that `a` has, 0 to 1.
    pub b_in_a: f64,
    /// How the two articles are related; only in [`Mode::Recycled`](crate::Mode::Recycled).
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub summary: Option<RelationRecord<'a>>,
}

/// How two articles are related.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RelationRecord<'a> {
    /// The relation.
    pub relation: Relation,
    /// The key of the article made from the other, if known: the excerpt, the abridgement or the
    /// later version.
    pub derived: Option<Cow<'a, str>>,
    /// The share of `a`, by weight of words, that stands in `b`, 0 to 1.
    pub a_coverage: f64,
    /// The share of `b`, by weight of words, that stands in `a`, 0 to 1.
    pub b_coverage: f64,
    /// The number of places where a number, a name or a date differs.
    pub facts: u32,
}

impl<'a> GroupRecord<'a> {
    /// The record of `group` under the name `id`. The caller may add `change` and `story`.
    pub fn new(id: &'a str, group: &Group, keys: &impl Fn(ArticleId) -> &'a str) -> Self {
        Self {
            id: id.into(),
            change: None,
            kept: keys(group.kept).into(),
            reason: group.kept_by,
            centre: keys(group.centre).into(),
            members: group
                .members
                .iter()
                .map(|member| keys(member.id).into())
                .collect(),
            lowest: six_places(group.lowest.jaccard),
            lowest_exact: group.lowest.exact,
            story: None,
            links: group
                .links
                .iter()
                .map(|pair| LinkRecord::new(pair, keys))
                .collect(),
            unlisted: 0,
        }
    }
}

impl<'a> LinkRecord<'a> {
    /// The record of a verified pair.
    pub fn new(pair: &Pair, keys: &impl Fn(ArticleId) -> &'a str) -> Self {
        Self {
            a: keys(pair.a).into(),
            b: keys(pair.b).into(),
            jaccard: six_places(pair.overlap.jaccard()),
            a_in_b: six_places(pair.overlap.a_in_b()),
            b_in_a: six_places(pair.overlap.b_in_a()),
            summary: pair.summary.map(|summary| RelationRecord {
                relation: summary.relation,
                derived: summary.derived.map(|side| match side {
                    Side::A => keys(pair.a).into(),
                    Side::B => keys(pair.b).into(),
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PhraseRecord<'a> {
    /// The article's key.
    pub key: Cow<'a, str>,
    /// The phrase in its commonest form.
    pub canonical: Cow<'a, str>,
    /// Occurrences of all forms.
    pub count: usize,
    /// Paragraphs that hold the phrase.
    pub paragraphs: usize,
    /// Whether the phrase is the article's headline.
    pub is_headline: bool,
    /// How telling the phrase is, 0 to 1.
    pub score: f64,
    /// The phrase's occurrences.
    pub spans: Cow<'a, [Span]>,
}

impl<'a> PhraseRecord<'a> {
    /// The record of a phrase; `key` names its article.
    pub fn new(key: &'a str, family: &'a PhraseFamily) -> Self {
        Self {
            key: key.into(),
            canonical: family.canonical.as_str().into(),
            count: family.occurrences.len(),
            paragraphs: family.paragraphs,
            is_headline: family.is_headline,
            score: six_places(family.score),
            spans: family.occurrences.as_slice().into(),
        }
    }
}

/// A template: a text found in many articles, with slots where the articles differ.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TemplateRecord<'a> {
    /// The template's number. The template with the most articles has number 0.
    pub id: usize,
    /// The kind of template.
    pub kind: TemplateKind,
    /// Fixed runs and slots, in order.
    pub pieces: Cow<'a, [Piece]>,
    /// Articles that use the template. A group of copies counts as a single article.
    pub articles: usize,
    /// Different publishers of these articles. Articles without a publisher together count as one.
    pub sources: usize,
    /// The number of the scaffold that the template forms with neighbouring templates, if any.
    pub scaffold: Option<usize>,
    /// The uses of the template, sorted by key and place.
    pub uses: Vec<UseRecord<'a>>,
}

/// One use of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct UseRecord<'a> {
    /// The article's key.
    pub key: Cow<'a, str>,
    /// The span of the use.
    pub span: Span,
    /// The span of each slot, in order; empty for a slot that is left out.
    pub slots: Cow<'a, [Span]>,
    /// The text in each slot, on one line.
    pub filled: Cow<'a, [String]>,
}

impl<'a> TemplateRecord<'a> {
    /// The record of a template with its number and its scaffold's number. `keys` gives an
    /// article's key by its position among the searched articles.
    pub fn new(
        number: usize,
        template: &'a Template,
        scaffold: Option<usize>,
        keys: &impl Fn(usize) -> &'a str,
    ) -> Self {
        let uses = template.uses.iter().map(|found| UseRecord {
            key: keys(found.article).into(),
            span: found.span,
            slots: found.slots.as_slice().into(),
            filled: found.filled.as_slice().into(),
        });
        let mut uses: Vec<UseRecord<'a>> = uses.collect();
        uses.sort_by(|a, b| (&a.key, a.span).cmp(&(&b.key, b.span)));
        Self {
            id: number,
            kind: template.kind,
            pieces: template.pieces.as_slice().into(),
            articles: template.articles,
            sources: template.sources,
            scaffold,
            uses,
        }
    }
}

#[cfg(feature = "serde")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Rounds to six decimal places.
fn six_places(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}
