//! Phrases: one article at a time, the published measures, and templates over all.
//!
//! Timed: all articles in a corpus, one after another, with kept scratch space; `templates` learns
//! from all and gathers. Not timed: making the corpus. Every run asserts what it found. `prose` is
//! generated with English function words, a subject whose words come again, names and paragraphs;
//! `stuffed` is the same with one headline worked into every paragraph; the rest are the worst
//! cases. The corpora in `common` lack function words, which makes them harder than news.
//!
//! ```text
//! cargo bench --bench phrase
//! REPRINT_BENCH_CORPUS=news.jsonl cargo bench --bench phrase -- phrases/news
//! ```

#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]

mod common;

use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

use common::Corpus;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use reprint::measures::MeasureRules;
use reprint::phrase::{PhraseDetector, PhraseScratch, PhraseSettings, Verdict};
use reprint::template::{TemplateArticle, TemplateSettings, find};

const FUNCTION_WORDS: &str = "the the the the of of to to and and a a in in that is was for it with as \
    his on be at by i this had not are but from or have an they which one you were all her she there \
    would their we him been has when who will no more if out so up said what its about than into them";

const HEADLINE: &str = "Harbour board worried over the sinking breakwater";

/// Articles as news is: function words, a subject, names, sentences and paragraphs.
fn prose(words: &Corpus, headline: Option<&str>) -> Corpus {
    let function: Vec<&str> = FUNCTION_WORDS.split_whitespace().collect();
    let articles = words.articles.iter().map(|article| {
        let content: Vec<&str> = article.split_whitespace().filter(|w| w.len() > 3).collect();
        let mut text = headline.map_or_else(String::new, |headline| format!("{headline}\n\n"));
        let mut mix = article.len();
        let mut at = 0;
        let mut sentences = 0;
        while text.len() < 3000 {
            for place in 0..22 {
                mix = mix
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963);
                let random = mix >> 33;
                // Every second word; one content word in four is of the subject.
                let word = match random % 8 {
                    0..4 => function[random / 8 % function.len()],
                    4 => content[random / 8 % 30],
                    _ => {
                        at += 1;
                        content[(30 + at) % content.len()]
                    }
                };
                let word = word.trim_matches(|c: char| !c.is_alphanumeric());
                if place == 0 || random % 97 < 5 {
                    let mut chars = word.chars();
                    text.extend(chars.next().into_iter().flat_map(char::to_uppercase));
                    text.push_str(chars.as_str());
                } else {
                    text.push_str(word);
                }
                text.push_str(if place == 21 { ". " } else { " " });
            }
            sentences += 1;
            if sentences % 3 == 0 {
                if let Some(headline) = headline {
                    text.push_str(headline);
                    text.push_str(". ");
                }
                text.push_str("\n\n");
            }
        }
        text
    });
    Corpus {
        name: if headline.is_some() {
            "stuffed"
        } else {
            "prose"
        }
        .to_owned(),
        articles: articles.collect(),
    }
}

fn worst_cases() -> impl Iterator<Item = Corpus> {
    [
        ("one_letter", "a ".repeat(250_000)),
        (
            "one_sentence",
            "Click here to subscribe to our newsletter for more. ".repeat(10_000),
        ),
        (
            "menu",
            "Home\nAbout us\nContact\nLatest news\nSign in\n".repeat(12_000),
        ),
    ]
    .into_iter()
    .map(|(name, text)| Corpus {
        name: name.to_owned(),
        articles: vec![text],
    })
}

fn phrases(c: &mut Criterion) {
    let mut common = common::corpora();
    let mut corpora = vec![prose(&common[0], None), prose(&common[0], Some(HEADLINE))];
    corpora.append(&mut common);
    corpora.extend(worst_cases());
    let detector = PhraseDetector::new(PhraseSettings::default()).expect("valid settings");
    let mut group = c.benchmark_group("phrases");
    for corpus in &corpora {
        let mut scratch = PhraseScratch::default();
        let mut run = |articles: &[String]| {
            let mut found = (0, 0);
            for article in articles {
                let phrasing = detector
                    .analyze_with(&mut scratch, article, None)
                    .expect("a text of ordinary length");
                found.0 += usize::from(phrasing.verdict == Verdict::Repetitive);
                found.1 += phrasing.families.len();
            }
            found
        };
        let expected = run(&corpus.articles);
        match corpus.name.as_str() {
            "prose" => assert_eq!(expected.0, 0, "{expected:?}"),
            "stuffed" => assert_eq!(expected.0, corpus.articles.len()),
            _ => {}
        }
        group.throughput(Throughput::Bytes(corpus.bytes()));
        group.bench_function(BenchmarkId::from_parameter(&corpus.name), |b| {
            b.iter(|| assert_eq!(run(black_box(&corpus.articles)), expected));
        });
    }
}

fn measures(c: &mut Criterion) {
    let corpus = prose(&common::corpora()[0], None);
    let rules = MeasureRules::gopher();
    let run = |articles: &[String]| -> usize {
        let reports = articles.iter().map(|article| rules.check(article));
        let passes = reports.map(|report| report.expect("a text of ordinary length").passes());
        passes.map(usize::from).sum()
    };
    let expected = run(&corpus.articles);
    assert_eq!(expected, corpus.articles.len());
    let mut group = c.benchmark_group("measures");
    group.throughput(Throughput::Bytes(corpus.bytes()));
    group.bench_function("gopher", |b| {
        b.iter(|| assert_eq!(run(black_box(&corpus.articles)), expected));
    });
}

fn templates(c: &mut Criterion) {
    let mut corpus = prose(&common::corpora()[0], None);
    // One article in four is of one scaffold.
    for (at, article) in corpus.articles.iter_mut().enumerate().step_by(4) {
        let added = write!(
            article,
            "\nOwners of lamp {at} praise the quick and friendly repair.\nOur workshop in street {at} \
             opens early every single morning.\nEvery lamp {at} we send is licensed and fully insured."
        );
        added.expect("a string takes all");
    }
    let articles: Vec<_> = corpus
        .articles
        .iter()
        .map(|text| TemplateArticle::new(text))
        .collect();
    let run = |articles: &[TemplateArticle<'_>]| {
        let (scaffolds, found) = find(articles, TemplateSettings::default()).expect("short texts");
        let templated = scaffolds
            .iter()
            .filter(|scaffold| scaffold.templated)
            .count();
        (templated, found.templates.len())
    };
    let expected = run(&articles);
    assert_eq!(expected, (articles.len() / 4, 3));
    let mut group = c.benchmark_group("templates");
    group.throughput(Throughput::Bytes(corpus.bytes()));
    group.bench_function("find", |b| {
        b.iter(|| assert_eq!(run(black_box(&articles)), expected));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    targets = phrases, measures, templates
}
criterion_main!(benches);
