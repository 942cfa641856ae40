//! Links on disk: which texts are linked, and in which group a text stands.
//!
//! In: for each text its links and its group. Out: files of them in order of fingerprint, and the
//! newest state of a text over several files. A text's state in a newer file takes the place of all
//! its states in older ones; a state without links and group says that there is none any more.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::bytes::{Decoder, Encoder};
use super::cache::Cache;
use super::lookup;
use super::pages::{BODY, PageWriter, Pages, damaged, mark};
use super::storage::Storage;
use crate::error::Result;
use crate::group::PairResult;
use crate::relation::{Relation, RelationSummary, Side};
use crate::sketch::Fingerprint;
use crate::verify::Overlap;

/// Bytes of a text: fingerprint, group, end of its links.
const TEXT: usize = 28;
/// Texts of a page, which they fill.
const TEXTS: u64 = (BODY / TEXT) as u64;
const _: () = assert!(BODY.is_multiple_of(TEXT));
/// Bytes of a link.
const LINK: usize = 42;

/// Relations in the order of their codes, from 1 on.
const RELATIONS: [Relation; 8] = [
    Relation::Exact,
    Relation::LightEdit,
    Relation::Abridged,
    Relation::Excerpt,
    Relation::Update,
    Relation::Partial,
    Relation::Template,
    Relation::Unrelated,
];

/// The name of a file of links.
pub(super) fn file_name(number: u64) -> String {
    format!("links-{number:016x}")
}

/// A link of a text: its own side of the finding is `a`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TextLink {
    pub(super) other: Fingerprint,
    pub(super) found: PairResult,
}

impl TextLink {
    pub(super) fn encode(&self, to: &mut Encoder) {
        let PairResult { overlap, summary } = self.found;
        to.u128(self.other.0);
        to.u32(overlap.a);
        to.u32(overlap.b);
        to.u32(overlap.shared);
        let code = |relation| RELATIONS.iter().position(|&other| other == relation);
        let relation = summary.and_then(|summary| code(summary.relation));
        to.u8(relation.map_or(0, |place| place as u8 + 1));
        to.u8(match summary.and_then(|summary| summary.derived) {
            None => 0,
            Some(Side::A) => 1,
            Some(Side::B) => 2,
        });
        let share = |of: fn(RelationSummary) -> f32| summary.map_or(0, |known| of(known).to_bits());
        to.u32(share(|known| known.a_coverage));
        to.u32(share(|known| known.b_coverage));
        to.u32(summary.map_or(0, |summary| summary.facts));
    }

    pub(super) fn decode(from: &mut Decoder<'_>) -> Option<Self> {
        let other = Fingerprint(from.u128()?);
        let overlap = Overlap {
            a: from.u32()?,
            b: from.u32()?,
            shared: from.u32()?,
        };
        let (relation, derived) = (from.u8()?, from.u8()?);
        let (a_coverage, b_coverage) = (f32::from_bits(from.u32()?), f32::from_bits(from.u32()?));
        let facts = from.u32()?;
        // A share that is no number would not even equal itself.
        let are_shares = [a_coverage, b_coverage].map(|share| (0.0..=1.0).contains(&share));
        if are_shares != [true; 2] {
            return None;
        }
        let derived = match derived {
            0 => None,
            1 => Some(Side::A),
            2 => Some(Side::B),
            _ => return None,
        };
        let summary = match relation {
            0 => None,
            code => Some(RelationSummary {
                relation: *RELATIONS.get(usize::from(code) - 1)?,
                derived,
                a_coverage,
                b_coverage,
                facts,
            }),
        };
        let found = PairResult { overlap, summary };
        Some(Self { other, found })
    }
}

/// The state of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LinkedText {
    /// The id of its group; 0 if it stands alone.
    pub(super) group: u64,
    /// In ascending order of the other text.
    pub(super) links: Vec<TextLink>,
}

impl LinkedText {
    fn is_none(&self) -> bool {
        self.group == 0 && self.links.is_empty()
    }
}

/// How a generation names a file of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LinkFileName {
    pub(super) number: u64,
    pub(super) pages: u64,
    pub(super) texts: u32,
    pub(super) links: u32,
}

/// Calls its argument with each text and its state, in ascending order, twice in the same way.
pub(super) type EachText<'a> =
    &'a dyn Fn(&mut dyn FnMut(Fingerprint, &LinkedText) -> Result<()>) -> Result<()>;

/// Writes a file of links. The names of files are not made durable here.
pub(super) fn write(
    storage: &dyn Storage,
    (index, number): (u128, u64),
    each: EachText<'_>,
) -> Result<LinkFileName> {
    let mut to = PageWriter::create(storage, &file_name(number), mark(index, number))?;
    let (mut texts, mut links) = (0, 0u32);
    each(&mut |print, text| {
        texts += 1;
        links += text.links.len() as u32;
        let mut bytes = Encoder::default();
        bytes.u128(print.0);
        bytes.u64(text.group);
        bytes.u32(links);
        to.write(&bytes.bytes)
    })?;
    to.align()?;
    each(&mut |_, text| {
        let mut bytes = Encoder::default();
        for link in &text.links {
            link.encode(&mut bytes);
        }
        to.write(&bytes.bytes)
    })?;
    Ok(LinkFileName {
        number,
        pages: to.finish()?,
        texts,
        links,
    })
}

