//! Evidence: the figures of an alignment.
//!
//! In: two [`AnalyzedArticle`]s and their [`Alignment`]. Out: [`Evidence`]: how much of either
//! article stands in the other, how clean the copy is, and how many facts differ within shared
//! text.

use std::ops::Range;

use super::align::Alignment;
use super::analyzed::{AnalyzedArticle, Word};
use super::judge::Rules;
use super::kind::WordKind;
use super::lead;
use super::swap::Swaps;
use super::table::WordPair;
use super::unmatched::{LETTERS_OF_A_WORD, Unmatched, gaps};

/// The figures behind a [`Relation`](super::Relation).
///
/// Words have weights. With [`Statistics`](crate::corpus::Statistics) the weight is the logarithm
/// of a word's rarity in the corpus, otherwise an estimate by length.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Evidence {
    /// Share of the first article found in the second, by weight, 0 to 1.
    pub a_coverage: f64,
    /// Share of the second article found in the first, by weight, 0 to 1.
    pub b_coverage: f64,
    /// Number of words in the first article.
    pub a_words: u32,
    /// Number of words in the second article.
    pub b_words: u32,
    /// Words of the first article that repeat an earlier passage. No other figure counts repeated
    /// words: a page with two copies of its body is compared by a single copy.
    pub a_repeated: u32,
    /// Words of the second article that repeat an earlier passage.
    pub b_repeated: u32,
    /// Words of the shorter article matched in order in the longer article.
    pub matched: u32,
    /// Matched words that differ by recognition errors.
    pub close: u32,
    /// Matched words with an equal word on either side, in both articles. A word split in two by a
    /// recognition error counts once.
    pub flanked: u32,
    /// Words of `flanked` that differ by recognition errors.
    pub flanked_close: u32,
    /// Words matched out of order, in passages of at least six words.
    pub moved: u32,
    /// Matched words in passages of at least eight equal words.
    pub in_passages: u32,
    /// Share of three-word runs of the shorter article found in the longer article, in order, 0 to
    /// 1.
    pub runs: f64,
    /// Total weight of the shorter article.
    pub mass: f64,
    /// Matched equal numbers.
    pub equal_numbers: u32,
    /// Numbers facing each other in a gap with more than half of the digits different.
    pub hard_numbers: u32,
    /// Numbers facing each other in a gap with at most half of the digits different, as after a
    /// recognition error.
    pub soft_numbers: u32,
    /// Places with different names, apart from datelines: whoever reprints an article puts a dateline
    /// of their own.
    pub names: u32,
    /// Places with different dates.
    pub dates: u32,
    /// Places with different wording where capitals cannot tell names: in scripts without case, and
    /// in German. With statistics, only sufficiently rare words count.
    pub wordings: u32,
    /// Numbers, names and dates in the shorter article.
    pub slots: u32,
    /// Numbers, names and dates in the shorter article without a match in the longer article.
    pub lost_slots: u32,
    /// Words of the longer article from the first match in order to the last.
    pub reach: u32,
    /// Matched words that are single letters in scripts without spaces.
    pub letters: u32,
    /// Share of the first article's lead found in the opening of the second article, by weight, 0
    /// to 1. A lead is the first 50 words with any weight.
    pub a_lead: f64,
    /// Share of the second article's lead found in the opening of the first article, by weight, 0
    /// to 1.
    pub b_lead: f64,
    /// Places with a recurring swap, such as a new name filled in throughout. A swap is a pair of
    /// telling words facing each other in a gap, each absent from the other article. A swap recurs
    /// if an earlier gap has it. Not counted below a coverage of .3.
    pub recurring: u32,
}

impl Evidence {
    /// Share of words with recognition errors, 0 to 1: among all matched words, or among those between
    /// equal words, whichever is less.
    ///
    /// Errors strike words one by one, so most words around them are equal. Similar words in reworded
    /// text stand beside other differences. In languages with many endings they are frequent, and no
    /// errors. Few words are flanked in a short text, where one error is a large share of them. Where
    /// no word is flanked, errors strike nearly every word, and all matched words count.
    pub fn noise(&self) -> f64 {
        let share = |part: u32, of: u32| f64::from(part) / f64::from(of.max(1));
        let of_matched = share(self.close, self.matched);
        match self.flanked {
            0 => of_matched,
            flanked => of_matched.min(share(self.flanked_close, flanked)),
        }
    }

    /// The larger coverage of the two articles, 0 to 1.
    pub fn coverage(&self) -> f64 {
        self.a_coverage.max(self.b_coverage)
    }

