//! How a detector verifies a pair, by its mode.
//!
//! In: positions of articles. Out: what two of them have to do with each other, if it is enough.

use std::sync::OnceLock;

use super::Detector;
use crate::article::{ArticleId, TextStore};
use crate::detector::Mode;
use crate::error::Result;
use crate::group::Bond;
use crate::relation::{self, Criteria, Draft, Kinship, Relation, Sieve};
use crate::text;
use crate::verify::{Overlap, ShingleSet, Verify};

/// Verifies by the settings of a detector, with texts from a store.
pub(super) struct Verifier<'a, S: ?Sized> {
    pub(super) detector: &'a Detector,
    pub(super) texts: &'a S,
    /// By position.
    pub(super) leaders: &'a [ArticleId],
}

/// An article as its mode compares it.
pub(super) enum Ready {
    Shingles(ShingleSet),
    Words(Box<Words>),
}

/// An article to be aligned. Most candidates don't pass the sieve, so all else is made only when
/// it is asked for.
pub(super) struct Words {
    sieve: Sieve,
    text: Box<str>,
    draft: OnceLock<Draft>,
    shingles: OnceLock<ShingleSet>,
}

impl Detector {
    /// Makes a text ready that was read anew.
    pub(super) fn ready(&self, text: &str, scratch: &text::Scratch) -> Ready {
        match self.settings.mode {
            Mode::Jaccard { .. } => Ready::Shingles(ShingleSet::new(scratch.shingles.clone())),
            Mode::Recycled { .. } => Ready::Words(Box::new(Words {
                sieve: Sieve::new(&scratch.tokens),
                text: text.into(),
                draft: OnceLock::new(),
                shingles: OnceLock::new(),
            })),
        }
    }

    /// Compares two articles made ready by this detector.
    pub(super) fn bond(
        &self,
        a: &Ready,
        b: &Ready,
        scratch: &mut relation::Scratch,
    ) -> Option<Bond> {
        match (self.settings.mode, a, b) {
            (Mode::Jaccard { threshold, .. }, Ready::Shingles(a), Ready::Shingles(b)) => {
                if !a.may_reach(b, threshold) {
                    return None;
                }
                let overlap = a.overlap(b);
                let kinship = None;
                (overlap.jaccard() >= threshold).then_some(Bond { overlap, kinship })
            }
            (Mode::Recycled { criteria }, Ready::Words(a), Ready::Words(b)) => {
                if !a.sieve.may_be_related(&b.sieve, &mut scratch.sieve) {
                    return None;
                }
                let [draft_a, draft_b] = [a, b].map(|words| self.draft(words));
                let kinship = relation::relate(draft_a, draft_b, &criteria, scratch);
                if kinship.relation == Relation::Unrelated {
                    return None;
                }
                Some(Bond {
                    overlap: self.overlap(a, b),
                    kinship: Some(kinship),
                })
            }
            _ => unreachable!("articles are made ready by the mode they are compared in"),
        }
    }

    /// What two articles have to do with each other by each of several criteria, if they pass the
    /// sieve.
    pub(super) fn relate_by_each(
        &self,
        a: &Words,
        b: &Words,
        criteria: impl IntoIterator<Item = Criteria>,
        scratch: &mut relation::Scratch,
        found: impl FnMut(Kinship),
    ) {
        if a.sieve.may_be_related(&b.sieve, &mut scratch.sieve) {
            let [draft_a, draft_b] = [a, b].map(|words| self.draft(words));
            relation::relate_by_each(draft_a, draft_b, criteria, scratch, found);
        }
    }

    /// The shingles that two articles share.
    pub(super) fn overlap(&self, a: &Words, b: &Words) -> Overlap {
        self.shingles(a).overlap(self.shingles(b))
    }

    fn draft<'w>(&self, words: &'w Words) -> &'w Draft {
        let make = || Draft::new(&words.text, self.statistics.as_deref());
        // A text above the limit was not taken in.
        words.draft.get_or_init(|| make().unwrap_or_default())
    }

    fn shingles<'w>(&self, words: &'w Words) -> &'w ShingleSet {
        let make = || self.sketcher.shingler().shingles(&words.text);
        words
            .shingles
            .get_or_init(|| ShingleSet::new(make().unwrap_or_default()))
    }
}

impl<S: TextStore + ?Sized> Verify for Verifier<'_, S> {
    type Article = Ready;
    type Found = Bond;
    type Scratch = relation::Scratch;

    fn read(&self, position: u32) -> Result<Ready> {
        let leader = self.leaders[position as usize];
        self.detector.read(leader, self.texts, |text, shingles| {
            self.detector.ready(text, shingles)
        })
    }

    fn compare(&self, a: &Ready, b: &Ready, scratch: &mut relation::Scratch) -> Option<Bond> {
        self.detector.bond(a, b, scratch)
    }
}
