//! `reprint shard group`: links to groups, and to the records of one run.
//!
//! In: the tables of every part. Out: records as JSON Lines, the same as of a run in one process
//! without phrases.
//!
//! Held are the articles in a link or with a copy, some 250 bytes each, and the links, some 50 bytes
//! each. The others only pass by.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Write};

use parquet::data_type::Int64Type;
use reprint::group::Pair;
use reprint::index::CandidateReport;
use reprint::report::{
    ArticleRecord, GroupRecord, Line, Lineage, LinkRecord, Listing, OptionRecord, Record,
    StoryRecord, SummaryRecord,
};
use reprint::sketch::Sketch;
use reprint::{Article, ArticleId, Detector, Groups};

use super::catalogue::{Catalogue, NONE, PartTexts};
use super::sketch::{DATE, KEY, NOTED, SKIPPED, SOURCE};
use super::table::TableReader;
use super::work::{Table, Work};
use super::{bands, verify};
use crate::commands::failed;
use crate::failure::Failure;
use crate::output::json;
use crate::output::sink::Sink;
use crate::problems::Kind;

/// Writes the records.
pub(super) fn run(work: &Work, sink: Sink, all_links: bool) -> Result<(), Failure> {
    let catalogue = Catalogue::open(work)?;
    if catalogue.articles() == 0 {
        return Err(Failure::Failed(
            "there is no article in the input".to_owned(),
        ));
    }
    // 1. Read the links, and what the search for candidates told.
    let (links, candidates) = links(work, &catalogue)?;
    // 2. Fill a detector with the articles that may be in a group.
    let mut detector = work.detector()?;
    verify::set_statistics(work, &mut detector)?;
    let rows = rows_in_groups(&catalogue, &links);
    let texts = fill(work, &catalogue, &mut detector, &rows)?;
    let links = on_articles(&catalogue, &rows, links);
    // 3. Group them.
    let mut groups = detector.groups_of(&links, &texts).map_err(failed)?;
    drop(links);
    groups.candidates = candidates;
    let found = Found {
        catalogue: &catalogue,
        detector: &detector,
        groups: &groups,
        rows: &rows,
        failure: Cell::new(None),
    };
    let summary = found.summary(work)?;
    let written = sink.write(Vec::new(), |out| found.write(out, summary, all_links));
    found.failure.take().map_or(written, Err)
}

/// The links of all parts between positions, and the report of the search.
fn links(work: &Work, catalogue: &Catalogue) -> Result<(Vec<Pair>, CandidateReport), Failure> {
    let bands = TableReader::open(&work.bands(), &work.id)?;
    let bands = bands.ok_or_else(|| work.missing(&work.bands(), Table::Candidates, 0))?;
    let mut report = CandidateReport::default();
    report.articles = catalogue.texts();
    report.bucket_cap = bands.note(bands::CAP).and_then(|cap| cap.parse().ok());
    report.suspended_buckets = bands.count(bands::CROWDED_BUCKETS)?;
    report.suspended_articles = bands.count(bands::CROWDED_TEXTS)?;
    let mut links = Vec::new();
    for part in 0..work.recipe.parts {
        let table = work.table(Table::Verify, part)?;
        report.pairs += table.count(verify::PAIRS)?;
        report.sampled_pairs += table.count(verify::SAMPLED)?;
        report.compared += table.count(verify::COMPARED)?;
        verify::read(&table, &mut links)?;
    }
    Ok((links, report))
}

/// The rows of texts that are linked or have copies, ascending.
fn rows_in_groups(catalogue: &Catalogue, links: &[Pair]) -> Vec<u32> {
    let mut is_wanted = vec![false; catalogue.texts()];
    for id in links.iter().flat_map(|link| [link.a, link.b]) {
        if let Some(is_wanted) = is_wanted.get_mut(id.index()) {
            *is_wanted = true;
        }
    }
    let rows = (0..)
        .zip(&catalogue.positions)
        .filter(|(_, position)| **position != NONE);
    for (row, &position) in rows.clone() {
        // Another row than the first is a copy.
        if catalogue.first_rows[position as usize] != row {
            is_wanted[position as usize] = true;
        }
    }
    let wanted = rows.filter(|(_, position)| is_wanted[**position as usize]);
    wanted.map(|(row, _)| row).collect()
}

/// Inserts the articles of rows. Their ids count the rows.
fn fill(
    work: &Work,
    catalogue: &Catalogue,
    detector: &mut Detector,
    rows: &[u32],
) -> Result<PartTexts, Failure> {
    let needed = catalogue.needed(rows)?;
    let mut texts = rows.iter().zip(&needed).peekable();
    catalogue.each_group(|table, group, first| {
        let end = first + table.group_rows(group) as u32;
        if texts.peek().is_none_or(|(row, _)| **row >= end) {
            return Ok(());
        }
        let keys = table.texts(group, KEY)?;
        let dates = table.optional::<Int64Type>(group, DATE)?;
        let sources = table.maybe_texts(group, SOURCE)?;
        while let Some((&row, text)) = texts.next_if(|(row, _)| **row < end) {
            let at = (row - first) as usize;
            let article = Article {
                key: catalogue.keys.of(row, &keys[at]),
                body: "",
                date: dates[at],
                source: sources[at].as_deref(),
            };
            let sketch = Sketch::bare(text.fingerprint, text.tokens);
            detector
                .insert_sketched(&article, &sketch)
                .map_err(failed)?;
        }
        Ok(())
    })?;
    PartTexts::open(work, needed.into_iter().map(|text| text.place).collect())
}

