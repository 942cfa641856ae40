//! Kept groups: what became of them, texts that can't be read, crowds.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::error::{BoxError, ErrorKind};
use crate::saved::GroupEvent;

/// The events of the last commit: group, event, keys that joined and left, other groups.
fn told(index: &mut SavedIndex) -> Vec<(u64, GroupEvent, String, String, Vec<u64>)> {
    let changes = index.commit().unwrap().changes.into_iter();
    let told = changes.map(|change| {
        let (joined, left) = (change.joined.join(" "), change.left.join(" "));
        (change.group, change.event, joined, left, change.others)
    });
    told.collect()
}

fn add(index: &mut SavedIndex, key: &str, body: &str) {
    index.insert(&Article::new(key, body)).unwrap();
}

#[test]
fn what_becomes_of_a_group_is_told() {
    let disk = SimDisk::default();
    let builder = jaccard().linkage(crate::Linkage::Connected);
    let mut index = create(&disk, builder).unwrap();
    let none = String::new;
    let event = |group, event, joined: &str, left: &str, others| {
        (group, event, joined.to_owned(), left.to_owned(), others)
    };
    // Two halves of one text share nothing until the whole comes between them.
    let whole = text(0, 0);
    let (first, second) = whole.split_at(whole.len() / 2);
    add(&mut index, "a", first);
    add(&mut index, "b", &first.to_uppercase());
    add(&mut index, "x", second);
    add(&mut index, "y", &second.to_uppercase());
    add(&mut index, "alone", &text(1, 0));
    let new = [
        event(1, GroupEvent::New, "a b", "", vec![]),
        event(2, GroupEvent::New, "x y", "", vec![]),
    ];
    assert_eq!(told(&mut index), new);
    add(&mut index, "c", &first.to_lowercase());
    assert_eq!(
        told(&mut index),
        [event(1, GroupEvent::Grew, "c", "", vec![])]
    );
    add(&mut index, "whole", &whole);
    let merged = [
        event(1, GroupEvent::Merged, "whole x y", "", vec![2]),
        event(2, GroupEvent::Gone, "", "x y", vec![1]),
    ];
    assert_eq!(told(&mut index), merged);
    index.remove("whole").unwrap();
    let split = [
        event(1, GroupEvent::Shrank, "", "whole x y", vec![]),
        event(3, GroupEvent::Split, "x y", "", vec![1]),
    ];
    assert_eq!(told(&mut index), split);
    index.remove("x").unwrap();
    assert_eq!(
        told(&mut index),
        [(3, GroupEvent::Gone, none(), "x y".into(), vec![])]
    );
    add(&mut index, "another", &text(2, 0));
    assert_eq!(told(&mut index), []);
    // Ids last over an opening, and are not given again.
    drop(index);
    let mut index = open(&disk).unwrap();
    let group = index.group_of("b").unwrap().unwrap();
    assert_eq!((group.id, group.members.len()), (1, 3));
    assert_eq!(index.group_of("alone").unwrap(), None);
    assert_eq!(index.group_of("nobody").unwrap(), None);
    add(&mut index, "z", &second.to_uppercase());
    assert_eq!(
        told(&mut index),
        [event(4, GroupEvent::New, "y z", "", vec![])]
    );
    let all = index.changes_since(0).unwrap();
    let last = index.changes_since(index.generation() - 1).unwrap();
    assert_eq!((all.len(), last.len(), last[0].group), (9, 1, 4));
    assert_eq!(index.compact().unwrap().changes, []);
}

#[test]
fn a_text_that_is_read_later_is_linked_later() {
    let disk = SimDisk::default();
    let is_there = Arc::new(AtomicBool::new(false));
    let store = Arc::clone(&is_there);
    let texts = move |_: u64, key: &str| -> std::result::Result<String, BoxError> {
        if !store.load(Ordering::Relaxed) {
            return Err("the store is away".into());
        }
        Ok(text(0, key.parse()?))
    };
    let options = SavedOptions::new().texts(Arc::new(texts));
    let storage = Arc::new(disk.clone());
    let mut index = SavedIndex::create_in(storage, 7, jaccard(), &options).unwrap();
    for form in [0, 2, 3] {
        add(&mut index, &form.to_string(), &text(0, form));
    }
    let commit = index.commit().unwrap();
    assert_eq!((commit.changes.len(), commit.unlinked), (0, 3));
    assert_eq!(index.commit().unwrap().generation, commit.generation);
    is_there.store(true, Ordering::Relaxed);
    let commit = index.commit().unwrap();
    assert_eq!((commit.changes[0].joined.len(), commit.unlinked), (3, 0));
    assert_eq!(index.group_of("0").unwrap().unwrap().members.len(), 3);
}

#[test]
fn an_index_without_groups_says_so() {
    let disk = SimDisk::default();
    let options = SavedOptions::new().groups(false);
    let storage = Arc::new(disk.clone());
    let mut index = SavedIndex::create_in(storage, 7, jaccard(), &options).unwrap();
    add(&mut index, "a", &text(0, 0));
    add(&mut index, "b", &text(0, 1));
    assert_eq!(told(&mut index), []);
    let error = index.group_of("a").unwrap_err();
    assert_eq!(
        (error.kind(), error.setting()),
        (ErrorKind::InvalidSetting, Some("groups"))
    );
    let complete = jaccard().linkage(crate::Linkage::Complete);
    let error = create(&SimDisk::default(), complete.clone()).unwrap_err();
    assert_eq!(error.setting(), Some("linkage"));
    let storage = Arc::new(SimDisk::default());
    SavedIndex::create_in(storage, 7, complete, &options).unwrap();
}

/// A crowd that comes one by one costs linear work, and a compaction groups it as a batch does.
#[test]
fn a_crowd_hangs_together() {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    let body = |number: usize| format!("{} {number} {number}", text(0, 0));
    for number in 0..300 {
        add(&mut index, &format!("key {number:03}"), &body(number));
        if number % 100 == 99 {
            index.commit().unwrap();
        }
    }
    assert_eq!(
        index.group_of("key 007").unwrap().unwrap().members.len(),
        300
    );
    index.compact().unwrap();
    let (kept, (detector, texts)) = (index.groups().unwrap(), index.load().unwrap());
    let batch = detector.groups(&texts).unwrap();
    let both = [&kept.groups, &batch].map(|groups| groups.groups.clone());
    assert_eq!(both[0], both[1]);
    assert_eq!(kept.groups.between, batch.between);
}
