//! Output for programs.
//!
//! In: what was found. Out: the records of [`reprint::report`], one a line: the articles in the
//! order of the input; the groups, the links between them, the phrases and the summary, in orders of their own.

use std::io::{self, Write};

use reprint::Groups;
use reprint::report::{
    ArticleRecord, GroupRecord, Line, LinkRecord, PhraseRecord, Record, SummaryRecord,
};

use crate::corpus::Corpus;

pub(crate) fn write(
    out: &mut impl Write,
    corpus: &Corpus,
    groups: &Groups,
    summary: SummaryRecord<'_>,
) -> io::Result<()> {
    for record in articles(corpus, groups) {
        line(out, &Record::Article(record))?;
    }
    let keys = |id| corpus.key(id);
    for (number, group) in groups.groups.iter().enumerate() {
        line(out, &Record::Group(GroupRecord::new(number, group, &keys)))?;
    }
    for pair in &groups.between {
        line(out, &Record::Link(LinkRecord::new(pair, &keys)))?;
    }
    // By key, so that these lines are the same whatever the order of the input.
    let mut phrases: Vec<_> = corpus
        .phrases
        .iter()
        .map(|(id, of)| (keys(*id), of))
        .collect();
    phrases.sort_unstable_by_key(|&(key, _)| key);
    for (key, families) in phrases {
        for family in families {
            line(out, &Record::Phrase(PhraseRecord::new(key, family)))?;
        }
    }
    line(out, &Record::Summary(Box::new(summary)))
}

/// All articles, by id.
pub(crate) fn articles<'a>(corpus: &'a Corpus, groups: &Groups) -> Vec<ArticleRecord<'a>> {
    let keys = |id| corpus.key(id);
    let mut records: Vec<ArticleRecord<'a>> = corpus
        .ids()
        .map(|id| ArticleRecord::alone(keys(id)))
        .collect();
    for (number, group) in groups.groups.iter().enumerate() {
        for member in &group.members {
            records[member.id.index()] = ArticleRecord::member(number, group, member, &keys);
        }
    }
    for (record, known) in records.iter_mut().zip(&corpus.known) {
        if let Some(known) = known {
            *record = record.matched(&known.key, &known.found);
        }
    }
    for (record, phrasing) in records.iter_mut().zip(&corpus.phrasing) {
        record.phrasing = Some(*phrasing);
    }
    records
}

fn line(out: &mut impl Write, record: &Record<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line::new(record))?;
    out.write_all(b"\n")
}
