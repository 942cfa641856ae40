//! `audit`: pairs to judge, and estimates from the verdicts.

use super::*;

/// `count` copies, each with more changed words than the one before.
fn changed_copies(count: usize) -> String {
    let text: Vec<String> = (0..60).map(|at| format!("w{at}")).collect();
    let copy = |number: usize| {
        let mut copy = text.clone();
        for word in copy.iter_mut().take(number) {
            *word = format!("x{number}");
        }
        line(&format!("copy {number}"), &copy.join(" "))
    };
    (0..count).map(copy).collect()
}

/// A sample of pairs around a threshold of .7.
fn draw(path: &Path) -> Run {
    let arguments = [
        "audit",
        "--threshold",
        "0.7",
        "--pairs",
        "40",
        "--format",
        "jsonl",
    ];
    let arguments = arguments.iter().map(AsRef::as_ref);
    reprint(arguments.chain([path.as_os_str()]))
}

/// The lines of a sample, judged: pairs from .75 on are right.
fn judged(drawn: &Run) -> String {
    let mut lines = Vec::new();
    for line in drawn.out.lines() {
        let mut record: Value = serde_json::from_str(line).expect("JSON");
        if let Some(score) = record["score"].as_f64() {
            record["verdict"] = (score >= 0.75).into();
        }
        lines.push(record.to_string());
    }
    lines.join("\n")
}

fn judge(path: &Path, precision: &str) -> Run {
    let arguments = [
        "audit",
        "--format",
        "jsonl",
        "--precision",
        precision,
        "--judged",
    ];
    let arguments = arguments.iter().map(AsRef::as_ref);
    reprint(arguments.chain([path.as_os_str()]))
}

#[test]
fn audit_draws_by_stratum() {
    let folder = folder("audit-draw");
    let lines = changed_copies(30);
    let drawn = draw(&file(&folder, "articles.jsonl", &lines));
    let mut backwards: Vec<&str> = lines.lines().collect();
    backwards.reverse();
    let backwards = file(&folder, "backwards.jsonl", backwards.join("\n"));
    assert_eq!(draw(&backwards).out, drawn.out);
    let pairs = drawn.records("audit_pair");
    assert_eq!(pairs.len(), 40);
    let head = one_record(&drawn, "audit");
    for stratum in head["strata"].as_array().expect("a list") {
        let name = &stratum["name"];
        let scores: Vec<f64> = pairs
            .iter()
            .filter(|pair| pair["stratum"] == *name)
            .filter_map(|pair| pair["score"].as_f64())
            .collect();
        assert_eq!(stratum["drawn"], scores.len());
        let edge = name.as_str().and_then(|name| name.parse().ok());
        let edge: f64 = edge.expect("a number");
        assert_eq!(stratum["matches"], edge >= 0.7);
        assert!(scores.into_iter().all(|score| score >= edge));
    }
}

#[test]
fn audit_suggests_what_the_verdicts_allow() {
    let folder = folder("audit-judged");
    let drawn = draw(&file(&folder, "articles.jsonl", changed_copies(30)));
    let path = file(&folder, "judged.jsonl", judged(&drawn));
    let result = one_record(&judge(&path, "0.6"), "audit_result");
    let settings = result["settings"].as_array().expect("a list");
    let of = |name: &str| {
        let setting = settings.iter().find(|setting| setting["name"] == name);
        setting.expect("it is there")
    };
    for name in ["0.75", "0.8", "0.85"] {
        assert_eq!(of(name)["precision"]["value"], 1.0, "{name}");
    }
    for name in ["0.5", "0.6", "0.65", "0.7"] {
        assert_eq!(of(name)["stratum"]["value"], 0.0, "{name}");
        assert_eq!(of(name)["right_found"], 1.0, "{name}");
    }
    assert_eq!(of("0.7")["in_force"], true);
    assert_eq!(result["suggested"], "0.75");
    let run = reprint([
        "audit".as_ref(),
        "--precision".as_ref(),
        "0.999".as_ref(),
        "--judged".as_ref(),
        path.as_os_str(),
    ]);
    says(
        &run,
        &[
            "40 pairs are judged",
            "No threshold here is known",
            "in force",
        ],
    );
}

#[test]
fn verdicts_that_are_none_are_named() {
    let folder = folder("audit-bad");
    let drawn = draw(&file(&folder, "articles.jsonl", changed_copies(30)));
    let judged = judged(&drawn) + "\n";
    let sure = judged.replacen("\"verdict\":true", "\"verdict\":\"sure\"", 1);
    for (lines, said) in [
        (drawn.out.as_str(), "no verdict yet"),
        ("", "no line of type audit"),
        ("{}\n", ":1: not a line of an audit"),
        (&sure, "the verdict \"sure\" is none"),
        (&judged.repeat(20), "more verdicts than pairs"),
    ] {
        let run = judge(&file(&folder, "bad.jsonl", lines), "0.9");
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{said}");
        says(&run, &["bad.jsonl", said]);
    }
    assert_eq!(judge(&folder.join("missing.jsonl"), "0.9").code, 1);
}

#[test]
fn audit_of_recycled_goes_by_strictness() {
    let run = on_samples(&["audit", "--format", "jsonl"]);
    let head = one_record(&run, "audit");
    let strata = head["strata"].as_array().expect("a list");
    let names: Vec<&Value> = strata.iter().map(|stratum| &stratum["name"]).collect();
    assert_eq!(names, ["loose", "normal", "strict"]);
    assert_eq!(strata[0]["matches"], false);
    assert_eq!(strata[1]["matches"], true);
    let text = on_samples(&["audit"]);
    says(&text, &["PAIR 1: ", "to judge", "normal: "]);
}
