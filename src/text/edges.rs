//! Where words start and end, 64 bytes at a time.
//!
//! In: any `&str`. Out: the spans of its words, in batches. They are those of
//! [`words::segment`](super::words::segment), which is the slower and plainer statement of the
//! rules.
//!
//! A block of 64 bytes becomes masks: letters, digits and middle marks of ASCII, and the rest. Word
//! starts and ends are then two shifts of the mask of word bytes. What needs more is settled before
//! that: letters of common scripts by ranges of bytes, all at once (see
//! [`scripts`](super::scripts)); one character at a time the others, and middle marks whose
//! neighbours are not both ASCII and in the block (WB6, WB7, WB11, WB12). Curly quotes and dashes
//! stand alone or are such marks; where a block has nothing but these outside ASCII, [`marks`]
//! settles it. All else (most combining marks, joiners, flags, Hebrew, underscores) is hard: the
//! segment in which it stands is left to the tables, and the blocks go on behind it.
//!
//! A block that ends in the midst of a character is cut before it; the next one starts there.

use super::batch::{BATCH, ROOM, WordSet};
use super::class::{Class, Kind};
use super::marks::{self, Beside, joins};
use super::{utf8, words};
use crate::simd::{Edge, Kernel, Masks, Window};

/// From so many bytes outside ASCII on, a block is searched for whole scripts at once.
const DENSE: u32 = 8;

/// The bytes of a block that have a neighbour outside it.
pub(super) const FIRST_AND_LAST: u64 = 1 | 1 << 63;

/// Behind a mark outside ASCII so many blocks are searched for more. No branch could know which
/// block has one.
const MARKED: u32 = 8;

/// Starts and ends of the words found so far, by turns. The last word may have no end yet.
#[derive(Debug, Default)]
pub(super) struct Edges {
    spans: Spans,
    /// How many starts and ends there are.
    count: usize,
    /// The end of the last word that was handed over.
    last_end: u32,
    /// Which words are more than letters that fold to themselves and ASCII.
    unfolded: WordSet,
    /// Which words are known to be one letter of a script without spaces, of which
    /// [`SHORT_REACH`](super::SHORT_REACH) stand for a word.
    short: WordSet,
    /// And those of which [`LONG_REACH`](super::LONG_REACH) do.
    long: WordSet,
    /// Which words start where the one before ends.
    touching: WordSet,
    /// Which words hold ASCII that is no letter and has not the bit for lower case.
    odd: WordSet,
}

#[derive(Debug)]
struct Spans([u32; 2 * ROOM]);

impl Default for Spans {
    fn default() -> Self {
        Self([0; 2 * ROOM])
    }
}

impl Edges {
    fn clear(&mut self) {
        (self.count, self.last_end) = (0, 0);
        self.unfolded = WordSet::default();
        self.short = WordSet::default();
        self.long = WordSet::default();
        self.touching = WordSet::default();
        self.odd = WordSet::default();
    }

    fn started(&self) -> usize {
        self.count.div_ceil(2)
    }

    fn ended(&self) -> usize {
        self.count / 2
    }

    /// Where the next starts and ends go. There is room for 64 at least.
    #[inline(always)]
    fn rest(&mut self) -> &mut [u32] {
        let room = "a block is added only below a full batch";
        self.spans.0.get_mut(self.count..).expect(room)
    }

    /// Adds a block that is nothing but `words` of ASCII and what stands between them, as are most
    /// of English. Gives whether the last one is open.
    #[inline(always)]
    fn add_words<K: Kernel>(&mut self, kernel: K, base: u32, words: u64, open: u64) -> u64 {
        self.add(kernel, base, words ^ (words << 1 | open));
        words >> 63
    }

    /// Adds the edges of a block in which no two words touch.
    #[inline(always)]
    fn add<K: Kernel>(&mut self, kernel: K, base: u32, edges: u64) {
        let room = "a block is added only below a full batch";
        kernel.positions(edges, base, self.rest().first_chunk_mut().expect(room));
        self.count += edges.count_ones() as usize;
    }

    /// Adds those of any block.
    #[inline(always)]
    fn add_touching<K: Kernel>(&mut self, kernel: K, base: u32, starts: u64, ends: u64) {
        let (mut start_of, mut end_of) = ([0; 64], [0; 64]);
        kernel.positions(starts, base, &mut start_of);
        kernel.positions(ends, base, &mut end_of);
        // An open word has its end first.
        let (first, second) = if self.count % 2 == 1 {
            (&end_of, &start_of)
        } else {
            (&start_of, &end_of)
        };
        let count = starts.count_ones() as usize + ends.count_ones() as usize;
        let by_turns = first.as_chunks().0.iter().zip(second.as_chunks().0);
        let to = self.rest().as_chunks_mut::<16>().0;
        for (to, (first, second)) in to[..count.div_ceil(16)].iter_mut().zip(by_turns) {
            let (first, second): (&[u32; 8], &[u32; 8]) = (first, second);
            for at in 0..8 {
                (to[2 * at], to[2 * at + 1]) = (first[at], second[at]);
            }
        }
        self.count += count;
    }

