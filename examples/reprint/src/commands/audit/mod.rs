//! How many of the matches are right, judged by hand.
//!
//! In: a corpus. Out: a sample of its borderline pairs, to be judged; and from the verdicts, how
//! many of the matches are right at each setting, and which setting to take.
//!
//! # The estimator
//!
//! Pairs are put into strata by the strictest setting at which they match: by Jaccard similarity,
//! in steps around the threshold; or by the strictness of [`Mode::Recycled`]. Half of the sample is
//! drawn from all strata alike, half by their size; without replacement and by a hash of the seed
//! and both keys, so the draw depends on the articles alone. Exact copies need no judge and are
//! left out.
//!
//! At a setting, the strata from its own up to the strictest are its matches. Their precision is
//! the mean of the shares of right pairs in each, weighted by how many pairs the stratum has in
//! the whole corpus (Cochran 1977, chapter 5). The interval is Wilson's (1927), at 95%, for as many
//! pairs as the sample is worth: `1 / sum(W² (1 - n/N) / n)`, where `W` is the weight of a stratum,
//! `N` its pairs and `n` those judged (Kish 1965). That is the variance of a weighted mean if all
//! strata were alike, so the interval is rather too wide than too narrow.

mod draw;
mod judged;

use reprint::Mode;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::options::AuditOptions;

pub(super) fn run(options: &AuditOptions) -> Result<(), Failure> {
    if !(options.precision > 0.0 && options.precision < 1.0) {
        return Err(Failure::Usage(format!(
            "precision {} is out of range; it must be above 0 and below 1",
            options.precision
        )));
    }
    match &options.judged {
        Some(path) => judged::run(path, options.precision, options.common.format),
        None => draw::run(options),
    }
}

/// The first line of a sample: what it was drawn from.
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
    /// The setting.
    name: String,
    /// Whether its pairs match at the setting that the sample was drawn at.
    matches: bool,
    /// In the whole corpus.
    pairs: usize,
    drawn: usize,
}

const HEAD: &str = "audit";
const PAIR: &str = "audit_pair";
