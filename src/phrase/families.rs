//! Families: seeds that are parts of one phrase, and where the phrase stands.
//!
//! In: the places of recurring seeds. Out: for each family its core (the stems that half of its
//! occurrences hold) and its occurrences, trimmed to the core.

use std::ops::Range;

use super::PhraseScratch;
use super::seeds::Hit;
use super::weights::{FUNCTION, RARE};
use crate::hash;

/// A place of a phrase, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Which family.
    pub(super) family: u32,
    /// First word.
    pub(super) start: u32,
    /// One past the last word.
    pub(super) end: u32,
}

impl Place {
    /// For slicing what is kept by word.
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(super) fn words(&self) -> u32 {
        self.end - self.start
    }
}

/// What repeats, before it is judged.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    /// Its places in the order of the text, none overlapping another.
    pub(super) places: Vec<Place>,
    /// What half of the places hold, by number.
    pub(super) core: Vec<u32>,
    /// Whether it is a whole sentence or paragraph, word for word.
    pub(super) passage: bool,
}

impl Found {
    /// Whether `stem` belongs to the core.
    pub(super) fn has(&self, stem: u32) -> bool {
        self.core.binary_search(&stem).is_ok()
    }
}

/// Words that may stand between two seeds of one occurrence.
const GAP: u32 = 2;

/// Two seeds belong together if they overlap in one in so many of the rarer one's sentences.
const TOGETHER_ONE_IN: u32 = 2;

/// Finds the families of `scratch.hits`.
pub(super) fn find(scratch: &mut PhraseScratch) -> Vec<Found> {
    if scratch.hits.is_empty() {
        return Vec::new();
    }
    link(scratch);
    collect_places(scratch);
    let places = std::mem::take(&mut scratch.places);
    let found = places
        .chunk_by(|a, b| a.family == b.family)
        .filter_map(|places| settle(places, scratch))
        .collect();
    scratch.places = places;
    found
}

/// Two seeds that overlap, and in how many sentences.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    a: u32,
    b: u32,
    times: u32,
}

/// Puts seeds that overlap often enough into one family: `scratch.family_of`.
fn link(scratch: &mut PhraseScratch) {
    let PhraseScratch {
        seeds,
        hits,
        link_numbers,
        links,
        family_of,
        ..
    } = scratch;
    link_numbers.clear();
    links.clear();
    for pair in hits.windows(2) {
        let [left, right] = [pair[0], pair[1]];
        if left.end <= right.start || left.seed == right.seed {
            continue;
        }
        let (a, b) = (left.seed.min(right.seed), left.seed.max(right.seed));
        let number = link_numbers.number(hash::finish(u64::from(a) << 32 | u64::from(b)));
        if number as usize == links.len() {
            links.push(Link { a, b, times: 0 });
        }
        links[number as usize].times += 1;
    }
    family_of.clear();
    family_of.extend(0..seeds.len() as u32);
    for link in links.iter() {
        let rarer = seeds[link.a as usize]
            .sentences
            .min(seeds[link.b as usize].sentences);
        if link.times * TOGETHER_ONE_IN >= rarer {
            let (a, b) = (root(family_of, link.a), root(family_of, link.b));
            // The earlier seed leads, whatever the order of the links.
            family_of[a.max(b) as usize] = a.min(b);
        }
    }
}

fn root(family_of: &mut [u32], mut seed: u32) -> u32 {
    while family_of[seed as usize] != seed {
        // Halves the path, so that the next search is short.
        family_of[seed as usize] = family_of[family_of[seed as usize] as usize];
        seed = family_of[seed as usize];
    }
    seed
}

/// Joins the hits of one family in one sentence to places: `scratch.places`, by family.
fn collect_places(scratch: &mut PhraseScratch) {
    let PhraseScratch {
        sentence_of,
        hits,
        family_of,
        open,
        places,
        ..
    } = scratch;
    places.clear();
    open.clear();
    open.resize(family_of.len(), None);
    for &Hit {
        seed, start, end, ..
    } in hits.iter()
    {
        let family = root(family_of, seed);
        let open = &mut open[family as usize];
        match open {
            Some(place)
                if start <= place.end + GAP
                    && sentence_of[start as usize] == sentence_of[place.start as usize] =>
            {
                place.start = place.start.min(start);
                place.end = place.end.max(end);
            }
            _ => places.extend(open.replace(Place { family, start, end })),
        }
    }
    places.extend(open.iter().flatten());
    places.sort_unstable();
    // Hits come in the order of their ends, so that one may reach back over a place before.
    places.dedup_by(|next, kept| {
        let overlaps = next.family == kept.family && next.start < kept.end;
        if overlaps {
            kept.end = kept.end.max(next.end);
        }
        overlaps
    });
}

/// Finds the core of a family and the occurrences that hold most of it.
fn settle(places: &[Place], scratch: &mut PhraseScratch) -> Option<Found> {
    let mut kept: Vec<Place> = places.to_vec();
    let mut core = Vec::new();
    // What half of all candidates hold; then what half of those hold that are left.
    for _ in 0..2 {
        core = core_of(&kept, scratch);
        kept = trim(places, &core, scratch);
    }
    if core
        .iter()
        .all(|&stem| scratch.stems[stem as usize].weight == FUNCTION)
    {
        return None;
    }
    let sentence = |place: &Place| scratch.sentence_of[place.start as usize];
    let sentences = kept.chunk_by(|a, b| sentence(a) == sentence(b)).count();
    (sentences >= scratch.fewest as usize).then_some(Found {
        places: kept,
        core,
        passage: false,
    })
}

/// The stems that at least half of `places` hold, by number.
fn core_of(places: &[Place], scratch: &mut PhraseScratch) -> Vec<u32> {
    let PhraseScratch {
        stem_of,
        stems,
        marks,
        ..
    } = scratch;
    marks.resize(stems.len(), Mark::default());
    let mut touched = Vec::new();
    for (number, place) in (1u32..).zip(places) {
        for &stem in stem_of[place.range()].iter().filter(|&&stem| stem != RARE) {
            let mark = &mut marks[stem as usize];
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
        let mark = std::mem::take(&mut marks[stem as usize]);
        if mark.places >= half {
            core.push(stem);
        }
    }
    core.sort_unstable();
    core
}

/// Counts places that hold a stem; always left clear.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    places: u32,
    last: u32,
}

/// Cuts places to what begins and ends with the core, and drops those that hold less than half of
/// its weight. A place that says the phrase twice becomes two.
fn trim(places: &[Place], core: &[u32], scratch: &PhraseScratch) -> Vec<Place> {
    let PhraseScratch { stem_of, stems, .. } = scratch;
    let in_core = |at: u32| core.binary_search(&stem_of[at as usize]).is_ok();
    let core_weight: u32 = core.iter().map(|&stem| stems[stem as usize].weight).sum();
    let mut kept = Vec::with_capacity(places.len());
    let mut held: Vec<u32> = Vec::with_capacity(core.len());
    for place in places {
        let mut start = None;
        let mut end = place.start;
        let mut weight = 0;
        held.clear();
        let mut close = |start: Option<u32>, end: u32, weight: u32| {
            if let Some(start) = start.filter(|_| weight * 2 >= core_weight) {
                kept.push(Place {
                    family: place.family,
                    start,
                    end,
                });
            }
        };
        for at in (place.start..place.end).filter(|&at| in_core(at)) {
            let stem = stem_of[at as usize];
            let stem_weight = stems[stem as usize].weight;
            let again = stem_weight > 0 && held.contains(&stem);
            // Said again from the start, and enough was said before.
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
