//! A simulated disk that loses what was not synced.
//!
//! In: the operations of an index. Out: the same answers as a disk gives; errors at a chosen
//! operation; and after a crash, a disk on which any of the unsynced writes and names are missing,
//! and the last write is torn.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex};

use crate::hash;
use crate::saved::storage::{Storage, Stored, Written};

type File = usize;

#[derive(Clone, Debug, Default)]
struct Content {
    bytes: Vec<u8>,
    /// What a crash leaves for certain.
    synced: Vec<u8>,
    /// Writes since: where they start and end.
    unsynced: Vec<(usize, usize)>,
}

/// When operations fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Fault {
    #[default]
    None,
    /// The operation with this number fails, once.
    Once(usize),
    /// The operation with this number and all later ones fail.
    From(usize),
}

#[derive(Debug, Default)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<String, File>,
    synced_names: BTreeMap<String, File>,
    /// Names given or taken since they were synced.
    unsynced_names: Vec<(String, Option<File>)>,
    is_locked: bool,
    operations: usize,
    fault: Fault,
}

impl State {
    fn operation(&mut self) -> io::Result<()> {
        let number = self.operations;
        self.operations += 1;
        let fails = match self.fault {
            Fault::None => false,
            Fault::Once(at) => number == at,
            Fault::From(at) => number >= at,
        };
        if fails {
            return Err(io::Error::other("the simulated disk fails"));
        }
        Ok(())
    }

    fn set_name(&mut self, name: &str, file: Option<File>) {
        self.unsynced_names.push((name.to_owned(), file));
        match file {
            Some(file) => self.names.insert(name.to_owned(), file),
            None => self.names.remove(name),
        };
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct SimDisk {
    state: Arc<Mutex<State>>,
}

impl SimDisk {
    pub(super) fn set_fault(&self, fault: Fault) {
        self.state.lock().unwrap().fault = fault;
    }

    /// Operations so far.
    pub(super) fn operations(&self) -> usize {
        self.state.lock().unwrap().operations
    }

    /// The disk after a crash: `seed` chooses what is lost.
    pub(super) fn crashed(&self, seed: u64) -> Self {
        let state = self.state.lock().unwrap();
        let mut draws = 0;
        let mut draw = |below: usize| {
            draws += 1;
            (hash::splitmix(seed ^ hash::splitmix(draws)) % below as u64) as usize
        };
        let mut names = state.synced_names.clone();
        for (name, file) in &state.unsynced_names {
            if draw(2) == 0 {
                continue;
            }
            match file {
                Some(file) => names.insert(name.clone(), *file),
                None => names.remove(name),
            };
        }
        let files = state.files.iter().map(|content| {
            let mut bytes = content.synced.clone();
            for &(start, end) in &content.unsynced {
                // Whole, torn, or lost; what lies before it may be lost without it.
                let end = match draw(3) {
                    0 => continue,
                    1 => start + draw(end - start + 1),
                    _ => end,
                };
                bytes.resize(bytes.len().max(end), 0);
                bytes[start..end].copy_from_slice(&content.bytes[start..end]);
            }
            let synced = bytes.clone();
            Content {
                bytes,
                synced,
                unsynced: Vec::new(),
            }
        });
        let state = State {
            files: files.collect(),
            synced_names: names.clone(),
            names,
            ..State::default()
        };
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// A copy that shares nothing.
    pub(super) fn copied(&self) -> Self {
        let state = self.state.lock().unwrap();
        let state = State {
            files: state.files.clone(),
            names: state.names.clone(),
            synced_names: state.synced_names.clone(),
            unsynced_names: state.unsynced_names.clone(),
            ..State::default()
        };
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Every file with its bytes.
    pub(super) fn files(&self) -> HashMap<String, Vec<u8>> {
        let state = self.state.lock().unwrap();
        let bytes =
            |(name, &file): (&String, &File)| (name.clone(), state.files[file].bytes.clone());
        state.names.iter().map(bytes).collect()
    }

    /// Puts other bytes in the place of a file's.
    pub(super) fn set(&self, name: &str, bytes: Vec<u8>) {
        let mut state = self.state.lock().unwrap();
        let file = state.files.len();
        state.files.push(Content {
            bytes,
            ..Content::default()
        });
        state.set_name(name, Some(file));
    }
}

impl Storage for SimDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        Ok(state.names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Written>> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        let file = state.files.len();
        state.files.push(Content::default());
        state.set_name(name, Some(file));
        Ok(Box::new(SimFile {
            state: Arc::clone(&self.state),
            file,
        }))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Stored>> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        let file = state.names.get(name).copied();
        Ok(Box::new(SimFile {
            state: Arc::clone(&self.state),
            file: file.ok_or(io::ErrorKind::NotFound)?,
        }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        let file = state
            .names
            .get(from)
            .copied()
            .ok_or(io::ErrorKind::NotFound)?;
        state.set_name(to, Some(file));
        state.set_name(from, None);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        state.set_name(name, None);
        Ok(())
    }

    fn sync_names(&self) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        state.synced_names = state.names.clone();
        state.unsynced_names.clear();
        Ok(())
    }

    fn lock(&self) -> io::Result<Option<Box<dyn Send + Sync>>> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        if std::mem::replace(&mut state.is_locked, true) {
            return Ok(None);
        }
        Ok(Some(Box::new(SimLock(Arc::clone(&self.state)))))
    }

    fn path(&self, name: &str) -> String {
        format!("sim/{name}")
    }
}

struct SimLock(Arc<Mutex<State>>);

impl Drop for SimLock {
    fn drop(&mut self) {
        self.0.lock().unwrap().is_locked = false;
    }
}

struct SimFile {
    state: Arc<Mutex<State>>,
    file: File,
}

impl Written for SimFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        let outcome = state.operation();
        let content = &mut state.files[self.file];
        let start = content.bytes.len();
        // A write that fails has written half.
        let written = if outcome.is_ok() {
            bytes.len()
        } else {
            bytes.len() / 2
        };
        content.bytes.extend(&bytes[..written]);
        content.unsynced.push((start, start + written));
        outcome
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        let content = &mut state.files[self.file];
        content.synced = content.bytes.clone();
        content.unsynced.clear();
        Ok(())
    }
}

impl Stored for SimFile {
    fn size(&self) -> io::Result<u64> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        Ok(state.files[self.file].bytes.len() as u64)
    }

    fn read_at(&self, at: u64, to: &mut [u8]) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        state.operation()?;
        let bytes = &state.files[self.file].bytes;
        let end = at as usize + to.len();
        let from = bytes
            .get(at as usize..end)
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        to.copy_from_slice(from);
        Ok(())
    }
}
