//! Maps and sets with hashes as keys.
//!
//! In: keys of well mixed bits. Out: the maps of the standard library, without a second hash.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map whose keys are well mixed hashes.
pub(crate) type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<AsIs>>;

/// A set of well mixed hashes.
pub(crate) type HashedSet<K> = HashSet<K, BuildHasherDefault<AsIs>>;

/// Uses a 64-bit key, or the lower half of a 128-bit key, as the hash.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            let mut padded = [0; 8];
            padded[..eight.len()].copy_from_slice(eight);
            self.0 ^= u64::from_le_bytes(padded);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }
}
