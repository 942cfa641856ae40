//! The writer of a saved index.
//!
//! In: articles to add, replace, remove. Out: a [`SavedIndex`], whose commits are all or nothing.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use super::cache::Cache;
use super::changes::GroupChange;
use super::generation::{self, Generation, GroupState};
use super::links::LinkFiles;
use super::opening::{Opened, generations, number_of_file, open, settings_to_json};
use super::options::SavedOptions;
use super::pages::{damaged, io_error};
use super::pending::{New, Pending};
use super::segment::{Segment, SegmentName};
use super::segment_writer::{self, SegmentPlace as File};
use super::snapshot::{Core, KeptGroups, Part, Place, Snapshot};
use super::storage::{self, Disk, Storage};
use crate::article::Article;
use crate::detector::{Builder, TextMark};
use crate::error::{Error, ErrorKind, Result};
use crate::group::Linkage;
use crate::kit::parallel;
use crate::sketch::{Fingerprint, Sketch, SketchScratch};

/// Bytes of pending articles that are written to a segment before the commit, so that memory stays
/// bounded. Chosen by hand: some 10,000 articles of news with their texts.
const PENDING: usize = 32 << 20;

/// Articles sketched in one unit of work of a thread, as in [`Detector::extend`](crate::Detector::extend).
const BATCH: usize = 32;

/// Ids passed over when the newest generation can't be read: more than it can have given.
const IDS_OF_A_LOST_GENERATION: u64 = 1 << 32;

/// The largest number of a file: years of a commit a nanosecond.
const LAST_NUMBER: u64 = 1 << 60;

/// What a commit made durable.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Commit {
    /// The number of the generation.
    pub generation: u64,
    /// Articles in the index.
    pub articles: usize,
    /// Articles added since the commit before.
    pub added: usize,
    /// Articles removed since the commit before, those of replacements too.
    pub removed: usize,
    /// What became of the groups that changed, in order of their ids; empty if groups are not kept.
    pub changes: Vec<GroupChange>,
    /// Texts whose links are not all known, since a text could not be read. The next commit asks for
    /// them again.
    pub unlinked: usize,
}

/// An index on disk that grows, expires and survives crashes, opened for writing.
///
/// What is inserted or removed is seen by this index at once, by snapshots and by an opening after a
/// crash from the [`commit`](Self::commit) on. All that a [`Snapshot`] answers, the index answers too.
///
/// An error of the system while writing poisons the index: every later write is refused with
/// [`Poisoned`](ErrorKind::Poisoned), while queries go on. Open the index again; it has the last
/// commit whose files are whole.
///
/// ```
/// use reprint::saved::{Query, SavedIndex, SavedOptions};
/// use reprint::{Article, Detector};
///
/// let folder = std::env::temp_dir().join(format!("reprint-saved-{}", std::process::id()));
/// let mut index = SavedIndex::create(&folder, Detector::builder(), &SavedOptions::new())?;
/// let body = "The old bridge over the Lune will open again on Friday, the council said.";
/// index.insert(&Article::new("tribune", body).date(1_700_000_000))?;
/// index.commit()?;
/// drop(index);
///
/// let index = SavedIndex::open(&folder, &SavedOptions::new())?;
/// let found = index.matches(&body.to_uppercase(), &Query::new().limit(3))?;
/// assert_eq!(found.found[0].article.key, "tribune");
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), reprint::Error>(())
/// ```
pub struct SavedIndex {
    pub(super) view: Snapshot,
    /// The state of the last commit, apart from the parts.
    pub(super) generation: Generation,
    committed: Vec<Part>,
    committed_core: Arc<Core>,
    committed_groups: Option<KeptGroups>,
    /// Texts that articles came to or went from since the last commit; whether one went. Not noted
    /// unless groups are kept.
    pub(super) touched: BTreeMap<Fingerprint, bool>,
    /// What became of groups since the last commit.
    pub(super) changes: Vec<GroupChange>,
    /// As the next generation will have them.
    pub(super) next_id: u64,
    pub(super) next_file: u64,
    pub(super) statistics: Option<(u64, u64, u64)>,
    added: usize,
    removed: usize,
    pub(super) is_changed: bool,
    is_poisoned: bool,
    _lock: Box<dyn Send + Sync>,
}

impl std::fmt::Debug for SavedIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SavedIndex")
            .field("generation", &self.generation.number)
            .field("articles", &self.view.len())
            .finish_non_exhaustive()
    }
}

impl Deref for SavedIndex {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.view
    }
}

