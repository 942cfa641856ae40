//! Repeated phrasing within one article.
//!
//! In: the text of an article, and its headline if known. Out: [`Phrasing`]: the families of
//! phrases that recur, each occurrence as a byte span of the caller's text; a score; a verdict.
//!
//! ```
//! use reprint::phrase::{PhraseDetector, PhraseSettings, Verdict};
//!
//! let places = ["Norbury", "Elmsea", "Ashwold", "Quarne", "Little Thole", "Marrow"];
//! let paragraphs = places.map(|place| {
//!     format!("Buses from {place} were late. Residents fear the closure of the old cattle market.")
//! });
//! let text = paragraphs.join("\n\n");
//! let headline = Some("Residents fear the closure of the old cattle market");
//! let found = PhraseDetector::new(PhraseSettings::default())?.analyze(&text, headline)?;
//! assert_eq!(found.verdict, Verdict::Repetitive, "{}", found.score);
//! let family = &found.families[0];
//! assert_eq!(family.canonical, "Residents fear the closure of the old cattle market");
//! assert_eq!(family.occurrences.len(), 6);
//! assert_eq!(&text[family.occurrences[5].range()], family.canonical);
//! # Ok::<(), reprint::Error>(())
//! ```
//!
//! # How
//!
//! 1. `segments`: lines are paragraphs, cut into sentences; about 60 words make a block.
//! 2. `keys`: each word is stemmed (`stem`), unless it is a function word (`function_words`) of the
//!    article's language; what comes often enough is told by a few bits of its hash.
//! 3. `weights`: each of these is weighed: function words nothing, names and numbers less than
//!    other words.
//! 4. `seeds`: runs of four words and gapped triples of content words in three sentences or more,
//!    by a `tally`. In most honest articles there is none, and the work ends here.
//! 5. `families`: seeds that overlap are one phrase; its core is what half of its occurrences hold.
//! 6. `repeats`: sentences and paragraphs that come again word for word.
//! 7. `score`: seven measures of a family, one score; `result`: the report.
//!
//! The published measures of repetition stand in [`measures`](crate::measures); what many articles
//! have in common, [`template`](crate::template) finds.
//!
//! Time and memory are linear in the length of the text, whatever it holds. No result depends on
//! the CPU, the order of a hash map or an article seen before.
//!
//! # Where the formulas are from
//!
//! | step | formula | from |
//! |---|---|---|
//! | stem | the first five letters | `McNamee`, Nicholas and Mayfield, SIGIR 2009; see `stem` |
//! | language | that with most of its function words among the first 256 words, one in eight at least | ours; most common words as in Grefenstette, "Comparing two language identification schemes", 1995 |
//! | weight of a word | 1; a name or number .4, a letter of a script without spaces .3, a function word 0 | ours: an honest article must repeat its names, and a Chinese word has one and a half to two letters, of which no capital tells a name |
//! | name | in capitals in more than half of its uses where a capital tells | ours |
//! | seed | four words in a row of 1.5 at least, or three content words with gaps, in three sentences | ours: two are how an honest article quotes its own headline; skip-grams as in Guthrie et al., "A closer look at skip-gram modelling", 2006 |
//! | family | seeds that overlap in half of the rarer one's sentences; the core is what half of the places hold | ours: more than half of the evidence, so that no third phrase can tear it apart |
//! | score of a family | logistic function of seven measures | fitted by logistic regression, held above zero and rounded; see `score`, which says on what |
//! | score of passages | 1 / (1 + exp(-40 (share - .1))), of words in passages that stood before | ours: of real prose none has more than .08, of articles with a paragraph put in twice the fewest have .13 |
//! | score of the article | the greater of both, times the share of words in prose, from none at .3 to all at .8 | ours: of 2,133 news articles one in a hundred has less than .8 |
//! | thresholds | .5 and .9 | ours: see [`PhraseSettings`] |
//!
//! # Measured
//!
//! `cargo run --release --example phrase_eval -- FILE`, at the default thresholds. 330 stuffed
//! articles of eleven kinds among 3,270 real ones and hard negatives: AUC .9994, recall .988 at 1%
//! false positives and .906 at .1%. The weights were fitted to these articles; `score` says what is
//! left of it on kinds and articles that were left out of the fit.
//!
//! | kind, 30 articles each | above 1% | above .1% | repetitive | suspicious |
//! |---|---|---|---|---|
//! | calls to buy | 30 | 29 | 15 | 14 |
//! | loops | 30 | 26 | 22 | 6 |
//! | doorway pages | 30 | 26 | 18 | 9 |
//! | a paragraph twice or more | 30 | 30 | 25 | 5 |
//! | headings stuffed | 30 | 30 | 30 | 0 |
//! | headline inflected | 30 | 30 | 27 | 3 |
//! | headline now and then | 30 | 29 | 16 | 13 |
//! | headline verbatim | 30 | 30 | 27 | 3 |
//! | one opening, many endings | 30 | 30 | 19 | 11 |
//! | a refrain that ends paragraphs | 30 | 21 | 4 | 18 |
//! | one frame, its slots filled | 26 | 18 | 11 | 8 |
//!
//! Of the rest of that set 6 articles of 3,270 are flagged: 3 of 664 of news of nine African
//! countries, 1 of 341 of French news, 1 declaration of human rights, 1 that quotes a sentence over
//! and over. Flagged of other news, all of it real:
//!
//! | articles | repetitive | suspicious | share |
//! |---|---|---|---|
//! | 2,225 English (BBC) | 2 | 1 | .13% |
//! | 7,200 Portuguese | 6 | 14 | .28% |
//! | 19,540 Chinese | 1 | 10 | .06% |
//! | 10,138 Arabic | 3 | 4 | .07% |
//! | 18,990 English wire notices | 12 | 18 | .16% |
//!
//! In German, French, Russian, Spanish, Portuguese, Italian, Dutch, Polish, Arabic, Chinese and
//! Japanese the tests (`tests/phrase.rs`, `tests/phrase_languages.rs`) hold one stuffed article
//! and, in most, an honest one each.
//!
//! # What it does not find
//!
//! A phrase of one or two content words, unless it is the headline; a phrase in two sentences,
//! unless they are the same word for word; a frame whose fixed words are nearly all function words
//! ("What is the ... of the ...?"); synonyms. In scripts without capitals long names weigh as
//! other words do, and may make an honest article suspicious; so may the units of a market report
//! ("cents a share, compared with"). Statutes are told from prose by their layout alone.

