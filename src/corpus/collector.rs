//! Counts of articles, kept while the articles are read.
//!
//! In: articles, in any order. Out: a [`Collector`] with the counts of the [`ENOUGH`]
//! articles that statistics are counted of. No text is read and cut a second time.

use std::collections::BTreeMap;

use super::ENOUGH;
use super::article_counts::{ArticleCounts, CountedLine, CountedWord};
use crate::sketch::Fingerprint;

/// Bytes of packed counts at most. [`ENOUGH`] articles of news take two thirds of the budget. An
/// article beyond the budget is read again. Chosen by hand: books must not fill the memory.
const BUDGET: usize = 32 << 20;

/// Articles to count for each of [`ENOUGH`], where a corpus of known size is read. Fingerprints fall
/// evenly, so a fifth too many allows for copies and for records that differ in length. Chosen by
/// hand.
const SPARE: f64 = 1.2;

/// The counts of the [`ENOUGH`] articles with the smallest fingerprints.
///
/// A collector saves time and changes no answer:
/// [`Detector::count_statistics_with`](crate::Detector::count_statistics_with) reads the text of an
/// article that the collector lacks.
///
/// Packed counts take at most 32 MB: some ten bytes for each distinct word of an article.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    articles: BTreeMap<Fingerprint, Packed>,
    /// Bytes of all packed counts.
    bytes: usize,
}

impl Collector {
    /// A collector of no article.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether statistics may need an article with this fingerprint. A fingerprint that is refused
    /// once is refused for good: counts of the article need not be made.
    pub fn wants(&self, fingerprint: Fingerprint) -> bool {
        self.limit().is_none_or(|limit| fingerprint <= limit)
    }

    /// The largest fingerprint that [`wants`](Self::wants) accepts; `None` while all are accepted. The
    /// limit never rises.
    pub fn limit(&self) -> Option<Fingerprint> {
        let (&largest, _) = self.articles.last_key_value()?;
        (self.articles.len() >= ENOUGH).then_some(largest)
    }

    /// The largest fingerprint worth counting if `expected` different articles come in all; `None` while
    /// all are. It is at most [`limit`](Self::limit).
    ///
    /// Of 52,000 articles in random order, [`wants`](Self::wants) accepts 23,000 as they come, and this
    /// limit 9,800. If fewer articles come than were expected, the articles that the collector then lacks
    /// are read again.
    pub fn limit_among(&self, expected: f64) -> Option<Fingerprint> {
        let share = SPARE * ENOUGH as f64 / expected;
        // All 128 bits of a fingerprint are mixed, so a share of the articles lies below the same share
        // of all numbers.
        let guess = (share < 1.0).then_some(Fingerprint((share * u128::MAX as f64) as u128));
        match (self.limit(), guess) {
            (Some(limit), Some(guess)) => Some(limit.min(guess)),
            (limit, guess) => limit.or(guess),
        }
    }

    /// Adds the counts of an article; of exact copies, the copy with the smallest key is kept.
    ///
    /// Time is linear in the counts, and logarithmic in the number of articles.
    pub fn add(&mut self, fingerprint: Fingerprint, key: &str, counts: &ArticleCounts) {
        let held = self.articles.get(&fingerprint);
        let has_earlier = held.is_some_and(|held| *held.key <= *key);
        if counts.is_empty() || has_earlier || !self.wants(fingerprint) {
            return;
        }
        self.remove(fingerprint);
        if self.articles.len() >= ENOUGH
            && let Some((&largest, _)) = self.articles.last_key_value()
        {
            self.remove(largest);
        }
        let packed = Packed {
            key: key.into(),
            counts: pack(counts),
        };
        self.bytes += packed.counts.len();
        self.articles.insert(fingerprint, packed);
        // The limit must not rise, so the fingerprint stays where the counts go.
        if self.bytes > BUDGET {
            self.forget(fingerprint);
        }
    }

    /// The counts of an article, if they are held.
    pub(crate) fn get(&self, fingerprint: Fingerprint, key: &str) -> Option<ArticleCounts> {
        let held = self.articles.get(&fingerprint)?;
        (*held.key == *key && !held.counts.is_empty()).then(|| unpack(&held.counts))
    }

    /// Bytes held, but for what an allocator adds.
    pub fn memory(&self) -> usize {
        let keys: usize = self.articles.values().map(|held| held.key.len()).sum();
        self.articles.len() * size_of::<(Fingerprint, Packed)>() + keys + self.bytes
    }

    fn remove(&mut self, fingerprint: Fingerprint) {
        self.forget(fingerprint);
        self.articles.remove(&fingerprint);
    }

    /// Drops the counts of an article that is held.
    fn forget(&mut self, fingerprint: Fingerprint) {
        let Some(held) = self.articles.get_mut(&fingerprint) else {
            return;
        };
        self.bytes -= std::mem::take(&mut held.counts).len();
    }
}

/// An article of a [`Collector`].
#[derive(Clone, Debug)]
struct Packed {
    key: Box<str>,
    /// As [`pack`] writes counts; empty if the counts are beyond the budget.
    counts: Box<[u8]>,
}

/// Stands for no context; the contexts are below 64.
const NO_CONTEXT: u8 = 64;

