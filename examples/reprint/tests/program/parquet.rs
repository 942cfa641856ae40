//! Parquet: rows in, rows kept, types of keys, ways of compression, damage.

use std::sync::Arc;

use ::parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use ::parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    Int32Type, Int64Type,
};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::record::{Row, RowAccessor};
use ::parquet::schema::parser::parse_message_type;

use super::keep::{keep, records};
use super::*;

/// Sixty rows in groups of twenty; every third is a copy, and some lack a score or a tag.
fn file_of_rows() -> Vec<u8> {
    let schema = "message articles { required int64 id; optional binary body (UTF8); \
                  optional double score; \
                  optional group tags (LIST) { repeated group list { \
                  optional binary element (UTF8); } } }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "made".to_owned(),
            "here".to_owned(),
        )]))
        .build();
    let mut out = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut out, schema, Arc::new(properties)).expect("a writer");
    for group in 0..3_i64 {
        let ids: Vec<i64> = (group * 20..group * 20 + 20).collect();
        let mut columns = writer.next_row_group().expect("a group");
        let mut column = columns.next_column().expect("a column").expect("one");
        column
            .typed::<Int64Type>()
            .write_batch(&ids, None, None)
            .expect("ids");
        column.close().expect("closed");
        let text = |&id: &i64| ByteArray::from(distinct((id - id % 3) as usize).as_str());
        let texts: Vec<ByteArray> = ids.iter().map(text).collect();
        let mut column = columns.next_column().expect("a column").expect("one");
        let all = column.typed::<ByteArrayType>();
        all.write_batch(&texts, Some(&[1; 20]), None)
            .expect("texts");
        column.close().expect("closed");
        let is_there: Vec<i16> = ids.iter().map(|id| i16::from(id % 4 != 0)).collect();
        let scores: Vec<f64> = ids
            .iter()
            .filter(|id| *id % 4 != 0)
            .map(|&id| id as f64)
            .collect();
        let mut column = columns.next_column().expect("a column").expect("one");
        let some = column.typed::<DoubleType>();
        some.write_batch(&scores, Some(&is_there), None)
            .expect("scores");
        column.close().expect("closed");
        // Two tags, none, or no list.
        let (mut defined, mut repeated, mut tags) = (Vec::new(), Vec::new(), Vec::new());
        for id in &ids {
            let levels: &[(i16, i16)] = match id % 3 {
                0 => &[(3, 0), (3, 1)],
                1 => &[(1, 0)],
                _ => &[(0, 0)],
            };
            for &(level, repeat) in levels {
                defined.push(level);
                repeated.push(repeat);
                if level == 3 {
                    tags.push(ByteArray::from(format!("tag{id}").as_str()));
                }
            }
        }
        let mut column = columns.next_column().expect("a column").expect("one");
        let list = column.typed::<ByteArrayType>();
        list.write_batch(&tags, Some(&defined), Some(&repeated))
            .expect("tags");
        column.close().expect("closed");
        columns.close().expect("closed");
    }
    writer.close().expect("closed");
    out
}

fn rows(bytes: Vec<u8>) -> (Vec<Row>, SerializedFileReader<bytes::Bytes>) {
    let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).expect("Parquet");
    let rows = file.get_row_iter(None).expect("rows");
    (rows.map(|row| row.expect("a row")).collect(), file)
}

#[test]
fn rows_are_kept_as_they_were() {
    let folder = folder("keep-parquet");
    let bytes = file_of_rows();
    let path = file(&folder, "in.parquet", &bytes);
    let (kept, dropped) = (folder.join("out.parquet"), folder.join("dropped.jsonl"));
    let run = keep(&path, &kept, &dropped);
    assert_eq!(run.summary()["articles"], 60);
    assert!(
        run.err.contains("20 of 60 articles kept, 40 dropped"),
        "{}",
        run.err
    );
    let (before, input) = rows(bytes.clone());
    let went: Vec<Value> = records(&dropped);
    let stays = |row: &&Row| {
        let id = row.get_long(0).expect("an id").to_string();
        went.iter().all(|line| line["key"] != id.as_str())
    };
    let expected: Vec<&Row> = before.iter().filter(stays).collect();
    let (after, output) = rows(fs::read(&kept).expect("a file"));
    assert_eq!(after.iter().collect::<Vec<_>>(), expected);
    let [before, after] = [&input, &output].map(|file| file.metadata().file_metadata());
    assert_eq!(before.schema(), after.schema());
    assert_eq!(before.key_value_metadata(), after.key_value_metadata());

    // Through a pipe, and compressed.
    let arguments = ["--format", "jsonl", "--quiet", "-"];
    let expected = reprint([&arguments[..3], &[path.to_str().expect("UTF-8")]].concat()).out;
    assert_eq!(reprint_stdin(&arguments, &bytes).out, expected);
    let packed = zstd::encode_all(&*bytes, 1).expect("in memory");
    let packed = file(&folder, "packed.parquet.zst", packed);
    assert_eq!(jsonl(&packed).out, expected);
}

