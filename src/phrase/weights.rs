//! How much each word says.
//!
//! In: the words of an article and its sentences. Out: each word's stem and that stem's weight:
//! nothing for a function word, less for a name than for any other word, since an honest article
//! must repeat its names. Words that come too seldom to be part of a phrase are told by a few bits
//! of their hashes, and are all one stem, [`RARE`]: two words in three are never looked up.

use super::PhraseScratch;
use super::function_words::{FunctionWords, Language};
use super::segments::Paragraph;
use crate::text::Token;

/// Weight of a function word. Weights are whole tenths of an ordinary word, so that sums are
/// exact in any order.
pub(super) const FUNCTION: u32 = 0;
/// Weight of a name or a number.
pub(super) const NAME: u32 = 4;
/// Weight of an ordinary word.
pub(super) const ORDINARY: u32 = 10;
/// Weight of a letter of a script without spaces. A Chinese word is one and a half to two
/// characters, and no capital tells which are names.
pub(super) const LETTER: u32 = 3;

/// The number of all stems that are too rare to matter.
pub(super) const RARE: u32 = 0;

/// The language is told by so many words from the start.
const OPENING: usize = 256;
/// A language is known if one word in so many is one of its function words; in news it is one in
/// two or three.
const KNOWN_ONE_IN: usize = 8;

/// In an unknown language, words of at most so many letters...
const SHORT: usize = 4;
/// ...that are one in so many of all words are taken for function words.
const FREQUENT_ONE_IN: u32 = 100;

/// A stem's part in the article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stem {
    /// In tenths of an ordinary word.
    pub(super) weight: u32,
    /// How often it occurs; 0 for [`RARE`].
    pub(super) count: u32,
    /// Its first word in the text.
    first: u32,
    /// Uses inside a sentence of prose, where a capital means something.
    inside: u32,
    /// Of these, in capitals.
    capitalised: u32,
}

/// Counters for each word, and at most. They are bytes, by a few bits of the stem's hash.
const COUNTERS: usize = 4;
const MOST_COUNTERS: usize = 1 << 20;

/// Fills `scratch.stems` and each word's stem. Stems that come fewer than `fewest` times are
/// [`RARE`], but for those of the headline.
pub(super) fn weigh(
    text: &str,
    words: &[Token],
    headline: Headline<'_>,
    fewest: u32,
    function_words: &FunctionWords,
    scratch: &mut PhraseScratch,
) {
    let language = guess_language(words, function_words);
    scratch.capitals_tell = !language.is_some_and(Language::capitalises_nouns);
    let PhraseScratch {
        stem_keys, stemmer, ..
    } = scratch;
    let is_function = |word: &Token| {
        language.is_some_and(|language| function_words.contains(language, word.hash))
    };
    let mut key = |text: &str, word: &Token| {
        let stem = stemmer.stem(text, word);
        if is_function(word) { word.hash } else { stem }
    };
    stem_keys.clear();
    stem_keys.extend(words.iter().map(|word| key(text, word)));
    scratch.headline_keys.clear();
    match headline {
        Headline::Given(text, words) => {
            let keys = words.iter().map(|word| key(text, word));
            scratch.headline_keys.extend(keys);
        }
        Headline::Line(line) => {
            let keys = &scratch.stem_keys[line.start as usize..line.end as usize];
            scratch.headline_keys.extend_from_slice(keys);
        }
        Headline::None => {}
    }
    number_stems(fewest, scratch);
    count_capitals(text, words, scratch);
    let total = words.len() as u32;
    for stem in &mut scratch.stems[RARE as usize + 1..] {
        // A stem of the headline alone is weighed as any other word.
        let Some(first) = words.get(stem.first as usize) else {
            continue;
        };
        let written = &text[first.span.range()];
        let is_frequent = || {
            stem.count > 2
                && stem.count.saturating_mul(FREQUENT_ONE_IN) >= total
                && written.chars().take(SHORT + 1).count() <= SHORT
        };
        let is_function = match language {
            Some(_) => is_function(first),
            None => is_frequent(),
        };
        let is_number = || written.starts_with(|c: char| c.is_numeric());
        let is_name = scratch.capitals_tell && stem.capitalised * 2 > stem.inside;
        stem.weight = if is_function {
            FUNCTION
        } else if is_unspaced(written) {
            LETTER
        } else if is_name || is_number() {
            NAME
        } else {
            ORDINARY
        };
    }
}

/// The headline of an article, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum Headline<'a> {
    /// A text of its own and its words.
    Given(&'a str, &'a [Token]),
    /// A line of the article.
    Line(Paragraph),
    None,
}

