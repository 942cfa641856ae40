//! Articles that share a key.
//!
//! In: one band's keys of many articles. Out: the pairs of small buckets, by the smaller position;
//! and the members of larger buckets.
//!
//! Most keys belong to a single article, so sorting every key would be wasted work. Keys are split
//! by their upper bits into parts that fit the second-level cache. In a part, a bitmap of lower
//! bits excludes most unshared keys. The bitmap fits the first-level cache. Only the remaining keys
//! are sorted.

use super::split::Split;
use crate::article::ArticleId;
use crate::kit::ids::{IndexVec, Position};
use crate::kit::radix;
use crate::kit::scatter::Buckets;

/// The largest bucket, in articles, that always gives every pair. The limit makes at most 8 pairs
/// an article and band.
pub(super) const MIN_CAP: usize = 16;

/// Articles in a part: two bitmaps of 8 bits an article take 32 KB. Smaller parts are written
/// slower.
const PART: usize = 1 << 14;

/// Most parts: more would scatter writes over more cache lines than the second-level cache holds.
const PARTS: usize = 1 << 12;

/// Bitmap bits for each key: about one in 8 unshared keys looks shared, and is sorted for nothing.
const BITS: usize = 8;

/// Most bits in a bitmap: 64 KB.
const MAX_BITS: usize = 1 << 19;

/// The keys to search.
pub(super) struct Keys<'a> {
    /// By band, then by id: the key.
    pub(super) bands: &'a [IndexVec<ArticleId, u32>],
    /// Ids of the articles to search, ascending.
    pub(super) ids: &'a [ArticleId],
    /// The ids in the order that decides within suspended buckets.
    pub(super) order: &'a IndexVec<Position, ArticleId>,
    /// By id: the position in `order`.
    pub(super) positions: &'a IndexVec<ArticleId, Position>,
}

impl Keys<'_> {
    /// An article's key in a band, by the article's position.
    pub(super) fn key(&self, band: usize, position: Position) -> u32 {
        self.bands[band][self.order[position]]
    }
}

/// The buckets of one band.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Pairs from buckets with up to [`MIN_CAP`] articles, in parts by the smaller position.
    pub(super) pairs: Buckets<u64>,
    /// Positions in the larger buckets, bucket after bucket, ascending in each.
    members: Vec<Position>,
    ends: Vec<usize>,
}

/// Space kept from one band to the next.
#[derive(Debug, Default)]
pub(super) struct SharedScratch {
    split: Split,
    once: Vec<u64>,
    twice: Vec<u64>,
    left: Vec<u64>,
    sorted: Vec<u64>,
    ends: Vec<u32>,
    /// The number of pairs in `pairs`; the rest of `pairs` is spare space.
    taken: usize,
    pairs: Vec<u64>,
}

impl Shared {
    /// Finds the buckets of one band.
    pub(super) fn new(
        band: &IndexVec<ArticleId, u32>,
        keys: &Keys<'_>,
        scratch: &mut SharedScratch,
    ) -> Self {
        let mut shared = Self::default();
        let parts = keys.ids.len().div_ceil(PART).next_power_of_two().min(PARTS);
        let bits = parts.trailing_zeros();
        let mut split = std::mem::take(&mut scratch.split);
        split.fill(band, keys.positions, keys.ids, bits);
        scratch.taken = 0;
        for part in 0..split.len() {
            scratch.keep_shared(split.part(part));
            scratch.sort_left(bits);
            scratch.take_buckets(&mut shared);
        }
        scratch.split = split;
        shared.pairs = by_position(&scratch.pairs[..scratch.taken], keys.order.len());
        shared
    }

    /// Buckets with more than [`MIN_CAP`] articles, as ascending positions.
    pub(super) fn large_buckets(&self) -> impl Iterator<Item = &[Position]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.members[start..end])
    }
}

