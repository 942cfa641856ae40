//! The main command: groups and flagged articles.
//!
//! In: [`Options`]. Out: what was found, on stdout; or a [`Failure`].

use std::io::{self, BufWriter, Write};

use reprint::phrase::{PhraseDetector, PhraseSettings};
use reprint::report::{SummaryRecord, VerdictCounts};
use reprint::{Detector, Groups};

use super::keep::Keeping;
use super::{Talk, load, paths_or_samples, reference};
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{Options, OutputFormat};
use crate::output::{jsonl, text};
use crate::problems::Problems;

pub(super) fn run(options: Options) -> Result<(), Failure> {
    let settings = options.matching.settings().map_err(Failure::Usage)?;
    let build = || {
        let detector = Detector::builder().settings(settings.clone()).build();
        detector.map_err(|error| Failure::of_setting(&error))
    };
    let detector = build()?;
    let phrases = if options.matching.no_phrases {
        None
    } else {
        let phrases = PhraseDetector::new(PhraseSettings::default());
        Some(phrases.map_err(|error| Failure::of_setting(&error))?)
    };
    let mut talk = Talk::new(&options.input, &options.run);
    let paths = paths_or_samples(options.paths, &talk.problems);
    let keeping = Keeping::begin(&options.keep, &paths, &mut talk)?;
    let has_reference = !options.keep.reference.is_empty();
    let reference = if has_reference {
        let paths = options.keep.reference;
        Some(reference::read(build()?, paths, &options.input, &mut talk)?)
    } else {
        None
    };
    let mut corpus = load(detector, phrases.as_ref(), paths, &options.input, &mut talk)?;
    let reference = match reference {
        Some(reference) => Some(reference::match_with(&reference, &mut corpus, &mut talk)?),
        None => None,
    };
    talk.progress.stage("matching");
    let found = if has_reference && !options.keep.within {
        // No pair of the input is asked for.
        build()?.groups(&corpus.texts)
    } else {
        corpus.detector.groups(&corpus.texts)
    };
    talk.progress.clear();
    let groups = found.map_err(|error| Failure::Failed(error.to_string()))?;
    if let Some((_, error)) = groups.unread.first().filter(|_| options.input.strict) {
        return Err(Failure::Failed(error.to_string()));
    }
    say_unread(&groups, &talk.problems);
    if let Some(keeping) = keeping {
        let records = jsonl::articles(&corpus, &groups);
        keeping.write(&records, &options.input, &mut talk)?;
    }
    let problems = talk.problems;

    let mut summary = SummaryRecord::new(&corpus.detector, &groups);
    summary.phrasing = phrases.is_some().then(|| verdicts(&corpus));
    summary.phrase_settings = phrases.as_ref().map(PhraseDetector::settings);
    summary.reference = reference;
    summary.skipped = problems.skipped();
    summary.noted = problems.noted();

    let mut out = BufWriter::new(io::stdout().lock());
    match options.output.format {
        OutputFormat::Text => {
            text::write(&mut out, &corpus, &groups, &summary, options.output.all)?;
        }
        OutputFormat::Jsonl => jsonl::write(&mut out, &corpus, &groups, summary)?,
    }
    out.flush()?;
    problems.check_paths()
}

fn verdicts(corpus: &Corpus) -> VerdictCounts {
    corpus.phrasing.iter().map(|found| found.verdict).collect()
}

/// Articles whose matches are missing, the first few by name.
fn say_unread(groups: &Groups, problems: &Problems) {
    const SHOWN: usize = 10;
    for (_, error) in groups.unread.iter().take(SHOWN) {
        problems.say(&error.to_string());
    }
    if groups.unread.len() > SHOWN {
        let more = groups.unread.len() - SHOWN;
        problems.say(&format!("{more} more texts could not be read again"));
    }
}
