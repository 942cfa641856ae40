//! Reading: from paths to the bytes of single articles.
//!
//! In: paths. Out: [`Chunk`]s of a few megabytes, made on a thread of their own and in the order
//! of the paths, so that reading and decompressing go on while the chunk before is worked on. At
//! most [`AHEAD`] chunks wait.

mod compressed;
mod folder;
mod jsonl;
mod plain;

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::options::InputFormat;
use crate::problems::{Kind, Problem};

/// Bytes after which a chunk is handed on.
const CHUNK: usize = 4 << 20;

/// Articles after which a chunk is handed on.
const ARTICLES: usize = 4096;

/// Chunks that wait to be worked on.
const AHEAD: usize = 2;

/// The longest article or line that is taken: memory is bounded by it.
pub(crate) const LONGEST: u64 = 1 << 30;

/// Files of JSON Lines that are kept open to be read again; the rest is opened each time.
const KEPT_OPEN: usize = 64;

/// A file that articles come from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// How messages and keys name it.
    pub(crate) name: String,
    /// To read lines again without opening it each time.
    pub(crate) handle: Option<File>,
}

/// Where an article can be read again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Nowhere: it came over a pipe, or was compressed.
    Gone,
    /// A line of a file.
    Line { offset: u64, len: u32 },
    /// A whole file.
    File,
}

/// What the bytes of an article are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// The line of that number.
    Json { line: u64 },
    /// Plain text.
    Text,
}

/// An article that was read.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) source: Arc<Source>,
    pub(crate) form: Form,
    pub(crate) place: Place,
    /// Where in the chunk it is.
    pub(crate) bytes: Range<usize>,
}

impl Entry {
    /// File and line: for messages, and for a key where there is none.
    pub(crate) fn at(&self) -> String {
        match self.form {
            Form::Json { line } => format!("{}:{line}", self.source.name),
            Form::Text => self.source.name.clone(),
        }
    }
}

/// Articles and problems, in the order of the input.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    pub(crate) entries: Vec<Result<Entry, Problem>>,
}

/// Starts to read.
///
/// Nobody waits for the thread: if its chunks are no longer wanted it ends with the next one, and
/// a read from a pipe that never comes must not hold up the end of the process.
pub(crate) fn read(paths: Vec<PathBuf>, format: InputFormat) -> Receiver<Chunk> {
    let (sender, receiver) = sync_channel(AHEAD);
    thread::spawn(move || {
        let mut feed = Feed {
            sender,
            chunk: Chunk::default(),
            format,
            open: 0,
        };
        // An error says that the receiver is gone, and with it all interest.
        let _ = feed.paths(&paths);
    });
    receiver
}

/// The receiver is gone.
struct Unwanted;

struct Feed {
    sender: SyncSender<Chunk>,
    chunk: Chunk,
    format: InputFormat,
    /// Files kept open so far.
    open: usize,
}

impl Feed {
    fn paths(&mut self, paths: &[PathBuf]) -> Result<(), Unwanted> {
        for path in paths {
            if path.as_os_str() == "-" {
                self.file(path, "stdin", &|| Ok(Box::new(io::stdin())), false)?;
            } else if path.is_dir() {
                // With several folders, the same relative path may stand in more than one.
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
        let (files, problems) = folder::files(folder);
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
        let opened = open().and_then(compressed::reader);
        let (mut reader, is_compressed) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.push(Err(unreadable(name, &error))),
        };
        let first = match reader.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) => return self.push(Err(unreadable(name, &error))),
        };
        let is_json = match self.format {
            InputFormat::Jsonl => true,
            InputFormat::Text => false,
            // What is empty holds no article, whichever it was meant to be.
            InputFormat::Auto => is_json_by_name(name).unwrap_or_else(|| {
                !in_folder && (first.is_empty() || first.trim_ascii_start().starts_with(b"{"))
            }),
        };
        // A pipe that has a name can't be read twice either.
        let again = !is_compressed && path.metadata().is_ok_and(|metadata| metadata.is_file());
        let keep_open = again && is_json && self.open < KEPT_OPEN;
        let handle = keep_open.then(|| File::open(path).ok()).flatten();
        self.open += usize::from(handle.is_some());
        let source = Arc::new(Source {
            path: path.to_owned(),
            name: name.to_owned(),
            handle,
        });
        if is_json {
            jsonl::read(self, &source, &mut *reader, again)
        } else {
            plain::read(self, &source, &mut *reader, again)
        }
    }

    /// Adds to the chunk; its bytes must stand in it by now.
    fn push(&mut self, entry: Result<Entry, Problem>) -> Result<(), Unwanted> {
        self.chunk.entries.push(entry);
        if self.chunk.bytes.len() >= CHUNK || self.chunk.entries.len() >= ARTICLES {
            self.hand_on()?;
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), Unwanted> {
        let chunk = std::mem::take(&mut self.chunk);
        self.sender.send(chunk).map_err(|_| Unwanted)
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    Ok(Box::new(File::open(path)?))
}

fn unreadable(at: &str, error: &io::Error) -> Problem {
    Problem::new(Kind::Unreadable, at, format!("can't be read: {error}"))
}

fn too_long(at: String) -> Problem {
    let most = LONGEST >> 20;
    let message = format!("longer than {most} MB, which no article is; skipped");
    Problem::new(Kind::TooLong, at, message)
}

/// Whether the name says JSON Lines or text; none if it says neither.
fn is_json_by_name(name: &str) -> Option<bool> {
    let name = name.to_ascii_lowercase();
    let name = [".gz", ".zst"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "jsonl" | "ndjson" | "json" => Some(true),
        "txt" | "text" | "md" => Some(false),
        _ => None,
    }
}
