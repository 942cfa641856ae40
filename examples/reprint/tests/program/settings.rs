//! Settings from arguments, variables and a file.

use super::*;

struct Place {
    folder: PathBuf,
    variables: Vec<(&'static str, &'static str)>,
}

impl Place {
    /// A new folder with two articles. They differ in one word in a hundred.
    fn new(name: &str) -> Self {
        let folder = folder(name);
        let long = (1..=5).map(distinct).collect::<Vec<_>>().join(" ");
        let lines = line("a", &format!("{long} early")) + &line("b", &format!("{long} late"));
        file(&folder, "articles.jsonl", lines);
        let variables = Vec::new();
        Self { folder, variables }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(binary());
        command
            .current_dir(&self.folder)
            .args(arguments)
            .arg("articles.jsonl");
        command.envs(self.variables.iter().copied());
        Run::of(command.output().expect("it starts"))
    }

    /// The option as the summary tells it, and the messages on stderr.
    fn told(&self, arguments: &[&str], option: &str) -> (Value, String) {
        let run = self.run(&[&["--format", "jsonl"], arguments].concat());
        let summary = run.summary();
        (summary["options"][option].clone(), run.err)
    }
}

#[test]
fn arguments_before_variables_before_the_file_before_defaults() {
    let mut place = Place::new("order-of-settings");
    let threshold = |value: &str, from: &str| json!({ "value": value, "from": from });
    assert_eq!(place.told(&[], "linkage").0, threshold("star", "default"));
    assert_eq!(place.told(&[], "threshold").0, Value::Null);

    file(
        &place.folder,
        "reprint.toml",
        "# ours\nthreshold = 0.7\nlinkage = \"complete\"\n",
    );
    let (told, err) = place.told(&[], "threshold");
    assert_eq!(told, threshold("0.7", "reprint.toml:2"));
    assert!(err.contains("settings from reprint.toml"), "{err}");
    assert_eq!(
        place.told(&[], "linkage").0,
        threshold("complete", "reprint.toml:3")
    );

    place.variables.push(("REPRINT_THRESHOLD", "0.6"));
    let (told, err) = place.told(&[], "threshold");
    assert_eq!(told, threshold("0.6", "REPRINT_THRESHOLD"));
    assert!(err.contains("settings from REPRINT_THRESHOLD"), "{err}");

    let (told, err) = place.told(&["--threshold", "0.5"], "threshold");
    assert_eq!(told, threshold("0.5", "argument"));
    assert!(!err.contains("REPRINT_THRESHOLD"), "{err}");
    assert_eq!(place.run(&["--quiet"]).err, "");

    let run = place.run(&["--format", "jsonl", "--threshold", "0.5"]);
    assert_eq!(
        run.summary()["settings"]["mode"]["jaccard"]["threshold"],
        0.5
    );
    assert_eq!(run.summary()["settings"]["linkage"], "complete");
}

#[test]
fn a_file_that_is_named() {
    let mut place = Place::new("named-file");
    file(&place.folder, "reprint.toml", "threshold = 0.7\n");
    file(
        &place.folder,
        "other.toml",
        "seed = 7\nquiet = true\nsource_priority = [\"A\", \"B\"]\n",
    );
    let named = ["--config", "other.toml"];
    let (told, err) = place.told(&named, "seed");
    assert_eq!((told["value"].as_str(), err.as_str()), (Some("7"), ""));
    assert_eq!(place.told(&named, "threshold").0, Value::Null);
    assert_eq!(place.told(&named, "source-priority").0["value"], "A,B");
    place.variables.push(("REPRINT_CONFIG", "other.toml"));
    assert_eq!(place.told(&[], "seed").0["value"], "7");
}

