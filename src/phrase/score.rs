//! The judgement of families: measures and a score.
//!
//! In: families and the weighed article. Out: the [`FamilyScore`] of every family.
//!
//! score = 1 / (1 + exp([`MIDDLE`] - Σ wᵢ mᵢ)), over the seven measures mᵢ and weights wᵢ of
//! [`TERMS`]. A measure looks at one difference between a phrase worked into an article and a term of
//! the article's subject. A phrase worked in stands evenly over the article. The phrase is long, says
//! something beyond names, has its words in one order, ends paragraphs, or is the headline.
//!
//! # Fit
//!
//! The weights were fitted by logistic regression on the most telling family of an article, with
//! weights at or above zero, and rounded: 330 articles with eleven kinds of stuffing against 3,270 real
//! articles and hard negatives, and 41,765 articles of English and Chinese news with a tenth of the
//! weight. `examples/phrase_fit.rs` fits them anew to any labelled articles and prints what is left on
//! kinds that were left out of the fit: recall .983 at 1% false positives and .811 at .1% on these
//! articles. The weights below have .991 and .918; weights fitted anew to all have .994 and .894, so
//! they were left as they are.
//!
//! A phrase in fewer than three sentences of the body has too few places for these measures. It is
//! scored as a repeated passage, by the share of words that stood before in one form.
//!
//! Measures that were tried and dropped: the share of words, the share of the commonest form, the
//! share of occurrences that end a paragraph (more refrains are found, but articles with lists of
//! credits come out first), and the share of slots filled differently each time (no weight).

use super::families::{Family, Occurrence};
use super::forms::{commonest_frame, forms};
use super::seeds::SENTENCES;
use super::signal::Signal;
use super::weights::{
    CaseEvidence, FUNCTION, LETTER, NAME, ORDINARY, WeighedArticle, WeighedStems,
};
use crate::kit::ids::StemNumber;

/// A measure and its weight in the score.
struct Term {
    name: &'static str,
    weight: f64,
}

/// The measures of a family, in the order of [`FamilyScore::values`].
const TERMS: [Term; 7] = [
    // Binary logarithm of the sentences that hold the phrase, minus one. The line of the headline does
    // not count.
    Term {
        name: "recurrence",
        weight: 0.6,
    },
    // Blocks of about 60 words that hold the phrase, minus one, over all blocks plus one: in a short
    // article two or three mentions are everywhere.
    Term {
        name: "spread",
        weight: 7.0,
    },
    // Words of the core, function words included, up to ten. A term of the subject is short.
    Term {
        name: "length",
        weight: 0.5,
    },
    // Share of the occurrences that end a sentence: a refrain does, a noun seldom.
    Term {
        name: "sentence_ends",
        weight: 3.0,
    },
    // Weight of the core beside names, in ordinary words, up to five.
    Term {
        name: "meaning",
        weight: 0.6,
    },
    // Spread times the share of the headline that the core holds. A core that says little beside names
    // counts less, and a core of two words does not count: it is the subject of the article.
    Term {
        name: "headline_spread",
        weight: 8.0,
    },
    // Share of the occurrences with the commonest sequence of content words: the frame, whatever fills
    // its slots.
    Term {
        name: "regularity",
        weight: 5.0,
    },
];

/// The sum at which a score is one half.
const MIDDLE: f64 = 17.2;

/// The largest recurrence that counts, 33 sentences: in a long text any term has more.
const MOST_RECURRENCE: f64 = 5.0;
/// The largest length that counts, in words. Chosen by hand.
const LONGEST: f64 = 10.0;
/// The largest meaning that counts, in ordinary words. Chosen by hand.
const MOST_MEANING: f64 = 5.0;

/// Ordinary words of a headline that says more than a subject. Chosen by hand.
const SAYS_SOMETHING: f64 = 2.0;

/// Words of a core that names a subject and is no headline ("Camera phones"), if both are ordinary
/// words. A trade and a town ("Locksmith in Denver") are a headline.
const SUBJECT_WORDS: usize = 2;

/// The share of weight that the core and the headline must each have in the other for the family to
/// be the headline. Chosen by hand.
const HEADLINE_SHARE: f64 = 0.5;

