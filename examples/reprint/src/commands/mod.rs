//! The program's commands, one file each.
//!
//! In: the options in force. Out: results on stdout; or a [`Failure`].

mod audit;
mod compare;
mod dry_run;
mod estimate;
mod find;
mod index;
mod keep;
mod nearest;
mod outputs;
mod phrases;
mod reference;
mod selftest;
#[cfg(feature = "parquet")]
mod shard;
mod share;
mod sweep;
mod templates;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reprint::phrase::PhraseDetector;
use reprint::relation::Criteria;
use reprint::{ArticleId, Detector, Groups, Mode, Settings};

use crate::corpus::{self, Corpus};
use crate::failure::Failure;
use crate::input::{self, Copies};
use crate::ledger::Ledger;
use crate::memory::{Advice, Guard};
use crate::options::{COMMANDS, Command, CommonOptions, InputOptions, RunOptions};
use crate::output::table::count;
use crate::problems::Problems;
use crate::progress::Progress;
use crate::settings::Effective;

pub(crate) use templates::FoundTemplates;

/// Runs the command that the options ask for. `samples` is read if no path is given.
pub(crate) fn run(effective: Effective, samples: Option<&Path>) -> Result<(), Failure> {
    let Effective {
        mut options,
        told,
        notes,
        ..
    } = effective;
    let command = options.command.take();
    let (run, input) = match &command {
        None => (&options.run, &options.input),
        Some(command) => (&command.common().run, &command.common().input),
    };
    let threads = run.threads.map_or(0, usize::from);
    let advice = match command {
        Some(Command::Index(_)) => Advice::OF_INDEX,
        _ => Advice::WHOLE_RUN,
    };
    let guard = input.memory.map(|limit| Guard::begin(limit, advice));
    let _guard = guard.transpose()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| {
            Failure::of_options(&["threads"], format!("--threads {threads}: {error}"))
        })?;
    pool.install(|| match command {
        None => {
            meant_command(&options.paths)?;
            find::run(&options, samples, told, &notes)
        }
        Some(Command::Compare(options)) => compare::run(*options),
        Some(Command::Sweep(options)) => sweep::run(*options),
        Some(Command::Audit(options)) => audit::run(&options),
        Some(Command::Selftest(options)) => selftest::run(&options),
        Some(Command::Estimate(options)) => estimate::run(&options),
        Some(Command::Index(options)) => index::run(&options),
        #[cfg(feature = "parquet")]
        Some(Command::Shard(options)) => shard::run(&options, told),
    })
}

/// Refuses a missing path that looks like a command's name.
fn meant_command(paths: &[PathBuf]) -> Result<(), Failure> {
    for path in paths.iter().filter(|path| !path.exists()) {
        let name = path.to_string_lossy();
        let Some(meant) = nearest::of_few(&name, COMMANDS) else {
            continue;
        };
        let message = if meant == name {
            format!("there is no file {name}; as a command, it comes before all options and paths")
        } else {
            format!("there is no file or command {name}; a similar command exists: {meant}")
        };
        return Err(Failure::usage(message));
    }
    Ok(())
}

/// A command's messages about its input and its progress.
struct Talk {
    problems: Problems,
    progress: Progress,
    /// The outcomes of all records, if wanted.
    ledger: Option<Ledger>,
    /// Copies of pipes, if any were made.
    copies: Copies,
}

impl Talk {
    fn new(input: &InputOptions, run: &RunOptions) -> Self {
        Self {
            problems: Problems::new(input.strict, run.quiet),
            progress: Progress::new(run.quiet),
            ledger: None,
            copies: Copies::new(),
        }
    }

    /// Without any messages.
    fn quiet() -> Self {
        Self {
            problems: Problems::new(false, true),
            progress: Progress::new(true),
            ledger: None,
            copies: Copies::new(),
        }
    }

    /// Reports articles whose matches are missing, the first few by name.
    fn unread<'a>(&self, unread: impl ExactSizeIterator<Item = &'a reprint::Error>) {
        const SHOWN: usize = 10;
        let all = unread.len();
        for error in unread.take(SHOWN) {
            self.problems.say(&error.to_string());
        }
        if all > SHOWN {
            let more = all - SHOWN;
            self.problems
                .say(&format!("{more} more texts could not be read again"));
        }
    }
}

/// A detector with these settings.
fn detector(settings: Settings) -> Result<Detector, Failure> {
    let built = Detector::builder().settings(settings).build();
    built.map_err(|error| Failure::of_setting(&error))
}

