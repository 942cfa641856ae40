//! The contenders' ways from a text to a signature.
//!
//! In: a text with at least one word. Out: a signature with the requested number of values.
//!
//! All but two contenders get hashed shingles, and a pass-through hasher if they take one: hashing
//! again would cost some more than the signature.

use std::hash::{BuildHasherDefault, Hasher};

use datasketch_minhash_lsh::MinHash as DatasketchMinHash;
use gaoya::minhash::{MinHasher, MinHasher32};
use gaoya::text::{shingle_tokens, whitespace_split};
use lshdedup_core::{Config, Index, ShingleUnit};
use minhash_rs::prelude::{MinHash, MinHasher as _};
use probminhash::densminhash::OptDensMinHash;
use probminhash::superminhasher::SuperMinHash;
use reprint::CpuLevel;
use reprint::sketch::{Signature, SketchScratch, SketchSettings, Sketcher};
use reprint::shingle::{Shingler, Shingling};

use crate::shingles::{Cutter, WIDTH};

/// How many values a signature has.
pub(crate) const VALUES: usize = 128;

/// Lets through what is hashed already.
#[derive(Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, _: &[u8]) {
        unreachable!("shingles are 64-bit numbers");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl minhash_rs::prelude::Hasher for Hashed {
    type Concrete = Self;

    fn build() -> Self {
        Self::default()
    }
}

/// reprint at a CPU level, if available.
pub(crate) fn reprint(level: CpuLevel) -> Option<impl FnMut(&str) -> Signature> {
    let shingler = Shingler::new(Shingling::words(WIDTH), 0).expect("a width in range");
    let settings = SketchSettings::with_values(VALUES);
    let sketcher = Sketcher::new(shingler.with_cpu_level(level)?, settings).expect("in range");
    let mut scratch = SketchScratch::default();
    Some(move |text: &str| {
        let sketch = sketcher.sketch_with(text, &mut scratch);
        let signature = sketch.expect("a text of ordinary length").signature;
        signature.expect("a text with a word")
    })
}

/// gaoya's `MinHasher32`.
pub(crate) fn gaoya(values: usize) -> impl FnMut(&str) -> Vec<u32> {
    let hasher = MinHasher32::new_with_hasher(values, BuildHasherDefault::<Hashed>::default());
    let mut cutter = Cutter::default();
    move |text| hasher.create_signature(cutter.cut(text).iter())
}

/// gaoya's `MinHasher32` with gaoya's hasher and text functions.
pub(crate) fn gaoya_from_text(values: usize) -> impl FnMut(&str) -> Vec<u32> {
    let hasher = MinHasher32::new(values);
    move |text| {
        let lowercase = text.to_lowercase();
        let words: Vec<&str> = whitespace_split(&lowercase).collect();
        hasher.create_signature(shingle_tokens(&words, WIDTH.min(words.len())))
    }
}

/// minhash-rs's default: values and hashes of 64 bits.
pub(crate) type MinHash64 = MinHash<u64, VALUES, Hashed>;

/// minhash-rs's smaller variant: 32-bit values and hashes.
type MinHash32 = MinHash<u32, VALUES, Hashed, u32>;

/// minhash-rs's `MinHash` of 64-bit values.
pub(crate) fn minhash_rs() -> impl FnMut(&str) -> MinHash64 {
    let mut cutter = Cutter::default();
    move |text| cutter.cut(text).iter().copied().collect()
}

/// minhash-rs's `MinHash` of 32-bit values.
pub(crate) fn minhash_rs_32() -> impl FnMut(&str) -> MinHash32 {
    let mut cutter = Cutter::default();
    move |text| cutter.cut(text).iter().copied().collect()
}

/// What minhash-rs estimates.
pub(crate) fn estimate_64(a: &MinHash64, b: &MinHash64) -> f64 {
    a.estimate_jaccard_index(b)
}

/// What minhash-rs estimates.
pub(crate) fn estimate_32(a: &MinHash32, b: &MinHash32) -> f64 {
    a.estimate_jaccard_index(b)
}

/// probminhash's one-permutation hashing with optimal densification.
pub(crate) fn opt_dens(values: usize) -> impl FnMut(&str) -> Vec<u64> {
    let mut sketch = OptDensMinHash::<f64, u64, Hashed>::new(values, BuildHasherDefault::default());
    let mut cutter = Cutter::default();
    move |text| {
        sketch.reinit();
        sketch.sketch_slice(cutter.cut(text)).expect("shingles");
        sketch.get_hsketch_u64()
    }
}

/// probminhash's `SuperMinHash`: its values' bits, compared as integers.
pub(crate) fn super_min_hash(values: usize) -> impl FnMut(&str) -> Vec<u64> {
    let mut sketch = SuperMinHash::<f64, u64, Hashed>::new(values, BuildHasherDefault::default());
    let mut cutter = Cutter::default();
    move |text| {
        sketch.reinit();
        sketch.sketch_slice(cutter.cut(text)).expect("shingles");
        sketch
            .get_hsketch()
            .iter()
            .map(|value| value.to_bits())
            .collect()
    }
}

/// datasketch-minhash-lsh's `MinHash`, with random numbers drawn once.
pub(crate) fn datasketch() -> impl FnMut(&str) -> DatasketchMinHash {
    let empty = DatasketchMinHash::new(VALUES, Some(1));
    let mut cutter = Cutter::default();
    move |text| {
        let mut sketch = empty.clone();
        cutter
            .cut(text)
            .iter()
            .for_each(|shingle| sketch.update(shingle));
        sketch
    }
}

/// The share of equal values in two datasketch-minhash-lsh signatures.
pub(crate) fn datasketch_agreement(a: &DatasketchMinHash, b: &DatasketchMinHash) -> f64 {
    agreement(&a.hash_values.0, &b.hash_values.0)
}

/// An empty lshdedup-core index, which cuts words and signs by itself, with its default: 32 bands,
/// 4 rows.
pub(crate) fn lshdedup_index() -> Index {
    let config = Config {
        num_hashes: VALUES,
        shingle_size: WIDTH,
        shingle_unit: ShingleUnit::Word,
        ..Config::default()
    };
    Index::new(config).expect("bands that divide the values")
}

/// The signatures of lshdedup-core.
pub(crate) fn lshdedup() -> impl FnMut(&str) -> Vec<u32> {
    let index = lshdedup_index();
    move |text| index.signature(text)
}

/// The share of equal values in two signatures.
pub(crate) fn agreement<T: PartialEq>(a: &[T], b: &[T]) -> f64 {
    assert_eq!(a.len(), b.len());
    let agree = a.iter().zip(b).filter(|(a, b)| a == b).count();
    agree as f64 / a.len() as f64
}
