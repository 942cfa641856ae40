//! What a run would do.

use super::*;

#[test]
fn says_what_would_be_done_and_does_nothing() {
    let folder = folder("dry-run");
    let lines = json!({ "body": distinct(1), "url": "u", "published": "2024-05-01" });
    file(&folder, "a.jsonl", format!("{lines}\n"));
    file(&folder, "b.csv", "key,content\n1,text\n");
    file(&folder, "c.txt", "text");
    file(&folder, "d.txt", "text");
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dry-run-found.csv");
    let folder_name = folder.to_str().expect("UTF-8");
    let run = reprint([
        "--dry-run",
        "--threshold",
        "0.5",
        "--format",
        "csv",
        "--output",
        output.to_str().expect("UTF-8"),
        folder_name,
        "-",
    ]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for said in [
        "1 file of JSON Lines, 156 B; text = body, key = url, date = published",
        "1 file of CSV, 19 B; text = content, key = key",
        "2 files of text, 8 B; each one article",
        "stdin: a format that its bytes tell; not looked at",
        "threshold = 0.5 (argument)",
        "linkage = star (default)",
        r#""jaccard":{"threshold":0.5,"recall":0.95}"#,
        "csv to ",
    ] {
        assert!(
            run.out.contains(said),
            "{said} is missing from\n{}",
            run.out
        );
    }
    assert!(!output.exists());
    assert_eq!(fs::read_dir(&folder).expect("it").count(), 4);
}

#[test]
fn says_what_would_go_wrong() {
    let folder = folder("dry-run-wrong");
    for (name, content, said) in [
        (
            "named.jsonl",
            "{\"rumpf\": \"text\"}\n",
            "no text: no field named text, body, content, article (--text-field names another); there are rumpf",
        ),
        ("cut.jsonl", "{\"text\": ", "EOF while parsing"),
        ("head.csv", "a,b\n", "there are a, b"),
    ] {
        let run = reprint([
            "--dry-run".as_ref(),
            file(&folder, name, content).as_os_str(),
        ]);
        assert_eq!(run.code, 1, "{name}");
        assert!(
            run.out.contains(said),
            "{said} is missing from\n{}",
            run.out
        );
    }
    let run = reprint(["--dry-run".as_ref(), folder.join("missing.txt").as_os_str()]);
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .starts_with("error: a run would find no article in "),
        "{}",
        run.err
    );
    assert!(
        run.out
            .contains("missing.txt: 1 file of text, 0 B; can't be read"),
        "{}",
        run.out
    );
    // Wrong settings are refused in a dry run too.
    assert_eq!(reprint(["--dry-run", "--threshold", "2"]).code, 2);
}
