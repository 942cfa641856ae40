//! Encodings, formats by content, containers and shapes of records. Every input gives the articles
//! of its plain form.

use super::*;

/// Three articles: a text, another text, and a copy.
fn articles() -> [(&'static str, String); 3] {
    [("a", distinct(1)), ("b", distinct(2)), ("c", distinct(1))]
}

fn objects() -> Vec<String> {
    let object = |(key, text)| json!({ "id": key, "text": text }).to_string();
    articles().map(object).to_vec()
}

/// A file with this name gives the three articles, without losses.
fn gives_all(name: &str, bytes: impl AsRef<[u8]>) -> Run {
    let folder = folder(&format!("shape-{name}"));
    let run = jsonl(&file(&folder, name, bytes));
    assert_eq!(run.summary()["articles"], 3, "{name}: {}", run.err);
    assert_eq!(run.summary()["skipped"], json!({}), "{name}");
    assert_eq!(run.groups(), [json!(["a", "c"])], "{name}");
    run
}

fn utf16(text: &str, is_big: bool) -> Vec<u8> {
    let bytes = |unit: u16| {
        if is_big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    let text = format!("\u{feff}{text}");
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn json_in_all_its_shapes() {
    let objects = objects();
    let pretty = |object: &String| {
        let value: Value = serde_json::from_str(object).expect("JSON");
        serde_json::to_string_pretty(&value).expect("JSON")
    };
    let pretty: Vec<String> = objects.iter().map(pretty).collect();
    for (name, text) in [
        ("comma.jsonl", objects.join(",\n") + ",\n"),
        ("comma-behind.jsonl", objects.join(" ,\r\n")),
        (
            "array-a-line.jsonl",
            objects
                .iter()
                .map(|object| format!("[{object}]\n"))
                .collect::<Vec<_>>()
                .concat(),
        ),
        ("pretty.jsonl", pretty.join("\n")),
        ("pretty.ndjson", pretty.concat()),
        ("array.jsonl", format!("[\n{}\n]\n", objects.join(",\n"))),
        ("pretty-array.jsonl", format!("[{}]", pretty.join(", "))),
        ("open-comma.json", format!("[{},]", objects.join(","))),
        (
            "arrays.json",
            format!("[{}][{},{}]", objects[0], objects[1], objects[2]),
        ),
        ("json.csv", objects.join("\n")),
        ("lines.txt", objects.join("\n")),
        ("cr.jsonl", objects.join("\r")),
        ("cr-end.jsonl", objects.join("\r") + "\r"),
        (
            "mark-a-line.jsonl",
            objects
                .iter()
                .map(|object| format!("\u{feff}{object}\n"))
                .collect::<Vec<_>>()
                .concat(),
        ),
        (
            "marks.json",
            objects
                .iter()
                .map(|object| format!("\u{feff}[{object}]\n"))
                .collect::<Vec<_>>()
                .concat(),
        ),
    ] {
        gives_all(name, text);
    }
}

#[test]
fn tables_in_all_their_shapes() {
    let rows = articles().map(|(key, text)| [key.to_owned(), format!("\"{text}\"")]);
    let table = |delimiter: &str, end: &str| {
        let row = |row: &[String; 2]| row.join(delimiter) + end;
        let rows: String = rows.iter().map(row).collect();
        format!("id{delimiter}text{end}{rows}")
    };
    for (name, text) in [
        ("comma.csv", table(",", "\n")),
        ("semicolon.csv", table(";", "\r\n")),
        ("bar.csv", table("|", "\n")),
        ("tab.csv", table("\t", "\n")),
        ("comma.tsv", table(",", "\n")),
        ("cr.csv", table(",", "\r")),
        ("table.json", table(",", "\n")),
        ("marked.csv", format!("\u{feff}{}", table(",", "\n"))),
    ] {
        gives_all(name, text);
    }
}

#[test]
fn text_in_utf_16_with_a_mark() {
    let lines = objects().join("\n");
    let rows = articles().map(|(key, text)| format!("{key},\"{text}\"\n"));
    let table = format!("id,text\n{}", rows.concat());
    for is_big in [false, true] {
        gives_all("utf-16.jsonl", utf16(&lines, is_big));
        gives_all("utf-16.csv", utf16(&table, is_big));
        gives_all(
            "utf-16.json",
            utf16(&format!("[{}]", objects().join(",")), is_big),
        );
        let folder = folder("utf-16-texts");
        for (key, text) in articles() {
            file(&folder, &format!("{key}.txt"), utf16(&text, is_big));
        }
        let run = jsonl(&folder);
        assert_eq!(run.groups(), [json!(["a.txt", "c.txt"])], "{}", run.err);
    }
}

#[test]
fn an_encoding_that_is_said() {
    let folder = folder("encoding-said");
    let accented = |number| format!("{} caf\u{e9} cr\u{e8}me br\u{fb}l\u{e9}e", distinct(number));
    let latin = |text: String| -> Vec<u8> { text.chars().map(|c| c as u8).collect() };
    file(&folder, "utf-8.txt", accented(1));
    let path = file(&folder, "latin.txt", latin(accented(1)));
    let refused = jsonl(&path);
    assert_eq!(refused.code, 1);
    says(
        &refused,
        &["latin.txt: not UTF-8", "--encoding windows-1252"],
    );

    let lines: String = [line("a", &accented(1)), line("b", &accented(1))].concat();
    let path = file(&folder, "latin.jsonl", latin(lines));
    let run = reprint([
        "--encoding".as_ref(),
        "windows-1252".as_ref(),
        "--format".as_ref(),
        "jsonl".as_ref(),
        path.as_os_str(),
        folder.join("latin.txt").as_os_str(),
    ]);
    assert_eq!(run.summary()["skipped"], json!({}));
    assert_eq!(run.groups().len(), 1);
    assert_eq!(run.groups()[0].as_array().expect("a list").len(), 3);
    assert_eq!(reprint(["--encoding", "klingon", "x"]).code, 2);
}

#[cfg(feature = "html")]
#[test]
fn pages_in_the_encoding_that_they_declare() {
    let folder = folder("encoded-pages");
    let paragraph = |number: usize| {
        format!(
            "<p>{} \u{43c}\u{43e}\u{441}\u{442}, \u{440}\u{435}\u{43a}\u{430} \u{438} \
             \u{433}\u{43e}\u{440}\u{43e}\u{434}.</p>",
            distinct(number)
        )
    };
    let page = |charset: &str| {
        let body: String = (1..8).map(paragraph).collect();
        let head =
            format!("<!DOCTYPE html><html><head><meta charset=\"{charset}\"><title>t</title>");
        format!("{head}</head><body><article>{body}</article></body></html>")
    };
    let cyrillic = |text: String| -> Vec<u8> {
        let byte = |c: char| match c as u32 {
            code @ 0x410..=0x44f => (code - 0x410 + 0xc0) as u8,
            code => code as u8,
        };
        text.chars().map(byte).collect()
    };
    file(&folder, "a.html", page("utf-8"));
    file(&folder, "b.html", cyrillic(page("windows-1251")));
    // A false declaration is ignored, and the encoding guessed.
    file(&folder, "c.html", cyrillic(page("utf-8")));
    let run = jsonl(&folder);
    assert_eq!(run.summary()["skipped"], json!({}), "{}", run.err);
    assert_eq!(run.groups(), [json!(["a.html", "b.html", "c.html"])]);
    let link = &run.records("group")[0]["links"][0];
    assert_eq!(link["jaccard"], 1.0, "{link}");
}

#[test]
fn compressed_in_all_ways() {
    let lines = objects().join("\n");
    let gzip = |text: &str| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text.as_bytes()).expect("in memory");
        out.finish().expect("in memory")
    };
    let padded = [gzip(&lines[..50]), gzip(&lines[50..]), vec![0; 1000]].concat();
    gives_all("padded.jsonl.gz", padded);
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(lines.as_bytes()).expect("in memory");
    let bzip2 = bzip2.finish().expect("in memory");
    gives_all("lines.jsonl.bz2", &bzip2);
    gives_all("by-content.jsonl", &bzip2);
    let options = lzma_rust2::XzOptions::default();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), options).expect("in memory");
    xz.write_all(lines.as_bytes()).expect("in memory");
    let xz = xz.finish().expect("in memory");
    gives_all("lines.jsonl.xz", &xz);

    // A compressed file that is cut off is an error, never silent.
    let folder = folder("compressed-cut");
    for (name, bytes) in [("cut.jsonl.bz2", bzip2), ("cut.jsonl.xz", xz)] {
        let run = reprint([
            file(&folder, name, &bytes[..bytes.len() - 8]).as_os_str(),
            "--quiet".as_ref(),
        ]);
        assert_eq!(run.code, 1, "{name}: {}", run.err);
        assert!(
            run.err.contains("can't be read") || run.err.contains("no article"),
            "{}",
            run.err
        );
    }
}

