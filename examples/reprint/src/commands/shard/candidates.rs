//! `reprint shard candidates`: rows to pairs worth comparing.
//!
//! In: the tables of every part of `sketch`. Out: for the part's block of positions, the pairs that its
//! texts choose by their samples. The first part also writes the pairs by bands, and the statistics.
//!
//! The sorted hashes of all parts are gone through in ranges: a hash comes with all its holders, and is
//! forgotten before the next range. What is held are the lists of hashes that the block's texts have,
//! some 4 KB a text.

use std::ops::Range;

use rayon::prelude::*;

use reprint::corpus::{ENOUGH, Statistics};
use reprint::stages::{SampleRules, choices};
use reprint::{ArticleId, TextStore};

use super::catalogue::{Catalogue, NONE, PartTexts};
use super::table::{TableReader, TableWriter};
use super::work::{self, Table, Work};
use super::{bands, pairs};
use crate::commands::FEWEST_THAT_TELL;
use crate::failure::Failure;
use crate::output::atomic;

/// Writes the tables of a part.
pub(super) fn part(work: &Work, catalogue: &Catalogue, part: usize) -> Result<(), Failure> {
    let is_recycled = work.is_recycled();
    if part == 0 {
        if TableReader::open(&work.bands(), &work.id)?.is_none() {
            bands::write(work, catalogue)?;
        }
        if is_recycled && !work.statistics().exists() {
            work::put(&work.statistics(), &statistics(work, catalogue)?)?;
        }
    }
    let block = pairs::block(catalogue.texts(), part, work.recipe.parts);
    let found = if is_recycled {
        by_samples(work, catalogue, &block)?
    } else {
        Vec::new()
    };
    let path = work.path(Table::Candidates, part);
    let mut table = TableWriter::create(&path, pairs::COLUMNS, &work.id)?;
    pairs::write(&mut table, &found)?;
    atomic::put_in_place(vec![table.finish(&[])?])
}

/// The statistics of the first texts, as bytes; none where articles are too few to tell.
fn statistics(work: &Work, catalogue: &Catalogue) -> Result<Vec<u8>, Failure> {
    if catalogue.articles() < FEWEST_THAT_TELL {
        return Ok(Vec::new());
    }
    let mut rows: Vec<u32> = catalogue.first_rows.iter().copied().take(ENOUGH).collect();
    rows.sort_unstable();
    let places = catalogue.needed(&rows)?.into_iter().map(|text| text.place);
    let texts = PartTexts::open(work, places.collect())?;
    let mut statistics = Statistics::new();
    for id in (0..rows.len()).filter_map(ArticleId::new) {
        let text = texts.text(id, "");
        let text = text.map_err(|error| Failure::Failed(error.to_string()))?;
        // Counting fails above the length limit only, and `sketch` refuses such texts.
        let _ = statistics.add(&text);
    }
    statistics.forget_rare();
    Ok(statistics.to_bytes())
}

/// Hashes that are sorted at a time, of all parts together. Chosen by hand: 16 MB.
const SORTED: usize = 1 << 21;

/// The sorted hashes of a part, a row group at a time.
struct Run {
    part: usize,
    table: TableReader,
    next_group: usize,
    hashes: Vec<i32>,
    rows: Vec<i32>,
    /// The place of the next hash.
    next: usize,
}

impl Run {
    fn open(work: &Work, part: usize) -> Result<Self, Failure> {
        Ok(Self {
            part,
            table: work.table(Table::Hashes, part)?,
            next_group: 0,
            hashes: Vec::new(),
            rows: Vec::new(),
            next: 0,
        })
    }

    /// Calls `each` with the hashes up to `last` that were not given yet, each with its row.
    fn up_to(&mut self, last: u32, mut each: impl FnMut(u32, u32)) -> Result<(), Failure> {
        loop {
            let left = self.hashes[self.next..].iter().zip(&self.rows[self.next..]);
            for (hash, row) in left {
                let hash = hash.cast_unsigned();
                if hash > last {
                    return Ok(());
                }
                each(hash, row.cast_unsigned());
                self.next += 1;
            }
            if self.next_group == self.table.groups() {
                return Ok(());
            }
            self.hashes = self.table.ints(self.next_group, 0)?;
            self.rows = self.table.ints(self.next_group, 1)?;
            (self.next, self.next_group) = (0, self.next_group + 1);
        }
    }
}

