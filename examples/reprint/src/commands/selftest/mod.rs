//! How many edited copies are found.
//!
//! In: a corpus. Out: edited copies of some articles are planted among them, in memory only, and
//! searched with the corpus. Reported by kind of edit: copies linked to their source, what the
//! others were taken for, and copies linked to articles that their source doesn't match.
//!
//! The search doesn't know which articles are planted.

mod edit;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};

use reprint::group::Pair;
use reprint::relation::Comparison;
use reprint::sketch::Fingerprint;
use reprint::{Article, ArticleId, BoxError, Groups, Mode, TextStore, hash};
use serde::Serialize;

use super::share::Share;
use super::{Talk, count, load_with, six_places};
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{CommandFormat, SelftestOptions};
use crate::output::{json, table};
use crate::store::Texts;
use edit::{Edit, Random, Vocabulary};

/// The fewest words of a copied article. Chosen by hand: shorter ones have too little to cut or
/// move.
const FEWEST_WORDS: u32 = 40;

pub(super) fn run(options: &SelftestOptions) -> Result<(), Failure> {
    let common = &options.common;
    let settings = common.matching.settings()?;
    let seed = settings.seed;
    let mut talk = Talk::new(&common.input, &common.run);
    let mut corpus = load_with(settings, &options.paths, common, &mut talk)?;
    talk.progress.stage("planting copies");
    let sources = choose(&corpus, options.sample.get(), seed);
    if sources.is_empty() {
        return Err(Failure::Failed(format!(
            "no article has {FEWEST_WORDS} words or more: there is nothing to edit"
        )));
    }
    let planted = plant(&mut corpus, &sources, seed)?;
    talk.progress.stage("matching");
    let store = WithPlants {
        texts: &corpus.texts,
        planted: &planted,
    };
    let groups = corpus.detector.groups(&store).map_err(super::failed)?;
    talk.progress.clear();
    talk.unread(groups.unread.iter().map(|(_, error)| error));
    let results = Results::of(&corpus, &store, &groups)?;
    super::print(|out| match common.format {
        CommandFormat::Text => results.text(out, sources.len(), &corpus),
        CommandFormat::Jsonl => results.jsonl(out),
    })?;
    talk.problems.check_whole()
}

/// The articles to copy: those with the lowest lots.
fn choose(corpus: &Corpus, wanted: usize, seed: u64) -> Vec<ArticleId> {
    let is_long = |id: &ArticleId| {
        let words = corpus.detector.tokens(*id).unwrap_or_default();
        words >= FEWEST_WORDS
    };
    let lot = |id: ArticleId| (lot(seed, corpus.key(id)), id);
    let mut lots: Vec<_> = super::ids(corpus).filter(is_long).map(lot).collect();
    lots.sort_unstable();
    lots.truncate(wanted);
    lots.into_iter().map(|(_, id)| id).collect()
}

fn lot(seed: u64, key: &str) -> u64 {
    hash::token(format!("{seed} {key}").as_bytes())
}

/// An edited copy.
struct Plant {
    id: ArticleId,
    source: ArticleId,
    edit: Edit,
    body: String,
}

fn plant(corpus: &mut Corpus, sources: &[ArticleId], seed: u64) -> Result<Vec<Plant>, Failure> {
    let read = |&id: &ArticleId| Some((id, corpus.body(id)?.into_owned()));
    let bodies: Vec<(ArticleId, String)> = sources.iter().filter_map(read).collect();
    let vocabulary = Vocabulary::of(bodies.iter().map(|(_, body)| body.as_str()));
    let mut planted = Vec::new();
    for (source, body) in &bodies {
        for edit in Edit::ALL {
            let key = format!("\u{1}{} {}", edit.name(), corpus.key(*source));
            let mut random = Random::new(lot(seed, &key));
            let Some(body) = edit.apply(body, &vocabulary, &mut random) else {
                continue;
            };
            let id = corpus
                .detector
                .insert(&Article::new(&key, &body))
                .map_err(super::failed)?;
            planted.push(Plant {
                id,
                source: *source,
                edit,
                body,
            });
        }
    }
    Ok(planted)
}

