//! The example binary as a process: arguments in, output and exit code out.
//!
//! And the tests within its modules, which Cargo doesn't run where they stand.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

#[path = "../examples/reprint/clean.rs"]
mod clean;
#[path = "../examples/reprint/date.rs"]
mod date;

/// The binary that `cargo test` has built beside this one.
fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.ancestors().nth(2).expect("target/<profile>/deps/test");
    let binary = profile
        .join("examples")
        .join("reprint")
        .with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        binary.is_file(),
        "{} is missing: `cargo test` builds it if no target is named, else `cargo build --example \
         reprint` does",
        binary.display()
    );
    binary
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ends by itself"),
            out: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
        }
    }

    /// All records, or those of one type.
    fn records(&self, wanted: &str) -> Vec<Value> {
        assert_eq!(self.code, 0, "{}", self.err);
        let all = self
            .out
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        all.filter(|record: &Value| record["type"] == wanted)
            .collect()
    }

    fn summary(&self) -> Value {
        self.records("summary").pop().expect("a summary")
    }

    /// The members of each group.
    fn groups(&self) -> Vec<Value> {
        self.records("group")
            .into_iter()
            .map(|group| group["members"].clone())
            .collect()
    }
}

fn reprint<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Run {
    Run::of(
        Command::new(binary())
            .args(arguments)
            .output()
            .expect("it starts"),
    )
}

fn reprint_stdin(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(binary())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input)
        .expect("it reads");
    Run::of(child.wait_with_output().expect("it ends"))
}

fn jsonl(path: &Path) -> Run {
    reprint(["--format".as_ref(), "jsonl".as_ref(), path.as_os_str()])
}

/// An empty folder of that name.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("tool")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for this test");
    folder
}

fn file(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a file for this test");
    path
}

/// The sample articles as lines, in the order of their keys.
fn sample_lines() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/articles");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the sample articles")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert_eq!(paths.len(), 24);
    paths
        .iter()
        .map(|path| {
            let key = path.file_name().expect("a name").to_str();
            let text = fs::read_to_string(path).expect("a text");
            format!("{}\n", json!({ "id": key, "text": text }))
        })
        .collect()
}

/// A text that shares nothing with that of another number.
fn distinct(number: usize) -> String {
    let word = |at| format!("w{number}x{at}");
    (0..20).map(word).collect::<Vec<_>>().join(" ")
}

fn line(key: &str, text: &str) -> String {
    format!("{}\n", json!({ "id": key, "text": text }))
}

#[test]
fn sample_articles() {
    let run = reprint(["--format", "jsonl"]);
    assert!(run.err.contains("sample articles"), "{}", run.err);
    assert_eq!(
        run.groups(),
        [
            json!([
                "courier-island-school.txt",
                "morning-brief-island-school.txt",
                "northern-standard-island-school.txt"
            ]),
            json!([
                "evening-post-harbour-bridge.txt",
                "tribune-harbour-bridge.txt"
            ]),
            json!([
                "gazette-theatre-reopening.txt",
                "valley-herald-theatre-reopening.txt"
            ]),
            json!([
                "jiangpan-wanbao-last-ferry.txt",
                "shipan-ribao-last-ferry.txt"
            ]),
            json!(["obergriessener-tagblatt-freibad.txt", "talbote-freibad.txt"]),
        ]
    );
    let articles = run.records("article");
    assert_eq!(articles.len(), 24);
    let of = |key: &str| {
        articles
            .iter()
            .find(|article| article["key"] == key)
            .expect("a record")
    };
    let copy = of("northern-standard-island-school.txt");
    assert_eq!(copy["of"], "courier-island-school.txt");
    assert_eq!(
        (&copy["reason"], &copy["score"]),
        (&json!("exact_copy"), &json!(1.0))
    );
    let edited = of("valley-herald-theatre-reopening.txt");
    let score = edited["score"].as_f64().expect("a score");
    assert!((0.97..0.98).contains(&score), "{score}");
    assert_eq!(edited["relation"], "light_edit");
    let shortened = of("morning-brief-island-school.txt");
    assert_eq!(shortened["relation"], "abridged");
    for alone in [
        "market-wire-halvern-dividend.txt",
        "observer-stranded-commuters.txt",
    ] {
        assert_eq!(
            (&of(alone)["group"], &of(alone)["kept"]),
            (&Value::Null, &json!(true))
        );
    }
    for article in &articles {
        let repeats = article["key"] == "coastbuzz-parking-charges.txt";
        let verdict = &article["phrasing"]["verdict"];
        assert_eq!(verdict == "repetitive", repeats, "{article}");
        assert_eq!(verdict == "fine", !repeats, "{article}");
    }
    let summary = run.summary();
    assert_eq!(
        (&summary["groups"], &summary["grouped"]),
        (&json!(5), &json!(11))
    );
}

