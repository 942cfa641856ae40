//! Output for programs.
//!
//! In: what was found. Out: the records of [`reprint::report`], one a line: the articles in the
//! order of the input; the groups, the links between them, the phrases, the templates, the groups that
//! are gone and the summary, in orders of their own.

use std::io::{self, Write};

use reprint::report::{Line, LinkRecord, PhraseRecord, Record, SummaryRecord};

use super::{Found, json, templates};

pub(crate) fn write(
    out: &mut dyn Write,
    found: &Found<'_>,
    summary: SummaryRecord<'_>,
) -> io::Result<()> {
    let mut line = |record: &Record<'_>| json::line(out, &Line::new(record));
    for record in found.articles() {
        line(&Record::Article(record))?;
    }
    for number in 0..found.groups.groups.len() {
        line(&Record::Group(found.group(number)))?;
    }
    let keys = |id| found.corpus.key(id);
    for pair in &found.groups.between {
        line(&Record::Link(LinkRecord::new(pair, &keys)))?;
    }
    // By key, so that these lines are the same whatever the order of the input.
    let phrases = found.corpus.phrases.iter();
    let mut phrases: Vec<_> = phrases.map(|(id, of)| (keys(*id), of)).collect();
    phrases.sort_unstable_by_key(|&(key, _)| key);
    for (key, families) in phrases {
        for family in families {
            line(&Record::Phrase(PhraseRecord::new(key, family)))?;
        }
    }
    if let Some(all) = found.templates {
        for template in templates::records(found.corpus, all) {
            line(&Record::Template(template))?;
        }
    }
    for gone in found.lineage.gone() {
        line(&Record::Gone(gone))?;
    }
    line(&Record::Summary(Box::new(summary)))
}