/// Numbers the stems that come often enough: `scratch.stems`, `scratch.stem_of`.
fn number_stems(fewest: u32, scratch: &mut PhraseScratch) {
    let PhraseScratch {
        stem_keys,
        headline_keys,
        sieve,
        recurring,
        stem_numbers,
        stems,
        stem_of,
        ..
    } = scratch;
    let mask = (stem_keys.len().next_power_of_two() * COUNTERS).min(MOST_COUNTERS) - 1;
    let slot = |key: u64| (key >> 20) as usize & mask;
    sieve.clear();
    sieve.resize(mask + 1, 0);
    for &key in stem_keys.iter() {
        let times: &mut u8 = &mut sieve[slot(key)];
        *times = times.saturating_add(1);
    }
    for &key in headline_keys.iter() {
        sieve[slot(key)] = u8::MAX;
    }
    let fewest = fewest.min(u32::from(u8::MAX)) as u8;
    stem_numbers.clear();
    stems.clear();
    let new = |first| Stem {
        weight: ORDINARY,
        count: 0,
        first,
        inside: 0,
        capitalised: 0,
    };
    stems.push(new(u32::MAX));
    // Those that come often are listed first, without a branch that cannot be guessed.
    recurring.clear();
    recurring.resize(stem_keys.len(), 0);
    let mut len = 0;
    for (at, &key) in (0..).zip(stem_keys.iter()) {
        recurring[len] = at;
        len += usize::from(sieve[slot(key)] >= fewest);
    }
    recurring.truncate(len);
    stem_of.clear();
    stem_of.resize(stem_keys.len(), RARE);
    for &at in recurring.iter() {
        let number = stem_numbers.number(stem_keys[at as usize]) + 1;
        if number as usize == stems.len() {
            stems.push(new(at));
        }
        stems[number as usize].count += 1;
        stem_of[at as usize] = number;
    }
    for &key in headline_keys.iter() {
        if stem_numbers.number(key) as usize + 1 == stems.len() {
            stems.push(new(u32::MAX));
        }
    }
}

/// What the case of a word's first letter tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// Nothing: the word starts a sentence or stands in a heading.
    Unknown,
    /// It is no capital.
    Lower,
    /// It is a capital where an ordinary word would have none.
    Capital,
}

fn count_capitals(text: &str, words: &[Token], scratch: &mut PhraseScratch) {
    let PhraseScratch {
        recurring,
        stems,
        stem_of,
        case_of,
        sentence_of,
        sentences,
        ..
    } = scratch;
    case_of.clear();
    case_of.resize(words.len(), Case::Unknown);
    for &at in recurring.iter() {
        let sentence = &sentences[sentence_of[at as usize] as usize];
        let tells = u32::from(!sentence.is_heading) & u32::from(at > sentence.start);
        let capital = u32::from(is_capital(text, words[at as usize].span.start as usize));
        let stem = &mut stems[stem_of[at as usize] as usize];
        stem.inside += tells;
        stem.capitalised += tells & capital;
        case_of[at as usize] = CASES[(tells * (1 + capital)) as usize];
    }
}

/// What a word's case tells, by its place.
const CASES: [Case; 3] = [Case::Unknown, Case::Lower, Case::Capital];

/// Whether `text` has a capital letter at `at`.
#[inline]
fn is_capital(text: &str, at: usize) -> bool {
    let first = text.as_bytes()[at];
    if first.is_ascii() {
        first.is_ascii_uppercase()
    } else {
        text[at..].starts_with(char::is_uppercase)
    }
}

/// The language most of whose function words are in the opening.
fn guess_language(words: &[Token], function_words: &FunctionWords) -> Option<Language> {
    let opening = &words[..words.len().min(OPENING)];
    let mut hits = [0; Language::COUNT];
    for word in opening {
        for language in function_words.languages(word.hash).iter() {
            hits[language] += 1;
        }
    }
    // The first of equals.
    let (index, &most) = hits
        .iter()
        .enumerate()
        .rev()
        .max_by_key(|(_, hits)| **hits)?;
    (most > 0 && most * KNOWN_ONE_IN >= opening.len()).then(|| Language::at(index))
}

/// Whether a word is a letter of a script written without spaces: Chinese, Hiragana, Thai, Lao,
/// Burmese, Khmer.
pub(super) fn is_unspaced(word: &str) -> bool {
    word.starts_with(|c: char| {
        matches!(
            c,
            '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
                | '\u{3040}'..='\u{309F}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
                | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}'
        )
    })
}

/// The numbers of the headline's stems.
pub(super) fn headline_stems(scratch: &PhraseScratch) -> Vec<u32> {
    let keys = scratch.headline_keys.iter();
    let known = keys.filter_map(|&key| scratch.stem_numbers.get(key));
    known.map(|number| number + 1).collect()
}
