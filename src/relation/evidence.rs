//! What the alignment of two articles shows, in figures.
//!
//! In: two [`AnalyzedArticle`]s and their [`Alignment`]. Out: [`Evidence`]: how much of each stands in the
//! other, how clean the copy is, and how many facts differ within what is shared.

use std::ops::Range;

use super::align::Alignment;
use super::analyzed::{AnalyzedArticle, Word};
use super::judge::Rules;
use super::kind::WordKind;
use super::lead;
use super::swap::Swaps;
use super::table::WordPair;

/// The figures on which a [`Relation`](super::Relation) rests.
///
/// Words are weighed by how much they tell: by the logarithm of their rareness in the corpus where
/// [`Statistics`](crate::corpus::Statistics) are given, else by their length.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Evidence {
    /// The share of the first article that stands in the second, by weight, 0 to 1.
    pub a_coverage: f64,
    /// The share of the second article that stands in the first, by weight, 0 to 1.
    pub b_coverage: f64,
    /// Words of the first article.
    pub a_words: u32,
    /// Words of the second article.
    pub b_words: u32,
    /// Words of the first article in passages that repeat an earlier passage of the first article.
    /// Nothing else counts them: a page that carries its body twice is compared as if it stood once.
    pub a_repeated: u32,
    /// Words of the second article in passages that repeat an earlier passage of the second article.
    pub b_repeated: u32,
    /// Words of the shorter article that stand in the longer, in order.
    pub matched: u32,
    /// Those of them that are alike only but for errors of recognition.
    pub close: u32,
    /// Words that stand in both in another order, in passages of six or more.
    pub moved: u32,
    /// Words that stand in both in passages of eight equal ones or more.
    pub in_passages: u32,
    /// The share of the shorter one's runs of three words that stand in the longer, in order.
    pub runs: f64,
    /// The weight of the shorter article: what there is to judge by.
    pub mass: f64,
    /// Numbers that are equal in both.
    pub equal_numbers: u32,
    /// Numbers at one place of which more than half of the digits differ.
    pub hard_numbers: u32,
    /// Numbers at one place that differ in fewer digits, as an error of recognition would make
    /// them.
    pub soft_numbers: u32,
    /// Places at which the names differ.
    pub names: u32,
    /// Places at which the dates differ.
    pub dates: u32,
    /// Places at which the wording differs, where capitals don't tell whether it is a name: in
    /// scripts without case, and in German. With statistics, only words that are rare enough.
    pub wordings: u32,
    /// Numbers, names and dates of the shorter article.
    pub slots: u32,
    /// Those of them that the longer one does not have at their place.
    pub lost_slots: u32,
    /// Words of the longer article from the first matched to the last.
    pub reach: u32,
    /// Those of the matched words that are single letters of scripts written without spaces.
    pub letters: u32,
    /// The share of the first article's lead that stands in the second one's, by weight, 0 to 1. A
    /// lead is the first 50 words that tell anything.
    pub a_lead: f64,
    /// The share of the second article's lead that stands in the first one's, by weight, 0 to 1.
    pub b_lead: f64,
    /// Places at which two telling words stand in place of each other, each of which the other
    /// article lacks, as they did before: another name filled in throughout. Not counted where
    /// coverage is below .3.
    pub recurring: u32,
}

impl Evidence {
    /// Words recognised with errors, of all that match, 0 to 1.
    pub fn noise(&self) -> f64 {
        f64::from(self.close) / f64::from(self.matched.max(1))
    }

    /// The coverage of the article of which more stands in the other.
    pub fn coverage(&self) -> f64 {
        self.a_coverage.max(self.b_coverage)
    }

    /// Places at which a fact differs, all kinds together.
    pub fn facts(&self) -> u32 {
        self.hard_numbers + self.soft_numbers + self.names + self.dates
    }

    /// Facts that differ, in 100 matched words that are no numbers. What may be an error of
    /// recognition counts less the more of these there are.
    pub fn conflicts(&self) -> f64 {
        self.conflicts_by(&Rules::default())
    }

    /// [`conflicts`](Self::conflicts) by other constants.
    pub(super) fn conflicts_by(&self, rules: &Rules) -> f64 {
        let facts = f64::from(self.names)
            + self.different_numbers()
            + self.trust() * f64::from(self.dates) / 2.0
            + f64::from(self.wordings) / 2.0
            + rules.recurring * f64::from(self.recurring);
        let frame = (self.frame() - f64::from(self.equal_numbers)).max(0.0);
        100.0 * facts / (frame + 10.0)
    }

    /// The share of numbers that differ, of those that stand at one place in both, 0 to 1.
    pub fn number_conflicts(&self) -> f64 {
        self.different_numbers() / (f64::from(self.numbers()) + 1.0)
    }

    /// Matched words; letters of scripts written without spaces count half.
    pub(super) fn frame(&self) -> f64 {
        let letters = f64::from(self.letters);
        f64::from(self.matched.saturating_sub(self.letters)) + letters / LETTERS_OF_A_WORD as f64
    }

    /// Words of the shorter article; letters of scripts written without spaces count half, as far
    /// as they match.
    pub(super) fn words(&self) -> f64 {
        let words = f64::from(self.a_words.min(self.b_words));
        words - f64::from(self.letters) / LETTERS_OF_A_WORD as f64
    }

    /// Numbers that stand at one place in both.
    fn numbers(&self) -> u32 {
        self.equal_numbers + self.hard_numbers + self.soft_numbers
    }

