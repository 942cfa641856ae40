//! Units of an article: sentences and short lines that articles of one template can share.
//!
//! In: a document. Out: sentences and short lines with the hashes of their grams. A gram is a run
//! of four words with at least two content words. One mark replaces names and numbers, so that a
//! frame keeps its grams whatever fills its slots. A short line also has a hash of the line. A unit
//! has its [`Specific`]s: evidence that tells stories apart.

use std::ops::Range;

use super::roles::{WordRole, WordRoles};
use crate::document::Document;
use crate::document::function_words::FunctionWords;
use crate::hash;
use crate::kit::ids::{self, IndexVec, SentenceNumber, UnitNumber};
use crate::phrase::segments::{Segments, Sentence};
use crate::phrase::sequence::{self, FACTOR};
use crate::phrase::weights::{LETTER, ORDINARY};
use crate::text::Span;

/// Words in a gram. Articles on one subject share names and terms, which are shorter.
const WIDTH: usize = 4;
/// The least weight of a gram: two ordinary words, in tenths.
const WEIGHT: u32 = 2 * ORDINARY;

/// Letters in a gram of a script without spaces: about four words.
const LETTERS: usize = 8;
/// The least weight of a gram of letters: five content letters, in tenths of an ordinary word.
const LETTERS_WEIGHT: u32 = 5 * LETTER;

/// Words of the longest line that counts as a heading. Chosen by hand: headings of articles seldom
/// have more.
const LINE_WORDS: usize = 12;

/// The mark for a run of names and numbers. An arbitrary constant.
const SLOT: u64 = 0x51D3_0A2B_94C6_E87F;
/// Separates hashes of lines from hashes of grams. An arbitrary constant.
const LINE: u64 = 0xA076_1D64_78BD_642F;
/// Separates hashes of letter grams. An arbitrary constant.
const OF_LETTERS: u64 = 0xE703_7ED1_A0B4_28DB;

/// Bytes of the longest common number: a year or a small number.
const NUMBER: usize = 4;
/// Letters in a specific of a script without spaces: Chinese names have two or three.
const TRIGRAM: usize = 3;

/// A sentence or a short line.
#[derive(Clone, Debug)]
pub(super) struct ArticleUnit {
    /// The bytes of the text, including the words at both ends.
    pub(super) span: Span,
    /// The number of words.
    pub(super) words: u32,
    /// Whether the unit is a short line without a full stop.
    pub(super) is_line: bool,
    /// The hash of the line; none for a sentence or a line of numbers.
    pub(super) line: Option<u64>,
    /// The range in [`ArticleUnits::grams`].
    grams: Range<u32>,
    /// The range in [`ArticleUnits::places`].
    places: Range<u32>,
}

/// Evidence of a story: a name or a number. Where no capital marks a name, any word or three
/// letters in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Specific {
    /// The hash of the word or the letters.
    pub(super) key: u32,
    pub(super) kind: SpecificKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpecificKind {
    Name,
    /// A common number: a year or a small number.
    Number,
    GramWord,
    Letters,
}

/// The units of an article.
#[derive(Clone, Debug, Default)]
pub(super) struct ArticleUnits {
    /// The number of words in the article.
    pub(super) word_count: usize,
    pub(super) all: IndexVec<UnitNumber, ArticleUnit>,
    grams: Vec<u64>,
    /// The specifics, in the order of the text.
    places: Vec<Specific>,
    segments: Segments,
    roles: WordRoles,
    tokens: Vec<GramWord>,
    hashes: Vec<u64>,
}

impl ArticleUnits {
    /// Cuts an article into units. The units of the previous article are forgotten.
    pub(super) fn set(&mut self, document: &Document<'_>, function_words: &FunctionWords) {
        self.segments.cut(document);
        self.roles.find(document, function_words, &self.segments);
        self.word_count = document.words().len();
        self.all.clear();
        self.grams.clear();
        self.places.clear();
        for at in ids::below::<SentenceNumber>(self.segments.sentences.len()) {
            let sentence = self.segments.sentences[at];
            let paragraph = &self.segments.paragraphs[sentence.paragraph];
            let whole = (paragraph.start, paragraph.end) == (sentence.start, sentence.end);
            let words = sentence.start..sentence.end;
            let is_line = whole
                && words.len() <= LINE_WORDS
                && !has_full_stop(document.gap_after(words.end as usize - 1));
            let line = if is_line {
                self.line(document, &words)
            } else {
                None
            };
            let grams = self.grams.len() as u32;
            self.add_grams(document, sentence);
            let places = self.places.len() as u32;
            self.add_places(document, sentence);
            self.all.push(ArticleUnit {
                span: document.span(&words),
                words: words.end - words.start,
                is_line,
                line,
                grams: grams..self.grams.len() as u32,
                places: places..self.places.len() as u32,
            });
        }
    }