#[test]
fn damaged_files() {
    let folder = folder("bad-parquet");
    let bytes = file_of_rows();
    let good = file(&folder, "good.jsonl", line("good", &distinct(1)));
    let cut = bytes[..bytes.len() / 2].to_vec();
    let mut files = vec![cut, b"PAR1".to_vec(), b"PAR1PAR1PAR1".to_vec(), Vec::new()];
    // Bytes damaged at many places in the data and in the index at the end.
    for at in (4..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        files.push(damaged);
    }
    for (number, bytes) in files.into_iter().enumerate() {
        let path = file(&folder, &format!("{number}.parquet"), bytes);
        let run = reprint([good.as_path(), &path]);
        // A file that can't be read to its end is an error.
        let is_cut = run.err.contains("files not read to their end");
        assert_eq!(run.code, i32::from(is_cut), "{number}: {}", run.err);
        assert!(!run.err.contains("panicked"), "{number}: {}", run.err);
    }
}

/// The records of a file in the folder in which the program runs.
fn jsonl_in(folder: &Path, name: &str) -> Run {
    let run = Command::new(binary())
        .current_dir(folder)
        .args(["--format", "jsonl", name])
        .output();
    Run::of(run.expect("it starts"))
}

/// A column: its values, as many as there are texts.
enum Keys {
    Decimal(Vec<i32>),
    Wide(Vec<i64>),
    Fixed(Vec<[u8; 5]>),
    Bool(Vec<bool>),
}

/// A file of texts with keys of this kind, compressed in this way.
fn file_of(schema: &str, keys: &Keys, texts: &[String], compression: Compression) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let properties = WriterProperties::builder().set_compression(compression);
    let properties = Arc::new(properties.build());
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, schema, properties).expect("a writer");
    let mut columns = writer.next_row_group().expect("a group");
    let mut column = columns.next_column().expect("a column").expect("one");
    let written = match keys {
        Keys::Decimal(keys) => column.typed::<Int32Type>().write_batch(keys, None, None),
        Keys::Wide(keys) => column.typed::<Int64Type>().write_batch(keys, None, None),
        Keys::Bool(keys) => column.typed::<BoolType>().write_batch(keys, None, None),
        Keys::Fixed(keys) => {
            let fixed = |key: &[u8; 5]| FixedLenByteArray::from(key.to_vec());
            let keys: Vec<_> = keys.iter().map(fixed).collect();
            let column = column.typed::<FixedLenByteArrayType>();
            column.write_batch(&keys, None, None)
        }
    };
    written.expect("keys");
    column.close().expect("closed");
    let texts: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(&**text)).collect();
    let mut column = columns.next_column().expect("a column").expect("one");
    let all = column.typed::<ByteArrayType>();
    all.write_batch(&texts, None, None).expect("texts");
    column.close().expect("closed");
    columns.close().expect("closed");
    writer.close().expect("closed");
    out
}

#[test]
fn keys_of_every_type_are_read_as_people_write_them() {
    let folder = folder("parquet-keys");
    let texts: Vec<String> = (1..4).map(distinct).collect();
    let wide = [0, 0, 0, 1, 0xff];
    for (schema, keys, expected) in [
        (
            "required int32 id (DECIMAL(5,2))",
            Keys::Decimal(vec![150, -5, 1200]),
            ["1.50", "-0.05", "12.00"],
        ),
        (
            "required int64 id (DECIMAL(18,3))",
            Keys::Wide(vec![1, 123_456_789_012_345_678, -1000]),
            ["0.001", "123456789012345.678", "-1.000"],
        ),
        (
            "required fixed_len_byte_array(5) id (DECIMAL(11,1))",
            Keys::Fixed(vec![wide, [0xff; 5], [0; 5]]),
            ["51.1", "-0.1", "0.0"],
        ),
        (
            "required boolean id",
            Keys::Bool(vec![true, false, true]),
            ["true", "false", "true (in.parquet#3)"],
        ),
    ] {
        let schema = format!("message articles {{ {schema}; required binary text (UTF8); }}");
        let bytes = file_of(&schema, &keys, &texts, Compression::SNAPPY);
        file(&folder, "in.parquet", bytes);
        let run = jsonl_in(&folder, "in.parquet");
        let keys: Vec<Value> = run
            .records("article")
            .into_iter()
            .map(|it| it["key"].clone())
            .collect();
        assert_eq!(keys, expected, "{schema}");
    }
}

#[test]
fn every_way_of_compression_is_read() {
    let folder = folder("parquet-compression");
    let texts: Vec<String> = (0..30).map(|number| distinct(number / 2)).collect();
    let keys = Keys::Wide((0..30).collect());
    let schema = "message articles { required int64 id; required binary text (UTF8); }";
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ] {
        let path = file(
            &folder,
            "in.parquet",
            file_of(schema, &keys, &texts, compression),
        );
        let kept = folder.join("kept.parquet");
        let run = keep(&path, &kept, &folder.join("dropped.jsonl"));
        assert_eq!(run.summary()["articles"], 30, "{compression:?}");
        let (kept, file) = rows(fs::read(kept).expect("a file"));
        assert_eq!(kept.len(), 15, "{compression:?}");
        let column = file.metadata().row_group(0).column(1).compression();
        assert_eq!(column, compression);
    }
}
