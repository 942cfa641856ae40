//! tour to be written

mod article;
mod error;

mod parallel;
mod union_find;

pub mod hash;
pub mod text;

pub mod sketch;

pub mod index;

pub mod verify;

pub mod group;

pub mod phrase;

mod detector;

pub mod report;

pub use article::{Article, ArticleId, FileTexts, MemoryTexts, TextStore};
pub use detector::{Builder, Detector, Match, Matches, Mode, Pairs, Settings};
pub use error::{BoxError, Error, ErrorKind, Result};
pub use group::{Group, Groups, Linkage};
