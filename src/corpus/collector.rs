//! Counts of articles, kept while the articles are read.
//!
//! In: articles, in any order. Out: a [`Collector`] with the counts of the [`ENOUGH`]
//! articles that statistics are counted of. No text is read and cut a second time.

use std::collections::BTreeMap;

use super::ENOUGH;
use super::article_counts::{ArticleCounts, CountedLine, CountedWord};
use crate::kit::hashed_map::HashedMap;
use crate::sketch::Fingerprint;

/// Bytes of packed counts at most. [`ENOUGH`] articles of news take half of the budget. An article
/// beyond the budget is read again. Chosen by hand: books must not fill the memory.
const BUDGET: usize = 16 << 20;

/// The counts of the [`ENOUGH`] articles with the smallest fingerprints.
///
/// A collector saves time and changes no answer:
/// [`Detector::count_statistics_with`](crate::Detector::count_statistics_with) reads the text of an
/// article that the collector lacks.
///
/// Packed counts take at most 16 MB. The table of words takes some 40 bytes for each distinct word of
/// the articles held.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    articles: BTreeMap<Fingerprint, Packed>,
    words: Words,
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
            counts: self.words.pack(counts),
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
        (*held.key == *key && !held.counts.is_empty()).then(|| self.words.unpack(&held.counts))
    }

    /// Bytes held, but for what an allocator adds.
    pub fn memory(&self) -> usize {
        let keys: usize = self.articles.values().map(|held| held.key.len()).sum();
        self.articles.len() * size_of::<(Fingerprint, Packed)>()
            + keys
            + self.bytes
            + self.words.memory()
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
        let counts = std::mem::take(&mut held.counts);
        self.bytes -= counts.len();
        self.words.release(&counts);
    }
}

/// An article of a [`Collector`].
#[derive(Clone, Debug)]
struct Packed {
    key: Box<str>,
    /// As [`Words::pack`] writes counts; empty if the counts are beyond the budget.
    counts: Box<[u8]>,
}

/// A word of the articles held.
#[derive(Clone, Copy, Debug)]
struct HeldWord {
    hash: u64,
    /// The articles with the word; 0 for a vacant number.
    articles: u32,
}

/// The words of the articles held, by number: a number takes two bytes where a hash takes eight.
#[derive(Clone, Debug, Default)]
struct Words {
    by_number: Vec<HeldWord>,
    /// Numbers by hash.
    numbers: HashedMap<u64, u32>,
    /// Numbers whose word no article has any longer.
    vacant: Vec<u32>,
}

/// Stands for no context; the contexts are below 64.
const NO_CONTEXT: u8 = 64;

impl Words {
    /// The number of a word, in one more article.
    fn take(&mut self, hash: u64) -> u32 {
        let Self {
            by_number,
            numbers,
            vacant,
        } = self;
        let number = *numbers.entry(hash).or_insert_with(|| {
            let word = HeldWord { hash, articles: 0 };
            if let Some(number) = vacant.pop() {
                by_number[number as usize] = word;
                number
            } else {
                by_number.push(word);
                // No more than `BUDGET` words are held, beside those of one article.
                (by_number.len() - 1) as u32
            }
        });
        by_number[number as usize].articles += 1;
        number
    }

    /// Writes the number of words. Then, for each word in ascending order of numbers: the distance
    /// from the number before, the capitals, and the small letters. Then, for each line: eight bytes of
    /// hash and a byte of context. Integers but the hashes are in LEB128 (DWARF 5, 2017).
    fn pack(&mut self, counts: &ArticleCounts) -> Box<[u8]> {
        let number = |word: &CountedWord| (self.take(word.hash), word.capital, word.small);
        let mut numbered: Vec<(u32, u32, u32)> = counts.words.iter().map(number).collect();
        numbered.sort_unstable();
        let mut bytes = Vec::with_capacity(4 * (numbered.len() + 1) + 9 * counts.lines.len());
        push(&mut bytes, numbered.len() as u32);
        let mut last = 0;
        for (number, capital, small) in numbered {
            for part in [number - last, capital, small] {
                push(&mut bytes, part);
            }
            last = number;
        }
        for line in &counts.lines {
            bytes.extend(line.hash.to_le_bytes());
            bytes.push(line.context.unwrap_or(NO_CONTEXT));
        }
        bytes.into()
    }

    /// Reads what [`pack`](Self::pack) has written.
    fn unpack(&self, mut packed: &[u8]) -> ArticleCounts {
        let word = |(number, capital, small): (u32, u32, u32)| CountedWord {
            hash: self.by_number[number as usize].hash,
            capital,
            small,
        };
        let mut words: Vec<CountedWord> = numbered(&mut packed).map(word).collect();
        words.sort_unstable_by_key(|word| word.hash);
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

    /// Lets go of the words of packed counts.
    fn release(&mut self, mut packed: &[u8]) {
        for (number, ..) in numbered(&mut packed) {
            let word = &mut self.by_number[number as usize];
            word.articles -= 1;
            if word.articles == 0 {
                self.numbers.remove(&word.hash);
                self.vacant.push(number);
            }
        }
    }

    fn memory(&self) -> usize {
        // A hash map keeps a byte beside each entry.
        self.by_number.capacity() * size_of::<HeldWord>()
            + self.numbers.capacity() * (size_of::<(u64, u32)>() + 1)
            + self.vacant.capacity() * size_of::<u32>()
    }
}

/// Reads words of packed counts: number, capitals, small letters. `packed` then starts with the
/// lines.
fn numbered<'a>(packed: &'a mut &[u8]) -> impl Iterator<Item = (u32, u32, u32)> + 'a {
    let words = if packed.is_empty() { 0 } else { pop(packed) };
    let mut last = 0;
    (0..words).map(move |_| {
        last += pop(packed);
        (last, pop(packed), pop(packed))
    })
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
        assert_eq!(collector.words.numbers.len(), 2 * ENOUGH + 1);
        assert!(collector.words.by_number.len() <= 2 * ENOUGH + 4);
        for fingerprint in all {
            collector.remove(fingerprint);
        }
        assert_eq!((collector.bytes, collector.words.numbers.len()), (0, 0));
    }

    #[test]
    fn counts_beyond_the_budget_are_not_held() {
        let mut collector = Collector::new();
        let book: Vec<(u64, u32)> = (0..BUDGET as u64 / 20).map(|word| (word, 1)).collect();
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
            let mut words = Words::default();
            let articles: Vec<ArticleCounts> = articles.iter().map(|at| counts(at)).collect();
            let packed: Vec<_> = articles.iter().map(|counts| words.pack(counts)).collect();
            for (packed, counts) in packed.iter().zip(&articles) {
                prop_assert_eq!(&words.unpack(packed), counts);
            }
        }
    }
}
