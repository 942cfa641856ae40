//! Passages that recur word for word.
//!
//! In: the words of an article, its sentences and paragraphs. Out: each paragraph, and each
//! sentence outside such paragraphs, that stands in the article twice or more.
//!
//! Families need three sentences; a whole paragraph that comes again tells as much by itself.

use super::families::{Found, Place};
use super::numbering::Numbering;
use super::{PhraseScratch, hash_of};

/// The shortest passage whose repetition means something: "He shook his head." does not.
const FEWEST_WORDS: u32 = 6;

/// Finds the passages that recur.
pub(super) fn find(scratch: &mut PhraseScratch) -> Vec<Found> {
    let PhraseScratch {
        paragraphs,
        sentences,
        form_of,
        passage_numbers,
        passages,
        ..
    } = scratch;
    let mut places = Vec::new();
    let whole = paragraphs
        .iter()
        .map(|paragraph| (paragraph.start, paragraph.end));
    recurring(whole, form_of, passage_numbers, passages, &mut places);
    let in_paragraphs = places.len();
    // Sentences of a paragraph that recurs are not found again.
    let mut covered = places[..in_paragraphs].to_vec().into_iter().peekable();
    let single = sentences
        .iter()
        .map(|sentence| (sentence.start, sentence.end));
    let single = single.filter(|&(start, _)| {
        while covered.next_if(|place| place.end <= start).is_some() {}
        covered.peek().is_none_or(|place| start < place.start)
    });
    recurring(single, form_of, passage_numbers, passages, &mut places);
    let (whole, single) = places.split_at_mut(in_paragraphs);
    whole.sort_unstable();
    single.sort_unstable();
    let passages = whole
        .chunk_by(|a, b| a.family == b.family)
        .chain(single.chunk_by(|a, b| a.family == b.family));
    passages.map(|places| found(places, scratch)).collect()
}

/// Appends the places of those passages, start and end, that come twice or more, in order.
fn recurring(
    passages: impl Iterator<Item = (u32, u32)>,
    form_of: &[u32],
    numbers: &mut Numbering,
    seen: &mut Vec<Place>,
    places: &mut Vec<Place>,
) {
    numbers.clear();
    seen.clear();
    let mut counts: Vec<u32> = Vec::new();
    for (start, end) in passages.filter(|(start, end)| end - start >= FEWEST_WORDS) {
        let family = numbers.number(hash_of(&form_of[start as usize..end as usize]));
        seen.push(Place { family, start, end });
        counts.resize(numbers.len(), 0);
        counts[family as usize] += 1;
    }
    places.extend(
        seen.iter()
            .filter(|place| counts[place.family as usize] > 1),
    );
}

fn found(places: &[Place], scratch: &PhraseScratch) -> Found {
    let mut core = scratch.stem_of[places[0].range()].to_vec();
    core.sort_unstable();
    core.dedup();
    Found {
        places: places.to_vec(),
        core,
        passage: true,
    }
}
