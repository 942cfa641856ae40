//! The index on disk beside a detector in memory.
//!
//! ```text
//! cargo bench --bench saved --features saved              # 100,000 articles
//! cargo bench --bench saved --features saved -- 1000000
//! ```
//!
//! Prints a table; every row is measured once and asserts its result. `--test` runs a hundredth.
//!
//! Generated articles of 120 words; one in ten is an edit of the one before. The caller keeps the
//! texts, so that the figures are those of the index, but for the row that says otherwise. *Fill*
//! adds sketched articles and commits every 10,000; *sorted runs* sorts the same band keys and writes
//! them with rows of the same size and one sync a commit, which any index of such postings must do.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use reprint::saved::{Query, SavedIndex, SavedOptions, Snapshot};
use reprint::sketch::Sketch;
use reprint::{Article, ArticleId, BoxError, Builder, Detector, Mode};

/// Articles of a commit.
const COMMIT: usize = 10_000;
/// Bytes of a row of the index, its name, and its postings of key and id.
const RECORD: usize = 73 + 12 + 16;
/// Texts asked for.
const QUERIES: usize = 2_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let is_test = args.iter().any(|arg| arg == "--test");
    let count = args.iter().find_map(|arg| arg.parse().ok());
    let count = count.unwrap_or(100_000) / if is_test { 100 } else { 1 };
    println!("{count} articles of 120 words");
    println!("| mode | what | figure |");
    println!("|---|---|---|");
    let jaccard = Detector::builder().mode(Mode::jaccard());
    measure("jaccard", &jaccard, count);
    measure(
        "recycled",
        &Detector::builder().mode(Mode::recycled()),
        count,
    );
}

/// The text of the article with a number.
fn text(number: usize) -> String {
    let is_edit = number % 10 == 9;
    let story = if is_edit { number - 1 } else { number } as u64;
    let mut state = story.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = String::with_capacity(1000);
    for at in 0..120 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Few words are common, many are rare.
        let rank = (state >> 40) % (1 << (3 + state % 13));
        let rank = if is_edit && at == 60 { 1 << 20 } else { rank };
        text.push('w');
        text.push_str(&rank.to_string());
        text.push(' ');
    }
    text
}

fn key(number: usize) -> String {
    format!("article-{number:09}")
}

fn number_of(key: &str) -> usize {
    key["article-".len()..].parse().expect("one of our keys")
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("reprint-bench-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn options() -> SavedOptions {
    let texts = |_: u64, key: &str| -> Result<String, BoxError> { Ok(text(number_of(key))) };
    SavedOptions::new().texts(Arc::new(texts)).groups(false)
}

fn time<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed().as_secs_f64(), done)
}

fn measure(mode: &str, builder: &Builder, count: usize) {
    let row = |what: &str, figure: String| println!("| {mode} | {what} | {figure} |");
    let each = |seconds: f64| format!("{:.2} us an article", seconds * 1e6 / count as f64);
    let at = folder(mode);
    let (in_order, kept) = (at.join("index"), at.join("texts"));
    // 1. Fill: a detector, the index, sorted runs of the same keys.
    let mut detector = builder.clone().build().expect("valid settings");
    let sketcher = detector.sketcher().clone();
    let (mut sketching, mut of_detector, mut of_index, mut of_runs) = (0.0, 0.0, 0.0, 0.0);
    let mut index =
        SavedIndex::create(&in_order, builder.clone(), &options()).expect("it is created");
    let mut with_texts =
        SavedIndex::create(&kept, builder.clone(), &SavedOptions::new().groups(false))
            .expect("it is created");
    let mut of_texts = 0.0;
    let mut hashes = 0;
    for start in (0..count).step_by(COMMIT) {
        let numbers = start..count.min(start + COMMIT);
        let articles: Vec<(String, String)> = numbers.map(|n| (key(n), text(n))).collect();
        let (took, sketches) = time(|| {
            let sketch = |(_, text): &(String, String)| sketcher.sketch(text).expect("short");
            articles.iter().map(sketch).collect::<Vec<Sketch>>()
        });
        sketching += took;
        let with_sketches = || {
            let articles = articles.iter().map(|(key, text)| Article::new(key, text));
            articles.zip(&sketches)
        };
        of_detector += time(|| {
            for (article, sketch) in with_sketches() {
                detector
                    .insert_sketched(&article, sketch)
                    .expect("a new key");
            }
        })
        .0;
        for (index, took) in [
            (&mut index, &mut of_index),
            (&mut with_texts, &mut of_texts),
        ] {
            *took += time(|| {
                for (article, sketch) in with_sketches() {
                    index.insert_sketched(&article, sketch).expect("a new key");
                }
                index.commit().expect("it is written");
            })
            .0;
        }
        let banding = detector.banding();
        let (took, of_run) = time(|| sorted_run(&at.join("run"), banding, &sketches));
        of_runs += took;
        hashes += of_run;
    }
    row("sketch", each(sketching));
    row("Detector::insert_sketched", each(of_detector));
    row("fill", each(of_index));
    row("fill, texts kept", each(of_texts));
    row("sorted runs", each(of_runs));
    row("fill / sorted runs", format!("{:.2}", of_index / of_runs));
    let inserting = (sketching + of_index) / (sketching + of_detector);
    row(
        "sketch and fill / sketch and insert",
        format!("{inserting:.2}"),
    );
    drop(with_texts);
    // 2. Size and opening.
    row("segments", index.segments().to_string());
    let bytes = index.bytes() as f64;
    row("bytes an article", format!("{:.0}", bytes / count as f64));
    let of_postings = bytes - ((RECORD * count) as f64);
    row(
        "bytes a posting",
        format!("{:.2}", of_postings / hashes as f64),
    );
    // 3. Queries, and opening.
    queries(mode, count, &detector, &mut index);
    drop(index);
    let (took, snapshot) = time(|| Snapshot::open(&in_order, &options()).expect("it is whole"));
    row("open", format!("{:.1} ms", took * 1e3));
    assert_eq!(snapshot.len(), count);
    groups(mode, builder, count, &at.join("groups"));
    fs::remove_dir_all(&at).expect("it is removed");
}

