//! The values of the measures.
//!
//! In: a text and its words. Out: the value of a [`Measure`], by the definitions of the parent module.

use super::Measure;
use crate::hash;
use crate::kit::numbering::Numbering;

/// The longest short line, in characters (FineWeb, section 3.5).
const SHORT_LINE: usize = 30;

/// A text prepared for the measures.
pub(super) struct MeasuredText<'t> {
    text: &'t str,
    /// Characters in the text.
    chars: usize,
    /// The words joined by spaces.
    spaced: String,
    /// The words joined without a separator: datatrove compares runs of words by their letters.
    joined: String,
    words: Vec<WordStart>,
    numbers: Numbering,
    counts: Vec<NgramCount>,
}

/// The start of a word. A sentinel follows the final word.
#[derive(Clone, Copy, Debug)]
struct WordStart {
    spaced: u32,
    joined: u32,
    /// Characters before the word, spaces excluded.
    chars: u32,
}

/// An n-gram: the place of the earliest occurrence and the number of occurrences.
#[derive(Clone, Copy, Debug)]
struct NgramCount {
    first: usize,
    times: usize,
}

impl<'t> MeasuredText<'t> {
    pub(super) fn new(text: &'t str, words: impl Iterator<Item = &'t str>) -> Self {
        let mut article = Self {
            text,
            chars: count_chars(text),
            spaced: String::new(),
            joined: String::new(),
            words: Vec::new(),
            numbers: Numbering::default(),
            counts: Vec::new(),
        };
        let mut chars = 0;
        for word in words {
            article.start_word(chars);
            article.spaced.push_str(word);
            article.spaced.push(' ');
            article.joined.push_str(word);
            chars += count_chars(word) as u32;
        }
        article.start_word(chars);
        article
    }

    fn start_word(&mut self, chars: u32) {
        self.words.push(WordStart {
            spaced: self.spaced.len() as u32,
            joined: self.joined.len() as u32,
            chars,
        });
    }

    pub(super) fn value(&mut self, measure: Measure) -> f64 {
        let is_strip = |c: char| c.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&c);
        let paragraphs = || runs(self.text.trim_matches(is_strip), 2);
        let lines = || runs(self.text, 1);
        let full_lines = || {
            let lines = self.text.split('\n');
            lines.filter(|line| !line.trim_matches(is_strip).is_empty())
        };
        let share_of_lines = |holds: &dyn Fn(&str) -> bool| {
            let those = full_lines().filter(|line| holds(line)).count();
            share(those, full_lines().count())
        };
        match measure {
            Measure::DuplicateParagraphs => duplicates(paragraphs()).share(),
            Measure::DuplicateParagraphCharacters => {
                share(duplicates(paragraphs()).chars, self.chars)
            }
            Measure::DuplicateLines => duplicates(lines()).share(),
            Measure::DuplicateLineCharacters => share(duplicates(lines()).chars, self.chars),
            Measure::TopNgram(n) => share(self.top_ngram(n), self.chars),
            Measure::DuplicateNgrams(n) => share(self.duplicate_ngrams(n), self.chars),
            Measure::TerminatedLines => share_of_lines(&|line| line.ends_with(ends_sentence)),
            Measure::ShortLines => share_of_lines(&|line| count_chars(line) <= SHORT_LINE),
            Measure::RepeatedLineCharacters => share(
                duplicates(full_lines()).chars,
                self.chars - self.line_feeds(),
            ),
            Measure::LineFeeds => share(self.line_feeds(), self.words.len() - 1),
        }
    }

    fn line_feeds(&self) -> usize {
        self.text.bytes().filter(|&byte| byte == b'\n').count()
    }

    /// Occurrences times characters of the commonest n-gram, the earliest of equally common n-grams.
    fn top_ngram(&mut self, n: usize) -> usize {
        self.numbers.clear();
        self.counts.clear();
        for first in 0..self.ngrams(n) {
            let [start, end] = [first, first + n].map(|at| self.words[at].spaced as usize);
            let number = self
                .numbers
                .number(hash::token(&self.spaced.as_bytes()[start..end]));
            match self.counts.get_mut(number as usize) {
                Some(count) => count.times += 1,
                None => self.counts.push(NgramCount { first, times: 1 }),
            }
        }
        // `max_by_key` keeps the last of equal items: the reversed order makes that the earliest.
        let top = self.counts.iter().rev().max_by_key(|count| count.times);
        top.map_or(0, |top| {
            (self.ngram_chars(top.first, n) + n - 1) * top.times
        })
    }

    /// Characters of n-grams that repeat an earlier n-gram; counted n-grams do not overlap.
    fn duplicate_ngrams(&mut self, n: usize) -> usize {
        self.numbers.clear();
        let (mut at, mut chars) = (0, 0);
        while at < self.ngrams(n) {
            let [start, end] = [at, at + n].map(|at| self.words[at].joined as usize);
            let known = self.numbers.len();
            self.numbers
                .number(hash::token(&self.joined.as_bytes()[start..end]));
            if self.numbers.len() == known {
                chars += self.ngram_chars(at, n);
                at += n;
            } else {
                at += 1;
            }
        }
        chars
    }

    /// The number of n-grams; 0 for `n` = 0.
    fn ngrams(&self, n: usize) -> usize {
        if n == 0 {
            return 0;
        }
        self.words.len().saturating_sub(n)
    }

    fn ngram_chars(&self, first: usize, n: usize) -> usize {
        (self.words[first + n].chars - self.words[first].chars) as usize
    }
}

fn count_chars(text: &str) -> usize {
    text.chars().count()
}

