//! Closeness: whether two words differ only by recognition errors.
//!
//! In: two folded words. Out: whether a scanner or a typist could have turned either into the
//! other.

use super::kind::WordKind;

/// Buffers reused from pair to pair.
#[derive(Debug, Default)]
pub(super) struct CloseScratch {
    row: Vec<u8>,
    /// Two words joined.
    run: String,
    /// Characters of two forms outside ASCII.
    letters: [Vec<char>; 2],
}

/// Longest form compared, in letters. Longer forms are addresses and the like. Chosen by hand.
const LONGEST: u8 = 48;

/// Shortest word, in letters, that may match two joined words with errors. Shorter words must be
/// equal to the joined words. Chosen by hand.
pub(super) const LEN_OF_JOINED: u8 = 5;

/// A summary of a form. Two summaries rule out most pairs of forms that are not close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WordShape {
    /// Bit set of the letters, by the low five bits of a letter. An edit changes at most two bits.
    pub(super) letters: u32,
    /// Low eight bits of the initial letter.
    pub(super) first: u8,
    /// Low eight bits of the final letter.
    pub(super) last: u8,
    /// Length in letters, at most 255.
    pub(super) len: u8,
    /// Whether the form is close to no other form: a very long form, or a letter of a script
    /// without spaces, where a different letter is a different word.
    pub(super) alone: bool,
}

impl WordShape {
    /// A shape close to no form.
    pub(super) const NONE: Self = Self {
        letters: 0,
        first: 0,
        last: 0,
        len: 0,
        alone: true,
    };

    /// The shape of a form of ASCII; `None` for another form.
    #[inline]
    pub(super) fn of_ascii(form: &[u8]) -> Option<Self> {
        form.is_ascii().then(|| Self {
            letters: form.iter().fold(0, |set, byte| set | 1 << (byte & 31)),
            first: form.first().copied().unwrap_or_default(),
            last: form.last().copied().unwrap_or_default(),
            len: form.len().min(255) as u8,
            alone: form.len() > LONGEST.into(),
        })
    }

    /// The shape of a form. `alone` marks a letter of a script without spaces.
    pub(super) fn of(form: &str, alone: bool) -> Self {
        Self::of_ascii(form.as_bytes()).unwrap_or_else(|| Self::of_letters(form, alone))
    }

    fn of_letters(form: &str, alone: bool) -> Self {
        let low = |letter: Option<char>| u32::from(letter.unwrap_or_default()) as u8;
        let (mut letters, mut len) = (0, 0u8);
        for letter in form.chars() {
            letters |= 1 << (u32::from(letter) & 31);
            len = len.saturating_add(1);
        }
        Self {
            letters,
            first: low(form.chars().next()),
            last: low(form.chars().next_back()),
            len,
            alone: alone || len > LONGEST,
        }
    }

    /// The shape of two joined forms.
    pub(super) fn joined(self, next: Self) -> Self {
        let len = self.len.saturating_add(next.len);
        Self {
            letters: self.letters | next.letters,
            first: self.first,
            last: next.last,
            len,
            alone: self.alone || next.alone || len > LONGEST,
        }
    }

    /// The length, or `alone` for a form close to no other form.
    #[inline]
    pub(super) fn len_or(self, alone: u8) -> u8 {
        if self.alone || self.len < 2 {
            alone
        } else {
            self.len
        }
    }

    /// Whether the forms may be close: a cheap necessary condition.
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "each test is so often true and so often false that a branch is mispredicted"
    )]
    #[inline(always)]
    pub(super) fn may_be_close(self, other: Self) -> bool {
        let different = (self.letters ^ other.letters).count_ones();
        ((self.first == other.first) | (self.last == other.last))
            & (self.len.abs_diff(other.len) <= 3)
            & (self.len.min(other.len) > 1)
            & !(self.alone | other.alone)
            & (different <= 2 * u32::from(edits(self.len.max(other.len))))
    }
}

/// Whether two different words differ only by recognition errors. Their shapes must have passed
/// [`WordShape::may_be_close`].
///
/// Close words have an edit distance of at most 1 below 5 letters, 2 below 9 letters, and 3 from 9
/// letters on, by the longer word. They share the initial or the final letter, by the shape test.
/// Two plain numbers are never close: a single digit makes a different fact.
pub(super) fn words(
    a: &str,
    b: &str,
    of_a: WordKind,
    of_b: WordKind,
    scratch: &mut CloseScratch,
) -> bool {
    if of_a.number && of_b.number && is_plain_number(a) && is_plain_number(b) {
        return false;
    }
    forms(a, b, scratch)
}

/// Most edits between close forms, by the length of the longer form in letters. Chosen by hand.
#[inline(always)]
fn edits(len: u8) -> u8 {
    1 + u8::from(len >= 5) + u8::from(len >= 9)
}

/// Returns the least and the greatest length of forms close to a form of length `len`.
pub(super) fn lens(len: u8) -> (u8, u8) {
    let longer = [3, 2, 1].into_iter().map(|more| len.saturating_add(more));
    let most = longer
        .zip([3, 2, 1])
        .find(|&(longer, more)| edits(longer) >= more);
    (
        len - edits(len).min(len),
        most.map_or(len, |(longer, _)| longer),
    )
}

