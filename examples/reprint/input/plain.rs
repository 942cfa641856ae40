//! Text files, one article each.
//!
//! In: a reader. Out: all of it as one article, unless it is no text.

use std::io::{BufRead, Read};
use std::sync::Arc;

use super::{Entry, Feed, Form, LONGEST, Place, Source, Unwanted, too_long, unreadable};
use crate::problems::{Kind, Problem};

/// Bytes that are searched for a NUL, which no text holds.
const LOOKED_AT: usize = 8192;

pub(super) fn read(
    feed: &mut Feed,
    source: &Arc<Source>,
    reader: &mut dyn BufRead,
    again: bool,
) -> Result<(), Unwanted> {
    let start = feed.chunk.bytes.len();
    let read = reader.take(LONGEST + 1).read_to_end(&mut feed.chunk.bytes);
    let bytes = &feed.chunk.bytes[start..];
    let problem = match read {
        Err(error) => unreadable(&source.name, &error),
        Ok(len) if len as u64 > LONGEST => too_long(source.name.clone()),
        Ok(len) if bytes[..len.min(LOOKED_AT)].contains(&0) => {
            Problem::new(Kind::Binary, &source.name, "not a text file; skipped")
        }
        Ok(len) => {
            let place = if again { Place::File } else { Place::Gone };
            return feed.push(Ok(Entry {
                source: Arc::clone(source),
                form: Form::Text,
                place,
                bytes: start..start + len,
            }));
        }
    };
    feed.chunk.bytes.truncate(start);
    feed.push(Err(problem))
}
