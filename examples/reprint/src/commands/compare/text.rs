//! The explanation for people.
//!
//! In: a [`Page`]. Out: the verdict with its reason, the figures, and passages and differences side
//! by side.

use std::io::{self, Write};

use reprint::relation::{Difference, DifferenceKind, PassageKind, Relation};
use reprint::text::Span;
use reprint::{ArticleId, Explanation, Linkage, Mode, Stage};

use super::{Page, Placing};
use crate::commands::{count, two_places};
use crate::output::clean;

/// Columns of the page.
const COLUMNS: usize = 120;

/// Most passages shown, unless all are asked for.
const PASSAGES: usize = 8;
/// Most differences shown, unless all are asked for.
const DIFFERENCES: usize = 20;

/// Columns for the description of a passage or a difference.
const SAID: usize = 20;

impl Page<'_> {
    pub(super) fn write(&self, out: &mut dyn Write, all: bool) -> io::Result<()> {
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

    /// The deciding reason, in a sentence.
    pub(super) fn why(&self) -> String {
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

    /// Why the articles were compared or not.
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

    /// Where grouping put the articles, and why.
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
                    self.parted_by_stars(numbers)
                } else {
                    String::new()
                };
                if numbers == [None, None] {
                    return format!("Each stands alone{why}.");
                }
                format!("A stands {of_a}, B {of_b}{why}.")
            }
        }
    }

    /// Why two matching articles are in different groups.
    fn parted_by_stars(&self, numbers: [Option<usize>; 2]) -> String {
        let mut why = "; in a star, who is free goes with the centre of most links that it matches"
            .to_owned();
        let others = [
            ("A", self.ids[0], numbers[1]),
            ("B", self.ids[1], numbers[0]),
        ];
        for (name, id, other) in others {
            let Some(centre) = other.map(|number| self.groups.groups[number].centre) else {
                continue;
            };
            let found = self.corpus.detector.explain(id, centre, &self.corpus.texts);
            if found.is_ok_and(|found| !found.stage.is_match()) {
                let centre = self.key(centre);
                why = format!("{why}; {name} does not match {centre}");
            }
        }
        why
    }

    fn key(&self, id: ArticleId) -> String {
        clean::line(self.corpus.key(id)).into_owned()
    }

    /// The similarity of an article and its group's centre, in words.
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
                let score = two_places(found.summary.coverage());
                format!("{} ({score})", found.summary.relation.name())
            }
            _ => format!("similar ({})", two_places(found.overlap.jaccard())),
        }
    }

    fn figures(&self, out: &mut dyn Write) -> io::Result<()> {
        let comparison = &self.found.comparison;
        let (overlap, evidence) = (comparison.overlap, &comparison.evidence);
        let summary = &comparison.summary;
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
                percent(summary.a_coverage.into()),
                percent(summary.b_coverage.into())
            ),
        )?;
        if summary.relation != Relation::Exact {
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

    /// Two passages side by side, with their byte ranges below.
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

/// Rounded down, so that 100% means all. A small share above 0 is written as under 1%.
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
