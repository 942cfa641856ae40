//! Recurring swaps: a word in one article stands for a word in the other, again and again.
//!
//! In: the gaps of an alignment short enough for a single fact. Out: the number of gaps with a swap
//! found in an earlier gap. A swap is a pair of telling words at a place, each missing from the
//! other article altogether. A form letter names its addressee in five places, always by the same
//! name. The changes of an editor do not recur.

use super::analyzed::{AnalyzedArticle, Word};
use super::table::WordPair;
use super::unmatched::Unmatched;

/// Least weight of a telling word, equal to the least weight of an anchor of a single word. One
/// article in twenty has a word of this weight. Without a corpus, numbers and words of six letters
/// or more reach it.
const TELLING: f32 = 3.0;

/// A pair of words at the same place in two articles, by hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Swap {
    of_a: u64,
    of_b: u64,
    /// Index of the gap.
    gap: u32,
}

/// Candidate swaps from all gaps.
#[derive(Debug, Default)]
pub(super) struct Swaps {
    candidates: Vec<Swap>,
    /// Number of gaps added.
    gaps: u32,
}

impl Swaps {
    /// Adds each pair of telling words in a gap, apart from spellings of a single word.
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

    /// Adds pairs of letters matched as misread, in scripts without spaces. Recognition errors
    /// seldom recur. Names of a single letter do.
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

    /// Returns the number of gaps with a swap found in an earlier gap.
    pub(super) fn recurring(mut self, a: &AnalyzedArticle, b: &AnalyzedArticle) -> u32 {
        if self.candidates.is_empty() {
            return 0;
        }
        // 1. Keep pairs of words missing from the other article.
        let lacking_in_b = lacking(self.candidates.iter().map(|swap| swap.of_a), b);
        let lacking_in_a = lacking(self.candidates.iter().map(|swap| swap.of_b), a);
        self.candidates.retain(|swap| {
            lacking_in_b.binary_search(&swap.of_a).is_ok()
                && lacking_in_a.binary_search(&swap.of_b).is_ok()
        });
        // 2. Mark each gap whose swap has an earlier gap.
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

/// Whether two forms have equal letters and digits: `party's` and `partys`. An edition with a
/// different spelling uses it throughout.
fn is_spelling(a: &str, b: &str) -> bool {
    fn letters(form: &str) -> impl Iterator<Item = char> {
        form.chars().filter(|c| c.is_alphanumeric())
    }
    letters(a).eq(letters(b))
}

/// Returns the given hashes without a word in the article, ascending and distinct.
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
        // The initial letter has no neighbour on the left, so two places are compared, and one
        // recurs.
        assert_eq!(recurring(&crater("亞"), &crater("非")), 1);
    }
}
