//! Templates over many articles.
//!
//! In: articles, with the number of their group of near-duplicates. Out: a [`Scaffold`] for every
//! article: a score, and the sentences and headings shared with articles on other subjects. For the
//! corpus [`Templates`]: fixed runs, slots, uses, and the filling of every slot.
//!
//! ```
//! use reprint::template::{Piece, TemplateArticle, TemplateKind, find};
//!
//! let fill = |firm: &str, part: &str, story: &str| format!(
//!     "{story} wrote to us on Monday.\nOwners often ask {firm} why the {part} makes so much noise.\n\
//!      Our workshop cleans and replaces every {part} within two days.\nRead our guide before you call."
//! );
//! let texts = [
//!     fill("Halden Energy", "pump", "A baker"),
//!     fill("Castle Mining", "old fan", "Two nurses"),
//!     fill("Norvik Shipping", "gearbox", "Nobody at the quay"),
//!     fill("Quarry Steel", "belt", "The choir"),
//! ];
//! let articles = texts.each_ref().map(|text| TemplateArticle::new(text));
//! let (scaffolds, found) = find(&articles, Default::default())?;
//! assert!(scaffolds.iter().all(|scaffold| scaffold.templated));
//!
//! let mut frames = found.templates.iter().filter(|template| template.kind == TemplateKind::Frame);
//! let frame = frames.find(|frame| frame.pieces.len() == 3).expect("one slot");
//! let fixed = |text: &str| Piece::Fixed(text.to_owned());
//! assert_eq!(
//!     frame.pieces,
//!     [fixed("Our workshop cleans and replaces every"), Piece::Slot, fixed("within two days")]
//! );
//! let used = frame.uses.iter().find(|used| used.article == 1).expect("all four use it");
//! assert_eq!(&texts[1][used.slots[0].range()], "old fan");
//! # Ok::<(), reprint::Error>(())
//! ```
//!
//! # Two passes
//!
//! A [`TemplateLearner`] takes articles, in any order and in batches, and gives a [`TemplateModel`].
//! The model judges learned articles and new articles alike. A [`TemplateCollector`] judges articles
//! and gathers the templates. The model keeps no text: articles may come from a stream that is read
//! twice. A stream that is read once works too, if later articles are judged by a model of earlier
//! articles. [`find`] runs both passes over articles in memory.
//!
//! # How
//!
//! 1. `roles`: a word is a function word, a content word, a name (by its capitals), or a number.
//! 2. `units`: an article is cut into sentences and short lines. A unit gives its grams: runs of four
//!    words (eight letters in scripts without spaces) with at least two content words. One mark
//!    replaces names and numbers, so that a frame keeps its grams whatever fills its slots. A short
//!    line also gives a hash of the line. Runs of words as evidence of copying: Broder, "On the
//!    resemblance and containment of documents" (1997). Masking slots is ours.
//! 3. `index`: a gram leads to at most 16 articles that hold it.
//! 4. `judge`: another article shares a unit if it holds a quarter of the unit's grams and at least
//!    two, or the short line. A shared unit needs two other articles. (Ours: a frame of ten words
//!    with two slots keeps two or three of its seven grams.)
//! 5. `stories`: articles on one story share sentences too, and do not count. Two articles are
//!    compared outside their shared units, by what few articles mention: names and longer numbers.
//!    In German and in scripts without capitals every word counts a third; in scripts without spaces
//!    three letters in a row count a sixth. A specific in one article of 2<sup>b</sup> weighs b bits
//!    (inverse document frequency, Spärck Jones, 1972), minus 4 bits for common knowledge, or minus 1
//!    bit if equal names and numbers fill the shared units. Two articles tell one story from 12 bits,
//!    or 9 bits in the latter case. The bound is 24 bits if different names and numbers fill the
//!    units: a scaffold is filled in anew, copied background is not. Several shared headings with few
//!    shared sentences are an outline, never a story. (The bounds are ours, chosen on the sets
//!    below.) A unit belongs to a story if at least half of the sharing articles tell that story.
//! 6. The score: n is the number of passages that another article shares, averaged over the four
//!    articles that share most. Consecutive sentences that agree word for word are one passage:
//!    copied background looks like that. w is the share of the article's words in shared units.
//!    score = 1 / (1 + exp(-3 (n + 2 w - 2.5))). Three units shared with four articles reach one
//!    half; so do two units that make up a quarter of the text. One boilerplate line never does. The
//!    form is ours.
//! 7. `collect`: units that share grams form one template if half of their words are common (longest
//!    common subsequence, by Hyyrö's bit-parallel way, 2004). `align`: a word is fixed if six uses in
//!    ten have it in order (Wagner and Fischer, 1974).
//!
//! Articles of one group count as one article: ten reprints of a story are no template. Hand the
//! number of the [group](crate::group) to every article. Exact copies form a group by themselves.
//!
//! No result depends on the order of the articles or on the number of threads. The representative of
//! a template and the order of its uses follow from groups and texts.
//!
//! # Cost
//!
//! Time is linear in the total length of the texts. The second pass costs about as much as the first
//! pass. While it learns, a model takes 9 bytes a gram (an article of 3 KB has about 300 grams) and 4
//! bytes a specific (at most 128 an article). A finished model keeps only grams of at least two
//! articles, about one gram in eight. [`TemplateSettings::max_bytes`] bounds the memory. A model that
//! would exceed the bound keeps only grams whose hash divides by 2 (then 4, 8...). Short sentences are
//! then missed ([`TemplateModel::kept_one_in`]), and articles on one story are told apart less surely
//! ([`TemplateModel::specifics_kept_one_in`]). A collector has the same bound and drops the uses in
//! some articles ([`Templates::kept_one_in`]).
//!
//! # What it does not find
//!
//! - A template of two articles.
//! - In a short text, a template of three articles, unless it is an outline of headings.
//! - A frame without five fixed words in a row or two runs of four.
//! - A frame of function words alone, unless it is a line.
//! - In scripts without capitals, a frame with less than four words between slots.
//! - A scaffold of consecutive sentences with nothing filled in: it counts as one passage.
//!
//! Article numbers have 24 bits. In a million articles one number in 17 is taken twice; far above a
//! million, templates of few articles are lost.
//!
//! Wrongly taken for templates: the background of a story that half of a corpus tells, retold in
//! nearly equal words, and statements that many reports quote. Wrongly taken for a story: units with
//! equal names in every article on one subject, such as interviews with the candidates of one
//! election.
//!
//! # Measured
//!
//! `cargo run --release --example template_eval -- FILE`: 92 articles of five kinds of generated
//! scaffolds among 1,200 of news:
//!
//! | kind | articles | above 1% of the news | above .1% | templated |
//! |---|---|---|---|---|
//! | data exchanged in a report | 10 | 10 | 10 | 10 |
//! | doorway pages | 30 | 30 | 30 | 30 |
//! | frames of a blog | 8 | 8 | 8 | 8 |
//! | headings | 24 | 24 | 24 | 24 |
//! | slots in lower case | 20 | 20 | 17 | 16 |
//! | BBC news | 639 | 0 | 0 | 0 |
//! | news of nine African countries | 561 | 12 | 1 | 0 |
//!
//! AUC .9998, recall 1.000 at 1% false positives and .967 at .1%. The bounds of stories were chosen
//! by reading the Portuguese news below, with these figures in view. No ordinary article reaches .5.
//!
//! Templated articles of unlabelled news, and the number of true scaffolds among 20 drawn by lot:
//!
//! | articles | templated | of 20 | scaffolds; errors |
//! |---|---|---|---|
//! | 2,225 BBC | 1 | | |
//! | 10,138 Arabic | 170 | 19 | weather, fixtures, trade figures; a trial retold |
//! | 7,200 Portuguese | 64 | 8 | digests, statements, a column's frame; one scandal retold |
//! | 19,540 Chinese | 3,179 | 17 | formulas of one bulletin's state news; a mourning, a hero retold |
//! | 52,000 Reuters | 4,951 | 18 | earnings, market reports, indicators; deals and cases retold |
//!
//! Nearly every error is the background of a long story, copied from day to day into articles with
//! new leads, which therefore stand in no group.

