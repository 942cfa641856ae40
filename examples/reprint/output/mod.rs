//! What was found, written.
//!
//! In: the articles and the groups. Out: text for people, or records for programs.

pub(crate) mod atomic;
pub(crate) mod clean;
pub(crate) mod dropped;
pub(crate) mod jsonl;
pub(crate) mod keep;
mod packed;
#[cfg(feature = "parquet")]
mod parquet;
pub(crate) mod text;