/// Links between positions as links between articles, by the first copies.
fn on_articles(catalogue: &Catalogue, rows: &[u32], links: Vec<Pair>) -> Vec<Pair> {
    let id = |position: ArticleId| {
        let row = catalogue.first_rows[position.index()];
        let place = rows.partition_point(|&other| other < row);
        ArticleId::new(place).unwrap_or(position)
    };
    let on_articles = |mut link: Pair| {
        (link.a, link.b) = (id(link.a), id(link.b));
        link
    };
    links.into_iter().map(on_articles).collect()
}

/// What is written.
struct Found<'a> {
    catalogue: &'a Catalogue,
    detector: &'a Detector,
    groups: &'a Groups,
    /// By id: the article's row.
    rows: &'a [u32],
    /// Why a row could not be read while it was written.
    failure: Cell<Option<Failure>>,
}

impl Found<'_> {
    fn summary(&self, work: &Work) -> Result<SummaryRecord<'_>, Failure> {
        let mut summary = SummaryRecord::new(self.detector, self.groups);
        summary.articles = self.catalogue.articles();
        summary.options.clone_from(&work.recipe.options);
        let told = OptionRecord::new("true", "shard");
        summary.options.insert("no-phrases".to_owned(), told);
        let add = |counts: &mut BTreeMap<String, u64>, kind: &str, count: u64| {
            if count > 0 {
                *counts.entry(kind.to_owned()).or_default() += count;
            }
        };
        for part in 0..work.recipe.parts {
            let table = work.table(Table::Sketch, part)?;
            for (note, counts) in [(SKIPPED, &mut summary.skipped), (NOTED, &mut summary.noted)] {
                let told = table.note(note).unwrap_or_default();
                let told: BTreeMap<String, u64> = serde_json::from_str(told)
                    .map_err(|_| table.damaged("a note is no list of counts"))?;
                for (kind, count) in told {
                    add(counts, &kind, count);
                }
            }
        }
        let keys = &self.catalogue.keys;
        add(
            &mut summary.noted,
            Kind::DuplicateKey.name(),
            keys.changed() as u64,
        );
        add(
            &mut summary.skipped,
            Kind::ReadBefore.name(),
            keys.repeated.len() as u64,
        );
        Ok(summary)
    }

    /// Writes the records, in the order of a run in one process.
    fn write(
        &self,
        out: &mut dyn Write,
        summary: SummaryRecord<'_>,
        all_links: bool,
    ) -> io::Result<()> {
        let Self {
            detector, groups, ..
        } = *self;
        let keys = |id| detector.key(id).unwrap_or_default();
        let lineage = Lineage::new(groups, &keys);
        let stories = StoryRecord::all(detector, groups);
        self.articles(out, &lineage)?;
        for (number, (group, story)) in groups.groups.iter().zip(stories).enumerate() {
            let mut record = GroupRecord::new(lineage.id(number), group, &keys);
            record.story = Some(story);
            let record = if all_links { record } else { record.brief() };
            json::line(out, &Line::new(&Record::Group(record)))?;
        }
        let listing = if all_links {
            Listing::all(groups)
        } else {
            Listing::brief(groups, &keys)
        };
        for pair in listing.links {
            json::line(out, &Line::new(&Record::Link(LinkRecord::new(pair, &keys))))?;
        }
        for crowd in listing.crowds {
            json::line(out, &Line::new(&Record::Crowd(crowd)))?;
        }
        json::line(out, &Line::new(&Record::Summary(Box::new(summary))))
    }

    /// Writes the records of all articles, in the order of the input.
    fn articles(&self, out: &mut dyn Write, lineage: &Lineage) -> io::Result<()> {
        let (detector, groups) = (self.detector, self.groups);
        let keys = |id| detector.key(id).unwrap_or_default();
        // By id: the article's group, and its place there.
        let mut places = vec![None; self.rows.len()];
        for (number, group) in groups.groups.iter().enumerate() {
            for (place, member) in group.members.iter().enumerate() {
                places[member.id.index()] = Some((number, place));
            }
        }
        let mut grouped = self.rows.iter().zip(places).peekable();
        let mut failed = Ok(());
        let read = self.catalogue.each_group(|table, group, first| {
            let own = table.texts(group, KEY)?;
            for (row, own) in (first..).zip(&own) {
                if self.catalogue.keys.repeated.contains(&row) {
                    continue;
                }
                let place = grouped.next_if(|(of_group, _)| **of_group == row);
                let record = match place.and_then(|(_, place)| place) {
                    Some((number, place)) => {
                        let group = &groups.groups[number];
                        let member = &group.members[place];
                        ArticleRecord::member(lineage.id(number), group, member, &keys)
                    }
                    None => ArticleRecord::alone(self.catalogue.keys.of(row, own)),
                };
                if failed.is_ok() {
                    failed = json::line(out, &Line::new(&Record::Article(record)));
                }
            }
            Ok(())
        });
        if let Err(failure) = read {
            self.failure.set(Some(failure));
            return Err(io::Error::other("a table can't be read"));
        }
        failed
    }
}
