//! What a corpus tells about its words and lines.
//!
//! In: the texts of many articles. Out: [`Statistics`]: in how many articles a word stands, whether
//! it is a name (written with a capital within sentences), and which short lines recur: menus,
//! credits, calls to subscribe.
//!
//! Statistics are counted once, saved, merged, and used on any stream of articles: what they are
//! used for gives the same answer each time. They are kept in a table of fixed size (count-min,
//! Cormode and Muthukrishnan 2005; both cells of a key in one line of cache): a count is never too
//! low, and too high by a few articles for a word in a few.

use std::ops::Range;

use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::text::{self, Token};

/// How many articles are enough: the logarithm of a frequency is what is used of it.
pub const ENOUGH: usize = 8192;

/// Keys of one line of cache: two of the five cells count for each.
const CELLS_OF_A_LINE: usize = 5;
const LINES: usize = 1 << 16;
const CELLS: usize = LINES * CELLS_OF_A_LINE;
/// Short lines are fewer than words.
const LINE_CELLS: usize = 1 << 17;

/// Longer lines are prose.
const WORDS_OF_A_LINE: usize = 15;

/// "reprint statistics", and the version of the format.
const MAGIC: &[u8; 8] = b"RPSTATS1";

/// How often words and short lines stand in a corpus. Takes 4.5 MB, whatever the corpus.
#[derive(Clone, PartialEq, Eq)]
pub struct Statistics {
    articles: u32,
    words: Vec<WordCounts>,
    /// Articles by short line.
    lines: Vec<u32>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct WordCounts {
    articles: u32,
    /// Occurrences within a sentence with a capital, and without.
    capital: u32,
    small: u32,
}

impl WordCounts {
    fn parts(&mut self) -> [&mut u32; 3] {
        [&mut self.articles, &mut self.capital, &mut self.small]
    }
}

impl std::fmt::Debug for Statistics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Statistics")
            .field("articles", &self.articles)
            .finish_non_exhaustive()
    }
}

impl Default for Statistics {
    fn default() -> Self {
        Self::new()
    }
}

impl Statistics {
    /// Of no article.
    pub fn new() -> Self {
        Self {
            articles: 0,
            words: vec![WordCounts::default(); CELLS],
            lines: vec![0; LINE_CELLS],
        }
    }

    /// How many articles were counted.
    pub fn articles(&self) -> usize {
        self.articles as usize
    }

    /// Counts one more article, in time linear in its length. Copies should be counted once.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](ErrorKind::TextTooLong) above [`MAX_LEN`](text::MAX_LEN) bytes.
    pub fn add(&mut self, text: &str) -> Result<()> {
        let tokens = text::words(text)?;
        self.articles = self.articles.saturating_add(1);
        let mut opens = true;
        let mut last_end = 0;
        let mut counted: Vec<(u64, [u32; 2])> = Vec::with_capacity(tokens.len());
        for token in &tokens {
            let Range { start, end } = token.span.range();
            opens |= opens_sentence(&text[last_end..start]);
            let first = text[start..].chars().next().unwrap_or_default();
            let counts = [first.is_uppercase(), first.is_lowercase()];
            counted.push((token.hash, counts.map(|is| u32::from(is && !opens))));
            opens = false;
            last_end = end;
        }
        counted.sort_unstable();
        for same in counted.chunk_by(|a, b| a.0 == b.0) {
            let [capital, small] = [0, 1].map(|at| same.iter().map(|(_, counts)| counts[at]).sum());
            let found = WordCounts {
                articles: 1,
                capital,
                small,
            };
            for cell in word_cells(same[0].0) {
                add(&mut self.words[cell], found);
            }
        }
        let mut lines = Vec::new();
        for_short_lines(text, &tokens, |line, _| lines.push(line));
        lines.sort_unstable();
        lines.dedup();
        for line in lines {
            for cell in line_cells(line) {
                self.lines[cell] = self.lines[cell].saturating_add(1);
            }
        }
        Ok(())
    }

    /// Adds what was counted elsewhere, of other articles. The order does not matter.
    pub fn merge(&mut self, other: &Self) {
        self.articles = self.articles.saturating_add(other.articles);
        for (cell, &found) in self.words.iter_mut().zip(&other.words) {
            add(cell, found);
        }
        for (cell, &found) in self.lines.iter_mut().zip(&other.lines) {
            *cell = cell.saturating_add(found);
        }
    }

    /// Equal for equal statistics. It belongs to the recipe of every answer that rests on them.
    pub fn fingerprint(&self) -> u64 {
        hash::token(&self.to_bytes())
    }

    /// In how many of the articles a word stands, at most.
    pub fn articles_with(&self, word: &str) -> usize {
        let mut folded = String::new();
        text::fold(word, &mut folded);
        self.counts(hash::word(folded.as_bytes())).articles as usize
    }

    /// The logarithm of the inverse document frequency of a word: 0 where every article has it.
    pub(crate) fn weight(&self, word: u64) -> f32 {
        let with = self.counts(word).articles;
        libm::log(f64::from(self.articles + 1) / f64::from(with + 1)).max(0.0) as f32
    }

