//! Files and folders that are complete or absent.
//!
//! In: a path, and the content to put there. Out: at that path, the complete content or the former
//! state. Content is written beside the path under another name (`.reprint-*.part`), synced to disk
//! and renamed when complete. An error, Ctrl-C or a termination signal removes the unfinished part.
//! Only SIGKILL or a loss of power leaves it behind.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// Exit code of an interrupted run, as shells give it for Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Paths of everything being written now.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// An unfinished file.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    file: File,
    /// `None` if the path is a device or a pipe, which can't be replaced by a rename.
    beside: Option<Beside>,
}

impl AtomicFile {
    /// Starts a file. Until [`commit`](Self::commit), the path keeps its former state.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        // A link stays, and leads to the new file.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let before = fs::metadata(&path).ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            let file = OpenOptions::new().write(true).open(&path)?;
            return Ok(Self { file, beside: None });
        }
        let (beside, file) = Beside::new(path, |path| File::create_new(path))?;
        if let Some(before) = before {
            file.set_permissions(before.permissions())?;
        }
        let beside = Some(beside);
        Ok(Self { file, beside })
    }

    /// Moves the complete file to its path.
    pub(crate) fn commit(self) -> io::Result<()> {
        match self.beside {
            Some(beside) => {
                self.file.sync_all()?;
                // Some platforms can't rename open files.
                drop(self.file);
                beside.commit()
            }
            None => Ok(()),
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// An unfinished folder.
#[derive(Debug)]
pub(crate) struct AtomicFolder {
    beside: Beside,
}

impl AtomicFolder {
    /// Starts a folder at a path with nothing or an empty folder.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let (beside, ()) = Beside::new(path.to_owned(), |path| fs::create_dir(path))?;
        Ok(Self { beside })
    }

    /// The folder to write files in.
    pub(crate) fn unfinished(&self) -> &Path {
        &self.beside.made
    }

    /// Moves the complete folder to its path. Its files must be synced by then.
    pub(crate) fn commit(self) -> io::Result<()> {
        // Some platforms can't rename over an empty folder.
        let _ = fs::remove_dir(&self.beside.target);
        self.beside.commit()
    }
}

/// A temporary file, removed after the run.
#[derive(Debug)]
pub(crate) struct Scratch {
    beside: Beside,
}

impl Scratch {
    /// Copies all bytes of a reader.
    pub(crate) fn of(bytes: &mut dyn io::Read) -> io::Result<Self> {
        let beside = std::env::temp_dir().join("reprint");
        let (beside, mut file) = Beside::new(beside, |path| File::create_new(path))?;
        let scratch = Self { beside };
        io::copy(bytes, &mut file)?;
        Ok(scratch)
    }

    /// The file's path.
    pub(crate) fn path(&self) -> &Path {
        &self.beside.made
    }
}

/// Content beside its path; removed when dropped.
#[derive(Debug)]
struct Beside {
    target: PathBuf,
    made: PathBuf,
}

impl Beside {
    fn new<T>(target: PathBuf, create: impl Fn(&Path) -> io::Result<T>) -> io::Result<(Self, T)> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        remove_unfinished_at_the_end();
        let mut taken = unfinished();
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("{PREFIX}{}-{number}{SUFFIX}", std::process::id());
            let made = target.with_file_name(name);
            match create(&made) {
                Ok(created) => {
                    taken.insert(made.clone());
                    return Ok((Self { target, made }, created));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn commit(self) -> io::Result<()> {
        fs::rename(&self.made, &self.target)?;
        sync_folder_of(&self.target)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        remove(&self.made);
        unfinished().remove(&self.made);
    }
}

const PREFIX: &str = ".reprint-";
const SUFFIX: &str = ".part";

/// Syncs the folder of a path, so that the rename reaches the disk too. Does nothing where folders
/// can't be synced.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Removes everything being written, before the process ends early.
pub(crate) fn remove_unfinished() {
    for path in &*unfinished() {
        remove(path);
    }
}

fn remove(path: &Path) {
    /// Attempts to remove a folder. A writing thread may add a file during removal.
    const TRIES: usize = 10;
    let is_gone = || match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(_) => fs::remove_dir_all(path).is_ok(),
        Ok(()) => true,
    };
    let _ = (0..TRIES).any(|_| is_gone());
}

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Signals are handled from the first file on, so that a run without files ends as usual.
fn remove_unfinished_at_the_end() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error means that signals are handled already.
        let _ = ctrlc::set_handler(|| {
            remove_unfinished();
            std::process::exit(INTERRUPTED);
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("reprint-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for this test");
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_when_it_is_whole() {
        let folder = folder("file");
        let path = folder.join("out.txt");
        fs::write(&path, "before").expect("a file");
        let mut file = AtomicFile::create(&path).expect("a file beside");
        file.write_all(b"after").expect("written");
        assert_eq!(fs::read(&path).expect("there"), b"before");
        assert_eq!(names(&folder).len(), 2);
        file.commit().expect("renamed");
        assert_eq!(fs::read(&path).expect("there"), b"after");
        drop(AtomicFile::create(&path).expect("a file beside"));
        assert_eq!(names(&folder), ["out.txt"]);
        assert_eq!(fs::read(&path).expect("there"), b"after");
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn a_folder_is_there_when_it_is_whole() {
        let folder = folder("folder");
        let path = folder.join("out");
        let made = AtomicFolder::create(&path).expect("a folder beside");
        fs::write(made.unfinished().join("a.txt"), "a").expect("a file");
        assert!(!path.exists());
        made.commit().expect("renamed");
        assert_eq!(fs::read(path.join("a.txt")).expect("there"), b"a");
        let unfinished = AtomicFolder::create(&folder.join("other")).expect("a folder beside");
        fs::write(unfinished.unfinished().join("b.txt"), "b").expect("a file");
        drop(unfinished);
        assert_eq!(names(&folder), ["out"]);
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn a_device_is_written_to_as_it_is() {
        if cfg!(unix) {
            let mut file = AtomicFile::create(Path::new("/dev/null")).expect("opened");
            file.write_all(b"gone").expect("written");
            file.commit().expect("nothing to do");
            let null = fs::metadata("/dev/null").expect("still there");
            assert!(!null.is_file());
        }
    }
}
