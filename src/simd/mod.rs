//! Vector code, chosen at run time: the only place where `unsafe` is allowed.
//!
//! In: a [`Task`]. Out: its result, computed with the widest vectors this CPU has, or at a lower
//! [`CpuLevel`] on request. All levels give equal results.
//!
//! A task is compiled once for every level. [`Cpu::run`] enters a function with the level's target
//! features, and everything below it marked `#[inline(always)]` is built with them. Steps written by
//! hand for a level go through its [`Kernel`]; loops that vectorize by themselves need nothing.
//!
//! `unsafe` blocks have two purposes. Calls into functions with target features are sound because
//! a [`Cpu`] is made only after its level was detected. Unaligned loads and stores access arrays
//! in full.

#![allow(
    unsafe_code,
    reason = "target features and vector loads have no safe form"
)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod clean;
#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable;
#[cfg(target_arch = "x86_64")]
mod sse2;

pub(crate) use clean::{clean_word, lower_halves};

/// A set of CPU instructions. All levels give equal results.
///
/// The best level is detected at run time. To measure or test a lower one, see
/// [`Shingler::with_cpu_level`](crate::shingle::Shingler::with_cpu_level).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CpuLevel {
    /// The architecture's minimum: SSE2 on x86-64, plain integers elsewhere.
    Baseline,
    /// x86-64-v3: AVX2, BMI1 and BMI2. Intel since Haswell, AMD since Excavator.
    Avx2,
    /// AVX-512 with BW, VL, VBMI and VBMI2. Intel since Ice Lake, AMD since Zen 4.
    Avx512,
}

impl CpuLevel {
    /// All levels, lowest first.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Avx2, Self::Avx512];

    /// Whether this CPU has it.
    pub fn is_available(self) -> bool {
        Cpu::at(self).is_some()
    }
}

/// A level known to be available.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cpu(CpuLevel);

impl Cpu {
    /// The highest level there is.
    pub(crate) fn best() -> Self {
        let best = CpuLevel::ALL.into_iter().rev().find_map(Self::at);
        best.unwrap_or(Self(CpuLevel::Baseline))
    }

    /// This level, if the CPU has it.
    pub(crate) fn at(level: CpuLevel) -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        let available = match level {
            CpuLevel::Baseline => true,
            CpuLevel::Avx2 => avx2::is_available(),
            CpuLevel::Avx512 => avx512::is_available(),
        };
        #[cfg(not(target_arch = "x86_64"))]
        let available = level == CpuLevel::Baseline;
        available.then_some(Self(level))
    }

    /// Runs `task` with the instructions of this level.
    #[inline]
    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        match self.0 {
            // SAFETY: `Cpu::at` has detected the features that `run` needs.
            #[cfg(target_arch = "x86_64")]
            CpuLevel::Avx512 => unsafe { avx512::run(task) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            CpuLevel::Avx2 => unsafe { avx2::run(task) },
            #[cfg(target_arch = "x86_64")]
            CpuLevel::Baseline => task.run(sse2::Sse2),
            #[cfg(not(target_arch = "x86_64"))]
            _ => task.run(portable::Portable),
        }
    }
}

/// Work compiled once for every level.
///
/// `run` must be `#[inline(always)]`, and so must every hot function below it: the others are built
/// for the baseline.
pub(crate) trait Task {
    type Output;

    fn run<K: Kernel>(self, kernel: K) -> Self::Output;
}

/// Steps written by hand for one level. A value proves that the CPU has the level.
pub(crate) trait Kernel: Copy {
    /// Whether vectors of 64-bit numbers beat plain integers.
    const WIDE: bool;

    /// Sorts a block's bytes into the classes that word boundaries need.
    fn classify(self, block: &[u8; 64]) -> Masks;

    /// Marks bytes with values from `first` to `last`, both included.
    fn within(self, block: &[u8; 64], first: u8, last: u8) -> u64;

    /// Finds quotation marks and dashes whose lead bytes are in the first 64 bytes.
    #[inline(always)]
    fn marks(self, window: &Window) -> Marks {
        let [first, second, third] = [0, 1, 2].map(|ahead| shifted(window, ahead));
        let leads = self.within(first, 0xE2, 0xE2) & self.within(second, 0x80, 0x80);
        let quotes = self.within(third, 0x98, 0x99);
        let joining = quotes | self.within(third, 0xA4, 0xA4);
        Marks {
            apart: leads & self.within(third, 0x90, 0xA6) & !joining,
            quotes: leads & quotes,
        }
    }

