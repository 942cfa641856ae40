//! Groups from run to run.

use super::*;

/// The articles of a run. Articles with one number are copies.
fn corpus(folder: &Path, name: &str, articles: &[(&str, usize)]) -> PathBuf {
    let lines = articles
        .iter()
        .map(|&(key, number)| line(key, &distinct(number)));
    file(folder, name, lines.collect::<String>())
}

fn run_since(corpus: &Path, previous: &Path, more: &[&str]) -> Run {
    let mut arguments = vec![
        corpus.as_os_str(),
        "--previous".as_ref(),
        previous.as_os_str(),
    ];
    arguments.extend(more.iter().map(OsStr::new));
    reprint(arguments)
}

fn group_of(run: &Run, key: &str) -> Value {
    let articles = run.records("article");
    let article = articles.iter().find(|article| article["key"] == key);
    article.expect("it is there")["group"].clone()
}

#[test]
fn groups_from_day_to_day() {
    let folder = folder("from-day-to-day");
    let monday = corpus(
        &folder,
        "monday.jsonl",
        &[
            ("b", 1),
            ("c", 1),
            ("d", 2),
            ("e", 2),
            ("f", 3),
            ("g", 3),
            ("h", 4),
        ],
    );
    let first = jsonl(&monday);
    assert!(
        first
            .records("group")
            .iter()
            .all(|group| group.get("change").is_none())
    );
    assert_eq!(first.summary()["changes"], Value::Null);
    let previous = file(&folder, "monday.found.jsonl", &first.out);
    let tuesday = corpus(
        &folder,
        "tuesday.jsonl",
        &[
            ("a", 1),
            ("b", 1),
            ("c", 1),
            ("d", 2),
            ("e", 2),
            ("h", 4),
            ("i", 4),
        ],
    );
    let second = run_since(&tuesday, &previous, &["--format", "jsonl"]);
    // The name survives a new first key.
    assert_eq!(group_of(&second, "a"), group_of(&first, "b"));
    assert_ne!(group_of(&jsonl(&tuesday), "a"), group_of(&first, "b"));
    let change = |key: &str| {
        let id = group_of(&second, key);
        let groups = second.records("group");
        groups
            .into_iter()
            .find(|group| group["id"] == id)
            .expect("it")["change"]
            .clone()
    };
    assert_eq!(change("a")["kind"], "grew");
    assert_eq!(change("a")["joined"], json!(["a"]));
    assert_eq!(change("d")["kind"], "unchanged");
    assert_eq!(change("h")["kind"], "new");
    let gone = second.records("gone");
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0]["members"], json!(["f", "g"]));
    assert_eq!(gone[0]["into"], json!([]));
    assert_eq!(gone[0]["id"], group_of(&first, "f"));
    assert_eq!(
        second.summary()["changes"],
        json!({ "gone": 1, "grew": 1, "new": 1, "unchanged": 1 })
    );

    let text = run_since(&tuesday, &previous, &[]);
    for said in [
        "since grew, with a",
        "since new",
        "GROUPS THAT ARE NO MORE",
        ": gone (f, g)",
        "groups since the earlier run: 1 gone, 1 grew, 1 new, 1 unchanged",
    ] {
        assert!(
            text.out.contains(said),
            "{said} is missing from\n{}",
            text.out
        );
    }
    assert!(!text.out.contains("since unchanged"), "{}", text.out);
    assert!(
        run_since(&tuesday, &previous, &["--all"])
            .out
            .contains("since unchanged")
    );
}

#[test]
fn names_depend_on_keys_alone() {
    let folder = folder("names");
    let articles = [("b", 1), ("c", 1), ("d", 2), ("e", 2)];
    let path = corpus(&folder, "articles.jsonl", &articles);
    let mut turned = articles;
    turned.reverse();
    let turned = corpus(&folder, "turned.jsonl", &turned);
    let groups = |run: &Run| -> Vec<Value> { run.records("group") };
    let expected = groups(&jsonl(&path));
    assert_eq!(groups(&jsonl(&turned)), expected);
    for threads in ["1", "2"] {
        let run = reprint([
            "--format".as_ref(),
            "jsonl".as_ref(),
            "--threads".as_ref(),
            threads.as_ref(),
            path.as_os_str(),
        ]);
        assert_eq!(groups(&run), expected);
    }
    let previous = file(&folder, "found.jsonl", jsonl(&path).out);
    for path in [&path, &turned] {
        let run = run_since(path, &previous, &["--format", "jsonl"]);
        assert_eq!(run.summary()["changes"], json!({ "unchanged": 2 }));
    }
}

