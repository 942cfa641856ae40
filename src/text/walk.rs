//! Finds word starts and ends, 64 bytes at a time.
//!
//! In: any `&str`. Out: the spans of its words, in batches; the same as from
//! [`segment`](super::segments::segment), which states the rules plainly and slowly.
//!
//! 1. A block of 64 bytes becomes masks: ASCII letters, digits, middle marks, and the rest. Word
//!    starts and ends are then two shifts of the mask of word bytes. Plain ASCII needs no more.
//! 2. Blocks with only ASCII and curly quotes or dashes are settled by [`marks::words`].
//! 3. In other blocks, byte ranges settle letters of common scripts ([`scripts`](super::scripts))
//!    and marks ([`marks`]).
//! 4. Remaining characters, and middle marks whose neighbours are not both ASCII in the block, are
//!    settled one by one ([`resolve`](super::resolve)).
//! 5. Hard characters (most combining marks, joiners, flags, Hebrew, underscores) leave their
//!    segment to the tables ([`segments`]); the blocks go on after it.
//!
//! A block that ends inside a character is cut before it. The next block starts there.

use super::block::{Block, FIRST_AND_LAST, unfolded_ends};
use super::class::{BlockKind, Class};
use super::edges::Edges;
use super::word_set::BATCH;
use super::{marks, position, segments, utf8};
use crate::simd::{Kernel, Masks, Window};

/// Bytes outside ASCII from which a block is searched for whole scripts at once. Chosen by hand:
/// fewer are accents or quotes, which cost less one by one.
const DENSE: u32 = 8;

/// Blocks after a mark outside ASCII that are searched for marks without a branch on whether they
/// have one: in English with curly quotes every other block has. Chosen by hand.
const NON_ASCII_MEMORY: u32 = 8;

/// Calls `batch` with the words of `text`, in order, up to [`ROOM`](super::word_set::ROOM) at a
/// time; `edges` is scratch space.
///
/// The text must be no longer than [`MAX_LEN`](super::MAX_LEN). The time is linear in its length.
#[inline(always)]
#[expect(
    clippy::too_many_lines,
    reason = "one loop, whose state stays in registers"
)]
pub(super) fn for_each_batch<K: Kernel>(
    kernel: K,
    text: &str,
    edges: &mut Edges,
    mut batch: impl FnMut(&Edges),
) {
    let bytes = text.as_bytes();
    edges.clear();
    let mut base = 0;
    // The last word boundary at which the walk started anew after the tables.
    let mut restart = 0;
    // Carried from block to block, each 0 or 1. About the byte before `base`: it is in a word; its
    // word must end there; its word is known to be unfolded; it is Katakana.
    let (mut word_open, mut must_end, mut open_unfolded, mut katakana) = (0, 0, 0, 0);
    // And whether a word from the tables ends at `base`.
    let mut table_word_ends = 0;
    // One bit for each of the next blocks after one with bytes outside ASCII.
    let mut recent_non_ascii = 0u64;
    while base < bytes.len() {
        // 1. Room for 64 more words, and a window of 72 bytes, padded with zeros at the end.
        if edges.started() >= BATCH {
            edges.flush(&mut batch);
        }
        let last;
        let window = if let Some(window) = bytes[base..].first_chunk() {
            window
        } else {
            last = padded(&bytes[base..]);
            &last
        };
        let sixty_four = window.first_chunk().expect("a window holds a block");
        let masks = kernel.classify(sixty_four);
        let alphanumeric = masks.letters | masks.digits;
        let joined = masks.joined();
        let joins = masks.joins_letters | masks.joins_digits;

        // 2. Plain ASCII: words are runs of letters, digits and joining marks.
        let hindered =
            masks.special | joins & FIRST_AND_LAST | must_end | open_unfolded | table_word_ends;
        if hindered | recent_non_ascii == 0 {
            word_open = edges.add_words(kernel, position(base), alphanumeric | joined, word_open);
            base += 64;
            continue;
        }

        // 3. ASCII with quotation marks and dashes.
        recent_non_ascii =
            recent_non_ascii >> 1 | u64::from(masks.special != 0) << NON_ASCII_MEMORY;
        if must_end | table_word_ends == 0
            && let Some((words, apostrophes)) = marks::words(kernel, bytes, base, window, &masks)
        {
            if apostrophes | open_unfolded != 0 {
                let ends = !words & (words << 1 | word_open);
                let (ended, goes_on) = unfolded_ends(words, apostrophes, open_unfolded);
                edges.note_unfolded(kernel.extract(ended & ends, ends));
                open_unfolded = goes_on.into();
            }
            word_open = edges.add_words(kernel, position(base), words, word_open);
            base += 64;
            continue;
        }

        // 4. Anything else: whole scripts and marks first.
        let mut block = Block::new(&masks, must_end);
        if masks.special != 0 {
            settle_scripts_and_marks(kernel, &mut block, window, &masks, katakana);
        }
        // Then, one by one, characters not settled, and marks that could join a neighbour outside
        // ASCII or outside the block.
        let near = block.words | block.special;
        block.words |= joined;
        let strange = near & !alphanumeric;
        let middle = joins
            & (near << 1 | word_open)
            & (near >> 1 | 1 << 63)
            & (strange << 1 | strange >> 1 | FIRST_AND_LAST);
        let unresolved = middle | block.special;
        if unresolved != 0 {
            block.resolve(bytes, base, word_open, unresolved);
        }

        // 5. Starts and ends among the settled bytes, and notes on the words they bound.
        let taken = u64::MAX.checked_shr(64 - block.take).unwrap_or(0);
        let words = block.words & taken;
        let before = block.words << 1 | word_open;
        let starts = block.words & (!before | block.breaks) & taken;
        let ends = before & (!block.words | block.breaks) & taken;
        if block.breaks | table_word_ends != 0 {
            let touching = starts & (before | table_word_ends);
            edges.note_spaceless(kernel, starts, touching, [block.short, block.long]);
        }
        let unfolded = words & masks.special & !block.folded;
        if unfolded | open_unfolded != 0 {
            let ended;
            (ended, open_unfolded) = block.unfolded_ends(words, ends, unfolded, open_unfolded);
            edges.note_unfolded(kernel.extract(ended, ends));
        }
        if block.breaks == 0 {
            edges.add(kernel, position(base), starts | ends);
        } else {
            edges.add_touching(kernel, position(base), starts, ends);
        }

        // 6. The state at the byte after the settled ones. If none was settled, it stays.
        word_open = (block.words << 1 | word_open)
            .checked_shr(block.take)
            .unwrap_or(block.words >> 63)
            & 1;
        if block.katakana | katakana != 0 {
            katakana = (block.katakana << 1 | katakana & u64::from(block.take == 0))
                .checked_shr(block.take)
                .unwrap_or(block.katakana >> 63)
                & 1;
        }
        base += block.take as usize;
        table_word_ends &= u64::from(block.take == 0);

        // 7. A hard character: the tables take its segment, back to an open word's start.
        if block.hard {
            let start = edges
                .reopen()
                .unwrap_or_else(|| attached(text, base, restart));
            base = walk_tables(text, start, base, edges);
            (restart, word_open, must_end, open_unfolded, katakana) = (base, 0, 0, 0, 0);
            table_word_ends = edges.touches(position(base)).into();
        } else {
            must_end = block
                .breaks
                .checked_shr(block.take)
                .unwrap_or(block.break_after)
                & 1;
            open_unfolded &= word_open;
        }
    }
    edges.close(position(bytes.len()), open_unfolded);
    edges.flush(&mut batch);
}

