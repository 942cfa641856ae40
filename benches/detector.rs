//! The whole path: articles to groups, and the answers to single texts.
//!
//! The first third of the articles from `common` is there three times: unchanged, with a changed
//! end, and exactly copied. With `REPRINT_BENCH_CORPUS` naming a JSON Lines file, the same is done
//! with its first thousand texts.

#![allow(
    missing_docs,
    reason = "the function that `criterion_group` makes has none"
)]

mod common;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use reprint::{Article, Detector, MemoryTexts, Mode};

type Corpus = Vec<(String, String)>;

fn with_copies(articles: &[String]) -> Corpus {
    let third = &articles[..articles.len() / 3];
    let changed = third.iter().map(|article| {
        let end = article.floor_char_boundary(article.len() * 19 / 20);
        article[..end].to_owned()
    });
    let all = articles.iter().chain(third).cloned().chain(changed);
    all.enumerate()
        .map(|(number, body)| (number.to_string(), body))
        .collect()
}

fn fill(corpus: &Corpus) -> (Detector, MemoryTexts) {
    let jaccard = Detector::builder().mode(Mode::jaccard());
    let mut detector = jaccard.build().expect("settings in range");
    let mut texts = MemoryTexts::new();
    let articles: Vec<Article<'_>> = corpus.iter().map(|(k, b)| Article::new(k, b)).collect();
    for (id, (_, body)) in detector.extend(&articles).into_iter().zip(corpus) {
        texts.set(id.expect("keys are unique"), body.as_str());
    }
    (detector, texts)
}

fn detector(c: &mut Criterion) {
    let mut group = c.benchmark_group("detector");
    group.sample_size(20);
    for corpus in common::corpora() {
        let articles = with_copies(&corpus.articles);
        let (filled, texts) = fill(&articles);
        let groups = filled
            .groups(&texts)
            .expect("star linkage never refuses")
            .groups;
        assert!(
            groups.len() >= corpus.articles.len() / 3,
            "{} groups",
            groups.len()
        );
        group.throughput(Throughput::Bytes(
            articles.iter().map(|(_, b)| b.len() as u64).sum(),
        ));
        group.bench_function(BenchmarkId::new("insert", &corpus.name), |b| {
            b.iter(|| fill(&articles).0.len());
        });
        group.bench_function(BenchmarkId::new("groups", &corpus.name), |b| {
            b.iter(|| {
                filled
                    .groups(&texts)
                    .expect("star linkage never refuses")
                    .groups
                    .len()
            });
        });
        group.bench_function(BenchmarkId::new("matches", &corpus.name), |b| {
            b.iter(|| {
                let found = |(_, body): &(String, String)| filled.matches(body, &texts);
                articles
                    .iter()
                    .map(|a| found(a).expect("short texts").found.len())
                    .sum::<usize>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, detector);
criterion_main!(benches);
