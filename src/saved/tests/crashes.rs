//! Crashes and errors at every operation: a commit is there as a whole, or not at all.

use super::sim::Fault;
use super::*;
use crate::error::ErrorKind;

/// One step of the scripted load.
type Step = fn(&mut SavedIndex) -> Result<()>;

fn add(index: &mut SavedIndex, from: u32, to: u32) -> Result<()> {
    for number in from..to {
        let body = text(number as usize % 3, number as usize % 6);
        index.insert(&article(
            &format!("key {number}"),
            &body,
            Some(i64::from(number)),
        ))?;
    }
    Ok(())
}

fn commit(index: &mut SavedIndex) -> Result<()> {
    index.commit().map(|_| ())
}

/// Each step ends with a commit.
const STEPS: [Step; 6] = [
    |index| add(index, 0, 4).and_then(|()| commit(index)),
    |index| {
        add(index, 4, 7)?;
        index.remove("key 1")?;
        commit(index)
    },
    |index| index.refresh().and_then(|()| commit(index)),
    |index| index.expire_before(2).and_then(|_| commit(index)),
    |index| {
        index.replace(&article("key 5", &text(2, 2), None))?;
        index.compact().map(|_| ())
    },
    |index| add(index, 7, 9).and_then(|()| commit(index)),
];

/// The contents after each step, the empty index first.
fn states() -> Vec<Contents> {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    let mut states = vec![contents(&index).unwrap()];
    for step in STEPS {
        step(&mut index).unwrap();
        states.push(contents(&index).unwrap());
    }
    states
}

/// Runs the script until a step fails. Gives the number of steps that did not, `None` if not even
/// the creation did; and the index.
fn run(disk: &SimDisk) -> (Option<usize>, Option<SavedIndex>) {
    let Ok(mut index) = create(disk, jaccard()) else {
        return (None, None);
    };
    for (number, step) in STEPS.into_iter().enumerate() {
        if step(&mut index).is_err() {
            return (Some(number), Some(index));
        }
    }
    (Some(STEPS.len()), Some(index))
}

fn operations() -> usize {
    let disk = SimDisk::default();
    assert_eq!(run(&disk).0, Some(STEPS.len()));
    disk.operations()
}

/// The index holds the last step that was told done, or the one that was under way.
fn holds(disk: &SimDisk, done: Option<usize>, states: &[Contents], of: &str) {
    let index = match open(disk) {
        Ok(index) => index,
        Err(error) => {
            assert!(
                done.is_none() && error.kind() == ErrorKind::Io,
                "{of}: {error}"
            );
            return;
        }
    };
    let found = contents(&index).unwrap();
    let done = done.unwrap_or_default();
    let may_be = &states[done..states.len().min(done + 2)];
    assert!(
        may_be.contains(&found),
        "{of}: {done} steps were done, found {found:?}"
    );
    assert!(index.check().is_clean(), "{of}: {:?}", index.check());
    assert_eq!(index.note(), None, "{of}");
}

#[test]
fn a_crash_at_any_operation_loses_no_commit() {
    let states = states();
    for operation in 0..operations() {
        for seed in 0..3 {
            let disk = SimDisk::default();
            disk.set_fault(Fault::From(operation));
            let (done, index) = run(&disk);
            let after = disk.crashed(seed * 1000 + operation as u64);
            drop(index);
            holds(
                &after,
                done,
                &states,
                &format!("crash at {operation}, seed {seed}"),
            );
        }
    }
}

#[test]
fn a_crash_after_a_crash_loses_no_commit() {
    let states = states();
    for operation in (0..operations()).step_by(5) {
        let disk = SimDisk::default();
        disk.set_fault(Fault::From(operation));
        let (done, index) = run(&disk);
        let after = disk.crashed(operation as u64);
        drop(index);
        for next in 0..40 {
            let again = after.copied();
            again.set_fault(Fault::From(next));
            let opened = open(&again).and_then(|mut index| {
                index.insert(&article("one more", &text(0, 0), None))?;
                index.commit()
            });
            let is_done = opened.is_ok();
            let last = again.crashed(next as u64);
            match open(&last) {
                Ok(index) => {
                    let mut found = contents(&index).unwrap();
                    let count = found.len();
                    found.retain(|(key, ..)| key != "one more");
                    assert!(!is_done || found.len() < count, "{operation}, {next}");
                    let done = done.unwrap_or_default();
                    assert!(states[done..states.len().min(done + 2)].contains(&found));
                    assert!(index.check().is_clean());
                }
                Err(error) => assert!(done.is_none() && !is_done, "{error}"),
            }
        }
    }
}

#[test]
fn an_error_at_any_operation_poisons_or_passes() {
    let states = states();
    for operation in 0..operations() {
        for fault in [Fault::Once(operation), Fault::From(operation)] {
            let disk = SimDisk::default();
            disk.set_fault(fault);
            let (done, index) = run(&disk);
            if let Some(mut index) = index {
                disk.set_fault(Fault::None);
                // Queries go on.
                index.matches(&text(0, 0), &Query::new()).unwrap();
                // What was refused is refused until the index is opened again, or was never begun.
                if done < Some(STEPS.len()) && index.commit().is_err() {
                    let error = index
                        .insert(&article("late", "too late", None))
                        .unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Poisoned);
                    assert_eq!(index.rollback().unwrap_err().kind(), ErrorKind::Poisoned);
                    drop(index);
                    holds(&disk, done, &states, &format!("{fault:?}"));
                }
            } else {
                disk.set_fault(Fault::None);
                holds(&disk, done, &states, &format!("{fault:?}"));
            }
        }
    }
}

#[test]
fn one_writer_at_a_time_and_readers_beside_it() {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    assert_eq!(open(&disk).unwrap_err().kind(), ErrorKind::Locked);
    add(&mut index, 0, 3).unwrap();
    assert!(read(&disk).unwrap().is_empty());
    index.commit().unwrap();
    let before = read(&disk).unwrap();
    // Files that only the snapshot needs are deleted under it.
    for number in 3..9 {
        add(&mut index, number, number + 1).unwrap();
        index.compact().unwrap();
    }
    assert_eq!((before.len(), read(&disk).unwrap().len()), (3, 9));
    assert!(before.check().is_clean());
    drop(index);
    open(&disk).unwrap();
}
