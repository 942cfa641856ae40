//! An index on disk that lives: saved, grown, expired, never lost.
//!
//! In: articles, as they come. Out: a [`SavedIndex`] in a directory, which answers with the verified
//! matches of a text through months and crashes; a [`Snapshot`] of a commit for reading; and for
//! groups and reports, a detector in memory with the articles of the index. Needs the feature
//! `saved`.
//!
//! Articles stand in *segments*, which never change. A commit writes a segment of the new articles,
//! and then a *generation*, the list of segments and removed articles; the generation's file is the
//! only commit point. Files are read page by page, by place, through a cache of bounded size. See
//! [`mod@format`] for the bytes.
//!
//! | module | role |
//! |---|---|
//! | `storage` | the one way to the disk |
//! | `bytes`, `pages`, `cache` | numbers; pages with checksums; pages in memory |
//! | `row`, `filter`, `lookup`, `segment`, `segment_writer` | one segment, read and written |
//! | `links`, `changes` | links and groups of texts; what became of groups |
//! | `pending` | articles that are in no segment yet |
//! | `generation` | the commit point |
//! | `options`, `opening`, `snapshot`, `candidates`, `matches`, `load`, `check`, `copy` | reading |
//! | `groups` | reading groups |
//! | `linking`, `grouping` | new links, and the groups that they touch |
//! | `merge`, `writer`, `upkeep` | writing |
//!
//! # What it does not do
//!
//! Texts are kept as they are: LZ4 in blocks of 32 KB saved 36% to 39% on news, and took four times as
//! long as the sketch of the same text. An index with much text is best kept beside a store of the
//! caller's own ([`SavedOptions::texts`]).

mod bytes;
mod cache;
mod candidates;
mod changes;
mod check;
mod copy;
mod filter;
#[doc = include_str!("FORMAT.md")]
pub mod format {}
#[cfg(fuzzing)]
pub mod fuzzing;
mod generation;
mod grouping;
mod groups;
mod linking;
mod links;
mod load;
mod lookup;
mod matches;
mod merge;
mod opening;
mod options;
mod pages;
mod pending;
mod row;
mod segment;
mod segment_writer;
mod snapshot;
mod storage;
#[cfg(test)]
mod tests;
mod upkeep;
mod writer;

pub use changes::{GroupChange, GroupEvent};
pub use check::IndexCheck;
pub use groups::{SavedGroup, SavedGroups};
pub use load::SavedTexts;
pub use matches::{Query, SavedMatch, SavedMatches};
pub use options::{KeyedTexts, SavedOptions};
pub use snapshot::{SavedArticle, Snapshot};
pub use writer::{Commit, SavedIndex};
