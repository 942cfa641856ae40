//! Seeds: short recurring runs of stems.
//!
//! In: the stems and sentences of an article. Out: [`Seeds`]: the places of seeds that stand in
//! enough sentences, in the order of the text.
//!
//! A seed is a run of four words, or three content words with few others between, so that inserted
//! or exchanged words do not hide a phrase. In scripts without spaces a seed is a run of six
//! letters. A headline of two content words ("Locksmith in Denver") is a seed.
//!
//! Only frequent stems can be part of a seed. An honest article has few, so that one comparison
//! rules out nearly every place.

use std::ops::Range;

use super::keys::{KeyCounter, StemKeys};
use super::segments::{Segments, Sentence};
use super::sequence;
use super::tally::Tally;
use super::weights::{FUNCTION, LETTER, ORDINARY, RARE, Stem, WeighedStems};
use crate::hash;
use crate::kit::ids::{IndexVec, Number, SeedNumber, SentenceNumber, StemNumber};
use crate::kit::numbering::Numbering;

/// A place of a seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    key: u64,
    /// Set by [`Seeds::settle`].
    pub(super) seed: SeedNumber,
    /// Whether the seed is a run of words, not a triple or the headline.
    is_run: bool,
    /// First word.
    pub(super) start: u32,
    /// One past the last word.
    pub(super) end: u32,
}

/// The sentences that hold a seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    pub(super) sentences: u32,
    last: Option<SentenceNumber>,
}

/// The fewest sentences that hold a repeated phrase: an honest article quotes its headline twice.
pub(super) const SENTENCES: u32 = 3;

/// The inverse of the least share of sentences that hold a phrase of a long text. A rarer phrase
/// tells nothing about the text, and the seeds of 100 MB would fill the memory.
const SENTENCES_ONE_IN: usize = 256;

/// Words in a run.
const RUN: usize = 4;
/// Letters in a run: about four words.
const LETTER_RUN: usize = 6;
/// The most letters of a run in Japanese: kana, which carry grammar, stand between kanji.
const MIXED_RUN: usize = 2 * LETTER_RUN;
/// The most words that a triple spans, function words included.
const TRIPLE_WORDS: u32 = 12;
/// The most content words between two words of a triple: the filling of a slot.
const SKIPPED: u32 = 3;
/// The least weight of a run: two ordinary words, or one ordinary word and two names, rounded down.
const RUN_WEIGHT: u32 = ORDINARY + ORDINARY / 2;

/// The seeds of an article.
#[derive(Clone, Debug, Default)]
pub(super) struct Seeds {
    /// The seeds, by number.
    pub(super) all: IndexVec<SeedNumber, Spread>,
    /// The places of the seeds, in the order of their ends.
    pub(super) hits: Vec<Hit>,
    /// The fewest sentences that hold a phrase of the article.
    pub(super) fewest: u32,
    numbers: Numbering<SeedNumber>,
    tally: Tally,
    /// The frequent content words of the current sentence.
    content: Vec<Content>,
}

