//! Segments merged.
//!
//! In: segments and their removed articles. Out: a [`Source`] of the articles that are left, in the
//! order of one segment.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::row::Row;
use super::segment::{Held, Space};
use super::segment_writer::Source;
use super::snapshot::Part;
use crate::error::Result;
use crate::sketch::Fingerprint;

/// No new row: the text of the row is gone.
const NONE: u32 = u32::MAX;

/// The live articles of some parts, by their new rows.
pub(super) struct Merging<'a> {
    parts: &'a [Part],
    keeps_texts: bool,
    /// By new row: the part and the row there, and the new row of the leader.
    order: Vec<(u32, u32, u32)>,
    /// By part and row of a leader: the new row of its text's leader.
    leaders: Vec<Vec<u32>>,
}

/// The next article of a part: fingerprint, key, part, row.
type Next = Reverse<(Fingerprint, String, u32, u32)>;

impl<'a> Merging<'a> {
    /// Finds the order of the articles: reads each row and each key once.
    pub(super) fn new(parts: &'a [Part], keeps_texts: bool) -> Result<Self> {
        let mut heap = BinaryHeap::new();
        let mut merging = Self {
            parts,
            keeps_texts,
            order: Vec::new(),
            leaders: Vec::new(),
        };
        for (number, part) in (0u32..).zip(parts) {
            merging
                .leaders
                .push(vec![NONE; part.segment.rows() as usize]);
            heap.extend(next(part, number, 0)?);
        }
        // The last text, if it has words, and the new row of its leader.
        let mut last: Option<(Fingerprint, u32)> = None;
        while let Some(Reverse((print, _, number, row))) = heap.pop() {
            let part = &parts[number as usize];
            let of_row = part.segment.row(row)?;
            let new = merging.order.len() as u32;
            let leader = match last {
                Some((of_last, leader)) if of_last == print && of_row.is_signed => leader,
                _ => new,
            };
            last = of_row.is_signed.then_some((print, leader));
            merging.order.push((number, row, leader));
            merging.leaders[number as usize][of_row.leader as usize] = leader;
            heap.extend(next(part, number, row + 1)?);
        }
        Ok(merging)
    }

    fn place(&self, row: u32) -> (&Part, u32) {
        let (part, row, _) = self.order[row as usize];
        (&self.parts[part as usize], row)
    }
}

/// The first live article of a part from a row on.
fn next(part: &Part, number: u32, from: u32) -> Result<Option<Next>> {
    let Some(row) = (from..part.segment.rows()).find(|&row| part.is_live(row)) else {
        return Ok(None);
    };
    let of_row = part.segment.row(row)?;
    let key = part.segment.key(&of_row)?;
    Ok(Some(Reverse((of_row.fingerprint, key, number, row))))
}

impl Source for Merging<'_> {
    fn rows(&self) -> u32 {
        self.order.len() as u32
    }

    fn row(&self, row: u32) -> Result<Row> {
        let (part, of_part) = self.place(row);
        Ok(Row {
            leader: self.order[row as usize].2,
            ..part.segment.row(of_part)?
        })
    }

    fn key(&self, row: u32) -> Result<Cow<'_, str>> {
        let (part, row) = self.place(row);
        part.segment.key(&part.segment.row(row)?).map(Cow::Owned)
    }

    fn publisher(&self, row: u32) -> Result<Option<Cow<'_, str>>> {
        let (part, row) = self.place(row);
        let source = part.segment.source(&part.segment.row(row)?)?;
        Ok(source.map(Cow::Owned))
    }

    fn text(&self, row: u32) -> Result<Option<Cow<'_, str>>> {
        if !self.keeps_texts {
            return Ok(None);
        }
        let (part, row) = self.place(row);
        let text = part.segment.text(&part.segment.row(row)?)?;
        Ok(Some(Cow::Owned(text)))
    }

    fn postings(&self, space: usize, each: &mut dyn FnMut(u32, u32) -> Result<()>) -> Result<()> {
        let bands = self
            .parts
            .first()
            .map_or(0, |part| part.segment.footer.spaces.len())
            - super::segment::FURTHER_SPACES;
        let space = if space == bands {
            Space::Sample
        } else {
            Space::Band(space)
        };
        // By part: the next posting's number, the end, and the page that is read.
        let mut cursors: Vec<_> = self
            .parts
            .iter()
            .map(|part| (part.segment.postings(space), Held::default()))
            .collect();
        let mut heap = BinaryHeap::new();
        let mut advance = |heap: &mut BinaryHeap<_>, number: usize| -> Result<()> {
            let (postings, held) = &mut cursors[number];
            for at in postings.by_ref() {
                let (hash, row) = self.parts[number].segment.posting(at, held)?;
                let leaders = &self.leaders[number];
                let new = leaders.get(row as usize).copied().unwrap_or(NONE);
                if new != NONE {
                    heap.push(Reverse((hash, new, number)));
                    break;
                }
            }
            Ok(())
        };
        for number in 0..self.parts.len() {
            advance(&mut heap, number)?;
        }
        // Copies of one text in several parts are posted once.
        let mut last = None;
        while let Some(Reverse((hash, row, number))) = heap.pop() {
            if last.replace((hash, row)) != Some((hash, row)) {
                each(hash, row)?;
            }
            advance(&mut heap, number)?;
        }
        Ok(())
    }
}
