//! Passages that recur word for word.
//!
//! In: a document and its segments. Out: paragraphs that recur, and recurring sentences outside
//! such paragraphs.
//!
//! A family needs three sentences. A repeated paragraph is evidence by itself.

use super::families::{Family, Occurrence};
use super::segments::Segments;
use super::sequence::FACTOR;
use super::weights::{RARE, WeighedStems};
use crate::hash;
use crate::kit::ids::{FamilyNumber, IndexVec};
use crate::kit::numbering::Numbering;
use crate::text::Token;

/// Words of the shortest telling passage. Chosen by hand: "He shook his head." tells nothing.
const FEWEST_WORDS: u32 = 6;

/// Hashes of arbitrary runs of words, in constant time, from prefix sums.
#[derive(Clone, Debug, Default)]
struct RunHashes {
    /// The polynomial of the preceding words, by word.
    sums: Vec<u64>,
    /// Powers of the factor.
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

    /// The hash of the words from `start` to `end`, equal to
    /// [`sequence::of_words`](super::sequence::of_words).
    #[inline(always)]
    fn hash(&self, start: u32, end: u32) -> u64 {
        let [before, upto] = [start, end].map(|at| self.sums[at as usize]);
        let len = (end - start) as usize;
        let first = (len as u64).wrapping_sub(before);
        hash::finish(upto.wrapping_add(first.wrapping_mul(self.powers[len])))
    }
}

/// Slots of the filter a passage: with 16, one honest article in 20 with 30 sentences passes in
/// vain.
const SLOTS: usize = 16;
const FEWEST_SLOTS: usize = 1 << 9;
const MOST_SLOTS: usize = 1 << 20;

/// Finds recurring passages, with buffers for many articles.
#[derive(Clone, Debug, Default)]
pub(super) struct PassageFinder {
    run_hashes: RunHashes,
    /// Whether a passage with certain hash bits was seen.
    filter: Vec<u8>,
    numbers: Numbering<FamilyNumber>,
    seen: Vec<Occurrence>,
}

impl PassageFinder {
    /// Whether a passage may recur. A few bits of a hash rule out recurrence.
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

    /// The recurring passages, after [`may_recur`](Self::may_recur).
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
        // Sentences of a recurring paragraph are skipped.
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

/// The places of passages with at least two occurrences, in order.
fn recurring(
    passages: impl Iterator<Item = (u32, u32)>,
    hashes: &RunHashes,
    numbers: &mut Numbering<FamilyNumber>,
    seen: &mut Vec<Occurrence>,
) -> Vec<Occurrence> {
    numbers.clear();
    seen.clear();
    let mut counts: IndexVec<FamilyNumber, u32> = IndexVec::default();
    for (start, end) in passages.filter(|(start, end)| end - start >= FEWEST_WORDS) {
        let family = numbers.number(hashes.hash(start, end));
        seen.push(Occurrence { family, start, end });
        counts.resize(numbers.len(), 0);
        counts[family] += 1;
    }
    let again = |place: &&Occurrence| counts[place.family] > 1;
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
