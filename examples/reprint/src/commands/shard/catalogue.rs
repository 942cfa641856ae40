//! The different texts of all parts, numbered.
//!
//! In: the rows of every part. Out: a [`Catalogue`]: positions, which are numbers of different texts in
//! the order of fingerprints; for each, the row of its first copy by key; and the keys that are made
//! unique. Some 30 bytes an article, 80 while it is made.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::path::PathBuf;

use rayon::prelude::*;
use reprint::sketch::Fingerprint;
use reprint::{ArticleId, BoxError, TextStore};

use super::sketch::{AT, FINGERPRINT, KEY, SAMPLE, TEXT_BYTES, TEXT_START, TOKENS};
use super::table::{TableReader, damaged};
use super::work::{Table, Work};
use crate::failure::Failure;
use crate::oddities;
use crate::progress;
use crate::store::exact_at;

/// The position of a row without words, or of one that was read before.
pub(super) const NONE: u32 = u32::MAX;

/// A place in the files of texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextPlace {
    pub(super) part: u32,
    pub(super) start: u64,
    pub(super) bytes: u32,
}

/// What a stage needs to read a text again.
pub(super) struct NeededText {
    pub(super) fingerprint: Fingerprint,
    pub(super) tokens: u32,
    pub(super) place: TextPlace,
}

/// The different texts of all parts.
pub(super) struct Catalogue {
    tables: Vec<TableReader>,
    /// By part: the number of rows before it.
    starts: Vec<u32>,
    /// By row: the position of its text, or [`NONE`].
    pub(super) positions: Vec<u32>,
    /// By position: the row of the first copy by key.
    pub(super) first_rows: Vec<u32>,
    /// By position: the number of sampled hashes.
    pub(super) samples: Vec<u32>,
    pub(super) keys: UniqueKeys,
}

/// Keys of rows whose own key was there before, in the order of the input.
#[derive(Default)]
pub(super) struct UniqueKeys {
    changed: HashMap<u32, String>,
    /// Rows that were read before; the first time counts.
    pub(super) repeated: HashSet<u32>,
}

impl UniqueKeys {
    /// The number of keys that were made unique.
    pub(super) fn changed(&self) -> usize {
        self.changed.len()
    }

    /// The key of a row with a key of its own.
    pub(super) fn of<'a>(&'a self, row: u32, own: &'a str) -> &'a str {
        self.changed.get(&row).map_or(own, String::as_str)
    }

    fn find(tables: &[TableReader]) -> Result<Self, Failure> {
        let mut unique = Self::default();
        let mut seen: HashSet<u128> = HashSet::new();
        each_group(tables, |table, group, row| {
            let keys = table.texts(group, KEY)?;
            let mut places: Option<Vec<String>> = None;
            for (number, key) in keys.iter().enumerate() {
                if seen.insert(hash(key)) {
                    continue;
                }
                let row = row + number as u32;
                let places = match &mut places {
                    Some(places) => places,
                    none => none.insert(table.texts(group, AT)?),
                };
                let at = &places[number];
                let other = oddities::key_with_place(key, at);
                if key != at && seen.insert(hash(&other)) {
                    unique.changed.insert(row, other);
                } else {
                    unique.repeated.insert(row);
                }
            }
            Ok(())
        })?;
        Ok(unique)
    }
}

