//! Generations: the commit point.
//!
//! In: what an index consists of. Out: the bytes of a file `gen-N`. An index is what the newest whole
//! such file says; a crash leaves it or the one before.

use super::bytes::{Decoder, Encoder};
use super::changes::{ChangeLog, ChangesFile};
use super::links::LinkFileName;
use super::segment::SegmentName;
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::sketch::Fingerprint;

/// Bytes of a segment, a file of links and a file of changes in a generation, their lists apart.
const SIZES: (usize, usize, usize) = (32, 24, 36);

/// The start of every generation file.
const MAGIC: &[u8; 8] = b"RPINDEX\0";
/// The version of the format; see [`mod@super::format`].
pub(super) const VERSION: u32 = 1;

/// The name of a generation's file.
pub(super) fn file_name(generation: u64) -> String {
    format!("gen-{generation:016x}")
}

/// The generation that a file's name tells.
pub(super) fn number_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("gen-").filter(|d| d.len() == 16)?;
    u64::from_str_radix(digits, 16).ok()
}

/// What an index consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Generation {
    /// Tells this index from every other.
    pub(super) index: u128,
    pub(super) number: u64,
    /// The generation before; 0 for the first.
    pub(super) parent: u64,
    /// The id of the next article.
    pub(super) next_id: u64,
    /// The number of the next file.
    pub(super) next_file: u64,
    /// The hash of all settings that decide a signature.
    pub(super) recipe: u64,
    /// Whether the index keeps the texts.
    pub(super) keeps_texts: bool,
    /// The detector's settings as JSON.
    pub(super) settings: String,
    /// The file of the statistics, its length, and the hash of its bytes.
    pub(super) statistics: Option<(u64, u64, u64)>,
    pub(super) segments: Vec<Listed>,
    /// `None` if groups are not kept.
    pub(super) groups: Option<GroupState>,
}

/// What an index keeps of its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupState {
    /// The id of the next group.
    pub(super) next_group: u64,
    /// Texts whose links are still to be found, since a text could not be read; ascending.
    pub(super) unlinked: Vec<Fingerprint>,
    pub(super) links: Vec<LinkFileName>,
    pub(super) log: ChangeLog,
}

impl GroupState {
    /// No groups, of an index that has no articles.
    pub(super) fn new() -> Self {
        Self {
            next_group: 1,
            unlinked: Vec::new(),
            links: Vec::new(),
            log: ChangeLog::default(),
        }
    }

    fn encode(&self, to: &mut Encoder) {
        to.u64(self.next_group);
        to.u32(self.unlinked.len() as u32);
        for print in &self.unlinked {
            to.u128(print.0);
        }
        to.u32(self.links.len() as u32);
        for file in &self.links {
            to.u64(file.number);
            to.u64(file.pages);
            to.u32(file.texts);
            to.u32(file.links);
        }
        to.u64(self.log.from);
        to.u32(self.log.files.len() as u32);
        for file in &self.log.files {
            to.u64(file.number);
            to.u64(file.len);
            to.u64(file.hash);
            to.u32(file.changes);
            to.u64(file.last);
        }
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Self> {
        let mut read = Self::new();
        read.next_group = from.u64()?;
        for _ in 0..from.count(size_of::<u128>())? {
            read.unlinked.push(Fingerprint(from.u128()?));
        }
        if !read.unlinked.is_sorted_by(|a, b| a < b) {
            return None;
        }
        for _ in 0..from.count(SIZES.1)? {
            read.links.push(LinkFileName {
                number: from.u64()?,
                pages: from.u64()?,
                texts: from.u32()?,
                links: from.u32()?,
            });
        }
        read.log.from = from.u64()?;
        for _ in 0..from.count(SIZES.2)? {
            read.log.files.push(ChangesFile {
                number: from.u64()?,
                len: from.u64()?,
                hash: from.u64()?,
                changes: from.u32()?,
                last: from.u64()?,
            });
        }
        Some(read)
    }
}

/// A segment, and which of its articles are removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) name: SegmentName,
    /// Texts without an article left.
    pub(super) dead_texts: u32,
    /// Removed rows, ascending.
    pub(super) dead: Vec<u32>,
}