    /// Marks bytes at the bits of `at` that are in `set`. They must be continuation bytes.
    #[inline(always)]
    fn among(self, block: &[u8; 64], mut at: u64, set: &LastBytes) -> u64 {
        let mut found = 0;
        while at != 0 {
            let byte = block[at.trailing_zeros() as usize];
            found |= (at & at.wrapping_neg()) * (set.bits >> (byte & 63) & 1);
            at &= at - 1;
        }
        found
    }

    /// Marks bytes outside ASCII.
    fn outside(self, sixteen: &[u8; 16]) -> u16;

    /// Writes `base` plus every set bit's position to `out`, lowest first. Later entries in `out`
    /// are unspecified.
    fn positions(self, mask: u64, base: u32, out: &mut [u32; 64]);

    /// Gathers the bits of `from` at set bits of `mask`, lowest first (`PEXT`).
    fn extract(self, from: u64, mask: u64) -> u64;

    /// Looks up bits 40 to 46 of every number in `table`, and sets the number's bit if the entry is
    /// not zero. A level may set all bits instead if any entry is not zero.
    #[inline(always)]
    fn marked(self, numbers: &[u64; 8], table: &[u8; 128]) -> u8 {
        let of = |number: &u64| table[(number >> 40 & 0x7F) as usize];
        let any = numbers.iter().fold(0, |any, number| any | of(number));
        if any == 0 { 0 } else { u8::MAX }
    }

    /// An XXH3 accumulation step: adds to every sum its neighbour's number, and the product of its
    /// own number's halves after an XOR with eight secret bytes.
    #[inline(always)]
    fn accumulate(self, sums: &mut [u64; 8], stripe: &[u64; 8], secret: &[u8; 64]) {
        let (secret, _) = secret.as_chunks();
        for lane in 0..8 {
            let keyed = stripe[lane] ^ u64::from_le_bytes(secret[lane]);
            let product = (keyed & 0xFFFF_FFFF) * (keyed >> 32);
            sums[lane] = sums[lane]
                .wrapping_add(stripe[lane ^ 1])
                .wrapping_add(product);
        }
    }

    /// Hashes words in `text` by [`clean_word`], eight at a time, and flags longer words in
    /// `words.others`.
    ///
    /// Stops at the first group with a start less than 16 bytes before the text's end, and gives the
    /// number of finished groups. Meaningless numbers may fill up a group.
    fn hash_words(self, text: &[u8], words: GroupsOf8<'_>) -> usize;
}

/// A set of UTF-8 continuation bytes.
pub(crate) struct LastBytes {
    /// Indexed by a byte's low six bits.
    bits: u64,
    /// Indexed by a byte's low four bits; bit `n` stands for value `n` in the next two.
    #[cfg(target_arch = "x86_64")]
    by_low: [u8; 16],
}

impl LastBytes {
    /// The bytes whose low six bits are set bits of `bits`.
    pub(crate) const fn new(bits: u64) -> Self {
        let mut by_low = [0; 16];
        let mut at = 0;
        while at < 64 {
            by_low[at % 16] |= ((bits >> at & 1) as u8) << (at / 16);
            at += 1;
        }
        Self {
            bits,
            #[cfg(target_arch = "x86_64")]
            by_low,
        }
    }
}

/// A word's start and (exclusive) end, in bytes.
pub(crate) type StartEnd = [u32; 2];

/// Words in groups of eight. All slices have equal lengths.
pub(crate) struct GroupsOf8<'a> {
    /// The words.
    pub(crate) words: &'a [[StartEnd; 8]],
    /// Receives their hashes.
    pub(crate) hashes: &'a mut [[u64; 8]],
    /// Receives one bit for every word longer than sixteen bytes, word 0 lowest.
    pub(crate) others: &'a mut [u8],
}