    /// Notes of the words that begin at `starts` which touch the one before, and which are letters
    /// of scripts without spaces. Before the words are added.
    #[inline(always)]
    fn note<K: Kernel>(&mut self, kernel: K, block: &Block, starts: u64, touching: u64) {
        let first = self.started();
        let of = |bytes: u64| kernel.extract(bytes & starts, starts);
        self.touching.add(of(touching), first);
        if block.short != 0 {
            self.short.add(of(block.short), first);
        }
        if block.long != 0 {
            self.long.add(of(block.long), first);
        }
    }

    /// Notes which of `words`, none of which touch, are unfolded; they end at `ends`. Before they are
    /// added. Gives whether the last one is and goes on behind the block.
    #[inline(always)]
    fn note_unfolded<K: Kernel>(
        &mut self,
        kernel: K,
        words: u64,
        ends: u64,
        unfolded: u64,
        open_unfolded: u64,
    ) -> u64 {
        let (ended, goes_on) = spread(words, unfolded, open_unfolded);
        let unfolded = kernel.extract(ended & ends, ends);
        self.unfolded.add(unfolded, self.ended());
        goes_on.into()
    }

    /// The start of the word that has no end yet is taken back.
    fn reopen(&mut self) -> Option<usize> {
        (self.count % 2 == 1).then(|| {
            self.count -= 1;
            let word = self.ended();
            self.short.remove(word);
            self.long.remove(word);
            self.touching.remove(word);
            self.spans.0[self.count] as usize
        })
    }

    /// The end of the text ends an open word too.
    fn close(&mut self, end: usize, unfolded: u64) {
        if self.count % 2 == 1 {
            self.unfolded.add(unfolded, self.ended());
            self.spans.0[self.count] = end as u32;
            self.count += 1;
        }
    }

    /// A word that the tables have found.
    fn push(&mut self, text: &str, start: usize, end: usize) {
        let word = self.ended();
        self.unfolded.add(1, word);
        let odd = |byte: u8| byte.is_ascii() && !byte.is_ascii_alphabetic() && byte & 0x20 == 0;
        self.odd.add(text[start..end].bytes().any(odd).into(), word);
        self.touching.add(self.touches(start).into(), word);
        self.spans.0[self.count] = start as u32;
        self.spans.0[self.count + 1] = end as u32;
        self.count += 2;
    }

    /// Whether the last word ends at `at`. No word is open.
    fn touches(&self, at: usize) -> bool {
        let last = self.count.checked_sub(1).map(|last| self.spans.0[last]);
        last.unwrap_or(self.last_end) as usize == at && at > 0
    }

    /// The whole words.
    #[inline(always)]
    pub(super) fn words(&self) -> &[Edge] {
        &self.spans.0.as_chunks().0[..self.ended()]
    }

    /// The same by eights, with numbers that mean nothing behind the last.
    #[inline(always)]
    pub(super) fn eights(&self) -> &[[Edge; 8]] {
        let (words, _) = self.spans.0.as_chunks();
        &words.as_chunks().0[..self.ended().div_ceil(8)]
    }

    /// The whole words that are more than letters that fold to themselves and ASCII.
    #[inline(always)]
    pub(super) fn unfolded(&self) -> WordSet {
        self.unfolded
    }

    /// The whole words that are known to be a letter of short reach.
    #[inline(always)]
    pub(super) fn short(&self) -> WordSet {
        self.short.first(self.ended())
    }

    /// The whole words that are known to be a letter of long reach.
    #[inline(always)]
    pub(super) fn long(&self) -> WordSet {
        self.long.first(self.ended())
    }

    /// The words that start where the one before ends.
    #[inline(always)]
    pub(super) fn touching(&self) -> WordSet {
        self.touching
    }

    /// The words that hold ASCII which is no letter and has not the bit for lower case: to set it
    /// would change them.
    #[inline(always)]
    pub(super) fn odd(&self) -> WordSet {
        self.odd
    }

