//! Verification: the exact overlap of two articles.
//!
//! In: the texts of two articles. Out: a [`Comparison`]: the exact [`Overlap`] of their shingles,
//! and their shared [`Passage`]s as spans in each original.
//!
//! Overlaps are exact up to hash collisions: shingles with equal 64-bit hashes count as equal. Two
//! sets with 2,000 shingles each have 4 million chances of 1 in 2^64, so one pair in four trillion
//! is wrong.

mod batch;
mod outline;
mod overlap;
mod passage;
mod probe;

pub use overlap::{Overlap, ShingleSet};
pub use passage::Passage;

pub(crate) use batch::{Plan, Unread, Verified, Verify};
pub(crate) use probe::{Outlined, ShingleProbe};

use crate::error::Result;
use crate::shingle::Shingler;

/// An exact comparison of two articles.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Comparison {
    /// The overlap of the articles' shingles.
    pub overlap: Overlap,
    /// Tokens of the first article.
    pub a_tokens: u32,
    /// Tokens of the second article.
    pub b_tokens: u32,
    /// Shared passages, at least a shingle long, longest first. Passages don't overlap in either
    /// article.
    pub passages: Vec<Passage>,
}

impl Comparison {
    /// The number of tokens in shared passages.
    pub fn shared_tokens(&self) -> u32 {
        self.passages.iter().map(|passage| passage.tokens).sum()
    }
}

/// Compares two texts, cut by `shingler`. Linear in the lengths of the texts, apart from sorting.
///
/// ```
/// use reprint::shingle::{Shingler, Shingling};
/// use reprint::verify::compare;
///
/// let a = "The bridge over the Lune — closed since May — will open on Friday.";
/// let b = "It is official: the bridge over the Lune, closed since May, will open in autumn.";
/// let found = compare(&Shingler::new(Shingling::words(3), 0)?, a, b)?;
/// assert_eq!((found.overlap.shared, found.overlap.a, found.overlap.b), (8, 10, 13));
/// let passage = found.passages[0];
/// assert_eq!(&a[passage.a.range()], "The bridge over the Lune — closed since May — will open");
/// assert_eq!(&b[passage.b.range()], "the bridge over the Lune, closed since May, will open");
/// # Ok::<(), reprint::Error>(())
/// ```
///
/// # Errors
///
/// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
pub fn compare(shingler: &Shingler, a: &str, b: &str) -> Result<Comparison> {
    let set = |text| Ok(ShingleSet::new(shingler.shingles(text)?));
    let overlap = set(a)?.overlap(&set(b)?);
    let (a, b) = (shingler.tokens(a)?, shingler.tokens(b)?);
    let passages = passage::passages(&a, &b, shingler.shingling().width);
    Ok(Comparison {
        overlap,
        a_tokens: a.len() as u32,
        b_tokens: b.len() as u32,
        passages,
    })
}
