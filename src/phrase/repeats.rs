//! Passages that recur word for word.
//!
//! In: the words of an article, its sentences and paragraphs. Out: each paragraph, and each
//! sentence outside such paragraphs, that stands in the article twice or more.
//!
//! Families need three sentences; a whole paragraph that comes again tells as much by itself.

use super::families::{Family, Occurrence};
use super::segments::Segments;
use super::sequence::FACTOR;
use super::weights::{RARE, WeighedStems};
use crate::hash;
use crate::kit::numbering::Numbering;
use crate::text::Token;

/// The shortest passage whose repetition means something: "He shook his head." does not.
const FEWEST_WORDS: u32 = 6;

/// Hashes of any words in a row, each from two of all words up to a place.
#[derive(Clone, Debug, Default)]
struct RunHashes {
    /// By word, the sum of the words before it.
    sums: Vec<u64>,
    /// What so many words after a word multiply it by.
    powers: Vec<u64>,
}

impl RunHashes {
    fn set(&mut self, words: &[Token]) {
        let Self { sums, powers } = self;
        sums.clear();
        sums.push(0);
        let mut sum = 0_u64;
        sums.extend(words.iter().map(|word| {
            sum = sum.wrapping_mul(FACTOR).wrapping_add(word.hash);
            sum
        }));
        let mut power = powers.last().copied().unwrap_or(1);
        if powers.is_empty() {
            powers.push(power);
        }
        let more = (powers.len()..sums.len()).map(|_| {
            power = power.wrapping_mul(FACTOR);
            power
        });
        powers.extend(more);
    }

    /// As [`sequence::of_words`](super::sequence::of_words), of the words from `start` to `end`.
    #[inline(always)]
    fn hash(&self, start: u32, end: u32) -> u64 {
        let [before, upto] = [start, end].map(|at| self.sums[at as usize]);
        let len = (end - start) as usize;
        let first = (len as u64).wrapping_sub(before);
        hash::finish(upto.wrapping_add(first.wrapping_mul(self.powers[len])))
    }
}

/// Slots of the filter for each passage, and at least and at most.
const SLOTS: usize = 16;
const FEWEST_SLOTS: usize = 1 << 9;
const MOST_SLOTS: usize = 1 << 20;

/// Finds passages that recur; keeps its memory from one article to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct PassageFinder {
    run_hashes: RunHashes,
    /// By a few bits of a passage's hash: whether one was seen.
    filter: Vec<u8>,
    numbers: Numbering,
    seen: Vec<Occurrence>,
}

impl PassageFinder {
    /// Whether a passage may recur; if not, none does. Passages are told by a few bits of their hashes.
    pub(super) fn may_recur(&mut self, words: &[Token], segments: &Segments) -> bool {
        let Segments {
            sentences,
            paragraphs,
            ..
        } = segments;
        let Self {
            run_hashes, filter, ..
        } = self;
        run_hashes.set(words);
        let slots = (sentences.len() * SLOTS).next_power_of_two();
        let slots = slots.clamp(FEWEST_SLOTS, MOST_SLOTS);
        let mut recurs = |passages: &mut dyn Iterator<Item = (u32, u32)>| {
            filter.clear();
            filter.resize(slots, 0);
            passages
                .filter(|(start, end)| end - start >= FEWEST_WORDS)
                .any(|(start, end)| {
                    let at = (run_hashes.hash(start, end) >> 20) as usize & (slots - 1);
                    std::mem::replace(&mut filter[at], 1) != 0
                })
        };
        recurs(&mut sentences.iter().map(|single| (single.start, single.end)))
            || recurs(&mut paragraphs.iter().map(|whole| (whole.start, whole.end)))
    }

    /// The passages that recur, after [`may_recur`](Self::may_recur).
    pub(super) fn find(&mut self, segments: &Segments, weights: &WeighedStems) -> Vec<Family> {
        let Segments {
            sentences,
            paragraphs,
            ..
        } = segments;
        let Self {
            run_hashes: hashes,
            numbers,
            seen,
            ..
        } = self;
        let whole = paragraphs.iter().map(|whole| (whole.start, whole.end));
        let whole = recurring(whole, hashes, numbers, seen);
        // Sentences of a paragraph that recurs are not found again.
        let mut covered = whole.iter().peekable();
        let single = sentences.iter().map(|single| (single.start, single.end));
        let single = single.filter(|&(start, _)| {
            while covered.next_if(|place| place.end <= start).is_some() {}
            covered.peek().is_none_or(|place| start < place.start)
        });
        let single = recurring(single, hashes, numbers, seen);
        [whole, single]
            .into_iter()
            .flat_map(|mut places| {
                places.sort_unstable();
                let families = places.chunk_by(|a, b| a.family == b.family);
                families
                    .map(|places| family(places, weights))
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

/// The places of those passages, start and end, that come twice or more, in order.
fn recurring(
    passages: impl Iterator<Item = (u32, u32)>,
    hashes: &RunHashes,
    numbers: &mut Numbering,
    seen: &mut Vec<Occurrence>,
) -> Vec<Occurrence> {
    numbers.clear();
    seen.clear();
    let mut counts: Vec<u32> = Vec::new();
    for (start, end) in passages.filter(|(start, end)| end - start >= FEWEST_WORDS) {
        let family = numbers.number(hashes.hash(start, end));
        seen.push(Occurrence { family, start, end });
        counts.resize(numbers.len(), 0);
        counts[family as usize] += 1;
    }
    let again = |place: &&Occurrence| counts[place.family as usize] > 1;
    seen.iter().filter(again).copied().collect()
}

fn family(places: &[Occurrence], weights: &WeighedStems) -> Family {
    let mut core = weights.stem_of[places[0].range()].to_vec();
    core.retain(|&stem| stem != RARE);
    core.sort_unstable();
    core.dedup();
    Family {
        places: places.to_vec(),
        core,
        passage: true,
    }
}
