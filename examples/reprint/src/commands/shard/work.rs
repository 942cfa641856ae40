//! The folder of a search in parts.
//!
//! In: settings, input files and a number of parts. Out: a [`Work`]: the recipe that every part must
//! share, the share of the input that belongs to a part, and the paths of the tables.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use reprint::report::OptionRecord;
use reprint::{Detector, Mode, Settings};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::table::TableReader;
use crate::commands;
use crate::failure::Failure;
use crate::input::{self, Reading};
use crate::output::atomic::{self, AtomicFile};

/// The version of the folder. Another version means other tables.
const VERSION: u32 = 1;

/// Everything that decides what is in the tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Recipe {
    version: u32,
    /// The program's version.
    reprint: String,
    pub(super) parts: usize,
    pub(super) settings: Settings,
    /// Options that affect results, as the summary tells them.
    pub(super) options: BTreeMap<String, OptionRecord>,
    /// The longest article that is read, in bytes.
    longest: u64,
    files: Vec<InputFile>,
    /// Records of the input, if there are fewer files than parts: then a part reads all files and
    /// takes its records.
    records: Option<usize>,
}

/// A file of the input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct InputFile {
    path: PathBuf,
    bytes: u64,
    /// Nanoseconds since 1970.
    modified: u64,
}

/// The share of the input that a part reads.
pub(super) enum InputShare {
    /// Files by number.
    Files(Range<usize>),
    /// Records of all files by number.
    Records(Range<usize>),
}

/// A folder with a recipe.
pub(super) struct Work {
    folder: PathBuf,
    pub(super) recipe: Recipe,
    /// Names the recipe in every table.
    pub(super) id: String,
}

/// What the tables of a stage are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// Articles.
    Sketch,
    /// Sampled hashes in ascending order, with the rows of their articles.
    Hashes,
    /// Pairs by samples.
    Candidates,
    /// Links.
    Verify,
}

impl Table {
    fn folder(self) -> &'static str {
        match self {
            Self::Sketch | Self::Hashes => "sketch",
            Self::Candidates => "candidates",
            Self::Verify => "verify",
        }
    }
}

impl Work {
    /// Begins in a folder, or goes on in it if its recipe is the same.
    pub(super) fn begin(
        folder: &Path,
        settings: Settings,
        options: BTreeMap<String, OptionRecord>,
        (paths, reading): (&[PathBuf], &Reading),
        parts: Option<usize>,
    ) -> Result<Self, Failure> {
        let path = folder.join("recipe.json");
        let former = match fs::read(&path) {
            Ok(bytes) => Some(parse(&path, &bytes)?),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(unreadable(&path, &error)),
        };
        let parts = match (parts, &former) {
            (Some(parts), _) => parts,
            (None, Some(former)) => former.parts,
            (None, None) => {
                return Err(Failure::of_options(
                    &["parts", "part"],
                    "say into how many parts the search is cut: --parts 16 for all parts in turn, or \
                     --part 1/16 for one",
                ));
            }
        };
        let files = input_files(paths, reading)?;
        let mut recipe = Recipe {
            version: VERSION,
            reprint: env!("CARGO_PKG_VERSION").to_owned(),
            parts,
            settings,
            options,
            longest: reading.longest,
            records: None,
            files,
        };
        if let Some(former) = former {
            recipe.records = former.records;
            former.check(&recipe, &path)?;
            return Self::with(folder, former);
        }
        if recipe.files.len() < parts {
            let chunks = input::read(paths.to_owned(), reading.clone()).into_iter();
            recipe.records = Some(chunks.map(|chunk| chunk.items.len()).sum());
        }
        for stage in [Table::Sketch, Table::Candidates, Table::Verify] {
            let stage = folder.join(stage.folder());
            fs::create_dir_all(&stage).map_err(|error| unwritable(&stage, &error))?;
        }
        let json = serde_json::to_vec_pretty(&recipe).map_err(|error| unwritable(&path, &error))?;
        put(&path, &json)?;
        Self::with(folder, recipe)
    }

