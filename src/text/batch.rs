//! Hashes words, one batch at a time.
//!
//! In: a text. Out: batches of its words, hashed, to whatever implements [`TakeWords`].
//!
//! Most words in most texts are short and clean: lower-casing their ASCII letters folds them. A
//! first loop hashes every word as if it were so, eight at a time. A second one folds and hashes the
//! others, known from their blocks' masks, one by one.

use super::class::Class;
use super::edges::Edges;
use super::rows::Rows;
use super::word_set::{ROOM, WordSet};
use super::{Span, folded_word, utf8, walk};
use crate::simd::{GroupsOf8, Kernel, StartEnd, Task, clean_word};

/// Words in text order.
pub(crate) struct Batch<'a> {
    /// Their hashes.
    pub(crate) hashes: &'a [u64],
    /// Their starts and ends, in bytes.
    pub(crate) spans: &'a [StartEnd],
    /// Single letters from scripts without spaces, with [`SHORT_REACH`](super::SHORT_REACH).
    pub(crate) short: WordSet,
    /// Single letters from scripts without spaces, with [`LONG_REACH`](super::LONG_REACH).
    pub(crate) long: WordSet,
    /// Words that start where their predecessor ends, be it in the batch before.
    pub(crate) touching: WordSet,
}

/// Takes a text's words as [`CutWords`] finds them.
pub(crate) trait TakeWords {
    /// Takes the next words. `#[inline(always)]` builds it with the caller's instructions.
    fn take_words(&mut self, words: &Batch<'_>);

    /// Takes one token that is no letter from a script without spaces.
    fn take_one(&mut self, hash: u64, span: Span) {
        self.take_words(&Batch {
            hashes: &[hash],
            spans: &[[span.start, span.end]],
            short: WordSet::default(),
            long: WordSet::default(),
            touching: WordSet::default(),
        });
    }
}

/// Scratch space for [`CutWords`], kept between texts.
#[derive(Debug)]
pub(crate) struct WordScratch {
    edges: Edges,
    hashes: [u64; ROOM],
    rows: Rows,
    /// Folded bytes of one word or character.
    pub(crate) folded: String,
}

impl Default for WordScratch {
    fn default() -> Self {
        Self {
            edges: Edges::default(),
            hashes: [0; ROOM],
            rows: Rows::default(),
            folded: String::new(),
        }
    }
}

/// Cuts and hashes the words in `text`, which must not exceed [`MAX_LEN`](super::MAX_LEN).
pub(crate) struct CutWords<'a, S> {
    /// The text.
    pub(crate) text: &'a str,
    /// Reused buffers.
    pub(crate) scratch: &'a mut WordScratch,
    /// Receives the words.
    pub(crate) taker: &'a mut S,
}

impl<S: TakeWords> Task for CutWords<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let Self {
            text,
            scratch,
            taker,
        } = self;
        #[cfg(test)]
        super::cuts::note(text);
        let WordScratch {
            edges,
            hashes,
            rows,
            folded,
        } = scratch;
        walk::for_each_batch(kernel, text, edges, |edges| {
            let mut batch = Batch {
                hashes: &[],
                spans: edges.words(),
                short: edges.short(),
                long: edges.long(),
                touching: edges.touching(),
            };
            let others = hash_clean_words(kernel, text, edges, hashes);
            if !others.is_empty() {
                let others = OtherWords {
                    text,
                    words: others,
                    unfolded: edges.unfolded(),
                    odd: edges.odd(),
                };
                others.hash(kernel, &mut batch, rows, folded, hashes);
            }
            batch.hashes = &hashes[..batch.spans.len()];
            taker.take_words(&batch);
        });
    }
}

/// Counts words by their edges; hashes nothing.
pub(crate) struct CountWords<'a> {
    /// The text, no longer than [`MAX_LEN`](super::MAX_LEN).
    pub(crate) text: &'a str,
}

impl Task for CountWords<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> usize {
        let mut count = 0;
        walk::for_each_batch(kernel, self.text, &mut Edges::default(), |edges| {
            count += edges.words().len();
        });
        count
    }
}

/// Hashes every word as if it were short and clean; gives those that are not.
#[inline(always)]
fn hash_clean_words<K: Kernel>(
    kernel: K,
    text: &str,
    edges: &Edges,
    hashes: &mut [u64; ROOM],
) -> WordSet {
    let text = text.as_bytes();
    let mut long = [0; ROOM / 8];
    // Eight at a time, until sixteen bytes can't be read from each start.
    let groups = edges.groups_of_8();
    let done = kernel.hash_words(
        text,
        GroupsOf8 {
            words: groups,
            hashes: &mut hashes.as_chunks_mut().0[..groups.len()],
            others: &mut long[..groups.len()],
        },
    );
    // The text's last words, one by one.
    let words = edges.words();
    for (at, &[start, end]) in words.iter().enumerate().skip(8 * done) {
        let (hash, is_long) = hash_near_end(text, start as usize, end as usize);
        hashes[at] = hash;
        long[at / 8] |= u8::from(is_long) << (at % 8);
    }
    // The last group may be padded with meaningless words.
    if let Some(last) = long.get_mut(words.len() / 8) {
        *last &= (1 << (words.len() % 8)) - 1;
    }
    let mut others = edges.unfolded();
    others.add_bytes(&long);
    others
}

/// [`clean_word`] where fewer than sixteen bytes may follow.
#[cold]
fn hash_near_end(text: &[u8], start: usize, end: usize) -> (u64, bool) {
    let rest = &text[start..];
    let mut starting = [0; 16];
    let len = rest.len().min(16);
    starting[..len].copy_from_slice(&rest[..len]);
    clean_word(&starting, end - start)
}

/// The words in a batch that are long or not clean.
struct OtherWords<'a> {
    text: &'a str,
    words: WordSet,
    unfolded: WordSet,
    odd: WordSet,
}

impl OtherWords<'_> {
    /// Writes their hashes, and notes the letters from scripts without spaces in `batch`.
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
            // Long and clean.
            if !self.unfolded.has(at) {
                hashes[at] = folded_word::hash_clean(text, start, end, folded);
                return;
            }
            let is_odd = self.odd.has(at);
            // An English contraction. Words that start outside ASCII are not worth the look.
            if !is_odd
                && text.as_bytes()[start].is_ascii()
                && let Some(hash) = folded_word::hash_contraction(kernel, text, start, end)
            {
                hashes[at] = hash;
                return;
            }
            // Short words are folded into a row now and hashed with others later.
            if is_odd || !rows.take(kernel, text.as_bytes(), span, at, hashes) {
                hashes[at] = folded_word::hash_word(text, start, end, folded);
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

/// The reach of a word that is one letter from a script without spaces, with or without marks;
/// otherwise 1.
fn reach(word: &str) -> u16 {
    // All such scripts lie above U+0800.
    if word.as_bytes()[0] < 0xE0 {
        return 1;
    }
    let (first, len, _) = utf8::decode(word.as_bytes(), 0);
    // Hangul never counts. The look-up would take as long as everything else here for Korean.
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

    /// The shortcuts give the tables' reach.
    #[test]
    fn reach_of_every_code_point() {
        for c in '\0'..=char::MAX {
            let expected = Class::of(c).reach();
            assert_eq!(reach(&c.to_string()), expected, "U+{:04X}", u32::from(c));
        }
    }
}
