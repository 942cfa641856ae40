//! Texts and pages, one article each.
//!
//! In: a reader. Out: the content as an article; binary content is set aside.

use std::io::{BufRead, Read};
use std::sync::Arc;

use super::{Entry, Feed, Format, Part, Place, Source, Spot, Unwanted};
use super::{not_text, too_long, unreadable};

/// Bytes searched for a NUL, which no text has. Chosen by hand.
const LOOKED_AT: usize = 8192;

pub(super) fn read(
    feed: &mut Feed,
    source: &Arc<Source>,
    reader: &mut dyn BufRead,
    again: bool,
) -> Result<(), Unwanted> {
    let longest = feed.reading.longest;
    let start = feed.chunk.bytes.len();
    let read = reader.take(longest + 1).read_to_end(&mut feed.chunk.bytes);
    let bytes = &feed.chunk.bytes[start..];
    // Every other byte of UTF-16 may be NUL.
    let is_text = source.encoding.is_some() || !bytes[..bytes.len().min(LOOKED_AT)].contains(&0);
    let problem = match read {
        Err(error) => unreadable(&source.name, &error),
        Ok(len) if len as u64 > longest => too_long(source.name.clone(), longest),
        Ok(_) if !is_text => not_text(source),
        Ok(len) => {
            // Extracting a page's text again would take longer than any other step.
            let is_text = source.format == Format::Text;
            return feed.article(Entry {
                source: Arc::clone(source),
                spot: Spot::Whole,
                place: if again && is_text {
                    Place::File
                } else {
                    Place::Gone
                },
                bytes: start..start + len,
                whole: start..start + len,
            });
        }
    };
    feed.aside(source, Part::Middle, start)?;
    let is_read = problem.loses();
    feed.problem(problem)?;
    if is_read {
        return Ok(());
    }
    feed.pass_on(source, reader, None).map(drop)
}
