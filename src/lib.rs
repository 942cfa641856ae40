//! Finds recycled articles and flags repetitive phrasing.
//!
//! A [`Detector`] takes articles, one by one or in batches, and groups copies: reprints, light
//! edits, later versions. Every reported pair is verified: two signatures with a common band are
//! only a guess, so their texts are compared shingle by shingle. A
//! [`PhraseDetector`](phrase::PhraseDetector) reads a single article and finds phrases worked into
//! every paragraph.
//!
//! ```
//! use reprint::{Article, Detector, MemoryTexts};
//!
//! let tribune = "Carrowmouth's harbour bridge, closed since a barge struck it in May, will open \
//!     to traffic on Friday at noon, the county engineer told the council in an open session.";
//! let post = "CARROWMOUTH’S harbour bridge — closed since a barge struck it in May — will open \
//!     to traffic on Friday at noon, the county engineer told the council in an open session.";
//! let gazette = "A ferry crosses the harbour at Carrowmouth every twenty minutes until the new \
//!     bridge is open. It is free for everyone who lives on the island.";
//!
//! let mut detector = Detector::new();
//! let mut texts = MemoryTexts::new();
//! for (key, body) in [("tribune", tribune), ("post", post), ("gazette", gazette)] {
//!     let id = detector.insert(&Article::new(key, body))?;
//!     texts.set(id, body);
//! }
//!
//! let found = detector.groups(&texts)?;
//! assert_eq!(found.groups.len(), 1);
//! let members: Vec<_> = found.groups[0].members.iter().map(|m| detector.key(m.id)).collect();
//! assert_eq!(members, [Some("post"), Some("tribune")]);
//!
//! let comparison = detector.compare(tribune, post)?;
//! assert_eq!(comparison.overlap.jaccard(), 1.0);
//! let passage = comparison.passages[0];
//! assert_eq!(&tribune[passage.a.range()], tribune.trim_end_matches('.'));
//! assert_eq!(&post[passage.b.range()], post.trim_end_matches('.'));
//! # Ok::<(), reprint::Error>(())
//! ```
//!
//! # What it does not find
//!
//! Copies are found by shared wording. A paraphrase, a translation or a rewrite from memory shares
//! none. Independent reports of an event are not copies. [`Mode::Jaccard`] compares whole articles:
//! an excerpt that is a tenth of its source has a similarity of at most .1. [`Mode::Recycled`]
//! finds excerpts too.
//!
//! # The path of an article
//!
//! Modules are in the order of an article's path, and every public module can be used alone.
//!
//! | module | from | to |
//! |---|---|---|
//! | [`text`] | an article | words with spans in the caller's own text |
//! | [`document`] | an article | words, what they look like, where sentences end: cut once |
//! | [`shingle`] | an article | hashes of runs of five words |
//! | [`sketch`] | shingle hashes | a signature of 128 values, a fingerprint |
//! | [`index`] | signatures | candidates: articles that share a band |
//! | [`verify`] | two texts | what they share: exact overlap, passages with spans in both |
//! | [`corpus`] | many texts | how rare words are, which lines are boilerplate |
//! | [`relation`] | two texts | copy, abridgement, excerpt, update or template; what differs |
//! | [`group`] | verified pairs | groups, with the article to keep and why |
//! | [`phrase`] | one text | families of repeated phrasing, a score, a verdict |
//! | [`template`] | many texts | what they share: fixed runs, slots, boilerplate |
//! | [`measures`] | one text | the published measures of repetition |
//! | [`Detector`] | articles | all of it |
//! | [`stages`] | articles of many machines | the same groups, stage by stage |
//! | `saved` | articles as they come | an index on disk that answers for months |
//! | [`report`] | groups, phrasing | records, one JSON object a line |
//!
//! A [`Detector`] keeps and borrows no text: verification reads texts again through a [`TextStore`]. Equal
//! articles give equal output bytes, whatever their order, the number of threads or the CPU.
//!
//! # Features
//!
//! - `rayon` (on by default): batches, candidate generation and verification in parallel.
//! - `saved`: an index on disk that is grown, expired and never lost. Brings `serde` along.
//! - `serde`: `Serialize` and `Deserialize` for settings, sketches, results and [records](report).

// Modules are in the order of the path. A module uses only modules above it.

mod error;

pub mod hash;

mod kit;

mod simd;

mod article;

pub mod text;

pub mod document;

pub mod shingle;

pub mod sketch;

pub mod index;

pub mod verify;

pub mod corpus;

pub mod relation;

pub mod group;

pub mod phrase;

pub mod template;

pub mod measures;

mod detector;

pub mod stages;

#[cfg(feature = "saved")]
pub mod saved;

pub mod report;

pub use article::{Article, ArticleId, MemoryTexts, TextStore};
pub use detector::{
    Builder, Detector, Explanation, Match, Matches, Mode, Pairs, Settings, Stage, Sweep, SweepStep,
    Verification,
};
pub use error::{BoxError, Error, ErrorKind, Result};
pub use group::{Group, Groups, Linkage};
pub use simd::CpuLevel;

/// Compiles and runs the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