/// 128 bits of a key: two of a billion keys are alike with a chance of 10^-21.
fn hash(key: &str) -> u128 {
    let half = |first: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(first);
        hasher.write(key.as_bytes());
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// Calls `each` with each row group of all parts in order, and the number of its first row.
fn each_group(
    tables: &[TableReader],
    mut each: impl FnMut(&TableReader, usize, u32) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut row = 0;
    for table in tables {
        let mut own = row;
        for group in 0..table.groups() {
            each(table, group, own)?;
            own += table.group_rows(group) as u32;
        }
        row += table.rows() as u32;
    }
    Ok(())
}

/// A row with words: its fingerprint in two halves, which take less room than one number, and the row.
type Printed = ([u64; 2], u32);

impl Catalogue {
    /// Numbers the texts of all parts.
    pub(super) fn open(work: &Work) -> Result<Self, Failure> {
        let parts = 0..work.recipe.parts;
        let tables: Vec<TableReader> = parts
            .map(|part| work.table(Table::Sketch, part))
            .collect::<Result<_, _>>()?;
        let mut starts = vec![0];
        let mut rows: usize = 0;
        for table in &tables {
            rows += table.rows();
            let start = u32::try_from(rows).ok().filter(|&rows| rows < NONE);
            starts.push(start.ok_or_else(|| {
                Failure::Failed("more than 4 billion articles; an engine takes them".to_owned())
            })?);
        }
        // 1. Find the rows that count, with their keys.
        let keys = UniqueKeys::find(&tables)?;
        // 2. Sort the rows with words by fingerprint.
        let mut printed: Vec<Printed> = Vec::with_capacity(rows);
        each_group(&tables, |table, group, row| {
            let tokens = table.ints(group, TOKENS)?;
            let prints = table.bytes(group, FINGERPRINT)?;
            for (row, (tokens, print)) in (row..).zip(tokens.into_iter().zip(prints)) {
                if tokens != 0 && !keys.repeated.contains(&row) {
                    printed.push((halves(print.data()), row));
                }
            }
            Ok(())
        })?;
        printed.par_sort_unstable();
        // 3. Number the texts. Of copies, the first by key stands for the text.
        let of_copies = keys_of_copies(&tables, &keys, &printed)?;
        let mut positions = vec![NONE; rows];
        let mut first_rows = Vec::new();
        for copies in printed.chunk_by(|a, b| a.0 == b.0) {
            let position = first_rows.len() as u32;
            for &(_, row) in copies {
                positions[row as usize] = position;
            }
            let rows = copies.iter().map(|&(_, row)| row);
            first_rows.extend(rows.min_by(|a, b| of_copies.get(a).cmp(&of_copies.get(b))));
        }
        let mut samples = vec![0; first_rows.len()];
        each_group(&tables, |table, group, row| {
            for (row, len) in (row..).zip(table.ints(group, SAMPLE)?) {
                let position = positions[row as usize];
                if position != NONE {
                    samples[position as usize] = len.cast_unsigned();
                }
            }
            Ok(())
        })?;
        Ok(Self {
            tables,
            starts,
            positions,
            first_rows,
            samples,
            keys,
        })
    }

    /// The number of articles.
    pub(super) fn articles(&self) -> usize {
        self.positions.len() - self.keys.repeated.len()
    }

    /// The number of different texts with words.
    pub(super) fn texts(&self) -> usize {
        self.first_rows.len()
    }

    /// The position of a part's row if the row stands for its text, else [`NONE`].
    pub(super) fn position_of_first(&self, part: usize, row: u32) -> u32 {
        let row = self.starts[part] + row;
        let position = self.positions[row as usize];
        let is_first = position != NONE && self.first_rows[position as usize] == row;
        if is_first { position } else { NONE }
    }

    /// Calls `each` with each row group of all parts in order, and the number of its first row.
    pub(super) fn each_group(
        &self,
        each: impl FnMut(&TableReader, usize, u32) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        each_group(&self.tables, each)
    }

    /// The texts of rows in ascending order.
    pub(super) fn needed(&self, rows: &[u32]) -> Result<Vec<NeededText>, Failure> {
        let mut needed = Vec::with_capacity(rows.len());
        let mut rest = rows;
        self.each_group(|table, group, first| {
            let end = first + table.group_rows(group) as u32;
            let here = rest.partition_point(|&row| row < end);
            let (here, later) = rest.split_at(here);
            rest = later;
            if here.is_empty() {
                return Ok(());
            }
            let part = self.starts.partition_point(|&start| start <= first) as u32 - 1;
            let tokens = table.ints(group, TOKENS)?;
            let starts = table.longs(group, TEXT_START)?;
            let bytes = table.ints(group, TEXT_BYTES)?;
            let prints = table.bytes(group, FINGERPRINT)?;
            needed.extend(here.iter().map(|&row| {
                let at = (row - first) as usize;
                let [upper, lower] = halves(prints[at].data());
                NeededText {
                    fingerprint: Fingerprint(u128::from(upper) << 64 | u128::from(lower)),
                    tokens: tokens[at].cast_unsigned(),
                    place: TextPlace {
                        part,
                        start: starts[at].cast_unsigned(),
                        bytes: bytes[at].cast_unsigned(),
                    },
                }
            }));
            Ok(())
        })?;
        Ok(needed)
    }
}

fn halves(print: &[u8]) -> [u64; 2] {
    let (halves, _) = print.as_chunks::<8>();
    [0, 1].map(|half| {
        halves
            .get(half)
            .map_or(0, |bytes| u64::from_be_bytes(*bytes))
    })
}

/// The keys of rows that have exact copies.
fn keys_of_copies(
    tables: &[TableReader],
    unique: &UniqueKeys,
    printed: &[Printed],
) -> Result<HashMap<u32, String>, Failure> {
    let copies = printed
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|copies| copies.len() > 1);
    let mut rows: Vec<u32> = copies.flatten().map(|&(_, row)| row).collect();
    rows.sort_unstable();
    let mut keys = HashMap::with_capacity(rows.len());
    let mut rest = &*rows;
    each_group(tables, |table, group, first| {
        let end = first + table.group_rows(group) as u32;
        let (here, later) = rest.split_at(rest.partition_point(|&row| row < end));
        rest = later;
        if here.is_empty() {
            return Ok(());
        }
        let own = table.texts(group, KEY)?;
        for &row in here {
            let key = unique.of(row, &own[(row - first) as usize]);
            keys.insert(row, key.to_owned());
        }
        Ok(())
    })?;
    Ok(keys)
}

/// The bodies of a few articles, by id.
pub(super) struct PartTexts {
    /// By part: the file of bodies, with its path.
    files: Vec<Option<(File, PathBuf)>>,
    places: Vec<TextPlace>,
}

impl PartTexts {
    /// Opens the files of the texts that ids count up.
    pub(super) fn open(work: &Work, places: Vec<TextPlace>) -> Result<Self, Failure> {
        let mut files: Vec<Option<(File, PathBuf)>> =
            (0..work.recipe.parts).map(|_| None).collect();
        for place in &places {
            let part = place.part as usize;
            if files[part].is_none() {
                let path = work.texts(part);
                let file = File::open(&path).map_err(|error| match error.kind() {
                    io::ErrorKind::NotFound => work.missing(&path, Table::Sketch, part),
                    _ => damaged(&path, &error),
                })?;
                files[part] = Some((file, path));
            }
        }
        Ok(Self { files, places })
    }
}

impl TextStore for PartTexts {
    fn text(&self, id: ArticleId, _: &str) -> Result<Cow<'_, str>, BoxError> {
        progress::count_text();
        let place = self
            .places
            .get(id.index())
            .ok_or("no article has this id")?;
        let Some((file, path)) = &self.files[place.part as usize] else {
            return Err("the file of its part is not open".into());
        };
        let mut bytes = vec![0; place.bytes as usize];
        let read = exact_at(file, &mut bytes, place.start);
        let text = read.and_then(|()| String::from_utf8(bytes).map_err(io::Error::other));
        let text = text.map_err(|error| {
            let path = path.display();
            format!("{path}: {error}; remove the files of its part, and run sketch again")
        })?;
        Ok(Cow::Owned(text))
    }
}
