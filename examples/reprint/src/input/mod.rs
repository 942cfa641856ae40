//! Reading: from paths to the bytes of articles.
//!
//! In: paths. Out: [`Chunk`]s of a few megabytes, in the order of the paths. A thread reads and
//! decompresses while earlier chunks are worked on. At most [`AHEAD`] chunks wait.

pub(crate) mod encoding;
mod folder;
mod format;
mod json;
mod jsonl;
mod opened;
mod parts;
mod plain;
mod survey;
mod table;

#[cfg(feature = "parquet")]
mod parquet;

#[cfg(feature = "parquet")]
pub(crate) use parquet::open as open_parquet;

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use encoding_rs::Encoding;
use memchr::memchr;

pub(crate) use folder::Excluded;
pub(crate) use format::Format;
pub(crate) use parts::{Aside, Chunk, Entry, Item, Part, Place, Source, Spot};
pub(crate) use survey::{Surveyed, survey};
pub(crate) use table::Table;

use encoding::Decoded;
use opened::Opened;
use parts::Buffers;

use crate::fields::Fields;
use crate::problems::{Kind, Problem};
use crate::progress::Counted;

/// Bytes that complete a chunk. Chosen by hand.
const CHUNK: usize = 2 << 20;

/// Articles that complete a chunk. Chosen by hand.
const ARTICLES: usize = 4096;

/// Chunks that may wait for work. Chosen by hand: bounds the memory.
const AHEAD: usize = 2;

/// The longest article or line that is ever accepted, in bytes. Bounds the memory.
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
    /// The encoding of all text, if given.
    pub(crate) encoding: Option<&'static Encoding>,
    /// The longest article or line that is accepted, in bytes; at most [`LONGEST`].
    pub(crate) longest: u64,
    /// Whether bytes outside articles are wanted too.
    pub(crate) is_whole: bool,
    /// Copies of paths that can be read only once.
    pub(crate) copies: Copies,
    /// The files that are read, as numbers in the order of [`files`]; `None` for all.
    pub(crate) only: Option<Range<usize>>,
}

/// Paths that can be read only once (`-`, pipes), each with a file that holds a copy.
pub(crate) type Copies = Vec<(PathBuf, PathBuf)>;

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
                items: Vec::new(),
            },
            buffers,
            reading,
            open: 0,
            met: 0,
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
    /// The number of files met so far.
    met: usize,
}

/// The files that paths lead to, in the order of reading. A path that is no folder counts as a file.
#[cfg(feature = "parquet")]
pub(crate) fn files(paths: &[PathBuf], excluded: &Excluded) -> Vec<PathBuf> {
    let of_path = |path: &PathBuf| {
        if path.is_dir() {
            let (files, _) = folder::files(path, excluded);
            files.iter().map(|file| path.join(file)).collect()
        } else {
            vec![path.clone()]
        }
    };
    paths.iter().flat_map(of_path).collect()
}

impl Feed {
    fn paths(&mut self, paths: &[PathBuf]) -> Result<(), Unwanted> {
        for path in paths {
            let is_stdin = path.as_os_str() == "-";
            let name = if is_stdin {
                "stdin".into()
            } else {
                folder::shown(path)
            };
            let copies = &self.reading.copies;
            let copy = copies.iter().find(|(of, _)| of == path);
            let copy = copy.map(|(_, copy)| copy.clone());
            if let Some(copy) = copy {
                self.file(&copy, &name, &|| open(&copy), false)?;
            } else if is_stdin {
                self.file(path, &name, &|| Ok(Box::new(io::stdin())), false)?;
            } else if path.is_dir() {
                // With several folders, a relative path may occur in more than one.
                let prefix = (paths.len() > 1).then_some(path.as_path());
                self.folder(path, prefix)?;
            } else {
                self.file(path, &name, &|| open(path), false)?;
            }
        }
        self.hand_on()
    }

