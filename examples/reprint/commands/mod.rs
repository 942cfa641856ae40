//! What the program does, a file for each command.
//!
//! In: the options in force. Out: what was asked for, on stdout; or a [`Failure`].

mod dry_run;
mod find;
mod keep;
mod reference;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reprint::phrase::PhraseDetector;
use reprint::{Detector, Mode};

use crate::corpus::{self, Corpus};
use crate::failure::Failure;
use crate::input;
use crate::ledger::Ledger;
use crate::options::{InputOptions, RunOptions};
use crate::problems::Problems;
use crate::progress::Progress;
use crate::settings::Effective;

/// Does what the options ask for.
pub(crate) fn run(effective: Effective) -> Result<(), Failure> {
    let Effective {
        options,
        told,
        notes,
        ..
    } = effective;
    let threads = options.run.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Failure::Usage(format!("--threads {threads}: {error}")))?;
    pool.install(|| find::run(&options, told, &notes))
}

/// What a command says of its input, and while it works.
struct Talk {
    problems: Problems,
    progress: Progress,
    /// Where every record is noted, if that is wanted.
    ledger: Option<Ledger>,
    /// What came over stdin, if it was copied.
    stdin: Option<PathBuf>,
}

impl Talk {
    fn new(input: &InputOptions, run: &RunOptions) -> Self {
        Self {
            problems: Problems::new(input.strict, run.quiet),
            progress: Progress::new(run.quiet),
            ledger: None,
            stdin: None,
        }
    }
}

/// Reads and sketches all articles, and gives the detector what it must know of the whole.
fn load(
    detector: Detector,
    phrases: Option<&PhraseDetector>,
    paths: Vec<PathBuf>,
    input: &InputOptions,
    talk: &mut Talk,
) -> Result<Corpus, Failure> {
    let Talk {
        problems,
        progress,
        ledger,
        stdin,
    } = talk;
    let paths = paths_or_samples(paths, problems);
    let mut reading = input.reading().map_err(Failure::Usage)?;
    reading.stdin.clone_from(stdin);
    let fields = Arc::clone(&reading.fields);
    progress.expect(bytes_of(&paths));
    let chunks = input::read(paths.clone(), reading);
    let mut corpus = corpus::load(
        detector,
        phrases,
        &fields,
        chunks,
        ledger.as_mut(),
        problems,
        progress,
    )?;
    if corpus.detector.is_empty() {
        return Err(Failure::Failed(no_article(&paths)));
    }
    if matches!(corpus.detector.settings().mode, Mode::Recycled { .. }) {
        progress.stage("counting words");
        let statistics = corpus.detector.count_statistics(&corpus.texts);
        corpus.detector.set_statistics(Some(Arc::new(statistics)));
        progress.clear();
    }
    Ok(corpus)
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

/// Bytes of all of them, if they are files that end.
fn bytes_of(paths: &[PathBuf]) -> Option<u64> {
    let bytes = |path: &PathBuf| {
        let metadata = path.metadata().ok()?;
        metadata.is_file().then_some(metadata.len())
    };
    paths.iter().map(bytes).sum()
}

fn no_article(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    format!("no article was found in {}", names.join(", "))
}
