//! Parquet.
//!
//! In: a file. Out: rows as JSON objects with the wanted columns, read page by page. A compressed file
//! or a pipe is copied to a temporary file, since a Parquet file has its index at the end.

use std::fs::File;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parquet::data_type::Decimal;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, Value};

use super::{Entry, Feed, Place, Reading, Source, Spot, Unwanted};
use super::{Part, filled, holds_none, opened, unreadable};
use crate::problems::{Kind, Problem};
use crate::record::no_text;

pub(super) fn read(
    feed: &mut Feed,
    source: Source,
    reader: &mut dyn BufRead,
    again: bool,
) -> Result<(), Unwanted> {
    let file = if again {
        File::open(&source.path)
    } else {
        copied(reader)
    };
    let opened = match file {
        Ok(file) => SerializedFileReader::new(file)
            .map_err(|error| not_parquet(source.name.clone(), &error).cut()),
        Err(error) => Err(unreadable(&source.name, &error)),
    };
    let file = match opened {
        Ok(file) if is_sound(&file) => file,
        Ok(_) => {
            let error = ParquetError::General("its index names places before its start".to_owned());
            let problem = not_parquet(source.name.clone(), &error).cut();
            return whole_aside(feed, source, problem);
        }
        Err(problem) => return whole_aside(feed, source, problem),
    };
    let source = Arc::new(source);
    // The library panics on damage that it doesn't check for. The panic becomes an error.
    let read = catch_unwind(AssertUnwindSafe(|| rows(feed, &source, &file)));
    read.unwrap_or_else(|_| {
        let error = ParquetError::General("its reader gave up".to_owned());
        feed.problem(not_parquet(source.name.clone(), &error).lost())
    })
}

/// Sets a file aside from which no row was read.
fn whole_aside(feed: &mut Feed, source: Source, problem: Problem) -> Result<(), Unwanted> {
    let start = feed.chunk.bytes.len();
    feed.aside(&Arc::new(source), Part::File, start)?;
    feed.problem(problem)
}

/// Whether all offsets in the index are valid. The library takes that for granted.
fn is_sound(file: &dyn FileReader) -> bool {
    let groups = file.metadata().row_groups().iter();
    groups.flat_map(RowGroupMetaData::columns).all(|column| {
        let dictionary = column.dictionary_page_offset().unwrap_or(0);
        [
            column.data_page_offset(),
            column.compressed_size(),
            dictionary,
        ]
        .iter()
        .all(|&place| place >= 0)
    })
}

/// Opens a file that was read before.
pub(crate) fn open(source: &Source) -> io::Result<SerializedFileReader<File>> {
    let mut opened = opened::open(Box::new(File::open(&source.path)?));
    let file = if opened.is_compressed {
        copied(&mut *opened.reader)?
    } else {
        File::open(&source.path)?
    };
    SerializedFileReader::new(file).map_err(io::Error::other)
}

/// A temporary file without a name that holds all bytes of a reader.
fn copied(reader: &mut dyn BufRead) -> io::Result<File> {
    let unwritable = |error: io::Error| {
        let folder = std::env::temp_dir();
        let message = format!(
            "it can't be copied to {}: {error} (TMPDIR names another folder)",
            folder.display()
        );
        io::Error::new(error.kind(), message)
    };
    let mut file = tempfile::tempfile().map_err(unwritable)?;
    loop {
        let bytes = filled(reader)?;
        if bytes.is_empty() {
            return Ok(file);
        }
        file.write_all(bytes).map_err(unwritable)?;
        let len = bytes.len();
        reader.consume(len);
    }
}

fn not_parquet(at: String, error: &ParquetError) -> Problem {
    let message = format!("not Parquet, or damaged: {error}; passed over");
    Problem::new(Kind::NotParquet, at, message)
}

