//! The files of a folder.
//!
//! In: a folder, and patterns to leave out. Out: relative paths of all files in the folder and its
//! subfolders, in order of names; and what could not be read.

use std::borrow::Cow;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::unreadable;
use crate::problems::{Kind, Problem};

/// Names and paths to leave out.
#[derive(Clone, Debug)]
pub(crate) struct Excluded {
    /// Patterns without a slash match names at any depth.
    names: GlobSet,
    /// Patterns with a slash match paths below the folder.
    paths: GlobSet,
}

impl Excluded {
    /// Reads patterns as shells do: `*` and `?` stop at a slash, `**` does not.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, String> {
        let (paths, names): (Vec<_>, Vec<_>) =
            patterns.iter().partition(|pattern| pattern.contains('/'));
        let (names, paths) = (set(&names)?, set(&paths)?);
        Ok(Self { names, paths })
    }

    fn holds(&self, path: &Path) -> bool {
        let is_named = |name| self.names.is_match(Path::new(name));
        self.paths.is_match(path) || path.file_name().is_some_and(is_named)
    }
}

fn set(patterns: &[&String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        // A path below the folder, with or without a slash at either end.
        let glob = GlobBuilder::new(pattern.trim_matches('/'))
            .literal_separator(true)
            .build();
        set.add(glob.map_err(|error| format!("--exclude {pattern}: {}", error.kind()))?);
    }
    set.build().map_err(|error| format!("--exclude: {error}"))
}

/// All files except excluded ones, hidden ones, and files in excluded or hidden folders. Links to
/// folders are not followed, since they may lead back.
pub(super) fn files(root: &Path, excluded: &Excluded) -> (Vec<PathBuf>, Vec<Problem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let found = &mut Found {
            files: &mut files,
            folders: &mut folders,
            problems: &mut problems,
        };
        if let Err(error) = list(root, &folder, excluded, found) {
            let name = key(&root.join(&folder));
            problems.push(unreadable(&name, &error));
        }
    }
    files.sort_unstable();
    problems.sort_unstable_by(|a, b| a.at.cmp(&b.at));
    (files, problems)
}

/// What was found so far, and the folders still to be listed.
struct Found<'f> {
    files: &'f mut Vec<PathBuf>,
    folders: &'f mut Vec<PathBuf>,
    problems: &'f mut Vec<Problem>,
}

fn list(root: &Path, folder: &Path, excluded: &Excluded, found: &mut Found<'_>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = folder.join(&name);
        if excluded.holds(&path) {
            continue;
        }
        let kind = entry.file_type()?;
        let whole = root.join(&path);
        if kind.is_dir() {
            found.folders.push(path);
        } else if kind.is_file() || whole.is_file() {
            found.files.push(path);
        } else {
            let message = if whole.is_dir() {
                "a link to a folder, which is not followed; give the folder as a path of its own"
            } else if kind.is_symlink() {
                "a link that leads nowhere; passed over"
            } else {
                "neither a file nor a folder; passed over"
            };
            let problem = Problem::new(Kind::NotAFile, key(&whole), message);
            found.problems.push(problem);
        }
    }
    Ok(())
}

/// A path as a key: the same on every platform, and different for different paths.
pub(super) fn key(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| shown(part.as_ref())).collect();
    match parts.as_slice() {
        // The root is a part by itself.
        [root, rest @ ..] if root == "/" => format!("/{}", rest.join("/")),
        parts => parts.join("/"),
    }
}

/// A path in UTF-8. Invalid bytes are written as `\xE9`. Backslashes are then doubled, so that a
/// name with these four letters stays different.
pub(super) fn shown(path: &Path) -> Cow<'_, str> {
    let bytes = path.as_os_str().as_encoded_bytes();
    if let Some(name) = path.to_str().filter(|name| !name.contains("\\x")) {
        return Cow::Borrowed(name);
    }
    let mut shown = String::new();
    for chunk in bytes.utf8_chunks() {
        shown.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02X}");
        }
    }
    Cow::Owned(shown)
}

#[cfg(all(test, unix))]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn no_two_names_are_shown_alike() {
        let names: [&[u8]; 8] = [
            b"caf\xe9",
            b"caf\xe8",
            b"caf\\xE9",
            b"caf\\\\xE9",
            b"caf\\\xe9",
            "caf\u{fffd}".as_bytes(),
            b"a\\b",
            b"caf\xe9\\xE9",
        ];
        let shown = names.map(|name| shown(OsStr::from_bytes(name).as_ref()).into_owned());
        assert_eq!(shown[0], "caf\\xE9");
        assert_eq!(shown[6], "a\\b");
        assert_eq!(BTreeSet::from(shown).len(), names.len());
    }
}
