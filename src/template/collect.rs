//! Templates from shared units.
//!
//! In: the articles again, and a model. Out: [`Templates`]: units grouped to templates, with fixed
//! runs, slots and uses, and templates grouped to scaffolds.

use std::ops::Range;

use super::align::{self, Pattern};
use super::index::ArticleHash;
use super::judge::OTHERS;
use super::units::ArticleUnits;
use super::{Scaffold, TemplateArticle, TemplateModel, TemplateScratch, UnitKind};
use crate::error::Result;
use crate::hash;
use crate::kit::ids::{self, GramNumber, IndexVec, Number, TemplateNumber};
use crate::kit::numbering::Numbering;
use crate::kit::parallel;
use crate::kit::union_find::UnionFind;
use crate::phrase::sequence;
use crate::text::{Cutter, Span, Token};

/// The templates of a corpus.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Templates {
    /// Sorted by the number of articles, largest first.
    pub templates: Vec<Template>,
    /// Scaffolds: sets of templates used together, as positions in `templates`. A scaffold has at
    /// least two templates. A template belongs to at most one scaffold.
    pub scaffolds: Vec<Vec<usize>>,
    /// The inverse of the share of articles whose uses are kept: 1 if the memory was enough,
    /// otherwise 2, 4, 8... Counts refer to kept uses. A template of few articles may be missing.
    pub kept_one_in: u64,
}

/// A sentence or heading that articles fill in or repeat.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Template {
    /// The kind of template.
    pub kind: TemplateKind,
    /// Fixed runs and slots, in order.
    pub pieces: Vec<Piece>,
    /// The uses. The order follows from the groups and texts of the articles. Exact copies keep the
    /// order in which the collector took them.
    pub uses: Vec<Use>,
    /// The number of articles that use the template, counting a group once.
    pub articles: usize,
    /// The number of sources of the articles, counting a missing source as a source.
    pub sources: usize,
}

/// The kind of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TemplateKind {
    /// A short line without a full stop.
    Heading,
    /// A sentence with slots, filled with different words.
    Frame,
    /// A sentence repeated word for word: a newsletter call, an agency's credit.
    Boilerplate,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Piece {
    /// Fixed words, in the spelling of a representative use.
    Fixed(String),
    /// A slot.
    Slot,
}

/// A use of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Use {
    /// The number of the article, in the order of the collector.
    pub article: usize,
    /// The bytes of the text.
    pub span: Span,
    /// The spans of the slots, in order; an empty span for an empty slot.
    pub slots: Vec<Span>,
    /// The text of the slots, with runs of white space replaced by one space.
    pub filled: Vec<String>,
}

/// The gathering pass: judges articles and gathers shared units.
///
/// The memory of a shared unit is its text, 40 bytes, and 4 bytes for every shared gram.
/// [`TemplateSettings::max_bytes`](super::TemplateSettings::max_bytes) bounds the sum, beside the
/// model. Cutting down and [`finish`](Self::finish) take more for a moment, and the result is not
/// counted. When the sum would exceed the bound, the units of one article in 2 (then 4, 8...) are
/// kept, chosen by a hash of the article: see [`Templates::kept_one_in`]. Every article is judged
/// in any case.
#[derive(Debug)]
pub struct TemplateCollector<'m> {
    model: &'m TemplateModel,
    articles: usize,
    gathered: Gathered,
    /// The number of low bits that are zero in the number of a kept article.
    level: u32,
}

/// Shared units of articles.
#[derive(Clone, Debug, Default)]
struct Gathered {
    found: Vec<FoundUse>,
    /// The texts of the uses.
    text: String,
    /// The shared lines and grams of the uses.
    keys: Vec<u32>,
}

/// A shared unit of an article.
#[derive(Clone, Copy, Debug)]
struct FoundUse {
    article: u32,
    group: ArticleHash,
    source: u32,
    is_heading: bool,
    span: Span,
    /// The ends of the text in `text` and of the keys in `keys`.
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
            // A short heading has no grams: the line is its key.
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

    /// Appends the uses that `keeps` accepts.
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

