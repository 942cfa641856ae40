//! Rooms use only rooms above them: `src/lib.rs` lists them in order, and so does `src/text/mod.rs`.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules that a file declares, in order.
fn declared(file: &Path) -> Vec<String> {
    let source = fs::read_to_string(file).unwrap();
    let name = |line: &str| {
        let line = line
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ");
        Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned())
    };
    source.lines().filter_map(name).collect()
}

fn source_files(at: &Path, found: &mut Vec<PathBuf>) {
    if at.is_dir() {
        for entry in fs::read_dir(at).unwrap() {
            source_files(&entry.unwrap().path(), found);
        }
    } else if at.extension().is_some_and(|extension| extension == "rs") {
        found.push(at.to_owned());
    }
}

/// Files of a module: `name.rs` and all in `name/`.
fn files_of(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for at in [folder.join(format!("{name}.rs")), folder.join(name)] {
        if at.exists() {
            source_files(&at, &mut found);
        }
    }
    assert!(!found.is_empty(), "no file of module {name}");
    found
}

/// Module names that code uses after `prefix`, one or several in braces.
fn used<'a>(code: &'a str, prefix: &str) -> Vec<&'a str> {
    let first_word = |item: &'a str| {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        item.trim()
            .split(|c| !is_word(c))
            .next()
            .unwrap_or_default()
    };
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = list.split('}').next().unwrap_or_default();
                found.extend(list.split(',').map(first_word));
            }
            None => found.push(first_word(rest)),
        }
    }
    found
}

/// Uses that go up, as messages; and how many uses there are.
fn upward(folder: &Path, root: &Path, prefix: &str) -> (Vec<String>, usize) {
    let modules = declared(root);
    let place = |name: &str| modules.iter().position(|module| module == name);
    let (mut wrong, mut uses) = (Vec::new(), 0);
    for (own, module) in modules.iter().enumerate() {
        for file in files_of(folder, module) {
            let source = fs::read_to_string(&file).unwrap();
            // Tests may use what they like; they stand at the end of a file.
            let code = source
                .split("#[cfg(test)]\nmod ")
                .next()
                .unwrap_or_default();
            let is_code = |line: &&str| !line.trim_start().starts_with("//");
            let code: Vec<&str> = code.lines().filter(is_code).collect();
            for name in used(&code.join("\n"), prefix) {
                let Some(other) = place(name) else { continue };
                uses += usize::from(other != own);
                if other > own {
                    wrong.push(format!(
                        "{}: {module} uses {name}, which stands below",
                        file.display()
                    ));
                }
            }
        }
    }
    (wrong, uses)
}

#[test]
fn rooms_use_only_rooms_above_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (wrong, uses) = upward(&source, &source.join("lib.rs"), "crate::");
    assert_eq!(wrong, Vec::<String>::new());
    assert!(
        uses > 100,
        "only {uses} uses of rooms are seen: the test reads them wrong"
    );

    let text = source.join("text");
    let (wrong, uses) = upward(&text, &text.join("mod.rs"), "super::");
    assert_eq!(wrong, Vec::<String>::new());
    assert!(
        uses > 20,
        "only {uses} uses within text are seen: the test reads them wrong"
    );
}

#[test]
fn uses_are_read() {
    assert_eq!(used("use crate::text::{Span, Token};", "crate::"), ["text"]);
    assert_eq!(
        used("use super::{class, utf8::decode};\nfn f() {}", "super::"),
        ["class", "utf8"]
    );
    assert_eq!(
        used("f(crate::hash::word(x), crate::text::y)", "crate::"),
        ["hash", "text"]
    );
    assert_eq!(
        used("use crate::simd::{\n    Cpu,\n};", "crate::"),
        ["simd"]
    );
}
