//! `reprint index`: an index in a directory, grown and asked from run to run.
//!
//! In: an action, a directory, and articles, keys or a date. Out: one line of JSON an answer.

mod articles;
mod export;
mod records;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use reprint::report::{GroupRecord, Line, Record};
use reprint::saved::{Query, SavedIndex, SavedMatch, SavedMatches, SavedOptions, Snapshot};
use reprint::{Article, Detector, Settings};

use super::failed;
use crate::date;
use crate::failure::Failure;
use crate::options::{IndexAction, IndexOptions};
use crate::output::json::line;
use crate::output::table::thousands;
use articles::each_article;
use records::{
    Answer, Changed, Checked, Committed, Info, MatchRecord, Quotation, Removal, group_name,
};

/// Articles of a commit while many are added: what a crash loses at most. Chosen by hand.
const COMMIT: usize = 10_000;

/// Runs an action.
pub(super) fn run(options: &IndexOptions) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match options.action {
        IndexAction::Create => create(options, &mut out)?,
        IndexAction::Add => add(options, &mut out)?,
        IndexAction::Query => query(options, &mut out)?,
        IndexAction::Remove => remove(options, &mut out)?,
        IndexAction::Expire => expire(options, &mut out)?,
        IndexAction::Groups => groups(&snapshot(options)?, &mut out)?,
        IndexAction::Changes => changes(options, &mut out)?,
        IndexAction::Export => export::run(options, &snapshot(options)?, &mut out)?,
        IndexAction::Compact => {
            let done = writer(options)?.compact().map_err(failed)?;
            line(&mut out, &Committed::of(&done))?;
        }
        IndexAction::Refresh => {
            let done = writer(options)?.refresh().map_err(failed)?;
            line(&mut out, &Committed::of(&done))?;
        }
        IndexAction::Check => check(options, &mut out)?,
        IndexAction::Info => info(&snapshot(options)?, &mut out)?,
    }
    Ok(out.flush()?)
}

/// The options to open the index by. Settings that are asked for must be those of the index.
fn saved(options: &IndexOptions) -> Result<SavedOptions, Failure> {
    let settings = options.common.matching.settings()?;
    let opening = SavedOptions::new();
    if settings == Settings::default() {
        return Ok(opening);
    }
    Ok(opening.expect(Detector::builder().settings(settings)))
}

fn writer(options: &IndexOptions) -> Result<SavedIndex, Failure> {
    let index = SavedIndex::open(&options.folder, &saved(options)?).map_err(failed)?;
    tell_note(&index);
    Ok(index)
}

fn snapshot(options: &IndexOptions) -> Result<Snapshot, Failure> {
    let snapshot = Snapshot::open(&options.folder, &saved(options)?).map_err(failed)?;
    tell_note(&snapshot);
    Ok(snapshot)
}

fn tell_note(snapshot: &Snapshot) {
    if let Some(note) = snapshot.note() {
        crate::problems::Problems::say_always(note);
    }
}

fn create(options: &IndexOptions, out: &mut impl Write) -> Result<(), Failure> {
    no_arguments(options)?;
    let settings = options.common.matching.settings()?;
    let builder = Detector::builder().settings(settings);
    let created = SavedIndex::create(&options.folder, builder, &SavedOptions::new());
    let created = created.map_err(failed)?;
    info(&created, out)
}

fn no_arguments(options: &IndexOptions) -> Result<(), Failure> {
    match options.arguments.first() {
        None => Ok(()),
        Some(first) => Err(Failure::usage(format!(
            "{} is asked for nothing but its folder: leave {} out",
            options.action.name(),
            first.display()
        ))),
    }
}

/// The arguments behind the folder, of which there must be one.
fn arguments<'a>(options: &'a IndexOptions, what: &str) -> Result<&'a [PathBuf], Failure> {
    if options.arguments.is_empty() {
        let action = options.action.name();
        return Err(Failure::usage(format!("index {action} needs {what}")));
    }
    Ok(&options.arguments)
}

/// Adds articles. One that is there already costs nothing; one whose key is there with other words,
/// another date or publisher takes its place.
fn add(options: &IndexOptions, out: &mut impl Write) -> Result<(), Failure> {
    let paths = arguments(options, "articles: folders or files, or - for stdin")?;
    let mut index = writer(options)?;
    let sketcher = index.judge().sketcher().clone();
    let before = index.generation();
    let (mut added, mut replaced, mut unchanged, mut pending) = (0, 0, 0, 0);
    each_article(options, paths, &sketcher, |fresh| {
        let article = Article {
            key: &fresh.key,
            body: &fresh.body,
            date: fresh.date,
            source: fresh.source.as_deref(),
        };
        match index.get(&fresh.key).map_err(failed)? {
            Some(old)
                if (old.fingerprint, old.date, &old.source)
                    == (fresh.sketch.fingerprint, fresh.date, &fresh.source) =>
            {
                unchanged += 1;
                return Ok(());
            }
            Some(_) => {
                index.remove(&fresh.key).map_err(failed)?;
                replaced += 1;
            }
            None => added += 1,
        }
        index
            .insert_sketched(&article, &fresh.sketch)
            .map_err(failed)?;
        pending += 1;
        if pending == COMMIT {
            pending = 0;
            index.commit().map_err(failed)?;
            index.tidy().map_err(failed)?;
        }
        Ok(())
    })?;
    index.commit().map_err(failed)?;
    let is_recycled = index.settings().sketch.sample;
    if is_recycled && index.statistics().is_none() && index.len() >= super::FEWEST_THAT_TELL {
        index.refresh().map_err(failed)?;
    }
    index.tidy().map_err(failed)?;
    let changes = index.changes_since(before).map_err(failed)?;
    let committed = Committed {
        generation: index.generation(),
        articles: index.len(),
        added,
        replaced,
        unchanged,
        removed: replaced,
        changes: changes.len(),
        unlinked: index.unlinked(),
    };
    line(out, &committed)?;
    let grown = changes.iter().filter(|change| !change.joined.is_empty());
    fail_on(options, out, grown.count(), "groups that are new or grew")
}

