//! Openings: from a directory to a snapshot.
//!
//! In: the files of an index. Out: its newest whole generation, with the settings and segments that it
//! names; or an error that names the file or the setting at fault.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::cache::Cache;
use super::changes;
use super::generation::{self, Generation};
use super::links::{self, LinkFile, LinkFiles};
use super::options::SavedOptions;
use super::pages::{damaged, io_error, read_file};
use super::pending::Pending;
use super::segment::{self, Segment};
use super::snapshot::{Core, KeptGroups, Part, Snapshot};
use super::storage::{Disk, Storage};
use crate::corpus::Statistics;
use crate::detector::{Builder, Detector, Settings};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;

/// Openings tried anew while a writer commits: it would have to commit twice in the time of each.
/// Chosen by hand.
const ATTEMPTS: usize = 8;

/// What an opening found.
pub(super) struct Opened {
    pub(super) snapshot: Snapshot,
    pub(super) generation: Generation,
}

impl Snapshot {
    /// Opens the newest generation of the index in `folder` for reading.
    ///
    /// Time and memory: the filters and removed articles of the index, some 10 bits an article; no
    /// page of an article is read.
    ///
    /// # Errors
    ///
    /// [`Io`](ErrorKind::Io) if there is no index or the system refuses, [`Damaged`](ErrorKind::Damaged)
    /// with the file and the page, [`NewerFormat`](ErrorKind::NewerFormat),
    /// [`RecipeMismatch`](ErrorKind::RecipeMismatch) if `options` expect other settings.
    pub fn open(folder: impl AsRef<Path>, options: &SavedOptions) -> Result<Self> {
        let storage: Arc<dyn Storage> = Arc::new(Disk::new(folder.as_ref()));
        Ok(open(&storage, options)?.snapshot)
    }
}

/// The files of the generations, the newest first.
pub(super) fn generations(storage: &dyn Storage) -> Result<Vec<u64>> {
    let names = storage
        .list()
        .map_err(|error| io_error(&storage.path(""), "read", error))?;
    let numbers: BTreeSet<u64> = names
        .iter()
        .filter_map(|n| generation::number_of(n))
        .collect();
    Ok(numbers.into_iter().rev().collect())
}

pub(super) fn read_generation(storage: &dyn Storage, number: u64) -> Result<Generation> {
    let name = generation::file_name(number);
    let path = storage.path(&name);
    let read = Generation::decode(&path, &read_file(storage, &name)?)?;
    if read.number != number {
        let what = format!("it holds generation {}", read.number);
        return Err(damaged(&path, what));
    }
    Ok(read)
}

