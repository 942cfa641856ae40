//! From shared units to templates.
//!
//! In: the articles once more, judged against the model. Out: [`Templates`]: which units are one
//! template, its fixed runs and slots, each use, and which templates are used together.

use std::ops::Range;

use super::align;
use super::judge::OTHERS;
use super::units::{Kind, Units};
use super::{Scaffold, SharedUnit, TemplateArticle, TemplateModel, UnitKind, map_with_scratch};
use crate::error::Result;
use crate::hash;
use crate::parallel;
use crate::phrase::numbering::Numbering;
use crate::text::{Span, Token};

/// All templates that were found.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Templates {
    /// Those of most articles first.
    pub templates: Vec<Template>,
    /// Templates that are used together, as places in `templates`: the scaffold of an article.
    /// Each has two or more, and each template stands in one at most.
    pub scaffolds: Vec<Vec<usize>>,
}

/// A sentence or heading that articles fill in or repeat.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Template {
    /// What it is.
    pub kind: TemplateKind,
    /// Its fixed runs and slots in order.
    pub pieces: Vec<Piece>,
    /// Where it is used, in the order in which the articles were added.
    pub uses: Vec<Use>,
    /// Articles that use it; those of one group are one.
    pub articles: usize,
    /// Sources of these; articles without a source are of one.
    pub sources: usize,
}

/// What a template is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TemplateKind {
    /// A short line of its own without a full stop.
    Heading,
    /// A sentence with slots, filled with different words.
    Frame,
    /// A sentence that comes word for word: a newsletter call, an agency's credit.
    Boilerplate,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Piece {
    /// Words that stand there each time, as one of the uses has them.
    Fixed(String),
    /// What differs.
    Slot,
}

/// One use of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Use {
    /// The article, by the order in which it was added.
    pub article: usize,
    /// Where it stands.
    pub span: Span,
    /// What stands in each slot, in the order of the slots; an empty span for nothing.
    pub slots: Vec<Span>,
    /// What stands in each slot, each run of white space one space.
    pub filled: Vec<String>,
}

/// The second pass: judges articles and gathers what they share.
///
/// Memory: about 40 bytes for each word of shared units, and 8 for each of their grams.
#[derive(Debug)]
pub struct TemplateCollector<'m> {
    model: &'m TemplateModel,
    articles: usize,
    found: Vec<FoundUse>,
    text: String,
    words: Vec<Token>,
    keys: Vec<u64>,
}

/// A shared unit of an article.
#[derive(Clone, Debug)]
struct FoundUse {
    article: usize,
    group: u32,
    source: u64,
    unit: SharedUnit,
    /// Where its text starts in that of all.
    text: usize,
    words: Range<usize>,
    keys: Range<usize>,
}

