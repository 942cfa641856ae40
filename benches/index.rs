//! The index: inserts, one signature's candidates, and all candidate pairs.
//!
//! 100,000 generated signatures with 128 values; 30% are in clusters with 2 to 6 members that agree
//! in nine values out of ten.

#![allow(
    missing_docs,
    reason = "the function that `criterion_group` makes has none"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;

use common::Random;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use reprint::ArticleId;
use reprint::index::{Banding, Index};
use reprint::sketch::{Recipe, Signature};

const ARTICLES: usize = 100_000;
const VALUES: usize = 128;
const RECIPE: Recipe = Recipe(1);

fn signatures() -> Vec<Signature> {
    let mut random = Random(1);
    let mut signatures: Vec<Vec<u32>> = Vec::with_capacity(ARTICLES);
    while signatures.len() < ARTICLES {
        let original: Vec<u32> = (0..VALUES).map(|_| random.next() as u32).collect();
        let copies = if random.below(100) < 10 {
            1 + random.below(5)
        } else {
            0
        };
        for _ in 0..copies {
            let other = original.iter().map(|&value| match random.below(10) {
                0 => random.next() as u32,
                _ => value,
            });
            signatures.push(other.collect());
        }
        signatures.push(original);
    }
    signatures.truncate(ARTICLES);
    signatures
        .into_iter()
        .map(|values| Signature::from_parts(RECIPE, values))
        .collect()
}

fn filled(banding: Banding, signatures: &[Signature]) -> Index {
    let mut index = Index::new(RECIPE, banding);
    for (number, signature) in signatures.iter().enumerate() {
        let id = ArticleId::new(number).expect("a number in range");
        index
            .insert(id, signature)
            .expect("a signature of the recipe");
    }
    index
}

fn index(c: &mut Criterion) {
    let banding = Banding::for_recall(VALUES, 0.8, 0.95).expect("a reachable recall");
    let signatures = signatures();
    let index = filled(banding, &signatures);
    let (pairs, report) = index.pairs();
    assert!(
        pairs.len() > ARTICLES / 5 && report.suspended_buckets == 0,
        "{report:?}"
    );
    let candidates = |signature| {
        index
            .candidates(signature)
            .expect("a signature of the recipe")
    };
    let found: usize = signatures
        .iter()
        .map(|signature| candidates(signature).len())
        .sum();
    assert_eq!(
        found,
        2 * pairs.len() + ARTICLES,
        "each finds itself and its pairs"
    );

    let mut group = c.benchmark_group("index");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(ARTICLES as u64));
    group.bench_function("insert", |b| {
        b.iter(|| filled(banding, black_box(&signatures)));
    });
    group.bench_function("candidates_of_one", |b| {
        b.iter(|| {
            signatures
                .iter()
                .map(|signature| candidates(signature).len())
                .sum::<usize>()
        });
    });
    group.bench_function("all_pairs", |b| b.iter(|| index.pairs().0.len()));
    group.finish();
}

criterion_group!(benches, index);
criterion_main!(benches);
