//! Groups from run to run.
//!
//! In: the groups of this run and, if there was an earlier run, its groups. Out: a name for each
//! group that stays the same while the group grows, the change since the earlier run, and the names
//! that no group bears any more.
//!
//! A new group is named after its first key. A group that shares articles with earlier groups takes
//! the name of the earlier group with the most shared articles. Each name is given once, to the
//! group with the largest part of the earlier group. An earlier name is never given to an unrelated
//! group. Names therefore depend on the keys of the two runs alone: not on order, threads or
//! settings.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::article::ArticleId;
use crate::group::Groups;

/// A group as an earlier run wrote it: the fields `id` and `members` of a
/// [`GroupRecord`](super::GroupRecord).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct EarlierGroup {
    /// The group's name.
    pub id: String,
    /// The keys of the members.
    pub members: Vec<String>,
}

/// How a group changed since an earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ChangeKind {
    /// No member stood in a group before.
    New,
    /// The members are unchanged.
    Unchanged,
    /// All earlier members are here, with new members.
    Grew,
    /// Some members left and stand in no group now; none came.
    Shrank,
    /// Some members came, some left, and the leavers stand in no group now.
    Changed,
    /// Members come from two earlier groups or more.
    Merged,
    /// Members of the same earlier group stand in another group now.
    Split,
}

impl ChangeKind {
    /// The kind's name in records.
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

/// How a group changed, and which keys came and left.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ChangeRecord<'a> {
    /// The kind of change.
    pub kind: ChangeKind,
    /// Names of the earlier groups that members come from, in order of their first keys.
    pub from: Vec<Cow<'a, str>>,
    /// Members' keys missing from the earlier group with this `id`. Empty if the `id` is new.
    pub joined: Vec<Cow<'a, str>>,
    /// Keys that left the group since the earlier run.
    pub left: Vec<Cow<'a, str>>,
}

/// A group of the earlier run whose name no group bears any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct GoneRecord<'a> {
    /// The group's name.
    pub id: Cow<'a, str>,
    /// The keys of the members.
    pub members: Vec<Cow<'a, str>>,
    /// Names of the groups where members stand now, in order of first keys. Empty if no member
    /// stands in a group.
    pub into: Vec<Cow<'a, str>>,
}

/// The names of a run's groups, and how the groups changed since an earlier run.
#[derive(Clone, Debug, Default)]
pub struct Lineage {
    ids: Vec<String>,
    changes: Vec<Change>,
    gone: Vec<Gone>,
    earlier: Vec<EarlierGroup>,
    has_earlier: bool,
}

