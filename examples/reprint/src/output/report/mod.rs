//! The page: one file that shows who copied whom, opened from disk.
//!
//! In: what was found. Out: an HTML page that loads nothing: the overview as it is read, its
//! plots, and the records of [`reprint::report`] with the texts of all articles that are grouped,
//! matched or flagged. A script of its own draws the groups, two texts side by side and the
//! phrasing from these records.
//!
//! A text can't become a part of the page. Texts and records stand in [blocks](block) of base64,
//! which holds no character of markup. The script puts them on the page as text nodes. The page's
//! [policy](page) names its style and its script by their hashes, so nothing else of it is ever
//! run or loaded.
//!
//! The page is written as a stream, [batch](batch) by batch, and each batch is made on any
//! thread. The same articles give the same bytes.

mod batch;
mod block;
mod comparison;
mod contents;
mod matrix;
mod overview;
mod page;
mod plots;
mod records;
mod text;

use std::io::{self, Write};

use rayon::prelude::*;
use reprint::ArticleId;
use reprint::phrase::PhraseDetector;
use reprint::report::SummaryRecord;

use super::Found;
use super::table::count;
use batch::Batch;
use contents::Contents;
use page::Foot;
use records::LeftOut;

/// Bytes of a page above which it holds no more texts: what browsers open in a few seconds, and
/// what can still be sent to a colleague.
const LARGEST: usize = 46 << 20;

/// Batches that are made at a time. It does not depend on the threads, and neither does what
/// the page leaves out.
const AT_A_TIME: usize = 16;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    pub(crate) found: &'a Found<'a>,
    pub(crate) summary: &'a SummaryRecord<'a>,
    /// Looks at flagged articles again, if phrasing was looked at.
    pub(crate) phrases: Option<&'a PhraseDetector>,
    /// The pair that the page is about, if it is about one.
    pub(crate) pair: Option<[ArticleId; 2]>,
}

/// Writes the page. Says what of the texts it had no room for, in sentences for people.
pub(crate) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<Vec<String>> {
    let contents = Contents::new(report);
    let mut out = Counted { out, written: 0 };
    overview::write(&mut out, report)?;
    block::write(&mut out, block::Kind::Index, 0, &contents.head()?)?;
    let mut left_out = LeftOut::default();
    let batches = contents.batches();
    for (round, batches) in batches.chunks(AT_A_TIME).enumerate() {
        let with_texts = out.written < LARGEST;
        let made: Vec<Batch> = batches
            .par_iter()
            .map(|entries| Batch::new(&contents, entries, with_texts))
            .collect::<io::Result<_>>()?;
        for (at, batch) in made.into_iter().enumerate() {
            // The first block is the head.
            let number = 1 + round * AT_A_TIME + at;
            block::write_packed(&mut out, block::Kind::Index, number, &batch.index)?;
            block::write_packed(&mut out, block::Kind::Texts, number, &batch.texts)?;
            left_out.add(&batch.left_out);
        }
    }
    let number = 1 + batches.len();
    block::write(&mut out, block::Kind::Index, number, &left_out.line()?)?;
    Foot::new().write(&mut out)?;
    Ok(left_out.sentences())
}

/// A writer that counts.
struct Counted<'a> {
    out: &'a mut dyn Write,
    written: usize,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.written += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
