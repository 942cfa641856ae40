//! One band's keys, split by their upper bits.
//!
//! In: keys, and their articles' positions. Out: keys and positions in parts, in the order of
//! input.
//!
//! Counting the parts' sizes beforehand would read the keys twice. Instead, a part is a list of
//! chunks, and takes the next free chunk when a chunk is full.

use crate::article::ArticleId;
use crate::kit::ids::{IndexVec, Position};

/// Entries in a chunk. Chosen by hand: the parts' last chunks, half empty, waste little.
const CHUNK: usize = 1 << 10;

/// Entries by parts. An entry has the key in its upper half and the position in its lower half. The
/// space is kept from one band to the next.
#[derive(Debug, Default)]
pub(super) struct Split {
    entries: Vec<u64>,
    parts: Vec<PartChunks>,
}

#[derive(Debug, Default)]
struct PartChunks {
    /// Starts of the part's full chunks.
    full: Vec<usize>,
    /// The place of the part's next entry. The chunk around this place belongs to the part and has
    /// space.
    end: usize,
}

impl Split {
    /// Splits a band's keys into `2^bits` parts, for the articles `ids`. `band` and `positions` are
    /// indexed by id.
    pub(super) fn fill(
        &mut self,
        band: &IndexVec<ArticleId, u32>,
        positions: &IndexVec<ArticleId, Position>,
        ids: &[ArticleId],
        bits: u32,
    ) {
        if ids.len() == band.len() {
            let positions = positions.iter().copied();
            self.fill_from(band.iter().copied().zip(positions), bits);
        } else {
            let of = |&id: &ArticleId| (band[id], positions[id]);
            self.fill_from(ids.iter().map(of), bits);
        }
    }

    #[inline(always)]
    fn fill_from(&mut self, keys: impl ExactSizeIterator<Item = (u32, Position)>, bits: u32) {
        let parts = 1 << bits;
        let room = (keys.len() / CHUNK + parts) * CHUNK;
        if self.entries.len() < room {
            self.entries.resize(room, 0);
        }
        self.parts.resize_with(parts, PartChunks::default);
        let mut free = 0;
        for part in &mut self.parts {
            part.full.clear();
            part.end = free;
            free += CHUNK;
        }
        for (key, position) in keys {
            let part = &mut self.parts[(u64::from(key) << bits >> 32) as usize];
            self.entries[part.end] = u64::from(key) << 32 | u64::from(position.0);
            part.end += 1;
            if part.end.is_multiple_of(CHUNK) {
                part.full.push(part.end - CHUNK);
                part.end = free;
                free += CHUNK;
            }
        }
    }

    /// The number of parts.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// A part's entries, chunk by chunk.
    pub(super) fn part(&self, number: usize) -> impl Iterator<Item = &[u64]> + Clone {
        let PartChunks { full, end } = &self.parts[number];
        let full = full
            .iter()
            .map(|&start| &self.entries[start..start + CHUNK]);
        full.chain(std::iter::once(&self.entries[end / CHUNK * CHUNK..*end]))
    }
}
