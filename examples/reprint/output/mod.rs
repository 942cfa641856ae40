//! What was found, written.
//!
//! In: the articles and the groups. Out: text for people, or records for programs.

pub(crate) mod clean;
pub(crate) mod json;
pub(crate) mod jsonl;
pub(crate) mod table;
pub(crate) mod text;
