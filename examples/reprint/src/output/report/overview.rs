//! The overview: counts of read, grouped, flagged, unjudged and skipped articles, and settings.
//!
//! In: the run's summary. Out: the head of the page, readable without a script.

use std::fmt::Write as _;
use std::io::{self, Write};

use reprint::relation::Relation;
use reprint::report::SummaryRecord;

use super::page::{Figure, Head, Table};
use super::records::{thousands, uid};
use super::{Report, count, matrix, plots};
use crate::output::clean;

/// Writes the head of the page.
pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let Report {
        found,
        summary,
        pair,
        ..
    } = report;
    let matched = found.corpus.known.iter().flatten();
    let matched: std::collections::BTreeSet<_> = matched.map(|known| &known.key).collect();
    let is_pair = pair.is_some();
    Head {
        version: summary.version.clone(),
        policy: Head::policy(),
        style: Head::style(),
        title: if is_pair {
            "Two articles"
        } else {
            "Recycled articles"
        },
        start: pair.map_or_else(String::new, |pair| {
            let [a, b] = pair.map(|id| uid(found.corpus.key(id), false).into_owned());
            format!("#/pair/{}/{}", encoded(&a), encoded(&b))
        }),
        lede: lede(report),
        notices: notices(summary),
        groups: thousands(summary.groups + matched.len()),
        flagged: summary
            .phrasing
            .map(|verdicts| thousands(verdicts.repetitive + verdicts.suspicious)),
        templates: summary.templates.map(|counts| thousands(counts.templates)),
        figures: figures(report),
        plots: if is_pair {
            Vec::new()
        } else {
            plots::all(found)
        },
        matrix: if is_pair {
            None
        } else {
            matrix::matrix(found.stories)
        },
        tables: tables(report),
    }
    .write(out)
}

/// A key, percent-encoded.
fn encoded(key: &str) -> String {
    let mut out = String::new();
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The run in a few sentences.
fn lede(report: &Report<'_>) -> String {
    let Report { found, summary, .. } = report;
    let mut said = vec![format!(
        "{} came in.",
        count(summary.articles, "article", "articles")
    )];
    if let Some((first, last)) = dates(report) {
        said.push(if first == last {
            format!("Those with a date are of {first}.")
        } else {
            format!("Those with a date are from {first} to {last}.")
        });
    }
    if summary.groups > 0 {
        said.push(format!(
            "{} in {}: to keep one of each would drop {}.",
            count(summary.grouped, "stands", "stand"),
            count(
                summary.groups,
                "group of recycled articles",
                "groups of recycled articles"
            ),
            thousands(summary.grouped - summary.groups)
        ));
    } else if summary.reference.is_none() {
        said.push("None is a copy of another one.".to_owned());
    }
    if let Some(reference) = summary.reference {
        said.push(format!(
            "{} one of the {} of the reference.",
            count(reference.matched, "matches", "match"),
            count(reference.articles, "article", "articles")
        ));
    }
    if let Some(verdicts) = summary.phrasing {
        let flagged = verdicts.repetitive + verdicts.suspicious;
        said.push(if flagged == 0 {
            "None works one phrase over and over.".to_owned()
        } else {
            format!(
                "{} one phrase over and over, or may do so.",
                count(flagged, "works", "work")
            )
        });
    }
    if found.lineage.gone().count() > 0 {
        said.push(format!(
            "{} of the earlier run no more.",
            count(found.lineage.gone().count(), "group is", "groups are")
        ));
    }
    said.join(" ")
}

/// The first and the last date of the input, as days.
fn dates(report: &Report<'_>) -> Option<(String, String)> {
    let corpus = report.found.corpus;
    let dates = || corpus.ids().filter_map(|id| corpus.detector.date(id));
    let day = |at: i64| {
        let at = jiff::Timestamp::from_second(at).ok()?;
        Some(at.strftime("%-d %B %Y").to_string())
    };
    Some((day(dates().min()?)?, day(dates().max()?)?))
}

/// Warnings about missing matches.
fn notices(summary: &SummaryRecord<'_>) -> Vec<String> {
    let mut notices = Vec::new();
    if summary.unread > 0 {
        notices.push(format!(
            "{} not be read again: their matches are missing.",
            count(summary.unread, "text could", "texts could")
        ));
    }
    let suspended = summary.candidates.suspended_articles;
    if suspended > 0 {
        notices.push(format!(
            "{} too much alike to compare all pairs, so that the promised recall is not kept there.",
            count(suspended, "article is", "articles are")
        ));
    }
    notices
}

fn figures(report: &Report<'_>) -> Vec<Figure> {
    let Report { found, summary, .. } = report;
    let figure = |name, value, note: String| Figure {
        name,
        value: thousands(value),
        note,
    };
    let mut figures = vec![figure("articles", summary.articles, String::new())];
    figures.push(figure(
        "in groups",
        summary.grouped,
        count(summary.groups, "group", "groups"),
    ));
    let dropped = found.articles().iter().filter(|one| !one.kept).count();
    figures.push(figure(
        "to drop",
        dropped,
        "if one of each is kept".to_owned(),
    ));
    if let Some(reference) = summary.reference {
        figures.push(figure(
            "in the reference",
            reference.matched,
            format!("of {}", count(reference.articles, "article", "articles")),
        ));
    }
    if let Some(verdicts) = summary.phrasing {
        figures.push(figure(
            "flagged",
            verdicts.repetitive + verdicts.suspicious,
            format!(
                "{} repetitive, {} suspicious",
                thousands(verdicts.repetitive),
                thousands(verdicts.suspicious)
            ),
        ));
        figures.push(figure(
            "not judged",
            verdicts.not_prose,
            "verse, lists or tables".to_owned(),
        ));
    }
    let skipped: u64 = summary.skipped.values().sum();
    figures.push(figure(
        "skipped",
        skipped as usize,
        kinds(summary.skipped.keys()),
    ));
    figures
}

fn kinds<'a>(kinds: impl Iterator<Item = &'a String>) -> String {
    let kinds: Vec<String> = kinds.map(|kind| kind.replace('_', " ")).collect();
    kinds.join(", ")
}