#[test]
fn schema() {
    let run = reprint(["--format", "jsonl"]);
    let required: [(&str, &[&str]); 4] = [
        (
            "article",
            &["key", "group", "kept", "of", "score", "reason", "phrasing"],
        ),
        ("group", &["id", "kept", "members", "lowest", "links"]),
        (
            "phrase",
            &["key", "canonical", "count", "paragraphs", "spans"],
        ),
        (
            "summary",
            &[
                "articles",
                "settings",
                "candidates",
                "recipe",
                "version",
                "skipped",
            ],
        ),
    ];
    for (wanted, fields) in required {
        let records = run.records(wanted);
        assert!(!records.is_empty(), "no record of type {wanted}");
        for record in records {
            assert_eq!(record["schema"], 1);
            for field in fields {
                assert!(record.get(field).is_some(), "{field} is missing: {record}");
            }
        }
    }
    for (number, group) in run.records("group").iter().enumerate() {
        assert_eq!(group["id"], number);
        for field in ["a", "b", "jaccard", "a_in_b", "b_in_a"] {
            assert!(
                group["links"][0].get(field).is_some(),
                "{field} is missing: {group}"
            );
        }
    }
    let phrase = &run.records("phrase")[0];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/articles");
    let body = fs::read_to_string(path.join(phrase["key"].as_str().expect("a key"))).expect("text");
    let spans = phrase["spans"].as_array().expect("a list");
    assert_eq!(phrase["count"], spans.len());
    for span in spans {
        let [start, end] = [0, 1].map(|at| span[at].as_u64().expect("a byte") as usize);
        assert!(
            body[start..end].to_lowercase().contains("seafront parking"),
            "{span}"
        );
    }
    assert_eq!(run.summary()["recipe"].as_str().map(str::len), Some(16));
}

