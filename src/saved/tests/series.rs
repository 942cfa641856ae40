//! Any series of operations gives the answers of a fresh detector.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::article::MemoryTexts;
use crate::saved::GroupEvent;

#[derive(Clone, Debug)]
enum Operation {
    Insert(usize, usize, usize, Option<i64>),
    Replace(usize, usize, usize, Option<i64>),
    Remove(usize),
    Expire(i64),
    Commit,
    Rollback,
    Compact,
    Refresh,
    Tidy,
    Reopen,
    Crash(u64),
}

fn operation() -> impl Strategy<Value = Operation> {
    let article = || (0usize..12, 0usize..3, 0usize..6, prop::option::of(0i64..6));
    prop_oneof![
        8 => article().prop_map(|(key, story, form, date)| Operation::Insert(key, story, form, date)),
        2 => article().prop_map(|(key, story, form, date)| Operation::Replace(key, story, form, date)),
        3 => (0usize..12).prop_map(Operation::Remove),
        1 => (0i64..6).prop_map(Operation::Expire),
        4 => Just(Operation::Commit),
        1 => Just(Operation::Rollback),
        1 => Just(Operation::Compact),
        1 => Just(Operation::Refresh),
        1 => Just(Operation::Tidy),
        1 => Just(Operation::Reopen),
        1 => any::<u64>().prop_map(Operation::Crash),
    ]
}

/// Key to text and date.
type Model = BTreeMap<String, (String, Option<i64>)>;

/// What a fresh detector says, with the statistics of the index.
fn fresh(snapshot: &Snapshot, builder: Builder, model: &Model) -> (Detector, MemoryTexts) {
    let mut detector = builder.build().unwrap();
    detector.set_statistics(snapshot.statistics().cloned());
    let mut texts = MemoryTexts::new();
    for (key, (body, date)) in model {
        let id = detector.insert(&article(key, body, *date)).unwrap();
        texts.set(id, body.as_str());
    }
    (detector, texts)
}

fn agrees(
    snapshot: &Snapshot,
    builder: Builder,
    model: &Model,
) -> std::result::Result<(), TestCaseError> {
    prop_assert_eq!(snapshot.len(), model.len());
    let (detector, texts) = fresh(snapshot, builder, model);
    for story in 0..3 {
        for form in [0, 3, 5] {
            let text = text(story, form);
            let found = detector.matches(&text, &texts).unwrap();
            let expected: Vec<_> = found
                .found
                .iter()
                .map(|found| {
                    let (overlap, summary) = (found.overlap, found.summary);
                    let key = detector.key(found.id).unwrap().to_owned();
                    (key, PairResult { overlap, summary })
                })
                .collect();
            prop_assert_eq!(matches(snapshot, &text).unwrap(), expected);
        }
    }
    let (loaded, stored) = snapshot.load().unwrap();
    let of_index = loaded.groups(&stored).unwrap();
    let of_fresh = detector.groups(&texts).unwrap();
    prop_assert_eq!(named(&loaded, &of_index), named(&detector, &of_fresh));
    Ok(())
}

/// A group by keys: kept article, members, links, the rest.
type Named = (
    String,
    Vec<String>,
    Vec<(String, String, PairResult)>,
    (crate::group::KeptBy, crate::group::Lowest),
);

/// Groups, with keys for ids.
fn named(detector: &Detector, groups: &crate::Groups) -> Vec<Named> {
    let key = |id| detector.key(id).unwrap().to_owned();
    let group = |group: &crate::Group| {
        let members = group.members.iter().map(|member| key(member.id));
        let links = group.links.iter().map(|pair| {
            let (overlap, summary) = (pair.overlap, pair.summary);
            (key(pair.a), key(pair.b), PairResult { overlap, summary })
        });
        (
            key(group.kept),
            members.collect(),
            links.collect(),
            (group.kept_by, group.lowest),
        )
    };
    groups.groups.iter().map(group).collect()
}

/// The groups that are kept are those of a fresh detector, and those that the log of changes tells.
fn keeps_groups(
    snapshot: &Snapshot,
    builder: Builder,
    model: &Model,
) -> std::result::Result<(), TestCaseError> {
    let (detector, texts) = fresh(snapshot, builder, model);
    let kept = snapshot.groups().unwrap();
    let expected = named(&detector, &detector.groups(&texts).unwrap());
    prop_assert_eq!(named(&kept.detector, &kept.groups), expected.clone());
    let mut told: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for change in snapshot.changes_since(0).unwrap() {
        let is_new = matches!(change.event, GroupEvent::New | GroupEvent::Split);
        prop_assert_eq!(is_new, !told.contains_key(&change.group), "{:?}", change);
        let group = told.entry(change.group).or_default();
        for key in &change.left {
            prop_assert!(group.remove(key), "{:?}", change);
        }
        for key in change.joined {
            prop_assert!(group.insert(key));
        }
        if change.event == GroupEvent::Gone {
            prop_assert_eq!(told.remove(&change.group), Some(BTreeSet::new()));
        }
    }
    let mut of_ids = BTreeMap::new();
    for ((kept_key, members, ..), &id) in expected.iter().zip(&kept.ids) {
        prop_assert!(
            of_ids
                .insert(id, members.iter().cloned().collect())
                .is_none()
        );
        for member in members {
            let found = snapshot.group_of(member).unwrap().unwrap();
            let keys: Vec<&String> = found.members.iter().map(|article| &article.key).collect();
            prop_assert_eq!(keys, members.iter().collect::<Vec<_>>());
            prop_assert_eq!((found.id, &found.members[found.kept].key), (id, kept_key));
        }
    }
    prop_assert_eq!(told, of_ids);
    Ok(())
}

