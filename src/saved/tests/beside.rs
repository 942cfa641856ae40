//! Readers beside a writer that commits, merges and lets articles go; and copies.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// The writer keeps articles with `number` in a window: a snapshot holds one window, whole.
fn is_a_window(snapshot: &Snapshot) -> bool {
    let found = contents(snapshot).unwrap();
    let dates: Vec<i64> = found.iter().map(|(_, _, date, _)| date.unwrap()).collect();
    let (first, last) = (dates.iter().min(), dates.iter().max());
    let (Some(first), Some(last)) = (first, last) else {
        return dates.is_empty();
    };
    i64::try_from(dates.len()).unwrap() == last - first + 1
}

#[test]
fn readers_see_whole_commits_beside_a_writer() {
    let folder = std::env::temp_dir().join(format!("reprint-beside-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let options = SavedOptions::new();
    let mut index = SavedIndex::create(&folder, jaccard(), &options).unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let (mut seen, mut last) = (0, 0);
                    while !is_done.load(Ordering::Relaxed) {
                        let snapshot = Snapshot::open(&folder, &options).unwrap();
                        assert!(snapshot.generation() >= last);
                        last = snapshot.generation();
                        assert!(is_a_window(&snapshot), "{:?}", contents(&snapshot));
                        assert!(snapshot.check().is_clean());
                        let found = snapshot.matches(&text(0, 0), &Query::new()).unwrap();
                        assert!(found.unread.is_empty());
                        seen += 1;
                    }
                    seen
                })
            })
            .collect();
        for number in 0..60i64 {
            let body = text(number as usize % 3, number as usize % 6);
            let key = format!("key {number}");
            index.insert(&article(&key, &body, Some(number))).unwrap();
            index.expire_before(number - 20).unwrap();
            index.commit().unwrap();
            if number % 7 == 0 {
                index.tidy().unwrap();
            }
            if number % 25 == 24 {
                index.compact().unwrap();
            }
        }
        is_done.store(true, Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().unwrap() > 0);
        }
    });
    assert_eq!(index.len(), 20 + 1);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_copy_is_an_index_of_its_own() {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    for number in 0..6 {
        let body = text(number % 2, number);
        index
            .insert(&article(&format!("key {number}"), &body, None))
            .unwrap();
    }
    index.commit().unwrap();
    index.remove("key 1").unwrap();
    index.commit().unwrap();
    let snapshot = index.snapshot().unwrap();
    let to = SimDisk::default();
    snapshot.copy_in(&to).unwrap();
    snapshot.copy_in(&to).unwrap_err();
    // What comes later is no matter of the copy, which is whole after a crash.
    index.remove("key 2").unwrap();
    index.commit().unwrap();
    let copy = open(&to.crashed(1)).unwrap();
    assert_eq!(contents(&copy).unwrap(), contents(&snapshot).unwrap());
    assert!(copy.check().is_clean());
    let groups = |of: &Snapshot| of.groups().unwrap().groups.groups;
    assert_eq!(groups(&copy), groups(&snapshot));
}