    /// Hands the whole words to `batch` and keeps the start of one that has no end yet.
    #[inline(always)]
    fn flush(&mut self, batch: &mut impl FnMut(&Self)) {
        batch(self);
        let ended = self.ended();
        let open = |words: WordSet| WordSet::of_first(words.has(ended));
        self.short = open(self.short);
        self.long = open(self.long);
        self.touching = open(self.touching);
        self.unfolded = WordSet::default();
        self.odd = WordSet::default();
        if let Some(last) = (2 * ended).checked_sub(1) {
            self.last_end = self.spans.0[last];
        }
        self.spans.0[0] = self.spans.0[2 * ended];
        self.count %= 2;
    }
}

/// Calls `batch` with the words of `text`, in order, many at a time; `edges` is scratch space.
///
/// The text must be no longer than [`MAX_LEN`](super::MAX_LEN).
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
    // The last word boundary from which the walk started anew.
    let mut fresh = 0;
    // Bit 0: whether the byte before `base` is in a word, whether that word must end there, and
    // whether it is known to be unfolded. And whether a word from the tables ends at `base`.
    let (mut open, mut split, mut open_unfolded, mut behind) = (0, 0, 0, 0);
    // The same of whether the byte before `base` is Katakana.
    let mut katakana = 0;
    // A bit for each of the last blocks that had bytes outside ASCII.
    let mut marked = 0u64;
    while base < bytes.len() {
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
        let hindered = masks.special | joins & FIRST_AND_LAST | split | open_unfolded | behind;
        if hindered | marked == 0 {
            open = edges.add_words(kernel, base as u32, alphanumeric | joined, open);
            base += 64;
            continue;
        }
        marked = marked >> 1 | u64::from(masks.special != 0) << MARKED;
        if split | behind == 0
            && let Some((words, apostrophes)) = marks::words(kernel, bytes, base, window, &masks)
        {
            if apostrophes | open_unfolded != 0 {
                let ends = !words & (words << 1 | open);
                open_unfolded =
                    edges.note_unfolded(kernel, words, ends, apostrophes, open_unfolded);
            }
            open = edges.add_words(kernel, base as u32, words, open);
            base += 64;
            continue;
        }
        let mut block = Block::new(&masks, split);
        if masks.special != 0 {
            block.add_letters_and_marks(kernel, window, &masks, katakana);
        }
        let near = block.words | block.special;
        // A neighbour that is outside ASCII or outside the block must be looked at.
        block.words |= joined;
        let strange = near & !alphanumeric;
        let middle = joins
            & (near << 1 | open)
            & (near >> 1 | 1 << 63)
            & (strange << 1 | strange >> 1 | FIRST_AND_LAST);
        let unresolved = middle | block.special;
        if unresolved != 0 {
            block.resolve(bytes, base, open, unresolved);
        }
        let taken = u64::MAX.checked_shr(64 - block.take).unwrap_or(0);
        let words = block.words & taken;
        let before = block.words << 1 | open;
        let starts = block.words & (!before | block.breaks) & taken;
        let ends = before & (!block.words | block.breaks) & taken;
        if block.breaks | behind != 0 {
            edges.note(kernel, &block, starts, starts & (before | behind));
        }
        let unfolded = words & masks.special & !block.folded;
        if unfolded | open_unfolded != 0 {
            let ended;
            (ended, open_unfolded) = block.spread(words, ends, unfolded, open_unfolded);
            let unfolded = kernel.extract(ended, ends);
            edges.unfolded.add(unfolded, edges.ended());
        }
        // Without settled bytes, as before.
        open = (block.words << 1 | open)
            .checked_shr(block.take)
            .unwrap_or(block.words >> 63)
            & 1;
        if block.breaks == 0 {
            edges.add(kernel, base as u32, starts | ends);
        } else {
            edges.add_touching(kernel, base as u32, starts, ends);
        }
        if block.katakana | katakana != 0 {
            katakana = (block.katakana << 1 | katakana & u64::from(block.take == 0))
                .checked_shr(block.take)
                .unwrap_or(block.katakana >> 63)
                & 1;
        }
        base += block.take as usize;
        behind &= u64::from(block.take == 0);
        if block.hard {
            let start = edges
                .reopen()
                .unwrap_or_else(|| attached(text, base, fresh));
            base = by_table(text, start, base, edges);
            (fresh, open, split, open_unfolded, katakana) = (base, 0, 0, 0, 0);
            behind = edges.touches(base).into();
        } else {
            split = block
                .breaks
                .checked_shr(block.take)
                .unwrap_or(block.split_after)
                & 1;
            open_unfolded &= open;
        }
    }
    edges.close(bytes.len(), open_unfolded);
    edges.flush(&mut batch);
}

