//! How a detector verifies a pair, by its mode.
//!
//! In: positions of articles. Out: what two of them have to do with each other, if it is enough.

use std::sync::OnceLock;

use super::Detector;
use crate::article::{ArticleId, TextStore};
use crate::detector::Mode;
use crate::error::Result;
use crate::group::Bond;
use crate::relation::{self, Draft, Relation};
use crate::verify::{ShingleSet, Verify};

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

/// An article to be aligned. Most are in no pair that is reported: their shingles are sorted only
/// when they are asked for.
pub(super) struct Words {
    draft: Draft,
    unsorted: Vec<u64>,
    shingles: OnceLock<ShingleSet>,
}

impl Words {
    fn shingles(&self) -> &ShingleSet {
        self.shingles
            .get_or_init(|| ShingleSet::new(self.unsorted.clone()))
    }
}

impl Detector {
    /// Makes a text ready that is of `shingles`.
    pub(super) fn ready(&self, text: &str, shingles: Vec<u64>) -> Result<Ready> {
        Ok(match self.settings.mode {
            Mode::Jaccard { .. } => Ready::Shingles(ShingleSet::new(shingles)),
            Mode::Recycled { .. } => Ready::Words(Box::new(Words {
                draft: Draft::new(text, self.statistics.as_deref())?,
                unsorted: shingles,
                shingles: OnceLock::new(),
            })),
        })
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
                let kinship = relation::relate(&a.draft, &b.draft, &criteria, scratch);
                if kinship.relation == Relation::Unrelated {
                    return None;
                }
                let overlap = a.shingles().overlap(b.shingles());
                let kinship = Some(kinship);
                Some(Bond { overlap, kinship })
            }
            _ => unreachable!("articles are made ready by the mode they are compared in"),
        }
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
