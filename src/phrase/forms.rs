//! The forms of a family's occurrences.
//!
//! In: a family and the words of its article. Out: groups of occurrences that agree word for word,
//! or in the frame around their slots.

use super::families::{Family, Occurrence};
use super::sequence;
use super::weights::{FUNCTION, WeighedStems};
use crate::kit::numbering::Numbering;
use crate::text::Token;

/// A group of equal occurrences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WordForm {
    /// The number of the earliest occurrence of the form, among the occurrences of the family.
    pub(super) first: usize,
    /// The number of occurrences.
    pub(super) count: usize,
}

/// The forms word for word, commonest first, equally common forms in the order of the text.
pub(super) fn forms(family: &Family, words: &[Token]) -> Vec<WordForm> {
    let hash = |place: &Occurrence| sequence::of_words(&words[place.range()]);
    let mut forms = tally(family.places.iter().map(hash));
    forms.sort_by_key(|form| (std::cmp::Reverse(form.count), form.first));
    forms
}

/// The number of occurrences with the commonest frame. A frame is the sequence of the core's
/// content words without names and numbers, which fill slots.
pub(super) fn commonest_frame(family: &Family, weights: &WeighedStems) -> usize {
    let mut frame = Vec::new();
    let frames = family.places.iter().map(|place| {
        let stems = weights.stem_of[place.range()].iter();
        frame.clear();
        frame.extend(stems.filter(|&&stem| weights.weight(stem) > FUNCTION && family.has(stem)));
        sequence::of_stems(&frame)
    });
    let counts = tally(frames).into_iter().map(|form| form.count);
    counts.max().unwrap_or(0)
}

/// The distinct keys of a sequence, in the order of first sight.
fn tally(keys: impl Iterator<Item = u64>) -> Vec<WordForm> {
    let mut numbers: Numbering = Numbering::default();
    let mut forms: Vec<WordForm> = Vec::new();
    for (first, key) in keys.enumerate() {
        match forms.get_mut(numbers.number(key) as usize) {
            Some(form) => form.count += 1,
            None => forms.push(WordForm { first, count: 1 }),
        }
    }
    forms
}
