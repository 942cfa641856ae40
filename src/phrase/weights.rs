//! How much each word says.
//!
//! In: the words of an article and its sentences. Out: each word's stem and that stem's weight:
//! nothing for a function word, less for a name than for any other word, since an honest article
//! must repeat its names.

use super::PhraseScratch;
use super::function_words::{FunctionWords, Language, Languages};
use super::stem::stem;
use crate::text::{Token, fold};

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

/// A language is known if one word in so many is one of its function words; in news it is one in
/// two or three.
const KNOWN_ONE_IN: usize = 8;

/// In an unknown language, words of at most so many letters...
const SHORT: usize = 4;
/// ...that are one in so many of all words are taken for function words.
const FREQUENT_ONE_IN: u32 = 100;

/// A distinct word as written, after folding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// Its first word in the text.
    first: u32,
    count: u32,
    /// Uses inside a sentence of prose, where a capital means something.
    inside: u32,
    /// Of these, in capitals.
    capitalised: u32,
    stem: u32,
    function_in: Languages,
    function: bool,
}

/// A stem's part in the article.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stem {
    /// In tenths of an ordinary word.
    pub(super) weight: u32,
    /// How often it occurs.
    pub(super) count: u32,
}

/// Fills `scratch.forms` (and each word's number there), `scratch.stems` and each word's stem.
pub(super) fn weigh(
    text: &str,
    words: &[Token],
    function_words: &FunctionWords,
    scratch: &mut PhraseScratch,
) {
    number_forms(words, scratch);
    count_capitals(text, words, scratch);
    let language = guess_language(words, function_words, scratch);
    mark_function_words(text, words, language, scratch);
    number_stems(text, words, language, scratch);
}

fn number_forms(words: &[Token], scratch: &mut PhraseScratch) {
    let PhraseScratch {
        form_numbers,
        forms,
        form_of,
        ..
    } = scratch;
    form_numbers.clear();
    forms.clear();
    form_of.clear();
    for (at, word) in words.iter().enumerate() {
        let number = form_numbers.number(word.hash);
        if number as usize == forms.len() {
            forms.push(Form {
                first: at as u32,
                count: 0,
                inside: 0,
                capitalised: 0,
                stem: 0,
                function_in: Languages::default(),
                function: false,
            });
        }
        forms[number as usize].count += 1;
        form_of.push(number);
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
        forms,
        form_of,
        case_of,
        sentences,
        paragraphs,
        ..
    } = scratch;
    case_of.clear();
    case_of.resize(words.len(), Case::Unknown);
    for sentence in sentences.iter() {
        if paragraphs[sentence.paragraph as usize].is_heading() {
            continue;
        }
        for at in sentence.start as usize + 1..sentence.end as usize {
            let form = &mut forms[form_of[at] as usize];
            form.inside += 1;
            case_of[at] = if is_capital(text, words[at].span.start as usize) {
                form.capitalised += 1;
                Case::Capital
            } else {
                Case::Lower
            };
        }
    }
}

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

/// The language most of whose function words are among the forms, by their counts.
fn guess_language(
    words: &[Token],
    function_words: &FunctionWords,
    scratch: &mut PhraseScratch,
) -> Option<Language> {
    let mut hits = [0; Language::COUNT];
    for form in &mut scratch.forms {
        form.function_in = function_words.languages(words[form.first as usize].hash);
        for language in form.function_in.iter() {
            hits[language] += form.count as usize;
        }
    }
    // The first of equals.
    let (index, &most) = hits
        .iter()
        .enumerate()
        .rev()
        .max_by_key(|(_, hits)| **hits)?;
    (most * KNOWN_ONE_IN >= words.len()).then(|| Language::at(index))
}

fn mark_function_words(
    text: &str,
    words: &[Token],
    language: Option<Language>,
    scratch: &mut PhraseScratch,
) {
    let total = words.len() as u32;
    for form in &mut scratch.forms {
        form.function = if let Some(language) = language {
            form.function_in.contains(language)
        } else {
            let written = &text[words[form.first as usize].span.range()];
            form.count > 2
                && form.count.saturating_mul(FREQUENT_ONE_IN) >= total
                && written.chars().take(SHORT + 1).count() <= SHORT
        };
    }
}

fn number_stems(
    text: &str,
    words: &[Token],
    language: Option<Language>,
    scratch: &mut PhraseScratch,
) {
    let PhraseScratch {
        forms,
        form_of,
        stem_numbers,
        stems,
        stem_of,
        folded,
        cut,
        capitals_tell,
        ..
    } = scratch;
    *capitals_tell = !language.is_some_and(Language::capitalises_nouns);
    stem_numbers.clear();
    stems.clear();
    for form in forms.iter_mut() {
        let word = &words[form.first as usize];
        let written = &text[word.span.range()];
        let is_number = written.starts_with(|c: char| c.is_numeric());
        let (key, weight) = if form.function {
            (word.hash, FUNCTION)
        } else if is_unspaced(written) {
            (word.hash, LETTER)
        } else {
            folded.clear();
            if written.is_ascii() {
                // What `fold` does, without looking at each character.
                folded.push_str(written);
                folded.make_ascii_lowercase();
            } else {
                fold(written, folded);
            }
            let is_name = *capitals_tell && form.capitalised * 2 > form.inside;
            let weight = if is_name || is_number { NAME } else { ORDINARY };
            (stem(folded, cut), weight)
        };
        form.stem = stem_numbers.number(key);
        stems.resize(stem_numbers.len(), Stem::default());
        let stem = &mut stems[form.stem as usize];
        stem.weight = stem.weight.max(weight);
        stem.count += form.count;
    }
    stem_of.clear();
    stem_of.extend(form_of.iter().map(|&form| forms[form as usize].stem));
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

/// The stems of the words of another text, where this article has the same words.
pub(super) fn known_stems(words: &[Token], scratch: &PhraseScratch) -> Vec<u32> {
    let forms = words
        .iter()
        .filter_map(|word| scratch.form_numbers.get(word.hash));
    forms
        .map(|form| scratch.forms[form as usize].stem)
        .collect()
}
