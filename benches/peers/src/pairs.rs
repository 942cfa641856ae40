//! The second table: a corpus to its pairs.
//!
//! In: texts in memory. Out: for every contender the time from texts to pairs, and its recall and
//! precision.

use std::borrow::Cow;

use datasketch_minhash_lsh::MinHashLsh;
use gaoya::minhash::{MinHashIndex, MinHashType, VecContainer, calculate_minhash_params};
use minhash_rs::prelude::{LshIndex, QueryState, Store};
use reprint::{Article, ArticleId, BoxError, Detector, Mode, TextStore};

use crate::corpus::Corpus;
use crate::judge::Judge;
use crate::rounds::interleaved;
use crate::shingles::Words;
use crate::signers::{self, MinHash64, VALUES, estimate_64};

/// The least similarity of a pair.
const THRESHOLD: f64 = 0.8;

/// Each pair once, the smaller number first.
type Pairs = Vec<(u32, u32)>;

struct Finder {
    name: &'static str,
    words: Words,
    find: fn(&[String]) -> Pairs,
}

/// All contenders, reprint first.
const FINDERS: [Finder; 8] = [
    Finder {
        name: "reprint, `Mode::Jaccard` with recall .95: 13 bands of 7, verified",
        words: Words::Reprint,
        find: reprint,
    },
    Finder {
        name: "gaoya, `MinHashIndex`: 21 bands of 6, by estimate",
        words: Words::Common,
        find: |texts| gaoya_index(texts, signers::gaoya),
    },
    Finder {
        name: "gaoya, the same and its text functions",
        words: Words::Gaoya,
        find: |texts| gaoya_index(texts, signers::gaoya_from_text),
    },
    Finder {
        name: "probminhash, OptDensMinHash, in gaoya's index",
        words: Words::Common,
        find: |texts| gaoya_index(texts, signers::opt_dens),
    },
    Finder {
        name: "probminhash, SuperMinHash, in gaoya's index",
        words: Words::Common,
        find: |texts| gaoya_index(texts, signers::super_min_hash),
    },
    Finder {
        name: "minhash-rs, `LshIndex`: 16 bands of 8, by estimate",
        words: Words::Common,
        find: minhash_rs,
    },
    Finder {
        name: "datasketch-minhash-lsh: 9 bands of 13, candidates as they are",
        words: Words::Common,
        find: datasketch,
    },
    Finder {
        name: "lshdedup-core: 32 bands of 4, by estimate",
        words: Words::Spaces,
        find: lshdedup,
    },
];

/// The texts, not copied.
struct Texts<'a>(&'a [String]);

impl TextStore for Texts<'_> {
    fn text(&self, id: ArticleId, _: &str) -> Result<Cow<'_, str>, BoxError> {
        Ok(Cow::Borrowed(&self.0[id.index()]))
    }
}

fn reprint(texts: &[String]) -> Pairs {
    let mode = Mode::Jaccard {
        threshold: THRESHOLD,
        recall: 0.95,
    };
    let mut detector = Detector::builder()
        .mode(mode)
        .build()
        .expect("settings in range");
    let banding = detector.banding();
    assert_eq!(
        (banding.bands(), banding.rows()),
        (13, 7),
        "as the table says"
    );
    let keys: Vec<String> = (0..texts.len()).map(|number| number.to_string()).collect();
    let articles = keys
        .iter()
        .zip(texts)
        .map(|(key, text)| Article::new(key, text));
    let articles: Vec<Article<'_>> = articles.collect();
    for (number, id) in detector.extend(&articles).into_iter().enumerate() {
        assert_eq!(id.expect("keys are unique").index(), number);
    }
    let texts = Texts(texts);
    let pairs = detector.pairs(&texts).map(|pair| {
        let (a, b) = (pair.a.index() as u32, pair.b.index() as u32);
        (a.min(b), a.max(b))
    });
    pairs.collect()
}

/// gaoya's index, with its parameters for the threshold, and the container it recommends if nothing
/// is removed.
fn gaoya_index<T: MinHashType, F: FnMut(&str) -> Vec<T>>(
    texts: &[String],
    signer: fn(usize) -> F,
) -> Pairs {
    let (bands, rows) = calculate_minhash_params(THRESHOLD, VALUES);
    assert_eq!((bands, rows), (21, 6), "as the table says");
    let mut sign = signer(bands * rows);
    let mut index = MinHashIndex::<T, u32, VecContainer<u32>>::new_index(bands, rows, THRESHOLD);
    for (number, text) in (0..).zip(texts) {
        index.insert(number, sign(text));
    }
    let mut pairs = Vec::new();
    for number in 0..texts.len() as u32 {
        let found = index.query_by_id(&number).into_iter().copied();
        pairs.extend(
            found
                .filter(|&other| other > number)
                .map(|other| (number, other)),
        );
    }
    pairs
}

