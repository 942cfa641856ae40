//! Formats and destinations of the output.

use super::*;

/// Two copies with a publisher and keys that attack a terminal, a spreadsheet and the lines of the
/// output.
fn hostile(folder: &Path) -> PathBuf {
    let keys = [
        "=HYPERLINK(\"http://x\")",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\u{1b}]0;key\u{7}\u{9b}2J\u{7f}",
        "b\r\nforged,row,true",
        "\u{202e}reversed\u{2066}",
        "quoted \"key\", with a comma",
        "＝1",
    ];
    let article = |key| {
        json!({ "id": key, "text": format!("{} \u{1b}[31m", distinct(1)), "source": key })
            .to_string()
            + "\n"
    };
    file(folder, "hostile.jsonl", keys.map(article).concat())
}

#[test]
fn nothing_hostile_gets_out_in_any_format() {
    let folder = folder("hostile");
    let path = hostile(&folder);
    let path = path.to_str().expect("UTF-8");
    let previous = folder.join("previous.jsonl");
    let previous = previous.to_str().expect("UTF-8");
    assert_eq!(
        on_samples(&["--format", "jsonl", "--output", previous, path]).code,
        0
    );
    let other = file(&folder, "other.jsonl", line("other", &distinct(2)));
    let other = other.to_str().expect("UTF-8");
    for arguments in [
        vec!["--format", "text", path],
        vec!["--format", "jsonl", path],
        vec!["--format", "csv", path],
        vec!["--previous", previous, "--all", path],
        vec!["--previous", previous, "--all", other],
        vec!["--previous", previous, "--format", "jsonl", other],
    ] {
        let run = reprint(&arguments);
        assert_eq!(run.code, 0, "{arguments:?} {}", run.err);
        let is_bad =
            |c: char| (c.is_control() && c != '\n' && c != '\r') || "\u{202e}\u{2066}".contains(c);
        for said in [&run.out, &run.err] {
            let bad = said.chars().find(|&c| is_bad(c));
            assert_eq!(bad, None, "{arguments:?}\n{said}");
            assert_eq!(said.matches('\r').count(), said.matches("\r\n").count());
            assert!(!said.contains("\nforged"), "{said}");
        }
    }
}

#[test]
fn no_cell_is_a_formula() {
    let folder = folder("formulas");
    let run = reprint([
        "--format".as_ref(),
        "csv".as_ref(),
        hostile(&folder).as_os_str(),
    ]);
    let mut reader = csv::Reader::from_reader(run.out.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 11);
    for row in &rows {
        assert_eq!(row.len(), 8);
        for cell in row {
            assert!(
                !cell
                    .trim_start()
                    .starts_with(['=', '+', '-', '@', '＝', '\t', '\r']),
                "{cell}"
            );
        }
    }
    assert_eq!(&rows[0][0], "'=HYPERLINK(\"http://x\")");
    assert_eq!(&rows[9][0], "quoted \"key\", with a comma");
}

#[test]
fn rows_say_what_records_say() {
    let rows = on_samples(&["--format", "csv"]);
    assert_eq!(rows.code, 0);
    assert!(rows.out.lines().count() == 25 && rows.out.ends_with("\r\n"));
    let mut reader = csv::Reader::from_reader(rows.out.as_bytes());
    assert_eq!(
        reader.headers().expect("a header"),
        vec![
            "article", "group", "kept", "score", "reason", "of", "relation", "phrasing"
        ]
    );
    let articles = on_samples(&["--format", "jsonl"]).records("article");
    let said = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    for (row, article) in reader.records().zip(&articles) {
        let row = row.expect("a row");
        let fields = ["key", "group", "kept", "score", "reason", "of", "relation"];
        let mut expected = fields.map(|field| said(&article[field])).to_vec();
        expected.push(said(&article["phrasing"]["verdict"]));
        assert_eq!(row, expected);
    }
}