impl Generation {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut to = Encoder::default();
        to.bytes.extend(MAGIC);
        to.u32(VERSION);
        to.u128(self.index);
        to.u64(self.number);
        to.u64(self.parent);
        to.u64(self.next_id);
        to.u64(self.next_file);
        to.u64(self.recipe);
        to.u8(self.keeps_texts.into());
        to.string(&self.settings);
        let (file, len, hash) = self.statistics.unwrap_or_default();
        to.u64(file);
        to.u64(len);
        to.u64(hash);
        to.u32(self.segments.len() as u32);
        for listed in &self.segments {
            to.u64(listed.name.number);
            to.u64(listed.name.pages);
            to.u64(listed.name.footer);
            to.u32(listed.dead_texts);
            to.u32(listed.dead.len() as u32);
            for &row in &listed.dead {
                to.u32(row);
            }
        }
        to.u8(self.groups.is_some().into());
        if let Some(groups) = &self.groups {
            groups.encode(&mut to);
        }
        let sum = hash::token(&to.bytes);
        to.u64(sum);
        to.bytes
    }

    /// Reads the file at `path`, which holds `bytes`.
    pub(super) fn decode(path: &str, bytes: &[u8]) -> Result<Self> {
        let damaged = || super::pages::damaged(path, "it is no whole generation");
        let mut from = Decoder {
            rest: bytes.strip_prefix(MAGIC).ok_or_else(damaged)?,
        };
        let version = from.u32().ok_or_else(damaged)?;
        // The checksum is at the end in every version. Damage must not pass for a newer version.
        let (body, sum) = bytes.split_last_chunk().ok_or_else(damaged)?;
        if hash::token(body) != u64::from_le_bytes(*sum) {
            return Err(damaged());
        }
        if version > VERSION {
            let message = format!(
                "{path} has format {version}, and this version of reprint reads formats up to \
                 {VERSION}; open the index with the version that wrote it, or a later one"
            );
            return Err(Error::new(ErrorKind::NewerFormat, message));
        }
        from.rest = &from.rest[..from.rest.len().checked_sub(8).ok_or_else(damaged)?];
        Self::decode_body(&mut from)
            .filter(|_| version == VERSION && from.rest.is_empty())
            .ok_or_else(damaged)
    }

    fn decode_body(from: &mut Decoder<'_>) -> Option<Self> {
        let mut read = Self {
            index: from.u128()?,
            number: from.u64()?,
            parent: from.u64()?,
            next_id: from.u64()?,
            next_file: from.u64()?,
            recipe: from.u64()?,
            keeps_texts: match from.u8()? {
                0 => false,
                1 => true,
                _ => return None,
            },
            settings: from.string()?.to_owned(),
            statistics: None,
            segments: Vec::new(),
            groups: None,
        };
        let statistics = (from.u64()?, from.u64()?, from.u64()?);
        read.statistics = (statistics.0 != 0).then_some(statistics);
        if statistics != read.statistics.unwrap_or_default() {
            return None;
        }
        for _ in 0..from.count(SIZES.0)? {
            let name = SegmentName {
                number: from.u64()?,
                pages: from.u64()?,
                footer: from.u64()?,
            };
            let dead_texts = from.u32()?;
            let mut dead = Vec::new();
            for _ in 0..from.count(4)? {
                dead.push(from.u32()?);
            }
            if !dead.is_sorted_by(|a, b| a < b) {
                return None;
            }
            read.segments.push(Listed {
                name,
                dead_texts,
                dead,
            });
        }
        read.groups = match from.u8()? {
            0 => None,
            1 => Some(GroupState::decode(from)?),
            _ => return None,
        };
        Some(read)
    }
}
