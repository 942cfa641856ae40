//! Links found as articles come.
//!
//! In: the texts that a commit adds, changes or removes. Out: [`Relinked`]: the links that change,
//! each verified on the texts. Texts that nothing happened to are neither read nor compared.

use std::collections::BTreeMap;

use super::links::{LinkFiles, TextLink};
use super::load::SavedTexts;
use super::matches::Copy;
use super::snapshot::{KeptGroups, Snapshot};
use crate::article::Article;
use crate::detector::{KeptLink, KeptLinks, TextMark};
use crate::error::{ErrorKind, Result};
use crate::kit::hashed_map::HashedMap;
use crate::kit::parallel;
use crate::sketch::Fingerprint;

/// Holders of a band's key in one segment that a new text is compared with. Of more, only the first
/// few are. Chosen by hand: a crowd of near-copies up to this size is linked as by a batch, and a
/// larger one costs no more for each that comes.
const CROWD: usize = 256;

/// The links that change.
#[derive(Debug, Default)]
pub(super) struct Relinked {
    /// By text: its links from now on, in ascending order of the other text. A text without an entry
    /// keeps its links.
    pub(super) lists: BTreeMap<Fingerprint, Vec<TextLink>>,
    /// Further texts whose group may change: their copies came or went.
    pub(super) touched: Vec<Fingerprint>,
    /// Texts whose links are not all known, since a text could not be read; ascending.
    pub(super) unlinked: Vec<Fingerprint>,
}

/// Links that are changed, text by text.
struct LinkLists<'a> {
    files: &'a LinkFiles,
    lists: BTreeMap<Fingerprint, Vec<TextLink>>,
}

impl LinkLists<'_> {
    fn of(&mut self, print: Fingerprint) -> Result<&mut Vec<TextLink>> {
        if !self.lists.contains_key(&print) {
            self.lists.insert(print, self.files.get(print)?.links);
        }
        Ok(self.lists.entry(print).or_default())
    }

    /// Takes a text's links away, and gives the texts it was linked to.
    fn cut(&mut self, print: Fingerprint) -> Result<Vec<Fingerprint>> {
        let cut = std::mem::take(self.of(print)?);
        for link in &cut {
            self.of(link.other)?.retain(|other| other.other != print);
        }
        Ok(cut.into_iter().map(|link| link.other).collect())
    }

    fn add(&mut self, link: KeptLink) -> Result<()> {
        let KeptLink { a, b, found } = link;
        for (print, other, found) in [(a, b, found), (b, a, found.reversed())] {
            let list = self.of(print)?;
            let place = list.partition_point(|link| link.other < other);
            list.insert(place, TextLink { other, found });
        }
        Ok(())
    }
}

