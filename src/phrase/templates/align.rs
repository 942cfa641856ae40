//! Fixed runs and slots.
//!
//! In: the words of the uses of one template. Out: which words of one of them all have, and where
//! they stand in the others.

/// Uses that decide which words are fixed. More change nothing that is seen.
const SAMPLE: usize = 32;
/// A word is fixed if it stands in this share of them: writers leave a word out.
const FIXED: f64 = 0.6;

/// The fixed words of a template: the places, in `of`, of those that most of `uses` have.
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

/// For each word of `a`, where it stands in `b`: a longest common subsequence (Wagner and Fischer,
/// 1974). Sentences are cut at 60 words, so that the table has 3,600 cells at most.
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
    // The length of the longest common subsequence of what follows both places.
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

#[cfg(test)]
mod tests {
    use super::*;

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