/// An open file of links.
#[derive(Debug)]
pub(super) struct LinkFile {
    pub(super) name: LinkFileName,
    pub(super) pages: Pages,
}

impl LinkFile {
    pub(super) fn open(
        storage: &dyn Storage,
        index: u128,
        name: LinkFileName,
        cache: Arc<Cache>,
    ) -> Result<Self> {
        let file = file_name(name.number);
        let pages = Pages::open(storage, &file, (index, name.number, name.pages), cache)?;
        let file = Self { name, pages };
        let needed = file.links_at() + u64::from(name.links) * LINK as u64;
        if needed > file.pages.len() {
            let what = format!("it is too short for {} links", name.links);
            return Err(damaged(file.pages.path(), what));
        }
        Ok(file)
    }

    fn links_at(&self) -> u64 {
        u64::from(self.name.texts).div_ceil(TEXTS) * BODY as u64
    }

    fn damaged(&self, number: u32) -> crate::error::Error {
        damaged(self.pages.path(), format!("text {number} is none"))
    }

    /// Fingerprint, group and end of links of the text with that number.
    fn head(&self, number: u32) -> Result<(Fingerprint, u64, u32)> {
        if number >= self.name.texts {
            return Err(self.damaged(number));
        }
        let page = self.pages.page(u64::from(number) / TEXTS)?;
        let at = (u64::from(number) % TEXTS) as usize * TEXT;
        let mut from = Decoder { rest: &page[at..] };
        let mut read = || Some((Fingerprint(from.u128()?), from.u64()?, from.u32()?));
        read().ok_or_else(|| self.damaged(number))
    }

    pub(super) fn text(&self, number: u32) -> Result<(Fingerprint, LinkedText)> {
        let (print, group, end) = self.head(number)?;
        let start = match number.checked_sub(1) {
            None => 0,
            Some(before) => self.head(before)?.2,
        };
        if start > end || end > self.name.links {
            return Err(self.damaged(number));
        }
        let count = (end - start) as usize;
        let at = self.links_at() + u64::from(start) * LINK as u64;
        let bytes = self.pages.read(at, count * LINK)?;
        let mut from = Decoder { rest: &bytes };
        let links = (0..count).map(|_| TextLink::decode(&mut from));
        let links: Option<Vec<TextLink>> = links.collect();
        let links = links.ok_or_else(|| self.damaged(number))?;
        Ok((print, LinkedText { group, links }))
    }

    fn find(&self, wanted: Fingerprint) -> Result<Option<LinkedText>> {
        let run = 0..u64::from(self.name.texts);
        let guess = lookup::guess(&run, (wanted.0 >> 64) as u64);
        let below = |at: u64| Ok(self.head(at as u32)?.0 < wanted);
        let first = lookup::first_from(run, guess, 16, below)? as u32;
        if first == self.name.texts || self.head(first)?.0 != wanted {
            return Ok(None);
        }
        self.text(first).map(|(_, text)| Some(text))
    }
}

/// The states of all texts: the files of links, in order of age.
#[derive(Clone, Debug, Default)]
pub(super) struct LinkFiles {
    pub(super) files: Vec<Arc<LinkFile>>,
}

impl LinkFiles {
    /// The state of a text. A text without links and group has the empty one.
    pub(super) fn get(&self, print: Fingerprint) -> Result<LinkedText> {
        for file in self.files.iter().rev() {
            if let Some(found) = file.find(print)? {
                return Ok(found);
            }
        }
        Ok(LinkedText::default())
    }

    /// Calls `each` with every text and its state, in ascending order; of texts without links and
    /// group too, if `with_none`.
    pub(super) fn each(
        &self,
        with_none: bool,
        each: &mut dyn FnMut(Fingerprint, &LinkedText) -> Result<()>,
    ) -> Result<()> {
        // Of equal texts, that of the newest file comes first.
        let mut heap = BinaryHeap::new();
        let next = |file: usize, number: u32| -> Result<Option<Reverse<(Fingerprint, _, u32)>>> {
            let of = &self.files[file];
            if number == of.name.texts {
                return Ok(None);
            }
            Ok(Some(Reverse((of.head(number)?.0, Reverse(file), number))))
        };
        for file in 0..self.files.len() {
            heap.extend(next(file, 0)?);
        }
        let mut last = None;
        while let Some(Reverse((print, Reverse(file), number))) = heap.pop() {
            if last.replace(print) != Some(print) {
                let (_, text) = self.files[file].text(number)?;
                if with_none || !text.is_none() {
                    each(print, &text)?;
                }
            }
            heap.extend(next(file, number + 1)?);
        }
        Ok(())
    }
}
