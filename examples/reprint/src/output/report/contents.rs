//! The contents of the page.
//!
//! In: the results. Out: [`Entry`]s: groups, reference articles with their matches, flagged articles
//! outside groups, templates. The order depends on the keys alone. Runs of entries of about equal
//! size become [batches](super::batch).

use std::collections::{BTreeMap, HashMap};
use std::io;

use reprint::ArticleId;
use reprint::report::{Line, Record};

use super::Report;
use crate::corpus::{Corpus, is_flagged};
use crate::output::json;

/// Bytes of texts in a batch, about. By hand: a browser unpacks a batch in a few milliseconds.
const BATCH: usize = 192 << 10;

/// Bytes of a word and a space, about, in English news.
const BYTES_PER_WORD: usize = 6;

/// Bounds of the longest text shown whole, in bytes. By hand: news articles have some 3,000 bytes.
const LONGEST: usize = 64 << 10;
/// Bytes up to which a text is always shown whole.
const SHORTEST: usize = 4 << 10;

/// Room for the texts of a page, in bytes before packing. Packing halves texts at least: 52,000 news
/// articles make 57 MB of records and texts, packed 20 MB.
const ROOM: usize = 72 << 20;

/// An item of the page.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    /// A group, by number.
    Group(usize),
    /// A reference article and its matches.
    Reference(ArticleId, Vec<ArticleId>),
    /// A flagged article outside groups.
    Flagged(ArticleId),
    /// The pair of a pair page.
    Pair([ArticleId; 2]),
    /// A template, by number.
    Template(usize),
}

/// The entries and what batches need to know of the whole page.
#[derive(Debug)]
pub(super) struct Contents<'a> {
    pub(super) report: &'a Report<'a>,
    pub(super) entries: Vec<Entry>,
    /// Bytes of the longest text shown whole.
    pub(super) longest: usize,
    /// Numbers of the verified pairs between groups, by article.
    pub(super) between: HashMap<ArticleId, Vec<usize>>,
    /// Scaffold numbers, by template number.
    pub(super) scaffolds: HashMap<usize, usize>,
}

impl<'a> Contents<'a> {
    pub(super) fn new(report: &'a Report<'a>) -> Self {
        let entries = entries(report);
        let corpus = report.found.corpus;
        let mut between: HashMap<ArticleId, Vec<usize>> = HashMap::new();
        for (number, pair) in report.found.groups.between.iter().enumerate() {
            for id in [pair.a, pair.b] {
                between.entry(id).or_default().push(number);
            }
        }
        let mut lengths = Vec::new();
        for entry in &entries {
            let ids = articles(report, entry);
            lengths.extend(ids.map(|(id, of)| length(of.unwrap_or(corpus), id)));
        }
        let mut scaffolds = HashMap::new();
        if let Some(found) = report.found.templates {
            for (number, scaffold) in found.templates.scaffolds.iter().enumerate() {
                scaffolds.extend(scaffold.iter().map(|&template| (template, number)));
            }
        }
        Self {
            report,
            entries,
            longest: longest(lengths),
            between,
            scaffolds,
        }
    }

    /// The records before the batches: the summary and the gone groups.
    pub(super) fn head(&self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let summary = Record::Summary(Box::new(self.report.summary.clone()));
        json::line(&mut out, &Line::new(&summary))?;
        for gone in self.report.found.lineage.gone() {
            json::line(&mut out, &Line::new(&Record::Gone(gone)))?;
        }
        Ok(out)
    }

    /// Runs of entries of about [`BATCH`] bytes.
    pub(super) fn batches(&self) -> Vec<&[Entry]> {
        let corpus = self.report.found.corpus;
        let mut batches = Vec::new();
        let (mut from, mut bytes) = (0, 0);
        for (at, entry) in self.entries.iter().enumerate() {
            let ids = articles(self.report, entry);
            let lengths = ids.map(|(id, of)| length(of.unwrap_or(corpus), id).min(self.longest));
            bytes += lengths.sum::<usize>();
            if bytes >= BATCH {
                batches.push(&self.entries[from..=at]);
                (from, bytes) = (at + 1, 0);
            }
        }
        if from < self.entries.len() {
            batches.push(&self.entries[from..]);
        }
        batches
    }
}

