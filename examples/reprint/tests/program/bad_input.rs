//! Bad input is named, counted and skipped.

use super::*;

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
        b"\r\n",
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
        json!({ "no_text": 1, "not_json": 2, "not_utf8": 1 })
    );
    assert_eq!(
        summary["noted"],
        json!({ "date_not_understood": 1, "duplicate_key": 1, "empty": 1 })
    );
    assert_eq!(summary["articles"], 6);

    let text = reprint([&path]);
    assert!(
        text.out.contains("skipped: 1 no text, 2 not json"),
        "{}",
        text.out
    );
    let quiet = reprint([path.as_os_str(), "--quiet".as_ref()]);
    assert_eq!((quiet.code, quiet.err.as_str()), (0, ""));
}

/// The text is one word of 17 MB. The mode is the cheapest, since this tests reading.
#[test]
fn a_missing_line_break_is_likelier_than_such_an_article() {
    let folder = folder("very-long");
    let long = "a".repeat(17 << 20);
    let lines = [
        line("good", &distinct(1)),
        line("long", &long),
        line("copy", &distinct(1)),
    ];
    file(&folder, "lines.jsonl", lines.concat());
    file(&folder, "text.txt", long);
    let run = reprint([
        "--format".as_ref(),
        "jsonl".as_ref(),
        "--mode".as_ref(),
        "jaccard".as_ref(),
        "--no-phrases".as_ref(),
        folder.as_os_str(),
    ]);
    assert_eq!(run.summary()["noted"], json!({ "very_long": 2 }));
    assert_eq!(run.groups().len(), 2);
    for name in ["lines.jsonl:2", "text.txt"] {
        let said = format!("{name}: 17 MB, which few articles are");
        assert!(run.err.contains(&said), "{}", run.err);
    }
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
    file(&folder, "cut.jsonl.gz", [0x1f, 0x8b, 8, 0, 0]);
    let run = jsonl(&folder);
    assert_eq!(run.code, 1);
    says(
        &run,
        &[
            r#""skipped":{"binary":1,"not_utf8":1,"unreadable":1}"#,
            r#""noted":{"empty":1}"#,
            r#""groups":1,"#,
            "files not read to their end: 1",
        ],
    );
}