#[test]
fn half_a_surrogate_pair_costs_one_letter() {
    let text = |key: &str, middle: &str| {
        let text = distinct(1);
        format!("{{\"id\":\"{key}\",\"title\":\"{middle}\",\"text\":\"{text} {middle} end\"}}\n")
    };
    let lines = [
        text("a", r"\ud83d"),
        text("b", r"\ufffd"),
        text("c", r"\ude00\ud83d\ud83d\ude00"),
    ];
    let folder = folder("surrogates");
    let run = jsonl(&file(&folder, "half.jsonl", lines.concat()));
    assert_eq!(run.summary()["skipped"], json!({}), "{}", run.err);
    assert_eq!(run.groups(), [json!(["a", "b", "c"])]);
}

#[test]
fn what_stands_twice_or_is_missing_is_said() {
    let folder = folder("twice");
    let text = distinct(1);
    let twice = format!("{{\"id\":\"a\",\"text\":\"{text}\",\"text\":\"short\"}}\n");
    let run = jsonl(&file(&folder, "twice.jsonl", twice + &line("b", &text)));
    says(
        &run,
        &["twice.jsonl:1: the field text stands twice; the first counts"],
    );
    assert_eq!(run.groups(), [json!(["a", "b"])]);
    assert_eq!(run.summary()["noted"], json!({ "twice": 1 }));

    let table = format!("id,text,text,id\na,{text},short,x\nb,{text}\n");
    let run = jsonl(&file(&folder, "twice.csv", table));
    says(
        &run,
        &[
            "two columns are named text; the first counts",
            "two columns are named id",
            "twice.csv:3: 2 cells under a head of 4: the others are empty",
        ],
    );
    assert_eq!(run.groups(), [json!(["a", "b"])]);
    assert_eq!(run.summary()["noted"], json!({ "short": 1, "twice": 2 }));
}