    /// The uses in a canonical order: by group, place, source and text. Uses that agree in group,
    /// place, source and text differ in the article alone.
    fn sorted(&self) -> Self {
        let key = |at: usize| {
            let found = &self.found[at];
            let place = (found.group, found.span, found.source, found.is_heading);
            (place, self.text(at), found.article)
        };
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        order.sort_unstable_by(|&a, &b| key(a).cmp(&key(b)));
        let mut sorted = Self::default();
        sorted.text.reserve_exact(self.text.len());
        sorted.keys.reserve_exact(self.keys.len());
        for at in order {
            let before = at.checked_sub(1).map(|before| &self.found[before]);
            let keys_start = before.map_or(0, |before| before.keys_end);
            sorted.text.push_str(self.text(at));
            let found = self.found[at];
            sorted
                .keys
                .extend_from_slice(&self.keys[keys_start..found.keys_end]);
            sorted.found.push(FoundUse {
                text_end: sorted.text.len(),
                keys_end: sorted.keys.len(),
                ..found
            });
        }
        sorted
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

    /// Judges articles in parallel and gathers shared units. Articles are numbered from 0 in the
    /// order of the calls. Time is linear in the length of the texts.
    ///
    /// # Errors
    ///
    /// None at present: a long text is cut at 1 MiB.
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

    /// The templates of the added articles. The representative of a template, the grouping of uses
    /// and their order follow from the groups and texts of the articles, not from the order of
    /// adding. Time is linear in the length of the shared units.
    pub fn finish(mut self) -> Templates {
        self.gathered = self.gathered.sorted();
        let roots = self.roots();
        let mut by_root: Vec<(Option<GramNumber>, usize)> = roots.into_iter().zip(0..).collect();
        by_root.sort_unstable();
        let families: Vec<&[(Option<GramNumber>, usize)]> = by_root
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|family| family.len() > OTHERS)
            .collect();
        let settled = parallel::map_with(&families, |family, cutter: &mut Cutter| {
            let uses: Vec<Worded<'_>> = family
                .iter()
                .map(|&(_, at)| Worded::new(&self.gathered, at, cutter))
                .collect();
            let alike = alike(&uses).into_iter();
            // Templates with equally many articles are sorted by their earliest use.
            let ranked = alike.filter_map(|uses| Some((uses[0].at, settle(&uses)?)));
            ranked.collect::<Vec<_>>()
        });
        let mut ranked: Vec<(usize, Template)> = settled.into_iter().flatten().collect();
        ranked.sort_by_key(|(first, template)| (std::cmp::Reverse(template.articles), *first));
        let templates: Vec<Template> = ranked.into_iter().map(|(_, template)| template).collect();
        let scaffolds = together(&templates, self.articles);
        Templates {
            templates,
            scaffolds,
            kept_one_in: 1 << self.level,
        }
    }

    /// The family of every use, by its grams: the first gram of the family.
    fn roots(&self) -> Vec<Option<GramNumber>> {
        let gathered = &self.gathered;
        let mut numbers: Numbering<GramNumber> = Numbering::default();
        let number = |&key: &u32| numbers.number(hash::finish(u64::from(key) + 1));
        let numbered: Vec<GramNumber> = gathered.keys.iter().map(number).collect();
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
            let mut roots: Vec<GramNumber> = keys.iter().map(|&key| links.root(key)).collect();
            roots.sort_unstable();
            let runs = roots.chunk_by(|a, b| a == b);
            // The smallest root of equally frequent roots. A shared unit has a line or a gram at
            // least.
            let most = runs.rev().max_by_key(|run| run.len());
            most.map(|run| run[0])
        });
        roots.collect()
    }
}

impl FoundUse {
    fn is_kept(&self, level: u32) -> bool {
        self.group.trailing_zeros() >= level
    }
}

/// The template of similar uses; none for fewer than three articles.
fn settle(uses: &[&Worded<'_>]) -> Option<Template> {
    let found = || uses.iter().map(|worded| worded.found);
    let articles = distinct(found().map(|found| found.group));
    if articles <= OTHERS {
        return None;
    }
    let slices: Vec<&[u64]> = uses.iter().map(|worded| &*worded.hashes).collect();
    // The representative is the use of median length, the earliest of equal lengths.
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
    // A slot stands between two runs, and at an end if any use fills it.
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
        sources: distinct(found().map(|found| found.source)),
    })
}

/// A use with its words.
struct Worded<'c> {
    /// The position of the use among the gathered uses.
    at: usize,
    found: &'c FoundUse,
    text: &'c str,
    /// The spans of the words in the text of the use.
    spans: Vec<Span>,
    hashes: Vec<u64>,
}

impl<'c> Worded<'c> {
    fn new(gathered: &'c Gathered, at: usize, cutter: &mut Cutter) -> Self {
        let text = gathered.text(at);
        let mut words: Vec<Token> = Vec::new();
        // The article was cut without error, and so is a part of it.
        let cut = cutter.words(text, &mut words);
        debug_assert!(cut.is_ok());
        Self {
            at,
            found: &gathered.found[at],
            text,
            spans: words.iter().map(|word| word.span).collect(),
            hashes: words.iter().map(|word| word.hash).collect(),
        }
    }

