//! Errors of the crate as exceptions of Python.
//!
//! In: a [`reprint::Error`]. Out: the exception of `reprint.errors` that stands for its kind, with the
//! same message and the setting at fault.

use pyo3::prelude::*;
use reprint::{Error, ErrorKind};

/// The class of `reprint.errors` for a kind of error.
fn class_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSetting | ErrorKind::UnreachableRecall => "SettingError",
        ErrorKind::RecipeMismatch => "RecipeError",
        ErrorKind::DuplicateKey => "DuplicateKeyError",
        ErrorKind::TextTooLong => "TextTooLongError",
        ErrorKind::Damaged | ErrorKind::NewerFormat => "DamagedError",
        ErrorKind::Locked => "LockedError",
        ErrorKind::Io | ErrorKind::Poisoned => "IndexIOError",
        _ => "ReprintError",
    }
}

fn exception(class: &str, message: &str, setting: Option<&str>) -> PyErr {
    Python::attach(|py| {
        let made = py
            .import("reprint.errors")
            .and_then(|module| module.getattr(class))
            .and_then(|class| class.call1((message, setting)));
        made.map_or_else(|error| error, PyErr::from_value)
    })
}

/// The exception for an error of the crate.
pub(crate) fn raised(error: Error) -> PyErr {
    exception(class_of(error.kind()), &error.to_string(), error.setting())
}

/// A `SettingError` that names a setting.
pub(crate) fn bad_setting(setting: &str, message: &str) -> PyErr {
    exception("SettingError", message, Some(setting))
}

/// A `ColumnError`: an argument is no column, or columns don't fit each other.
pub(crate) fn bad_column(message: &str) -> PyErr {
    exception("ColumnError", message, None)
}

/// A `ReprintError`: an article's text can't be read again.
pub(crate) fn unreadable(key: &str, why: &(dyn std::error::Error + Send + Sync)) -> PyErr {
    let message = format!("the text of {key:?} can't be read again: {why}");
    exception("ReprintError", &message, None)
}
