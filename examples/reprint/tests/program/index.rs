//! An index from run to run.

use super::*;

fn index(arguments: &[&OsStr]) -> Run {
    reprint(
        ["index".as_ref()]
            .into_iter()
            .chain(arguments.iter().copied()),
    )
}

fn action(name: &str, index_at: &Path, argument: Option<&OsStr>) -> Run {
    let fixed = [name.as_ref(), index_at.as_os_str()];
    index(&fixed.into_iter().chain(argument).collect::<Vec<_>>())
}

/// Articles with a copy and a light edit of each third.
fn articles(count: usize) -> String {
    let record = |number: usize| {
        let story = distinct(number / 3);
        let body = match number % 3 {
            0 => story,
            1 => story.to_uppercase(),
            _ => format!("{story} It is said again."),
        };
        let date = format!("2024-01-{:02}", 1 + number % 28);
        json!({"id": format!("n{number:03}"), "text": body, "date": date}).to_string() + "\n"
    };
    (0..count).map(record).collect()
}

fn created(name: &str) -> (PathBuf, PathBuf) {
    let folder = folder(name);
    let path = file(&folder, "articles.jsonl", articles(60));
    let index = folder.join("index");
    assert_eq!(action("create", &index, None).records("index").len(), 1);
    (index, path)
}

/// Every answer and every group.
fn answers(index: &Path, path: &Path) -> (Vec<Value>, Vec<Value>) {
    let asked = action("query", index, Some(path.as_os_str())).records("query");
    let groups = action("groups", index, None).records("group");
    let without_ids = |mut answer: Value| {
        for found in answer["matches"].as_array_mut().expect("a list") {
            found["id"].take();
        }
        answer
    };
    (asked.into_iter().map(without_ids).collect(), groups)
}

