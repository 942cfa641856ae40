//! The kept groups of a saved index.
//!
//! In: a snapshot. Out: the group of an article, found over the links of its members alone; all groups
//! as a batch gives them; and what became of which group since a generation.

use std::collections::BTreeSet;

use super::changes::GroupChange;
use super::load::SavedTexts;
use super::snapshot::{KeptGroups, SavedArticle, Snapshot};
use crate::detector::{Detector, KeptLink};
use crate::error::{Error, Result};
use crate::group::{Claim, Groups, KeptBy, choose};
use crate::sketch::Fingerprint;

/// A group of a saved index.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SavedGroup {
    /// The group's id. It lasts as long as the group, and no other group of the index gets it.
    pub id: u64,
    /// The articles, in order of keys; two or more.
    pub members: Vec<SavedArticle>,
    /// The place of the article to keep among the members.
    pub kept: usize,
    /// The first rule that preferred the kept article to every other member.
    pub kept_by: KeptBy,
}

/// All groups of a saved index.
#[derive(Debug)]
#[non_exhaustive]
pub struct SavedGroups<'a> {
    /// A detector with the articles of the index; ids of `groups` are its own.
    pub detector: Detector,
    /// The texts of the articles.
    pub texts: SavedTexts<'a>,
    /// The groups, in order of first keys. The report of candidates counts texts alone.
    pub groups: Groups,
    /// By place in [`Groups::groups`]: the id that lasts.
    pub ids: Vec<u64>,
}

impl Snapshot {
    fn kept_groups(&self) -> Result<&KeptGroups> {
        self.groups.as_ref().ok_or_else(|| {
            Error::invalid(
                "groups",
                "the index does not keep groups; compute them (Snapshot::load), or create another \
                 index that does (SavedOptions::groups)",
            )
        })
    }

    /// Whether the index keeps its groups, see [`SavedOptions::groups`](super::SavedOptions::groups).
    pub fn keeps_groups(&self) -> bool {
        self.groups.is_some()
    }

    /// The number of texts whose links are not all known, since a text could not be read. Each commit
    /// asks for them again.
    pub fn unlinked(&self) -> usize {
        let state = self.groups.as_ref().map(|groups| &groups.state);
        state.map_or(0, |state| state.unlinked.len())
    }

    /// The group of the article with a key, as of the last commit. `None` for an unknown key, and for
    /// an article that stands alone.
    ///
    /// Linear in the articles of the group and their links, whatever the size of the index.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if the index does not keep groups,
    /// [`Io`](crate::ErrorKind::Io) or [`Damaged`](crate::ErrorKind::Damaged) if a page can't be read.
    pub fn group_of(&self, key: &str) -> Result<Option<SavedGroup>> {
        let groups = self.kept_groups()?;
        let Some((_, row)) = self.place_of_key(key)? else {
            return Ok(None);
        };
        let id = groups.files.get(row.fingerprint)?.group;
        if id == 0 || !row.is_signed {
            return Ok(None);
        }
        // 1. The texts of a group hang together by links that join.
        let mut texts: BTreeSet<Fingerprint> = BTreeSet::new();
        let mut next = vec![row.fingerprint];
        while let Some(print) = next.pop() {
            if texts.contains(&print) {
                continue;
            }
            let text = groups.files.get(print)?;
            if text.group == id {
                texts.insert(print);
                let joining = text.links.iter().filter(|link| link.found.joins());
                next.extend(joining.map(|link| link.other));
            }
        }
        // 2. All copies are members.
        let mut members = Vec::new();
        for print in texts {
            for (place, row) in self.copies(print)? {
                members.push(self.article(place, &row)?);
            }
        }
        members.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        let sources = &self.settings().source_priority;
        let claims = members.iter().map(|article| {
            let source = article.source.as_deref();
            Claim {
                date: article.date,
                priority: source.and_then(|name| sources.iter().position(|s| s == name)),
                tokens: article.tokens,
                key: &article.key,
            }
        });
        let (kept, kept_by) = choose(&claims.collect::<Vec<_>>());
        Ok(Some(SavedGroup {
            id,
            members,
            kept,
            kept_by,
        }))
    }

    /// All groups, as of the last commit.
    ///
    /// Just after [`compact`](super::SavedIndex::compact) or
    /// [`refresh`](super::SavedIndex::refresh) they are those of a batch over the same articles, that
    /// is of [`Detector::groups`] on the [loaded](Self::load) index. Later commits may differ from a
    /// batch in these points:
    ///
    /// - A pair is judged by the statistics of the time when the later of its texts came.
    /// - In [`Mode::Recycled`](crate::Mode::Recycled), a text chooses at most 40 others when it comes.
    ///   A batch lets all texts choose among all, so where more than 40 share enough, or a hash has
    ///   more than 50 holders, it may compare other pairs.
    /// - Of more than 256 texts in one segment with a band in common, a new text is compared with the
    ///   first few only. A batch cuts such crowds down by the number of all pairs.
    ///
    /// Linear in the articles; texts are read for the lowest similarity of groups as by a batch.
    ///
    /// # Errors
    ///
    /// As [`group_of`](Self::group_of) and [`load`](Self::load).
    pub fn groups(&self) -> Result<SavedGroups<'_>> {
        let kept = self.kept_groups()?;
        let (detector, texts) = self.load()?;
        let mut links = Vec::new();
        kept.files.each(false, &mut |a, text| {
            let later = text.links.iter().filter(|link| link.other > a);
            links.extend(later.map(|link| KeptLink {
                a,
                b: link.other,
                found: link.found,
            }));
            Ok(())
        })?;
        let groups = detector.groups_of_kept(links.into_iter(), &texts)?;
        let mut ids = Vec::with_capacity(groups.groups.len());
        for group in &groups.groups {
            let print = detector.fingerprint(group.centre);
            let text = print.map(|print| kept.files.get(print)).transpose()?;
            ids.push(text.unwrap_or_default().group);
        }
        Ok(SavedGroups {
            detector,
            texts,
            groups,
            ids,
        })
    }

    /// What became of which group after a generation, in order of generations and ids of groups.
    ///
    /// The log holds the last 65,536 changes at least.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) of `since` if the log does not reach back
    /// so far, and as [`group_of`](Self::group_of).
    pub fn changes_since(&self, generation: u64) -> Result<Vec<GroupChange>> {
        let log = &self.kept_groups()?.state.log;
        if generation < log.from {
            let message = format!(
                "the log of groups reaches back to generation {}, not {generation}; take all groups, \
                 and ask for changes from then on",
                log.from
            );
            return Err(Error::invalid("since", message));
        }
        log.since(&*self.core.storage, generation)
    }
}