impl Seeds {
    /// Finds the places of seeds that may stand in enough sentences. Most honest articles have
    /// none, and their function words are never numbered. Time is linear in the words.
    pub(super) fn gather(
        &mut self,
        headline: &[StemNumber],
        segments: &Segments,
        keys: &StemKeys,
        weights: &WeighedStems,
    ) {
        let sentences = &segments.sentences;
        self.fewest = SENTENCES.max((sentences.len() / SENTENCES_ONE_IN) as u32);
        let Self {
            content,
            tally,
            hits,
            fewest: least,
            ..
        } = self;
        let least = *least;
        let WeighedStems {
            stems,
            stem_of,
            recurring,
            ..
        } = weights;
        // 1. Clear the tally, sized to the words that may recur.
        let title = short_title(headline, stems);
        let room = if keys.has_letters {
            stem_of.len()
        } else {
            recurring.len() * 4
        };
        tally.clear(room * TALLY);
        hits.clear();
        let longest_letters = match keys.language {
            Some(language) if language.mixes_letters() => MIXED_RUN,
            _ => LETTER_RUN,
        };
        let enough = least.min(Tally::LIMIT);
        let mut any = false;
        // 2. Take each sentence's hits: places of runs, triples and the headline, counted by key.
        let mut recurring = recurring.iter().peekable();
        let mut functions = 0;
        for (number, &sentence) in sentences.numbered() {
            let mut hit = |key, start, end, is_run| {
                any |= tally.add(key, number) >= enough;
                hits.push(Hit {
                    key,
                    seed: SeedNumber::default(),
                    is_run,
                    start,
                    end,
                });
            };
            content.clear();
            // In scripts without spaces, every letter is looked at.
            if keys.has_letters {
                let letters = Letters {
                    least,
                    title,
                    longest: longest_letters,
                    stems,
                    stem_of,
                };
                letters.in_sentence(sentence, content, &mut hit);
                continue;
            }
            let runs = Runs {
                least,
                keys: &keys.of,
                counter: &keys.counter,
                stems,
                stem_of,
            };
            // Elsewhere only recurring words are looked at. Runs are searched between and at
            // content words.
            while let Some(next) = recurring.next_if(|next| next.at < sentence.end) {
                let stem = stem_of[next.at as usize];
                let Stem { weight, count, .. } = stems[stem];
                functions += u32::from(weight == FUNCTION);
                if weight == FUNCTION || count < least {
                    continue;
                }
                let word = Content {
                    at: next.at,
                    stem,
                    number: next.at - next.functions - functions,
                };
                if let [.., before, last] = content[..] {
                    runs.ending(last.at + 1..word.at, before, sentence, &mut hit);
                }
                if let Some(&before) = content.last() {
                    runs.ending(word.at..word.at + 1, before, sentence, &mut hit);
                }
                triples(content, word, &mut hit);
                if let (Some(before), Some(title)) = (content.last(), title)
                    && word.follows(*before, title)
                {
                    hit(sequence::of_stems(&title), before.at, word.at + 1, false);
                }
                content.push(word);
            }
            // The words after the sentence's last content word.
            if let [.., before, last] = content[..] {
                runs.ending(last.at + 1..sentence.end, before, sentence, &mut hit);
            }
        }
        // 3. Keep hits whose key may stand in enough sentences.
        if any {
            hits.retain(|hit| tally.get(hit.key) >= enough);
        } else {
            hits.clear();
        }
    }

    /// Numbers the seeds and drops places of seeds in too few sentences.
    pub(super) fn settle(&mut self, segments: &Segments, weights: &WeighedStems) {
        let Self {
            all: seeds,
            hits,
            fewest: least,
            numbers,
            ..
        } = self;
        let least = *least;
        let WeighedStems { stems, stem_of, .. } = weights;
        numbers.clear();
        seeds.clear();
        hits.retain_mut(|hit| {
            let words = &stem_of[hit.start as usize..hit.end as usize];
            let comes_often = |&stem: &StemNumber| stems[stem].count >= least;
            if hit.is_run && !words.iter().all(comes_often) {
                return false;
            }
            hit.seed = numbers.number(hit.key);
            if hit.seed.index() == seeds.len() {
                seeds.push(Spread {
                    sentences: 0,
                    last: None,
                });
            }
            let spread = &mut seeds[hit.seed];
            let sentence = segments.sentence_of[hit.start as usize];
            spread.sentences += u32::from(spread.last.replace(sentence) != Some(sentence));
            true
        });
        hits.retain(|hit| seeds[hit.seed].sentences >= least);
    }
}

/// Slots of the tally a word, or a quarter of a content word. With four slots the tally rules out
/// most seeds that come once or twice.
const TALLY: usize = 4;

/// Finds runs of four words with at least two content words.
struct Runs<'a> {
    least: u32,
    keys: &'a [u64],
    counter: &'a KeyCounter,
    stems: &'a IndexVec<StemNumber, Stem>,
    stem_of: &'a [StemNumber],
}

impl Runs<'_> {
    /// Reports the runs of a sentence that end at `ends` and hold `before` and another content
    /// word.
    #[inline(always)]
    fn ending(
        &self,
        ends: Range<u32>,
        before: Content,
        sentence: Sentence,
        hit: &mut impl FnMut(u64, u32, u32, bool),
    ) {
        let width = RUN as u32;
        let first = ends.start.max(sentence.start + width - 1);
        for last in first..ends.end.min(before.at + width) {
            let start = last + 1 - width;
            let run = start as usize..=last as usize;
            let weights = self.stem_of[run.clone()].iter().map(|&stem| match stem {
                // An unnumbered function word, or a rare word that the counter rules out.
                RARE => 0,
                stem => self.stems[stem].weight,
            });
            let keys = &self.keys[run];
            let comes_often = |&key: &u64| self.counter.has(key, self.least) != [false; 2];
            if weights.sum::<u32>() >= RUN_WEIGHT && keys.iter().all(comes_often) {
                let turned = keys.iter().zip([0, 17, 31, 47]);
                let sum = turned.fold(0, |sum, (key, turn)| sum ^ key.rotate_left(turn));
                hit(hash::finish(sum), start, last + 1, true);
            }
        }
    }
}

