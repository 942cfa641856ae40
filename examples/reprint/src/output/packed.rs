//! Files that are compressed if their name says so.
//!
//! In: a path, and bytes. Out: a file synced to disk.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use lzma_rust2::{XzOptions, XzWriter};

use super::atomic::{AtomicFile, Sealed};

/// The destination of the bytes.
#[derive(Debug)]
pub(crate) enum Target {
    Atomic(AtomicFile),
    /// A file in an unfinished folder.
    Within(File),
}

impl Target {
    /// Syncs the complete file to disk. A file outside an unfinished folder is then ready to be
    /// moved.
    pub(crate) fn finish(self) -> io::Result<Option<Sealed>> {
        match self {
            Self::Atomic(file) => file.seal().map(Some),
            Self::Within(file) => file.sync_all().map(|()| None),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Atomic(file) => file.write(bytes),
            Self::Within(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Atomic(file) => file.flush(),
            Self::Within(file) => file.flush(),
        }
    }
}

/// The preset that `xz` uses by default.
const XZ_PRESET: u32 = 6;

type Buffered = BufWriter<Target>;

/// An unfinished file, compressed or not.
pub(crate) enum Packed {
    Plain(Buffered),
    Gzip(GzEncoder<Buffered>),
    Zstandard(zstd::Encoder<'static, Buffered>),
    Bzip2(BzEncoder<Buffered>),
    Xz(Box<XzWriter<Buffered>>),
}

impl Packed {
    /// A file at `target`, compressed by the suffix of `name`.
    pub(crate) fn new(target: Target, name: &Path) -> io::Result<Self> {
        let out = BufWriter::with_capacity(1 << 18, target);
        let suffix = name.extension().unwrap_or_default();
        Ok(if suffix.eq_ignore_ascii_case("gz") {
            Self::Gzip(GzEncoder::new(out, flate2::Compression::default()))
        } else if suffix.eq_ignore_ascii_case("zst") {
            let level = zstd::DEFAULT_COMPRESSION_LEVEL;
            Self::Zstandard(zstd::Encoder::new(out, level)?)
        } else if suffix.eq_ignore_ascii_case("bz2") {
            Self::Bzip2(BzEncoder::new(out, bzip2::Compression::default()))
        } else if suffix.eq_ignore_ascii_case("xz") {
            Self::Xz(Box::new(XzWriter::new(
                out,
                XzOptions::with_preset(XZ_PRESET),
            )?))
        } else {
            Self::Plain(out)
        })
    }

    /// Completes the file and syncs it to disk.
    pub(crate) fn finish(self) -> io::Result<Option<Sealed>> {
        let out = match self {
            Self::Plain(out) => out,
            Self::Gzip(packed) => packed.finish()?,
            Self::Zstandard(packed) => packed.finish()?,
            Self::Bzip2(packed) => packed.finish()?,
            Self::Xz(packed) => packed.finish()?,
        };
        out.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .finish()
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
            Self::Zstandard(out) => out.write(bytes),
            Self::Bzip2(out) => out.write(bytes),
            Self::Xz(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(out) => out.flush(),
            Self::Zstandard(out) => out.flush(),
            Self::Bzip2(out) => out.flush(),
            Self::Xz(out) => out.flush(),
        }
    }
}
