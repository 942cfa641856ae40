//! `--keep`, `--dropped` and `--aside`.
//!
//! In: options and paths. Out: files that are started before the work, so that an unwritable path
//! is reported at once, and completed after it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use reprint::report::ArticleRecord;

use super::{Talk, count};
use crate::failure::Failure;
use crate::input;
use crate::ledger::Ledger;
use crate::options::{InputOptions, KeepOptions};
use crate::output::atomic::{AtomicFile, Scratch, Sealed};
use crate::output::dropped;
use crate::output::keep::{self, Keeper, What, cannot_write};

/// Files to write at the end of the run.
pub(super) struct Keeping {
    keep: Option<(PathBuf, Keeper)>,
    dropped: Option<(PathBuf, AtomicFile)>,
    aside: Option<(PathBuf, Keeper)>,
    paths: Vec<PathBuf>,
    /// Copies of pipes, to be read again.
    _copies: Vec<Scratch>,
}

impl Keeping {
    /// Starts the files that the options ask for, and has every record noted.
    pub(super) fn begin(
        options: &KeepOptions,
        paths: &[PathBuf],
        talk: &mut Talk,
    ) -> Result<Option<Self>, Failure> {
        let KeepOptions {
            keep,
            dropped,
            aside,
            ..
        } = options;
        let (keep, dropped, aside) = (keep.as_deref(), dropped.as_deref(), aside.as_deref());
        let outputs = [("keep", keep), ("dropped", dropped), ("aside", aside)].into_iter();
        let outputs: Vec<(&str, &Path)> = outputs
            .filter_map(|(option, path)| Some((option, path?)))
            .collect();
        if outputs.is_empty() {
            return Ok(None);
        }
        check(&outputs, paths.iter().chain(&options.reference))?;
        let folder = folder_of("keep", keep, paths)?;
        folder_of("aside", aside, paths)?;
        let begun = |path: &Path, error: io::Error| cannot_write(path, &error);
        let keeper = |path: Option<&Path>, what| {
            let Some(path) = path else { return Ok(None) };
            let keeper = Keeper::create(path, folder, what);
            let keeper = keeper.map_err(|error| begun(path, error))?;
            Ok::<_, Failure>(Some((path.to_owned(), keeper)))
        };
        let keep = keeper(keep, What::Kept)?;
        let aside = keeper(aside, What::Aside)?;
        let dropped = match dropped {
            Some(path) => {
                let file = AtomicFile::create(path);
                Some((path.to_owned(), file.map_err(|error| begun(path, error))?))
            }
            None => None,
        };
        let mut copies = Vec::new();
        if keep.is_some() {
            for path in paths.iter().filter(|path| is_read_once(path)) {
                let copy = copied(path).map_err(|error| {
                    let (path, folder) = (path.display(), std::env::temp_dir());
                    Failure::Failed(format!(
                        "{path} can't be copied to {} for --keep: {error} (TMPDIR names another \
                         folder)",
                        folder.display()
                    ))
                })?;
                talk.copies.push((path.clone(), copy.path().to_owned()));
                copies.push(copy);
            }
        }
        let files = keep.iter().chain(&aside).filter(|_| folder.is_none());
        let files = files.map(|(path, _)| path.clone()).collect();
        talk.ledger = Some(Ledger::new(
            outputs
                .into_iter()
                .map(|(_, path)| path.to_owned())
                .collect(),
            keep.is_some(),
            files,
        ));
        Ok(Some(Self {
            keep,
            dropped,
            aside,
            paths: paths.to_vec(),
            _copies: copies,
        }))
    }

