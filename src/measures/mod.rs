//! The published measures of repetition, under their names and exact definitions.
//!
//! In: the text of an article and a set of [`MeasureRules`]. Out: a [`Report`] with one [`Check`] for every
//! rule: the [`Measure`], its value, the limit, and whether the value passes.
//!
//! ```
//! use reprint::measures::{Measure, MeasureRules};
//!
//! let text = "Tickets are sold at the pier.\nThe boat leaves at six.\nTickets are sold at the pier.";
//! let report = MeasureRules::gopher().check(text)?;
//! assert_eq!(report.value(Measure::DuplicateLines), Some(1.0 / 3.0));
//! let failure = report.first_failure().expect("a third of the lines is repeated");
//! assert_eq!(failure.measure.to_string(), "dup_line_frac");
//! # Ok::<(), reprint::Error>(())
//! ```
//!
//! # Definitions
//!
//! The rules are those of MassiveText (Rae et al., "Scaling Language Models: Methods, Analysis &
//! Insights from Training Gopher", 2021, table A1) and of FineWeb (Penedo et al., "The FineWeb
//! Datasets: Decanting the Web for the Finest Text Data at Scale", 2024, section 3.5). The papers
//! leave details open. This module follows the code of datatrove 0.10 (`GopherRepetitionFilter`,
//! `FineWebQualityFilter`), including the names and the order of the rules. [`Report::first_failure`]
//! is therefore the reason that datatrove gives. Lengths are in characters (code points). With `|x|` the length of x and N the length of the whole text:
//!
//! | measure | value | limit |
//! |---|---|---|
//! | [`DuplicateParagraphs`](Measure::DuplicateParagraphs) | paragraphs that stood before, over all; cut at two line feeds or more | ≤ .30 |
//! | [`DuplicateParagraphCharacters`](Measure::DuplicateParagraphCharacters) | their characters over N | ≤ .20 |
//! | [`DuplicateLines`](Measure::DuplicateLines) | lines that stood before, over all; cut at one line feed or more | ≤ .30 |
//! | [`DuplicateLineCharacters`](Measure::DuplicateLineCharacters) | their characters over N | ≤ .20 |
//! | [`TopNgram`](Measure::TopNgram), n = 2, 3, 4 | times × length of the commonest n-gram, joined by spaces, the first of equals, over N | ≤ .20, .18, .16 |
//! | [`DuplicateNgrams`](Measure::DuplicateNgrams), n = 5 to 10 | from left to right, an n-gram that stood before counts its characters, without spaces, and the next one starts behind it; over N | ≤ .15, .14, .13, .12, .11, .10 |
//! | [`TerminatedLines`](Measure::TerminatedLines) | lines whose last character ends a sentence, over lines that are not blank | ≥ .12 |
//! | [`ShortLines`](Measure::ShortLines) | lines of at most 30 characters over lines that are not blank | ≤ .67 |
//! | [`RepeatedLineCharacters`](Measure::RepeatedLineCharacters) | characters in lines that stood before, over all but line feeds | ≤ .01 |
//! | [`LineFeeds`](Measure::LineFeeds) | line feeds for each word | ≤ .30 |
//!
//! The limits come from datatrove's code; the paper rounds or omits some.
//!
//! # How far other tools differ
//!
//! - DCLM (`massive_web_repetition_filters`) counts *all* occurrences of what is repeated, the first
//!   included. DCLM skips empty lines, cuts paragraphs at exactly two line feeds, and divides by
//!   the characters of words without spaces or punctuation. DCLM takes the longest of the commonest
//!   n-grams, and zero if no n-gram comes twice. DCLM marks every word of any repeated 5- to 10-gram
//!   once. Equal limits drop more articles there.
//! - NeMo Curator cuts words at white space only. NeMo removes the commonest n-gram and measures how
//!   far the text shrinks. NeMo counts overlapping duplicate n-grams once, including the spaces
//!   between words. NeMo asks for at least .7 unique lines and drops texts of fewer than n words.
//! - The papers and the tools miss a phrase with one word exchanged.
//!   [`PhraseDetector`](crate::phrase::PhraseDetector) finds such a phrase.
//!
//! # Words
//!
//! datatrove cuts English with spaCy's rules. [`tokenize`] follows the main part of the rules, without
//! the lists of emoticons, addresses and rare abbreviations. Equal words give equal values to the
//! last bit: hand the words of another tokenizer to [`MeasureRules::check_words`].
//!
//! Compared with datatrove 0.10.1 on 950 articles (news, old wire notices, web pages, licences,
//! repetitive articles), the verdict and the reason agree for every article. MassiveText's rules drop
//! 40 articles and FineWeb's rules drop 227. Measures of lines and paragraphs agree to the last bit,
//! except [`LineFeeds`](Measure::LineFeeds), which counts words: 850 articles agree, and the largest
//! difference is .012. Measures of n-grams agree on at least 98% of the articles, and the largest
//! difference is .036.

