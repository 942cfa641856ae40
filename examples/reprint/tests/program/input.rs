//! Every way to read articles.

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
    // A byte order mark, blank lines and CRLF shift the places where lines are read again.
    let windows = format!("\u{feff}{}", lines.replace('\n', "\r\n\r\n"));
    assert_eq!(
        jsonl(&file(&folder, "windows.jsonl", windows)).out,
        expected
    );
    let stdin = |bytes: &[u8]| reprint_stdin(&["--format", "jsonl", "-"], bytes).out;
    assert_eq!(stdin(lines.as_bytes()), expected);
    assert_eq!(stdin(&zstandard), expected);
    assert_eq!(on_samples(&["--format", "jsonl"]).out, expected);
}

/// Tables without a name, and tables with semicolons.
#[test]
fn a_table_is_known_by_its_head() {
    let folder = folder("heads");
    let table = |delimiter: char| {
        let (a, b) = (distinct(1), distinct(2));
        let rows = [["id", "body"], ["1", &a], ["2", &a], ["3", &b]];
        rows.map(|row| row.join(&delimiter.to_string()) + "\n")
            .concat()
    };
    let expected = [json!(["1", "2"])];
    for delimiter in [',', ';', '\t'] {
        let table = table(delimiter);
        let stdin = reprint_stdin(&["--format", "jsonl", "-"], table.as_bytes());
        assert_eq!(stdin.groups(), expected, "{delimiter:?}");
        let unnamed = file(&folder, "table", &table);
        assert_eq!(jsonl(&unnamed).groups(), expected, "{delimiter:?}");
    }
    let name = file(&folder, "semicolons.csv", table(';'));
    assert_eq!(jsonl(&name).groups(), expected);
    let plan = reprint(["--dry-run".as_ref(), name.as_os_str()]).out;
    assert!(plan.contains("text = body, key = id"), "{plan}");

    let prose = b"Its form, text, and content\nwere praised, and so on.\n";
    let run = reprint_stdin(&["--format", "jsonl", "-"], prose);
    assert_eq!(run.summary()["articles"], 1);
    assert_eq!(run.records("article")[0]["key"], "stdin");
}

