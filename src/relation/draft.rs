//! An article made ready to be compared with others.
//!
//! In: a text. Out: a [`Draft`]: its words, those broken at line ends put together, each with its
//! folded form, what kind of word it is and how much it weighs; and the short runs of words that
//! stand in it once.

use std::ops::Range;

use super::close::Outline;
use super::kind::Kind;
use super::lexicon;
use super::once::{self, Once};
use crate::corpus::{Statistics, for_lines, opens_sentence};
use crate::error::Result;
use crate::hash;
use crate::text::{self, Span, Token, fold};

/// A word of a [`Draft`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Of the folded form.
    pub(super) hash: u64,
    pub(super) span: Span,
    /// Where the folded form starts among all of them.
    start: u32,
    /// Its length in bytes.
    len: u16,
    /// How much it tells: the logarithm of how rare it is.
    pub(super) weight: f32,
    pub(super) kind: Kind,
}

/// An article made ready.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(super) words: Vec<Word>,
    /// Of each word.
    pub(super) outlines: Vec<Outline>,
    /// The text in small ASCII letters, where most words have their folded form at their own place,
    /// and after it the forms of the others.
    forms: String,
    /// Short runs of words that stand in it once.
    pub(super) anchors: Once,
    /// The weight of all words.
    pub(super) mass: f64,
    /// Words that fill slots.
    pub(super) slots: u32,
    /// Whether capitals tell names from other words.
    pub(super) has_case: bool,
    /// Words of less weight are too common to be names; 0 where the corpus is not known.
    pub(super) least_of_a_name: f32,
}

/// Two words make an anchor, or four letters of a script without spaces. They stand between two
/// errors of recognition more often than longer runs do, and half of them stand once in an article
/// of 500 words.
const QUARTERS_OF_AN_ANCHOR: u32 = 4;

/// A word of this weight is an anchor by itself: about one article in twenty has it.
const WEIGHT_OF_AN_ANCHOR: f32 = 3.0;

/// Where more of the words within sentences have capitals, it is a headline, or a text in capitals,
/// and these don't tell names; a short notice full of names has them on two words in five.
const CAPITALS_AT_MOST: f64 = 0.6;
/// So many of the commonest words of German tell it from other languages, whose nouns are small.
const GERMAN_WORDS: u32 = 3;
/// A tenth of the words of a German text are among them; a German quotation is no German text.
const GERMAN_SHARE: f64 = 0.04;

/// A word that the corpus writes with a capital more often than not is a name; where nouns have
/// capitals, too, none is told by that.
const USUALLY: f64 = 0.5;

/// A word of less weight stands in more than one article in twelve, and is no name. In a corpus of a
/// few dozen articles, where words of this weight are in none, one that is in two may be a name.
const LEAST_OF_A_NAME: f32 = 2.5;

impl Draft {
    /// Makes a text ready, in time linear in its length but for sorting.
    pub(crate) fn new(text: &str, statistics: Option<&Statistics>) -> Result<Self> {
        let tokens = text::words(text)?;
        let mut draft = Self {
            words: Vec::with_capacity(tokens.len()),
            outlines: Vec::with_capacity(tokens.len()),
            forms: text.to_ascii_lowercase(),
            ..Self::default()
        };
        draft.read(text, &tokens);
        draft.find_dates_and_amounts(text);
        draft.find_names(text, statistics);
        draft.weigh(statistics);
        if let Some(statistics) = statistics {
            draft.drop_boilerplate(text, &tokens, statistics);
        }
        draft.mass = draft.words.iter().map(|word| f64::from(word.weight)).sum();
        draft.slots = draft
            .words
            .iter()
            .filter(|word| word.kind.is_slot())
            .count() as u32;
        draft.find_anchors();
        Ok(draft)
    }

    /// The folded form of the word at a place. Of one that is longer than any word, its start: such
    /// forms are compared by their hashes only.
    pub(super) fn folded(&self, at: usize) -> &str {
        let Word { start, len, .. } = self.words[at];
        &self.forms[start as usize..][..len.into()]
    }

    /// Whether the words are the same, in the same order.
    pub(super) fn has_words_of(&self, other: &Self) -> bool {
        let mut pairs = self.words.iter().zip(&other.words);
        self.words.len() == other.words.len() && pairs.all(|(a, b)| a.hash == b.hash)
    }

