//! From shared units to templates.
//!
//! In: the articles once more, judged against the model. Out: [`Templates`]: which units are one
//! template, its fixed runs and slots, each use, and which templates are used together.

use std::ops::Range;

use super::align::{self, Pattern};
use super::judge::OTHERS;
use super::units::ArticleUnits;
use super::{Scaffold, TemplateArticle, TemplateModel, TemplateScratch, UnitKind};
use crate::error::Result;
use crate::hash;
use crate::kit::numbering::Numbering;
use crate::kit::parallel;
use crate::kit::union_find::UnionFind;
use crate::phrase::sequence;
use crate::text::{Cutter, Span, Token};

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
    /// The uses in one article of so many were kept: 1 if memory was enough, else 2, 4, 8... Counts
    /// are of those; a template of few articles may be missing.
    pub kept_one_in: u64,
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
/// Memory: for each shared unit its text, 40 bytes, and 4 for each gram that others have, up to
/// [`TemplateSettings::max_bytes`](super::TemplateSettings::max_bytes), beside that of the model;
/// for a moment more while it is cut down and in [`finish`](Self::finish), what that gives not counted.
/// When they would take more, only the units of one article in 2 (then 4, 8...) are kept, by a hash
/// of the article, so that what is left does not depend on the order: see
/// [`Templates::kept_one_in`]. Every article is judged all the same.
#[derive(Debug)]
pub struct TemplateCollector<'m> {
    model: &'m TemplateModel,
    articles: usize,
    gathered: Gathered,
    /// Uses are kept if so many of the lowest bits of their article's number are zero.
    level: u32,
}

/// Shared units of articles.
#[derive(Clone, Debug, Default)]
struct Gathered {
    found: Vec<FoundUse>,
    /// The texts of all.
    text: String,
    /// The lines and grams of all, as far as others have them.
    keys: Vec<u32>,
}

/// A shared unit of an article.
#[derive(Clone, Copy, Debug)]
struct FoundUse {
    article: u32,
    group: u32,
    source: u32,
    is_heading: bool,
    span: Span,
    /// Where its text and its keys end in those of all.
    text_end: usize,
    keys_end: usize,
}

impl Gathered {
    /// Takes the shared units of an article.
    fn take(
        &mut self,
        article: &TemplateArticle<'_>,
        units: &ArticleUnits,
        scaffold: &Scaffold,
        model: &TemplateModel,
    ) {
        let source = article
            .source
            .map_or(0, |source| hash::token(source.as_bytes()));
        for unit in &scaffold.units {
            if unit.kind == UnitKind::Story {
                continue;
            }
            let of_unit = &units.all[unit.number];
            // A short heading has no grams: it is shared as a line.
            let grams = of_unit.line.iter().chain(units.grams(of_unit));
            let known = grams.filter(|gram| !model.index.get(**gram).is_empty());
            self.keys.extend(known.map(|gram| (gram >> 20) as u32));
            self.text.push_str(&article.text[unit.span.range()]);
            self.found.push(FoundUse {
                article: 0,
                group: article.number(),
                source: (source >> 32) as u32,
                is_heading: unit.kind == UnitKind::Heading,
                span: unit.span,
                text_end: self.text.len(),
                keys_end: self.keys.len(),
            });
        }
    }

    /// Takes what was gathered of some articles, whose uses `keeps` keeps.
    fn append(&mut self, other: &Self, keeps: impl Fn(&FoundUse) -> bool) {
        let (mut text, mut keys) = (0, 0);
        for found in &other.found {
            if keeps(found) {
                self.text.push_str(&other.text[text..found.text_end]);
                self.keys
                    .extend_from_slice(&other.keys[keys..found.keys_end]);
                self.found.push(FoundUse {
                    text_end: self.text.len(),
                    keys_end: self.keys.len(),
                    ..*found
                });
            }
            (text, keys) = (found.text_end, found.keys_end);
        }
    }

    fn bytes(&self) -> usize {
        self.found.len() * size_of::<FoundUse>() + self.text.len() + size_of_val(&*self.keys)
    }

    /// The text of a use.
    fn text(&self, at: usize) -> &str {
        let start = at
            .checked_sub(1)
            .map_or(0, |before| self.found[before].text_end);
        &self.text[start..self.found[at].text_end]
    }
}

