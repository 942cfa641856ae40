//! The spread of a report: who published first, who followed.
//!
//! In: groups, and the dates, publishers and texts of their articles. Out: a [`StoryRecord`] for
//! each group: counts of texts and publishers, the earliest articles, and the later ones with their
//! delay.
//!
//! A group is one report and its copies. Shared wording can't tell whether two groups report the
//! same event independently, since independent reports share none. A [`StoryRecord`] therefore only
//! counts other reports that share a passage with the group, for instance a statement handed to
//! both.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::article::ArticleId;
use crate::detector::Detector;
use crate::group::{Group, Groups};
use crate::relation::Relation;

/// How a report spread, as far as dates and publishers tell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct StoryRecord<'a> {
    /// Different texts in the group. Articles with equal words in equal order count once.
    pub texts: usize,
    /// Different publishers among the members.
    pub publishers: usize,
    /// Other reports that share a passage with a member without being copies. A group counts once,
    /// and so does each article without a group. 0 outside
    /// [`Mode::Recycled`](crate::Mode::Recycled).
    pub sharing: usize,
    /// The earliest date of a member, in seconds since 1970-01-01 UTC; `None` if no member has a
    /// date.
    pub date: Option<i64>,
    /// Members of the earliest date, in order of their keys.
    pub first: Vec<AppearanceRecord<'a>>,
    /// Later members in order of date, then key. Members without a date are left out.
    pub followers: Vec<AppearanceRecord<'a>>,
}

/// An article and its delay after the group's earliest article.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct AppearanceRecord<'a> {
    /// The key of the article.
    pub key: Cow<'a, str>,
    /// The article's publisher, if known.
    pub source: Option<Cow<'a, str>>,
    /// Seconds after the earliest article. A date without a time of day counts as its midnight,
    /// UTC.
    pub seconds_later: u64,
}

impl<'a> StoryRecord<'a> {
    /// The stories of all groups, in the groups' order. Linear in members and links, apart from
    /// sorting.
    pub fn all(detector: &'a Detector, groups: &Groups) -> Vec<Self> {
        let sharing = sharing(groups);
        let story = |(number, group)| {
            let sharing = sharing.get(&number).copied().unwrap_or_default();
            Self::new(detector, group, sharing)
        };
        groups.groups.iter().enumerate().map(story).collect()
    }

    fn new(detector: &'a Detector, group: &Group, sharing: usize) -> Self {
        let ids = || group.members.iter().map(|member| member.id);
        let texts: HashSet<_> = ids().map(|id| detector.fingerprint(id)).collect();
        let publishers: HashSet<_> = ids().filter_map(|id| detector.source(id)).collect();
        let dated = |id| Some((detector.date(id)?, detector.key(id)?, id));
        let mut dated: Vec<(i64, &str, ArticleId)> = ids().filter_map(dated).collect();
        dated.sort_unstable();
        let date = dated.first().map(|&(date, ..)| date);
        let mut first: Vec<_> = dated
            .into_iter()
            .map(|(at, key, id)| AppearanceRecord {
                key: key.into(),
                source: detector.source(id).map(Cow::from),
                seconds_later: at.abs_diff(date.unwrap_or(at)),
            })
            .collect();
        let followers = first.split_off(first.partition_point(|found| found.seconds_later == 0));
        Self {
            texts: texts.len(),
            publishers: publishers.len(),
            sharing,
            date,
            first,
            followers,
        }
    }
}

/// A group by its number, or an article without a group.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Teller {
    Group(usize),
    Alone(ArticleId),
}

/// The number of reports that share a passage with a group, by group number. Groups without such
/// reports are missing.
fn sharing(groups: &Groups) -> HashMap<usize, usize> {
    let report = |id| groups.group_of(id).map_or(Teller::Alone(id), Teller::Group);
    let is_partial = |relation: Relation| relation == Relation::Partial;
    let mut pairs = HashSet::new();
    for pair in &groups.between {
        if pair
            .summary
            .is_some_and(|summary| is_partial(summary.relation))
        {
            let (a, b) = (report(pair.a), report(pair.b));
            pairs.extend([(a, b), (b, a)]);
        }
    }
    let mut counts = HashMap::new();
    for (report, _) in pairs {
        if let Teller::Group(number) = report {
            *counts.entry(number).or_default() += 1;
        }
    }
    counts
}