/// A relation in words.
fn relation(relation: Relation) -> String {
    match relation {
        Relation::Exact => "the same text",
        Relation::LightEdit => "lightly edited",
        Relation::Abridged => "shortened",
        Relation::Excerpt => "excerpt",
        Relation::Update => "other version",
        Relation::Partial => "a passage only: no copy",
        Relation::Template => "a template only: no copy",
        _ => "nothing that tells",
    }
    .to_owned()
}

/// The tables below the overview, without those that have no rows.
fn tables(report: &Report<'_>) -> Vec<Table> {
    let Report { found, summary, .. } = report;
    let mut tables = Vec::new();
    // Pairs: how far the search went, and the relations found.
    let candidates = &summary.candidates;
    tables.push(Table {
        title: "Pairs",
        rows: vec![
            ("candidates".to_owned(), thousands(candidates.pairs)),
            (
                "compared in full".to_owned(),
                thousands(candidates.compared),
            ),
            (
                "copies of different texts".to_owned(),
                thousands(summary.links),
            ),
        ],
    });
    let relations = summary.relations.iter();
    let rows: Vec<_> = relations
        .map(|(&kind, &count)| (relation(kind), thousands(count)))
        .collect();
    if !rows.is_empty() {
        tables.push(Table {
            title: "What pairs share",
            rows,
        });
    }
    // Groups by change, with an earlier run.
    if let Some(changes) = &summary.changes {
        let changes = changes.iter();
        tables.push(Table {
            title: "Groups since the earlier run",
            rows: changes
                .map(|(kind, count)| (kind.clone(), thousands(*count)))
                .collect(),
        });
    }
    // Input that was left out or accepted with a warning, by kind.
    for (title, counts) in [
        ("Left out of the input", &summary.skipped),
        ("Taken with a reservation", &summary.noted),
    ] {
        let counts = counts.iter();
        let rows: Vec<_> = counts
            .map(|(kind, &count)| (kind.replace('_', " "), thousands(count as usize)))
            .collect();
        if !rows.is_empty() {
            tables.push(Table { title, rows });
        }
    }
    // Articles that fail a published measure, in the order of the rules.
    let mut failing: Vec<(String, usize)> = Vec::new();
    for check in found.measures.iter().flatten() {
        let name = clean::line(&serde_json::to_string(&check.measure).unwrap_or_default())
            .trim_matches('"')
            .replace('_', " ");
        let at = failing.iter().position(|(known, _)| *known == name);
        let at = at.unwrap_or_else(|| {
            failing.push((name, 0));
            failing.len() - 1
        });
        failing[at].1 += usize::from(!check.passes);
    }
    failing.retain(|&(_, articles)| articles > 0);
    if !failing.is_empty() {
        let rows = failing.into_iter();
        tables.push(Table {
            title: "Articles that fail a published measure",
            rows: rows.map(|(name, count)| (name, thousands(count))).collect(),
        });
    }
    // Settings, each with its source unless it is the default.
    let mut settings: Vec<(String, String)> = summary
        .options
        .iter()
        .map(|(name, option)| {
            let from = if option.from == "default" {
                String::new()
            } else {
                format!(" ({})", option.from)
            };
            let value = match option.value.as_str() {
                "true" => "yes",
                "false" => "no",
                value => value,
            };
            (format!("--{name}"), format!("{value}{from}"))
        })
        .collect();
    settings.push(("reprint".to_owned(), summary.version.clone()));
    tables.push(Table {
        title: "Settings",
        rows: settings,
    });
    tables
}
