//! Groups from run to run.
//!
//! In: the groups of this run and, if there was one, those of an earlier run. Out: a name for
//! each group that it keeps as it grows, what became of it since, and the names that are no more.
//!
//! A new group is named after the first key in it. A group that shares articles with groups of
//! the earlier run bears the name of the one it shares most with; a name is given once, to the
//! group that has most of it, and no name of the earlier run is given to another group. So names
//! depend on the keys of the two runs alone: not on order, threads or settings.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::article::ArticleId;
use crate::group::Groups;

/// A group as an earlier run has written it: the fields `id` and `members` of its
/// [`GroupRecord`](super::GroupRecord).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct EarlierGroup {
    /// Its name.
    pub id: String,
    /// The keys of its members.
    pub members: Vec<String>,
}

/// What became of a group since an earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ChangeKind {
    /// None of its members stood in a group.
    New,
    /// It has the same members.
    Unchanged,
    /// It has all its members and more.
    Grew,
    /// It has fewer members; those that left stand in no group.
    Shrank,
    /// Some came, some left, and those that left stand in no group.
    Changed,
    /// It has members of two groups or more.
    Merged,
    /// Others of its earlier group stand in another group now.
    Split,
}

impl ChangeKind {
    /// The name, as it is in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Grew => "grew",
            Self::Shrank => "shrank",
            Self::Changed => "changed",
            Self::Merged => "merged",
            Self::Split => "split",
        }
    }
}

/// What became of a group, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ChangeRecord<'a> {
    /// In one word.
    pub kind: ChangeKind,
    /// The earlier groups that its members come from, in order of their first keys.
    pub from: Vec<&'a str>,
    /// The keys of members that the earlier group of this `id` did not have; of a group whose
    /// `id` is new, nothing.
    pub joined: Vec<&'a str>,
    /// The keys that the earlier group of this `id` had and this one has not.
    pub left: Vec<&'a str>,
}

/// A group of the earlier run whose name no group bears any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct GoneRecord<'a> {
    /// Its name.
    pub id: &'a str,
    /// The keys of its members.
    pub members: Vec<&'a str>,
    /// The names of the groups in which members of it stand now, in order of first keys; if there
    /// is none, it is gone altogether.
    pub into: Vec<&'a str>,
}

/// The names of groups, and what became of them.
#[derive(Clone, Debug, Default)]
pub struct Lineage {
    ids: Vec<String>,
    changes: Vec<Change>,
    gone: Vec<Gone>,
    earlier: Vec<EarlierGroup>,
    has_earlier: bool,
}

/// Earlier groups and groups of this run by their numbers.
#[derive(Clone, Debug)]
struct Change {
    kind: ChangeKind,
    from: Vec<usize>,
    bears: Option<usize>,
}

#[derive(Clone, Debug)]
struct Gone {
    earlier: usize,
    into: Vec<usize>,
}