/// A number that no other index has: from the random keys of the standard library's hash maps, the
/// clock and the process.
fn new_id() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    let now = std::time::SystemTime::now();
    let half = || u128::from(RandomState::new().hash_one((now, std::process::id())));
    half() << 64 | half()
}

/// The number in a file's name, if numbers are left for later files. A name with one of the last
/// numbers is none that an index gave.
fn number_before_others(storage: &dyn Storage, name: &str, number: u64) -> Result<u64> {
    if number < LAST_NUMBER {
        return Ok(number);
    }
    let what =
        "its number leaves none for the files to come, so it is not of this index; move it away";
    Err(damaged(&storage.path(name), what.to_owned()))
}

fn lock(storage: &dyn Storage) -> Result<Box<dyn Send + Sync>> {
    let locked = storage.lock();
    let path = storage.path("lock");
    locked
        .map_err(|error| io_error(&path, "locked", error))?
        .ok_or_else(|| {
            let message = format!(
                "another process writes to this index and holds {path}; wait until it ends, or \
                 open a snapshot"
            );
            Error::new(ErrorKind::Locked, message)
        })
}

impl SavedIndex {
    /// Creates an index in `folder`, which is made if need be, with the settings, the statistics and
    /// the tokenizer of `builder`.
    ///
    /// # Errors
    ///
    /// As [`Builder::build`]; [`Io`](ErrorKind::Io) if the system refuses, or if an index is there.
    pub fn create(
        folder: impl AsRef<Path>,
        builder: Builder,
        options: &SavedOptions,
    ) -> Result<Self> {
        let folder = folder.as_ref();
        storage::make_folder(folder)
            .map_err(|error| io_error(&folder.display().to_string(), "created", error))?;
        Self::create_in(Arc::new(Disk::new(folder)), new_id(), builder, options)
    }

    pub(super) fn create_in(
        storage: Arc<dyn Storage>,
        index: u128,
        builder: Builder,
        options: &SavedOptions,
    ) -> Result<Self> {
        let judge = builder.build()?;
        if options.groups && judge.settings().linkage == Linkage::Complete {
            let message = "complete linkage can't follow articles as they come, since it takes cubic \
                           time; choose another, or an index that does not keep groups";
            return Err(Error::invalid("linkage", message));
        }
        let lock = lock(&*storage)?;
        if !generations(&*storage)?.is_empty() {
            let message = format!("there is an index in {} already; open it", storage.path(""));
            return Err(Error::new(ErrorKind::Io, message));
        }
        let generation = Generation {
            index,
            number: 0,
            parent: 0,
            next_id: 1,
            next_file: 1,
            recipe: judge.sketcher().recipe().0,
            keeps_texts: options.texts.is_none(),
            settings: settings_to_json(judge.settings()),
            statistics: None,
            segments: Vec::new(),
            groups: options.groups.then(GroupState::new),
        };
        let statistics = judge.statistics().cloned();
        let core = Core {
            storage,
            index,
            bands: judge.banding().bands(),
            judge: Arc::new(judge),
            keeps_texts: generation.keeps_texts,
            texts: options.texts.clone(),
            cache: Arc::new(Cache::new(options.cache)),
        };
        let snapshot = Snapshot {
            core: Arc::new(core),
            generation: 0,
            parts: Vec::new(),
            groups: generation.groups.clone().map(|state| KeptGroups {
                state,
                files: LinkFiles::default(),
            }),
            pending: Pending::default(),
            note: None,
        };
        let opened = Opened {
            snapshot,
            generation,
        };
        let mut index = Self::of(opened, lock);
        index.is_changed = true;
        if let Some(statistics) = statistics {
            index.set_statistics(Some(statistics))?;
        }
        index.commit()?;
        Ok(index)
    }

    /// Opens the index in `folder` for writing.
    ///
    /// # Errors
    ///
    /// [`Locked`](ErrorKind::Locked) while another process writes, and as [`Snapshot::open`].
    pub fn open(folder: impl AsRef<Path>, options: &SavedOptions) -> Result<Self> {
        let storage: Arc<dyn Storage> = Arc::new(Disk::new(folder.as_ref()));
        Self::open_in(&storage, options)
    }

