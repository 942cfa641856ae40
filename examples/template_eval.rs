//! Measures template detection on labelled articles, and shows the templates found.
//!
//! In: a JSON Lines file (`text`; `label` 1 = templated, `kind`, `lang`, `source`, `id` where
//! known). Out: AUC, recall at 1% and .1% false positives, a table by kind and language. The
//! detector's near-duplicates count as one article. `cargo run --release --example template_eval --
//! FILE [--dump | --templates]`; `--dump` prints a line for each article instead (id, label, kind,
//! score, signals, shared units), `--templates` the templates of most articles.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use reprint::template::{
    Piece, Scaffold, TemplateArticle, TemplateLearner, TemplateSettings, Templates, UnitKind,
};
use reprint::{Article, Detector, MemoryTexts, Mode};

/// Templates shown by `--templates`.
const SHOWN: usize = 40;
/// Uses shown of each.
const USES: usize = 3;

struct Labelled {
    id: String,
    text: String,
    source: Option<String>,
    label: bool,
    kind: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args
        .next()
        .ok_or("usage: template_eval FILE [--dump | --templates]")?;
    let show = args.next().unwrap_or_default();
    let labelled = read(&path)?;
    let groups = group(&labelled)?;
    let articles: Vec<TemplateArticle<'_>> = labelled
        .iter()
        .zip(groups)
        .map(|(article, group)| {
            TemplateArticle::new(&article.text)
                .group(group)
                .source(article.source.as_deref())
        })
        .collect();
    let bytes: usize = labelled.iter().map(|article| article.text.len()).sum();
    let speed = |started: Instant| bytes as f64 / started.elapsed().as_secs_f64() / 1e6;
    let started = Instant::now();
    let mut learner = TemplateLearner::new(TemplateSettings::default())?;
    learner.learn(&articles)?;
    let model = learner.finish();
    let learning = speed(started);
    let started = Instant::now();
    let mut collector = model.collector();
    let scaffolds = collector.add(&articles)?;
    let judging = speed(started);
    let templates = collector.finish();
    match show.as_str() {
        "--dump" => dump(&labelled, &scaffolds),
        "--templates" => print_templates(&labelled, &templates),
        _ => {
            println!(
                "{} articles; learned at {learning:.0} MB/s, judged at {judging:.0} MB/s; one in {} \
                 grams kept; {} templates, {} scaffolds",
                articles.len(),
                model.kept_one_in(),
                templates.templates.len(),
                templates.scaffolds.len()
            );
            report(&labelled, &scaffolds);
        }
    }
    Ok(())
}

fn read(path: &str) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let mut labelled = Vec::new();
    for (number, line) in BufReader::new(File::open(path)?).lines().enumerate() {
        let article: serde_json::Value = serde_json::from_str(&line?)?;
        let field = |name: &str| article[name].as_str().map(str::to_owned);
        let kind = field("kind").unwrap_or_else(|| "-".to_owned());
        let lang = field("lang").unwrap_or_else(|| "-".to_owned());
        labelled.push(Labelled {
            id: field("id").unwrap_or_else(|| number.to_string()),
            text: field("text").ok_or_else(|| format!("line {number}: no text"))?,
            source: field("source"),
            label: article["label"].as_u64() == Some(1),
            kind: format!("{kind} {lang}"),
        });
    }
    Ok(labelled)
}