mod families;
pub(crate) mod keys;
mod repeats;
mod result;
mod score;
mod seeds;
pub(crate) mod segments;
mod stem;
mod tally;
pub(crate) mod weights;

use crate::error::{Error, Result};
use crate::hash;
use crate::text::{Cutter, Token};

use crate::document::function_words::{FunctionWords, Language};
use crate::kit::numbering::Numbering;
use families::{Found, Link, Mark, Place};
use keys::{Headline, Sieve};
use repeats::RunHashes;
use score::Measures;
use seeds::{Content, Hit, Spread};
use segments::{Paragraph, Sentence};
use stem::Stemmer;
use tally::Tally;
use weights::{Case, Recurring, Stem};

pub use result::{PhraseFamily, Phrasing, Signal, Variant, Verdict};

/// Bytes of an article that are looked at: some hundred pages. A phrase that is worked into every
/// paragraph shows by then, and the memory it takes, 60 bytes for each byte of text, stays bounded.
pub(crate) const LOOKED_AT: usize = 1 << 20;

/// Settings of a [`PhraseDetector`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct PhraseSettings {
    /// The lowest score that is [`Verdict::Repetitive`]. 0 to 1, at least `suspicious`. By default
    /// .9: of 91,103 news articles in English, Chinese, Arabic and Portuguese, 15 score so high; of
    /// 330 stuffed ones, 214.
    pub repetitive: f64,
    /// The lowest score that is [`Verdict::Suspicious`]. 0 to 1. By default .5: of the same news
    /// articles 78 score so high, many of them with a paragraph that really stands there twice; of
    /// the stuffed ones, 304. Both thresholds were chosen with these articles in view.
    pub suspicious: f64,
    /// An article with a smaller share of words in prose is [`Verdict::NotProse`]. 0 to 1.
    pub prose: f64,
    /// How many families are reported at most, the most telling first.
    pub max_families: usize,
}