impl Lineage {
    /// Names for groups of which nothing earlier is known.
    pub fn new<'a>(groups: &Groups, keys: &impl Fn(ArticleId) -> &'a str) -> Self {
        let firsts = groups.groups.iter().map(|group| keys(group.members[0].id));
        let mut given = HashSet::new();
        Self {
            ids: firsts.map(|first| name(first, &mut given)).collect(),
            ..Self::default()
        }
    }

    /// Names for groups that take on those of an earlier run. Of a key that stands in several
    /// earlier groups, the first counts. Linear in the members of both runs, but for sorting.
    pub fn since<'a>(
        earlier: Vec<EarlierGroup>,
        groups: &Groups,
        keys: &impl Fn(ArticleId) -> &'a str,
    ) -> Self {
        let members = |group: &crate::Group| -> Vec<&'a str> {
            group.members.iter().map(|member| keys(member.id)).collect()
        };
        let now: Vec<Vec<&str>> = groups.groups.iter().map(members).collect();
        Self::of_keys(earlier, &now)
    }

    fn of_keys(mut earlier: Vec<EarlierGroup>, now: &[Vec<&str>]) -> Self {
        for group in &mut earlier {
            group.members.sort_unstable();
        }
        earlier.sort_unstable_by(|a, b| (&a.members, &a.id).cmp(&(&b.members, &b.id)));
        let mut of_key: HashMap<&str, usize> = HashMap::new();
        for (number, group) in earlier.iter().enumerate() {
            for key in &group.members {
                of_key.entry(key).or_insert(number);
            }
        }

        // How many articles each pair of an earlier group and one of this run shares.
        let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
        for (number, members) in now.iter().enumerate() {
            for key in members {
                if let Some(&before) = of_key.get(key) {
                    *shared.entry((before, number)).or_default() += 1;
                }
            }
        }
        let mut from = vec![Vec::new(); now.len()];
        let mut into = vec![Vec::new(); earlier.len()];
        let mut shared: Vec<((usize, usize), usize)> = shared.into_iter().collect();
        shared.sort_unstable();
        for &((before, number), _) in &shared {
            from[number].push(before);
            into[before].push(number);
        }
        for numbers in &mut from {
            numbers.sort_unstable();
        }

        // Most in common first; of equals, the earlier group, then the group, of the first key.
        shared.sort_by_key(|&(_, count)| Reverse(count));
        let mut bears: Vec<Option<usize>> = vec![None; now.len()];
        let mut bearer = vec![None; earlier.len()];
        for &((before, number), _) in &shared {
            if bears[number].is_none() && bearer[before].is_none() {
                bears[number] = Some(before);
                bearer[before] = Some(number);
            }
        }
        let mut given: HashSet<String> = earlier.iter().map(|group| group.id.clone()).collect();
        let ids = now.iter().zip(&bears).map(|(members, bears)| match bears {
            Some(before) => earlier[*before].id.clone(),
            None => name(members.first().copied().unwrap_or_default(), &mut given),
        });
        let ids = ids.collect();

        let changes = now.iter().zip(from).zip(bears);
        let changes = changes.map(|((members, from), bears)| Change {
            kind: match from.as_slice() {
                [] => ChangeKind::New,
                &[before] if into[before].len() == 1 => {
                    let count = members
                        .iter()
                        .filter(|key| of_key.contains_key(*key))
                        .count();
                    match (count < members.len(), count < earlier[before].members.len()) {
                        (false, false) => ChangeKind::Unchanged,
                        (true, false) => ChangeKind::Grew,
                        (false, true) => ChangeKind::Shrank,
                        (true, true) => ChangeKind::Changed,
                    }
                }
                [_] => ChangeKind::Split,
                _ => ChangeKind::Merged,
            },
            from,
            bears,
        });
        let changes = changes.collect();
        let gone = into.into_iter().enumerate();
        let gone = gone.filter(|&(before, _)| bearer[before].is_none());
        let gone = gone.map(|(earlier, into)| Gone { earlier, into }).collect();
        drop(of_key);
        Self {
            ids,
            changes,
            gone,
            earlier,
            has_earlier: true,
        }
    }

    /// The name of the group of that number, for [`Groups::groups`].
    pub fn id(&self, number: usize) -> &str {
        self.ids.get(number).map_or("", String::as_str)
    }

    /// What became of the group of that number, whose members have these keys; none if nothing
    /// earlier is known.
    pub fn change<'a>(&'a self, number: usize, members: &[&'a str]) -> Option<ChangeRecord<'a>> {
        let Change { kind, from, bears } = self.changes.get(number)?;
        let id = |&before: &usize| self.earlier[before].id.as_str();
        let (mut joined, mut left) = (Vec::new(), Vec::new());
        if let Some(before) = bears {
            let before: HashSet<&str> = self.earlier[*before]
                .members
                .iter()
                .map(|key| &**key)
                .collect();
            let now: HashSet<&str> = members.iter().copied().collect();
            joined.extend(members.iter().filter(|key| !before.contains(**key)));
            left.extend(before.difference(&now));
            left.sort_unstable();
        }
        Some(ChangeRecord {
            kind: *kind,
            from: from.iter().map(id).collect(),
            joined,
            left,
        })
    }

    /// Groups by what became of them, and as `gone` the earlier groups of which no member stands
    /// in a group; none if nothing earlier is known.
    pub fn counts(&self) -> Option<BTreeMap<&'static str, usize>> {
        if !self.has_earlier {
            return None;
        }
        let mut counts = BTreeMap::new();
        for change in &self.changes {
            *counts.entry(change.kind.name()).or_default() += 1;
        }
        let gone = self.gone.iter().filter(|gone| gone.into.is_empty()).count();
        if gone > 0 {
            counts.insert("gone", gone);
        }
        Some(counts)
    }

    /// The earlier groups whose name no group bears, in order of their first keys.
    pub fn gone(&self) -> impl Iterator<Item = GoneRecord<'_>> {
        self.gone.iter().map(|Gone { earlier, into }| {
            let EarlierGroup { id, members } = &self.earlier[*earlier];
            GoneRecord {
                id,
                members: members.iter().map(String::as_str).collect(),
                into: into.iter().map(|&number| self.id(number)).collect(),
            }
        })
    }
}

