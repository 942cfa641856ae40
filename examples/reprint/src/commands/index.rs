//! `reprint index`: an index in a directory, grown and asked from run to run.
//!
//! In: an action, a directory, and articles, keys or a date. Out: one line of JSON an answer.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use reprint::report::{GroupRecord, Line, Lineage, Record};
use reprint::saved::{
    Commit, Query, SavedArticle, SavedIndex, SavedMatch, SavedMatches, SavedOptions, Snapshot,
};
use reprint::sketch::{Sketch, SketchScratch, Sketcher};
use reprint::{Article, Detector, Settings};
use serde::Serialize;

use super::{Talk, bytes_of, failed, no_article, rounded};
use crate::date;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::input::{self, Chunk, Entry, Item};
use crate::options::{IndexAction, IndexOptions};
use crate::output::json::line;
use crate::problems::{Kind, Problem};
use crate::record;

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
        IndexAction::Compact => {
            let done = writer(options)?.compact().map_err(failed)?;
            line(&mut out, &Committed::of(done))?;
        }
        IndexAction::Refresh => {
            let mut index = writer(options)?;
            index.refresh().map_err(failed)?;
            let done = index.commit().map_err(failed)?;
            line(&mut out, &Committed::of(done))?;
        }
        IndexAction::Check => check(options, &mut out)?,
        IndexAction::Info => info(&snapshot(options)?, &mut out)?,
    }
    Ok(out.flush()?)
}

/// What a commit made durable.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "commit")]
struct Committed {
    generation: u64,
    articles: usize,
    added: usize,
    replaced: usize,
    unchanged: usize,
    removed: usize,
}

impl Committed {
    fn of(commit: Commit) -> Self {
        Self {
            generation: commit.generation,
            articles: commit.articles,
            added: commit.added,
            replaced: 0,
            unchanged: 0,
            removed: commit.removed,
        }
    }
}

/// The matches of an article.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "query")]
struct Answer<'a> {
    key: &'a str,
    matches: Vec<MatchRecord<'a>>,
    /// Candidates whose texts could not be read.
    unread: usize,
}

#[derive(Debug, Serialize)]
struct MatchRecord<'a> {
    key: &'a str,
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    /// Whether both belong in one group.
    joins: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    relation: Option<reprint::relation::Relation>,
    #[serde(serialize_with = "rounded")]
    score: f64,
    #[serde(serialize_with = "rounded")]
    jaccard: f64,
}

impl<'a> MatchRecord<'a> {
    fn of(found: &'a SavedMatch) -> Self {
        let SavedArticle {
            key,
            id,
            date,
            source,
            ..
        } = &found.article;
        Self {
            key,
            id: *id,
            date: *date,
            source: source.as_deref(),
            joins: found.joins(),
            relation: found.summary.map(|summary| summary.relation),
            score: found.score(),
            jaccard: found.overlap.jaccard(),
        }
    }
}

/// Whether an article was there to be removed.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "removal")]
struct Removal<'a> {
    key: &'a str,
    removed: bool,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "check")]
struct Checked {
    pages: u64,
    articles: usize,
    damages: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "index")]
struct Info<'a> {
    articles: usize,
    generation: u64,
    segments: usize,
    bytes: u64,
    statistics: Option<String>,
    note: Option<&'a str>,
    settings: &'a Settings,
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

/// An article of the input, sketched.
struct Fresh {
    key: String,
    body: String,
    date: Option<i64>,
    strange_date: Option<String>,
    source: Option<String>,
    sketch: Sketch,
}

impl Fresh {
    fn of(
        entry: &Entry,
        bytes: &[u8],
        fields: &Fields,
        sketcher: &Sketcher,
        scratch: &mut (String, SketchScratch),
    ) -> Result<Self, Problem> {
        let problem = |(kind, message): record::Wrong| Problem::new(kind, entry.at(), message);
        let (text, sketch) = scratch;
        let article = record::article(fields, &entry.source, bytes, text).map_err(problem)?;
        let sketch = sketcher
            .sketch_with(&article.body, sketch)
            .map_err(|error| problem((Kind::TooLong, error.to_string())))?;
        let date = article.date.as_deref();
        let parsed = date.and_then(date::parse);
        Ok(Self {
            key: article.key.map_or_else(|| entry.at(), Into::into),
            body: article.body.into_owned(),
            date: parsed,
            strange_date: date.filter(|_| parsed.is_none()).map(str::to_owned),
            source: article.source.map(Into::into),
            sketch,
        })
    }
}