/// The share of words in repeated passages at which the score is one half. No real article in prose
/// has more than .08. Articles with a paragraph inserted twice or more have at least .13.
const REPEATED_MIDDLE: f64 = 0.1;
/// The slope of the logistic function: .02 from the middle the score is .31 or .69.
const REPEATED_SLOPE: f64 = 40.0;

/// The measures of a family.
#[derive(Clone, Debug)]
pub(super) struct FamilyScore {
    pub(super) sentences: usize,
    /// Sentences outside the headline line.
    pub(super) body_sentences: usize,
    pub(super) paragraphs: usize,
    pub(super) word_share: f64,
    pub(super) verbatim: f64,
    pub(super) is_headline: bool,
    /// The share of words in occurrences below the headline after the first, times the share of
    /// occurrences in the commonest form: what is repeated is the same word for word.
    pub(super) repeated: f64,
    /// The values, in the order of [`TERMS`].
    values: [f64; TERMS.len()],
}

impl FamilyScore {
    pub(super) fn new(family: &Family, article: &WeighedArticle<'_>) -> Self {
        let &WeighedArticle {
            document,
            segments,
            weights,
            headline,
        } = article;
        let text = document.words();
        let sentence_of = &segments.sentence_of;
        let places = &family.places;
        let sentence = |place: &Occurrence| segments.sentence(place.start);
        let share = |words: u32| f64::from(words) / sentence_of.len() as f64;
        let part = |places: usize| places as f64 / family.places.len() as f64;
        let words = |places: &[Occurrence]| places.iter().map(Occurrence::words).sum();

        // Where the phrase stands. The line of the headline is no use of the headline.
        let title = segments.headline();
        let in_title = |place: &&Occurrence| {
            title.is_some_and(|title| title.start <= place.start && place.end <= title.end)
        };
        let body: Vec<Occurrence> = places
            .iter()
            .filter(|place| !in_title(place))
            .copied()
            .collect();
        let of_title = usize::from(body.len() < places.len());
        let holding = distinct(places.iter().map(|place| sentence_of[place.start as usize]));
        let paragraphs = distinct(places.iter().map(|place| sentence(place).paragraph));
        let blocks = segments.sentences.last().map_or(0, |last| last.block) + 1;
        let blocks_holding = distinct(places.iter().map(|place| sentence(place).block));
        let spread = (blocks_holding as f64 - 1.0) / (f64::from(blocks) + 1.0);
        let word_share = share(words(places));
        let commonest = forms(family, text).first().map_or(0, |form| form.count);
        let verbatim = part(commonest);
        let ends = places
            .iter()
            .filter(|place| sentence(place).end == place.end)
            .count();
        // What the phrase says, and what it has of the headline.
        let [core_in_headline, headline_in_core] = overlap(&family.core, headline, weights);

        let meaning = if is_name(family, weights) {
            0.0
        } else {
            meaning(&family.core, weights).min(MOST_MEANING)
        };

        let is_subject = family.core.len() <= SUBJECT_WORDS && meaning >= family.core.len() as f64;
        let says_something = if is_subject {
            0.0
        } else {
            (meaning / SAYS_SOMETHING).min(1.0)
        };
        let body_sentences = holding - of_title;

        Self {
            sentences: holding,
            body_sentences,
            paragraphs,
            word_share,
            verbatim,
            is_headline: core_in_headline.min(headline_in_core) >= HEADLINE_SHARE,
            repeated: verbatim * share(words(body.get(1..).unwrap_or_default())),
            values: [
                libm::log2((body_sentences.max(2) - 1) as f64).min(MOST_RECURRENCE),
                spread,
                length(&family.core, weights).min(LONGEST),
                part(ends),
                meaning,
                spread * headline_in_core * says_something,
                part(commonest_frame(family, weights)),
            ],
        }
    }

    /// The score, 0 to 1.
    pub(super) fn score(&self) -> f64 {
        if self.body_sentences < SENTENCES as usize {
            return of_repeated(self.repeated);
        }
        let terms = self.values.iter().zip(&TERMS);
        let sum: f64 = terms.map(|(value, term)| value * term.weight).sum();
        logistic(sum - MIDDLE)
    }

    pub(super) fn signals(&self) -> impl Iterator<Item = Signal> {
        let named = TERMS.iter().zip(self.values);
        named.map(|(term, value)| Signal::new(term.name, value))
    }
}