/// The newest whole generation of those listed, and a note if it is not the newest.
fn newest(storage: &dyn Storage, listed: &[u64]) -> Result<(Generation, Option<String>)> {
    let mut first_error: Option<Error> = None;
    for &number in listed {
        match read_generation(storage, number) {
            Ok(found) => {
                let note = first_error
                    .map(|error| format!("{error}; generation {number} was opened in place of it"));
                return Ok((found, note));
            }
            Err(error) if error.kind() == ErrorKind::Damaged => {
                first_error = first_error.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    Err(first_error.unwrap_or_else(|| {
        let message = format!("there is no index in {}; create one", storage.path(""));
        Error::new(ErrorKind::Io, message)
    }))
}

/// The name of a file of statistics.
pub(super) fn statistics_name(number: u64) -> String {
    format!("statistics-{number:016x}")
}

pub(super) fn read_statistics(
    storage: &dyn Storage,
    (number, len, hash): (u64, u64, u64),
) -> Result<Arc<Statistics>> {
    let name = statistics_name(number);
    let bytes = read_file(storage, &name)?;
    if bytes.len() as u64 != len || hash::token(&bytes) != hash {
        let what = "its bytes are not those that were written";
        return Err(damaged(&storage.path(&name), what));
    }
    Statistics::from_bytes(&bytes).map(Arc::new)
}

/// The settings of an index as JSON.
pub(super) fn settings_to_json(settings: &Settings) -> String {
    serde_json::to_string(settings).expect("settings are plain data")
}

/// Finds the first setting that differs, and returns its path with the value in `a` and in `b`.
fn difference(
    path: &str,
    a: &serde_json::Value,
    b: &serde_json::Value,
) -> Option<(String, String, String)> {
    use serde_json::Value;
    if let (Value::Object(a), Value::Object(b)) = (a, b) {
        let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        return names.into_iter().find_map(|name| {
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            let none = Value::Null;
            difference(
                &path,
                a.get(name).unwrap_or(&none),
                b.get(name).unwrap_or(&none),
            )
        });
    }
    (a != b).then(|| (path.to_owned(), a.to_string(), b.to_string()))
}

/// Builds the judge of an index from its settings, or from a builder that must have the same.
fn build(
    path: &str,
    generation: &Generation,
    expected: Option<&Builder>,
    statistics: Option<Arc<Statistics>>,
) -> Result<Detector> {
    let settings: Settings = serde_json::from_str(&generation.settings)
        .map_err(|error| damaged(path, format!("its settings are none: {error}")))?;
    let mut judge = match expected {
        Some(builder) => builder.clone().build()?,
        None => Builder::default().settings(settings.clone()).build()?,
    };
    let [own, other] = [&settings, judge.settings()]
        .map(|settings| serde_json::to_value(settings).expect("settings are plain data"));
    if let Some((setting, own, other)) = difference("", &own, &other) {
        let message = format!(
            "the index was made with {setting} = {own}, not {other}; open it with that value, or \
             create another index"
        );
        return Err(Error::new(ErrorKind::RecipeMismatch, message));
    }
    if judge.sketcher().recipe().0 != generation.recipe {
        let message = "the index was made by a version of reprint that makes other signatures; \
                       create another index from its articles";
        return Err(Error::new(ErrorKind::RecipeMismatch, message));
    }
    judge.set_statistics(statistics);
    Ok(judge)
}

/// Opens the newest generation.
pub(super) fn open(storage: &Arc<dyn Storage>, options: &SavedOptions) -> Result<Opened> {
    let mut attempts = 0;
    loop {
        let listed = generations(&**storage)?;
        let opened = newest(&**storage, &listed)
            .and_then(|(generation, note)| open_generation(storage, options, generation, note));
        match opened {
            // A writer may have gone on, and deleted the generation or what it needs.
            Err(error)
                if error.kind() == ErrorKind::Io
                    && attempts < ATTEMPTS
                    && generations(&**storage)? != listed =>
            {
                attempts += 1;
            }
            outcome => return outcome,
        }
    }
}

fn open_generation(
    storage: &Arc<dyn Storage>,
    options: &SavedOptions,
    generation: Generation,
    note: Option<String>,
) -> Result<Opened> {
    let path = storage.path(&generation::file_name(generation.number));
    let statistics = match generation.statistics {
        Some(file) => Some(read_statistics(&**storage, file)?),
        None => None,
    };
    let judge = build(&path, &generation, options.expected.as_ref(), statistics)?;
    let bands = judge.banding().bands();
    let cache = Arc::new(Cache::new(options.cache));
    let mut parts = Vec::with_capacity(generation.segments.len());
    for listed in &generation.segments {
        let of = (generation.index, bands);
        let segment = Segment::open(&**storage, of, listed.name, Arc::clone(&cache))?;
        let mut part = Part::new(Arc::new(segment));
        for &row in &listed.dead {
            if row >= part.segment.rows() {
                return Err(damaged(&path, format!("row {row} of a segment is none")));
            }
            part.set_dead(row);
        }
        part.dead_texts = listed.dead_texts;
        parts.push(part);
    }
    let groups = match &generation.groups {
        Some(state) => Some(KeptGroups {
            state: state.clone(),
            files: open_links(&**storage, &generation, &state.links, &cache)?,
        }),
        None => None,
    };
    let core = Core {
        storage: Arc::clone(storage),
        index: generation.index,
        judge: Arc::new(judge),
        bands,
        keeps_texts: generation.keeps_texts,
        texts: options.texts.clone(),
        cache,
    };
    let snapshot = Snapshot {
        core: Arc::new(core),
        generation: generation.number,
        parts,
        groups,
        pending: Pending::default(),
        note,
    };
    Ok(Opened {
        snapshot,
        generation,
    })
}

fn open_links(
    storage: &dyn Storage,
    generation: &Generation,
    names: &[links::LinkFileName],
    cache: &Arc<Cache>,
) -> Result<LinkFiles> {
    let open = |&name| {
        let file = LinkFile::open(storage, generation.index, name, Arc::clone(cache))?;
        Ok(Arc::new(file))
    };
    let files = names.iter().map(open).collect::<Result<_>>()?;
    Ok(LinkFiles { files })
}

/// The files that a generation names.
pub(super) fn files_of(generation: &Generation) -> Vec<String> {
    let mut names = vec![generation::file_name(generation.number)];
    let of_segment = |listed: &generation::Listed| segment::file_name(listed.name.number);
    names.extend(generation.segments.iter().map(of_segment));
    names.extend(
        generation
            .statistics
            .map(|(number, ..)| statistics_name(number)),
    );
    if let Some(groups) = &generation.groups {
        names.extend(
            groups
                .links
                .iter()
                .map(|file| links::file_name(file.number)),
        );
        let log = groups.log.files.iter();
        names.extend(log.map(|file| changes::file_name(file.number)));
    }
    names
}

/// Whether a file's name is one that an index gives.
pub(super) fn is_ours(name: &str) -> bool {
    let name = name.strip_suffix(".new").unwrap_or(name);
    generation::number_of(name).is_some() || number_of_file(name).is_some()
}

/// The number of a file other than a generation, which the file's name tells.
pub(super) fn number_of_file(name: &str) -> Option<u64> {
    let prefixes = ["segment-", "statistics-", "links-", "changes-"];
    let digits = prefixes
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))?;
    u64::from_str_radix(digits, 16)
        .ok()
        .filter(|_| digits.len() == 16)
}