fn rows(feed: &mut Feed, source: &Arc<Source>, file: &dyn FileReader) -> Result<(), Unwanted> {
    let schema = file.metadata().file_metadata().schema();
    let Some(wanted) = wanted(schema, &feed.reading) else {
        let columns = schema.get_fields().iter().map(|column| column.name());
        let (kind, message) = no_text(&feed.reading.fields, "column", columns);
        let start = feed.chunk.bytes.len();
        feed.aside(source, Part::File, start)?;
        return feed.problem(Problem::new(kind, &source.name, message));
    };
    let mut number = 0;
    for group in 0..file.num_row_groups() {
        let opened = file.get_row_group(group);
        let rows = opened
            .as_ref()
            .map_err(ParquetError::to_string)
            .and_then(|group| {
                let rows = group.get_row_iter(Some(wanted.clone()));
                rows.map_err(|error| error.to_string())
            });
        let rows = match rows {
            Ok(rows) => rows,
            Err(error) => {
                let at = source.at(Spot::Number(number + 1));
                let error = ParquetError::General(error);
                return feed.problem(not_parquet(at, &error).lost());
            }
        };
        for row in rows {
            number += 1;
            let spot = Spot::Number(number);
            match row {
                Ok(row) => {
                    let start = feed.chunk.bytes.len();
                    let written = serde_json::to_writer(&mut *feed.chunk.bytes, &object(&row));
                    debug_assert!(written.is_ok(), "memory takes all");
                    let bytes = start..feed.chunk.bytes.len();
                    feed.article(Entry {
                        source: Arc::clone(source),
                        spot,
                        place: Place::Gone,
                        whole: bytes.clone(),
                        bytes,
                    })?;
                }
                Err(error) => return feed.problem(not_parquet(source.at(spot), &error).lost()),
            }
        }
    }
    if number == 0 {
        feed.problem(holds_none(source))?;
        let start = feed.chunk.bytes.len();
        feed.aside(source, Part::File, start)?;
    }
    Ok(())
}

/// The schema of the wanted columns; `None` without a text column.
fn wanted(schema: &Type, reading: &Reading) -> Option<Type> {
    let fields = &reading.fields;
    let is_named = |name: &str, column: &TypePtr| {
        let outer = name.split('.').next().unwrap_or(name);
        column.name() == outer || column.name() == name
    };
    let columns = schema.get_fields();
    let has_text = |column: &TypePtr| fields.text.iter().any(|name| is_named(name, column));
    if !columns.iter().any(has_text) {
        return None;
    }
    let is_wanted = |column: &&TypePtr| fields.names().any(|name| is_named(name, column));
    let columns = columns.iter().filter(is_wanted).cloned().collect();
    let group = Type::group_type_builder(schema.name()).with_fields(columns);
    group.build().ok()
}

fn object(row: &Row) -> Value {
    let member = |(name, field): (&String, &Field)| (name.clone(), value(field));
    Value::Object(row.get_column_iter().map(member).collect::<Map<_, _>>())
}

fn value(field: &Field) -> Value {
    /// Seconds in a day. Dates are numbers of days.
    const DAY: i64 = 86_400;
    match field {
        Field::Str(text) => text.as_str().into(),
        // Bytes without a note that they are text.
        Field::Bytes(bytes) => str::from_utf8(bytes.data()).map_or(Value::Null, Into::into),
        Field::Byte(number) => (*number).into(),
        Field::Short(number) => (*number).into(),
        Field::Int(number) => (*number).into(),
        Field::Long(number) => (*number).into(),
        Field::UByte(number) => (*number).into(),
        Field::UShort(number) => (*number).into(),
        Field::UInt(number) => (*number).into(),
        Field::ULong(number) => (*number).into(),
        Field::Double(number) => (*number).into(),
        Field::Date(days) => (i64::from(*days) * DAY).into(),
        Field::TimestampMillis(time) => (time.div_euclid(1000)).into(),
        Field::TimestampMicros(time) => (time.div_euclid(1_000_000)).into(),
        Field::Bool(value) => (*value).into(),
        Field::Decimal(decimal) => decimal_text(decimal).map_or(Value::Null, Into::into),
        Field::Float(number) => f64::from(*number).into(),
        Field::Group(row) => object(row),
        _ => Value::Null,
    }
}

/// A decimal as people write it: 12.50.
fn decimal_text(decimal: &Decimal) -> Option<String> {
    /// Bytes of the longest number that is read.
    const LONGEST: usize = 16;
    let bytes = decimal.data();
    let first = *bytes.first()?;
    let sign = if first < 0x80 { 0 } else { 0xff };
    let mut number = [sign; LONGEST];
    let start = LONGEST.checked_sub(bytes.len())?;
    number[start..].copy_from_slice(bytes);
    let number = i128::from_be_bytes(number);
    let scale = usize::try_from(decimal.scale()).ok()?;
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let sign = if number < 0 { "-" } else { "" };
    let point = if scale > 0 { "." } else { "" };
    Some(format!("{sign}{whole}{point}{part}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_as_people_write_them() {
        for (number, scale, text) in [
            (1250, 2, "12.50"),
            (7, 0, "7"),
            (-5, 3, "-0.005"),
            (i32::MIN, 1, "-214748364.8"),
        ] {
            let decimal = Decimal::from_i32(number, 9, scale);
            assert_eq!(decimal_text(&decimal).as_deref(), Some(text));
        }
        let wide = Decimal::from_bytes(vec![0xff; 17].into(), 40, 0);
        assert_eq!(decimal_text(&wide), None);
    }
}
