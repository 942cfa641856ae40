//! The page in a real browser: views, search, keyboard, hostile texts, accessibility, size.
//!
//! Chromium runs without a network. Without Chromium, each test says that the test was skipped.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

mod browser;
mod hostile;
mod looks;
mod size;
mod views;

use browser::{Browser, skipped};

/// Makes a page of `articles`. `beside` names a file beside the page, as the last argument.
fn page(name: &str, articles: &[Value], arguments: &[&str], beside: Option<&str>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let lines: Vec<String> = articles.iter().map(Value::to_string).collect();
    let input = folder.join("articles.jsonl");
    fs::write(&input, lines.join("\n")).expect("a file");
    let beside = beside.map(|name| folder.join(name));
    let beside = beside.as_ref().map(|path| path.to_str().expect("UTF-8"));
    let arguments: Vec<&str> = arguments.iter().copied().chain(beside).collect();
    of_paths(&folder.join("report.html"), &[input.as_path()], &arguments)
}

fn of_paths(page: &Path, paths: &[&Path], arguments: &[&str]) -> PathBuf {
    let output = Command::new(env!("CARGO_BIN_EXE_reprint"))
        .args(arguments)
        .arg("--report")
        .arg(page)
        .args(paths)
        .output()
        .expect("it starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    page.to_owned()
}

/// Syllables of words in English letters.
const LATIN: [&str; 16] = [
    "ba", "ren", "til", "mo", "gar", "sel", "du", "vin", "lor", "pa", "kes", "hum", "ni", "tor",
    "we", "fal",
];

/// Sentences of invented words, each with a number. A seed gives the same sentences each time, and
/// two seeds share no run of words.
fn story(seed: &str, sentences: usize) -> String {
    story_in(&LATIN, " ", seed, sentences)
}

fn story_in(syllables: &[&str], space: &str, seed: &str, sentences: usize) -> String {
    // FNV-1a of the seed, then an LCG of Knuth's.
    let mut state = seed.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
    });
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let sentence = |at: usize| {
        let mut words: Vec<String> = (0..14)
            .map(|_| (0..3).map(|_| syllables[next(syllables.len())]).collect())
            .collect();
        words.insert(9, format!("{}", at + 2));
        format!("{}.", words.join(space))
    };
    (0..sentences).map(sentence).collect::<Vec<_>>().join("\n")
}

/// A small corpus: dates, publishers, a copy, an edit, and a repetitive article.
fn news() -> Vec<Value> {
    let bridge = story("Carrowmouth", 14);
    // Another number, and a paragraph put in.
    let edited = bridge.replace(" 14 ", " 29 ");
    let (first, last) = edited.split_at(edited.find('\n').expect("lines"));
    let edited = format!("{first}\n{}{last}", story("Put in", 2));
    let parade = story("Obergriesen", 12);
    let phrase = "the seafront parking charges rise despite trader fury";
    let repetitive: Vec<String> = (0..12)
        .map(|at| {
            let town = format!("Sandle{at}");
            format!("{} In {town} they heard that {phrase}.", story(&town, 2))
        })
        .collect();
    let article = |id: &str, title: &str, source: &str, date: &str, text: &str| json!({ "id": id, "title": title, "source": source, "date": date, "text": text, "lang": "en" });
    vec![
        article(
            "post/1",
            "Bridge opens",
            "Morning Post",
            "2026-03-01T08:00:00Z",
            &bridge,
        ),
        article(
            "echo/1",
            "A bridge, open",
            "Evening Echo",
            "2026-03-01T10:30:00Z",
            &edited,
        ),
        article("wire/1", "Bridge opens", "The Wire", "2026-03-04", &bridge),
        article("post/2", "Parade", "Morning Post", "2026-02-02", &parade),
        article(
            "echo/2",
            "Parade again",
            "Evening Echo",
            "2026-02-02T09:00:00Z",
            &parade,
        ),
        article(
            "buzz/1",
            "Parking",
            "Coast Buzz",
            "",
            &repetitive.join("\n\n"),
        ),
        article("solo/1", "Alone", "Coast Buzz", "", &story("Lonelyton", 9)),
    ]
}

/// The sample articles of the repository.
fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../articles")
}
