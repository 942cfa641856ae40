//! `--keep` writes the input without the dropped articles, byte for byte, for any input.
//!
//! In: inputs made of records, and damaged. The law is judged by the lines before and after,
//! without knowledge of how the program reads.

use proptest::prelude::*;

use super::*;

/// Cases of each law. A run is a process, and takes some milliseconds.
const CASES: u32 = 16;

/// A line as files have it.
fn any_line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        // Few texts, so that some are copies.
        8 => (0..1000_u32, 0..6_usize).prop_map(|(key, text)| {
            line(&format!("k{key}"), &distinct(text)).trim_end().as_bytes().to_vec()
        }),
        1 => Just(b"{\"id\":\"latin\",\"text\":\"caf\xe9\"}".to_vec()),
        1 => Just(b"{\"id\":\"no text\"}".to_vec()),
        1 => Just(b"{\"cut".to_vec()),
        1 => Just(b"  \t".to_vec()),
        1 => Just(Vec::new()),
        1 => Just(b"[1, 2]".to_vec()),
        1 => Just("\u{feff}{\"text\":\"marked\"}".into()),
        1 => proptest::collection::vec(any::<u8>(), 0..12),
    ]
}

fn any_end() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\n\n")]
}

/// Lines with a few damaged bytes.
pub(super) fn any_lines() -> impl Strategy<Value = Vec<u8>> {
    let lines = proptest::collection::vec((any_line(), any_end()), 1..30);
    let damage = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    let is_open = any::<bool>();
    (lines, damage, is_open).prop_map(|(lines, damage, is_open)| {
        // The first line shows that the file has lines.
        let mut bytes = line("first", &distinct(0)).into_bytes();
        for (line, end) in lines {
            bytes.extend_from_slice(&line);
            bytes.extend_from_slice(end.as_bytes());
        }
        if is_open {
            bytes.pop();
        }
        let first = line("first", &distinct(0)).len();
        for (at, byte) in damage {
            let at = first + at.index(bytes.len() - first + 1);
            if at < bytes.len() {
                bytes[at] = byte;
            }
        }
        bytes
    })
}

/// The lines with their ends.
pub(super) fn split(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n').collect()
}

/// What a run has written.
pub(super) struct Outcome {
    pub(super) kept: Vec<u8>,
    /// The content of `--aside`; empty without the option.
    pub(super) aside: Vec<u8>,
    /// Keys of dropped articles.
    pub(super) dropped: Vec<String>,
    /// Lines of `--dropped` about records that are no articles.
    pub(super) set_aside: usize,
}

/// Runs `--keep` and `--dropped` on a file with the given content; `None` without an article.
fn kept(folder: &Path, name: &str, bytes: &[u8]) -> Option<Outcome> {
    outcome(folder, name, bytes, None)
}

/// Runs `--keep`, `--dropped` and `--aside` on a file with the given content; `None` without an
/// article.
pub(super) fn kept_and_aside(folder: &Path, name: &str, bytes: &[u8]) -> Option<Outcome> {
    let aside = folder.join(format!("aside-{name}"));
    outcome(folder, name, bytes, Some(&aside))
}

