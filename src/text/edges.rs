//! Where words start and end, 64 bytes at a time.
//!
//! In: any `&str`. Out: the spans of its words, in batches. They are those of
//! [`words::segment`](super::words::segment), which is the slower and plainer statement of the
//! rules.
//!
//! A block of 64 bytes becomes three masks: ASCII letters and digits, middle marks, the rest.
//! Word starts and ends are then two shifts of the mask of word bytes. What needs more is resolved
//! one character at a time before that: a middle mark between two word bytes (WB6, WB7, WB11,
//! WB12), and each character outside ASCII, which most of the time is a letter, a mark such as a
//! curly quote or a dash that stands alone, or an ideograph that is a word of its own. All else
//! (combining marks, joiners, flags, Katakana, Hebrew, underscores) is hard: the segment in which
//! it stands is left to the table path, and the blocks go on behind it.

use super::batch::{BATCH, ROOM};
use super::class::{Class, Kind};
use super::short::{Two, is_ideograph};
use super::{utf8, words};
use crate::simd::Kernel;

/// Starts and ends of the words found so far. The last word may have no end yet.
struct Edges {
    starts: [u32; ROOM],
    ends: [u32; ROOM],
    started: usize,
    ended: usize,
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

    /// Hands the whole words to `batch` and keeps the start of one that has no end yet.
    #[inline(always)]
    fn flush(&mut self, batch: &mut impl FnMut(&[u32], &[u32])) {
        batch(&self.starts[..self.ended], &self.ends[..self.ended]);
        self.starts.copy_within(self.ended..self.started, 0);
        self.started -= self.ended;
        self.ended = 0;
    }
}

/// Calls `batch` with starts and ends of the words of `text`, in order, many at a time.
///
/// The text must be no longer than [`MAX_LEN`](super::MAX_LEN).
#[inline(always)]
pub(super) fn for_each_batch<K: Kernel>(
    kernel: K,
    text: &str,
    mut batch: impl FnMut(&[u32], &[u32]),
) {
    let bytes = text.as_bytes();
    let mut edges = Edges {
        starts: [0; ROOM],
        ends: [0; ROOM],
        started: 0,
        ended: 0,
    };
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
        let unresolved = middle | masks.special;
        let mut block = Block {
            words: alphanumeric | joined,
            breaks: split,
            take: 64,
            split_after: 0,
            hard: false,
        };
        if unresolved != 0 {
            block.resolve(bytes, base, open, unresolved);
        }
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
            base = by_table(text, start, base, &mut edges);
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
    /// Settles the middle marks and the characters outside ASCII at the bits of `unresolved`.
    fn resolve(&mut self, bytes: &[u8], base: usize, open: u64, mut unresolved: u64) {
        while unresolved != 0 {
            let bit = unresolved.trailing_zeros();
            let at = base + bit as usize;
            // The characters of most texts, before all others.
            if let Some(&[a, b, c]) = bytes.get(at..at + 3)
                && bit <= 60
            {
                if Two::is_lead(a) && Two::of(a, b).is_letter() {
                    self.words |= 3 << bit;
                    unresolved &= !(3 << bit);
                    continue;
                }
                if is_ideograph([a, b, c]) {
                    self.words |= 7 << bit;
                    self.breaks |= 9 << bit;
                    unresolved &= !(7 << bit);
                    continue;
                }
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
