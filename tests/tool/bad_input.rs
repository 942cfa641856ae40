//! Bad input: named, counted, passed over.

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