    fn folder(&mut self, folder: &Path, prefix: Option<&Path>) -> Result<(), Unwanted> {
        let (files, problems) = folder::files(folder, &self.reading.excluded);
        // Of several shares of the files, the first has these problems.
        let only = self.reading.only.as_ref();
        if only.is_none_or(|only| only.contains(&0)) {
            for problem in problems {
                self.problem(problem)?;
            }
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
        let number = self.met;
        self.met += 1;
        let only = self.reading.only.as_ref();
        if only.is_some_and(|only| !only.contains(&number)) {
            return Ok(());
        }
        let opened = match open() {
            Ok(opened) => opened,
            // A file named by the user must exist. A file found in a folder may be missing.
            Err(error) if !in_folder => {
                let message = format!("can't be opened: {error}");
                return self.problem(Problem::new(Kind::Missing, name, message));
            }
            Err(error) => return self.problem(unreadable(name, &error)),
        };
        let Opened {
            mut reader,
            is_compressed,
            head,
        } = opened::open(opened);
        let Reading {
            format: said,
            fields,
            encoding,
            ..
        } = &self.reading;
        let said = *said;
        let encoding = encoding::of_file(&head, *encoding);
        let text = encoding.map(|encoding| encoding::decoded(&head, encoding));
        let seen = text.as_deref().map_or(&*head, str::as_bytes);
        let format = said.unwrap_or_else(|| Format::of(name, seen, in_folder, fields));
        // A named pipe can't be read twice. The path `-` is stdin, even if a file has that name.
        let is_file = path.as_os_str() != "-" && path.is_file();
        let is_decoded = encoding.is_some() && !format.is_whole() && format != Format::Parquet;
        let again = !is_compressed && !is_decoded && is_file;
        let keep_open = again && !format.is_whole() && self.open < KEPT_OPEN;
        let handle = keep_open.then(|| File::open(path).ok()).flatten();
        self.open += usize::from(handle.is_some());
        let source = Source {
            path: path.to_owned(),
            name: name.to_owned(),
            format,
            encoding,
            is_damaged: Arc::default(),
            table: None,
            handle,
        };
        let line_end = line_end(seen);
        match encoding.filter(|_| is_decoded) {
            Some(encoding) => {
                let is_damaged = Arc::clone(&source.is_damaged);
                let mut reader = Decoded::new(&mut *reader, encoding, is_damaged);
                self.articles(source, &mut reader, again, line_end)
            }
            None => self.articles(source, &mut *reader, again, line_end),
        }
    }

    /// Reads a file's articles, by its format.
    fn articles(
        &mut self,
        source: Source,
        reader: &mut dyn BufRead,
        again: bool,
        line_end: u8,
    ) -> Result<(), Unwanted> {
        match source.format {
            Format::JsonLines if self.reading.format.is_some() => {
                jsonl::read(self, &Arc::new(source), reader, again, line_end)
            }
            Format::JsonLines | Format::Json | Format::JsonArray => {
                json::read(self, source, reader, again, line_end)
            }
            Format::Csv | Format::Tsv => table::read(self, source, reader, again),
            #[cfg(feature = "parquet")]
            Format::Parquet => parquet::read(self, source, reader, again),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => self.not_built(source, reader),
            Format::Html if cfg!(not(feature = "html")) => self.not_built(source, reader),
            Format::Html | Format::Text => plain::read(self, &Arc::new(source), reader, again),
        }
    }

    /// Sets the byte order mark of a decoded file aside: it is part of the file, not of the first
    /// record, since the others can't be read without it.
    fn mark(&mut self, source: &Arc<Source>, reader: &mut dyn BufRead) -> Result<(), Unwanted> {
        let first = filled(reader);
        let is_marked = first.is_ok_and(|first| first.starts_with(BYTE_ORDER_MARK));
        if source.encoding.is_none() || !is_marked {
            return Ok(());
        }
        let start = self.chunk.bytes.len();
        self.chunk.bytes.extend_from_slice(BYTE_ORDER_MARK);
        reader.consume(BYTE_ORDER_MARK.len());
        self.aside(source, Part::Head, start)
    }

    /// Skips a file of a format that this program was built without.
    fn not_built(&mut self, source: Source, reader: &mut dyn BufRead) -> Result<(), Unwanted> {
        let message = source.format.missing().unwrap_or_default();
        self.problem(Problem::new(Kind::NotBuilt, &source.name, message))?;
        self.pass_on(&Arc::new(source), reader, None).map(drop)
    }

    /// Adds an article to the chunk. Its bytes must be in the chunk by now.
    fn article(&mut self, entry: Entry) -> Result<(), Unwanted> {
        self.push(Item::Article(entry))
    }

    fn problem(&mut self, problem: Problem) -> Result<(), Unwanted> {
        self.push(Item::Problem(problem))
    }

    /// Sets the chunk's last bytes aside, from `start` on. Removes them if the whole is not wanted.
    fn aside(&mut self, source: &Arc<Source>, part: Part, start: usize) -> Result<(), Unwanted> {
        if !self.reading.is_whole {
            self.chunk.bytes.truncate(start);
            return Ok(());
        }
        let bytes = start..self.chunk.bytes.len();
        // Mostly blank lines, which share an item.
        if let Some(Item::Aside(last)) = self.chunk.items.last_mut()
            && Arc::ptr_eq(&last.source, source)
            && last.part == part
            && last.bytes.end == bytes.start
        {
            last.bytes.end = bytes.end;
            return self.hand_on_if_full();
        }
        self.push(Item::Aside(Aside {
            source: Arc::clone(source),
            part,
            bytes,
        }))
    }

    /// Skips the rest of a line that ends with the byte `end`, or the rest of the file. Returns the
    /// length in bytes.
    fn pass_on(
        &mut self,
        source: &Arc<Source>,
        reader: &mut dyn BufRead,
        end: Option<u8>,
    ) -> Result<u64, Unwanted> {
        let mut passed = 0;
        if end.is_none() && !self.reading.is_whole {
            return Ok(passed);
        }
        loop {
            let start = self.chunk.bytes.len();
            let buffer = match filled(reader) {
                Ok(buffer) => buffer,
                Err(error) => {
                    self.problem(unreadable(&source.name, &error))?;
                    return Ok(passed);
                }
            };
            if buffer.is_empty() {
                return Ok(passed);
            }
            let found = end.and_then(|end| memchr(end, buffer));
            let len = found.map_or(buffer.len(), |at| at + 1);
            if self.reading.is_whole {
                self.chunk.bytes.extend_from_slice(&buffer[..len]);
            }
            reader.consume(len);
            passed += len as u64;
            self.aside(source, Part::Middle, start)?;
            if found.is_some() {
                return Ok(passed);
            }
        }
    }

    fn push(&mut self, item: Item) -> Result<(), Unwanted> {
        self.chunk.items.push(item);
        self.hand_on_if_full()
    }

    fn hand_on_if_full(&mut self) -> Result<(), Unwanted> {
        if self.chunk.bytes.len() >= CHUNK || self.chunk.items.len() >= ARTICLES {
            self.hand_on()?;
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), Unwanted> {
        let next = Chunk {
            bytes: self.buffers.next(),
            items: Vec::with_capacity(self.chunk.items.len()),
        };
        let chunk = std::mem::replace(&mut self.chunk, next);
        self.sender.send(chunk).map_err(|_| Unwanted)
    }
}

/// A reader of a file's content, decompressed.
pub(crate) fn reader(path: &Path) -> io::Result<Box<dyn BufRead>> {
    Ok(opened::open(Box::new(File::open(path)?)).reader)
}

/// The end of lines in a text that begins with these bytes: a line feed, or a carriage return if
/// there are no line feeds, as old spreadsheets write.
fn line_end(head: &[u8]) -> u8 {
    let is_alone = !head.contains(&b'\n') && head.trim_ascii_end().contains(&b'\r');
    if is_alone { b'\r' } else { b'\n' }
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
    Problem::new(Kind::Unreadable, at, format!("can't be read: {error}")).lost()
}

fn holds_none(source: &Source) -> Problem {
    Problem::new(Kind::Empty, &source.name, "holds no article")
}

fn not_text(source: &Source) -> Problem {
    let message = "not a text file (it has NUL bytes; --encoding utf-16le says so if it is one)";
    Problem::new(Kind::Binary, &source.name, message)
}

fn too_long(at: String, longest: u64) -> Problem {
    let most = longest >> 20;
    let why = if longest < LONGEST {
        "for which --memory has no room"
    } else {
        "which no article is"
    };
    let message = format!("longer than {most} MB, {why}; passed over");
    Problem::new(Kind::TooLong, at, message)
}

/// The bytes of articles and of what was set aside, joined, and the number of articles. Unreadable
/// bytes are missing.
#[cfg(any(test, fuzzing))]
pub(crate) fn put_together(path: &Path, format: Option<Format>) -> (Vec<u8>, usize) {
    let names = |name: &str| vec![name.to_owned()];
    let fields = ["text", "id", "title", "date", "source", "lang"].map(names);
    let reading = Reading {
        format,
        fields: Arc::new(Fields::new(fields)),
        excluded: Excluded::new(&[]).expect("no pattern is wrong"),
        encoding: None,
        longest: LONGEST,
        is_whole: true,
        copies: Copies::new(),
        only: None,
    };
    let (mut all, mut articles) = (Vec::new(), 0);
    for chunk in read(vec![path.to_owned()], reading) {
        for item in &chunk.items {
            match item {
                Item::Article(entry) => {
                    articles += 1;
                    all.extend_from_slice(&chunk.bytes[entry.whole.clone()]);
                }
                Item::Aside(aside) => all.extend_from_slice(&chunk.bytes[aside.bytes.clone()]),
                Item::Problem(_) => {}
            }
        }
    }
    (all, articles)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes with a meaning to a reader, and a few without.
    fn any_piece() -> impl Strategy<Value = &'static [u8]> {
        let pieces: [&[u8]; 22] = [
            b"{",
            b"}",
            b"[",
            b"]",
            b",",
            b":",
            b"\"",
            b"\\",
            b"\n",
            b"\r\n",
            b"\r",
            b" ",
            b";",
            b"|",
            b"\t",
            b"\xef\xbb\xbf",
            b"\xff",
            b"null",
            b"id,text\n",
            b"a,b\n",
            b"{\"text\":\"a b\"}",
            b"{\"text\":\"c\"}\n",
        ];
        proptest::sample::select(pieces.to_vec())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Every byte of a file is in one article or set aside, in the order of the file.
        #[test]
        fn no_byte_is_lost(pieces in proptest::collection::vec(any_piece(), 0..24), name in 0..4_usize) {
            let bytes = pieces.concat();
            let name = ["in.jsonl", "in.json", "in.csv", "in.txt"][name];
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join(name);
            std::fs::write(&path, &bytes).expect("a file");
            prop_assert_eq!(put_together(&path, None).0, bytes);
        }
    }
}