/// Whether a form has only digits and separators. `1l` and `2O09` have letters.
fn is_plain_number(form: &str) -> bool {
    form.chars()
        .all(|c| c.is_numeric() || matches!(c, '.' | ',' | '\'' | '_'))
}

/// Whether a word is close to two joined words. The shapes must have passed
/// [`WordShape::may_be_close`]. With errors, the word needs at least [`LEN_OF_JOINED`] letters.
pub(super) fn joined(one: &str, two: [&str; 2], scratch: &mut CloseScratch) -> bool {
    let mut run = std::mem::take(&mut scratch.run);
    run.clear();
    run.extend(two);
    let is_close =
        one == run || one.chars().count() >= LEN_OF_JOINED.into() && forms(one, &run, scratch);
    scratch.run = run;
    is_close
}

fn forms(a: &str, b: &str, scratch: &mut CloseScratch) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return are_close(a.as_bytes(), b.as_bytes(), &mut scratch.row);
    }
    let CloseScratch { row, letters, .. } = scratch;
    for (letters, form) in letters.iter_mut().zip([a, b]) {
        letters.clear();
        letters.extend(form.chars());
    }
    are_close(&letters[0], &letters[1], row)
}

fn are_close<T: PartialEq>(a: &[T], b: &[T], row: &mut Vec<u8>) -> bool {
    let most = edits(a.len().max(b.len()).min(255) as u8);
    a.len().abs_diff(b.len()) <= usize::from(most) && distance_at_most(a, b, most, row)
}

/// Whether the edit distance (Levenshtein 1966) is at most `most`. Stops at the first row with all
/// distances above `most`.
fn distance_at_most<T: PartialEq>(a: &[T], b: &[T], most: u8, row: &mut Vec<u8>) -> bool {
    // 1. Cut off the common start and end.
    let same_start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same_start..], &b[same_start..]);
    let same_end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - same_end], &b[..b.len() - same_end]);
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len()) <= usize::from(most);
    }
    // 2. Fill in the distances row by row.
    row.clear();
    row.extend(0..=b.len() as u8);
    for (at, x) in (1u8..).zip(a) {
        let mut diagonal = row[0];
        row[0] = at;
        let mut least = at;
        for (column, y) in b.iter().enumerate() {
            let above = row[column + 1];
            let cost = (diagonal + u8::from(x != y))
                .min(above + 1)
                .min(row[column] + 1);
            diagonal = above;
            row[column + 1] = cost;
            least = least.min(cost);
        }
        if least > most {
            return false;
        }
    }
    row[b.len()] <= most
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(a: &str, b: &str) -> bool {
        let number = |form: &str| WordKind {
            number: form.contains(|c: char| c.is_ascii_digit()),
            ..WordKind::default()
        };
        let shape = |form| WordShape::of(form, false);
        shape(a).may_be_close(shape(b))
            && words(a, b, number(a), number(b), &mut CloseScratch::default())
    }

    #[test]
    fn errors_of_recognition_are_close_and_other_numbers_are_not() {
        assert!(close("tbe", "the") && close("m0ney", "money") && close("rnodern", "modern"));
        assert!(close("2o09", "2009") && close("fraudulentiy", "fraudulently"));
        assert!(!close("2008", "2009") && !close("1,200", "1,300"));
        assert!(!close("cat", "dog") && !close("rose", "fell") && !close("a", "b"));
        // Letters count alike in any script, whatever their bytes.
        assert!(close("правительство", "прабнтельство") && close("мост", "моет"));
        assert!(close("المستشفى", "الaستسفى") && !close("мост", "слон"));
    }

    /// The edit distance by a full table.
    fn distance(a: &[u8], b: &[u8]) -> usize {
        let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
        for (at, x) in a.iter().enumerate() {
            let mut row = vec![at + 1];
            for (column, y) in b.iter().enumerate() {
                let change = rows[at][column] + usize::from(x != y);
                row.push(change.min(rows[at][column + 1] + 1).min(row[column] + 1));
            }
            rows.push(row);
        }
        rows[a.len()][b.len()]
    }

    #[test]
    fn lengths_of_close_forms_are_those_within_their_errors() {
        for len in 1..60u8 {
            let is_close = |other: &u8| len.abs_diff(*other) <= edits(len.max(*other));
            let close: Vec<u8> = (0..100).filter(is_close).collect();
            let (least, most) = lens(len);
            assert_eq!(close, (least..=most).collect::<Vec<_>>(), "{len}");
        }
    }

    proptest! {
        #[test]
        fn the_distance_is_that_of_the_whole_table(a in "[ab]{0,9}", b in "[abc]{0,9}", most in 0u8..5) {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            let found = distance_at_most(a, b, most, &mut Vec::new());
            prop_assert_eq!(found, distance(a, b) <= usize::from(most));
        }
    }
}