#[test]
fn a_path_that_is_not_there_fails_after_the_rest() {
    let folder = folder("missing-path");
    let good = file(&folder, "good.jsonl", line("good", &distinct(1)));
    let missing = folder.join("missing.txt");
    let run = reprint([
        "--format".as_ref(),
        "jsonl".as_ref(),
        missing.as_os_str(),
        good.as_os_str(),
    ]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains(r#""key":"good""#), "{}", run.out);
    assert!(run.out.contains(r#""missing":1"#), "{}", run.out);
    for said in [
        "missing.txt: can't be opened",
        "error: paths that could not be opened: 1",
    ] {
        assert!(run.err.contains(said), "{}", run.err);
    }
}

/// Files cut in the middle. Articles before the cut are read.
#[test]
fn what_is_cut_off() {
    let folder = folder("cut");
    let lines: String = (0..4000)
        .map(|number| line(&format!("k{number}"), &distinct(number)))
        .collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines.as_bytes()).expect("in memory");
    let gzip = gzip.finish().expect("in memory");
    let zstandard = zstd::encode_all(lines.as_bytes(), 1).expect("in memory");
    for (name, bytes) in [("cut.jsonl.gz", gzip), ("cut.jsonl.zst", zstandard)] {
        let path = file(&folder, name, &bytes[..bytes.len() / 2]);
        let run = jsonl(&path);
        assert_eq!(run.code, 1, "{name}");
        assert!(run.out.contains(r#""skipped":{"unreadable":1}"#), "{name}");
        // A file cut off is an error, even with `--quiet`.
        let kept = folder.join("kept.jsonl");
        let quiet = reprint([
            "--quiet".as_ref(),
            "--keep".as_ref(),
            kept.as_os_str(),
            path.as_os_str(),
        ]);
        assert_eq!(quiet.code, 1, "{name}");
        says(&quiet, &[name, "can't be read", "nothing was written"]);
        assert!(!kept.exists(), "{name}");
    }
    let array = r#"[{"id":"a","text":"one two"},{"id":"b","text":"th"#;
    let run = jsonl(&file(&folder, "cut.json", array));
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains(r#""skipped":{"not_json":1}"#),
        "{}",
        run.out
    );
    assert!(
        run.err
            .contains("cut.json#2: the file ends within this value"),
        "{}",
        run.err
    );
}

#[test]
fn bad_tables() {
    let folder = folder("bad-tables");
    let rows = [
        "too,many,cells",
        "few",
        "\"quoted\nlines\",fine",
        "\"open,never closed",
    ];
    let row = |(number, row)| format!("{row}\ngood{number},{}\n", distinct(number));
    let rows: String = rows.into_iter().enumerate().map(row).collect();
    let table = format!("id,text\n{rows}");
    let run = jsonl(&file(&folder, "bad.csv", &table));
    assert_eq!(
        run.summary()["skipped"],
        json!({ "no_text": 1, "ragged": 2 })
    );
    assert_eq!(run.summary()["articles"], 5);
    for said in [
        "bad.csv:2: 3 cells under a head of 2",
        "bad.csv:4: 1 cell under a head of 2: the others are empty",
        "bad.csv:9: a quote that begins here is never closed",
    ] {
        assert!(
            run.err.contains(said),
            "{said} is missing from\n{}",
            run.err
        );
    }
    for (name, bytes, kind) in [
        (
            "latin.csv",
            &b"id,text\n1,caf\xe9\n2,two words\n"[..],
            "not_utf8",
        ),
        ("wide.csv", &b"i\0d\0,\0t\0e\0x\0t\0"[..], "binary"),
        ("unnamed.csv", &b"a,b\n1,two words\n"[..], "no_text"),
        ("unclosed.csv", &b"\"a,b\n1,two words\n"[..], "not_a_table"),
    ] {
        let good = folder.join("bad.csv");
        let before = jsonl(&good).told()["skipped"][kind].as_u64();
        let run = reprint([
            "--format".as_ref(),
            "jsonl".as_ref(),
            good.as_os_str(),
            file(&folder, name, bytes).as_os_str(),
        ]);
        let after = run.told()["skipped"][kind].as_u64();
        assert_eq!(after, Some(before.unwrap_or(0) + 1), "{name}: {}", run.err);
    }
}

#[test]
fn bad_arrays() {
    let folder = folder("bad-arrays");
    let good = |key: &str, number| json!({ "id": key, "text": distinct(number) });
    let array = format!(
        "[{}, null, 7, [1], \"text\", {},\n{{}}]",
        good("a", 1),
        good("b", 1)
    );
    let run = jsonl(&file(&folder, "odd.json", array));
    assert_eq!(run.groups(), [json!(["a", "b"])]);
    assert_eq!(
        run.summary()["skipped"],
        json!({ "not_json": 4, "no_text": 1 })
    );
    assert!(
        run.err.contains("odd.json#2: not a JSON object"),
        "{}",
        run.err
    );
    let open = format!("[{}, {}", good("a", 1), good("b", 1));
    let run = jsonl(&file(&folder, "open.json", open));
    assert_eq!(run.code, 1);
    assert!(run.out.contains(r#""members":["a","b"]"#), "{}", run.out);
    assert!(run.err.contains("the array is not closed"), "{}", run.err);
    let run = jsonl(&file(
        &folder,
        "behind.json",
        format!("[{}] more", good("a", 1)),
    ));
    assert!(
        run.err.contains("neither an object nor the end"),
        "{}",
        run.err
    );
    assert_eq!(run.code, 1);
}

/// Content that contradicts the name is reported and skipped.
#[test]
fn other_bytes_than_the_name_says() {
    let folder = folder("disguised");
    let good = file(&folder, "good.jsonl", line("good", &distinct(1)));
    for name in [
        "a.parquet",
        "a.csv",
        "a.json",
        "a.html",
        "a.jsonl.gz",
        "a.txt.zst",
    ] {
        let path = file(&folder, name, b"\0\x01\xff\xfe\0{[\"\n\n,;");
        let run = reprint([
            "--format".as_ref(),
            "jsonl".as_ref(),
            good.as_os_str(),
            path.as_os_str(),
        ]);
        let summary = run.told();
        let skipped = summary["skipped"].as_object().expect("an object");
        assert!(!skipped.is_empty(), "{name}: {summary}");
        assert_eq!(summary["articles"], 1, "{name}");
    }
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
fn a_quiet_run_says_why_there_is_no_article() {
    let folder = folder("quiet-none");
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(line("a", &distinct(1)).as_bytes())
        .expect("in memory");
    let packed = out.finish().expect("in memory");
    let cut = file(&folder, "cut.jsonl.gz", &packed[..packed.len() / 2]);
    let run = reprint(["--quiet".as_ref(), cut.as_os_str()]);
    assert_eq!(run.code, 1);
    let lines: Vec<&str> = run.err.lines().collect();
    let [line] = lines[..] else {
        panic!("{}", run.err);
    };
    assert!(
        line.starts_with("error: no article was found in "),
        "{line}"
    );
    assert!(line.contains("cut.jsonl.gz: can't be read"), "{line}");
}

#[test]
fn a_text_that_is_no_string_is_called_so() {
    let folder = folder("no-string");
    for (value, is) in [
        ("null", "null"),
        ("[\"a\"]", "a list"),
        ("{\"a\":1}", "an object"),
        ("5", "a number"),
        ("true", "true or false"),
    ] {
        let other = format!("{{\"id\":\"x\",\"text\":{value}}}\n");
        let path = file(&folder, "in.jsonl", line("a", &distinct(1)) + &other);
        let run = jsonl(&path);
        assert_eq!(run.summary()["skipped"], json!({ "no_text": 1 }));
        says(
            &run,
            &[&format!("no text: the field text is {is}, not a string")],
        );
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_in_a_folder_is_said() {
    use std::os::unix::fs::symlink;

    let folder = folder("no-files");
    let input = folder.join("in");
    fs::create_dir_all(input.join("deep")).expect("folders");
    file(&input, "deep/a.txt", distinct(1));
    symlink("..", input.join("deep/up")).expect("a link");
    symlink("nowhere", input.join("dead")).expect("a link");
    symlink("deep/a.txt", input.join("b.txt")).expect("a link");
    let made = Command::new("mkfifo").arg(input.join("pipe")).status();
    assert!(made.expect("mkfifo").success());
    let run = jsonl(&input);
    let summary = run.summary();
    assert_eq!(summary["articles"], 2);
    assert_eq!(summary["skipped"], json!({ "not_a_file": 3 }));
    says(
        &run,
        &[
            "in/deep/up: a link to a folder, which is not followed",
            "in/dead: a link that leads nowhere",
            "in/pipe: neither a file nor a folder",
        ],
    );
}
