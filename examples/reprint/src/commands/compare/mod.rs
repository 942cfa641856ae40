//! Why two articles match, or at which stage they parted.
//!
//! In: two keys and a corpus, or two files. Out: figures, the last stage that the pair reached, the
//! articles' groups, shared passages and differences.

mod record;
mod text;

use std::path::Path;

use reprint::relation::Passage;
use reprint::report::{Lineage, StoryRecord, SummaryRecord};
use reprint::{ArticleId, Explanation, Groups};

use super::outputs::write_page;
use super::{Talk, count, groups, load_with, nearest};
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{CommandFormat, CompareOptions};
use crate::output::report::Report;
use crate::output::sink::Sink;
use crate::output::{Found, json};
use crate::problems::Problems;

pub(super) fn run(options: CompareOptions) -> Result<(), Failure> {
    let CompareOptions {
        a,
        b,
        mut paths,
        all,
        report,
        common,
    } = options;
    let are_files = paths.is_empty();
    if are_files {
        for path in [&a, &b] {
            if path != "-" && !Path::new(path).exists() {
                return Err(Failure::usage(format!(
                    "there is no file {path}: without PATH, both names are files; for the keys of \
                     two articles, say PATH after them"
                )));
            }
        }
        paths = [&a, &b].map(Into::into).into();
    }
    let settings = common.matching.settings()?;
    let mut talk = Talk::new(&common.input, &common.run);
    let sink = report.as_deref().map(|path| Sink::open(Some(path)));
    let sink = sink.transpose()?;
    let corpus = load_with(settings, &paths, &common, &mut talk)?;
    let [a, b] = if are_files {
        of_files(&corpus)?
    } else {
        [
            nearest::article(&corpus, &a)?,
            nearest::article(&corpus, &b)?,
        ]
    };
    if a == b {
        let key = corpus.key(a);
        return Err(Failure::usage(format!(
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
    })?;
    if let Some(sink) = sink {
        write_report(sink, [a, b], &corpus, &groups, &talk.problems)?;
    }
    talk.problems.check_whole()
}

/// Writes the page of the two articles.
fn write_report(
    sink: Sink,
    pair: [ArticleId; 2],
    corpus: &Corpus,
    groups: &Groups,
    problems: &Problems,
) -> Result<(), Failure> {
    let lineage = Lineage::new(groups, &|id| corpus.key(id));
    let stories = StoryRecord::all(&corpus.detector, groups);
    let mut summary = SummaryRecord::new(&corpus.detector, groups);
    summary.skipped = problems.skipped();
    summary.noted = problems.noted();
    let found = Found {
        corpus,
        groups,
        lineage: &lineage,
        stories: &stories,
        templates: None,
        only: &[],
        reference: None,
        measures: &[],
    };
    let shown = Report {
        found: &found,
        summary: &summary,
        phrases: None,
        pair: Some(pair),
    };
    sink.write(Vec::new(), |out| write_page(out, &shown, problems))
}

/// The articles of two files with a single article each.
fn of_files(corpus: &Corpus) -> Result<[ArticleId; 2], Failure> {
    let ids: Vec<ArticleId> = super::ids(corpus).collect();
    ids.try_into().map_err(|ids: Vec<ArticleId>| {
        let articles = count(ids.len(), "article", "articles");
        Failure::Failed(format!(
            "the two files hold {articles}, not one each; give the keys of two articles, then PATH"
        ))
    })
}

fn body(corpus: &Corpus, id: ArticleId) -> Result<String, Failure> {
    let body = corpus.body(id).map(Into::into);
    body.ok_or_else(|| Failure::Failed(format!("{} could not be read again", corpus.key(id))))
}

/// Where grouping put two articles.
#[derive(Clone, Copy, Debug)]
enum Placing {
    /// Both are in the group with this number.
    Together(usize),
    /// Each is in a group, or stands alone.
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

/// The explanation of two articles.
struct Page<'a> {
    ids: [ArticleId; 2],
    bodies: [String; 2],
    found: Explanation,
    placing: Placing,
    corpus: &'a Corpus,
    groups: &'a Groups,
}

impl Page<'_> {
    /// Shared passages, longest first.
    fn longest_passages(&self) -> Vec<Passage> {
        let mut passages = self.found.comparison.passages.clone();
        // A stable sort: equally long passages stay in the order of `a`.
        passages.sort_by_key(|passage| std::cmp::Reverse(passage.words));
        passages
    }
}
