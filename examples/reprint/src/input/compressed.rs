//! Compressed files.
//!
//! In: a file or a pipe. Out: its content. Gzip and Zstandard are recognized by the first bytes,
//! whatever the name, and decompressed.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

const BUFFER: usize = 1 << 18;
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTANDARD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// A reader of the content, and whether the file was compressed.
pub(super) fn reader(bytes: Box<dyn Read>) -> io::Result<(Box<dyn BufRead>, bool)> {
    let mut bytes = BufReader::with_capacity(BUFFER, bytes);
    let first = bytes.fill_buf()?;
    if first.starts_with(GZIP) {
        let within = MultiGzDecoder::new(bytes);
        Ok((Box::new(BufReader::with_capacity(BUFFER, within)), true))
    } else if first.starts_with(ZSTANDARD) {
        let within = zstd::Decoder::with_buffer(bytes)?;
        Ok((Box::new(BufReader::with_capacity(BUFFER, within)), true))
    } else {
        Ok((Box::new(bytes), false))
    }
}