    fn read(&mut self, text: &str, tokens: &[Token]) {
        let bytes = text.as_bytes();
        let mut rest = tokens;
        while let [token, tail @ ..] = rest {
            rest = tail;
            let Token { mut hash, mut span } = *token;
            let mut start = span.range().start;
            let mut found = look(&self.forms.as_bytes()[span.range()]);
            let mut number = found & DIGIT != 0;
            let (mut capital, mut spaceless) = (bytes[start].is_ascii_uppercase(), false);
            let broken = rest.first().filter(|next| is_broken(text, span, next.span));
            if found & BEYOND_ASCII != 0 || broken.is_some() {
                let first = text[start..].chars().next().unwrap_or_default();
                (capital, spaceless) = (first.is_uppercase(), text::is_spaceless(first));
                start = self.forms.len();
                fold(&text[span.range()], &mut self.forms);
                if let Some(next) = broken {
                    rest = &rest[1..];
                    span.end = next.span.end;
                    fold(&text[next.span.range()], &mut self.forms);
                    hash = hash::word(&self.forms.as_bytes()[start..]);
                }
                found = look(&self.forms.as_bytes()[start..]);
                number = text[span.range()].chars().any(char::is_numeric);
            }
            let len = if start < text.len() {
                span.range().len()
            } else {
                self.forms.len() - start
            };
            let kind = Kind {
                number,
                date: !number && lexicon::is_date(hash),
                capital,
                spaceless,
                ..Kind::default()
            };
            let form = &self.forms[start..start + len];
            self.outlines.push(if found & BEYOND_ASCII == 0 {
                Outline::of_ascii(form, found as u32)
            } else {
                Outline::of(form, kind.spaceless)
            });
            self.words.push(Word {
                hash,
                span,
                start: start as u32,
                len: form.floor_char_boundary(u16::MAX.into()) as u16,
                weight: 0.0,
                kind,
            });
        }
    }

    /// Numbers beside the name of a month or a day are dates; beside a unit, amounts.
    fn find_dates_and_amounts(&mut self, text: &str) {
        for at in 0..self.words.len() {
            if !self.words[at].kind.number {
                continue;
            }
            let is_date_word = |word: &Word| word.kind.date && !word.kind.number;
            let before = at.checked_sub(1).map(|before| &self.words[before]);
            let after = self.words.get(at + 1);
            let date = before.is_some_and(is_date_word) || after.is_some_and(is_date_word);
            let Range { start, end } = self.words[at].span.range();
            let has_sign = text[..start].ends_with(['$', '€', '£', '¥', '₹', '₽'])
                || text[end..]
                    .starts_with(['%', '€', '£', '¥', '₽', '％', '元', '円', '万', '亿', '億']);
            let amount = has_sign || after.is_some_and(|word| lexicon::is_unit(word.hash));
            let kind = &mut self.words[at].kind;
            (kind.date, kind.amount) = (date, amount && !date);
        }
    }

    /// Which capitalised words are names: those that the corpus writes with a capital, or if it
    /// can't tell, those within a sentence.
    fn find_names(&mut self, text: &str, statistics: Option<&Statistics>) {
        let mut last_end = 0;
        let (mut within, mut capitals, mut german) = (0u32, 0u32, 0u32);
        let mut is_within = Vec::with_capacity(self.words.len());
        for word in &self.words {
            let Range { start, end } = word.span.range();
            let between = &text[last_end..start];
            // Nearly all words are parted by one space.
            let opens = last_end == 0
                || between != " "
                    && (opens_sentence(between)
                        || between.bytes().filter(|&byte| byte == b'\n').count() > 1);
            is_within.push(!opens);
            german += u32::from(lexicon::is_german(word.hash));
            if !opens && !word.kind.number && !word.kind.spaceless {
                within += 1;
                capitals += u32::from(word.kind.capital);
            }
            last_end = end;
        }
        let is_german =
            german >= GERMAN_WORDS && f64::from(german) >= GERMAN_SHARE * f64::from(within);
        self.has_case = capitals > 0
            && f64::from(capitals) <= CAPITALS_AT_MOST * f64::from(within)
            && !is_german;
        if !self.has_case {
            return;
        }
        for (word, is_within) in self.words.iter_mut().zip(is_within) {
            if word.kind.capital && !word.kind.number && !word.kind.date {
                let usual = statistics.and_then(|known| known.capital_share(word.hash));
                word.kind.name = usual.map_or(is_within, |share| share > USUALLY);
            }
        }
    }

    fn weigh(&mut self, statistics: Option<&Statistics>) {
        self.least_of_a_name =
            statistics.map_or(0.0, |known| known.weight_in(2).min(LEAST_OF_A_NAME));
        for (word, outline) in self.words.iter_mut().zip(&self.outlines) {
            word.weight = match statistics {
                Some(statistics) => statistics.weight(word.hash),
                None => weight_by_form(word.kind, *outline),
            };
        }
    }

    /// Furniture of the page is neither text nor fact of this article.
    fn drop_boilerplate(&mut self, text: &str, tokens: &[Token], statistics: &Statistics) {
        let boilerplate = statistics.boilerplate();
        if boilerplate.is_empty() {
            return;
        }
        let mut lines = Vec::new();
        for_lines(text, tokens, |line, words| {
            if boilerplate.contains(&line) {
                lines.push(tokens[words.start].span.start..tokens[words.end - 1].span.end);
            }
        });
        let mut lines = lines.into_iter().peekable();
        for word in &mut self.words {
            while lines.next_if(|line| line.end <= word.span.start).is_some() {}
            if lines
                .peek()
                .is_some_and(|line| line.start <= word.span.start)
            {
                word.weight = 0.0;
                word.kind = Kind {
                    spaceless: word.kind.spaceless,
                    ..Kind::default()
                };
            }
        }
    }

