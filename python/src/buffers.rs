//! Columns of Arrow, as buffers.
//!
//! In: objects of Python's buffer protocol. Out: slices of their bytes, and [`Strings`]: the texts of
//! a string column. What is read-only is borrowed; what some thread might still write to is copied.

use std::borrow::Cow;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use reprint::{ArticleId, BoxError, TextStore};

use crate::errors::bad_column;

/// The bytes of a buffer.
pub(crate) enum Column {
    /// Read-only, and in place until it is dropped.
    Borrowed(PyUntypedBuffer),
    /// Of a buffer that some thread might write to.
    Copied(Vec<u8>),
}

impl Column {
    /// Of an object with the buffer protocol, such as `bytes` or a buffer of pyarrow.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let buffer = PyUntypedBuffer::get(object).ok();
        let buffer = buffer
            .filter(PyUntypedBuffer::is_c_contiguous)
            .ok_or_else(|| bad_column("a column must be a contiguous buffer of bytes"))?;
        let borrowed = buffer.readonly();
        let column = Self::Borrowed(buffer);
        Ok(if borrowed {
            column
        } else {
            // The interpreter is held, so that no thread of Python writes meanwhile.
            Self::Copied(column.bytes().to_vec())
        })
    }

    #[expect(unsafe_code, reason = "the stable ABI lends bytes as a pointer")]
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Copied(bytes) => bytes,
            Self::Borrowed(buffer) if buffer.len_bytes() == 0 => &[],
            Self::Borrowed(buffer) => {
                // SAFETY: the buffer is contiguous and so many bytes long, and stays in place while
                // it is held. The interpreter is held until the bytes are copied, or the buffer is
                // read-only: Arrow's columns never change, and `sketch` asks the same of every other
                // lender. A read-only view of memory that its owner writes to breaks that promise.
                unsafe { std::slice::from_raw_parts(buffer.buf_ptr().cast(), buffer.len_bytes()) }
            }
        }
    }
}

/// The texts of an Arrow `string` or `large_string` column.
pub(crate) struct Strings {
    offsets: Vec<usize>,
    bytes: Column,
}

impl Strings {
    /// From a column's offsets, of `width` 4 or 8 bytes each, and its bytes.
    pub(crate) fn of(
        offsets: &Bound<'_, PyAny>,
        width: usize,
        bytes: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let (column, bytes) = (Column::of(offsets)?, Column::of(bytes)?);
        let of_column = column.bytes();
        let offsets: Vec<usize> = match width {
            4 => {
                let (rows, _) = of_column.as_chunks::<4>();
                rows.iter()
                    .map(|&row| u32::from_le_bytes(row) as usize)
                    .collect()
            }
            8 => {
                let (rows, _) = of_column.as_chunks::<8>();
                let row = |&row| usize::try_from(u64::from_le_bytes(row)).unwrap_or(usize::MAX);
                rows.iter().map(row).collect()
            }
            _ => return Err(bad_column("offsets must have 4 or 8 bytes each")),
        };
        let end = bytes.bytes().len();
        if offsets.is_empty() || !offsets.is_sorted() || offsets.last().is_some_and(|&o| o > end) {
            return Err(bad_column(
                "the offsets of a string column must ascend within its bytes",
            ));
        }
        let strings = Self { offsets, bytes };
        match (0..strings.len()).find(|&row| strings.checked(row).is_none()) {
            Some(row) => Err(bad_column(&format!("row {row} of the column is not UTF-8"))),
            None => Ok(strings),
        }
    }

    /// The number of texts.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    fn checked(&self, row: usize) -> Option<&str> {
        let bytes = self.bytes.bytes();
        str::from_utf8(bytes.get(self.offsets[row]..self.offsets[row + 1])?).ok()
    }

    /// The text of a row; empty behind the last.
    pub(crate) fn get(&self, row: usize) -> &str {
        // Each row was checked when the column was taken.
        if row < self.len() {
            self.checked(row).unwrap_or_default()
        } else {
            ""
        }
    }
}

/// The texts of a detector whose ids are rows.
impl TextStore for Strings {
    fn text(&self, id: ArticleId, _: &str) -> Result<Cow<'_, str>, BoxError> {
        Ok(Cow::Borrowed(self.get(id.index())))
    }
}
