//! Copies of an index.
//!
//! In: a snapshot. Out: an index in another folder.

use std::path::Path;

use super::generation;
use super::opening::{files_of, generations, read_generation};
use super::pages::io_error;
use super::snapshot::Snapshot;
use super::storage::{Disk, Storage};
use crate::error::{Error, ErrorKind, Result};

/// Bytes copied at a time. Chosen by hand.
const PIECE: usize = 1 << 20;

impl Snapshot {
    /// Copies the generation of this snapshot into `folder`, which is made if need be. The copy is an
    /// index of its own, durable when this returns; the writer may go on meanwhile.
    ///
    /// A copy that is cut short is no index, and is begun anew in an empty folder. Bytes are copied as
    /// they are: [`check`](Self::check) tells of the copy what it tells of this index. Changes that the
    /// writer has not committed are not copied.
    ///
    /// # Errors
    ///
    /// [`Io`](ErrorKind::Io) if the system refuses, if an index is in `folder`, or if two or more
    /// commits came after this snapshot, so that its files are gone.
    pub fn copy_to(&self, folder: impl AsRef<Path>) -> Result<()> {
        let folder = folder.as_ref();
        std::fs::create_dir_all(folder)
            .map_err(|error| io_error(&folder.display().to_string(), "created", error))?;
        self.copy_in(&Disk::new(folder))
    }

    pub(super) fn copy_in(&self, to: &dyn Storage) -> Result<()> {
        if !generations(to)?.is_empty() {
            let message = format!("there is an index in {} already", to.path(""));
            return Err(Error::new(ErrorKind::Io, message));
        }
        let from = &*self.core.storage;
        let name = generation::file_name(self.generation);
        let files = files_of(&read_generation(from, self.generation)?);
        for file in files.iter().filter(|file| **file != name) {
            copy_file(from, to, (file, file))?;
        }
        let refused = |error| io_error(&to.path(""), "written", error);
        to.sync_names().map_err(refused)?;
        // As a commit does: the name of the generation makes the copy an index.
        let beside = format!("{name}.new");
        copy_file(from, to, (&name, &beside))?;
        to.rename(&beside, &name).map_err(refused)?;
        to.sync_names().map_err(refused)
    }
}

fn copy_file(from: &dyn Storage, to: &dyn Storage, (name, copied): (&str, &str)) -> Result<()> {
    let not_read = |error| io_error(&from.path(name), "read", error);
    let not_written = |error| io_error(&to.path(copied), "written", error);
    let file = from.open(name).map_err(not_read)?;
    let size = file.size().map_err(not_read)?;
    let mut copy = to.create(copied).map_err(not_written)?;
    let mut piece = vec![0; PIECE.min(size as usize)];
    let mut at = 0;
    while at < size {
        let len = piece.len().min((size - at) as usize);
        file.read_at(at, &mut piece[..len]).map_err(not_read)?;
        copy.write(&piece[..len]).map_err(not_written)?;
        at += len as u64;
    }
    copy.sync().map_err(not_written)
}
