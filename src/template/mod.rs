//! Templates over many articles.
//!
//! In: articles, each with the group of near-duplicates that it belongs to. Out: for each article
//! a [`Scaffold`]: its sentences and headings that articles on other matters have too, with a
//! score; for all of them [`Templates`]: fixed runs and slots, each use, what stands in each slot.
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
//! assert_eq!(&texts[1][frame.uses[1].slots[0].range()], "old fan");
//! # Ok::<(), reprint::Error>(())
//! ```
//!
//! # Two passes
//!
//! A [`TemplateLearner`] takes the articles, in any order and in batches, and gives a
//! [`TemplateModel`]. The model judges articles, the same ones or others; a [`TemplateCollector`]
//! does so and gathers the templates. No text is kept by the model, so that the articles may come
//! from a stream that is read twice; or once, if what comes later is judged by what was learned of
//! articles before. [`find`] does it all for articles in memory.
//!
//! # How
//!
//! 1. `roles`: each word is a function word, a content word, a name as told by its capitals, or a
//!    number.
//! 2. `units`: an article is cut into sentences and short lines. Each gives the runs of four words
//!    (eight letters in scripts without spaces) that hold two content words or more; numbers and
//!    names are exchanged for one mark, so that a frame is the same whatever fills it. A short line
//!    gives a hash of the whole too. Runs of words as evidence of copying: Broder, "On the
//!    resemblance and containment of documents" (1997); masking what fills slots is ours.
//! 3. `index`: for each such gram up to 16 articles that hold it.
//! 4. `judge`: a unit is shared with another article that holds a quarter of its grams, two at
//!    least, or the whole line. Two others are needed. (Ours: a frame of ten words with two slots
//!    keeps two or three of its seven grams.)
//! 5. `stories`: articles that tell the same story share sentences as well; such others don't
//!    count. What two articles have in common outside the units that they share is weighed by how
//!    few articles have it: names and longer numbers; in scripts without capitals and in German all
//!    words, a third as much; letters by three in scripts without spaces, a sixth. A specific that
//!    one article in 2<sup>b</sup> has weighs b bits (inverse document frequency, Spärck Jones,
//!    1972), less 4 for what is everybody's, or less 1 if the shared units are filled in with the
//!    same names and numbers. 12 bits make it one story, or 9 of the second kind; 24 if the units
//!    are filled in differently, as a scaffold's are and copied background's are not. (The bounds
//!    are ours, chosen on the sets below.) A unit is of a story if half of its others tell that.
//! 6. The score: n is how many passages another article shares, the mean of the four that share
//!    most; sentences in a row that are the same word for word are one passage, as copied
//!    background is. w is the share of the article's words in shared units.
//!    score = 1 / (1 + exp(-3 (n + 2 w - 2.5))): three units shared with the same four articles, or
//!    two that make up a quarter of the text. One boilerplate line makes no template. The form is
//!    ours.
//! 7. `collect`: units that share grams are one template, as seeds are one phrase family within an
//!    article, if half of their words are in common (longest common subsequence, by Hyyrö's
//!    bit-parallel way, 2004); `align`: its fixed words are those that six uses in ten have in one
//!    order (Wagner and Fischer, 1974).
//!
//! Articles of one group count as one, so that ten reprints of one story are no template: give the
//! number of the [group](crate::group) to each article. Exact copies are one without.
//!
//! # Cost
//!
//! Time is linear in the length of all texts; the second pass costs about as much as the first.
//! Memory of the model while it learns: 9 bytes for each gram of each article, of which one of 3 KB
//! has about 300, and 4 for each of 128 specifics at most. Afterwards only grams of two articles or
//! more are left, one in eight. When they would take more than [`TemplateSettings::max_bytes`],
//! only those whose hash divides by 2 (then 4, 8...) are kept: sentences are then told by fewer
//! grams, and short ones are missed ([`TemplateModel::kept_one_in`]); and fewer specifics of each
//! article, so that the same story is told less surely ([`TemplateModel::specifics_kept_one_in`]). A
//! collector is bounded by the same setting, and drops the uses in some articles
//! ([`Templates::kept_one_in`]). What is kept depends on the articles alone, not on their order or
//! the number of threads.
//!
//! # What it does not find
//!
//! A template of two articles, nor in a short text one of three; a frame without five fixed words in
//! a row, or four twice; one of function words alone, unless it is a line; in scripts without
//! capitals, a frame whose slots are less than four words apart; a scaffold whose sentences stand
//! side by side word for word, with nothing filled in, counts as one passage. Articles are told
//! apart by 24 bits: of a million one in 17 counts as one with another, and far above that templates
//! of few articles are lost.
//!
//! Taken for a template and none: background of a story that stands in so many of the articles that
//! its names are everybody's (a country's one scandal), retold in words that are nearly the same;
//! statements that many reports quote. Taken for a story and none: units that are filled in with
//! the same names each time in articles on one subject, such as interviews with all candidates of
//! one election.
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
//! AUC .9998, recall 1.000 at 1% false positives and .967 at .1%; they were run at
//! each step, and the bounds of stories were chosen by reading the Portuguese news below. No
//! ordinary article reaches .5.
//!
//! What is templated of unlabelled news, and how many of 20 drawn by lot are of a scaffold, by eye:
//!
//! | articles | templated | of 20 | what they are; what the others are |
//! |---|---|---|---|
//! | 2,225 BBC | 1 | | |
//! | 10,138 Arabic | 170 | 19 | weather, fixtures, trade figures; a trial retold |
//! | 7,200 Portuguese | 64 | 8 | digests, statements, a column's frame; one scandal retold |
//! | 19,540 Chinese | 3,179 | 17 | formulas of one bulletin's state news; a mourning, a hero retold |
//! | 52,000 Reuters | 4,951 | 18 | earnings, market reports, indicators; deals and cases retold |
//!
//! What is wrongly taken is nearly all of one kind: the background of a long story, copied from day
//! to day into articles that bring other news and so stand in no group.

