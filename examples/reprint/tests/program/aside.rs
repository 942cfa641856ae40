//! `--aside`: what can't be read as an article goes to a file of its own.
//!
//! The law: what is kept, what is dropped and what is set aside are the input, in its order.

use proptest::prelude::*;

use super::law::{any_lines, gunzip, gzip, kept_and_aside, split};
use super::*;

/// Cases of each law. A run is a process, and takes some milliseconds.
const CASES: u32 = 16;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn lines_are_kept_or_dropped_or_set_aside(bytes in any_lines()) {
        let folder = folder("aside-lines");
        for name in ["in.jsonl", "in.jsonl.gz"] {
            let is_packed = name.ends_with("gz");
            let input = if is_packed { gzip(&bytes) } else { bytes.clone() };
            let Some(found) = kept_and_aside(&folder, name, &input) else { continue };
            let [kept, aside] = [found.kept, found.aside].map(|bytes| {
                if is_packed { gunzip(&bytes) } else { bytes }
            });
            let (kept, aside) = (split(&kept), split(&aside));
            let all = split(&bytes);
            prop_assert_eq!(all.len(), kept.len() + aside.len() + found.dropped.len());
            prop_assert!(aside.len() >= found.set_aside);
            let (mut kept, mut aside) = (kept.into_iter().peekable(), aside.into_iter().peekable());
            for line in all {
                let is_there = kept.next_if_eq(&line).is_some() || aside.next_if_eq(&line).is_some();
                let line = line.trim_ascii();
                let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
                let read: Option<Value> = serde_json::from_slice(line).ok();
                let is_article = read.is_some_and(|object| object["text"].is_string());
                // What is in neither file is an article that was dropped.
                prop_assert!(is_there || is_article, "{}", String::from_utf8_lossy(line));
            }
            prop_assert!(kept.next().is_none() && aside.next().is_none(), "more than there was");
        }
    }

    #[test]
    fn rows_are_kept_or_dropped_or_set_aside(
        rows in proptest::collection::vec((0..7_usize, 0..5_usize), 1..20),
        is_utf16 in any::<bool>(),
    ) {
        let folder = folder("aside-tables");
        let row = |(number, &(shape, text)): (usize, &(usize, usize))| match shape {
            0 => format!("k{number},too,many,{}\n", distinct(text)),
            1 => format!("k{number}\n"),
            _ => format!("k{number},\"{}\",\n", distinct(text).replace(' ', "\n")),
        };
        let lines: Vec<String> = rows.iter().enumerate().map(row).collect();
        let table = |rows: &[&String]| {
            let text: String = rows.iter().map(|row| row.as_str()).collect();
            let text = format!("\u{feff}id,text,note\n{text}");
            if is_utf16 {
                text.encode_utf16().flat_map(u16::to_le_bytes).collect()
            } else {
                text.into_bytes()
            }
        };
        let all: Vec<&String> = lines.iter().collect();
        if let Some(found) = kept_and_aside(&folder, "in.csv", &table(&all)) {
            let key = |row: &String| row.split([',', '\n']).next().map(str::to_owned);
            let is_gone = |row: &&&String| key(row).is_some_and(|key| found.dropped.contains(&key));
            let is_odd = |number: usize| rows[number].0 < 2;
            let of = |odd: bool| {
                let rows = all.iter().enumerate().filter(|(number, _)| is_odd(*number) == odd);
                rows.map(|(_, row)| *row).collect::<Vec<_>>()
            };
            let mut stay = of(false);
            stay.retain(|row| !is_gone(&row));
            prop_assert_eq!(found.kept, table(&stay));
            prop_assert_eq!(found.set_aside, of(true).len());
            prop_assert_eq!(found.aside, table(&of(true)));
        }
    }

    #[test]
    fn elements_are_kept_or_dropped_or_set_aside(
        shapes in proptest::collection::vec((0..4_usize, 0..5_usize), 1..12),
        gap in prop_oneof![Just(","), Just(",\n "), Just(" , ")],
        tail in prop_oneof![2 => Just("\n]\n"), 1 => Just("\n] ] more"), 1 => Just("")],
    ) {
        let folder = folder("aside-arrays");
        let element = |(number, &(shape, text)): (usize, &(usize, usize))| match shape {
            0 => json!({ "id": format!("k{number}") }),
            1 => json!(number),
            _ => json!({ "id": format!("k{number}"), "text": distinct(text) }),
        };
        let all: Vec<Value> = shapes.iter().enumerate().map(element).collect();
        let text: Vec<String> = all.iter().map(Value::to_string).collect();
        let input = format!("[ {}{tail}", text.join(gap));
        if let Some(found) = kept_and_aside(&folder, "in.json", input.as_bytes()) {
            // An array that was open before is open afterwards.
            let close = if tail.is_empty() { "]" } else { "" };
            let [kept, aside] = [found.kept, found.aside]
                .map(|bytes| String::from_utf8(bytes).expect("UTF-8") + close);
            let kept: Vec<Value> = serde_json::from_str(&kept).expect("an array");
            let articles: Vec<&Value> = all
                .iter()
                .filter(|element| element["text"].is_string())
                .filter(|element| !found.dropped.iter().any(|key| element["id"] == key.as_str()))
                .collect();
            prop_assert_eq!(kept.iter().collect::<Vec<_>>(), articles);
            let others = all.iter().filter(|element| !element["text"].is_string());
            let others: Vec<Value> = others.cloned().collect();
            if tail.ends_with("more") {
                // Behind the array stands what no reader takes apart.
                prop_assert!(aside.ends_with("] more"), "{}", aside);
            } else {
                let aside: Vec<Value> = serde_json::from_str(&aside).expect("an array");
                prop_assert_eq!(aside, others);
            }
        }
    }
}

