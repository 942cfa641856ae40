//! Word and line statistics of a corpus.
//!
//! In: the texts of many articles. Out: [`Statistics`]: in how many articles a word stands, whether
//! it is a name (written with a capital within sentences), and which short lines recur: menus,
//! credits, calls to subscribe.
//!
//! Statistics are counted once, saved, merged, and used on any stream of articles. Saved statistics
//! give the same answers in every run.

mod article_counts;
mod collector;
mod known;

use std::sync::OnceLock;

use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::kit::hashed_map::{HashedMap, HashedSet};
use crate::text;
pub use article_counts::ArticleCounts;
pub(crate) use article_counts::hash_of_line;
pub use collector::Collector;
use known::Name;
pub(crate) use known::{Known, KnownWords};

/// Articles counted at most, by [`Detector::count_statistics`](crate::Detector::count_statistics).
/// More articles hardly change weights: a weight is the logarithm of a frequency.
pub const ENOUGH: usize = 8192;

/// A line in at least 20 articles and at least 14 contexts is boilerplate. Copies of a story share
/// lines too, but in a single context. Both chosen by hand.
const ARTICLES_OF_BOILERPLATE: u32 = 20;
const CONTEXTS_OF_BOILERPLATE: u32 = 14;

/// "reprint statistics", and the version of the format.
const MAGIC: &[u8; 8] = b"RPSTATS2";

/// How often words and lines stand in a corpus.
///
/// An unknown word is taken to stand in one article, so words of one article need not be kept: see
/// [`forget_rare`](Self::forget_rare). The words and lines left of [`ENOUGH`] articles of news take
/// some 3 MB.
#[derive(Clone, Default)]
pub struct Statistics {
    articles: u32,
    words: HashedMap<u64, WordCounts>,
    lines: HashedMap<u64, LineCounts>,
    /// Made from the counts on first use, dropped when a count changes.
    derived: OnceLock<Derived>,
}

impl PartialEq for Statistics {
    fn eq(&self, other: &Self) -> bool {
        (self.articles, &self.words, &self.lines) == (other.articles, &other.words, &other.lines)
    }
}

impl Eq for Statistics {}

/// Tables for the look-up of nearly every word and line.
#[derive(Clone)]
struct Derived {
    words: KnownWords,
    boilerplate: HashedSet<u64>,
}

/// Uses within sentences that decide whether a word is a name. A use or two may stand in a headline.
/// Chosen by hand.
const OFTEN: u32 = 3;
/// A word is a name if the share of capitals in its uses within sentences is larger. Chosen by hand.
const USUALLY: f64 = 0.5;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct WordCounts {
    articles: u32,
    /// Occurrences within a sentence, with a capital and without.
    capital: u32,
    small: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct LineCounts {
    articles: u32,
    /// A bit for each context: the upper six bits of the hash of an article's longest other line
    /// (linear counting, Whang et al. 1990).
    contexts: u64,
}

impl WordCounts {
    fn add(&mut self, found: Self) {
        self.articles = self.articles.saturating_add(found.articles);
        self.capital = self.capital.saturating_add(found.capital);
        self.small = self.small.saturating_add(found.small);
    }

    /// Whether the word has a capital where common words have none.
    fn name(&self) -> Name {
        let both = self.capital.saturating_add(self.small);
        if both < OFTEN {
            Name::Unknown
        } else if f64::from(self.capital) > USUALLY * f64::from(both) {
            Name::Yes
        } else {
            Name::No
        }
    }
}

impl LineCounts {
    fn add(&mut self, found: Self) {
        self.articles = self.articles.saturating_add(found.articles);
        self.contexts |= found.contexts;
    }
}

impl std::fmt::Debug for Statistics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Statistics")
            .field("articles", &self.articles)
            .finish_non_exhaustive()
    }
}

impl Statistics {
    /// Statistics of no article.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many articles were counted.
    pub fn articles(&self) -> usize {
        self.articles as usize
    }

