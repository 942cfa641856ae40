//! Every page, row, posting and text looked at.
//!
//! In: a snapshot. Out: a [`IndexCheck`]: what was looked at, and every damage found.

use super::pages::BODY;
use super::segment::{Held, Space};
use super::snapshot::{Part, Place, Snapshot};
use crate::error::{Error, Result};

/// What [`Snapshot::check`] found.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct IndexCheck {
    /// Pages read.
    pub pages: u64,
    /// Articles looked at.
    pub articles: usize,
    /// The damages. Each names its file.
    pub damages: Vec<Error>,
}

impl IndexCheck {
    /// Whether nothing is damaged.
    pub fn is_clean(&self) -> bool {
        self.damages.is_empty()
    }
}

impl Snapshot {
    /// Looks at every page, row and posting, and reads each text that the index keeps: it must have
    /// the fingerprint of its article.
    ///
    /// Linear in the bytes of the index. A damaged part is named once, and the rest is looked at.
    pub fn check(&self) -> IndexCheck {
        let mut check = IndexCheck::default();
        for (number, part) in self.parts.iter().enumerate() {
            let pages = &part.segment.pages;
            let damages = check.damages.len();
            for page in 0..pages.count() {
                check.pages += 1;
                // Not from the cache: the file itself is looked at.
                check.damages.extend(pages.read_page(page).err());
            }
            // A row of a damaged page would name the page again.
            if check.damages.len() == damages {
                check.damages.extend(self.check_part(number, part).err());
                check.articles += part.live() as usize;
            }
        }
        self.check_groups(&mut check);
        check
    }

    /// Looks at every page of links, and whether links and the log of groups agree with themselves
    /// and with the articles.
    fn check_groups(&self, check: &mut IndexCheck) {
        let Some(groups) = &self.groups else { return };
        let damages = check.damages.len();
        for file in &groups.files.files {
            for page in 0..file.pages.count() {
                check.pages += 1;
                check.damages.extend(file.pages.read_page(page).err());
            }
        }
        if check.damages.len() == damages {
            let states = groups.files.each(false, &mut |print, text| {
                let damaged = |what| {
                    let path = self.core.storage.path("links");
                    Err(super::pages::damaged(&path, format!("a text {what}")))
                };
                if self.copies(print)?.is_empty() {
                    return damaged("with links is not there");
                }
                if !text.links.is_sorted_by(|a, b| a.other < b.other) {
                    return damaged("has its links out of order");
                }
                for link in &text.links {
                    let back = groups.files.get(link.other)?.links;
                    let place = back.binary_search_by_key(&print, |link| link.other);
                    if place.is_err() {
                        return damaged("is linked to one that is not linked to it");
                    }
                }
                Ok(())
            });
            check.damages.extend(states.err());
        }
        let log = groups.state.log.since(&*self.core.storage, 0);
        check.damages.extend(log.err());
    }

    /// Checks that the contents of whole pages agree.
    fn check_part(&self, number: usize, part: &Part) -> Result<()> {
        let segment = &part.segment;
        let damaged = |what: String| super::pages::damaged(segment.pages.path(), what);
        let sketcher = self.core.judge.sketcher();
        // 1. Rows are in order, and point to their keys and texts.
        let mut last = None;
        let mut texts = 0;
        for row in 0..segment.rows() {
            let of_row = segment.row(row)?;
            let key = segment.key(&of_row)?;
            segment.source(&of_row)?;
            let leads = of_row.leader == row;
            texts += u32::from(leads && of_row.is_signed);
            let place = (of_row.fingerprint, key.clone());
            let is_copy = matches!(&last, Some((print, _)) if *print == of_row.fingerprint);
            if last.as_ref().is_some_and(|last| *last > place) {
                return Err(damaged(format!("row {row} is out of order")));
            }
            if of_row.is_signed && leads == is_copy {
                return Err(damaged(format!("row {row} has another leader")));
            }
            last = Some(place);
            if part.is_live(row) {
                if segment
                    .row_of_key(&key, |row| part.is_live(row))?
                    .map(|(row, _)| row)
                    != Some(row)
                {
                    return Err(damaged(format!(
                        "the key {key:?} of row {row} is not found"
                    )));
                }
                if self.core.keeps_texts {
                    let text = self.text_at(Place { part: number, row }, &of_row, &key)?;
                    if sketcher.sketch(&text)?.fingerprint != of_row.fingerprint {
                        return Err(damaged(format!("the text of row {row} is another")));
                    }
                }
            }
        }
        if texts != segment.footer.texts {
            return Err(damaged(format!(
                "it has {texts} texts, not {}",
                segment.footer.texts
            )));
        }
        // 2. Postings are in order, and name rows.
        let mut held = Held::default();
        let bands = (0..self.core.bands).map(Space::Band);
        for space in bands.chain([Space::Sample, Space::Key, Space::Id]) {
            let mut last = None;
            for number in segment.postings(space) {
                let posting = segment.posting(number, &mut held)?;
                if posting.1 >= segment.rows() || last >= Some(posting) {
                    let page = number / (BODY as u64 / 8);
                    return Err(damaged(format!(
                        "page {page} of its postings is out of order"
                    )));
                }
                last = Some(posting);
            }
        }
        Ok(())
    }
}
