//! Rows of a Parquet file.
//!
//! In: the file, and which rows are kept. Out: a file of equal schema, metadata and compression
//! with these rows. Columns are copied value by value, in batches. The levels that mark lists and
//! missing values are copied too, so no value is ever interpreted.

use std::io;
use std::sync::Arc;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::reader::FileReader;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};

use super::atomic::Sealed;
use super::packed::Target;
use crate::input::Source;

/// Rows copied at a time. Chosen by hand.
const BATCH: usize = 1024;

pub(super) fn write(
    source: &Source,
    target: Target,
    is_kept: &[bool],
) -> io::Result<Option<Sealed>> {
    let file = crate::input::open_parquet(source)?;
    copy(&file, target, is_kept)
        .map_err(io::Error::other)?
        .finish()
}

fn copy(file: &dyn FileReader, target: Target, is_kept: &[bool]) -> Result<Target> {
    let of_file = file.metadata().file_metadata();
    let schema = of_file.schema_descr().root_schema_ptr();
    let mut writer = SerializedFileWriter::new(target, schema, properties(file))?;
    let mut rows = is_kept;
    for number in 0..file.num_row_groups() {
        let group = file.get_row_group(number)?;
        let len = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let here;
        (here, rows) = rows
            .split_at_checked(len)
            .ok_or_else(|| ParquetError::General("it has changed meanwhile".to_owned()))?;
        if !here.contains(&true) {
            continue;
        }
        let mut out = writer.next_row_group()?;
        for column in 0..group.num_columns() {
            let reader = group.get_column_reader(column)?;
            if let Some(mut column) = out.next_column()? {
                copy_column(reader, &mut column, here)?;
                column.close()?;
            }
        }
        out.close()?;
    }
    // Writes the index at the file's end.
    writer.into_inner()
}

/// The file's metadata and compression.
fn properties(file: &dyn FileReader) -> WriterPropertiesPtr {
    let metadata = file.metadata();
    let known = metadata.file_metadata().key_value_metadata();
    let mut properties = WriterProperties::builder().set_key_value_metadata(known.cloned());
    for column in metadata
        .row_groups()
        .iter()
        .take(1)
        .flat_map(RowGroupMetaData::columns)
    {
        let path = column.column_path().clone();
        properties = properties.set_column_compression(path, column.compression());
    }
    Arc::new(properties.build())
}

fn copy_column(
    reader: ColumnReader,
    writer: &mut SerializedColumnWriter<'_>,
    is_kept: &[bool],
) -> Result<()> {
    use ColumnReader as Of;
    match reader {
        Of::BoolColumnReader(reader) => copy_values(reader, writer.typed(), is_kept),
        Of::Int32ColumnReader(reader) => copy_values(reader, writer.typed(), is_kept),
        Of::Int64ColumnReader(reader) => copy_values(reader, writer.typed(), is_kept),
        Of::Int96ColumnReader(reader) => copy_values(reader, writer.typed(), is_kept),
        Of::FloatColumnReader(reader) => copy_values(reader, writer.typed(), is_kept),
        Of::DoubleColumnReader(reader) => copy_values(reader, writer.typed(), is_kept),
        Of::ByteArrayColumnReader(reader) => copy_values(reader, writer.typed(), is_kept),
        Of::FixedLenByteArrayColumnReader(reader) => copy_values(reader, writer.typed(), is_kept),
    }
}

fn copy_values<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    writer: &mut ColumnWriterImpl<'_, T>,
    is_kept: &[bool],
) -> Result<()> {
    let descriptor = Arc::clone(writer.get_descriptor());
    for run in is_kept.chunk_by(|a, b| a == b) {
        if !run[0] {
            reader.skip_records(run.len())?;
            continue;
        }
        let mut left = run.len();
        while left > 0 {
            let (mut defined, mut repeated, mut values) = (Vec::new(), Vec::new(), Vec::new());
            let (read, _, _) = reader.read_records(
                left.min(BATCH),
                Some(&mut defined),
                Some(&mut repeated),
                &mut values,
            )?;
            if read == 0 {
                return Err(ParquetError::EOF("a column ends too early".to_owned()));
            }
            let defined = (descriptor.max_def_level() > 0).then_some(&*defined);
            let repeated = (descriptor.max_rep_level() > 0).then_some(&*repeated);
            writer.write_batch(&values, defined, repeated)?;
            left -= read;
        }
    }
    Ok(())
}
