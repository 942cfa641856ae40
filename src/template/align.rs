//! Fixed runs and slots.
//!
//! In: the words of the uses of a template. Out: the words of a representative use that most uses
//! have, and their places in another use.

/// The most uses that decide on fixed words. Chosen by hand: a share over 32 uses is off by .09 at
/// most in two cases of three.
const SAMPLE: usize = 32;
/// The share of uses that must have a fixed word: writers omit words. Chosen by hand.
const FIXED: f64 = 0.6;

/// The positions in `of` of the words that at least six uses in ten have.
pub(super) fn fixed(of: &[u64], uses: &[&[u64]]) -> Vec<usize> {
    let step = uses.len().div_ceil(SAMPLE).max(1);
    let mut times = vec![0_usize; of.len()];
    let mut sampled = 0_u32;
    for other in uses.iter().step_by(step) {
        sampled += 1;
        for (times, place) in times.iter_mut().zip(align(of, other)) {
            *times += usize::from(place.is_some());
        }
    }
    let enough = (f64::from(sampled) * FIXED).ceil() as usize;
    (0..of.len()).filter(|&at| times[at] >= enough).collect()
}

/// The position in `b` for every word of `a`, by a longest common subsequence (Wagner and Fischer,
/// 1974). A sentence has at most 60 words, so that the table has at most 3,700 cells.
pub(super) fn align(a: &[u64], b: &[u64]) -> Vec<Option<usize>> {
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (left, right) = (&a[head..], &b[head..]);
    let tail = left.iter().rev().zip(right.iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[..left.len() - tail], &right[..right.len() - tail]);
    let mut places = vec![None; a.len()];
    for (at, place) in places[..head].iter_mut().enumerate() {
        *place = Some(at);
    }
    for back in 1..=tail {
        places[a.len() - back] = Some(b.len() - back);
    }
    // The length of the longest common subsequence of the rests behind both positions.
    let width = right.len() + 1;
    let mut longest = vec![0_u32; (left.len() + 1) * width];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            longest[i * width + j] = if left[i] == right[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if left[i] == right[j] {
            places[head + i] = Some(head + j);
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    places
}

/// Words of a pattern: a machine word has a bit for every word of a sentence.
const MOST: usize = u64::BITS as usize;

/// Words prepared for comparison with many sentences.
pub(super) struct Pattern {
    len: usize,
    /// A bit for every word: absent words are skipped.
    filter: u64,
    /// Sorted distinct words with their positions as bits.
    places: Vec<(u64, u64)>,
}

fn bit(word: u64) -> u64 {
    1 << ((word >> 20) % 64)
}

impl Pattern {
    /// The first 64 of some words.
    pub(super) fn new(words: &[u64]) -> Self {
        let words = &words[..words.len().min(MOST)];
        let mut places: Vec<(u64, u64)> = words
            .iter()
            .enumerate()
            .map(|(at, &word)| (word, 1 << at))
            .collect();
        places.sort_unstable();
        places.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 |= if same { next.1 } else { 0 };
            same
        });
        Self {
            len: words.len(),
            filter: words.iter().fold(0, |filter, &word| filter | bit(word)),
            places,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The length of a longest common subsequence, 64 positions a step (Hyyrö, "Bit-parallel
    /// LCS-length computation revisited", 2004).
    pub(super) fn common(&self, words: &[u64]) -> usize {
        let mut unmatched = u64::MAX;
        for word in words.iter().filter(|word| self.filter & bit(**word) != 0) {
            if let Ok(at) = self.places.binary_search_by_key(word, |&(word, _)| word) {
                let matches = unmatched & self.places[at].1;
                unmatched = unmatched.wrapping_add(matches) | (unmatched - matches);
            }
        }
        unmatched.count_zeros() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash;

    #[test]
    fn patterns_agree_with_the_table() {
        let words = |seed: u64, len: u64| -> Vec<u64> {
            (0..len)
                .map(|at| hash::finish(hash::finish(seed * 99 + at)) % 12)
                .collect()
        };
        for (seed, len) in (1..300).zip((0..=64).cycle()) {
            let (a, b) = (words(seed, len), words(seed + 1000, (len * 7) % 61));
            let expected = align(&a, &b).iter().flatten().count();
            let pattern = Pattern::new(&a);
            assert_eq!(pattern.common(&b), expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn words_are_aligned() {
        let [a, b] = [[1, 2, 3, 9, 4, 5], [1, 7, 3, 4, 4, 5]];
        let places = align(&a, &b);
        assert_eq!(places, [Some(0), None, Some(2), None, Some(4), Some(5)]);
        assert_eq!(align(&[], &b), []);
        assert_eq!(align(&a, &[]), [None; 6]);
    }

    #[test]
    fn words_of_most_uses_are_fixed() {
        let uses: [&[u64]; 3] = [&[1, 8, 3, 4], &[1, 9, 3, 4], &[1, 7, 7, 3]];
        assert_eq!(fixed(uses[0], &uses), [0, 2, 3]);
    }
}
