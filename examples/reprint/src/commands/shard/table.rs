//! Tables between the stages, as Parquet files.
//!
//! In: columns of a part. Out: a file that is complete or absent, with the recipe that it was made by;
//! and its columns again. A file of another recipe is refused.

use std::fs::File;
use std::io::BufWriter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FloatType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::failure::Failure;
use crate::output::atomic::{AtomicFile, Sealed};

/// Rows in a row group: what a reader holds of a column at a time. Chosen by hand.
pub(super) const ROWS: usize = 1 << 14;

/// The metadata entry with the recipe of a file.
const RECIPE: &str = "reprint.recipe";

/// A column of a row group. An optional column takes `None` for a missing value.
pub(super) enum Column {
    Int(Vec<i32>),
    Long(Vec<i64>),
    Bytes(Vec<ByteArray>),
    MaybeInt(Vec<Option<i32>>),
    MaybeLong(Vec<Option<i64>>),
    MaybeFloat(Vec<Option<f32>>),
    MaybeBytes(Vec<Option<ByteArray>>),
}

/// A table that is being written.
pub(super) struct TableWriter {
    path: PathBuf,
    file: SerializedFileWriter<BufWriter<AtomicFile>>,
}

impl TableWriter {
    /// Starts a table with the columns of a Parquet message type.
    pub(super) fn create(path: &Path, columns: &str, recipe: &str) -> Result<Self, Failure> {
        let unwritable = |error: &dyn std::fmt::Display| unwritable(path, error);
        let file = AtomicFile::create(path).map_err(|error| unwritable(&error))?;
        let schema = parse_message_type(&format!("message rows {{ {columns} }}"));
        let schema = Arc::new(schema.map_err(|error| unwritable(&error))?);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(vec![KeyValue::new(
                RECIPE.to_owned(),
                recipe.to_owned(),
            )]))
            .set_created_by(concat!("reprint ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = SerializedFileWriter::new(BufWriter::new(file), schema, Arc::new(properties));
        Ok(Self {
            path: path.to_owned(),
            file: file.map_err(|error| unwritable(&error))?,
        })
    }

    /// Writes a row group.
    pub(super) fn write(&mut self, columns: Vec<Column>) -> Result<(), Failure> {
        self.try_write(columns)
            .map_err(|error| unwritable(&self.path, &error))
    }

    fn try_write(&mut self, columns: Vec<Column>) -> ParquetResult<()> {
        let mut rows = self.file.next_row_group()?;
        for column in columns {
            let Some(mut writer) = rows.next_column()? else {
                return Err(ParquetError::General("more columns than named".to_owned()));
            };
            match column {
                Column::Int(values) => writer.typed::<Int32Type>().write_batch(&values, None, None),
                Column::Long(values) => {
                    writer.typed::<Int64Type>().write_batch(&values, None, None)
                }
                Column::Bytes(values) => writer
                    .typed::<ByteArrayType>()
                    .write_batch(&values, None, None),
                Column::MaybeInt(values) => optional::<Int32Type>(&mut writer, values),
                Column::MaybeLong(values) => optional::<Int64Type>(&mut writer, values),
                Column::MaybeFloat(values) => optional::<FloatType>(&mut writer, values),
                Column::MaybeBytes(values) => optional::<ByteArrayType>(&mut writer, values),
            }?;
            writer.close()?;
        }
        rows.close().map(drop)
    }

    /// Completes the table, with notes about the whole of it.
    pub(super) fn finish(mut self, notes: &[(&str, String)]) -> Result<Sealed, Failure> {
        for (name, value) in notes {
            let entry = KeyValue::new((*name).to_owned(), value.clone());
            self.file.append_key_value_metadata(entry);
        }
        let Self { path, file } = self;
        let file = file
            .into_inner()
            .map_err(|error| unwritable(&path, &error))?;
        let file = file
            .into_inner()
            .map_err(|error| unwritable(&path, error.error()))?;
        file.seal().map_err(|error| unwritable(&path, &error))
    }
}

fn optional<T: DataType>(
    writer: &mut parquet::file::writer::SerializedColumnWriter<'_>,
    values: Vec<Option<T::T>>,
) -> ParquetResult<usize> {
    let defined: Vec<i16> = values
        .iter()
        .map(|value| i16::from(value.is_some()))
        .collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    writer
        .typed::<T>()
        .write_batch(&values, Some(&defined), None)
}

fn unwritable(path: &Path, error: &(impl std::fmt::Display + ?Sized)) -> Failure {
    Failure::Failed(format!("{}: can't be written: {error}", path.display()))
}

/// A table that is complete.
pub(super) struct TableReader {
    path: PathBuf,
    file: SerializedFileReader<File>,
}

impl TableReader {
    /// Opens a table; `None` if there is no file.
    pub(super) fn open(path: &Path, recipe: &str) -> Result<Option<Self>, Failure> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(damaged(path, &error)),
        };
        let file = guarded(path, || SerializedFileReader::new(file))?;
        let table = Self {
            path: path.to_owned(),
            file,
        };
        if table.note(RECIPE) == Some(recipe) {
            return Ok(Some(table));
        }
        Err(Failure::Failed(format!(
            "{} was made by another recipe (other settings, input or number of parts); remove it, \
             or use another folder",
            path.display()
        )))
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        usize::try_from(self.file.metadata().file_metadata().num_rows()).unwrap_or_default()
    }

    /// The number of row groups.
    pub(super) fn groups(&self) -> usize {
        self.file.num_row_groups()
    }

    /// The number of rows in a row group.
    pub(super) fn group_rows(&self, group: usize) -> usize {
        let rows = self.file.metadata().row_group(group).num_rows();
        usize::try_from(rows).unwrap_or_default()
    }

    /// A note about the whole table.
    pub(super) fn note(&self, name: &str) -> Option<&str> {
        let notes = self.file.metadata().file_metadata().key_value_metadata()?;
        let note = notes.iter().find(|entry| entry.key == name)?;
        note.value.as_deref()
    }

    /// A note that must be there, as a number.
    pub(super) fn count(&self, name: &str) -> Result<usize, Failure> {
        let count = self.note(name).and_then(|value| value.parse().ok());
        count.ok_or_else(|| damaged(&self.path, &format!("its note {name} is missing")))
    }

    pub(super) fn ints(&self, group: usize, column: usize) -> Result<Vec<i32>, Failure> {
        Ok(self.column::<Int32Type>(group, column)?.1)
    }

    pub(super) fn longs(&self, group: usize, column: usize) -> Result<Vec<i64>, Failure> {
        Ok(self.column::<Int64Type>(group, column)?.1)
    }

    pub(super) fn bytes(&self, group: usize, column: usize) -> Result<Vec<ByteArray>, Failure> {
        Ok(self.column::<ByteArrayType>(group, column)?.1)
    }

    /// A column of strings.
    pub(super) fn texts(&self, group: usize, column: usize) -> Result<Vec<String>, Failure> {
        let bytes = self.bytes(group, column)?;
        bytes.iter().map(|bytes| self.text(bytes)).collect()
    }

    /// An optional column of strings.
    pub(super) fn maybe_texts(
        &self,
        group: usize,
        column: usize,
    ) -> Result<Vec<Option<String>>, Failure> {
        let values = self.optional::<ByteArrayType>(group, column)?;
        let text = |bytes: Option<ByteArray>| bytes.map(|bytes| self.text(&bytes)).transpose();
        values.into_iter().map(text).collect()
    }

    /// The failure for a value that no stage writes.
    pub(super) fn damaged(&self, what: &str) -> Failure {
        damaged(&self.path, what)
    }

    fn text(&self, bytes: &ByteArray) -> Result<String, Failure> {
        let text = bytes.as_utf8().map(str::to_owned);
        text.map_err(|error| damaged(&self.path, &error))
    }

    /// An optional column.
    pub(super) fn optional<T: DataType>(
        &self,
        group: usize,
        column: usize,
    ) -> Result<Vec<Option<T::T>>, Failure> {
        let (defined, values) = self.column::<T>(group, column)?;
        let mut values = values.into_iter();
        let value = |defined: i16| if defined > 0 { values.next() } else { None };
        Ok(defined.into_iter().map(value).collect())
    }

    /// The definition levels of an optional column, and the values.
    fn column<T: DataType>(
        &self,
        group: usize,
        column: usize,
    ) -> Result<(Vec<i16>, Vec<T::T>), Failure> {
        guarded(&self.path, || {
            let group = self.file.get_row_group(group)?;
            let rows = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
            let mut reader = get_typed_column_reader::<T>(group.get_column_reader(column)?);
            let (mut defined, mut values) = (Vec::new(), Vec::new());
            let mut left = rows;
            while left > 0 {
                let (read, ..) =
                    reader.read_records(left, Some(&mut defined), None, &mut values)?;
                if read == 0 {
                    return Err(ParquetError::EOF("a column ends too early".to_owned()));
                }
                left -= read;
            }
            Ok((defined, values))
        })
    }
}

/// Reads a file. The library panics on damage that it doesn't check for; the panic becomes an error.
fn guarded<T>(path: &Path, read: impl FnOnce() -> ParquetResult<T>) -> Result<T, Failure> {
    let read = catch_unwind(AssertUnwindSafe(read));
    let read = read.unwrap_or_else(|_| Err(ParquetError::General("its reader gave up".to_owned())));
    read.map_err(|error| damaged(path, &error))
}

pub(super) fn damaged(path: &Path, error: &(impl std::fmt::Display + ?Sized)) -> Failure {
    Failure::Failed(format!(
        "{}: damaged: {error}; remove it, and run its stage again",
        path.display()
    ))
}
