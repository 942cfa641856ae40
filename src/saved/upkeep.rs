//! Upkeep of a saved index: statistics, merges, files that are no longer needed.
//!
//! In: an index opened for writing. Out: fewer segments, new statistics.

use std::ops::Range;
use std::sync::Arc;

use super::generation::{self, Generation};
use super::merge::Merging;
use super::opening::{generations, is_ours, read_file, statistics_name};
use super::segment;
use super::segment_writer::{self, SegmentPlace, Source};
use super::snapshot::{Core, Part};
use super::writer::{Commit, SavedIndex};
use crate::corpus::Statistics;
use crate::error::Result;
use crate::hash;

/// Segments of one size that [`tidy`](SavedIndex::tidy) merges. Chosen by hand: an article is written
/// again once for each eightfold growth, and a query looks into 7 segments of a size at most.
const FANOUT: usize = 8;

impl SavedIndex {
    /// Sets or clears the statistics of the corpus, by which pairs are judged from now on; see
    /// [`Detector::set_statistics`](crate::Detector::set_statistics).
    ///
    /// # Errors
    ///
    /// [`Io`](crate::ErrorKind::Io), [`Poisoned`](crate::ErrorKind::Poisoned).
    pub fn set_statistics(&mut self, statistics: Option<Arc<Statistics>>) -> Result<()> {
        self.writable()?;
        let written = match &statistics {
            Some(statistics) => {
                let written = self.write_statistics(statistics);
                Some(self.poisoning(written)?)
            }
            None => None,
        };
        self.statistics = written;
        self.is_changed = true;
        let mut judge = (*self.view.core.judge).clone();
        judge.set_statistics(statistics);
        self.view.core = Arc::new(Core {
            judge: Arc::new(judge),
            ..(*self.view.core).clone()
        });
        Ok(())
    }

    fn write_statistics(&mut self, statistics: &Statistics) -> Result<(u64, u64, u64)> {
        let bytes = statistics.to_bytes();
        let number = self.take_file();
        self.write_file(&statistics_name(number), &bytes)?;
        Ok((number, bytes.len() as u64, hash::token(&bytes)))
    }

    /// Counts the statistics of the corpus anew, over the articles that are there, and sets them; see
    /// [`Detector::learn`](crate::Detector::learn).
    ///
    /// Cost: the index is [loaded](super::Snapshot::load), and 8,192 texts or fewer are read.
    ///
    /// # Errors
    ///
    /// As [`set_statistics`](Self::set_statistics) and [`load`](super::Snapshot::load).
    pub fn refresh(&mut self) -> Result<()> {
        self.writable()?;
        let counted = {
            let (detector, texts) = self.view.load()?;
            detector.count_statistics(&texts)
        };
        self.set_statistics(Some(Arc::new(counted)))
    }

    /// Merges all segments into one without the removed articles, and commits.
    ///
    /// Cost: the index is read and written once; 16 bytes of memory an article.
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit); [`Damaged`](crate::ErrorKind::Damaged) if a page is.
    pub fn compact(&mut self) -> Result<Commit> {
        self.writable()?;
        let merged = self.flush().and_then(|()| {
            let has_dead = |part: &Part| part.dead_rows > 0;
            if self.view.parts.len() > 1 || self.view.parts.iter().any(has_dead) {
                self.merge(0..self.view.parts.len())?;
            }
            Ok(())
        });
        self.poisoning(merged)?;
        self.commit()
    }

    /// Merges segments of about one size where there are eight of them, and commits if any are merged.
    /// Returns the number of merges.
    ///
    /// Called after commits, it keeps the number of segments logarithmic, and an article is written
    /// again once for each eightfold growth of the index. Segments are merged with their neighbours
    /// in time, so that articles of one age stay together.
    ///
    /// # Errors
    ///
    /// As [`compact`](Self::compact).
    pub fn tidy(&mut self) -> Result<usize> {
        self.writable()?;
        let mut merges = 0;
        while let Some(start) = self.crowd() {
            let merged = self.merge(start..start + FANOUT);
            self.poisoning(merged)?;
            merges += 1;
        }
        if merges > 0 {
            self.commit()?;
        }
        Ok(merges)
    }

    /// The first of [`FANOUT`] neighbouring segments that are of one size or smaller than the
    /// largest of them by less than [`FANOUT`] times.
    fn crowd(&self) -> Option<usize> {
        let live: Vec<u32> = self.view.parts.iter().map(Part::live).collect();
        let are_alike = |of: &[u32]| {
            let largest = of.iter().copied().max().unwrap_or_default();
            let all: u64 = of.iter().copied().map(u64::from).sum();
            // Together they must be worth the writing: no small ones are merged into a large one.
            all >= 2 * u64::from(largest) || largest == 0
        };
        live.windows(FANOUT).position(are_alike)
    }

    /// Merges neighbouring segments into one, which takes their place.
    fn merge(&mut self, range: Range<usize>) -> Result<()> {
        let number = self.take_file();
        let core = Arc::clone(&self.view.core);
        let merging = Merging::new(&self.view.parts[range.clone()], core.keeps_texts)?;
        let merged = if merging.rows() == 0 {
            None
        } else {
            let file = SegmentPlace {
                storage: &*core.storage,
                index: core.index,
                number,
                bands: core.bands,
            };
            Some(segment_writer::write(file, &merging)?)
        };
        drop(merging);
        let merged = merged.map(|name| self.open_segment(name)).transpose()?;
        self.view.parts.splice(range, merged);
        self.is_changed = true;
        Ok(())
    }

    /// Deletes files outside the last two generations. A file that can't be deleted now is deleted
    /// later.
    pub(super) fn delete_unused(&self) {
        let storage = &*self.view.core.storage;
        let Ok(names) = storage.list() else { return };
        let Ok(all) = generations(storage) else {
            return;
        };
        let kept: Vec<u64> = all.into_iter().take(2).collect();
        let mut needed = vec!["lock".to_owned()];
        for &number in &kept {
            let name = generation::file_name(number);
            let path = storage.path(&name);
            let read =
                read_file(storage, &name).and_then(|bytes| Generation::decode(&path, &bytes));
            needed.push(name);
            // The files of a generation that can't be read are not known: none is deleted.
            let Ok(read) = read else { return };
            let of_segment = |listed: &generation::Listed| segment::file_name(listed.name.number);
            needed.extend(read.segments.iter().map(of_segment));
            needed.extend(read.statistics.map(|(number, ..)| statistics_name(number)));
        }
        let of_view = self.view.parts.iter().map(|part| part.segment.name.number);
        needed.extend(of_view.map(segment::file_name));
        needed.extend(self.statistics.map(|(number, ..)| statistics_name(number)));
        for name in names {
            if is_ours(&name) && !needed.contains(&name) {
                // An error leaves the file for the next time.
                let _ = storage.remove(&name);
            }
        }
    }
}