#[test]
fn mistakes_name_who_made_them() {
    let place = Place::new("mistakes-in-a-file");
    for (toml, said) in [
        (
            "treshold = 0.5",
            "reprint.toml:1: there is no setting treshold; a similar one is threshold",
        ),
        (
            "\nthreshold = \"much\"",
            "reprint.toml:2: invalid value 'much'",
        ),
        ("threshold = 1.5", "threshold is set by reprint.toml:1"),
        (
            "threshold = [0.5]",
            "reprint.toml:1: threshold is one value",
        ),
        (
            "quiet = \"perhaps\"",
            "reprint.toml:1: quiet is true or false",
        ),
        (
            "linkage = \"loose\"",
            "[possible values: star, connected, complete]",
        ),
        ("config = \"x\"", "there is no setting config"),
        (
            "[matching]\nthreshold = 1",
            "reprint.toml:1: matching must be",
        ),
        ("threshold = ", "reprint.toml:1: "),
        (
            "mode = \"recycled\"\nthreshold = 0.5",
            "threshold is set by reprint.toml:2",
        ),
    ] {
        file(&place.folder, "reprint.toml", toml);
        let run = place.run(&[]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{toml}");
        assert!(
            run.err.contains(said),
            "{said} is missing from\n{}",
            run.err
        );
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
    let run = place.run(&["--config", "missing.toml"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("missing.toml: can't be read"),
        "{}",
        run.err
    );

    let mut place = Place::new("mistakes-in-variables");
    place.variables.push(("REPRINT_THRESHOLD", "much"));
    let run = place.run(&[]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .starts_with("error: REPRINT_THRESHOLD: invalid value 'much'"),
        "{}",
        run.err
    );
    place.variables = vec![("REPRINT_TRESHOLD", "0.5")];
    let run = place.run(&[]);
    assert_eq!(run.code, 0);
    let said = "REPRINT_TRESHOLD is no setting, and not used; REPRINT_THRESHOLD is one";
    assert!(run.err.contains(said), "{}", run.err);
}

/// An option is blamed for what it did, not for standing in a message.
#[test]
fn no_option_is_blamed_for_its_name() {
    let mut place = Place::new("blamed-for-its-name");
    place.variables.push(("REPRINT_INPUT", "jsonl"));
    let run = place.run(&["--output", "articles.jsonl"]);
    assert_eq!(run.code, 2);
    let said = "articles.jsonl is the input, which is never overwritten";
    assert!(run.err.contains(said), "{}", run.err);
    assert!(!run.err.contains("is set by"), "{}", run.err);

    // The option that names the output is at fault, wherever it stands.
    place.variables.push(("REPRINT_OUTPUT", "articles.jsonl"));
    let run = place.run(&[]);
    assert_eq!(run.code, 2);
    let by = "(output is set by REPRINT_OUTPUT)";
    assert!(run.err.contains(by), "{}", run.err);
}

#[test]
fn two_outputs_in_one_file_are_named() {
    let place = Place::new("two-outputs");
    file(&place.folder, "page.html", "");
    let run = place.run(&["--output", "page.html", "--report", "./page.html"]);
    assert_eq!(run.code, 2);
    let said = "--output and --report are the same file";
    assert!(run.err.contains(said), "{}", run.err);
}

#[test]
fn what_is_weaker_gives_way() {
    let mut place = Place::new("gives-way");
    file(&place.folder, "reprint.toml", "threshold = 0.7\n");
    let (told, err) = place.told(&["--mode", "recycled"], "threshold");
    assert_eq!(told, Value::Null);
    assert!(
        err.contains("threshold of reprint.toml:1 gives way to mode"),
        "{err}"
    );
    file(&place.folder, "reprint.toml", "mode = \"recycled\"\n");
    place.variables.push(("REPRINT_THRESHOLD", "0.5"));
    let (told, err) = place.told(&[], "threshold");
    assert_eq!(told["value"], "0.5");
    assert!(
        err.contains("mode of reprint.toml:1 gives way to threshold"),
        "{err}"
    );
}

#[test]
fn flags_are_true_or_false() {
    let mut place = Place::new("flags");
    let phrasing = |place: &Place, arguments: &[&str]| {
        let run = place.run(&[&["--format", "jsonl"], arguments].concat());
        !run.summary()["phrasing"].is_null()
    };
    file(&place.folder, "reprint.toml", "no-phrases = true\n");
    assert!(!phrasing(&place, &[]));
    place.variables.push(("REPRINT_NO_PHRASES", "false"));
    assert!(phrasing(&place, &[]));
    assert!(!phrasing(&place, &["--no-phrases"]));
}

/// A threshold set for all runs doesn't hinder a sweep, which has no threshold.
#[test]
fn a_command_leaves_out_what_is_not_of_it() {
    let mut place = Place::new("not-of-it");
    file(&place.folder, "reprint.toml", "threshold = 0.9\n");
    let run = place.run(&["sweep"]);
    assert_eq!((run.code, run.out.lines().count()), (0, 18), "{}", run.err);
    place.variables.push(("REPRINT_THRESHOLD", "0.9"));
    assert_eq!(place.run(&["sweep"]).out, run.out);
    assert_eq!(place.run(&["sweep", "--threshold", "0.9"]).code, 2);
}
