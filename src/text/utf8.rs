//! Decodes one UTF-8 character.
//!
//! In: the bytes of a `&str` and a character's first byte. Out: its code point, its length in
//! bytes, and the four bytes from its start.

/// Gives the code point at `at`, its length in bytes, and the four bytes that start there. Bytes
/// past the end of the text read as zero.
#[inline]
pub(super) fn decode(bytes: &[u8], at: usize) -> (u32, u32, [u8; 4]) {
    let four = match bytes[at..].first_chunk() {
        Some(four) => *four,
        None => padded(&bytes[at..]),
    };
    let [a, b, c, d] = four.map(u32::from);
    let (code, len) = match a {
        0..0x80 => (a, 1),
        0x80..0xE0 => ((a & 0x1F) << 6 | b & 0x3F, 2),
        0xE0..0xF0 => ((a & 0x0F) << 12 | (b & 0x3F) << 6 | c & 0x3F, 3),
        _ => (
            (a & 0x07) << 18 | (b & 0x3F) << 12 | (c & 0x3F) << 6 | d & 0x3F,
            4,
        ),
    };
    (code, len, four)
}

#[cold]
fn padded(bytes: &[u8]) -> [u8; 4] {
    let mut four = [0; 4];
    four[..bytes.len()].copy_from_slice(bytes);
    four
}
