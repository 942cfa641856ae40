//! Misread letters in scripts without spaces, where each letter counts as a word.
//!
//! In: a gap and its matches by letter. Out: the matches with misread letters added.

use super::analyzed::AnalyzedArticle;
use super::gap::Gap;
use super::table::WordPair;

/// Numerals among letters. A different numeral is a different fact, not a misreading.
const NUMERALS: &str = "〇零一二三四五六七八九十百千万亿億萬两兩";

/// Adds to the matches of a gap, those of `found` from `from` on, the pair of single different letters between two neighbouring pairs of equal letters. A
/// recognition error changes a single letter. Most names and other words filled into a template
/// have two letters or more.
pub(super) fn with_misread(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    gap: &Gap,
    found: &mut Vec<WordPair>,
    from: usize,
) {
    let is_spaceless = |at: WordPair| {
        a.words[at.a as usize].kind.spaceless && b.words[at.b as usize].kind.spaceless
    };
    let before = gap
        .left
        .then(|| WordPair::exact(gap.a.start - 1, gap.b.start - 1));
    let after = gap.right.then(|| WordPair::exact(gap.a.end, gap.b.end));
    let is_misread =
        |&at: &WordPair| is_spaceless(at) && !is_numeral(a, at.a) && !is_numeral(b, at.b);
    let mut last = before;
    let matches = found[from..].iter().copied().chain(after);
    let misread = matches.filter_map(|next| between(last.replace(next)?, next));
    // There are hardly ever any, and then nothing is allocated.
    let misread: Vec<WordPair> = misread.filter(is_misread).collect();
    if !misread.is_empty() {
        found.extend(misread);
        found[from..].sort_unstable_by_key(|at| (at.a, at.b));
    }
}

/// The pair between two equal pairs, if exactly one word stands between them in each article.
fn between(before: WordPair, after: WordPair) -> Option<WordPair> {
    let is_one = (before.a + 2, before.b + 2) == (after.a, after.b);
    (is_one && !before.close && !after.close).then_some(WordPair {
        a: before.a + 1,
        b: before.b + 1,
        close: true,
    })
}

fn is_numeral(draft: &AnalyzedArticle, at: u32) -> bool {
    let first = draft.folded(at as usize).chars().next();
    first.is_some_and(|letter| NUMERALS.contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Amends the matches of a gap that spans both texts.
    fn amended(a: &str, b: &str, found: &[(usize, usize)]) -> Vec<(u32, u32, bool)> {
        let (a, b) = (AnalyzedArticle::of_text(a), AnalyzedArticle::of_text(b));
        let gap = Gap {
            a: 0..a.words.len(),
            b: 0..b.words.len(),
            left: false,
            right: false,
        };
        let mut found: Vec<WordPair> = found.iter().map(|&(a, b)| WordPair::exact(a, b)).collect();
        with_misread(&a, &b, &gap, &mut found, 0);
        found.iter().map(|at| (at.a, at.b, at.close)).collect()
    }

    #[test]
    fn one_letter_between_two_equal_ones_was_misread() {
        let (whole, misread) = ("港桥市议会", "港桥巿议会");
        let found = amended(whole, misread, &[(0, 0), (1, 1), (3, 3), (4, 4)]);
        assert_eq!(found[2], (2, 2, true));
        assert_eq!(found.len(), 5);
        let other_number = amended("共三人", "共五人", &[(0, 0), (2, 2)]);
        assert!(!other_number.iter().any(|&(_, _, close)| close));
        let words = amended("one two three", "one owt three", &[(0, 0), (2, 2)]);
        assert_eq!(words, [(0, 0, false), (2, 2, false)]);
    }
}
