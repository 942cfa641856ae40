//! Repeated phrasing within one article.
//!
//! In: the text of an article or its [`Document`], and the headline if known. Out: [`Phrasing`]: a
//! score, a verdict, and the families of recurring phrases with byte spans in the text.
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
//! 1. `segments`: paragraphs and sentences of the [`document`], in which wrapped
//!    lines are joined. About 60 words make a block.
//! 2. `keys`: a content word is stemmed (`stem`). Function words of the article's language keep their
//!    form. A few bits of a key rule out rare words.
//! 3. `weights`: function words weigh nothing; names and numbers weigh less than other words.
//! 4. `seeds`: runs of four words, and triples of content words with gaps, in at least three
//!    sentences; a `tally` rules out rare runs. Most honest articles have no seed, and the work ends
//!    here.
//! 5. `families`: overlapping seeds form a phrase. Its core is what half of the occurrences hold.
//! 6. `repeats`: sentences and paragraphs repeated word for word.
//! 7. `score`: seven measures of a family give a score. `forms` compares occurrences. `result`: the
//!    report.
//!
//! [`measures`](crate::measures) has the published measures of repetition.
//! [`template`](crate::template) finds text that many articles have in common.
//!
//! Time and memory are linear in the length of the text, for any text. No result depends on the CPU,
//! on the order of a hash map or on earlier articles.
//!
//! # Where the formulas are from
//!
//! | step | formula | from |
//! |---|---|---|
//! | stem | five letters at most | `McNamee`, Nicholas and Mayfield, SIGIR 2009; see `stem` |
//! | language | the language with most function words among the opening 256 words, at least one in eight | ours; most common words as in Grefenstette, "Comparing two language identification schemes", 1995 |
//! | weight of a word | 1; a name or number .4; a letter of a script without spaces .3; a function word 0 | ours: an honest article must repeat its names. A Chinese word has one and a half to two letters, and no capital marks a name |
//! | name | a capital in more than half of the uses where a capital tells | ours |
//! | seed | four words in a row that weigh 1.5, or three content words with gaps, in three sentences | ours: an honest article quotes its headline twice; skip-grams as in Guthrie et al., "A closer look at skip-gram modelling", 2006 |
//! | family | seeds that overlap in half of the rarer seed's sentences; the core is what half of the occurrences hold | ours: a majority, so that no third phrase can split a family |
//! | score of a family | logistic function of seven measures | logistic regression with weights at or above zero, rounded; `score` describes the fit |
//! | score of passages | 1 / (1 + exp(-40 (share - .1))), for the share of words in repeated passages | ours: real prose has at most .08, an article with a paragraph inserted twice at least .13 |
//! | score of the article | the greater score, times a factor that grows from 0 at .3 of the words in prose to 1 at .8 | ours: of 2,133 news articles one in a hundred has less than .8 |
//! | thresholds | .5 and .9 | ours: see [`PhraseSettings`] |
//!
//! # Measured
//!
//! `cargo run --release --example phrase_eval -- FILE`, at the default thresholds. 330 stuffed articles
//! of eleven kinds among 3,270 real articles and hard negatives: AUC .9996, recall .991 at 1% false
//! positives and .918 at .1%. The weights were fitted to these articles; `score` has figures for kinds
//! left out of the fit. Every article wrapped anew, each of its lines as a paragraph:
//!
//! | columns | empty lines | AUC | recall at 1% | at .1% |
//! |---|---|---|---|---|
//! | 30 | between paragraphs | .9996 | .994 | .924 |
//! | 40 | between paragraphs | .9996 | .994 | .924 |
//! | 50 | between paragraphs | .9967 | .991 | .921 |
//! | 72 | between paragraphs | .9996 | .994 | .924 |
//! | 30 | none | .9995 | .991 | .915 |
//! | 40 | none | .9978 | .982 | .903 |
//! | 50 | none | .9991 | .973 | .885 |
//! | 72 | none | .9996 | .994 | .918 |
//!
//! Of 221 recipes 56 are not prose, and 60, 62 and 91 of them wrapped at 30, 40 and 50 columns without
//! empty lines. Texts that were wrapped before (court reports, scripture) become lines of two lengths,
//! and most of these are not prose. No stuffed article becomes not prose.
//!
//! | kind, 30 articles each | above 1% | above .1% | repetitive | suspicious |
//! |---|---|---|---|---|
//! | calls to buy | 30 | 29 | 15 | 14 |
//! | loops | 30 | 28 | 22 | 6 |
//! | doorway pages | 30 | 26 | 18 | 8 |
//! | a paragraph twice or more | 30 | 30 | 25 | 5 |
//! | headings stuffed | 30 | 30 | 30 | 0 |
//! | headline inflected | 30 | 30 | 26 | 4 |
//! | headline now and then | 30 | 29 | 15 | 14 |
//! | headline verbatim | 30 | 30 | 27 | 3 |
//! | one opening, many endings | 30 | 30 | 19 | 11 |
//! | a refrain that ends paragraphs | 30 | 22 | 4 | 18 |
//! | one frame, its slots filled | 27 | 19 | 11 | 8 |
//!
//! Of the rest of that set 3 articles of 3,270 are flagged, all of them suspicious: 1 of 664 of news of
//! nine African countries, 1 of 341 of French news, 1 declaration of human rights. Flagged of other
//! news, all of it real:
//!
//! | articles | repetitive | suspicious | share |
//! |---|---|---|---|
//! | 2,225 English (BBC) | 0 | 1 | .04% |
//! | 7,200 Portuguese | 6 | 13 | .26% |
//! | 19,540 Chinese | 1 | 10 | .06% |
//! | 10,138 Arabic | 3 | 4 | .07% |
//! | 18,990 English wire notices | 16 | 27 | .23% |
//!
//! In German, French, Russian, Spanish, Portuguese, Italian, Dutch, Polish, Arabic, Chinese and
//! Japanese the tests (`tests/phrase`, `tests/phrase_languages.rs`) hold one stuffed article
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
mod forms;
pub(crate) mod keys;
mod repeats;
mod result;
mod score;
mod seeds;
pub(crate) mod segments;
pub(crate) mod sequence;
mod settings;
mod signal;
mod stem;
mod tally;
pub(crate) mod weights;

