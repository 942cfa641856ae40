//! tour to be written
mod error;
pub mod hash;
mod simd;
pub mod text;
pub use error::{BoxError, Error, ErrorKind, Result};
pub use simd::CpuLevel;
/// x
pub trait TextStore {}
