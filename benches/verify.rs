//! Verification: the overlap between shingle sets, and what it takes to make one.

#![allow(
    missing_docs,
    reason = "the function that `criterion_group` makes has none"
)]

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use reprint::shingle::{Shingler, Shingling};
use reprint::verify::ShingleSet;

fn verify(c: &mut Criterion) {
    let corpus = &common::corpora()[0];
    let shingler = Shingler::new(Shingling::default(), 0).expect("a width in range");
    // A copy with the second half of another article.
    let [a, b] = [&corpus.articles[0], &corpus.articles[1]];
    let edited = format!("{} {}", &a[..a.len() / 2], &b[b.len() / 2..]);
    let set = |text| ShingleSet::new(shingler.shingles(text).expect("a text of ordinary length"));
    let [set_a, set_b] = [set(a), set(&edited)];
    let overlap = set_a.overlap(&set_b);
    assert!((0.2..0.5).contains(&overlap.jaccard()), "{overlap:?}");

    let mut group = c.benchmark_group("verify");
    group.throughput(Throughput::Elements((set_a.len() + set_b.len()) as u64));
    group.bench_function("overlap", |bench| {
        bench.iter(|| black_box(&set_a).overlap(black_box(&set_b)));
    });
    group.throughput(Throughput::Bytes(a.len() as u64));
    group.bench_function("shingle_set", |bench| bench.iter(|| set(black_box(a))));
    group.finish();
}

criterion_group!(benches, verify);
criterion_main!(benches);
