//! Upkeep of a saved index: statistics, merges, files that are no longer needed.
//!
//! In: an index opened for writing. Out: fewer segments, new statistics.

use std::ops::Range;
use std::sync::Arc;

use super::changes;
use super::generation::{self, Generation};
use super::grouping::{self, Regrouped};
use super::linking::{self, Relinked};
use super::links::{self, EachText, LinkFile, LinkFiles, LinkedText};
use super::merge::Merging;
use super::opening::{files_of, generations, is_ours, statistics_name};
use super::pages::read_file;
use super::segment_writer::{self, SegmentPlace, Source};
use super::snapshot::{Core, KeptGroups, Part, Snapshot};
use super::writer::{Commit, SavedIndex};
use crate::corpus::Statistics;
use crate::error::Result;
use crate::hash;
use crate::sketch::Fingerprint;

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

    /// Counts the statistics of the corpus anew, over the articles that are there, sets them, forms
    /// all groups anew, and commits; see [`Detector::learn`](crate::Detector::learn).
    ///
    /// Cost: the index is [loaded](super::Snapshot::load), and 8,192 texts or fewer are read; if groups
    /// are kept, also that of [`Detector::groups`](crate::Detector::groups).
    ///
    /// # Errors
    ///
    /// As [`set_statistics`](Self::set_statistics), [`load`](super::Snapshot::load) and
    /// [`commit`](Self::commit).
    pub fn refresh(&mut self) -> Result<Commit> {
        self.writable()?;
        let counted = {
            let (detector, texts) = self.view.load()?;
            detector.count_statistics(&texts)
        };
        self.set_statistics(Some(Arc::new(counted)))?;
        let grouped = self.group_all();
        self.poisoning(grouped)?;
        self.commit()
    }

    /// Merges all segments into one without the removed articles, forms all groups anew, and commits.
    /// The groups are then those of a batch over the articles that are left.
    ///
    /// Cost: the index is read and written once; 16 bytes of memory an article. If groups are kept,
    /// also that of [`Detector::groups`](crate::Detector::groups) on the
    /// [loaded](super::Snapshot::load) index.
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
            self.group_all()
        });
        self.poisoning(merged)?;
        self.commit()
    }

    /// Finds the links of the texts that articles came to or went from, and groups what they touch.
    pub(super) fn group_touched(&mut self) -> Result<()> {
        let Some(groups) = &self.view.groups else {
            return Ok(());
        };
        let touched = std::mem::take(&mut self.touched);
        if touched.is_empty() && groups.state.unlinked.is_empty() {
            return Ok(());
        }
        let committed = self.snapshot()?;
        let first_new = self.generation.next_id;
        let relinked = linking::relink(&self.view, (&committed, groups), &touched, first_new)?;
        self.take_links(&committed, relinked)
    }

    /// Finds the links of all texts, as a batch does, and groups them.
    fn group_all(&mut self) -> Result<()> {
        let Some(groups) = &self.view.groups else {
            return Ok(());
        };
        self.touched.clear();
        let committed = self.snapshot()?;
        let relinked = linking::relink_all(&self.view, groups)?;
        self.take_links(&committed, relinked)?;
        let files = self
            .view
            .groups
            .as_ref()
            .map(|groups| groups.files.files.len());
        match files {
            Some(files) if files > 1 => self.merge_links(0..files),
            _ => Ok(()),
        }
    }

    /// Groups what the links touch, and writes links and changes.
    fn take_links(&mut self, committed: &Snapshot, relinked: Relinked) -> Result<()> {
        let Some(mut groups) = self.view.groups.clone() else {
            return Ok(());
        };
        let generation = self.generation.number + 1;
        let of = (committed, &groups);
        let Regrouped {
            texts,
            changes,
            next_group,
        } = grouping::regroup(&self.view, of, &relinked, generation)?;
        if !texts.is_empty() {
            let each = |each: &mut dyn FnMut(Fingerprint, &LinkedText) -> Result<()>| {
                texts
                    .iter()
                    .try_for_each(|(&print, text)| each(print, text))
            };
            let file = self.write_links(&each)?;
            groups.files.files.push(file);
        }
        if !changes.is_empty() {
            let number = self.take_file();
            let storage = &*self.view.core.storage;
            let (log, bytes) = groups.state.log.with(storage, number, &changes)?;
            self.write_file(&changes::file_name(number), &bytes)?;
            groups.state.log = log;
        }
        self.is_changed |= !texts.is_empty() || groups.state.unlinked != relinked.unlinked;
        self.changes = changes;
        groups.state.next_group = next_group;
        groups.state.unlinked = relinked.unlinked;
        self.set_groups(groups);
        Ok(())
    }

    fn write_links(&mut self, each: EachText<'_>) -> Result<Arc<LinkFile>> {
        let number = self.take_file();
        let core = &self.view.core;
        let name = links::write(&*core.storage, (core.index, number), each)?;
        let cache = Arc::clone(&core.cache);
        LinkFile::open(&*core.storage, core.index, name, cache).map(Arc::new)
    }

    /// Sets the groups, of which the state names the files that are open.
    fn set_groups(&mut self, mut groups: KeptGroups) {
        let files = groups.files.files.iter();
        groups.state.links = files.map(|file| file.name).collect();
        self.view.groups = Some(groups);
    }

    /// Merges neighbouring files of links into one, which takes their place.
    fn merge_links(&mut self, range: Range<usize>) -> Result<()> {
        let Some(mut groups) = self.view.groups.clone() else {
            return Ok(());
        };
        let merging = LinkFiles {
            files: groups.files.files[range.clone()].to_vec(),
        };
        // What is no longer there must be told apart from what only older files know.
        let has_older = range.start > 0;
        let each = |each: &mut dyn FnMut(Fingerprint, &LinkedText) -> Result<()>| {
            merging.each(has_older, each)
        };
        let file = self.write_links(&each)?;
        groups.files.files.splice(range, [file]);
        self.set_groups(groups);
        self.is_changed = true;
        Ok(())
    }

    /// Merges segments of about one size where there are eight of them, and files of links alike; drops
    /// segments without an article; and commits if anything changed. Returns the number of merges.
    ///
    /// Called after commits, it keeps the number of segments logarithmic in the articles, and an
    /// article is written again a logarithmic number of times. Segments are merged with their
    /// neighbours in time, so that articles of one age stay together. Groups stay as they are.
    ///
    /// # Errors
    ///
    /// As [`compact`](Self::compact).
    pub fn tidy(&mut self) -> Result<usize> {
        self.writable()?;
        let mut merges = 0;
        let before = self.view.parts.len();
        self.view.parts.retain(|part| part.live() > 0);
        self.is_changed |= self.view.parts.len() < before;
        loop {
            let sizes: Vec<u32> = self.view.parts.iter().map(Part::live).collect();
            let groups = self.view.groups.iter();
            let files = groups.flat_map(|groups| &groups.files.files);
            let of_links: Vec<u32> = files.map(|file| file.name.texts).collect();
            let merged = match (crowd(&sizes), crowd(&of_links)) {
                (Some(range), _) => self.merge(range),
                (None, Some(range)) => self.merge_links(range),
                (None, None) => break,
            };
            self.poisoning(merged)?;
            merges += 1;
        }
        if merges > 0 || self.view.parts.len() < before {
            self.commit()?;
        }
        Ok(merges)
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
            needed.extend(files_of(&read));
        }
        needed.extend(files_of(&self.next_generation()));
        for name in names {
            if is_ours(&name) && !needed.contains(&name) {
                // An error leaves the file for the next time.
                let _ = storage.remove(&name);
            }
        }
    }
}

