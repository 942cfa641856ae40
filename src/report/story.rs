//! Who had a story first.
//!
//! In: a group and what is known of its articles: dates, publishers, texts. Out: a
//! [`StoryRecord`]: of how many texts and publishers it is, who was first, who followed and how
//! much later.
//!
//! A group is one report and its copies. Whether two groups report the same event independently
//! can't be told from shared wording, since independent reports share none: so nothing is said of
//! it. What can be said is which other reports share a passage with it, a statement that was
//! handed to both, say.

use std::collections::{HashMap, HashSet};

use crate::article::ArticleId;
use crate::detector::Detector;
use crate::group::{Group, Groups};
use crate::relation::Relation;

/// How a report spread, as far as dates and publishers tell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StoryRecord<'a> {
    /// Different texts in the group: articles of the same words in the same order count once.
    pub texts: usize,
    /// Different publishers that are named.
    pub publishers: usize,
    /// Other reports that share a passage with one of the members, but are no copies: each group
    /// counts once, and each article that stands alone. In
    /// [`Mode::Recycled`](crate::Mode::Recycled) only.
    pub sharing: usize,
    /// The earliest date of a member, in seconds since 1970-01-01 UTC.
    pub date: Option<i64>,
    /// The members of that date, in order of their keys.
    pub first: Vec<AppearanceRecord<'a>>,
    /// The later members, in order of date, then key. Members without a date are left out.
    pub followers: Vec<AppearanceRecord<'a>>,
}

/// An article, and how long after the first of its group it appeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AppearanceRecord<'a> {
    /// The key of the article.
    pub key: &'a str,
    /// Its publisher, if that was said.
    pub source: Option<&'a str>,
    /// Seconds after the first. A day without a time is taken for its start.
    pub seconds_later: u64,
}

impl<'a> StoryRecord<'a> {
    /// The stories of all groups, in their order.
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
                key,
                source: detector.source(id),
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

/// A group by its number, or an article that stands alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Report {
    Group(usize),
    Alone(ArticleId),
}

/// With how many other reports each group shares a passage.
fn sharing(groups: &Groups) -> HashMap<usize, usize> {
    let report = |id| groups.group_of(id).map_or(Report::Alone(id), Report::Group);
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
        if let Report::Group(number) = report {
            *counts.entry(number).or_default() += 1;
        }
    }
    counts
}
