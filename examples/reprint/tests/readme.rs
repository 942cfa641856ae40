//! The README is true: each shown output is what its command prints.
//!
//! The README's Rust example is compiled and run as a doctest of the crate.

use std::path::Path;
use std::process::Command;

#[test]
fn output_is_that_of_the_command() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    assert!(
        readme.contains("cargo run --release --example reprint "),
        "the command has changed"
    );
    let (_, shown) = readme
        .split_once("```text\n")
        .expect("the README shows the output");
    let (shown, _) = shown.split_once("```").expect("the block ends");

    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("examples/reprint");
    let output = Command::new(&program).output().unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `cargo build -p reprint-cli --examples` makes it",
            program.display()
        )
    });
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("sample articles"), "{said}");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim_end(),
        shown.trim_end()
    );
}
