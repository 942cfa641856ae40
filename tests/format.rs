//! Format version 1 implemented again, from its specification alone (`src/sketch/FORMAT.md`).
//!
//! Plain code that shares nothing with the crate turns a text into signature, fingerprint and band
//! keys, for every unit of tokens; the crate must agree, and so must the specification's vectors.

mod common;

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use common::Random;
use proptest::prelude::*;
use reprint::index::Banding;
use reprint::shingle::{Shingler, Shingling, Tokenize};
use reprint::sketch::{FORMAT_VERSION, SketchSettings, Sketcher};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

const SPECIFICATION: &str = include_str!("../src/sketch/FORMAT.md");

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
const ROOT_2: u64 = 0x6A09_E667_F3BC_C909;
const ROOT_3: u64 = 0xBB67_AE85_84CA_A73B;
const ROOT_5: u64 = 0x3C6E_F372_FE94_F82B;

fn finish(x: u64) -> u64 {
    let x = (x ^ x >> 32).wrapping_mul(GOLDEN);
    x ^ x >> 29
}

/// Case folding for the texts in this test: lower case serves, with these exceptions.
fn fold(word: &str) -> String {
    let folded = word.nfd().flat_map(char::to_lowercase).nfd();
    folded
        .filter(|c| !matches!(c, '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{FE0F}'))
        .collect::<String>()
        .replace('ß', "ss")
        .replace('ς', "σ")
        .replace(['\u{2018}', '\u{2019}', '\u{02BC}', '\u{FF07}'], "'")
}

fn block(low: u64, high: u64, seed: u64) -> u64 {
    let a = low ^ ROOT_2;
    let b = low.rotate_right(16) ^ high ^ seed;
    let outer = (a % (1 << 32)) * (b >> 32);
    let inner = (a >> 32) * (b % (1 << 32));
    finish(outer ^ inner.rotate_left(32))
}

fn word_hash(folded: &str) -> u64 {
    let mut bytes = folded.as_bytes().to_vec();
    bytes.resize(folded.len().next_multiple_of(16).max(16), 0);
    let number = |eight: &[u8]| u64::from_le_bytes(eight.try_into().unwrap());
    let mut hash = 0;
    for (at, sixteen) in bytes.chunks(16).enumerate() {
        let (low, high) = (number(&sixteen[..8]), number(&sixteen[8..]));
        hash = match at {
            0 => block(
                low,
                high,
                ROOT_3 ^ (folded.len() as u64).wrapping_mul(0x9E37_79B9),
            ),
            _ => block(low ^ hash, high, ROOT_5),
        };
    }
    hash
}

/// Step 3's reach, for the scripts in this test.
fn reach(word: &str) -> usize {
    match word.chars().next().unwrap() {
        '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' => 8,
        '\u{4E00}'..='\u{9FFF}' | '\u{3041}'..='\u{3096}' => 4,
        _ => 1,
    }
}

fn turned(hashes: &[u64]) -> u64 {
    let turn = |(at, hash): (usize, &u64)| hash.rotate_left(13 * at as u32 % 64);
    hashes.iter().enumerate().map(turn).fold(0, |a, b| a ^ b)
}

fn token_hashes(text: &str) -> Vec<u64> {
    let words: Vec<(usize, &str)> = text.unicode_word_indices().collect();
    let hashes: Vec<u64> = words
        .iter()
        .map(|(_, word)| word_hash(&fold(word)))
        .collect();
    let joined = |at: usize| {
        let reach = reach(words[at].1);
        let mut end = at + 1;
        while end < words.len().min(at + reach)
            && self::reach(words[end].1) == reach
            && words[end].0 == words[end - 1].0 + words[end - 1].1.len()
        {
            end += 1;
        }
        match reach {
            1 => hashes[at],
            _ => finish(turned(&hashes[at..end]) ^ ((end - at) as u64).wrapping_mul(ROOT_5)),
        }
    };
    (0..words.len()).map(joined).collect()
}

