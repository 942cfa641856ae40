//! Crashes and errors at every operation: a commit is there as a whole, or not at all.

use std::sync::Mutex;
use std::{fmt, io};

use super::super::storage::{Storage, Stored, Written};
use super::sim::Fault;
use super::*;
use crate::corpus::Statistics;
use crate::error::ErrorKind;

/// One call of the scripted load.
type Call = fn(&mut SavedIndex) -> Result<()>;

fn add(index: &mut SavedIndex, number: u32) -> Result<()> {
    let body = text(number as usize % 3, number as usize % 6);
    let key = format!("key {number}");
    index.insert(&article(&key, &body, Some(i64::from(number))))?;
    Ok(())
}

fn commit(index: &mut SavedIndex) -> Result<()> {
    index.commit().map(|_| ())
}

/// Each step ends with a commit.
const STEPS: [&[Call]; 6] = [
    &[
        |index| add(index, 0),
        |index| add(index, 1),
        |index| add(index, 2),
        |index| add(index, 3),
        commit,
    ],
    &[
        |index| add(index, 4),
        |index| add(index, 5),
        |index| add(index, 6),
        |index| index.remove("key 1").map(|_| ()),
        commit,
    ],
    &[|index| index.refresh().map(|_| ())],
    &[|index| index.expire_before(2).map(|_| ()), commit],
    &[
        |index| index.remove("key 5").map(|_| ()),
        |index| {
            let body = text(2, 2);
            index.insert(&article("key 5", &body, None)).map(|_| ())
        },
        |index| index.compact().map(|_| ()),
    ],
    &[|index| add(index, 7), |index| add(index, 8), commit],
];

fn step(index: &mut SavedIndex, calls: &[Call]) -> Result<()> {
    calls.iter().try_for_each(|call| call(index))
}

/// The contents after each step, the empty index first.
fn states() -> Vec<Contents> {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    let mut states = vec![contents(&index).unwrap()];
    for calls in STEPS {
        step(&mut index, calls).unwrap();
        states.push(contents(&index).unwrap());
    }
    states
}

/// The contents after each call, the empty index first.
fn moments() -> Vec<Contents> {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    let mut moments = vec![contents(&index).unwrap()];
    for call in STEPS.into_iter().flatten() {
        call(&mut index).unwrap();
        moments.push(contents(&index).unwrap());
    }
    moments
}

/// Runs the script until a step fails. Gives the number of steps that did not, `None` if not even
/// the creation did; and the index.
fn run(disk: &SimDisk) -> (Option<usize>, Option<SavedIndex>) {
    let Ok(mut index) = create(disk, jaccard()) else {
        return (None, None);
    };
    for (number, calls) in STEPS.into_iter().enumerate() {
        if step(&mut index, calls).is_err() {
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
    let (states, moments) = (states(), moments());
    for operation in 0..operations() {
        for fault in [Fault::Once(operation), Fault::From(operation)] {
            let disk = SimDisk::default();
            disk.set_fault(fault);
            let (done, index) = run(&disk);
            if let Some(mut index) = index {
                disk.set_fault(Fault::None);
                // Queries go on, and a call that failed has changed nothing or all.
                index.matches(&text(0, 0), &Query::new()).unwrap();
                assert!(moments.contains(&contents(&index).unwrap()), "{fault:?}");
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
    step(&mut index, &STEPS[0][..3]).unwrap();
    assert!(read(&disk).unwrap().is_empty());
    index.commit().unwrap();
    let before = read(&disk).unwrap();
    // Files that only the snapshot needs are deleted under it.
    for number in 3..9 {
        add(&mut index, number).unwrap();
        index.compact().unwrap();
    }
    assert_eq!((before.len(), read(&disk).unwrap().len()), (3, 9));
    assert!(before.check().is_clean());
    drop(index);
    open(&disk).unwrap();
}

/// A disk on which something happens as a generation is opened for the first time.
struct Interrupted {
    disk: SimDisk,
    then: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl fmt::Debug for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.disk.fmt(f)
    }
}

impl Storage for Interrupted {
    fn list(&self) -> io::Result<Vec<String>> {
        self.disk.list()
    }
    fn create(&self, name: &str) -> io::Result<Box<dyn Written>> {
        self.disk.create(name)
    }
    fn open(&self, name: &str) -> io::Result<Box<dyn Stored>> {
        if name.starts_with("gen-")
            && let Some(then) = self.then.lock().unwrap().take()
        {
            then();
        }
        self.disk.open(name)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.disk.remove(name)
    }
    fn sync_names(&self) -> io::Result<()> {
        self.disk.sync_names()
    }
    fn lock(&self) -> io::Result<Option<Box<dyn Send + Sync>>> {
        self.disk.lock()
    }
    fn path(&self, name: &str) -> String {
        self.disk.path(name)
    }
}

#[test]
fn an_opening_that_commits_overtake_is_tried_anew() {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    step(&mut index, STEPS[0]).unwrap();
    let overtake = move || {
        for calls in &STEPS[1..4] {
            step(&mut index, calls).unwrap();
        }
    };
    let storage: Arc<dyn Storage> = Arc::new(Interrupted {
        disk,
        then: Mutex::new(Some(Box::new(overtake))),
    });
    let opened = super::super::opening::open(&storage, &SavedOptions::new()).unwrap();
    assert_eq!(contents(&opened.snapshot).unwrap(), states()[4]);
}

#[test]
fn a_snapshot_answers_by_the_statistics_of_the_last_commit() {
    let disk = SimDisk::default();
    let mut index = create(&disk, recycled()).unwrap();
    step(&mut index, STEPS[0]).unwrap();
    let counted = |snapshot: &Snapshot| snapshot.statistics().map(|known| known.articles());
    let one = Arc::new({
        let mut statistics = Statistics::new();
        statistics.add(&text(0, 0)).unwrap();
        statistics
    });
    index.set_statistics(Some(Arc::clone(&one))).unwrap();
    assert_eq!(counted(&index), Some(1));
    assert_eq!(counted(&index.snapshot().unwrap()), None);
    index.rollback().unwrap();
    assert_eq!(counted(&index), None);
    index.set_statistics(Some(one)).unwrap();
    index.commit().unwrap();
    assert_eq!(counted(&index.snapshot().unwrap()), Some(1));
}

#[test]
fn ids_of_a_damaged_generation_are_not_given_again() {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    step(&mut index, STEPS[0]).unwrap();
    step(&mut index, STEPS[1]).unwrap();
    let given = index.get("key 6").unwrap().unwrap().id;
    let newest = super::super::generation::file_name(index.generation());
    drop(index);
    let mut bytes = disk.files()[&newest].clone();
    *bytes.last_mut().unwrap() ^= 1;
    disk.set(&newest, bytes);
    let mut index = open(&disk).unwrap();
    assert!(index.note().is_some());
    assert!(index.insert(&article("late", "a late text", None)).unwrap() > given);
    drop(index);
    // A file that no index wrote would leave no number.
    disk.set("segment-ffffffffffffffff", Vec::new());
    let error = open(&disk).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert!(error.to_string().contains("move it away"), "{error}");
}