#[test]
fn articles_are_added_asked_for_and_let_go() {
    let (index, path) = created("index-life");
    let add = || action("add", &index, Some(path.as_os_str())).records("commit");
    assert_eq!(add()[0]["added"], 60);
    assert_eq!(add()[0]["unchanged"], 60);
    let asked = action("query", &index, Some(path.as_os_str())).records("query");
    assert_eq!(asked.len(), 60);
    let matched = |answer: &Value| -> Vec<String> {
        let matches = answer["matches"].as_array().expect("a list").iter();
        matches.map(|found| found["key"].to_string()).collect()
    };
    assert_eq!(matched(&asked[0]), [r#""n001""#, r#""n002""#]);
    // The groups are those of a batch.
    let batch = jsonl(&path);
    let members = |run: &Run| -> Vec<Value> {
        run.records("group")
            .iter()
            .map(|group| group["members"].clone())
            .collect()
    };
    assert_eq!(members(&action("groups", &index, None)), members(&batch));
    let removed = action("remove", &index, Some("n001".as_ref()));
    assert_eq!(removed.records("removal")[0]["removed"], true);
    let expired = action("expire", &index, Some("2024-01-15".as_ref()));
    let left = expired.records("commit")[0]["articles"]
        .as_u64()
        .expect("a count");
    assert!(left > 0 && left < 59, "{left}");
    assert_eq!(
        action("compact", &index, None).records("commit")[0]["articles"],
        left
    );
    let check = action("check", &index, None).records("check");
    assert_eq!(check[0]["damages"], json!([]));
    assert_eq!(
        action("info", &index, None).records("index")[0]["segments"],
        1
    );
}

/// The log of changes, an export, and what fails on something new.
#[test]
fn what_is_new_is_told() {
    let (index, path) = created("index-changes");
    let with = |action: &str, further: &[&str]| {
        let fixed = ["index".as_ref(), action.as_ref(), index.as_os_str()];
        reprint(fixed.into_iter().chain(further.iter().map(OsStr::new)))
    };
    let articles = path.to_str().expect("UTF-8");
    let first = with("add", &["--fail-on=new", articles]);
    assert_eq!(first.code, 3, "{}", first.err);
    assert_eq!(with("add", &["--fail-on=new", articles]).code, 0);
    assert_eq!(with("query", &["--fail-on=new", articles]).code, 3);
    let asked = with("query", &["--passages", articles]).records("query");
    let passage = &asked[0]["matches"][0]["passages"][0];
    assert!(
        passage["text"].as_str().is_some_and(|text| text.len() > 20),
        "{passage}"
    );
    let changes = with("changes", &[]).records("change");
    assert_eq!(changes.len(), 20);
    assert!(changes.iter().all(|change| change["event"] == "new"));
    let since = with("info", &[]).records("index")[0]["generation"].to_string();
    with("remove", &["n000"]);
    let changes = with("changes", &["--since", &since]).records("change");
    assert_eq!(
        (&changes[0]["event"], &changes[0]["left"]),
        (&json!("shrank"), &json!(["n000"]))
    );
    // The export is as the records of a run, and its articles are kept and dropped as by a run.
    let (kept, dropped) = (
        index.with_extension("kept.jsonl"),
        index.with_extension("dropped.jsonl"),
    );
    let [keep, drop] = [("keep", &kept), ("dropped", &dropped)]
        .map(|(name, path)| format!("--{name}={}", path.display()));
    let export = with("export", &[&keep, &drop]);
    assert_eq!(export.records("article").len(), 59);
    assert_eq!(export.records("group").len(), 20);
    assert_eq!(export.records("summary")[0]["groups"], 20);
    let lines = |path: &Path| {
        fs::read_to_string(path)
            .expect("it is written")
            .lines()
            .count()
    };
    assert_eq!((lines(&kept), lines(&dropped)), (20, 39));
    let again = jsonl(&kept);
    assert_eq!(again.records("group").len(), 0);
    assert_eq!(again.records("article").len(), 20);
}

#[test]
fn what_an_index_refuses() {
    let (at, path) = created("index-refused");
    let says_of = |run: &Run, code: i32, named: &str| {
        assert_eq!(run.code, code, "{}", run.err);
        says(run, &[named]);
    };
    says_of(&action("create", &at, None), 1, "there is an index");
    says_of(&action("add", &at, None), 2, "needs articles");
    says_of(&action("expire", &at, Some("soon".as_ref())), 2, "soon");
    says_of(&action("info", &at.join("none"), None), 1, "index");
    let other = [
        "add".as_ref(),
        at.as_os_str(),
        path.as_os_str(),
        "--threshold=0.5".as_ref(),
    ];
    says_of(&index(&other), 1, "mode");
    let segment = || {
        let mut entries = fs::read_dir(&at).expect("a folder").flatten();
        entries.find(|entry| entry.file_name().to_string_lossy().starts_with("segment-"))
    };
    assert_eq!(action("add", &at, Some(path.as_os_str())).code, 0);
    let segment = segment().expect("a segment").path();
    let mut bytes = fs::read(&segment).expect("it is read");
    bytes[5000] ^= 1;
    fs::write(&segment, bytes).expect("it is written");
    says_of(&action("check", &at, None), 1, "damage");
}

#[test]
fn records_without_keys_do_not_replace_each_other() {
    let folder = folder("index-keyless");
    let at = folder.join("index");
    assert_eq!(action("create", &at, None).code, 0);
    let today = |texts: &[String]| {
        let record = |text: &String| json!({ "text": text }).to_string() + "\n";
        file(
            &folder,
            "today.jsonl",
            texts.iter().map(record).collect::<String>(),
        )
    };
    for day in 0..2 {
        let path = today(&[distinct(10 * day), distinct(10 * day + 1)]);
        let added = action("add", &at, Some(path.as_os_str())).records("commit");
        assert_eq!(
            (&added[0]["added"], &added[0]["articles"]),
            (&json!(2), &json!(2 * day + 2))
        );
    }
    // The same words again are there already; asked for, they are found.
    let path = today(&[distinct(0).to_uppercase(), distinct(40)]);
    let asked = action("query", &at, Some(path.as_os_str())).records("query");
    let matches = |answer: &Value| answer["matches"].as_array().map(Vec::len);
    assert_eq!(
        asked.iter().map(matches).collect::<Vec<_>>(),
        [Some(1), Some(0)]
    );
    let added = action("add", &at, Some(path.as_os_str())).records("commit");
    assert_eq!(
        (&added[0]["added"], &added[0]["unchanged"]),
        (&json!(1), &json!(1))
    );
}

/// An adding process that is killed at any moment loses no commit, and the next run ends as one that
/// was never killed. `REPRINT_KILLS` says how often it is killed.
#[test]
fn a_killed_run_is_run_again() {
    use std::hash::{BuildHasher, RandomState};
    let kills = std::env::var("REPRINT_KILLS").map_or(20, |kills| kills.parse().expect("a number"));
    let (expected, path) = created("index-whole");
    let begun = std::time::Instant::now();
    assert_eq!(action("add", &expected, Some(path.as_os_str())).code, 0);
    let whole = begun.elapsed().as_micros() as u64;
    let wanted = answers(&expected, &path);
    let random = RandomState::new();
    for kill in 0..kills {
        let (at, path) = created("index-killed");
        let mut child = Command::new(binary())
            .args([
                "index".as_ref(),
                "add".as_ref(),
                at.as_os_str(),
                path.as_os_str(),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let after = random.hash_one(kill) % whole.max(1);
        std::thread::sleep(std::time::Duration::from_micros(after));
        child.kill().expect("it is killed, or has ended");
        child.wait().expect("it has ended");
        let check = action("check", &at, None).records("check");
        assert_eq!(check[0]["damages"], json!([]), "killed after {after} us");
        assert_eq!(action("add", &at, Some(path.as_os_str())).code, 0);
        assert_eq!(answers(&at, &path), wanted, "killed after {after} us");
    }
}