/// Finds the links of the texts in `touched`, which says of each text whether an article of it was
/// removed since `committed`. `first_new` is the first id that `committed` has not given.
pub(super) fn relink(
    view: &Snapshot,
    (committed, groups): (&Snapshot, &KeptGroups),
    touched: &BTreeMap<Fingerprint, bool>,
    first_new: u64,
) -> Result<Relinked> {
    let mut lists = LinkLists {
        files: &groups.files,
        lists: BTreeMap::new(),
    };
    let mut relinked = Relinked::default();
    // 1. A text is linked anew if it is new, or if another of its copies is the first now: that one
    // is read, and copies may differ in capitals.
    let mut all = touched.clone();
    for &print in &groups.state.unlinked {
        all.entry(print).or_insert(false);
    }
    // By text to link: its copies, and the texts that it was linked to.
    let mut fresh: Vec<(Fingerprint, Vec<Copy>, Vec<Fingerprint>)> = Vec::new();
    for (print, has_lost) in all {
        let now = view.copies_by_key(print)?;
        let was = if has_lost {
            committed
                .copies_by_key(print)?
                .first()
                .map(|copy| copy.1.id)
        } else {
            let mut ids = now.iter().map(|copy| copy.1.id);
            ids.find(|&id| id < first_new)
        };
        if has_lost || now.len() > 1 {
            relinked.touched.push(print);
        }
        let is_unlinked = groups.state.unlinked.binary_search(&print).is_ok();
        match (was, now.first().map(|copy| copy.1.id)) {
            (_, None) => {
                lists.cut(print)?;
            }
            (Some(was), Some(now)) if was == now && !is_unlinked => {}
            (None, Some(_)) if !is_unlinked => fresh.push((print, now, Vec::new())),
            _ => {
                let others = lists.cut(print)?;
                fresh.push((print, now, others));
            }
        }
    }
    // 2. Find candidates.
    let found = parallel::map(&fresh, |(print, copies, _)| view.partners(*print, copies));
    let mut pairs = Vec::new();
    for ((print, _, others), partners) in fresh.iter().zip(found) {
        match partners {
            Ok(partners) => {
                let partners = partners.iter().chain(others);
                let other = partners.filter(|other| *other != print);
                pairs.extend(other.map(|&other| (*print.min(&other), *print.max(&other))));
            }
            Err(error) if error.kind() == ErrorKind::TextUnavailable => {
                relinked.unlinked.push(*print);
            }
            Err(error) => return Err(error),
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    // 3. Verify them.
    let KeptLinks { links, unread } = view.verified(&pairs)?;
    for link in links {
        lists.add(link)?;
    }
    // A pair with a text that could not be read is asked for again by the next commit.
    let is_fresh = |print: Fingerprint| fresh.binary_search_by_key(&print, |fresh| fresh.0).is_ok();
    for (print, _) in unread {
        let of_pair = pairs.iter().filter(|&&(a, b)| a == print || b == print);
        let ends = of_pair.flat_map(|&(a, b)| [a, b]);
        relinked.unlinked.extend(ends.filter(|&end| is_fresh(end)));
    }
    relinked.unlinked.sort_unstable();
    relinked.unlinked.dedup();
    relinked.lists = lists.lists;
    Ok(relinked)
}

/// Finds the links of all texts, as a batch over the articles of `view` does. No entry is missing.
pub(super) fn relink_all(view: &Snapshot, groups: &KeptGroups) -> Result<Relinked> {
    let mut relinked = Relinked::default();
    groups.files.each(false, &mut |print, _| {
        relinked.lists.insert(print, Vec::new());
        Ok(())
    })?;
    let mut copies: HashedMap<Fingerprint, u32> = HashedMap::default();
    for place in view.places() {
        let row = view.row(place)?;
        if row.is_signed {
            *copies.entry(row.fingerprint).or_default() += 1;
        }
    }
    let several = copies.into_iter().filter(|&(_, count)| count > 1);
    relinked.touched.extend(several.map(|(print, _)| print));
    let (detector, texts) = view.load()?;
    let KeptLinks { links, unread } = detector.link_all(&texts);
    for KeptLink { a, b, found } in links {
        for (print, other, found) in [(a, b, found), (b, a, found.reversed())] {
            let list = relinked.lists.entry(print).or_default();
            list.push(TextLink { other, found });
        }
    }
    for list in relinked.lists.values_mut() {
        list.sort_unstable_by_key(|link| link.other);
    }
    relinked.unlinked = unread.into_iter().map(|(print, _)| print).collect();
    relinked.unlinked.sort_unstable();
    relinked.unlinked.dedup();
    Ok(relinked)
}

impl Snapshot {
    /// The texts that a text with these copies may match.
    fn partners(&self, print: Fingerprint, copies: &[Copy]) -> Result<Vec<Fingerprint>> {
        let is_sampled = self.core.judge.settings().sketch.sample;
        let of_hashes = |bands: &[u32], sample: &[u32]| {
            let mut found = self.by_bands(bands, CROWD)?;
            if is_sampled {
                found.extend(self.by_sample(sample)?);
            }
            Ok(found)
        };
        // 1. A text that is not in a segment yet has its hashes at hand.
        if let Some(&leader) = self.pending.rows_of(print).first() {
            let (bands, sample) = self.pending.hashes(leader);
            return of_hashes(bands, sample);
        }
        // 2. Otherwise the text is sketched again.
        let mut first_error = None;
        for (place, row, key) in copies {
            let sketch = self
                .text_at(*place, row, key)
                .and_then(|text| self.core.judge.sketcher().sketch(&text));
            match sketch {
                Ok(sketch) if sketch.fingerprint == print => {
                    let Some(signature) = &sketch.signature else {
                        return Ok(Vec::new());
                    };
                    return of_hashes(&self.core.judge.band_keys(signature)?, &sketch.sample);
                }
                Ok(_) => {}
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        Err(first_error.unwrap_or_else(|| {
            let message = "the text has changed since it was inserted; replace the article";
            crate::error::Error::new(ErrorKind::TextUnavailable, message)
        }))
    }

    /// The links among some pairs of texts.
    fn verified(&self, pairs: &[(Fingerprint, Fingerprint)]) -> Result<KeptLinks> {
        let mut prints: Vec<Fingerprint> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
        prints.sort_unstable();
        prints.dedup();
        let mut detector = (*self.core.judge).clone();
        let mut places = Vec::with_capacity(prints.len());
        for print in prints {
            for (place, row, key) in self.copies_by_key(print)? {
                let mark = TextMark {
                    fingerprint: print,
                    tokens: row.tokens,
                    is_signed: row.is_signed,
                };
                detector.list_kept(&Article::new(&key, ""), mark)?;
                places.push(place);
            }
        }
        Ok(detector.link_pairs(pairs, &SavedTexts::new(self, places)))
    }
}
