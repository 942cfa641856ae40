//! How often a text is cut into words, for tests.
//!
//! In: every text that is cut. Out: the number of times, by text: tests run side by side, and each
//! has texts of its own.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::hash;

static CUTS: Mutex<Option<HashMap<u64, usize>>> = Mutex::new(None);

/// Counts a cut of `text`.
pub(crate) fn note(text: &str) {
    let mut cuts = CUTS.lock().unwrap_or_else(PoisonError::into_inner);
    let cuts = cuts.get_or_insert_default();
    *cuts.entry(hash::token(text.as_bytes())).or_default() += 1;
}

/// The cuts of `text` so far.
pub(crate) fn of(text: &str) -> usize {
    let cuts = CUTS.lock().unwrap_or_else(PoisonError::into_inner);
    let cuts = cuts.as_ref();
    cuts.and_then(|cuts| cuts.get(&hash::token(text.as_bytes())).copied())
        .unwrap_or_default()
}
