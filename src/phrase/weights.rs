//! How much each word says.
//!
//! In: the words of an article, their keys, and its sentences. Out: each word's stem and that stem's
//! weight: nothing for a function word, less for a name than for any other word, since an honest
//! article must repeat its names. Words that come too seldom to be part of a phrase are told by the
//! sieve of the keys, and are all one stem, [`RARE`]: two words in three are never looked up.

use super::PhraseScratch;
use crate::document::function_words::{FunctionWords, Language};
use crate::text::Token;

/// Weight of a function word. Weights are whole tenths of an ordinary word, so that sums are
/// exact in any order.
pub(crate) const FUNCTION: u32 = 0;
/// Weight of a name or a number.
pub(crate) const NAME: u32 = 4;
/// Weight of an ordinary word.
pub(crate) const ORDINARY: u32 = 10;
/// Weight of a letter of a script without spaces. A Chinese word is one and a half to two
/// characters, and no capital tells which are names.
pub(crate) const LETTER: u32 = 3;

/// The number of all stems that are too rare to matter.
pub(crate) const RARE: u32 = 0;

/// In an unknown language, words of at most so many letters...
pub(crate) const SHORT: usize = 4;
/// ...that are one in so many of all words are taken for function words.
pub(crate) const FREQUENT_ONE_IN: u32 = 100;

/// A stem's part in the article.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stem {
    /// In tenths of an ordinary word.
    pub(crate) weight: u32,
    /// How often it occurs; 0 for [`RARE`].
    pub(crate) count: u32,
    /// Its first word in the text.
    first: u32,
    /// Uses inside a sentence of prose, where a capital means something.
    inside: u32,
    /// Of these, in capitals.
    capitalised: u32,
}

impl Stem {
    fn new(first: u32) -> Self {
        Self {
            weight: ORDINARY,
            count: 0,
            first,
            inside: 0,
            capitalised: 0,
        }
    }
}

/// Fills `scratch.stems` and `scratch.stem_of` as far as content is concerned: function words are
/// left out, but for those that share a slot of the sieve with others. Stems that come fewer than
/// `fewest` times are [`RARE`], but for those of the headline.
pub(crate) fn weigh_content(
    text: &str,
    words: &[Token],
    fewest: u32,
    functions: &FunctionWords,
    scratch: &mut PhraseScratch,
) {
    let known = functions.of(scratch.language);
    scratch.capitals_tell = !scratch.language.is_some_and(Language::capitalises_nouns);
    scratch.case_of.clear();
    scratch.case_of.resize(words.len(), Case::Unknown);
    list(fewest, scratch);
    number_content(scratch);
    let places = std::mem::take(&mut scratch.recurring);
    count_capitals(text, words, places.iter().map(|place| place.at), scratch);
    scratch.recurring = places;
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
        let is_function = match scratch.language {
            Some(_) => known.contains(first.hash),
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

/// Adds the function words to what [`weigh_content`] has filled.
pub(crate) fn weigh_functions(text: &str, words: &[Token], scratch: &mut PhraseScratch) {
    let PhraseScratch {
        keys,
        plain,
        stem_numbers,
        stems,
        stem_of,
        ..
    } = scratch;
    for &at in plain.iter() {
        let number = stem_numbers.number(keys[at as usize]) + 1;
        if number as usize == stems.len() {
            stems.push(Stem {
                weight: FUNCTION,
                ..Stem::new(at)
            });
        }
        stems[number as usize].count += 1;
        stem_of[at as usize] = number;
    }
    let places = std::mem::take(&mut scratch.plain);
    count_capitals(text, words, places.iter().copied(), scratch);
    scratch.plain = places;
}

/// A word that comes often enough and may be content.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recurring {
    pub(crate) at: u32,
    /// How many words of `scratch.plain` stand before it.
    pub(crate) functions: u32,
}

/// Lists the words that come often enough: in `scratch.recurring` those that may be content, the
/// function words in `scratch.plain`. No branch: it could not be guessed.
fn list(fewest: u32, scratch: &mut PhraseScratch) {
    let PhraseScratch {
        keys,
        key_sieve,
        recurring,
        plain,
        ..
    } = scratch;
    recurring.clear();
    recurring.resize(keys.len(), Recurring::default());
    plain.clear();
    plain.resize(keys.len(), 0);
    let [mut content, mut functions] = [0, 0];
    for (at, &key) in (0..).zip(keys.iter()) {
        let [is_content, is_function] = key_sieve.has(key, fewest);
        recurring[content] = Recurring {
            at,
            functions: functions as u32,
        };
        plain[functions] = at;
        content += usize::from(is_content);
        functions += usize::from(is_function);
    }
    recurring.truncate(content);
    plain.truncate(functions);
}

/// Numbers the stems of the words listed, and those of the headline.
fn number_content(scratch: &mut PhraseScratch) {
    let PhraseScratch {
        keys,
        headline_keys,
        recurring,
        stem_numbers,
        stems,
        stem_of,
        ..
    } = scratch;
    stem_numbers.clear();
    stems.clear();
    stems.push(Stem::new(u32::MAX));
    stem_of.clear();
    stem_of.resize(keys.len(), RARE);
    for &Recurring { at, .. } in recurring.iter() {
        let number = stem_numbers.number(keys[at as usize]) + 1;
        if number as usize == stems.len() {
            stems.push(Stem::new(at));
        }
        stems[number as usize].count += 1;
        stem_of[at as usize] = number;
    }
    for &key in headline_keys.iter() {
        if stem_numbers.number(key) as usize + 1 == stems.len() {
            stems.push(Stem::new(u32::MAX));
        }
    }
}

/// What the case of a word's first letter tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Nothing: the word starts a sentence or stands in a heading.
    Unknown,
    /// It is no capital.
    Lower,
    /// It is a capital where an ordinary word would have none.
    Capital,
}

fn count_capitals(
    text: &str,
    words: &[Token],
    places: impl Iterator<Item = u32>,
    scratch: &mut PhraseScratch,
) {
    let PhraseScratch {
        stems,
        stem_of,
        case_of,
        sentence_of,
        sentences,
        ..
    } = scratch;
    for at in places {
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
pub(crate) fn is_capital(text: &str, at: usize) -> bool {
    let first = text.as_bytes()[at];
    if first.is_ascii() {
        first.is_ascii_uppercase()
    } else {
        text[at..].starts_with(char::is_uppercase)
    }
}

/// Whether a word is a letter of a script written without spaces: Chinese, Hiragana, Thai, Lao,
/// Burmese, Khmer.
pub(crate) fn is_unspaced(word: &str) -> bool {
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
pub(crate) fn headline_stems(scratch: &PhraseScratch) -> Vec<u32> {
    let keys = scratch.headline_keys.iter();
    let known = keys.filter_map(|&key| scratch.stem_numbers.get(key));
    known.map(|number| number + 1).collect()
}