    /// Counts another article, in time linear in the length. Count exact copies once. Bytes beyond
    /// [`LOOKED_AT`](crate::document::LOOKED_AT) are not counted.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](text::MAX_LEN) bytes.
    pub fn add(&mut self, text: &str) -> Result<()> {
        text::check_len(text)?;
        self.add_counts(&ArticleCounts::of_head(text));
        Ok(())
    }

    /// Counts another article, cut before, in time linear in the length. Count exact copies once.
    pub fn add_document(&mut self, document: Document<'_>) {
        self.add_counts(&ArticleCounts::of(document));
    }

    /// Adds the counts of another article. Count exact copies once.
    pub fn add_counts(&mut self, counts: &ArticleCounts) {
        self.derived.take();
        self.articles = self.articles.saturating_add(1);
        for word in &counts.words {
            let found = WordCounts {
                articles: 1,
                capital: word.capital,
                small: word.small,
            };
            self.words.entry(word.hash).or_default().add(found);
        }
        for line in &counts.lines {
            let found = LineCounts {
                articles: 1,
                contexts: line.context.map_or(0, |context| 1 << context),
            };
            self.lines.entry(line.hash).or_default().add(found);
        }
    }

    /// Adds counts of other articles. The order of merges does not matter.
    pub fn merge(&mut self, other: &Self) {
        self.derived.take();
        self.articles = self.articles.saturating_add(other.articles);
        for (&word, &found) in &other.words {
            self.words.entry(word).or_default().add(found);
        }
        for (&line, &found) in &other.lines {
            self.lines.entry(line).or_default().add(found);
        }
    }

    /// Forgets words and lines that stand in one article: some half of the entries. An unknown word
    /// is taken to stand in one article anyway. Merge before forgetting, since a word with one
    /// article in each of two parts has two articles.
    pub fn forget_rare(&mut self) {
        self.derived.take();
        self.words.retain(|_, counts| counts.articles > 1);
        self.lines.retain(|_, counts| counts.articles > 1);
        self.words.shrink_to_fit();
        self.lines.shrink_to_fit();
    }

    /// A hash of the counts. Equal statistics have equal fingerprints. The fingerprint belongs to the recipe
    /// of answers.
    pub fn fingerprint(&self) -> u64 {
        hash::token(&self.body())
    }

    /// The number of articles with a word; 0 for an unknown word.
    pub fn articles_with(&self, word: &str) -> usize {
        let mut folded = String::new();
        text::fold(word, &mut folded);
        let known = self.words.get(&hash::word(folded.as_bytes()));
        known.map_or(0, |counts| counts.articles as usize)
    }

    /// The logarithm of the inverse document frequency of a word in `articles` articles; 0 for a word
    /// in every article.
    pub(crate) fn weight_in(&self, articles: u32) -> f32 {
        libm::logf((self.articles as f32 + 1.0) / (articles as f32 + 1.0)).max(0.0)
    }

    fn derived(&self) -> &Derived {
        self.derived.get_or_init(|| {
            let boilerplate = self.lines.iter().filter(|(_, counts)| {
                counts.articles >= ARTICLES_OF_BOILERPLATE
                    && counts.contexts.count_ones() >= CONTEXTS_OF_BOILERPLATE
            });
            let known = |(&word, counts): (&u64, &WordCounts)| Known {
                word,
                weight: self.weight_in(counts.articles),
                name: counts.name(),
            };
            Derived {
                words: KnownWords::new(self.words.iter().map(known), self.weight_in(1)),
                boilerplate: boilerplate.map(|(&line, _)| line).collect(),
            }
        })
    }

    /// Weights of words, and whether a word is a name.
    pub(crate) fn known_words(&self) -> &KnownWords {
        &self.derived().words
    }

    /// Hashes of boilerplate lines: furniture of a page, no text of an article.
    pub(crate) fn boilerplate(&self) -> &HashedSet<u64> {
        &self.derived().boilerplate
    }