    /// Number of different facts: numbers, names and dates.
    pub fn facts(&self) -> u32 {
        self.hard_numbers + self.soft_numbers + self.names + self.dates
    }

    /// Different facts per 100 matched words, equal numbers not counted as words.
    ///
    /// Possible recognition errors count less in a noisier copy. Dates and wordings count half,
    /// recurring swaps by [`Rules::recurring`]. Ten words are added to the matched words, which
    /// damps the figure for short texts.
    pub fn conflicts(&self) -> f64 {
        self.conflicts_by(&Rules::default())
    }

    /// [`conflicts`](Self::conflicts) with the given constants.
    pub(super) fn conflicts_by(&self, rules: &Rules) -> f64 {
        let facts = f64::from(self.names)
            + self.different_numbers()
            + self.trust() * f64::from(self.dates) / 2.0
            + f64::from(self.wordings) / 2.0
            + rules.recurring * f64::from(self.recurring);
        let frame = (self.frame() - f64::from(self.equal_numbers)).max(0.0);
        100.0 * facts / (frame + 10.0)
    }

    /// Share of different numbers among numbers matched or facing each other in a gap, 0 to 1.
    pub fn number_conflicts(&self) -> f64 {
        self.different_numbers() / (f64::from(self.numbers()) + 1.0)
    }

    /// Matched words, where a letter in a script without spaces counts half a word.
    pub(super) fn frame(&self) -> f64 {
        let letters = f64::from(self.letters);
        f64::from(self.matched.saturating_sub(self.letters)) + letters / LETTERS_OF_A_WORD as f64
    }

    /// Words of the shorter article, where a matched letter in a script without spaces counts half
    /// a word.
    pub(super) fn words(&self) -> f64 {
        let words = f64::from(self.a_words.min(self.b_words));
        words - f64::from(self.letters) / LETTERS_OF_A_WORD as f64
    }

    /// Numbers matched or facing each other in a gap.
    fn numbers(&self) -> u32 {
        self.equal_numbers + self.hard_numbers + self.soft_numbers
    }

    /// Different numbers, discounted for recognition errors.
    ///
    /// Small differences count by [`trust`](Self::trust), or by their excess over the number of
    /// errors to expect, whichever is larger. No copy has an error in every number but only in one
    /// word in ten.
    pub(super) fn different_numbers(&self) -> f64 {
        let soft = f64::from(self.soft_numbers);
        let by_error = ERRORS_IN_NUMBERS * self.noise() * f64::from(self.numbers()) + 1.0;
        f64::from(self.hard_numbers) + (self.trust() * soft).max(soft - by_error)
    }

    /// Trust in small differences, 0 to 1: 1 in a clean copy, 0 with an error in every eighth word.
    pub(super) fn trust(&self) -> f64 {
        (1.0 - 8.0 * self.noise()).clamp(0.0, 1.0)
    }

    /// Exchanges the two articles.
    pub(super) fn reversed(self) -> Self {
        Self {
            a_coverage: self.b_coverage,
            b_coverage: self.a_coverage,
            a_words: self.b_words,
            b_words: self.a_words,
            a_repeated: self.b_repeated,
            b_repeated: self.a_repeated,
            a_lead: self.b_lead,
            b_lead: self.a_lead,
            ..self
        }
    }
}

/// How many times more often a number is misread than a word. Context helps to read words. Chosen
/// by hand.
const ERRORS_IN_NUMBERS: f64 = 2.0;

/// Least coverage at which swaps are counted, 0 to 1. Below it no criterion needs swaps:
/// [`Criteria::loose`] takes a coverage of .35 for a copy.
///
/// [`Criteria::loose`]: super::Criteria::loose
const LEAST_COVERAGE_OF_SWAPS: f64 = 0.3;

/// Shortest passage, in words. Shorter runs recur by chance and in stock phrases. Chosen by hand.
const PASSAGE: u32 = 8;

/// Positions in `words` with a word of the wanted kind that is absent from `others`.
pub(super) fn only<'a>(
    side: &'a AnalyzedArticle,
    words: &Range<usize>,
    others: &'a [Word],
    is: impl Fn(WordKind) -> bool + 'a,
) -> impl Iterator<Item = usize> + 'a {
    words.clone().filter(move |&at| {
        let word = &side.words[at];
        is(word.kind) && others.iter().all(|other| other.hash != word.hash)
    })
}

