//! Templates as a table: fixed runs, and the text in each slot.
//!
//! In: the templates over all articles. Out: the templates with the most articles, each with a few
//! uses; or a record for each template.

use std::io::{self, Write};

use reprint::ArticleId;
use reprint::report::TemplateRecord;
use reprint::template::{Piece, Template, TemplateKind, Use};

use super::clean;
use super::table::{count, thousands};
use crate::commands::FoundTemplates;
use crate::corpus::Corpus;

/// Most templates shown, unless all are asked for.
const TEMPLATES: usize = 20;
/// Most uses shown of a template, unless all are asked for.
const USES: usize = 4;

/// Columns of a template.
const PIECES: usize = 160;
/// Columns of a key.
const KEY: usize = 40;
/// Columns of the text in a slot.
const SLOT: usize = 30;

/// Writes the templates with the most articles: frames and headings first, then boilerplate.
pub(crate) fn write(
    out: &mut dyn Write,
    corpus: &Corpus,
    found: &FoundTemplates,
    all: bool,
) -> io::Result<()> {
    let is_boilerplate = |template: &&Template| template.kind == TemplateKind::Boilerplate;
    let templates = || found.templates.templates.iter();
    let frames = templates().filter(|template| !is_boilerplate(template));
    section(out, corpus, "TEMPLATES", &frames.collect::<Vec<_>>(), all)?;
    let lines = templates().filter(is_boilerplate);
    section(out, corpus, "BOILERPLATE", &lines.collect::<Vec<_>>(), all)?;
    let counts = &found.counts;
    if counts.articles > 0 {
        let articles = count(counts.articles, "article", "articles");
        writeln!(out, "{articles} mostly of a template\n")?;
    }
    if counts.grams_kept_one_in > 1 {
        writeln!(
            out,
            "the memory was enough for one run of words in {}: templates of short sentences are \
             missing\n",
            counts.grams_kept_one_in
        )?;
    }
    if counts.specifics_kept_one_in > 1 {
        writeln!(
            out,
            "the memory was enough for one in {} of the names and numbers kept to tell an article's \
             story: copies of one may stand here as a template\n",
            counts.specifics_kept_one_in
        )?;
    }
    if counts.uses_kept_one_in > 1 {
        writeln!(
            out,
            "the memory was enough for the uses in one article of {}: so are the counts, and \
             templates of few articles are missing\n",
            counts.uses_kept_one_in
        )?;
    }
    Ok(())
}

fn section(
    out: &mut dyn Write,
    corpus: &Corpus,
    name: &str,
    templates: &[&Template],
    all: bool,
) -> io::Result<()> {
    let most = |most: usize| if all { usize::MAX } else { most };
    if templates.is_empty() {
        return Ok(());
    }
    writeln!(out, "{name}\n")?;
    for template in templates.iter().take(most(TEMPLATES)) {
        one(out, corpus, template, most(USES))?;
    }
    if templates.len() > most(TEMPLATES) {
        let more = templates.len() - TEMPLATES;
        writeln!(out, "{} more (--all shows them)\n", thousands(more))?;
    }
    Ok(())
}

fn one(out: &mut dyn Write, corpus: &Corpus, template: &Template, most: usize) -> io::Result<()> {
    let kind = match template.kind {
        TemplateKind::Heading => "heading",
        TemplateKind::Frame => "frame",
        _ => "line",
    };
    let articles = count(template.articles, "article", "articles");
    let sources = count(template.sources, "publisher", "publishers");
    writeln!(out, "{kind} in {articles} of {sources}")?;
    let mut number = 0;
    let pieces = template.pieces.iter().map(|piece| {
        if let Piece::Fixed(text) = piece {
            return text.clone();
        }
        number += 1;
        format!("[{number}]")
    });
    let pieces: Vec<String> = pieces.collect();
    writeln!(out, "  {}", clean::short(&pieces.join(" "), PIECES))?;
    let key = |used: &Use| ArticleId::new(used.article).map_or("", |id| corpus.key(id));
    let mut uses: Vec<&Use> = template.uses.iter().collect();
    uses.sort_by_key(|used| (key(used), used.span));
    let rows: Vec<Vec<String>> = uses
        .into_iter()
        .take(most)
        .map(|used| {
            let key = key(used);
            let slots = used.filled.iter().map(|filled| match filled.as_str() {
                "" => "-".to_owned(),
                filled => clean::short(filled, SLOT),
            });
            std::iter::once(clean::short(key, KEY))
                .chain(slots)
                .collect()
        })
        .collect();
    let widths: Vec<usize> = (0..=number)
        .map(|at| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| clean::width(cell)).max().unwrap_or(0)
        })
        .collect();
    for row in &rows {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, &width)| clean::padded(cell, width));
        let line = cells.collect::<Vec<_>>().join("  ");
        writeln!(out, "    {}", line.trim_end())?;
    }
    if template.uses.len() > most {
        writeln!(out, "    … {} more", thousands(template.uses.len() - most))?;
    }
    writeln!(out)
}

/// A record for each template, most articles first.
pub(crate) fn records<'a>(
    corpus: &'a Corpus,
    found: &'a FoundTemplates,
) -> impl Iterator<Item = TemplateRecord<'a>> {
    let keys = |number| ArticleId::new(number).map_or("", |id| corpus.key(id));
    let all = &found.templates;
    let mut scaffold_of = vec![None; all.templates.len()];
    for (number, scaffold) in all.scaffolds.iter().enumerate() {
        for &template in scaffold {
            scaffold_of[template] = Some(number);
        }
    }
    let templates = all.templates.iter().zip(scaffold_of).enumerate();
    templates.map(move |(number, (template, scaffold))| {
        TemplateRecord::new(number, template, scaffold, &keys)
    })
}
