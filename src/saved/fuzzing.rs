//! Every decoder of the format, for the fuzz target `saved`.
//!
//! In: bytes that no checksum has approved. Out: nothing; what is decoded is written as the same bytes
//! again. Built with `--cfg fuzzing` alone.

use super::bytes::{Decoder, Encoder};
use super::generation::Generation;
use super::links::TextLink;
use super::row::{ROW, Row};
use super::{changes, segment};
use crate::hash;

/// Decodes the bytes as the part of the format that `choice` names.
///
/// # Panics
///
/// If what was decoded is not written as it was read.
pub fn decode(choice: u8, bytes: &[u8]) {
    match choice % 5 {
        0 => {
            let mut whole = Vec::from(*b"RPINDEX\0\x01\0\0\0");
            whole.extend(bytes);
            whole.extend(hash::token(&whole).to_le_bytes());
            if let Ok(read) = Generation::decode("fuzzed", &whole) {
                assert_eq!(read.encode(), whole);
            }
        }
        1 => {
            if let Some(read) = changes::decode(bytes) {
                let mut to = Encoder::default();
                for change in &read {
                    change.encode(&mut to);
                }
                assert_eq!(to.bytes, bytes);
            }
        }
        2 => {
            let mut from = Decoder { rest: bytes };
            while let Some(link) = TextLink::decode(&mut from) {
                let mut to = Encoder::default();
                link.encode(&mut to);
                let again = TextLink::decode(&mut Decoder { rest: &to.bytes });
                assert_eq!(again, Some(link));
            }
        }
        3 => {
            for bytes in bytes.chunks_exact(ROW) {
                if let Some(row) = Row::decode(bytes) {
                    assert_eq!(Row::decode(&row.encode()), Some(row));
                }
            }
        }
        _ => segment::decode_footer(bytes),
    }
}
