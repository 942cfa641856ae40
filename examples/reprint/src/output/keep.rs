//! The file or folder for `--keep`, and for `--aside`.
//!
//! In: the input, read again, and the articles to drop. Out: the input's bytes without these
//! articles, in input order. A folder becomes a folder with the same files. Bytes outside articles
//! keep their places. Compressed files are compressed again. Parquet keeps its schema and metadata.
//!
//! What can't be read as an article is kept; with `--aside` it is left out, and written to another
//! file or folder in the same way. Both then begin with the head of a table, and both are arrays.
//!
//! If several files go into one, heads of tables and brackets of arrays are written once.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::atomic::{AtomicFile, AtomicFolder, Sealed};
use super::packed::{Packed, Target};
use super::records::Records;
use crate::failure::Failure;
#[cfg(feature = "parquet")]
use crate::input::Format;
use crate::input::{Aside, Chunk, Entry, Item, Part, Source};
use crate::ledger::{self, Digest, Fate, Ledger};
use crate::problems::Kind;

/// What a [`Keeper`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Kept,
    /// What can't be read as an article.
    Aside,
}

/// Writes records to a file or a folder.
pub(crate) struct Keeper {
    path: PathBuf,
    what: What,
    place: Place,
    /// The file being written.
    current: Option<(Arc<Source>, Body)>,
    /// Whether the current file has a record, or bytes that are none.
    has_some: bool,
    /// The single file, when complete.
    sealed: Option<Sealed>,
}

enum Place {
    /// Taken when the first record comes.
    File(Option<AtomicFile>),
    /// Replaces that folder of the input.
    Folder { of: PathBuf, folder: AtomicFolder },
}

enum Body {
    Records(Box<Records>),
    /// To be copied whole.
    Whole,
    Copied,
    #[cfg(feature = "parquet")]
    Rows {
        target: Target,
        is_kept: Vec<bool>,
    },
}

/// Writes kept articles by `keeper`, and what is no article by `aside` or else by `keeper`. Fails if
/// the input is another than the ledger's.
pub(crate) fn write(
    mut keeper: Keeper,
    mut aside: Option<Keeper>,
    chunks: impl IntoIterator<Item = Chunk>,
    ledger: &Ledger,
    is_kept: impl Fn(usize) -> bool,
) -> Result<Vec<Sealed>, Failure> {
    let changed = || {
        let message = "the input has changed while it was read; nothing was kept";
        Failure::Failed(message.to_owned())
    };
    let mut fates = ledger.fates();
    let mut digest = Digest::default();
    for Chunk { bytes, items } in chunks {
        digest.add(&bytes);
        for item in items {
            match item {
                Item::Problem(_) => {
                    fates.next().ok_or_else(changed)?;
                }
                Item::Article(entry) => {
                    let (kept, no_article) = match fates.next().ok_or_else(changed)? {
                        Fate::Article(id) => (is_kept(id.index()), false),
                        // The file has the record already.
                        Fate::Skipped(skipped) => (false, skipped.kind != Kind::ReadBefore),
                        Fate::Nothing => (true, false),
                    };
                    let is_kept = kept || (no_article && aside.is_none());
                    keeper.record(&entry, &bytes, is_kept)?;
                    if let Some(aside) = &mut aside {
                        aside.record(&entry, &bytes, no_article)?;
                    }
                }
                Item::Aside(part) => {
                    let frames = part.frames(&bytes);
                    if frames || aside.is_none() {
                        keeper.aside(&part, &bytes)?;
                    }
                    if let Some(aside) = &mut aside
                        && !(frames && part.part == Part::Middle)
                    {
                        aside.aside(&part, &bytes)?;
                        aside.has_some |= !frames;
                        if !frames {
                            keeper.is_without(&part.source);
                        }
                    }
                }
            }
        }
    }
    if fates.next().is_some() || digest != *ledger.digest() {
        return Err(changed());
    }
    let keepers = std::iter::once(keeper).chain(aside);
    keepers.map(Keeper::seal).collect()
}

impl Keeper {
    /// Starts the output: a folder that mirrors the folder `of`, or a file.
    pub(crate) fn create(path: &Path, of: Option<&Path>, what: What) -> io::Result<Self> {
        let place = match of {
            None => Place::File(Some(AtomicFile::create(path)?)),
            Some(of) => Place::Folder {
                of: of.to_owned(),
                folder: AtomicFolder::create(path)?,
            },
        };
        Ok(Self {
            path: path.to_owned(),
            what,
            place,
            current: None,
            has_some: false,
            sealed: None,
        })
    }

    fn seal(self) -> Result<Sealed, Failure> {
        self.check_damage()?;
        let path = self.path.clone();
        self.finish().map_err(|error| cannot_write(&path, &error))
    }

