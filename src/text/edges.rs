//! Where words start and end, 64 bytes at a time.
//!
//! In: any `&str`. Out: the spans of its words, in batches. They are those of
//! [`words::segment`](super::words::segment), which is the slower and plainer statement of the
//! rules.
//!
//! A block of 64 bytes becomes masks: letters, digits and middle marks of ASCII, and the rest. Word
//! starts and ends are then two shifts of the mask of word bytes. What needs more is settled before
//! that: letters and ideographs of common scripts by ranges of bytes, all at once; one character
//! at a time the others, and middle marks whose neighbours are not both ASCII and in the block
//! (WB6, WB7, WB11, WB12). Curly quotes and dashes stand alone or are such marks. All else
//! (combining marks, joiners, flags, Katakana, Hebrew, underscores) is hard: the segment in which
//! it stands is left to the tables, and the blocks go on behind it.
//!
//! A block that ends in the midst of a character is cut before it; the next one starts there.

use super::batch::{BATCH, ROOM};
use super::class::{Class, Kind};
use super::{utf8, words};
use crate::simd::Kernel;

/// From so many bytes outside ASCII on, a block is searched for whole scripts at once.
const DENSE: u32 = 8;

/// Starts and ends of the words found so far. The last word may have no end yet.
#[derive(Debug)]
pub(super) struct Edges {
    starts: [u32; ROOM],
    ends: [u32; ROOM],
    started: usize,
    ended: usize,
    /// How many bytes of these words are not ASCII letters, digits or middle marks, about.
    special: u32,
}

impl Default for Edges {
    fn default() -> Self {
        Self {
            starts: [0; ROOM],
            ends: [0; ROOM],
            started: 0,
            ended: 0,
            special: 0,
        }
    }
}

impl Edges {
    #[inline(always)]
    fn add<K: Kernel>(&mut self, kernel: K, base: u32, starts: u64, ends: u64) {
        let room = "a block is added only below a full batch";
        let (_, to) = self.starts.split_at_mut(self.started);
        kernel.positions(starts, base, to.first_chunk_mut().expect(room));
        let (_, to) = self.ends.split_at_mut(self.ended);
        kernel.positions(ends, base, to.first_chunk_mut().expect(room));
        self.started += starts.count_ones() as usize;
        self.ended += ends.count_ones() as usize;
    }

    /// The start of the word that has no end yet is taken back.
    fn reopen(&mut self) -> Option<usize> {
        (self.started > self.ended).then(|| {
            self.started -= 1;
            self.starts[self.started] as usize
        })
    }

    fn push(&mut self, start: usize, end: usize) {
        self.starts[self.started] = start as u32;
        self.ends[self.ended] = end as u32;
        self.started += 1;
        self.ended += 1;
    }

    /// Starts and ends of the whole words.
    #[inline(always)]
    pub(super) fn words(&self) -> (&[u32], &[u32]) {
        (&self.starts[..self.ended], &self.ends[..self.ended])
    }

    /// The same by eights, with numbers that mean nothing behind the last.
    #[inline(always)]
    pub(super) fn eights(&self) -> (&[[u32; 8]], &[[u32; 8]]) {
        let eights = self.ended.div_ceil(8);
        let (starts, ends) = (self.starts.as_chunks().0, self.ends.as_chunks().0);
        (&starts[..eights], &ends[..eights])
    }

    /// Whether the words are of a script in which next to none is ASCII.
    #[inline(always)]
    pub(super) fn are_special(&self) -> bool {
        self.special as usize > self.ended
    }

    /// Hands the whole words to `batch` and keeps the start of one that has no end yet.
    #[inline(always)]
    fn flush(&mut self, batch: &mut impl FnMut(&Self)) {
        batch(self);
        self.special = 0;
        self.starts.copy_within(self.ended..self.started, 0);
        self.started -= self.ended;
        self.ended = 0;
    }
}