/// The entries, in order.
fn entries(report: &Report<'_>) -> Vec<Entry> {
    let found = report.found;
    let corpus = found.corpus;
    let key = |id: &ArticleId| corpus.key(*id);
    if let Some(pair) = report.pair {
        let numbers = pair.map(|id| found.groups.group_of(id));
        return match numbers {
            [Some(a), Some(b)] if a == b => vec![Entry::Group(a), Entry::Pair(pair)],
            _ => vec![Entry::Pair(pair)],
        };
    }
    let mut entries: Vec<Entry> = (0..found.groups.groups.len())
        .filter(|&number| found.shows_group(number))
        .map(Entry::Group)
        .collect();
    let mut known: BTreeMap<&str, (ArticleId, Vec<ArticleId>)> = BTreeMap::new();
    for (id, of) in corpus.ids().zip(&corpus.known) {
        if let Some(of) = of {
            let entry = known.entry(&of.key).or_insert((of.found.id, Vec::new()));
            entry.1.push(id);
        }
    }
    for (_, (of, mut articles)) in known {
        articles.sort_by_key(key);
        entries.push(Entry::Reference(of, articles));
    }
    let is_alone = |id: &ArticleId| {
        let is_known = corpus.known.get(id.index()).is_some_and(Option::is_some);
        found.groups.group_of(*id).is_none() && !is_known
    };
    let flagged = corpus.ids().zip(&corpus.phrasing);
    let mut flagged: Vec<ArticleId> = flagged
        .filter(|(id, phrasing)| is_flagged(phrasing) && is_alone(id) && found.shows_article(*id))
        .map(|(id, _)| id)
        .collect();
    flagged.sort_by_key(key);
    entries.extend(flagged.into_iter().map(Entry::Flagged));
    if let Some(found) = found.templates {
        entries.extend((0..found.templates.templates.len()).map(Entry::Template));
    }
    entries
}

/// The articles whose texts an entry shows, with the corpus for reference articles.
fn articles<'a>(
    report: &'a Report<'a>,
    entry: &'a Entry,
) -> Box<dyn Iterator<Item = (ArticleId, Option<&'a Corpus>)> + 'a> {
    let groups = &report.found.groups.groups;
    match entry {
        Entry::Group(number) => {
            let members = groups[*number].members.iter();
            Box::new(members.map(|member| (member.id, None)))
        }
        Entry::Reference(of, articles) => {
            let of = report
                .found
                .reference
                .map(|reference| (*of, Some(reference)));
            Box::new(of.into_iter().chain(articles.iter().map(|&id| (id, None))))
        }
        Entry::Flagged(id) => Box::new(std::iter::once((*id, None))),
        Entry::Pair(ids) => Box::new(ids.iter().map(|&id| (id, None))),
        Entry::Template(_) => Box::new(std::iter::empty()),
    }
}

/// An estimate of a text's bytes.
fn length(corpus: &Corpus, id: ArticleId) -> usize {
    corpus.detector.tokens(id).unwrap_or_default() as usize * BYTES_PER_WORD
}

/// The longest text to show whole, in bytes, so that the texts fit [`ROOM`].
fn longest(mut lengths: Vec<usize>) -> usize {
    lengths.sort_unstable();
    let mut room = ROOM;
    for (at, &length) in lengths.iter().enumerate() {
        // The remaining texts are longer, and share the room equally.
        let each = room / (lengths.len() - at);
        if length > each {
            return each.clamp(SHORTEST, LONGEST);
        }
        room -= length;
    }
    LONGEST
}
