//! What is reported of one article.
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

/// What was found in one article.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Phrasing {
    /// How repetitive the article is, 0 to 1; about .018 if no phrase recurs. Not a probability:
    /// where to set the threshold is measured, see [`PhraseSettings`].
    pub score: f64,
    /// What the score means, or why it means nothing.
    pub verdict: Verdict,
    /// What made the score: `telling_phrase`, the score of the first family; `repeated_passages`,
    /// the share of words in sentences and paragraphs that stood in the article before; `prose`,
    /// the share of words in prose. The greater of the first two counts (the second through a
    /// logistic function), less so the less of the article is prose.
    pub signals: Vec<Signal>,
    /// Phrases that recur, the most telling first. Parts of a reported phrase are not reported.
    pub families: Vec<PhraseFamily>,
    /// Words in the article.
    pub words: usize,
    /// Sentences in the article.
    pub sentences: usize,
    /// Paragraphs in the article, headings included.
    pub paragraphs: usize,
}

/// A judgement of one article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Verdict {
    /// One phrase is worked into the article over and over.
    Repetitive,
    /// It may be so; a reader should look.
    Suspicious,
    /// Nothing repeats that an honest article would not repeat.
    Fine,
    /// Verse, a list, a table or a statute: what repeats is reported without a judgement.
    NotProse,
}

/// A phrase and all its occurrences.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PhraseFamily {
    /// The commonest form, as first written.
    pub canonical: String,
    /// Where it stands, in the order of the text; no two overlap.
    pub occurrences: Vec<Span>,
    /// Its forms, the commonest first.
    pub variants: Vec<Variant>,
    /// Sentences that hold it.
    pub sentences: usize,
    /// Paragraphs that hold it.
    pub paragraphs: usize,
    /// Share of the article's paragraphs that hold it, 0 to 1.
    pub paragraph_share: f64,
    /// Share of the article's words in its occurrences, 0 to 1.
    pub word_share: f64,
    /// Share of its occurrences in the commonest form, 0 to 1.
    pub verbatim: f64,
    /// How alike its forms are, 0 to 1: the mean over the occurrences of the share of stems that
    /// each has in common with the commonest form, of all stems of both.
    pub form_similarity: f64,
    /// Whether it is the headline.
    pub is_headline: bool,
    /// How telling it is, 0 to 1.
    pub score: f64,
    /// What made its score, each measure by name.
    pub signals: Vec<Signal>,
}

/// One form of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Variant {
    /// As first written, each run of white space one space.
    pub form: String,
    /// Occurrences in this form; case and punctuation do not count.
    pub count: usize,
}

/// With no larger share of words in prose, nothing is scored...
const PROSE_NONE: f64 = 0.3;
/// ...and with this share all is. Of 2,133 news articles one in a hundred has less.
const PROSE_ALL: f64 = 0.8;

/// Turns the judged families, best first, into a report.
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

/// The mean Jaccard similarity of the occurrences' stems with those of one of them.
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
