//! The run from arguments to output.
//!
//! In: [`Options`]. Out: what was found, on stdout; or a [`Failure`].

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reprint::phrase::{PhraseDetector, PhraseSettings};
use reprint::report::{SummaryRecord, VerdictCounts};
use reprint::{Detector, Groups, Mode};

use crate::corpus::{self, Corpus};
use crate::options::{Options, OutputFormat};
use crate::problems::Problems;
use crate::progress::Progress;
use crate::{input, jsonl, text};

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An option or a setting is wrong.
    Usage(String),
    /// The input or the output is.
    Failed(String),
    /// Nobody reads the output any more.
    PipeClosed,
}

impl From<io::Error> for Failure {
    /// Of an error in writing.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::Failed(format!("the output can't be written: {error}")),
        }
    }
}

pub(crate) fn run(options: Options) -> Result<(), Failure> {
    let threads = options.output.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Failure::Usage(format!("--threads {threads}: {error}")))?;
    pool.install(|| find_and_write(options))
}

fn find_and_write(options: Options) -> Result<(), Failure> {
    let usage = |error: reprint::Error| Failure::Usage(error.to_string());
    let settings = options.matching.settings().map_err(Failure::Usage)?;
    let is_recycled = matches!(settings.mode, Mode::Recycled { .. });
    let detector = Detector::builder()
        .settings(settings)
        .build()
        .map_err(usage)?;
    let phrases = if options.matching.no_phrases {
        None
    } else {
        Some(PhraseDetector::new(PhraseSettings::default()).map_err(usage)?)
    };
    let quiet = options.output.quiet;
    let mut problems = Problems::new(options.input.strict, quiet);
    let mut progress = Progress::new(quiet);

    let fields = options.input.fields();
    let paths = paths_or_samples(options.paths, &problems);
    let chunks = input::read(paths.clone(), options.input.input);
    let mut corpus = corpus::load(
        detector,
        phrases.as_ref(),
        fields,
        chunks,
        &mut problems,
        &mut progress,
    )?;
    if corpus.detector.is_empty() {
        return Err(Failure::Failed(no_article(&paths)));
    }
    if is_recycled {
        progress.stage("counting words");
        let statistics = corpus.detector.count_statistics(&corpus.texts);
        corpus.detector.set_statistics(Some(Arc::new(statistics)));
    }
    progress.stage("matching");
    let found = corpus.detector.groups(&corpus.texts);
    progress.clear();
    let groups = found.map_err(|error| Failure::Failed(error.to_string()))?;
    if let Some((_, error)) = groups.unread.first().filter(|_| options.input.strict) {
        return Err(Failure::Failed(error.to_string()));
    }
    say_unread(&groups, &problems);

    let mut summary = SummaryRecord::new(&corpus.detector, &groups);
    summary.phrasing = phrases.is_some().then(|| verdicts(&corpus));
    summary.phrase_settings = phrases.as_ref().map(PhraseDetector::settings);
    summary.skipped = problems.skipped();
    summary.noted = problems.noted();

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

fn paths_or_samples(paths: Vec<PathBuf>, problems: &Problems) -> Vec<PathBuf> {
    if !paths.is_empty() {
        return paths;
    }
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/articles");
    problems.say(&format!(
        "no PATH was given: these are the sample articles of {} (see --help)",
        samples.display()
    ));
    vec![samples]
}

fn no_article(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    format!("no article was found in {}", names.join(", "))
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