/// A group's change; groups are given by their numbers.
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
    /// Names the groups of a run without an earlier run. Linear in the number of groups.
    pub fn new<'a>(groups: &Groups, keys: &impl Fn(ArticleId) -> &'a str) -> Self {
        let firsts = groups.groups.iter().map(|group| keys(group.members[0].id));
        let mut given = HashSet::new();
        Self {
            ids: firsts.map(|first| name(first, &mut given)).collect(),
            ..Self::default()
        }
    }

    /// Names the groups of a run that follows an earlier one.
    ///
    /// A key in several earlier groups counts for the first of them in order of members. Linear in
    /// the members of both runs, apart from sorting.
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
        // 1. Number the earlier groups in order of their first keys, whatever their order in the
        // file.
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

        // 2. Count the articles that each pair of an earlier group and a group of this run shares.
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

        // 3. Hand on names, most shared articles first. At equal counts the lower earlier number
        // wins, then the lower number in this run.
        shared.sort_by_key(|&(_, count)| Reverse(count));
        let mut bears: Vec<Option<usize>> = vec![None; now.len()];
        let mut bearer = vec![None; earlier.len()];
        for &((before, number), _) in &shared {
            if bears[number].is_none() && bearer[before].is_none() {
                bears[number] = Some(before);
                bearer[before] = Some(number);
            }
        }
        // 4. Make names for the groups that took none, avoiding every earlier name.
        let mut given: HashSet<String> = earlier.iter().map(|group| group.id.clone()).collect();
        let ids = now.iter().zip(&bears).map(|(members, bears)| match bears {
            Some(before) => earlier[*before].id.clone(),
            None => name(members.first().copied().unwrap_or_default(), &mut given),
        });
        let ids = ids.collect();

        // 5. Tell each group's change: from no earlier group, from one that went to this group
        // alone, from one that was split, or from several.
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
        // 6. Collect the earlier groups whose names were not handed on.
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

    /// The name of the group at index `number` of [`Groups::groups`]; empty if there is no such
    /// group.
    pub fn id(&self, number: usize) -> &str {
        self.ids.get(number).map_or("", String::as_str)
    }

    /// How the group at index `number` of [`Groups::groups`] changed; `members` are its members'
    /// keys. `None` without an earlier run.
    pub fn change<'a, K>(&'a self, number: usize, members: &[K]) -> Option<ChangeRecord<'a>>
    where
        K: AsRef<str> + Clone + Into<Cow<'a, str>>,
    {
        let Change { kind, from, bears } = self.changes.get(number)?;
        let id = |&before: &usize| self.earlier[before].id.as_str().into();
        let (mut joined, mut left) = (Vec::new(), Vec::new());
        if let Some(before) = bears {
            let before: HashSet<&str> = self.earlier[*before]
                .members
                .iter()
                .map(|key| &**key)
                .collect();
            let now: HashSet<&str> = members.iter().map(AsRef::as_ref).collect();
            let new = members.iter().filter(|key| !before.contains(key.as_ref()));
            joined.extend(new.cloned().map(Into::into));
            let gone = before.difference(&now);
            left.extend(gone.map(|&key| Cow::Owned(key.to_owned())));
            left.sort_unstable();
        }
        Some(ChangeRecord {
            kind: *kind,
            from: from.iter().map(id).collect(),
            joined,
            left,
        })
    }

    /// Counts groups by the name of their [`ChangeKind`]. The entry `gone` counts earlier groups
    /// without a member in any group, if there are some. `None` without an earlier run.
    pub fn counts(&self) -> Option<BTreeMap<String, usize>> {
        if !self.has_earlier {
            return None;
        }
        let mut counts = BTreeMap::new();
        for change in &self.changes {
            *counts.entry(change.kind.name().to_owned()).or_default() += 1;
        }
        let gone = self.gone.iter().filter(|gone| gone.into.is_empty()).count();
        if gone > 0 {
            counts.insert("gone".to_owned(), gone);
        }
        Some(counts)
    }

    /// Earlier groups whose names no group bears, in order of their first keys.
    pub fn gone(&self) -> impl Iterator<Item = GoneRecord<'_>> {
        self.gone.iter().map(|Gone { earlier, into }| {
            let EarlierGroup { id, members } = &self.earlier[*earlier];
            GoneRecord {
                id: id.as_str().into(),
                members: members.iter().map(|key| key.as_str().into()).collect(),
                into: into.iter().map(|&number| self.id(number).into()).collect(),
            }
        })
    }
}

/// Makes a name from a key: `g` and 16 hexadecimal digits of the key's XXH3. Seeds 0, 1, 2 and so
/// on are tried until the name is not in `given`.
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
        assert_eq!(change(3).joined, ["d9"]);
        assert_eq!(change(3).left, ["d2"]);
        assert_eq!(change(4).from, ["one", "other"]);
        assert_eq!(change(4).joined, ["e1", "e2"]);
        assert_eq!(change(5).from, ["splits"]);
        assert!(change(5).left.is_empty());
        assert_eq!(change(6).left, ["f1", "f2"]);
        let gone: Vec<GoneRecord<'_>> = lineage.gone().collect();
        let ids: Vec<&str> = gone.iter().map(|gone| &*gone.id).collect();
        assert_eq!(ids, ["one", "goes"]);
        assert_eq!(gone[0].into, ["other"]);
        assert!(gone[1].into.is_empty());
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
        // The larger part keeps the name that the smaller part's first key would give.
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
