//! The hashes of words, a batch at a time.
//!
//! In: a text, starts and ends of some of its words. Out: their hashes, to a [`Sink`].
//!
//! Nearly all words of most texts are short and fold to themselves but for ASCII letters, and which
//! do is known from their blocks. A first loop takes every word for such a one, eight at a time;
//! the others are folded and hashed one by one.

use super::class::Class;
use super::edges::{self, Edges};
use super::rows::Rows;
use super::{Span, fold, utf8};
use crate::hash;
use crate::simd::{Edge, Eights, Kernel, Task};

/// How many words make a batch: enough to keep loops busy, few enough to stay in L1.
pub(super) const BATCH: usize = 128;

/// A block of text may add 64 more to a batch that is nearly full.
pub(super) const ROOM: usize = BATCH + 64;

/// Words in the order of the text.
pub(super) struct Batch<'a> {
    pub(super) hashes: &'a [u64],
    pub(super) spans: &'a [Edge],
    /// The words that are one letter of a script without spaces, of which
    /// [`SHORT_REACH`](super::SHORT_REACH) stand for a word.
    pub(super) short: WordSet,
    /// And those of which [`LONG_REACH`](super::LONG_REACH) do.
    pub(super) long: WordSet,
    /// The words that start where the one before ends, be it in the batch before.
    pub(super) touching: WordSet,
}

/// 64 words for each mask.
const MASKS: usize = ROOM / 64;

/// Some of the words of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WordSet([u64; MASKS]);

impl WordSet {
    /// Adds those at the bits of `words`, the lowest of which stands for word `first`.
    #[inline(always)]
    pub(super) fn add(&mut self, words: u64, first: usize) {
        let (at, shift) = (first / 64, first % 64);
        self.0[at] |= words << shift;
        if shift > 0
            && let Some(next) = self.0.get_mut(at + 1)
        {
            *next |= words >> (64 - shift);
        }
    }

    /// The first word or none.
    pub(super) fn of_first(has: bool) -> Self {
        let mut set = Self::default();
        set.0[0] = has.into();
        set
    }

    /// Those before word `count`.
    #[inline(always)]
    pub(super) fn first(mut self, count: usize) -> Self {
        for (mask, before) in self.0.iter_mut().zip((0..).step_by(64)) {
            let count = count.saturating_sub(before) as u32;
            *mask &= 1u64.checked_shl(count).unwrap_or(0).wrapping_sub(1);
        }
        self
    }

    #[inline(always)]
    pub(super) fn remove(&mut self, word: usize) {
        if let Some(mask) = self.0.get_mut(word / 64) {
            *mask &= !(1 << (word % 64));
        }
    }

    #[inline(always)]
    pub(super) fn has(&self, word: usize) -> bool {
        self.0
            .get(word / 64)
            .is_some_and(|mask| mask >> (word % 64) & 1 == 1)
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.0 == [0; MASKS]
    }

    #[inline(always)]
    pub(super) fn for_each(self, mut f: impl FnMut(usize)) {
        for (mut mask, first) in self.0.into_iter().zip((0..).step_by(64)) {
            while mask != 0 {
                f(first + mask.trailing_zeros() as usize);
                mask &= mask - 1;
            }
        }
    }

    /// Those that have the word before in the set too and touch it, as `touches` tells.
    #[inline(always)]
    pub(super) fn continued(self, touches: Self) -> Self {
        let mut carried = 0;
        let mut continued = self.0;
        for (mask, touches) in continued.iter_mut().zip(touches.0) {
            let next = *mask >> 63;
            *mask &= touches & (*mask << 1 | carried);
            carried = next;
        }
        Self(continued)
    }

    /// How many words from `first` on are in the set without a gap.
    #[inline(always)]
    pub(super) fn run(&self, first: usize) -> usize {
        let mut len = 0;
        while let Some(mask) = self.0.get((first + len) / 64) {
            let at = (first + len) % 64;
            let ones = (mask >> at).trailing_ones() as usize;
            len += ones;
            if ones < 64 - at {
                break;
            }
        }
        len
    }

    #[inline(always)]
    pub(super) fn without(mut self, other: Self) -> Self {
        for (mask, other) in self.0.iter_mut().zip(other.0) {
            *mask &= !other;
        }
        self
    }
}