/// The content words of a headline with exactly two.
fn short_title(
    headline: &[StemNumber],
    stems: &IndexVec<StemNumber, Stem>,
) -> Option<[StemNumber; 2]> {
    let mut content = headline
        .iter()
        .filter(|&&stem| stems[stem].weight > FUNCTION);
    let title = [*content.next()?, *content.next()?];
    content.next().is_none().then_some(title)
}

/// Finds the seeds of sentences with letters of a script without spaces.
struct Letters<'a> {
    least: u32,
    title: Option<[StemNumber; 2]>,
    /// The most letters of a run.
    longest: usize,
    stems: &'a IndexVec<StemNumber, Stem>,
    stem_of: &'a [StemNumber],
}

impl Letters<'_> {
    fn in_sentence(
        &self,
        sentence: Sentence,
        content: &mut Vec<Content>,
        hit: &mut impl FnMut(u64, u32, u32, bool),
    ) {
        let &Self {
            least,
            title,
            longest,
            stems,
            stem_of,
        } = self;
        // The length of the current run of frequent words, and the number of content words so far.
        let mut recurring = 0;
        let mut number = 0;
        let (start, end) = (sentence.start as usize, sentence.end as usize);
        for (at, &stem) in (start..end).zip(&stem_of[start..end]) {
            let Stem { weight, count, .. } = stems[stem];
            let is_content = weight != FUNCTION && weight != LETTER;
            number += u32::from(is_content);
            if count < least {
                recurring = 0;
                continue;
            }
            // A run of recurring words ends here. The run is lengthened to the left until it weighs
            // enough.
            recurring += 1;
            let weight_of = |&stem: &StemNumber| stems[stem].weight;
            let (width, most) = match weight {
                LETTER => (LETTER_RUN, longest),
                _ => (RUN, RUN),
            };
            if recurring >= width {
                let run = &stem_of[at + 1 - recurring.min(most)..=at];
                let (more, run) = run.split_at(run.len() - width);
                let mut run_weight: u32 = run.iter().map(weight_of).sum();
                let lacking = more.iter().rev().take_while(|stem| {
                    let lacks = run_weight < RUN_WEIGHT;
                    run_weight += if lacks { weight_of(stem) } else { 0 };
                    lacks
                });
                let start = at + 1 - width - lacking.count();
                if run_weight >= RUN_WEIGHT {
                    hit(
                        sequence::of_stems(&stem_of[start..=at]),
                        start as u32,
                        at as u32 + 1,
                        true,
                    );
                }
            }
            // Triples and the headline end with a content word.
            if is_content {
                let word = Content {
                    at: at as u32,
                    stem,
                    number,
                };
                triples(content, word, hit);
                if let (Some(before), Some(title)) = (content.last(), title)
                    && word.follows(*before, title)
                {
                    hit(sequence::of_stems(&title), before.at, at as u32 + 1, false);
                }
                content.push(word);
            }
        }
    }
}

/// A frequent content word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content {
    pub(super) at: u32,
    pub(super) stem: StemNumber,
    /// The number among all content words of the article.
    pub(super) number: u32,
}

impl Content {
    /// Whether the word and the previous content word are the headline.
    pub(super) fn follows(self, before: Self, title: [StemNumber; 2]) -> bool {
        self.number - before.number == 1 && [before.stem, self.stem] == title
    }

    /// The words of `before` that can precede the word in a triple ending with `last`, nearest
    /// first, with their positions in `before`.
    fn preceded(self, before: &[Self], last: Self) -> impl Iterator<Item = (usize, Self)> {
        let near = move |&(_, word): &(usize, Self)| {
            self.number - word.number <= SKIPPED + 1 && last.at - word.at < TRIPLE_WORDS
        };
        before.iter().copied().enumerate().rev().take_while(near)
    }
}

/// The triples of content words that end with `third`.
#[inline(always)]
fn triples(before: &[Content], third: Content, hit: &mut impl FnMut(u64, u32, u32, bool)) {
    for (at, second) in third.preceded(before, third) {
        for (_, first) in second.preceded(&before[..at], third) {
            let triple = [first.stem, second.stem, third.stem].map(|stem| u64::from(stem.0));
            // 21 bits hold every stem number of 1 MiB.
            let packed = triple.iter().fold(0, |packed, stem| packed << 21 | stem);
            hit(hash::finish(packed), first.at, third.at + 1, false);
        }
    }
}
