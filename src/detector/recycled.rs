//! The route of [`Mode::Recycled`]: an article is a sequence of words.
//!
//! In: the documents of two articles, criteria, corpus statistics. Out: the relation. Candidates
//! come from bands, and from samples of ten-letter shingles: excerpts and noisy copies share no band.
//!
//! A candidate pair takes two tests. The [gate](PairGate) counts common runs of two words in one
//! order. Pairs through the gate are aligned. An article is read and cut once for gate and alignment:
//! its words are kept, and the [`AnalyzedArticle`] is made of them when the article's first pair
//! passes the gate. Shingles are made at the first pair with a relation.

use std::sync::{Arc, OnceLock};

use super::catalog::Catalog;
use super::route::{Compared, Find, Graded, Route, other_mode};
use super::{Mode, Stage};
use crate::article::ArticleId;
use crate::corpus::Statistics;
use crate::document::{DocumentBuffer, OwnedCut};
use crate::error::Result;
use crate::group::PairResult;
use crate::index::{Postings, SharedSample};
use crate::kit::ids::{IndexVec, Position};
use crate::relation::{
    self, AnalyzedArticle, Comparison, Criteria, PairGate, PairGateProbe, PairGateScratch,
    Relation, RelationSummary,
};
use crate::shingle::{Shingler, Unit};
use crate::sketch::{Fingerprint, Reading, Sketch, Want};
use crate::verify::{Overlap, ShingleSet};

/// Finds articles recycled from other articles.
#[derive(Clone, Debug)]
pub(super) struct Recycled {
    shingler: Shingler,
    criteria: Criteria,
    statistics: Option<Arc<Statistics>>,
    postings: Postings,
}

impl Recycled {
    pub(super) fn new(
        shingler: Shingler,
        criteria: Criteria,
        statistics: Option<Arc<Statistics>>,
    ) -> Self {
        Self {
            shingler,
            criteria,
            statistics,
            postings: Postings::default(),
        }
    }
}

impl Find for Recycled {
    fn criteria(&self) -> Criteria {
        self.criteria
    }

    fn summary_of_copies(&self) -> Option<RelationSummary> {
        Some(RelationSummary::EXACT)
    }

    fn set_statistics(&mut self, statistics: Option<Arc<Statistics>>) {
        self.statistics = statistics;
    }

    fn insert(&mut self, id: ArticleId, sample: &[u32], catalog: &Catalog) {
        self.postings.insert(id, sample, &by_text(catalog));
    }

    fn remove(&mut self, id: ArticleId, catalog: &Catalog) {
        self.postings.remove(id, &by_text(catalog));
    }

    fn rename(&mut self, from: ArticleId, to: ArticleId) {
        self.postings.rename(from, to);
    }

    fn build_tables(&self, catalog: &Catalog) {
        self.postings.build_tables(&by_text(catalog));
    }

    fn memory(&self) -> usize {
        self.postings.memory()
    }

    fn candidates(&self, sketch: &Sketch, catalog: &Catalog) -> Vec<ArticleId> {
        self.postings
            .candidates(&sketch.sample, catalog.texts(), by_text(catalog))
    }

    fn pairs_in_all(&self) -> usize {
        PAIRS_ALWAYS_ALIGNED
    }

    fn pairs(&self, order: &IndexVec<Position, ArticleId>) -> Vec<(Position, Position)> {
        self.postings.pairs_in_order(order)
    }

    fn shared_sample(&self, a: ArticleId, b: ArticleId) -> Option<SharedSample> {
        self.postings.shared(a, b)
    }
}

/// The order of leaders, which depends on the texts alone.
fn by_text(catalog: &Catalog) -> impl Fn(ArticleId) -> Fingerprint + Sync {
    |id| catalog.record(id).fingerprint
}

/// Pairs by bands that are always allowed. 1,250 articles of 180 words that share a paragraph of 120
/// words have 336,616 pairs under the limit of [`Mode::Jaccard`], at some 9 microseconds of alignment
/// each, and not one joins a group. Samples hold large groups together, so bands need not: 4,096
/// pairs are those of 91 texts.
const PAIRS_ALWAYS_ALIGNED: usize = 1 << 12;

/// An article ready for the gate. What later stages need is made of the same cut, when the first
/// pair needs it.
#[derive(Debug)]
pub(super) struct Prepared {
    gate: PairGate,
    cut: OwnedCut,
    /// The tokens of shingles, unless these are the words.
    tokens: Option<Box<[u64]>>,
    analyzed: OnceLock<AnalyzedArticle>,
    shingles: OnceLock<ShingleSet>,
}

/// An article prepared for comparisons with many articles.
#[derive(Debug)]
pub(super) struct RecycledProbe<'a> {
    of: &'a Prepared,
    gate: PairGateProbe,
    /// Made when the first pair passes the gate.
    aligned: OnceLock<relation::Probe<'a>>,
}

/// Memory reused from pair to pair.
#[derive(Debug, Default)]
pub(super) struct RecycledScratch {
    gate: PairGateScratch,
    relation: relation::RelationScratch,
    document: DocumentBuffer,
}

