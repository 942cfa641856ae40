//! reprint for Python.
//!
//! In: Python strings, and Arrow columns as buffers. Out: tuples and bytes, which the package's own
//! Python code makes dataclasses and Arrow arrays of. There is no Arrow crate: one wheel of the
//! stable ABI serves every Python from 3.11 on.
//!
//! | module | what Python gets from it |
//! |---|---|
//! | `errors` | exceptions of the package's hierarchy |
//! | `strings` | texts of Python, and spans in code points |
//! | `threads` | the threads of one process |
//! | `settings` | a detector from settings |
//! | `compare` | `compare`, `analyze` |
//! | `detector` | `Detector`, also saved and opened |
//! | `buffers` | columns without a copy |
//! | `sketch` | `Sketcher` |
//! | `stages`, `links` | `Stages`, and the kernels of `reprint.spark` |

mod buffers;
mod compare;
mod detector;
mod errors;
mod links;
mod settings;
mod sketch;
mod stages;
mod strings;
mod threads;

use pyo3::prelude::*;

/// The compiled half of the package.
#[pymodule]
fn _reprint(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("FORMAT_VERSION", reprint::sketch::FORMAT_VERSION)?;
    module.add("SCHEMA", reprint::report::SCHEMA)?;
    module.add_function(wrap_pyfunction!(compare::compare, module)?)?;
    module.add_function(wrap_pyfunction!(compare::analyze, module)?)?;
    module.add_function(wrap_pyfunction!(settings::criteria, module)?)?;
    module.add_function(wrap_pyfunction!(stages::scatter_bands, module)?)?;
    module.add_function(wrap_pyfunction!(stages::buckets, module)?)?;
    module.add_function(wrap_pyfunction!(stages::bucket_pairs, module)?)?;
    module.add_function(wrap_pyfunction!(stages::cut, module)?)?;
    module.add_function(wrap_pyfunction!(stages::scatter_samples, module)?)?;
    module.add_function(wrap_pyfunction!(stages::shared, module)?)?;
    module.add_function(wrap_pyfunction!(stages::choices, module)?)?;
    module.add_function(wrap_pyfunction!(stages::blocks, module)?)?;
    module.add_function(wrap_pyfunction!(stages::siblings, module)?)?;
    module.add_function(wrap_pyfunction!(stages::components, module)?)?;
    module.add_function(wrap_pyfunction!(stages::count, module)?)?;
    module.add_function(wrap_pyfunction!(links::relations, module)?)?;
    module.add_class::<stages::Stages>()?;
    module.add_class::<detector::Detector>()?;
    module.add_class::<sketch::Sketcher>()
}
