//! Shared leads: whether two articles open alike.
//!
//! In: two [`AnalyzedArticle`]s and their [`Alignment`]. Out: for each article, the share of the
//! lead found in the opening words of the other article. A reprint or a new version keeps most of
//! the lead. Another article on the event opens with its own news, and copies the background.

use super::align::Alignment;
use super::analyzed::AnalyzedArticle;
use super::unmatched::LETTERS_OF_A_WORD;

/// Length of a lead, in words. The first paragraph of a wire story has 25 to 40 words; a headline
/// may precede it. Chosen by hand, before any pair was judged by leads.
const WORDS: usize = 50;

/// Where a lead is searched in the other article: within twice a lead's length, because a headline
/// or a note may precede the lead. In leads. Chosen by hand.
const REACH: usize = 2;

/// Returns the share of either lead in the opening words of the other article, by weight, 0 to 1.
pub(super) fn shared(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    alignment: &Alignment,
) -> (f64, f64) {
    // 1. Add up the weights of matched words in each lead.
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
            // A split word has two matches and counts once.
            if at_a < lead_a && last_a != Some(at_a) {
                shared_a += f64::from(a.words[at_a].weight);
            }
            if at_b < lead_b && last_b != Some(at_b) {
                shared_b += f64::from(b.words[at_b].weight);
            }
        }
    }
    // 2. Divide by the weight of the lead.
    let share = |shared: f64, article: &AnalyzedArticle, end: usize| {
        let words = &article.words[..end];
        let mass: f64 = words.iter().map(|word| f64::from(word.weight)).sum();
        if mass > 0.0 { shared / mass } else { 0.0 }
    };
    (share(shared_a, a, lead_a), share(shared_b, b, lead_b))
}

/// Returns the end of the lead, and the end of the words in which the other lead is searched. Words
/// without weight don't count: page furniture, and words common to all articles. In scripts without
/// spaces, [`LETTERS_OF_A_WORD`] letters count as a word.
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
