//! Rows: what a segment holds of an article, in 73 bytes.
//!
//! In: an article's record. Out: its bytes; 56 rows fill a page. Names and texts stand elsewhere in
//! the segment.

use super::bytes::{Decoder, Encoder};
use super::pages::BODY;
use crate::sketch::Fingerprint;

/// Bytes of a row.
pub(super) const ROW: usize = 73;
/// Rows of a page, which they fill.
pub(super) const ROWS: usize = BODY / ROW;
const _: () = assert!(ROWS * ROW == BODY);

const DATED: u8 = 1;
const SIGNED: u8 = 2;
const SOURCED: u8 = 4;

/// An article of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) fingerprint: Fingerprint,
    pub(super) id: u64,
    pub(super) date: Option<i64>,
    /// Where the text starts among the texts, and its bytes.
    pub(super) text: (u64, u32),
    /// Where the key starts among the names, and its bytes; the source follows the key.
    pub(super) key: (u64, u32),
    /// Bytes of the source.
    pub(super) source: Option<u32>,
    pub(super) tokens: u32,
    /// Hashes in the sample.
    pub(super) sample: u32,
    /// The row of the segment's first article with this text.
    pub(super) leader: u32,
    /// Whether the text has words. A text without words has no copies, and matches nothing.
    pub(super) is_signed: bool,
}

impl Row {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut to = Encoder::default();
        to.u128(self.fingerprint.0);
        to.u64(self.id);
        to.i64(self.date.unwrap_or_default());
        to.u64(self.text.0);
        to.u64(self.key.0);
        to.u32(self.text.1);
        to.u32(self.key.1);
        to.u32(self.source.unwrap_or_default());
        to.u32(self.tokens);
        to.u32(self.sample);
        to.u32(self.leader);
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        to.u8(flag(self.date.is_some(), DATED)
            | flag(self.is_signed, SIGNED)
            | flag(self.source.is_some(), SOURCED));
        to.bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut from = Decoder { rest: bytes };
        let fingerprint = Fingerprint(from.u128()?);
        let (id, date) = (from.u64()?, from.i64()?);
        let (text, key) = (from.u64()?, from.u64()?);
        let (text, key) = ((text, from.u32()?), (key, from.u32()?));
        let (source, tokens) = (from.u32()?, from.u32()?);
        let (sample, leader) = (from.u32()?, from.u32()?);
        let flags = from.u8()?;
        Some(Self {
            fingerprint,
            id,
            date: (flags & DATED != 0).then_some(date),
            text,
            key,
            source: (flags & SOURCED != 0).then_some(source),
            tokens,
            sample,
            leader,
            is_signed: flags & SIGNED != 0,
        })
    }
}
