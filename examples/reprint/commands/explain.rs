//! Why two articles match, or at which stage they parted.
//!
//! In: two keys and a corpus, or two files. Out: the figures of both, how far they came and where
//! grouping put them, what stands in both and what differs.

use std::io::{self, Write};
use std::path::Path;

use reprint::relation::{Difference, DifferenceKind, Passage, PassageKind, Relation, Side};
use reprint::text::Span;
use reprint::{ArticleId, Explanation, Groups, Linkage, Mode, Stage};
use serde::Serialize;

use super::{Talk, count, groups, load_with, nearest, two_places};
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{CommandFormat, ExplainOptions};
use crate::output::{clean, json};

/// Columns of the page.
const COLUMNS: usize = 120;

/// Shown at most, unless all are asked for.
const PASSAGES: usize = 8;
const DIFFERENCES: usize = 20;

/// Columns of what is said of a passage or a difference.
const SAID: usize = 20;

pub(super) fn run(options: ExplainOptions) -> Result<(), Failure> {
    let ExplainOptions {
        a,
        b,
        mut paths,
        all,
        common,
    } = options;
    let are_files = paths.is_empty();
    if are_files {
        for path in [&a, &b] {
            if path != "-" && !Path::new(path).exists() {
                return Err(Failure::Usage(format!(
                    "there is no file {path}: without PATH, both names are files; for the keys of \
                     two articles, say PATH after them"
                )));
            }
        }
        paths = [&a, &b].map(Into::into).into();
    }
    let settings = common.matching.settings().map_err(Failure::Usage)?;
    let mut talk = Talk::new(&common.input, &common.run);
    let corpus = load_with(settings, paths, &common, &mut talk)?;
    let [a, b] = if are_files {
        of_files(&corpus)?
    } else {
        [id(&corpus, &a)?, id(&corpus, &b)?]
    };
    if a == b {
        let key = corpus.key(a);
        return Err(Failure::Usage(format!(
            "both names are of one article, {key}"
        )));
    }
    let groups = groups(&corpus, &common.input, &mut talk)?;
    let found = corpus.detector.explain(a, b, &corpus.texts);
    let page = Page {
        ids: [a, b],
        bodies: [body(&corpus, a)?, body(&corpus, b)?],
        found: found.map_err(super::failed)?,
        placing: Placing::of(a, b, &groups),
        corpus: &corpus,
        groups: &groups,
    };
    super::print(|out| match common.format {
        CommandFormat::Text => page.write(out, all),
        CommandFormat::Jsonl => json::line(out, &page.record()),
    })
}

/// The only article of each of two files.
fn of_files(corpus: &Corpus) -> Result<[ArticleId; 2], Failure> {
    let ids: Vec<ArticleId> = super::ids(corpus).collect();
    ids.try_into().map_err(|ids: Vec<ArticleId>| {
        let articles = count(ids.len(), "article", "articles");
        Failure::Failed(format!(
            "the two files hold {articles}, not one each; give the keys of two articles, then PATH"
        ))
    })
}

fn id(corpus: &Corpus, key: &str) -> Result<ArticleId, Failure> {
    corpus.detector.id(key).ok_or_else(|| {
        let keys: Vec<&str> = super::ids(corpus).map(|id| corpus.key(id)).collect();
        let near = nearest::of_many(key, &keys);
        let hint = if near.is_empty() {
            let first = keys.first().copied().unwrap_or_default();
            format!("a key here looks like {first}")
        } else {
            format!("similar keys: {}", near.join(", "))
        };
        Failure::Failed(format!("no article has the key {key}; {hint}"))
    })
}

fn body(corpus: &Corpus, id: ArticleId) -> Result<String, Failure> {
    let body = corpus.body(id).map(Into::into);
    body.ok_or_else(|| Failure::Failed(format!("{} could not be read again", corpus.key(id))))
}

/// Where grouping put two articles.
#[derive(Clone, Copy, Debug)]
enum Placing {
    /// Both stand in the group of that number.
    Together(usize),
    /// Each stands in a group, or alone.
    Apart([Option<usize>; 2]),
}

impl Placing {
    fn of(a: ArticleId, b: ArticleId, groups: &Groups) -> Self {
        let numbers = [a, b].map(|id| groups.group_of(id));
        match numbers {
            [Some(of_a), Some(of_b)] if of_a == of_b => Self::Together(of_a),
            _ => Self::Apart(numbers),
        }
    }
}

struct Page<'a> {
    ids: [ArticleId; 2],
    bodies: [String; 2],
    found: Explanation,
    placing: Placing,
    corpus: &'a Corpus,
    groups: &'a Groups,
}

