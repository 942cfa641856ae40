//! What is odd about records that are taken all the same.
//!
//! In: an article of the input. Out: the problems to note, and the key of an article whose own key was
//! there before.

use reprint::sketch::Sketch;

use crate::input::Entry;
use crate::problems::{Kind, Problem};

/// Bytes above which a text is likelier to lack line breaks than to be an article. Chosen by hand.
const UNLIKELY: usize = 16 << 20;

/// What is odd about a record that is taken all the same.
pub(crate) fn of(
    entry: &Entry,
    sketch: &Sketch,
    twice: Option<&str>,
    strange_date: Option<&str>,
) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut odd = |kind, message: String| found.push(Problem::new(kind, entry.at(), message));
    if sketch.signature.is_none() {
        odd(
            Kind::Empty,
            "not a word in it; it matches nothing".to_owned(),
        );
    }
    if entry.bytes.len() > UNLIKELY {
        let len = entry.bytes.len() >> 20;
        let message = format!("{len} MB, which few articles are; taken as one all the same");
        odd(Kind::VeryLong, message);
    }
    if let Some(name) = twice {
        let message = format!("the field {name} stands twice; the first counts");
        odd(Kind::Twice, message);
    }
    if let Some(date) = strange_date {
        let message = format!("the date {date:?} is of no known form, such as ISO 8601; unused");
        odd(Kind::DateNotUnderstood, message);
    }
    found
}

/// The key of an article whose own key was there before.
pub(crate) fn key_with_place(key: &str, at: &str) -> String {
    format!("{key} ({at})")
}
