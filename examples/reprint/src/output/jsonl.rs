//! Output for programs.
//!
//! In: the results. Out: records of [`reprint::report`], one a line. Articles are in input order.
//! Groups, links, crowds, phrases, templates, gone groups and the summary have their own order.

use std::io::{self, Write};

use rayon::prelude::*;
use reprint::report::{Line, LinkRecord, Listing, PhraseRecord, Record, SummaryRecord};

use super::{Found, json, templates};

/// Records that one thread writes at a time. Chosen by hand.
const PART: usize = 256;
/// Records held as lines at a time. Chosen by hand: bounds the memory.
const HELD: usize = 64 * PART;

/// Writes all records. Without `all_links`, crowds take the place of their links.
pub(crate) fn write(
    out: &mut dyn Write,
    found: &Found<'_>,
    summary: SummaryRecord<'_>,
    all_links: bool,
) -> io::Result<()> {
    let articles = found.articles();
    lines(out, articles.len(), |at| {
        Record::Article(articles[at].clone())
    })?;
    drop(articles);
    lines(out, found.groups.groups.len(), |number| {
        let group = found.group(number);
        Record::Group(if all_links { group } else { group.brief() })
    })?;
    let mut line = |record: &Record<'_>| json::line(out, &Line::new(record));
    let keys = |id| found.corpus.key(id);
    let listing = if all_links {
        Listing::all(found.groups)
    } else {
        Listing::brief(found.groups, &keys)
    };
    for pair in listing.links {
        line(&Record::Link(LinkRecord::new(pair, &keys)))?;
    }
    for crowd in listing.crowds {
        line(&Record::Crowd(crowd))?;
    }
    // Sorted by key, so that these lines don't depend on the order of the input.
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

/// Writes `count` records in order. All threads turn records into lines.
fn lines<'a>(
    out: &mut dyn Write,
    count: usize,
    record: impl Fn(usize) -> Record<'a> + Sync,
) -> io::Result<()> {
    for from in (0..count).step_by(HELD) {
        let parts = (from..count.min(from + HELD)).into_par_iter().step_by(PART);
        let written: Vec<Vec<u8>> = parts
            .map(|first| {
                let mut lines = Vec::new();
                for at in first..count.min(first + PART) {
                    json::line(&mut lines, &Line::new(&record(at)))?;
                }
                Ok(lines)
            })
            .collect::<io::Result<_>>()?;
        for lines in written {
            out.write_all(&lines)?;
        }
    }
    Ok(())
}