impl Page<'_> {
    fn write(&self, out: &mut dyn Write, all: bool) -> io::Result<()> {
        let [a, b] = self.ids;
        for (name, id, body) in [("A", a, &self.bodies[0]), ("B", b, &self.bodies[1])] {
            let words = self.corpus.detector.tokens(id).unwrap_or_default();
            let words = count(words as usize, "word", "words");
            let key = clean::line(self.corpus.key(id));
            let source = self.corpus.detector.source(id).map(clean::line);
            let source = source.map_or_else(String::new, |source| format!(", {source}"));
            writeln!(out, "{name}  {key} ({words}{source})")?;
            writeln!(out, "   {}\n", clean::short(body.trim_start(), COLUMNS - 4))?;
        }
        let is_match = self.found.stage.is_match();
        let verdict = if is_match { "A match" } else { "No match" };
        writeln!(out, "{verdict}: {}", self.why())?;
        writeln!(out, "{}\n", self.grouping())?;
        self.figures(out)?;
        self.passages(out, all)?;
        self.differences(out, all)
    }

    /// What decided, in a sentence.
    fn why(&self) -> String {
        let Explanation {
            stage, comparison, ..
        } = &self.found;
        let jaccard = two_places(comparison.overlap.jaccard());
        match stage {
            Stage::NoWords => "one of them has not a word, so it matches nothing".to_owned(),
            Stage::NoCandidates => format!("they were never compared; {}", self.met()),
            Stage::CrowdedOut => format!(
                "they were not compared, since very many articles share what they share; {}",
                self.met()
            ),
            Stage::Sieved => "they were candidates, but have too few runs of two words in common, \
                              and in order, to be aligned"
                .to_owned(),
            Stage::Copies => "the same words in the same order".to_owned(),
            Stage::Unlike | Stage::NotRecycled | Stage::Match => {
                match self.corpus.detector.settings().mode {
                    Mode::Jaccard { threshold, .. } => {
                        let under = if stage.is_match() {
                            "not under"
                        } else {
                            "under"
                        };
                        format!(
                            "verified at a Jaccard similarity of {jaccard}, {under} the threshold \
                             of {threshold}"
                        )
                    }
                    _ => comparison.sentence(),
                }
            }
            _ => String::new(),
        }
    }

    /// How they came to be compared, or why not.
    fn met(&self) -> String {
        let banding = self.corpus.detector.banding();
        let Explanation {
            shared_bands,
            band_chance,
            sample,
            comparison,
            ..
        } = &self.found;
        let jaccard = two_places(comparison.overlap.jaccard());
        let met = format!(
            "they share {} of {} bands (of pairs at {jaccard}, {} share one)",
            shared_bands.len(),
            banding.bands(),
            percent(*band_chance),
        );
        if let Some(sample) = sample {
            let smaller = sample.a.min(sample.b);
            let common = match sample.common {
                0 => String::new(),
                common => format!(" ({common} of them too common to tell)"),
            };
            return format!(
                "{met} and {} of {smaller} sampled shingles{common}, where {} are enough",
                sample.shared, sample.enough
            );
        }
        met
    }

    /// Where grouping put them, and why.
    fn grouping(&self) -> String {
        let is_match = self.found.stage.is_match();
        let is_star = self.corpus.detector.settings().linkage == Linkage::Star;
        match self.placing {
            Placing::Together(number) => {
                let group = &self.groups.groups[number];
                let size = group.members.len();
                let centre = self.key(group.centre);
                if is_match || self.ids.contains(&group.centre) {
                    return format!("In one group of {size}, around {centre}.");
                }
                let scores = self.ids.map(|id| self.score(id, group.centre));
                format!(
                    "In one group of {size} all the same: A is {} and B is {} to {centre}, its \
                     centre.",
                    scores[0], scores[1]
                )
            }
            Placing::Apart(numbers) => {
                let place = |number: Option<usize>| match number {
                    None => "alone".to_owned(),
                    Some(number) => {
                        let group = &self.groups.groups[number];
                        let (size, centre) = (group.members.len(), self.key(group.centre));
                        format!("in a group of {size} around {centre}")
                    }
                };
                let [of_a, of_b] = numbers.map(place);
                let why = if is_match && is_star {
                    "; in a star, an article goes with the centre of most links that it matches, \
                     and with no one through a third"
                } else {
                    ""
                };
                if numbers == [None, None] {
                    return format!("Each stands alone{why}.");
                }
                format!("A stands {of_a}, B {of_b}{why}.")
            }
        }
    }

    fn key(&self, id: ArticleId) -> String {
        clean::line(self.corpus.key(id)).into_owned()
    }

    /// How alike an article and the centre of its group are, in words.
    fn score(&self, id: ArticleId, centre: ArticleId) -> String {
        let texts = (self.corpus.body(id), self.corpus.body(centre));
        let (Some(text), Some(of_centre)) = texts else {
            return "linked".to_owned();
        };
        let Ok(found) = self.corpus.detector.compare(&text, &of_centre) else {
            return "linked".to_owned();
        };
        match self.corpus.detector.settings().mode {
            Mode::Recycled { .. } => {
                let score = two_places(found.kinship.coverage());
                format!("{} ({score})", found.kinship.relation.name())
            }
            _ => format!("similar ({})", two_places(found.overlap.jaccard())),
        }
    }

    fn figures(&self, out: &mut dyn Write) -> io::Result<()> {
        let comparison = &self.found.comparison;
        let (overlap, evidence) = (comparison.overlap, &comparison.evidence);
        let kinship = &comparison.kinship;
        let settings = self.corpus.detector.settings();
        let mut line = |name: &str, figure: &str| writeln!(out, "  {name:<11}{figure}");
        line("met", &self.met())?;
        line(
            "as wholes",
            &format!(
                "Jaccard similarity {}: {} shared shingles of {} and {} different ones; {} of A \
                 stands in B, {} of B in A",
                two_places(overlap.jaccard()),
                overlap.shared,
                overlap.a,
                overlap.b,
                percent(overlap.a_in_b()),
                percent(overlap.b_in_a()),
            ),
        )?;
        line("aligned", &comparison.sentence())?;
        line(
            "by weight",
            &format!(
                "{} of A stands in B, {} of B in A",
                percent(kinship.a_coverage.into()),
                percent(kinship.b_coverage.into())
            ),
        )?;
        if kinship.relation != Relation::Exact {
            let limits = match settings.mode {
                Mode::Recycled { criteria } => [
                    format!(" (at least {})", percent(criteria.coverage)),
                    format!(" (at most {})", criteria.conflicts),
                    format!(" (under {})", percent(criteria.number_conflicts)),
                ],
                _ => Default::default(),
            };
            line(
                "judged by",
                &format!(
                    "coverage {}{}, facts that differ in 100 words {:.1}{}, numbers that differ \
                     {}{}",
                    percent(evidence.coverage()),
                    limits[0],
                    evidence.conflicts(),
                    limits[1],
                    percent(evidence.number_conflicts()),
                    limits[2],
                ),
            )?;
        }
        writeln!(out)
    }

    fn passages(&self, out: &mut dyn Write, all: bool) -> io::Result<()> {
        let passages = self.longest_passages();
        if passages.is_empty() {
            return writeln!(out, "NO PASSAGE STANDS IN BOTH");
        }
        writeln!(out, "PASSAGES IN BOTH, THE LONGEST FIRST\n")?;
        let shown = if all { usize::MAX } else { PASSAGES };
        for passage in passages.iter().take(shown) {
            let words = count(passage.words as usize, "word", "words");
            let kind = match passage.kind {
                PassageKind::Noisy => ", misread",
                PassageKind::Moved => ", moved",
                _ => "",
            };
            let place = format!("{words}{kind}");
            self.side_by_side(out, &place, passage.a, passage.b)?;
        }
        more(out, passages.len(), shown, "passages")
    }

    fn longest_passages(&self) -> Vec<Passage> {
        let mut passages = self.found.comparison.passages.clone();
        // A stable sort: they come in the order of A.
        passages.sort_by_key(|passage| std::cmp::Reverse(passage.words));
        passages
    }

    fn differences(&self, out: &mut dyn Write, all: bool) -> io::Result<()> {
        let differences = &self.found.comparison.differences;
        if differences.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nDIFFERENCES, FACTS FIRST\n")?;
        let mut ordered: Vec<&Difference> = differences.iter().collect();
        ordered.sort_by_key(|difference| !is_fact(difference.kind));
        let shown = if all { usize::MAX } else { DIFFERENCES };
        for difference in ordered.iter().take(shown) {
            let kind = difference_name(difference.kind);
            self.side_by_side(out, kind, difference.a, difference.b)?;
        }
        more(out, ordered.len(), shown, "differences")
    }

    /// What stands at a place of each, and under it the bytes.
    fn side_by_side(&self, out: &mut dyn Write, said: &str, a: Span, b: Span) -> io::Result<()> {
        const HALF: usize = (COLUMNS - SAID - 4) / 2;
        let quoted = |side: usize, span: Span| match &self.bodies[side][span.range()] {
            "" => "-".to_owned(),
            text => format!("“{}”", clean::short(text, HALF - 3)),
        };
        let place = |span: Span| format!("{}..{}", span.start, span.end);
        let (of_a, of_b) = (clean::padded(&quoted(0, a), HALF), quoted(1, b));
        let (place_a, place_b) = (clean::padded(&place(a), HALF), place(b));
        writeln!(out, "  {said:<SAID$}{of_a}  {of_b}")?;
        writeln!(out, "  {:<SAID$}{place_a}  {place_b}", "")
    }

    fn record(&self) -> Record<'_> {
        let comparison = &self.found.comparison;
        let overlap = comparison.overlap;
        let [a, b] = self.ids.map(|id| self.corpus.key(id));
        let numbers = match self.placing {
            Placing::Together(number) => [Some(number); 2],
            Placing::Apart(numbers) => numbers,
        };
        let place = |number: Option<usize>| {
            number.map(|number| {
                let group = &self.groups.groups[number];
                Place {
                    centre: self.corpus.key(group.centre),
                    kept: self.corpus.key(group.kept),
                    articles: group.members.len(),
                }
            })
        };
        let text = |side: usize, span: Span| &self.bodies[side][span.range()];
        let banding = self.corpus.detector.banding();
        Record {
            schema: reprint::report::SCHEMA,
            kind: "explanation",
            a,
            b,
            mode: self.corpus.detector.settings().mode,
            stage: self.found.stage,
            matches: self.found.stage.is_match(),
            same_group: matches!(self.placing, Placing::Together(_)),
            a_group: place(numbers[0]),
            b_group: place(numbers[1]),
            why: self.why(),
            sentence: comparison.sentence(),
            jaccard: overlap.jaccard(),
            a_in_b: overlap.a_in_b(),
            b_in_a: overlap.b_in_a(),
            relation: comparison.kinship.relation,
            derived: comparison.kinship.derived.map(|side| match side {
                Side::A => a,
                Side::B => b,
            }),
            evidence: comparison.evidence,
            shared_bands: &self.found.shared_bands,
            bands: banding.bands(),
            rows: banding.rows(),
            band_chance: self.found.band_chance,
            sample: self.found.sample,
            passages: self
                .longest_passages()
                .into_iter()
                .map(|passage| Quoted {
                    kind: passage.kind,
                    a: passage.a,
                    b: passage.b,
                    a_text: text(0, passage.a),
                    b_text: text(1, passage.b),
                })
                .collect(),
            differences: comparison
                .differences
                .iter()
                .map(|difference| Quoted {
                    kind: difference.kind,
                    a: difference.a,
                    b: difference.b,
                    a_text: text(0, difference.a),
                    b_text: text(1, difference.b),
                })
                .collect(),
        }
    }
}