    pub(super) fn open_in(storage: &Arc<dyn Storage>, options: &SavedOptions) -> Result<Self> {
        if generations(&**storage)?.is_empty() {
            let message = format!("there is no index in {}; create one", storage.path(""));
            return Err(Error::new(ErrorKind::Io, message));
        }
        let lock = lock(&**storage)?;
        let mut opened = open(storage, options)?;
        // 1. Numbers that a crash has left behind are not given again.
        let names = storage
            .list()
            .map_err(|error| io_error(&storage.path(""), "read", error))?;
        let own = &mut opened.generation;
        for name in &names {
            if let Some(last) = generation::number_of(name) {
                own.number = own
                    .number
                    .max(number_before_others(&**storage, name, last)?);
            } else if let Some(last) = number_of_file(name) {
                let last = number_before_others(&**storage, name, last)?;
                own.next_file = own.next_file.max(last + 1);
            }
        }
        // 2. Nor are the ids of a generation that can't be read, which may come back from a copy.
        if opened.snapshot.note.is_some() {
            own.next_id = own.next_id.saturating_add(IDS_OF_A_LOST_GENERATION);
        }
        let index = Self::of(opened, lock);
        index.delete_unused();
        Ok(index)
    }

    fn of(opened: Opened, lock: Box<dyn Send + Sync>) -> Self {
        let Opened {
            snapshot,
            generation,
        } = opened;
        Self {
            committed: snapshot.parts.clone(),
            committed_core: Arc::clone(&snapshot.core),
            committed_groups: snapshot.groups.clone(),
            touched: BTreeMap::new(),
            changes: Vec::new(),
            next_id: generation.next_id,
            next_file: generation.next_file,
            statistics: generation.statistics,
            generation,
            view: snapshot,
            added: 0,
            removed: 0,
            is_changed: false,
            is_poisoned: false,
            _lock: lock,
        }
    }

    /// A snapshot of the last commit.
    ///
    /// # Errors
    ///
    /// None at present; later versions may read pages here.
    pub fn snapshot(&self) -> Result<Snapshot> {
        Ok(Snapshot {
            core: Arc::clone(&self.committed_core),
            generation: self.view.generation,
            parts: self.committed.clone(),
            groups: self.committed_groups.clone(),
            pending: Pending::default(),
            note: self.view.note.clone(),
        })
    }

    pub(super) fn writable(&self) -> Result<()> {
        if self.is_poisoned {
            let message = "an earlier write failed, so the index takes no other; open it again";
            return Err(Error::new(ErrorKind::Poisoned, message));
        }
        Ok(())
    }

    /// Notes that an article came to a text, or went from it.
    fn touch(&mut self, mark: (Fingerprint, bool), has_lost: bool) {
        let (print, is_signed) = mark;
        if is_signed && self.view.groups.is_some() {
            *self.touched.entry(print).or_default() |= has_lost;
        }
    }

    /// Runs a write, which poisons the index if the system refuses.
    pub(super) fn poisoning<T>(&mut self, outcome: Result<T>) -> Result<T> {
        self.is_poisoned |= outcome.is_err();
        outcome
    }

    /// Adds an article, and gives its id.
    ///
    /// # Errors
    ///
    /// [`DuplicateKey`](ErrorKind::DuplicateKey) if the key is taken,
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes,
    /// [`Io`](ErrorKind::Io), [`Damaged`](ErrorKind::Damaged), [`Poisoned`](ErrorKind::Poisoned). A
    /// refused article leaves the index unchanged.
    pub fn insert(&mut self, article: &Article<'_>) -> Result<u64> {
        let sketch = self.core.judge.sketcher().sketch(article.body)?;
        self.insert_sketched(article, &sketch)
    }

