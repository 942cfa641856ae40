//! One character of UTF-8.
//!
//! In: the bytes of a `&str` and where a character starts. Out: its code point, its length, and
//! its bytes.

/// The code point at `at`, how many bytes it takes, and four bytes that start with those.
#[inline]
pub(super) fn decode(bytes: &[u8], at: usize) -> (u32, u32, [u8; 4]) {
    let four = match bytes[at..].first_chunk() {
        Some(four) => *four,
        None => last(&bytes[at..]),
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
fn last(bytes: &[u8]) -> [u8; 4] {
    let mut four = [0; 4];
    four[..bytes.len()].copy_from_slice(bytes);
    four
}