impl<'m> TemplateCollector<'m> {
    pub(super) fn new(model: &'m TemplateModel) -> Self {
        Self {
            model,
            articles: 0,
            gathered: Gathered::default(),
            level: 0,
        }
    }

    /// Judges articles, in parallel, and gathers what they share. Articles are numbered from 0 in
    /// the order of all calls.
    ///
    /// # Errors
    ///
    /// None at present: of a long text the first MiB is looked at.
    pub fn add(&mut self, articles: &[TemplateArticle<'_>]) -> Result<Vec<Scaffold>> {
        let model = self.model;
        let judged = parallel::map_with(articles, |article, scratch: &mut TemplateScratch| {
            let scaffold = model.judge_with(article, scratch)?;
            let mut gathered = Gathered::default();
            gathered.take(article, &scratch.units, &scaffold, model);
            Ok((scaffold, gathered))
        });
        let judged = judged.into_iter().collect::<Result<Vec<_>>>()?;
        let mut scaffolds = Vec::with_capacity(judged.len());
        for (scaffold, mut gathered) in judged {
            for found in &mut gathered.found {
                found.article = self.articles as u32;
            }
            let level = self.level;
            self.gathered
                .append(&gathered, |found| found.is_kept(level));
            scaffolds.push(scaffold);
            self.articles += 1;
        }
        while self.gathered.bytes() > model.settings.max_bytes {
            self.level += 1;
            let mut left = Gathered::default();
            left.append(&self.gathered, |found| found.is_kept(self.level));
            self.gathered = left;
        }
        Ok(scaffolds)
    }

    /// The templates of all articles added.
    pub fn finish(self) -> Templates {
        let roots = self.roots();
        let mut by_root: Vec<(u32, u32)> = roots.into_iter().zip(0..).collect();
        by_root.sort_unstable();
        let families: Vec<&[(u32, u32)]> = by_root
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|family| family.len() > OTHERS)
            .collect();
        let settled = parallel::map_with(&families, |family, cutter: &mut Cutter| {
            let uses: Vec<Worded<'_>> = family
                .iter()
                .map(|&(_, at)| Worded::new(&self.gathered, at as usize, cutter))
                .collect();
            let alike = alike(&uses).into_iter();
            alike.filter_map(|uses| settle(&uses)).collect::<Vec<_>>()
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
            kept_one_in: 1 << self.level,
        }
    }

    /// By use, the family of its grams.
    fn roots(&self) -> Vec<u32> {
        let gathered = &self.gathered;
        let mut numbers = Numbering::default();
        let number = |&key: &u32| numbers.number(hash::finish(u64::from(key) + 1));
        let numbered: Vec<u32> = gathered.keys.iter().map(number).collect();
        let mut start = 0;
        let ranges = gathered.found.iter().map(|found| {
            let range = start..found.keys_end;
            start = found.keys_end;
            range
        });
        let ranges: Vec<Range<usize>> = ranges.collect();
        let sequences = ranges.iter().map(|range| &numbered[range.clone()]);
        let mut links = neighbour_sets(sequences.clone(), numbers.len());
        let roots = sequences.map(|keys| {
            let mut roots: Vec<u32> = keys.iter().map(|&key| links.root(key)).collect();
            roots.sort_unstable();
            let runs = roots.chunk_by(|a, b| a == b);
            // The first of equals; a unit is shared by way of its line or of one gram at least.
            let most = runs.rev().max_by_key(|run| run.len());
            most.map_or(u32::MAX, |run| run[0])
        });
        roots.collect()
    }
}

impl FoundUse {
    fn is_kept(&self, level: u32) -> bool {
        self.group.trailing_zeros() >= level
    }
}

/// A template of units that are alike, if three articles or more use it.
fn settle(uses: &[&Worded<'_>]) -> Option<Template> {
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
            let words = fixed[run.start]..fixed[run.end - 1] + 1;
            pieces.push(Piece::Fixed(uses[middle].filled(&words)));
        }
    }
    let used = uses.iter().zip(&gaps).map(|(worded, gaps)| Use {
        article: worded.found.article as usize,
        span: worded.found.span,
        slots: slots.iter().map(|&at| worded.span_of(&gaps[at])).collect(),
        filled: slots.iter().map(|&at| worded.filled(&gaps[at])).collect(),
    });
    let headings = found().filter(|found| found.is_heading);
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
        uses: used.collect(),
        articles,
        sources: distinct(found().map(|found| u64::from(found.source))),
    })
}

