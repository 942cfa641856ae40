//! Writing the results.
//!
//! In: the articles and the groups. Out: text for people, records for programs, or rows for
//! spreadsheets.

pub(crate) mod atomic;
pub(crate) mod clean;
pub(crate) mod csv;
mod cut;
pub(crate) mod dropped;
pub(crate) mod json;
pub(crate) mod jsonl;
pub(crate) mod keep;
pub(crate) mod look;
pub(crate) mod only;
pub(crate) mod packed;
#[cfg(feature = "parquet")]
mod parquet;
pub(crate) mod phrases;
mod records;
pub(crate) mod report;
pub(crate) mod sink;
pub(crate) mod table;
pub(crate) mod telling;
pub(crate) mod templates;
pub(crate) mod text;
#[cfg(feature = "parquet")]
pub(crate) mod verdicts;

use reprint::Groups;
use reprint::measures::Check;
use reprint::report::{ArticleRecord, GroupRecord, Lineage, StoryRecord};

use crate::commands::FoundTemplates;
use crate::corpus::Corpus;
use crate::options::Only;

/// The results of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) corpus: &'a Corpus,
    pub(crate) groups: &'a Groups,
    pub(crate) lineage: &'a Lineage,
    /// By group number.
    pub(crate) stories: &'a [StoryRecord<'a>],
    /// `None` if templates were not asked for.
    pub(crate) templates: Option<&'a FoundTemplates>,
    /// The conditions of `--only`. Records ignore them.
    pub(crate) only: &'a [Only],
    /// The older corpus, if the output shows its texts.
    pub(crate) reference: Option<&'a Corpus>,
    /// By article; empty if measures were not asked for.
    pub(crate) measures: &'a [Vec<Check>],
}

impl<'a> Found<'a> {
    /// The records of all articles, by id.
    pub(crate) fn articles(&self) -> Vec<ArticleRecord<'a>> {
        let Self {
            corpus,
            groups,
            lineage,
            measures,
            ..
        } = *self;
        let keys = |id| corpus.key(id);
        let mut records: Vec<ArticleRecord<'a>> = corpus
            .ids()
            .map(|id| ArticleRecord::alone(keys(id)))
            .collect();
        for (number, group) in groups.groups.iter().enumerate() {
            for member in &group.members {
                records[member.id.index()] =
                    ArticleRecord::member(lineage.id(number), group, member, &keys);
            }
        }
        for (record, known) in records.iter_mut().zip(&corpus.known) {
            if let Some(known) = known {
                let alone = std::mem::replace(record, ArticleRecord::alone(""));
                *record = alone.matched(&known.key, &known.found);
            }
        }
        for (record, phrasing) in records.iter_mut().zip(&corpus.phrasing) {
            record.phrasing = Some(*phrasing);
        }
        for (record, checks) in records.iter_mut().zip(measures) {
            record.measures = Some(checks.into());
        }
        records
    }

    /// The record of the group with this number.
    pub(crate) fn group(&self, number: usize) -> GroupRecord<'a> {
        let Self {
            corpus,
            groups,
            lineage,
            stories,
            ..
        } = *self;
        let keys = |id| corpus.key(id);
        let mut record = GroupRecord::new(lineage.id(number), &groups.groups[number], &keys);
        record.change = lineage.change(number, &record.members);
        record.story = stories.get(number).cloned();
        record
    }
}