/// Unit `character`: step 1, with the marks in this test's texts.
fn character_hashes(text: &str) -> Vec<u64> {
    let mark = |c: char| is_combining_mark(c) || matches!(c, '\u{AD}' | '\u{200C}' | '\u{200D}');
    let mut hashes = Vec::new();
    let mut last_end = None;
    for (start, word) in text.unicode_word_indices() {
        if last_end.is_some_and(|end| end < start) {
            hashes.push(0x20);
        }
        last_end = Some(start + word.len());
        let mut runs: Vec<String> = Vec::new();
        for c in word.chars() {
            match runs.last_mut() {
                Some(run) if mark(c) => run.push(c),
                _ => runs.push(c.to_string()),
            }
        }
        for run in runs {
            let mut forms: Vec<String> = Vec::new();
            for c in fold(&run).chars() {
                match forms.last_mut() {
                    Some(form) if canonical_combining_class(c) != 0 => form.push(c),
                    _ => forms.push(c.to_string()),
                }
            }
            hashes.extend(forms.iter().map(|form| word_hash(form)));
        }
    }
    hashes
}

/// Unit `custom`: a tokenizer that splits at spaces and upper-cases.
struct AtSpaces;

const AT_SPACES: &str = "at spaces, 1";

impl Tokenize for AtSpaces {
    fn name(&self) -> &str {
        AT_SPACES
    }

    fn tokenize(&self, text: &str, token: &mut dyn FnMut(&str, Range<usize>)) {
        let mut start = 0;
        for part in text.split(' ') {
            if !part.is_empty() {
                token(&part.to_uppercase(), start..start + part.len());
            }
            start += part.len() + 1;
        }
    }
}

fn custom_hashes(text: &str) -> Vec<u64> {
    let parts = text.split(' ').filter(|part| !part.is_empty());
    parts
        .map(|part| xxh3_64(part.to_uppercase().as_bytes()))
        .collect()
}

fn shingles(tokens: &[u64], width: usize, seed: u64) -> Vec<u64> {
    if tokens.is_empty() {
        return Vec::new();
    }
    if tokens.len() < width {
        let len = tokens.len() as u64;
        return vec![finish(turned(tokens) ^ seed ^ len.wrapping_mul(ROOT_2))];
    }
    tokens
        .windows(width)
        .map(|run| finish(turned(run) ^ seed))
        .collect()
}

fn splitmix(place: u64) -> u64 {
    let z = place.wrapping_add(1).wrapping_mul(GOLDEN);
    let z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ z >> 31
}

fn signature(shingles: &[u64], values: usize) -> Vec<u32> {
    let k = values as u64;
    let mut signature = vec![u32::MAX; values];
    let draw = |x: u64| ((x % (1 << 32)) >> 2) as u32;
    let mut take = |place: u64, draw: u32| {
        let value = &mut signature[place as usize];
        *value = draw.min(*value);
    };
    for &x in shingles {
        take(((x >> 32) * k) >> 32, draw(x));
    }
    for &x in shingles {
        take((((x >> 15) % (1 << 32)) * k) >> 32, 0x7FFF_FFFF - draw(x));
    }
    for (place, value) in signature
        .iter_mut()
        .enumerate()
        .filter(|(_, value)| **value == u32::MAX)
    {
        let d = splitmix(place as u64);
        let (a, b) = ((d >> 32) as u32 | 1, d as u32);
        let hash = |&x: &u64| ((x as u32).wrapping_mul(a).wrapping_add(b) >> 2) + 0x8000_0000;
        *value = shingles.iter().map(hash).min().unwrap();
    }
    signature
}

fn band_keys(signature: &[u32], rows: usize) -> Vec<u64> {
    let key = |(band, rows): (usize, &[u32])| {
        rows.iter()
            .fold((band as u64 + 1).wrapping_mul(ROOT_2), |key, &value| {
                let product = u128::from(key ^ u64::from(value)) * u128::from(ROOT_5);
                product as u64 ^ (product >> 64) as u64
            })
    };
    signature.chunks_exact(rows).enumerate().map(key).collect()
}

fn recipe(unit: &str, width: usize, seed: u64, custom: &str, values: usize) -> u64 {
    let custom = xxh3_64(custom.as_bytes());
    let line = format!(
        "reprint 1 unit={unit} width={width} seed={seed} unicode=17.0 custom={custom:016x} \
         scheme=fast_similarity values={values}"
    );
    xxh3_64(line.as_bytes())
}

