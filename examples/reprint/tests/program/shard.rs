//! `shard`: the search in parts gives the records of one run; parts are done once; what does not fit
//! together is named.

use std::collections::BTreeMap;

use super::*;

/// Stories with copies, edits, excerpts and sequels; a crowd of near-copies; keys that come twice, a
/// date of no known form, a record without words and one that is none.
fn corpus() -> Vec<String> {
    let passage =
        |from: usize| -> String { (from..from + 5).map(|part| distinct(part) + ". ").collect() };
    let mut bodies = Vec::new();
    for story in 0..60 {
        let body = passage(5 * story);
        if story % 2 == 0 {
            bodies.push(body.to_uppercase());
        }
        if story % 3 == 0 {
            bodies.push(body.replace(&format!("w{}x7 ", 5 * story), "edited "));
        }
        if story % 5 == 0 {
            bodies.push(body[..body.len() / 2].to_owned());
        }
        if story % 7 == 0 {
            bodies.push(format!("{body}{}", passage(400 + 5 * story)));
        }
        bodies.push(body);
    }
    let copied = passage(1000);
    bodies.extend((0..300).map(|number| {
        copied.replace(&format!("w1002x{} ", number % 8), "edited ") + &format!("n{number}")
    }));
    bodies.push("...".to_owned());
    let mut lines: Vec<String> = Vec::new();
    for (number, body) in bodies.iter().enumerate() {
        // An order that parts what belongs together.
        let number = number * 163 % bodies.len();
        let key = if number % 40 == 3 { 5 } else { number };
        let mut record = json!({ "id": format!("k{key}"), "text": body });
        if number % 3 == 0 {
            record["date"] = json!(format!("2024-05-{:02}", 1 + number % 28));
        }
        if number % 4 == 0 {
            record["source"] = json!(["Post", "Herald"][number / 4 % 2]);
        }
        lines.push(format!("{record}\n"));
    }
    lines.push(
        "{\"id\": \"strange\", \"date\": \"soon\", \"text\": \"one two three\"}\n".to_owned(),
    );
    lines.insert(7, "{\"cut\n".to_owned());
    lines
}

fn shard(arguments: &[&dyn AsRef<OsStr>]) -> Run {
    let arguments = arguments.iter().map(AsRef::as_ref);
    reprint([OsStr::new("shard")].into_iter().chain(arguments))
}

fn went_well(run: &Run) -> &str {
    assert_eq!(run.code, 0, "{}", run.err);
    &run.out
}

/// The records of one run.
fn in_one(paths: &[&Path], options: &[&str]) -> String {
    let all = ["--no-phrases", "--format", "jsonl", "--quiet"]
        .iter()
        .chain(options);
    let all = all
        .map(AsRef::as_ref)
        .chain(paths.iter().map(|path| path.as_os_str()));
    let run = reprint(all);
    went_well(&run).to_owned()
}

/// The records of all actions, a part at a time, the last part first.
fn in_parts(work: &Path, paths: &[&Path], options: &[&str], parts: usize) -> String {
    for action in ["sketch", "candidates", "verify"] {
        for part in (1..=parts).rev() {
            let part = format!("{part}/{parts}");
            let mut all: Vec<&dyn AsRef<OsStr>> =
                vec![&action, &work, &"--part", &part, &"--quiet"];
            if action == "sketch" {
                all.extend(paths.iter().map(|path| path as &dyn AsRef<OsStr>));
                all.extend(options.iter().map(|option| option as &dyn AsRef<OsStr>));
            }
            went_well(&shard(&all));
        }
    }
    grouped(work)
}

/// The records of `group`. What switched the search for phrases off is told by another name.
fn grouped(work: &Path) -> String {
    let run = shard(&[&"group", &work]);
    let told = "\"no-phrases\":{\"value\":\"true\",\"from\":";
    let out = went_well(&run);
    assert!(out.contains(&format!("{told}\"shard\"")), "{out}");
    out.replace(&format!("{told}\"shard\""), &format!("{told}\"argument\""))
}

