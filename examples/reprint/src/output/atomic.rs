//! Files and folders that are complete or absent.
//!
//! In: a path, and the content to put there. Out: at that path, the complete content or the former
//! state. Content is written beside the path under another name (`.reprint-*.part`), synced to disk
//! and renamed when complete. Several files are renamed together, when the last one is complete.
//!
//! An error, Ctrl-C or a termination signal removes the unfinished part. Only SIGKILL or a loss of
//! power leaves it behind. The next run that writes to the folder removes such a part. A lock marks
//! parts that are still being written.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use crate::failure::Failure;

/// Exit code of an interrupted run, as shells give it for Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Paths of everything being written now.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Held while files are moved to their paths, so that a signal can't come in between.
static PLACING: Mutex<()> = Mutex::new(());

/// An unfinished file.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    file: File,
    /// `None` if the path is a device or a pipe, which can't be replaced by a rename.
    beside: Option<Beside>,
}

impl AtomicFile {
    /// Starts a file. Until [`put_in_place`], the path keeps its former state.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        // A link stays, and leads to the new file.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let before = fs::metadata(&path).ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            let file = OpenOptions::new().write(true).open(&path)?;
            return Ok(Self { file, beside: None });
        }
        let (beside, file) = Beside::new(path, |path| File::create_new(path))?;
        lock(&file);
        if let Some(before) = before {
            file.set_permissions(before.permissions())?;
        }
        let beside = Some(beside);
        Ok(Self { file, beside })
    }

    /// Syncs the complete file to disk.
    pub(crate) fn seal(self) -> io::Result<Sealed> {
        if self.beside.is_some() {
            self.file.sync_all()?;
        }
        // Some platforms can't rename open files, so the file is closed here.
        Ok(Sealed(self.beside))
    }
}

/// A complete file or folder that is not at its path yet.
#[derive(Debug)]
pub(crate) struct Sealed(Option<Beside>);

/// Moves files and folders to their paths. If a move fails, the error tells which paths are new and
/// which have their former state.
pub(crate) fn put_in_place(sealed: Vec<Sealed>) -> Result<(), Failure> {
    let _held = PLACING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut waiting = sealed.into_iter().filter_map(|Sealed(beside)| beside);
    let mut new = Vec::new();
    while let Some(beside) = waiting.next() {
        let name = beside.target.display().to_string();
        if let Err(error) = beside.commit() {
            let mut message = format!("{name} can't be written: {error}");
            if !new.is_empty() {
                let old: Vec<String> = waiting
                    .map(|old| old.target.display().to_string())
                    .collect();
                let old = [vec![name], old].concat();
                message = format!(
                    "{message}; new: {}; as before this run: {}",
                    new.join(", "),
                    old.join(", ")
                );
            }
            return Err(Failure::Failed(message));
        }
        new.push(name);
    }
    Ok(())
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
    /// Open for its lock, where folders can be opened.
    _lock: Option<File>,
}

impl AtomicFolder {
    /// Starts a folder at a path with nothing or an empty folder.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let (beside, ()) = Beside::new(path.to_owned(), |path| fs::create_dir(path))?;
        let folder = File::open(&beside.made).ok();
        folder.iter().for_each(lock);
        Ok(Self {
            beside,
            _lock: folder,
        })
    }

    /// The folder to write files in.
    pub(crate) fn unfinished(&self) -> &Path {
        &self.beside.made
    }

    /// Marks the folder as complete. Its files must be synced by now.
    pub(crate) fn seal(self) -> Sealed {
        Sealed(Some(self.beside))
    }
}

/// A temporary file, removed after the run.
#[derive(Debug)]
pub(crate) struct Scratch {
    beside: Beside,
    _lock: File,
}

impl Scratch {
    /// Copies all bytes of a reader.
    pub(crate) fn of(bytes: &mut dyn io::Read) -> io::Result<Self> {
        let beside = std::env::temp_dir().join("reprint");
        let (beside, mut file) = Beside::new(beside, |path| File::create_new(path))?;
        lock(&file);
        io::copy(bytes, &mut file)?;
        Ok(Self {
            beside,
            _lock: file,
        })
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
        remove_left_behind(folder_of(&target), &taken);
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
        if self.made.is_dir() {
            // Some platforms can't rename over an empty folder.
            let _ = fs::remove_dir(&self.target);
        }
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

/// Marks a part as being written. Where files can't be locked, other runs leave the part alone
/// while this process exists.
fn lock(file: &File) {
    let _ = file.try_lock();
}

/// Removes parts that dead runs have left in a folder.
fn remove_left_behind(folder: &Path, ours: &BTreeSet<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(process_of);
        let path = folder.join(&name);
        let Some(process) = process.filter(|_| !ours.contains(&path)) else {
            continue;
        };
        // A process on another machine or in another container is invisible, but its lock is not.
        let is_locked = || File::open(&path).is_ok_and(|file| file.try_lock().is_err());
        if is_dead(process) && !is_locked() {
            remove(&path);
        }
    }
}

/// The process that writes the part with this name.
fn process_of(name: &str) -> Option<u32> {
    let numbers = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let (process, _) = numbers.split_once('-')?;
    process.parse().ok()
}

/// Whether the process is known to have ended.
fn is_dead(process: u32) -> bool {
    let processes = Path::new("/proc");
    processes.join("self").exists() && !processes.join(process.to_string()).exists()
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Syncs the folder of a path, so that the rename reaches the disk too. Does nothing where folders
/// can't be synced.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder_of(path))?.sync_all()?;
    }
    Ok(())
}

/// Ends the process early, and removes everything being written. Files that are being moved to their
/// paths are moved before.
pub(crate) fn end(code: i32) -> ! {
    let _held = PLACING.lock();
    for path in &*unfinished() {
        remove(path);
    }
    std::process::exit(code);
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
            end(INTERRUPTED);
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
        put_in_place(vec![file.seal().expect("synced")]).expect("renamed");
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
        put_in_place(vec![made.seal()]).expect("renamed");
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
            put_in_place(vec![file.seal().expect("nothing to do")]).expect("nothing to do");
            let null = fs::metadata("/dev/null").expect("still there");
            assert!(!null.is_file());
        }
    }

    #[test]
    fn what_was_left_behind_goes() {
        let folder = folder("left-behind");
        // No process has the highest number.
        let dead = format!("{PREFIX}{}-0{SUFFIX}", u32::MAX);
        let alive = format!("{PREFIX}{}-999{SUFFIX}", std::process::id());
        let other = format!("{PREFIX}x-0{SUFFIX}");
        for name in [&dead, &alive, &other] {
            fs::write(folder.join(name), "part").expect("a file");
        }
        fs::create_dir(folder.join(format!("{PREFIX}{}-1{SUFFIX}", u32::MAX))).expect("a folder");
        let locked = folder.join(format!("{PREFIX}{}-2{SUFFIX}", u32::MAX));
        let held = File::create(&locked).expect("a file");
        held.try_lock().expect("locked");
        let file = AtomicFile::create(&folder.join("out.txt")).expect("a file beside");
        put_in_place(vec![file.seal().expect("synced")]).expect("renamed");
        let mut left = if Path::new("/proc/self").exists() {
            vec![alive, other, "out.txt".to_owned()]
        } else {
            return;
        };
        left.push(format!("{PREFIX}{}-2{SUFFIX}", u32::MAX));
        left.sort();
        assert_eq!(names(&folder), left);
        drop(held);
        fs::remove_dir_all(folder).expect("removed");
    }
}