fn run(builder: &Builder, operations: &[Operation]) -> std::result::Result<(), TestCaseError> {
    let mut disk = SimDisk::default();
    let mut index = create(&disk, builder.clone()).unwrap();
    let (mut model, mut committed) = (Model::new(), Model::new());
    let mut largest = 0;
    for operation in operations {
        match operation {
            &Operation::Insert(key, story, form, date) => {
                let (key, body) = (format!("key {key}"), text(story, form));
                let outcome = index.insert(&article(&key, &body, date));
                prop_assert_eq!(outcome.is_ok(), !model.contains_key(&key));
                if let Ok(id) = outcome {
                    prop_assert!(id > largest);
                    largest = id;
                    model.insert(key, (body, date));
                }
            }
            &Operation::Replace(key, story, form, date) => {
                let (key, body) = (format!("key {key}"), text(story, form));
                largest = index.replace(&article(&key, &body, date)).unwrap();
                model.insert(key, (body, date));
            }
            &Operation::Remove(key) => {
                let key = format!("key {key}");
                prop_assert_eq!(index.remove(&key).unwrap(), model.remove(&key).is_some());
            }
            &Operation::Expire(before) => {
                let count = model.len();
                model.retain(|_, (_, date)| date.is_none_or(|date| date >= before));
                prop_assert_eq!(index.expire_before(before).unwrap(), count - model.len());
            }
            Operation::Commit => {
                index.commit().unwrap();
                committed = model.clone();
            }
            Operation::Rollback => {
                index.rollback().unwrap();
                model = committed.clone();
            }
            Operation::Compact => {
                index.compact().unwrap();
                committed = model.clone();
                prop_assert!(index.segments() <= 1);
            }
            Operation::Refresh => {
                index.refresh().unwrap();
                committed = model.clone();
            }
            Operation::Tidy => {
                // It commits without a merge, too, if it drops a segment without an article.
                let before = index.generation();
                index.tidy().unwrap();
                if index.generation() > before {
                    committed = model.clone();
                }
            }
            Operation::Reopen | Operation::Crash(_) => {
                drop(index);
                if let &Operation::Crash(seed) = operation {
                    disk = disk.crashed(seed);
                }
                index = open(&disk).unwrap();
                model = committed.clone();
                // Ids of articles that were never committed may be given again.
                largest = 0;
            }
        }
    }
    agrees(&index, builder.clone(), &model)?;
    let snapshot = index.snapshot().unwrap();
    agrees(&snapshot, builder.clone(), &committed)?;
    keeps_groups(&snapshot, builder.clone(), &committed)?;
    // A snapshot is not moved by what comes after it.
    index.remove("key 0").unwrap();
    index.compact().unwrap();
    agrees(&snapshot, builder.clone(), &committed)?;
    keeps_groups(&snapshot, builder.clone(), &committed)?;
    let read = read(&disk).unwrap();
    prop_assert!(read.check().is_clean(), "{:?}", read.check());
    model.remove("key 0");
    agrees(&read, builder.clone(), &model)?;
    keeps_groups(&read, builder.clone(), &model)?;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn as_a_fresh_detector(
        operations in prop::collection::vec(operation(), 1..40),
        is_recycled in any::<bool>(),
    ) {
        let builder = if is_recycled { recycled() } else { jaccard() };
        run(&builder, &operations)?;
    }
}

#[test]
fn a_hash_with_very_many_holders_gives_the_centres_of_a_detector() {
    // Sixty texts of one story: every hash of the sample has more than fifty holders.
    let body = |number: usize| {
        format!(
            "{} {}",
            text(0, 0),
            text(1, 0).replace('1', &number.to_string())
        )
    };
    let disk = SimDisk::default();
    let mut index = create(&disk, recycled()).unwrap();
    let mut model = Model::new();
    for number in 0..60 {
        let (key, body) = (format!("key {number}"), body(number));
        index.insert(&article(&key, &body, None)).unwrap();
        model.insert(key, (body, None));
        if number % 25 == 24 {
            index.commit().unwrap();
        }
    }
    agrees(&index, recycled(), &model).unwrap();
    index.compact().unwrap();
    agrees(&index, recycled(), &model).unwrap();
}

#[test]
fn queries_leave_out_what_is_not_wanted() {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    for (key, form, date) in [
        ("a", 0, Some(1)),
        ("b", 1, Some(2)),
        ("c", 2, Some(3)),
        ("d", 2, None),
    ] {
        index.insert(&article(key, &text(0, form), date)).unwrap();
    }
    let keys = |query: &Query| {
        let found = index.matches(&text(0, 0), query).unwrap().found;
        found
            .into_iter()
            .map(|found| found.article.key)
            .collect::<String>()
    };
    assert_eq!(keys(&Query::new()), "abcd");
    assert_eq!(keys(&Query::new().limit(1)), "a");
    assert_eq!(keys(&Query::new().window(Some(2), None)), "bc");
    assert_eq!(keys(&Query::new().window(Some(2), Some(3))), "b");
    assert_eq!(keys(&Query::new().without("a")), "bcd");
    let of = index.matches_of("c", &Query::new()).unwrap().unwrap();
    assert_eq!(of.found[0].article.key, "d");
    assert_eq!(of.found.len(), 3);
    let passages = index.explain(&text(0, 2), &of.found[0]).unwrap().passages;
    assert_eq!(passages.len(), 1);
    assert!(index.matches_of("e", &Query::new()).unwrap().is_none());
}