/// A divisor: 1 in place of 0.
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The parts of `text` between runs of at least `feeds` line feeds, including empty parts at both
/// ends.
fn runs(text: &str, feeds: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut from = 0;
        while let Some(found) = text[from..].find('\n') {
            let start = from + found;
            let tail = text[start..].trim_start_matches('\n');
            let end = text.len() - tail.len();
            if end - start >= feeds {
                rest = Some(tail);
                return Some(&text[..start]);
            }
            from = end;
        }
        rest.take()
    })
}

/// Parts that repeat an earlier part.
struct Duplicates {
    parts: usize,
    repeated: usize,
    chars: usize,
}

impl Duplicates {
    fn share(&self) -> f64 {
        share(self.repeated, self.parts)
    }
}

fn duplicates<'t>(parts: impl Iterator<Item = &'t str>) -> Duplicates {
    let mut numbers: Numbering = Numbering::default();
    let mut found = Duplicates {
        parts: 0,
        repeated: 0,
        chars: 0,
    };
    for part in parts {
        let known = numbers.len();
        numbers.number(hash::token(part.as_bytes()));
        found.parts += 1;
        if numbers.len() == known {
            found.repeated += 1;
            found.chars += count_chars(part);
        }
    }
    found
}

/// Whether a line that ends in `c` ends a sentence: the Unicode property `Sentence_Terminal`
/// (17.0), with the fullwidth forms and reversed question mark of datatrove's list.
fn ends_sentence(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, '.' | '!' | '?');
    }
    SENTENCE_TERMINALS.binary_search(&c).is_ok()
}

#[rustfmt::skip]
static SENTENCE_TERMINALS: [char; 156] = [
    '\u{589}', '\u{61D}', '\u{61E}', '\u{61F}', '\u{6D4}', '\u{700}', '\u{701}', '\u{702}',
    '\u{7F9}', '\u{837}', '\u{839}', '\u{83D}', '\u{83E}', '\u{964}', '\u{965}', '\u{104A}',
    '\u{104B}', '\u{1362}', '\u{1367}', '\u{1368}', '\u{166E}', '\u{1735}', '\u{1736}', '\u{17D4}',
    '\u{17D5}', '\u{17D6}', '\u{17D9}', '\u{17DA}', '\u{1803}', '\u{1809}', '\u{1944}', '\u{1945}',
    '\u{1AA8}', '\u{1AA9}', '\u{1AAA}', '\u{1AAB}', '\u{1B5A}', '\u{1B5B}', '\u{1B5E}', '\u{1B5F}',
    '\u{1B7D}', '\u{1B7E}', '\u{1C3B}', '\u{1C3C}', '\u{1C7E}', '\u{1C7F}', '\u{203C}', '\u{203D}',
    '\u{2047}', '\u{2048}', '\u{2049}', '\u{2E2E}', '\u{2E3C}', '\u{2E53}', '\u{2E54}', '\u{3002}',
    '\u{A4FF}', '\u{A60E}', '\u{A60F}', '\u{A6F3}', '\u{A6F7}', '\u{A876}', '\u{A877}', '\u{A8CE}',
    '\u{A8CF}', '\u{A92F}', '\u{A9C8}', '\u{A9C9}', '\u{AA5D}', '\u{AA5E}', '\u{AA5F}', '\u{AAF0}',
    '\u{AAF1}', '\u{ABEB}', '\u{FE52}', '\u{FE56}', '\u{FE57}', '\u{FF01}', '\u{FF0E}', '\u{FF1F}',
    '\u{FF61}', '\u{10A56}', '\u{10A57}', '\u{10F55}', '\u{10F56}', '\u{10F57}', '\u{10F58}',
    '\u{10F59}', '\u{10F86}', '\u{10F87}', '\u{10F88}', '\u{10F89}', '\u{11047}', '\u{11048}',
    '\u{110BE}', '\u{110BF}', '\u{110C0}', '\u{110C1}', '\u{11141}', '\u{11142}', '\u{11143}',
    '\u{111C5}', '\u{111C6}', '\u{111CD}', '\u{111DE}', '\u{111DF}', '\u{11238}', '\u{11239}',
    '\u{1123B}', '\u{1123C}', '\u{112A9}', '\u{1144B}', '\u{1144C}', '\u{115C2}', '\u{115C3}',
    '\u{115C9}', '\u{115CA}', '\u{115CB}', '\u{115CC}', '\u{115CD}', '\u{115CE}', '\u{115CF}',
    '\u{115D0}', '\u{115D1}', '\u{115D2}', '\u{115D3}', '\u{115D4}', '\u{115D5}', '\u{115D6}',
    '\u{115D7}', '\u{11641}', '\u{11642}', '\u{1173C}', '\u{1173D}', '\u{1173E}', '\u{11944}',
    '\u{11946}', '\u{11A42}', '\u{11A43}', '\u{11A9B}', '\u{11A9C}', '\u{11C41}', '\u{11C42}',
    '\u{11EF7}', '\u{11EF8}', '\u{11F43}', '\u{11F44}', '\u{16A6E}', '\u{16A6F}', '\u{16AF5}',
    '\u{16B37}', '\u{16B38}', '\u{16B44}', '\u{16E98}', '\u{1BC9F}', '\u{1DA88}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_between_runs_of_line_feeds() {
        let cut = |text, feeds| runs(text, feeds).collect::<Vec<_>>();
        assert_eq!(cut("a\n\nb\nc\n", 1), ["a", "b", "c", ""]);
        assert_eq!(cut("a\n\n\nb\nc\n\n", 2), ["a", "b\nc", ""]);
        assert_eq!(cut("", 2), [""]);
        assert_eq!(cut("\n", 1), ["", ""]);
    }

    #[test]
    fn terminals_are_in_order() {
        assert!(SENTENCE_TERMINALS.is_sorted());
    }
}
