//! `reprint shard sketch`: articles to rows.
//!
//! In: a part's share of the input. Out: a row an article with fingerprint, band keys and sample; the
//! sampled hashes in ascending order, each with its row; and the bodies, one behind the other, which
//! later stages read again.

use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::PathBuf;

use parquet::data_type::ByteArray;
use rayon::prelude::*;
use reprint::Detector;
use reprint::sketch::SketchScratch;

use super::sketched::Sketched;
use super::table::{Column, ROWS, TableWriter};
use super::work::{InputShare, Table, Work};
use crate::commands::Talk;
use crate::failure::Failure;
use crate::input::{self, Chunk, Entry, Item, Reading};
use crate::output::atomic::{self, AtomicFile};
use crate::problems::Problem;

/// The columns before the band keys, which have a column each.
pub(super) const COLUMNS: &str = "required binary key (UTF8); required binary at (UTF8); \
    optional int64 date; optional binary source (UTF8); required binary fingerprint; \
    required int32 tokens; required int64 text_start; required int32 text_bytes; \
    required int32 sample;";
pub(super) const KEY: usize = 0;
pub(super) const AT: usize = 1;
pub(super) const DATE: usize = 2;
pub(super) const SOURCE: usize = 3;
pub(super) const FINGERPRINT: usize = 4;
pub(super) const TOKENS: usize = 5;
pub(super) const TEXT_START: usize = 6;
pub(super) const TEXT_BYTES: usize = 7;
/// The number of sampled hashes.
pub(super) const SAMPLE: usize = 8;
/// The key in the first band; the others follow.
pub(super) const FIRST_BAND: usize = 9;

const HASHES: &str = "required int32 hash; required int32 row;";

/// Notes of a part: counts of problems by kind, as JSON.
pub(super) const SKIPPED: &str = "skipped";
pub(super) const NOTED: &str = "noted";

/// Rows of a row group that is not full yet.
#[derive(Default)]
struct Rows {
    keys: Vec<ByteArray>,
    at: Vec<ByteArray>,
    dates: Vec<Option<i64>>,
    sources: Vec<Option<ByteArray>>,
    fingerprints: Vec<ByteArray>,
    tokens: Vec<i32>,
    starts: Vec<i64>,
    lengths: Vec<i32>,
    samples: Vec<i32>,
    /// By band.
    bands: Vec<Vec<i32>>,
}

impl Rows {
    fn columns(self) -> Vec<Column> {
        let mut columns = vec![
            Column::Bytes(self.keys),
            Column::Bytes(self.at),
            Column::MaybeLong(self.dates),
            Column::MaybeBytes(self.sources),
            Column::Bytes(self.fingerprints),
            Column::Int(self.tokens),
            Column::Long(self.starts),
            Column::Int(self.lengths),
            Column::Int(self.samples),
        ];
        columns.extend(self.bands.into_iter().map(Column::Int));
        columns
    }
}

/// A part that is being written.
struct PartWriter<'a> {
    detector: &'a Detector,
    table: TableWriter,
    texts: BufWriter<AtomicFile>,
    /// Bytes of texts so far.
    bytes: i64,
    rows: Rows,
    /// The number of rows so far.
    count: u32,
    /// Sampled hashes, each with its row in the lower half.
    hashes: Vec<u64>,
}

impl PartWriter<'_> {
    fn take(&mut self, entry: &Entry, article: Sketched) -> Result<(), Failure> {
        let banding = self.detector.banding();
        let rows = &mut self.rows;
        rows.keys.push(ByteArray::from(article.key.into_bytes()));
        rows.at.push(ByteArray::from(entry.at().into_bytes()));
        rows.dates.push(article.date);
        let source = article
            .source
            .map(|source| ByteArray::from(source.into_bytes()));
        rows.sources.push(source);
        // Big-endian bytes have the order of fingerprints for all who compare bytes.
        let fingerprint = article.sketch.fingerprint.0.to_be_bytes();
        rows.fingerprints
            .push(ByteArray::from(fingerprint.to_vec()));
        rows.tokens.push(article.sketch.tokens.cast_signed());
        rows.starts.push(self.bytes);
        // A text has less than 4 GiB.
        let bytes = article.body.len() as u32;
        rows.lengths.push(bytes.cast_signed());
        rows.samples
            .push((article.sketch.sample.len() as u32).cast_signed());
        rows.bands.resize(banding.bands(), Vec::new());
        let keys: Vec<u64> = match &article.sketch.signature {
            Some(signature) => banding.keys(signature.values()).collect(),
            None => vec![0; banding.bands()],
        };
        for (band, key) in rows.bands.iter_mut().zip(keys) {
            // The half that one process keeps.
            band.push(((key >> 32) as u32).cast_signed());
        }
        let row = u64::from(self.count);
        let hashes = article.sketch.sample.iter();
        self.hashes
            .extend(hashes.map(|&hash| u64::from(hash) << 32 | row));
        self.texts.write_all(article.body.as_bytes())?;
        self.bytes += i64::from(bytes);
        self.count = self.count.checked_add(1).ok_or_else(|| {
            Failure::Failed(
                "a part has no room for so many articles; cut the input into more".to_owned(),
            )
        })?;
        if self.rows.keys.len() == ROWS {
            self.table.write(std::mem::take(&mut self.rows).columns())?;
        }
        Ok(())
    }
}