/// Neighbours worth a merge, given sizes in the order of time.
///
/// Neighbours are worth it if they are [`FANOUT`] or more, and either together at least twice the
/// largest of them, or smaller than the last of them. A file whose neighbours are merged into it for
/// its youth was just written, and by size its articles come into a file of at least twice the size.
/// So n articles are written O(log n) times each, and O(log n) files are left: behind a file that is
/// larger than all after it, all together are smaller than the file, eight files on.
fn crowd(sizes: &[u32]) -> Option<Range<usize>> {
    // 1. Small files before a larger one.
    for (end, size) in sizes.iter().enumerate() {
        let smaller = sizes[..end]
            .iter()
            .rev()
            .take_while(|before| *before < size);
        let start = end - smaller.count();
        if end - start >= FANOUT {
            return Some(start..end + 1);
        }
    }
    // 2. Files of about one size: the fewest that are enough.
    (0..sizes.len()).find_map(|start| {
        let (mut largest, mut all) = (0, 0);
        let end = (start..sizes.len()).find(|&at| {
            largest = largest.max(sizes[at]);
            all += u64::from(sizes[at]);
            at + 1 - start >= FANOUT && all >= 2 * u64::from(largest)
        });
        end.map(|last| start..last + 1)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Commits of these sizes, merged after each. Returns the files left and the articles written.
    fn grown(commits: impl Iterator<Item = u32>) -> (Vec<u32>, u64) {
        let (mut files, mut written) = (Vec::new(), 0);
        for size in commits {
            files.push(size);
            written += u64::from(size);
            while let Some(range) = crowd(&files) {
                let all = files[range.clone()].iter().sum();
                written += u64::from(all);
                files.splice(range, [all]);
            }
        }
        (files, written)
    }

    fn holds(commits: &[u32]) -> std::result::Result<(), TestCaseError> {
        let (files, written) = grown(commits.iter().copied());
        let all: u64 = files.iter().copied().map(u64::from).sum();
        let log = u64::from((all + 1).ilog2()) + 1;
        prop_assert!(files.len() as u64 <= FANOUT as u64 * (log + FANOUT as u64));
        prop_assert!(written <= all * (2 * log + 2), "{written} of {all}");
        Ok(())
    }

    proptest! {
        #[test]
        fn files_stay_few_and_articles_are_written_seldom(
            commits in prop::collection::vec(prop_oneof![Just(1u32), 1u32..8, 1u32..100_000], 0..400),
        ) {
            holds(&commits)?;
        }
    }

    /// A bulk load, then small commits, again and again; a ruler; and small commits alone.
    #[test]
    fn series_that_hide_small_files_are_merged() {
        let bulk: Vec<u32> = (0..800u32)
            .map(|at| if at % 8 == 0 { 5000 } else { 1 })
            .collect();
        let ruler: Vec<u32> = (1..2000u32)
            .map(|at| 1 << (2 * at.trailing_zeros().min(12)))
            .collect();
        for commits in [bulk, ruler, vec![1; 5000]] {
            holds(&commits).unwrap();
        }
    }
}