mod align;
mod collect;
mod index;
mod judge;
mod roles;
mod stories;
mod units;

use crate::document::function_words::FunctionWords;
use crate::document::{self, DocumentBuffer};
use crate::error::{Error, Result};
use crate::hash;
use crate::kit::ids::UnitNumber;
use crate::kit::parallel;
use crate::phrase::Signal;
use crate::text::Span;

use index::{ArticleHash, GramIndex, GramPostings};
use judge::JudgeScratch;
use stories::{Stories, StoryBook};
use units::ArticleUnits;

pub use collect::{Piece, Template, TemplateCollector, TemplateKind, Templates, Use};

/// Articles learned in one batch: 1.5 MB of texts and grams at 3 KB an article.
const BATCH: usize = 512;

/// Settings of a [`TemplateLearner`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct TemplateSettings {
    /// Memory of the model in bytes, at least 64 KiB. A collector may take an equal amount. The default
    /// of 1 GiB is enough for 250,000 articles of 3 KB without loss.
    pub max_bytes: usize,
    /// The lowest score of a templated article, 0 to 1; .5 by default.
    pub templated: f64,
}

impl Default for TemplateSettings {
    fn default() -> Self {
        Self {
            max_bytes: 1 << 30,
            templated: 0.5,
        }
    }
}

