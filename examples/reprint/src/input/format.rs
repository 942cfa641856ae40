//! The format of a file.
//!
//! In: a file's name and first bytes. Out: a [`Format`].

use serde_json::{Map, Value};

use super::{BYTE_ORDER_MARK, table};
use crate::fields::Fields;

/// How a file holds articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One object a line.
    JsonLines,
    /// Objects one after the other, over any number of lines.
    Json,
    /// An array of objects.
    JsonArray,
    /// Records with commas or semicolons. The first record names the columns.
    Csv,
    /// Records with tabs. The first record names the columns.
    Tsv,
    Parquet,
    /// One page, one article.
    Html,
    /// One text, one article.
    Text,
}

/// The first bytes of a Parquet file.
const PARQUET: &[u8] = b"PAR1";

impl Format {
    /// The format's name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "JSON Lines",
            Self::Json => "JSON",
            Self::JsonArray => "a JSON array",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Parquet => "Parquet",
            Self::Html => "HTML",
            Self::Text => "text",
        }
    }

    /// The feature to build the program with to read this format; `None` if the program reads it
    /// already.
    pub(super) fn missing(self) -> Option<String> {
        let feature = match self {
            Self::Parquet if cfg!(not(feature = "parquet")) => "parquet",
            Self::Html if cfg!(not(feature = "html")) => "html",
            _ => return None,
        };
        let format = self.name();
        Some(format!(
            "{format} is read only if built with it: cargo install --path examples/reprint \
             --features {feature}"
        ))
    }

    /// Whether a file is a single article.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Self::Html | Self::Text)
    }

    /// The format by a file's name; a compressed file's inner name counts. `None` if the name
    /// doesn't tell.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = [".gz", ".zst", ".bz2", ".xz"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            "parquet" => Some(Self::Parquet),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "txt" | "text" | "md" => Some(Self::Text),
            _ => None,
        }
    }

    /// A file's format, by its name and its first bytes. If the bytes can't be what the name says,
    /// the bytes decide.
    pub(super) fn of(name: &str, first: &[u8], in_folder: bool, fields: &Fields) -> Self {
        let Some(named) = Self::by_name(name) else {
            return Self::by_bytes(first, in_folder, fields);
        };
        if first.starts_with(PARQUET) {
            return Self::Parquet;
        }
        match named {
            Self::Csv | Self::Tsv if is_object(first) || is_array(first) => Self::Json,
            Self::Csv | Self::Tsv | Self::Text if is_page(first) => Self::Html,
            Self::Text if is_line_with_text(first, fields) => Self::JsonLines,
            Self::Json | Self::JsonLines if !begins(first, b"{") && !begins(first, b"[") => {
                table::by_head(first, fields).unwrap_or(named)
            }
            named => named,
        }
    }

    /// The format by a file's first bytes. In a folder, JSON and tables are recognized by name
    /// only, since any text may begin with a bracket. Elsewhere, a table is recognized by a head
    /// that names the text.
    fn by_bytes(first: &[u8], in_folder: bool, fields: &Fields) -> Self {
        if first.starts_with(PARQUET) {
            Self::Parquet
        } else if is_page(first) {
            Self::Html
        } else if !in_folder && begins(first, b"{") {
            Self::JsonLines
        } else if !in_folder && is_array(first) {
            Self::Json
        } else if first.is_empty() && !in_folder {
            // An empty file has no articles, whatever its format.
            Self::JsonLines
        } else if in_folder {
            Self::Text
        } else {
            table::by_head(first, fields).unwrap_or(Self::Text)
        }
    }
}

/// A text from its first letter on.
fn start(first: &[u8]) -> &[u8] {
    let first = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first);
    first.trim_ascii_start()
}

fn begins(first: &[u8], with: &[u8]) -> bool {
    let there = start(first).get(..with.len());
    there.is_some_and(|there| there.eq_ignore_ascii_case(with))
}

fn is_page(first: &[u8]) -> bool {
    begins(first, b"<!doctype html") || begins(first, b"<html")
}

fn is_object(first: &[u8]) -> bool {
    let within = start(first)
        .strip_prefix(b"{")
        .map(<[u8]>::trim_ascii_start);
    within.is_some_and(|within| within.starts_with(b"\""))
}

fn is_array(first: &[u8]) -> bool {
    let within = start(first)
        .strip_prefix(b"[")
        .map(<[u8]>::trim_ascii_start);
    within.is_some_and(|within| within.starts_with(b"{"))
}

/// Whether the first line is an object with a text. Prose never is.
fn is_line_with_text(first: &[u8], fields: &Fields) -> bool {
    let line = start(first).split(|&byte| byte == b'\n').next();
    let object = line.and_then(|line| serde_json::from_slice::<Map<String, Value>>(line).ok());
    object.is_some_and(|object| fields.text.iter().any(|name| object.contains_key(name)))
}
