//! Text to words and to shingle hashes, by language and CPU level, beside floors.
//!
//! Timed: all articles in a corpus, one after another, with scratch space reused where the API
//! reuses it. Not timed: making the corpus. Every run asserts the number of words or shingles and a
//! checksum. Articles: see `common`.
//!
//! ```text
//! cargo bench --bench text
//! REPRINT_BENCH_CORPUS=news.jsonl cargo bench --bench text -- shingles
//! ```
//!
//! - `read`: XXH3 over every article, the cost for seeing every byte once. No path can be faster.
//! - `unicode_words`: the unicode-segmentation crate alone, without fold or hash: what a path made
//!   of ordinary crates starts from.
//! - `words_with_spans`: the input for verification and phrases; allocates its result.
//! - `shingles`: the input for a signature; allocates nothing.

#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]

mod common;

use std::hint::black_box;
use std::time::Duration;

use common::Corpus;
use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use reprint::shingle::{ShingleScratch, Shingler, Shingling};
use reprint::text::plain;
use reprint::{CpuLevel, hash};
use unicode_segmentation::UnicodeSegmentation;

/// A count, and the XOR over the counted hashes.
type Sum = (usize, u64);

fn add(sum: Sum, hash: u64) -> Sum {
    (sum.0 + 1, sum.1 ^ hash)
}

fn levels() -> impl Iterator<Item = (CpuLevel, Shingler)> {
    let shingler = Shingler::new(Shingling::default(), 7).expect("valid settings");
    let at = move |level| Some((level, shingler.clone().with_cpu_level(level)?));
    CpuLevel::ALL.into_iter().filter_map(at)
}

fn floors(c: &mut Criterion) {
    let mut group = c.benchmark_group("floors");
    for corpus in common::corpora() {
        let expected = sum(&corpus, |text| vec![hash::token(text.as_bytes())]);
        bench(&mut group, "read", &corpus, expected, |text, sum| {
            add(sum, hash::token(text.as_bytes()))
        });
        let expected = sum(&corpus, |text| {
            let words = plain::words(text).expect("a short text");
            words.iter().map(|word| word.span.start.into()).collect()
        });
        bench(
            &mut group,
            "unicode_words",
            &corpus,
            expected,
            |text, sum| {
                text.unicode_word_indices()
                    .fold(sum, |sum, (start, _)| add(sum, start as u64))
            },
        );
    }
}

fn words_with_spans(c: &mut Criterion) {
    let mut group = c.benchmark_group("words_with_spans");
    for corpus in common::corpora() {
        let expected = sum(&corpus, |text| {
            let words = plain::words(text).expect("a short text");
            words.iter().map(|word| word.hash).collect()
        });
        for (level, shingler) in levels() {
            bench(
                &mut group,
                &format!("{level:?}"),
                &corpus,
                expected,
                |text, sum| {
                    let tokens = shingler.tokens(text).expect("a short text");
                    tokens.iter().fold(sum, |sum, token| add(sum, token.hash))
                },
            );
        }
    }
}

fn shingles(c: &mut Criterion) {
    let mut group = c.benchmark_group("shingles");
    for corpus in common::corpora() {
        let (_, baseline) = levels().next().expect("the baseline is everywhere");
        let expected = sum(&corpus, |text| {
            baseline.shingles(text).expect("a short text")
        });
        for (level, shingler) in levels() {
            let mut scratch = ShingleScratch::default();
            bench(
                &mut group,
                &format!("{level:?}"),
                &corpus,
                expected,
                |text, sum| {
                    let shingles = shingler
                        .shingles_in(text, &mut scratch)
                        .expect("a short text");
                    shingles.iter().fold(sum, |sum, &shingle| add(sum, shingle))
                },
            );
        }
    }
}

fn sum(corpus: &Corpus, hashes: impl Fn(&str) -> Vec<u64>) -> Sum {
    corpus
        .articles
        .iter()
        .flat_map(|text| hashes(text))
        .fold((0, 0), add)
}

fn bench(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    corpus: &Corpus,
    expected: Sum,
    mut one: impl FnMut(&str, Sum) -> Sum,
) {
    group.throughput(Throughput::Bytes(corpus.bytes()));
    group.bench_function(BenchmarkId::new(name, &corpus.name), |b| {
        b.iter(|| {
            let texts = black_box(&corpus.articles).iter();
            let found = texts.fold((0, 0), |sum, text| one(text, sum));
            assert_eq!(found, expected);
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    targets = floors, words_with_spans, shingles
}
criterion_main!(benches);
