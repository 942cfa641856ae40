//! Two texts, or one, at a time.
//!
//! In: texts of Python. Out: what two share and how they are related; the repeated phrasing of one.
//! Every place in a text is a [`PlacedSpan`].

use pyo3::prelude::*;
use pyo3::types::PyString;
use reprint::phrase::{PhraseDetector, PhraseFamily, PhraseSettings};
use reprint::relation::{self, Comparison, RelationSummary};
use reprint::verify::Overlap;

use crate::errors::{bad_setting, raised};
use crate::settings::name;
use crate::strings::{CodePoints, PlacedSpan, text};
use crate::threads;

/// Shingles of the first text, of the second, of both.
pub(crate) type Counts = (u32, u32, u32);

pub(crate) fn counts(overlap: Overlap) -> Counts {
    (overlap.a, overlap.b, overlap.shared)
}

/// Relation, derived text ("a", "b" or none), both coverages, differing facts.
pub(crate) type Summary = (String, Option<String>, f32, f32, u32);

pub(crate) fn summary(of: RelationSummary) -> Summary {
    (
        name(of.relation),
        of.derived.map(name),
        of.a_coverage,
        of.b_coverage,
        of.facts,
    )
}

/// A place in both texts, its kind, its words.
type Place = (PlacedSpan, PlacedSpan, String, u32);

/// Summary, counts, sentence, passages, differences.
pub(crate) type Compared = (Summary, Counts, String, Vec<Place>, Vec<Place>);

/// A comparison whose spans are placed in both texts.
pub(crate) fn placed(a: &str, b: &str, found: &Comparison) -> Compared {
    let (in_a, in_b) = (CodePoints::new(a), CodePoints::new(b));
    let passages = found.passages.iter();
    let differences = found.differences.iter();
    (
        summary(found.summary),
        counts(found.overlap),
        found.sentence(),
        passages
            .map(|at| (in_a.place(at.a), in_b.place(at.b), name(at.kind), at.words))
            .collect(),
        differences
            .map(|at| (in_a.place(at.a), in_b.place(at.b), name(at.kind), 0))
            .collect(),
    )
}

/// Compares two texts by default criteria.
#[pyfunction]
pub(crate) fn compare(
    py: Python<'_>,
    a: &Bound<'_, PyString>,
    b: &Bound<'_, PyString>,
) -> PyResult<Compared> {
    let (a, b) = (text(a)?, text(b)?);
    let compared = || relation::compare(&a, &b).map(|found| placed(&a, &b, &found));
    py.detach(|| threads::run(compared)).map_err(raised)
}

/// Canonical form, occurrences, (form, count) of each variant, sentences, paragraphs, share of
/// words, whether it is the headline, score.
type Family = (
    String,
    Vec<PlacedSpan>,
    Vec<(String, usize)>,
    usize,
    usize,
    f64,
    bool,
    f64,
);

fn family(of: &PhraseFamily, places: &CodePoints<'_>) -> Family {
    let occurrences = of.occurrences.iter().map(|&span| places.place(span));
    let variants = of
        .variants
        .iter()
        .map(|form| (form.form.clone(), form.count));
    (
        of.canonical.clone(),
        occurrences.collect(),
        variants.collect(),
        of.sentences,
        of.paragraphs,
        of.word_share,
        of.is_headline,
        of.score,
    )
}

/// Verdict, score, (name, value) of each signal, families, words, sentences, paragraphs.
type Analyzed = (
    String,
    f64,
    Vec<(String, f64)>,
    Vec<Family>,
    usize,
    usize,
    usize,
);

/// Finds repeated phrasing in a text. `settings` is JSON; a setting that is left out has its default.
#[pyfunction]
pub(crate) fn analyze(
    py: Python<'_>,
    body: &Bound<'_, PyString>,
    headline: Option<&Bound<'_, PyString>>,
    settings: &str,
) -> PyResult<Analyzed> {
    let settings: PhraseSettings = serde_json::from_str(settings)
        .map_err(|error| bad_setting("settings", &format!("these are no settings: {error}")))?;
    let body = text(body)?;
    let headline = headline.map(text).transpose()?;
    let analyzed = || {
        let found = PhraseDetector::new(settings)?.analyze(&body, headline.as_deref())?;
        let places = CodePoints::new(&body);
        let signals = found.signals.iter();
        Ok((
            name(found.verdict),
            found.score,
            signals
                .map(|signal| (signal.name.to_string(), signal.value))
                .collect(),
            found
                .families
                .iter()
                .map(|of| family(of, &places))
                .collect(),
            found.words,
            found.sentences,
            found.paragraphs,
        ))
    };
    py.detach(analyzed).map_err(raised)
}
