//! Help, README and schema describe the program truly.

use std::collections::BTreeSet;

use super::*;

fn document(path: &str) -> String {
    fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(path),
    )
    .expect("a document")
}

/// The long options that a text names.
fn options_in(text: &str) -> BTreeSet<String> {
    let is_of_name = |c: char| c.is_ascii_lowercase() || c == '-';
    let names = text.split("--").skip(1);
    let names = names.map(|rest| rest.split(|c| !is_of_name(c)).next().unwrap_or_default());
    names
        .map(|name| name.trim_end_matches('-').to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn the_short_help_fits_and_names_every_option() {
    let short = reprint(["--help"]);
    let long = reprint(["--help-all"]);
    assert_eq!((short.code, long.code), (0, 0));
    assert_eq!(reprint(["-h"]).out, short.out);
    assert!(short.out.lines().count() <= 60, "{}", short.out);
    let widest = short.out.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(100), "{}", short.out);
    let explained = |line: &&str| line.trim_start().starts_with('-');
    let all: String = long.out.lines().filter(explained).collect();
    let all = options_in(&all);
    assert!(all.len() > 25, "{all:?}");
    let named = options_in(&short.out);
    assert_eq!(all.difference(&named).collect::<Vec<_>>(), [""; 0]);
}

/// Options of `cargo`, of other programs, and of single commands in the README.
const OTHERS: [&str; 13] = [
    "all-features",
    "bin",
    "build",
    "example",
    "features",
    "lib",
    "manifest-path",
    "part",
    "parts",
    "path",
    "release",
    "since",
    "test",
];

#[test]
fn every_option_of_the_readme_is_one() {
    let help = options_in(&reprint(["--help"]).out);
    let named = options_in(&document("README.md"));
    let strange: Vec<&String> = named
        .difference(&help)
        .filter(|name| !OTHERS.contains(&name.as_str()))
        .collect();
    assert_eq!(strange, [""; 0]);
}

/// Objects whose fields are documented elsewhere, or are names of results.
const OTHERWISE: [&str; 10] = [
    "banding",
    "candidates",
    "changes",
    "noted",
    "options",
    "phrase_settings",
    "reference",
    "relations",
    "settings",
    "skipped",
];

/// All fields of a value. Fields of inner objects are written with dots.
fn fields(value: &Value, within: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let name = if within.is_empty() {
                    name.clone()
                } else {
                    format!("{within}.{name}")
                };
                if !OTHERWISE.contains(&name.as_str()) {
                    fields(value, &name, found);
                }
                found.insert(name);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, within, found)),
        _ => {}
    }
}

/// The fields in the schema's tables, by record type.
fn documented() -> Vec<(String, BTreeSet<String>)> {
    let schema = document("src/report/SCHEMA.md");
    let sections = schema.split("\n## `").skip(1);
    let section = |section: &str| {
        let (name, rest) = section.split_once('`').expect("a type");
        let rows = rest.lines().filter(|line| line.starts_with("| `"));
        let cells = rows.map(|row| row[1..].split('|').next().expect("a cell"));
        let names =
            cells.flat_map(|cell| cell.split(',').map(|name| name.trim().trim_matches('`')));
        (name.to_owned(), names.map(str::to_owned).collect())
    };
    sections.map(section).collect()
}

#[test]
fn every_field_is_in_the_schema() {
    let folder = folder("schema-fields");
    let samples = samples();
    let article = |(key, source, date, number): (&str, &str, &str, usize)| {
        let text = distinct(number);
        json!({ "id": key, "text": text, "source": source, "date": date }).to_string() + "\n"
    };
    let before = [("x", "A", "2024-05-01", 1), ("y", "B", "2024-05-02", 1)];
    let path = file(&folder, "before.jsonl", before.map(article).concat());
    let previous = file(&folder, "found.jsonl", jsonl(&path).out);
    let after = [("z", "A", "2024-05-01", 2), ("w", "B", "2024-05-02", 2)];
    let filled = (0..5).map(|number| line(&format!("f{number}"), &phrases::filled(number)));
    let after = after.map(article).concat() + &filled.collect::<String>() + &crowded();
    let path = file(&folder, "after.jsonl", after);
    let reference = file(&folder, "reference.txt", distinct(9));
    let run = reprint([
        "--format".as_ref(),
        "jsonl".as_ref(),
        "--previous".as_ref(),
        previous.as_os_str(),
        "--reference".as_ref(),
        reference.as_os_str(),
        "--within".as_ref(),
        "--templates".as_ref(),
        "--measures".as_ref(),
        samples.as_os_str(),
        path.as_os_str(),
    ]);
    let documented = documented();
    let of = |name: &str| {
        let found = documented.iter().find(|(other, _)| other == name);
        found.map(|(_, fields)| fields.clone()).unwrap_or_default()
    };
    let mut links = of("link");
    links = links
        .into_iter()
        .flat_map(|name| [format!("links.{name}"), name])
        .collect();
    let types = [
        "article", "group", "link", "crowd", "phrase", "template", "gone", "summary",
    ];
    for name in types {
        let records = run.records(name);
        assert!(!records.is_empty(), "no record of type {name}");
        let mut emitted = BTreeSet::new();
        for record in &records {
            fields(record, "", &mut emitted);
        }
        let mut known = of(name);
        known.extend(["schema", "type"].map(str::to_owned));
        known.extend(
            links
                .iter()
                .filter(|field| name == "group" && field.starts_with("links."))
                .cloned(),
        );
        if name == "summary" {
            let verdicts = ["repetitive", "suspicious", "fine", "not_prose"];
            known.extend(verdicts.map(|verdict| format!("phrasing.{verdict}")));
        }
        let missing: Vec<_> = emitted.difference(&known).collect();
        assert_eq!(missing, [""; 0], "of {name}");
        // Every documented field occurs.
        let promised: Vec<_> = of(name).difference(&emitted).cloned().collect();
        assert_eq!(promised, [""; 0], "of {name}");
    }
}

#[test]
fn every_field_of_the_commands_is_in_the_schema() {
    let documented = documented();
    let judge = file(
        &folder("schema-commands"),
        "judge.jsonl",
        on_samples(&["audit", "--threshold", "0.5", "--format", "jsonl"])
            .out
            .replace("\"verdict\":null", "\"verdict\":true"),
    );
    let judge = judge.to_str().expect("UTF-8");
    let [school, brief] = ["courier", "morning-brief"].map(|of| format!("{of}-island-school.txt"));
    let runs = [
        on_samples(&["explain", "--format", "jsonl", &school, &brief]),
        on_samples(&["sweep", "--format", "jsonl"]),
        on_samples(&["audit", "--threshold", "0.5", "--format", "jsonl"]),
        reprint(["audit", "--format", "jsonl", "--judged", judge]),
        on_samples(&["selftest", "--sample", "3", "--format", "jsonl"]),
        on_samples(&["estimate", "--format", "jsonl"]),
    ];
    let mut types = BTreeSet::new();
    for line in runs.iter().flat_map(|run| run.out.lines()) {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let name = record["type"].as_str().expect("a type");
        types.insert(name.to_owned());
        let (_, known) = documented
            .iter()
            .find(|(other, _)| other == name)
            .unwrap_or_else(|| panic!("{name} is not in the schema"));
        let fields = record.as_object().expect("an object").keys();
        let fields: BTreeSet<String> = fields
            .filter(|field| !["schema", "type"].contains(&field.as_str()))
            .cloned()
            .collect();
        assert_eq!(&fields, known, "of {name}");
    }
    assert_eq!(types.len(), 7, "{types:?}");
}
