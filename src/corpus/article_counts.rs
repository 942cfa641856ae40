//! The words and lines of one article, counted.
//!
//! In: a document. Out: [`ArticleCounts`]: the distinct words with their capitals, and the distinct
//! lines with their contexts. Counts are made on any thread and added to
//! [`Statistics`](super::Statistics) on another.

use std::ops::Range;

use crate::document::{self, Document, DocumentBuffer, LOOKED_AT};
use crate::hash;
use crate::kit::radix;
use crate::text::Token;

/// The counts of an article: 16 bytes for each distinct word and line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleCounts {
    /// Distinct words in ascending order of hashes.
    pub(super) words: Vec<CountedWord>,
    /// Distinct lines in ascending order of hashes.
    pub(super) lines: Vec<CountedLine>,
}

/// A word of one article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CountedWord {
    pub(super) hash: u64,
    /// Occurrences within a sentence with a capital.
    pub(super) capital: u32,
    /// Occurrences within a sentence with a small letter.
    pub(super) small: u32,
}

/// A line of one article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CountedLine {
    pub(super) hash: u64,
    /// The upper six bits of the hash of the longest other line; `None` for an only line.
    pub(super) context: Option<u8>,
}

impl ArticleCounts {
    /// Counts a document, in time linear in its length. Of a text above [`LOOKED_AT`] bytes, the head
    /// is counted: the counts of a whole library in one file would fill the memory, and its words are
    /// those of the language.
    pub fn of(document: Document<'_>) -> Self {
        let text = document.text();
        if text.len() > LOOKED_AT {
            return Self::of_head(text);
        }
        Self {
            words: words_of(document),
            lines: lines_of(document),
        }
    }

    /// Counts the first [`LOOKED_AT`] bytes of a text.
    pub(super) fn of_head(text: &str) -> Self {
        let mut buffer = DocumentBuffer::new();
        let document = buffer.read(document::head(text));
        Self::of(document.expect("a head is below the limit of a text's length"))
    }

    /// Whether the article has no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

fn words_of(document: Document<'_>) -> Vec<CountedWord> {
    let mut opens = true;
    let mut uses: Vec<(u64, [bool; 2])> = Vec::with_capacity(document.words().len());
    let words = document.words().iter().zip(document.surfaces());
    for ((word, surface), boundary) in words.zip(document.boundaries()) {
        let cases = [surface.is_capital(), surface.is_small()];
        uses.push((word.hash, cases.map(|is| is && !opens)));
        opens = boundary.opens();
    }
    radix::sort(&mut uses, u64::MAX, |&(word, _)| word);
    let mut words: Vec<CountedWord> = Vec::with_capacity(uses.len());
    for (hash, [capital, small]) in uses {
        if words.last().is_none_or(|last| last.hash != hash) {
            words.push(CountedWord {
                hash,
                capital: 0,
                small: 0,
            });
        }
        if let Some(word) = words.last_mut() {
            word.capital += u32::from(capital);
            word.small += u32::from(small);
        }
    }
    words
}

fn lines_of(document: Document<'_>) -> Vec<CountedLine> {
    let line = |words: Range<usize>| (hash_of_line(&document.words()[words.clone()]), words.len());
    let mut lines: Vec<(u64, usize)> = document.lines().map(line).collect();
    lines.sort_unstable();
    lines.dedup();
    // The longest line is the context of the other lines; the second longest, of the longest.
    let longest = |except: Option<u64>| {
        let others = lines.iter().filter(|(line, _)| Some(*line) != except);
        others
            .max_by_key(|&&(line, words)| (words, line))
            .map(|&(line, _)| line)
    };
    let first = longest(None);
    let second = longest(first);
    let counted = lines.iter().map(|&(hash, _)| {
        let context = if Some(hash) == first { second } else { first };
        CountedLine {
            hash,
            context: context.map(|context| (context >> 58) as u8),
        }
    });
    counted.collect()
}

/// A line's hash: equal lines have equal hashes, whatever the case and punctuation.
pub(crate) fn hash_of_line(words: &[Token]) -> u64 {
    let words = words.iter();
    words.fold(0, |hash, word| hash::finish(hash ^ word.hash))
}