fn fingerprint(tokens: &[u64], recipe: u64) -> u128 {
    let bytes: Vec<u8> = tokens.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    xxh3_128_with_seed(&bytes, recipe)
}

/// Holds the crate against the specification on one text, for every unit.
fn compare(text: &str, width: usize, seed: u64, values: usize) {
    let units = [
        ("word", "", token_hashes(text)),
        ("character", "", character_hashes(text)),
        ("custom", AT_SPACES, custom_hashes(text)),
    ];
    for (unit, custom, tokens) in units {
        let shingler = match unit {
            "word" => Shingler::new(Shingling::words(width), seed),
            "character" => Shingler::new(Shingling::characters(width), seed),
            _ => Shingler::with_tokenizer(width, seed, Arc::new(AtSpaces)),
        };
        let shingles = shingles(&tokens, width, seed);
        let settings = SketchSettings::with_values(values);
        let sketcher = Sketcher::new(shingler.unwrap(), settings).unwrap();
        let recipe = recipe(unit, width, seed, custom, values);
        assert_eq!(sketcher.recipe().0, recipe);
        let sketch = sketcher.sketch(text).unwrap();
        assert_eq!(sketch.tokens as usize, tokens.len(), "{unit}: {text:?}");
        assert_eq!(
            sketch.fingerprint.0,
            fingerprint(&tokens, recipe),
            "{unit}: {text:?}"
        );
        let Some(found) = sketch.signature else {
            assert!(shingles.is_empty(), "{unit}: {text:?}");
            continue;
        };
        let expected = signature(&shingles, values);
        assert_eq!(
            found.values(),
            expected,
            "{unit}: {text:?}, {width}, {values}"
        );
        let rows = 1 + seed as usize % 3;
        if let Ok(banding) = Banding::new(values / rows, rows) {
            let keys: Vec<u64> = banding.keys(found.values()).collect();
            assert_eq!(keys, band_keys(&expected, rows));
        }
    }
}

/// The vectors' texts: they meet every part of the specification, and the lengths that change the
/// path taken.
fn texts() -> Vec<(&'static str, String)> {
    let mut random = Random(1);
    let long = common::words(&mut random, 600).join(" ");
    vec![
        ("empty", String::new()),
        ("one word", "Harbour".to_owned()),
        ("English", "The ferryman’s “map” cost 3.50 pounds, didn't it? He rowed on; nobody waited at \
                     the quay for internationalisation.".to_owned()),
        ("German", "Die STRASSENKARTE lag im Straßengraben, Donaudampfschifffahrtsgesellschaften ärgern sich.".to_owned()),
        ("French", "L’été, le cafe\u{301} du port était ferme\u{301} à l'aube.".to_owned()),
        ("Greek", "Ο ΣΊΣΥΦΟΣ και ο Σίσυφος ανεβαίνουν".to_owned()),
        ("Russian", "Паромщик молчал, ёлка росла, й стоял, достопримечательности ждали.".to_owned()),
        ("Arabic", "كان المَركَب ينتظر في الميناء، وأبحر القارب".to_owned()),
        ("Chinese", "渡船在雾中等待着。没有人来，5艘船回来了。".to_owned()),
        ("Japanese", "渡し船はカタカナの港でまっていた。".to_owned()),
        ("Korean", "나룻배는 안개 속에서 기다렸다".to_owned()),
        ("Thai", "เรือข้ามฟากรอ อยู่ในหมอก".to_owned()),
        ("600 words", long),
    ]
}

