//! The corpus without duplicates: `--keep` and `--dropped`.

use super::*;

/// Four articles with parts that must not be lost or changed, two copies, and four lines that are
/// no articles.
fn messy_lines() -> String {
    let text = |number| serde_json::to_string(&distinct(number)).expect("JSON");
    [
        format!(
            r#"{{ "id":"a", "n": 1.50, "text":{}, "x":[1, {{}}] }}"#,
            text(1)
        ),
        "{\"cut".to_owned(),
        format!(r#"{{"id":"b","text":{}}}"#, text(2)),
        String::new(),
        format!(r#"{{"text":{} ,"id":"a2","\u0065":"\u00e9"}}"#, text(1)),
        format!(r#"{{"id":"b","text":{}}}"#, text(7)),
        r#"{"id":"no text"}"#.to_owned(),
        format!(r#"{{"id":"c","text":{}}}"#, text(3)),
        "[1]".to_owned(),
        format!(r#"{{"id":"c2","text":{}}}"#, text(3)),
        r#"{"id":"empty","text":""}"#.to_owned(),
    ]
    .join("\n")
}

pub(super) fn keep(input: &Path, kept: &Path, dropped: &Path) -> Run {
    let run = reprint([
        "--keep".as_ref(),
        kept.as_os_str(),
        "--dropped".as_ref(),
        dropped.as_os_str(),
        "--format".as_ref(),
        "jsonl".as_ref(),
        input.as_os_str(),
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    run
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a text file")
}

pub(super) fn records(path: &Path) -> Vec<Value> {
    let text = read(path);
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn kept_and_dropped_are_all_there_was() {
    let folder = folder("keep-law");
    let input = messy_lines();
    let path = file(&folder, "in.jsonl", &input);
    let (kept, dropped) = (folder.join("kept.jsonl"), folder.join("dropped.jsonl"));
    let run = keep(&path, &kept, &dropped);
    assert!(
        run.err
            .contains("5 of 7 articles kept, 2 dropped; 3 records that are no articles"),
        "{}",
        run.err
    );
    // Kept records are unchanged and in input order.
    let mut lines: Vec<&str> = input.lines().collect();
    lines.remove(9);
    lines.remove(4);
    let expected = lines.join("\n");
    assert_eq!(read(&kept), expected);
    let line = |key: &str, of: &str| json!({ "key": key, "of": of, "score": 1.0, "reason": "exact_copy", "at": null });
    let skipped = |number, kind| {
        json!({
            "key": null, "of": null, "score": null, "reason": format!("skipped: {kind}"),
            "at": format!("{}:{number}", path.display()),
        })
    };
    assert_eq!(
        records(&dropped),
        [
            skipped(2, "not_json"),
            line("a2", "a"),
            skipped(7, "no_text"),
            skipped(9, "not_json"),
            line("c2", "c"),
        ]
    );
    // A second run keeps everything and drops nothing.
    let (again, nothing) = (folder.join("again.jsonl"), folder.join("nothing.jsonl"));
    keep(&kept, &again, &nothing);
    assert_eq!(read(&again), expected);
    let reasons = records(&nothing);
    let is_skipped = |line: &Value| line["key"].is_null();
    assert!(
        reasons.len() == 3 && reasons.iter().all(is_skipped),
        "{reasons:?}"
    );
    assert_eq!(read(&path), input);
}

#[test]
fn the_sample_articles_as_any_format() {
    let folder = folder("keep-formats");
    let lines = sample_lines();
    let dropped = folder.join("dropped.jsonl");
    let kept = folder.join("kept.jsonl");
    keep(&file(&folder, "in.jsonl", lines.concat()), &kept, &dropped);
    let went: Vec<Value> = records(&dropped);
    assert_eq!(went.len(), 6);
    let reason = |key: &str| {
        let line = went.iter().find(|line| line["key"] == key).expect("a line");
        (line["reason"].clone(), line["of"].clone())
    };
    assert_eq!(
        reason("northern-standard-island-school.txt"),
        (json!("exact_copy"), json!("courier-island-school.txt"))
    );
    assert_eq!(
        reason("valley-herald-theatre-reopening.txt").0,
        "light_edit"
    );
    let is_kept = |line: &&String| {
        let article: Value = serde_json::from_str(line).expect("JSON");
        went.iter().all(|gone| gone["key"] != article["id"])
    };
    let expected: Vec<String> = lines.iter().filter(is_kept).cloned().collect();
    assert_eq!(read(&kept), expected.concat());

    // Compressed input, and output compressed in another way.
    let zstandard = zstd::encode_all(lines.concat().as_bytes(), 1).expect("in memory");
    let (input, packed) = (
        file(&folder, "in.jsonl.zst", zstandard),
        folder.join("out.jsonl.gz"),
    );
    keep(&input, &packed, &dropped);
    let bytes = fs::read(&packed).expect("a file");
    let mut text = String::new();
    let mut unpacked = flate2::read::GzDecoder::new(&*bytes);
    std::io::Read::read_to_string(&mut unpacked, &mut text).expect("gzip");
    assert_eq!(text, expected.concat());

    // An array, with its elements unchanged.
    let articles: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    let array = file(
        &folder,
        "in.json",
        format!("[\n {}\n]", articles.join(",\n ")),
    );
    let out = folder.join("out.json");
    keep(&array, &out, &dropped);
    let elements: Vec<&str> = expected.iter().map(|line| line.trim_end()).collect();
    assert_eq!(read(&out), format!("[\n {}\n]", elements.join(",\n ")));

    // Stdin has ended when the kept articles are known.
    let out = folder.join("from-stdin.jsonl");
    let arguments = ["--keep", out.to_str().expect("UTF-8"), "-"];
    let run = reprint_stdin(&arguments, lines.concat().as_bytes());
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(read(&out), expected.concat());
}

#[test]
fn tables_keep_their_head_and_their_quotes() {
    let folder = folder("keep-tables");
    let rows = [
        format!(
            "1,\"{}\",\"say \"\"so\"\"\"",
            distinct(1).replace(' ', "\n")
        ),
        format!("2,{},", distinct(2)),
        "row,with,too,many".to_owned(),
        format!("3,{},copy", distinct(1)),
        format!("\"4\",{}, é", distinct(3)),
    ];
    for (name, end) in [("unix", "\n"), ("windows", "\r\n")] {
        let table = |rows: &[&String]| {
            let line = |row: &&String| format!("{row}{end}");
            let lines: String = rows.iter().map(line).collect();
            format!("\u{feff}\"id\",text,note{end}{lines}")
        };
        let all: Vec<&String> = rows.iter().collect();
        let path = file(&folder, &format!("{name}.csv"), table(&all));
        let (kept, dropped) = (folder.join("kept.csv"), folder.join("dropped.csv"));
        keep(&path, &kept, &dropped);
        assert_eq!(
            read(&kept),
            table(&[&rows[0], &rows[1], &rows[2], &rows[4]]),
            "{name}"
        );
        let place = format!("{}:{}", path.display(), 2 + 20 + 1);
        assert_eq!(
            read(&dropped),
            format!("key,of,score,reason,at\n,,,skipped: ragged,{place}\n3,1,1,exact_copy,\n")
        );
    }
    // No cell is a formula.
    let text = distinct(1);
    let table = format!("id,text\na,{text}\n=1+2,{text} more\n@x,{text}\n");
    let path = file(&folder, "formula.csv", table);
    keep(&path, &folder.join("out.csv"), &folder.join("went.csv"));
    let went = read(&folder.join("went.csv"));
    assert!(
        went.lines().all(|line| !line.starts_with(['=', '@'])),
        "{went}"
    );
}

#[test]
fn a_folder_is_kept_as_a_folder() {
    let folder = folder("keep-folder");
    let input = folder.join("in");
    fs::create_dir_all(input.join("b/c")).expect("folders");
    file(&input, "a.txt", format!("{}\r\n", distinct(1)));
    file(&input, "b/a.txt", distinct(1));
    file(&input, "b/c/d.txt", distinct(2));
    file(&input, "picture.png", b"\x89PNG\0");
    file(
        &input,
        "lines.jsonl",
        line("x", &distinct(2)) + &line("y", &distinct(3)),
    );
    let packed = zstd::encode_all(distinct(4).as_bytes(), 1).expect("in memory");
    file(&input, "e.txt.zst", &packed);
    let (kept, dropped) = (folder.join("out"), folder.join("dropped.jsonl"));
    let run = keep(&input, &kept, &dropped);
    assert!(run.err.contains("4 of 6 articles kept"), "{}", run.err);
    assert_eq!(records(&dropped).len(), 3);
    assert_eq!(read(&kept.join("a.txt")), format!("{}\r\n", distinct(1)));
    assert_eq!(fs::read(kept.join("e.txt.zst")).expect("a file"), packed);
    assert_eq!(read(&kept.join("lines.jsonl")), line("y", &distinct(3)));
    assert_eq!(read(&kept.join("b/c/d.txt")), distinct(2));
    assert!(!kept.join("b/a.txt").exists());
    assert_eq!(
        fs::read(kept.join("picture.png")).expect("a file"),
        b"\x89PNG\0"
    );
    // The output exists now.
    let run = reprint([input.as_os_str(), "--keep".as_ref(), kept.as_os_str()]);
    assert_eq!(run.code, 2, "{}", run.err);
}

#[test]
fn what_would_be_overwritten_or_mixed_is_refused() {
    let folder = folder("keep-refused");
    let lines = file(&folder, "a.jsonl", line("a", &distinct(1)));
    let more = file(&folder, "b.jsonl", line("b", &distinct(1)));
    let table = file(&folder, "c.csv", format!("id,text\nc,{}\n", distinct(1)));
    let texts = [1, 2].map(|number| file(&folder, &format!("{number}.txt"), distinct(number)));
    let new = folder.join("new");
    let link = folder.join("link.jsonl");
    fs::hard_link(&lines, &link).expect("a link");
    let before = read(&lines);
    let sub = folder.join("sub");
    fs::create_dir(&sub).expect("a folder");
    for (said, arguments) in [
        ("never overwritten", vec![&lines, &lines]),
        ("never overwritten", vec![&link, &lines]),
        ("stays as it is", vec![&new, &folder]),
        ("JSON Lines and CSV", vec![&new, &lines, &table]),
        (
            "more than one file of text",
            vec![&new, &texts[0], &texts[1]],
        ),
        ("the input is CSV", vec![&link, &table]),
        ("one folder, or files", vec![&new, &lines, &sub]),
        ("is a folder", vec![&sub, &lines]),
    ] {
        let mut run = vec![Path::new("--keep")];
        run.extend(arguments.iter().map(|path| path.as_path()));
        let run = reprint(run);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{said}: {}", run.err);
        assert!(
            run.err.contains(said),
            "{said} is missing from\n{}",
            run.err
        );
        assert!(!new.exists() && read(&lines) == before, "{said}");
    }
    let path = lines.to_str().expect("UTF-8");
    let run = reprint(["--keep", "x", "--dropped", "x", path]);
    assert_eq!(run.code, 2);
    let run = reprint(["--keep", "/no/such/folder/x", path]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("can't be written"), "{}", run.err);
    // Files of one format go into one.
    let run = reprint([Path::new("--keep"), &new, &lines, &more]);
    assert_eq!((run.code, read(&new)), (0, before));
}

#[test]
fn an_older_corpus_is_the_reference() {
    let folder = folder("keep-reference");
    let edited = |number| distinct(number).replace("x3", "x33");
    let old = (1..5).map(|number| line(&format!("old{number}"), &distinct(number)));
    // The reference has similar articles, which don't matter, and a key that occurs again.
    let old = file(
        &folder,
        "old.jsonl",
        old.collect::<String>() + &line("old1b", &distinct(1)) + &line("new9", &distinct(30)),
    );
    let new = [
        line("new1", &distinct(1)),
        line("new2", &edited(2)),
        line("new9", &distinct(9)),
        line("new9b", &distinct(9)),
        line("new10", &distinct(10)),
    ];
    let new = file(&folder, "new.jsonl", new.concat());
    let (kept, dropped) = (folder.join("kept.jsonl"), folder.join("dropped.jsonl"));
    let run = |more: &[&str]| {
        let mut arguments = vec![
            "--format",
            "jsonl",
            "--mode",
            "jaccard",
            "--threshold",
            "0.5",
        ];
        for (name, path) in [
            ("--reference", &old),
            ("--keep", &kept),
            ("--dropped", &dropped),
        ] {
            arguments.extend([name, path.to_str().expect("UTF-8")]);
        }
        arguments.extend(more);
        arguments.push(new.to_str().expect("UTF-8"));
        reprint(arguments)
    };
    let across = run(&[]);
    assert_eq!(across.groups(), [] as [Value; 0]);
    assert_eq!(
        across.summary()["reference"],
        json!({ "articles": 6, "matched": 2 })
    );
    let of: Vec<Value> = across
        .records("article")
        .iter()
        .map(|article| json!([article["key"], article["kept"], article["of"]]))
        .collect();
    assert_eq!(
        of,
        [
            json!(["new1", false, "old1"]),
            json!(["new2", false, "old2"]),
            json!(["new9", true, null]),
            json!(["new9b", true, null]),
            json!(["new10", true, null]),
        ]
    );
    let lines = |number: &[(&str, usize)]| -> String {
        number
            .iter()
            .map(|&(key, number)| line(key, &distinct(number)))
            .collect()
    };
    assert_eq!(
        read(&kept),
        lines(&[("new9", 9), ("new9b", 9), ("new10", 10)])
    );
    assert_eq!(records(&dropped).len(), 2);

    let within = run(&["--within"]);
    assert_eq!(within.groups(), [json!(["new9", "new9b"])]);
    assert_eq!(read(&kept), lines(&[("new9", 9), ("new10", 10)]));
    assert_eq!(records(&dropped).len(), 3);

    let text = reprint([Path::new("--reference"), &old, &new]);
    for said in [
        "MATCHES WITH THE REFERENCE",
        "100%  new1",
        "of old1",
        "100%  new2",
        "5 articles: 0 in 0 groups, 2 to drop",
        "matched with the reference of 6 articles: 2",
    ] {
        assert!(
            text.out.contains(said),
            "{said} is missing from\n{}",
            text.out
        );
    }
    let path = new.to_str().expect("UTF-8");
    assert_eq!(reprint(["--within", path]).code, 2);
    assert_eq!(reprint(["--reference", "/no/such/file", path]).code, 1);
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_nothing_half_written() {
    for signal in ["-INT", "-TERM"] {
        let folder = folder(&format!("keep-signal{signal}"));
        let path = file(&folder, "kept.jsonl", "before");
        let mut child = Command::new(binary())
            .arg("--keep")
            .arg(&path)
            .arg("-")
            .env("TMPDIR", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        pipe.write_all(sample_lines().concat().as_bytes())
            .expect("it reads");
        let unfinished = || {
            let entries = fs::read_dir(&folder).expect("a folder");
            let names = entries.map(|entry| entry.expect("an entry").file_name());
            names
                .filter(|name| name.to_string_lossy().ends_with(".part"))
                .count()
        };
        // The kept file, and the copy of stdin.
        while unfinished() < 2 {
            assert!(child.try_wait().expect("a child").is_none(), "it has ended");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let id = child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.expect("kill").success());
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(130));
        assert_eq!((unfinished(), read(&path).as_str()), (0, "before"));
        drop(pipe);
    }
}