fn outcome(folder: &Path, name: &str, bytes: &[u8], aside: Option<&Path>) -> Option<Outcome> {
    let path = file(folder, name, bytes);
    let (kept, dropped) = (
        folder.join(format!("kept-{name}")),
        folder.join("dropped.jsonl"),
    );
    for path in [Some(&*kept), Some(&*dropped), aside].into_iter().flatten() {
        let _ = fs::remove_file(path);
    }
    let mut arguments: Vec<&OsStr> = vec![
        "--mode".as_ref(),
        "jaccard".as_ref(),
        "--no-phrases".as_ref(),
        "--keep".as_ref(),
        kept.as_os_str(),
        "--dropped".as_ref(),
        dropped.as_os_str(),
        path.as_os_str(),
    ];
    if let Some(aside) = aside {
        arguments.extend(["--aside".as_ref(), aside.as_os_str()]);
    }
    let run = reprint(arguments);
    // Without an article the run fails and says so.
    if run.err.contains("no article was found") {
        assert_eq!(run.code, 1);
        assert!(!kept.exists() && !aside.is_some_and(Path::exists));
        return None;
    }
    assert!(kept.exists(), "{}", run.err);
    let lines = fs::read_to_string(&dropped).expect("a file");
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let lines: Vec<Value> = lines.collect();
    let key = |line: &Value| line["key"].as_str().map(str::to_owned);
    let dropped: Vec<String> = lines.iter().filter_map(key).collect();
    Some(Outcome {
        kept: fs::read(&kept).expect("a file"),
        aside: aside.map_or_else(Vec::new, |aside| fs::read(aside).expect("a file")),
        set_aside: lines.len() - dropped.len(),
        dropped,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn lines_are_kept_or_dropped(bytes in any_lines()) {
        let folder = folder("law-lines");
        for name in ["in.jsonl", "in.jsonl.gz"] {
            let input = if name == "in.jsonl" { bytes.clone() } else { gzip(&bytes) };
            let Some(found) = kept(&folder, name, &input) else { continue };
            let kept = if name == "in.jsonl" { found.kept } else { gunzip(&found.kept) };
            let (all, kept) = (split(&bytes), split(&kept));
            // As many lines are gone as articles are dropped. The others are unchanged.
            prop_assert_eq!(all.len(), kept.len() + found.dropped.len());
            let mut kept = kept.into_iter().peekable();
            let mut gone = Vec::new();
            for line in all {
                if kept.next_if_eq(&line).is_none() {
                    gone.push(line);
                }
            }
            prop_assert!(kept.next().is_none(), "more is kept than was there");
            // Every line that is gone is an article.
            for line in gone {
                let line = line.trim_ascii();
                let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
                let article: Value = serde_json::from_slice(line).expect("JSON");
                prop_assert!(article["text"].is_string());
            }
        }
    }

    #[test]
    fn what_is_no_array_any_more_loses_nothing(
        texts in proptest::collection::vec(0..5_usize, 1..12),
        gap in prop_oneof![Just(","), Just(",\n "), Just(" , ")],
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let folder = folder("law-arrays");
        let element = |(number, text): (usize, &usize)| {
            line(&format!("k{number}"), &distinct(*text)).trim_end().to_owned()
        };
        let elements: Vec<String> = texts.iter().enumerate().map(element).collect();
        let whole = format!("[\n {}\n]\n", elements.join(gap));
        let len = if is_cut { cut.index(whole.len()) } else { whole.len() };
        let input = &whole[..len];
        if let Some(found) = kept(&folder, "in.json", input.as_bytes()) {
            let kept = String::from_utf8(found.kept).expect("UTF-8");
            let stays = |number: &usize| !found.dropped.contains(&format!("k{number}"));
            if is_cut {
                // Elements after the cut are gone; all others are there.
                for (number, element) in elements.iter().enumerate() {
                    let was_there = input.contains(element);
                    prop_assert_eq!(kept.contains(element), was_there && stays(&number));
                }
                if found.dropped.is_empty() {
                    prop_assert_eq!(&kept, input);
                }
            } else {
                let stay: Vec<&str> = (0..elements.len())
                    .filter(stays)
                    .map(|number| &*elements[number])
                    .collect();
                prop_assert_eq!(kept, format!("[\n {}\n]\n", stay.join(gap)));
                prop_assert_eq!(found.set_aside, 0);
            }
        }
    }

    #[test]
    fn rows_are_kept_or_dropped(
        rows in proptest::collection::vec((0..7_usize, 0..5_usize), 1..20),
        is_windows in any::<bool>(),
        is_utf16 in any::<bool>(),
    ) {
        let folder = folder("law-tables");
        let end = if is_windows { "\r\n" } else { "\n" };
        let row = |(number, &(shape, text)): (usize, &(usize, usize))| match shape {
            0 => format!("k{number},too,many,{}{end}", distinct(text)),
            1 => format!("few{end}"),
            2 => end.to_owned(),
            3 => format!("k{number},\"{}\",x{end}", distinct(text).replace(' ', end)),
            _ => format!("\"k{number}\",{},{end}", distinct(text)),
        };
        let rows: Vec<String> = rows.iter().enumerate().map(row).collect();
        let head = format!("id,text,note{end}");
        let table = |rows: &[&String]| {
            let text: String = rows.iter().map(|row| row.as_str()).collect();
            let text = format!("\u{feff}{head}{text}");
            if is_utf16 {
                text.encode_utf16().flat_map(u16::to_le_bytes).collect()
            } else {
                text.into_bytes()
            }
        };
        let all: Vec<&String> = rows.iter().collect();
        if let Some(found) = kept(&folder, "in.csv", &table(&all)) {
            let is_gone = |row: &String| {
                let key = row.split(',').next().unwrap_or_default().trim_matches('"');
                found.dropped.iter().any(|gone| gone == key)
            };
            let stay: Vec<&String> = rows.iter().filter(|row| !is_gone(row)).collect();
            prop_assert_eq!(found.kept, table(&stay));
        }
    }
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).expect("in memory");
    out.finish().expect("in memory")
}

pub(super) fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut within = flate2::read::MultiGzDecoder::new(bytes);
    std::io::Read::read_to_end(&mut within, &mut text).expect("gzip");
    text
}

