//! Detectors from settings.
//!
//! In: settings as JSON, as the summary record has them, and statistics as bytes. Out: a detector
//! without articles.

use std::sync::Arc;

use pyo3::prelude::*;
use reprint::corpus::Statistics;
use reprint::relation::Criteria;
use reprint::{Builder, Settings};
use serde::Serialize;

use crate::errors::{bad_setting, raised};

/// A builder with settings and statistics.
pub(crate) fn builder(settings: &str, statistics: Option<&[u8]>) -> PyResult<Builder> {
    let settings: Settings = serde_json::from_str(settings)
        .map_err(|error| bad_setting("settings", &format!("these are no settings: {error}")))?;
    let builder = reprint::Detector::builder().settings(settings);
    match statistics {
        None => Ok(builder),
        Some(bytes) => {
            let statistics = Statistics::from_bytes(bytes).map_err(raised)?;
            Ok(builder.statistics(Arc::new(statistics)))
        }
    }
}

/// Settings as JSON. They hold nothing that JSON lacks.
pub(crate) fn to_json(settings: &Settings) -> String {
    serde_json::to_string(settings).unwrap_or_default()
}

/// The name of a unit variant, as records have it.
pub(crate) fn name(of: impl Serialize) -> String {
    let value = serde_json::to_value(of).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Criteria as JSON: "default", "loose" or "strict".
#[pyfunction]
pub(crate) fn criteria(named: &str) -> PyResult<String> {
    let criteria = match named {
        "default" => Criteria::default(),
        "loose" => Criteria::loose(),
        "strict" => Criteria::strict(),
        _ => {
            let message = format!(
                "criteria are {named:?}; they must be 'default', 'loose', 'strict' or a mapping"
            );
            return Err(bad_setting("criteria", &message));
        }
    };
    Ok(serde_json::to_string(&criteria).unwrap_or_default())
}