mod align;
mod collect;
mod index;
mod judge;
mod roles;
mod stories;
mod units;

use crate::document::DocumentBuffer;
use crate::document::function_words::FunctionWords;
use crate::error::{Error, Result};
use crate::hash;
use crate::kit::parallel;
use crate::phrase::{LOOKED_AT, Signal};
use crate::text::Span;

use index::{GramIndex, GramPostings};
use judge::JudgeScratch;
use stories::{Stories, StoryBook};
use units::ArticleUnits;

pub use collect::{Piece, Template, TemplateCollector, TemplateKind, Templates, Use};

/// Articles that are learned at a time.
const BATCH: usize = 512;

/// Settings of a [`TemplateLearner`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct TemplateSettings {
    /// Memory for what is learned, in bytes, 64 KiB or more; a collector may take as much again. By
    /// default 1 GiB: enough for 250,000 articles of 3 KB without loss.
    pub max_bytes: usize,
    /// The lowest score of a templated article, 0 to 1. By default .5.
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
    /// Its text, of which the first MiB is looked at.
    pub text: &'t str,
    /// The group of near-duplicates that it belongs to, by a number of the caller's. Without one
    /// it is a group of its own, with its exact copies.
    pub group: Option<u64>,
    /// Where it was published.
    pub source: Option<&'t str>,
}

impl<'t> TemplateArticle<'t> {
    /// An article that is alone in its group.
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

    /// The part of its text that is looked at.
    fn looked_at(&self) -> &'t str {
        &self.text[..self.text.floor_char_boundary(LOOKED_AT)]
    }

    /// Its number in postings: a hash, so that those with the smallest are a fair sample.
    fn number(&self) -> u32 {
        index::article_number(match self.group {
            Some(group) => hash::finish(hash::finish(group.wrapping_add(1))),
            None => hash::token(self.text.as_bytes()),
        })
    }
}

/// The first pass: learns which articles share what.
#[derive(Clone, Debug)]
pub struct TemplateLearner {
    settings: TemplateSettings,
    function_words: FunctionWords,
    postings: GramPostings,
    stories: StoryBook,
    articles: usize,
}