#[test]
fn what_is_no_earlier_run_is_said() {
    let folder = folder("no-earlier-run");
    let path = corpus(&folder, "articles.jsonl", &[("a", 1), ("b", 1)]);
    let whole = jsonl(&path).out;
    let cut = whole.lines().next().expect("a line").to_owned() + "\n";
    for (name, content, said) in [
        ("text", "2 articles", "line 1 is no record of"),
        ("cut", cut.as_str(), "does not end with a summary"),
        ("empty", "", "does not end with a summary"),
        (
            "other",
            r#"{"schema":99,"type":"group"}"#,
            "line 1 is of schema 99",
        ),
    ] {
        let run = run_since(&path, &file(&folder, name, content), &[]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{name}");
        assert!(run.err.contains(said), "{said} is missing from {}", run.err);
    }
    let compressed = zstd::encode_all(whole.as_bytes(), 1).expect("in memory");
    let run = run_since(&path, &file(&folder, "whole.zst", compressed), &[]);
    assert!(run.out.contains("1 unchanged"), "{}", run.out);
}

#[test]
fn codes_for_continuous_integration() {
    let folder = folder("codes");
    let copies = corpus(&folder, "copies.jsonl", &[("a", 1), ("b", 1)]);
    let more = corpus(&folder, "more.jsonl", &[("a", 1), ("b", 1), ("c", 1)]);
    let none = corpus(&folder, "none.jsonl", &[("a", 1), ("b", 2)]);
    let code = |path: &Path, what: &str| {
        let run = reprint([path.as_os_str(), "--fail-on".as_ref(), what.as_ref()]);
        assert!(run.code == 2 || run.out.contains("compared in full"));
        run.code
    };
    assert_eq!(code(&copies, "found"), 3);
    assert_eq!(code(&copies, "any"), 3);
    assert_eq!(code(&copies, "repetitive"), 0);
    assert_eq!(code(&none, "found"), 0);
    assert_eq!(code(&none, "any"), 0);
    assert_eq!(code(&copies, "new"), 2);
    let samples = on_samples(&["--fail-on", "repetitive", "--quiet"]);
    assert_eq!(
        (samples.code, samples.err.as_str()),
        (3, "repetitive articles: 1\n")
    );

    // A check that judged nothing says so, even in a quiet run.
    let list = "One egg\n\n- two cups of flour\n- salt\n- milk\n- butter\n- sugar\n";
    let list = file(&folder, "list.txt", list);
    let quiet = ["--fail-on", "repetitive", "--quiet"].map(AsRef::as_ref);
    let run = reprint([list.as_os_str()].into_iter().chain(quiet));
    let said = "--fail-on did not judge the phrasing of 1 article: ";
    assert_eq!(run.code, 0);
    assert!(run.err.starts_with(said), "{}", run.err);

    let previous = file(&folder, "copies.found.jsonl", jsonl(&copies).out);
    let new = ["--fail-on", "new"];
    assert_eq!(run_since(&copies, &previous, &new).code, 0);
    assert_eq!(run_since(&none, &previous, &new).code, 0);
    assert_eq!(run_since(&more, &previous, &new).code, 3);
}

#[test]
fn who_was_first() {
    let folder = folder("first");
    let article = |(key, source, date, number): (&str, &str, &str, usize)| {
        let long = (1..=5).map(distinct).collect::<Vec<_>>().join(" ");
        let text = format!("{long} {}", ["early", "late"][number - 1]);
        json!({ "id": key, "text": text, "source": source, "date": date }).to_string() + "\n"
    };
    let lines = [
        ("1", "Post", "2024-05-02T10:00:00Z", 1),
        ("2", "Echo", "2024-05-02T12:30:00Z", 1),
        ("3", "Herald", "2024-05-05", 2),
        ("4", "Echo", "2024-05-09", 2),
        ("5", "Wire", "", 1),
    ];
    let path = file(&folder, "articles.jsonl", lines.map(article).concat());
    let path = path.as_os_str();
    let run = |format: &str| {
        let threshold = ["--threshold", "0.5", "--format", format].map(OsStr::new);
        reprint([path].iter().chain(&threshold))
    };
    let story = run("jsonl").records("group")[0]["story"].clone();
    assert_eq!(
        story,
        json!({
            "texts": 2,
            "publishers": 4,
            "sharing": 0,
            "date": 1_714_644_000,
            "first": [{ "key": "1", "source": "Post", "seconds_later": 0 }],
            "followers": [
                { "key": "2", "source": "Echo", "seconds_later": 9000 },
                { "key": "3", "source": "Herald", "seconds_later": 223_200 },
                { "key": "4", "source": "Echo", "seconds_later": 568_800 },
            ],
        })
    );
    let said = "story Post first, Echo 2 h 30 min later, Herald 2 days 14 h later; 4 publishers, 2 different texts";
    let text = run("text");
    assert!(
        text.out.contains(said),
        "{said} is missing from\n{}",
        text.out
    );
}