#[test]
fn json_is_the_same_value() {
    let folder = folder("same-value");
    let key = "\u{1b}\u{7f}\u{9b}\u{202e}\u{2028}\u{e0041}é";
    let path = file(&folder, "articles.jsonl", line(key, &distinct(1)));
    assert_eq!(jsonl(&path).records("article")[0]["key"], key);
}

#[test]
fn colour_where_it_is_wanted() {
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(binary());
        command
            .args(arguments)
            .arg(samples())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        let output = command.envs(variables.iter().copied()).output();
        let run = Run::of(output.expect("it starts"));
        assert_eq!(run.code, 0, "{}", run.err);
        run.out.contains("\u{1b}[")
    };
    let forced = ("CLICOLOR_FORCE", "1");
    let none = ("NO_COLOR", "1");
    assert!(!coloured(&[], &[]));
    assert!(coloured(&["--color", "always"], &[]));
    assert!(coloured(&["--color", "always"], &[none]));
    assert!(coloured(&[], &[forced]));
    assert!(!coloured(&[], &[forced, none]));
    assert!(!coloured(&["--color", "never"], &[forced]));
    assert!(!coloured(&["--color", "always", "--format", "jsonl"], &[]));
    assert!(!coloured(&["--color", "always", "--format", "csv"], &[]));
}

