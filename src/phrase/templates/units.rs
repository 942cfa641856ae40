//! Units: what two articles of one template can share.
//!
//! In: an article. Out: its sentences and short lines, each with the hashes of its grams: runs of
//! four words that hold two content words or more, numbers and names exchanged for one mark, so
//! that a frame is the same whatever fills it. A short line has the hash of the whole line too.

use std::ops::Range;

use crate::error::Result;
use crate::phrase::function_words::FunctionWords;
use crate::phrase::keys::{self, Headline};
use crate::phrase::weights::{self, Case, LETTER, NAME, ORDINARY};
use crate::phrase::{PhraseScratch, hash_of_hashes, segments};
use crate::text::{Span, Token, words};

/// Words in a gram. Two articles on one subject share names and terms, which are shorter.
const WIDTH: usize = 4;
/// The least weight of a gram: two ordinary words.
const WEIGHT: u32 = 2 * ORDINARY;

/// Letters in a gram of a script without spaces, about as much as four words.
const LETTERS: usize = 8;
/// The least weight of such a gram: five letters that are no function words.
const LETTERS_WEIGHT: u32 = 5 * LETTER;

/// The longest line that is a unit as a whole: headings have few words more.
const LINE_WORDS: usize = 12;

/// What stands for a name or a number, however many words it has.
const SLOT: u64 = 0x51D3_0A2B_94C6_E87F;
/// Sets the hash of a word apart from those of grams.
const SPECIFIC: u64 = 0xE703_7ED1_A0B4_28DB;
/// Sets the hash of a gram with its slots filled apart.
const FILLED: u64 = 0x8EBC_6AF0_9C88_C6E3;
/// Bytes of the longest number that tells nothing.
const NUMBER: usize = 4;
/// Sets the hash of a whole line apart from those of grams.
const LINE: u64 = 0xA076_1D64_78BD_642F;

/// A sentence or a short line.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// Its words.
    pub(super) words: Range<u32>,
    /// Whether it is a whole line and short, without a full stop.
    pub(super) is_line: bool,
    /// Its grams, of [`Units`].
    pub(super) grams: Range<u32>,
}

/// The hash of a gram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gram {
    pub(super) key: u64,
    pub(super) kind: Kind,
}

/// What a gram is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Words, and numbers exchanged for a mark.
    Plain,
    /// As plain, with a name exchanged for a mark.
    Slotted,
    /// The same run with what stands in its slots.
    Filled,
    /// A whole line.
    Line,
}

/// An article as templates see it.
#[derive(Clone, Debug, Default)]
pub(super) struct Units {
    pub(super) words: Vec<Token>,
    pub(super) all: Vec<Unit>,
    pub(super) grams: Vec<Gram>,
    /// What tells one story from another: its names and numbers, or all its words where no capital
    /// tells a name.
    pub(super) specifics: Vec<Specific>,
}

/// A word that tells one story from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Specific {
    pub(super) key: u64,
    /// Its first place.
    pub(super) at: u32,
    pub(super) is_name: bool,
}