/// What takes the words of a text.
pub(super) trait Sink {
    fn take(&mut self, words: &Batch<'_>);

    /// Takes one word of a script with spaces.
    fn take_one(&mut self, hash: u64, start: usize, end: usize) {
        let Span { start, end } = Span::new(start, end);
        self.take(&Batch {
            hashes: &[hash],
            spans: &[[start, end]],
            short: WordSet::default(),
            long: WordSet::default(),
            touching: WordSet::default(),
        });
    }
}

/// Scratch space, kept from one text to the next.
#[derive(Debug)]
pub(super) struct Space {
    edges: Edges,
    hashes: [u64; ROOM],
    rows: Rows,
    pub(super) folded: String,
}

impl Default for Space {
    fn default() -> Self {
        Self {
            edges: Edges::default(),
            hashes: [0; ROOM],
            rows: Rows::default(),
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
            rows,
            folded,
        } = space;
        edges::for_each_batch(kernel, text, edges, |edges| {
            let mut batch = Batch {
                hashes: &[],
                spans: edges.words(),
                short: edges.short(),
                long: edges.long(),
                touching: edges.touching(),
            };
            let others = hash_clean(kernel, text, edges, hashes);
            if !others.is_empty() {
                let others = Others {
                    text,
                    words: others,
                    unfolded: edges.unfolded(),
                    odd: edges.odd(),
                };
                others.hash(kernel, &mut batch, rows, folded, hashes);
            }
            batch.hashes = &hashes[..batch.spans.len()];
            sink.take(&batch);
        });
    }
}

/// Writes the hashes of the words that are short and folded but for the upper case of ASCII; gives
/// the others.
#[inline(always)]
fn hash_clean<K: Kernel>(
    kernel: K,
    text: &str,
    edges: &Edges,
    hashes: &mut [u64; ROOM],
) -> WordSet {
    let text = text.as_bytes();
    let mut long = [0; ROOM / 8];
    let eights = edges.eights();
    let done = kernel.hash_words(
        text,
        Eights {
            words: eights,
            hashes: &mut hashes.as_chunks_mut().0[..eights.len()],
            others: &mut long[..eights.len()],
        },
    );
    let words = edges.words();
    for (at, &[start, end]) in words.iter().enumerate().skip(8 * done) {
        let (hash, is_long) = hash_last(text, start as usize, end as usize);
        hashes[at] = hash;
        long[at / 8] |= u8::from(is_long) << (at % 8);
    }
    // Behind the last word there may be anything.
    if let Some(last) = long.get_mut(words.len() / 8) {
        *last &= (1 << (words.len() % 8)) - 1;
    }
    let mut others = edges.unfolded();
    for (mask, eight) in others.0.iter_mut().zip(long.as_chunks().0) {
        *mask |= u64::from_le_bytes(*eight);
    }
    others
}

/// As [`hash::clean_word`] for a word that may be near the end of the text.
#[cold]
fn hash_last(text: &[u8], start: usize, end: usize) -> (u64, bool) {
    let rest = &text[start..];
    let mut starting = [0; 16];
    let len = rest.len().min(16);
    starting[..len].copy_from_slice(&rest[..len]);
    hash::clean_word(&starting, end - start)
}

/// The words of a batch that are long or folded to something else.
struct Others<'a> {
    text: &'a str,
    words: WordSet,
    unfolded: WordSet,
    odd: WordSet,
}

impl Others<'_> {
    /// Writes their hashes, and notes which of them are letters of scripts without spaces.
    #[inline(never)]
    fn hash<K: Kernel>(
        self,
        kernel: K,
        batch: &mut Batch<'_>,
        rows: &mut Rows,
        folded: &mut String,
        hashes: &mut [u64; ROOM],
    ) {
        let text = self.text;
        self.words.for_each(|at| {
            let span = batch.spans[at].map(|edge| edge as usize);
            let [start, end] = span;
            if !self.unfolded.has(at) {
                hashes[at] = fold::hash_clean(text, start, end, folded);
                return;
            }
            let is_odd = self.odd.has(at);
            // Words of other scripts need not be looked at twice.
            if !is_odd
                && text.as_bytes()[start].is_ascii()
                && let Some(hash) = fold::hash_contraction(kernel, text, start, end)
            {
                hashes[at] = hash;
                return;
            }
            if is_odd || !rows.take(kernel, text.as_bytes(), span, at, hashes) {
                hashes[at] = fold::hash(text, start, end, folded);
            }
            match reach(&text[start..end]) {
                super::SHORT_REACH => batch.short.add(1, at),
                super::LONG_REACH => batch.long.add(1, at),
                _ => {}
            }
        });
        rows.hash(kernel, hashes);
    }
}

/// How many letters of a script without spaces stand for a word where this is one of them, with
/// marks on it or not; else 1.
fn reach(word: &str) -> u16 {
    // None of these scripts stands below U+0800.
    if word.as_bytes()[0] < 0xE0 {
        return 1;
    }
    let (first, len, _) = utf8::decode(word.as_bytes(), 0);
    // To look up what most words of Korean are not would take as long as all else here.
    if matches!(first, 0xAC00..=0xD7A3) {
        return 1;
    }
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
        }
    }
}
