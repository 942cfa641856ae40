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

use super::batch::{BATCH, ROOM, WordSet};
use super::class::{Class, Kind};
use super::{utf8, words};
use crate::simd::{Edge, Kernel, Masks};

/// From so many bytes outside ASCII on, a block is searched for whole scripts at once.
const DENSE: u32 = 8;

/// The bytes of a block that have a neighbour outside it.
const FIRST_AND_LAST: u64 = 1 | 1 << 63;

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
    /// Which words are ideographs of the main block of Han, and nothing else.
    ideographs: WordSet,
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
        self.ideographs = WordSet::default();
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

    /// The start of the word that has no end yet is taken back.
    fn reopen(&mut self) -> Option<usize> {
        (self.count % 2 == 1).then(|| {
            self.count -= 1;
            let word = self.ended();
            self.ideographs.remove(word);
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

    /// The whole words that are ideographs.
    #[inline(always)]
    pub(super) fn ideographs(&self) -> WordSet {
        self.ideographs.first(self.ended())
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
        self.ideographs = open(self.ideographs);
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
    while base < bytes.len() {
        if edges.started() >= BATCH {
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
        let joined = masks.joined();
        let joins = masks.joins_letters | masks.joins_digits;
        let hindered = masks.special | joins & FIRST_AND_LAST | split | open_unfolded | behind;
        if hindered == 0 {
            open = edges.add_words(kernel, base as u32, alphanumeric | joined, open);
            base += 64;
            continue;
        }
        let mut block = Block::new(&masks, split);
        if masks.special != 0 {
            if masks.special.count_ones() >= DENSE {
                block.add_scripts(kernel, sixty_four);
            }
            if K::WIDE || block.ideographs != 0 {
                block.add_marks(kernel, sixty_four, masks.letters, alphanumeric);
            }
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
            let touching = kernel.extract(starts & (before | behind), starts);
            edges.touching.add(touching, edges.started());
            if block.ideographs != 0 {
                let ideographs = kernel.extract(block.ideographs & starts, starts);
                edges.ideographs.add(ideographs, edges.started());
            }
        }
        let unfolded = words & masks.special & !block.folded;
        if unfolded | open_unfolded != 0 {
            let ended;
            (ended, open_unfolded) = if block.breaks | block.split_after == 0 {
                block.spread(words, unfolded, open_unfolded)
            } else {
                // Words that touch can't be told apart by carries, so all count as unfolded.
                (u64::MAX, 1)
            };
            let unfolded = kernel.extract(ended & ends, ends);
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
        base += block.take as usize;
        behind &= u64::from(block.take == 0);
        if block.hard {
            let start = edges
                .reopen()
                .unwrap_or_else(|| attached(text, base, fresh));
            base = by_table(text, start, base, edges);
            (fresh, open, split, open_unfolded) = (base, 0, 0, 0);
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
    /// Bytes outside ASCII, and underscores, that are not settled yet.
    special: u64,
    /// Bytes outside ASCII of letters that fold to themselves.
    folded: u64,
    /// First bytes of ideographs.
    ideographs: u64,
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
            ideographs: 0,
        }
    }

    /// Settles the letters and ideographs that are told by ranges of bytes, all at once: most of
    /// Cyrillic, Arabic and Han, and the accents of Western Europe.
    #[inline(always)]
    fn add_scripts<K: Kernel>(&mut self, kernel: K, block: &[u8; 64]) {
        let within = |first, last| kernel.within(block, first, last);
        // What crosses the border is left to be resolved.
        let whole = |leads: u64, len: u32| leads & u64::MAX >> (len - 1);
        let (mut letters, mut same) = (0, 0);
        let latin = within(0xC3, 0xC3);
        if latin != 0 {
            // U+00C0 to U+00FF without the signs of multiplication and division.
            let signs = within(0x97, 0x97) | within(0xB7, 0xB7);
            letters |= latin & !(signs >> 1);
        }
        let cyrillic = within(0xD0, 0xD1);
        if cyrillic != 0 {
            // U+0400 to U+047F.
            letters |= cyrillic;
            // Small letters from U+0430 to U+044F but U+0439, which decomposes.
            let d0 = within(0xD0, 0xD0);
            let small = within(0xB0, 0xBF) & !within(0xB9, 0xB9);
            same |= d0 & small >> 1 | cyrillic & !d0 & within(0x80, 0x8F) >> 1;
        }
        let arabic = within(0xD8, 0xD9);
        if arabic != 0 {
            // U+0620 to U+064A, of which U+0622 to U+0626 decompose.
            let d8 = within(0xD8, 0xD8);
            let d8_letters = d8 & within(0xA0, 0xBF) >> 1;
            let arabic = d8_letters | arabic & !d8 & within(0x80, 0x8A) >> 1;
            letters |= arabic;
            same |= arabic & !(d8 & within(0xA2, 0xA6) >> 1);
        }
        let pairs = whole(letters, 2);
        let same = pairs & same;
        let mut added = pairs | pairs << 1;
        self.folded = same | same << 1;
        let han = within(0xE4, 0xE9);
        if han != 0 {
            // U+4E00 to U+9FFF.
            let han = han & !(within(0xE4, 0xE4) & !(within(0xB8, 0xBF) >> 1));
            let triples = whole(han, 3);
            let ideographs = triples | triples << 1 | triples << 2;
            added |= ideographs;
            self.breaks |= triples | triples << 3;
            self.split_after = triples >> 61;
            self.ideographs = triples;
            self.folded |= ideographs;
        }
        self.words |= added;
        self.special &= !added;
    }

    /// Settles most marks outside ASCII, all at once: quotation marks, dashes, no-break spaces and
    /// the stops of Chinese; and apostrophes between letters of ASCII.
    #[inline(always)]
    fn add_marks<K: Kernel>(
        &mut self,
        kernel: K,
        block: &[u8; 64],
        letters: u64,
        alphanumeric: u64,
    ) {
        let within = |first, last| kernel.within(block, first, last);
        // What crosses the border is left to be resolved.
        let whole = |leads: u64| leads & u64::MAX >> 2;
        let e2 = within(0xE2, 0xE2);
        if e2 != 0 {
            let lead = whole(e2 & within(0x80, 0x80) >> 1);
            // U+2010 to U+2026 but U+2018, U+2019 and U+2024.
            let marks = within(0x90, 0x97) | within(0x9A, 0xA3) | within(0xA5, 0xA6);
            let quotes = lead & within(0x98, 0x99) >> 2;
            let joined = quotes & letters << 1 & letters >> 3;
            // Beside ASCII that is no letter or digit, it joins nothing.
            let apart = !(alphanumeric | self.special | self.words);
            let quotes = quotes & (apart << 1 | apart >> 3);
            let settled = joined | quotes | lead & marks >> 2;
            self.words |= joined | joined << 1 | joined << 2;
            self.special &= !(settled | settled << 1 | settled << 2);
        }
        let c2 = within(0xC2, 0xC2);
        if c2 != 0 {
            // U+00A0 to U+00A9, U+00AB and U+00BB.
            let marks = within(0xA0, 0xA9) | within(0xAB, 0xAB) | within(0xBB, 0xBB);
            let settled = c2 & marks >> 1;
            self.special &= !(settled | settled << 1);
        }
        if self.ideographs != 0 {
            // U+3001, U+3002 and the brackets from U+3008 to U+3011.
            let lead = within(0xE3, 0xE3) & within(0x80, 0x80) >> 1;
            let marks = within(0x81, 0x82) | within(0x88, 0x91);
            let settled = lead & marks >> 2;
            // U+FF01, U+FF08, U+FF09 and U+FF1F; U+FF0C, U+FF1A and U+FF1B, which could join
            // digits or letters, behind an ideograph.
            let lead = within(0xEF, 0xEF) & within(0xBC, 0xBC) >> 1;
            let marks = within(0x81, 0x81) | within(0x88, 0x89) | within(0x9F, 0x9F);
            let stops = within(0x8C, 0x8C) | within(0x9A, 0x9B);
            let wide = lead & (marks | stops & self.ideographs << 5) >> 2;
            let settled = whole(settled | wide);
            self.special &= !(settled | settled << 1 | settled << 2);
        }
    }

    /// From the bytes that are `unfolded`, the first bytes behind their words, and whether the last
    /// word that is not at its end is one. No two words touch.
    ///
    /// Added to the mask of words, a bit carries to the end of its word.
    #[inline(always)]
    fn spread(&self, words: u64, unfolded: u64, open_unfolded: u64) -> (u64, u64) {
        let (sum, carried) = words.overflowing_add(unfolded | open_unfolded & words);
        let ended = sum & !words | open_unfolded & !words;
        let open = sum.checked_shr(self.take).unwrap_or(carried.into());
        (ended, open & 1)
    }

    /// Settles the middle marks and the characters outside ASCII at the bits of `unresolved`.
    fn resolve(&mut self, bytes: &[u8], base: usize, open: u64, mut unresolved: u64) {
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
