//! Problems with the input.
//!
//! In: problems with file and line. Out: messages for a few problems of every kind, and counts; in
//! a strict run, a failure at the first problem.

use std::collections::BTreeMap;

use crate::failure::Failure;
use crate::output::clean;
use crate::progress;

/// The kind of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Missing,
    Unreadable,
    NotBuilt,
    Binary,
    NotAFile,
    NotUtf8,
    NotJson,
    NotATable,
    Ragged,
    Short,
    Twice,
    #[cfg(feature = "parquet")]
    NotParquet,
    NoText,
    TooLong,
    DuplicateKey,
    ReadBefore,
    Empty,
    VeryLong,
    DateNotUnderstood,
}

impl Kind {
    /// The kind's name in the summary.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::NotBuilt => "not_built",
            Self::Binary => "binary",
            Self::NotAFile => "not_a_file",
            Self::NotUtf8 => "not_utf8",
            Self::NotJson => "not_json",
            Self::NotATable => "not_a_table",
            Self::Ragged => "ragged",
            Self::Short => "short",
            Self::Twice => "twice",
            #[cfg(feature = "parquet")]
            Self::NotParquet => "not_parquet",
            Self::NoText => "no_text",
            Self::TooLong => "too_long",
            Self::DuplicateKey => "duplicate_key",
            Self::ReadBefore => "read_before",
            Self::Empty => "empty",
            Self::VeryLong => "very_long",
            Self::DateNotUnderstood => "date_not_understood",
        }
    }

    /// Whether a problem of this kind ends a strict run. Merely odd input does not.
    fn is_fatal(self) -> bool {
        self.skips()
            || matches!(
                self,
                Self::Empty | Self::DuplicateKey | Self::Short | Self::Twice
            )
    }

    /// Whether the record or file is left out.
    pub(crate) fn skips(self) -> bool {
        !matches!(
            self,
            Self::Empty
                | Self::VeryLong
                | Self::DateNotUnderstood
                | Self::DuplicateKey
                | Self::Short
                | Self::Twice
        )
    }
}

/// One problem.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    /// The file, or file and line.
    pub(crate) at: String,
    pub(crate) message: String,
    loss: Loss,
}

/// What a problem loses besides its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    Nothing,
    /// The rest of the file has no article, but can be read.
    Cut,
    /// The rest of the file can't be read.
    Lost,
}

impl Problem {
    pub(crate) fn new(kind: Kind, at: impl Into<String>, message: impl Into<String>) -> Self {
        let (at, message) = (at.into(), message.into());
        let loss = Loss::Nothing;
        Self {
            kind,
            at,
            message,
            loss,
        }
    }

    /// Marks the problem as losing the rest of the file, which can be read.
    pub(crate) fn cut(mut self) -> Self {
        self.loss = Loss::Cut;
        self
    }

    /// Marks the problem as losing the rest of the file, which can't be read.
    pub(crate) fn lost(mut self) -> Self {
        self.loss = Loss::Lost;
        self
    }

    /// Whether the rest of the file can't be read.
    pub(crate) fn loses(&self) -> bool {
        self.loss == Loss::Lost
    }
}

/// Messages written for each kind. Chosen by hand.
const SHOWN: u64 = 10;

/// The problems so far.
#[derive(Debug)]
pub(crate) struct Problems {
    strict: bool,
    quiet: bool,
    counts: BTreeMap<Kind, u64>,
    /// The message about the first input that was left out.
    first_skipped: Option<String>,
    /// Files not read to their end.
    cut: u64,
    /// The message about the first such file.
    first_cut: Option<String>,
    /// The message about the first file that can't be read.
    first_lost: Option<String>,
}

impl Problems {
    pub(crate) fn new(strict: bool, quiet: bool) -> Self {
        Self {
            strict,
            quiet,
            counts: BTreeMap::new(),
            first_skipped: None,
            cut: 0,
            first_cut: None,
            first_lost: None,
        }
    }

    /// Counts a problem, and writes a message unless its kind had enough messages.
    pub(crate) fn note(&mut self, problem: &Problem) -> Result<(), Failure> {
        let Problem {
            kind,
            at,
            message,
            loss,
        } = problem;
        if self.strict && kind.is_fatal() {
            return Err(Failure::Failed(format!("{at}: {message}")));
        }
        let said = || format!("{at}: {message}");
        if kind.skips() {
            self.first_skipped.get_or_insert_with(said);
        }
        if *loss != Loss::Nothing {
            self.cut += 1;
            self.first_cut.get_or_insert_with(said);
        }
        if *loss == Loss::Lost {
            self.first_lost.get_or_insert_with(said);
        }
        let count = self.counts.entry(*kind).or_default();
        *count += 1;
        if *count <= SHOWN {
            self.say(&format!("{at}: {message}"));
        }
        Ok(())
    }

    /// The message about the first input that was left out, unless it was written.
    pub(crate) fn first_unsaid(&self) -> Option<&str> {
        self.first_skipped.as_deref().filter(|_| self.quiet)
    }

    /// Fails if a part of the input was not read. Everything else is done by then.
    pub(crate) fn check_whole(&self) -> Result<(), Failure> {
        if let Some(count) = self.counts.get(&Kind::Missing) {
            return Err(Failure::Failed(format!(
                "paths that could not be opened: {count}; the result is that of the others"
            )));
        }
        match &self.first_cut {
            None => Ok(()),
            Some(first) => Err(Failure::Failed(format!(
                "files not read to their end: {}; the result is that of the rest ({first})",
                self.cut
            ))),
        }
    }

    /// Fails if a part of the input can't be read, and so can't be kept.
    pub(crate) fn check_readable(&self) -> Result<(), Failure> {
        match &self.first_lost {
            None => Ok(()),
            Some(first) => Err(Failure::Failed(format!(
                "{first}: what can't be read can't be kept, so nothing was written; mend the file, \
                 or leave it out (--exclude)"
            ))),
        }
    }

    /// Reports how many messages were not written.
    pub(crate) fn finish(&self) {
        for (kind, &count) in &self.counts {
            if count > SHOWN {
                self.say(&format!("{} more: {}", count - SHOWN, kind.name()));
            }
        }
    }

    /// Writes a line on stderr, unless the run is quiet.
    pub(crate) fn say(&self, message: &str) {
        if !self.quiet {
            Self::say_always(message);
        }
    }

    /// Writes a line on stderr, also in a quiet run: a check must not pass in silence.
    pub(crate) fn say_always(message: &str) {
        progress::say(&clean::line(message));
    }

    /// Counts of input that was left out, by kind.
    pub(crate) fn skipped(&self) -> BTreeMap<String, u64> {
        self.counts_where(Kind::skips)
    }

    /// Counts of input that was accepted with a warning, by kind.
    pub(crate) fn noted(&self) -> BTreeMap<String, u64> {
        self.counts_where(|kind| !kind.skips())
    }

    fn counts_where(&self, wanted: impl Fn(Kind) -> bool) -> BTreeMap<String, u64> {
        self.counts
            .iter()
            .filter(|&(&kind, _)| wanted(kind))
            .map(|(kind, &count)| (kind.name().to_owned(), count))
            .collect()
    }
}