/// An article to be learned or judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateArticle<'t> {
    /// The text. Bytes beyond 1 MiB are ignored.
    pub text: &'t str,
    /// The number that the caller gives to the group of near-duplicates. Without a number, an
    /// article and its exact copies form a group.
    pub group: Option<u64>,
    /// The publisher.
    pub source: Option<&'t str>,
}

impl<'t> TemplateArticle<'t> {
    /// An article without near-duplicates and without a source.
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            group: None,
            source: None,
        }
    }

    /// With the number of its group.
    #[must_use]
    pub fn group(self, group: Option<u64>) -> Self {
        Self { group, ..self }
    }

    /// With its source.
    #[must_use]
    pub fn source(self, source: Option<&'t str>) -> Self {
        Self { source, ..self }
    }

    /// The text up to 1 MiB.
    fn looked_at(&self) -> &'t str {
        document::head(self.text)
    }

    /// The number of the article in postings. Numbers are hashes, so that the smallest numbers are a
    /// fair sample.
    fn number(&self) -> ArticleHash {
        ArticleHash::of(match self.group {
            Some(group) => hash::finish(hash::finish(group.wrapping_add(1))),
            None => hash::token(self.text.as_bytes()),
        })
    }
}

/// The learning pass: records the grams and specifics of articles.
#[derive(Clone, Debug)]
pub struct TemplateLearner {
    settings: TemplateSettings,
    function_words: FunctionWords,
    postings: GramPostings,
    stories: StoryBook,
    articles: usize,
}

/// The grams and specifics of many articles. A model can be shared between threads.
#[derive(Clone, Debug)]
pub struct TemplateModel {
    settings: TemplateSettings,
    function_words: FunctionWords,
    index: GramIndex,
    stories: Stories,
    articles: usize,
}

/// Buffers that are reused from article to article.
#[derive(Clone, Debug, Default)]
struct TemplateScratch {
    body: DocumentBuffer,
    units: ArticleUnits,
    judge: JudgeScratch,
}

/// The share of the memory for specifics is 1 / 8; grams take the rest. A model of 3 KB articles has
/// 2,700 bytes of grams and at most 512 bytes of specifics an article.
const STORIES_ONE_IN: usize = 8;

impl TemplateLearner {
    /// A learner with the given settings.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if a setting is out of its range.
    pub fn new(settings: TemplateSettings) -> Result<Self> {
        const LEAST: usize = 64 << 10;
        if settings.max_bytes < LEAST {
            return Err(Error::invalid(
                "max_bytes",
                format!(
                    "template setting max_bytes is {}; it must be {LEAST} or more",
                    settings.max_bytes
                ),
            ));
        }
        if !(0.0..=1.0).contains(&settings.templated) {
            return Err(Error::invalid(
                "templated",
                format!(
                    "template setting templated is {}; it must be 0 to 1",
                    settings.templated
                ),
            ));
        }
        let for_stories = settings.max_bytes / STORIES_ONE_IN;
        Ok(Self {
            function_words: FunctionWords::new(),
            postings: GramPostings::new(settings.max_bytes - for_stories),
            stories: StoryBook::new(for_stories),
            settings,
            articles: 0,
        })
    }