/// Computes the figures of an alignment, where `a` is the shorter article.
pub(super) fn evidence(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    alignment: &Alignment,
) -> Evidence {
    let mut found = Evidence {
        a_words: a.words.len() as u32,
        b_words: b.words.len() as u32,
        a_repeated: a.repeated_words() as u32,
        b_repeated: b.repeated_words() as u32,
        moved: alignment.moved.len() as u32,
        mass: a.mass,
        slots: a.slots,
        lost_slots: a.slots,
        ..Evidence::default()
    };
    // 1. Add up the matches: weights in either article, kinds of words, and equal words in a row.
    let (mut mass_a, mut mass_b) = (0.0, 0.0);
    let mut runs = 0;
    let both = [(&alignment.matches, false), (&alignment.moved, true)];
    for (matches, is_moved) in both {
        let mut last: Option<WordPair> = None;
        let mut in_a_row = 0;
        let fresh = |at: &&WordPair| a.is_fresh(at.a as usize);
        for &at in matches.iter().filter(fresh) {
            let (x, y) = (&a.words[at.a as usize], &b.words[at.b as usize]);
            if last.is_none_or(|last| last.a != at.a) {
                mass_a += f64::from(x.weight);
                found.matched += u32::from(!is_moved);
                found.close += u32::from(at.close);
                found.equal_numbers += u32::from(x.kind.number && !at.close);
                found.letters += u32::from(!is_moved && x.kind.spaceless);
                found.lost_slots -= u32::from(x.kind.is_slot());
            }
            if last.is_none_or(|last| last.b != at.b) {
                mass_b += f64::from(y.weight);
            }
            let goes_on = last.is_some_and(|last| last.a + 1 == at.a && last.b + 1 == at.b);
            in_a_row = match (at.close, goes_on) {
                (true, _) => 0,
                (false, true) => in_a_row + 1,
                (false, false) => 1,
            };
            runs += u32::from(in_a_row >= 3);
            found.in_passages += match in_a_row {
                PASSAGE => PASSAGE,
                _ => u32::from(in_a_row > PASSAGE),
            };
            last = Some(at);
        }
    }
    (found.flanked, found.flanked_close) = flanked(&alignment.matches);
    // 2. Turn sums into shares, and measure how far the matches reach.
    let share = |mass: f64, of: f64| if of > 0.0 { (mass / of).min(1.0) } else { 0.0 };
    found.a_coverage = share(mass_a, a.mass);
    found.b_coverage = share(mass_b, b.mass);
    found.runs = f64::from(runs) / f64::from((a.fresh_words as u32).saturating_sub(2).max(1));
    if let (Some(first), Some(last)) = (alignment.matches.first(), alignment.matches.last()) {
        found.reach = last.b - first.b + 1;
    }
    // 3. Compare the leads.
    (found.a_lead, found.b_lead) = lead::shared(a, b, alignment);
    // 4. Compare what stands in the gaps: facts that differ, and words swapped throughout.
    let may_be_copy = found.coverage() >= LEAST_COVERAGE_OF_SWAPS;
    let mut swaps = Swaps::default();
    for gap in gaps(a, b, &alignment.matches).filter(|gap| gap.may_be_fact(a, b)) {
        count_facts(a, b, &gap, &mut found);
        if may_be_copy {
            swaps.add(a, b, &gap);
        }
    }
    if may_be_copy {
        swaps.add_misread(a, b, &alignment.matches);
        found.recurring = swaps.recurring(a, b);
    }
    found
}

/// Counts matched words between two equal words, and those of them that differ by recognition
/// errors.
fn flanked(matches: &[WordPair]) -> (u32, u32) {
    let is_split = |x: &WordPair, y: &WordPair| x.a == y.a || x.b == y.b;
    let ends_before = |x: &[WordPair], y: &[WordPair]| {
        let (end, start) = (x[x.len() - 1], y[0]);
        end.a + 1 == start.a && end.b + 1 == start.b
    };
    let (mut all, mut close) = (0, 0);
    let mut units = matches.chunk_by(is_split);
    let mut two = units.next().zip(units.next());
    for after in units {
        let Some((before, unit)) = two else { break };
        let is_flanked = !before[0].close
            && !after[0].close
            && ends_before(before, unit)
            && ends_before(unit, after);
        all += u32::from(is_flanked);
        close += u32::from(is_flanked && unit[0].close);
        two = Some((unit, after));
    }
    (all, close)
}

