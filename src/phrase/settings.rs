//! The settings of a phrase detector.

use crate::error::{Error, Result};

/// Settings of a [`PhraseDetector`](super::PhraseDetector).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct PhraseSettings {
    /// The lowest score of a [`Repetitive`](super::Verdict::Repetitive) article, 0 to 1, at least
    /// `suspicious`; .9 by default. Chosen with 91,103 news articles and 330 stuffed articles in view.
    pub repetitive: f64,
    /// The lowest score of a [`Suspicious`](super::Verdict::Suspicious) article, 0 to 1; .5 by
    /// default. Chosen with the same articles in view.
    pub suspicious: f64,
    /// The least share of words in prose, 0 to 1; .5 by default. Other articles are
    /// [`NotProse`](super::Verdict::NotProse).
    pub prose: f64,
    /// The most families reported, the most telling first.
    pub max_families: usize,
}

impl Default for PhraseSettings {
    fn default() -> Self {
        Self {
            repetitive: 0.9,
            suspicious: 0.5,
            prose: 0.5,
            max_families: 20,
        }
    }
}

impl PhraseSettings {
    /// Checks the ranges of the settings.
    pub(super) fn check(&self) -> Result<()> {
        for (name, value) in [
            ("repetitive", self.repetitive),
            ("suspicious", self.suspicious),
            ("prose", self.prose),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(Error::invalid(
                    name,
                    format!("phrase setting {name} is {value}; it must be 0 to 1"),
                ));
            }
        }
        if self.repetitive < self.suspicious {
            return Err(Error::invalid(
                "repetitive",
                format!(
                    "phrase setting repetitive ({}) is below suspicious ({})",
                    self.repetitive, self.suspicious
                ),
            ));
        }
        Ok(())
    }
}
