//! Imports point one way: a module uses only the modules above it in `src/lib.rs`, and the files of
//! a folder form no circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The code of a file, without comments and without its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let code = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The names that follow a prefix, where no name stands right before it.
fn names_after<'a>(code: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(prefix)
        .filter(|(at, _)| !code[..*at].ends_with(|c| is_of_name(c) || c == ':'))
        .map(|(at, _)| &code[at + prefix.len()..])
        .map(|rest| rest.split(|c| !is_of_name(c)).next().unwrap_or_default())
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn modules_use_only_those_above_them() {
    let lib = fs::read_to_string(root().join("lib.rs")).expect("src/lib.rs");
    let order: Vec<&str> = lib
        .lines()
        .filter_map(|line| {
            line.trim_start_matches("pub ")
                .strip_prefix("mod ")?
                .strip_suffix(';')
        })
        .collect();
    assert!(order.len() > 10, "{order:?}");
    let place = |name: &str| order.iter().position(|module| *module == name);
    let mut files = Vec::new();
    sources(&root(), &mut files);
    for file in files {
        let inner = file.strip_prefix(root()).expect("below src");
        let first = inner.iter().next().expect("a name").to_string_lossy();
        let module = first.trim_end_matches(".rs").to_owned();
        let Some(own) = place(&module) else { continue };
        for used in names_after(&code(&file), "crate::") {
            if let Some(other) = place(used) {
                assert!(
                    other <= own,
                    "{} uses {used}, which stands below",
                    inner.display()
                );
            }
        }
    }
}

/// A type name stands for one idea in the whole crate, private types included.
#[test]
fn a_type_name_is_used_once() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    // Files of tests alone have names of their own.
    let is_test = |file: &Path| file.components().any(|part| part.as_os_str() == "tests");
    for file in files.into_iter().filter(|file| !is_test(file)) {
        let code = code(&file);
        let named = ["struct ", "enum ", "trait "].map(|kind| names_after(&code, kind));
        for name in named.into_iter().flatten() {
            if name.starts_with(|c: char| c.is_ascii_uppercase()) {
                places
                    .entry(name.to_owned())
                    .or_default()
                    .push(file.clone());
            }
        }
    }
    assert!(places.len() > 200, "{}", places.len());
    let twice: Vec<_> = places.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn files_of_a_folder_form_no_circle() {
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        // Each file, and each folder as a whole, with the neighbours that it names.
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let mut files = Vec::new();
            if path.is_dir() {
                sources(&path, &mut files);
                folders.push(path.clone());
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.clone());
            }
            for file in files {
                let inner = file.strip_prefix(&folder).expect("below the folder");
                let is_root = inner.ends_with("mod.rs");
                let depth = inner.components().count() - usize::from(is_root);
                let code = code(&file);
                let above = names_after(&code, &"super::".repeat(depth));
                let names = above.into_iter().map(str::to_owned);
                uses.entry(name.clone()).or_default().extend(names);
            }
        }
        uses.remove("mod");
        let inner = folder
            .strip_prefix(root())
            .expect("below src")
            .display()
            .to_string();
        if inner.is_empty() {
            continue;
        }
        for (name, used) in &uses {
            for other in used.iter().filter(|other| *other != name) {
                let mut reached: BTreeSet<&String> = BTreeSet::from([other]);
                let mut next = vec![other];
                while let Some(at) = next.pop() {
                    let of_at = uses.get(at).into_iter().flatten();
                    next.extend(of_at.filter(|to| reached.insert(to)));
                }
                let circle = [format!("{inner}/{name}"), format!("{inner}/{other}")];
                assert!(!reached.contains(name), "a circle: {circle:?}");
            }
        }
    }
}
