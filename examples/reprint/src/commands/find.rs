//! The main command: groups and flagged articles.
//!
//! In: [`Options`]. Out: the results, on stdout or in a file; or a [`Failure`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use reprint::phrase::{PhraseDetector, PhraseSettings};
use reprint::report::{
    ChangeKind, EarlierGroup, Lineage, OptionRecord, StoryRecord, SummaryRecord, VerdictCounts,
};
use reprint::{Detector, Groups};

use super::keep::Keeping;
use super::outputs::{self, Outputs};
use super::{
    Talk, dry_run, failed, groups, load, paths_or_samples, phrases as phrasing, reference,
    templates,
};
use crate::corpus::Corpus;
use crate::failure::Failure;
use crate::options::{FailOn, Options};
use crate::output::Found;
use crate::output::table::{count, thousands};
use crate::previous;
use crate::problems::Problems;

pub(super) fn run(
    options: &Options,
    samples: Option<&Path>,
    told: BTreeMap<String, OptionRecord>,
    notes: &[String],
) -> Result<(), Failure> {
    // 1. Check the options before any reading. A dry run and `--explain` end here.
    let settings = options.matching.settings()?;
    let build = || {
        let detector = Detector::builder().settings(settings.clone()).build();
        detector.map_err(|error| Failure::of_setting(&error))
    };
    let detector = build()?;
    let phrases = phrase_detector(options)?;
    let mut talk = Talk::new(&options.input, &options.run);
    say_first(&talk, options, notes);
    let paths = paths_or_samples(options.paths.clone(), samples, &talk.problems)?;
    outputs::check(options, &paths)?;
    if options.output.dry_run {
        let settings = detector.settings();
        return dry_run::run(options, &paths, settings, &told, &mut talk.problems);
    }
    if let (Some(key), Some(phrases)) = (&options.phrases.phrases_of, &phrases) {
        let corpus = load(detector, Some(phrases), &paths, &options.input, &mut talk)?;
        return phrasing::show(&corpus, key, phrases, &options.output);
    }
    // 2. Open everything that is read or written besides the input, so that errors come before the
    // work.
    let earlier = options.output.previous.as_deref();
    let earlier = earlier.map(previous::read).transpose()?;
    let outputs = Outputs::open(&options.output)?;
    let keeping = Keeping::begin(&options.keep, &paths, &mut talk)?;
    // 3. Load the reference, then the input, and match the input with the reference.
    let has_reference = !options.keep.reference.is_empty();
    let reference = if has_reference {
        let paths = &options.keep.reference;
        Some(reference::read(build()?, paths, &options.input, &mut talk)?)
    } else {
        None
    };
    let mut corpus = load(
        detector,
        phrases.as_ref(),
        &paths,
        &options.input,
        &mut talk,
    )?;
    let reference_counts = match &reference {
        Some(reference) => Some(reference::match_with(reference, &mut corpus, &mut talk)?),
        None => None,
    };
    // Only the page shows texts of the reference again.
    let reference = reference.filter(|_| outputs.has_page());
    // 4. Group the input, and name the groups after the earlier run's.
    let groups = if has_reference && !options.keep.within {
        // Pairs within the input are not wanted.
        build()?.groups(&corpus.texts).map_err(failed)?
    } else {
        groups(&corpus, &options.input, &mut talk)?
    };
    let lineage = lineage(earlier, &groups, &corpus);
    let stories = StoryRecord::all(&corpus.detector, &groups);

    // 5. Search for templates and measures, as far as asked for and as the output has a place for
    // them.
    let has_templates = options.phrases.templates && outputs.has_templates();
    let templates = has_templates.then(|| templates::find(&corpus, &groups, &mut talk.progress));
    let templates = templates.transpose()?;
    let measures = if options.phrases.measures && outputs.has_measures() {
        phrasing::measures(&corpus)
    } else {
        Vec::new()
    };

    // 6. Write the kept records, then the output with its summary.
    let found = Found {
        corpus: &corpus,
        groups: &groups,
        lineage: &lineage,
        stories: &stories,
        templates: templates.as_ref(),
        only: &options.output.only,
        reference: reference.as_ref(),
        measures: &measures,
    };
    let written = match keeping {
        Some(keeping) => keeping.write(&found.articles(), &options.input, &mut talk)?,
        None => Vec::new(),
    };
    let problems = talk.problems;

    let mut summary = SummaryRecord::new(&corpus.detector, &groups);
    summary.options = told;
    summary.changes = lineage.counts();
    summary.phrasing = phrases.is_some().then(|| verdicts(&corpus));
    summary.templates = templates.as_ref().map(|found| found.counts);
    let phrase_settings = phrases.as_ref().map(PhraseDetector::settings);
    summary.phrase_settings = phrase_settings.map(Cow::Borrowed);
    summary.reference = reference_counts;
    summary.skipped = problems.skipped();
    summary.noted = problems.noted();

    let failing = failing(options.output.fail_on, &summary);
    outputs.write(
        written,
        &options.output,
        &found,
        &summary,
        phrases.as_ref(),
        &problems,
    )?;
    // 7. Report what makes the run fail, after everything is written.
    if let Some(note) = not_judged(options.output.fail_on, summary.phrasing) {
        Problems::say_always(&note);
    }
    problems.check_whole()?;
    failing.map_or(Ok(()), |message| Err(Failure::Found(message)))
}

