//! Families: phrases assembled from seeds.
//!
//! In: the places of recurring seeds. Out: families. The core of a family is the set of stems that
//! half of its occurrences hold. Occurrences are trimmed to the core.

use std::ops::Range;

use super::seeds::{Hit, Seeds};
use super::segments::Segments;
use super::weights::{FUNCTION, RARE, WeighedStems};
use crate::hash;
use crate::kit::ids::{FamilyNumber, IndexVec, SeedNumber, StemNumber};
use crate::kit::numbering::Numbering;
use crate::kit::union_find::UnionFind;

/// An occurrence of a phrase, as a range of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    pub(super) family: FamilyNumber,
    /// First word.
    pub(super) start: u32,
    /// One past the last word.
    pub(super) end: u32,
}

impl Occurrence {
    /// The range of words.
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(super) fn words(&self) -> u32 {
        self.end - self.start
    }
}

/// A repeated phrase or passage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Family {
    /// The occurrences in the order of the text, without overlap.
    pub(super) places: Vec<Occurrence>,
    /// The core, sorted by number.
    pub(super) core: Vec<StemNumber>,
    /// Whether the family is a sentence or paragraph repeated word for word.
    pub(super) passage: bool,
}

impl Family {
    /// Whether `stem` belongs to the core.
    pub(super) fn has(&self, stem: StemNumber) -> bool {
        self.core.binary_search(&stem).is_ok()
    }
}

/// The most words between two seeds of an occurrence. Chosen by hand.
const GAP: u32 = 2;

/// The inverse of the share of the rarer seed's sentences in which two seeds of a family overlap: a
/// majority, so that no third phrase can split a family.
const TOGETHER_ONE_IN: u32 = 2;

/// Joins seeds to families, with buffers for many articles.
#[derive(Clone, Debug, Default)]
pub(super) struct FamilyFinder {
    link_numbers: Numbering,
    links: Vec<SeedLink>,
    /// The occurrence that may grow, by the seed that leads the family.
    open: IndexVec<SeedNumber, Option<Occurrence>>,
    places: Vec<Occurrence>,
    marks: IndexVec<StemNumber, StemMark>,
}

impl FamilyFinder {
    /// The families of the seeds of an article.
    pub(super) fn find(
        &mut self,
        seeds: &Seeds,
        segments: &Segments,
        weights: &WeighedStems,
    ) -> Vec<Family> {
        if seeds.hits.is_empty() {
            return Vec::new();
        }
        let family_of = self.link(seeds);
        self.collect_places(seeds, family_of, segments);
        let places = std::mem::take(&mut self.places);
        let found = places
            .chunk_by(|a, b| a.family == b.family)
            .filter_map(|places| self.settle(places, seeds.fewest, segments, weights))
            .collect();
        self.places = places;
        found
    }

    /// Joins seeds that overlap often enough. The earliest seed of a family leads it.
    fn link(&mut self, seeds: &Seeds) -> UnionFind<SeedNumber> {
        let Seeds {
            all: seeds, hits, ..
        } = seeds;
        let Self {
            link_numbers,
            links,
            ..
        } = self;
        link_numbers.clear();
        links.clear();
        for pair in hits.windows(2) {
            let [left, right] = [pair[0], pair[1]];
            if left.end <= right.start || left.seed == right.seed {
                continue;
            }
            let (a, b) = (left.seed.min(right.seed), left.seed.max(right.seed));
            let number = link_numbers.number(hash::finish(u64::from(a.0) << 32 | u64::from(b.0)));
            if number as usize == links.len() {
                links.push(SeedLink { a, b, times: 0 });
            }
            links[number as usize].times += 1;
        }
        let mut family_of = UnionFind::new(seeds.len());
        for link in links.iter() {
            let rarer = seeds[link.a].sentences.min(seeds[link.b].sentences);
            if link.times * TOGETHER_ONE_IN >= rarer {
                family_of.join(link.a, link.b);
            }
        }
        family_of
    }

