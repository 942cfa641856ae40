//! The judgement: from what repeats to one number.
//!
//! In: families and passages. Out: the [`Measures`] of each, its score, and the article's.
//!
//! A family's score is the logistic function of a weighted sum of its measures. The weights were
//! fitted on articles with one kind of stuffing each and on real ones, with no measure's weight
//! let below zero, and rounded.

use super::PhraseScratch;
use super::families::Found;
use super::numbering::Numbering;
use super::weights::ORDINARY;
use crate::hash;

/// What is measured of a family.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Measures {
    /// What the core says, in ordinary words.
    pub(super) weight: f64,
    /// Sentences that hold it.
    pub(super) sentences: usize,
    /// Paragraphs that hold it.
    pub(super) paragraphs: usize,
    /// Share of the blocks that hold it.
    pub(super) spread: f64,
    /// Share of all words.
    pub(super) word_share: f64,
    /// Share of the occurrences that are in the commonest form.
    pub(super) verbatim: f64,
    /// Whether it is the headline.
    pub(super) is_headline: bool,
}

/// Distinct numbers in a sequence that never falls.
fn distinct(numbers: impl Iterator<Item = u32>) -> usize {
    let mut last = None;
    numbers
        .filter(|&number| last.replace(number) != Some(number))
        .count()
}

/// Forms of the occurrences: for each distinct one its first occurrence and how many there are.
pub(super) fn forms(found: &Found, scratch: &PhraseScratch) -> Vec<(usize, usize)> {
    let mut numbers = Numbering::default();
    let mut forms: Vec<(usize, usize)> = Vec::new();
    for (at, place) in found.places.iter().enumerate() {
        let words = &scratch.form_of[place.start as usize..place.end as usize];
        let key = words.iter().fold(words.len() as u64, |key, &form| {
            hash::finish(u64::wrapping_add(key, u64::from(form) + 1))
        });
        let number = numbers.number(key) as usize;
        match forms.get_mut(number) {
            Some((_, count)) => *count += 1,
            None => forms.push((at, 1)),
        }
    }
    // Commonest first, then as they come in the text.
    forms.sort_by_key(|&(first, count)| (std::cmp::Reverse(count), first));
    forms
}

/// Share of the core, by weight, that the headline must hold for the family to be it.
const HEADLINE_SHARE: f64 = 0.6;

pub(super) fn measure(found: &Found, headline: &[u32], scratch: &PhraseScratch) -> Measures {
    let PhraseScratch {
        sentences,
        sentence_of,
        stems,
        ..
    } = scratch;
    let places = &found.places;
    let sentence = |at: u32| sentences[sentence_of[at as usize] as usize];
    let words: u32 = places.iter().map(|place| place.end - place.start).sum();
    let blocks = sentences.last().map_or(0, |last| last.block as usize + 1);
    let common = forms(found, scratch).first().map_or(0, |&(_, count)| count);
    let in_headline: u32 = found
        .core
        .iter()
        .filter(|stem| headline.contains(stem))
        .map(|&stem| stems[stem as usize].weight)
        .sum();
    let weight = f64::from(found.core_weight) / f64::from(ORDINARY);
    Measures {
        // A name alone, however long, is what an honest article repeats.
        weight: if found.says_something {
            weight
        } else {
            weight / 2.0
        },
        sentences: distinct(places.iter().map(|place| sentence_of[place.start as usize])),
        paragraphs: distinct(places.iter().map(|place| sentence(place.start).paragraph)),
        spread: distinct(places.iter().map(|place| sentence(place.start).block)) as f64
            / blocks as f64,
        word_share: f64::from(words) / sentence_of.len() as f64,
        verbatim: common as f64 / places.len() as f64,
        is_headline: f64::from(in_headline) >= HEADLINE_SHARE * f64::from(found.core_weight),
    }
}

/// The score of one family, 0 to 1.
pub(super) fn of_family(measures: &Measures) -> f64 {
    let sentences = measures.sentences.max(2) as f64 - 1.0;
    logistic(
        1.25 * measures.weight.min(7.0)
            + 1.5 * libm::log2(sentences)
            + 4.0 * measures.spread
            + 20.0 * measures.word_share.min(0.25)
            + 4.0 * measures.verbatim
            - 16.0,
    )
}

/// The score of what recurs word for word, by the share of words that were there before.
pub(super) fn of_repeats(share: f64) -> f64 {
    logistic(40.0 * share.min(0.5) - 3.0)
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}