    /// Opens a folder that was begun.
    pub(super) fn open(folder: &Path, parts: Option<usize>) -> Result<Self, Failure> {
        let path = folder.join("recipe.json");
        let bytes = fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::Failed(format!(
                "{} is missing: reprint shard sketch {} comes first",
                path.display(),
                folder.display()
            )),
            _ => unreadable(&path, &error),
        })?;
        let recipe = parse(&path, &bytes)?;
        if let Some(parts) = parts.filter(|&parts| parts != recipe.parts) {
            return Err(Failure::of_options(
                &["parts", "part"],
                format!(
                    "{} says {} parts, not {parts}",
                    path.display(),
                    recipe.parts
                ),
            ));
        }
        Self::with(folder, recipe)
    }

    fn with(folder: &Path, recipe: Recipe) -> Result<Self, Failure> {
        let json = serde_json::to_vec(&recipe).map_err(|error| unreadable(folder, &error))?;
        let digest = Sha256::digest(&json);
        let (eights, _) = digest.as_chunks::<8>();
        let id = format!("{:016x}", u64::from_be_bytes(eights[0]));
        Ok(Self {
            folder: folder.to_owned(),
            recipe,
            id,
        })
    }

    /// A detector without articles, by the settings of the recipe.
    pub(super) fn detector(&self) -> Result<Detector, Failure> {
        commands::detector(self.recipe.settings.clone())
    }

    /// The share of the input that belongs to a part.
    pub(super) fn share(&self, part: usize) -> InputShare {
        let parts = self.recipe.parts;
        if let Some(records) = self.recipe.records {
            return InputShare::Records(records * part / parts..records * (part + 1) / parts);
        }
        // A file belongs to the part that its middle byte falls into, so parts have about equal
        // bytes, and the order of parts is that of files.
        let all: u64 = self.recipe.files.iter().map(|file| file.bytes.max(1)).sum();
        let mut before = 0;
        let part_of = |file: &InputFile| {
            let middle = u128::from(before + file.bytes.max(1) / 2);
            before += file.bytes.max(1);
            (middle * parts as u128 / u128::from(all.max(1))) as usize
        };
        let of_files: Vec<usize> = self.recipe.files.iter().map(part_of).collect();
        let first = of_files.partition_point(|&of_file| of_file < part);
        InputShare::Files(first..of_files.partition_point(|&of_file| of_file <= part))
    }

    /// The path of a part's table.
    pub(super) fn path(&self, table: Table, part: usize) -> PathBuf {
        let ending = match table {
            Table::Hashes => "hashes.parquet",
            _ => "parquet",
        };
        self.part_file(table, part, ending)
    }

    /// The path of a part's texts.
    pub(super) fn texts(&self, part: usize) -> PathBuf {
        self.part_file(Table::Sketch, part, "texts")
    }

    fn part_file(&self, table: Table, part: usize, ending: &str) -> PathBuf {
        let name = format!("part-{:05}-of-{:05}.{ending}", part + 1, self.recipe.parts);
        self.folder.join(table.folder()).join(name)
    }

    /// The path of the pairs by bands, which have no parts.
    pub(super) fn bands(&self) -> PathBuf {
        self.folder
            .join(Table::Candidates.folder())
            .join("bands.parquet")
    }

    /// The path of the statistics.
    pub(super) fn statistics(&self) -> PathBuf {
        self.folder
            .join(Table::Candidates.folder())
            .join("statistics")
    }

    /// Whether a part is done: its table, and what goes with it.
    pub(super) fn is_done(&self, table: Table, part: usize) -> Result<bool, Failure> {
        let beside = match table {
            Table::Sketch => vec![self.texts(part), self.path(Table::Hashes, part)],
            Table::Candidates if part == 0 && self.is_recycled() => {
                vec![self.bands(), self.statistics()]
            }
            Table::Candidates if part == 0 => vec![self.bands()],
            Table::Hashes | Table::Candidates | Table::Verify => Vec::new(),
        };
        Ok(self.done(table, part)?.is_some() && beside.iter().all(|path| path.exists()))
    }

    /// Whether samples and statistics are used.
    pub(super) fn is_recycled(&self) -> bool {
        matches!(self.recipe.settings.mode, Mode::Recycled { .. })
    }

    /// A part's table, if it is done.
    fn done(&self, table: Table, part: usize) -> Result<Option<TableReader>, Failure> {
        TableReader::open(&self.path(table, part), &self.id)
    }

    /// A part's table, which a later stage needs.
    pub(super) fn table(&self, table: Table, part: usize) -> Result<TableReader, Failure> {
        let done = self.done(table, part)?;
        done.ok_or_else(|| self.missing(&self.path(table, part), table, part))
    }

    /// The failure for a file that an earlier stage should have written.
    pub(super) fn missing(&self, path: &Path, table: Table, part: usize) -> Failure {
        Failure::Failed(format!(
            "{} is missing: run reprint shard {} {} --part {}/{} first",
            path.display(),
            table.folder(),
            self.folder.display(),
            part + 1,
            self.recipe.parts
        ))
    }
}

