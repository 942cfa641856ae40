//! Signatures: from hashed tokens, and from text, at every CPU level.
//!
//! ```text
//! cargo bench --bench sketch
//! cargo bench --bench sketch -- from_text/english
//! ```

#![allow(
    missing_docs,
    reason = "the function that `criterion_group` makes has none"
)]

mod common;

use std::hint::black_box;
use std::time::Duration;

use common::{Corpus, classic};
use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use reprint::CpuLevel;
use reprint::hash::token;
use reprint::shingle::{ShingleScratch, Shingler, Shingling};
use reprint::sketch::{SketchScratch, SketchSettings, Sketcher};
use reprint::text;

fn sketcher(width: usize, level: CpuLevel) -> Option<Sketcher> {
    let shingler = Shingler::new(Shingling::words(width), 0).expect("a width in range");
    let settings = SketchSettings::default();
    Some(Sketcher::new(shingler.with_cpu_level(level)?, settings).expect("values in range"))
}

/// Hashed tokens to signature by number of tokens, beside classic `MinHash`. A shingle's cost falls
/// as places fill up.
fn from_shingles(c: &mut Criterion) {
    let mut group = c.benchmark_group("sketch/from_shingles");
    for count in [50u64, 200, 500, 2000] {
        let tokens: Vec<u64> = (0..count)
            .map(|n| reprint::hash::word(&n.to_le_bytes()))
            .collect();
        group.throughput(Throughput::Elements(count));
        let baseline = sketcher(1, CpuLevel::Baseline).expect("a baseline");
        for level in CpuLevel::ALL {
            let Some(sketcher) = sketcher(1, level) else {
                continue;
            };
            assert_eq!(
                sketcher.sketch_tokens(&tokens),
                baseline.sketch_tokens(&tokens)
            );
            group.bench_function(BenchmarkId::new(format!("{level:?}"), count), |b| {
                b.iter(|| sketcher.sketch_tokens(black_box(&tokens)));
            });
            let mut scratch = SketchScratch::default();
            group.bench_function(
                BenchmarkId::new(format!("{level:?}, kept scratch"), count),
                |b| {
                    b.iter(|| sketcher.sketch_tokens_with(black_box(&tokens), &mut scratch));
                },
            );
        }
        for level in CpuLevel::ALL {
            let Some(sketcher) = sketcher(1, level) else {
                continue;
            };
            let mut scratch = SketchScratch::default();
            let mut signature = baseline.sign_shingles(&tokens, &mut scratch);
            let expected = signature.clone();
            group.bench_function(
                BenchmarkId::new(format!("{level:?}, shingles"), count),
                |b| {
                    b.iter(|| {
                        let tokens = black_box(&*tokens);
                        sketcher.sign_shingles_into(tokens, &mut signature, &mut scratch);
                    });
                },
            );
            assert_eq!(signature, expected);
        }
        let expected = classic::sign(&tokens, 128);
        group.bench_function(BenchmarkId::new("classic", count), |b| {
            b.iter(|| assert_eq!(classic::sign(black_box(&tokens), 128), expected));
        });
    }
    group.finish();
}

/// Text to sketch, five-word shingles, 128 values, without allocations: a corpus' hot path.
///
/// Floors beside it: `read once` hashes every byte by XXH3, `words` finds words and hashes none,
/// `hashed words` makes one-word shingles.
fn from_text(c: &mut Criterion) {
    let mut group = c.benchmark_group("sketch/from_text");
    for corpus in &common::corpora() {
        group.throughput(Throughput::Bytes(corpus.bytes()));
        let read = || {
            let hashes = corpus.articles.iter().map(|text| token(text.as_bytes()));
            hashes.fold(0, |sum, hash| sum ^ hash)
        };
        let whole = read();
        group.bench_function(BenchmarkId::new(&corpus.name, "floor: read once"), |b| {
            b.iter(|| assert_eq!(read(), whole));
        });
        let mut expected = None;
        for level in CpuLevel::ALL {
            let Some(sketcher) = sketcher(5, level) else {
                continue;
            };
            let mut scratch = SketchScratch::default();
            let mut sketch = sketcher.sketch("").expect("an empty text");
            let mut all = || {
                corpus.articles.iter().fold(0u128, |sum, text| {
                    sketcher
                        .sketch_into(text, &mut sketch, &mut scratch)
                        .expect("a text of ordinary length");
                    let signature = sketch.signature.as_ref();
                    let first = signature.map_or(0, |signature| signature.values()[0]);
                    sum.wrapping_add(sketch.fingerprint.0)
                        .wrapping_add(first.into())
                })
            };
            let expected = *expected.get_or_insert_with(&mut all);
            words(&mut group, corpus, level);
            group.bench_function(BenchmarkId::new(&corpus.name, format!("{level:?}")), |b| {
                b.iter(|| assert_eq!(all(), expected));
            });
        }
    }
    group.finish();
}

/// A tokenizer's floors.
fn words(group: &mut BenchmarkGroup<'_, WallTime>, corpus: &Corpus, level: CpuLevel) {
    let Some(sketcher) = sketcher(1, level) else {
        return;
    };
    let shingler = sketcher.shingler();
    let expected: usize = corpus
        .articles
        .iter()
        .map(|text| text::plain::words(text).expect("a short text").len())
        .sum();
    let floor = |name| BenchmarkId::new(&corpus.name, format!("floor: {name}, {level:?}"));
    group.bench_function(floor("words"), |b| {
        b.iter(|| {
            let counts = corpus.articles.iter().map(|text| shingler.count(text));
            let found: reprint::Result<usize> = counts.sum();
            assert_eq!(found.expect("short texts"), expected);
        });
    });
    let mut scratch = ShingleScratch::default();
    group.bench_function(floor("hashed words"), |b| {
        b.iter(|| {
            let found: usize = corpus
                .articles
                .iter()
                .map(|text| {
                    let words = shingler.shingles_in(text, &mut scratch);
                    words.expect("a short text").len()
                })
                .sum();
            // An article without a word would have none.
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
    targets = from_shingles, from_text
}
criterion_main!(benches);
