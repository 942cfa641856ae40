//! Words that one article has in place of words of the other.
//!
//! In: the gaps of an alignment in which one fact may stand in place of another. Out: how many gaps
//! hold a swap that an earlier gap held: two telling words, each of which the other article lacks
//! altogether. A form letter names its addressee at five places, each time by the same name. The
//! changes of an editor do not recur.

use super::analyzed::{AnalyzedArticle, Word};
use super::evidence::Unmatched;
use super::table::WordPair;

/// A word of this weight tells: one article in twenty has it, or without a corpus, it has six letters
/// or more, or is a number. It is the weight at which a word may be an anchor.
const TELLING: f32 = 3.0;

/// Two words that stand in place of each other, by their hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Swap {
    of_a: u64,
    of_b: u64,
    /// The number of the gap.
    gap: u32,
}

/// The words that may be swapped, of all gaps.
#[derive(Debug, Default)]
pub(super) struct Swaps {
    candidates: Vec<Swap>,
    /// Gaps seen.
    gaps: u32,
}

impl Swaps {
    /// Takes the words of a gap.
    pub(super) fn add(&mut self, a: &AnalyzedArticle, b: &AnalyzedArticle, gap: &Unmatched) {
        let tells = |word: &Word| (word.kind.name || word.weight >= TELLING) && !word.kind.date;
        for at_a in gap.a.clone().filter(|&at| tells(&a.words[at])) {
            for at_b in gap.b.clone().filter(|&at| tells(&b.words[at])) {
                if is_spelling(a.folded(at_a), b.folded(at_b)) {
                    continue;
                }
                self.candidates.push(Swap {
                    of_a: a.words[at_a].hash,
                    of_b: b.words[at_b].hash,
                    gap: self.gaps,
                });
            }
        }
        self.gaps += 1;
    }

    /// Takes the letters of scripts without spaces that were taken for misread ones. Errors of
    /// recognition seldom recur; a name of one letter does.
    pub(super) fn add_misread(
        &mut self,
        a: &AnalyzedArticle,
        b: &AnalyzedArticle,
        matches: &[WordPair],
    ) {
        for found in matches.iter().filter(|found| found.close) {
            let (of_a, of_b) = (&a.words[found.a as usize], &b.words[found.b as usize]);
            if of_a.kind.spaceless && of_b.kind.spaceless {
                self.candidates.push(Swap {
                    of_a: of_a.hash,
                    of_b: of_b.hash,
                    gap: self.gaps,
                });
                self.gaps += 1;
            }
        }
    }

    /// How many gaps hold a swap that an earlier gap held.
    pub(super) fn recurring(mut self, a: &AnalyzedArticle, b: &AnalyzedArticle) -> u32 {
        if self.candidates.is_empty() {
            return 0;
        }
        let lacking_in_b = lacking(self.candidates.iter().map(|swap| swap.of_a), b);
        let lacking_in_a = lacking(self.candidates.iter().map(|swap| swap.of_b), a);
        self.candidates.retain(|swap| {
            lacking_in_b.binary_search(&swap.of_a).is_ok()
                && lacking_in_a.binary_search(&swap.of_b).is_ok()
        });
        self.candidates.sort_unstable();
        let mut recurs = vec![false; self.gaps as usize];
        let is_same = |x: &Swap, y: &Swap| (x.of_a, x.of_b) == (y.of_a, y.of_b);
        for same in self.candidates.chunk_by(is_same) {
            for swap in same.iter().filter(|swap| swap.gap != same[0].gap) {
                recurs[swap.gap as usize] = true;
            }
        }
        recurs.into_iter().filter(|&recurs| recurs).count() as u32
    }
}

/// Whether two forms are the same letters but for what is no letter: `party's` and `partys`. An
/// edition that writes words otherwise does so throughout.
fn is_spelling(a: &str, b: &str) -> bool {
    let letters = |form: &'_ str| {
        form.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<Vec<_>>()
    };
    letters(a) == letters(b)
}

/// The hashes, of those given, that no word of an article has; in ascending order.
fn lacking(hashes: impl Iterator<Item = u64>, article: &AnalyzedArticle) -> Vec<u64> {
    let mut hashes: Vec<u64> = hashes.collect();
    hashes.sort_unstable();
    hashes.dedup();
    let mut is_there = vec![false; hashes.len()];
    for word in &article.words {
        if let Ok(at) = hashes.binary_search(&word.hash) {
            is_there[at] = true;
        }
    }
    let mut is_there = is_there.into_iter();
    hashes.retain(|_| is_there.next() == Some(false));
    hashes
}

#[cfg(test)]
mod tests {
    use crate::relation::compare;

    fn letter(town: &str, sum: &str) -> String {
        format!(
            "The ministry grants {town} {sum} pounds for a new engine, the minister announced. \
             Without the old pump the fire brigade of {town} had to wait for its neighbours, he \
             said, and in {town} the wait was long. The grant pays for hoses and ladders as well. \
             It will be paid within a year to every town that applies in time."
        )
    }

    fn recurring(a: &str, b: &str) -> u32 {
        let found = compare(a, b).expect("short texts");
        let back = compare(b, a).expect("short texts");
        assert_eq!(found.evidence.recurring, back.evidence.recurring);
        found.evidence.recurring
    }

    #[test]
    fn a_name_filled_in_throughout_recurs_and_one_edit_does_not() {
        let [one, other] = ["Carrowmouth", "Wendlebury"].map(|town| letter(town, "4,500"));
        assert_eq!(recurring(&one, &other), 2);
        let edited = one.replacen("Carrowmouth", "Wendlebury", 1);
        assert_eq!(recurring(&one, &edited), 0);
        assert_eq!(recurring(&one, &one), 0);
    }

    #[test]
    fn another_spelling_is_no_swap() {
        let with = |town: &str| letter(town, "4,500");
        assert_eq!(recurring(&with("Carrow'mouth"), &with("Carrowmouth")), 0);
    }

    #[test]
    fn a_letter_that_is_swapped_throughout_was_not_misread() {
        let crater = |of: &str| {
            format!(
                "{of}洲撞擊坑列表列出所有在{of}洲的撞擊坑，這些撞擊坑形成原因為大型隕石墜落。\
                 以下列表列出地球資料庫內所有已確認並在{of}洲的撞擊坑，經過侵蝕與深埋等作用。"
            )
        };
        // The first stands at no place between two equal letters, so that two are compared.
        assert_eq!(recurring(&crater("亞"), &crater("非")), 1);
    }
}