#[test]
fn vectors_of_the_specification() {
    assert_eq!(FORMAT_VERSION, 1);
    let mut found = String::new();
    for word in ["", "a", "harbour", "donaudampfschifffahrt", "中"] {
        let hash = word_hash(word);
        assert_eq!(hash, reprint::hash::word(word.as_bytes()));
        writeln!(found, "{:<23} {hash:016x}", format!("{word:?}")).unwrap();
    }
    let recipe = recipe("word", 5, 0, "", 128);
    writeln!(found, "{recipe:016x}").unwrap();
    for (name, text) in texts() {
        for (width, seed, values) in [(5, 0, 128), (1, 7, 100), (3, 1 << 63, 1), (64, 2, 256)] {
            compare(&text, width, seed, values);
        }
        let tokens = token_hashes(&text);
        let fingerprint = fingerprint(&tokens, recipe);
        let count = tokens.len();
        writeln!(
            found,
            "{name}: {count} tokens, fingerprint {fingerprint:032x}"
        )
        .unwrap();
        let shingles = shingles(&tokens, 5, 0);
        if !shingles.is_empty() {
            let values = signature(&shingles, 128);
            let bytes: Vec<u8> = values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            let (all, key) = (xxh3_64(&bytes), band_keys(&values, 8)[0]);
            let first = &values[..4];
            writeln!(found, "    {first:08x?} … {all:016x}, key {key:016x}").unwrap();
        }
    }
    let numbers: Vec<u64> = (0..100).collect();
    let shingler = Shingler::new(Shingling::default(), 0).unwrap();
    let of_numbers = Sketcher::new(shingler, SketchSettings::default())
        .unwrap()
        .sketch_tokens(&numbers);
    let mixed: Vec<u64> = numbers.iter().map(|&number| splitmix(number)).collect();
    assert_eq!(of_numbers.fingerprint.0, fingerprint(&mixed, recipe));
    assert_eq!(
        of_numbers.signature.unwrap().values(),
        signature(&shingles(&mixed, 5, 0), 128)
    );
    unit_vectors(&mut found);
    for line in found.lines() {
        assert!(
            SPECIFICATION.contains(line),
            "{line:?} is not in the specification:\n{found}"
        );
    }
    for (name, text) in texts().into_iter().filter(|(name, _)| *name != "600 words") {
        let line = format!("{name}: {text:?}");
        assert!(
            SPECIFICATION.contains(&line),
            "{line} is not in the specification"
        );
    }
}

/// Appends the vectors for units `character` and `custom`.
fn unit_vectors(found: &mut String) {
    let texts = texts();
    let of = |wanted| &texts.iter().find(|(name, _)| *name == wanted).unwrap().1;
    for (unit, width, custom, name) in [
        ("character", 10, "", "English"),
        ("character", 10, "", "French"),
        ("character", 10, "", "Korean"),
        ("character", 10, "", "Thai"),
        ("custom", 2, AT_SPACES, "English"),
    ] {
        let text = of(name);
        let tokens = match unit {
            "character" => character_hashes(text),
            _ => custom_hashes(text),
        };
        let recipe = recipe(unit, width, 0, custom, 128);
        let fingerprint = fingerprint(&tokens, recipe);
        let values = signature(&shingles(&tokens, width, 0), 128);
        let (count, first) = (tokens.len(), &values[..4]);
        writeln!(
            found,
            "{unit} {width}, {name}: recipe {recipe:016x}, {count} tokens, fingerprint {fingerprint:032x}\n    \
             {first:08x?}"
        )
        .unwrap();
    }
}

/// Words are hashed in batches of some 128; runs of letters continue from one batch to the next.
#[test]
fn long_runs_of_spaceless_letters() {
    for text in [
        "漢",
        "ไท漢字漢字漢",
        "漢字漢字漢ไท ",
        "字 漢字。word ",
        "ไทยไทยไทย",
        "漢e\u{301}字漢字",
    ] {
        for words in [0, 1, 3] {
            compare(&("word ".repeat(words) + &text.repeat(150)), 5, 0, 128);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn crate_follows_the_specification(
        parts in prop::collection::vec(prop::sample::select(&[
            "the ", "Harbour ", "don’t ", "3.5 ", "été ", "ÉTÉ ", "Straße", " ", "дом ", "Йод ", "漢", "字", "かな",
            "ไทย", "한국어 ", "مدرسة ", ". ", "internationalization ", "e\u{301}", "😀", "שלום ", "_",
            "Rechtsschutzversicherungsgesellschaften ", "\u{AD}",
        ][..]), 0..200),
        width in 1usize..9,
        seed in any::<u64>(),
        values in 1usize..300,
    ) {
        compare(&parts.concat(), width, seed, values);
    }
}