/// Calls `batch` with the words of `text`, in order, many at a time; `edges` is scratch space.
///
/// The text must be no longer than [`MAX_LEN`](super::MAX_LEN).
#[inline(always)]
pub(super) fn for_each_batch<K: Kernel>(
    kernel: K,
    text: &str,
    edges: &mut Edges,
    mut batch: impl FnMut(&Edges),
) {
    let bytes = text.as_bytes();
    (edges.started, edges.ended, edges.special) = (0, 0, 0);
    let mut base = 0;
    // The last word boundary from which the walk started anew.
    let mut fresh = 0;
    // Bit 0: whether the byte before `base` is in a word, and whether that word must end there.
    let (mut open, mut split) = (0, 0);
    while base < bytes.len() {
        if edges.started >= BATCH {
            edges.flush(&mut batch);
        }
        let last;
        let sixty_four = if let Some(sixty_four) = bytes[base..].first_chunk() {
            sixty_four
        } else {
            last = padded(&bytes[base..]);
            &last
        };
        let masks = kernel.classify(sixty_four);
        let alphanumeric = masks.letters | masks.digits;
        let near = alphanumeric | masks.special;
        // Marks between two letters or two digits join them, but a neighbour that is outside
        // ASCII or outside the block must be looked at.
        let joined = masks.joins_letters & (masks.letters << 1) & (masks.letters >> 1)
            | masks.joins_digits & (masks.digits << 1) & (masks.digits >> 1);
        let middle = (masks.joins_letters | masks.joins_digits)
            & (near << 1 | open)
            & (near >> 1 | 1 << 63)
            & (masks.special << 1 | masks.special >> 1 | 1 | 1 << 63);
        let mut unresolved = middle | masks.special;
        let mut block = Block {
            words: alphanumeric | joined,
            breaks: split,
            take: 64,
            split_after: 0,
            hard: false,
        };
        if masks.special.count_ones() >= DENSE {
            unresolved &= !block.add_scripts(kernel, sixty_four);
        }
        if unresolved != 0 {
            block.resolve(bytes, base, open, unresolved);
        }
        let special = (block.words & masks.special).count_ones();
        edges.special = edges.special.saturating_add(special);
        let taken = u64::MAX.checked_shr(64 - block.take).unwrap_or(0);
        let before = block.words << 1 | open;
        let starts = block.words & (!before | block.breaks) & taken;
        let ends = before & (!block.words | block.breaks) & taken;
        edges.add(kernel, base as u32, starts, ends);
        base += block.take as usize;
        if block.hard {
            let start = edges
                .reopen()
                .unwrap_or_else(|| attached(text, base, fresh));
            base = by_table(text, start, base, edges);
            (fresh, open, split) = (base, 0, 0);
        } else {
            // Cut before a character that crosses the border, but never to nothing.
            open = block.words >> (block.take - 1) & 1;
            split = block
                .breaks
                .checked_shr(block.take)
                .unwrap_or(block.split_after)
                & 1;
        }
    }
    if edges.started > edges.ended {
        edges.ends[edges.ended] = bytes.len() as u32;
        edges.ended += 1;
    }
    edges.flush(&mut batch);
}

#[cold]
fn padded(rest: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    block[..rest.len()].copy_from_slice(rest);
    block
}

/// The masks of a block while it is resolved.
struct Block {
    /// Bytes in words.
    words: u64,
    /// First bytes of words that a word before them may touch.
    breaks: u64,
    /// How many bytes of the block are settled. What follows is left to the next block.
    take: u32,
    /// Whether there is a break right behind the block.
    split_after: u64,
    /// Whether a hard character follows the settled bytes.
    hard: bool,
}

impl Block {
    /// Settles the letters and ideographs that are told by ranges of bytes, all at once: most of
    /// Cyrillic, Arabic and Han, and the accents of Western Europe. Gives their bytes.
    #[inline(always)]
    fn add_scripts<K: Kernel>(&mut self, kernel: K, block: &[u8; 64]) -> u64 {
        let within = |first, last| kernel.within(block, first, last);
        // What crosses the border is left to be resolved.
        let whole = |leads: u64, len: u32| leads & u64::MAX >> (len - 1);
        // U+0400 to U+047F.
        let cyrillic = within(0xD0, 0xD1);
        // U+00C0 to U+00FF without the signs of multiplication and division.
        let signs = within(0x97, 0x97) | within(0xB7, 0xB7);
        let latin = within(0xC3, 0xC3) & !(signs >> 1);
        // U+0620 to U+064A.
        let arabic = within(0xD8, 0xD8) & within(0xA0, 0xBF) >> 1
            | within(0xD9, 0xD9) & within(0x80, 0x8A) >> 1;
        let pairs = whole(cyrillic | latin | arabic, 2);
        // U+4E00 to U+9FFF.
        let han = within(0xE5, 0xE9) | within(0xE4, 0xE4) & within(0xB8, 0xBF) >> 1;
        let triples = whole(han, 3);
        let added = pairs | pairs << 1 | triples | triples << 1 | triples << 2;
        self.words |= added;
        self.breaks |= triples | triples << 3;
        self.split_after = triples >> 61;
        added
    }

