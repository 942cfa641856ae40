//! Output for databases and data frames.
//!
//! In: the results. Out: a Parquet file with a row per article, in input order. The columns are
//! `key`, `group`, `kept`, `of`, `relation`, `score`, `phrasing` and `phrasing_score`, with the
//! values of the record `article`. The file joins onto the input by key.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use reprint::report::ArticleRecord;
use serde::Serialize;
use serde_json::Value;

use super::Found;

const SCHEMA: &str = "message articles {
    required binary key (UTF8);
    optional binary group (UTF8);
    required boolean kept;
    optional binary of (UTF8);
    optional binary relation (UTF8);
    optional double score;
    optional binary phrasing (UTF8);
    optional double phrasing_score;
}";

/// Rows in a row group. By hand: a column chunk of a few MB.
const ROWS: usize = 1 << 17;

pub(crate) fn write(out: &mut dyn Write, found: &Found<'_>) -> io::Result<()> {
    // Rows take some 30 bytes, so the file is built in memory.
    let file = file(&found.articles()).map_err(io::Error::other)?;
    out.write_all(&file)
}

fn file(articles: &[ArticleRecord<'_>]) -> Result<Vec<u8>> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("reprint ", env!("CARGO_PKG_VERSION")).to_owned());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build()))?;
    for articles in articles.chunks(ROWS) {
        let mut rows = file.next_row_group()?;
        let text = |text: &str| Some(ByteArray::from(text));
        column::<ByteArrayType>(&mut rows, articles, true, |one| text(&one.key))?;
        column::<ByteArrayType>(&mut rows, articles, false, |one| {
            one.group.as_deref().and_then(text)
        })?;
        column::<BoolType>(&mut rows, articles, true, |one| Some(one.kept))?;
        column::<ByteArrayType>(&mut rows, articles, false, |one| {
            one.of.as_deref().and_then(text)
        })?;
        column::<ByteArrayType>(&mut rows, articles, false, |one| {
            one.relation.and_then(|relation| text(&name(relation)))
        })?;
        column::<DoubleType>(&mut rows, articles, false, |one| one.score)?;
        column::<ByteArrayType>(&mut rows, articles, false, |one| {
            one.phrasing.and_then(|found| text(&name(found.verdict)))
        })?;
        column::<DoubleType>(&mut rows, articles, false, |one| {
            one.phrasing.map(|found| found.score)
        })?;
        rows.close()?;
    }
    file.into_inner()
}

/// Writes a column. Missing values become nulls.
fn column<T: DataType>(
    rows: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    articles: &[ArticleRecord<'_>],
    is_required: bool,
    value: impl Fn(&ArticleRecord<'_>) -> Option<T::T>,
) -> Result<()> {
    let Some(mut column) = rows.next_column()? else {
        return Ok(());
    };
    let all: Vec<Option<T::T>> = articles.iter().map(value).collect();
    let defined: Vec<i16> = all.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = all.into_iter().flatten().collect();
    let writer: &mut ColumnWriterImpl<'_, T> = column.typed();
    writer.write_batch(&values, (!is_required).then_some(&*defined), None)?;
    column.close()
}

/// The JSON name of a value.
fn name(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}
