//! The results of an earlier run.
//!
//! In: JSON Lines written by an earlier run, plain, gzip or Zstandard. Out: its groups.

use std::io::BufRead;
use std::path::Path;

use reprint::report::{EarlierGroup, SCHEMA};
use serde::Deserialize;

use crate::failure::Failure;
use crate::input;

/// The field that tells whether a line is needed.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, rename = "type")]
    kind: std::borrow::Cow<'a, str>,
    schema: u32,
}

/// The groups in a file. The file must hold a whole run, with the summary as its last record.
pub(crate) fn read(path: &Path) -> Result<Vec<EarlierGroup>, Failure> {
    let failed = |message: String| Failure::Failed(format!("{}: {message}", path.display()));
    let mut reader =
        input::reader(path).map_err(|error| failed(format!("can't be read: {error}")))?;
    let (mut groups, mut is_whole) = (Vec::new(), false);
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        match reader.read_line(&mut line) {
            Ok(0) => break,
            Ok(_) if line.trim().is_empty() => continue,
            Ok(_) => {}
            Err(error) => return Err(failed(format!("line {number} can't be read: {error}"))),
        }
        let wrong = |error: serde_json::Error| {
            failed(format!(
                "line {number} is no record of `reprint --format jsonl`: {error}"
            ))
        };
        let Line { kind, schema } = serde_json::from_str(&line).map_err(wrong)?;
        if schema != SCHEMA {
            return Err(failed(format!(
                "line {number} is of schema {schema}; this version writes and reads {SCHEMA}"
            )));
        }
        is_whole = kind == "summary";
        if kind == "group" {
            groups.push(serde_json::from_str(&line).map_err(wrong)?);
        }
    }
    if is_whole {
        Ok(groups)
    } else {
        Err(failed(
            "it does not end with a summary: the run that wrote it was cut short".to_owned(),
        ))
    }
}