/// A use with its words.
struct Worded<'c> {
    found: &'c FoundUse,
    text: &'c str,
    /// Where its words stand in its text.
    spans: Vec<Span>,
    hashes: Vec<u64>,
}

impl<'c> Worded<'c> {
    fn new(gathered: &'c Gathered, at: usize, cutter: &mut Cutter) -> Self {
        let text = gathered.text(at);
        let mut words: Vec<Token> = Vec::new();
        // It was cut as a part of its article.
        let cut = cutter.words(text, &mut words);
        debug_assert!(cut.is_ok());
        Self {
            found: &gathered.found[at],
            text,
            spans: words.iter().map(|word| word.span).collect(),
            hashes: words.iter().map(|word| word.hash).collect(),
        }
    }

    /// What stands in some of its words, on one line.
    fn filled(&self, words: &Range<usize>) -> String {
        let Some([first, .., last] | [first @ last]) = self.spans.get(words.clone()) else {
            return String::new();
        };
        let text = &self.text[first.start as usize..last.end as usize];
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where some of its words stand in its article; nothing stands before the next word.
    fn span_of(&self, words: &Range<usize>) -> Span {
        let from = self.found.span.start;
        let at = |at: usize| {
            self.spans
                .get(at)
                .map_or(self.found.span.end, |span| from + span.start)
        };
        let start = at(words.start);
        let end = match words
            .end
            .checked_sub(1)
            .and_then(|last| self.spans.get(last))
        {
            Some(last) if !words.is_empty() => from + last.end,
            _ => start,
        };
        Span { start, end }
    }
}

/// Kinds of sentences told apart among those that share grams, so that time stays linear.
const LEADERS: usize = 32;
/// A use belongs to the first of its kind if it has this share of the shorter one's words.
const ALIKE: f64 = 0.5;

/// Uses by the first one that each is like. Sentences on one subject share grams too ("locksmith in
/// Boise") and are no template together.
fn alike<'u, 'c>(uses: &'u [Worded<'c>]) -> Vec<Vec<&'u Worded<'c>>> {
    let mut kinds: Vec<(Pattern, Vec<&Worded<'_>>)> = Vec::new();
    // The same words are of the same kind.
    let mut numbers = Numbering::default();
    let mut known: Vec<Option<usize>> = Vec::new();
    for found in uses {
        let number = numbers.number(sequence::of_hashes(&found.hashes)) as usize;
        if number < known.len() {
            if let Some(kind) = known[number] {
                kinds[kind].1.push(found);
            }
            continue;
        }
        let share = |(first, _): &(Pattern, Vec<&Worded<'_>>)| {
            let shorter = first.len().min(found.hashes.len()).max(1);
            first.common(&found.hashes) as f64 / shorter as f64
        };
        let shares = kinds.iter().map(share).enumerate();
        // The first of equals.
        let best = shares.rev().max_by(|a, b| a.1.total_cmp(&b.1));
        let kind = match best.filter(|(_, share)| *share >= ALIKE) {
            Some((at, _)) => Some(at),
            None if kinds.len() < LEADERS => {
                kinds.push((Pattern::new(&found.hashes), Vec::new()));
                Some(kinds.len() - 1)
            }
            None => None,
        };
        known.push(kind);
        if let Some(kind) = kind {
            kinds[kind].1.push(found);
        }
    }
    kinds.into_iter().map(|(_, uses)| uses).collect()
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
    let mut links = neighbour_sets(sequences.iter().map(Vec::as_slice), templates.len());
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

/// Two things belong together if they are neighbours in one in so many of the rarer one's places.
const TOGETHER_ONE_IN: u32 = 2;

/// Things that stand side by side often enough to be one, as disjoint sets.
fn neighbour_sets<'s>(sequences: impl Iterator<Item = &'s [u32]>, things: usize) -> UnionFind {
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
    let mut links = UnionFind::new(things);
    for ([a, b], together) in pairs {
        if together * TOGETHER_ONE_IN >= times[a as usize].min(times[b as usize]) {
            links.join(a, b);
        }
    }
    links
}