    /// The keys for the postings: grams and lines.
    pub(super) fn keys(&self) -> Vec<u64> {
        let lines = self.all.iter().filter_map(|unit| unit.line);
        let mut keys = Vec::with_capacity(self.grams.len() + self.all.len());
        keys.extend_from_slice(&self.grams);
        keys.extend(lines);
        keys
    }

    /// The grams of a unit.
    pub(super) fn grams(&self, unit: &ArticleUnit) -> &[u64] {
        &self.grams[unit.grams.start as usize..unit.grams.end as usize]
    }

    /// The specifics of a unit, in the order of the text.
    pub(super) fn places(&self, unit: &ArticleUnit) -> &[Specific] {
        &self.places[unit.places.start as usize..unit.places.end as usize]
    }

    /// The specifics of the article, in the order of the text.
    pub(super) fn all_places(&self) -> &[Specific] {
        &self.places
    }

    /// The hash of a line. Only numbers are masked: capitals in a heading mark no names.
    fn line(&mut self, document: &Document<'_>, words: &Range<u32>) -> Option<u64> {
        self.hashes.clear();
        let range = words.start as usize..words.end as usize;
        let roles = &self.roles.of[range.clone()];
        let hashes = document.words()[range].iter().zip(roles);
        let masked = hashes.map(|(word, role)| match role {
            WordRole::Number => SLOT,
            _ => word.hash,
        });
        self.hashes.extend(masked);
        let says = self.hashes.iter().any(|&hash| hash != SLOT);
        says.then(|| sequence::of_hashes(&self.hashes) ^ LINE)
    }

    fn add_grams(&mut self, document: &Document<'_>, sentence: Sentence) {
        let range = sentence.start as usize..sentence.end as usize;
        let tokens = &mut self.tokens;
        tokens.clear();
        let mut letters = 0;
        let mut was_slot = false;
        for (word, class) in document.words()[range.clone()]
            .iter()
            .zip(&self.roles.of[range])
        {
            let is_slot = class.fills();
            letters += usize::from(*class == WordRole::Letter);
            if !(is_slot && was_slot) {
                tokens.push(GramWord {
                    key: if is_slot { SLOT } else { word.hash },
                    weight: class.weight(),
                });
            }
            was_slot = is_slot;
        }
        if letters * 4 > tokens.len() {
            for run in tokens.array_windows::<LETTERS>() {
                add_gram(run, LETTERS_WEIGHT, OF_LETTERS, &mut self.grams);
            }
        } else {
            for run in tokens.array_windows::<WIDTH>() {
                add_gram(run, WEIGHT, 0, &mut self.grams);
            }
        }
    }

    fn add_places(&mut self, document: &Document<'_>, sentence: Sentence) {
        let range = sentence.start as usize..sentence.end as usize;
        let names_tell = self.roles.names_tell;
        let mut letters = 0;
        for at in range {
            let word = document.words()[at];
            letters = match self.roles.of[at] {
                WordRole::Letter => letters + 1,
                _ => 0,
            };
            let kind = match self.roles.of[at] {
                WordRole::Name => SpecificKind::Name,
                WordRole::Number if word.span.len() > NUMBER => SpecificKind::Name,
                WordRole::Number => SpecificKind::Number,
                WordRole::Ordinary if !names_tell => SpecificKind::GramWord,
                WordRole::Letter if letters >= TRIGRAM => SpecificKind::Letters,
                _ => continue,
            };
            let key = match kind {
                SpecificKind::Letters => {
                    let letters = &document.words()[at + 1 - TRIGRAM..=at];
                    let sum = letters
                        .iter()
                        .fold(0_u64, |sum, letter| sum.wrapping_mul(FACTOR) ^ letter.hash);
                    hash::finish(sum)
                }
                _ => word.hash,
            };
            self.places.push(Specific {
                key: (key >> 32) as u32,
                kind,
            });
        }
    }
}

/// A word of a gram, or a run of names and numbers.
#[derive(Clone, Copy, Debug)]
struct GramWord {
    key: u64,
    weight: u32,
}

#[inline]
fn add_gram<const N: usize>(run: &[GramWord; N], least: u32, apart: u64, grams: &mut Vec<u64>) {
    let weight: u32 = run.iter().map(|word| word.weight).sum();
    if weight >= least {
        let sum = run.iter().fold(apart, |sum, word| {
            sum.wrapping_mul(FACTOR).wrapping_add(word.key)
        });
        grams.push(hash::finish(sum));
    }
}

/// Whether a full stop or an exclamation mark follows on the line, given the text behind a word. A
/// question mark may end a heading.
fn has_full_stop(gap: &str) -> bool {
    let line = gap.lines().next().unwrap_or("");
    line.contains(['.', '!', '。', '！', '।', '۔', '።'])
}