impl<'m> TemplateCollector<'m> {
    pub(super) fn new(model: &'m TemplateModel) -> Self {
        Self {
            model,
            articles: 0,
            found: Vec::new(),
            text: String::new(),
            words: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Judges articles, in parallel, and gathers what they share. Articles are numbered from 0 in
    /// the order of all calls.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`](crate::ErrorKind::TextTooLong) if a text is above
    /// [`MAX_LEN`](crate::text::MAX_LEN) bytes; then none of these articles is added.
    pub fn add(&mut self, articles: &[TemplateArticle<'_>]) -> Result<Vec<Scaffold>> {
        let model = self.model;
        let judged = map_with_scratch(articles, |article, scratch| {
            model.judge_units(article, scratch)
        })?;
        let mut scaffolds = Vec::with_capacity(judged.len());
        for (article, (units, scaffold)) in articles.iter().zip(judged) {
            self.gather(article, &units, &scaffold);
            scaffolds.push(scaffold);
            self.articles += 1;
        }
        Ok(scaffolds)
    }

    fn gather(&mut self, article: &TemplateArticle<'_>, units: &Units, scaffold: &Scaffold) {
        for &unit in scaffold
            .units
            .iter()
            .filter(|unit| unit.kind != UnitKind::Story)
        {
            let source = &units.all[unit.number];
            let words = &units.words[source.words.start as usize..source.words.end as usize];
            let first_word = self.words.len();
            self.words.extend_from_slice(words);
            let first_key = self.keys.len();
            let grams = units.grams(source).iter();
            let grams = grams.filter(|gram| gram.kind != Kind::Filled);
            let known = grams.filter(|gram| !self.model.postings.get(gram.key).is_empty());
            self.keys.extend(known.map(|gram| gram.key));
            self.found.push(FoundUse {
                article: self.articles,
                group: article.number(),
                source: article
                    .source
                    .map_or(0, |source| hash::token(source.as_bytes())),
                unit,
                text: self.text.len(),
                words: first_word..self.words.len(),
                keys: first_key..self.keys.len(),
            });
            self.text.push_str(&article.text[unit.span.range()]);
        }
    }

    /// The templates of all articles added.
    pub fn finish(self) -> Templates {
        let mut by_root: Vec<(u32, usize)> = self.roots().into_iter().zip(0..).collect();
        by_root.sort_unstable();
        let families: Vec<&[(u32, usize)]> = by_root.chunk_by(|a, b| a.0 == b.0).collect();
        let settled = parallel::map(&families, |family| {
            let uses: Vec<Worded<'_>> = family
                .iter()
                .map(|&(_, at)| Worded::new(&self.found[at], &self.words))
                .collect();
            let alike = alike(&uses).into_iter();
            alike
                .filter_map(|uses| self.settle(&uses))
                .collect::<Vec<_>>()
        });
        let mut templates: Vec<Template> = settled.into_iter().flatten().collect();
        templates.sort_by_key(|template| {
            let first = &template.uses[0];
            (
                std::cmp::Reverse(template.articles),
                first.article,
                first.span,
            )
        });
        let scaffolds = together(&templates, self.articles);
        Templates {
            templates,
            scaffolds,
        }
    }

    /// By use, the family of its grams.
    fn roots(&self) -> Vec<u32> {
        let mut numbers = Numbering::default();
        let numbered: Vec<u32> = self.keys.iter().map(|&key| numbers.number(key)).collect();
        let sequences = self.found.iter().map(|found| &numbered[found.keys.clone()]);
        let mut links = Links::of(sequences.clone(), numbers.len());
        let roots = sequences.map(|keys| {
            let mut roots: Vec<u32> = keys.iter().map(|&key| links.root(key)).collect();
            roots.sort_unstable();
            let runs = roots.chunk_by(|a, b| a == b);
            // The first of equals; a unit is shared by way of one gram at least.
            let most = runs.rev().max_by_key(|run| run.len());
            most.map_or(u32::MAX, |run| run[0])
        });
        roots.collect()
    }

    /// A template of units that are alike, if three articles or more use it.
    fn settle(&self, uses: &[&Worded<'_>]) -> Option<Template> {
        let found = || uses.iter().map(|worded| worded.found);
        let articles = distinct(found().map(|found| u64::from(found.group)));
        if articles <= OTHERS {
            return None;
        }
        let slices: Vec<&[u64]> = uses.iter().map(|worded| &*worded.hashes).collect();
        // The use of middle length stands for all; the first of equals.
        let mut by_len: Vec<usize> = (0..uses.len()).collect();
        by_len.sort_by_key(|&at| slices[at].len());
        let middle = by_len[uses.len() / 2];
        let fixed = align::fixed(slices[middle], &slices);
        let runs = runs(&fixed);
        if runs.is_empty() {
            return None;
        }
        let fixed_hashes: Vec<u64> = fixed.iter().map(|&at| slices[middle][at]).collect();
        let gaps: Vec<Vec<Range<usize>>> = slices
            .iter()
            .map(|words| gaps(&fixed_hashes, &runs, words))
            .collect();
        // Between runs there is always a slot; at the ends only if it is ever filled.
        let is_slot =
            |at: usize| at > 0 && at < runs.len() || gaps.iter().any(|gaps| !gaps[at].is_empty());
        let slots: Vec<usize> = (0..=runs.len()).filter(|&at| is_slot(at)).collect();
        let mut pieces = Vec::new();
        for at in 0..=runs.len() {
            if slots.contains(&at) {
                pieces.push(Piece::Slot);
            }
            if let Some(run) = runs.get(at) {
                pieces.push(Piece::Fixed(self.text_of(
                    uses[middle].found,
                    fixed[run.start],
                    fixed[run.end - 1],
                )));
            }
        }
        let spans: Vec<Use> = found()
            .zip(&gaps)
            .map(|(found, gaps)| Use {
                article: found.article,
                span: found.unit.span,
                slots: slots
                    .iter()
                    .map(|&at| self.span_of(found, &gaps[at]))
                    .collect(),
                filled: slots
                    .iter()
                    .map(|&at| self.filled(found, &gaps[at]))
                    .collect(),
            })
            .collect();
        let headings = found().filter(|found| found.unit.kind == UnitKind::Heading);
        let kind = if headings.count() * 2 > uses.len() {
            TemplateKind::Heading
        } else if slots.is_empty() {
            TemplateKind::Boilerplate
        } else {
            TemplateKind::Frame
        };
        Some(Template {
            kind,
            pieces,
            uses: spans,
            articles,
            sources: distinct(found().map(|found| found.source)),
        })
    }

    /// What stands in a slot, on one line.
    fn filled(&self, found: &FoundUse, words: &Range<usize>) -> String {
        if words.is_empty() {
            String::new()
        } else {
            self.text_of(found, words.start, words.end - 1)
        }
    }

    /// The text from the first to the last of some words of a use, on one line.
    fn text_of(&self, found: &FoundUse, first: usize, last: usize) -> String {
        let [first, last] = [first, last].map(|at| found.words.start + at);
        let start = self.words[first].span.start - found.unit.span.start;
        let end = self.words[last].span.end - found.unit.span.start;
        let text = &self.text[found.text + start as usize..found.text + end as usize];
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where words of a use stand in its article; nothing stands before the next word.
    fn span_of(&self, found: &FoundUse, words: &Range<usize>) -> Span {
        let all = &self.words[found.words.clone()];
        if let Some(filled) = all.get(words.clone()).filter(|filled| !filled.is_empty()) {
            return Span {
                start: filled[0].span.start,
                end: filled[filled.len() - 1].span.end,
            };
        }
        let at = all
            .get(words.start)
            .map_or(found.unit.span.end, |next| next.span.start);
        Span { start: at, end: at }
    }
}

/// A use with its words.
struct Worded<'c> {
    found: &'c FoundUse,
    hashes: Vec<u64>,
}

impl<'c> Worded<'c> {
    fn new(found: &'c FoundUse, words: &[Token]) -> Self {
        let words = words[found.words.clone()].iter();
        Self {
            found,
            hashes: words.map(|word| word.hash).collect(),
        }
    }
}

/// Kinds of sentences told apart among those that share grams, so that time stays linear.
const LEADERS: usize = 32;
/// A use belongs to the first of its kind if it has this share of the shorter one's words.
const ALIKE: f64 = 0.5;

/// Uses by the first one that each is like. Sentences on one subject share grams too ("locksmith in
/// Boise") and are no template together.
fn alike<'u, 'c>(uses: &'u [Worded<'c>]) -> Vec<Vec<&'u Worded<'c>>> {
    let mut kinds: Vec<Vec<&Worded<'_>>> = Vec::new();
    for found in uses {
        let share = |first: &Worded<'_>| {
            let common = align::align(&first.hashes, &found.hashes);
            let shorter = first.hashes.len().min(found.hashes.len()).max(1);
            common.iter().flatten().count() as f64 / shorter as f64
        };
        let shares = kinds.iter().map(|kind| share(kind[0])).enumerate();
        // The first of equals.
        let best = shares.rev().max_by(|a, b| a.1.total_cmp(&b.1));
        match best.filter(|(_, share)| *share >= ALIKE) {
            Some((at, _)) => kinds[at].push(found),
            None if kinds.len() < LEADERS => kinds.push(vec![found]),
            None => {}
        }
    }
    kinds
}

/// Runs of numbers that follow each other, as ranges of places.
fn runs(numbers: &[usize]) -> Vec<Range<usize>> {
    let mut start = 0;
    let runs = numbers.chunk_by(|a, b| a + 1 == *b).map(|run| {
        start += run.len();
        start - run.len()..start
    });
    runs.collect()
}

/// The words of a use before the first run of fixed words, between two, and after the last.
fn gaps(fixed: &[u64], runs: &[Range<usize>], words: &[u64]) -> Vec<Range<usize>> {
    let places = align::align(fixed, words);
    let mut gaps = Vec::with_capacity(runs.len() + 1);
    let mut end = 0;
    for run in runs {
        let mut found = places[run.clone()].iter().flatten();
        let start = found.next().copied();
        // A run that this use has left out leaves an empty slot.
        gaps.push(end..start.unwrap_or(end));
        end = found
            .next_back()
            .copied()
            .or(start)
            .map_or(end, |last| last + 1);
    }
    gaps.push(end..words.len());
    gaps
}

/// Templates that stand side by side in at least half of the rarer one's articles.
fn together(templates: &[Template], articles: usize) -> Vec<Vec<usize>> {
    let mut by_article: Vec<Vec<(Span, u32)>> = vec![Vec::new(); articles];
    for (number, template) in (0..).zip(templates) {
        for found in &template.uses {
            by_article[found.article].push((found.span, number));
        }
    }
    let sequences: Vec<Vec<u32>> = by_article
        .into_iter()
        .map(|mut uses| {
            uses.sort_unstable();
            uses.into_iter().map(|(_, number)| number).collect()
        })
        .collect();
    let mut links = Links::of(sequences.iter().map(Vec::as_slice), templates.len());
    let mut by_root: Vec<(u32, usize)> = (0..templates.len())
        .map(|number| (links.root(number as u32), number))
        .collect();
    by_root.sort_unstable();
    let scaffolds = by_root.chunk_by(|a, b| a.0 == b.0);
    let scaffolds = scaffolds.filter(|scaffold| scaffold.len() > 1);
    let mut scaffolds: Vec<Vec<usize>> = scaffolds
        .map(|scaffold| scaffold.iter().map(|&(_, number)| number).collect())
        .collect();
    scaffolds.sort_unstable();
    scaffolds
}

fn distinct(numbers: impl Iterator<Item = u64>) -> usize {
    let mut numbers: Vec<u64> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

/// Things that stand side by side often enough to be one.
struct Links {
    parent: Vec<u32>,
}

/// Two things belong together if they are neighbours in one in so many of the rarer one's places.
const TOGETHER_ONE_IN: u32 = 2;

impl Links {
    fn of<'s>(sequences: impl Iterator<Item = &'s [u32]>, things: usize) -> Self {
        let mut times = vec![0_u32; things];
        let mut numbers = Numbering::default();
        let mut pairs: Vec<([u32; 2], u32)> = Vec::new();
        for sequence in sequences {
            for &thing in sequence {
                times[thing as usize] += 1;
            }
            for pair in sequence.windows(2).filter(|pair| pair[0] != pair[1]) {
                let pair = [pair[0].min(pair[1]), pair[0].max(pair[1])];
                let key = hash::finish(u64::from(pair[0]) << 32 | u64::from(pair[1]));
                match pairs.get_mut(numbers.number(key) as usize) {
                    Some((_, times)) => *times += 1,
                    None => pairs.push((pair, 1)),
                }
            }
        }
        let mut links = Self {
            parent: (0..things as u32).collect(),
        };
        for ([a, b], together) in pairs {
            if together * TOGETHER_ONE_IN >= times[a as usize].min(times[b as usize]) {
                let (a, b) = (links.root(a), links.root(b));
                links.parent[a.max(b) as usize] = a.min(b);
            }
        }
        links
    }

    fn root(&mut self, mut thing: u32) -> u32 {
        while self.parent[thing as usize] != thing {
            // Halves the path, so that the next search is short.
            self.parent[thing as usize] = self.parent[self.parent[thing as usize] as usize];
            thing = self.parent[thing as usize];
        }
        thing
    }
}