    fn find_anchors(&mut self) {
        let mut anchors = Vec::with_capacity(2 * self.words.len());
        for (at, word) in self.words.iter().enumerate() {
            let mut key = 0;
            let mut quarters = 0;
            for next in &self.words[at..] {
                key = hash::finish(key ^ next.hash);
                quarters += if next.kind.spaceless { 1 } else { 2 };
                if quarters >= QUARTERS_OF_AN_ANCHOR {
                    break;
                }
            }
            if quarters >= QUARTERS_OF_AN_ANCHOR {
                anchors.push(once::entry(key, at));
            }
            if word.weight >= WEIGHT_OF_AN_ANCHOR && !word.kind.spaceless {
                anchors.push(once::entry(word.hash, at));
            }
        }
        self.anchors = Once::new(anchors);
    }
}

/// Among what [`look`] gives.
const DIGIT: u64 = 1 << 32;
const BEYOND_ASCII: u64 = 1 << 33;

/// A bit for each byte of a form by its low five bits, and what else is in it.
fn look(form: &[u8]) -> u64 {
    const SEEN: [u64; 256] = {
        let mut seen = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            seen[byte] = 1 << (byte & 31);
            if (byte as u8).is_ascii_digit() {
                seen[byte] |= DIGIT;
            }
            if byte >= 128 {
                seen[byte] |= BEYOND_ASCII;
            }
            byte += 1;
        }
        seen
    };
    form.iter()
        .fold(0, |found, &byte| found | SEEN[byte as usize])
}

/// Without a corpus, the length of a word tells how rare it is: in English news the logarithms of
/// the inverse document frequencies of words of these lengths have about these means.
fn weight_by_form(kind: Kind, outline: Outline) -> f32 {
    match outline.len {
        _ if kind.number => 4.0,
        _ if kind.spaceless => 2.0,
        0..=3 => 0.7,
        4 => 1.8,
        5 => 2.8,
        6..=7 => 3.6,
        _ => 4.4,
    }
}

/// Whether a word goes on after a line end: `restruc-⏎turing`.
fn is_broken(text: &str, first: Span, second: Span) -> bool {
    let end = first.range().end;
    // Nearly all words are followed by a space.
    if !matches!(text.as_bytes()[end], b'-' | 0xe2) {
        return false;
    }
    let between = &text[end..second.range().start];
    let Some(after) = between.strip_prefix(['-', '\u{2010}']) else {
        return false;
    };
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    after.contains('\n')
        && after.trim_matches([' ', '\t', '\r', '\n']).is_empty()
        && is_letter(text[first.range()].chars().next_back())
        && text[second.range()].starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str, is: impl Fn(Kind) -> bool) -> Vec<&str> {
        let draft = Draft::new(text, None).expect("a short text");
        let of_kind = draft.words.into_iter().filter(|word| is(word.kind));
        of_kind.map(|word| &text[word.span.range()]).collect()
    }

    #[test]
    fn words_broken_at_line_ends_are_put_together() {
        let draft = |text| Draft::new(text, None).expect("a short text");
        let broken = draft("the restruc-\nturing of the re-\n  insurer, wholly-\nOwned, 3-\nyear");
        let whole = draft("the restructuring of the reinsurer, wholly Owned, 3 year");
        assert!(broken.has_words_of(&whole));
        assert_eq!(broken.folded(1), "restructuring");
    }

    #[test]
    fn names_dates_and_amounts_are_told() {
        let text = "The council paid $4,500 to Ada Novak on 12 March. Later the fee rose by 3 \
            percent, and the bridge to Old Harbour opened on Tuesday with 40 boats in the bay.";
        assert_eq!(
            kinds(text, |kind| kind.name),
            ["Ada", "Novak", "Old", "Harbour"]
        );
        assert_eq!(kinds(text, |kind| kind.date), ["12", "March", "Tuesday"]);
        assert_eq!(kinds(text, |kind| kind.amount), ["4,500", "3"]);
        assert_eq!(kinds(text, |kind| kind.number), ["4,500", "12", "3", "40"]);
    }

    #[test]
    fn german_nouns_are_no_names() {
        let text = "Der Rat hat am Dienstag den Bau der neuen Brücke über die Lune beschlossen, \
            weil die alte Brücke nach dem Unfall im Mai für den Verkehr gesperrt war.";
        assert!(kinds(text, |kind| kind.name).is_empty());
        assert_eq!(kinds(text, |kind| kind.date), ["Dienstag", "Mai"]);
    }

    #[test]
    fn digits_of_any_script_are_numbers() {
        assert_eq!(kinds("بلغ العدد ٤٢ قاربا", |kind| kind.number), ["٤٢"]);
    }
}