/// A name made from a key, other than those given before: `g` and the 16 hexadecimal digits of
/// its XXH3, with the first seed from 0 on that gives a free one.
fn name(key: &str, given: &mut HashSet<String>) -> String {
    let mut seed = 0;
    loop {
        let name = format!("g{:016x}", xxh3_64_with_seed(key.as_bytes(), seed));
        if given.insert(name.clone()) {
            return name;
        }
        seed += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earlier(groups: &[(&str, &[&str])]) -> Vec<EarlierGroup> {
        let group = |&(id, members): &(&str, &[&str])| EarlierGroup {
            id: id.to_owned(),
            members: members.iter().map(|&key| key.to_owned()).collect(),
        };
        groups.iter().map(group).collect()
    }

    fn kinds(lineage: &Lineage) -> Vec<ChangeKind> {
        lineage.changes.iter().map(|change| change.kind).collect()
    }

    #[test]
    fn every_change_has_its_name() {
        let before = earlier(&[
            ("same", &["a1", "a2"]),
            ("grows", &["b1", "b2"]),
            ("shrinks", &["c1", "c2", "c3"]),
            ("changes", &["d1", "d2"]),
            ("one", &["e1", "e2"]),
            ("other", &["e3", "e4", "e5"]),
            ("splits", &["f1", "f2", "f3", "f4", "f5"]),
            ("goes", &["g1", "g2"]),
        ]);
        let now = vec![
            vec!["a1", "a2"],
            vec!["b0", "b1", "b2"],
            vec!["c1", "c3"],
            vec!["d1", "d9"],
            vec!["e1", "e2", "e3", "e4", "e5"],
            vec!["f1", "f2"],
            vec!["f3", "f4", "f5"],
            vec!["h1", "h2"],
        ];
        let lineage = Lineage::of_keys(before, &now);
        let ids: Vec<_> = (0..now.len()).map(|number| lineage.id(number)).collect();
        assert_eq!(ids[..5], ["same", "grows", "shrinks", "changes", "other"]);
        assert_eq!(ids[6], "splits");
        assert_eq!(
            [ids[5], ids[7]],
            ["f1", "h1"].map(|key| name(key, &mut HashSet::new()))
        );
        assert_eq!(
            kinds(&lineage),
            [
                ChangeKind::Unchanged,
                ChangeKind::Grew,
                ChangeKind::Shrank,
                ChangeKind::Changed,
                ChangeKind::Merged,
                ChangeKind::Split,
                ChangeKind::Split,
                ChangeKind::New,
            ]
        );
        let change = |number: usize| lineage.change(number, &now[number]).expect("a change");
        assert_eq!(change(1).joined, ["b0"]);
        assert_eq!(change(2).left, ["c2"]);
        assert_eq!((change(3).joined, change(3).left), (vec!["d9"], vec!["d2"]));
        assert_eq!(change(4).from, ["one", "other"]);
        assert_eq!(change(4).joined, ["e1", "e2"]);
        assert_eq!((change(5).from, change(5).left), (vec!["splits"], vec![]));
        assert_eq!(change(6).left, ["f1", "f2"]);
        let gone: Vec<_> = lineage.gone().map(|gone| (gone.id, gone.into)).collect();
        assert_eq!(gone, [("one", vec!["other"]), ("goes", vec![])]);
    }

    #[test]
    fn a_name_survives_growth_at_either_end() {
        let first = Lineage::of_keys(Vec::new(), &[vec!["m", "n"]]);
        let born = first.id(0).to_owned();
        assert_eq!(born, "gf0904807418c57fc");
        let now = vec![vec!["a", "m", "n", "z"]];
        let grown = Lineage::of_keys(earlier(&[(&born, &["m", "n"])]), &now);
        assert_eq!(grown.id(0), born);
    }

    #[test]
    fn no_name_is_given_twice() {
        let taken = name("a", &mut HashSet::new());
        // The larger part keeps the name that the first key of the smaller would give.
        let before = earlier(&[(&taken, &["a", "b", "c", "d"])]);
        let lineage = Lineage::of_keys(before, &[vec!["a", "x"], vec!["b", "c", "d"]]);
        assert_eq!(lineage.id(1), taken);
        assert_ne!(lineage.id(0), taken);
        assert_eq!(kinds(&lineage), [ChangeKind::Split, ChangeKind::Split]);
    }

    #[test]
    fn equals_go_by_the_first_key() {
        let before = || earlier(&[("x", &["a", "b"]), ("y", &["c", "d"])]);
        let mut turned = before();
        turned.reverse();
        for before in [before(), turned] {
            let merged = Lineage::of_keys(before, &[vec!["a", "b", "c", "d"]]);
            assert_eq!(merged.id(0), "x");
        }
        let halves = Lineage::of_keys(
            earlier(&[("x", &["a", "b", "c", "d"])]),
            &[vec!["a", "b"], vec!["c", "d"]],
        );
        assert_eq!(halves.id(0), "x");
    }
}
