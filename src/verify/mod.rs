//! Verification: how many shingles two articles really share.
//!
//! In: the shingles of two articles. Out: their exact [`Overlap`], from which Jaccard similarity and
//! containment follow. In bulk: candidate pairs and a way to read texts again. Out: the pairs that
//! have enough in common.
//!
//! Overlaps are exact up to hash collisions: shingles with equal 64-bit hashes count as equal. Two
//! sets with 2,000 shingles each have 4 million chances of 1 in 2^64, so one pair in four trillion
//! is wrong.

mod batch;
mod bitmap_bound;
mod overlap;
mod probe;

pub use overlap::{Overlap, ShingleSet};

pub(crate) use batch::{Plan, Unread, Verified, Verify};
pub(crate) use probe::{BoundedSet, ShingleProbe};
