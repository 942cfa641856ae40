//! The phrases of one article, and the published measures of all.
//!
//! In: the articles. Out: one of them with its phrases marked, on stdout; or for each what the
//! published rules say.

use rayon::prelude::*;
use reprint::ArticleId;
use reprint::measures::{Check, Rules};
use reprint::phrase::PhraseDetector;

use super::nearest;
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{OutputFormat, OutputOptions};
use crate::output::look::Look;
use crate::output::phrases;
use crate::output::sink::Sink;

/// Shows one article with its repeated phrases marked.
pub(super) fn explain(
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
    sink.write(|out| match options.format() {
        OutputFormat::Jsonl => phrases::write_records(out, key, &found),
        // Rows have no place for it.
        OutputFormat::Text | OutputFormat::Csv => {
            phrases::write_marked(out, look, key, &body, &found)
        }
    })
}

/// By article, the checks of the published rules, those of two sets one after the other; none for
/// what can't be read any more.
pub(super) fn measures(corpus: &Corpus) -> Vec<Vec<Check>> {
    let sets = [Rules::gopher(), Rules::fineweb()];
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
