//! Reading: from paths to the bytes of articles.
//!
//! In: paths. Out: [`Chunk`]s of a few megabytes, in the order of the paths. A thread reads and
//! decompresses while earlier chunks are worked on. At most [`AHEAD`] chunks wait.

mod compressed;
mod folder;
mod format;
mod json;
mod jsonl;
mod plain;
mod survey;
mod table;

#[cfg(feature = "parquet")]
mod parquet;

#[cfg(feature = "parquet")]
pub(crate) use parquet::open as open_parquet;

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::ops::{Deref, DerefMut, Range};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

pub(crate) use folder::Excluded;
pub(crate) use format::Format;
pub(crate) use survey::{Surveyed, survey};
pub(crate) use table::Table;

use crate::fields::Fields;
use crate::problems::{Kind, Problem};
use crate::progress::Counted;

/// Bytes that complete a chunk. Chosen by hand.
const CHUNK: usize = 2 << 20;

/// Articles that complete a chunk. Chosen by hand.
const ARTICLES: usize = 4096;

/// Chunks that may wait for work. Chosen by hand: bounds the memory.
const AHEAD: usize = 2;

/// The longest article or line that is accepted, in bytes. Bounds the memory.
pub(crate) const LONGEST: u64 = 1 << 30;

/// Files of records kept open to be read again; others are opened each time. Chosen by hand: far
/// below usual limits of open files.
const KEPT_OPEN: usize = 64;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How files are read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// The format, if given.
    pub(crate) format: Option<Format>,
    pub(crate) fields: Arc<Fields>,
    pub(crate) excluded: Excluded,
    /// A file with a copy of stdin, if there is one.
    pub(crate) stdin: Option<PathBuf>,
}

/// A file that articles come from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The file's name in messages and keys.
    pub(crate) name: String,
    pub(crate) format: Format,
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
}

impl Entry {
    /// File and line: for messages, and as the key of an article without one.
    pub(crate) fn at(&self) -> String {
        self.source.at(self.spot)
    }
}

impl Source {
    fn at(&self, spot: Spot) -> String {
        match spot {
            Spot::Whole => self.name.clone(),
            Spot::Line(line) => format!("{}:{line}", self.name),
            Spot::Number(number) => format!("{}#{number}", self.name),
        }
    }
}

/// Articles and problems, in input order.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) bytes: Buffer,
    pub(crate) entries: Vec<Result<Entry, Problem>>,
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
struct Buffers {
    spent: Receiver<Vec<u8>>,
    home: Sender<Vec<u8>>,
}

impl Buffers {
    fn new() -> Self {
        let (home, spent) = channel();
        Self { spent, home }
    }

    fn next(&self) -> Buffer {
        let mut bytes = self.spent.try_recv().unwrap_or_default();
        bytes.clear();
        let home = Some(self.home.clone());
        Buffer { bytes, home }
    }
}

/// Starts to read, on another thread.
///
/// Nobody waits for the thread. If its chunks are no longer wanted, it ends with the next chunk. A
/// read from a pipe without data must not hold up the end of the process.
pub(crate) fn read(paths: Vec<PathBuf>, reading: Reading) -> Receiver<Chunk> {
    let (sender, receiver) = sync_channel(AHEAD);
    thread::spawn(move || {
        let buffers = Buffers::new();
        let mut feed = Feed {
            sender,
            chunk: Chunk {
                bytes: buffers.next(),
                entries: Vec::new(),
            },
            buffers,
            reading,
            open: 0,
        };
        // An error means that the receiver is gone, so nobody needs it.
        let _ = feed.paths(&paths);
    });
    receiver
}

/// The receiver is gone.
struct Unwanted;

struct Feed {
    sender: SyncSender<Chunk>,
    chunk: Chunk,
    buffers: Buffers,
    reading: Reading,
    /// The number of files kept open so far.
    open: usize,
}

impl Feed {
    fn paths(&mut self, paths: &[PathBuf]) -> Result<(), Unwanted> {
        for path in paths {
            if path.as_os_str() == "-" {
                match self.reading.stdin.clone() {
                    Some(copy) => self.file(&copy, "stdin", &|| open(&copy), false)?,
                    None => self.file(path, "stdin", &|| Ok(Box::new(io::stdin())), false)?,
                }
            } else if path.is_dir() {
                // With several folders, a relative path may occur in more than one.
                let prefix = (paths.len() > 1).then_some(path.as_path());
                self.folder(path, prefix)?;
            } else {
                let name = path.to_string_lossy();
                self.file(path, &name, &|| open(path), false)?;
            }
        }
        self.hand_on()
    }

