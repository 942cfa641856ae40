//! Groups that follow their links.
//!
//! In: the links that a commit changes. Out: [`Regrouped`]: the groups of the texts that can be
//! reached over these links, under ids that last, and what became of which group. Other groups are
//! not looked at.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::changes::{GroupChange, GroupEvent};
use super::linking::Relinked;
use super::links::{LinkedText, TextLink};
use super::snapshot::{KeptGroups, Snapshot};
use crate::error::Result;
use crate::group::{Link, clusters, part_siblings};
use crate::kit::ids::{Number, Position};
use crate::sketch::Fingerprint;

/// Groups of texts whose links changed.
#[derive(Debug, Default)]
pub(super) struct Regrouped {
    /// The texts whose state changes.
    pub(super) texts: BTreeMap<Fingerprint, LinkedText>,
    /// In ascending order of groups.
    pub(super) changes: Vec<GroupChange>,
    pub(super) next_group: u64,
}

/// A text whose group may change.
struct Walked {
    old: LinkedText,
    links: Vec<TextLink>,
    /// Its articles before and now, by id.
    before: Articles,
    now: Articles,
    /// The first copy by key.
    first_key: String,
}

/// Ids and keys of articles.
type Articles = BTreeMap<u64, String>;

/// Groups the texts that `relinked` names, and all that can be reached from them over links that join,
/// old and new ones. `generation` is the one that will be made.
pub(super) fn regroup(
    view: &Snapshot,
    (committed, groups): (&Snapshot, &KeptGroups),
    relinked: &Relinked,
    generation: u64,
) -> Result<Regrouped> {
    let walked = walk(view, committed, groups, relinked)?;
    let found = grouped(view, &walked)?;
    Ok(named(walked, &found, groups.state.next_group, generation))
}

fn articles(snapshot: &Snapshot, print: Fingerprint) -> Result<(Articles, String)> {
    let copies = snapshot.copies_by_key(print)?;
    let first_key = copies.first().map(|(_, _, key)| key.clone());
    let articles = copies.into_iter().map(|(_, row, key)| (row.id, key));
    Ok((articles.collect(), first_key.unwrap_or_default()))
}

fn walk(
    view: &Snapshot,
    committed: &Snapshot,
    groups: &KeptGroups,
    relinked: &Relinked,
) -> Result<BTreeMap<Fingerprint, Walked>> {
    let mut walked = BTreeMap::new();
    let starts = relinked.lists.keys().chain(&relinked.touched);
    let mut next: Vec<Fingerprint> = starts.copied().collect();
    while let Some(print) = next.pop() {
        if walked.contains_key(&print) {
            continue;
        }
        let old = groups.files.get(print)?;
        let links = relinked.lists.get(&print).unwrap_or(&old.links).clone();
        let joined = old.links.iter().chain(&links);
        next.extend(
            joined
                .filter(|link| link.found.joins())
                .map(|link| link.other),
        );
        let (before, _) = articles(committed, print)?;
        let (now, first_key) = articles(view, print)?;
        let text = Walked {
            old,
            links,
            before,
            now,
            first_key,
        };
        walked.insert(print, text);
    }
    Ok(walked)
}

/// The groups of the texts, by the rules of a batch.
///
/// Whether a link is one of template siblings is told by the template links of its two texts; stars,
/// components and sets are told by links that join, and by template links among their texts. So
/// nothing outside has a say, but for the texts at the other ends of template links.
fn grouped(
    view: &Snapshot,
    walked: &BTreeMap<Fingerprint, Walked>,
) -> Result<Vec<Vec<Fingerprint>>> {
    let others = walked.values().flat_map(|text| &text.links);
    let mut order: Vec<Fingerprint> = others.map(|link| link.other).collect();
    order.extend(walked.keys());
    order.sort_unstable();
    order.dedup();
    let at = |print: &Fingerprint| {
        let place = order.binary_search(print);
        Position::new(place.expect("each end of a link is listed"))
    };
    let mut links = Vec::new();
    for (print, text) in walked {
        for TextLink { other, found } in &text.links {
            let (own, its) = (at(print), at(other));
            if own < its {
                let (a, b, found) = (own, its, *found);
                links.push(Link { a, b, found });
            } else if !walked.contains_key(other) {
                let (a, b, found) = (its, own, found.reversed());
                links.push(Link { a, b, found });
            }
        }
    }
    links.sort_unstable_by_key(|link| (link.a, link.b));
    part_siblings(order.len(), &mut links);
    let key = |at: Position| walked.get(&order[at.index()]).map(|text| &text.first_key);
    let before = |a: Position, b: Position| key(a).cmp(&key(b));
    let linkage = view.settings().linkage;
    let mut found: Vec<Vec<Fingerprint>> = Vec::new();
    let mut is_grouped = BTreeSet::new();
    for cluster in clusters(order.len(), &links, linkage, &before)? {
        let members = cluster.members.iter().map(|at| order[at.index()]);
        found.push(members.collect());
        is_grouped.extend(found[found.len() - 1].iter().copied());
    }
    // Exact copies are a group without a link.
    let with_copies = walked.iter().filter(|(_, text)| text.now.len() > 1);
    let alone = with_copies.filter(|(print, _)| !is_grouped.contains(print));
    found.extend(alone.map(|(&print, _)| vec![print]));
    let first_key = |group: &Vec<Fingerprint>| {
        let keys = group.iter().map(|print| &walked[print].first_key);
        keys.min().cloned()
    };
    found.sort_by_cached_key(first_key);
    Ok(found)
}

