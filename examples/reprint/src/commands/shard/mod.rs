//! `reprint shard`: the search in parts, from table to table.
//!
//! In: an action, a folder, and articles. Out: tables in the folder; at last the records of one run.
//! A part that is done is not done again, so a run that was killed is run again.
//!
//! | action | from | to |
//! |---|---|---|
//! | `sketch` | the input | `sketch/`: a row an article, sorted hashes, bodies |
//! | `candidates` | all of `sketch/` | `candidates/`: pairs by samples; once, pairs by bands and the statistics |
//! | `verify` | pairs of a block of texts | `verify/`: links |
//! | `group` | all links | records |
//!
//! The parts of one action may run at the same time, on several machines with one file system. The
//! actions come one after the other.

mod bands;
mod candidates;
mod catalogue;
mod group;
mod pairs;
mod sketch;
mod sketched;
mod table;
mod verify;
mod work;

use std::collections::BTreeMap;
use std::ops::Range;

use reprint::report::OptionRecord;

use super::Talk;
use crate::failure::Failure;
use crate::options::{ShardAction, ShardOptions};
use crate::output::sink::Sink;
use catalogue::Catalogue;
use work::{Table, Work};

/// Runs an action.
pub(super) fn run(
    options: &ShardOptions,
    told: BTreeMap<String, OptionRecord>,
) -> Result<(), Failure> {
    let parts = options.parts();
    if options.action == ShardAction::Sketch {
        return sketch(options, told);
    }
    if let Some(path) = options.paths.first() {
        return Err(Failure::usage(format!(
            "{} reads the folder alone: leave {} out",
            options.action.name(),
            path.display()
        )));
    }
    let work = Work::open(&options.folder, parts)?;
    let talk = Talk::new(&options.common.input, &options.common.run);
    match options.action {
        ShardAction::Sketch => Ok(()),
        ShardAction::Candidates => {
            let mut catalogue = None;
            each_part(options, &work, Table::Candidates, &talk, |part| {
                candidates::part(&work, opened(&work, &mut catalogue)?, part)
            })
        }
        ShardAction::Verify => {
            let mut catalogue = None;
            each_part(options, &work, Table::Verify, &talk, |part| {
                verify::part(&work, opened(&work, &mut catalogue)?, part)
            })
        }
        ShardAction::Group => {
            let sink = Sink::open(options.output.as_deref())?;
            group::run(&work, sink, options.all_links)
        }
    }
}

fn sketch(options: &ShardOptions, told: BTreeMap<String, OptionRecord>) -> Result<(), Failure> {
    if options.paths.is_empty() {
        return Err(Failure::usage("sketch needs articles: folders or files"));
    }
    let reading = options.common.input.reading()?;
    let input = (&*options.paths, &reading);
    let settings = options.common.matching.settings()?;
    let work = Work::begin(&options.folder, settings, told, input, options.parts())?;
    let talk = Talk::new(&options.common.input, &options.common.run);
    each_part(options, &work, Table::Sketch, &talk, |part| {
        let mut talk = Talk::new(&options.common.input, &options.common.run);
        sketch::part(&work, part, input, &mut talk)
    })
}

/// The texts of all parts, numbered when the first part needs them.
fn opened<'a>(work: &Work, catalogue: &'a mut Option<Catalogue>) -> Result<&'a Catalogue, Failure> {
    Ok(match catalogue {
        Some(catalogue) => catalogue,
        none => none.insert(Catalogue::open(work)?),
    })
}

/// Does the parts that are asked for, and not done yet.
fn each_part(
    options: &ShardOptions,
    work: &Work,
    table: Table,
    talk: &Talk,
    mut run: impl FnMut(usize) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let parts: Range<usize> = match options.part {
        Some(part) => part.index()..part.index() + 1,
        None => 0..work.recipe.parts,
    };
    let mut before = 0;
    for part in parts {
        if work.is_done(table, part)? {
            before += 1;
        } else {
            run(part)?;
        }
    }
    if before > 0 {
        talk.problems
            .say(&format!("parts that were done before: {before}"));
    }
    Ok(())
}
