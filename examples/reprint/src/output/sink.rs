//! The output's destination.
//!
//! In: a path, or none. Out: a writer to an atomic file or to stdout.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};

use super::atomic::{self, AtomicFile, Sealed};
use crate::failure::Failure;

pub(crate) enum Sink {
    Stdout(BufWriter<StdoutLock<'static>>),
    File(BufWriter<AtomicFile>, PathBuf),
}

impl Sink {
    /// Opens the destination before the work begins, so that a missing folder is reported at once.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::Stdout(BufWriter::new(io::stdout().lock())));
        };
        match AtomicFile::create(path) {
            Ok(file) => Ok(Self::File(BufWriter::new(file), path.to_owned())),
            Err(error) => Err(unwritable(path, &error)),
        }
    }

    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File(..))
    }

    /// Writes the output, and moves it to its path together with other complete files. Stdout is
    /// written after the moves, since its reader may close the pipe early.
    pub(crate) fn write(
        self,
        mut others: Vec<Sealed>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        match self {
            Self::Stdout(mut out) => {
                atomic::put_in_place(others)?;
                write(&mut out)?;
                Ok(out.flush()?)
            }
            Self::File(out, path) => {
                others.push(sealed(out, &path, write)?);
                atomic::put_in_place(others)
            }
        }
    }

    /// Writes a file that is moved to its path later, with others. Stdout has no path, so it is
    /// written at once.
    pub(crate) fn seal(
        self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Option<Sealed>, Failure> {
        match self {
            Self::Stdout(_) => self.write(Vec::new(), write).map(|()| None),
            Self::File(out, path) => sealed(out, &path, write).map(Some),
        }
    }
}

fn sealed(
    mut out: BufWriter<AtomicFile>,
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Sealed, Failure> {
    let written = write(&mut out);
    let file = written.and_then(|()| out.into_inner().map_err(io::Error::from));
    let sealed = file.and_then(AtomicFile::seal);
    sealed.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("{}: can't be written: {error}", path.display()))
}
