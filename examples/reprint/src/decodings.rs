//! How often a record is decoded, for tests.
//!
//! In: every record that is taken apart. Out: the number of times, by record; and the laws that
//! `ARCHITECTURE.md` states. Records of different tests differ.

use std::collections::HashMap;
use std::ffi::OsString;
use std::sync::Mutex;

use crate::{commands, settings};

static DECODED: Mutex<Option<HashMap<Vec<u8>, usize>>> = Mutex::new(None);

/// Counts a decoding of a record.
pub(crate) fn note(record: &[u8]) {
    let mut decoded = DECODED.lock().expect("no panic elsewhere");
    let decoded = decoded.get_or_insert_default();
    *decoded.entry(record.trim_ascii().to_vec()).or_default() += 1;
}

fn of(record: &str) -> usize {
    let decoded = DECODED.lock().expect("no panic elsewhere");
    let decoded = decoded.as_ref();
    decoded
        .and_then(|decoded| decoded.get(record.as_bytes()).copied())
        .unwrap_or_default()
}

/// The decodings of each record in a run with these options.
fn decodings(name: &str, options: &[&str]) -> Vec<usize> {
    let words = [
        "ferry", "pier", "council", "harbour", "winter", "captain", "letter",
    ];
    let word = |at: usize| format!("{}{} of {name}", words[at % 7], at / 7);
    let story: Vec<String> = (0..50).map(word).collect();
    let story = story.join(", the ");
    let bodies = [
        format!("{story}."),
        format!("{story}. It ended early."),
        format!("{story}. It ended late, and nobody minded."),
        format!("Nothing like it was ever seen in the hills above {name}."),
    ];
    let record = |(key, body): (usize, &String)| {
        serde_json::json!({ "id": format!("{name}{key}"), "text": body }).to_string()
    };
    let records: Vec<String> = bodies.iter().enumerate().map(record).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let [input, output] = ["articles.jsonl", "output"].map(|file| folder.path().join(file));
    std::fs::write(&input, records.join("\n")).expect("a file");
    let mut arguments: Vec<OsString> = ["reprint", "--quiet"].map(Into::into).into();
    arguments.extend(options.iter().map(Into::into));
    arguments.extend(["--output".into(), output.into(), input.into()]);
    let effective = settings::effective(&arguments, Vec::new).expect("good options");
    commands::run(effective, None).expect("a good run");
    records.iter().map(|record| of(record)).collect()
}

/// Records and rows need no text: a record is decoded to load it and to verify it.
#[test]
fn a_record_is_decoded_once_to_load_and_once_to_verify() {
    for (name, format) in [("Jayson", "jsonl"), ("Seeves", "csv")] {
        for mode in ["recycled", "jaccard"] {
            let found = decodings(
                &format!("{name} {mode}"),
                &["--format", format, "--mode", mode],
            );
            assert_eq!(found, [2, 2, 2, 1], "{format} {mode}");
        }
    }
}

/// The passage that text quotes is of two articles a group, which are decoded once more.
#[test]
fn a_quoted_passage_takes_one_more_decoding() {
    let found = decodings("Quotham", &["--format", "text"]);
    assert_eq!(found.iter().sum::<usize>(), 7 + 2, "{found:?}");
    assert_eq!(found[3], 1);
}
