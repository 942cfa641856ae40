//! The file or folder for `--keep`.
//!
//! In: the input, read again, and the articles to keep. Out: their records, byte for byte and in
//! input order. A folder becomes a folder with the same files. Compressed files are compressed
//! again. Parquet keeps its schema and metadata.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::atomic::{AtomicFile, AtomicFolder};
use super::packed::{Packed, Target};
use crate::failure::Failure;
use crate::input::{Chunk, Entry, Format, Source};
use crate::ledger::{self, Digest, Fate, Ledger};

/// Writes the kept records.
pub(crate) struct Keeper {
    path: PathBuf,
    place: Place,
    /// The file being written.
    current: Option<(Arc<Source>, Body)>,
}

enum Place {
    /// Taken when the first record comes.
    File(Option<AtomicFile>),
    /// Replaces that folder of the input.
    Folder { of: PathBuf, folder: AtomicFolder },
}

enum Body {
    Records(Box<Records>),
    /// A copy of the whole file.
    Whole,
    #[cfg(feature = "parquet")]
    Rows {
        target: Target,
        is_kept: Vec<bool>,
    },
}

/// Records, one after the other.
struct Records {
    out: Packed,
    before_next: &'static str,
    after_each: &'static str,
    after_all: &'static str,
}

impl Keeper {
    /// Starts the output: a folder that mirrors the folder `of`, or a file.
    pub(crate) fn create(path: &Path, of: Option<&Path>) -> io::Result<Self> {
        let place = match of {
            None => Place::File(Some(AtomicFile::create(path)?)),
            Some(of) => Place::Folder {
                of: of.to_owned(),
                folder: AtomicFolder::create(path)?,
            },
        };
        Ok(Self {
            path: path.to_owned(),
            place,
            current: None,
        })
    }

    /// Writes the records of all kept articles.
    pub(crate) fn write(
        mut self,
        chunks: impl IntoIterator<Item = Chunk>,
        ledger: &Ledger,
        is_kept: impl Fn(usize) -> bool,
    ) -> Result<(), Failure> {
        let changed = || {
            let message = "the input has changed while it was read; nothing was kept";
            Failure::Failed(message.to_owned())
        };
        let mut fates = ledger.fates();
        let mut digest = Digest::default();
        for Chunk { bytes, entries } in chunks {
            digest.add(&bytes);
            for entry in entries {
                let fate = fates.next().ok_or_else(changed)?;
                let Ok(entry) = entry else { continue };
                let kept = matches!(fate, Fate::Article(id) if is_kept(id.index()));
                self.record(&entry, &bytes[entry.bytes.clone()], kept)
                    .map_err(|error| self.failed(&error))?;
            }
        }
        if fates.next().is_some() || digest != *ledger.digest() {
            return Err(changed());
        }
        let path = self.path.clone();
        self.finish().map_err(|error| cannot_write(&path, &error))
    }

    fn failed(&self, error: &io::Error) -> Failure {
        cannot_write(&self.path, error)
    }

    fn record(&mut self, entry: &Entry, bytes: &[u8], kept: bool) -> io::Result<()> {
        let source = &entry.source;
        let current = self.current.as_ref().map(|(source, _)| source);
        if !ledger::is_same(current, source) {
            self.turn_to(source)?;
        }
        let Some((_, body)) = &mut self.current else {
            return Ok(());
        };
        match body {
            Body::Records(records) if kept => records.add(bytes),
            Body::Whole if kept => self.copy(source),
            Body::Records(_) | Body::Whole => Ok(()),
            #[cfg(feature = "parquet")]
            Body::Rows { is_kept, .. } => {
                if let crate::input::Spot::Number(number) = entry.spot {
                    is_kept.resize(number as usize, false);
                    is_kept[number as usize - 1] = kept;
                }
                Ok(())
            }
        }
    }

    fn turn_to(&mut self, source: &Arc<Source>) -> io::Result<()> {
        let target = match &mut self.place {
            // The records of later files follow those of earlier ones.
            Place::File(None) => {
                if let Some((before, _)) = &mut self.current {
                    *before = Arc::clone(source);
                }
                return Ok(());
            }
            Place::File(file) => match file.take() {
                Some(file) => Target::Atomic(file),
                None => return Ok(()),
            },
            Place::Folder { .. } if source.format.is_whole() => {
                self.finish_file()?;
                self.current = Some((Arc::clone(source), Body::Whole));
                return Ok(());
            }
            Place::Folder { of, folder } => {
                let path = within(folder, of, &source.path)?;
                Target::Within(File::create_new(path)?)
            }
        };
        self.finish_file()?;
        let name = match &self.place {
            Place::File(_) => &self.path,
            Place::Folder { .. } => &source.path,
        };
        let body = match source.format {
            #[cfg(feature = "parquet")]
            Format::Parquet => Body::Rows {
                target,
                is_kept: Vec::new(),
            },
            _ => {
                let out = Packed::new(target, name)?;
                Body::Records(Box::new(Records::new(out, source)?))
            }
        };
        self.current = Some((Arc::clone(source), body));
        Ok(())
    }

    /// Copies a file of one article into the folder.
    fn copy(&self, source: &Source) -> io::Result<()> {
        if let Place::Folder { of, folder } = &self.place {
            let path = within(folder, of, &source.path)?;
            fs::copy(&source.path, &path)?;
            File::open(path)?.sync_all()?;
        }
        Ok(())
    }

    fn finish_file(&mut self) -> io::Result<()> {
        match self.current.take() {
            None | Some((_, Body::Whole)) => Ok(()),
            Some((_, Body::Records(records))) => records.finish(),
            #[cfg(feature = "parquet")]
            Some((source, Body::Rows { target, is_kept })) => {
                super::parquet::write(&source, target, &is_kept)
            }
        }
    }

    fn finish(mut self) -> io::Result<()> {
        self.finish_file()?;
        match self.place {
            Place::File(None) => Ok(()),
            Place::File(Some(file)) => file.commit(),
            Place::Folder { folder, .. } => folder.commit(),
        }
    }
}

/// The path of an input file in the unfinished folder.
fn within(folder: &AtomicFolder, of: &Path, path: &Path) -> io::Result<PathBuf> {
    let relative = path.strip_prefix(of).unwrap_or(path);
    let path = folder.unfinished().join(relative);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(path)
}

/// An error that names the file.
pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("{} can't be written: {error}", path.display()))
}

impl Records {
    fn new(mut out: Packed, source: &Source) -> io::Result<Self> {
        let (mut before_next, mut after_each, mut after_all) = ("", "\n", "");
        match (source.format, &source.table) {
            (Format::JsonArray, _) => (before_next, after_each, after_all) = ("[\n", "", "\n]\n"),
            (Format::Text | Format::Html, _) => after_each = "",
            (_, Some(table)) => {
                out.write_all(&table.head)?;
                out.write_all(table.line_end.as_bytes())?;
                after_each = table.line_end;
            }
            _ => {}
        }
        Ok(Self {
            out,
            before_next,
            after_each,
            after_all,
        })
    }

    fn add(&mut self, record: &[u8]) -> io::Result<()> {
        self.out.write_all(self.before_next.as_bytes())?;
        self.out.write_all(record)?;
        self.out.write_all(self.after_each.as_bytes())?;
        if self.before_next == "[\n" {
            self.before_next = ",\n";
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        if self.before_next == "[\n" {
            self.out.write_all(b"[")?;
        }
        self.out.write_all(self.after_all.as_bytes())?;
        self.out.finish()
    }
}
