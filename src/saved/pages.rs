//! Pages with checksums: a file as one run of checked bytes.
//!
//! In: bytes. Out: a file of pages of 4,096 bytes, each the next 4,088 bytes and their checksum; and
//! from such a file any of the bytes again. The checksum knows the index, the file and the place of
//! the page, so a page that stands elsewhere is damage, too.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::cache::{Cache, PAGE};
use super::storage::{Storage, Stored, Written};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;

/// Bytes of a page before the checksum.
pub(super) const BODY: usize = PAGE - 8;

/// The mark of a file in the checksums of its pages.
pub(super) fn mark(index: u128, file: u64) -> u64 {
    let mut bytes = [0; 24];
    bytes[..16].copy_from_slice(&index.to_le_bytes());
    bytes[16..].copy_from_slice(&file.to_le_bytes());
    hash::token(&bytes)
}

fn checksum(body: &[u8], mark: u64, page: u64) -> u64 {
    xxh3_64_with_seed(body, mark.wrapping_add(page))
}

/// The error of a file that the system does not read or write.
pub(super) fn io_error(path: &str, does: &str, error: std::io::Error) -> Error {
    let message = format!("{path} can't be {does}: {error}");
    Error::new(ErrorKind::Io, message).with_source(error.into())
}

/// The error of a file whose bytes are not those that were written.
pub(super) fn damaged(path: &str, what: impl std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Damaged,
        format!("{path} is damaged: {what}; put back the file from a copy of the index"),
    )
}

/// A whole file, of no pages.
pub(super) fn read_file(storage: &dyn Storage, name: &str) -> Result<Vec<u8>> {
    let refused = |error| io_error(&storage.path(name), "read", error);
    let file = storage.open(name).map_err(refused)?;
    let size = file.size().map_err(refused)?;
    let mut bytes = vec![0; size as usize];
    file.read_at(0, &mut bytes).map_err(refused)?;
    Ok(bytes)
}

/// Writes pages.
pub(super) struct PageWriter<'a> {
    storage: &'a dyn Storage,
    name: String,
    file: Box<dyn Written>,
    mark: u64,
    page: Vec<u8>,
    pages: u64,
}

impl<'a> PageWriter<'a> {
    pub(super) fn create(storage: &'a dyn Storage, name: &str, mark: u64) -> Result<Self> {
        let file = storage
            .create(name)
            .map_err(|error| io_error(&storage.path(name), "created", error))?;
        Ok(Self {
            storage,
            name: name.to_owned(),
            file,
            mark,
            page: Vec::with_capacity(PAGE),
            pages: 0,
        })
    }

    /// The place of the next byte.
    pub(super) fn at(&self) -> u64 {
        self.pages * BODY as u64 + self.page.len() as u64
    }

    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BODY - self.page.len()));
            self.page.extend(now);
            bytes = later;
            if self.page.len() == BODY {
                self.end_page()?;
            }
        }
        Ok(())
    }

    /// Writes an entry that no page cuts: entries of this size fill pages, from the start of one on.
    pub(super) fn write_whole<const N: usize>(&mut self, entry: [u8; N]) -> Result<()> {
        const { assert!(BODY.is_multiple_of(N)) };
        self.page.extend_from_slice(&entry);
        if self.page.len() == BODY {
            self.end_page()?;
        }
        Ok(())
    }

    /// Fills up the page with zeros, so that the next byte starts one.
    pub(super) fn align(&mut self) -> Result<()> {
        if !self.page.is_empty() {
            self.page.resize(BODY, 0);
            self.end_page()?;
        }
        Ok(())
    }

    fn end_page(&mut self) -> Result<()> {
        let sum = checksum(&self.page, self.mark, self.pages);
        self.page.extend(sum.to_le_bytes());
        self.file
            .write(&self.page)
            .map_err(|error| io_error(&self.storage.path(&self.name), "written", error))?;
        self.page.clear();
        self.pages += 1;
        Ok(())
    }

    /// Ends the file and makes it durable; gives the number of pages.
    pub(super) fn finish(mut self) -> Result<u64> {
        self.align()?;
        self.file
            .sync()
            .map_err(|error| io_error(&self.storage.path(&self.name), "written", error))?;
        Ok(self.pages)
    }
}

/// Reads pages.
pub(super) struct Pages {
    file: Box<dyn Stored>,
    path: String,
    number: u64,
    mark: u64,
    count: u64,
    cache: Arc<Cache>,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Pages {
    /// Opens the file `name`, which has `number` and `pages` pages in the index with that id.
    pub(super) fn open(
        storage: &dyn Storage,
        name: &str,
        (index, number, pages): (u128, u64, u64),
        cache: Arc<Cache>,
    ) -> Result<Self> {
        let path = storage.path(name);
        let opened = storage.open(name);
        let file = opened.map_err(|error| io_error(&path, "opened", error))?;
        let size = file
            .size()
            .map_err(|error| io_error(&path, "read", error))?;
        if Some(size) != pages.checked_mul(PAGE as u64) {
            let what = format!("it has {size} bytes, not {pages} pages");
            return Err(damaged(&path, what));
        }
        Ok(Self {
            file,
            path,
            number,
            mark: mark(index, number),
            count: pages,
            cache,
        })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Bytes in all.
    pub(super) fn len(&self) -> u64 {
        self.count * BODY as u64
    }

    /// The number of pages.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// A page without its checksum, read and checked unless the cache has it.
    pub(super) fn page(&self, page: u64) -> Result<Arc<[u8]>> {
        if let Some(found) = self.cache.get((self.number, page)) {
            return Ok(found);
        }
        let read = Arc::from(self.read_page(page)?);
        self.cache.put((self.number, page), &read);
        Ok(read)
    }

    /// Reads and checks a page of the file itself.
    pub(super) fn read_page(&self, page: u64) -> Result<Vec<u8>> {
        if page >= self.count {
            let what = format!("page {page} is asked for, and it has {}", self.count);
            return Err(damaged(&self.path, what));
        }
        let mut bytes = vec![0; PAGE];
        self.file
            .read_at(page * PAGE as u64, &mut bytes)
            .map_err(|error| io_error(&self.path, "read", error))?;
        let sum = u64::from_le_bytes(bytes[BODY..].try_into().expect("eight bytes"));
        bytes.truncate(BODY);
        if checksum(&bytes, self.mark, page) != sum {
            return Err(damaged(
                &self.path,
                format!("page {page} has another checksum"),
            ));
        }
        Ok(bytes)
    }

    /// Reads `len` bytes from `at` on.
    pub(super) fn read(&self, at: u64, len: usize) -> Result<Vec<u8>> {
        // Nothing is allocated by a length that the file does not bear out.
        if at
            .checked_add(len as u64)
            .is_none_or(|end| end > self.len())
        {
            let what = format!(
                "{len} bytes at {at} are asked for, and it has {}",
                self.len()
            );
            return Err(damaged(&self.path, what));
        }
        let mut bytes = Vec::with_capacity(len);
        let (mut page, mut from) = (at / BODY as u64, (at % BODY as u64) as usize);
        while bytes.len() < len {
            let body = self.page(page)?;
            let to = BODY.min(from + len - bytes.len());
            bytes.extend(&body[from..to]);
            (page, from) = (page + 1, 0);
        }
        Ok(bytes)
    }
}
