//! tour to be written
mod error;
pub mod hash;
pub mod phrase;
pub mod text;
pub use error::{BoxError, Error, ErrorKind, Result};
/// x
pub trait TextStore {}
