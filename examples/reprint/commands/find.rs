//! The main command: groups and flagged articles.
//!
//! In: [`Options`]. Out: what was found, on stdout; or a [`Failure`].

use std::io::{self, BufWriter, Write};

use reprint::Detector;
use reprint::phrase::{PhraseDetector, PhraseSettings};
use reprint::report::{SummaryRecord, VerdictCounts};

use super::{Talk, groups, load};
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{Options, OutputFormat};
use crate::output::{jsonl, text};

pub(super) fn run(options: Options) -> Result<(), Failure> {
    let settings = options.matching.settings().map_err(Failure::Usage)?;
    let detector = Detector::builder()
        .settings(settings)
        .build()
        .map_err(|error| Failure::of_setting(&error))?;
    let phrases = if options.matching.no_phrases {
        None
    } else {
        let phrases = PhraseDetector::new(PhraseSettings::default());
        Some(phrases.map_err(|error| Failure::of_setting(&error))?)
    };
    let mut talk = Talk::new(&options.input, &options.run);
    let corpus = load(
        detector,
        phrases.as_ref(),
        options.paths,
        &options.input,
        &mut talk,
    )?;
    let groups = groups(&corpus, &options.input, &mut talk)?;

    let mut summary = SummaryRecord::new(&corpus.detector, &groups);
    summary.phrasing = phrases.is_some().then(|| verdicts(&corpus));
    summary.phrase_settings = phrases.as_ref().map(PhraseDetector::settings);
    summary.skipped = talk.problems.skipped();
    summary.noted = talk.problems.noted();

    let mut out = BufWriter::new(io::stdout().lock());
    match options.output.format {
        OutputFormat::Text => {
            text::write(&mut out, &corpus, &groups, &summary, options.output.all)?;
        }
        OutputFormat::Jsonl => jsonl::write(&mut out, &corpus, &groups, summary)?,
    }
    Ok(out.flush()?)
}

fn verdicts(corpus: &Corpus) -> VerdictCounts {
    corpus.phrasing.iter().map(|found| found.verdict).collect()
}
