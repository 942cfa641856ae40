//! The one way to the disk.
//!
//! In: names of files in one directory. Out: their bytes, written in order or read at a place. All
//! input and output of this room goes through [`Storage`], so that a simulated disk can take the
//! place of [`Disk`].

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// A directory of files.
pub(super) trait Storage: Send + Sync + fmt::Debug {
    /// The names of all files.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Creates a file, or empties it.
    fn create(&self, name: &str) -> io::Result<Box<dyn Written>>;
    fn open(&self, name: &str) -> io::Result<Box<dyn Stored>>;
    /// Renames a file; a file of the new name is replaced.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes durable which files there are, and under which names.
    fn sync_names(&self) -> io::Result<()>;
    /// Takes the lock for one writer, until what is returned is dropped; `None` if another has it.
    fn lock(&self) -> io::Result<Option<Box<dyn Send + Sync>>>;
    /// A file as messages name it.
    fn path(&self, name: &str) -> String;
}

/// A file that is written once, from start to end.
pub(super) trait Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes durable what was written.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file that no longer changes.
pub(super) trait Stored: Send + Sync {
    /// Its length in bytes.
    fn size(&self) -> io::Result<u64>;
    /// Fills `to` with the bytes from `at` on.
    fn read_at(&self, at: u64, to: &mut [u8]) -> io::Result<()>;
}

/// A directory of the file system.
#[derive(Debug)]
pub(super) struct Disk {
    folder: PathBuf,
}

/// The file that the writer locks. Its content is empty.
const LOCK: &str = "lock";

impl Disk {
    pub(super) fn new(folder: &Path) -> Self {
        let folder = folder.to_owned();
        Self { folder }
    }
}

impl Storage for Disk {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            // A name that is no text is none of ours.
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Written>> {
        let file = File::create(self.folder.join(name))?;
        Ok(Box::new(DiskFile(BufWriter::with_capacity(1 << 16, file))))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Stored>> {
        Ok(Box::new(File::open(self.folder.join(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.folder.join(from), self.folder.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.folder.join(name))
    }

    /// Windows has no such call, and keeps names in a journal.
    fn sync_names(&self) -> io::Result<()> {
        if cfg!(unix) {
            File::open(&self.folder)?.sync_all()?;
        }
        Ok(())
    }

    fn lock(&self) -> io::Result<Option<Box<dyn Send + Sync>>> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}

/// Makes a folder and those above it, so that a crash keeps them: the name of a folder is durable once
/// the folder above is synced.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = match folder.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        _ => Path::new("."),
    };
    make_folder(above)?;
    match fs::create_dir(folder) {
        // Another process made it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
        made => made?,
    }
    Disk::new(above).sync_names()
}

struct DiskFile(BufWriter<File>);

impl Written for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.flush()?;
        self.0.get_ref().sync_all()
    }
}

impl Stored for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    #[cfg(unix)]
    fn read_at(&self, at: u64, to: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, to, at)
    }

    #[cfg(windows)]
    fn read_at(&self, mut at: u64, mut to: &mut [u8]) -> io::Result<()> {
        while !to.is_empty() {
            let read = std::os::windows::fs::FileExt::seek_read(self, to, at)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            at += read as u64;
            to = &mut to[read..];
        }
        Ok(())
    }
}
