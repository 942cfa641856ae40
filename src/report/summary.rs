//! The record of a whole run.
//!
//! In: a detector and what it has grouped. Out: a [`SummaryRecord`]: counts, what the search has
//! cost, and the settings in force.

use std::collections::BTreeMap;

use crate::detector::{Detector, Settings};
use crate::group::Groups;
use crate::index::{Banding, CandidateReport};
use crate::phrase::{PhraseSettings, Verdict};
use crate::relation::Relation;
use crate::template::{TemplateModel, Templates};

/// The whole run: counts, what the search has cost, and the settings in force.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SummaryRecord<'a> {
    /// The version of this crate.
    pub version: &'static str,
    /// Articles taken in.
    pub articles: usize,
    /// Groups of two or more.
    pub groups: usize,
    /// Articles that stand in a group.
    pub grouped: usize,
    /// Verified pairs of different texts that match.
    pub links: usize,
    /// Groups by what became of them since the earlier run, if there was one; and as `gone`, earlier
    /// groups of which no member stands in a group.
    pub changes: Option<BTreeMap<&'a str, usize>>,
    /// Verified pairs by what they have to do with each other; in
    /// [`Mode::Recycled`](crate::Mode::Recycled). Copies of one text are paired with the first.
    pub relations: BTreeMap<Relation, usize>,
    /// The [fingerprint](crate::corpus::Statistics::fingerprint) of what was known of the corpus, as
    /// 16 hexadecimal digits.
    pub statistics: Option<String>,
    /// Articles by the verdict on their phrasing; none if it was not looked at.
    pub phrasing: Option<VerdictCounts>,
    /// What was found of templates; none if they were not looked for.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub templates: Option<TemplateCounts>,
    /// What of the input was left out, by kind.
    pub skipped: BTreeMap<&'a str, u64>,
    /// What of the input was taken with a reservation, by kind.
    pub noted: BTreeMap<&'a str, u64>,
    /// Articles of an older corpus, and how many of these match one of them; none if there was no
    /// such corpus.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub reference: Option<ReferenceCounts>,
    /// Articles whose text could not be read again for verification.
    pub unread: usize,
    /// What the search for candidates has cost, and where the recall that was promised is
    /// suspended.
    pub candidates: CandidateReport,
    /// The options of the program that bear on what is found, by name: what each is set to, and by
    /// whom.
    pub options: BTreeMap<String, OptionRecord>,
    /// The settings in force.
    pub settings: &'a Settings,
    /// The settings of the search for phrases, if there was one.
    pub phrase_settings: Option<&'a PhraseSettings>,
    /// How signatures were cut into bands.
    pub banding: Banding,
    /// What all sketches have in common, as 16 hexadecimal digits.
    pub recipe: String,
}

/// What was found of templates over many articles, and what memory was not enough for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TemplateCounts {
    /// Templates.
    pub templates: usize,
    /// Articles that are mostly a template filled in.
    pub articles: usize,
    /// One in so many runs of words was learned: above 1, templates of short sentences are missing.
    pub grams_kept_one_in: u64,
    /// Of the names and numbers that tell an article's story, 128 divided by this were kept at most:
    /// above 1, copies of a story are taken for uses of a template sooner.
    pub specifics_kept_one_in: u64,
    /// The uses in one article of so many were kept: above 1, templates of few articles are missing.
    pub uses_kept_one_in: u64,
}

impl TemplateCounts {
    /// The counts of what was learned and gathered, and of the articles that were judged to be
    /// templated.
    pub fn new(model: &TemplateModel, found: &Templates, articles: usize) -> Self {
        Self {
            templates: found.templates.len(),
            articles,
            grams_kept_one_in: model.kept_one_in(),
            specifics_kept_one_in: model.specifics_kept_one_in(),
            uses_kept_one_in: found.kept_one_in,
        }
    }
}

/// How articles compare with an older corpus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ReferenceCounts {
    /// Articles of the older corpus.
    pub articles: usize,
    /// Articles that match one of those.
    pub matched: usize,
}

impl ReferenceCounts {
    /// Counts taken elsewhere.
    pub fn new(articles: usize, matched: usize) -> Self {
        Self { articles, matched }
    }
}

/// An option of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct OptionRecord {
    /// What it is set to, as it was written; several values with commas between.
    pub value: String,
    /// Who set it: `argument`, `default`, the name of a variable, or file and line.
    pub from: String,
}

impl OptionRecord {
    /// An option that is set to a value by someone.
    pub fn new(value: impl Into<String>, from: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            from: from.into(),
        }
    }
}

/// Articles by the verdict on their phrasing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct VerdictCounts {
    /// [`Verdict::Repetitive`]
    pub repetitive: usize,
    /// [`Verdict::Suspicious`]
    pub suspicious: usize,
    /// [`Verdict::Fine`]
    pub fine: usize,
    /// [`Verdict::NotProse`]
    pub not_prose: usize,
}

impl VerdictCounts {
    /// Counts one more article.
    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Repetitive => self.repetitive += 1,
            Verdict::Suspicious => self.suspicious += 1,
            Verdict::Fine => self.fine += 1,
            Verdict::NotProse => self.not_prose += 1,
        }
    }
}

impl FromIterator<Verdict> for VerdictCounts {
    fn from_iter<I: IntoIterator<Item = Verdict>>(verdicts: I) -> Self {
        let mut counts = Self::default();
        verdicts.into_iter().for_each(|verdict| counts.add(verdict));
        counts
    }
}

impl<'a> SummaryRecord<'a> {
    /// The summary of what a detector has grouped. What only the caller knows is added to its
    /// fields.
    pub fn new(detector: &'a Detector, groups: &Groups) -> Self {
        let within = groups.groups.iter().flat_map(|group| &group.links);
        let mut relations = BTreeMap::new();
        for summary in within
            .chain(&groups.between)
            .filter_map(|pair| pair.summary)
        {
            *relations.entry(summary.relation).or_default() += 1;
        }
        Self {
            version: env!("CARGO_PKG_VERSION"),
            articles: detector.len(),
            groups: groups.groups.len(),
            grouped: groups.groups.iter().map(|group| group.members.len()).sum(),
            links: groups.link_count,
            changes: None,
            relations,
            statistics: detector
                .statistics()
                .map(|known| format!("{:016x}", known.fingerprint())),
            phrasing: None,
            templates: None,
            skipped: BTreeMap::new(),
            noted: BTreeMap::new(),
            reference: None,
            unread: groups.unread.len(),
            candidates: groups.candidates,
            options: BTreeMap::new(),
            settings: detector.settings(),
            phrase_settings: None,
            banding: detector.banding(),
            recipe: format!("{:016x}", detector.sketcher().recipe().0),
        }
    }
}
