//! Articles to measure on: generated from a seed, the same on every machine.
//!
//! In: a [`Language`]. Out: articles with about 3 KB. Word lengths, word frequencies, sentence
//! lengths and the share of characters outside ASCII are near those in news. With the variable
//! `REPRINT_BENCH_CORPUS` naming a JSON Lines file, its `text` fields are measured too.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

pub(crate) mod classic;

use std::io::{BufRead, BufReader};

/// What articles are made of.
struct Language {
    name: &'static str,
    /// Letters, the frequent ones first.
    letters: &'static str,
    /// Word lengths in letters, equally likely.
    lengths: &'static [usize],
    /// Between words.
    space: &'static str,
    /// Between clauses, between sentences.
    stops: [&'static str; 2],
    /// Around one word of 40.
    quotes: [&'static str; 2],
    /// In one word among 40, before the last letter.
    apostrophe: &'static str,
}

const ENGLISH: Language = Language {
    name: "english",
    letters: "etaoinshrdlucmfwypvbgkjqxz",
    lengths: &[1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 11],
    space: " ",
    stops: [", ", ". "],
    quotes: ["\"", "\""],
    apostrophe: "'",
};

const LANGUAGES: [Language; 10] = [
    ENGLISH,
    Language {
        name: "english_curly",
        stops: [" \u{2014} ", ". "],
        quotes: ["\u{201C}", "\u{201D}"],
        apostrophe: "\u{2019}",
        ..ENGLISH
    },
    Language {
        name: "accented_latin",
        letters: "eeaaiissnnrrttoolluuddccmmppvvqqffbbgghhjjxxéàèêôçüöä",
        apostrophe: "\u{2019}",
        quotes: ["« ", " »"],
        ..ENGLISH
    },
    Language {
        name: "cyrillic",
        letters: "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф",
        lengths: &[1, 1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 10, 12],
        quotes: ["«", "»"],
        apostrophe: "-",
        ..ENGLISH
    },
    Language {
        name: "chinese",
        letters: "",
        lengths: &[1, 1, 2, 2, 2, 2, 3, 4],
        space: "",
        stops: ["，", "。"],
        quotes: ["“", "”"],
        apostrophe: "",
    },
    Language {
        name: "arabic",
        letters: "المينرتوبةعدسفهكقحجشصطخضذثزغظءأإى",
        lengths: &[2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 8],
        stops: ["، ", ". "],
        quotes: ["\"", "\""],
        apostrophe: "\u{64B}",
        ..ENGLISH
    },
    Language {
        name: "korean",
        letters: "이다는에을의가고하한지로사도기를은인대시자정서어리원일전부장보해상수",
        lengths: &[1, 2, 2, 3, 3, 3, 4, 4, 5],
        apostrophe: "",
        ..ENGLISH
    },
    Language {
        name: "kana",
        letters: "のにはをたとがでしていなかれるすもらあいりこくまきさんクラスタンイルト",
        lengths: &[1, 2, 2, 3, 3, 4, 5],
        space: "",
        stops: ["、", "。"],
        quotes: ["「", "」"],
        apostrophe: "ー",
    },
    Language {
        name: "thai",
        letters: "นรกอมางยเลวดทสตปบคหแจพชขใไโถผธซ",
        lengths: &[2, 3, 3, 4, 4, 5, 6, 7],
        space: "",
        stops: [" ", " "],
        quotes: ["“", "”"],
        apostrophe: "\u{E48}",
    },
    Language {
        name: "figures",
        letters: "0123456789",
        lengths: &[1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 8],
        stops: [".", "\n"],
        apostrophe: ",",
        ..ENGLISH
    },
];

/// Articles under a name.
pub(crate) struct Corpus {
    pub(crate) name: String,
    pub(crate) articles: Vec<String>,
}

impl Corpus {
    pub(crate) fn bytes(&self) -> u64 {
        self.articles
            .iter()
            .map(|article| article.len() as u64)
            .sum()
    }
}

/// The corpora to measure on.
pub(crate) fn corpora() -> Vec<Corpus> {
    let generated = LANGUAGES.iter().map(|language| Corpus {
        name: language.name.to_owned(),
        articles: articles(language, 200),
    });
    generated.chain(named_by_the_caller()).collect()
}

/// `count` English articles.
pub(crate) fn english(count: usize) -> Vec<String> {
    articles(&ENGLISH, count)
}

fn named_by_the_caller() -> Option<Corpus> {
    let name = std::env::var("REPRINT_BENCH_CORPUS").ok()?;
    let file = std::fs::File::open(&name).expect("REPRINT_BENCH_CORPUS names a file");
    let text = |line: std::io::Result<String>| {
        let value: serde_json::Value = serde_json::from_str(&line.unwrap()).expect("JSON Lines");
        value["text"].as_str().expect("a text").to_owned()
    };
    let articles: Vec<String> = BufReader::new(file).lines().take(1000).map(text).collect();
    Some(Corpus { name, articles })
}

fn articles(language: &Language, count: usize) -> Vec<String> {
    let mut random = Random(0x5EED);
    let vocabulary: Vec<String> = (0..8000).map(|_| word(language, &mut random)).collect();
    (0..count)
        .map(|_| article(language, &vocabulary, &mut random))
        .collect()
}

fn word(language: &Language, random: &mut Random) -> String {
    let letters: Vec<char> = match language.letters {
        "" => ('\u{4E00}'..'\u{5800}').collect(),
        letters => letters.chars().collect(),
    };
    let length = language.lengths[random.below(language.lengths.len())];
    let word = (0..length).map(|_| letters[random.frequent(letters.len())]);
    word.collect()
}

fn article(language: &Language, vocabulary: &[String], random: &mut Random) -> String {
    let mut article = String::new();
    let mut first = true;
    while article.len() < 3000 {
        let word = &vocabulary[random.frequent(vocabulary.len())];
        let (head, last) = word
            .char_indices()
            .next_back()
            .map_or(("", ""), |(at, _)| word.split_at(at));
        match random.below(40) {
            0 => article.extend([language.quotes[0], word, language.quotes[1]]),
            1 => article.extend([head, language.apostrophe, last]),
            2 => article.push_str(&random.below(3000).to_string()),
            _ if first => article.extend(head.to_uppercase().chars().chain(last.chars())),
            _ => article.push_str(word),
        }
        first = false;
        match random.below(100) {
            0..6 => article.push_str(language.stops[0]),
            6..10 => {
                article.push_str(language.stops[1]);
                first = true;
            }
            10 => article.push_str("\n\n"),
            _ => article.push_str(language.space),
        }
    }
    article
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