impl SharedScratch {
    /// Leaves a part's entries in `left` whose keys may be shared.
    fn keep_shared<'a>(&mut self, part: impl Iterator<Item = &'a [u64]> + Clone) {
        let len: usize = part.clone().map(<[u64]>::len).sum();
        let bits = (len * BITS).next_power_of_two().clamp(64, MAX_BITS);
        for bitmap in [&mut self.once, &mut self.twice] {
            bitmap.clear();
            bitmap.resize(bits / 64, 0);
        }
        let (once, twice) = (&mut *self.once, &mut *self.twice);
        // The key's upper bits chose the part, so its lower bits choose the place.
        let place = |entry: u64| {
            let low = (entry >> 32) as usize & (bits - 1);
            (low / 64, low % 64)
        };
        for chunk in part.clone() {
            for &entry in chunk {
                let (word, bit) = place(entry);
                twice[word] |= once[word] & 1 << bit;
                once[word] |= 1 << bit;
            }
        }
        self.left.resize(len, 0);
        let mut kept = 0;
        for chunk in part {
            for &entry in chunk {
                let (word, bit) = place(entry);
                self.left[kept] = entry;
                kept += (twice[word] >> bit & 1) as usize;
            }
        }
        self.left.truncate(kept);
    }

    /// Sorts `left` into `sorted`: first by counting into bins, then within the bins. `part_bits`
    /// is the number of upper bits that chose the part.
    fn sort_left(&mut self, part_bits: u32) {
        let left = &*self.left;
        let bits = left.len().next_power_of_two().trailing_zeros();
        let bits = bits.clamp(1, 32 - part_bits);
        // The bin is chosen by the bits below `part_bits`, which are equal throughout the part.
        let bin = |entry: u64| ((entry >> 32 << part_bits) as u32 >> (32 - bits)) as usize;
        self.ends.clear();
        self.ends.resize(1 << bits, 0);
        for &entry in left {
            self.ends[bin(entry)] += 1;
        }
        let (mut start, mut largest) = (0, 0);
        for end in &mut self.ends {
            largest = largest.max(*end);
            start += std::mem::replace(end, start);
        }
        self.sorted.resize(left.len(), 0);
        for &entry in left {
            let end = &mut self.ends[bin(entry)];
            self.sorted[*end as usize] = entry;
            *end += 1;
        }
        if largest as usize <= MIN_CAP {
            radix::insertion_sort(&mut self.sorted);
            return;
        }
        let mut start = 0;
        for &end in &self.ends {
            if end - start > 1 {
                self.sorted[start as usize..end as usize].sort_unstable();
            }
            start = end;
        }
    }

    /// Takes pairs and larger buckets from the sorted entries.
    fn take_buckets(&mut self, shared: &mut Shared) {
        let sorted = &*self.sorted;
        let is_shared = |a: u64, b: u64| a >> 32 == b >> 32;
        let mut take = |a: u64, b: u64| {
            if self.pairs.len() == self.taken {
                self.pairs.resize(2 * self.taken + PART, 0);
            }
            self.pairs[self.taken] = a << 32 | u64::from(position(b).0);
            self.taken += usize::from(is_shared(a, b));
        };
        let mut rest = sorted;
        while let &[a, b, ..] = rest {
            // Most keys have one other holder or none, and no branch can predict it. The pair is
            // therefore always written, and counted only if the keys are equal.
            if rest.get(2).is_none_or(|&c| !is_shared(a, c)) {
                take(a, b);
                rest = &rest[1..];
                continue;
            }
            let len = rest.iter().take_while(|&&other| is_shared(a, other));
            let (bucket, others) = rest.split_at(len.count());
            rest = others;
            if bucket.len() > MIN_CAP {
                let positions = bucket.iter().map(|&entry| position(entry));
                shared.members.extend(positions);
                shared.ends.push(shared.members.len());
                continue;
            }
            for (at, &a) in bucket.iter().enumerate() {
                for &b in &bucket[at + 1..] {
                    take(a, b);
                }
            }
        }
    }
}

/// The position in an entry's lower half.
pub(super) fn position(entry: u64) -> Position {
    Position(entry as u32)
}

/// The smallest part, in positions. A part's pairs then fit the first-level cache.
const WIDTH: usize = 1 << 11;

/// Puts pairs into buckets by their smaller position, which is a pair's upper half. A bucket spans
/// at least [`WIDTH`] positions.
fn by_position(pairs: &[u64], articles: usize) -> Buckets<u64> {
    let width = WIDTH.max(articles.div_ceil(PARTS).next_power_of_two());
    let shift = 32 + width.trailing_zeros();
    let part = |&pair: &u64| ((pair >> shift) as usize, pair);
    Buckets::of(articles.div_ceil(width).max(1), pairs.iter().map(part))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::kit::ids;

    type Found = (Vec<Vec<Position>>, Vec<u64>);

    fn plain(band: &[u32]) -> Found {
        let mut buckets: BTreeMap<u32, Vec<Position>> = BTreeMap::new();
        for (at, &key) in ids::below(band.len()).zip(band) {
            buckets.entry(key).or_default().push(at);
        }
        let (large, small): (Vec<_>, Vec<_>) = buckets
            .into_values()
            .partition(|bucket| bucket.len() > MIN_CAP);
        let mut pairs = Vec::new();
        for bucket in small {
            for (at, &a) in bucket.iter().enumerate() {
                let later = bucket[at + 1..].iter();
                pairs.extend(later.map(|&b| u64::from(a.0) << 32 | u64::from(b.0)));
            }
        }
        pairs.sort_unstable();
        (large, pairs)
    }

    /// With positions equal to ids.
    fn found(band: &[u32]) -> Found {
        let every: IndexVec<Position, ArticleId> = ids::below(band.len()).collect();
        let keys = Keys {
            bands: &[],
            ids: &every,
            order: &every,
            positions: &ids::below(band.len()).collect(),
        };
        let shared = Shared::new(&band.to_vec().into(), &keys, &mut SharedScratch::default());
        let large = shared.large_buckets().map(<[Position]>::to_vec).collect();
        let parts = 0..shared.pairs.len();
        let mut pairs: Vec<u64> = parts.flat_map(|at| shared.pairs.get(at)).copied().collect();
        pairs.sort_unstable();
        (large, pairs)
    }

    proptest! {
        #[test]
        fn as_a_map_would(
            band in prop::collection::vec(prop_oneof![0u32..20, any::<u32>()], 0..300),
        ) {
            prop_assert_eq!(found(&band), plain(&band));
        }
    }

    #[test]
    fn many_parts_and_one_huge_bucket() {
        let band: Vec<u32> = (0..200_000u32)
            .map(|id| match id % 3 {
                0 => 77,
                _ => (id / 2).wrapping_mul(0x9E37_79B9),
            })
            .collect();
        assert_eq!(found(&band), plain(&band));
    }
}