/// A corpus's texts, and the planted texts, whose ids follow.
struct WithPlants<'a> {
    texts: &'a Texts,
    planted: &'a [Plant],
}

impl WithPlants<'_> {
    fn plant(&self, id: ArticleId) -> Option<&Plant> {
        let first = self.planted.first()?.id.index();
        self.planted.get(id.index().checked_sub(first)?)
    }
}

impl TextStore for WithPlants<'_> {
    fn text(&self, id: ArticleId, key: &str) -> Result<Cow<'_, str>, BoxError> {
        match self.plant(id) {
            Some(plant) => Ok(Cow::Borrowed(&plant.body)),
            None => self.texts.text(id, key),
        }
    }
}

/// The outcome for copies of one kind.
#[derive(Default, Serialize)]
struct Tally {
    copies: usize,
    /// Copies linked to their source.
    found: usize,
    /// Copies in one group with their source.
    grouped: usize,
    /// Copies linked to an article that the source is not linked to.
    strays: usize,
    /// Copies not found, counted by what they were taken for.
    missed: BTreeMap<&'static str, usize>,
    /// The sum of the Jaccard similarities of copies and sources.
    #[serde(skip)]
    jaccard: f64,
}

struct Results {
    by_edit: Vec<(Edit, Tally)>,
}

impl Results {
    fn of(corpus: &Corpus, store: &WithPlants<'_>, groups: &Groups) -> Result<Self, Failure> {
        let links = Links::of(corpus, store, groups);
        let mut by_edit: Vec<(Edit, Tally)> = Edit::ALL.map(|edit| (edit, Tally::default())).into();
        for plant in store.planted {
            let Some((_, result)) = by_edit.iter_mut().find(|(edit, _)| *edit == plant.edit) else {
                continue;
            };
            let source = store.text(plant.source, "").map_err(|error| {
                Failure::Failed(format!("{}: {error}", corpus.key(plant.source)))
            })?;
            let comparison = corpus.detector.compare(&source, &plant.body);
            let comparison = comparison.map_err(super::failed)?;
            result.copies += 1;
            result.jaccard += comparison.overlap.jaccard();
            let group = groups.group_of(plant.id);
            let is_grouped = group.is_some() && group == groups.group_of(plant.source);
            result.grouped += usize::from(is_grouped);
            if links.are_linked(plant.id, plant.source) {
                result.found += 1;
            } else {
                let taken_for = taken_for(&comparison, corpus.detector.settings().mode);
                *result.missed.entry(taken_for).or_default() += 1;
            }
            result.strays += usize::from(links.is_stray(plant, store));
        }
        Ok(Self { by_edit })
    }

    fn text(&self, out: &mut dyn Write, sources: usize, corpus: &Corpus) -> io::Result<()> {
        let planted: usize = self.by_edit.iter().map(|(_, result)| result.copies).sum();
        let articles = corpus.detector.len() - planted;
        writeln!(
            out,
            "{}, edited copies of {sources} of them: {}\n",
            count(articles, "article", "articles"),
            count(planted, "copy", "copies"),
        )?;
        let row = |(edit, result): &(Edit, Tally)| {
            let [recall, within] = Share::cells(Share::of(result.found, result.copies));
            let alike = result.jaccard / result.copies.max(1) as f64;
            let missed = result.missed.iter();
            let missed: Vec<String> = missed.map(|(what, n)| format!("{what} {n}")).collect();
            [
                edit.name().to_owned(),
                table::thousands(result.copies),
                table::thousands(result.found),
                recall,
                within,
                table::thousands(result.grouped),
                format!("{alike:.2}"),
                table::thousands(result.strays),
                format!("  {}", missed.join(", ")),
            ]
        };
        let rows: Vec<_> = self.by_edit.iter().map(row).collect();
        let heading = [
            "edit",
            "copies",
            "found",
            "recall",
            "95%",
            "grouped",
            "Jaccard",
            "strays",
            "  the others",
        ];
        table::write(out, heading, &rows)?;
        writeln!(
            out,
            "\nfound: linked to the article it was made of; grouped: in one group with it; Jaccard: how \
             alike the\ntwo are on average; strays: copies that match an article which their own does \
             not match; the others:\nwhat those not found were taken for"
        )
    }

