//! tour to be written
mod article;
mod error;
pub mod hash;
pub mod text;
pub mod sketch;
pub mod index;
mod parallel;
mod union_find;
pub mod verify;
pub use article::{Article, ArticleId, FileTexts, MemoryTexts, TextStore};
pub use error::{BoxError, Error, ErrorKind, Result};