#[test]
fn text_names_what_was_found() {
    let run = reprint(["--quiet"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for said in [
        "coastbuzz-parking-charges.txt: repetitive",
        "“the seafront parking charges rise despite trader fury”, 11 times in 11 paragraphs",
        "keep  courier-island-school.txt",
        "1.00  northern-standard-island-school.txt (exact copy)",
        "0.97  valley-herald-theatre-reopening.txt (light edit)",
        "24 articles: 11 in 5 groups, 6 to drop; 1 repetitive, 0 suspicious",
    ] {
        assert!(
            run.out.contains(said),
            "{said} is missing from\n{}",
            run.out
        );
    }
}

#[test]
fn every_way_in_gives_the_same() {
    let lines = sample_lines().concat();
    let folder = folder("ways-in");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines.as_bytes()).expect("in memory");
    let gzip = gzip.finish().expect("in memory");
    let zstandard = zstd::encode_all(lines.as_bytes(), 1).expect("in memory");

    let plain = jsonl(&file(&folder, "articles.jsonl", &lines));
    assert_eq!(plain.groups().len(), 5);
    let expected = plain.out.as_str();
    assert_eq!(
        jsonl(&file(&folder, "articles.jsonl.gz", &gzip)).out,
        expected
    );
    assert_eq!(
        jsonl(&file(&folder, "articles.jsonl.zst", &zstandard)).out,
        expected
    );
    // Byte order mark, blank lines and CRLF shift every place at which a line is read again.
    let windows = format!("\u{feff}{}", lines.replace('\n', "\r\n\r\n"));
    assert_eq!(
        jsonl(&file(&folder, "windows.jsonl", windows)).out,
        expected
    );
    let stdin = |bytes: &[u8]| reprint_stdin(&["--format", "jsonl", "-"], bytes).out;
    assert_eq!(stdin(lines.as_bytes()), expected);
    assert_eq!(stdin(&zstandard), expected);
    assert_eq!(reprint(["--format", "jsonl"]).out, expected);
}

#[test]
fn threads_change_nothing() {
    for format in ["jsonl", "text"] {
        let [one, two] =
            ["1", "2"].map(|threads| reprint(["--format", format, "--threads", threads]));
        assert_eq!(one.out, two.out);
        assert_eq!(one.code, 0);
    }
}

#[test]
fn order_changes_the_order_of_articles_only() {
    let mut lines = sample_lines();
    let folder = folder("order");
    let sorted = |lines: &[String]| {
        let run = jsonl(&file(&folder, "articles.jsonl", lines.concat()));
        let mut out: Vec<String> = run.out.lines().map(str::to_owned).collect();
        out[..lines.len()].sort();
        out
    };
    let expected = sorted(&lines);
    lines.reverse();
    assert_eq!(sorted(&lines), expected);
    lines.sort_by_key(|line| line.len() % 7);
    assert_eq!(sorted(&lines), expected);
}

#[test]
fn fields_by_guess_and_by_name() {
    let folder = folder("fields");
    let lines = [
        json!({ "article": "no", "body": distinct(1), "url": "u", "published": "2024-05-02", "extra": [1] }),
        json!({ "content": distinct(1), "key": 7, "date": 1_714_521_600, "publisher": "Post" }),
        json!({ "text": distinct(1), "title": { "not": "a string" } }),
    ];
    let lines = lines.map(|line| line.to_string()).join("\n");
    let path = file(&folder, "mixed.jsonl", &lines);
    let run = jsonl(&path);
    let made = format!("{}:3", path.display());
    assert_eq!(run.groups(), [json!([made, "7", "u"])]);
    let group = &run.records("group")[0];
    assert_eq!(
        (&group["kept"], &group["reason"]),
        (&json!("7"), &json!("earliest_date"))
    );

    let named = file(
        &folder,
        "named.jsonl",
        format!("{}\n", json!({ "rumpf": "two words" })),
    );
    let run = reprint([named.as_os_str(), "--text-field".as_ref(), "rumpf".as_ref()]);
    assert_eq!(run.code, 0);
    let run = reprint([named.as_os_str()]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("named.jsonl:1: no text"), "{}", run.err);
}

#[test]
fn sources_in_order_of_preference() {
    let folder = folder("sources");
    let article = |source| json!({ "id": source, "text": distinct(1), "source": source });
    let lines = format!("{}\n{}\n", article("Echo"), article("Post"));
    let path = file(&folder, "articles.jsonl", lines);
    let run = reprint([
        path.as_os_str(),
        "--source-priority".as_ref(),
        "Herald,Post".as_ref(),
    ]);
    assert!(
        run.out.contains("keep  Post (the preferred source)"),
        "{}",
        run.out
    );
}

#[test]
fn folders_are_walked_in_order() {
    let folder = folder("walk");
    fs::create_dir_all(folder.join("b/.hidden")).expect("folders");
    file(&folder, "c.txt", distinct(1));
    file(&folder, "b/a.txt", distinct(2));
    file(&folder, "b/.hidden/a.txt", distinct(3));
    file(&folder, ".a.txt", distinct(4));
    file(&folder, "a.jsonl", line("in-a-file", &distinct(5)));
    let keys = |run: Run| -> Vec<Value> {
        run.records("article")
            .iter()
            .map(|article| article["key"].clone())
            .collect()
    };
    assert_eq!(keys(jsonl(&folder)), ["in-a-file", "b/a.txt", "c.txt"]);
    // With more than one folder, keys say which; the same file twice is one article all the same.
    let twice = reprint([
        "--format".as_ref(),
        "jsonl".as_ref(),
        folder.as_os_str(),
        folder.join("b").as_os_str(),
    ]);
    assert_eq!(twice.summary()["skipped"], json!({ "duplicate_key": 1 }));
    assert_eq!(keys(twice).len(), 3);
}

#[test]
fn bad_input_is_named_counted_and_passed_over() {
    let folder = folder("bad");
    let mut bytes = Vec::new();
    for part in [
        line("good", &distinct(1)).as_bytes(),
        b"{\"id\": \"cut\n",
        b"[1]\n\n",
        b"{\"id\": \"no text\"}\n",
        b"{\"id\": \"latin\", \"text\": \"caf\xe9\"}\n",
        line("good", "something else").as_bytes(),
        line("empty", " ... ").as_bytes(),
        line("three", "three little words").as_bytes(),
        json!({ "id": "date", "text": distinct(2), "date": "yesterday" })
            .to_string()
            .as_bytes(),
        b"\n",
        b"{\"id\": \"long\", \"text\": \"",
        &vec![b'a'; 100 << 20],
        b"\"}\r\n",
        line("copy", &distinct(1)).as_bytes(),
    ] {
        bytes.extend_from_slice(part);
    }
    let path = file(&folder, "bad.jsonl", &bytes);
    let run = jsonl(&path);
    for (number, said) in [
        (2, "not a JSON object"),
        (3, "not a JSON object"),
        (5, "no text"),
        (6, "not UTF-8"),
        (7, "the key \"good\" was there before"),
        (8, "not a word in it"),
        (10, "the date \"yesterday\""),
        (11, "100 MB, which few articles are"),
    ] {
        let said = format!("bad.jsonl:{number}: {said}");
        assert!(
            run.err.contains(&said),
            "{said} is missing from\n{}",
            run.err
        );
    }
    assert_eq!(run.groups(), [json!(["copy", "good"])]);
    let summary = run.summary();
    assert_eq!(
        summary["skipped"],
        json!({ "duplicate_key": 1, "no_text": 1, "not_json": 2, "not_utf8": 1 })
    );
    assert_eq!(
        summary["noted"],
        json!({ "date_not_understood": 1, "empty": 1, "very_long": 1 })
    );
    assert_eq!(summary["articles"], 6);

    let text = reprint([&path]);
    assert!(
        text.out
            .contains("skipped: duplicate key 1, no text 1, not json 2"),
        "{}",
        text.out
    );
    let quiet = reprint([path.as_os_str(), "--quiet".as_ref()]);
    assert_eq!((quiet.code, quiet.err.as_str()), (0, ""));
}

#[test]
fn ten_messages_of_a_kind() {
    let folder = folder("many");
    let lines = "x\n".repeat(25) + &line("good", "one two");
    let run = reprint([file(&folder, "many.jsonl", lines)]);
    assert_eq!(run.err.matches("not a JSON object").count(), 10);
    assert!(run.err.contains("15 more: not_json"), "{}", run.err);
    assert_eq!(run.code, 0);
}

#[test]
fn bad_files() {
    let folder = folder("bad-files");
    file(&folder, "good.txt", distinct(1));
    file(&folder, "copy.txt", distinct(1));
    file(&folder, "empty.txt", "");
    file(&folder, "latin.txt", b"caf\xe9");
    file(&folder, "picture.png", b"\x89PNG\0\0");
    file(&folder, "large.txt", vec![b'a'; 100 << 20]);
    file(&folder, "cut.jsonl.gz", [0x1f, 0x8b, 8, 0, 0]);
    let missing = folder.join("missing.txt");
    let run = reprint([
        "--format".as_ref(),
        "jsonl".as_ref(),
        folder.as_os_str(),
        missing.as_os_str(),
    ]);
    assert_eq!(run.groups().len(), 1);
    assert_eq!(
        run.summary()["skipped"],
        json!({ "binary": 1, "not_utf8": 1, "unreadable": 2 })
    );
    assert_eq!(
        run.summary()["noted"],
        json!({ "empty": 1, "very_long": 1 })
    );
    assert!(
        run.err.contains("missing.txt: can't be read"),
        "{}",
        run.err
    );
}

#[test]
fn nothing_to_read() {
    let empty = folder("nothing");
    let run = reprint([&empty]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("no article was found in"), "{}", run.err);
    assert_eq!(reprint([empty.join("missing")]).code, 1);
    let run = reprint_stdin(&["-"], b"");
    assert_eq!(run.code, 1);
    assert!(run.err.contains("stdin: holds no article"), "{}", run.err);
}

#[test]
fn strict_stops_at_the_first() {
    let folder = folder("strict");
    let good = line("good", &distinct(1));
    for (name, bad) in [
        ("json", b"{".to_vec()),
        ("utf8", b"\xff".to_vec()),
        ("text", b"{}".to_vec()),
        ("key", good.clone().into_bytes()),
        ("empty", line("empty", "").into_bytes()),
    ] {
        let path = file(
            &folder,
            &format!("{name}.jsonl"),
            [good.as_bytes(), &bad].concat(),
        );
        let run = reprint([path.as_os_str(), "--strict".as_ref()]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{name}");
        assert!(
            run.err.contains(&format!("{name}.jsonl:2: ")),
            "{}",
            run.err
        );
        assert_eq!(reprint([&path]).code, 0, "{name}");
    }
    let fine = file(&folder, "fine.jsonl", &good);
    assert_eq!(reprint([fine.as_os_str(), "--strict".as_ref()]).code, 0);
}

#[test]
fn wrong_usage_names_the_setting() {
    for (option, value, named) in [
        ("--threshold", "0", "threshold 0 "),
        ("--threshold", "1.5", "threshold 1.5 "),
        ("--threshold", "NaN", "threshold NaN "),
        ("--threshold", "much", "--threshold"),
        ("--recall", "1", "recall 1 "),
        ("--shingle", "0", "shingle width 0 "),
        ("--values", "0", "0 values"),
        ("--threads", "0", "--threads"),
        ("--linkage", "loose", "--linkage"),
        ("--treshold", "0.5", "--threshold"),
    ] {
        let run = reprint([option, value]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{option} {value}");
        assert!(
            run.err.contains(named),
            "{named} is missing from\n{}",
            run.err
        );
    }
}

#[test]
fn a_threshold_of_one_means_the_same_shingles() {
    let run = reprint(["--format", "jsonl", "--threshold", "1"]);
    assert_eq!(
        run.groups(),
        [json!([
            "courier-island-school.txt",
            "northern-standard-island-school.txt"
        ])]
    );
}

#[test]
fn settings_are_taken_and_told() {
    let run = reprint([
        "--format",
        "jsonl",
        "--threshold",
        "0.5",
        "--recall",
        "0.9",
        "--unit",
        "character",
        "--linkage",
        "connected",
        "--values",
        "256",
        "--seed",
        "7",
        "--no-phrases",
    ]);
    let summary = run.summary();
    let settings = &summary["settings"];
    assert_eq!(
        settings["mode"]["jaccard"],
        json!({ "threshold": 0.5, "recall": 0.9 })
    );
    assert_eq!(
        settings["shingling"],
        json!({ "unit": "character", "width": 10 })
    );
    assert_eq!(settings["linkage"], "connected");
    assert_eq!(
        (&settings["sketch"]["values"], &settings["seed"]),
        (&json!(256), &json!(7))
    );
    assert_eq!(summary["phrasing"], Value::Null);
    assert_eq!(run.records("article")[0]["phrasing"], Value::Null);
}

#[test]
fn large_results_are_cut_unless_asked_for() {
    let folder = folder("large");
    let pair = |number: usize| {
        let [a, b] = ["a", "b"].map(|copy| line(&format!("{number}{copy}"), &distinct(number)));
        a + &b
    };
    let path = file(
        &folder,
        "pairs.jsonl",
        (0..60).map(pair).collect::<String>(),
    );
    let shown = |run: &Run| {
        run.out
            .matches("2 articles, lowest Jaccard similarity 1.00")
            .count()
    };
    let cut = reprint([&path]);
    assert_eq!(shown(&cut), 50);
    assert!(
        cut.out.contains("10 more groups (--all shows them)"),
        "{}",
        cut.out
    );
    assert_eq!(shown(&reprint([path.as_os_str(), "--all".as_ref()])), 60);
}

#[test]
fn nothing_escapes_into_the_terminal() {
    let folder = folder("escapes");
    let evil = format!("\u{1b}[31mred\u{7}\u{202e} {}", distinct(1));
    let lines = line("a\u{1b}]0;key\u{7}", &evil) + &line("b\r\nforged", &evil) + "\u{1b}[2J\n";
    let run = reprint([file(&folder, "articles.jsonl", lines)]);
    assert!(run.out.contains("2 articles"), "{}", run.out);
    for c in ['\u{1b}', '\u{7}', '\r', '\u{202e}'] {
        assert!(!run.out.contains(c) && !run.err.contains(c), "{c:?}");
    }
    assert!(!run.out.contains("\nforged"), "{}", run.out);
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let folder = folder("pipe");
    // More output than a pipe holds.
    let lines: String = (0..3000)
        .map(|number| line(&number.to_string(), &distinct(number)))
        .collect();
    let path = file(&folder, "articles.jsonl", lines);
    let mut child = Command::new(binary())
        .args(["--format", "jsonl"])
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    out.read_line(&mut first).expect("a line");
    assert!(
        first.starts_with(r#"{"schema":1,"type":"article""#),
        "{first}"
    );
    drop(out);
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn help_fits_and_says_what_matters() {
    let run = reprint(["--help"]);
    assert_eq!(run.code, 0);
    for said in ["--threshold", "--format", "Examples:", "Exit code"] {
        assert!(run.out.contains(said), "{said} is missing");
    }
}
