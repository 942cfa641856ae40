//! The settings of a phrase detector.

use crate::error::{Error, Result};

/// Settings of a [`PhraseDetector`](super::PhraseDetector).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct PhraseSettings {
    /// The lowest score that is [`Verdict::Repetitive`](super::Verdict::Repetitive). 0 to 1, at least `suspicious`. By default
    /// .9: of 91,103 news articles in English, Chinese, Arabic and Portuguese, 15 score so high; of
    /// 330 stuffed ones, 214.
    pub repetitive: f64,
    /// The lowest score that is [`Verdict::Suspicious`](super::Verdict::Suspicious). 0 to 1. By default .5: of the same news
    /// articles 78 score so high, many of them with a paragraph that really stands there twice; of
    /// the stuffed ones, 304. Both thresholds were chosen with these articles in view.
    pub suspicious: f64,
    /// An article with a smaller share of words in prose is [`Verdict::NotProse`](super::Verdict::NotProse). 0 to 1.
    pub prose: f64,
    /// How many families are reported at most, the most telling first.
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
    /// Whether all settings are in their ranges.
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