#[test]
fn stdin_is_no_file_of_that_name() {
    let folder = folder("dash");
    file(&folder, "-", "what is not read");
    let mut child = Command::new(binary())
        .current_dir(&folder)
        .args(["--format", "jsonl", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let lines = sample_lines().concat();
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(lines.as_bytes()).expect("it reads");
    drop(stdin);
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!(run.groups().len(), 5);
    assert_eq!(run.summary()["unread"], 0);

    for option in ["--output", "--keep", "--dropped"] {
        let run = reprint([option, "-"]);
        assert_eq!(run.code, 2, "{option}");
        assert!(run.err.contains("/dev/stdout"), "{}", run.err);
    }
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

/// The sample articles as a table. Texts with line breaks are quoted.
fn sample_table(delimiter: u8, terminator: csv::Terminator) -> Vec<u8> {
    let mut table = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(terminator)
        .from_writer(Vec::new());
    table
        .write_record(["published", "id", "body"])
        .expect("in memory");
    for line in sample_lines() {
        let article: Value = serde_json::from_str(&line).expect("JSON");
        let [id, text] = ["id", "text"].map(|name| article[name].as_str().expect("a string"));
        table.write_record(["", id, text]).expect("in memory");
    }
    table.into_inner().expect("in memory")
}

#[test]
fn tables_give_the_same() {
    let folder = folder("tables");
    let expected = on_samples(&["--format", "jsonl"]).out;
    let unix = csv::Terminator::Any(b'\n');
    let comma = sample_table(b',', unix);
    let marked = [b"\xef\xbb\xbf", &*sample_table(b',', csv::Terminator::CRLF)].concat();
    for (name, bytes) in [
        ("a.csv", comma.clone()),
        ("marked.csv", marked),
        ("a.tsv", sample_table(b'\t', unix)),
        (
            "a.csv.zst",
            zstd::encode_all(&*comma, 1).expect("in memory"),
        ),
        ("unended.csv", comma.trim_ascii_end().to_vec()),
        ("blank.csv", [b"\n\n", &*comma].concat()),
    ] {
        assert_eq!(jsonl(&file(&folder, name, bytes)).out, expected, "{name}");
    }
    let stdin = reprint_stdin(&["--format", "jsonl", "--input", "csv", "-"], &comma);
    assert_eq!(stdin.out, expected);
}

#[test]
fn json_over_many_lines_gives_the_same() {
    let folder = folder("json");
    let expected = on_samples(&["--format", "jsonl"]).out;
    let articles: Vec<Value> = sample_lines()
        .iter()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let array = serde_json::to_string(&articles).expect("JSON");
    let pretty = serde_json::to_string_pretty(&articles).expect("JSON");
    let objects = articles.iter().map(|article| format!("{article:#}\n"));
    let objects: String = objects.collect();
    for (name, text) in [
        ("lines.json", sample_lines().concat()),
        ("array.json", array.clone()),
        ("marked.json", format!("\u{feff}\n {pretty}\n")),
        ("objects.json", objects),
    ] {
        assert_eq!(jsonl(&file(&folder, name, text)).out, expected, "{name}");
    }
    let stdin = reprint_stdin(&["--format", "jsonl", "-"], array.as_bytes());
    assert_eq!(stdin.out, expected);
    // One file for each article.
    let files = folder.join("one-each");
    fs::create_dir(&files).expect("a folder");
    for (number, article) in articles.iter().enumerate() {
        file(&files, &format!("{number:02}.json"), format!("{article:#}"));
    }
    assert_eq!(jsonl(&files).out, expected);
}

#[test]
fn fields_within_objects_and_long_numbers() {
    let folder = folder("nested");
    let number = "340282366920938463463374607431768211456";
    let lines = [
        format!(r#"{{"id":{number},"text":"{}","n":null}}"#, distinct(1)),
        format!(r#"{{"id":{number}0,"text":"{}"}}"#, distinct(1)),
        format!(r#"{{"id":1.50,"text":"{}"}}"#, distinct(1)),
    ];
    let run = jsonl(&file(&folder, "long.jsonl", lines.join("\n")));
    assert_eq!(
        run.groups(),
        [json!(["1.50", number, format!("{number}0")])]
    );

    let lines = [
        json!({ "meta": { "url": "u", "x": [{}] }, "of": { "page": { "text": distinct(1) } } }),
        json!({ "meta": { "url": "v" }, "of.page.text": distinct(1) }),
        json!({ "meta": 7, "of": { "page": null } }),
    ];
    let lines = lines.map(|line| line.to_string()).join("\n");
    let path = file(&folder, "nested.jsonl", lines);
    let run = reprint([
        "--format".as_ref(),
        "jsonl".as_ref(),
        "--text-field".as_ref(),
        "of.page.text".as_ref(),
        "--key-field".as_ref(),
        "meta.url".as_ref(),
        path.as_os_str(),
    ]);
    assert_eq!(run.groups(), [json!(["u", "v"])]);
    assert_eq!(run.summary()["skipped"], json!({ "no_text": 1 }));
}

#[test]
fn dates_of_many_forms_decide_which_is_first() {
    let folder = folder("dates");
    let article = |key, date| json!({ "id": key, "text": distinct(1), "date": date }).to_string();
    let lines = [
        article("mail", json!("Fri, 31 May 2024 10:15:00 +0200")),
        article("wire", json!("31-MAY-2024 08:14:59.79")),
        article("number", json!(1_717_143_301_000_u64)),
    ];
    let run = jsonl(&file(&folder, "dates.jsonl", lines.join("\n")));
    assert_eq!(run.records("group")[0]["kept"], "wire");
    assert_eq!(run.summary()["noted"], json!({}));
}

#[test]
fn what_is_excluded() {
    let folder = folder("exclude");
    fs::create_dir_all(folder.join("drafts/old")).expect("folders");
    file(&folder, "a.txt", distinct(1));
    file(&folder, "a.log", distinct(2));
    file(&folder, "drafts/b.txt", distinct(3));
    file(&folder, "drafts/old/c.log", distinct(4));
    let keys = |patterns: &[&str]| -> Vec<Value> {
        let mut arguments = vec!["--format", "jsonl"];
        for pattern in patterns {
            arguments.extend(["--exclude", pattern]);
        }
        let path = folder.to_str().expect("UTF-8");
        arguments.push(path);
        let articles = reprint(arguments).records("article");
        articles
            .iter()
            .map(|article| article["key"].clone())
            .collect()
    };
    assert_eq!(keys(&["*.log"]), ["a.txt", "drafts/b.txt"]);
    assert_eq!(keys(&["drafts"]), ["a.log", "a.txt"]);
    assert_eq!(keys(&["/drafts/*.txt"]).len(), 3);
    assert_eq!(keys(&["*/*/c.log", "a.*"]), ["drafts/b.txt"]);
    let wrong = on_samples(&["--exclude", "a{"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("--exclude a{"), "{}", wrong.err);
}

#[test]
fn pages() {
    let folder = folder("pages");
    let page = |menu: &str| {
        let paragraph =
            |number| format!("<p>{}, {}.</p>\n", distinct(number), distinct(number + 9));
        let paragraphs: String = (1..6).map(paragraph).collect();
        format!(
            "<!DOCTYPE html><html><head><title>The bridge</title>\n\
             <meta property=\"article:published_time\" content=\"2024-05-31T10:15:00Z\">\n\
             <meta property=\"og:site_name\" content=\"Post\"></head>\n\
             <body><nav><ul><li><a href=\"/\">{menu}</a></li></ul></nav>\n\
             <article><h1>The bridge</h1>{paragraphs}</article></body></html>"
        )
    };
    file(&folder, "a.html", page("Home and sport and weather"));
    file(&folder, "b.htm", page("Start"));
    file(&folder, "c.txt", distinct(30));
    let run = jsonl(&folder);
    if cfg!(feature = "html") {
        assert_eq!(run.groups(), [json!(["a.html", "b.htm"])]);
        assert_eq!(run.records("article")[1]["reason"], "exact_copy");
        assert_eq!(run.summary()["noted"], json!({}));
    } else {
        assert_eq!(run.summary()["skipped"], json!({ "not_built": 2 }));
        assert!(run.err.contains("--features html"), "{}", run.err);
    }
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
    // With several folders, keys include the folder. A file given twice is still one article.
    let twice = reprint([
        "--format".as_ref(),
        "jsonl".as_ref(),
        folder.as_os_str(),
        folder.join("b").as_os_str(),
    ]);
    assert_eq!(twice.summary()["skipped"], json!({ "read_before": 1 }));
    assert_eq!(keys(twice).len(), 3);
}
