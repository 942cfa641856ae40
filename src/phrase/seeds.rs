//! Seeds: short runs of stems that recur.
//!
//! In: the stems of an article and its sentences. Out: each place of each seed that stands in
//! enough sentences, in the order of the text.
//!
//! A seed is four words in a row, or three content words with at most two others between two of
//! them, so that words put in or exchanged do not hide a phrase. In scripts without spaces
//! it is six letters in a row. A headline of two content words ("Locksmith in Denver") is a seed
//! by itself.
//!
//! Only stems that occur often enough can be part of a seed; in an honest article few do, so that
//! nearly all places are passed over with one comparison.

use super::segments::Sentence;
use super::weights::{FUNCTION, LETTER, ORDINARY, Stem};
use super::{PhraseScratch, hash_of};

/// A seed's place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    key: u64,
    /// Which seed.
    pub(super) seed: u32,
    /// First word.
    pub(super) start: u32,
    /// One past the last word.
    pub(super) end: u32,
}

/// In how many sentences a seed stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    pub(super) sentences: u32,
    last: u32,
}

/// The fewest sentences that make a phrase repeated. Twice is how an honest article quotes its
/// own headline.
pub(super) const SENTENCES: u32 = 3;

/// In a long text a phrase must stand in one sentence of so many: what is rarer tells nothing of
/// the whole, and the seeds of a text of 100 MB would fill the memory.
const SENTENCES_ONE_IN: usize = 256;

/// Words in a row.
const RUN: usize = 4;
/// Letters in a row, about as much as four words.
const LETTER_RUN: usize = 6;
/// Words from the first to the last of three content words: function words stand between.
const TRIPLE_WORDS: u32 = 12;
/// Content words that may stand between two of a triple: what fills a slot.
const SKIPPED: u32 = 3;
/// A run weighs at least two ordinary words, or one and two names.
const RUN_WEIGHT: u32 = ORDINARY + ORDINARY / 2;

/// Finds the seeds that stand in `scratch.fewest` sentences or more: `scratch.seeds`, and their
/// places in `scratch.hits`.
pub(super) fn find(headline: &[u32], scratch: &mut PhraseScratch) {
    let PhraseScratch {
        sentences,
        stems,
        stem_of,
        content,
        seed_numbers,
        seeds,
        sieve,
        hits,
        sentence_of,
        fewest,
        ..
    } = scratch;
    let least = SENTENCES.max((sentences.len() / SENTENCES_ONE_IN) as u32);
    *fewest = least;
    let title = short_title(headline, stems);
    seed_numbers.clear();
    seeds.clear();
    hits.clear();
    let mask = (stem_of.len().next_power_of_two() * SIEVE).min(SIEVE_MOST) - 1;
    sieve.clear();
    sieve.resize(mask + 1, 0);
    for sentence in sentences.iter() {
        in_sentence(
            *sentence,
            least,
            title,
            stems,
            stem_of,
            content,
            &mut |key, start, end| {
                let times: &mut u8 = &mut sieve[key as usize & mask];
                *times = times.saturating_add(1);
                hits.push(Hit {
                    key,
                    seed: 0,
                    start,
                    end,
                });
            },
        );
    }
    hits.retain_mut(|hit| {
        if u32::from(sieve[hit.key as usize & mask]) < least.min(u32::from(u8::MAX)) {
            return false;
        }
        hit.seed = seed_numbers.number(hit.key);
        if hit.seed as usize == seeds.len() {
            seeds.push(Spread {
                sentences: 0,
                last: u32::MAX,
            });
        }
        let spread = &mut seeds[hit.seed as usize];
        let sentence = sentence_of[hit.start as usize];
        spread.sentences += u32::from(spread.last != sentence);
        spread.last = sentence;
        true
    });
    hits.retain(|hit| seeds[hit.seed as usize].sentences >= least);
}

/// Counters of the sieve for each word, and at most: it counts seeds by a few bits of their
/// hashes, so that most of those that come once or twice are dropped before they are numbered.
const SIEVE: usize = 4;
const SIEVE_MOST: usize = 1 << 20;

/// The content words of a headline that has only two.
fn short_title(headline: &[u32], stems: &[Stem]) -> Option<[u32; 2]> {
    let mut content = headline
        .iter()
        .filter(|&&stem| stems[stem as usize].weight > FUNCTION);
    let title = [*content.next()?, *content.next()?];
    content.next().is_none().then_some(title)
}

fn in_sentence(
    sentence: Sentence,
    least: u32,
    title: Option<[u32; 2]>,
    stems: &[Stem],
    stem_of: &[u32],
    content: &mut Vec<Content>,
    hit: &mut impl FnMut(u64, u32, u32),
) {
    content.clear();
    // Words up to here that recur without a break, and content words so far.
    let mut recurring = 0;
    let mut number = 0;
    let (start, end) = (sentence.start as usize, sentence.end as usize);
    for (at, &stem) in (start..end).zip(&stem_of[start..end]) {
        let Stem { weight, count, .. } = stems[stem as usize];
        let is_content = weight != FUNCTION && weight != LETTER;
        number += u32::from(is_content);
        if count < least {
            recurring = 0;
            continue;
        }
        recurring += 1;
        let width = if weight == LETTER { LETTER_RUN } else { RUN };
        if recurring >= width {
            let run = &stem_of[at + 1 - width..=at];
            let run_weight: u32 = run.iter().map(|&stem| stems[stem as usize].weight).sum();
            if run_weight >= RUN_WEIGHT {
                hit(hash_of(run), (at + 1 - width) as u32, at as u32 + 1);
            }
        }
        if is_content {
            let word = Content {
                at: at as u32,
                stem,
                number,
            };
            triples(content, word, hit);
            if let (Some(before), Some(title)) = (content.last(), title)
                && number - before.number == 1
                && [before.stem, stem] == title
            {
                hit(hash_of(&title), before.at, at as u32 + 1);
            }
            content.push(word);
        }
    }
}

/// A content word that recurs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content {
    at: u32,
    stem: u32,
    /// Which of the sentence's content words, whether they recur or not.
    number: u32,
}

impl Content {
    /// Those of `before` that can stand before it in a triple that ends with `last`, nearest
    /// first; with their place in `before`.
    fn preceded(self, before: &[Self], last: Self) -> impl Iterator<Item = (usize, Self)> {
        let near = move |&(_, word): &(usize, Self)| {
            self.number - word.number <= SKIPPED + 1 && last.at - word.at < TRIPLE_WORDS
        };
        before.iter().copied().enumerate().rev().take_while(near)
    }
}

/// The triples of content words that end with `third`.
fn triples(before: &[Content], third: Content, hit: &mut impl FnMut(u64, u32, u32)) {
    for (at, second) in third.preceded(before, third) {
        for (_, first) in second.preceded(&before[..at], third) {
            let triple = [first.stem, second.stem, third.stem];
            hit(hash_of(&triple), first.at, third.at + 1);
        }
    }
}