    fn folder(&mut self, folder: &Path, prefix: Option<&Path>) -> Result<(), Unwanted> {
        let (files, problems) = folder::files(folder, &self.reading.excluded);
        for problem in problems {
            self.push(Err(problem))?;
        }
        for file in files {
            let path = folder.join(&file);
            let name = prefix.map_or_else(|| folder::key(&file), |at| folder::key(&at.join(&file)));
            self.file(&path, &name, &|| open(&path), true)?;
        }
        Ok(())
    }

    fn file(
        &mut self,
        path: &Path,
        name: &str,
        open: &dyn Fn() -> io::Result<Box<dyn Read>>,
        in_folder: bool,
    ) -> Result<(), Unwanted> {
        let opened = match open() {
            Ok(opened) => opened,
            // A file named by the user must exist. A file found in a folder may be missing.
            Err(error) if !in_folder => {
                let message = format!("can't be opened: {error}");
                return self.push(Err(Problem::new(Kind::Missing, name, message)));
            }
            Err(error) => return self.push(Err(unreadable(name, &error))),
        };
        let (mut reader, is_compressed) = match compressed::reader(opened) {
            Ok(opened) => opened,
            Err(error) => return self.push(Err(unreadable(name, &error))),
        };
        let first = match reader.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) => return self.push(Err(unreadable(name, &error))),
        };
        let format = self
            .reading
            .format
            .or_else(|| Format::by_name(name))
            .unwrap_or_else(|| Format::by_bytes(first, in_folder, &self.reading.fields));
        // A named pipe can't be read twice. The path `-` is stdin, even if a file has that name.
        let is_file = path.as_os_str() != "-" && path.is_file();
        let again = !is_compressed && is_file;
        let keep_open = again && !format.is_whole() && self.open < KEPT_OPEN;
        let handle = keep_open.then(|| File::open(path).ok()).flatten();
        self.open += usize::from(handle.is_some());
        let source = Source {
            path: path.to_owned(),
            name: name.to_owned(),
            format,
            table: None,
            handle,
        };
        let reader = &mut *reader;
        match format {
            Format::JsonLines => jsonl::read(self, &Arc::new(source), reader, again),
            Format::Json | Format::JsonArray => json::read(self, source, reader, again),
            Format::Csv | Format::Tsv => table::read(self, source, reader, again),
            #[cfg(feature = "parquet")]
            Format::Parquet => parquet::read(self, source, reader, again),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => self.push(Err(not_built(&source))),
            Format::Html if cfg!(not(feature = "html")) => self.push(Err(not_built(&source))),
            Format::Html | Format::Text => plain::read(self, &Arc::new(source), reader, again),
        }
    }

    /// Adds an article or a problem to the chunk. An article's bytes must be in the chunk by now.
    fn push(&mut self, entry: Result<Entry, Problem>) -> Result<(), Unwanted> {
        self.chunk.entries.push(entry);
        if self.chunk.bytes.len() >= CHUNK || self.chunk.entries.len() >= ARTICLES {
            self.hand_on()?;
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), Unwanted> {
        let next = Chunk {
            bytes: self.buffers.next(),
            entries: Vec::with_capacity(self.chunk.entries.len()),
        };
        let chunk = std::mem::replace(&mut self.chunk, next);
        self.sender.send(chunk).map_err(|_| Unwanted)
    }
}

/// A reader of a file's content, decompressed.
pub(crate) fn reader(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let (reader, _) = compressed::reader(Box::new(File::open(path)?))?;
    Ok(reader)
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    Ok(Box::new(Counted(File::open(path)?)))
}

/// The bytes available; empty at the end.
fn filled(reader: &mut dyn BufRead) -> io::Result<&[u8]> {
    loop {
        // `fill_buf` is called twice, since a returned borrow can't come from one branch only.
        match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            // Asking again at the end would read on: a terminal would need a second end of input.
            Ok([]) => return Ok(&[]),
            Ok(_) => return reader.fill_buf(),
        }
    }
}

fn unreadable(at: &str, error: &io::Error) -> Problem {
    Problem::new(Kind::Unreadable, at, format!("can't be read: {error}"))
}

fn holds_none(source: &Source) -> Problem {
    Problem::new(Kind::Empty, &source.name, "holds no article")
}

fn not_text(source: &Source) -> Problem {
    let message = "not a text file (it has NUL bytes; UTF-16 must be converted first); skipped";
    Problem::new(Kind::Binary, &source.name, message)
}

fn too_long(at: String) -> Problem {
    let most = LONGEST >> 20;
    let message = format!("longer than {most} MB, which no article is; skipped");
    Problem::new(Kind::TooLong, at, message)
}

/// The problem of a format that this program was built without.
fn not_built(source: &Source) -> Problem {
    let message = source.format.missing().unwrap_or_default();
    Problem::new(Kind::NotBuilt, &source.name, message)
}
