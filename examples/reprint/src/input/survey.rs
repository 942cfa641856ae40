//! A preview of the input.
//!
//! In: paths, and how to read them. Out: for each path, its files by format, their bytes, and the
//! names of the fields in the first record of the first file. Only first bytes are read, and stdin
//! is not read at all.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::format::Format;
use super::{Reading, encoding, folder, reader, table};
use crate::fields::Fields;
use crate::problems::Problem;
use crate::record::no_text;

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
        let name = folder::shown(path).into_owned();
        if name == "-" {
            found.push(Surveyed::new("stdin".to_owned(), reading.format));
        } else if path.exists() && !path.is_dir() && !path.is_file() {
            // Reading a pipe would consume it.
            found.push(Surveyed::new(name, reading.format));
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
    let of = |head: Vec<u8>| Format::of(&path.to_string_lossy(), &head, in_folder, &reading.fields);
    let format = match reading.format {
        Some(format) => Ok(format),
        None => head(path, reading).map(of),
    };
    let by_name = || Format::by_name(&path.to_string_lossy());
    let known = format.as_ref().ok().copied().or_else(by_name);
    if let Some(of_format) = found[from..].iter_mut().find(|other| other.format == known) {
        of_format.files += 1;
        of_format.bytes += bytes;
        return;
    }
    let mut surveyed = Surveyed::new(name.to_owned(), known);
    (surveyed.files, surveyed.bytes) = (1, bytes);
    let fields =
        format.and_then(|format| Ok(fields(format, &head(path, reading)?, &reading.fields)));
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

/// The first bytes of a file's content, in UTF-8 if it is text.
fn head(path: &Path, reading: &Reading) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader(path)?.take(LOOKED_AT).read_to_end(&mut head)?;
    Ok(match encoding::of_file(&head, reading.encoding) {
        Some(encoding) => encoding::decoded(&head, encoding).into_owned().into_bytes(),
        None => head,
    })
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
    let (found, names) = match format {
        // The columns of Parquet are at the end of the file.
        Format::Html | Format::Text | Format::Parquet => return Ok(Vec::new()),
        Format::JsonLines | Format::Json | Format::JsonArray => {
            let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'[';
            let start = head.iter().position(|byte| !is_between(byte));
            let objects = &head[start.unwrap_or(head.len())..];
            let mut objects = serde_json::Deserializer::from_slice(objects).into_iter();
            let first = objects.next().ok_or("it holds nothing")?;
            let first: Map<String, Value> = first.map_err(|error| error.to_string())?;
            let names = first.keys().cloned().collect();
            (of_object(&first, fields), names)
        }
        Format::Csv | Format::Tsv => {
            let mut table = csv::ReaderBuilder::new()
                .delimiter(table::delimiter(format, head, fields))
                .from_reader(head);
            let header = table.headers().map_err(|error| error.to_string())?;
            let names: Vec<String> = header.iter().map(str::to_owned).collect();
            let found = of_names(|name| names.iter().any(|cell| cell == name), fields);
            (found, names)
        }
    };
    if found.first().is_some_and(|&(field, _)| field == "text") {
        Ok(found)
    } else {
        let names = names.iter().map(String::as_str);
        Err(no_text(fields, "field", names).1)
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