/// A command's articles, read by a detector with these settings.
fn load_with(
    settings: Settings,
    paths: &[PathBuf],
    common: &CommonOptions,
    talk: &mut Talk,
) -> Result<Corpus, Failure> {
    load(detector(settings)?, None, paths, &common.input, talk)
}

/// The fewest articles for statistics. Chosen by hand: in few articles, common words look rare. If
/// two articles are copies of each other, both have every word.
const FEWEST_THAT_TELL: usize = 20;

/// Reads and sketches the articles, and gives the detector their statistics.
fn load(
    detector: Detector,
    phrases: Option<&PhraseDetector>,
    paths: &[PathBuf],
    input: &InputOptions,
    talk: &mut Talk,
) -> Result<Corpus, Failure> {
    let Talk {
        problems,
        progress,
        ledger,
        copies,
    } = talk;
    let mut reading = input.reading()?;
    reading.copies.clone_from(copies);
    reading.is_whole = ledger.as_ref().is_some_and(Ledger::is_kept);
    let fields = Arc::clone(&reading.fields);
    progress.expect(bytes_of(paths));
    let chunks = input::read(paths.to_owned(), reading);
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
        let mut message = no_article(paths);
        if let Some(why) = problems.first_unsaid() {
            message = format!("{message} ({why})");
        }
        return Err(Failure::Failed(message));
    }
    progress.stage("counting words");
    count_words(&mut corpus);
    progress.clear();
    Ok(corpus)
}

/// Gives the detector the statistics of the articles, and frees what was collected for them.
fn count_words(corpus: &mut Corpus) {
    let collected = std::mem::take(&mut corpus.collected);
    let is_recycled = matches!(corpus.detector.settings().mode, Mode::Recycled { .. });
    if is_recycled && corpus.detector.len() >= FEWEST_THAT_TELL {
        let statistics = corpus
            .detector
            .count_statistics_with(&corpus.texts, &collected);
        corpus.detector.set_statistics(Some(Arc::new(statistics)));
    }
}

/// The given paths, or else the path of the sample articles.
fn paths_or_samples(
    paths: Vec<PathBuf>,
    samples: Option<&Path>,
    problems: &Problems,
) -> Result<Vec<PathBuf>, Failure> {
    if !paths.is_empty() {
        return Ok(paths);
    }
    let Some(samples) = samples else {
        let message = "no PATH was given: name folders or files, or - for stdin (see --help)";
        return Err(Failure::usage(message));
    };
    problems.say(&format!(
        "no PATH was given: these are the sample articles of {} (see --help)",
        samples.display()
    ));
    Ok(vec![samples.to_owned()])
}

/// The total size of the files in bytes; `None` if a path is not a regular file.
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

/// Writes to stdout.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out)?;
    Ok(out.flush()?)
}

/// All groups of a corpus.
fn groups(corpus: &Corpus, input: &InputOptions, talk: &mut Talk) -> Result<Groups, Failure> {
    talk.progress.stage("matching");
    let found = corpus.detector.groups(&corpus.texts);
    talk.progress.clear();
    let groups = found.map_err(failed)?;
    if let Some((_, error)) = groups.unread.first().filter(|_| input.strict) {
        return Err(Failure::Failed(error.to_string()));
    }
    talk.unread(groups.unread.iter().map(|(_, error)| error));
    Ok(groups)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: reprint::Error) -> Failure {
    Failure::Failed(error.to_string())
}

/// Rounds down to two decimals: only exact equality is shown as 1.00.
fn two_places(similarity: f64) -> String {
    format!("{:.2}", (similarity * 100.0).floor() / 100.0)
}

/// Rounded as in the records of [`reprint::report`].
fn six_places(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}

/// Serializes a figure rounded by [`six_places`].
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde gives it")]
fn rounded<S: serde::Serializer>(figure: &f64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(six_places(*figure))
}

/// The strictness levels of recycled mode, loosest first.
fn by_strictness() -> [(&'static str, Mode); 3] {
    [
        ("loose", Criteria::loose()),
        ("normal", Criteria::default()),
        ("strict", Criteria::strict()),
    ]
    .map(|(name, criteria)| (name, Mode::Recycled { criteria }))
}

/// All ids of a corpus from which no article was removed.
fn ids(corpus: &Corpus) -> impl Iterator<Item = ArticleId> {
    (0..corpus.detector.len()).filter_map(ArticleId::new)
}
