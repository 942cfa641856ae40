//! Suggestions for a mistyped name.
//!
//! In: a name and the existing names. Out: the nearest names, by edit distance.

use rayon::prelude::*;
use reprint::ArticleId;

use crate::corpus::Corpus;
use crate::failure::Failure;

/// Most names suggested. Chosen by hand.
const SUGGESTED: usize = 3;

/// Characters compared of a longer name. The last ones are taken, since keys differ there.
const LONGEST: usize = 256;

/// The article with this key. If there is none, the error suggests similar keys.
pub(super) fn article(corpus: &Corpus, key: &str) -> Result<ArticleId, Failure> {
    corpus.detector.id(key).ok_or_else(|| {
        let keys: Vec<&str> = super::ids(corpus).map(|id| corpus.key(id)).collect();
        let near = of_many(key, &keys);
        let hint = if near.is_empty() {
            let first = keys.first().copied().unwrap_or_default();
            format!("a key here looks like {first}")
        } else {
            format!("similar keys: {}", near.join(", "))
        };
        Failure::Failed(format!("no article has the key {key}; {hint}"))
    })
}

/// The nearest of a few fixed names, if near enough.
pub(super) fn of_few<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let distances = names.iter().map(|&other| (distance(name, other), other));
    let (least, nearest) = distances.min()?;
    (3 * least <= nearest.len()).then_some(nearest)
}

/// The names nearest to an unknown name: first the names that contain it, then by edit distance.
/// Names too far are left out.
pub(super) fn of_many<'a>(name: &str, names: &[&'a str]) -> Vec<&'a str> {
    let short = name.to_lowercase();
    let far = name.chars().count().max(4);
    let mut ranked: Vec<(bool, usize, &str)> = names
        .par_iter()
        .filter_map(|&other| {
            let lower = other.to_lowercase();
            let has_it = !short.is_empty() && lower.contains(&short);
            let distance = distance(&short, &lower);
            (has_it || 2 * distance <= far).then_some((!has_it, distance, other))
        })
        .collect();
    ranked.sort_unstable();
    let nearest = ranked.into_iter().take(SUGGESTED);
    nearest.map(|(_, _, other)| other).collect()
}

fn distance(a: &str, b: &str) -> usize {
    let start_of_last = |text: &str| {
        let start = text.char_indices().rev().nth(LONGEST - 1);
        start.map_or(0, |(at, _)| at)
    };
    strsim::levenshtein(&a[start_of_last(a)..], &b[start_of_last(b)..])
}

#[cfg(test)]
mod tests {
    use super::{of_few, of_many};

    #[test]
    fn what_was_meant() {
        let names = ["explain", "sweep"];
        assert_eq!(of_few("explian", &names), Some("explain"));
        assert_eq!(of_few("sweep", &names), Some("sweep"));
        assert_eq!(of_few("news", &names), None);
        let keys = ["tribune-bridge.txt", "post-bridge.txt", "market.txt"];
        assert_eq!(
            of_many("tribune-brigde.txt", &keys)[0],
            "tribune-bridge.txt"
        );
        assert_eq!(of_many("POST", &keys), ["post-bridge.txt"]);
        assert!(of_many("", &keys).is_empty() && of_many("xyz", &keys).is_empty());
    }
}