mod tokens;
mod values;

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};
use crate::text::MAX_LEN;

pub use tokens::tokenize;

use values::MeasuredText;

/// A published measure of repetition; the [module](self) gives the definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Measure {
    /// Share of paragraphs that repeat an earlier paragraph.
    DuplicateParagraphs,
    /// Share of characters in paragraphs that repeat an earlier paragraph.
    DuplicateParagraphCharacters,
    /// Share of lines that repeat an earlier line.
    DuplicateLines,
    /// Share of characters in lines that repeat an earlier line.
    DuplicateLineCharacters,
    /// Share of characters in the commonest run of `n` words, `n` at least 1.
    TopNgram(usize),
    /// Share of characters in runs of `n` words that repeat an earlier run, `n` at least 1.
    DuplicateNgrams(usize),
    /// Share of the non-blank lines with an end-of-sentence mark at the end.
    TerminatedLines,
    /// Share of the non-blank lines of at most 30 characters.
    ShortLines,
    /// Share of the characters, line feeds excluded, in lines that repeat an earlier line.
    RepeatedLineCharacters,
    /// Line feeds for each word.
    LineFeeds,
}

/// The name that datatrove gives as the reason for dropping an article.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateParagraphs => f.write_str("dup_para_frac"),
            Self::DuplicateParagraphCharacters => f.write_str("dup_para_char_frac"),
            Self::DuplicateLines => f.write_str("dup_line_frac"),
            Self::DuplicateLineCharacters => f.write_str("dup_line_char_frac"),
            Self::TopNgram(n) => write!(f, "top_{n}_gram"),
            Self::DuplicateNgrams(n) => write!(f, "duplicated_{n}_n_grams"),
            Self::TerminatedLines => f.write_str("line_punct_ratio"),
            Self::ShortLines => f.write_str("short_line_ratio"),
            Self::RepeatedLineCharacters => f.write_str("char_dup_ratio"),
            Self::LineFeeds => f.write_str("list_ratio"),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// From the name that datatrove gives.
impl FromStr for Measure {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        const PLAIN: [Measure; 8] = [
            Measure::DuplicateParagraphs,
            Measure::DuplicateParagraphCharacters,
            Measure::DuplicateLines,
            Measure::DuplicateLineCharacters,
            Measure::TerminatedLines,
            Measure::ShortLines,
            Measure::RepeatedLineCharacters,
            Measure::LineFeeds,
        ];
        let number_in = |before: &str, after: &str| -> Option<usize> {
            name.strip_prefix(before)?.strip_suffix(after)?.parse().ok()
        };
        let plain = PLAIN.into_iter().find(|plain| plain.to_string() == name);
        let top = || number_in("top_", "_gram").map(Self::TopNgram);
        let duplicate = || number_in("duplicated_", "_n_grams").map(Self::DuplicateNgrams);
        plain.or_else(top).or_else(duplicate).ok_or_else(|| {
            let message = format!("{name:?} is no measure; names are datatrove's, as top_2_gram");
            Error::invalid("measure", message)
        })
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Measure {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(from)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

/// The limit of a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Limit {
    /// A value above it fails.
    AtMost(f64),
    /// A value below it fails.
    AtLeast(f64),
}

impl Limit {
    /// Whether `value` keeps to the limit. NaN never does.
    pub fn allows(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
        }
    }
}

/// Measures with limits, in the order of checking.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureRules {
    rules: Vec<(Measure, Limit)>,
}

impl MeasureRules {
    /// An empty set; [`with`](Self::with) adds rules.
    pub fn none() -> Self {
        Self { rules: Vec::new() }
    }

    /// The 13 rules of MassiveText with datatrove's limits.
    pub fn gopher() -> Self {
        let at_most = |(measure, most): &(Measure, f64)| (*measure, Limit::AtMost(*most));
        let lines = [
            (Measure::DuplicateParagraphs, 0.3),
            (Measure::DuplicateParagraphCharacters, 0.2),
            (Measure::DuplicateLines, 0.3),
            (Measure::DuplicateLineCharacters, 0.2),
        ];
        let top = [(2, 0.2), (3, 0.18), (4, 0.16)].map(|(n, most)| (Measure::TopNgram(n), most));
        let duplicate = [
            (5, 0.15),
            (6, 0.14),
            (7, 0.13),
            (8, 0.12),
            (9, 0.11),
            (10, 0.1),
        ]
        .map(|(n, most)| (Measure::DuplicateNgrams(n), most));
        let all = lines.iter().chain(&top).chain(&duplicate);
        Self {
            rules: all.map(at_most).collect(),
        }
    }