/// Reads the articles of `paths`, in order.
fn each_article(
    options: &IndexOptions,
    paths: &[PathBuf],
    sketcher: &Sketcher,
    mut each: impl FnMut(Fresh) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let input = &options.common.input;
    let mut talk = Talk::new(input, &options.common.run);
    let reading = input.reading()?;
    let fields = reading.fields.clone();
    talk.progress.expect(bytes_of(paths));
    // A key that comes again in the input is made unique by its place, in every run alike.
    let mut keys = HashSet::new();
    for Chunk { bytes, items } in input::read(paths.to_owned(), reading) {
        let counts = (items.len(), bytes.len());
        let fresh = |scratch: &mut (String, SketchScratch), item: Item| match item {
            Item::Article(entry) => {
                let own = &bytes[entry.bytes.clone()];
                let fresh = Fresh::of(&entry, own, &fields, sketcher, scratch);
                Some(fresh.map(|fresh| (entry, fresh)))
            }
            Item::Problem(problem) => Some(Err(problem)),
            Item::Aside(_) => None,
        };
        let articles: Vec<Option<Result<(Entry, Fresh), Problem>>> = items
            .into_par_iter()
            .map_init(Default::default, fresh)
            .collect();
        for article in articles.into_iter().flatten() {
            let (entry, mut fresh) = match article {
                Ok(article) => article,
                Err(problem) => {
                    talk.problems.note(&problem)?;
                    continue;
                }
            };
            if let Some(date) = &fresh.strange_date {
                let message =
                    format!("the date {date:?} is of no known form, such as ISO 8601; unused");
                let problem = Problem::new(Kind::DateNotUnderstood, entry.at(), message);
                talk.problems.note(&problem)?;
            }
            if keys.contains(&fresh.key) {
                let key = format!("{} ({})", fresh.key, entry.at());
                let message = format!(
                    "the key {:?} was there before; here it is {key:?}",
                    fresh.key
                );
                let problem = Problem::new(Kind::DuplicateKey, entry.at(), message);
                talk.problems.note(&problem)?;
                fresh.key = key;
            }
            keys.insert(fresh.key.clone());
            each(fresh)?;
        }
        talk.progress.add(counts.0, counts.1);
    }
    talk.progress.clear();
    talk.problems.finish();
    if keys.is_empty() {
        return Err(Failure::Failed(no_article(paths)));
    }
    Ok(())
}

/// Adds articles. One that is there already costs nothing; one whose key is there with other words,
/// another date or publisher takes its place.
fn add(options: &IndexOptions, out: &mut impl Write) -> Result<(), Failure> {
    let paths = arguments(options, "articles: folders or files, or - for stdin")?;
    let mut index = writer(options)?;
    let sketcher = index.judge().sketcher().clone();
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
        index.commit().map_err(failed)?;
    }
    index.tidy().map_err(failed)?;
    let committed = Committed {
        generation: index.generation(),
        articles: index.len(),
        added,
        replaced,
        unchanged,
        removed: replaced,
    };
    Ok(line(out, &committed)?)
}

fn query(options: &IndexOptions, out: &mut impl Write) -> Result<(), Failure> {
    let paths = arguments(options, "articles: folders or files, or - for stdin")?;
    let snapshot = snapshot(options)?;
    let sketcher = snapshot.judge().sketcher().clone();
    let mut asked = Query::new();
    asked.limit = options.limit.map(usize::from);
    each_article(options, paths, &sketcher, |fresh| {
        let own = asked.clone().without(&*fresh.key);
        let found = snapshot.matches_sketched(&fresh.body, &fresh.sketch, &own);
        let SavedMatches { found, unread, .. } = found.map_err(failed)?;
        let answer = Answer {
            key: &fresh.key,
            matches: found.iter().map(MatchRecord::of).collect(),
            unread: unread.len(),
        };
        Ok(line(out, &answer)?)
    })
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
    Ok(line(out, &Committed::of(done))?)
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
    Ok(line(out, &Committed::of(done))?)
}

fn groups(snapshot: &Snapshot, out: &mut impl Write) -> Result<(), Failure> {
    let (detector, texts) = snapshot.load().map_err(failed)?;
    let groups = detector.groups(&texts).map_err(failed)?;
    let key = |id| detector.key(id).unwrap_or_default();
    let lineage = Lineage::new(&groups, &key);
    for (number, group) in groups.groups.iter().enumerate() {
        let record = Record::Group(GroupRecord::new(lineage.id(number), group, &key));
        line(out, &Line::new(&record))?;
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
        statistics: statistics.map(|known| format!("{:016x}", known.fingerprint())),
        note: snapshot.note(),
        settings: snapshot.settings(),
    };
    Ok(line(out, &info)?)
}
