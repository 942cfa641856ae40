//! Tables of candidate pairs.
//!
//! In: pairs of positions, each as one number: the lower position in the upper half. Out: a table, and
//! the pairs of a range of lower positions again.

use std::ops::Range;

use super::table::{Column, ROWS, TableReader, TableWriter};
use crate::failure::Failure;

pub(super) const COLUMNS: &str = "required int32 a; required int32 b;";

/// Two positions as one number, which has the order of pairs.
pub(super) fn packed(a: u32, b: u32) -> u64 {
    u64::from(a.min(b)) << 32 | u64::from(a.max(b))
}

/// The two positions.
pub(super) fn unpacked(pair: u64) -> (u32, u32) {
    ((pair >> 32) as u32, pair as u32)
}

/// Writes pairs.
pub(super) fn write(table: &mut TableWriter, pairs: &[u64]) -> Result<(), Failure> {
    for rows in pairs.chunks(ROWS) {
        let column = |end: fn(u64) -> u32| {
            Column::Int(rows.iter().map(|&pair| end(pair).cast_signed()).collect())
        };
        table.write(vec![
            column(|pair| unpacked(pair).0),
            column(|pair| unpacked(pair).1),
        ])?;
    }
    Ok(())
}

/// Reads the pairs whose lower position is in a range.
pub(super) fn read(
    table: &TableReader,
    lower: &Range<u32>,
    into: &mut Vec<u64>,
) -> Result<(), Failure> {
    for group in 0..table.groups() {
        let a = table.ints(group, 0)?;
        if !a.iter().any(|a| lower.contains(&a.cast_unsigned())) {
            continue;
        }
        let b = table.ints(group, 1)?;
        let pairs = a.iter().zip(&b);
        let pairs = pairs.map(|(a, b)| (a.cast_unsigned(), b.cast_unsigned()));
        into.extend(
            pairs
                .filter(|(a, _)| lower.contains(a))
                .map(|(a, b)| packed(a, b)),
        );
    }
    Ok(())
}

/// The share of `all` positions that belongs to a part.
pub(super) fn block(all: usize, part: usize, parts: usize) -> Range<u32> {
    (all * part / parts) as u32..(all * (part + 1) / parts) as u32
}