/// What was learned from many articles. JudgedUnit between threads.
#[derive(Clone, Debug)]
pub struct TemplateModel {
    settings: TemplateSettings,
    function_words: FunctionWords,
    index: GramIndex,
    stories: Stories,
    articles: usize,
}

/// Space that is used for one article after another.
#[derive(Clone, Debug, Default)]
struct TemplateScratch {
    body: DocumentBuffer,
    units: ArticleUnits,
    judge: JudgeScratch,
}

/// One in so many bytes is for what tells stories apart, the rest for grams.
const STORIES_ONE_IN: usize = 8;

impl TemplateLearner {
    /// A learner with these settings.
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

    /// Learns articles, in parallel. Order and batches do not matter.
    ///
    /// # Errors
    ///
    /// None at present: of a long text the first MiB is looked at.
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

    /// What was learned.
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
    /// The settings it was learned with.
    pub fn settings(&self) -> &TemplateSettings {
        &self.settings
    }

    /// Articles learned.
    pub fn articles(&self) -> usize {
        self.articles
    }

    /// One in so many grams was kept: 1 if memory was enough, else 2, 4, 8...
    pub fn kept_one_in(&self) -> u64 {
        1 << self.index.level()
    }

    /// Of the names, numbers and words that tell an article's story, 128 divided by this were kept at
    /// most: 1 if memory was enough, else 2, 4, 8... up to 128. The fewer, the less surely two
    /// articles are told to have the same story, which then counts as a template.
    pub fn specifics_kept_one_in(&self) -> u64 {
        self.stories.kept_one_in() as u64
    }

    /// What an article shares with those that were learned. It may be one of them or another.
    ///
    /// # Errors
    ///
    /// None at present: of a long text the first MiB is looked at.
    pub fn judge(&self, article: &TemplateArticle<'_>) -> Result<Scaffold> {
        self.judge_with(article, &mut TemplateScratch::default())
    }

    /// A second pass that gathers templates.
    pub fn collector(&self) -> TemplateCollector<'_> {
        TemplateCollector::new(self)
    }

    /// As [`judge`](Self::judge); the units of the article stay in `scratch`.
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

/// What an article has in common with articles on other matters.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Scaffold {
    /// How much of a filled-in template it is, 0 to 1; .0006 if it shares nothing.
    pub score: f64,
    /// Whether the score is [`TemplateSettings::templated`] or more.
    pub templated: bool,
    /// What made the score: `shared_together`, the passages that another article shares, the mean
    /// of the four that share most; `word_share`, the share of words in shared units. Those of the
    /// same story don't count.
    pub signals: Vec<Signal>,
    /// Its sentences and headings that two others or more have too, in the order of the text.
    pub units: Vec<SharedUnit>,
}

/// A sentence or heading that others have too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SharedUnit {
    /// Where it stands, from the first word to the last.
    pub span: Span,
    /// What it is.
    pub kind: UnitKind,
    /// Other articles known to share it, 2 or more; for a common one a sample.
    pub others: usize,
    /// Its number among the units of the article.
    #[cfg_attr(feature = "serde", serde(skip))]
    number: usize,
}

/// What a shared unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum UnitKind {
    /// A short line of its own without a full stop.
    Heading,
    /// A sentence of a template, or boilerplate.
    Sentence,
    /// A sentence that only articles on the same story share: copied background.
    Story,
}

/// How fast the score rises around [`MIDDLE`].
const SLOPE: f64 = 3.0;
/// The evidence at which the score is one half.
const MIDDLE: f64 = 2.5;
/// What a text that is all template counts for, in units.
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

    /// Where template and boilerplate stand, in order: what to leave out before articles are
    /// matched. Copied background of the same story stays in.
    pub fn spans(&self) -> Vec<Span> {
        let units = self.units.iter();
        let units = units.filter(|unit| unit.kind != UnitKind::Story);
        units.map(|unit| unit.span).collect()
    }
}

/// `text` without these spans, which must be in order, and the marks that follow each.
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

/// Learns `articles`, judges each and gathers their templates.
///
/// # Errors
///
/// As [`TemplateLearner::new`] and [`TemplateLearner::learn`].
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
