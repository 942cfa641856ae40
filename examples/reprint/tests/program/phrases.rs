//! Marked phrases, templates and published measures.

use super::*;

const STUFFED: &str = "Harbour board worried over the sinking breakwater";

/// A headline repeated in every paragraph.
fn stuffed() -> String {
    let rest = [
        "Shopkeepers on the quay took in their awnings early and talked of little else.",
        "A second survey is due before the autumn tides, paid for by the pilots.",
        "Nobody at the town hall would put a figure on the bill this week.",
        "Two engineers from the coast will arrive with pumps and a diving bell.",
        "Old people remember a winter in which the whole square froze over.",
    ];
    let around = [
        ("Why is the", "now?"),
        ("Money tells why the", "these days."),
        ("Pilots know of the", "as well."),
        ("In spring the", "once more."),
        ("Nothing is new in the", "but the date."),
    ];
    let paragraphs = rest.iter().zip(around);
    let paragraphs =
        paragraphs.map(|(rest, (before, after))| format!("\n\n{before} {STUFFED} {after} {rest}"));
    STUFFED.to_owned() + &paragraphs.collect::<String>()
}

/// Three lines of one scaffold, and a separate story.
pub(crate) fn filled(number: usize) -> String {
    let part = ["pump", "old fan", "gearbox", "belt", "long chain"][number % 5];
    let firm = ["Halden", "Castle", "Norvik", "Quarry", "Elmsea"][number % 5];
    format!(
        "{}\nOwners often ask {firm} why the {part} makes so much noise.\nOur workshop cleans and \
         replaces every {part} within two days.\nRead our guide before you call.",
        distinct(number)
    )
}

#[test]
fn one_article_with_its_phrases_marked() {
    let folder = folder("explain-key");
    let lines = line("stuffed", &stuffed()) + &line("other", &distinct(1));
    let input = file(&folder, "in.jsonl", lines);
    let marked = |key: &str, more: &[&str]| {
        let mut arguments = vec!["--explain", key, input.to_str().expect("UTF-8")];
        arguments.extend(more);
        reprint(arguments)
    };
    let run = marked("stuffed", &[]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("stuffed: suspicious "), "{}", run.out);
    let marked_places = run.out.split('«').skip(1);
    let marked_places: Vec<&str> = marked_places
        .map(|rest| rest.split_once('»').expect("an end").0)
        .collect();
    assert_eq!(marked_places.len(), 6);
    assert!(marked_places.iter().all(|place| place.ends_with(STUFFED)));
    // No colours without a terminal.
    assert!(!run.out.contains('\u{1b}'));
    let told = run.out.split_once("\n\n").expect("a list, then the text").1;
    assert_eq!(told.replace(['«', '»'], "").trim_end(), stuffed());

    let phrases = marked("stuffed", &["--format", "jsonl"]).records("phrase");
    assert_eq!(phrases[0]["canonical"], format!("the {STUFFED}"));
    assert_eq!(phrases[0]["spans"].as_array().map(Vec::len), Some(6));

    assert!(marked("other", &[]).out.starts_with("other: "));
    let none = marked("nobody", &[]);
    assert_eq!(none.code, 1);
    assert!(none.err.contains("no article has the key"), "{}", none.err);
    let near = marked("stufed", &[]).err;
    assert!(near.contains("similar keys: stuffed"), "{near}");
    assert_eq!(marked("other", &["--no-phrases"]).code, 2);
}