/// Gives the groups their ids, and tells what became of the old ones.
fn named(
    walked: BTreeMap<Fingerprint, Walked>,
    found: &[Vec<Fingerprint>],
    mut next_group: u64,
    generation: u64,
) -> Regrouped {
    let spread = GroupSpread::of(&walked, found);
    let ids = spread.ids(&mut next_group);
    let mut group_now: BTreeMap<Fingerprint, u64> = BTreeMap::new();
    for (group, &id) in found.iter().zip(&ids) {
        group_now.extend(group.iter().map(|&print| (print, id)));
    }
    let state = |(print, text): (Fingerprint, Walked)| {
        let group = group_now.get(&print).copied().unwrap_or_default();
        let links = text.links;
        let state = LinkedText { group, links };
        (state != text.old).then_some((print, state))
    };
    Regrouped {
        changes: spread.changes(&ids, generation),
        texts: walked.into_iter().filter_map(state).collect(),
        next_group,
    }
}

/// How the articles of old groups are spread over new ones.
struct GroupSpread {
    /// By id.
    old: BTreeMap<u64, Articles>,
    new: Vec<Articles>,
    /// Old groups and numbers of new ones with articles in common, those with the most first, and at
    /// equal numbers the older group.
    common: Vec<(u64, usize)>,
}

impl GroupSpread {
    fn of(walked: &BTreeMap<Fingerprint, Walked>, found: &[Vec<Fingerprint>]) -> Self {
        let mut old: BTreeMap<u64, Articles> = BTreeMap::new();
        let mut group_before: BTreeMap<u64, u64> = BTreeMap::new();
        for text in walked.values().filter(|text| text.old.group != 0) {
            group_before.extend(text.before.keys().map(|&id| (id, text.old.group)));
            let of_group = old.entry(text.old.group).or_default();
            of_group.extend(text.before.clone());
        }
        let articles_of = |group: &Vec<Fingerprint>| -> Articles {
            let articles = group.iter().flat_map(|print| walked[print].now.clone());
            articles.collect()
        };
        let new: Vec<Articles> = found.iter().map(articles_of).collect();
        let mut counts: BTreeMap<(u64, usize), usize> = BTreeMap::new();
        for (number, articles) in new.iter().enumerate() {
            for &group in articles.keys().filter_map(|id| group_before.get(id)) {
                *counts.entry((group, number)).or_default() += 1;
            }
        }
        let mut common: Vec<_> = counts
            .into_iter()
            .map(|(pair, count)| (Reverse(count), pair))
            .collect();
        common.sort_unstable();
        let common = common.into_iter().map(|(_, pair)| pair).collect();
        Self { old, new, common }
    }

    /// The id of each new group. A new group goes on from the old one that it has the most articles
    /// in common with, unless that one goes on in another.
    fn ids(&self, next_group: &mut u64) -> Vec<u64> {
        let mut ids = vec![None; self.new.len()];
        let mut goes_on = BTreeSet::new();
        for &(group, number) in &self.common {
            if ids[number].is_none() && goes_on.insert(group) {
                ids[number] = Some(group);
            }
        }
        let mut given = || {
            *next_group += 1;
            *next_group - 1
        };
        ids.into_iter()
            .map(|id| id.unwrap_or_else(&mut given))
            .collect()
    }

    /// The changes of groups since the last commit, in ascending order of the groups' ids.
    fn changes(&self, ids: &[u64], generation: u64) -> Vec<GroupChange> {
        // The new group with the most articles of an old one, and the other way round.
        let (mut largest_of, mut largest_in) = (BTreeMap::new(), BTreeMap::new());
        for &(group, number) in &self.common {
            largest_of.entry(group).or_insert(number);
            largest_in.entry(number).or_insert(group);
        }
        let going_on: BTreeSet<u64> = ids.iter().copied().collect();
        let gone: Vec<u64> = self
            .old
            .keys()
            .copied()
            .filter(|group| !going_on.contains(group))
            .collect();
        let mut merged: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
        for &group in &gone {
            if let Some(&number) = largest_of.get(&group) {
                merged.entry(number).or_default().push(group);
            }
        }
        let none = Articles::new();
        let change =
            |group: u64, event, (before, now): (&Articles, &Articles), others| GroupChange {
                generation,
                group,
                event,
                joined: only_in(now, before),
                left: only_in(before, now),
                others,
            };
        let mut changes = Vec::new();
        for (number, now) in self.new.iter().enumerate() {
            let group = ids[number];
            let Some(before) = self.old.get(&group) else {
                let (event, others) = match largest_in.get(&number) {
                    Some(&of) => (GroupEvent::Split, vec![of]),
                    None => (GroupEvent::New, Vec::new()),
                };
                changes.push(change(group, event, (&none, now), others));
                continue;
            };
            let joined = now.keys().any(|id| !before.contains_key(id));
            let left = before.keys().any(|id| !now.contains_key(id));
            let others = merged.remove(&number).unwrap_or_default();
            let event = match (others.is_empty(), joined, left) {
                (false, ..) => GroupEvent::Merged,
                (true, true, _) => GroupEvent::Grew,
                (true, false, true) => GroupEvent::Shrank,
                (true, false, false) => continue,
            };
            changes.push(change(group, event, (before, now), others));
        }
        changes.extend(gone.iter().map(|group| {
            let goes_to = largest_of.get(group).map(|&number| ids[number]);
            let others = goes_to.into_iter().collect();
            change(*group, GroupEvent::Gone, (&self.old[group], &none), others)
        }));
        changes.sort_unstable_by_key(|change| change.group);
        changes
    }
}

/// The keys of articles that are in `these` and not in `those`, in order.
fn only_in(these: &Articles, those: &Articles) -> Vec<String> {
    let only = these.iter().filter(|(id, _)| !those.contains_key(id));
    let mut keys: Vec<String> = only.map(|(_, key)| key.clone()).collect();
    keys.sort_unstable();
    keys
}
