//! Options, their values and the help.

use super::*;

#[test]
fn wrong_usage_names_the_setting() {
    for (option, value, named) in [
        ("--threshold", "0", "threshold 0 "),
        ("--threshold", "1.5", "threshold 1.5 "),
        ("--threshold", "NaN", "threshold NaN "),
        ("--threshold", "much", "--threshold"),
        ("--recall", "1", "recall 1 "),
        ("--shingle", "0", "shingle width 0 "),
        ("--values", "0", "0 values"),
        ("--threads", "0", "--threads"),
        ("--linkage", "loose", "--linkage"),
        ("--treshold", "0.5", "--threshold"),
    ] {
        let run = reprint([option, value]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{option} {value}");
        assert!(
            run.err.contains(named),
            "{named} is missing from\n{}",
            run.err
        );
    }
}

#[test]
fn settings_are_taken_and_told() {
    let run = on_samples(&[
        "--format",
        "jsonl",
        "--threshold",
        "0.5",
        "--recall",
        "0.9",
        "--unit",
        "character",
        "--linkage",
        "connected",
        "--values",
        "256",
        "--seed",
        "7",
        "--no-phrases",
    ]);
    let summary = run.summary();
    let settings = &summary["settings"];
    assert_eq!(
        settings["mode"]["jaccard"],
        json!({ "threshold": 0.5, "recall": 0.9 })
    );
    assert_eq!(
        settings["shingling"],
        json!({ "unit": "character", "width": 10 })
    );
    assert_eq!(settings["linkage"], "connected");
    assert_eq!(
        (&settings["sketch"]["values"], &settings["seed"]),
        (&json!(256), &json!(7))
    );
    assert_eq!(summary["phrasing"], Value::Null);
    assert_eq!(run.records("article")[0]["phrasing"], Value::Null);
}

#[test]
fn help_fits_and_says_what_matters() {
    let run = reprint(["--help"]);
    assert_eq!(run.code, 0);
    for said in ["--threshold", "--format", "Examples:", "Exit code"] {
        assert!(run.out.contains(said), "{said} is missing");
    }
}

#[test]
fn without_a_path_the_way_out_is_said() {
    let run = reprint(["--quiet"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    says(&run, &["no PATH was given", "- for stdin"]);
}
