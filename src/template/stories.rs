//! Articles that tell one story.
//!
//! In: the specifics of articles: names and numbers, or words, or letters by three. Out: the weight
//! of the rare specifics that two articles have in common.
//!
//! An article keeps its specifics with the smallest hashes, at most [`MOST`]. Up to the smaller of
//! their largest kept hashes, two articles keep the same random sample of specifics (Broder, "On
//! the resemblance and containment of documents", 1997, section 3). The weight of a specific is its
//! inverse document frequency (Spärck Jones, 1972), minus an allowance for common knowledge.

use std::ops::Range;

use super::index::ArticleHash;
use super::units::{ArticleUnits, Specific, SpecificKind};
use crate::kit::parallel;

/// The most specifics kept of an article: the names and numbers of about 500 words.
const MOST: usize = 128;

/// Parts of a bit in a weight. A specific in one article of 2^b weighs b bits.
pub(super) const BIT: u32 = 12;
/// The allowance for a subject: one bit, as half of the articles may mention the specific. Chosen
/// by hand.
const SUBJECT: u32 = BIT;
/// The allowance for a story: four bits, as one article in 16 may mention the specific. Chosen by
/// hand.
const STORY: u32 = 4 * BIT;
/// A specific in at most 5 articles is rare, even in a small corpus. Chosen by hand.
const RARE: usize = 5;
/// The least weight of a rare specific: 8 bits. Chosen by hand.
const RARE_WEIGHT: u32 = 8 * BIT;

/// The smallest keys of an article's specifics, sorted and distinct.
pub(super) fn keys(units: &ArticleUnits) -> Vec<u32> {
    let specifics = units.all_places().iter();
    let mut keys: Vec<u32> = specifics.map(|specific| specific.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.truncate(MOST);
    keys.shrink_to_fit();
    keys
}

/// The specifics of the articles added until now.
#[derive(Clone, Debug)]
pub(super) struct StoryBook {
    /// Articles with the end of their keys in `keys`.
    articles: Vec<(ArticleHash, u32)>,
    keys: Vec<u32>,
    most: usize,
    max_bytes: usize,
}

impl StoryBook {
    /// A book with about `max_bytes` bytes for keys.
    pub(super) fn new(max_bytes: usize) -> Self {
        // Positions in `keys` have 32 bits.
        let max_bytes = max_bytes.min(u32::MAX as usize);
        Self {
            articles: Vec::new(),
            keys: Vec::new(),
            most: MOST,
            max_bytes,
        }
    }

    /// Adds an article with the sorted, distinct keys of its specifics.
    pub(super) fn add(&mut self, article: ArticleHash, keys: &[u32]) {
        self.keys
            .extend_from_slice(&keys[..keys.len().min(self.most)]);
        self.articles.push((article, self.keys.len() as u32));
        // Halves the keys an article may keep. The outcome depends on the articles, not on their
        // order.
        while self.keys.len() * size_of::<u32>() > self.max_bytes && self.most > 1 {
            self.most /= 2;
            let mut kept = 0;
            let mut start = 0;
            for (_, end) in &mut self.articles {
                let len = (*end as usize - start).min(self.most);
                self.keys.copy_within(start..start + len, kept);
                kept += len;
                start = *end as usize;
                *end = kept as u32;
            }
            self.keys.truncate(kept);
        }
    }

    /// The finished specifics.
    pub(super) fn finish(self) -> Stories {
        let Self {
            articles,
            keys,
            most,
            ..
        } = self;
        let mut start = 0;
        let mut ranges: Vec<(ArticleHash, Range<usize>)> = Vec::with_capacity(articles.len());
        for (article, end) in articles {
            let end = end as usize;
            ranges.push((article, start..end));
            start = end;
        }
        let slice = |(_, range): &(ArticleHash, Range<usize>)| &keys[range.clone()];
        // A canonical order within a group.
        ranges.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| slice(a).cmp(slice(b))));
        let mut stories = Stories {
            most,
            articles: Vec::new(),
            ends: Vec::new(),
            keys: Vec::with_capacity(keys.len()),
            weights: Vec::new(),
        };
        let mut union = Vec::new();
        for group in ranges.chunk_by(|a, b| a.0 == b.0) {
            union.clear();
            union.extend(group.iter().flat_map(slice));
            union.sort_unstable();
            union.dedup();
            union.truncate(most);
            stories.keys.extend_from_slice(&union);
            stories.articles.push(group[0].0);
            stories.ends.push(stories.keys.len() as u32);
        }
        drop(keys);
        stories.weigh();
        stories
    }
}

/// Specifics for comparison.
#[derive(Clone, Debug)]
pub(super) struct Stories {
    most: usize,
    /// Sorted.
    articles: Vec<ArticleHash>,
    ends: Vec<u32>,
    /// The keys, article by article.
    keys: Vec<u32>,
    weights: Vec<u8>,
}

impl Stories {
    /// The inverse of the share of [`MOST`] that an article may keep.
    pub(super) fn kept_one_in(&self) -> usize {
        MOST / self.most
    }

