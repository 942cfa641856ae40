//! The parts of the input.
//!
//! In: bytes that a reader has taken apart. Out: a [`Chunk`] of articles, of bytes that belong to no
//! article, and of problems, each with its [`Source`]. The memory of a chunk returns to the reader.

use std::fs::File;
use std::ops::{Deref, DerefMut, Range};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, channel};

use encoding_rs::Encoding;

use super::format::Format;
use super::table::Table;
use super::{BYTE_ORDER_MARK, CHUNK};
use crate::problems::Problem;

/// A file that articles come from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The file's name in messages and keys.
    pub(crate) name: String,
    pub(crate) format: Format,
    /// `None` for UTF-8.
    pub(crate) encoding: Option<&'static Encoding>,
    /// Set when bytes of the file were no character in its encoding.
    pub(crate) is_damaged: Arc<AtomicBool>,
    /// A table's head.
    pub(crate) table: Option<Table>,
    /// The open file, to read records again without opening it each time.
    pub(crate) handle: Option<File>,
}

/// Where an article can be read again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Nowhere: the article came from a pipe, a compressed file or a page.
    Gone,
    /// A range of bytes in a file.
    Bytes { offset: u64, len: u32 },
    /// A whole file.
    File,
}

/// An article's place in its file, for messages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Spot {
    /// The whole file.
    Whole,
    /// A line number, from 1: where the article begins.
    Line(u64),
    /// The article's number in the file, from 1.
    Number(u64),
}

/// An article that was read.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) source: Arc<Source>,
    pub(crate) spot: Spot,
    pub(crate) place: Place,
    /// The article's bytes in the chunk.
    pub(crate) bytes: Range<usize>,
    /// The article's bytes and the separator that belongs to it: the end of its line, or the gap
    /// before an array's element.
    pub(crate) whole: Range<usize>,
}

/// Bytes of a file that belong to no article: gaps, and records that can't be read.
#[derive(Debug)]
pub(crate) struct Aside {
    pub(crate) source: Arc<Source>,
    pub(crate) part: Part,
    /// The bytes' range in the chunk.
    pub(crate) bytes: Range<usize>,
}

impl Aside {
    /// Whether the bytes only frame records: the head of a table, the end of an array, blanks and
    /// commas between records. `bytes` is the chunk's.
    pub(crate) fn frames(&self, bytes: &[u8]) -> bool {
        let has_commas = matches!(self.source.format, Format::Json | Format::JsonArray);
        let is_blank = |byte: &u8| {
            byte.is_ascii_whitespace()
                || BYTE_ORDER_MARK.contains(byte)
                || (has_commas && *byte == b',')
        };
        match self.part {
            Part::Head | Part::End => true,
            Part::Middle => bytes[self.bytes.clone()].iter().all(is_blank),
            Part::File => false,
        }
    }
}

/// A part of a file outside articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The names of the columns, or the byte order mark of a decoded file: written once for several
    /// files.
    Head,
    Middle,
    /// After the last element of JSON, where an array is closed.
    End,
    /// The whole file, which is not in the chunk.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(dead_code, reason = "only Parquet files are set aside whole")
    )]
    File,
}

/// A part of the input.
#[derive(Debug)]
pub(crate) enum Item {
    Article(Entry),
    Problem(Problem),
    Aside(Aside),
}

impl Entry {
    /// File and line: for messages, and as the key of an article without one.
    pub(crate) fn at(&self) -> String {
        self.source.at(self.spot)
    }
}

impl Source {
    pub(super) fn at(&self, spot: Spot) -> String {
        match spot {
            Spot::Whole => self.name.clone(),
            Spot::Line(line) => format!("{}:{line}", self.name),
            Spot::Number(number) => format!("{}#{number}", self.name),
        }
    }
}

/// Parts of the input, in order. If the whole is wanted, every byte of a file is in one article or
/// aside.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) bytes: Buffer,
    pub(crate) items: Vec<Item>,
}

/// Bytes whose memory is returned to the reading thread. Allocating new memory for each chunk would
/// cost as much as reading the file.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    home: Option<Sender<Vec<u8>>>,
}

impl Deref for Buffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // A single long line must not keep its memory.
        let is_usual = self.bytes.capacity() <= 2 * CHUNK;
        if let Some(home) = self.home.take().filter(|_| is_usual) {
            // At the end of the input the reading thread is gone.
            let _ = home.send(std::mem::take(&mut self.bytes));
        }
    }
}

/// Memory of chunks, for reuse.
pub(super) struct Buffers {
    spent: Receiver<Vec<u8>>,
    home: Sender<Vec<u8>>,
}

impl Buffers {
    pub(super) fn new() -> Self {
        let (home, spent) = channel();
        Self { spent, home }
    }

    pub(super) fn next(&self) -> Buffer {
        let mut bytes = self.spent.try_recv().unwrap_or_default();
        bytes.clear();
        let home = Some(self.home.clone());
        Buffer { bytes, home }
    }
}