fn same(found: &str, expected: &str) {
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

#[test]
fn parts_give_the_records_of_one_run() {
    let folder = folder("shard");
    let input = file(&folder, "in.jsonl", corpus().concat());
    for (number, (mode, parts)) in [("recycled", 5), ("jaccard", 3), ("recycled", 1)]
        .into_iter()
        .enumerate()
    {
        let options = ["--mode", mode];
        let expected = in_one(&[&input], &options);
        assert!(expected.contains("\"duplicate_key\":") && expected.contains("\"not_json\":"));
        let is_crowded = !expected.contains("\"bucket_cap\":null");
        assert_eq!(is_crowded, mode == "recycled");
        let work = folder.join(format!("work{number}"));
        same(&in_parts(&work, &[&input], &options, parts), &expected);
    }
}

#[test]
fn parts_of_many_files_read_their_own() {
    let folder = folder("shard-files");
    let articles = folder.join("articles");
    fs::create_dir(&articles).expect("a folder");
    for (number, lines) in corpus().chunks(40).enumerate() {
        file(&articles, &format!("{number:02}.jsonl"), lines.concat());
    }
    file(&articles, "note.txt", distinct(3));
    // The same file a second time: its articles with keys of their own are made unique, and the text
    // without one was read before.
    let twice = [&*articles, &*articles];
    for paths in [&twice[..1], &twice[..]] {
        let expected = in_one(paths, &[]);
        let work = folder.join(format!("work{}", paths.len()));
        same(&in_parts(&work, paths, &[], 4), &expected);
    }
}

/// The time of the last change of each file.
fn changes(work: &Path) -> BTreeMap<PathBuf, std::time::SystemTime> {
    let mut found = BTreeMap::new();
    for stage in ["sketch", "candidates", "verify"] {
        for entry in fs::read_dir(work.join(stage)).expect("a folder") {
            let entry = entry.expect("an entry");
            let changed = entry.metadata().and_then(|known| known.modified());
            found.insert(entry.path(), changed.expect("a time"));
        }
    }
    found
}

#[test]
fn what_is_done_is_not_done_again() {
    let folder = folder("shard-again");
    let input = file(&folder, "in.jsonl", corpus().concat());
    let work = folder.join("work");
    let all = |action: &'static str| -> Run {
        match action {
            "sketch" => shard(&[&action, &work, &input, &"--parts", &"4"]),
            _ => shard(&[&action, &work]),
        }
    };
    for action in ["sketch", "candidates", "verify"] {
        went_well(&all(action));
    }
    let expected = grouped(&work);
    let before = changes(&work);
    assert_eq!(before.len(), 4 * 3 + (4 + 2) + 4);
    for action in ["sketch", "candidates", "verify"] {
        let run = all(action);
        assert!(
            went_well(&run).is_empty() && run.err.contains("done before: 4"),
            "{}",
            run.err
        );
    }
    assert_eq!(changes(&work), before);
    // What a killed run did not finish is all that is done.
    for lost in [
        "sketch/part-00002-of-00004.hashes.parquet",
        "verify/part-00003-of-00004.parquet",
    ] {
        fs::remove_file(work.join(lost)).expect("it was there");
    }
    for action in ["sketch", "verify"] {
        let run = all(action);
        assert!(
            went_well(&run).is_empty() && run.err.contains("done before: 3"),
            "{}",
            run.err
        );
    }
    let after = changes(&work);
    let changed = after
        .iter()
        .filter(|(path, time)| before.get(*path) != Some(time));
    let changed: Vec<String> = changed
        .map(|(path, _)| {
            path.file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(
        changed,
        [
            "part-00002-of-00004.hashes.parquet",
            "part-00002-of-00004.parquet",
            "part-00002-of-00004.texts",
            "part-00003-of-00004.parquet"
        ]
    );
    assert_eq!(grouped(&work), expected);
}

fn fails(arguments: &[&dyn AsRef<OsStr>], code: i32, said: &[&str]) {
    let run = shard(arguments);
    assert_eq!(run.code, code, "{}", run.err);
    says(&run, said);
}

#[test]
fn a_missing_part_or_option_is_named() {
    let folder = folder("shard-wrong");
    let input = file(&folder, "in.jsonl", corpus().concat());
    let work = folder.join("work");
    fails(
        &[&"verify", &work],
        1,
        &["recipe.json is missing", "shard sketch"],
    );
    fails(
        &[&"sketch", &work, &input],
        2,
        &["--parts 16", "--part 1/16"],
    );
    fails(
        &[&"sketch", &work, &"--parts", &"2"],
        2,
        &["needs articles"],
    );
    fails(
        &[&"sketch", &work, &input, &"--part", &"3/2"],
        2,
        &["such as 3/16"],
    );
    fails(
        &[&"sketch", &work, &folder.join("none"), &"--parts", &"2"],
        1,
        &["none: can't be read"],
    );
    went_well(&shard(&[&"sketch", &work, &input, &"--part", &"1/2"]));
    fails(
        &[&"candidates", &work],
        1,
        &["part-00002-of-00002.parquet is missing", "--part 2/2 first"],
    );
    fails(
        &[&"candidates", &work, &input],
        2,
        &["leave", "in.jsonl out"],
    );
    fails(
        &[&"candidates", &work, &"--part", &"1/3"],
        2,
        &["says 2 parts, not 3"],
    );
    let other = [
        &"sketch" as &dyn AsRef<OsStr>,
        &work,
        &input,
        &"--part",
        &"2/2",
        &"--seed",
        &"7",
    ];
    fails(&other, 1, &["recipe.json: its options", "another folder"]);
    fails(
        &[&"sketch", &work, &input, &"--part", &"2/3"],
        1,
        &["it says 2 parts, not 3"],
    );
    went_well(&shard(&[&"sketch", &work, &input]));
    fails(
        &[&"verify", &work],
        1,
        &["part-00001-of-00002.parquet is missing", "shard candidates"],
    );
    went_well(&shard(&[&"candidates", &work]));
    fails(&[&"group", &work], 1, &["missing", "shard verify"]);
}

#[test]
fn what_does_not_fit_together_is_named() {
    let folder = folder("shard-odd");
    let input = file(&folder, "in.jsonl", corpus().concat());
    let work = folder.join("work");
    went_well(&shard(&[&"sketch", &work, &input, &"--parts", &"2"]));
    went_well(&shard(&[&"candidates", &work]));
    // A part of another folder, and damage.
    let table = work.join("sketch/part-00002-of-00002.parquet");
    let bytes = fs::read(&table).expect("a table");
    let elsewhere = folder.join("elsewhere");
    went_well(&shard(&[
        &"sketch", &elsewhere, &input, &"--parts", &"2", &"--seed", &"7",
    ]));
    fs::copy(elsewhere.join("sketch/part-00002-of-00002.parquet"), &table).expect("a copy");
    fails(
        &[&"verify", &work],
        1,
        &[
            "part-00002-of-00002.parquet was made by another recipe",
            "remove it",
        ],
    );
    fs::write(&table, &bytes[..bytes.len() - 9]).expect("written");
    fails(
        &[&"verify", &work],
        1,
        &[
            "part-00002-of-00002.parquet: damaged",
            "run its stage again",
        ],
    );
    fs::write(&table, &bytes).expect("written");
    let texts = work.join("sketch/part-00001-of-00002.texts");
    let whole = fs::read(&texts).expect("texts");
    fs::write(&texts, &whole[..9]).expect("written");
    fails(
        &[&"verify", &work],
        1,
        &["part-00001-of-00002.texts", "run sketch again"],
    );
    fs::write(&texts, &whole).expect("written");
    went_well(&shard(&[&"verify", &work]));
    // The input has changed.
    let mut longer = corpus();
    longer.push(line("more", "a text that is new"));
    fs::write(&input, longer.concat()).expect("written");
    fails(
        &[&"sketch", &work, &input],
        1,
        &["in.jsonl has changed since", "another folder"],
    );
    // Without an article there is nothing to group.
    let nothing = file(&folder, "nothing.jsonl", "{\"id\": 1}\n");
    let empty = folder.join("empty");
    went_well(&shard(&[&"sketch", &empty, &nothing, &"--parts", &"1"]));
    went_well(&shard(&[&"candidates", &empty]));
    went_well(&shard(&[&"verify", &empty]));
    fails(&[&"group", &empty], 1, &["no article"]);
}