use crate::document::function_words::FunctionWords;
use crate::document::{self, Document, DocumentBuffer, LOOKED_AT};
use crate::error::Result;

use families::FamilyFinder;
use keys::{Headline, StemKeys};
use repeats::PassageFinder;
use seeds::Seeds;
use segments::Segments;
use weights::{WeighedArticle, WeighedStems};

pub use result::{PhraseFamily, Phrasing, Variant, Verdict};
pub use settings::PhraseSettings;
pub use signal::Signal;

/// Finds repeated phrasing in an article. A detector is built once and shared between threads; building
/// it hashes 2,000 function words.
#[derive(Clone, Debug)]
pub struct PhraseDetector {
    settings: PhraseSettings,
    function_words: FunctionWords,
}

/// Buffers for many articles. Results do not depend on earlier articles.
#[derive(Clone, Debug, Default)]
pub struct PhraseScratch {
    body: DocumentBuffer,
    title: DocumentBuffer,
    stages: Stages,
}

/// The stages in the order of the work. A stage owns its state and reads earlier stages.
#[derive(Clone, Debug, Default)]
struct Stages {
    segments: Segments,
    keys: StemKeys,
    weights: WeighedStems,
    seeds: Seeds,
    families: FamilyFinder,
    passages: PassageFinder,
}

impl PhraseDetector {
    /// A detector with the given settings.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if a threshold is not in 0 to 1, or
    /// `repetitive` is below `suspicious`.
    pub fn new(settings: PhraseSettings) -> Result<Self> {
        settings.check()?;
        Ok(Self {
            settings,
            function_words: FunctionWords::new(),
        })
    }

    /// The settings of the detector.
    pub fn settings(&self) -> &PhraseSettings {
        &self.settings
    }

    /// Finds repeated phrasing in `text`. Bytes beyond [`LOOKED_AT`] are ignored.
    ///
    /// Without a `headline`, a top line that looks like a headline is taken for it. Time is linear in
    /// the length of the text.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) if the headline is above
    /// [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn analyze(&self, text: &str, headline: Option<&str>) -> Result<Phrasing> {
        self.analyze_with(&mut PhraseScratch::default(), text, headline)
    }

    /// Finds repeated phrasing in `text`, reusing the buffers of `scratch` for many articles.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) if the headline is above
    /// [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn analyze_with(
        &self,
        scratch: &mut PhraseScratch,
        text: &str,
        headline: Option<&str>,
    ) -> Result<Phrasing> {
        let mut body = std::mem::take(&mut scratch.body);
        let found = body
            .read(document::head(text))
            .and_then(|document| self.analyze_document(scratch, document, headline));
        scratch.body = body;
        found
    }

    /// Finds repeated phrasing in a document, without tokenizing the text again. Of a text above
    /// [`LOOKED_AT`], the head is tokenized again, and the rest ignored.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) if the headline is above
    /// [`MAX_LEN`](crate::text::MAX_LEN) bytes.
    pub fn analyze_document(
        &self,
        scratch: &mut PhraseScratch,
        document: Document<'_>,
        headline: Option<&str>,
    ) -> Result<Phrasing> {
        let text = document.text();
        if text.len() > LOOKED_AT {
            // Where a text ends tells whether its lines are wrapped, so the head is cut alone.
            return self.analyze_with(scratch, text, headline);
        }
        let PhraseScratch { title, stages, .. } = scratch;
        let headline = headline.map(|headline| title.read(headline)).transpose()?;
        Ok(self.find(&document, headline.as_ref(), stages))
    }

    /// Runs the stages over a document.
    fn find(
        &self,
        document: &Document<'_>,
        headline: Option<&Document<'_>>,
        stages: &mut Stages,
    ) -> Phrasing {
        let Stages {
            segments,
            keys,
            weights,
            seeds,
            families,
            passages,
        } = stages;
        let functions = &self.function_words;
        segments.cut(document);
        let title = match (headline, segments.headline()) {
            (Some(headline), _) => Headline::Given(headline),
            (None, Some(line)) => Headline::Line(line),
            (None, None) => Headline::None,
        };
        keys.find(document, title, functions);
        weights.weigh_content(document, seeds::SENTENCES, functions, segments, keys);
        let headline = weights.headline_stems(keys);
        // Runs of letters hold function words; runs of words are told by their keys.
        if keys.has_letters {
            weights.weigh_functions(document, segments, keys);
        }
        seeds.gather(&headline, segments, keys, weights);
        let may_recur = passages.may_recur(document.words(), segments);
        let repeats = !seeds.hits.is_empty() || may_recur;
        if repeats && !keys.has_letters {
            weights.weigh_functions(document, segments, keys);
        }
        let mut found = Vec::new();
        if repeats {
            seeds.settle(segments, weights);
            found = families.find(seeds, segments, weights);
        }
        if may_recur {
            found.extend(passages.find(segments, weights));
        }
        let article = WeighedArticle {
            document,
            segments,
            weights,
            headline: &headline,
        };
        let judged = score::judge(found, &article);
        result::report(&article, &judged, &self.settings)
    }
}
