//! The hashes of words, a batch at a time.
//!
//! In: a text, starts and ends of some of its words. Out: their hashes, to a [`Sink`].
//!
//! Nearly all words of most texts are ASCII and short. A first loop without branches takes every
//! word for such a one, eight at a time, and notes which are not; those are folded and hashed one
//! by one.

use super::class::Class;
use super::edges::{self, Edges};
use super::short::is_ideograph;
use super::{Span, fold, utf8};
use crate::hash;
use crate::simd::{Eights, Kernel, Task};

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
#[derive(Clone, Copy, Debug, Default)]
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

/// Scratch space, kept from one text to the next.
#[derive(Debug)]
pub(super) struct Space {
    edges: Edges,
    hashes: [u64; ROOM],
    spaceless: [Spaceless; ROOM],
    pub(super) folded: String,
}

impl Default for Space {
    fn default() -> Self {
        Self {
            edges: Edges::default(),
            hashes: [0; ROOM],
            spaceless: [Spaceless::default(); ROOM],
            folded: String::new(),
        }
    }
}

/// Hands the words of `text`, which must not exceed [`MAX_LEN`](super::MAX_LEN), to `sink`.
pub(super) struct Words<'a, S> {
    pub(super) text: &'a str,
    pub(super) space: &'a mut Space,
    pub(super) sink: &'a mut S,
}

impl<S: Sink> Task for Words<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let Self { text, space, sink } = self;
        let Space {
            edges,
            hashes,
            spaceless,
            folded,
        } = space;
        edges::for_each_batch(kernel, text, edges, |edges| {
            let (starts, ends) = edges.words();
            let others = if edges.are_special() {
                [u64::MAX; MASKS]
            } else {
                hash_ascii(kernel, text, edges, hashes)
            };
            let others = Positions::of(others, starts.len());
            let count = if others.is_empty() {
                0
            } else {
                hash_others(text, starts, ends, others, folded, hashes, spaceless)
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

/// 64 words for each mask.
const MASKS: usize = ROOM / 64;

/// The positions of set bits, lowest first.
struct Positions([u64; MASKS]);

impl Positions {
    /// Those below `end`.
    #[inline(always)]
    fn of(mut masks: [u64; MASKS], end: usize) -> Self {
        for (mask, from) in masks.iter_mut().zip((0..).step_by(64)) {
            *mask &= match end.saturating_sub(from) {
                bits @ 0..64 => (1 << bits) - 1,
                _ => u64::MAX,
            };
        }
        Self(masks)
    }

    #[inline(always)]
    fn is_empty(&self) -> bool {
        self.0 == [0; MASKS]
    }

    #[inline(always)]
    fn for_each(self, mut f: impl FnMut(usize)) {
        for (mut mask, from) in self.0.into_iter().zip((0..).step_by(64)) {
            while mask != 0 {
                f(from + mask.trailing_zeros() as usize);
                mask &= mask - 1;
            }
        }
    }
}

/// Writes the hashes of the words that are short and ASCII; gives a bit for each that is not.
#[inline(always)]
fn hash_ascii<K: Kernel>(
    kernel: K,
    text: &str,
    edges: &Edges,
    hashes: &mut [u64; ROOM],
) -> [u64; MASKS] {
    let text = text.as_bytes();
    let mut others = [0; ROOM / 8];
    let (starts, ends) = edges.eights();
    let eights = starts.len();
    let done = kernel.hash_words(
        text,
        Eights {
            starts,
            ends,
            hashes: &mut hashes.as_chunks_mut().0[..eights],
            others: &mut others[..eights],
        },
    );
    let (starts, ends) = edges.words();
    for at in 8 * done..starts.len() {
        let (hash, is_other) = hash_last(text, starts[at] as usize, ends[at] as usize);
        hashes[at] = hash;
        others[at / 8] |= u8::from(is_other) << (at % 8);
    }
    let (eights, _) = others.as_chunks();
    std::array::from_fn(|at| u64::from_le_bytes(eights[at]))
}

/// As [`hash::ascii_word`] for a word that may be near the end of the text.
#[cold]
fn hash_last(text: &[u8], start: usize, end: usize) -> (u64, bool) {
    let rest = &text[start..];
    let mut starting = [0; 16];
    let len = rest.len().min(16);
    starting[..len].copy_from_slice(&rest[..len]);
    hash::ascii_word(&starting, end - start)
}

/// Writes the hashes of the words numbered `others`, and those of them that are letters of scripts
/// without spaces; gives the number of these.
#[inline(never)]
fn hash_others(
    text: &str,
    starts: &[u32],
    ends: &[u32],
    others: Positions,
    folded: &mut String,
    hashes: &mut [u64; ROOM],
    spaceless: &mut [Spaceless; ROOM],
) -> usize {
    let mut count = 0;
    others.for_each(|at| {
        let (start, end) = (starts[at] as usize, ends[at] as usize);
        let letter = |reach| Spaceless {
            at: at as u16,
            reach,
        };
        if let Some(&bytes) = text.as_bytes()[start..end].as_array()
            && is_ideograph(bytes)
        {
            let [a, b, c] = bytes;
            hashes[at] = hash::short_word(u64::from(u32::from_le_bytes([a, b, c, 0])), 0, 3);
            spaceless[count] = letter(super::SHORT_REACH);
            count += 1;
            return;
        }
        hashes[at] = fold::hash(text, start, end, folded);
        let reach = reach(&text[start..end]);
        spaceless[count] = letter(reach);
        count += usize::from(reach > 1);
    });
    count
}

/// How many letters of a script without spaces stand for a word where this is one of them, with
/// marks on it or not; else 1.
fn reach(word: &str) -> u16 {
    // None of these scripts stands below U+0800.
    if word.as_bytes()[0] < 0xE0 {
        return 1;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The short ways give what the tables have.
    #[test]
    fn reach_of_every_code_point() {
        for c in '\0'..=char::MAX {
            let expected = Class::of(c).reach();
            assert_eq!(reach(&c.to_string()), expected, "U+{:04X}", c as u32);
            let mut bytes = [0; 4];
            if let Ok(&three) = <&[u8; 3]>::try_from(c.encode_utf8(&mut bytes).as_bytes())
                && is_ideograph(three)
            {
                assert_eq!(expected, super::super::SHORT_REACH, "U+{:04X}", c as u32);
            }
        }
    }
}
