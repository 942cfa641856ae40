//! Results, and how the program reports them.

use reprint::{Article, Detector, MemoryTexts};

use super::*;

/// The library with its defaults and the program with its defaults say the same of one file.
#[test]
fn the_library_finds_the_same_groups() {
    let folder = folder("same-groups");
    let lines: Vec<String> = crowded().lines().map(str::to_owned).collect();
    let lines = [sample_lines(), lines].concat();
    let path = file(&folder, "articles.jsonl", lines.join("\n"));
    let run = jsonl(&path);

    let mut detector = Detector::new();
    let mut texts = MemoryTexts::new();
    for line in &lines {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let [key, body] = ["id", "text"].map(|field| record[field].as_str().expect("a string"));
        let id = detector
            .insert(&Article::new(key, body))
            .expect("a key of its own");
        texts.set(id, body);
    }
    detector.learn(&texts);
    let groups = detector.groups(&texts).expect("star linkage").groups;
    let key = |id| detector.key(id).expect("an article").to_owned();
    let expected: Vec<(Vec<String>, String)> = groups
        .iter()
        .map(|group| {
            let members = group.members.iter().map(|member| key(member.id));
            (members.collect(), key(group.kept))
        })
        .collect();
    assert!(expected.len() > 5);
    let found: Vec<(Vec<String>, String)> = run
        .records("group")
        .into_iter()
        .map(|group| {
            let parts = (group["members"].clone(), group["kept"].clone());
            serde_json::from_value(serde_json::to_value(parts).expect("JSON")).expect("keys")
        })
        .collect();
    assert_eq!(found, expected);
    let settings = serde_json::to_value(detector.settings()).expect("settings");
    assert_eq!(run.summary()["settings"], settings);
}

#[test]
fn sample_articles() {
    let run = on_samples(&["--format", "jsonl"]);
    assert_eq!(
        run.groups(),
        [
            json!([
                "courier-island-school.txt",
                "morning-brief-island-school.txt",
                "northern-standard-island-school.txt"
            ]),
            json!([
                "evening-post-harbour-bridge.txt",
                "tribune-harbour-bridge.txt"
            ]),
            json!([
                "gazette-theatre-reopening.txt",
                "valley-herald-theatre-reopening.txt"
            ]),
            json!([
                "jiangpan-wanbao-last-ferry.txt",
                "shipan-ribao-last-ferry.txt"
            ]),
            json!(["obergriessener-tagblatt-freibad.txt", "talbote-freibad.txt"]),
        ]
    );
    let articles = run.records("article");
    assert_eq!(articles.len(), 24);
    let of = |key: &str| {
        articles
            .iter()
            .find(|article| article["key"] == key)
            .expect("a record")
    };
    let copy = of("northern-standard-island-school.txt");
    assert_eq!(copy["of"], "courier-island-school.txt");
    assert_eq!(
        (&copy["reason"], &copy["score"]),
        (&json!("exact_copy"), &json!(1.0))
    );
    let edited = of("valley-herald-theatre-reopening.txt");
    let score = edited["score"].as_f64().expect("a score");
    assert!((0.97..0.98).contains(&score), "{score}");
    assert_eq!(edited["relation"], "light_edit");
    let shortened = of("morning-brief-island-school.txt");
    assert_eq!(shortened["relation"], "abridged");
    for alone in [
        "market-wire-halvern-dividend.txt",
        "observer-stranded-commuters.txt",
    ] {
        assert_eq!(
            (&of(alone)["group"], &of(alone)["kept"]),
            (&Value::Null, &json!(true))
        );
    }
    for article in &articles {
        let repeats = article["key"] == "coastbuzz-parking-charges.txt";
        let verdict = &article["phrasing"]["verdict"];
        assert_eq!(verdict == "repetitive", repeats, "{article}");
        assert_eq!(verdict == "fine", !repeats, "{article}");
    }
    let summary = run.summary();
    assert_eq!(
        (&summary["groups"], &summary["grouped"]),
        (&json!(5), &json!(11))
    );
}

#[test]
fn schema() {
    let run = on_samples(&["--format", "jsonl"]);
    let required: [(&str, &[&str]); 4] = [
        (
            "article",
            &["key", "group", "kept", "of", "score", "reason", "phrasing"],
        ),
        ("group", &["id", "kept", "members", "lowest", "links"]),
        (
            "phrase",
            &["key", "canonical", "count", "paragraphs", "spans"],
        ),
        (
            "summary",
            &[
                "articles",
                "settings",
                "candidates",
                "recipe",
                "version",
                "skipped",
            ],
        ),
    ];
    for (wanted, fields) in required {
        let records = run.records(wanted);
        assert!(!records.is_empty(), "no record of type {wanted}");
        for record in records {
            assert_eq!(record["schema"], 1);
            for field in fields {
                assert!(record.get(field).is_some(), "{field} is missing: {record}");
            }
        }
    }
    for group in run.records("group") {
        let id = group["id"].as_str().expect("a name");
        assert!(id.starts_with('g') && id.len() == 17, "{id}");
        for field in ["a", "b", "jaccard", "a_in_b", "b_in_a"] {
            assert!(
                group["links"][0].get(field).is_some(),
                "{field} is missing: {group}"
            );
        }
    }
    let phrase = &run.records("phrase")[0];
    let path = samples();
    let body = fs::read_to_string(path.join(phrase["key"].as_str().expect("a key"))).expect("text");
    let spans = phrase["spans"].as_array().expect("a list");
    assert_eq!(phrase["count"], spans.len());
    for span in spans {
        let [start, end] = [0, 1].map(|at| span[at].as_u64().expect("a byte") as usize);
        assert!(
            body[start..end].to_lowercase().contains("seafront parking"),
            "{span}"
        );
    }
    assert_eq!(run.summary()["recipe"].as_str().map(str::len), Some(16));
}

