//! A preview of the input.
//!
//! In: paths, and how to read them. Out: for each path, its files by format, their bytes, and the
//! names of the fields in the first record of the first file. Only first bytes are read, and stdin
//! is not read at all.

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::format::Format;
use super::{Reading, folder, reader, table};
use crate::fields::Fields;
use crate::problems::Problem;

/// Bytes of a file that are looked at: more than most records have. Chosen by hand.
const LOOKED_AT: u64 = 1 << 20;

/// Files of one format at one path.
#[derive(Debug)]
pub(crate) struct Surveyed {
    /// The path as given.
    pub(crate) path: String,
    pub(crate) format: Option<Format>,
    pub(crate) files: usize,
    /// Bytes on disk.
    pub(crate) bytes: u64,
    /// The fields found: `text`, `key` and so on, each with its name in the file.
    pub(crate) fields: Vec<(&'static str, String)>,
    /// Why the fields are unknown.
    pub(crate) problem: Option<String>,
}

/// Surveys all paths.
pub(crate) fn survey(paths: &[PathBuf], reading: &Reading) -> (Vec<Surveyed>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        let name = path.to_string_lossy().into_owned();
        if name == "-" {
            found.push(Surveyed::new("stdin".to_owned(), reading.format));
        } else if path.is_dir() {
            let (files, unread) = folder::files(path, &reading.excluded);
            problems.extend(unread);
            let before = found.len();
            for file in files {
                add(&mut found, before, &name, &path.join(file), true, reading);
            }
        } else {
            let before = found.len();
            add(&mut found, before, &name, path, false, reading);
        }
    }
    (found, problems)
}

/// Adds a file to the files of its format, which are at `from` and later.
fn add(
    found: &mut Vec<Surveyed>,
    from: usize,
    name: &str,
    path: &Path,
    in_folder: bool,
    reading: &Reading,
) {
    let bytes = path.metadata().map_or(0, |metadata| metadata.len());
    let by_name = Format::by_name(&path.to_string_lossy());
    let format = match reading.format.or(by_name) {
        Some(format) => Ok(format),
        None => head(path).map(|head| Format::by_bytes(&head, in_folder, &reading.fields)),
    };
    let known = format.as_ref().ok().copied();
    if let Some(of_format) = found[from..].iter_mut().find(|other| other.format == known) {
        of_format.files += 1;
        of_format.bytes += bytes;
        return;
    }
    let mut surveyed = Surveyed::new(name.to_owned(), known);
    (surveyed.files, surveyed.bytes) = (1, bytes);
    let fields = format.and_then(|format| Ok(fields(format, &head(path)?, &reading.fields)));
    match fields {
        Ok(Ok(fields)) => surveyed.fields = fields,
        Ok(Err(problem)) => surveyed.problem = Some(problem),
        Err(error) => surveyed.problem = Some(format!("can't be read: {error}")),
    }
    found.push(surveyed);
}

impl Surveyed {
    fn new(path: String, format: Option<Format>) -> Self {
        Self {
            path,
            format,
            files: 0,
            bytes: 0,
            fields: Vec::new(),
            problem: None,
        }
    }
}

/// The first bytes of a file's content.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader(path)?.take(LOOKED_AT).read_to_end(&mut head)?;
    Ok(head)
}

/// The names of the fields in the first record.
fn fields(
    format: Format,
    head: &[u8],
    fields: &Fields,
) -> Result<Vec<(&'static str, String)>, String> {
    if let Some(missing) = format.missing() {
        return Err(missing);
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let found = match format {
        // The columns of Parquet are at the end of the file.
        Format::Html | Format::Text | Format::Parquet => return Ok(Vec::new()),
        Format::JsonLines => {
            let mut lines = head.lines().map_while(Result::ok);
            let line = lines
                .find(|line| !line.trim().is_empty())
                .unwrap_or_default();
            of_object(
                &serde_json::from_str(&line).map_err(|error| error.to_string())?,
                fields,
            )
        }
        Format::Json | Format::JsonArray => {
            let start = head.trim_ascii_start();
            let objects = start.strip_prefix(b"[").unwrap_or(start);
            let mut objects = serde_json::Deserializer::from_slice(objects).into_iter();
            let first = objects.next().ok_or("it holds nothing")?;
            of_object(&first.map_err(|error| error.to_string())?, fields)
        }
        Format::Csv | Format::Tsv => {
            let mut table = csv::ReaderBuilder::new()
                .delimiter(table::delimiter(format, head))
                .from_reader(head);
            let header = table.headers().map_err(|error| error.to_string())?;
            of_names(|name| header.iter().any(|cell| cell == name), fields)
        }
    };
    if found.first().is_some_and(|&(field, _)| field == "text") {
        Ok(found)
    } else {
        Err(format!(
            "no text: nothing in the first record is named {}",
            fields.text.join(", ")
        ))
    }
}

fn of_object(object: &Map<String, Value>, fields: &Fields) -> Vec<(&'static str, String)> {
    let is_there = |name: &str| {
        let within = || {
            let mut parts = name.split('.');
            let first = object.get(parts.next()?)?;
            parts.try_fold(first, |value, part| value.get(part))
        };
        object.contains_key(name) || within().is_some()
    };
    of_names(is_there, fields)
}

fn of_names(is_there: impl Fn(&str) -> bool, fields: &Fields) -> Vec<(&'static str, String)> {
    let Fields {
        text,
        key,
        title,
        date,
        source,
        ..
    } = fields;
    [
        ("text", text),
        ("key", key),
        ("title", title),
        ("date", date),
        ("source", source),
    ]
    .into_iter()
    .filter_map(|(field, names)| {
        let name = names.iter().find(|name| is_there(name))?;
        Some((field, name.clone()))
    })
    .collect()
}
