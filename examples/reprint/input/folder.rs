//! The files of a folder.
//!
//! In: a folder. Out: the paths of its files, relative to it, all folders within it included, in
//! the order of their names; and the folders that could not be read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::unreadable;
use crate::problems::Problem;

/// All files but those that are hidden or in a hidden folder. Links to folders are not followed:
/// they may lead back.
pub(super) fn files(root: &Path) -> (Vec<PathBuf>, Vec<Problem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        if let Err(error) = list(root, &folder, &mut files, &mut folders) {
            let name = root.join(&folder).to_string_lossy().into_owned();
            problems.push(unreadable(&name, &error));
        }
    }
    files.sort_unstable();
    problems.sort_unstable_by(|a, b| a.at.cmp(&b.at));
    (files, problems)
}

fn list(
    root: &Path,
    folder: &Path,
    files: &mut Vec<PathBuf>,
    folders: &mut Vec<PathBuf>,
) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = folder.join(&name);
        let kind = entry.file_type()?;
        if kind.is_dir() {
            folders.push(path);
        } else if kind.is_file() || root.join(&path).is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// A path as a key: the same on every platform.
pub(super) fn key(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    match parts.as_slice() {
        // The root is a part of its own.
        [root, rest @ ..] if root == "/" => format!("/{}", rest.join("/")),
        parts => parts.join("/"),
    }
}
