//! `reprint`: finds recycled articles, and flags those that work one phrase over and over.
//!
//! In: folders, JSON Lines, text files or stdin. Out: on stdout the flagged articles and the
//! groups, as text, as rows or as the records of [`reprint::report`]; on stderr all that is said
//! about the input. Exit code 0: fine; 1: failed; 2: wrong usage; 3: what `--fail-on` names was
//! found.
//!
//! The way of an article: [`input`] reads it, [`record`] takes it apart, [`corpus`] sketches it
//! and looks at its phrasing, [`store`] gives its text again, [`output`] writes what was found.
//! [`commands`] put them together.

#![allow(
    rustdoc::private_intra_doc_links,
    reason = "a program: its docs are read with those of private items"
)]

mod options;
mod settings;

mod output;

mod failure;
mod progress;

mod problems;

mod fields;

mod input;

mod ledger;

mod date;
mod record;

mod store;

mod corpus;

mod previous;

mod commands;

use std::path::Path;
use std::process::ExitCode;

use failure::Failure;
use output::clean;
use settings::Refused;

/// Runs the program with the arguments of this process. `samples` is what is read if no path is
/// given; without it, a path must be.
pub fn main(samples: Option<&Path>) -> ExitCode {
    let (message, code) = match run(samples) {
        // Who closes the pipe has read enough.
        Ok(()) | Err(Failure::PipeClosed) => return ExitCode::SUCCESS,
        Err(Failure::Failed(message)) => (format!("error: {message}"), 1),
        Err(Failure::Usage(message)) => (format!("error: {message}"), 2),
        Err(Failure::Found(message)) => (message, 3),
    };
    progress::say(&clean::line(&message));
    ExitCode::from(code)
}

fn run(samples: Option<&Path>) -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args_os().collect();
    let effective = match settings::effective(&arguments, || std::env::vars_os().collect()) {
        Ok(effective) => effective,
        Err(Refused::Arguments(error)) => error.exit(),
        Err(Refused::Elsewhere(message)) => return Err(Failure::Usage(message)),
    };
    let origins = effective.origins.clone();
    commands::run(effective, samples).map_err(|failure| match failure {
        Failure::Usage(message) => Failure::Usage(origins.blame(message)),
        other => other,
    })
}