#[test]
fn text_names_what_was_found() {
    let run = on_samples(&["--quiet"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for said in [
        "coastbuzz-parking-charges.txt: repetitive",
        "“the seafront parking charges rise despite trader fury”, 11 times in 11 paragraphs",
        "keep  courier-island-school.txt",
        "100%  northern-standard-island-school.txt (exact copy)",
        "97%  valley-herald-theatre-reopening.txt (light edit)",
        "24 articles: 11 in 5 groups, 6 to drop; 1 repetitive, 0 suspicious",
    ] {
        assert!(
            run.out.contains(said),
            "{said} is missing from\n{}",
            run.out
        );
    }
}

#[test]
fn threads_change_nothing() {
    for format in ["jsonl", "text"] {
        let [one, two] =
            ["1", "2"].map(|threads| on_samples(&["--format", format, "--threads", threads]));
        assert_eq!(one.out, two.out);
        assert_eq!(one.code, 0);
    }
}

#[test]
fn order_changes_the_order_of_articles_only() {
    let mut lines = sample_lines();
    let folder = folder("order");
    let sorted = |lines: &[String]| {
        let run = jsonl(&file(&folder, "articles.jsonl", lines.concat()));
        let mut out: Vec<String> = run.out.lines().map(str::to_owned).collect();
        out[..lines.len()].sort();
        out
    };
    let expected = sorted(&lines);
    lines.reverse();
    assert_eq!(sorted(&lines), expected);
    lines.sort_by_key(|line| line.len() % 7);
    assert_eq!(sorted(&lines), expected);
}

#[test]
fn sources_in_order_of_preference() {
    let folder = folder("sources");
    let article = |source| json!({ "id": source, "text": distinct(1), "source": source });
    let lines = format!("{}\n{}\n", article("Echo"), article("Post"));
    let path = file(&folder, "articles.jsonl", lines);
    let run = reprint([
        path.as_os_str(),
        "--source-priority".as_ref(),
        "Herald,Post".as_ref(),
    ]);
    assert!(
        run.out.contains("keep  Post (the preferred source)"),
        "{}",
        run.out
    );
}

#[test]
fn a_threshold_of_one_means_the_same_shingles() {
    let run = on_samples(&["--format", "jsonl", "--threshold", "1"]);
    assert_eq!(
        run.groups(),
        [json!([
            "courier-island-school.txt",
            "northern-standard-island-school.txt"
        ])]
    );
}

#[test]
fn a_crowd_is_one_record_and_its_links_are_listed_on_request() {
    let path = file(&folder("crowd"), "crowd.jsonl", crowded());
    let path = path.as_os_str();
    let of = |option: &[&str]| {
        let options = ["--format", "jsonl", "--no-phrases"].iter().chain(option);
        reprint(options.map(AsRef::as_ref).chain([path]))
    };
    let (brief, all) = (of(&[]), of(&["--all-links"]));
    let keys = |letter: char| -> Vec<Value> {
        (0..40)
            .map(|number| json!(format!("{letter}{number:02}")))
            .collect()
    };
    // The passage: 780 links, or one record that names the articles.
    let crowds = brief.records("crowd");
    assert_eq!(crowds.len(), 1, "{crowds:?}");
    assert_eq!(crowds[0]["members"], json!(keys('p')));
    assert_eq!(crowds[0]["links"], 780);
    assert_eq!(crowds[0]["relations"], json!({ "partial": 780 }));
    assert_eq!(
        (brief.records("link").len(), all.records("link").len()),
        (0, 780)
    );
    assert!(all.records("crowd").is_empty());
    // The copies: each is linked to the centre and to the kept article.
    let group = |run: &Run| run.records("group").swap_remove(0);
    let (few, every) = (group(&brief), group(&all));
    assert_eq!(
        (&few["members"], &every["members"]),
        (&json!(keys('q')), &few["members"])
    );
    let links = |group: &Value| group["links"].as_array().expect("links").len();
    assert!((39..=77).contains(&links(&few)), "{}", links(&few));
    assert_eq!(
        few["unlisted"].as_u64(),
        Some((links(&every) - links(&few)) as u64)
    );
    assert_eq!(every.get("unlisted"), None);
    assert_eq!(brief.summary()["links"], all.summary()["links"]);
}
