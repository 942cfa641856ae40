//! The phrases of an article, and published measures of articles.
//!
//! In: the articles. Out: one article with its phrases marked, on stdout; or the published rules'
//! checks of each article.

use rayon::prelude::*;
use reprint::ArticleId;
use reprint::measures::{Check, MeasureRules};
use reprint::phrase::PhraseDetector;

use super::nearest;
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{OutputFormat, OutputOptions};
use crate::output::look::Look;
use crate::output::phrases;
use crate::output::sink::Sink;

/// Shows one article with its repeated phrases marked.
pub(super) fn show(
    corpus: &Corpus,
    key: &str,
    detector: &PhraseDetector,
    options: &OutputOptions,
) -> Result<(), Failure> {
    let id = nearest::article(corpus, key)?;
    let Some(body) = corpus.body(id) else {
        return Err(Failure::Failed(format!(
            "the text of {key:?} could not be read again"
        )));
    };
    let headline = corpus.texts.headline(id);
    let found = detector
        .analyze(&body, headline.as_deref())
        .map_err(|error| Failure::Failed(error.to_string()))?;
    let sink = Sink::open(options.output.as_deref())?;
    let look = Look::new(options.color, sink.is_file());
    sink.write(Vec::new(), |out| match options.format() {
        OutputFormat::Jsonl => phrases::write_records(out, key, &found),
        // The other formats have no place for marked text.
        _ => phrases::write_marked(out, look, key, &body, &found),
    })
}

/// For each article, the checks of both published rule sets, in order. Empty for a text that can no
/// longer be read.
pub(super) fn measures(corpus: &Corpus) -> Vec<Vec<Check>> {
    let sets = [MeasureRules::gopher(), MeasureRules::fineweb()];
    let checks = |number: usize| {
        let body = ArticleId::new(number).and_then(|id| corpus.body(id));
        let reports = body.iter().flat_map(|body| {
            let reports = sets.iter().map(|rules| rules.check(body));
            reports.flatten()
        });
        reports.flat_map(|report| report.checks).collect()
    };
    let articles = 0..corpus.detector.len();
    articles.into_par_iter().map(checks).collect()
}
