//! The words that a user would cut for the other crates, and the contenders' four ways to cut
//! theirs.
//!
//! In: a text. Out: its five-word shingle hashes.

use reprint::shingle::{Shingler, Shingling};
use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::xxh3_64;

/// How many words make a shingle.
pub(crate) const WIDTH: usize = 5;

/// How a contender cuts texts into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// As [`Cutter`] does: UAX #29, lowercase.
    Common,
    /// reprint's way: UAX #29, case folding, one kind of apostrophe.
    Reprint,
    /// As gaoya's `whitespace_split` does, lowercase: parted by ASCII spaces and punctuation.
    Gaoya,
    /// As lshdedup-core does: parted by spaces. Case and punctuation count.
    Spaces,
}

impl Words {
    pub(crate) const ALL: [Self; 4] = [Self::Common, Self::Reprint, Self::Gaoya, Self::Spaces];

    /// For the tables.
    pub(crate) fn name(self) -> &'static str {
        if self == Self::Common {
            "common"
        } else {
            "its own"
        }
    }

    /// A text's shingles, ascending and distinct. Not timed.
    pub(crate) fn set(self, text: &str) -> Vec<u64> {
        let mut set = match self {
            Self::Common => Cutter::default().cut(text).to_vec(),
            Self::Reprint => {
                let shingler = Shingler::new(Shingling::words(WIDTH), 0).expect("a width in range");
                shingler.shingles(text).expect("a text of ordinary length")
            }
            Self::Gaoya => {
                let lowercase = text.to_lowercase();
                of_words(gaoya::text::whitespace_split(&lowercase))
            }
            Self::Spaces => of_words(text.split_whitespace()),
        };
        set.sort_unstable();
        set.dedup();
        set
    }
}

fn of_words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<u64> {
    let hashes: Vec<u64> = words.map(|word| xxh3_64(word.as_bytes())).collect();
    let mut shingles = Vec::new();
    cut(&hashes, &mut shingles);
    shingles
}

/// Cuts shingles as a sensible user would with ordinary crates: lowercase the text, cut words by
/// unicode-segmentation, hash every word by XXH3, and every run of five hashes by XXH3. Its buffers
/// are kept between texts.
#[derive(Default)]
pub(crate) struct Cutter {
    words: Vec<u64>,
    shingles: Vec<u64>,
}

impl Cutter {
    /// The shingles of a text in order. Below five words, a single shingle covers the text.
    pub(crate) fn cut(&mut self, text: &str) -> &[u64] {
        self.words.clear();
        self.shingles.clear();
        let lowercase = text.to_lowercase();
        let words = lowercase.unicode_words();
        self.words
            .extend(words.map(|word| xxh3_64(word.as_bytes())));
        cut(&self.words, &mut self.shingles);
        &self.shingles
    }
}

fn cut(words: &[u64], shingles: &mut Vec<u64>) {
    if words.is_empty() {
        return;
    }
    let width = WIDTH.min(words.len());
    shingles.extend(words.windows(width).map(|run| {
        let mut bytes = [0; 8 * WIDTH];
        for (to, word) in bytes.chunks_exact_mut(8).zip(run) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        xxh3_64(&bytes[..8 * width])
    }));
}

/// The Jaccard similarity between ascending sets.
pub(crate) fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let both = a
        .iter()
        .filter(|shingle| b.binary_search(shingle).is_ok())
        .count();
    both as f64 / (a.len() + b.len() - both).max(1) as f64
}