    /// Learns articles in parallel, in time linear in their length. The order of articles and the size
    /// of batches do not matter.
    ///
    /// # Errors
    ///
    /// None at present: a long text is cut at 1 MiB.
    pub fn learn(&mut self, articles: &[TemplateArticle<'_>]) -> Result<()> {
        for batch in articles.chunks(BATCH) {
            let function_words = &self.function_words;
            let learned = parallel::map_with(batch, |article, scratch: &mut TemplateScratch| {
                let TemplateScratch { body, units, .. } = scratch;
                units.set(&body.read(article.looked_at())?, function_words);
                Ok((article.number(), units.keys(), stories::keys(units)))
            });
            let learned = learned.into_iter().collect::<Result<Vec<_>>>()?;
            let grams = learned
                .iter()
                .map(|(article, grams, _)| (*article, &**grams));
            self.postings.add(grams);
            for (article, _, keys) in &learned {
                self.stories.add(*article, keys);
            }
            self.articles += batch.len();
        }
        Ok(())
    }

    /// The model of the learned articles. Sorting the postings takes most of the time.
    pub fn finish(self) -> TemplateModel {
        TemplateModel {
            settings: self.settings,
            function_words: self.function_words,
            index: self.postings.finish(),
            stories: self.stories.finish(),
            articles: self.articles,
        }
    }
}

impl TemplateModel {
    /// The settings of the learner.
    pub fn settings(&self) -> &TemplateSettings {
        &self.settings
    }

    /// The number of learned articles.
    pub fn articles(&self) -> usize {
        self.articles
    }

    /// The inverse of the share of grams kept: 1 if the memory was enough, otherwise 2, 4, 8...
    pub fn kept_one_in(&self) -> u64 {
        1 << self.index.level()
    }

    /// An article keeps at most 128 divided by this number of names, numbers and words: 1 if the memory
    /// was enough, otherwise 2, 4, 8... up to 128. With few specifics, articles on one story may count
    /// as a template.
    pub fn specifics_kept_one_in(&self) -> u64 {
        self.stories.kept_one_in() as u64
    }

    /// The units that an article shares with learned articles. The article itself may be learned or
    /// new. Time is linear in the length of the text.
    ///
    /// # Errors
    ///
    /// None at present: a long text is cut at 1 MiB.
    pub fn judge(&self, article: &TemplateArticle<'_>) -> Result<Scaffold> {
        self.judge_with(article, &mut TemplateScratch::default())
    }

    /// The gathering pass over articles.
    pub fn collector(&self) -> TemplateCollector<'_> {
        TemplateCollector::new(self)
    }

    /// Judges an article and leaves its units in `scratch`.
    fn judge_with(
        &self,
        article: &TemplateArticle<'_>,
        scratch: &mut TemplateScratch,
    ) -> Result<Scaffold> {
        let TemplateScratch { body, units, judge } = scratch;
        units.set(&body.read(article.looked_at())?, &self.function_words);
        let judged = judge::judge(article.number(), units, &self.index, &self.stories, judge);
        Ok(Scaffold::new(units, &judged, self.settings.templated))
    }
}

/// The text that an article shares with articles on other subjects.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Scaffold {
    /// The score of a filled-in template, 0 to 1; .0006 for an article that shares nothing.
    pub score: f64,
    /// Whether the score is at least [`TemplateSettings::templated`].
    pub templated: bool,
    /// The measures behind the score. `shared_together`: the number of shared passages, averaged over
    /// the four articles that share most. `word_share`: the share of words in shared units. Articles
    /// on one story do not count.
    pub signals: Vec<Signal>,
    /// Sentences and headings shared with at least two other articles, in the order of the text.
    pub units: Vec<SharedUnit>,
}