/// Counts the different facts in a gap.
fn count_facts(a: &AnalyzedArticle, b: &AnalyzedArticle, gap: &Unmatched, found: &mut Evidence) {
    let (words_a, words_b) = (&a.words[gap.a.clone()], &b.words[gap.b.clone()]);
    // 1. Numbers, in pairs.
    let mut numbers = 0;
    for (x, y) in numbers_of(a, b, gap) {
        numbers += 1;
        if is_hard(a.folded(x), b.folded(y)) {
            found.hard_numbers += 1;
        } else {
            found.soft_numbers += 1;
        }
    }
    // 2. Names and dates, at most one of each kind in a gap. A dateline is no fact of the text.
    let both = |is: fn(WordKind) -> bool| {
        only(a, &gap.a, words_b, is).next().is_some()
            && only(b, &gap.b, words_a, is).next().is_some()
    };
    let is_dateline = gap.a.end <= a.dateline || gap.b.end <= b.dateline;
    let names = !is_dateline && both(|kind| kind.name);
    let dates = both(|kind| kind.date);
    found.names += u32::from(names);
    found.dates += u32::from(dates);
    // 3. Wordings, in texts whose capitals don't tell names. A foreign word between letters of a
    // script without spaces is a name, however common: group A, hall C.
    let is_among_letters = |side: &AnalyzedArticle, at: usize| {
        let is_letter = |at: Option<usize>| {
            let word = at.and_then(|at| side.words.get(at));
            word.is_some_and(|word| word.kind.spaceless)
        };
        is_letter(at.checked_sub(1)) && is_letter(at.checked_add(1))
    };
    let may_be_name = |side: &AnalyzedArticle, at: usize| {
        let word = &side.words[at];
        let is_caseless = word.kind.capital || is_caseless(side, word);
        is_caseless
            && (word.kind.spaceless
                || word.weight >= side.least_of_a_name
                || is_among_letters(side, at))
    };
    let tells_nothing = |side: &AnalyzedArticle, words: &Range<usize>| {
        !side.has_case && words.clone().any(|at| may_be_name(side, at))
    };
    if numbers == 0 && !names && !dates && tells_nothing(a, &gap.a) && tells_nothing(b, &gap.b) {
        found.wordings += 1;
    }
}

/// Whether a word belongs to a script without case.
fn is_caseless(side: &AnalyzedArticle, word: &Word) -> bool {
    // Folding makes words lowercase in scripts with case. There, nothing is a name without a
    // capital.
    word.kind.spaceless || {
        let at = side
            .words
            .partition_point(|other| other.span.start < word.span.start);
        let first = side.folded(at).chars().next().unwrap_or_default();
        first.is_alphabetic() && !first.is_lowercase()
    }
}

/// Pairs of different numbers facing each other in a gap, by position. Dates are left out.
///
/// Numbers with equal digits are a single fact in different forms: `4,500` and `4500`. The same
/// holds for the joined digits of a gap: `1 9 million` and `1.9 million`.
pub(super) fn numbers_of<'a>(
    a: &'a AnalyzedArticle,
    b: &'a AnalyzedArticle,
    gap: &Unmatched,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let is_number = |kind: WordKind| kind.number && !kind.date;
    let all_digits = |side: &'a AnalyzedArticle, words: &Range<usize>| {
        let numbers = words.clone().filter(|&at| side.words[at].kind.number);
        numbers.flat_map(|at| digits(side.folded(at)))
    };
    let is_same_fact = all_digits(a, &gap.a).eq(all_digits(b, &gap.b));
    let of_a = only(a, &gap.a, &b.words[gap.b.clone()], is_number);
    let of_b = only(b, &gap.b, &a.words[gap.a.clone()], is_number);
    of_a.zip(of_b)
        .filter(move |_| !is_same_fact)
        .filter(|&(x, y)| !digits(a.folded(x)).eq(digits(b.folded(y))))
}

fn digits(form: &str) -> impl Iterator<Item = char> {
    form.chars().filter(|c| c.is_numeric())
}

/// Most digits of a number compared. Comparing all digits of a very long number would take
/// quadratic time. Chosen by hand.
const DIGITS: usize = 64;

/// Whether more than half of the digits of two numbers differ, by edit distance.
fn is_hard(a: &str, b: &str) -> bool {
    let (mut of_a, mut of_b) = (['\0'; DIGITS], ['\0'; DIGITS]);
    let (a, b) = (first_digits(a, &mut of_a), first_digits(b, &mut of_b));
    2 * distance(a, b) > a.len().max(b.len())
}

fn first_digits<'a>(form: &str, to: &'a mut [char; DIGITS]) -> &'a [char] {
    let digits = to.iter_mut().zip(digits(form));
    let count = digits.map(|(to, digit)| *to = digit).count();
    &to[..count]
}

