//! Any series of operations gives the answers of a fresh detector.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::article::MemoryTexts;

#[derive(Clone, Debug)]
enum Operation {
    Insert(usize, usize, usize, Option<i64>),
    Replace(usize, usize, usize, Option<i64>),
    Remove(usize),
    Expire(i64),
    Commit,
    Rollback,
    Compact,
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
        1 => Just(Operation::Tidy),
        1 => Just(Operation::Reopen),
        1 => any::<u64>().prop_map(Operation::Crash),
    ]
}

/// Key to text and date.
type Model = BTreeMap<String, (String, Option<i64>)>;

/// What a fresh detector says.
fn fresh(builder: Builder, model: &Model) -> (Detector, MemoryTexts) {
    let mut detector = builder.build().unwrap();
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
    let (detector, texts) = fresh(builder, model);
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
    // Groups, with ids as keys.
    let named = |detector: &Detector, groups: &crate::Groups| {
        let key = |id| detector.key(id).unwrap().to_owned();
        let group = |group: &crate::Group| {
            let members = group.members.iter().map(|member| key(member.id));
            let links = group
                .links
                .iter()
                .map(|pair| (key(pair.a), key(pair.b), pair.overlap));
            let (members, links): (Vec<_>, Vec<_>) = (members.collect(), links.collect());
            (key(group.kept), group.kept_by, members, links, group.lowest)
        };
        groups.groups.iter().map(group).collect::<Vec<_>>()
    };
    let (loaded, stored) = snapshot.load().unwrap();
    let of_index = loaded.groups(&stored).unwrap();
    let of_fresh = detector.groups(&texts).unwrap();
    prop_assert_eq!(named(&loaded, &of_index), named(&detector, &of_fresh));
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
            Operation::Tidy => {
                if index.tidy().unwrap() > 0 {
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
    // A snapshot is not moved by what comes after it.
    index.remove("key 0").unwrap();
    index.compact().unwrap();
    agrees(&snapshot, builder.clone(), &committed)?;
    let read = read(&disk).unwrap();
    prop_assert!(read.check().is_clean(), "{:?}", read.check());
    model.remove("key 0");
    agrees(&read, builder.clone(), &model)?;
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