    /// The four line rules of FineWeb with datatrove's limits.
    pub fn fineweb() -> Self {
        Self {
            rules: vec![
                (Measure::TerminatedLines, Limit::AtLeast(0.12)),
                (Measure::ShortLines, Limit::AtMost(0.67)),
                (Measure::RepeatedLineCharacters, Limit::AtMost(0.01)),
                (Measure::LineFeeds, Limit::AtMost(0.3)),
            ],
        }
    }

    /// Adds a rule at the end, or replaces the limit of a measure that is present.
    #[must_use]
    pub fn with(mut self, measure: Measure, limit: Limit) -> Self {
        match self.rules.iter_mut().find(|rule| rule.0 == measure) {
            Some(rule) => rule.1 = limit,
            None => self.rules.push((measure, limit)),
        }
        self
    }

    /// The rules in order.
    pub fn iter(&self) -> impl Iterator<Item = (Measure, Limit)> {
        self.rules.iter().copied()
    }

    /// Measures `text`, cut into words by [`tokenize`].
    ///
    /// Time is linear in the length of the text times the number of n-gram rules; memory is linear in
    /// the length of the text.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`] bytes.
    pub fn check(&self, text: &str) -> Result<Report> {
        check_len(text)?;
        Ok(self.measure(text, tokenize(text)))
    }

    /// Measures `text` with the words of another tokenizer, in order. A word need not be a slice of
    /// the text. Characters are counted in the given words. Time is that of [`check`](Self::check).
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) if the text is above [`MAX_LEN`] bytes, or the
    /// words joined by spaces are.
    pub fn check_words<'t>(
        &self,
        text: &'t str,
        words: impl IntoIterator<Item = &'t str>,
    ) -> Result<Report> {
        check_len(text)?;
        let mut len = 0_usize;
        let words: Vec<&str> = words
            .into_iter()
            .inspect(|word| len = len.saturating_add(word.len() + 1))
            .collect();
        if len > MAX_LEN {
            return Err(too_long(len));
        }
        Ok(self.measure(text, words.into_iter()))
    }

    fn measure<'t>(&self, text: &'t str, words: impl Iterator<Item = &'t str>) -> Report {
        let mut article = MeasuredText::new(text, words);
        let check = |(measure, limit)| {
            let value = article.value(measure);
            Check {
                measure,
                value,
                limit,
                passes: limit.allows(value),
            }
        };
        Report {
            checks: self.iter().map(check).collect(),
            blank: text.trim().is_empty(),
        }
    }
}

fn check_len(text: &str) -> Result<()> {
    if text.len() > MAX_LEN {
        Err(too_long(text.len()))
    } else {
        Ok(())
    }
}

fn too_long(len: usize) -> Error {
    Error::new(
        ErrorKind::TextTooLong,
        format!("a text of {len} bytes is over the limit of {MAX_LEN}; split it"),
    )
}

/// One measure of one article.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Check {
    /// What was measured.
    pub measure: Measure,
    /// Its value, 0 to 1; [`Measure::LineFeeds`] and [`Measure::TopNgram`] may be more.
    pub value: f64,
    /// The limit of the rule.
    pub limit: Limit,
    /// Whether the value keeps to the limit.
    pub passes: bool,
}

/// What the rules say of one article.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Report {
    /// The checks, in the order of the rules.
    pub checks: Vec<Check>,
    /// Whether the text holds only white space; such a text never passes.
    pub blank: bool,
}

impl Report {
    /// Whether the article keeps to all rules.
    pub fn passes(&self) -> bool {
        !self.blank && self.checks.iter().all(|check| check.passes)
    }

    /// The failing check of the earliest rule: the reason datatrove gives for dropping the article.
    pub fn first_failure(&self) -> Option<&Check> {
        self.checks.iter().find(|check| !check.passes)
    }

    /// The value of a measure; none without a rule for the measure.
    pub fn value(&self, measure: Measure) -> Option<f64> {
        let mut checks = self.checks.iter();
        let check = checks.find(|check| check.measure == measure)?;
        Some(check.value)
    }
}
