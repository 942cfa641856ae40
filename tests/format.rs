//! Format version 1 once more, from its specification alone (`src/sketch/FORMAT.md`), in plain code
//! that shares nothing with the crate: text to signature, fingerprint and band keys.

mod common;

use std::fmt::Write as _;

use common::Random;
use proptest::prelude::*;
use reprint::index::Banding;
use reprint::sketch::{FORMAT_VERSION, Scheme, SketchSettings, Sketcher};
use reprint::text::{Shingler, Shingling};
use unicode_normalization::UnicodeNormalization;
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

/// Case folding of the texts in this test: lower case serves for all but these.
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

/// Of the scripts in this test.
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

fn classic(shingles: &[u64], values: usize) -> Vec<u32> {
    const P: u128 = (1 << 61) - 1;
    let value = |place: u64| {
        let a = 1 + u128::from(splitmix(2 * place)) % (P - 1);
        let b = u128::from(splitmix(2 * place + 1)) % P;
        let hashes = shingles
            .iter()
            .map(|&x| ((a * (u128::from(x) % P) + b) % P) >> 29);
        hashes.min().unwrap() as u32
    };
    (0..values as u64).map(value).collect()
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

fn recipe(width: usize, seed: u64, scheme: &str, values: usize) -> u64 {
    let no_name = xxh3_64(b"");
    let line = format!(
        "reprint 1 unit=word width={width} seed={seed} unicode=17.0 custom={no_name:016x} \
         scheme={scheme} values={values}"
    );
    xxh3_64(line.as_bytes())
}

fn fingerprint(tokens: &[u64], recipe: u64) -> u128 {
    let bytes: Vec<u8> = tokens.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    xxh3_128_with_seed(&bytes, recipe)
}

/// Holds the crate against the specification on one text.
fn compare(text: &str, width: usize, seed: u64, values: usize) {
    let tokens = token_hashes(text);
    let shingles = shingles(&tokens, width, seed);
    for (scheme, name) in [
        (Scheme::FastSimilarity, "fast_similarity"),
        (Scheme::Classic, "classic"),
    ] {
        let mut settings = SketchSettings::with_values(values);
        settings.scheme = scheme;
        let shingler = Shingler::new(Shingling::words(width), seed).unwrap();
        let sketcher = Sketcher::new(shingler, settings).unwrap();
        assert_eq!(sketcher.recipe().0, recipe(width, seed, name, values));
        let sketch = sketcher.sketch(text).unwrap();
        assert_eq!(sketch.tokens as usize, tokens.len(), "{text:?}");
        assert_eq!(
            sketch.fingerprint.0,
            fingerprint(&tokens, sketcher.recipe().0),
            "{text:?}"
        );
        let Some(found) = sketch.signature else {
            assert!(shingles.is_empty(), "{text:?}");
            continue;
        };
        let expected = match scheme {
            Scheme::Classic => classic(&shingles, values),
            _ => signature(&shingles, values),
        };
        assert_eq!(found.values(), expected, "{text:?}, {width}, {values}");
        let rows = 1 + seed as usize % 3;
        if let Ok(banding) = Banding::new(values / rows, rows) {
            let keys: Vec<u64> = banding.keys(found.values()).collect();
            assert_eq!(keys, band_keys(&expected, rows));
        }
    }
}

/// The texts of the vectors: each of its parts is met, and the lengths that change the way through.
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
    let recipe = recipe(5, 0, "fast_similarity", 128);
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

/// Words are hashed some 128 at a time; runs of letters go on from one such batch to the next.
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
