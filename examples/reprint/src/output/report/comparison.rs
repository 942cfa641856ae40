//! Comparisons as the page shows them.
//!
//! In: a library comparison and two shown texts. Out: a record with UTF-16 offsets.

use reprint::relation::{Comparison, Side};

use super::records::ComparisonRecord;
use super::text::Shown;

/// The record of a comparison. `names` are page names.
pub(super) fn record<'a>(
    found: &Comparison,
    names: [&'a str; 2],
    texts: [&Shown<'_>; 2],
) -> ComparisonRecord<'a> {
    let [of_a, of_b] = texts;
    let summary = &found.summary;
    ComparisonRecord {
        a: names[0],
        b: names[1],
        relation: summary.relation,
        derived: summary.derived.map(|side| match side {
            Side::A => "a",
            Side::B => "b",
        }),
        a_coverage: three_places(summary.a_coverage.into()),
        b_coverage: three_places(summary.b_coverage.into()),
        jaccard: three_places(found.overlap.jaccard()),
        facts: summary.facts,
        passages: found
            .passages
            .iter()
            .map(|passage| {
                let (a0, a1) = of_a.place(passage.a);
                let (b0, b1) = of_b.place(passage.b);
                (a0, a1, b0, b1, passage.words, passage.kind)
            })
            // A passage within a cut has no place.
            .filter(|&(a0, a1, b0, b1, ..)| a0 < a1 && b0 < b1)
            .collect(),
        differences: found
            .differences
            .iter()
            .map(|difference| {
                let (a0, a1) = of_a.place(difference.a);
                let (b0, b1) = of_b.place(difference.b);
                (a0, a1, b0, b1, difference.kind)
            })
            .filter(|&(a0, a1, b0, b1, _)| a0 < a1 || b0 < b1)
            .collect(),
    }
}

fn three_places(figure: f64) -> f64 {
    (figure * 1e3).round() / 1e3
}