    /// The text of some words, on one line.
    fn filled(&self, words: &Range<usize>) -> String {
        let Some([first, .., last] | [first @ last]) = self.spans.get(words.clone()) else {
            return String::new();
        };
        let text = &self.text[first.start as usize..last.end as usize];
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The span of some words in the article. An empty range gives an empty span before the next
    /// word.
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

/// The most kinds of sentences in a family, so that time stays linear. Chosen by hand.
const LEADERS: usize = 32;
/// The share of the shorter sentence's words that two uses of one template have in common. Chosen
/// by hand: more than half of a frame is fixed.
const ALIKE: f64 = 0.5;

/// Groups uses by the kind they resemble most. Sentences on one subject share grams too ("locksmith
/// in Boise") and form no template.
fn alike<'u, 'c>(uses: &'u [Worded<'c>]) -> Vec<Vec<&'u Worded<'c>>> {
    let mut kinds: Vec<(Pattern, Vec<&Worded<'_>>)> = Vec::new();
    // Equal words are of one kind.
    let mut numbers: Numbering = Numbering::default();
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
        // The earliest of equally similar kinds.
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

/// Ranges of positions with consecutive numbers.
fn runs(numbers: &[usize]) -> Vec<Range<usize>> {
    let mut start = 0;
    let runs = numbers.chunk_by(|a, b| a + 1 == *b).map(|run| {
        start += run.len();
        start - run.len()..start
    });
    runs.collect()
}

/// The words of a use before, between and after the runs of fixed words.
fn gaps(fixed: &[u64], runs: &[Range<usize>], words: &[u64]) -> Vec<Range<usize>> {
    let places = align::align(fixed, words);
    let mut gaps = Vec::with_capacity(runs.len() + 1);
    let mut end = 0;
    for run in runs {
        let mut found = places[run.clone()].iter().flatten();
        let start = found.next().copied();
        // A run that the use omits leaves an empty slot.
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

/// Sets of templates that are neighbours in at least half of the rarer template's articles.
fn together(templates: &[Template], articles: usize) -> Vec<Vec<usize>> {
    let mut by_article: Vec<Vec<(Span, TemplateNumber)>> = vec![Vec::new(); articles];
    for (number, template) in ids::below(templates.len()).zip(templates) {
        for found in &template.uses {
            by_article[found.article].push((found.span, number));
        }
    }
    let sequences: Vec<Vec<TemplateNumber>> = by_article
        .into_iter()
        .map(|mut uses| {
            uses.sort_unstable();
            uses.into_iter().map(|(_, number)| number).collect()
        })
        .collect();
    let mut links = neighbour_sets(sequences.iter().map(Vec::as_slice), templates.len());
    let mut by_root: Vec<(TemplateNumber, TemplateNumber)> = ids::below(templates.len())
        .map(|number| (links.root(number), number))
        .collect();
    by_root.sort_unstable();
    let scaffolds = by_root.chunk_by(|a, b| a.0 == b.0);
    let scaffolds = scaffolds.filter(|scaffold| scaffold.len() > 1);
    let mut scaffolds: Vec<Vec<usize>> = scaffolds
        .map(|scaffold| scaffold.iter().map(|(_, number)| number.index()).collect())
        .collect();
    scaffolds.sort_unstable();
    scaffolds
}

fn distinct<T: Ord>(numbers: impl Iterator<Item = T>) -> usize {
    let mut numbers: Vec<T> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

/// Two items belong together if they are neighbours in half of the rarer item's places.
const TOGETHER_ONE_IN: u32 = 2;

/// Items that are neighbours often enough, as disjoint sets.
fn neighbour_sets<'s, N: Number + 's>(
    sequences: impl Iterator<Item = &'s [N]>,
    things: usize,
) -> UnionFind<N> {
    let mut times: IndexVec<N, u32> = IndexVec::filled(0, things);
    let mut numbers: Numbering = Numbering::default();
    let mut pairs: Vec<([N; 2], u32)> = Vec::new();
    for sequence in sequences {
        for &thing in sequence {
            times[thing] += 1;
        }
        for pair in sequence.windows(2).filter(|pair| pair[0] != pair[1]) {
            let pair = [pair[0].min(pair[1]), pair[0].max(pair[1])];
            let [a, b] = pair.map(|thing| thing.index() as u64);
            let key = hash::finish(a << 32 | b);
            match pairs.get_mut(numbers.number(key) as usize) {
                Some((_, times)) => *times += 1,
                None => pairs.push((pair, 1)),
            }
        }
    }
    let mut links = UnionFind::new(things);
    for ([a, b], together) in pairs {
        if together * TOGETHER_ONE_IN >= times[a].min(times[b]) {
            links.join(a, b);
        }
    }
    links
}