/// A sentence or heading shared with other articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SharedUnit {
    /// The bytes of the text, including the words at both ends.
    pub span: Span,
    /// The kind of unit.
    pub kind: UnitKind,
    /// The number of other articles known to share the unit, at least 2. For a common unit a sample of
    /// articles is known.
    pub others: usize,
    /// The number of the unit in the article.
    #[cfg_attr(feature = "serde", serde(skip))]
    number: UnitNumber,
}

/// The kind of a shared unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum UnitKind {
    /// A short line without a full stop.
    Heading,
    /// A sentence of a template, or boilerplate.
    Sentence,
    /// Copied background: only articles on one story share the sentence.
    Story,
}

/// The slope of the score at [`MIDDLE`], times four. Chosen by hand: one more shared unit takes a score
/// from .5 to .95.
const SLOPE: f64 = 3.0;
/// The evidence at a score of one half, in units. Chosen by hand: two shared units are not enough, three
/// are.
const MIDDLE: f64 = 2.5;
/// The evidence of a text that is all template, in units. Chosen by hand: short articles have few
/// units.
const WHOLE_TEXT: f64 = 2.0;

impl Scaffold {
    fn new(units: &ArticleUnits, judged: &judge::JudgedArticle, templated: f64) -> Self {
        let mut words = 0;
        let shared = judged.shared.iter().map(|shared| {
            let unit = &units.all[shared.unit];
            let kind = match (shared.is_story, unit.is_line) {
                (true, _) => UnitKind::Story,
                (_, true) => UnitKind::Heading,
                _ => UnitKind::Sentence,
            };
            if kind != UnitKind::Story {
                words += unit.words;
            }
            SharedUnit {
                span: unit.span,
                kind,
                others: shared.others,
                number: shared.unit,
            }
        });
        let shared = shared.collect();
        let together = judged.together;
        let word_share = f64::from(words) / units.word_count.max(1) as f64;
        let evidence = together + WHOLE_TEXT * word_share;
        let score = 1.0 / (1.0 + libm::exp(SLOPE * (MIDDLE - evidence)));
        Self {
            score,
            templated: score >= templated,
            signals: vec![
                Signal::new("shared_together", together),
                Signal::new("word_share", word_share),
            ],
            units: shared,
        }
    }

    /// The spans of template and boilerplate, in order, to be left out before matching. Copied
    /// background stays in.
    pub fn spans(&self) -> Vec<Span> {
        let units = self.units.iter();
        let units = units.filter(|unit| unit.kind != UnitKind::Story);
        units.map(|unit| unit.span).collect()
    }
}

/// `text` without the given spans, which must be in order, and without the marks behind a span. Time is
/// linear in the length of the text.
///
/// ```
/// use reprint::template::without;
/// use reprint::text::Span;
///
/// let text = "It rained. Subscribe to our letter! It stopped.";
/// assert_eq!(without(text, &[Span { start: 11, end: 34 }]), "It rained.  It stopped.");
/// ```
pub fn without(text: &str, spans: &[Span]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        let Some(before) = text.get(from..span.start as usize) else {
            continue;
        };
        kept.push_str(before);
        let tail = &text[span.end as usize..];
        let marks = tail.find(|c: char| c.is_whitespace() || c.is_alphanumeric());
        from = text.len() - tail.len() + marks.unwrap_or(tail.len());
    }
    kept.push_str(&text[from..]);
    kept
}

/// Learns `articles`, judges every article and gathers the templates: both passes in one call.
///
/// # Errors
///
/// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) if a setting is out of its range.
pub fn find(
    articles: &[TemplateArticle<'_>],
    settings: TemplateSettings,
) -> Result<(Vec<Scaffold>, Templates)> {
    let mut learner = TemplateLearner::new(settings)?;
    learner.learn(articles)?;
    let model = learner.finish();
    let mut collector = model.collector();
    let mut scaffolds = Vec::with_capacity(articles.len());
    for batch in articles.chunks(BATCH) {
        scaffolds.extend(collector.add(batch)?);
    }
    Ok((scaffolds, collector.finish()))
}