impl Default for PhraseSettings {
    fn default() -> Self {
        Self {
            repetitive: 0.9,
            suspicious: 0.5,
            prose: 0.5,
            max_families: 20,
        }
    }
}

/// Finds repeated phrasing in one article at a time. Built once, shared between threads.
#[derive(Clone, Debug)]
pub struct PhraseDetector {
    settings: PhraseSettings,
    function_words: FunctionWords,
}

/// What the work on an article needs, kept from one to the next. Results do not depend on it.
#[derive(Clone, Debug, Default)]
pub struct PhraseScratch {
    cutter: Cutter,
    words: Vec<Token>,
    title_words: Vec<Token>,
    pub(crate) sentences: Vec<Sentence>,
    pub(crate) paragraphs: Vec<Paragraph>,
    /// By word: its sentence, key, case, and number of its stem.
    sentence_of: Vec<u32>,
    pub(crate) keys: Vec<u64>,
    key_sieve: Sieve,
    /// Nothing if it is not known.
    pub(crate) language: Option<Language>,
    /// Whether a letter of a script without spaces is among the words.
    has_letters: bool,
    tally: Tally,
    /// Words whose stem comes often.
    recurring: Vec<Recurring>,
    plain: Vec<u32>,
    case_of: Vec<Case>,
    stem_of: Vec<u32>,
    /// Hashes of the headline's stems.
    headline_keys: Vec<u64>,
    stemmer: Stemmer,
    stem_numbers: Numbering,
    stems: Vec<Stem>,
    /// Whether a capital tells a name from another noun.
    capitals_tell: bool,
    /// Content words of the sentence at hand that recur.
    content: Vec<Content>,
    seed_numbers: Numbering,
    seeds: Vec<Spread>,
    sieve: Vec<u8>,
    /// Sentences that must hold a phrase of this article.
    fewest: u32,
    hits: Vec<Hit>,
    link_numbers: Numbering,
    links: Vec<Link>,
    /// By seed: another of its family, in the end the first.
    family_of: Vec<u32>,
    open: Vec<Option<Place>>,
    places: Vec<Place>,
    marks: Vec<Mark>,
    run_hashes: RunHashes,
    passage_numbers: Numbering,
    passages: Vec<Place>,
}