/// Writes the number of words. Then, for each word: eight bytes of hash, the capitals, and the small
/// letters. Then, for each line: eight bytes of hash and a byte of context. Integers but the hashes are
/// in LEB128 (DWARF 5, 2017).
fn pack(counts: &ArticleCounts) -> Box<[u8]> {
    let ArticleCounts { words, lines } = counts;
    let mut bytes = Vec::with_capacity(10 * words.len() + 9 * lines.len() + 8);
    push(&mut bytes, words.len() as u32);
    for word in words {
        bytes.extend(word.hash.to_le_bytes());
        push(&mut bytes, word.capital);
        push(&mut bytes, word.small);
    }
    for line in lines {
        bytes.extend(line.hash.to_le_bytes());
        bytes.push(line.context.unwrap_or(NO_CONTEXT));
    }
    bytes.into()
}

/// Reads what [`pack`] has written.
fn unpack(mut packed: &[u8]) -> ArticleCounts {
    let words = (0..pop(&mut packed)).map_while(|_| {
        let (&hash, rest) = packed.split_first_chunk()?;
        packed = rest;
        Some(CountedWord {
            hash: u64::from_le_bytes(hash),
            capital: pop(&mut packed),
            small: pop(&mut packed),
        })
    });
    let words = words.collect();
    let (lines, _) = packed.as_chunks::<9>();
    let line = |&[hash @ .., context]: &[u8; 9]| CountedLine {
        hash: u64::from_le_bytes(hash),
        context: (context != NO_CONTEXT).then_some(context),
    };
    ArticleCounts {
        words,
        lines: lines.iter().map(line).collect(),
    }
}

/// Appends an integer in LEB128: seven bits a byte, the lowest first.
fn push(bytes: &mut Vec<u8>, mut integer: u32) {
    while integer >= 0x80 {
        bytes.push(integer as u8 | 0x80);
        integer >>= 7;
    }
    bytes.push(integer as u8);
}

/// Takes an integer in LEB128 from the front of `rest`.
fn pop(rest: &mut &[u8]) -> u32 {
    let mut integer = 0;
    let mut shift = 0;
    while let Some((&byte, tail)) = rest.split_first() {
        *rest = tail;
        integer |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            break;
        }
    }
    integer
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(words: &[(u64, u32)]) -> ArticleCounts {
        let mut words = words.to_vec();
        words.sort_unstable();
        words.dedup_by_key(|word| word.0);
        let word = |&(hash, uses): &(u64, u32)| CountedWord {
            hash,
            capital: uses,
            small: uses / 3,
        };
        let line = |&(hash, uses): &(u64, u32)| CountedLine {
            hash,
            context: (uses % 2 == 0).then_some((uses % 64) as u8),
        };
        ArticleCounts {
            words: words.iter().map(word).collect(),
            lines: words.iter().map(line).collect(),
        }
    }

    #[test]
    fn the_smallest_fingerprints_are_held_and_nothing_of_the_others() {
        let mut collector = Collector::new();
        let fingerprint = |at: u64| Fingerprint(u128::from(crate::hash::finish(at + 1)) << 64);
        let mut all: Vec<Fingerprint> = (0..2 * ENOUGH as u64).map(fingerprint).collect();
        for (at, &fingerprint) in all.iter().enumerate() {
            // Two words of its own, one of all articles.
            let words = [(1, 1), (at as u64 + 2, 7), (u64::MAX - at as u64, 300)];
            collector.add(fingerprint, "key", &counts(&words));
        }
        all.sort_unstable();
        let (held, gone) = all.split_at(ENOUGH);
        assert_eq!(collector.limit(), held.last().copied());
        assert!(held.iter().all(|&at| collector.get(at, "key").is_some()));
        assert!(gone.iter().all(|&at| collector.get(at, "key").is_none()));
        for fingerprint in all {
            collector.remove(fingerprint);
        }
        assert_eq!(collector.bytes, 0);
    }

    #[test]
    fn the_articles_of_a_corpus_of_known_size_are_nearly_all_below_a_limit_set_at_once() {
        let collector = Collector::new();
        assert_eq!(collector.limit_among(ENOUGH as f64), None);
        assert_eq!(collector.limit_among(0.0), None);
        let articles = 10 * ENOUGH as u64;
        let limit = collector.limit_among(articles as f64);
        let fingerprint = |at: u64| Fingerprint(u128::from(crate::hash::finish(at + 1)) << 64);
        let counted =
            (0..articles).filter(|&at| limit.is_some_and(|limit| fingerprint(at) <= limit));
        let counted = counted.count() as f64 / ENOUGH as f64;
        assert!((1.1..1.3).contains(&counted), "{counted}");
    }

    #[test]
    fn counts_beyond_the_budget_are_not_held() {
        let mut collector = Collector::new();
        let book: Vec<(u64, u32)> = (0..BUDGET as u64 / 32).map(|word| (word, 1)).collect();
        let book = counts(&book);
        collector.add(Fingerprint(2), "a", &book);
        collector.add(Fingerprint(1), "b", &book);
        assert_eq!(collector.get(Fingerprint(2), "a"), Some(book));
        assert_eq!(collector.get(Fingerprint(1), "b"), None);
        assert!(collector.bytes <= BUDGET);
    }

    proptest! {
        #[test]
        fn counts_are_unpacked_as_packed(
            articles in prop::collection::vec(
                prop::collection::vec((any::<u64>(), any::<u32>()), 1..9),
                1..9,
            ),
        ) {
            let articles: Vec<ArticleCounts> = articles.iter().map(|at| counts(at)).collect();
            for counts in &articles {
                prop_assert_eq!(&unpack(&pack(counts)), counts);
            }
        }
    }
}