    /// Joins places of a family within a sentence to occurrences, sorted by family.
    fn collect_places(
        &mut self,
        seeds: &Seeds,
        mut family_of: UnionFind<SeedNumber>,
        segments: &Segments,
    ) {
        let Self { open, places, .. } = self;
        let sentence_of = &segments.sentence_of;
        places.clear();
        open.clear();
        open.resize(seeds.all.len(), None);
        for &Hit {
            seed, start, end, ..
        } in &seeds.hits
        {
            let leader = family_of.root(seed);
            let open = &mut open[leader];
            let family = FamilyNumber(leader.0);
            match open {
                Some(place)
                    if start <= place.end + GAP
                        && sentence_of[start as usize] == sentence_of[place.start as usize] =>
                {
                    place.start = place.start.min(start);
                    place.end = place.end.max(end);
                }
                _ => places.extend(open.replace(Occurrence { family, start, end })),
            }
        }
        places.extend(open.iter().flatten());
        places.sort_unstable();
        // Places come in the order of their ends, so that a place may reach back over an earlier
        // one.
        places.dedup_by(|next, kept| {
            let overlaps = next.family == kept.family && next.start < kept.end;
            if overlaps {
                kept.end = kept.end.max(next.end);
            }
            overlaps
        });
    }

    /// Finds the core of a family and the occurrences that hold at least half of the core's weight.
    fn settle(
        &mut self,
        places: &[Occurrence],
        fewest: u32,
        segments: &Segments,
        weights: &WeighedStems,
    ) -> Option<Family> {
        let mut kept: Vec<Occurrence> = places.to_vec();
        let mut core = Vec::new();
        // The core of the candidates, then the core of the kept occurrences.
        for _ in 0..2 {
            core = self.core_of(&kept, weights);
            kept = trim(places, &core, weights);
        }
        if core.iter().all(|&stem| weights.weight(stem) == FUNCTION) {
            return None;
        }
        let sentence = |place: &Occurrence| segments.sentence_of[place.start as usize];
        let sentences = kept.chunk_by(|a, b| sentence(a) == sentence(b)).count();
        (sentences >= fewest as usize).then_some(Family {
            places: kept,
            core,
            passage: false,
        })
    }

    /// The stems that at least half of `places` hold, sorted.
    fn core_of(&mut self, places: &[Occurrence], weights: &WeighedStems) -> Vec<StemNumber> {
        let WeighedStems { stem_of, stems, .. } = weights;
        let marks = &mut self.marks;
        marks.resize(stems.len(), StemMark::default());
        let mut touched = Vec::new();
        for (number, place) in (1u32..).zip(places) {
            for &stem in stem_of[place.range()].iter().filter(|&&stem| stem != RARE) {
                let mark = &mut marks[stem];
                if mark.places == 0 {
                    touched.push(stem);
                }
                if mark.last != number {
                    mark.last = number;
                    mark.places += 1;
                }
            }
        }
        let half = places.len().div_ceil(2) as u32;
        let mut core = Vec::new();
        for stem in touched {
            let mark = std::mem::take(&mut marks[stem]);
            if mark.places >= half {
                core.push(stem);
            }
        }
        core.sort_unstable();
        core
    }
}

/// Two overlapping seeds with the number of overlaps.
#[derive(Clone, Copy, Debug)]
struct SeedLink {
    a: SeedNumber,
    b: SeedNumber,
    times: u32,
}

/// Counts the places that hold a stem. Marks are cleared after use.
#[derive(Clone, Copy, Debug, Default)]
struct StemMark {
    places: u32,
    last: u32,
}

/// Trims places to the core and drops places with less than half of the core's weight. A place that
/// repeats the phrase becomes two occurrences.
fn trim(places: &[Occurrence], core: &[StemNumber], weights: &WeighedStems) -> Vec<Occurrence> {
    let WeighedStems { stem_of, stems, .. } = weights;
    let in_core = |at: u32| core.binary_search(&stem_of[at as usize]).is_ok();
    let core_weight: u32 = core.iter().map(|&stem| stems[stem].weight).sum();
    let mut kept = Vec::with_capacity(places.len());
    let mut held: Vec<StemNumber> = Vec::with_capacity(core.len());
    for place in places {
        let mut start = None;
        let mut end = place.start;
        let mut weight = 0;
        held.clear();
        let mut close = |start: Option<u32>, end: u32, weight: u32| {
            if let Some(start) = start.filter(|_| weight * 2 >= core_weight) {
                kept.push(Occurrence {
                    family: place.family,
                    start,
                    end,
                });
            }
        };
        for at in (place.start..place.end).filter(|&at| in_core(at)) {
            let stem = stem_of[at as usize];
            let stem_weight = stems[stem].weight;
            let again = stem_weight > 0 && held.contains(&stem);
            // The phrase starts again, and enough of it came before.
            if again && held.first() == Some(&stem) && weight * 2 >= core_weight {
                close(start, end, weight);
                (start, weight) = (None, 0);
                held.clear();
            }
            if !held.contains(&stem) {
                held.push(stem);
                weight += stem_weight;
            }
            start = start.or(Some(at));
            end = at + 1;
        }
        close(start, end, weight);
    }
    kept
}