/// Writes the tables of a part.
pub(super) fn part(
    work: &Work,
    part: usize,
    (paths, reading): (&[PathBuf], &Reading),
    talk: &mut Talk,
) -> Result<(), Failure> {
    let detector = work.detector()?;
    let bands = detector.banding().bands();
    let mut columns = COLUMNS.to_owned();
    columns.extend((0..bands).map(|band| format!(" required int32 band{band};")));
    let texts = work.texts(part);
    let mut writer = PartWriter {
        detector: &detector,
        table: TableWriter::create(&work.path(Table::Sketch, part), &columns, &work.id)?,
        texts: BufWriter::new(AtomicFile::create(&texts)?),
        bytes: 0,
        rows: Rows::default(),
        count: 0,
        hashes: Vec::new(),
    };
    let mut reading = reading.clone();
    let records = match work.share(part) {
        InputShare::Files(files) => {
            reading.only = Some(files);
            0..usize::MAX
        }
        InputShare::Records(records) => records,
    };
    read(&mut writer, paths, reading, &records, talk)?;
    let PartWriter {
        mut table,
        texts,
        rows,
        hashes,
        ..
    } = writer;
    if !rows.keys.is_empty() {
        table.write(rows.columns())?;
    }
    let json = |counts| serde_json::to_string(&counts).unwrap_or_default();
    let notes = [
        (SKIPPED, json(talk.problems.skipped())),
        (NOTED, json(talk.problems.noted())),
    ];
    let mut sealed = vec![texts.into_inner().map_err(std::io::Error::from)?.seal()?];
    sealed.push(sorted_hashes(work, part, hashes)?);
    // The rows say that the part is done, so they come last.
    sealed.push(table.finish(&notes)?);
    atomic::put_in_place(sealed)
}

/// Reads the input, and takes the records in a range.
fn read(
    writer: &mut PartWriter<'_>,
    paths: &[PathBuf],
    reading: Reading,
    records: &Range<usize>,
    talk: &mut Talk,
) -> Result<(), Failure> {
    let fields = reading.fields.clone();
    let sketcher = writer.detector.sketcher().clone();
    let mut next = 0;
    for Chunk { bytes, mut items } in input::read(paths.to_owned(), reading) {
        let first = next;
        next += items.len();
        items.truncate(records.end.saturating_sub(first));
        items.drain(..records.start.saturating_sub(first).min(items.len()));
        let counts = (items.len(), bytes.len());
        let article = |scratch: &mut (String, SketchScratch), item: Item| match item {
            Item::Article(entry) => {
                let own = &bytes[entry.bytes.clone()];
                let article = Sketched::of(&entry, own, &fields, &sketcher, scratch);
                Some(article.map(|article| (entry, article)))
            }
            Item::Problem(problem) => Some(Err(problem)),
            Item::Aside(_) => None,
        };
        let articles: Vec<Option<Result<(Entry, Sketched), Problem>>> = items
            .into_par_iter()
            .map_init(Default::default, article)
            .collect();
        for article in articles.into_iter().flatten() {
            match article {
                Ok((entry, article)) => {
                    for problem in article.oddities(&entry) {
                        talk.problems.note(&problem)?;
                    }
                    writer.take(&entry, article)?;
                }
                Err(problem) => talk.problems.note(&problem)?,
            }
        }
        talk.progress.add(counts.0, counts.1);
        if next >= records.end {
            break;
        }
    }
    talk.progress.clear();
    talk.problems.finish();
    talk.problems.check_whole()
}

/// The table of hashes in ascending order.
fn sorted_hashes(
    work: &Work,
    part: usize,
    mut hashes: Vec<u64>,
) -> Result<atomic::Sealed, Failure> {
    hashes.par_sort_unstable();
    let mut table = TableWriter::create(&work.path(Table::Hashes, part), HASHES, &work.id)?;
    for rows in hashes.chunks(ROWS) {
        let half = |shift: u32| {
            let half = |&entry: &u64| ((entry >> shift) as u32).cast_signed();
            Column::Int(rows.iter().map(half).collect())
        };
        table.write(vec![half(32), half(0)])?;
    }
    table.finish(&[])
}