/// The score of repeated passages, by their share of words.
pub(super) fn of_repeated(share: f64) -> f64 {
    logistic(REPEATED_SLOPE * (share - REPEATED_MIDDLE))
}

/// The number of distinct values in a sorted sequence.
fn distinct<T: PartialEq + Copy>(numbers: impl Iterator<Item = T>) -> usize {
    let mut last = None;
    numbers
        .filter(|&number| last.replace(number) != Some(number))
        .count()
}

/// The share of the core's weight in the headline, and of the headline's weight in the core.
fn overlap(core: &[StemNumber], headline: &[StemNumber], weights: &WeighedStems) -> [f64; 2] {
    let weight = |stems_of: &mut dyn Iterator<Item = &StemNumber>| -> u32 {
        stems_of.map(|&stem| weights.weight(stem)).sum()
    };
    let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    let both = weight(
        &mut headline
            .iter()
            .filter(|stem| core.binary_search(stem).is_ok()),
    );
    [
        share(both, weight(&mut core.iter())),
        share(both, weight(&mut headline.iter())),
    ]
}

/// The number of words in the core. A letter of a script without spaces counts by its weight.
fn length(core: &[StemNumber], weights: &WeighedStems) -> f64 {
    let letters = core
        .iter()
        .filter(|&&stem| weights.weight(stem) == LETTER)
        .count();
    (core.len() - letters) as f64 + letters as f64 * f64::from(LETTER) / f64::from(ORDINARY)
}

/// Weight of the core beside names, in ordinary words.
fn meaning(core: &[StemNumber], weights: &WeighedStems) -> f64 {
    let weights = core.iter().map(|&stem| weights.weight(stem));
    let tenths: u32 = weights.filter(|&weight| weight != NAME).sum();
    f64::from(tenths) / f64::from(ORDINARY)
}

/// Content words of the longest name told by its capitals alone: longer phrases in capitals are
/// titles. Chosen by hand.
const NAME_WORDS: usize = 3;

/// Whether the phrase is a name made of ordinary words ("Northern Rock"): short, with capitals in
/// most places where a capital tells.
fn is_name(family: &Family, weights: &WeighedStems) -> bool {
    let has_content = |stem: StemNumber| weights.weight(stem) > FUNCTION && family.has(stem);
    if family
        .core
        .iter()
        .filter(|stem| has_content(**stem))
        .count()
        > NAME_WORDS
    {
        return false;
    }
    let [mut capitals, mut others] = [0, 0];
    for at in family.places.iter().flat_map(Occurrence::range) {
        match weights.case_of[at] {
            _ if !has_content(weights.stem_of[at]) => {}
            CaseEvidence::Unknown => {}
            CaseEvidence::Lower => others += 1,
            CaseEvidence::Capital => capitals += 1,
        }
    }
    capitals > others
}

/// A family, its measures and its score.
#[derive(Clone, Debug)]
pub(super) struct JudgedFamily {
    pub(super) family: Family,
    pub(super) measures: FamilyScore,
    pub(super) score: f64,
}

/// Scores families and sorts them, the most telling first, equals in the order of the text. Drops
/// families that are parts of more telling families.
pub(super) fn judge(families: Vec<Family>, article: &WeighedArticle<'_>) -> Vec<JudgedFamily> {
    let judged = families.into_iter().map(|family| {
        let measures = FamilyScore::new(&family, article);
        let score = measures.score();
        JudgedFamily {
            family,
            measures,
            score,
        }
    });
    let mut judged: Vec<JudgedFamily> = judged.collect();
    let start = |judged: &JudgedFamily| judged.family.places.first().map(|place| place.start);
    judged.sort_by(|a, b| b.score.total_cmp(&a.score).then(start(a).cmp(&start(b))));
    if !judged.is_empty() {
        drop_parts(&mut judged, article.document.words().len());
    }
    judged
}

/// Drops families with at least half of their occurrences inside earlier families.
fn drop_parts(judged: &mut Vec<JudgedFamily>, words: usize) {
    let mut taken = vec![false; words];
    judged.retain(|judged| {
        let places = &judged.family.places;
        let within = places
            .iter()
            .filter(|place| taken[place.range()].contains(&true))
            .count();
        let is_part = within * 2 >= places.len();
        if !is_part {
            for place in places {
                taken[place.range()].fill(true);
            }
        }
        !is_part
    });
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}
