//! Memory: `--memory`, and what is too long for it.

use super::*;

/// Limits work where the system tells what a process takes.
fn is_told() -> bool {
    let is_told = Path::new("/proc/self/status").exists();
    if !is_told {
        eprintln!("SKIPPED: this system does not tell the memory of a process");
    }
    is_told
}

#[test]
fn a_run_that_would_take_more_ends_with_the_way_out() {
    if !is_told() {
        return;
    }
    let folder = folder("memory");
    // Half a million short articles take some 200 MB.
    let article = |number: usize| line(&number.to_string(), &format!("w{number} x{number}"));
    let lines: String = (0..500_000).map(article).collect();
    let path = file(&folder, "in.jsonl", lines);
    let kept = folder.join("kept.jsonl");
    let run = reprint([
        "--memory".as_ref(),
        "64M".as_ref(),
        "--quiet".as_ref(),
        "--no-phrases".as_ref(),
        "--keep".as_ref(),
        kept.as_os_str(),
        path.as_os_str(),
    ]);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
    says(
        &run,
        &[
            "error: --memory 64M: ",
            "nothing was written",
            "--reference",
            "reprint estimate",
        ],
    );
    let names = fs::read_dir(&folder).expect("a folder");
    assert_eq!(names.count(), 1, "what was begun is removed");
    fs::remove_file(path).expect("a file");
}

#[test]
fn sizes_are_checked() {
    for (size, said) in [
        ("12", "such as 512M or 2G"),
        ("1M", "no run gets by with less than 64M"),
        ("1.5G", "such as 1536M"),
    ] {
        let run = on_samples(&["--memory", size]);
        assert_eq!(run.code, 2);
        says(&run, &[said]);
    }
    if is_told() {
        let run = on_samples(&["--memory", "1G", "--format", "jsonl"]);
        assert_eq!(run.summary()["articles"], 24);
    }
}

/// What is too long for the memory is passed over, and costs nothing beside it.
#[test]
fn an_article_without_room_costs_itself_alone() {
    if !is_told() {
        return;
    }
    let folder = folder("memory-long");
    let long = "word ".repeat(300_000);
    let object = |key: &str, text: &str| line(key, text).trim_end().to_owned();
    let [a, b, c] = [1, 2, 1].map(|text| object(&format!("k{text}"), &distinct(text)));
    let c = c.replace("k1", "k3");
    let long_object = object("long", &long);
    for (name, input, expected) in [
        (
            "in.jsonl",
            format!("{a}\n{long_object}\n{b}\n{c}\n"),
            format!("{a}\n{long_object}\n{b}\n"),
        ),
        (
            "in.json",
            format!("[{a}, {long_object},\n{c}, {b}]\n"),
            format!("[{a}, {long_object}, {b}]\n"),
        ),
        (
            "first.json",
            format!("[{long_object}, {a}, {b}, {c}]\n"),
            format!("[{long_object}, {a}, {b}]\n"),
        ),
        (
            "in.csv",
            format!(
                "id,text\na,\"{}\"\nlong,\"{long}\"\nb,\"{0}\"\nc,{1}\n",
                distinct(1),
                distinct(2)
            ),
            format!(
                "id,text\na,\"{}\"\nlong,\"{long}\"\nc,{}\n",
                distinct(1),
                distinct(2)
            ),
        ),
    ] {
        let path = file(&folder, name, &input);
        let kept = folder.join(format!("kept-{name}"));
        let run = reprint([
            "--memory".as_ref(),
            "64M".as_ref(),
            "--no-phrases".as_ref(),
            "--format".as_ref(),
            "jsonl".as_ref(),
            "--keep".as_ref(),
            kept.as_os_str(),
            path.as_os_str(),
        ]);
        assert_eq!(run.code, 0, "{name}: {}", run.err);
        let summary = run.summary();
        assert_eq!(summary["skipped"]["too_long"], 1, "{name}: {}", run.err);
        assert_eq!(summary["articles"], 3, "{name}: {}", run.err);
        says(&run, &["longer than 1 MB, for which --memory has no room"]);
        assert!(
            fs::read_to_string(kept).expect("a file") == expected,
            "{name}"
        );
    }
}
