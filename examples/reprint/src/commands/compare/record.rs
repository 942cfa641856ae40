//! The explanation for programs.
//!
//! In: a [`Page`]. Out: its [`Record`].

use reprint::index::SharedSample;
use reprint::relation::{DifferenceKind, Evidence, PassageKind, Relation, Side};
use reprint::text::Span;
use reprint::{Mode, Stage};
use serde::Serialize;

use super::{Page, Placing};
use crate::commands::six_places;

impl Page<'_> {
    /// The explanation as one record.
    pub(super) fn record(&self) -> Record<'_> {
        let comparison = &self.found.comparison;
        let overlap = comparison.overlap;
        let [a, b] = self.ids.map(|id| self.corpus.key(id));
        let numbers = match self.placing {
            Placing::Together(number) => [Some(number); 2],
            Placing::Apart(numbers) => numbers,
        };
        let place = |number: Option<usize>| {
            number.map(|number| {
                let group = &self.groups.groups[number];
                Place {
                    centre: self.corpus.key(group.centre),
                    kept: self.corpus.key(group.kept),
                    articles: group.members.len(),
                }
            })
        };
        let text = |side: usize, span: Span| &self.bodies[side][span.range()];
        let banding = self.corpus.detector.banding();
        Record {
            schema: reprint::report::SCHEMA,
            kind: "explanation",
            a,
            b,
            mode: self.corpus.detector.settings().mode,
            stage: self.found.stage,
            matches: self.found.stage.is_match(),
            same_group: matches!(self.placing, Placing::Together(_)),
            a_group: place(numbers[0]),
            b_group: place(numbers[1]),
            why: self.why(),
            sentence: comparison.sentence(),
            jaccard: six_places(overlap.jaccard()),
            a_in_b: six_places(overlap.a_in_b()),
            b_in_a: six_places(overlap.b_in_a()),
            relation: comparison.summary.relation,
            derived: comparison.summary.derived.map(|side| match side {
                Side::A => a,
                Side::B => b,
            }),
            evidence: comparison.evidence,
            shared_bands: &self.found.shared_bands,
            bands: banding.bands(),
            rows: banding.rows(),
            band_chance: six_places(self.found.band_chance),
            sample: self.found.sample,
            passages: self
                .longest_passages()
                .into_iter()
                .map(|passage| Quoted {
                    kind: passage.kind,
                    a: passage.a,
                    b: passage.b,
                    a_text: text(0, passage.a),
                    b_text: text(1, passage.b),
                })
                .collect(),
            differences: comparison
                .differences
                .iter()
                .map(|difference| Quoted {
                    kind: difference.kind,
                    a: difference.a,
                    b: difference.b,
                    a_text: text(0, difference.a),
                    b_text: text(1, difference.b),
                })
                .collect(),
        }
    }
}

/// The explanation for programs. Spans are byte ranges in the bodies.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    schema: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    a: &'a str,
    b: &'a str,
    mode: Mode,
    stage: Stage,
    matches: bool,
    same_group: bool,
    a_group: Option<Place<'a>>,
    b_group: Option<Place<'a>>,
    why: String,
    sentence: String,
    jaccard: f64,
    a_in_b: f64,
    b_in_a: f64,
    relation: Relation,
    derived: Option<&'a str>,
    evidence: Evidence,
    shared_bands: &'a [usize],
    bands: usize,
    rows: usize,
    band_chance: f64,
    sample: Option<SharedSample>,
    passages: Vec<Quoted<'a, PassageKind>>,
    differences: Vec<Quoted<'a, DifferenceKind>>,
}

#[derive(Serialize)]
struct Place<'a> {
    centre: &'a str,
    kept: &'a str,
    articles: usize,
}

#[derive(Serialize)]
struct Quoted<'a, K> {
    kind: K,
    a: Span,
    b: Span,
    a_text: &'a str,
    b_text: &'a str,
}
