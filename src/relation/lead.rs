//! Whether two articles open alike.
//!
//! In: two [`AnalyzedArticle`]s and their [`Alignment`]. Out: the share of each lead that stands in
//! the other. A reprint and a new version keep the lead, or most of it; another article on the event
//! has news of its own on top, and copies what happened before.

use super::align::Alignment;
use super::analyzed::AnalyzedArticle;
use super::evidence::LETTERS_OF_A_WORD;

/// Words of a lead. The first paragraph of a wire story has 25 to 40 words; a headline may stand
/// before it. Chosen by hand, before any pair was judged by it.
const WORDS: usize = 50;

/// A lead may stand below a headline or a note of the other article: within so many times its words.
const REACH: usize = 2;

/// The share of either lead that stands in the first words of the other article, by weight, 0 to 1.
pub(super) fn shared(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    alignment: &Alignment,
) -> (f64, f64) {
    let ([lead_a, reach_a], [lead_b, reach_b]) = (ends(a), ends(b));
    let (mut shared_a, mut shared_b) = (0.0, 0.0);
    for matches in [&alignment.matches, &alignment.moved] {
        let mut last = None;
        let within = matches
            .iter()
            .map(|found| (found.a as usize, found.b as usize))
            .take_while(|&(at_a, _)| at_a < reach_a)
            .filter(|&(_, at_b)| at_b < reach_b);
        for (at_a, at_b) in within {
            let (last_a, last_b) = last.replace((at_a, at_b)).unzip();
            // A word that was split stands in two matches.
            if at_a < lead_a && last_a != Some(at_a) {
                shared_a += f64::from(a.words[at_a].weight);
            }
            if at_b < lead_b && last_b != Some(at_b) {
                shared_b += f64::from(b.words[at_b].weight);
            }
        }
    }
    let share = |shared: f64, article: &AnalyzedArticle, end: usize| {
        let words = &article.words[..end];
        let mass: f64 = words.iter().map(|word| f64::from(word.weight)).sum();
        if mass > 0.0 { shared / mass } else { 0.0 }
    };
    (share(shared_a, a, lead_a), share(shared_b, b, lead_b))
}

/// Where the lead of an article ends, and where the words end among which a lead may stand. Words
/// that tell nothing do not count: furniture of the page, and what every article has.
fn ends(article: &AnalyzedArticle) -> [usize; 2] {
    let words = article.words.iter().enumerate();
    let mut telling = words.filter(|(_, word)| word.weight > 0.0);
    let mut left = 0;
    [1, REACH - 1].map(|leads| {
        left += leads * WORDS * LETTERS_OF_A_WORD;
        for (at, word) in telling.by_ref() {
            left = left.saturating_sub(if word.kind.spaceless {
                1
            } else {
                LETTERS_OF_A_WORD
            });
            if left == 0 {
                return at + 1;
            }
        }
        article.words.len()
    })
}