/// The edit distance (Levenshtein 1966) of at most [`DIGITS`] digits.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: [usize; DIGITS + 1] = std::array::from_fn(|column| column);
    let row = &mut row[..=b.len()];
    for (at, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        let mut left = at + 1;
        for (cell, y) in row[1..].iter_mut().zip(b) {
            let change = diagonal + usize::from(x != y);
            diagonal = *cell;
            left = change.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence_of(a: &str, b: &str) -> Evidence {
        crate::relation::compare(a, b)
            .expect("short texts")
            .evidence
    }

    #[test]
    fn numbers_differ_by_their_digits() {
        let with = |number: &str| {
            format!(
                "The council of Carrowmouth paid {number} for the repair of the harbour bridge, which \
                 a barge had struck on the night of the storm, as the engineer told the meeting."
            )
        };
        let numbers = |a: &str, b: &str| {
            let found = evidence_of(&with(a), &with(b));
            [found.equal_numbers, found.hard_numbers, found.soft_numbers]
        };
        assert_eq!(numbers("4,500", "4,500"), [1, 0, 0]);
        assert_eq!(numbers("4,500", "4500"), [0, 0, 0]);
        assert_eq!(numbers("$1.9 million", "1 9 million"), [0, 0, 0]);
        assert_eq!(numbers("$1.9 million", "1 8 million"), [0, 0, 1]);
        assert_eq!(numbers("4,500", "4,600"), [0, 0, 1]);
        assert_eq!(numbers("4,500", "712"), [0, 1, 0]);
        assert_eq!(
            numbers(&"4".repeat(100_000), &"7".repeat(100_000)),
            [0, 1, 0]
        );
    }

    #[test]
    fn more_small_differences_than_errors_make_are_other_numbers() {
        let differ = |soft_numbers, close| {
            let found = Evidence {
                matched: 100,
                equal_numbers: 5 - soft_numbers,
                soft_numbers,
                close,
                flanked: 100,
                flanked_close: close,
                ..Evidence::default()
            };
            found.different_numbers()
        };
        assert!(differ(1, 12) < 0.1 && differ(2, 12) < 0.1 && differ(3, 20) < 0.1);
        assert!(differ(5, 12) > 2.5 && differ(5, 0) > 4.9);
    }

    #[test]
    fn only_errors_between_equal_words_are_noise() {
        let pair = |a, b, close| WordPair { a, b, close };
        let exact = |at| pair(at, at, false);
        // The errors at 2 and at 5, where `a` has one word for two, stand between equal words.
        let split = [pair(5, 5, true), pair(5, 6, true)];
        let mut matches: Vec<WordPair> = vec![exact(0), exact(1), pair(2, 2, true)];
        matches.extend([exact(3), exact(4), split[0], split[1], pair(6, 7, false)]);
        // The errors at 8 and 9 stand beside each other, the one at 12 beside a gap.
        matches.extend([pair(7, 8, false), pair(8, 9, true), pair(9, 10, true)]);
        matches.extend([pair(10, 11, false), pair(12, 13, true), pair(13, 14, false)]);
        assert_eq!(flanked(&matches), (2, 2));
        let clean: Vec<WordPair> = (0..10).map(exact).collect();
        assert_eq!(flanked(&clean), (8, 0));
        assert_eq!(flanked(&clean[..2]), (0, 0));
    }

    #[test]
    fn a_new_dateline_is_no_other_fact() {
        let text = |dateline: &str, town: &str| {
            format!(
                "{dateline} - The council will repair the harbour bridge, which a barge had struck \
                 on the night of the storm, as the engineer of {town} told the meeting on Friday."
            )
        };
        let names = |a: &str, b: &str| evidence_of(a, b).names;
        let ours = text("CARROWMOUTH (Gazette)", "Carrowmouth");
        assert_eq!(
            names(&ours, &text("WENDLEBURY (Courier)", "Carrowmouth")),
            0
        );
        assert_eq!(
            names(&ours, &text("CARROWMOUTH (Gazette)", "Wendlebury")),
            1
        );
        // A company at the start of a notice is no dateline.
        let of = |company: &str| text("", "Carrowmouth").replace(" - The council", company);
        assert_eq!(names(&of("Mr Marlow"), &of("Mr Tench")), 1);
    }

    #[test]
    fn nothing_of_an_exact_copy_is_lost() {
        let found = evidence_of("row, row, row, row", "Row row row row!");
        assert_eq!(
            (found.a_coverage, found.b_coverage, found.matched),
            (1.0, 1.0, 4)
        );
        assert_eq!(found.facts(), 0);
    }
}
