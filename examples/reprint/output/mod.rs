//! What was found, written.
//!
//! In: the articles and the groups. Out: text for people, or records for programs.

// Its first user is the next thing to come.
#[allow(dead_code)]
pub(crate) mod atomic;
pub(crate) mod clean;
pub(crate) mod jsonl;
pub(crate) mod text;