    /// Settles the middle marks and the characters outside ASCII at the bits of `unresolved`.
    fn resolve(&mut self, bytes: &[u8], base: usize, open: u64, mut unresolved: u64) {
        while unresolved != 0 {
            let bit = unresolved.trailing_zeros();
            let at = base + bit as usize;
            // Quotation marks and dashes, in all but few English articles.
            if let Some(&[0xE2, 0x80, 0x90..=0x97 | 0x9A..=0x9F | 0xA6]) = bytes.get(at..at + 3)
                && bit <= 61
            {
                unresolved &= !(7 << bit);
                continue;
            }
            let (code, len, _) = utf8::decode(bytes, at);
            if bit + len > 64 {
                self.take = bit;
                return;
            }
            let mask = ((1 << len) - 1) << bit;
            unresolved &= !mask;
            let class = Class::of_code(code);
            match class.kind() {
                Kind::Letter => self.words |= mask,
                Kind::Other => {}
                Kind::Single => {
                    self.words |= mask;
                    self.breaks |= 1 << bit;
                    match 1u64.checked_shl(bit + len) {
                        Some(after) => self.breaks |= after,
                        None => self.split_after = 1,
                    }
                }
                Kind::Middle => {
                    let left = self.left(bytes, base, bit, open);
                    match joins(left, class, bytes, at + len as usize) {
                        Some(true) => self.words |= mask,
                        Some(false) => {}
                        None => {
                            self.take = bit;
                            self.hard = true;
                            return;
                        }
                    }
                }
                Kind::Hard => {
                    self.take = bit;
                    self.hard = true;
                    return;
                }
            }
        }
    }

    /// What stands before the middle mark at `bit`.
    fn left(&self, bytes: &[u8], base: usize, bit: u32, open: u64) -> Beside {
        let in_word = (self.words << 1 | open) >> bit & 1 == 1;
        if !in_word || self.breaks >> bit & 1 == 1 {
            return Beside::Other;
        }
        match bytes[base + bit as usize - 1] {
            b'0'..=b'9' => Beside::Digit,
            // A middle mark in a word has a letter or a digit behind it.
            _ => Beside::Letter,
        }
    }
}

/// A neighbour of a middle mark.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Letter,
    Digit,
    Other,
}

/// Whether a middle mark joins what stands before it to the character at `next` (WB6, WB7, WB11,
/// WB12). `None` if it takes the tables to tell.
fn joins(left: Beside, mark: Class, bytes: &[u8], next: usize) -> Option<bool> {
    if left == Beside::Other || next == bytes.len() {
        return Some(false);
    }
    let right = match bytes[next] {
        b'0'..=b'9' => Beside::Digit,
        b'A'..=b'Z' | b'a'..=b'z' => Beside::Letter,
        byte if byte.is_ascii() => Beside::Other,
        _ => match Class::of_code(utf8::decode(bytes, next).0).kind() {
            Kind::Letter => Beside::Letter,
            Kind::Hard => return None,
            _ => Beside::Other,
        },
    };
    Some(left == right && mark.joins(left == Beside::Letter))
}

/// Where the segment may start that the hard character at `at` is attached to (WB4), if that is no
/// word yet: at the character before it, or at the first of several spaces (`WB3d`).
fn attached(text: &str, at: usize, fresh: usize) -> usize {
    let before = &text[fresh..at];
    let spaces = before.trim_end_matches(' ');
    if spaces.len() < before.len() {
        return fresh + spaces.len();
    }
    let last = before.char_indices().next_back();
    last.map_or(at, |(last, _)| fresh + last)
}

/// Takes segments from the tables, from the boundary at `start` until one behind `hard` from where
/// the blocks can go on, or until the batch is full. Gives the boundary reached.
fn by_table(text: &str, start: usize, hard: usize, edges: &mut Edges) -> usize {
    let mut at = start;
    while at < text.len() && edges.started < BATCH {
        if at > hard && !is_hard(text.as_bytes(), at) {
            break;
        }
        let (end, is_word) = words::next_segment(text, at);
        edges.special = edges.special.saturating_add((end - at) as u32);
        if is_word {
            edges.push(at, end);
        }
        at = end;
    }
    at
}

fn is_hard(bytes: &[u8], at: usize) -> bool {
    !bytes[at].is_ascii() && Class::of_code(utf8::decode(bytes, at).0).kind() == Kind::Hard
}