/// The names of the groups: those of the earlier run where one is given.
fn lineage(earlier: Option<Vec<EarlierGroup>>, groups: &Groups, corpus: &Corpus) -> Lineage {
    let keys = |id| corpus.key(id);
    match earlier {
        Some(earlier) => Lineage::since(earlier, groups, &keys),
        None => Lineage::new(groups, &keys),
    }
}

/// The phrase search, unless switched off.
fn phrase_detector(options: &Options) -> Result<Option<PhraseDetector>, Failure> {
    if options.matching.no_phrases {
        return Ok(None);
    }
    let phrases = PhraseDetector::new(PhraseSettings::default());
    let phrases = phrases.map_err(|error| Failure::of_setting(&error))?;
    Ok(Some(phrases))
}

/// Writes messages that come before any reading.
fn say_first(talk: &Talk, options: &Options, notes: &[String]) {
    for note in notes {
        talk.problems.say(note);
    }
    for what in outputs::without_place(options) {
        talk.problems.say(what);
    }
}

/// The findings that `--fail-on` names, in words; `None` if nothing was found.
fn failing(fail_on: Option<FailOn>, summary: &SummaryRecord<'_>) -> Option<String> {
    let repetitive = summary.phrasing.map_or(0, |verdicts| verdicts.repetitive);
    let change = |kind: ChangeKind| {
        let changes = summary.changes.as_ref();
        changes
            .and_then(|changes| changes.get(kind.name()).copied())
            .unwrap_or_default()
    };
    let coming = [
        ChangeKind::New,
        ChangeKind::Grew,
        ChangeKind::Changed,
        ChangeKind::Merged,
    ];
    let grown = coming.into_iter().map(change).sum();
    let (groups, articles) = match fail_on? {
        FailOn::Found => (summary.groups, 0),
        FailOn::Repetitive => (0, repetitive),
        FailOn::Any => (summary.groups, repetitive),
        FailOn::New => (grown, 0),
    };
    let matched = summary.reference.map_or(0, |counts| counts.matched);
    let is_wanted = matches!(fail_on?, FailOn::Found | FailOn::Any);
    let matched = (matched > 0 && is_wanted)
        .then(|| format!("matches with the reference: {}", thousands(matched)));
    let groups =
        (groups > 0).then(|| format!("groups of recycled articles: {}", thousands(groups)));
    let articles = (articles > 0).then(|| format!("repetitive articles: {}", thousands(articles)));
    let parts: Vec<String> = matched.into_iter().chain(groups).chain(articles).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What a check for repetitive articles says of those that it could not judge.
fn not_judged(fail_on: Option<FailOn>, verdicts: Option<VerdictCounts>) -> Option<String> {
    let is_wanted = matches!(fail_on?, FailOn::Repetitive | FailOn::Any);
    let not_prose = verdicts?.not_prose;
    (is_wanted && not_prose > 0).then(|| {
        format!(
            "--fail-on did not judge the phrasing of {}: verse, lists or tables are not prose",
            count(not_prose, "article", "articles")
        )
    })
}

fn verdicts(corpus: &Corpus) -> VerdictCounts {
    corpus.phrasing.iter().map(|found| found.verdict).collect()
}