    fn jsonl(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Record<'a> {
            schema: u32,
            #[serde(rename = "type")]
            kind: &'static str,
            edit: &'static str,
            #[serde(flatten)]
            result: &'a Tally,
            recall: Option<Share>,
            mean_jaccard: f64,
        }
        for (edit, result) in &self.by_edit {
            let record = Record {
                schema: reprint::report::SCHEMA,
                kind: "selftest",
                edit: edit.name(),
                result,
                recall: Share::of(result.found, result.copies),
                mean_jaccard: six_places(result.jaccard / result.copies.max(1) as f64),
            };
            json::line(out, &record)?;
        }
        Ok(())
    }
}

/// What a copy without a link to its source was taken for.
fn taken_for(comparison: &Comparison, mode: Mode) -> &'static str {
    let relation = comparison.summary.relation;
    match mode {
        Mode::Jaccard { threshold, .. } if comparison.overlap.jaccard() < threshold => {
            "under the threshold"
        }
        Mode::Recycled { .. } if !relation.is_recycled() => relation.name(),
        _ => "not compared",
    }
}

/// Joining links, by article. A text's first exact copy stands for the others.
struct Links {
    of: HashMap<ArticleId, BTreeSet<ArticleId>>,
    texts: HashMap<ArticleId, Fingerprint>,
}

impl Links {
    fn of(corpus: &Corpus, store: &WithPlants<'_>, groups: &Groups) -> Self {
        let joins = |pair: &&Pair| {
            let summary = pair.summary;
            summary.is_none_or(|summary| summary.relation.is_recycled())
        };
        let within = groups.groups.iter().flat_map(|group| &group.links);
        let mut of: HashMap<ArticleId, BTreeSet<ArticleId>> = HashMap::new();
        for pair in within.chain(&groups.between).filter(joins) {
            of.entry(pair.a).or_default().insert(pair.b);
            of.entry(pair.b).or_default().insert(pair.a);
        }
        // Texts are compared only near planted copies.
        let near = store.planted.iter().flat_map(|plant| {
            let linked = [plant.id, plant.source].map(|id| of.get(&id).into_iter().flatten());
            linked
                .into_iter()
                .flatten()
                .chain([&plant.id, &plant.source])
        });
        let near: BTreeSet<ArticleId> = near.copied().collect();
        let sketcher = corpus.detector.sketcher();
        let fingerprint = |id: ArticleId| {
            let text = store.text(id, corpus.key(id)).ok()?;
            Some((id, sketcher.sketch(&text).ok()?.fingerprint))
        };
        let texts = near.into_iter().filter_map(fingerprint).collect();
        Self { of, texts }
    }

    fn linked(&self, id: ArticleId) -> impl Iterator<Item = ArticleId> {
        self.of.get(&id).into_iter().flatten().copied()
    }

    fn is_same_text(&self, a: ArticleId, b: ArticleId) -> bool {
        a == b || self.texts.contains_key(&a) && self.texts.get(&a) == self.texts.get(&b)
    }

    /// Whether a copy is linked to its source, or to an exact copy of the source.
    fn are_linked(&self, plant: ArticleId, source: ArticleId) -> bool {
        self.linked(plant)
            .any(|other| self.is_same_text(other, source))
    }

    fn is_stray(&self, plant: &Plant, store: &WithPlants<'_>) -> bool {
        // The source's links are stored under the first of its exact copies.
        let of_source: BTreeSet<ArticleId> = self
            .linked(plant.source)
            .filter(|&other| self.is_same_text(other, plant.source))
            .chain([plant.source])
            .flat_map(|copy| self.linked(copy))
            .collect();
        self.linked(plant.id)
            .filter(|&other| store.plant(other).is_none())
            .any(|other| !self.is_same_text(other, plant.source) && !of_source.contains(&other))
    }
}