impl GroupsOf8<'_> {
    /// Runs `hash` on the groups until one gives `None`. Gives the number before it.
    #[inline(always)]
    fn hash(self, mut hash: impl FnMut(&[StartEnd; 8], &mut [u64; 8]) -> Option<u8>) -> usize {
        let mut done = 0;
        for ((words, hashes), others) in self.words.iter().zip(self.hashes).zip(self.others) {
            match hash(words, hashes) {
                Some(found) => *others = found,
                None => break,
            }
            done += 1;
        }
        done
    }
}

/// A block's byte classes: bit `n` stands for byte `n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Masks {
    /// ASCII letters.
    pub(crate) letters: u64,
    /// ASCII digits.
    pub(crate) digits: u64,
    /// The ASCII marks that may stand between two letters: `'` `.` `:`.
    pub(crate) joins_letters: u64,
    /// The ASCII marks that may stand between two digits: `'` `.` `,` `;`.
    pub(crate) joins_digits: u64,
    /// Bytes outside ASCII, and the underscore.
    pub(crate) special: u64,
}

impl Masks {
    /// ASCII marks between two ASCII letters, or between two digits, inside the block.
    #[inline(always)]
    pub(crate) fn joined(&self) -> u64 {
        self.joins_letters & (self.letters << 1) & (self.letters >> 1)
            | self.joins_digits & (self.digits << 1) & (self.digits >> 1)
    }
}

/// A block of 64 bytes, and eight bytes after it.
pub(crate) type Window = [u8; 64 + 8];

/// 64 bytes from a window, starting at byte `ahead`.
#[inline(always)]
fn shifted(window: &Window, ahead: usize) -> &[u8; 64] {
    let block = window[ahead..].first_chunk();
    block.expect("no more than eight bytes ahead")
}

/// Lead bytes of marks outside ASCII: bit `n` stands for byte `n`. A mark's other bytes may follow
/// the block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Separators from U+2010 to U+2026: dashes, double quotes, ellipsis.
    pub(crate) apart: u64,
    /// U+2018 and U+2019, which may join letters or digits.
    pub(crate) quotes: u64,
}

/// Writes positions of set bits, twelve between branches. 64 bytes of English hold some 11 words,
/// 22 starts and ends: two rounds, mostly, so the branches are well predicted.
#[inline(always)]
fn positions_by_twelve(mut mask: u64, out: &mut [u32; 64], first: impl Fn(u64) -> u32) {
    let mut next = || {
        let position = first(mask);
        mask &= mask.wrapping_sub(1);
        (position, mask == 0)
    };
    let (twelves, rest) = out.as_chunks_mut::<12>();
    for twelve in twelves {
        let mut is_last = false;
        for position in twelve {
            (*position, is_last) = next();
        }
        if is_last {
            return;
        }
    }
    for position in rest {
        (*position, _) = next();
    }
}

