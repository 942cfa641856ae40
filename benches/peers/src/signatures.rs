//! The first table: text to signature.
//!
//! In: texts. Out: for every contender MB/s, and its estimates' error.

use std::hint::black_box;

use reprint::CpuLevel;

use crate::corpus::Corpus;
use crate::rounds::interleaved;
use crate::shingles::{Cutter, Words, jaccard};
use crate::signers::{self, VALUES, agreement};

/// Articles signed in a round: the slowest contender takes some seconds.
const ARTICLES: usize = 2000;

/// Pairs of texts whose estimates are compared to the exact similarity.
const PROBES: usize = 300;

/// A contender that signs texts.
trait Signer {
    fn name(&self) -> &str;
    fn words(&self) -> Words;
    /// Signs a text and drops the signature: the timed part.
    fn sign(&mut self, text: &str);
    /// The estimated similarity between two texts; `None` without signatures.
    fn estimate(&mut self, a: &str, b: &str) -> Option<f64>;
}

struct By<F, E> {
    name: String,
    words: Words,
    sign: F,
    estimate: E,
}

impl<S, F, E> Signer for By<F, E>
where
    F: FnMut(&str) -> S,
    E: Fn(&S, &S) -> f64,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn words(&self) -> Words {
        self.words
    }

    fn sign(&mut self, text: &str) {
        black_box((self.sign)(text));
    }

    fn estimate(&mut self, a: &str, b: &str) -> Option<f64> {
        let (a, b) = ((self.sign)(a), (self.sign)(b));
        Some((self.estimate)(&a, &b))
    }
}

/// What most contenders spend before their own part: shingles, and no signature.
struct CutOnly(Cutter);

impl Signer for CutOnly {
    fn name(&self) -> &'static str {
        "(the common words and shingles alone)"
    }

    fn words(&self) -> Words {
        Words::Common
    }

    fn sign(&mut self, text: &str) {
        black_box(self.0.cut(text));
    }

    fn estimate(&mut self, _: &str, _: &str) -> Option<f64> {
        None
    }
}

fn by<S: 'static>(
    name: impl Into<String>,
    words: Words,
    sign: impl FnMut(&str) -> S + 'static,
    estimate: impl Fn(&S, &S) -> f64 + 'static,
) -> Box<dyn Signer> {
    Box::new(By {
        name: name.into(),
        words,
        sign,
        estimate,
    })
}

/// All contenders; reprint at this CPU's best level comes first.
fn contenders() -> Vec<Box<dyn Signer>> {
    let estimate = |a: &reprint::sketch::Signature, b: &_| a.estimate(b).expect("one recipe");
    let at_level = |&level: &CpuLevel| {
        let signer = signers::reprint(level)?;
        Some(by(
            format!("reprint, {level:?}"),
            Words::Reprint,
            signer,
            estimate,
        ))
    };
    let mut all: Vec<_> = CpuLevel::ALL.iter().rev().filter_map(at_level).collect();
    all.push(Box::new(CutOnly(Cutter::default())));
    let alike_32 = |a: &Vec<u32>, b: &Vec<u32>| agreement(a, b);
    let alike_64 = |a: &Vec<u64>, b: &Vec<u64>| agreement(a, b);
    let common = Words::Common;
    all.extend([
        by(
            "gaoya, MinHasher32",
            common,
            signers::gaoya(VALUES),
            alike_32,
        ),
        by(
            "gaoya, MinHasher32 and its text functions",
            Words::Gaoya,
            signers::gaoya_from_text(VALUES),
            alike_32,
        ),
        by(
            "minhash-rs, u64",
            common,
            signers::minhash_rs(),
            signers::estimate_64,
        ),
        by(
            "minhash-rs, u32",
            common,
            signers::minhash_rs_32(),
            signers::estimate_32,
        ),
        by(
            "probminhash, OptDensMinHash",
            common,
            signers::opt_dens(VALUES),
            alike_64,
        ),
        by(
            "probminhash, SuperMinHash",
            common,
            signers::super_min_hash(VALUES),
            alike_64,
        ),
        by(
            "datasketch-minhash-lsh",
            common,
            signers::datasketch(),
            signers::datasketch_agreement,
        ),
        by(
            "lshdedup-core",
            Words::Spaces,
            signers::lshdedup(),
            alike_32,
        ),
    ]);
    all
}

/// Measures and prints.
///
/// # Panics
///
/// If a contender's signatures are wrong: the same text gives two, or estimates are far off.
pub(crate) fn table(corpus: &Corpus, rounds: usize) {
    let texts = &corpus.texts[..corpus.texts.len().min(ARTICLES)];
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut signers = contenders();
    let probes = probes(texts);
    let errors: Vec<Option<[f64; 2]>> = signers
        .iter_mut()
        .map(|s| errors(&mut **s, &probes))
        .collect();
    let times = interleaved(signers.len(), rounds, |signer| {
        for text in texts {
            signers[signer].sign(text);
        }
    });
    println!(
        "Text to signature: {} articles, {:.1} MB; word shingles of 5, {VALUES} values; {rounds} \
         rounds\n",
        texts.len(),
        bytes as f64 / 1e6
    );
    println!("| | words | MB/s | times the time of the first | error | bias |");
    println!("|---|---|---|---|---|---|");
    for (number, (signer, errors)) in signers.iter().zip(errors).enumerate() {
        let error = errors.map_or("| | |".to_owned(), |[error, bias]| {
            format!("| {error:.3} | {bias:+.3} |")
        });
        println!(
            "| {} | {} | {:.0} | {:.1} {error}",
            signer.name(),
            signer.words().name(),
            bytes as f64 / 1e6 / times.seconds(number),
            times.ratio(number),
        );
    }
    println!();
}

/// Pairs: a text and a part of the text.
fn probes(texts: &[String]) -> Vec<(&str, &str)> {
    let halves_and_more = [2, 3, 5, 9];
    let long = texts.iter().filter(|text| text.len() > 500);
    let probes = long
        .zip(halves_and_more.into_iter().cycle())
        .map(|(text, parts)| {
            let end = text.floor_char_boundary(text.len() - text.len() / parts);
            (&**text, &text[..end])
        });
    let probes: Vec<_> = probes.take(PROBES).collect();
    assert!(
        probes.len() > 30,
        "too few articles of 500 bytes to judge signatures by"
    );
    probes
}

/// The root mean square and the mean of how far estimates are off, by the shingles that the
/// contender itself cuts.
fn errors(signer: &mut dyn Signer, probes: &[(&str, &str)]) -> Option<[f64; 2]> {
    let words = signer.words();
    let mut off = Vec::new();
    for (text, part) in probes {
        assert_eq!(
            signer.estimate(text, text).unwrap_or(1.0),
            1.0,
            "{}",
            signer.name()
        );
        off.push(signer.estimate(text, part)? - jaccard(&words.set(text), &words.set(part)));
    }
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / off.len() as f64;
    let error = mean(&mut off.iter().map(|off| off * off)).sqrt();
    let bias = mean(&mut off.iter().copied());
    assert!(
        error < 0.2,
        "{} is off by {error}: no signatures",
        signer.name()
    );
    Some([error, bias])
}
