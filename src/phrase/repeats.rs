//! Passages that recur word for word.
//!
//! In: the words of an article, its sentences and paragraphs. Out: each paragraph, and each
//! sentence outside such paragraphs, that stands in the article twice or more.
//!
//! Families need three sentences; a whole paragraph that comes again tells as much by itself.

use super::families::{Found, Place};
use super::numbering::Numbering;
use super::weights::RARE;
use super::{PhraseScratch, hash_of_words};
use crate::text::Token;

/// The shortest passage whose repetition means something: "He shook his head." does not.
const FEWEST_WORDS: u32 = 6;

/// Finds the passages that recur.
pub(super) fn find(words: &[Token], scratch: &mut PhraseScratch) -> Vec<Found> {
    let PhraseScratch {
        paragraphs,
        sentences,
        passage_numbers: numbers,
        passages,
        ..
    } = scratch;
    let whole = paragraphs.iter().map(|whole| (whole.start, whole.end));
    let whole = recurring(whole, words, numbers, passages);
    // Sentences of a paragraph that recurs are not found again.
    let mut covered = whole.iter().peekable();
    let single = sentences.iter().map(|single| (single.start, single.end));
    let single = single.filter(|&(start, _)| {
        while covered.next_if(|place| place.end <= start).is_some() {}
        covered.peek().is_none_or(|place| start < place.start)
    });
    let single = recurring(single, words, numbers, passages);
    [whole, single]
        .into_iter()
        .flat_map(|mut places| {
            places.sort_unstable();
            let families = places.chunk_by(|a, b| a.family == b.family);
            families
                .map(|places| found(places, scratch))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The places of those passages, start and end, that come twice or more, in order.
fn recurring(
    passages: impl Iterator<Item = (u32, u32)>,
    words: &[Token],
    numbers: &mut Numbering,
    seen: &mut Vec<Place>,
) -> Vec<Place> {
    numbers.clear();
    seen.clear();
    let mut counts: Vec<u32> = Vec::new();
    for (start, end) in passages.filter(|(start, end)| end - start >= FEWEST_WORDS) {
        let family = numbers.number(hash_of_words(&words[start as usize..end as usize]));
        seen.push(Place { family, start, end });
        counts.resize(numbers.len(), 0);
        counts[family as usize] += 1;
    }
    let again = |place: &&Place| counts[place.family as usize] > 1;
    seen.iter().filter(again).copied().collect()
}

fn found(places: &[Place], scratch: &PhraseScratch) -> Found {
    let mut core = scratch.stem_of[places[0].range()].to_vec();
    core.retain(|&stem| stem != RARE);
    core.sort_unstable();
    core.dedup();
    Found {
        places: places.to_vec(),
        core,
        passage: true,
    }
}