#[cold]
fn padded(rest: &[u8]) -> Window {
    let mut window = [0; _];
    window[..rest.len()].copy_from_slice(rest);
    window
}

/// From the bytes that are `unfolded` which of `words`, none of which touch, hold one: a bit behind
/// each, and whether the last one goes on behind the block.
///
/// Added to the bytes of a word, a bit carries to its end.
#[inline(always)]
fn spread(words: u64, unfolded: u64, open_unfolded: u64) -> (u64, bool) {
    let (sum, carried) = words.overflowing_add(unfolded | open_unfolded & words);
    ((sum | open_unfolded) & !words, carried)
}

/// The masks of a block while it is resolved.
pub(super) struct Block {
    /// Bytes in words.
    pub(super) words: u64,
    /// First bytes of words that a word before them may touch.
    pub(super) breaks: u64,
    /// How many bytes of the block are settled. What follows is left to the next block.
    pub(super) take: u32,
    /// Whether there is a break right behind the block.
    pub(super) split_after: u64,
    /// Whether a hard character follows the settled bytes.
    pub(super) hard: bool,
    /// Bytes outside ASCII, and underscores, that are not settled yet.
    pub(super) special: u64,
    /// Bytes outside ASCII of letters that fold to themselves.
    pub(super) folded: u64,
    /// First bytes of words that are one letter of a script without spaces of which
    /// [`SHORT_REACH`](super::SHORT_REACH) stand for a word.
    pub(super) short: u64,
    /// And of those of which [`LONG_REACH`](super::LONG_REACH) do.
    pub(super) long: u64,
    /// Bytes of Katakana.
    pub(super) katakana: u64,
}

impl Block {
    #[inline(always)]
    fn new(masks: &Masks, split: u64) -> Self {
        Self {
            words: masks.letters | masks.digits,
            breaks: split,
            take: 64,
            split_after: 0,
            hard: false,
            special: masks.special,
            folded: 0,
            short: 0,
            long: 0,
            katakana: 0,
        }
    }

    /// Settles letters of common scripts and most marks, all at once.
    #[inline(always)]
    fn add_letters_and_marks<K: Kernel>(
        &mut self,
        kernel: K,
        window: &Window,
        masks: &Masks,
        katakana: u64,
    ) {
        if masks.special.count_ones() >= DENSE {
            let block = window.first_chunk().expect("a window holds a block");
            self.add_scripts(kernel, block, katakana);
        }
        if K::WIDE || self.short != 0 {
            self.add_marks(kernel, window, masks.letters, masks.letters | masks.digits);
        }
    }

    /// From the bytes that are `unfolded` which of the words that end at `ends` hold one, as bits of
    /// `ends`, and whether the word that goes on behind the settled bytes does.
    ///
    /// Added to the bytes of a word but its last, a bit carries to that one and no further; where no
    /// words touch, [`spread`] takes less.
    #[inline(always)]
    fn spread(&self, words: u64, ends: u64, unfolded: u64, open_unfolded: u64) -> (u64, u64) {
        if self.breaks == 0 {
            let (ended, carried) = spread(words, unfolded, open_unfolded);
            let open = ended.checked_shr(self.take).unwrap_or(carried.into());
            return (ended & ends, open & 1);
        }
        let last = ends >> 1;
        let unfolded = unfolded | open_unfolded & !ends;
        let (sum, carried) = (words & !last).overflowing_add(unfolded & !last);
        let ended = ((sum | unfolded) & last) << 1 | open_unfolded & ends;
        let open = sum.checked_shr(self.take).unwrap_or(carried.into());
        (ended, open & 1)
    }

    /// Settles the middle marks and the characters outside ASCII at the bits of `unresolved`.
    fn resolve(&mut self, bytes: &[u8], base: usize, open: u64, mut unresolved: u64) {
        unresolved &= u64::MAX.checked_shr(64 - self.take).unwrap_or(0);
        while unresolved != 0 {
            let bit = unresolved.trailing_zeros();
            let at = base + bit as usize;
            // Quotation marks and dashes, where they were not settled all at once.
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
    while at < text.len() && edges.started() < BATCH {
        if at > hard && !is_hard(text.as_bytes(), at) {
            break;
        }
        let (end, is_word) = words::next_segment(text, at);
        if is_word {
            edges.push(text, at, end);
        }
        at = end;
    }
    at
}

fn is_hard(bytes: &[u8], at: usize) -> bool {
    !bytes[at].is_ascii() && Class::of_code(utf8::decode(bytes, at).0).kind() == Kind::Hard
}
