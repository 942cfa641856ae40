//! The program as a process: arguments in, output and exit code out.
//!
//! This file has the shared helpers. Tests are in a module for each theme.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

mod arguments;
mod aside;
mod audit;
mod bad_input;
mod commands;
mod documents;
mod dry_run;
mod found;
mod index;
mod input;
mod keep;
mod law;
mod manners;
mod memory;
mod output;
#[cfg(feature = "parquet")]
mod parquet;
mod phrases;
mod previous;
mod settings;
mod shapes;
#[cfg(feature = "parquet")]
mod shard;

/// The program as installed.
fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_reprint")
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ends by itself"),
            out: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
        }
    }

    /// All records of one type.
    fn records(&self, wanted: &str) -> Vec<Value> {
        assert_eq!(self.code, 0, "{}", self.err);
        let all = self
            .out
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        all.filter(|record: &Value| record["type"] == wanted)
            .collect()
    }

    /// The summary of a run that may have failed at the end.
    fn told(&self) -> Value {
        assert!(self.code < 2, "{}", self.err);
        let last = self.out.lines().next_back().unwrap_or_default();
        let summary: Value = serde_json::from_str(last).expect("JSON");
        assert_eq!(summary["type"], "summary");
        summary
    }

    fn summary(&self) -> Value {
        self.records("summary").pop().expect("a summary")
    }

    /// The members of each group.
    fn groups(&self) -> Vec<Value> {
        self.records("group")
            .into_iter()
            .map(|group| group["members"].clone())
            .collect()
    }
}

fn reprint<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Run {
    Run::of(
        Command::new(binary())
            .args(arguments)
            .output()
            .expect("it starts"),
    )
}

fn reprint_stdin(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(binary())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input)
        .expect("it reads");
    Run::of(child.wait_with_output().expect("it ends"))
}

fn jsonl(path: &Path) -> Run {
    reprint(["--format".as_ref(), "jsonl".as_ref(), path.as_os_str()])
}

/// An empty folder with this name.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("tool")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for this test");
    folder
}

fn file(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a file for this test");
    path
}

/// The sample articles as lines, in the order of their keys.
fn sample_lines() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../articles");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the sample articles")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert_eq!(paths.len(), 24);
    paths
        .iter()
        .map(|path| {
            let key = path.file_name().expect("a name").to_str();
            let text = fs::read_to_string(path).expect("a text");
            format!("{}\n", json!({ "id": key, "text": text }))
        })
        .collect()
}

/// A text that shares nothing with the texts of other numbers.
fn distinct(number: usize) -> String {
    let word = |at| format!("w{number}x{at}");
    (0..20).map(word).collect::<Vec<_>>().join(" ")
}

fn line(key: &str, text: &str) -> String {
    format!("{}\n", json!({ "id": key, "text": text }))
}

/// Forty articles around one passage, and forty near-copies of another article.
fn crowded() -> String {
    let passage: String = (100..106).map(|part| distinct(part) + " ").collect();
    let around = |number: usize| format!("{} {passage}{}", distinct(number), distinct(50 + number));
    let copied: String = (106..116).map(|part| distinct(part) + " ").collect();
    let edited = |number: usize| {
        copied.replace(&format!("w110x{} ", number % 20), "edited ") + &format!("w{number}")
    };
    let crowd = (0..40).map(|number| line(&format!("p{number:02}"), &around(number)));
    let copies = (0..40).map(|number| line(&format!("q{number:02}"), &edited(number)));
    crowd.chain(copies).collect()
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../articles")
}

/// The command with these arguments, over the sample articles.
fn on_samples(arguments: &[&str]) -> Run {
    let samples = samples();
    let paths = [samples.as_os_str()];
    reprint(arguments.iter().map(AsRef::as_ref).chain(paths))
}

fn one_record(run: &Run, wanted: &str) -> Value {
    let mut records = run.records(wanted);
    assert_eq!(records.len(), 1, "{}", run.out);
    records.remove(0)
}

fn says(run: &Run, said: &[&str]) {
    for said in said {
        let is_said = run.out.contains(said) || run.err.contains(said);
        assert!(is_said, "{said} is missing from\n{}{}", run.out, run.err);
    }
}
