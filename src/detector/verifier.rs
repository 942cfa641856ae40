//! How a detector verifies a pair, by its mode.
//!
//! In: positions of articles. Out: what two of them have to do with each other, if it is enough.
//! In [`Mode::Recycled`] a first round decides which pairs are worth aligning at all: it needs
//! little of an article, so many are held at once and few are read twice.

use super::Detector;
use crate::article::{ArticleId, TextStore};
use crate::detector::Mode;
use crate::error::Result;
use crate::group::Bond;
use crate::relation::{self, AnalyzedArticle, PairGate, PairGateProbe, PairGateScratch, Relation};
use crate::sketch::{Reading, Want};
use crate::verify::{Outlined, ShingleProbe, ShingleSet, Verify};

/// Tells the pairs that are worth aligning.
pub(super) struct Sifter<'a, S: ?Sized>(pub(super) Verifier<'a, S>);

/// Verifies by the settings of a detector, with texts from a store.
pub(super) struct Verifier<'a, S: ?Sized> {
    pub(super) detector: &'a Detector,
    pub(super) texts: &'a S,
    /// By position.
    pub(super) leaders: &'a [ArticleId],
}

/// An article as its mode compares it.
pub(super) enum Ready {
    Shingles(Outlined),
    Words(AnalyzedArticle, ShingleSet),
}

/// One that is compared to many.
pub(super) enum Probe<'a> {
    Shingles(ShingleProbe<'a>),
    Words(relation::Probe<'a>, &'a ShingleSet),
}

impl Ready {
    /// For a comparison with so many others.
    pub(super) fn probe(&self, others: usize) -> Probe<'_> {
        match self {
            Self::Shingles(shingles) => Probe::Shingles(ShingleProbe::new(shingles, others)),
            Self::Words(draft, shingles) => Probe::Words(relation::Probe::new(draft), shingles),
        }
    }
}

impl Detector {
    /// What is wanted of a text for it to be made ready.
    pub(super) fn wanted(&self) -> Want {
        match self.settings.mode {
            Mode::Jaccard { .. } => Want::Shingles,
            Mode::Recycled { .. } => Want::Document,
        }
    }

    /// Makes a text ready that was read anew.
    pub(super) fn ready(&self, reading: &Reading<'_>) -> Ready {
        match self.settings.mode {
            Mode::Jaccard { .. } => Ready::Shingles(Outlined::new(reading.shingles)),
            Mode::Recycled { .. } => {
                let shingles = ShingleSet::new(reading.shingles.to_vec());
                let document = reading.document.expect("a document was wanted");
                let draft = AnalyzedArticle::new(document, self.statistics.as_deref());
                Ready::Words(draft, shingles)
            }
        }
    }

    /// Compares two articles made ready by this detector.
    pub(super) fn bond(
        &self,
        a: &Probe<'_>,
        b: &Ready,
        scratch: &mut relation::Scratch,
    ) -> Option<Bond> {
        match (self.settings.mode, a, b) {
            (Mode::Jaccard { threshold, .. }, Probe::Shingles(a), Ready::Shingles(b)) => {
                let overlap = a.overlap_reaching(b, threshold)?;
                let summary = None;
                Some(Bond { overlap, summary })
            }
            (Mode::Recycled { criteria }, Probe::Words(a, in_a), Ready::Words(b, in_b)) => {
                let summary = relation::relate(a, b, &criteria, scratch);
                (summary.relation != Relation::Unrelated).then(|| Bond {
                    overlap: in_a.overlap(in_b),
                    summary: Some(summary),
                })
            }
            _ => unreachable!("articles are made ready by the mode they are compared in"),
        }
    }
}

impl<S: TextStore + ?Sized> Verifier<'_, S> {
    fn read_with<R>(
        &self,
        position: u32,
        want: Want,
        make: impl Fn(&Reading<'_>) -> R,
    ) -> Result<R> {
        let leader = self.leaders[position as usize];
        self.detector.read(leader, self.texts, want, make)
    }
}

impl<S: TextStore + ?Sized> Verify for Sifter<'_, S> {
    type Article = PairGate;
    type Probe<'a> = PairGateProbe;
    type Found = ();
    type Scratch = PairGateScratch;

    /// Some 6 MB: most runs of two words stand once. An article of a large story is met by many that
    /// are held later, and each is read once more for it: the larger a block, the fewer.
    const BLOCK: u64 = 1 << 20;

    fn stored(&self, position: u32) -> u32 {
        self.0.stored(position)
    }

    fn read(&self, position: u32) -> Result<PairGate> {
        let sieve = |reading: &Reading<'_>| PairGate::new(reading.tokens);
        self.0.read_with(position, Want::Tokens, sieve)
    }

    fn probe(&self, article: &PairGate, _: usize) -> PairGateProbe {
        article.probe()
    }

    fn compare(
        &self,
        probe: &PairGateProbe,
        other: &PairGate,
        scratch: &mut PairGateScratch,
    ) -> Option<()> {
        probe.may_be_related(other, scratch).then_some(())
    }

    fn exchanged(&self, (): ()) {}
}

impl<S: TextStore + ?Sized> Verify for Verifier<'_, S> {
    type Article = Ready;
    type Probe<'a> = Probe<'a>;
    type Found = Bond;
    type Scratch = relation::Scratch;

    /// Some 2 MB of shingles, and up to 16 of tables where each is met by many; of words with their
    /// forms 12, at 46 bytes a word.
    const BLOCK: u64 = 1 << 18;

    fn is_symmetric(&self) -> bool {
        matches!(self.detector.settings.mode, Mode::Jaccard { .. })
    }

    /// A store that goes by ids, or a file, has them near each other in that order.
    fn stored(&self, position: u32) -> u32 {
        self.leaders[position as usize].0
    }

    fn read(&self, position: u32) -> Result<Ready> {
        let ready = |reading: &Reading<'_>| self.detector.ready(reading);
        self.read_with(position, self.detector.wanted(), ready)
    }

    fn probe<'a>(&self, article: &'a Ready, others: usize) -> Probe<'a> {
        article.probe(others)
    }

    fn compare(
        &self,
        probe: &Probe<'_>,
        other: &Ready,
        scratch: &mut relation::Scratch,
    ) -> Option<Bond> {
        self.detector.bond(probe, other, scratch)
    }

    fn exchanged(&self, found: Bond) -> Bond {
        found.reversed()
    }
}
