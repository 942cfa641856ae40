//! The hashes of words, a batch at a time.
//!
//! In: a text, starts and ends of some of its words. Out: their hashes, to a [`Sink`].
//!
//! Nearly all words of most texts are ASCII and short. A first loop without branches takes every
//! word for such a one and notes which are not; those are folded and hashed one by one.

use super::class::Class;
use super::short::is_ideograph;
use super::{Span, edges, fold, utf8};
use crate::hash;
use crate::simd::{Kernel, Task};

/// How many words make a batch: enough to keep loops busy, few enough to stay in L1.
pub(super) const BATCH: usize = 128;

/// A block of text may add 64 more to a batch that is nearly full.
pub(super) const ROOM: usize = BATCH + 64;

/// Words in the order of the text.
pub(super) struct Batch<'a> {
    pub(super) hashes: &'a [u64],
    pub(super) starts: &'a [u32],
    pub(super) ends: &'a [u32],
    /// The letters of scripts without spaces among the words.
    pub(super) spaceless: &'a [Spaceless],
}

/// A word that is one letter of a script without spaces.
#[derive(Clone, Copy, Default)]
pub(super) struct Spaceless {
    /// Where it stands in the batch.
    pub(super) at: u16,
    /// How many such letters stand for a word.
    pub(super) reach: u16,
}

/// What takes the words of a text.
pub(super) trait Sink {
    fn take(&mut self, words: &Batch<'_>);

    /// Takes one word of a script with spaces.
    fn take_one(&mut self, hash: u64, start: usize, end: usize) {
        let Span { start, end } = Span::new(start, end);
        self.take(&Batch {
            hashes: &[hash],
            starts: &[start],
            ends: &[end],
            spaceless: &[],
        });
    }
}

/// Hands the words of `text`, which must not exceed [`MAX_LEN`](super::MAX_LEN), to `sink`.
pub(super) struct Words<'a, S> {
    pub(super) text: &'a str,
    /// Scratch space.
    pub(super) folded: &'a mut String,
    pub(super) sink: &'a mut S,
}

impl<S: Sink> Task for Words<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let Self { text, folded, sink } = self;
        let mut hashes = [0; ROOM];
        let mut others = [0; ROOM];
        let mut spaceless = [Spaceless::default(); ROOM];
        edges::for_each_batch(kernel, text, |starts, ends| {
            let count = hash_ascii(text.as_bytes(), starts, ends, &mut hashes, &mut others);
            let others = &others[..count];
            let count = match others {
                [] => 0,
                _ => hash_others(
                    text,
                    starts,
                    ends,
                    others,
                    folded,
                    &mut hashes,
                    &mut spaceless,
                ),
            };
            sink.take(&Batch {
                hashes: &hashes[..starts.len()],
                starts,
                ends,
                spaceless: &spaceless[..count],
            });
        });
    }
}

/// Writes the hashes of the words that are short and ASCII, and which words are not; gives the
/// number of those.
#[inline(always)]
fn hash_ascii(
    bytes: &[u8],
    starts: &[u32],
    ends: &[u32],
    hashes: &mut [u64; ROOM],
    others: &mut [u16; ROOM],
) -> usize {
    let mut count = 0;
    for (at, ((&start, &end), hash)) in starts.iter().zip(ends).zip(hashes).enumerate() {
        let start = start as usize;
        let len = end as usize - start;
        // Within sixteen bytes of the end of the text a word is left to the others.
        let (found, is_other) = match bytes.get(start..start + 16) {
            Some(starting) => hash::ascii_word(starting.try_into().expect("sixteen"), len),
            None => (0, true),
        };
        *hash = found;
        others[count] = at as u16;
        count += usize::from(is_other);
    }
    count
}

/// Writes the hashes of the words numbered `others`, and those of them that are letters of scripts
/// without spaces; gives the number of these.
#[inline(never)]
fn hash_others(
    text: &str,
    starts: &[u32],
    ends: &[u32],
    others: &[u16],
    folded: &mut String,
    hashes: &mut [u64; ROOM],
    spaceless: &mut [Spaceless; ROOM],
) -> usize {
    let mut count = 0;
    for &at in others {
        let (start, end) = (starts[at as usize] as usize, ends[at as usize] as usize);
        if let Some(&bytes) = text.as_bytes()[start..end].as_array()
            && is_ideograph(bytes)
        {
            let [a, b, c] = bytes;
            hashes[at as usize] =
                hash::short_word(u64::from(u32::from_le_bytes([a, b, c, 0])), 0, 3);
            let reach = super::SHORT_REACH;
            spaceless[count] = Spaceless { at, reach };
            count += 1;
            continue;
        }
        hashes[at as usize] = fold::hash(text, start, end, folded);
        let reach = reach(&text[start..end]);
        spaceless[count] = Spaceless { at, reach };
        count += usize::from(reach > 1);
    }
    count
}

/// How many letters of a script without spaces stand for a word where this is one of them, with
/// marks on it or not; else 1.
fn reach(word: &str) -> u16 {
    let (first, len, _) = utf8::decode(word.as_bytes(), 0);
    match Class::of_code(first).reach() {
        1 => 1,
        reach
            if word[len as usize..]
                .chars()
                .all(|c| Class::of(c).is_ignored()) =>
        {
            reach
        }
        _ => 1,
    }
}