    /// Small differences count as far as they can be trusted, or as far as there are more of them
    /// than errors make: no copy has an error in every number and one in ten words.
    pub(super) fn different_numbers(&self) -> f64 {
        let soft = f64::from(self.soft_numbers);
        let by_error = ERRORS_IN_NUMBERS * self.noise() * f64::from(self.numbers()) + 1.0;
        f64::from(self.hard_numbers) + (self.trust() * soft).max(soft - by_error)
    }

    /// How far a small difference may be taken for one: 1 in a clean copy, 0 in one with an error
    /// in eight words.
    pub(super) fn trust(&self) -> f64 {
        (1.0 - 8.0 * self.noise()).clamp(0.0, 1.0)
    }

    /// The same with the articles exchanged.
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

/// How much more often a number is misread than a word. A word may be read right by its context.
const ERRORS_IN_NUMBERS: f64 = 2.0;

/// Swaps are counted where a criterion might ask for them: [`Criteria::loose`] takes a coverage of
/// .35 for a copy.
///
/// [`Criteria::loose`]: super::Criteria::loose
const LEAST_COVERAGE_OF_SWAPS: f64 = 0.3;

/// Words of a passage. Fewer recur by chance, and in stock phrases.
const PASSAGE: u32 = 8;

/// Longer runs on either side are another wording, not another fact.
const WORDS_OF_A_FACT: usize = 5;

/// In scripts written without spaces, where each letter counts as a word: most words of Chinese and
/// Japanese have two.
pub(super) const LETTERS_OF_A_WORD: usize = 2;

/// What stands between two neighbouring matches, before the first, or after the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unmatched {
    pub(super) a: Range<usize>,
    pub(super) b: Range<usize>,
}

impl Unmatched {
    /// Whether it is short enough, on both sides, for one fact to stand in place of another.
    pub(super) fn may_be_fact(&self, a: &AnalyzedArticle, b: &AnalyzedArticle) -> bool {
        [(a, &self.a), (b, &self.b)].iter().all(|(draft, side)| {
            let most = WORDS_OF_A_FACT * LETTERS_OF_A_WORD;
            let letters = |word: &Word| {
                if word.kind.spaceless {
                    1
                } else {
                    LETTERS_OF_A_WORD
                }
            };
            (1..=most).contains(&side.len())
                && draft.words[(*side).clone()]
                    .iter()
                    .map(letters)
                    .sum::<usize>()
                    <= most
        })
    }
}

/// The gaps of an alignment in order.
pub(super) fn gaps(
    a: &AnalyzedArticle,
    b: &AnalyzedArticle,
    matches: &[WordPair],
) -> impl Iterator<Item = Unmatched> {
    let place = |found: &WordPair| (found.a as usize, found.b as usize);
    let starts = matches.iter().map(place).map(|(a, b)| (a + 1, b + 1));
    let ends = matches.iter().map(place);
    std::iter::once((0, 0))
        .chain(starts)
        .zip(ends.chain(std::iter::once((a.words.len(), b.words.len()))))
        .filter_map(|((a, b), (end_a, end_b))| {
            // A word that was split stands in two matches.
            let gap = Unmatched {
                a: a.min(end_a)..end_a,
                b: b.min(end_b)..end_b,
            };
            (!gap.a.is_empty() || !gap.b.is_empty()).then_some(gap)
        })
}

/// The places of words of one side that the other side does not have.
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

/// The figures of an alignment of `a`, the shorter, with `b`.
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
    // 1. Add up the matches: weights on either side, kinds of words, and equal words in a row.
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

/// Counts the facts that differ in a gap.
fn count_facts(a: &AnalyzedArticle, b: &AnalyzedArticle, gap: &Unmatched, found: &mut Evidence) {
    let (words_a, words_b) = (&a.words[gap.a.clone()], &b.words[gap.b.clone()]);
    let mut numbers = 0;
    for (x, y) in numbers_of(a, b, gap) {
        numbers += 1;
        if is_hard(a.folded(x), b.folded(y)) {
            found.hard_numbers += 1;
        } else {
            found.soft_numbers += 1;
        }
    }
    let both = |is: fn(WordKind) -> bool| {
        only(a, &gap.a, words_b, is).next().is_some()
            && only(b, &gap.b, words_a, is).next().is_some()
    };
    let names = both(|kind| kind.name);
    let dates = both(|kind| kind.date);
    found.names += u32::from(names);
    found.dates += u32::from(dates);
    // A word of another script among the letters of a script without spaces names something, however
    // common it may be elsewhere: group A, hall C.
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

/// Whether a word could not have had a capital.
fn is_caseless(side: &AnalyzedArticle, word: &Word) -> bool {
    // In a text of a script with case that has no capitals at all, nothing is a name.
    word.kind.spaceless || {
        let at = side
            .words
            .partition_point(|other| other.span.start < word.span.start);
        let first = side.folded(at).chars().next().unwrap_or_default();
        first.is_alphabetic() && !first.is_lowercase()
    }
}

/// The numbers that stand in place of each other in a gap. Those of the same digits, `4,500` and
/// `4500`, are the same fact in another form; so are all of a gap, `1 9 million` and `1.9 million`.
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

/// Digits of a number that are compared. Of one that goes on for pages, the first are enough; all
/// would take quadratic time.
const DIGITS: usize = 64;

/// Whether two numbers differ in more than half of their digits.
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
                ..Evidence::default()
            };
            found.different_numbers()
        };
        assert!(differ(1, 12) < 0.1 && differ(2, 12) < 0.1 && differ(3, 20) < 0.1);
        assert!(differ(5, 12) > 2.5 && differ(5, 0) > 4.9);
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