fn minhash_rs(texts: &[String]) -> Pairs {
    let mut sign = signers::minhash_rs();
    let signatures = texts.iter().map(|text| sign(text));
    let index: LshIndex<MinHash64, VALUES, 16, Store> = LshIndex::from_signatures(signatures);
    let mut state = QueryState::new();
    let mut pairs = Vec::new();
    for number in 0..texts.len() as u32 {
        let signature = index.signature(number);
        for candidate in index.candidates(signature, &mut state) {
            let other = candidate.id;
            if other > number && estimate_64(signature, index.signature(other)) >= THRESHOLD {
                pairs.push((number, other));
            }
        }
    }
    pairs
}

fn datasketch(texts: &[String]) -> Pairs {
    let mut sign = signers::datasketch();
    let mut index = MinHashLsh::new(VALUES, None, Some(THRESHOLD)).expect("settings in range");
    let signatures: Vec<_> = texts.iter().map(|text| sign(text)).collect();
    for (number, signature) in (0u32..).zip(&signatures) {
        index
            .insert(number, signature)
            .expect("signatures of one length");
    }
    let mut pairs = Vec::new();
    for (number, signature) in (0u32..).zip(&signatures) {
        let found = index
            .query(signature)
            .expect("signatures of one length")
            .into_iter();
        pairs.extend(
            found
                .filter(|&other| other > number)
                .map(|other| (number, other)),
        );
    }
    pairs
}

/// It can't list neighbours among held texts, so every text is signed twice.
fn lshdedup(texts: &[String]) -> Pairs {
    let mut index = signers::lshdedup_index();
    for (number, text) in texts.iter().enumerate() {
        index
            .insert(number.to_string(), text)
            .expect("it never refuses");
    }
    let mut pairs = Vec::new();
    for (number, text) in (0u32..).zip(texts) {
        let hits = index.near_duplicates(text, THRESHOLD).into_iter();
        let found = hits.map(|hit| hit.id.parse().expect("a number"));
        pairs.extend(
            found
                .filter(|&other| other > number)
                .map(|other| (number, other)),
        );
    }
    pairs
}

/// Measures and prints.
///
/// # Panics
///
/// If the judge does not find the planted copies, or a contender finds next to nothing.
pub(crate) fn table(corpus: &Corpus, rounds: usize) {
    let judges = Words::ALL.map(|words| {
        let sets: Vec<Vec<u64>> = corpus.texts.iter().map(|text| words.set(text)).collect();
        (words, Judge::new(&sets, THRESHOLD))
    });
    let judge = |of: Words| {
        &judges
            .iter()
            .find(|(words, _)| *words == of)
            .expect("all")
            .1
    };
    let common = judge(Words::Common);
    for &(pair, similarity) in &corpus.planted {
        // A shingle that is there by chance on both sides moves it by less.
        if (similarity - THRESHOLD).abs() > 0.01 {
            assert_eq!(
                common.has(pair),
                similarity > THRESHOLD,
                "{pair:?}: {similarity}"
            );
        }
    }
    let mut found: Vec<Pairs> = FINDERS.iter().map(|_| Vec::new()).collect();
    let times = interleaved(FINDERS.len(), rounds, |finder| {
        found[finder] = (FINDERS[finder].find)(&corpus.texts);
    });
    let mb = corpus.bytes() as f64 / 1e6;
    println!(
        "Corpus to pairs: {} articles, {mb:.1} MB; Jaccard of word shingles of 5 at {THRESHOLD} \
         or above; {} pairs by the common words; {rounds} rounds\n",
        corpus.texts.len(),
        common.len(),
    );
    println!(
        "| | words | s | MB/s | times the time of the first | pairs | recall | precision | \
         recall, by its words | precision, by its words |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (number, Finder { name, words, .. }) in FINDERS.iter().enumerate() {
        let found = &mut found[number];
        found.sort_unstable();
        assert!(
            found.windows(2).all(|two| two[0] < two[1]),
            "{name}: pairs come twice"
        );
        let verdict = common.judge(found);
        let own = judge(*words).judge(found);
        assert!(
            own.recall > 0.3 && own.precision > 0.3,
            "{name} finds next to nothing"
        );
        let seconds = times.seconds(number);
        println!(
            "| {name} | {} | {seconds:.2} | {:.0} | {:.1} | {} | {:.3} | {:.3} | {:.3} | {:.3} |",
            words.name(),
            mb / seconds,
            times.ratio(number),
            found.len(),
            verdict.recall,
            verdict.precision,
            own.recall,
            own.precision,
        );
    }
}
