//! The outcome of every record read.
//!
//! In: articles and problems, in input order. Out: for each record its article, or the reason why
//! it is none. With the ledger, the input can be read again, and each record kept or dropped.
//!
//! Kept, dropped and skipped records together are the records read.

use std::hash::{DefaultHasher, Hasher};
use std::path::PathBuf;
use std::sync::Arc;

use reprint::ArticleId;

use crate::failure::Failure;
use crate::input::{Format, Source, encoding};
use crate::problems::{Kind, Problem};

/// A record that is no article, or a file that could not be read.
#[derive(Debug)]
pub(crate) struct Skipped {
    pub(crate) kind: Kind,
    pub(crate) at: String,
    /// The index among the records.
    record: usize,
}

/// A record's outcome.
#[derive(Debug)]
pub(crate) enum Fate<'a> {
    Article(ArticleId),
    Skipped(&'a Skipped),
    /// No record, only a message about a file.
    Nothing,
}

/// The outcomes of all records, in order.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    articles: Vec<Option<ArticleId>>,
    skipped: Vec<Skipped>,
    digest: Digest,
    /// Files that must not be among the input.
    outputs: Vec<PathBuf>,
    /// Whether `--keep` is used.
    is_kept: bool,
    /// Files that the input's records go to; empty if they go to a folder.
    files: Vec<PathBuf>,
    first: Option<Arc<Source>>,
    last: Option<Arc<Source>>,
}

impl Ledger {
    /// A ledger for a run that writes `outputs`. With `is_kept`, records go to `files`, or to a folder
    /// if there are none.
    pub(crate) fn new(outputs: Vec<PathBuf>, is_kept: bool, files: Vec<PathBuf>) -> Self {
        Self {
            outputs,
            is_kept,
            files,
            ..Self::default()
        }
    }

    /// Adds a chunk's bytes to the digest.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.digest.add(bytes);
    }

    /// Notes a record: its article, or the problem with it.
    pub(crate) fn record(
        &mut self,
        source: Option<&Arc<Source>>,
        article: Option<ArticleId>,
        problems: &[Problem],
    ) -> Result<(), Failure> {
        if let Some(source) = source {
            self.source(source)?;
        }
        let fatal = problems.iter().find(|problem| problem.kind.skips());
        if let Some(problem) = fatal.filter(|_| article.is_none()) {
            self.skipped.push(Skipped {
                kind: problem.kind,
                at: problem.at.clone(),
                record: self.articles.len(),
            });
        }
        self.articles.push(article);
        Ok(())
    }

    /// Whether `--keep` is used.
    pub(crate) fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// The outcomes of all records, in order.
    pub(crate) fn fates(&self) -> impl Iterator<Item = Fate<'_>> {
        let mut skipped = self.skipped.iter().peekable();
        let articles = self.articles.iter().enumerate();
        articles.map(move |(record, article)| match article {
            Some(article) => Fate::Article(*article),
            None => skipped
                .next_if(|skipped| skipped.record == record)
                .map_or(Fate::Nothing, Fate::Skipped),
        })
    }

    /// The number of records that were no articles.
    pub(crate) fn skipped(&self) -> usize {
        self.skipped.len()
    }

    /// A hash of all bytes read, to recognize the input when it is read again.
    pub(crate) fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Checks a file when its first record comes.
    fn source(&mut self, source: &Arc<Source>) -> Result<(), Failure> {
        if is_same(self.last.as_ref(), source) {
            return Ok(());
        }
        self.last = Some(Arc::clone(source));
        // Comparing files would open a pipe.
        for output in self.outputs.iter().filter(|_| source.path.is_file()) {
            if same_file::is_same_file(output, &source.path).unwrap_or(false) {
                let (output, name) = (output.display(), &source.name);
                let message = format!("{output} is {name}, and the input is never overwritten");
                return Err(Failure::usage(message));
            }
        }
        if let Some(encoding) = source
            .encoding
            .filter(|_| self.is_kept && !source.format.is_whole())
            && !encoding::is_exact(encoding)
        {
            return Err(Failure::of_options(
                &["keep"],
                format!(
                    "--keep: {} is in {}, which can't be written as it was read; convert it to UTF-8 first",
                    source.name,
                    encoding.name()
                ),
            ));
        }
        for path in &self.files {
            match &self.first {
                None => fits(source.format, path)?,
                Some(first) => fit_together(first, source)?,
            }
        }
        self.first.get_or_insert_with(|| Arc::clone(source));
        Ok(())
    }
}

/// Whether both are the same file, read at the same time.
pub(crate) fn is_same(before: Option<&Arc<Source>>, source: &Arc<Source>) -> bool {
    before.is_some_and(|before| Arc::ptr_eq(before, source))
}

/// Kept records are written in the format of the input. A file name must not claim another format.
fn fits(format: Format, path: &std::path::Path) -> Result<(), Failure> {
    let named = Format::by_name(&path.to_string_lossy());
    let is_fine = match named {
        None => true,
        Some(Format::Json) => {
            matches!(format, Format::Json | Format::JsonArray | Format::JsonLines)
        }
        Some(named) => named == format,
    };
    if is_fine {
        return Ok(());
    }
    Err(Failure::of_options(
        &["keep", "aside"],
        format!(
            "{}: the input is {}, and is kept as such; give the file another name",
            path.display(),
            format.name()
        ),
    ))
}

/// Whether the records of two files can be written to one file.
pub(crate) fn fit_together(first: &Source, next: &Source) -> Result<(), Failure> {
    let why = if first.format != next.format {
        format!("{} and {}", first.format.name(), next.format.name())
    } else if first.format.is_whole() || first.format == Format::Parquet {
        format!("more than one file of {}", first.format.name())
    } else if first.encoding != next.encoding {
        "files of different encodings".to_owned()
    } else if first.table.as_ref().map(|table| &table.names)
        != next.table.as_ref().map(|table| &table.names)
    {
        "tables with different columns".to_owned()
    } else {
        return Ok(());
    };
    Err(Failure::of_options(
        &["keep"],
        format!(
            "--keep can't put {why} into one file ({}, {}); put them in a folder and give that, so \
         that a folder is kept, or run it for each",
            first.name, next.name
        ),
    ))
}

/// A hash of bytes, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Digest(DefaultHasher);

impl Digest {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.finish() == other.0.finish()
    }
}
