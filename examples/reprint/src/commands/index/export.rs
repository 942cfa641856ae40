//! `reprint index export`: an index as the records of a run over its articles.
//!
//! In: a snapshot. Out: the records of [`reprint::report`], in order of keys; and as far as asked for
//! the articles that are kept, and a line for each that is dropped.

use std::io::Write;
use std::path::Path;

use reprint::report::{
    ArticleRecord, GroupRecord, Line, LinkRecord, Listing, Record, SummaryRecord,
};
use reprint::saved::{SavedGroups, Snapshot};
use reprint::{ArticleId, TextStore};
use serde::Serialize;

use super::no_arguments;
use super::records::group_name;
use crate::commands::failed;
use crate::date;
use crate::failure::Failure;
use crate::options::IndexOptions;
use crate::output::atomic::{AtomicFile, Sealed, put_in_place};
use crate::output::dropped;
use crate::output::json::line;
use crate::output::keep::cannot_write;
use crate::output::packed::{Packed, Target};

/// An article that is kept, in the fields that `reprint` reads.
#[derive(Serialize)]
struct Kept<'a> {
    id: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

pub(super) fn run(
    options: &IndexOptions,
    snapshot: &Snapshot,
    out: &mut impl Write,
) -> Result<(), Failure> {
    no_arguments(options)?;
    let begun = |path: &Option<std::path::PathBuf>| -> Result<_, Failure> {
        let Some(path) = path.clone() else {
            return Ok(None);
        };
        let file = AtomicFile::create(&path).map_err(|error| cannot_write(&path, &error))?;
        Ok(Some((path, file)))
    };
    let (keep, dropped) = (begun(&options.keep)?, begun(&options.dropped)?);
    let found = snapshot.groups().map_err(failed)?;
    let names: Vec<String> = found.ids.iter().copied().map(group_name).collect();
    let articles = articles(&found, &names);
    records(&found, &names, &articles, out)?;
    let mut sealed = Vec::new();
    if let Some((path, file)) = keep {
        sealed.extend(write_kept(&found, &articles, file, &path)?);
    }
    if let Some((path, file)) = dropped {
        let records = articles.iter().map(|(_, record)| record);
        let written = dropped::write_records(file, &path, records);
        sealed.extend(written.map_err(|error| cannot_write(&path, &error))?);
    }
    put_in_place(sealed)
}

/// The records of all articles, in order of keys.
fn articles<'a>(
    found: &'a SavedGroups<'_>,
    names: &'a [String],
) -> Vec<(ArticleId, ArticleRecord<'a>)> {
    let keys = |id| found.detector.key(id).unwrap_or_default();
    let ids = found.detector.ids();
    let mut records: Vec<(ArticleId, ArticleRecord<'a>)> =
        ids.map(|id| (id, ArticleRecord::alone(keys(id)))).collect();
    for (group, name) in found.groups.groups.iter().zip(names) {
        for member in &group.members {
            // A loaded detector gives ids from 0 on.
            records[member.id.index()].1 = ArticleRecord::member(name, group, member, &keys);
        }
    }
    records.sort_unstable_by(|(_, a), (_, b)| a.key.cmp(&b.key));
    records
}

fn records<'a>(
    found: &'a SavedGroups<'_>,
    names: &'a [String],
    articles: &[(ArticleId, ArticleRecord<'a>)],
    out: &mut impl Write,
) -> Result<(), Failure> {
    let keys = |id| found.detector.key(id).unwrap_or_default();
    let mut line = |record: &Record<'_>| line(out, &Line::new(record));
    for (_, article) in articles {
        line(&Record::Article(article.clone()))?;
    }
    for (group, name) in found.groups.groups.iter().zip(names) {
        line(&Record::Group(GroupRecord::new(name, group, &keys).brief()))?;
    }
    let listing = Listing::brief(&found.groups, &keys);
    for pair in listing.links {
        line(&Record::Link(LinkRecord::new(pair, &keys)))?;
    }
    for crowd in listing.crowds {
        line(&Record::Crowd(crowd))?;
    }
    let summary = SummaryRecord::new(&found.detector, &found.groups);
    Ok(line(&Record::Summary(Box::new(summary)))?)
}

fn write_kept(
    found: &SavedGroups<'_>,
    articles: &[(ArticleId, ArticleRecord<'_>)],
    file: AtomicFile,
    path: &Path,
) -> Result<Option<Sealed>, Failure> {
    let cannot = |error| cannot_write(path, &error);
    let mut to = Packed::new(Target::Atomic(file), path).map_err(cannot)?;
    for (id, record) in articles.iter().filter(|(_, record)| record.kept) {
        let text = found.texts.text(*id, &record.key).map_err(|error| {
            Failure::Failed(format!(
                "the text of {:?} can't be read: {error}",
                record.key
            ))
        })?;
        let kept = Kept {
            id: &record.key,
            text: &text,
            date: found.detector.date(*id).map(date::written),
            source: found.detector.source(*id),
        };
        line(&mut to, &kept).map_err(cannot)?;
    }
    to.finish().map_err(cannot)
}