/// Lists of hashes that texts of a block have.
#[derive(Default)]
struct HashLists {
    /// Each list: the weight, the number of texts that count, and their positions.
    lists: Vec<u32>,
    /// A text's place in the block, and the start of a list.
    held: Vec<(u32, usize)>,
}

/// The pairs that the texts of a block choose, packed and in ascending order.
fn by_samples(work: &Work, catalogue: &Catalogue, block: &Range<u32>) -> Result<Vec<u64>, Failure> {
    let mut lists = lists(work, catalogue, block)?;
    lists.held.par_sort_unstable();
    let of_texts: Vec<&[(u32, usize)]> = lists.held.chunk_by(|a, b| a.0 == b.0).collect();
    let samples = |position: u32| catalogue.samples[position as usize] as usize;
    let choose = |held: &&[(u32, usize)]| {
        let own = block.start + held[0].0;
        let rows = held.iter().flat_map(|&(_, start)| {
            let (weight, len) = (lists.lists[start], lists.lists[start + 1] as usize);
            let others = &lists.lists[start + 2..start + 2 + len];
            others.iter().map(move |&other| (other, 1, weight))
        });
        let others = rows.filter(|&(other, ..)| other != own);
        let chosen = choices(others, samples(own), samples);
        chosen
            .into_iter()
            .map(|other| pairs::packed(own, other))
            .collect::<Vec<_>>()
    };
    let mut found: Vec<u64> = of_texts.par_iter().flat_map_iter(choose).collect();
    found.par_sort_unstable();
    found.dedup();
    Ok(found)
}

/// Goes through the hashes of all parts in ascending order, and keeps the lists that the block needs.
fn lists(work: &Work, catalogue: &Catalogue, block: &Range<u32>) -> Result<HashLists, Failure> {
    let parts = 0..work.recipe.parts;
    let runs = parts.map(|part| Run::open(work, part));
    let mut runs: Vec<Run> = runs.collect::<Result<_, _>>()?;
    let rules = SampleRules::RULES;
    let weights = rules.weights(catalogue.texts());
    let mut found = HashLists::default();
    // Hashes are spread evenly, so ranges of equal width have about equal numbers of them.
    let all: usize = runs.iter().map(|run| run.table.rows()).sum();
    let ranges = (all / SORTED + 1) as u64;
    // A hash in the upper half, and a position in the lower.
    let mut entries: Vec<u64> = Vec::new();
    for range in 1..=ranges {
        let last = ((range << 32) / ranges - 1) as u32;
        entries.clear();
        for run in &mut runs {
            let part = run.part;
            run.up_to(last, |hash, row| {
                // Copies hold the same hashes, and their first stands for them.
                let position = catalogue.position_of_first(part, row);
                if position != NONE {
                    entries.push(u64::from(hash) << 32 | u64::from(position));
                }
            })?;
        }
        entries.par_sort_unstable();
        for holders in entries
            .chunk_by(|a, b| a >> 32 == b >> 32)
            .filter(|all| all.len() > 1)
        {
            let position = |entry: &u64| *entry as u32;
            let first = holders.partition_point(|holder| position(holder) < block.start);
            let end = holders.partition_point(|holder| position(holder) < block.end);
            if first == end {
                continue;
            }
            let start = found.lists.len();
            let is_common = holders.len() > rules.cap;
            let counted = if is_common {
                rules.centres
            } else {
                holders.len()
            };
            let weight = weights.of_holders(holders.len());
            found.lists.extend([weight, counted as u32]);
            found.lists.extend(holders[..counted].iter().map(position));
            let here = holders[first..end].iter();
            found
                .held
                .extend(here.map(|holder| (position(holder) - block.start, start)));
        }
    }
    Ok(found)
}
