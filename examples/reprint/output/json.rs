//! Records that are no [`reprint::report`]: those of the commands beside the main one.
//!
//! In: a record. Out: one line of JSON.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a record and ends the line.
pub(crate) fn line(out: &mut dyn Write, record: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.write_all(b"\n")
}
