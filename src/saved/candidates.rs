//! Candidates: the texts that a text may match.
//!
//! In: the key in each band, or a sample. Out: fingerprints of texts that share a band, or enough of
//! their samples. Few rows are read: a row is a text's fingerprint, so texts are counted by row, and
//! only those that share several hashes are looked at.

use super::segment::{Held, Space};
use super::snapshot::Snapshot;
use crate::error::Result;
use crate::index::{CAP, CENTRES, Choice, SharedCounts, chosen};
use crate::sketch::Fingerprint;

// The first holders by fingerprint are the centres of a hash with more than `CAP` of them.
const _: () = assert!(CENTRES <= CAP);

/// Holders of a hash, over all segments, above which the hash is common even if some of them are one
/// text in several segments. Chosen by hand: half of them would have to be such.
const COMMON: usize = 2 * CAP;

/// A leader: the number of its part, the pending articles behind the last segment, and its row.
type Leader = (u32, u32);

impl Snapshot {
    /// The texts that share a band with these keys. Of more than `most` holders of a key in one
    /// segment, the first few by fingerprint stand for all.
    pub(super) fn by_bands(&self, keys: &[u32], most: usize) -> Result<Vec<Fingerprint>> {
        let few = |rows: &mut Vec<u32>, before: usize| {
            if rows.len() - before > most {
                rows.truncate(before + CENTRES);
            }
        };
        let mut prints = Vec::new();
        let mut rows = Vec::new();
        for part in &self.parts {
            rows.clear();
            let mut held = Held::default();
            for (band, &key) in keys.iter().enumerate() {
                let before = rows.len();
                part.segment
                    .holders(Space::Band(band), key, &mut held, |row| {
                        rows.push(row);
                        Ok(rows.len() - before <= most)
                    })?;
                few(&mut rows, before);
            }
            rows.sort_unstable();
            rows.dedup();
            for &leader in &rows {
                let row = part.segment.row(leader)?;
                if part.has_text(leader)? {
                    prints.push(row.fingerprint);
                }
            }
        }
        for (band, &key) in keys.iter().enumerate() {
            let leaders = self
                .pending
                .holders(Space::Band(band), key, self.core.bands);
            let of = |&leader: &u32| self.pending.row(leader).fingerprint;
            let before = prints.len();
            prints.extend(leaders.iter().map(of));
            if prints.len() - before > most {
                prints[before..].sort_unstable();
                prints.truncate(before + CENTRES);
            }
        }
        Ok(prints)
    }

    /// The texts whose samples share enough with a sample.
    ///
    /// A text that stands in several segments counts in each of them as a holder of a hash; only
    /// whether a hash is common is told by different texts, up to [`COMMON`] holders.
    pub(super) fn by_sample(&self, sample: &[u32]) -> Result<Vec<Fingerprint>> {
        let mut counts = SharedCounts::among(self.texts());
        let mut held: Vec<Held> = self.parts.iter().map(|_| Held::default()).collect();
        let mut holders: Vec<Leader> = Vec::new();
        for &hash in sample {
            holders.clear();
            for (number, (part, held)) in (0u32..).zip(self.parts.iter().zip(&mut held)) {
                let before = holders.len();
                part.segment.holders(Space::Sample, hash, held, |leader| {
                    if part.has_text(leader)? {
                        holders.push((number, leader));
                    }
                    Ok(holders.len() - before <= CAP)
                })?;
            }
            let number = self.parts.len() as u32;
            let leaders = self.pending.holders(Space::Sample, hash, self.core.bands);
            let is_left = |&&leader: &&u32| {
                let print = self.pending.row(leader).fingerprint;
                self.pending.has_text(print)
            };
            holders.extend(
                leaders
                    .iter()
                    .filter(is_left)
                    .map(|&leader| (number, leader)),
            );
            let count = if holders.len() > CAP {
                self.keep_texts(&mut holders)?
            } else {
                holders.len()
            };
            counts.add(count, &holders);
        }
        // Rows are read of the few texts that share several hashes.
        let mut choices: Vec<(Fingerprint, Choice<usize>)> = Vec::new();
        for choice in counts.several() {
            let (print, len) = self.text_of(choice.other)?;
            let (weight, count, other) = (choice.weight, choice.count, len);
            choices.push((
                print,
                Choice {
                    weight,
                    count,
                    other,
                },
            ));
        }
        // Of a text in several segments, the one that was counted most.
        choices.sort_unstable_by_key(|(print, choice)| (*print, u32::MAX - choice.count));
        choices.dedup_by_key(|(print, _)| *print);
        let lens: Vec<usize> = choices.iter().map(|(_, choice)| choice.other).collect();
        let numbered = choices.iter().zip(0..).map(|((_, choice), other)| Choice {
            weight: choice.weight,
            count: choice.count,
            other,
        });
        // Numbers are in the order of fingerprints.
        let chosen = chosen(numbered, sample.len(), |at: usize| lens[at], |at| at);
        Ok(chosen.into_iter().map(|at| choices[at].0).collect())
    }

    /// The fingerprint of a leader's text, and the size of its sample.
    fn text_of(&self, (number, leader): Leader) -> Result<(Fingerprint, usize)> {
        let row = match self.parts.get(number as usize) {
            Some(part) => part.segment.row(leader)?,
            None => self.pending.row(leader),
        };
        Ok((row.fingerprint, row.sample as usize))
    }

    /// Of more than [`CAP`] holders of a hash, in order of parts and rows, leaves each text once and
    /// in order of fingerprints, and gives their number; of a common hash the centres, and a number
    /// above [`CAP`].
    fn keep_texts(&self, holders: &mut Vec<Leader>) -> Result<usize> {
        let is_pending = |of: &[Leader]| of[0].0 as usize == self.parts.len();
        let in_parts = || holders.chunk_by(|a, b| a.0 == b.0);
        let is_common = holders.len() > COMMON
            || in_parts().any(|of_part| of_part.len() > CAP && !is_pending(of_part));
        let mut texts: Vec<(Fingerprint, Leader)> = Vec::new();
        for of_part in in_parts() {
            // Rows of a segment are in order of fingerprint, so the centres of all are among the
            // first few of each.
            let all = of_part.len();
            let few = if is_common && !is_pending(of_part) {
                all.min(CENTRES)
            } else {
                all
            };
            for &leader in &of_part[..few] {
                texts.push((self.text_of(leader)?.0, leader));
            }
        }
        texts.sort_unstable();
        texts.dedup_by_key(|(print, _)| *print);
        holders.clear();
        if is_common {
            texts.truncate(CENTRES);
        }
        holders.extend(texts.iter().map(|&(_, leader)| leader));
        // Copies in many segments may have passed for more texts.
        let has_centres = is_common && holders.len() == CENTRES;
        Ok(if has_centres { CAP + 1 } else { holders.len() })
    }
}