impl Units {
    pub(super) fn of(
        text: &str,
        function_words: &FunctionWords,
        scratch: &mut PhraseScratch,
    ) -> Result<Self> {
        let mut units = Self {
            words: words(text)?,
            ..Self::default()
        };
        segments::cut(text, &units.words, scratch);
        keys::find(text, &units.words, Headline::None, function_words, scratch);
        weights::weigh_content(text, &units.words, 1, function_words, scratch);
        weights::weigh_functions(text, &units.words, scratch);
        let weight_of = |at: usize| scratch.stems[scratch.stem_of[at] as usize].weight;
        let names_tell = scratch.capitals_tell && scratch.case_of.contains(&Case::Capital);
        let specifics = units.words.iter().enumerate().filter_map(|(at, word)| {
            let is_name = match weight_of(at) {
                // A year or a small number is everybody's.
                NAME => {
                    let written = &text[word.span.range()];
                    !written.starts_with(|c: char| c.is_numeric()) || written.len() > NUMBER
                }
                ORDINARY if !names_tell => false,
                _ => return None,
            };
            (is_name || !names_tell).then_some(Specific {
                key: word.hash ^ SPECIFIC,
                at: at as u32,
                is_name,
            })
        });
        units.specifics = specifics.collect();
        units.specifics.sort_unstable();
        units.specifics.dedup_by_key(|specific| specific.key);
        let mut tokens: Vec<Word> = Vec::new();
        let mut line_hashes = Vec::new();
        for sentence in &scratch.sentences {
            let paragraph = &scratch.paragraphs[sentence.paragraph as usize];
            let whole = (paragraph.start, paragraph.end) == (sentence.start, sentence.end);
            let range = sentence.start as usize..sentence.end as usize;
            let is_line =
                whole && range.len() <= LINE_WORDS && !has_full_stop(text, &units.words, range.end);
            let first_gram = units.grams.len() as u32;
            if is_line {
                line_hashes.clear();
                // Numbers alone are masked: which of a heading's words are names, no case tells.
                line_hashes.extend(units.words[range.clone()].iter().map(|word| {
                    let written = &text[word.span.range()];
                    let is_number = written.starts_with(|c: char| c.is_numeric());
                    if is_number { SLOT } else { word.hash }
                }));
                if line_hashes.iter().any(|&hash| hash != SLOT) {
                    units.grams.push(Gram {
                        key: hash_of_hashes(&line_hashes) ^ LINE,
                        kind: Kind::Line,
                    });
                }
            }
            tokens.clear();
            for at in range {
                let raw = units.words[at];
                let (key, weight) = match weight_of(at) {
                    NAME => (SLOT, 0),
                    weight => (raw.hash, weight),
                };
                let is_name =
                    key == SLOT && !text[raw.span.range()].starts_with(|c: char| c.is_numeric());
                match tokens.last_mut() {
                    Some(slot) if key == SLOT && slot.key == SLOT => {
                        slot.raw = hash_of_hashes(&[slot.raw, raw.hash]);
                        slot.is_name |= is_name;
                    }
                    _ => tokens.push(Word {
                        key,
                        raw: raw.hash,
                        weight,
                        is_name,
                    }),
                }
            }
            add_grams(&tokens, &mut units.grams);
            units.all.push(Unit {
                words: sentence.start..sentence.end,
                is_line,
                grams: first_gram..units.grams.len() as u32,
            });
        }
        Ok(units)
    }

    /// All that is posted of the article.
    pub(super) fn keys(&self) -> impl Iterator<Item = u64> {
        let grams = self.grams.iter().map(|gram| gram.key);
        grams.chain(self.specifics.iter().map(|specific| specific.key))
    }

    /// The grams of a unit.
    pub(super) fn grams(&self, unit: &Unit) -> &[Gram] {
        &self.grams[unit.grams.start as usize..unit.grams.end as usize]
    }

    /// Where some of its words stand in the text.
    pub(super) fn span(&self, words: &Range<u32>) -> Span {
        Span {
            start: self.words[words.start as usize].span.start,
            end: self.words[words.end as usize - 1].span.end,
        }
    }
}

/// A word, or a run of names and numbers.
struct Word {
    key: u64,
    /// What stands there.
    raw: u64,
    weight: u32,
    is_name: bool,
}

fn add_grams(tokens: &[Word], grams: &mut Vec<Gram>) {
    let letters = tokens.iter().filter(|word| word.weight == LETTER).count();
    let (width, least) = if letters * 4 > tokens.len() {
        (LETTERS, LETTERS_WEIGHT)
    } else {
        (WIDTH, WEIGHT)
    };
    for run in tokens.windows(width) {
        let weight: u32 = run.iter().map(|word| word.weight).sum();
        if weight < least {
            continue;
        }
        let key_of = |part: fn(&Word) -> u64| {
            let keys: [u64; LETTERS] = std::array::from_fn(|at| run.get(at).map_or(0, part));
            hash_of_hashes(&keys[..width])
        };
        let gram = Gram {
            key: key_of(|word| word.key),
            kind: Kind::Plain,
        };
        if run.iter().any(|word| word.is_name) {
            grams.push(Gram {
                key: gram.key,
                kind: Kind::Slotted,
            });
            grams.push(Gram {
                key: key_of(|word| word.raw) ^ FILLED,
                kind: Kind::Filled,
            });
        } else {
            grams.push(gram);
        }
    }
}

/// Whether a full stop or exclamation mark follows the word before `end`, on its line.
fn has_full_stop(text: &str, words: &[Token], end: usize) -> bool {
    let start = words[end - 1].span.end as usize;
    let next = words
        .get(end)
        .map_or(text.len(), |next| next.span.start as usize);
    let line = text[start..next].lines().next().unwrap_or("");
    line.contains(['.', '!', '。', '！', '।', '۔', '።'])
}
