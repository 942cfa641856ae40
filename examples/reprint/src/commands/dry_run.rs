//! A preview of a run.
//!
//! In: the options in force. Out: on stdout, the files to read, the settings, and the files to
//! write. Only the first bytes of input files are read; nothing is written.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;
use reprint::Settings;
use reprint::report::OptionRecord;

use crate::failure::Failure;
use crate::input::{self, Format, Surveyed};
use crate::options::{KeepOptions, Options};
use crate::output::clean;
use crate::problems::Problems;

pub(super) fn run(
    options: &Options,
    paths: &[PathBuf],
    settings: &Settings,
    told: &BTreeMap<String, OptionRecord>,
    problems: &mut Problems,
) -> Result<(), Failure> {
    let reading = options.input.reading()?;
    let (surveyed, unread) = input::survey(paths, &reading);
    for problem in &unread {
        problems.note(problem)?;
    }
    let mut out = io::stdout().lock();
    writeln!(out, "would read")?;
    for surveyed in &surveyed {
        writeln!(out, "  {}", clean::line(&sentence(surveyed)))?;
    }
    writeln!(out, "by these settings")?;
    for (name, OptionRecord { value, from, .. }) in told {
        let said = format!("{name} = {value} ({from})");
        writeln!(out, "  {}", clean::line(&said))?;
    }
    let in_full = serde_json::to_string(settings).map_err(io::Error::from)?;
    writeln!(out, "  in full: {}", clean::line(&in_full))?;
    writeln!(out, "would write")?;
    let format = options.output.format().to_possible_value();
    let format = format
        .as_ref()
        .map_or("", clap::builder::PossibleValue::get_name);
    let place = options.output.output.as_ref();
    let place = place.map_or_else(|| "stdout".into(), |path| path.to_string_lossy());
    writeln!(out, "  {format} to {}", clean::line(&place))?;
    let KeepOptions {
        keep,
        dropped,
        aside,
        ..
    } = &options.keep;
    let report = &options.output.report;
    for (what, path) in [
        ("a page", report),
        ("what is kept", keep),
        ("what is dropped", dropped),
        ("what is no article", aside),
    ] {
        if let Some(path) = path {
            writeln!(out, "  {what} to {}", clean::line(&path.to_string_lossy()))?;
        }
    }
    out.flush()?;
    let unread = surveyed
        .iter()
        .filter(|surveyed| surveyed.problem.is_some());
    let unread: Vec<&str> = unread.map(|surveyed| surveyed.path.as_str()).collect();
    if unread.is_empty() {
        return Ok(());
    }
    let message = format!("a run would find no article in {}", unread.join(", "));
    Err(Failure::Failed(message))
}

fn sentence(surveyed: &Surveyed) -> String {
    let Surveyed {
        path,
        format: known,
        files,
        bytes,
        fields,
        problem,
    } = surveyed;
    let format = known.map_or("a format that its bytes tell", |format| format.name());
    if *files == 0 {
        return format!("{path}: {format}; not looked at");
    }
    let files = if *files == 1 {
        "1 file".to_owned()
    } else {
        format!("{files} files")
    };
    let size = size(*bytes);
    let names: Vec<String> = fields
        .iter()
        .map(|(field, name)| format!("{field} = {name}"))
        .collect();
    let fields = match problem {
        Some(problem) => problem.clone(),
        None if *known == Some(Format::Parquet) => "its columns are not looked at".to_owned(),
        None if names.is_empty() => "each one article".to_owned(),
        None => names.join(", "),
    };
    format!("{path}: {files} of {format}, {size}; {fields}")
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
