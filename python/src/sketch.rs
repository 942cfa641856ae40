//! Sketches of whole columns.
//!
//! In: a string column as buffers. Out: columns of the sketches as little-endian bytes, which pyarrow
//! wraps as they are.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use reprint::sketch::SketchScratch;

use crate::buffers::Strings;
use crate::errors::{bad_column, raised};
use crate::settings::{builder, to_json};

/// Columns of sketches, as they grow.
#[derive(Default)]
struct Columns {
    fingerprints: Vec<u8>,
    tokens: Vec<u8>,
    bands: Vec<u8>,
    signatures: Vec<u8>,
    sample_offsets: Vec<u8>,
    samples: Vec<u8>,
}

/// Turns texts into sketches. Holds settings alone: it is shared between threads and pickled.
#[pyclass(frozen, module = "reprint._reprint")]
pub(crate) struct Sketcher {
    detector: reprint::Detector,
}

#[pymethods]
impl Sketcher {
    #[new]
    fn new(settings: &str) -> PyResult<Self> {
        let detector = builder(settings, None)?.build().map_err(raised)?;
        Ok(Self { detector })
    }

    /// The settings, all of them, as JSON.
    #[getter]
    fn settings(&self) -> String {
        to_json(self.detector.settings())
    }

    /// The number of band keys of a text.
    #[getter]
    fn bands(&self) -> usize {
        self.detector.banding().bands()
    }

    /// The number of values in a signature.
    #[getter]
    fn values(&self) -> usize {
        self.detector.settings().sketch.values
    }

    /// The columns of the sketches: fingerprints (16 bytes a text, big-endian, so that they compare
    /// as bytes), tokens (u32), band keys (u64, `bands` a text; 0 without a token), signatures (u32,
    /// `values` a text; empty unless wanted), offsets of the samples (u32, one more than texts) and
    /// samples (u32).
    fn sketch<'py>(
        &self,
        py: Python<'py>,
        offsets: &Bound<'py, PyAny>,
        width: usize,
        bytes: &Bound<'py, PyAny>,
        with_signatures: bool,
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let texts = Strings::of(offsets, width, bytes)?;
        let columns = py.detach(|| self.columns(&texts, with_signatures))?;
        let Columns {
            fingerprints,
            tokens,
            bands,
            signatures,
            sample_offsets,
            samples,
        } = columns;
        let columns = [
            fingerprints,
            tokens,
            bands,
            signatures,
            sample_offsets,
            samples,
        ];
        Ok(columns
            .iter()
            .map(|column| PyBytes::new(py, column))
            .collect())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (String,)) {
        (slf.get_type().into_any(), (slf.get().settings(),))
    }
}

impl Sketcher {
    fn columns(&self, texts: &Strings, with_signatures: bool) -> PyResult<Columns> {
        let (sketcher, banding) = (self.detector.sketcher(), self.detector.banding());
        let mut scratch = SketchScratch::default();
        let mut columns = Columns::default();
        let mut samples = 0u32;
        columns.sample_offsets.extend(samples.to_le_bytes());
        for row in 0..texts.len() {
            let sketch = sketcher
                .sketch_with(texts.get(row), &mut scratch)
                .map_err(raised)?;
            columns
                .fingerprints
                .extend(sketch.fingerprint.0.to_be_bytes());
            columns.tokens.extend(sketch.tokens.to_le_bytes());
            if let Some(signature) = &sketch.signature {
                let keys = banding.keys(signature.values());
                columns.bands.extend(keys.flat_map(u64::to_le_bytes));
                if with_signatures {
                    let values = signature.values().iter();
                    columns
                        .signatures
                        .extend(values.flat_map(|value| value.to_le_bytes()));
                }
            } else {
                columns
                    .bands
                    .resize(columns.bands.len() + 8 * banding.bands(), 0);
                if with_signatures {
                    let end = columns.signatures.len() + 4 * self.values();
                    columns.signatures.resize(end, 0);
                }
            }
            let hashes = sketch.sample.iter();
            columns
                .samples
                .extend(hashes.flat_map(|hash| hash.to_le_bytes()));
            samples = u32::try_from(columns.samples.len() / 4)
                .ok()
                .filter(|&samples| i32::try_from(samples).is_ok())
                .ok_or_else(|| bad_column("the samples of a batch are too many; cut it up"))?;
            columns.sample_offsets.extend(samples.to_le_bytes());
        }
        Ok(columns)
    }
}