impl PhraseDetector {
    /// A detector with these settings.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if a threshold is not in 0 to 1, or
    /// `repetitive` is below `suspicious`.
    pub fn new(settings: PhraseSettings) -> Result<Self> {
        for (name, value) in [
            ("repetitive", settings.repetitive),
            ("suspicious", settings.suspicious),
            ("prose", settings.prose),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(Error::setting(format!(
                    "phrase setting {name} is {value}; it must be 0 to 1"
                )));
            }
        }
        if settings.repetitive < settings.suspicious {
            return Err(Error::setting(format!(
                "phrase setting repetitive ({}) is below suspicious ({})",
                settings.repetitive, settings.suspicious
            )));
        }
        Ok(Self {
            settings,
            function_words: FunctionWords::new(),
        })
    }

    /// The settings it was built with.
    pub fn settings(&self) -> &PhraseSettings {
        &self.settings
    }

    /// Finds what repeats in `text`, of which only the first MiB is looked at.
    ///
    /// Without a `headline` the first line is taken for it if it looks like one.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) if the headline is above
    /// [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn analyze(&self, text: &str, headline: Option<&str>) -> Result<Phrasing> {
        self.analyze_with(&mut PhraseScratch::default(), text, headline)
    }

    /// As [`analyze`](Self::analyze), for many articles: memory in `scratch` is used again.
    ///
    /// # Errors
    ///
    /// As [`analyze`](Self::analyze).
    pub fn analyze_with(
        &self,
        scratch: &mut PhraseScratch,
        text: &str,
        headline: Option<&str>,
    ) -> Result<Phrasing> {
        let text = &text[..text.floor_char_boundary(LOOKED_AT)];
        let mut words = std::mem::take(&mut scratch.words);
        let mut given = std::mem::take(&mut scratch.title_words);
        let cut = scratch.cutter.words(text, &mut words);
        let cut = cut.and_then(|()| scratch.cutter.words(headline.unwrap_or(""), &mut given));
        let found = cut.map(|()| {
            self.find(
                text,
                &words,
                headline.map(|title| (title, &*given)),
                scratch,
            )
        });
        (scratch.words, scratch.title_words) = (words, given);
        found
    }

    /// Finds what repeats in some words; the headline comes with its own.
    fn find(
        &self,
        text: &str,
        words: &[Token],
        headline: Option<(&str, &[Token])>,
        scratch: &mut PhraseScratch,
    ) -> Phrasing {
        segments::cut(text, words, scratch);
        let line = segments::headline(&scratch.paragraphs);
        let title = match (headline, line) {
            (Some((headline, words)), _) => Headline::Given(headline, words),
            (None, Some(line)) => Headline::Line(line),
            (None, None) => Headline::None,
        };
        let functions = &self.function_words;
        keys::find(text, words, title, functions, scratch);
        weights::weigh_content(text, words, seeds::SENTENCES, functions, scratch);
        let mut headline = weights::headline_stems(scratch);
        headline.sort_unstable();
        headline.dedup();
        if scratch.has_letters {
            weights::weigh_functions(text, words, scratch);
        }
        seeds::gather(&headline, scratch);
        let passages = repeats::may_recur(words, scratch);
        if scratch.hits.is_empty() && !passages {
            return result::report(text, words, &[], &self.settings, scratch);
        }
        if !scratch.has_letters {
            weights::weigh_functions(text, words, scratch);
        }
        seeds::settle(scratch);
        let mut found = families::find(scratch);
        if passages {
            found.extend(repeats::find(scratch));
        }
        let mut judged: Vec<Judged> = found
            .into_iter()
            .map(|found| Judged::new(found, words, &headline, scratch))
            .collect();
        judged.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.start().cmp(&b.start())));
        drop_parts(&mut judged, scratch);
        result::report(text, words, &judged, &self.settings, scratch)
    }
}

/// A family with its measures and score.
struct Judged {
    found: Found,
    measures: Measures,
    score: f64,
}

impl Judged {
    fn new(found: Found, words: &[Token], headline: &[u32], scratch: &PhraseScratch) -> Self {
        let measures = Measures::of(&found, words, headline, scratch);
        let score = measures.score();
        Self {
            found,
            measures,
            score,
        }
    }

    fn start(&self) -> Option<u32> {
        self.found.places.first().map(|place| place.start)
    }
}

/// Hashes a sequence of numbers.
fn hash_of(numbers: &[u32]) -> u64 {
    numbers.iter().fold(numbers.len() as u64, |hash, &number| {
        hash::finish(hash.wrapping_add(u64::from(number) + 1))
    })
}

/// What a word is multiplied by for each word after it.
pub(crate) const FACTOR: u64 = hash::GOLDEN;

/// Hashes words in their order, without regard to case.
fn hash_of_words(words: &[Token]) -> u64 {
    let sum = words.iter().fold(words.len() as u64, |hash, word| {
        hash.wrapping_mul(FACTOR).wrapping_add(word.hash)
    });
    hash::finish(sum)
}

/// Hashes a sequence of hashes.
pub(crate) fn hash_of_hashes(hashes: &[u64]) -> u64 {
    hashes.iter().fold(hashes.len() as u64, |hash, &next| {
        hash::finish(hash.wrapping_add(next))
    })
}

/// Drops each family most of whose places lie within those of families before it.
fn drop_parts(judged: &mut Vec<Judged>, scratch: &PhraseScratch) {
    let mut taken = vec![
        false;
        if judged.is_empty() {
            0
        } else {
            scratch.stem_of.len()
        }
    ];
    judged.retain(|family| {
        let places = &family.found.places;
        let within = places
            .iter()
            .filter(|place| taken[place.range()].contains(&true))
            .count();
        let part = within * 2 >= places.len();
        if !part {
            for place in places {
                taken[place.range()].fill(true);
            }
        }
        !part
    });
}
