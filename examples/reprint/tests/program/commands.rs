//! The commands beside the main one.

use super::*;

const SCHOOL: [&str; 2] = [
    "courier-island-school.txt",
    "morning-brief-island-school.txt",
];
const DIVIDENDS: [&str; 2] = [
    "market-wire-halvern-dividend.txt",
    "market-wire-dunmere-dividend.txt",
];

#[test]
fn explain_a_match() {
    let run = on_samples(&["explain", SCHOOL[0], SCHOOL[1]]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    says(
        &run,
        &[
            "A match: abridged (the second of the other)",
            "In one group of 3, around courier-island-school.txt.",
            "Jaccard similarity 0.57: 259 shared shingles of 449 and 259",
            "of 64 sampled shingles, where 3 are enough",
            "coverage 100% (at least 55%)",
            "263 words",
            "in A only",
        ],
    );
    let run = on_samples(&["explain", "--format", "jsonl", SCHOOL[0], SCHOOL[1]]);
    let record = one_record(&run, "explanation");
    assert_eq!(record["stage"], "match");
    assert_eq!(
        (&record["matches"], &record["same_group"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(record["relation"], "abridged");
    assert_eq!(record["derived"], SCHOOL[1]);
    let body = fs::read_to_string(samples().join(SCHOOL[1])).expect("a text");
    for passage in record["passages"].as_array().expect("a list") {
        let [start, end] = [0, 1].map(|at| passage["b"][at].as_u64().expect("a byte") as usize);
        assert_eq!(passage["b_text"], body[start..end]);
    }
}

#[test]
fn explain_where_they_parted() {
    let run = on_samples(&["explain", DIVIDENDS[0], DIVIDENDS[1]]);
    says(
        &run,
        &[
            "No match: same template",
            "12 facts differ",
            "Each stands alone.",
            "“Rowena Stallard”",
            "“Anselm Groat”",
            "numbers that differ 80% (under 35%)",
        ],
    );
    let [stage, verified] = ["0.9", "0.3"].map(|threshold| {
        let arguments = [
            "explain",
            "--threshold",
            threshold,
            DIVIDENDS[0],
            DIVIDENDS[1],
        ];
        on_samples(&arguments)
    });
    says(
        &stage,
        &["No match: they were never compared; they share 0 of"],
    );
    says(
        &verified,
        &["verified at a Jaccard similarity of 0.36, not under the threshold of 0.3"],
    );
    let [a, b] = ["kirigaura-shimpo-clock.txt", "sunday-table-leek-pie.txt"];
    let run = on_samples(&["explain", a, b]);
    says(
        &run,
        &[
            "No match: they were never compared",
            "0 of 64 sampled shingles",
        ],
    );
}

#[test]
fn explain_groups_through_others() {
    let folder = folder("through");
    let words: Vec<String> = (0..60).map(|at| format!("w{at}")).collect();
    let with = |new: std::ops::Range<usize>| {
        let word = |at: usize| {
            if new.contains(&at) {
                format!("x{at}")
            } else {
                words[at].clone()
            }
        };
        (0..60).map(word).collect::<Vec<_>>().join(" ")
    };
    let lines =
        line("centre", &with(0..0)) + &line("head", &with(0..15)) + &line("tail", &with(45..60));
    let path = file(&folder, "articles.jsonl", lines);
    let explain = |linkage: &str| {
        let arguments = [
            "explain",
            "--threshold",
            "0.5",
            "--linkage",
            linkage,
            "head",
            "tail",
        ];
        reprint(
            arguments
                .iter()
                .map(AsRef::as_ref)
                .chain([path.as_os_str()]),
        )
    };
    says(
        &explain("star"),
        &[
            "No match",
            "In one group of 3 all the same: A is similar (0.57) and B is similar (0.57) to \
            centre",
        ],
    );
    says(
        &explain("complete"),
        &["No match", "A stands in a group of 2", "B alone"],
    );
    let empty = file(
        &folder,
        "empty.jsonl",
        line("empty", "...") + &line("text", &with(0..0)),
    );
    let run = reprint(
        ["explain", "empty", "text"]
            .iter()
            .map(AsRef::as_ref)
            .chain([empty.as_os_str()]),
    );
    says(&run, &["No match: one of them has not a word"]);
}

#[test]
fn explain_matches_that_a_star_parts() {
    let folder = folder("apart");
    let words: Vec<String> = (0..90).map(|at| format!("w{at}")).collect();
    // Each text matches its neighbours.
    let lines: String = (0..4)
        .map(|at| {
            line(
                &format!("text {at}"),
                &words[10 * at..10 * at + 60].join(" "),
            )
        })
        .collect();
    let path = file(&folder, "articles.jsonl", lines);
    let arguments = ["explain", "--threshold", "0.6", "text 2", "text 3"];
    let arguments = arguments.iter().map(AsRef::as_ref);
    says(
        &reprint(arguments.chain([path.as_os_str()])),
        &[
            "A match: verified at a Jaccard similarity of 0.69, not under the threshold of 0.6",
            "A stands in a group of 3 around text 1, B alone; in a star",
            "; B does not match text 1.",
        ],
    );
}

#[test]
fn explain_two_files() {
    let paths = SCHOOL.map(|name| samples().join(name));
    let run = reprint([
        "explain".as_ref(),
        paths[0].as_os_str(),
        paths[1].as_os_str(),
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    says(&run, &["A match: abridged", "around"]);
    let run = reprint(["explain", SCHOOL[0], SCHOOL[1]]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    says(
        &run,
        &[
            "there is no file courier-island-school.txt",
            "say PATH after them",
        ],
    );
    let folder = folder("two-files");
    let two = file(
        &folder,
        "two.jsonl",
        line("a", "one two") + &line("b", "three"),
    );
    let run = reprint(["explain".as_ref(), two.as_os_str(), paths[0].as_os_str()]);
    assert_eq!(run.code, 1);
    says(&run, &["the two files hold 3 articles, not one each"]);
}

#[test]
fn explain_names_similar_keys() {
    for (key, said) in [
        (
            "courier-iland-school.txt",
            "similar keys: courier-island-school.txt",
        ),
        (
            "SCHOOL",
            "similar keys: courier-island-school.txt, morning-brief-island-school.txt",
        ),
        ("?", "a key here looks like"),
    ] {
        let run = on_samples(&["explain", key, SCHOOL[1]]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{key}");
        says(&run, &["no article has the key", said]);
    }
}

#[test]
fn nothing_escapes_from_commands() {
    let folder = folder("commands-escape");
    let evil = format!("\u{1b}[31mred\u{7}\u{202e} {}", distinct(1));
    let keys = ["a\u{1b}]0;key\u{7}", "b\r\nforged"];
    let lines = line(keys[0], &evil) + &line(keys[1], &format!("{evil} more"));
    let path = file(&folder, "articles.jsonl", lines);
    let path = path.as_os_str();
    let runs = [
        reprint(["explain".as_ref(), keys[0].as_ref(), keys[1].as_ref(), path]),
        reprint([
            "explain".as_ref(),
            keys[0].as_ref(),
            "unknown".as_ref(),
            path,
        ]),
        reprint(["audit".as_ref(), path]),
    ];
    for run in runs {
        for c in ['\u{1b}', '\u{7}', '\r', '\u{202e}'] {
            assert!(!run.out.contains(c) && !run.err.contains(c), "{c:?}");
        }
        assert!(!run.out.contains("\nforged"), "{}", run.out);
    }
}

#[test]
fn sweep_counts_what_each_threshold_finds() {
    let run = on_samples(&[
        "sweep", "--format", "jsonl", "--from", "0.4", "--step", "0.2",
    ]);
    let steps = run.records("sweep");
    let names: Vec<&Value> = steps.iter().map(|step| &step["step"]).collect();
    assert_eq!(names, ["0.40", "0.60", "0.80", "1.00"]);
    for step in &steps {
        let threshold = step["mode"]["jaccard"]["threshold"].to_string();
        let alone = on_samples(&[
            "--format",
            "jsonl",
            "--no-phrases",
            "--threshold",
            &threshold,
        ]);
        let summary = alone.summary();
        for field in ["articles", "groups", "grouped", "links"] {
            assert_eq!(step[field], summary[field], "{field} at {threshold}");
        }
        assert_eq!(step["suspended_articles"], 0);
    }
    let text = on_samples(&["sweep"]);
    assert_eq!(text.out.lines().count(), 3 + 15, "{}", text.out);
    says(&text, &["24 articles", "threshold  groups"]);
}

#[test]
fn sweep_goes_by_strictness() {
    let run = on_samples(&["sweep", "--mode", "recycled", "--format", "jsonl"]);
    for (step, name) in run
        .records("sweep")
        .iter()
        .zip(["loose", "normal", "strict"])
    {
        assert_eq!(step["step"], name);
        let alone = on_samples(&["--format", "jsonl", "--no-phrases", "--strictness", name]);
        for field in ["articles", "groups", "grouped", "links"] {
            assert_eq!(step[field], alone.summary()[field], "{field}, {name}");
        }
    }
}

#[test]
fn wrong_usage_of_commands() {
    for (arguments, named) in [
        (
            &["sweep", "--from", "0.9", "--to", "0.5"][..],
            "from 0.9 to 0.5",
        ),
        (&["sweep", "--step", "0"], "step of 0 "),
        (&["sweep", "--threshold", "0.5"], "--from"),
        (&["sweep", "--form", "0.5"], "--from"),
        (&["audit", "--precision", "1"], "precision 1 "),
        (&["audit", "--pairs", "0"], "--pairs"),
        (&["selftest", "--sample", "0"], "--sample"),
        (&["estimate", "-"], "stdin"),
        (&["explain", "--threshold", "2", "a", "b"], "threshold 2 "),
        (
            &["explain", SCHOOL[0], SCHOOL[0]],
            "both names are of one article",
        ),
        (&["explian"], "a similar command exists: explain"),
        (&["--quiet", "sweep"], "it comes before all options"),
    ] {
        let run = on_samples(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        says(&run, &[named]);
    }
    assert_eq!(reprint(["sweep"]).code, 2);
}

#[test]
fn a_file_may_have_the_name_of_a_command() {
    let folder = folder("names");
    file(
        &folder,
        "explain",
        line("a", &distinct(1)) + &line("b", &distinct(1)),
    );
    let run = Run::of(
        Command::new(binary())
            .current_dir(&folder)
            .args(["./explain", "--format", "jsonl"])
            .output()
            .expect("it starts"),
    );
    assert_eq!(run.groups(), [json!(["a", "b"])]);
}

#[test]
fn help_of_commands_is_short_and_its_examples_work() {
    for command in ["explain", "sweep", "audit", "selftest", "estimate", "index"] {
        let run = reprint([command, "--help"]);
        assert_eq!(run.code, 0);
        assert!(run.out.lines().count() < 60, "{command}");
        let (_, examples) = run.out.split_once("Example:\n").expect("an example");
        let folder = folder(&format!("help-{command}"));
        for example in examples
            .lines()
            .filter_map(|line| line.trim().strip_prefix("reprint "))
        {
            let (example, into) = match example.split_once(" > ") {
                Some((example, into)) => (example, Some(into)),
                None => (example, None),
            };
            let arguments = example.split(' ').map(|argument| match argument {
                "examples/articles" => samples(),
                "judge.jsonl" | "INDEX" => folder.join(argument),
                argument => argument.into(),
            });
            let run = reprint(arguments);
            assert_eq!(run.code, 0, "{example}: {}", run.err);
            if let Some(into) = into {
                file(
                    &folder,
                    into,
                    run.out.replace(r#""verdict":null"#, r#""verdict":true"#),
                );
            }
        }
    }
}

#[test]
fn selftest_finds_its_copies_and_writes_nothing() {
    let before = sample_lines();
    let run = on_samples(&["selftest", "--format", "jsonl"]);
    let records = run.records("selftest");
    assert_eq!(records.len(), 8);
    for record in &records {
        let (copies, found) = (record["copies"].as_u64(), record["found"].as_u64());
        assert!(copies >= Some(15), "{record}");
        assert!(
            found <= copies && record["recall"]["value"].as_f64() >= Some(0.7),
            "{record}"
        );
    }
    assert_eq!(records[0]["recall"]["value"], 1.0);
    assert_eq!(before, sample_lines());
    let again = on_samples(&["selftest", "--format", "jsonl", "--threads", "1"]);
    assert_eq!(run.out, again.out);
    // As whole articles, an excerpt of a third is not similar.
    let whole = on_samples(&["selftest", "--threshold", "0.8"]);
    let excerpts = whole
        .out
        .lines()
        .find(|line| line.contains("a third of it"))
        .expect("a line");
    assert!(excerpts.contains(" 0.00 "), "{excerpts}");
    assert!(excerpts.contains("under the threshold"), "{excerpts}");
    let folder = folder("selftest");
    let short = file(&folder, "short.jsonl", line("a", "one two three"));
    let run = reprint(["selftest".as_ref(), short.as_os_str()]);
    assert_eq!(run.code, 1);
    says(&run, &["no article has 40 words"]);
}

#[test]
fn estimate_gives_ranges() {
    let folder = folder("estimate");
    let lines: String = (0..600)
        .map(|number| line(&number.to_string(), &distinct(number / 2)))
        .collect();
    let path = file(&folder, "articles.jsonl", lines);
    let estimate = |more: &[&str]| {
        let arguments = ["estimate", "--format", "jsonl"]
            .iter()
            .chain(more)
            .map(AsRef::as_ref);
        one_record(&reprint(arguments.chain([path.as_os_str()])), "estimate")
    };
    let all = estimate(&["--sample", "300"]);
    assert_eq!(
        (&all["articles"], &all["sample"]),
        (&json!(600), &json!(300))
    );
    let bytes = fs::metadata(&path).expect("a file").len() as f64;
    assert_eq!(all["bytes"], bytes);
    let more = estimate(&["--articles", "1000000"]);
    for figure in ["seconds", "pairs", "memory"] {
        if more[figure].is_null() {
            continue; // Only Linux tells what a process takes.
        }
        let end = |found: &Value, end: &str| found[figure][end].as_f64().expect("a number");
        assert!(end(&more, "low") <= end(&more, "high"), "{more}");
        assert!(
            end(&all, "high") < end(&more, "low") || figure == "pairs",
            "{more}"
        );
    }
    let path_name = path.to_str().expect("UTF-8");
    let beyond = reprint(["estimate", "--articles", "15000000000", path_name]);
    assert_eq!(beyond.code, 0, "{}", beyond.err);
    assert!(beyond.out.contains("2,147,483,646 articles at most"));
    assert!(beyond.out.contains("7 parts or more"), "{}", beyond.out);
    let beyond = estimate(&["--articles", "15000000000"]);
    assert_eq!(beyond["parts"], 7);
    if !more["memory"].is_null() {
        let limited = estimate(&["--articles", "1000000", "--memory", "512M"]);
        assert!(limited["parts"].as_u64() > Some(1), "{limited}");
        // A block of texts that are compared takes more, whatever the part.
        let limited = estimate(&["--articles", "1000000", "--memory", "64M"]);
        assert!(limited["parts"].is_null(), "{limited}");
    }
    let text = reprint(["estimate".as_ref(), path.as_os_str()]);
    assert_eq!(text.code, 0, "{}", text.err);
    says(
        &text,
        &["600 articles", "pairs compared", "linear in bytes"],
    );
}
