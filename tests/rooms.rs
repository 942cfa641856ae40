//! `ARCHITECTURE.md` names what is there: files, functions and rooms.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn architecture() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md")
}

/// The parts of a line between backquotes.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a quotation names a file or a folder of this package.
fn is_path(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let is_file = [".rs", ".md", ".txt", ".py"]
        .iter()
        .any(|ending| name.ends_with(ending));
    name.chars().all(is_plain) && (is_file || name.ends_with('/')) && !name.starts_with("../")
}

/// Where a name may be meant: in the package, in `src`, or in a folder named before it.
fn find(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let near = folders.iter().map(PathBuf::as_path).rev();
    [root(), &root().join("src")]
        .into_iter()
        .chain(near)
        .map(|folder| folder.join(name))
        .find(|path| path.exists())
}

#[test]
fn every_file_named_is_there_and_has_the_function_named_beside_it() {
    let mut files = 0;
    let mut functions = 0;
    // The folders that the section has named so far.
    let mut folders: Vec<PathBuf> = Vec::new();
    for line in architecture().lines() {
        if line.starts_with('#') {
            folders.clear();
        }
        let mut named = Vec::new();
        for name in quoted(line).filter(|name| is_path(name)) {
            let path = find(name, &folders).unwrap_or_else(|| panic!("{name} of {line:?}"));
            files += 1;
            if path.is_dir() {
                folders.push(path);
            } else {
                folders.extend(path.parent().map(Path::to_owned));
                named.push(path);
            }
        }
        // A step of the walk: a number, the file, the function.
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let is_step = cells.len() > 4 && cells[1].starts_with(|c: char| c.is_ascii_digit());
        let function_cell = if is_step { cells[3] } else { "" };
        for name in quoted(function_cell) {
            let function = name.rsplit("::").next().unwrap_or(name);
            if !function.starts_with(|c: char| c.is_ascii_lowercase()) || function.contains(' ') {
                continue;
            }
            let has = |path: &PathBuf| {
                let code = fs::read_to_string(path).expect("a file");
                code.contains(&format!("fn {function}"))
            };
            functions += 1;
            assert!(named.iter().any(has), "{function} of {line:?}");
        }
    }
    assert!(files > 40 && functions > 15, "{files} {functions}");
}

#[test]
fn every_room_of_the_library_is_described() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let rooms = lib.lines().filter_map(|line| {
        let line = line.trim_start_matches("pub ");
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    let text = architecture();
    let small = ["error", "article"];
    for room in rooms.filter(|room| !small.contains(room)) {
        let headings = text.lines().filter(|line| line.starts_with("### "));
        let names = [format!("`src/{room}/`"), format!("`src/{room}.rs`")];
        let mut described = headings.filter(|line| names.iter().any(|name| line.contains(name)));
        assert!(
            described.next().is_some(),
            "{room} has no heading in ARCHITECTURE.md"
        );
    }
}
