//! The precision of matches, judged by hand.
//!
//! In: a corpus. Out: a sample of borderline pairs to judge. From the verdicts: the precision at
//! each setting, and the setting to take.
//!
//! # The estimator
//!
//! Pairs are put into strata by the strictest setting at which they match: by Jaccard similarity,
//! in steps around the threshold; or by the strictness of [`Mode::Recycled`]. Half of the sample is
//! drawn evenly from all strata, half by their size. Pairs are drawn without replacement by a hash
//! of the seed and both keys, so the draw depends on the articles alone. Exact copies need no judge
//! and are left out.
//!
//! A setting's matches are the pairs in its own stratum and in stricter strata. Their precision is
//! the mean share of right pairs in these strata, weighted by the number of pairs in the whole
//! corpus (Cochran 1977, chapter 5). The 95% interval is Wilson's (1927), for the number of draws
//! that the sample is worth: `1 / sum(W² (1 - n/N) / n)`, where `W` is a stratum's weight, `N` its
//! pairs and
//! `n` its judged pairs (Kish 1965). That is the variance of a weighted mean if all strata were
//! alike, so the interval is rather too wide than too narrow.
//! strata were alike, so the interval is rather too wide than too narrow.

mod draw;
mod judged;

use reprint::Mode;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::options::AuditOptions;

pub(super) fn run(options: &AuditOptions) -> Result<(), Failure> {
    if !(options.precision > 0.0 && options.precision < 1.0) {
        return Err(Failure::of_options(
            &["precision"],
            format!(
                "precision {} is out of range; it must be above 0 and below 1",
                options.precision
            ),
        ));
    }
    match &options.judged {
        Some(path) => judged::run(path, options.precision, options.common.format),
        None => draw::run(options),
    }
}

/// A sample's first line: the corpus and settings that it was drawn from.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    schema: u32,
    #[serde(rename = "type")]
    kind: String,
    mode: Mode,
    articles: usize,
    /// From the loosest setting to the strictest.
    strata: Vec<Stratum>,
}

/// Pairs that match at a setting and at no stricter one.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Stratum {
    /// The setting's name.
    name: String,
    /// Whether these pairs match at the setting in force when the sample was drawn.
    matches: bool,
    /// Pairs in the whole corpus.
    pairs: usize,
    drawn: usize,
}

const HEAD: &str = "audit";
const PAIR: &str = "audit_pair";