#[test]
fn output_goes_into_a_file_whole() {
    let folder = folder("into-a-file");
    let path = folder.join("found.txt");
    fs::write(&path, "before").expect("a file");
    let run = on_samples(&["--output", path.to_str().expect("UTF-8")]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert_eq!(fs::read_to_string(&path).expect("it"), on_samples(&[]).out);

    let missing = folder.join("missing/found.txt");
    let run = on_samples(&["--output", missing.to_str().expect("UTF-8")]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("found.txt: can't be written"),
        "{}",
        run.err
    );
    // A failed run leaves the earlier file, and nothing beside it.
    let nothing = folder.join("nothing.jsonl");
    let run = reprint(["--output".as_ref(), path.as_os_str(), nothing.as_os_str()]);
    assert_eq!(run.code, 1);
    assert_eq!(fs::read_to_string(&path).expect("it"), on_samples(&[]).out);
    assert_eq!(fs::read_dir(&folder).expect("it").count(), 1);
}

#[test]
fn a_file_is_written_as_its_name_says() {
    let folder = folder("as-its-name-says");
    for (name, asked, format) in [
        ("found.jsonl", None, "jsonl"),
        ("found.ndjson", None, "jsonl"),
        ("found.csv", None, "csv"),
        ("FOUND.CSV", None, "csv"),
        ("found", None, "text"),
        ("found.txt", None, "text"),
        ("found.out", Some("text"), "text"),
        ("found.htm", None, "html"),
        ("found.csv", Some("jsonl"), "jsonl"),
    ] {
        let path = folder.join(name);
        let path = path.to_str().expect("UTF-8");
        let mut args = vec!["--output", path];
        args.extend(asked.iter().flat_map(|asked| ["--format", asked]));
        let run = on_samples(&args);
        assert_eq!(run.code, 0, "{}", run.err);
        let expected = on_samples(&["--format", format]).out;
        assert_eq!(fs::read_to_string(path).expect("it"), expected, "{name}");
    }
    // A name that tells no format is refused before anything is read.
    let unknown = folder.join("found.xlsx");
    let run = on_samples(&["--output", unknown.to_str().expect("UTF-8")]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains(".xlsx") && run.err.contains(".html"),
        "{}",
        run.err
    );
    assert!(!unknown.exists());
}

#[cfg(feature = "parquet")]
#[test]
fn rows_of_a_table_are_those_of_csv() {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::record::RowAccessor;

    let path = folder("verdicts").join("found.parquet");
    let run = on_samples(&["--output", path.to_str().expect("UTF-8")]);
    assert_eq!(run.code, 0, "{}", run.err);
    let file = SerializedFileReader::new(fs::File::open(path).expect("it")).expect("Parquet");
    let rows = file.get_row_iter(None).expect("rows");
    let articles = on_samples(&["--format", "jsonl"]).records("article");
    assert_eq!(rows.count(), articles.len());
    let rows = file.get_row_iter(None).expect("rows");
    for (row, article) in rows.zip(articles) {
        let row = row.expect("a row");
        let text = |at: usize| row.get_string(at).ok().map(String::as_str);
        assert_eq!(text(0), article["key"].as_str());
        assert_eq!(text(1), article["group"].as_str());
        assert_eq!(row.get_bool(2).ok(), article["kept"].as_bool());
        assert_eq!(text(3), article["of"].as_str());
        assert_eq!(text(4), article["relation"].as_str());
        assert_eq!(row.get_double(5).ok(), article["score"].as_f64());
        assert_eq!(text(6), article["phrasing"]["verdict"].as_str());
        assert_eq!(
            row.get_double(7).ok(),
            article["phrasing"]["score"].as_f64()
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let run = on_samples(&["--output", "/dev/full"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .contains("/dev/full: can't be written: No space left"),
        "{}",
        run.err
    );
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("it");
    let output = Command::new(binary())
        .arg("--quiet")
        .arg(samples())
        .stdout(full)
        .output();
    let run = Run::of(output.expect("it starts"));
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .contains("the output can't be written: No space left"),
        "{}",
        run.err
    );
}

#[test]
fn the_input_is_never_written_over() {
    let folder = folder("over-the-input");
    let lines = line("a", &distinct(1));
    let path = file(&folder, "articles.jsonl", &lines);
    let within = folder.join("found.txt");
    for (input, output) in [(&path, &path), (&folder, &within)] {
        let run = reprint([input.as_os_str(), "--output".as_ref(), output.as_os_str()]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
        assert_eq!(fs::read_to_string(&path).expect("it"), lines);
        assert_eq!(fs::read_dir(&folder).expect("it").count(), 1);
    }
}

#[cfg(unix)]
#[test]
fn a_kill_leaves_no_half_of_a_file() {
    use std::time::{Duration, Instant};

    let folder = folder("killed");
    let output = folder.join("found.jsonl");
    for signal in ["-INT", "-TERM"] {
        fs::write(&output, "before").expect("a file");
        let mut child = Command::new(binary())
            .args(["--format", "jsonl", "-", "--output"])
            .arg(&output)
            .stdin(Stdio::piped())
            .spawn()
            .expect("it starts");
        // Waiting for a child closes its stdin. The input must not end before the files exist.
        let pipe = child.stdin.take();
        let files = || fs::read_dir(&folder).expect("it").count();
        let started = Instant::now();
        while files() < 2 && started.elapsed() < Duration::from_mins(1) {
            std::thread::yield_now();
        }
        let killed = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(killed.expect("kill").success());
        let code = child.wait().expect("it ends").code();
        drop(pipe);
        assert_eq!((code, files()), (Some(130), 1), "{signal}");
        assert_eq!(fs::read_to_string(&output).expect("it"), "before");
    }
}

/// `--only` bears on what people see; records are of all.
#[test]
fn only_what_is_asked_for_is_shown() {
    let shown = |only: &[&str]| {
        let conditions = only.iter().flat_map(|only| ["--only", only]);
        let run = on_samples(&conditions.collect::<Vec<_>>());
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    let large = shown(&["size=3"]);
    assert!(large.contains("1 of 5 groups by --only"), "{large}");
    assert!(
        large.contains("courier-island-school") && !large.contains("talbote-freibad"),
        "{large}"
    );
    assert!(!large.contains("FLAGGED"), "{large}");
    let alike = shown(&["relation=light_edit", "score=0.97"]);
    assert!(alike.contains("3 of 5 groups by --only"), "{alike}");
    let none = shown(&["publisher=Nobody"]);
    assert!(
        !none.contains("GROUPS") && none.contains("24 articles"),
        "{none}"
    );
    let records = |arguments: &[&str]| on_samples(arguments).out;
    assert_eq!(
        records(&["--format", "csv", "--only", "size=3"]),
        records(&["--format", "csv"])
    );
    let run = on_samples(&["--only", "size=large"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("size is a number of articles"),
        "{}",
        run.err
    );
}
