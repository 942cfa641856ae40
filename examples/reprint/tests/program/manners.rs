//! Behaviour on a terminal and in a pipe.

use super::*;

#[test]
fn large_results_are_cut_unless_asked_for() {
    let folder = folder("large");
    let pair = |number: usize| {
        let [a, b] = ["a", "b"].map(|copy| line(&format!("{number}{copy}"), &distinct(number)));
        a + &b
    };
    let path = file(
        &folder,
        "pairs.jsonl",
        (0..60).map(pair).collect::<String>(),
    );
    let shown = |run: &Run| run.out.matches("2 articles, 100% copied").count();
    let cut = reprint([&path]);
    assert_eq!(shown(&cut), 50);
    assert!(
        cut.out.contains("10 more groups (--all shows them)"),
        "{}",
        cut.out
    );
    assert_eq!(shown(&reprint([path.as_os_str(), "--all".as_ref()])), 60);
}

#[test]
fn nothing_escapes_into_the_terminal() {
    let folder = folder("escapes");
    let evil = format!("\u{1b}[31mred\u{7}\u{202e} {}", distinct(1));
    let lines = line("a\u{1b}]0;key\u{7}", &evil) + &line("b\r\nforged", &evil) + "\u{1b}[2J\n";
    let run = reprint([file(&folder, "articles.jsonl", lines)]);
    assert!(run.out.contains("2 articles"), "{}", run.out);
    for c in ['\u{1b}', '\u{7}', '\r', '\u{202e}'] {
        assert!(!run.out.contains(c) && !run.err.contains(c), "{c:?}");
    }
    assert!(!run.out.contains("\nforged"), "{}", run.out);
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let folder = folder("pipe");
    // More output than a pipe holds.
    let lines: String = (0..3000)
        .map(|number| line(&number.to_string(), &distinct(number)))
        .collect();
    let path = file(&folder, "articles.jsonl", lines);
    let mut child = Command::new(binary())
        .args(["--format", "jsonl"])
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    out.read_line(&mut first).expect("a line");
    assert!(
        first.starts_with(r#"{"schema":1,"type":"article""#),
        "{first}"
    );
    drop(out);
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}
