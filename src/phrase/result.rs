//! The report on an article.
//!
//! In: judged families. Out: [`Phrasing`], with spans in the caller's text.

use super::families::{Family, Occurrence};
use super::forms::forms;
use super::score::{self, JudgedFamily};
use super::segments::Paragraph;
use super::settings::PhraseSettings;
use super::signal::Signal;
use super::weights::{WeighedArticle, WeighedStems};
use crate::text::Span;

/// The repeated phrasing of an article.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Phrasing {
    /// The score, 0 to 1; about .02 without a recurring phrase. The score is not a probability.
    /// [`PhraseSettings`] gives measured thresholds.
    pub score: f64,
    /// The verdict.
    pub verdict: Verdict,
    /// The measures behind the score. `telling_phrase`: the score of the most telling family.
    /// `repeated_passages`: the share of words in sentences and paragraphs that repeat earlier
    /// ones. `prose`: the share of words in prose. The score is the greater of the telling phrase
    /// and a logistic function of the repeated passages, reduced for articles with little prose.
    pub signals: Vec<Signal>,
    /// Recurring phrases, the most telling first. Parts of a reported phrase are omitted.
    pub families: Vec<PhraseFamily>,
    /// Words in the article.
    pub words: usize,
    /// Sentences in the article.
    pub sentences: usize,
    /// Paragraphs in the article, headings included.
    pub paragraphs: usize,
}

/// A judgement of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Verdict {
    /// A phrase is worked into the article over and over.
    Repetitive,
    /// A reader should look.
    Suspicious,
    /// Only repetition that honest articles have.
    Fine,
    /// Not judged: verse, a list, a table or a statute. Families are reported nevertheless.
    NotProse,
}

/// A phrase with its occurrences.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PhraseFamily {
    /// The commonest form, in its earliest spelling.
    pub canonical: String,
    /// The occurrences in the order of the text, without overlap.
    pub occurrences: Vec<Span>,
    /// The forms, commonest first.
    pub variants: Vec<Variant>,
    /// The number of sentences that hold the phrase.
    pub sentences: usize,
    /// The number of sentences that hold the phrase, outside the line of the headline.
    pub body_sentences: usize,
    /// The number of paragraphs that hold the phrase.
    pub paragraphs: usize,
    /// The share of paragraphs that hold the phrase, 0 to 1.
    pub paragraph_share: f64,
    /// The share of words in occurrences, 0 to 1.
    pub word_share: f64,
    /// The share of occurrences in the commonest form, 0 to 1.
    pub verbatim: f64,
    /// The similarity of the forms, 0 to 1: the mean Jaccard similarity between the stems of an
    /// occurrence and the stems of the commonest form.
    pub form_similarity: f64,
    /// Whether the phrase is the headline.
    pub is_headline: bool,
    /// The score of the phrase, 0 to 1.
    pub score: f64,
    /// The measures behind the score, by name.
    pub signals: Vec<Signal>,
}

/// A form of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Variant {
    /// The earliest spelling, with runs of white space replaced by one space.
    pub form: String,
    /// The number of occurrences, ignoring case and punctuation.
    pub count: usize,
}

/// The share of prose up to which the score is 0: at most a third of a list of ingredients with its
/// method is prose.
const PROSE_NONE: f64 = 0.3;
/// The share of prose from which the score counts in full. Of 2,133 news articles one in a hundred
/// has less.
const PROSE_ALL: f64 = 0.8;

/// Turns judged families, best first, into a report.
pub(super) fn report(
    article: &WeighedArticle<'_>,
    judged: &[JudgedFamily],
    settings: &PhraseSettings,
) -> Phrasing {
    let total = article.document.words().len();
    let paragraphs = &article.segments.paragraphs;
    let in_prose = paragraphs.iter().filter(|paragraph| paragraph.prose);
    let prose: usize = in_prose.map(Paragraph::words).sum();
    let share = |part: usize| {
        if total == 0 {
            0.0
        } else {
            part as f64 / total as f64
        }
    };
    let prose = share(prose);
    let passages = judged.iter().filter(|judged| judged.family.passage);
    let repeated = passages.fold(0.0, |sum, judged| sum + judged.measures.repeated);
    let telling = judged.first().map_or(0.0, |family| family.score);
    let judgeable = ((prose - PROSE_NONE) / (PROSE_ALL - PROSE_NONE)).clamp(0.0, 1.0);
    let score = telling.max(score::of_repeated(repeated)) * judgeable;
    let verdict = if prose < settings.prose {
        Verdict::NotProse
    } else if score >= settings.repetitive {
        Verdict::Repetitive
    } else if score >= settings.suspicious {
        Verdict::Suspicious
    } else {
        Verdict::Fine
    };
    let families = judged.iter().take(settings.max_families);
    Phrasing {
        score,
        verdict,
        signals: vec![
            Signal::new("telling_phrase", telling),
            Signal::new("repeated_passages", repeated),
            Signal::new("prose", prose),
        ],
        families: families.map(|family| describe(family, article)).collect(),
        words: total,
        sentences: article.segments.sentences.len(),
        paragraphs: paragraphs.len(),
    }
}

fn describe(judged: &JudgedFamily, article: &WeighedArticle<'_>) -> PhraseFamily {
    let JudgedFamily {
        family,
        measures,
        score,
    } = judged;
    let words = article.document.words();
    let span = |place: &Occurrence| Span {
        start: words[place.start as usize].span.start,
        end: words[place.end as usize - 1].span.end,
    };
    let occurrences: Vec<Span> = family.places.iter().map(span).collect();
    let forms = forms(family, words);
    let commonest = forms.first().map_or(0, |form| form.first);
    let form_similarity = form_similarity(family, commonest, article.weights);
    let variants: Vec<Variant> = forms
        .into_iter()
        .map(|form| Variant {
            form: one_line(&article.document.text()[occurrences[form.first].range()]),
            count: form.count,
        })
        .collect();
    PhraseFamily {
        canonical: variants
            .first()
            .map_or_else(String::new, |variant| variant.form.clone()),
        occurrences,
        variants,
        sentences: measures.sentences,
        body_sentences: measures.body_sentences,
        paragraphs: measures.paragraphs,
        paragraph_share: measures.paragraphs as f64 / article.segments.paragraphs.len() as f64,
        word_share: measures.word_share,
        verbatim: measures.verbatim,
        form_similarity,
        is_headline: measures.is_headline,
        score: *score,
        signals: measures.signals().collect(),
    }
}

/// The mean Jaccard similarity of the occurrences' stems with the stems of occurrence `commonest`.
fn form_similarity(family: &Family, commonest: usize, weights: &WeighedStems) -> f64 {
    let stems = |place: &Occurrence| {
        let mut stems = weights.stem_of[place.range()].to_vec();
        stems.sort_unstable();
        stems.dedup();
        stems
    };
    let commonest = stems(&family.places[commonest]);
    let similarities = family.places.iter().map(|place| {
        let stems = stems(place);
        let both = stems
            .iter()
            .filter(|stem| commonest.binary_search(stem).is_ok());
        let both = both.count();
        both as f64 / (stems.len() + commonest.len() - both) as f64
    });
    similarities.sum::<f64>() / family.places.len() as f64
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