#[test]
fn several_files_in_one() {
    let folder = folder("law-several");
    let object = |key: &str, text| line(key, &distinct(text)).trim_end().to_owned();
    let [a, b, c] = [object("a", 1), object("b", 2), object("c", 1)];
    let keep = |name: &str, inputs: [&str; 2]| {
        let kept = folder.join(format!("kept-{name}"));
        let mut arguments = vec!["--keep".into(), kept.clone()];
        for (number, input) in inputs.into_iter().enumerate() {
            arguments.push(file(&folder, &format!("{number}-{name}"), input));
        }
        let run = reprint(arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        fs::read_to_string(kept).expect("a file")
    };
    let first = format!("[{a}, {b}]\n");
    let two = keep("two.json", [&first, &format!("[\n{c}\n]\n")]);
    assert_eq!(two, format!("[{a}, {b}\n]\n"));
    let other = object("d", 3);
    let three = keep("three.json", [&first, &format!("[\n{other}\n]\n")]);
    assert_eq!(three, format!("[{a}, {b},\n{other}\n]\n"));
    let tables = keep(
        "tables.csv",
        [
            &format!("\u{feff}id,text\na,{}", distinct(1)),
            &format!("\u{feff}id,text\nb,{}\nc,{}\n", distinct(2), distinct(1)),
        ],
    );
    let (one, two) = (distinct(1), distinct(2));
    assert_eq!(tables, format!("\u{feff}id,text\na,{one}\nb,{two}\n"));
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_kept_as_stdin_is() {
    let folder = folder("law-pipe");
    let pipe = folder.join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let lines = [
        line("a", &distinct(1)),
        line("b", &distinct(1)),
        line("c", &distinct(2)),
    ];
    let kept = folder.join("kept.jsonl");
    let child = Command::new(binary())
        .arg("--keep")
        .arg(&kept)
        .arg(&pipe)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    fs::write(&pipe, lines.concat()).expect("it reads");
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!(run.code, 0, "{}", run.err);
    let expected = lines[0].clone() + &lines[2];
    assert_eq!(fs::read_to_string(kept).expect("a file"), expected);
    assert!(run.out.contains("2 articles, 100% copied"), "{}", run.out);
}

/// No output is at its path before all are complete.
#[cfg(target_os = "linux")]
#[test]
fn the_set_is_there_as_a_whole_or_not_at_all() {
    let folder = folder("law-set");
    let path = file(
        &folder,
        "in.jsonl",
        line("a", &distinct(1)) + &line("b", &distinct(1)),
    );
    let kept = file(&folder, "kept.jsonl", "before");
    let run = reprint([
        "--keep".as_ref(),
        kept.as_os_str(),
        "--output".as_ref(),
        "/dev/full".as_ref(),
        path.as_os_str(),
    ]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(fs::read_to_string(&kept).expect("a file"), "before");
    assert_eq!(fs::read_dir(&folder).expect("it").count(), 2);
}

/// The mark belongs to the file: without it, what is kept could not be read again.
#[test]
fn a_byte_order_mark_stays_when_the_first_record_goes() {
    let folder = folder("law-mark");
    let wide = |text: &str| -> Vec<u8> {
        let marked = format!("\u{feff}{text}");
        marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    // The longer copy is kept.
    let object = |key: &str, text: &str| line(key, text).trim_end().to_owned();
    let short = object("short", &distinct(1));
    let long = object("long", &format!("{} one word more", distinct(1)));
    let other = object("other", &distinct(2));
    for (name, input, expected) in [
        (
            "in.jsonl",
            format!("{short}\n{long}\n{other}\n"),
            format!("{long}\n{other}\n"),
        ),
        (
            "in.json",
            format!("[{short}, {long}, {other}]\n"),
            format!("[ {long}, {other}]\n"),
        ),
    ] {
        let found = kept(&folder, name, &wide(&input)).expect("articles");
        assert_eq!(found.dropped, ["short"], "{name}");
        assert!(found.kept == wide(&expected), "{name}");
    }
}
