//! One band's keys, split by their upper bits.
//!
//! In: keys, and the positions of the articles that have them. Out: both by parts of the keys, each
//! in the order they came in.
//!
//! To count first how many belong to each part would read all keys twice. A part is a list of
//! chunks instead, and takes the next free one when its last is full.

/// Entries of a chunk: few enough that the last ones of all parts, half empty, cost little.
const CHUNK: usize = 1 << 10;

/// Entries (the key in the upper half, the position in the lower) by parts; room that is kept from
/// one band to the next.
#[derive(Debug, Default)]
pub(super) struct Split {
    entries: Vec<u64>,
    parts: Vec<Part>,
}

#[derive(Debug, Default)]
struct Part {
    /// Where its full chunks start.
    full: Vec<usize>,
    /// Where its next entry goes: in a chunk of its own, which has room for it.
    end: usize,
}

impl Split {
    /// Takes the keys of one band and the positions, both by id, of the articles of `ids`, as two to
    /// the `bits` parts.
    pub(super) fn fill(&mut self, band: &[u32], positions: &[u32], ids: &[u32], bits: u32) {
        if ids.len() == band.len() {
            let positions = positions.iter().copied();
            self.fill_from(band.iter().copied().zip(positions), bits);
        } else {
            let of = |&id: &u32| (band[id as usize], positions[id as usize]);
            self.fill_from(ids.iter().map(of), bits);
        }
    }

    #[inline(always)]
    fn fill_from(&mut self, keys: impl ExactSizeIterator<Item = (u32, u32)>, bits: u32) {
        let parts = 1 << bits;
        let room = (keys.len() / CHUNK + parts) * CHUNK;
        if self.entries.len() < room {
            self.entries.resize(room, 0);
        }
        self.parts.resize_with(parts, Part::default);
        let mut free = 0;
        for part in &mut self.parts {
            part.full.clear();
            part.end = free;
            free += CHUNK;
        }
        for (key, position) in keys {
            let part = &mut self.parts[(u64::from(key) << bits >> 32) as usize];
            self.entries[part.end] = u64::from(key) << 32 | u64::from(position);
            part.end += 1;
            if part.end.is_multiple_of(CHUNK) {
                part.full.push(part.end - CHUNK);
                part.end = free;
                free += CHUNK;
            }
        }
    }

    /// How many parts there are.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The entries of a part, in chunks.
    pub(super) fn part(&self, number: usize) -> impl Iterator<Item = &[u64]> + Clone {
        let Part { full, end } = &self.parts[number];
        let full = full
            .iter()
            .map(|&start| &self.entries[start..start + CHUNK]);
        full.chain(std::iter::once(&self.entries[end / CHUNK * CHUNK..*end]))
    }
}
