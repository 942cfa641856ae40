//! Relations: comparing two articles, and grouping a corpus in recycled mode.
//!
//! The corpus has 1,000 stories of 3 KB and 2,000 articles made of them: light edits, scans,
//! abridgements, excerpts and exact copies.

#![allow(
    missing_docs,
    reason = "the function that `criterion_group` makes has none"
)]

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use reprint::relation::{Relation, compare};
use reprint::{Article, Detector, MemoryTexts, Mode};

/// Every hundredth word is another one.
fn edited(story: &str) -> String {
    replaced(story, 100, |_| "altogether".to_owned())
}

/// A letter of every ninth word is misread.
fn scanned(story: &str) -> String {
    replaced(story, 9, |word| {
        let misread = |letter| if letter == 'e' { 'c' } else { letter };
        word.chars().map(misread).collect()
    })
}

fn replaced(story: &str, every: usize, by: impl Fn(&str) -> String) -> String {
    let words = story.split(' ').enumerate();
    let replaced = words.map(|(at, word)| match at % every {
        0 => by(word),
        _ => word.to_owned(),
    });
    replaced.collect::<Vec<_>>().join(" ")
}

/// Three parts in four.
fn abridged(story: &str) -> String {
    let words: Vec<&str> = story.split(' ').collect();
    let parts = words.chunks(words.len() / 12).enumerate();
    let kept = parts.filter(|(at, _)| at % 4 != 1);
    kept.flat_map(|(_, part)| part)
        .copied()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A fifth from the middle.
fn excerpt(story: &str) -> String {
    let words: Vec<&str> = story.split(' ').collect();
    words[words.len() * 2 / 5..words.len() * 3 / 5].join(" ")
}

fn comparison(c: &mut Criterion) {
    let stories = common::english(2);
    let story = &stories[0];
    let mut group = c.benchmark_group("relation");
    for (name, other, relation) in [
        ("light_edit", edited(story), Relation::LightEdit),
        ("scan", scanned(story), Relation::LightEdit),
        ("abridged", abridged(story), Relation::Abridged),
        ("unrelated", stories[1].clone(), Relation::Unrelated),
    ] {
        let found = compare(story, &other).expect("texts of ordinary length");
        assert_eq!(found.summary.relation, relation, "{}", found.sentence());
        group.throughput(Throughput::Bytes((story.len() + other.len()) as u64));
        group.bench_function(name, |bench| {
            bench.iter(|| compare(black_box(story), black_box(&other)));
        });
    }
    group.finish();
}

const STORIES: usize = 1000;

fn corpus() -> Vec<String> {
    let stories = common::english(STORIES);
    let make: [fn(&str) -> String; 5] = [edited, scanned, abridged, excerpt, str::to_owned];
    let copies = (0..2 * STORIES).map(|number| make[number % 5](&stories[number % STORIES]));
    stories.iter().cloned().chain(copies).collect()
}

fn groups(c: &mut Criterion) {
    let bodies = corpus();
    let keys: Vec<String> = (0..bodies.len()).map(|number| number.to_string()).collect();
    let articles = keys.iter().zip(&bodies);
    let articles: Vec<Article<'_>> = articles
        .map(|(key, body)| Article::new(key, body))
        .collect();
    let builder = Detector::builder().mode(Mode::recycled());
    let mut detector = builder.build().expect("settings in range");
    let mut texts = MemoryTexts::new();
    for (id, body) in detector.extend(&articles).into_iter().zip(&bodies) {
        texts.set(id.expect("keys are unique"), body.as_str());
    }

    let found = detector.groups(&texts).expect("star linkage never refuses");
    let group_of = |number: usize| found.group_of(detector.id(&keys[number]).expect("inserted"));
    let together = (STORIES..bodies.len()).filter(|&number| {
        let of_story = group_of(number % STORIES);
        of_story.is_some() && group_of(number) == of_story
    });
    let together = together.count();
    assert!(
        together * 100 >= 2 * STORIES * 99,
        "{together} copies stand with their story"
    );
    assert_eq!(found.groups.len(), STORIES);

    let mut group = c.benchmark_group("recycled");
    group.sample_size(10);
    let bytes = bodies.iter().map(|body| body.len() as u64).sum();
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("groups", |bench| {
        let groups = || {
            detector
                .groups(&texts)
                .expect("star linkage never refuses")
                .groups
                .len()
        };
        bench.iter(groups);
    });
    group.finish();
}

criterion_group!(benches, comparison, groups);
criterion_main!(benches);