/// Fails if `--fail-on new` was asked for and there is something new.
fn fail_on(
    options: &IndexOptions,
    out: &mut impl Write,
    count: usize,
    what: &str,
) -> Result<(), Failure> {
    if options.fail_on.is_none() || count == 0 {
        return Ok(());
    }
    out.flush()?;
    Err(Failure::Found(format!("{what}: {}", thousands(count))))
}

fn query(options: &IndexOptions, out: &mut impl Write) -> Result<(), Failure> {
    let paths = arguments(options, "articles: folders or files, or - for stdin")?;
    let snapshot = snapshot(options)?;
    let sketcher = snapshot.judge().sketcher().clone();
    let mut asked = Query::new();
    asked.limit = options.limit.map(usize::from);
    let mut matched = 0;
    each_article(options, paths, &sketcher, |fresh| {
        // Under a key made of its text, an article of the index is an exact copy, and wanted.
        let own = if fresh.is_named {
            asked.clone().without(&*fresh.key)
        } else {
            asked.clone()
        };
        let found = snapshot.matches_sketched(&fresh.body, &fresh.sketch, &own);
        let SavedMatches { found, unread, .. } = found.map_err(failed)?;
        matched += usize::from(found.iter().any(SavedMatch::joins));
        let mut matches = Vec::with_capacity(found.len());
        for of_article in &found {
            let passages = if options.passages {
                let passages = of_article.passages(&snapshot, &fresh.body);
                Some(Quotation::all(&passages.map_err(failed)?, &fresh.body))
            } else {
                None
            };
            matches.push(MatchRecord::of(of_article, passages));
        }
        let answer = Answer {
            key: &fresh.key,
            matches,
            unread: unread.len(),
        };
        Ok(line(out, &answer)?)
    })?;
    fail_on(
        options,
        out,
        matched,
        "articles that match one of the index",
    )
}

fn remove(options: &IndexOptions, out: &mut impl Write) -> Result<(), Failure> {
    let keys = arguments(options, "keys of articles")?;
    let mut index = writer(options)?;
    for key in keys {
        let key = text_of(key)?;
        let removed = index.remove(key).map_err(failed)?;
        line(out, &Removal { key, removed })?;
    }
    let done = index.commit().map_err(failed)?;
    Ok(line(out, &Committed::of(&done))?)
}

fn text_of(argument: &Path) -> Result<&str, Failure> {
    argument.to_str().ok_or_else(|| {
        let message = format!("{} is no UTF-8, as keys and dates are", argument.display());
        Failure::usage(message)
    })
}

fn expire(options: &IndexOptions, out: &mut impl Write) -> Result<(), Failure> {
    let before = arguments(options, "a date, such as 2026-01-31")?;
    let date = text_of(&before[0])?;
    let seconds = date::parse(date).ok_or_else(|| {
        Failure::usage(format!(
            "the date {date:?} is of no known form, such as ISO 8601"
        ))
    })?;
    let mut index = writer(options)?;
    index.expire_before(seconds).map_err(failed)?;
    let done = index.commit().map_err(failed)?;
    Ok(line(out, &Committed::of(&done))?)
}

fn groups(snapshot: &Snapshot, out: &mut impl Write) -> Result<(), Failure> {
    let found = snapshot.groups().map_err(failed)?;
    let key = |id| found.detector.key(id).unwrap_or_default();
    let names: Vec<String> = found.ids.iter().copied().map(group_name).collect();
    for (group, name) in found.groups.groups.iter().zip(&names) {
        let record = Record::Group(GroupRecord::new(name, group, &key));
        line(out, &Line::new(&record))?;
    }
    Ok(())
}

fn changes(options: &IndexOptions, out: &mut impl Write) -> Result<(), Failure> {
    no_arguments(options)?;
    let since = options.since.unwrap_or_default();
    let changes = snapshot(options)?.changes_since(since).map_err(failed)?;
    for change in &changes {
        line(out, &Changed::of(change))?;
    }
    Ok(())
}

fn check(options: &IndexOptions, out: &mut impl Write) -> Result<(), Failure> {
    no_arguments(options)?;
    let check = snapshot(options)?.check();
    let damages: Vec<String> = check.damages.iter().map(ToString::to_string).collect();
    let count = damages.len();
    let checked = Checked {
        pages: check.pages,
        articles: check.articles,
        damages,
    };
    line(out, &checked)?;
    if count > 0 {
        out.flush()?;
        return Err(Failure::Failed(format!(
            "the index is damaged; `damages` names the places: {count}"
        )));
    }
    Ok(())
}

fn info(snapshot: &Snapshot, out: &mut impl Write) -> Result<(), Failure> {
    let statistics = snapshot.statistics();
    let info = Info {
        articles: snapshot.len(),
        generation: snapshot.generation(),
        segments: snapshot.segments(),
        bytes: snapshot.bytes(),
        unlinked: snapshot.unlinked(),
        statistics: statistics.map(|known| format!("{:016x}", known.fingerprint())),
        note: snapshot.note(),
        settings: snapshot.settings(),
    };
    Ok(line(out, &info)?)
}