#[test]
fn a_folder_is_set_aside_as_a_folder() {
    let folder = folder("aside-folder");
    let input = folder.join("in");
    fs::create_dir_all(input.join("deep")).expect("folders");
    file(&input, "a.txt", distinct(1));
    file(&input, "b.txt", distinct(1));
    let binary = file(&input, "deep/picture.txt", b"\x89PNG\0\0\0");
    let latin = file(&input, "deep/latin.txt", b"caf\xe9");
    file(&input, "whole.csv", format!("id,text\nx,{}\n", distinct(2)));
    file(
        &input,
        "odd.csv",
        format!("id,text\ny,{}\nz,1,2,3\n", distinct(3)),
    );
    let (kept, aside) = (folder.join("kept"), folder.join("aside"));
    let run = reprint([
        "--keep".as_ref(),
        kept.as_os_str(),
        "--aside".as_ref(),
        aside.as_os_str(),
        input.as_os_str(),
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let said = format!(
        "3 of 4 articles kept, 1 dropped; 3 records that are no articles, in {}",
        aside.display()
    );
    says(&run, &[&said]);
    let names = |folder: &Path| {
        let mut names = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(at) = folders.pop() {
            for entry in fs::read_dir(at).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(folder).expect("it is within");
                    names.push(name.to_string_lossy().into_owned());
                }
            }
        }
        names.sort();
        names
    };
    assert_eq!(names(&kept), ["a.txt", "odd.csv", "whole.csv"]);
    assert_eq!(
        names(&aside),
        ["deep/latin.txt", "deep/picture.txt", "odd.csv"]
    );
    let read = |path: PathBuf| fs::read(path).expect("a file");
    assert_eq!(read(aside.join("deep/picture.txt")), read(binary));
    assert_eq!(read(aside.join("deep/latin.txt")), read(latin));
    assert_eq!(read(aside.join("odd.csv")), b"id,text\nz,1,2,3\n");
    let odd = format!("id,text\ny,{}\n", distinct(3));
    assert_eq!(read(kept.join("odd.csv")), odd.as_bytes());
}

#[test]
fn what_is_asked_for_must_be_possible() {
    let folder = folder("aside-refused");
    let path = file(&folder, "in.jsonl", line("a", &distinct(1)));
    let [path, aside] = [path, folder.join("aside.csv")].map(|path| path.display().to_string());
    for (arguments, said) in [
        (vec!["--aside", &aside, &path], "--keep <PATH>"),
        (
            vec!["--keep", "/dev/null", "--aside", &aside, &path],
            "the input is JSON Lines",
        ),
        (
            vec!["--keep", &aside, "--aside", &aside, &path],
            "--keep and --aside are the same file",
        ),
        (
            vec!["--keep", "/dev/null", "--aside", &path, &path],
            "never overwritten",
        ),
    ] {
        let run = reprint(arguments);
        assert_eq!(run.code, 2, "{}", run.err);
        says(&run, &[said]);
    }
}