#[test]
fn a_wrong_field_lists_those_there_are() {
    let folder = folder("wrong-field");
    let lines = file(&folder, "a.jsonl", objects().join("\n"));
    let table = file(&folder, "b.csv", "id,story\n1,one two three\n");
    for (path, named) in [(&lines, "id, text"), (&table, "id, story")] {
        for more in [&[][..], &["--dry-run"]] {
            let mut arguments = vec!["--text-field", "boddy", path.to_str().expect("UTF-8")];
            arguments.extend(more);
            let run = reprint(&arguments);
            assert_eq!(run.code, 1);
            says(&run, &[&format!("there are {named}")]);
        }
    }
}

#[test]
fn keys_of_all_types() {
    let line = |id: &str, number| format!("{{\"id\":{id},\"text\":\"{}\"}}\n", distinct(number));
    let lines = line("1.50", 1) + &line("true", 1) + &line("12345678901234567890123", 2);
    let folder = folder("keys");
    let run = jsonl(&file(&folder, "keys.jsonl", lines));
    assert_eq!(run.groups(), [json!(["1.50", "true"])], "{}", run.err);
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8_are_told_apart() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder("not-utf-8");
    let input = folder.join("in");
    fs::create_dir(&input).expect("a folder");
    let names: [&[u8]; 3] = [b"caf\xe9.txt", b"caf\xe8.txt", b"caf\\xE9.txt"];
    for (number, name) in names.into_iter().enumerate() {
        let name = OsStr::from_bytes(name);
        fs::write(input.join(name), distinct(number)).expect("a file");
    }
    let kept = folder.join("kept");
    let run = reprint([
        "--format".as_ref(),
        "jsonl".as_ref(),
        "--keep".as_ref(),
        kept.as_os_str(),
        input.as_os_str(),
    ]);
    let keys: Vec<Value> = run
        .records("article")
        .iter()
        .map(|article| article["key"].clone())
        .collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
    for (number, name) in names.into_iter().enumerate() {
        let kept = fs::read_to_string(kept.join(OsStr::from_bytes(name)));
        assert_eq!(kept.expect("a file"), distinct(number));
    }
}