impl Recipe {
    /// Refuses a recipe that differs from the folder's.
    fn check(&self, wanted: &Self, path: &Path) -> Result<(), Failure> {
        let values = |recipe: &Self| -> BTreeMap<String, String> {
            let options = recipe.options.iter();
            options
                .map(|(name, option)| (name.clone(), option.value.clone()))
                .collect()
        };
        let differs = if self.version != wanted.version || self.reprint != wanted.reprint {
            format!("it is of reprint {}", self.reprint)
        } else if self.parts != wanted.parts {
            format!("it says {} parts, not {}", self.parts, wanted.parts)
        } else if self.settings != wanted.settings || values(self) != values(wanted) {
            "its options for input or matching are others".to_owned()
        } else if self.longest != wanted.longest {
            "its --memory is another".to_owned()
        } else if let Some((_, file)) = {
            let files = self.files.iter().zip(&wanted.files);
            files.clone().find(|(a, b)| a != b)
        } {
            format!("{} has changed since", file.path.display())
        } else if self.files.len() != wanted.files.len() {
            "its input has other files".to_owned()
        } else {
            return Ok(());
        };
        Err(Failure::Failed(format!(
            "{}: {differs}; take what it says, or begin in another folder",
            path.display()
        )))
    }
}

/// Writes a small file, complete or not at all.
pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| unwritable(path, &error);
    let mut file = AtomicFile::create(path).map_err(unwritable)?;
    file.write_all(bytes).map_err(unwritable)?;
    atomic::put_in_place(vec![file.seal().map_err(unwritable)?])
}

/// The files of the input, in the order of reading.
fn input_files(paths: &[PathBuf], reading: &Reading) -> Result<Vec<InputFile>, Failure> {
    let file = |path: PathBuf| {
        let known = File::open(&path).and_then(|file| file.metadata());
        let known = known.map_err(|error| unreadable(&path, &error))?;
        if !known.is_file() {
            return Err(Failure::Failed(format!(
                "{} is no file; parts read the input again and again, so write it into a file first",
                path.display()
            )));
        }
        let since = known
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(InputFile {
            bytes: known.len(),
            modified: since.map_or(0, |since| since.as_nanos() as u64),
            path,
        })
    };
    input::files(paths, &reading.excluded)
        .into_iter()
        .map(file)
        .collect()
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Recipe, Failure> {
    serde_json::from_slice(bytes).map_err(|error| {
        Failure::Failed(format!(
            "{}: damaged, or of another version: {error}; begin in another folder",
            path.display()
        ))
    })
}

fn unreadable(path: &Path, error: &(impl std::fmt::Display + ?Sized)) -> Failure {
    Failure::Failed(format!("{}: can't be read: {error}", path.display()))
}

fn unwritable(path: &Path, error: &(impl std::fmt::Display + ?Sized)) -> Failure {
    Failure::Failed(format!("{}: can't be written: {error}", path.display()))
}