    /// Notes that bytes of this file were left out, so that an array that they closed is closed.
    fn is_without(&mut self, source: &Arc<Source>) {
        if let Some((current, Body::Records(records))) = &mut self.current
            && ledger::is_same(Some(current), source)
        {
            records.close_at_the_end();
        }
    }

    fn failed(&self, error: &io::Error) -> Failure {
        cannot_write(&self.path, error)
    }

    /// Writes an article, unless dropped.
    fn record(&mut self, entry: &Entry, bytes: &[u8], is_kept: bool) -> Result<(), Failure> {
        self.turn_to(&entry.source)?;
        self.has_some |= is_kept;
        let Some((source, body)) = &mut self.current else {
            return Ok(());
        };
        let written = match body {
            Body::Records(records) => {
                let lead = &bytes[entry.whole.start..entry.bytes.start];
                let rest = &bytes[entry.bytes.start..entry.whole.end];
                records.record(source, lead, rest, is_kept)
            }
            Body::Whole if is_kept => {
                let source = Arc::clone(source);
                self.copy(&source)
            }
            Body::Whole | Body::Copied => Ok(()),
            #[cfg(feature = "parquet")]
            Body::Rows { is_kept: rows, .. } => {
                if let crate::input::Spot::Number(number) = entry.spot {
                    rows.resize(number as usize, false);
                    rows[number as usize - 1] = is_kept;
                }
                Ok(())
            }
        };
        written.map_err(|error| self.failed(&error))
    }

    /// Writes bytes outside articles.
    fn aside(&mut self, aside: &Aside, bytes: &[u8]) -> Result<(), Failure> {
        let Aside {
            source,
            part,
            bytes: range,
        } = aside;
        self.turn_to(source)?;
        let written = match &mut self.current {
            Some((_, Body::Records(records))) => {
                records.aside(source, *part, &bytes[range.clone()])
            }
            Some((_, body @ Body::Whole)) => {
                *body = Body::Copied;
                self.copy(source)
            }
            #[cfg(feature = "parquet")]
            Some((_, body @ Body::Rows { .. })) if *part == Part::File => {
                // No row was read, so the file is copied whole.
                match std::mem::replace(body, Body::Copied) {
                    Body::Rows { mut target, .. } => File::open(&source.path)
                        .and_then(|mut file| io::copy(&mut file, &mut target))
                        .and_then(|_| target.finish())
                        .map(|sealed| self.sealed = sealed),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        };
        written.map_err(|error| self.failed(&error))
    }

    /// Turns to a file of the input, unless it is the current one.
    fn turn_to(&mut self, source: &Arc<Source>) -> Result<(), Failure> {
        let before = self.current.as_ref().map(|(before, _)| before);
        if ledger::is_same(before, source) {
            return Ok(());
        }
        if let (Place::File(_), Some(before)) = (&self.place, before) {
            ledger::fit_together(before, source)?;
        }
        self.check_damage()?;
        self.begin(source).map_err(|error| self.failed(&error))
    }

    /// Refuses a file that can't be written as it was read.
    fn check_damage(&self) -> Result<(), Failure> {
        match &self.current {
            Some((source, Body::Records(_))) if source.is_damaged.load(Ordering::Relaxed) => {
                Err(Failure::Failed(format!(
                    "{}: bytes that are no character of its encoding can't be kept as they are, so \
                     nothing was written; convert it to UTF-8 first",
                    source.name
                )))
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, source: &Arc<Source>) -> io::Result<()> {
        let target = match &mut self.place {
            // The records of later files follow those of earlier ones.
            Place::File(None) => {
                if let Some((before, body)) = &mut self.current {
                    if let Body::Records(records) = body {
                        records.go_on(before)?;
                    }
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
        self.has_some = false;
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
            _ => Body::Records(Box::new(Records::new(Packed::new(target, name)?))),
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
        let Some((source, body)) = self.current.take() else {
            return Ok(());
        };
        let sealed = match body {
            Body::Whole | Body::Copied => return Ok(()),
            Body::Records(records) => records.finish(&source)?,
            #[cfg(feature = "parquet")]
            Body::Rows { target, is_kept } => super::parquet::write(&source, target, &is_kept)?,
        };
        self.sealed = sealed;
        match &self.place {
            // A table of which nothing was set aside is a head alone.
            Place::Folder { of, folder } if self.what == What::Aside && !self.has_some => {
                fs::remove_file(within(folder, of, &source.path)?)
            }
            _ => Ok(()),
        }
    }

    fn finish(mut self) -> io::Result<Sealed> {
        self.finish_file()?;
        match (self.place, self.sealed) {
            (Place::File(Some(file)), _) => file.seal(),
            (Place::Folder { folder, .. }, _) => Ok(folder.seal()),
            (Place::File(None), Some(sealed)) => Ok(sealed),
            (Place::File(None), None) => Err(io::Error::other("it was not finished")),
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
