//! The log of groups: what became of which group, and in which generation.
//!
//! In: the changes of a commit. Out: files of them; the log is cut at its old end, so that it stays
//! bounded.

use super::bytes::{Decoder, Encoder};
use super::pages::{damaged, read_file};
use super::storage::Storage;
use crate::error::Result;
use crate::hash;

/// Changes kept at least, if there were so many; some twice as many are kept at most. Chosen by hand:
/// weeks of a newsroom, in some megabytes.
const LOG: u32 = 1 << 16;

/// What became of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GroupEvent {
    /// The group is new; none of its articles stood in a group before.
    New,
    /// Articles joined it.
    Grew,
    /// Articles left it, and none joined it.
    Shrank,
    /// Articles of other groups joined it, and these groups are gone.
    Merged,
    /// The group is new; some of its articles stood in another group, which goes on or is gone.
    Split,
    /// The group is gone.
    Gone,
}

/// The events in the order of their codes.
const EVENTS: [GroupEvent; 6] = [
    GroupEvent::New,
    GroupEvent::Grew,
    GroupEvent::Shrank,
    GroupEvent::Merged,
    GroupEvent::Split,
    GroupEvent::Gone,
];

/// A change of a group by a commit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct GroupChange {
    /// The generation that the commit made.
    pub generation: u64,
    /// The id of the group, which no other group of the index gets.
    pub group: u64,
    /// What became of the group.
    pub event: GroupEvent,
    /// The keys of the articles that joined the group, in order. All of them if the group is new.
    pub joined: Vec<String>,
    /// The keys of the articles that left the group, in order. All of them if the group is gone. A
    /// replaced article leaves, and joins anew.
    pub left: Vec<String>,
    /// Of a merged group the groups that were merged into it; of a split one the group it was split
    /// off; of one that is gone the group that has most of its articles now, if there is one.
    pub others: Vec<u64>,
}

impl GroupChange {
    pub(super) fn encode(&self, to: &mut Encoder) {
        to.u64(self.generation);
        to.u64(self.group);
        let code = EVENTS.iter().position(|&event| event == self.event);
        to.u8(code.unwrap_or_default() as u8);
        for keys in [&self.joined, &self.left] {
            to.u32(keys.len() as u32);
            for key in keys {
                to.string(key);
            }
        }
        to.u32(self.others.len() as u32);
        for &other in &self.others {
            to.u64(other);
        }
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Self> {
        let (generation, group) = (from.u64()?, from.u64()?);
        let event = *EVENTS.get(usize::from(from.u8()?))?;
        let mut keys = || -> Option<Vec<String>> {
            let count = from.count(4)?;
            (0..count)
                .map(|_| from.string().map(str::to_owned))
                .collect()
        };
        let (joined, left) = (keys()?, keys()?);
        let count = from.count(8)?;
        let others = (0..count).map(|_| from.u64()).collect::<Option<_>>()?;
        Some(Self {
            generation,
            group,
            event,
            joined,
            left,
            others,
        })
    }
}

/// How a generation names a file of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChangesFile {
    pub(super) number: u64,
    pub(super) len: u64,
    pub(super) hash: u64,
    pub(super) changes: u32,
    /// The generation of its last change.
    pub(super) last: u64,
}

/// The name of a file of changes.
pub(super) fn file_name(number: u64) -> String {
    format!("changes-{number:016x}")
}

/// The log of an index, in order of age.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ChangeLog {
    /// The first generation since which every change is there.
    pub(super) from: u64,
    pub(super) files: Vec<ChangesFile>,
}

impl ChangeLog {
    /// The log with further changes: the bytes of the file to write, which takes the place of the
    /// youngest files.
    ///
    /// Files get at most half as large from each to the next, so a change is written again as often
    /// as the log doubles.
    pub(super) fn with(
        &self,
        storage: &dyn Storage,
        number: u64,
        changes: &[GroupChange],
    ) -> Result<(Self, Vec<u8>)> {
        let mut log = self.clone();
        let mut to = Encoder::default();
        for change in changes {
            change.encode(&mut to);
        }
        let (mut bytes, mut count) = (to.bytes, changes.len() as u32);
        while let Some(&last) = log.files.last()
            && last.changes < LOG
            && last.changes <= 2 * count
        {
            let mut older = read(storage, &last)?;
            older.extend(bytes);
            (bytes, count) = (older, count + last.changes);
            log.files.pop();
        }
        log.files.push(ChangesFile {
            number,
            len: bytes.len() as u64,
            hash: hash::token(&bytes),
            changes: count,
            last: changes.last().map_or(log.from, |change| change.generation),
        });
        let mut all: u64 = log.files.iter().map(|file| u64::from(file.changes)).sum();
        while all - u64::from(log.files[0].changes) >= u64::from(LOG) {
            let oldest = log.files.remove(0);
            all -= u64::from(oldest.changes);
            log.from = oldest.last;
        }
        Ok((log, bytes))
    }

    /// The changes after a generation.
    pub(super) fn since(&self, storage: &dyn Storage, generation: u64) -> Result<Vec<GroupChange>> {
        let mut changes = Vec::new();
        for file in self.files.iter().filter(|file| file.last > generation) {
            let bytes = read(storage, file)?;
            let all = decode(&bytes).filter(|all| all.len() == file.changes as usize);
            let no_changes =
                || damaged(&storage.path(&file_name(file.number)), "it has no changes");
            let all = all.ok_or_else(no_changes)?;
            let later = |change: &GroupChange| change.generation > generation;
            changes.extend(all.into_iter().filter(later));
        }
        Ok(changes)
    }
}

/// The changes in a file's bytes, `None` for bytes that are none.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<GroupChange>> {
    let mut from = Decoder { rest: bytes };
    let mut changes = Vec::new();
    while !from.rest.is_empty() {
        changes.push(GroupChange::decode(&mut from)?);
    }
    Some(changes)
}

fn read(storage: &dyn Storage, file: &ChangesFile) -> Result<Vec<u8>> {
    let name = file_name(file.number);
    let bytes = read_file(storage, &name)?;
    if bytes.len() as u64 != file.len || hash::token(&bytes) != file.hash {
        let what = "its bytes are not those that were written";
        return Err(damaged(&storage.path(&name), what));
    }
    Ok(bytes)
}