#[test]
fn templates_with_what_stands_in_their_slots() {
    let folder = folder("templates");
    let lines: String = (0..5)
        .map(|number| line(&format!("a{number}"), &filled(number)))
        .collect();
    let input = file(&folder, "in.jsonl", lines);
    let path = input.to_str().expect("UTF-8");
    let run = reprint(["--templates", "--format", "jsonl", path]);
    let templates = run.records("template");
    let frame = templates
        .iter()
        .find(|template| template["pieces"][0]["fixed"] == "Our workshop cleans and replaces every")
        .expect("the frame");
    assert_eq!(frame["kind"], "frame");
    assert_eq!(frame["articles"], 5);
    assert_eq!(frame["pieces"][1], "slot");
    let text = filled(1);
    let used = &frame["uses"][1];
    assert_eq!(used["key"], "a1");
    assert_eq!(used["filled"], json!(["old fan"]));
    let at = |span: &Value, end: usize| span[end].as_u64().expect("a number") as usize;
    let slot = &used["slots"][0];
    assert_eq!(&text[at(slot, 0)..at(slot, 1)], "old fan");
    let line = templates
        .iter()
        .find(|template| template["kind"] == "boilerplate")
        .expect("the line that never changes");
    assert_eq!(line["articles"], 5);
    assert_eq!(line["sources"], 1);

    let shown = reprint(["--templates", path]);
    assert!(
        shown
            .out
            .contains("Our workshop cleans and replaces every [1] within two days"),
        "{}",
        shown.out
    );
    assert!(shown.out.contains("a1  old fan\n"), "{}", shown.out);
    assert!(shown.out.contains("BOILERPLATE\n"), "{}", shown.out);
    // Without the option, templates are not searched for.
    assert!(!reprint([path]).out.contains("TEMPLATES"));
}

#[test]
fn published_measures_stand_with_each_article() {
    let folder = folder("measures");
    let lines = line("stuffed", &stuffed()) + &line("other", &distinct(1));
    let input = file(&folder, "in.jsonl", lines);
    let path = input.to_str().expect("UTF-8");
    let articles = reprint(["--measures", "--format", "jsonl", path]).records("article");
    for article in &articles {
        let measures = article["measures"].as_array().expect("checks");
        assert!(measures.len() > 10);
        assert!(measures.iter().all(|check| check["value"].is_number()
            && check["passes"].is_boolean()
            && check["limit"].is_object()));
    }
    let without = reprint(["--format", "jsonl", path]).records("article");
    assert!(without[0].get("measures").is_none());
}

#[test]
fn what_the_output_has_no_place_for_is_said() {
    let folder = folder("places");
    let lines: String = (0..5)
        .map(|number| line(&format!("a{number}"), &filled(number)))
        .collect();
    let input = file(&folder, "in.jsonl", lines);
    let path = input.to_str().expect("UTF-8");
    let rows = reprint(["--templates", "--measures", "--format", "csv", path]);
    assert_eq!(rows.code, 0);
    for what in ["--templates is left out", "--measures is left out"] {
        assert!(rows.err.contains(what), "{}", rows.err);
    }
    let text = reprint(["--templates", "--measures", path]);
    assert!(text.out.contains("TEMPLATES"));
    assert!(text.err.contains("--measures is left out"), "{}", text.err);
    assert!(!text.err.contains("--templates"), "{}", text.err);
    let records = reprint(["--templates", "--measures", "--format", "jsonl", path]);
    assert!(!records.err.contains("left out"), "{}", records.err);
    let summary = &records.records("summary")[0]["templates"];
    assert_eq!(summary["articles"], 5);
    assert_eq!(summary["grams_kept_one_in"], 1);
    assert_eq!(summary["specifics_kept_one_in"], 1);
    assert_eq!(summary["uses_kept_one_in"], 1);
    assert!(rows.out.lines().count() > 5);
}

/// The headline in a field of its own is part of the verdict, even if it can't be read again.
#[test]
fn a_marked_article_has_its_own_verdict() {
    let folder = folder("explain-headline");
    let text = stuffed();
    let (title, text) = text.split_once("\n\n").expect("a first line");
    let lines = json!({ "id": "a", "title": title, "text": text }).to_string();
    let verdict = |path: &Path| {
        let run = jsonl(path);
        let told = &run.records("article")[0]["phrasing"];
        let score = told["score"].as_f64().expect("a number");
        let found = format!(
            "a: {} {score:.2}\n",
            told["verdict"].as_str().expect("a word")
        );
        let marked = reprint(["--explain".as_ref(), "a".as_ref(), path.as_os_str()]).out;
        assert!(marked.starts_with(&found), "{found}{marked}");
        marked
    };
    let packed = zstd::encode_all(lines.as_bytes(), 1).expect("in memory");
    let plain = verdict(&file(&folder, "a.jsonl", &lines));
    assert_eq!(verdict(&file(&folder, "a.jsonl.zst", packed)), plain);
}