/// [`Kernel::extract`] without `PEXT`. Up to two bits in `from` are placed by counting; for more,
/// every bit in `mask` is visited.
#[inline(always)]
fn extract_by_one(from: u64, mut mask: u64) -> u64 {
    let count = |mask: u64| mask.count_ones();
    if from == mask {
        return 1u64.checked_shl(count(mask)).unwrap_or(0).wrapping_sub(1);
    }
    let mut found = 0;
    let mut few = from & mask;
    for _ in 0..2 {
        if few == 0 {
            return found;
        }
        found |= 1 << count(mask & (few & few.wrapping_neg()).wrapping_sub(1));
        few &= few - 1;
    }
    if few == 0 {
        return found;
    }
    let mut found = 0;
    let mut bit = 1;
    while mask != 0 {
        if from & mask & mask.wrapping_neg() != 0 {
            found |= bit;
        }
        bit <<= 1;
        mask &= mask - 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Hash<'a> {
        text: &'a [u8],
        words: [StartEnd; 8],
    }

    impl Task for Hash<'_> {
        type Output = Option<(u8, Vec<u64>)>;

        #[inline(always)]
        fn run<K: Kernel>(self, kernel: K) -> Self::Output {
            let (mut hashes, mut others) = ([[0; 8]], [0]);
            let words = GroupsOf8 {
                words: &[self.words],
                hashes: &mut hashes,
                others: &mut others,
            };
            let done = kernel.hash_words(self.text, words);
            let known = |at: &usize| others[0] >> at & 1 == 0;
            let hashes = (0..8).filter(known).map(|at| hashes[0][at]).collect();
            (done == 1).then_some((others[0], hashes))
        }
    }

    #[test]
    fn levels_hash_alike() {
        let text: Vec<u8> = (0..400u32).map(|i| (i * i / 7) as u8 & 0x7F).collect();
        let mut accented = text.clone();
        accented
            .iter_mut()
            .step_by(29)
            .for_each(|byte| *byte |= 0x80);
        for (text, first) in [&text, &accented]
            .into_iter()
            .flat_map(|text| (0..420u32).map(move |first| (text, first)))
        {
            let words = std::array::from_fn(|i| {
                let start = first.wrapping_sub(i as u32 * 3);
                [start, start.wrapping_add(first * 5 % 23 + i as u32)]
            });
            let task = || Hash { text, words };
            let expected = task().run(portable::Portable);
            for cpu in CpuLevel::ALL.into_iter().filter_map(Cpu::at) {
                assert_eq!(cpu.run(task()), expected, "{cpu:?} from {first}");
            }
        }
        let task = Hash {
            text: &text[..15],
            words: [[0, 1]; 8],
        };
        assert_eq!(Cpu::best().run(task), None);
    }

    struct OneBlock<'a> {
        block: &'a [u8; 64],
        mask: u64,
    }

    impl Task for OneBlock<'_> {
        type Output = (Masks, Marks, [u64; 5], Vec<u32>);

        #[inline(always)]
        fn run<K: Kernel>(self, kernel: K) -> Self::Output {
            let mut out = [0; 64];
            kernel.positions(self.mask, 1000, &mut out);
            let count = self.mask.count_ones() as usize;
            let within = |first, last| kernel.within(self.block, first, last);
            let outside = kernel.outside(self.block.first_chunk().expect("64 bytes"));
            let (a, b) = (
                within(b'a', b'y'),
                within(0x80, 0xFE) ^ u64::from(outside) << 17,
            );
            let (eights, _) = self.block.as_chunks();
            let numbers = std::array::from_fn(|at| u64::from_le_bytes(eights[at]));
            let table = std::array::from_fn(|at| self.block[at / 2] & 1 << (at % 2));
            let of = |number: u64| table[(number >> 40 & 0x7F) as usize];
            let expected = numbers.iter().zip(0..).fold(0, |marked, (&number, at)| {
                marked | u8::from(of(number) != 0) << at
            });
            let marked = kernel.marked(&numbers, &table);
            assert!(marked == expected || marked == u8::MAX && expected != 0);
            let mut sums = numbers.map(|number| number.rotate_left(9));
            kernel.accumulate(&mut sums, &numbers, self.block);
            let set = LastBytes::new(self.mask.rotate_left(5) ^ numbers[0]);
            let among = kernel.among(self.block, within(0x80, 0xBF) & self.mask, &set);
            let found = [
                a,
                b,
                among,
                kernel.extract(a & self.mask, self.mask),
                sums.iter()
                    .fold(0, |all, sum| u64::rotate_left(all, 5) ^ sum),
            ];
            let window = std::array::from_fn(|at| match self.block[at % 64] {
                odd if odd % 2 == 1 => odd,
                even => [0xE2, 0x80, even >> 2 | 0x80][at % 3],
            });
            let marks = kernel.marks(&window);
            (
                kernel.classify(self.block),
                marks,
                found,
                out[..count].to_vec(),
            )
        }
    }

    #[test]
    fn levels_agree() {
        let mut blocks: Vec<[u8; 64]> = (0u8..=255).map(|byte| [byte; 64]).collect();
        blocks.extend((0..256usize).map(|first| std::array::from_fn(|i| (first + i * 5) as u8)));
        let masks = [
            0,
            1,
            1 << 63,
            u64::MAX,
            0x5555_5555_5555_5555,
            0x8421_0000_F731_0842,
        ];
        for (i, block) in blocks.iter().enumerate() {
            let mask = masks[i % masks.len()].rotate_left(i as u32 / 7);
            let task = || OneBlock { block, mask };
            let expected = task().run(portable::Portable);
            for cpu in CpuLevel::ALL.into_iter().filter_map(Cpu::at) {
                assert_eq!(cpu.run(task()), expected, "{cpu:?} on {block:?}");
            }
        }
    }
}