    /// The counts in ascending order of hashes, little-endian, after a mark of the format and before
    /// the [`fingerprint`](Self::fingerprint), by which damage is seen.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.body();
        bytes.extend(hash::token(&bytes).to_le_bytes());
        bytes
    }

    /// The saved bytes without the fingerprint.
    fn body(&self) -> Vec<u8> {
        let counts = [self.words.len(), self.lines.len()];
        let mut bytes = Vec::with_capacity(Self::saved_len(counts));
        bytes.extend(MAGIC);
        bytes.extend(self.articles.to_le_bytes());
        for count in counts {
            bytes.extend((count as u64).to_le_bytes());
        }
        let mut words: Vec<_> = self.words.iter().collect();
        words.sort_unstable_by_key(|(word, _)| **word);
        for (word, counts) in words {
            bytes.extend(word.to_le_bytes());
            for part in [counts.articles, counts.capital, counts.small] {
                bytes.extend(part.to_le_bytes());
            }
        }
        let mut lines: Vec<_> = self.lines.iter().collect();
        lines.sort_unstable_by_key(|(line, _)| **line);
        for (line, counts) in lines {
            bytes.extend(line.to_le_bytes());
            bytes.extend(counts.articles.to_le_bytes());
            bytes.extend(counts.contexts.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) has written. Damaged bytes are refused by their
    /// fingerprint. Bytes that `to_bytes` could not have written are refused even with the right
    /// fingerprint: hashes that do not ascend, counts above the number of articles.
    ///
    /// # Errors
    ///
    /// [`Damaged`](ErrorKind::Damaged) if the bytes are no statistics of this version, or a part is missing.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::parse(bytes).ok_or_else(|| {
            Error::new(
                ErrorKind::Damaged,
                format!(
                    "these {} bytes are no statistics of this version, or not all of them; count \
                     them again",
                    bytes.len()
                ),
            )
        })
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (body, fingerprint) = bytes.split_last_chunk()?;
        if hash::token(body) != u64::from_le_bytes(*fingerprint) {
            return None;
        }
        let mut rest = body.strip_prefix(MAGIC)?;
        let articles = u32::from_le_bytes(take(&mut rest)?);
        let counts = [take(&mut rest)?, take(&mut rest)?].map(u64::from_le_bytes);
        let all = counts.map(usize::try_from);
        let [Ok(words), Ok(lines)] = all else {
            return None;
        };
        // Nothing is allocated by a count that the bytes don't bear out.
        let words_len = words.checked_mul(WORD_LEN)?;
        let lines_len = lines.checked_mul(LINE_LEN)?;
        if words_len.checked_add(lines_len)? != rest.len() {
            return None;
        }
        let mut read = Self {
            articles,
            ..Self::default()
        };
        // What `to_bytes` writes ascends, and no count is above the number of articles.
        let is_count = |count: u32| (1..=articles).contains(&count);
        let mut last = None;
        for _ in 0..words {
            let word = u64::from_le_bytes(take(&mut rest)?);
            let counts = WordCounts {
                articles: u32::from_le_bytes(take(&mut rest)?),
                capital: u32::from_le_bytes(take(&mut rest)?),
                small: u32::from_le_bytes(take(&mut rest)?),
            };
            if last.replace(word) >= Some(word) || !is_count(counts.articles) {
                return None;
            }
            read.words.insert(word, counts);
        }
        let mut last = None;
        for _ in 0..lines {
            let line = u64::from_le_bytes(take(&mut rest)?);
            let counts = LineCounts {
                articles: u32::from_le_bytes(take(&mut rest)?),
                contexts: u64::from_le_bytes(take(&mut rest)?),
            };
            let has_contexts = counts.contexts.count_ones() <= counts.articles;
            if last.replace(line) >= Some(line) || !is_count(counts.articles) || !has_contexts {
                return None;
            }
            read.lines.insert(line, counts);
        }
        Some(read)
    }

    fn saved_len([words, lines]: [usize; 2]) -> usize {
        HEAD_LEN + words * WORD_LEN + lines * LINE_LEN + TAIL_LEN
    }
}

/// The mark, the number of articles, the numbers of words and lines.
const HEAD_LEN: usize = 8 + 4 + 8 + 8;
/// A hash and three counts.
const WORD_LEN: usize = 8 + 3 * 4;
/// A hash, a count and a bitmap.
const LINE_LEN: usize = 8 + 4 + 8;
/// The fingerprint.
const TAIL_LEN: usize = 8;