#[cold]
fn padded(rest: &[u8]) -> Window {
    let mut window = [0; _];
    window[..rest.len()].copy_from_slice(rest);
    window
}

/// Settles letters of common scripts, if the block has many, and most marks.
#[inline(always)]
fn settle_scripts_and_marks<K: Kernel>(
    kernel: K,
    block: &mut Block,
    window: &Window,
    masks: &Masks,
    katakana: u64,
) {
    if masks.special.count_ones() >= DENSE {
        let bytes = window.first_chunk().expect("a window holds a block");
        block.add_scripts(kernel, bytes, katakana);
    }
    if K::WIDE || block.short != 0 {
        block.add_marks(kernel, window, masks.letters, masks.letters | masks.digits);
    }
}

/// Where the segment may start to which the hard character at `at` attaches (WB4), outside any word:
/// at the character before it, or at the first of several spaces (`WB3d`).
fn attached(text: &str, at: usize, restart: usize) -> usize {
    let before = &text[restart..at];
    let spaces = before.trim_end_matches(' ');
    if spaces.len() < before.len() {
        return restart + spaces.len();
    }
    let last = before.char_indices().next_back();
    last.map_or(at, |(last, _)| restart + last)
}

/// Takes segments from the tables, starting at the boundary `start`, until the blocks can go on
/// after the character at `hard`, or the batch is full. Gives the boundary reached.
fn walk_tables(text: &str, start: usize, hard: usize, edges: &mut Edges) -> usize {
    let mut at = start;
    while at < text.len() && edges.started() < BATCH {
        if at > hard && !is_hard(text.as_bytes(), at) {
            break;
        }
        let (end, is_word) = segments::next_segment(text, at);
        if is_word {
            edges.push(&text.as_bytes()[at..end], position(at), position(end));
        }
        at = end;
    }
    at
}

fn is_hard(bytes: &[u8], at: usize) -> bool {
    !bytes[at].is_ascii()
        && Class::of_code(utf8::decode(bytes, at).0).block_kind() == BlockKind::Hard
}
