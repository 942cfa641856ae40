//! The page: one HTML file that shows who copied whom, opened from disk.
//!
//! In: the results. Out: an HTML page that loads nothing. The page holds the overview as markup,
//! the plots as SVG, the records of [`reprint::report`], and the texts of the grouped, matched or
//! flagged articles. The page's script draws groups, pairs and phrasing from the records.
//!
//! A text can't become markup. Texts and records stand in [blocks](block) of base64, and base64 has
//! no character of markup. The script shows a text as a text node. The page's [policy](page) names
//! the style and the script by hash, so the browser runs and loads nothing else.
//!
//! The page is written as a stream, [`batch`] by batch. Any thread may make a batch. The same
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

/// The size in bytes at which a page takes no more texts. By hand: the page stays under 50 MB, with
/// room for one more round of batches.
const LARGEST: usize = 42 << 20;

/// Batches made at a time. By hand: enough work for eight threads, some 3 MB of texts. The count is
/// the same for any number of threads, so the page leaves out the same texts.
const AT_A_TIME: usize = 16;

/// The page's subject.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    pub(crate) found: &'a Found<'a>,
    pub(crate) summary: &'a SummaryRecord<'a>,
    /// The phrase search, unless switched off.
    pub(crate) phrases: Option<&'a PhraseDetector>,
    /// Set for the page of one pair.
    pub(crate) pair: Option<[ArticleId; 2]>,
}

/// Writes the page. The result is a list of sentences about texts that are cut or left out.
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
            // Block 0 is the head.
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