    /// How often the word has a capital where common words have none; none if it was not seen
    /// often enough to say.
    pub(crate) fn capital_share(&self, word: u64) -> Option<f64> {
        /// One or two may be a headline.
        const OFTEN: u32 = 3;
        let WordCounts { capital, small, .. } = self.counts(word);
        let both = capital.saturating_add(small);
        (both >= OFTEN).then(|| f64::from(capital) / f64::from(both))
    }

    /// In how many articles a short line stands, at most.
    pub(crate) fn articles_with_line(&self, line: u64) -> u32 {
        let [a, b] = line_cells(line).map(|cell| self.lines[cell]);
        a.min(b)
    }

    fn counts(&self, word: u64) -> WordCounts {
        let [a, b] = word_cells(word).map(|cell| self.words[cell]);
        WordCounts {
            articles: a.articles.min(b.articles),
            capital: a.capital.min(b.capital),
            small: a.small.min(b.small),
        }
    }

    /// For saving: all counts in little-endian order, after a mark of the format.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::saved_len());
        bytes.extend(MAGIC);
        bytes.extend(self.articles.to_le_bytes());
        for cell in &self.words {
            for part in [cell.articles, cell.capital, cell.small] {
                bytes.extend(part.to_le_bytes());
            }
        }
        bytes.extend(self.lines.iter().flat_map(|count| count.to_le_bytes()));
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) has written.
    ///
    /// # Errors
    ///
    /// [`Damaged`](ErrorKind::Damaged) if the bytes are not statistics of this version, whole.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let rest = bytes
            .strip_prefix(MAGIC)
            .filter(|_| bytes.len() == Self::saved_len())
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Damaged,
                    format!(
                        "these {} bytes are no statistics of this version, which take {}; count \
                         them again",
                        bytes.len(),
                        Self::saved_len()
                    ),
                )
            })?;
        let (counts, _) = rest.as_chunks();
        let mut counts = counts.iter().map(|&count| u32::from_le_bytes(count));
        let mut next = || counts.next().unwrap_or_default();
        let mut read = Self::new();
        read.articles = next();
        for part in read.words.iter_mut().flat_map(WordCounts::parts) {
            *part = next();
        }
        for line in &mut read.lines {
            *line = next();
        }
        Ok(read)
    }

    fn saved_len() -> usize {
        MAGIC.len() + size_of::<u32>() * (1 + 3 * CELLS + LINE_CELLS)
    }
}

fn add(cell: &mut WordCounts, found: WordCounts) {
    cell.articles = cell.articles.saturating_add(found.articles);
    cell.capital = cell.capital.saturating_add(found.capital);
    cell.small = cell.small.saturating_add(found.small);
}

/// Two different cells of one line.
fn word_cells(word: u64) -> [usize; 2] {
    let line = (word >> 48) as usize * CELLS_OF_A_LINE;
    let first = (word as usize & 0xFFFF) % CELLS_OF_A_LINE;
    let step = 1 + (word as usize >> 16 & 0xFFFF) % (CELLS_OF_A_LINE - 1);
    [line + first, line + (first + step) % CELLS_OF_A_LINE]
}

fn line_cells(line: u64) -> [usize; 2] {
    let at = |hash: u64| hash as usize % LINE_CELLS;
    [at(line), at(line >> 32)]
}

/// Whether a capital after this tells nothing: a sentence ended, a line broke, a quotation opened.
pub(crate) fn opens_sentence(between: &str) -> bool {
    // Nearly all words are parted by one space.
    between != " "
        && between.chars().any(|c| {
            matches!(
                c,
                '.' | '!' | '?' | ':' | '"' | '“' | '”' | '„' | '«' | '»' | '•' | '*' | '—' | '…'
                    | '。' | '！' | '？' | '；' | '؟' | '۔' | '։' | '।' | '\u{2029}'
            )
        })
}

/// Calls `found` with the hash of each short line without the end of a sentence, and which tokens
/// it holds: menus, headings, credits.
pub(crate) fn for_short_lines(
    text: &str,
    tokens: &[Token],
    mut found: impl FnMut(u64, Range<usize>),
) {
    let ends_here = |at: usize| {
        let start = tokens[at].span.range().end;
        let end = tokens.get(at + 1).map_or(text.len(), |next| next.span.range().start);
        (end > start + 1 || at + 1 == tokens.len())
            .then(|| &text[start..end])
            .filter(|between| at + 1 == tokens.len() || between.contains('\n'))
    };
    let mut start = 0;
    for at in 0..tokens.len() {
        let Some(after) = ends_here(at) else {
            continue;
        };
        let line = start..at + 1;
        start = at + 1;
        let goes_on = after
            .trim_start_matches(['"', '”', '’', ')', ' '])
            .starts_with(['.', '!', '?', ',', ';', '。', '！', '？', '؟', '۔', '।', '-']);
        if line.len() <= WORDS_OF_A_LINE && !goes_on {
            let hash = tokens[line.clone()]
                .iter()
                .fold(0, |hash, token| hash::finish(hash ^ token.hash));
            found(hash, line);
        }
    }
}
