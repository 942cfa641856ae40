//! The page: one HTML file that shows who copied whom, opened from disk.
//!
//! In: the results. Out: an HTML page that loads nothing. It holds a readable overview, plots, and
//! the records of [`reprint::report`] with the texts of all grouped, matched or flagged articles.
//! From these records, the page's script draws groups, two texts side by side, and phrasing.
//!
//! A text can't become part of the page's code. Texts and records are in [blocks](block) of base64,
//! which has no characters of markup. The script shows them as text nodes. The page's
//! [policy](page) names its style and script by their hashes, so nothing else is ever run or
//! loaded.
//!
//! The page is written as a stream, [batch](batch) by batch. Any thread may make a batch. The same
//! articles give the same bytes.

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

/// Bytes of a page above which no further texts are added. Chosen by hand: browsers open such a
/// page in a few seconds, and it can still be sent by mail.
const LARGEST: usize = 46 << 20;

/// Batches made at a time. The number doesn't depend on the threads, so neither do the texts that
/// the page leaves out.
const AT_A_TIME: usize = 16;

/// Everything that the page needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    pub(crate) found: &'a Found<'a>,
    pub(crate) summary: &'a SummaryRecord<'a>,
    /// Searches flagged articles for phrases again, if phrases were searched for.
    pub(crate) phrases: Option<&'a PhraseDetector>,
    /// The pair that the page is about, if it is about one pair.
    pub(crate) pair: Option<[ArticleId; 2]>,
}

/// Writes the page. Returns what the page had no room for, in sentences.
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

/// A writer that counts bytes.
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
