//! The articles to measure on: from a file, or generated with copies.
//!
//! In: the path of a JSON Lines file with `text` fields, or nothing. Out: texts with at least one
//! word, and the copies among generated ones.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader};

use crate::shingles::{WIDTH, Words};

/// Articles, and what is known of them.
pub(crate) struct Corpus {
    pub(crate) name: String,
    pub(crate) texts: Vec<String>,
    /// Articles without a word, left out: some contenders never finish on them, others take them
    /// for copies.
    pub(crate) left_out: usize,
    /// Planted copies: two article numbers, ascending, and their Jaccard similarity.
    pub(crate) planted: Vec<((u32, u32), f64)>,
}

impl Corpus {
    /// The `text` fields of a JSON Lines file; the other fields are not looked at.
    pub(crate) fn read(path: &str) -> Result<Self, Box<dyn Error>> {
        let mut texts = Vec::new();
        for (number, line) in (1..).zip(BufReader::new(File::open(path)?).lines()) {
            let mut line: serde_json::Value = serde_json::from_str(&line?)?;
            match line["text"].take() {
                serde_json::Value::String(text) => texts.push(text),
                _ => return Err(format!("{path}: line {number} has no text").into()),
            }
        }
        let all = texts.len();
        texts.retain(|text| Words::ALL.iter().all(|words| !words.set(text).is_empty()));
        Ok(Self {
            // Not the folders: where the file lies is nobody's business.
            name: path.rsplit('/').next().unwrap_or(path).to_owned(),
            left_out: all - texts.len(),
            texts,
            planted: Vec::new(),
        })
    }

    /// 6,000 articles with about 3 KB, 1,800 of them copies. Every seventh original has three: two
    /// with some words changed, one with other line breaks.
    pub(crate) fn generate() -> Self {
        const ORIGINALS: usize = 4200;
        const SIMILARITIES: [f64; 6] = [0.95, 0.9, 0.84, 0.76, 0.6, 0.4];
        let random = &mut Random(0x5EED);
        let vocabulary: Vec<String> = (0..20_000).map(|_| word(random)).collect();
        let mut texts = Vec::new();
        let mut planted = Vec::new();
        for original in 0..ORIGINALS {
            let words = words(&vocabulary, random);
            let number = texts.len() as u32;
            texts.push(article(&words, " ", original));
            if original % 7 != 0 {
                continue;
            }
            planted.push(((number, texts.len() as u32), 1.0));
            texts.push(article(&words, "\n", original));
            for copy in 0..2 {
                let similarity = SIMILARITIES[(2 * (original / 7) + copy) % SIMILARITIES.len()];
                let (changed, exact) = with_changes(&words, similarity, random);
                planted.push(((number, texts.len() as u32), exact));
                texts.push(article(&changed, " ", original));
            }
        }
        Self {
            name: "generated articles".to_owned(),
            texts,
            left_out: 0,
            planted,
        }
    }

    /// Bytes of UTF-8.
    pub(crate) fn bytes(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }
}

fn word(random: &mut Random) -> String {
    let letters = b"etaoinshrdlucmfwypvbgkjqxz";
    let length = 1 + random.frequent(12);
    (0..length)
        .map(|_| char::from(letters[random.frequent(letters.len())]))
        .collect()
}

/// An article's words: common ones often, rare ones rarely.
fn words(vocabulary: &[String], random: &mut Random) -> Vec<String> {
    let count = 440 + random.below(220);
    (0..count)
        .map(|_| vocabulary[random.frequent(vocabulary.len())].clone())
        .collect()
}

/// A copy with words changed far apart until about the wanted similarity is left; and the
/// similarity.
///
/// A changed word takes five of `n` shingles along: `n - 5 k` stay shared for `k` changed words,
/// and both sides get `5 k` of their own.
fn with_changes(words: &[String], similarity: f64, random: &mut Random) -> (Vec<String>, f64) {
    let shingles = words.len() - WIDTH + 1;
    let apart = (1.0 - similarity) / (1.0 + similarity) * shingles as f64 / WIDTH as f64;
    let changes = (apart.round() as usize).max(1);
    let step = (shingles - WIDTH) / changes;
    let mut copy = words.to_vec();
    for change in 0..changes {
        let place = WIDTH + change * step;
        copy[place] = format!("{}{}", word(random), random.below(100_000));
    }
    let gone = (WIDTH * changes) as f64;
    let exact = (shingles as f64 - gone) / (shingles as f64 + gone);
    (copy, exact)
}

/// Sentences and paragraphs, with curly quotes and dashes in every second article.
fn article(words: &[String], space: &str, number: usize) -> String {
    let (quote, dash) = if number.is_multiple_of(2) {
        (["\u{201C}", "\u{201D}"], " \u{2014}")
    } else {
        (["\"", "\""], ",")
    };
    let mut text = String::new();
    let mut first = true;
    for (place, word) in words.iter().enumerate() {
        let (head, tail) = word.split_at(1);
        let head = if first {
            head.to_uppercase()
        } else {
            head.to_owned()
        };
        first = place % 19 == 18;
        let stop = match place % 19 {
            18 => ".",
            11 => dash,
            6 => ",",
            _ => "",
        };
        let quotes = if place % 57 == 30 { quote } else { ["", ""] };
        let between = if place % 95 == 94 { "\n\n" } else { space };
        let [open, close] = quotes;
        let _ = write!(text, "{open}{head}{tail}{close}{stop}{between}");
    }
    text
}

/// The generator `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// Draws as words and letters occur in a language: low numbers far more often.
    fn frequent(&mut self, bound: usize) -> usize {
        let uniform = self.next() as f64 / u64::MAX as f64;
        ((uniform * uniform * uniform * bound as f64) as usize).min(bound - 1)
    }
}
