//! Which articles tell the same story.
//!
//! In: the specifics of each article: its names and numbers, or its words, or its letters by three.
//! Out: for two articles how much they have in common that few others have.
//!
//! Of each article the specifics with the smallest hashes are kept, [`MOST`] or fewer: those of two
//! articles up to the smaller of their last ones are as good as drawn by lot, and the same ones in
//! both (Broder, "On the resemblance and containment of documents", 1997, section 3). What a
//! specific weighs is its inverse document frequency (Spärck Jones, 1972), less a share that is
//! everybody's.

use super::units::{ArticleUnits, Specific, SpecificKind};
use crate::kit::parallel;

/// Specifics kept of an article at most: names and numbers of 500 words.
const MOST: usize = 128;

/// WeighedStems are bits, of which each is so many parts: what one article in 2^b has weighs b bits.
pub(super) const BIT: u32 = 12;
/// Bits that a specific weighs less as part of a subject: half of all articles may have it...
const SUBJECT: u32 = BIT;
/// ...and as part of a story: one article in 16 may.
const STORY: u32 = 4 * BIT;
/// What no more than so many articles have is rare in a small corpus too...
const RARE: usize = 5;
/// ...and weighs this at least.
const RARE_WEIGHT: u32 = 8 * BIT;

/// The keys of an article's specifics, in order and none twice: the first ones of them.
pub(super) fn keys(units: &ArticleUnits) -> Vec<u32> {
    let specifics = units.all_places().iter();
    let mut keys: Vec<u32> = specifics.map(|specific| specific.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.truncate(MOST);
    keys.shrink_to_fit();
    keys
}

/// The specifics of articles so far.
#[derive(Clone, Debug)]
pub(super) struct StoryBook {
    /// Numbers of articles, with the ends of their keys.
    articles: Vec<(u32, u32)>,
    keys: Vec<u32>,
    most: usize,
    max_bytes: usize,
}

impl StoryBook {
    /// At most about so many bytes for keys.
    pub(super) fn new(max_bytes: usize) -> Self {
        // Places among them are numbers of 32 bits.
        let max_bytes = max_bytes.min(u32::MAX as usize);
        Self {
            articles: Vec::new(),
            keys: Vec::new(),
            most: MOST,
            max_bytes,
        }
    }

    /// Adds an article: the keys of its specifics, in order and none twice.
    pub(super) fn add(&mut self, article: u32, keys: &[u32]) {
        self.keys
            .extend_from_slice(&keys[..keys.len().min(self.most)]);
        self.articles.push((article, self.keys.len() as u32));
        // Fewer of each article: how many follows from all of them, and not from their order.
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

    /// What can be compared.
    pub(super) fn finish(self) -> Stories {
        let Self {
            articles,
            keys,
            most,
            ..
        } = self;
        let mut start = 0;
        let mut ranges: Vec<(u32, u32, u32)> = Vec::with_capacity(articles.len());
        for (article, end) in articles {
            ranges.push((article, start, end));
            start = end;
        }
        let slice = |&(_, start, end): &(u32, u32, u32)| &keys[start as usize..end as usize];
        // The order of those of one group must not matter.
        ranges.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| slice(a).cmp(slice(b))));
        let mut stories = Stories {
            most,
            numbers: Vec::new(),
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
            stories.numbers.push(group[0].0);
            stories.ends.push(stories.keys.len() as u32);
        }
        drop(keys);
        stories.weigh();
        stories
    }
}

/// The specifics of all articles.
#[derive(Clone, Debug)]
pub(super) struct Stories {
    most: usize,
    /// Numbers of articles, in order; with the ends of their keys.
    numbers: Vec<u32>,
    ends: Vec<u32>,
    /// In the order of each article.
    keys: Vec<u32>,
    weights: Vec<u8>,
}

impl Stories {
    /// Of the specifics kept of an article at most, one in so many was.
    pub(super) fn kept_one_in(&self) -> usize {
        MOST / self.most
    }

    fn weigh(&mut self) {
        let mut places: Vec<(u32, u32)> = self.keys.iter().copied().zip(0..).collect();
        parallel::sort(&mut places);
        self.weights = vec![0; self.keys.len()];
        let articles = self.numbers.len() as f64;
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

    fn of(&self, article: u32) -> Option<(&[u32], &[u8])> {
        let at = self.numbers.binary_search(&article).ok()?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let range = start as usize..self.ends[at] as usize;
        Some((&self.keys[range.clone()], &self.weights[range]))
    }
}

/// What an article says of its own story.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// In the order of their keys, none twice.
    specifics: Vec<ToldSpecific>,
    /// A bit for each of them, so that what another article has is passed over without a branch
    /// that could not be guessed.
    filter: Vec<u64>,
    /// Places of those keys of the other article that pass.
    passed: Vec<u32>,
    /// Those that the article last compared has too, and the last one of which that is known.
    found: Vec<u32>,
    last: u32,
}

/// Bits of the filter.
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
    /// Whether it stands outside the units that others share.
    outside: bool,
}

/// What two articles have in common outside shared units, in parts of a bit: [`BIT`] of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CommonSpecifics {
    /// The weight of all but what every second article has.
    pub(super) subject: u32,
    /// The weight of what few articles have.
    pub(super) story: u32,
}

impl Told {
    /// The specifics of an article, each with whether it stands outside shared units.
    pub(super) fn set(&mut self, specifics: impl Iterator<Item = (Specific, bool)>) {
        for specific in self.specifics.drain(..) {
            self.filter[filter_bit(specific.key).0] = 0;
        }
        let specifics =
            specifics.map(|(Specific { key, kind }, outside)| ToldSpecific { key, kind, outside });
        self.specifics.extend(specifics);
        // Those outside come first.
        self.specifics
            .sort_unstable_by_key(|specific| (specific.key, !specific.outside));
        self.specifics.dedup_by_key(|specific| specific.key);
        for specific in &self.specifics {
            let (word, bit) = filter_bit(specific.key);
            self.filter[word] |= 1 << bit;
        }
    }

    /// What the article has in common with another one outside shared units.
    pub(super) fn compare(&mut self, stories: &Stories, other: u32) -> CommonSpecifics {
        self.found.clear();
        self.last = 0;
        let Some((keys, weights)) = stories.of(other) else {
            return CommonSpecifics::default();
        };
        // What the other one has above its last key is not known.
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

    /// Of some specifics, how many fill slots, and how many of these the article last compared has
    /// too.
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
    /// What a specific weighs less than a name: of words that are no names three make one, and a
    /// name of four letters has two of its letters by three.
    fn part(self) -> u32 {
        match self {
            Self::Name => 1,
            // A year or a small number is everybody's.
            Self::Number => u32::MAX,
            Self::GramWord => 3,
            Self::Letters => 6,
        }
    }
}