    /// Writes the files, given the records of all articles. Afterwards only the moves to their
    /// paths are left.
    pub(super) fn write(
        self,
        records: &[ArticleRecord<'_>],
        input: &InputOptions,
        talk: &mut Talk,
    ) -> Result<Vec<Sealed>, Failure> {
        let mut sealed = Vec::new();
        let Some(ledger) = talk.ledger.take() else {
            return Ok(sealed);
        };
        if let Some((path, keeper)) = self.keep {
            talk.problems.check_readable()?;
            talk.progress.stage("writing");
            let mut reading = input.reading()?;
            reading.copies.clone_from(&talk.copies);
            reading.is_whole = true;
            let chunks = input::read(self.paths, reading);
            let (to, aside) = self.aside.unzip();
            let is_kept = |article: usize| records[article].kept;
            sealed.extend(keep::write(keeper, aside, chunks, &ledger, is_kept)?);
            talk.progress.clear();
            let kept = records.iter().filter(|record| record.kept).count();
            let all = records.len();
            let aside = count(
                ledger.skipped(),
                "record that is no article",
                "records that are no articles",
            );
            let to = to.map_or_else(String::new, |to| format!(", in {}", to.display()));
            talk.problems.say(&format!(
                "{}: {kept} of {all} articles kept, {} dropped; {aside}{to}",
                path.display(),
                all - kept
            ));
        }
        if let Some((path, file)) = self.dropped {
            let written = dropped::write(file, &path, &ledger, records);
            sealed.extend(written.map_err(|error| cannot_write(&path, &error))?);
        }
        Ok(sealed)
    }
}

/// Whether the path can be read only once: stdin or a pipe.
fn is_read_once(path: &Path) -> bool {
    path.as_os_str() == "-" || (path.exists() && !path.is_dir() && !path.is_file())
}

fn copied(path: &Path) -> io::Result<Scratch> {
    if path.as_os_str() == "-" {
        Scratch::of(&mut io::stdin().lock())
    } else {
        Scratch::of(&mut File::open(path)?)
    }
}

/// The folder to mirror, if the input is a folder.
fn folder_of<'p>(
    option: &str,
    output: Option<&Path>,
    paths: &'p [PathBuf],
) -> Result<Option<&'p Path>, Failure> {
    let Some(output) = output else {
        return Ok(None);
    };
    let of = match paths {
        [path] if path.is_dir() => Some(path.as_path()),
        paths if paths.iter().any(|path| path.is_dir()) => {
            let message =
                format!("--{option} takes one folder, or files of one format; run it for each");
            return Err(Failure::of_options(&[option], message));
        }
        _ => None,
    };
    let there = output.display();
    let wrong = if of.is_some() {
        let is_empty = || {
            output
                .read_dir()
                .is_ok_and(|mut files| files.next().is_none())
        };
        let is_free = output.symlink_metadata().is_err() || is_empty();
        (!is_free).then(|| {
            format!(
                "--{option} {there}: a folder is written as a folder, and there is something already"
            )
        })
    } else {
        output
            .is_dir()
            .then(|| format!("--{option} {there} is a folder; name a file, since the input is one"))
    };
    wrong.map_or(Ok(of), |message| {
        Err(Failure::of_options(&[option], message))
    })
}

/// Refuses outputs that would overwrite the input, lie in it, or share a path. An output comes with
/// the name of its option.
pub(super) fn check<'p>(
    outputs: &[(&str, &Path)],
    inputs: impl Iterator<Item = &'p PathBuf>,
) -> Result<(), Failure> {
    let is_same = |a: &Path, b: &Path| a == b || same_file::is_same_file(a, b).unwrap_or(false);
    for (number, (a, output)) in outputs.iter().enumerate() {
        let mut before = outputs[..number].iter();
        if let Some((b, _)) = before.find(|(_, other)| is_same(other, output)) {
            let message = format!("--{b} and --{a} are the same file");
            return Err(Failure::of_options(&[a, b], message));
        }
    }
    for input in inputs {
        for &(option, output) in outputs {
            let usage = |message: String| Err(Failure::of_options(&[option], message));
            let shown = output.display();
            if input.as_os_str() == "-" {
                let is_stdin = || {
                    let output = same_file::Handle::from_path(output).ok()?;
                    Some(same_file::Handle::stdin().ok()? == output)
                };
                // Devices such as a terminal may be both.
                if output.is_file() && is_stdin() == Some(true) {
                    return usage(format!("{shown} is the input, which is never overwritten"));
                }
            } else if input.is_dir() {
                if is_within(output, input) {
                    let folder = input.display();
                    return usage(format!(
                        "{shown} is in {folder}, which is input and stays as it is; write elsewhere"
                    ));
                }
            } else if output.is_file() && input.is_file() && is_same(output, input) {
                return usage(format!("{shown} is the input, which is never overwritten"));
            }
        }
    }
    Ok(())
}

/// Whether a path, existing or not, is `folder` or in it.
fn is_within(path: &Path, folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    [path, parent]
        .into_iter()
        .filter_map(|path| path.canonicalize().ok())
        .any(|path| path.starts_with(&folder))
}