    /// Adds an article with a sketch made before by the sketcher of [`judge`](Snapshot::judge).
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert); [`RecipeMismatch`](ErrorKind::RecipeMismatch) if the sketch was
    /// made with other settings.
    pub fn insert_sketched(&mut self, article: &Article<'_>, sketch: &Sketch) -> Result<u64> {
        self.writable()?;
        let bands = match &sketch.signature {
            Some(signature) => self.core.judge.band_keys(signature)?,
            None => Vec::new(),
        };
        if self.place_of_key(article.key)?.is_some() {
            let message = format!(
                "an article with the key {:?} is there already; replace it, or give this one a \
                 key of its own",
                article.key
            );
            return Err(Error::new(ErrorKind::DuplicateKey, message));
        }
        // A full segment is written first, so that an error leaves the article out.
        if self.view.pending.bytes() > PENDING {
            let flushed = self.flush();
            self.poisoning(flushed)?;
        }
        let id = self.next_id;
        let keeps_text = self.core.keeps_texts;
        self.view.pending.insert(New {
            id,
            article: *article,
            mark: TextMark::of(sketch),
            bands: &bands,
            sample: &sketch.sample,
            keeps_text,
        });
        self.touch((sketch.fingerprint, sketch.signature.is_some()), false);
        self.next_id += 1;
        self.added += 1;
        self.is_changed = true;
        Ok(id)
    }

    /// Adds articles, sketched in parallel. Returns one outcome an article, in the order of
    /// `articles`.
    pub fn extend(&mut self, articles: &[Article<'_>]) -> Vec<Result<u64>> {
        /// Articles sketched before the first of them is inserted.
        const CHUNK: usize = 1 << 12;
        let sketcher = self.core.judge.sketcher().clone();
        let mut outcomes = Vec::with_capacity(articles.len());
        for chunk in articles.chunks(CHUNK) {
            let batches: Vec<&[Article<'_>]> = chunk.chunks(BATCH).collect();
            let sketches = parallel::map_with(&batches, |batch, scratch: &mut SketchScratch| {
                let sketch = |article: &Article<'_>| sketcher.sketch_with(article.body, scratch);
                batch.iter().map(sketch).collect::<Vec<_>>()
            });
            let sketches = sketches.into_iter().flatten();
            for (article, sketch) in chunk.iter().zip(sketches) {
                outcomes.push(sketch.and_then(|sketch| self.insert_sketched(article, &sketch)));
            }
        }
        outcomes
    }

    /// Adds an article, after removal of the present article with its key. The new article gets an id
    /// of its own.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert), without `DuplicateKey`.
    pub fn replace(&mut self, article: &Article<'_>) -> Result<u64> {
        let sketch = self.core.judge.sketcher().sketch(article.body)?;
        self.remove(article.key)?;
        self.insert_sketched(article, &sketch)
    }

    /// Removes the article with a key. Returns whether it was there.
    ///
    /// # Errors
    ///
    /// [`Io`](ErrorKind::Io), [`Damaged`](ErrorKind::Damaged), [`Poisoned`](ErrorKind::Poisoned).
    pub fn remove(&mut self, key: &str) -> Result<bool> {
        self.writable()?;
        let Some((Place { part, row }, of_row)) = self.place_of_key(key)? else {
            return Ok(false);
        };
        match self.view.parts.get_mut(part) {
            Some(part) => part.remove(row, &of_row)?,
            None => self.view.pending.remove(row),
        }
        self.touch((of_row.fingerprint, of_row.is_signed), true);
        self.removed += 1;
        self.is_changed = true;
        Ok(true)
    }

    /// Removes every article dated before `date`, in seconds since 1970-01-01 UTC. Articles without a
    /// date stay. Returns the number of removed articles.
    ///
    /// A segment whose articles are all older is dropped as a whole; if groups are kept, its rows are
    /// read for what was linked. The rows of a segment with older and younger articles are read.
    ///
    /// # Errors
    ///
    /// [`Io`](ErrorKind::Io), [`Damaged`](ErrorKind::Damaged), [`Poisoned`](ErrorKind::Poisoned).
    pub fn expire_before(&mut self, date: i64) -> Result<usize> {
        self.writable()?;
        let before = self.len();
        let mut parts = Vec::with_capacity(self.view.parts.len());
        let mut gone: Vec<(Fingerprint, bool)> = Vec::new();
        for part in &self.view.parts {
            let footer = &part.segment.footer;
            let all_are_old =
                footer.undated == 0 && footer.dates.is_some_and(|(_, last)| last < date);
            let some_are_old = footer.dates.is_some_and(|(first, _)| first < date);
            let mut kept = part.clone();
            if some_are_old && (!all_are_old || self.view.groups.is_some()) {
                for number in 0..part.segment.rows() {
                    if part.is_live(number) {
                        let row = part.segment.row(number)?;
                        if row.date.is_some_and(|own| own < date) {
                            gone.push((row.fingerprint, row.is_signed));
                            if !all_are_old {
                                kept.remove(number, &row)?;
                            }
                        }
                    }
                }
            }
            if !all_are_old {
                parts.push(kept);
            }
        }
        self.view.parts = parts;
        let pending = &mut self.view.pending;
        let old = |row: &u32| pending.row(*row).date.is_some_and(|own| own < date);
        let old: Vec<u32> = pending.live().filter(old).collect();
        for row in old {
            let of_row = pending.row(row);
            gone.push((of_row.fingerprint, of_row.is_signed));
            pending.remove(row);
        }
        for mark in gone {
            self.touch(mark, true);
        }
        let removed = before - self.len();
        self.removed += removed;
        self.is_changed |= removed > 0;
        Ok(removed)
    }

    pub(super) fn take_file(&mut self) -> u64 {
        let file = self.next_file;
        self.next_file = file.saturating_add(1);
        file
    }

    /// Writes a file and makes it durable.
    pub(super) fn write_file(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let storage = &*self.view.core.storage;
        let refused = |error| io_error(&storage.path(name), "written", error);
        let mut file = storage.create(name).map_err(refused)?;
        file.write(bytes).map_err(refused)?;
        file.sync().map_err(refused)
    }

    /// Writes the pending articles to a segment.
    pub(super) fn flush(&mut self) -> Result<()> {
        if self.view.pending.is_empty() {
            return Ok(());
        }
        if self.view.pending.live().next().is_some() {
            let number = self.take_file();
            let core = Arc::clone(&self.view.core);
            let name = segment_writer::write(
                File {
                    storage: &*core.storage,
                    index: core.index,
                    number,
                    bands: core.bands,
                },
                &self.view.pending.sorted(core.bands),
            )?;
            let part = self.open_segment(name)?;
            self.view.parts.push(part);
        }
        self.view.pending = Pending::default();
        Ok(())
    }

    pub(super) fn open_segment(&self, name: SegmentName) -> Result<Part> {
        let core = &self.view.core;
        let of = (core.index, core.bands);
        let segment = Segment::open(&*core.storage, of, name, Arc::clone(&core.cache))?;
        Ok(Part::new(Arc::new(segment)))
    }

    /// Makes all changes since the last commit durable, at once and as a whole.
    ///
    /// Cost: the articles added are written once; two files and their names are synced. Nothing is
    /// written if nothing has changed. If groups are kept, the texts added are compared with their
    /// candidates, and the groups that new or lost links touch are formed anew, in time linear in
    /// these groups.
    ///
    /// # Errors
    ///
    /// [`Io`](ErrorKind::Io) if the system refuses, [`Damaged`](ErrorKind::Damaged) if a page is that
    /// links are found by, [`Poisoned`](ErrorKind::Poisoned) after an earlier refusal. Whether the changes are durable is known when the index is opened again.
    pub fn commit(&mut self) -> Result<Commit> {
        self.writable()?;
        let (added, removed) = (self.added, self.removed);
        if self.is_changed || self.unlinked() > 0 {
            let grouped = self.group_touched();
            self.poisoning(grouped)?;
        }
        let changes = std::mem::take(&mut self.changes);
        if self.is_changed {
            let committed = self.write_generation();
            self.poisoning(committed)?;
            self.delete_unused();
        }
        Ok(Commit {
            generation: self.view.generation,
            articles: self.view.len(),
            added,
            removed,
            changes,
            unlinked: self.unlinked(),
        })
    }

    /// The generation that a commit of the present state makes.
    pub(super) fn next_generation(&self) -> Generation {
        Generation {
            number: self.generation.number + 1,
            parent: self.view.generation,
            next_id: self.next_id,
            next_file: self.next_file,
            statistics: self.statistics,
            segments: self.view.parts.iter().map(Part::listed).collect(),
            groups: self.view.groups.as_ref().map(|groups| groups.state.clone()),
            ..self.generation.clone()
        }
    }

    fn write_generation(&mut self) -> Result<()> {
        // 1. What the generation names is durable before the generation is.
        self.flush()?;
        let storage = Arc::clone(&self.view.core.storage);
        let refused = |name: &str, error| io_error(&storage.path(name), "written", error);
        storage.sync_names().map_err(|error| refused("", error))?;
        // 2. The generation is written beside, and then gets its name.
        let generation = self.next_generation();
        let number = generation.number;
        let name = generation::file_name(number);
        let beside = format!("{name}.new");
        self.write_file(&beside, &generation.encode())?;
        storage
            .rename(&beside, &name)
            .map_err(|error| refused(&name, error))?;
        storage
            .sync_names()
            .map_err(|error| refused(&name, error))?;
        self.generation = generation;
        self.view.generation = number;
        self.committed = self.view.parts.clone();
        self.committed_core = Arc::clone(&self.view.core);
        self.committed_groups = self.view.groups.clone();
        (self.added, self.removed, self.is_changed) = (0, 0, false);
        Ok(())
    }

    /// Takes back all changes since the last commit.
    ///
    /// # Errors
    ///
    /// [`Poisoned`](ErrorKind::Poisoned).
    pub fn rollback(&mut self) -> Result<()> {
        self.writable()?;
        self.view.core = Arc::clone(&self.committed_core);
        self.statistics = self.generation.statistics;
        self.view.parts = self.committed.clone();
        self.view.groups = self.committed_groups.clone();
        self.view.pending = Pending::default();
        self.touched.clear();
        self.changes.clear();
        (self.added, self.removed, self.is_changed) = (0, 0, false);
        self.delete_unused();
        Ok(())
    }
}
