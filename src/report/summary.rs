//! The record of a whole run.
//!
//! In: a detector and its groups. Out: a [`SummaryRecord`]: counts, the cost of the search, and the
//! settings in force.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::detector::{Detector, Settings};
use crate::group::Groups;
use crate::index::{Banding, CandidateReport};
use crate::phrase::{PhraseSettings, Verdict};
use crate::relation::Relation;
use crate::template::{TemplateModel, Templates};

/// A whole run: counts, the cost of the search, and the settings in force.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SummaryRecord<'a> {
    /// This crate's version.
    pub version: String,
    /// Articles inserted.
    pub articles: usize,
    /// Groups of two or more articles.
    pub groups: usize,
    /// Articles that belong to a group.
    pub grouped: usize,
    /// Verified matching pairs of different texts.
    pub links: usize,
    /// Groups by the name of their [`ChangeKind`](super::ChangeKind). The entry `gone` counts
    /// earlier groups without a member in any group. `None` without an earlier run.
    pub changes: Option<BTreeMap<String, usize>>,
    /// Verified pairs by relation; empty outside [`Mode::Recycled`](crate::Mode::Recycled). Of
    /// exact copies, only pairs with the first copy count.
    pub relations: BTreeMap<Relation, usize>,
    /// The [fingerprint](crate::corpus::Statistics::fingerprint) of the corpus statistics, as 16
    /// hexadecimal digits; `None` without statistics.
    pub statistics: Option<String>,
    /// Articles by the verdict on their phrasing; `None` if phrases were not searched for.
    pub phrasing: Option<VerdictCounts>,
    /// Templates found; `None` if templates were not searched for.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub templates: Option<TemplateCounts>,
    /// Input that was left out, counted by kind.
    pub skipped: BTreeMap<String, u64>,
    /// Input that was accepted with a warning, counted by kind.
    pub noted: BTreeMap<String, u64>,
    /// Matches with an older corpus; `None` without an older corpus.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub reference: Option<ReferenceCounts>,
    /// Articles whose text could not be read again for verification.
    pub unread: usize,
    /// The cost of the candidate search, and where its promised recall is suspended.
    pub candidates: CandidateReport,
    /// The program's options that affect results, by name.
    pub options: BTreeMap<String, OptionRecord>,
    /// The settings in force.
    pub settings: Cow<'a, Settings>,
    /// The settings of the phrase search; `None` if phrases were not searched for.
    pub phrase_settings: Option<Cow<'a, PhraseSettings>>,
    /// How signatures were cut into bands.
    pub banding: Banding,
    /// The sketches' recipe, as 16 hexadecimal digits.
    pub recipe: String,
}

/// Templates found over many articles, and limits set by memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TemplateCounts {
    /// Templates.
    pub templates: usize,
    /// Articles that mostly fill in a template.
    pub articles: usize,
    /// 1 if every run of words was learned, `n` if one run in `n` was. Above 1, templates with short
    /// sentences are missing.
    pub grams_kept_one_in: u64,
    /// At most 128 divided by this number were kept of the names and numbers that identify an
    /// article's story. Above 1, copies of a story are sooner taken for uses of a template.
    pub specifics_kept_one_in: u64,
    /// 1 if every use was kept, `n` if the uses in one article of `n` were. Above 1, templates of few
    /// articles are missing.
    pub uses_kept_one_in: u64,
}

impl TemplateCounts {
    /// Puts together the counts of the learned model, the templates found, and the number of
    /// templated articles.
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

/// How the articles compare with an older corpus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ReferenceCounts {
    /// Articles of the older corpus.
    pub articles: usize,
    /// Articles that match an article of the older corpus.
    pub matched: usize,
}

impl ReferenceCounts {
    /// Puts together counts that the caller made.
    pub fn new(articles: usize, matched: usize) -> Self {
        Self { articles, matched }
    }
}

/// One option of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct OptionRecord {
    /// The value as written; several values are separated by commas.
    pub value: String,
    /// Where the value was set: `argument`, `default`, the name of an environment variable, or file
    /// and line.
    pub from: String,
}

impl OptionRecord {
    /// Puts together an option's value and where the value was set.
    pub fn new(value: impl Into<String>, from: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            from: from.into(),
        }
    }
}

/// Articles by the verdict on their phrasing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
    /// Summarizes `groups` of `detector`. The caller sets the fields that only the caller knows:
    /// `changes`, `phrasing`, `templates`, `skipped`, `noted`, `reference`, `options` and
    /// `phrase_settings`.
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
            version: env!("CARGO_PKG_VERSION").to_owned(),
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
            settings: Cow::Borrowed(detector.settings()),
            phrase_settings: None,
            banding: detector.banding(),
            recipe: format!("{:016x}", detector.sketcher().recipe().0),
        }
    }
}
