//! The route of [`Mode::Jaccard`]: an article is a set of shingles.
//!
//! In: the shingles of two articles. Out: the exact overlap, if the Jaccard similarity reaches the
//! threshold. Candidates come from bands alone.

use super::route::{Compared, Find, Graded, Route, other_mode};
use super::{Mode, Stage};
use crate::error::{Error, Result};
use crate::group::PairResult;
use crate::relation::{Comparison, Criteria};
use crate::sketch::{Reading, Want};
use crate::verify::{BoundedSet, ShingleProbe};

/// Finds articles with a Jaccard similarity of `threshold` or more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jaccard {
    pub(super) threshold: f64,
}

impl Find for Jaccard {
    fn criteria(&self) -> Criteria {
        Criteria::default()
    }
}

impl Route for Jaccard {
    type Article = BoundedSet;
    type Probe<'a> = ShingleProbe<'a>;
    type Step = f64;
    type Scratch = ();

    const WANT: Want = Want::Shingles;

    /// 2 MB of shingles (8 bytes a token), and up to 16 MB of look-up tables.
    const BLOCK: u64 = 1 << 18;

    const IS_SYMMETRIC: bool = true;

    fn prepare(&self, reading: &Reading<'_>) -> BoundedSet {
        BoundedSet::new(reading.shingles)
    }

    fn probe<'a>(&self, article: &'a BoundedSet, others: usize) -> ShingleProbe<'a> {
        ShingleProbe::new(article, others)
    }

    fn compare(
        &self,
        probe: &ShingleProbe<'_>,
        other: &BoundedSet,
        (): &mut (),
    ) -> Compared<PairResult> {
        let found = probe.overlap_reaching(other, self.threshold);
        Compared::InFull(found.map(PairResult::of_overlap))
    }

    fn stage(&self, _: &BoundedSet, _: &BoundedSet, found: &Comparison) -> Stage {
        if found.overlap.jaccard() >= self.threshold {
            Stage::Match
        } else {
            Stage::Unlike
        }
    }

    fn step(&self, mode: Mode) -> Result<f64> {
        let own = self.threshold;
        match mode {
            Mode::Jaccard { threshold, .. } if threshold >= own && threshold <= 1.0 => {
                Ok(threshold)
            }
            Mode::Jaccard { threshold, .. } => Err(Error::invalid(
                "threshold",
                format!("threshold {threshold} is out of the range of a sweep from {own} to 1"),
            )),
            Mode::Recycled { .. } => Err(other_mode()),
        }
    }

    fn grade(
        &self,
        probe: &ShingleProbe<'_>,
        other: &BoundedSet,
        steps: &[f64],
        (): &mut (),
    ) -> Compared<Graded> {
        let graded = probe
            .overlap_reaching(other, self.threshold)
            .and_then(|overlap| {
                let mut graded = Graded::new(PairResult::of_overlap(overlap));
                for (step, &threshold) in steps.iter().enumerate() {
                    if overlap.jaccard() >= threshold {
                        graded.match_in(step);
                    }
                }
                graded.is_found().then_some(graded)
            });
        Compared::InFull(graded)
    }
}