/// Takes the first bytes of `rest`.
fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{DocumentBuffer, LOOKED_AT};

    fn page(number: usize) -> String {
        format!(
            "Home\nNews from Old Harbour\nThe ferry number {number} left the pier of {number} \
             Novak Street at noon with {number} boats.\nSubscribe to our letter, it is free of \
             charge and comes every week.\n"
        )
    }

    fn of(texts: impl IntoIterator<Item = String>) -> Statistics {
        let mut statistics = Statistics::new();
        for text in texts {
            statistics.add(&text).expect("a short text");
        }
        statistics
    }

    fn line(statistics: &Statistics, text: &str) -> bool {
        let mut buffer = DocumentBuffer::new();
        let document = buffer.read(text).expect("a short text");
        let mut lines = document.lines();
        let line = lines.next().expect("a line");
        statistics
            .boilerplate()
            .contains(&hash_of_line(&document.words()[line]))
    }

    #[test]
    fn lines_of_many_contexts_are_boilerplate() {
        let pages = of((0..60).map(page));
        assert!(
            line(&pages, "Home")
                && line(
                    &pages,
                    "SUBSCRIBE to our letter: it is free of charge and comes every week"
                )
        );
        assert!(!line(
            &pages,
            "The ferry number 7 left the pier of 7 Novak Street at noon with 7 boats."
        ));
        let reprints = of(std::iter::repeat_n(page(1), 60));
        assert!(!line(&reprints, "Home"));
    }

    #[test]
    fn words_are_counted_by_article_and_names_by_their_capitals() {
        let pages = of((0..60).map(page));
        assert_eq!(
            (
                pages.articles(),
                pages.articles_with("FERRY"),
                pages.articles_with("tram")
            ),
            (60, 60, 0)
        );
        let is_name = |word: &str| {
            pages
                .known_words()
                .look_up(hash::word(word.as_bytes()))
                .is_name()
        };
        assert_eq!(
            (is_name("harbour"), is_name("boats"), is_name("tram")),
            (Some(true), Some(false), None)
        );
    }

    #[test]
    fn of_a_long_text_the_head_is_counted() {
        let page = page(1);
        let mut text = page.repeat(LOOKED_AT / page.len() + 1);
        let head = text[..LOOKED_AT].to_owned();
        text.push_str(" lighthouse");
        let mut buffer = DocumentBuffer::new();
        let counts = ArticleCounts::of(buffer.read(&text).expect("short enough"));
        assert_eq!(
            counts,
            ArticleCounts::of(buffer.read(&head).expect("short enough"))
        );
        let mut statistics = Statistics::new();
        statistics.add_counts(&counts);
        assert!(statistics == of([text]));
        let known = ["ferry", "lighthouse"].map(|word| statistics.articles_with(word));
        assert_eq!(known, [1, 0]);
    }

    #[test]
    fn merged_is_as_counted_together_and_saved_is_as_read() {
        let mut all = of((0..60).map(page));
        let mut merged = of((20..60).map(page));
        merged.merge(&of((0..20).map(page)));
        assert!(merged == all && merged.fingerprint() == all.fingerprint());
        all.forget_rare();
        let bytes = all.to_bytes();
        assert!(Statistics::from_bytes(&bytes).expect("whole") == all);
        let (body, _) = bytes.split_last_chunk::<8>().expect("it is long enough");
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let read = Statistics::from_bytes(&flipped);
                assert!(read.is_err(), "bit {bit} of byte {at}");
                // With a fingerprint that fits, what is read is what was written.
                let mut forged = flipped[..body.len()].to_vec();
                forged.extend(hash::token(&forged).to_le_bytes());
                if let Ok(read) = Statistics::from_bytes(&forged) {
                    assert!(read.to_bytes() == forged, "bit {bit} of byte {at}");
                }
            }
        }
        for bad in [&bytes[..bytes.len() - 1], &bytes[1..], MAGIC, b""] {
            let error = Statistics::from_bytes(bad).expect_err("damaged");
            assert_eq!(error.kind(), ErrorKind::Damaged);
        }
    }
}
