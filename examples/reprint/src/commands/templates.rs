//! Templates over all articles.
//!
//! In: the articles and their groups. Out: text that many articles share. A group counts as a
//! single article, since ten reprints are no template.

use std::borrow::Cow;

use rayon::prelude::*;
use reprint::report::TemplateCounts;
use reprint::template::{TemplateArticle, TemplateLearner, TemplateSettings, Templates};
use reprint::{ArticleId, Groups};

use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::progress::Progress;

/// Articles whose texts are in memory at a time. Chosen by hand.
const BATCH: usize = 1024;

/// Templates and their counts.
#[derive(Debug)]
pub(crate) struct FoundTemplates {
    pub(crate) templates: Templates,
    pub(crate) counts: TemplateCounts,
}

/// Finds the templates, in two passes over the texts.
pub(super) fn find(
    corpus: &Corpus,
    groups: &Groups,
    progress: &mut Progress,
) -> Result<FoundTemplates, Failure> {
    let failed = |error: reprint::Error| Failure::Failed(error.to_string());
    let ids: Vec<ArticleId> = (0..corpus.detector.len())
        .filter_map(ArticleId::new)
        .collect();
    let mut group_of = vec![None; ids.len()];
    for (number, group) in (0..).zip(&groups.groups) {
        for member in &group.members {
            group_of[member.id.index()] = Some(number);
        }
    }
    // Unreadable texts are reported elsewhere.
    let read = |ids: &[ArticleId]| -> Vec<Cow<'_, str>> {
        let bodies = ids
            .par_iter()
            .map(|&id| corpus.body(id).unwrap_or_default());
        bodies.collect()
    };
    let mut learner = TemplateLearner::new(TemplateSettings::default()).map_err(failed)?;
    progress.stage("learning templates");
    for ids in ids.chunks(BATCH) {
        let bodies = read(ids);
        learner
            .learn(&described(corpus, &group_of, ids, &bodies))
            .map_err(failed)?;
    }
    progress.clear();
    let model = learner.finish();
    let mut collector = model.collector();
    let mut templated = 0;
    progress.stage("gathering templates");
    for ids in ids.chunks(BATCH) {
        let bodies = read(ids);
        let scaffolds = collector
            .add(&described(corpus, &group_of, ids, &bodies))
            .map_err(failed)?;
        templated += scaffolds.iter().filter(|found| found.templated).count();
    }
    progress.clear();
    let templates = collector.finish();
    let counts = TemplateCounts::new(&model, &templates, templated);
    Ok(FoundTemplates { templates, counts })
}

/// Articles in the form that the template search takes.
fn described<'t>(
    corpus: &'t Corpus,
    group_of: &[Option<u64>],
    ids: &[ArticleId],
    bodies: &'t [Cow<'_, str>],
) -> Vec<TemplateArticle<'t>> {
    let articles = ids.iter().zip(bodies);
    let articles = articles.map(|(&id, body)| {
        TemplateArticle::new(body)
            .group(group_of[id.index()])
            .source(corpus.detector.source(id))
    });
    articles.collect()
}
