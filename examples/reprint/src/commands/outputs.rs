//! The output, and the page beside the output.
//!
//! In: options, then the results. Out: files. [`Outputs`] opens files before the work begins, so
//! that a missing folder is reported at once.

use std::io::Write;
use std::path::{Path, PathBuf};

use reprint::phrase::PhraseDetector;
use reprint::report::SummaryRecord;

use super::keep;
use crate::failure::Failure;
use crate::options::{FailOn, KeepOptions, Options, OutputFormat, OutputOptions, PhraseOptions};
use crate::output::atomic::Sealed;
use crate::output::look::Look;
use crate::output::report::{self, Report};
use crate::output::sink::Sink;
use crate::output::{Found, csv, jsonl, text};
use crate::problems::Problems;

/// Opened destinations.
pub(super) struct Outputs {
    sink: Sink,
    format: OutputFormat,
    /// The destination of `--report`.
    page: Option<Sink>,
}

impl Outputs {
    pub(super) fn open(options: &OutputOptions) -> Result<Self, Failure> {
        let page = options.report.as_deref();
        Ok(Self {
            sink: Sink::open(options.output.as_deref())?,
            format: options.format(),
            page: page.map(|path| Sink::open(Some(path))).transpose()?,
        })
    }

    /// Whether a page is written.
    pub(super) fn has_page(&self) -> bool {
        self.page.is_some() || self.format == OutputFormat::Html
    }

    /// Whether an output has a place for templates.
    pub(super) fn has_templates(&self) -> bool {
        self.has_page() || has_templates(self.format)
    }

    /// Whether an output has a place for the published measures.
    pub(super) fn has_measures(&self) -> bool {
        self.has_page() || has_measures(self.format)
    }

    /// Writes the outputs, and puts the files in place together with `others`.
    pub(super) fn write(
        self,
        mut others: Vec<Sealed>,
        options: &OutputOptions,
        found: &Found<'_>,
        summary: &SummaryRecord<'_>,
        phrases: Option<&PhraseDetector>,
        problems: &Problems,
    ) -> Result<(), Failure> {
        let shown = Report {
            found,
            summary,
            phrases,
            pair: None,
        };
        if let Some(page) = self.page {
            others.extend(page.seal(|out| write_page(out, &shown, problems))?);
        }
        let look = Look::new(options.color, self.sink.is_file());
        let format = self.format;
        self.sink.write(others, |out| match format {
            OutputFormat::Text => text::write(out, look, found, summary, options.all),
            OutputFormat::Jsonl => jsonl::write(out, found, summary.clone(), options.all_links),
            OutputFormat::Csv => csv::write(out, found),
            OutputFormat::Html => write_page(out, &shown, problems),
            #[cfg(feature = "parquet")]
            OutputFormat::Parquet => crate::output::verdicts::write(out, found),
        })
    }
}

/// Writes the page, and says on stderr which texts are cut or left out.
pub(super) fn write_page(
    out: &mut dyn Write,
    shown: &Report<'_>,
    problems: &Problems,
) -> std::io::Result<()> {
    for said in report::write(out, shown)? {
        problems.say(&format!("the page: {said}"));
    }
    Ok(())
}

fn has_templates(format: OutputFormat) -> bool {
    matches!(
        format,
        OutputFormat::Text | OutputFormat::Jsonl | OutputFormat::Html
    )
}

fn has_measures(format: OutputFormat) -> bool {
    matches!(format, OutputFormat::Jsonl | OutputFormat::Html)
}

/// Results that were asked for and that no output has a place for.
pub(super) fn without_place(options: &Options) -> impl Iterator<Item = &'static str> {
    let PhraseOptions {
        templates,
        measures,
        ..
    } = &options.phrases;
    let format = options.output.format();
    let has_page = options.output.report.is_some();
    let templates = *templates && !has_page && !has_templates(format);
    let measures = *measures && !has_page && !has_measures(format);
    let left_out = [
        templates.then_some(
            "--templates is left out: rows have no place for it; text, jsonl and html do",
        ),
        measures.then_some("--measures is left out: only jsonl and html have a place for it"),
    ];
    left_out.into_iter().flatten()
}

/// Refuses options that the outputs can't fulfil.
pub(super) fn check(options: &Options, paths: &[PathBuf]) -> Result<(), Failure> {
    let OutputOptions {
        output,
        report,
        previous,
        fail_on,
        ..
    } = &options.output;
    options.output.check()?;
    if *fail_on == Some(FailOn::New) && previous.is_none() {
        let message = "--fail-on new is of --previous, which is missing";
        return Err(Failure::of_options(&["fail-on"], message));
    }
    let KeepOptions {
        keep,
        dropped,
        aside,
        reference,
        ..
    } = &options.keep;
    if output.is_some() && output == report {
        let message = "--output and --report name one file";
        return Err(Failure::of_options(&["output", "report"], message));
    }
    for (name, path) in [("output", output), ("report", report)] {
        if path.is_some() && [keep, dropped, aside].contains(&path) {
            let message = format!("--{name} names the file of --keep, --dropped or --aside");
            return Err(Failure::of_options(
                &[name, "keep", "dropped", "aside"],
                message,
            ));
        }
    }
    let written = [("output", output.as_deref()), ("report", report.as_deref())];
    let written: Vec<(&str, &Path)> = written
        .into_iter()
        .filter_map(|(name, path)| Some((name, path?)))
        .collect();
    keep::check(&written, paths.iter().chain(reference))
}