    fn weigh(&mut self) {
        let mut places: Vec<(u32, u32)> = self.keys.iter().copied().zip(0..).collect();
        parallel::sort(&mut places);
        self.weights = vec![0; self.keys.len()];
        let articles = self.articles.len() as f64;
        for same in places.chunk_by(|a, b| a.0 == b.0) {
            let bits = libm::log2(articles / same.len() as f64);
            let mut weight = (bits * f64::from(BIT)) as u32;
            if same.len() <= RARE {
                weight = weight.max(RARE_WEIGHT);
            }
            for &(_, at) in same {
                self.weights[at as usize] = weight.min(u32::from(u8::MAX)) as u8;
            }
        }
    }

    fn of(&self, article: ArticleHash) -> Option<(&[u32], &[u8])> {
        let at = self.articles.binary_search(&article).ok()?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let range = start as usize..self.ends[at] as usize;
        Some((&self.keys[range.clone()], &self.weights[range]))
    }
}

/// The specifics of the article at hand.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// Sorted by key, distinct.
    specifics: Vec<ToldSpecific>,
    /// A bit for every key. Absent keys of another article are skipped without an unpredictable
    /// branch.
    filter: Vec<u64>,
    /// Positions of the other article's keys that pass the filter.
    passed: Vec<u32>,
    /// The keys shared with the article compared most recently.
    found: Vec<u32>,
    last: u32,
}

/// The logarithm of the bits in the filter: 128 keys set one bit in 32.
const FILTER_BITS: u32 = 12;

fn filter_bit(key: u32) -> (usize, u32) {
    let at = key >> (u32::BITS - FILTER_BITS);
    (at as usize / 64, at % 64)
}

impl Default for Told {
    fn default() -> Self {
        Self {
            specifics: Vec::new(),
            filter: vec![0; (1 << FILTER_BITS) / 64],
            passed: vec![0; MOST],
            found: Vec::new(),
            last: 0,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct ToldSpecific {
    key: u32,
    kind: SpecificKind,
    /// Whether the specific stands outside shared units.
    outside: bool,
}

/// The weight of common specifics outside shared units, in parts of a bit ([`BIT`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CommonSpecifics {
    /// The weight after the allowance for a subject.
    pub(super) subject: u32,
    /// The weight after the allowance for a story.
    pub(super) story: u32,
}

impl Told {
    /// Takes the specifics of an article, with a flag for specifics outside shared units.
    pub(super) fn set(&mut self, specifics: impl Iterator<Item = (Specific, bool)>) {
        for specific in self.specifics.drain(..) {
            self.filter[filter_bit(specific.key).0] = 0;
        }
        let specifics =
            specifics.map(|(Specific { key, kind }, outside)| ToldSpecific { key, kind, outside });
        self.specifics.extend(specifics);
        // Specifics outside shared units come first.
        self.specifics
            .sort_unstable_by_key(|specific| (specific.key, !specific.outside));
        self.specifics.dedup_by_key(|specific| specific.key);
        for specific in &self.specifics {
            let (word, bit) = filter_bit(specific.key);
            self.filter[word] |= 1 << bit;
        }
    }

    /// Weighs the specifics in common with another article, outside shared units.
    pub(super) fn compare(&mut self, stories: &Stories, other: ArticleHash) -> CommonSpecifics {
        self.found.clear();
        self.last = 0;
        let Some((keys, weights)) = stories.of(other) else {
            return CommonSpecifics::default();
        };
        // Keys above the largest kept key of the other article are unknown.
        self.last = match keys.last() {
            Some(&last) if keys.len() >= stories.most => last,
            _ => u32::MAX,
        };
        let mut passed = 0;
        for (at, &key) in (0..).zip(keys) {
            let (word, bit) = filter_bit(key);
            self.passed[passed] = at;
            passed += (self.filter[word] >> bit & 1) as usize;
        }
        let mut common = CommonSpecifics::default();
        for &at in &self.passed[..passed] {
            let (key, weight) = (keys[at as usize], u32::from(weights[at as usize]));
            let Ok(found) = self
                .specifics
                .binary_search_by_key(&key, |specific| specific.key)
            else {
                continue;
            };
            self.found.push(key);
            let ToldSpecific { kind, outside, .. } = self.specifics[found];
            if outside {
                common.subject += weight.saturating_sub(SUBJECT) / kind.part();
                common.story += weight.saturating_sub(STORY) / kind.part();
            }
        }
        let known = self
            .specifics
            .partition_point(|specific| specific.key <= self.last);
        let (all, known) = (self.specifics.len() as u64, known.max(1) as u64);
        let of_all = |part: u32| (u64::from(part) * all / known) as u32;
        CommonSpecifics {
            subject: of_all(common.subject),
            story: of_all(common.story),
        }
    }

    /// The number of specifics that fill slots, and the number that the article compared most
    /// recently has too.
    pub(super) fn filled(&self, specifics: &[Specific]) -> [u32; 2] {
        let filling = specifics
            .iter()
            .filter(|specific| matches!(specific.kind, SpecificKind::Name | SpecificKind::Number))
            .filter(|specific| specific.key <= self.last);
        filling.fold([0, 0], |[all, both], specific| {
            let has = self.found.binary_search(&specific.key).is_ok();
            [all + 1, both + u32::from(has)]
        })
    }
}

impl SpecificKind {
    /// The divisor of a specific's weight. Three ordinary words weigh as much as a name. A name of
    /// four letters has two trigrams, and letters of three words make six.
    fn part(self) -> u32 {
        match self {
            Self::Name => 1,
            // A year or a small number is common knowledge.
            Self::Number => u32::MAX,
            Self::GramWord => 3,
            Self::Letters => 6,
        }
    }
}
