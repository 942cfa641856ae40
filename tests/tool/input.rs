//! Every way in.

use super::*;

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