/// Asks the detector and the index for the same texts, and compacts the index in between.
fn queries(mode: &str, count: usize, detector: &Detector, index: &mut SavedIndex) {
    let row = |what: &str, figure: String| println!("| {mode} | {what} | {figure} |");
    let texts = |_: ArticleId, key: &str| -> Result<String, BoxError> { Ok(text(number_of(key))) };
    let asked: Vec<String> = (0..QUERIES.min(count))
        .map(|n| text(n * (count / QUERIES.min(count))))
        .collect();
    let ask_detector = || -> usize {
        let found = asked
            .iter()
            .map(|text| detector.matches(text, &texts).expect("short"));
        found.map(|found| found.found.len()).sum()
    };
    ask_detector();
    let (in_memory, expected) = time(ask_detector);
    let a_query = |seconds: f64| format!("{:.1} us", seconds * 1e6 / asked.len() as f64);
    row("query of the detector", a_query(in_memory));
    let ask = |snapshot: &Snapshot| -> usize {
        let query = Query::new();
        let found = asked
            .iter()
            .map(|text| snapshot.matches(text, &query).expect("short"));
        found.map(|found| found.found.len()).sum()
    };
    let ask_index = |index: &Snapshot, what: &str| {
        assert_eq!(ask(index), expected);
        let (took, _) = time(|| ask(index));
        row(what, a_query(took));
    };
    ask_index(index, "query, as filled");
    let sketcher = detector.sketcher().clone();
    let sketches: Vec<Sketch> = asked
        .iter()
        .map(|text| sketcher.sketch(text).expect("short"))
        .collect();
    // No article has a date, so none is read: this is the time of candidates alone.
    let nothing = Query::new().window(Some(0), None);
    let candidates = |index: &Snapshot, what: &str| {
        let ask = || {
            for (text, sketch) in asked.iter().zip(&sketches) {
                let found = index.matches_sketched(text, sketch, &nothing);
                assert!(found.expect("it is whole").found.is_empty());
            }
        };
        ask();
        row(what, a_query(time(ask).0));
    };
    candidates(index, "candidates, as filled");
    let (took, ()) = time(|| index.compact().map(|_| ()).expect("it is written"));
    row(
        "compact",
        format!("{:.2} us an article", took * 1e6 / count as f64),
    );
    ask_index(index, "query, one segment");
    candidates(index, "candidates, one segment");
}

/// Fills an index that keeps its groups, and times commits of 1,000 articles at the start and the end.
fn groups(mode: &str, builder: &Builder, count: usize, at: &Path) {
    let row = |what: &str, figure: String| println!("| {mode} | {what} | {figure} |");
    let options = options().groups(true);
    let mut index = SavedIndex::create(at, builder.clone(), &options).expect("it is created");
    let sketcher = index.judge().sketcher().clone();
    let step = 1_000.min(count / 10);
    let (mut times, mut told) = (Vec::new(), 0);
    for start in (0..count).step_by(step) {
        for number in start..count.min(start + step) {
            let text = text(number);
            let sketch = sketcher.sketch(&text).expect("short");
            let article = Article::new("", &text);
            let key = key(number);
            let article = Article {
                key: &key,
                ..article
            };
            index.insert_sketched(&article, &sketch).expect("a new key");
        }
        let (took, commit) = time(|| index.commit().expect("it is written"));
        times.push(took);
        told += commit.changes.len();
        index.tidy().expect("it is written");
    }
    let mean = |times: &[f64]| times.iter().sum::<f64>() / times.len() as f64 * 1e3;
    let tenth = times.len().div_ceil(10);
    let (first, last) = (mean(&times[..tenth]), mean(&times[times.len() - tenth..]));
    row(
        "groups after 1,000 inserts, first and last tenth",
        format!("{first:.1} ms, {last:.1} ms"),
    );
    // Each edit makes a group with the article before it.
    assert_eq!(told, count / 10);
}

/// Sorts the hashes of each band and of the samples, writes them with a record an article, and syncs.
fn sorted_run(path: &Path, banding: reprint::index::Banding, sketches: &[Sketch]) -> usize {
    let mut spaces = vec![Vec::new(); banding.bands() + 1];
    for (row, sketch) in (0u64..).zip(sketches) {
        let signature = sketch.signature.as_ref().expect("words");
        let keys = banding
            .keys(signature.values())
            .map(|key| key >> 32 << 32 | row);
        for (space, key) in spaces.iter_mut().zip(keys) {
            space.push(key);
        }
        let sample = sketch
            .sample
            .iter()
            .map(|&hash| u64::from(hash) << 32 | row);
        spaces[banding.bands()].extend(sample);
    }
    let file = File::create(path).expect("a file");
    let mut to = BufWriter::with_capacity(1 << 16, file);
    for space in &mut spaces {
        space.sort_unstable();
        for key in space.iter() {
            to.write_all(&key.to_le_bytes()).expect("it is written");
        }
    }
    for _ in sketches {
        to.write_all(&[0; RECORD]).expect("it is written");
    }
    let file = to.into_inner().expect("it is written");
    file.sync_all().expect("it is written");
    spaces.iter().map(Vec::len).sum()
}