/// The explanation for programs. Spans are bytes of the bodies.
#[derive(Serialize)]
struct Record<'a> {
    schema: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    a: &'a str,
    b: &'a str,
    mode: Mode,
    stage: Stage,
    matches: bool,
    same_group: bool,
    a_group: Option<Place<'a>>,
    b_group: Option<Place<'a>>,
    why: String,
    sentence: String,
    jaccard: f64,
    a_in_b: f64,
    b_in_a: f64,
    relation: Relation,
    derived: Option<&'a str>,
    evidence: reprint::relation::Evidence,
    shared_bands: &'a [usize],
    bands: usize,
    rows: usize,
    band_chance: f64,
    sample: Option<reprint::index::SharedSample>,
    passages: Vec<Quoted<'a, PassageKind>>,
    differences: Vec<Quoted<'a, DifferenceKind>>,
}

#[derive(Serialize)]
struct Place<'a> {
    centre: &'a str,
    kept: &'a str,
    articles: usize,
}

#[derive(Serialize)]
struct Quoted<'a, K> {
    kind: K,
    a: Span,
    b: Span,
    a_text: &'a str,
    b_text: &'a str,
}

fn is_fact(kind: DifferenceKind) -> bool {
    !matches!(
        kind,
        DifferenceKind::Replaced | DifferenceKind::Inserted | DifferenceKind::Dropped
    )
}

fn difference_name(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Number => "number",
        DifferenceKind::Amount => "amount",
        DifferenceKind::Name => "name",
        DifferenceKind::Date => "date",
        DifferenceKind::Replaced => "other words",
        DifferenceKind::Inserted => "in B only",
        DifferenceKind::Dropped => "in A only",
        _ => "difference",
    }
}

/// Rounded down: 100% is all of it, and 0% may be a little.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 1.0 {
        return "under 1%".to_owned();
    }
    format!("{:.0}%", percent.floor())
}

fn more(out: &mut dyn Write, there_are: usize, shown: usize, what: &str) -> io::Result<()> {
    if there_are > shown {
        writeln!(
            out,
            "  {} more {what} (--all shows them)",
            there_are - shown
        )?;
    }
    Ok(())
}