/// Every article's near-duplicate group, as a number.
fn group(labelled: &[Labelled]) -> Result<Vec<Option<u64>>, Box<dyn Error>> {
    let mut detector = Detector::builder().mode(Mode::jaccard()).build()?;
    let mut texts = MemoryTexts::new();
    for (number, article) in labelled.iter().enumerate() {
        let id = detector.insert(&Article::new(&number.to_string(), &article.text))?;
        texts.set(id, article.text.as_str());
    }
    let mut groups = vec![None; labelled.len()];
    for (number, group) in (0..).zip(detector.groups(&texts)?.groups) {
        for member in &group.members {
            let key = detector.key(member.id).ok_or("a member has a key")?;
            groups[key.parse::<usize>()?] = Some(number);
        }
    }
    Ok(groups)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn dump(labelled: &[Labelled], scaffolds: &[Scaffold]) {
    for (article, scaffold) in labelled.iter().zip(scaffolds) {
        let signals = scaffold.signals.iter();
        let signals: Vec<String> = signals
            .map(|s| format!("{}={:.3}", s.name, s.value))
            .collect();
        let units = scaffold.units.iter().map(|unit| {
            let kind = match unit.kind {
                UnitKind::Heading => "heading",
                UnitKind::Story => "story",
                _ => "sentence",
            };
            format!(
                "{kind} {}: {}",
                unit.others,
                one_line(&article.text[unit.span.range()])
            )
        });
        let units: Vec<String> = units.collect();
        let Labelled {
            id, label, kind, ..
        } = article;
        println!(
            "{id}\t{}\t{kind}\t{:.4}\t{}\t{}",
            u8::from(*label),
            scaffold.score,
            signals.join(" "),
            units.join(" | ")
        );
    }
}

fn print_templates(labelled: &[Labelled], found: &Templates) {
    for (number, template) in found.templates.iter().take(SHOWN).enumerate() {
        let pieces = template.pieces.iter().map(|piece| match piece {
            Piece::Fixed(text) => text.as_str(),
            _ => "[ ]",
        });
        let pieces: Vec<&str> = pieces.collect();
        println!(
            "{number} {:?}, {} articles, {} sources: {}",
            template.kind,
            template.articles,
            template.sources,
            pieces.join(" ")
        );
        for found in template.uses.iter().take(USES) {
            let article = &labelled[found.article];
            let slots = found
                .slots
                .iter()
                .map(|slot| one_line(&article.text[slot.range()]));
            println!(
                "    {}: {}",
                article.id,
                slots.collect::<Vec<_>>().join(" | ")
            );
        }
    }
    for scaffold in found.scaffolds.iter().take(SHOWN) {
        println!("used together: {scaffold:?}");
    }
}

fn report(labelled: &[Labelled], scaffolds: &[Scaffold]) {
    let articles = || labelled.iter().zip(scaffolds);
    let scores = |wanted: bool| {
        let those = articles().filter(|(article, _)| article.label == wanted);
        let mut scores: Vec<f64> = those.map(|(_, scaffold)| scaffold.score).collect();
        scores.sort_by(f64::total_cmp);
        scores
    };
    let (positives, negatives) = (scores(true), scores(false));
    // The lowest threshold above which at most the given share of the negatives lies.
    let threshold = |share: f64| {
        let above = (negatives.len() as f64 * share) as usize;
        let at = negatives.len().checked_sub(above + 1);
        at.map_or(0.0, |at| negatives[at])
    };
    let thresholds = [threshold(0.01), threshold(0.001)];
    if !positives.is_empty() {
        let wins: f64 = positives
            .iter()
            .map(|&score| {
                let below = negatives.partition_point(|&negative| negative < score);
                let equal = negatives.partition_point(|&negative| negative <= score) - below;
                below as f64 + equal as f64 / 2.0
            })
            .sum();
        println!(
            "AUC {:.4}",
            wins / (positives.len() * negatives.len()) as f64
        );
        for (share, at) in ["1%", ".1%"].iter().zip(thresholds) {
            let found = positives.iter().filter(|&&score| score > at).count();
            println!(
                "recall {:.3} at {share} false positives (threshold {at:.3})",
                found as f64 / positives.len() as f64
            );
        }
    }
    let mut kinds: BTreeMap<(bool, &str), [usize; 4]> = BTreeMap::new();
    for (article, scaffold) in articles() {
        let counts = kinds.entry((article.label, &article.kind)).or_default();
        counts[0] += 1;
        counts[1] += usize::from(scaffold.score > thresholds[0]);
        counts[2] += usize::from(scaffold.score > thresholds[1]);
        counts[3] += usize::from(scaffold.templated);
    }
    println!("label kind language [articles, above 1%, above .1%, templated]");
    for ((label, kind), counts) in kinds {
        println!("{} {kind} {counts:?}", u8::from(label));
    }
}
