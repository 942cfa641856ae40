//! `reprint`: finds recycled articles, and flags articles that work one phrase in over and over.
//!
//! In: folders, JSON Lines, text files or stdin. Out: on stdout, flagged articles and groups as
//! text, rows, or records of [`reprint::report`]; on stderr, messages about the input. Exit code 0:
//! success; 1: failure; 2: wrong usage; 3: something that `--fail-on` names was found.
//!
//! The path of an article: [`input`] reads it, [`record`] takes it apart, [`corpus`] sketches it
//! and searches for phrases, [`store`] reads its text again, [`output`] writes the results.
//! [`commands`] puts these steps together.

#![allow(
    rustdoc::private_intra_doc_links,
    reason = "a program: its docs are read with those of private items"
)]

mod options;
mod settings;

mod output;

mod failure;
mod progress;

mod memory;

mod problems;

mod fields;

mod input;

mod ledger;

mod date;
mod record;

mod oddities;

#[cfg(test)]
mod decodings;

mod store;

mod corpus;

mod previous;

mod commands;

use std::path::Path;
use std::process::ExitCode;

use failure::Failure;
use output::clean;
use settings::Refused;

/// Runs the program with this process's arguments. `samples` is read if no path is given; without
/// `samples`, a path is required.
pub fn main(samples: Option<&Path>) -> ExitCode {
    let (message, code) = match run(samples) {
        // A reader that closes the pipe has read enough.
        Ok(()) | Err(Failure::PipeClosed) => return ExitCode::SUCCESS,
        Err(Failure::Failed(message)) => (format!("error: {message}"), 1),
        Err(Failure::Usage { message, .. }) => (format!("error: {message}"), 2),
        Err(Failure::Found(message)) => (message, 3),
    };
    progress::say(&clean::line(&message));
    ExitCode::from(code)
}

/// The bytes of a file, put together again from what was made of them, and how many articles there
/// are: what `fuzz/` holds the readers to.
#[cfg(fuzzing)]
pub fn put_together(path: &Path) -> (Vec<u8>, usize) {
    input::put_together(path, None)
}

fn run(samples: Option<&Path>) -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args_os().collect();
    let effective = match settings::effective(&arguments, || std::env::vars_os().collect()) {
        Ok(effective) => effective,
        Err(Refused::Arguments(error)) => error.exit(),
        Err(Refused::Elsewhere(message)) => return Err(Failure::usage(message)),
    };
    let origins = effective.origins.clone();
    commands::run(effective, samples).map_err(|failure| match failure {
        Failure::Usage { message, options } => Failure::usage(origins.blame(message, &options)),
        other => other,
    })
}