impl Recycled {
    /// The pair ready for alignment, unless the gate excludes a relation.
    fn through_gate<'p, 'a>(
        &self,
        probe: &'p RecycledProbe<'a>,
        other: &'p Prepared,
        scratch: &mut RecycledScratch,
    ) -> Option<GatedPair<'p, 'a>> {
        if !probe.gate.may_be_related(&other.gate, &mut scratch.gate) {
            return None;
        }
        let own = self.analyzed(probe.of, &mut scratch.document);
        Some(GatedPair {
            probe: probe.aligned.get_or_init(|| relation::Probe::new(own)),
            other: self.analyzed(other, &mut scratch.document),
        })
    }

    /// The article for alignment, made at the first call.
    fn analyzed<'p>(
        &self,
        article: &'p Prepared,
        buffer: &mut DocumentBuffer,
    ) -> &'p AnalyzedArticle {
        article.analyzed.get_or_init(|| {
            AnalyzedArticle::new(buffer.mark(&article.cut), self.statistics.as_deref())
        })
    }

    /// The shingles, made at the first call.
    fn shingles<'p>(&self, article: &'p Prepared) -> &'p ShingleSet {
        article.shingles.get_or_init(|| {
            let words = article.cut.token_hashes();
            let tokens = article.tokens.as_deref().unwrap_or(words);
            let mut shingles = Vec::with_capacity(tokens.len());
            self.shingler.shingles_of(tokens, &mut shingles, &mut ());
            ShingleSet::new(shingles)
        })
    }

    fn overlap(&self, a: &Prepared, b: &Prepared) -> Overlap {
        self.shingles(a).overlap(self.shingles(b))
    }
}

/// A pair through the gate, ready for alignment.
struct GatedPair<'p, 'a> {
    probe: &'p relation::Probe<'a>,
    other: &'p AnalyzedArticle,
}

impl Route for Recycled {
    type Article = Prepared;
    type Probe<'a> = RecycledProbe<'a>;
    type Step = Criteria;
    type Scratch = RecycledScratch;

    const WANT: Want = Want::Words;

    /// 10 MB: 38 bytes a word before alignment, some 90 after, and as much again for the articles that
    /// are read ahead. An article with candidates in several blocks is read once a block, so larger
    /// blocks mean fewer readings: 85,000 in place of 100,000 for 52,000 articles at four times the
    /// size.
    const BLOCK: u64 = 1 << 18;

    const IS_SYMMETRIC: bool = false;

    fn prepare(&self, reading: &Reading<'_>) -> Prepared {
        let cut = reading.cut.expect("it was wanted");
        let are_words = self.shingler.shingling().unit == Unit::Word;
        Prepared {
            gate: PairGate::new(reading.tokens),
            cut: OwnedCut::from(cut),
            tokens: (!are_words).then(|| reading.tokens.into()),
            analyzed: OnceLock::new(),
            shingles: OnceLock::new(),
        }
    }

    fn probe<'a>(&self, article: &'a Prepared, _: usize) -> RecycledProbe<'a> {
        RecycledProbe {
            of: article,
            gate: article.gate.probe(),
            aligned: OnceLock::new(),
        }
    }

    fn compare(
        &self,
        probe: &RecycledProbe<'_>,
        other: &Prepared,
        scratch: &mut RecycledScratch,
    ) -> Compared<PairResult> {
        let Some(pair) = self.through_gate(probe, other, scratch) else {
            return Compared::Gated;
        };
        let summary = relation::relate(
            pair.probe,
            pair.other,
            &self.criteria,
            &mut scratch.relation,
        );
        Compared::InFull(
            (summary.relation != Relation::Unrelated).then(|| PairResult {
                overlap: self.overlap(probe.of, other),
                summary: Some(summary),
            }),
        )
    }

    fn stage(&self, a: &Prepared, b: &Prepared, found: &Comparison) -> Stage {
        let relation = found.summary.relation;
        if !a
            .gate
            .probe()
            .may_be_related(&b.gate, &mut PairGateScratch::default())
        {
            Stage::Sieved
        } else if relation == Relation::Unrelated {
            Stage::Unlike
        } else if relation.is_recycled() {
            Stage::Match
        } else {
            Stage::NotRecycled
        }
    }

    fn step(&self, mode: Mode) -> Result<Criteria> {
        match mode {
            Mode::Recycled { criteria } => criteria.check(),
            Mode::Jaccard { .. } => Err(other_mode()),
        }
    }

    fn grade(
        &self,
        probe: &RecycledProbe<'_>,
        other: &Prepared,
        steps: &[Criteria],
        scratch: &mut RecycledScratch,
    ) -> Compared<Graded> {
        let Some(pair) = self.through_gate(probe, other, scratch) else {
            return Compared::Gated;
        };
        let (mut first_match, mut template) = (None, None);
        let mut graded = Graded::new(PairResult::of_overlap(Overlap::default()));
        let mut step = 0;
        relation::relate_by_each(
            pair.probe,
            pair.other,
            steps.iter().copied(),
            &mut scratch.relation,
            |summary| {
                if summary.relation.is_recycled() {
                    first_match.get_or_insert(summary);
                    graded.match_in(step);
                } else if summary.relation == Relation::Template {
                    template.get_or_insert(summary);
                    graded.template_in(step);
                }
                step += 1;
            },
        );
        Compared::InFull(first_match.or(template).map(|summary| {
            graded.found = PairResult {
                overlap: self.overlap(probe.of, other),
                summary: Some(summary),
            };
            graded
        }))
    }
}
