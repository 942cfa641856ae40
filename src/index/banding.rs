//! Bands: how signatures become keys that similar articles share.
//!
//! In: a threshold and a recall. Out: the [`Banding`] with that recall at that threshold, and a
//! signature's band keys.

use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::sketch::MAX_VALUES;

/// How signatures are cut into bands of rows. Two articles are candidates if they agree in all rows
/// of at least one band (Indyk and Motwani 1998; Leskovec, Rajaraman and Ullman, "Mining of Massive
/// Datasets", chapter 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Banding {
    bands: usize,
    rows: usize,
}

impl Banding {
    /// `bands` bands with `rows` rows each.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](ErrorKind::InvalidSetting) if either number is 0, or their product is
    /// above 4096, the most values that a signature may have.
    pub fn new(bands: usize, rows: usize) -> Result<Self> {
        if bands == 0 || rows == 0 {
            return Err(Error::invalid(
                "bands",
                format!("{bands} bands of {rows} rows find nothing; both must be 1 or more"),
            ));
        }
        if bands
            .checked_mul(rows)
            .is_none_or(|values| values > MAX_VALUES)
        {
            return Err(Error::invalid(
                "bands",
                format!(
                    "{bands} bands of {rows} rows need more than the {MAX_VALUES} values that a \
                 signature may have"
                ),
            ));
        }
        Ok(Self { bands, rows })
    }

    /// The strictest banding of `values` values with the wanted recall: the most rows in a band,
    /// then the fewest bands.
    ///
    /// `recall` is the probability that a pair of Jaccard similarity `threshold` becomes a
    /// candidate. More similar pairs are found with a higher probability. The time is at most
    /// quadratic in `values`.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](ErrorKind::InvalidSetting) unless `0 < threshold <= 1` and `0 < recall <
    /// 1`. [`UnreachableRecall`](ErrorKind::UnreachableRecall) if even bands of one row miss the
    /// recall.
    pub fn for_recall(values: usize, threshold: f64, recall: f64) -> Result<Self> {
        if !(threshold > 0.0 && threshold <= 1.0) {
            return Err(Error::invalid(
                "threshold",
                format!("threshold {threshold} is out of range; it must be above 0 and at most 1"),
            ));
        }
        if !(recall > 0.0 && recall < 1.0) {
            return Err(Error::invalid(
                "recall",
                format!("recall {recall} is out of range; it must be above 0 and below 1"),
            ));
        }
        (1..=values)
            .rev()
            .find_map(|rows| {
                (1..=values / rows)
                    .map(|bands| Self { bands, rows })
                    .find(|banding| banding.chance(threshold) >= recall)
            })
            .ok_or_else(|| {
                let best = Self {
                    bands: values,
                    rows: 1,
                }
                .chance(threshold);
                Error::new(
                    ErrorKind::UnreachableRecall,
                    format!(
                        "{values} values find at most {best:.3} of the pairs at threshold \
                         {threshold}, not {recall}; raise the threshold or the number of values, \
                         or ask for less recall"
                    ),
                )
                .of_setting("recall")
            })
    }

    /// The number of bands.
    pub fn bands(self) -> usize {
        self.bands
    }

    /// The number of rows in each band.
    pub fn rows(self) -> usize {
        self.rows
    }

    /// The number of signature values used: bands times rows.
    pub fn values(self) -> usize {
        self.bands * self.rows
    }

    /// The probability that a pair becomes a candidate at this Jaccard similarity: `1 - (1 -
    /// similarity^rows)^bands`. Computed by multiplication alone, so equal on every machine.
    pub fn chance(self, similarity: f64) -> f64 {
        let band = power(similarity, self.rows);
        1.0 - power(1.0 - band, self.bands)
    }

    /// Pairs of a similarity (0, .1, .2, ... 1) and the [`chance`](Self::chance) at that
    /// similarity.
    pub fn curve(self) -> [(f64, f64); 11] {
        std::array::from_fn(|tenth| {
            let similarity = tenth as f64 / 10.0;
            (similarity, self.chance(similarity))
        })
    }

    /// A signature's band keys, in order of bands.
    ///
    /// A key depends on the band's number, so keys of different bands differ even where their rows
    /// agree. Workers of a distributed engine can therefore join on the key alone.
    ///
    /// # Panics
    ///
    /// If the signature has fewer than [`values`](Self::values) values.
    pub fn keys(self, signature: &[u32]) -> impl Iterator<Item = u64> {
        signature[..self.values()]
            .chunks_exact(self.rows)
            .zip(0..)
            .map(|(rows, band)| hash::band(rows, band))
    }
}

fn power(base: f64, exponent: usize) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strictest_that_keeps_the_promise() {
        let banding = Banding::for_recall(128, 0.8, 0.95).unwrap();
        assert_eq!((banding.bands(), banding.rows()), (13, 7));
        assert!(banding.chance(0.8) >= 0.95);
        assert!(Banding { bands: 12, rows: 7 }.chance(0.8) < 0.95);
        assert!(Banding { bands: 16, rows: 8 }.chance(0.8) < 0.95);
        let whole = Banding::for_recall(128, 1.0, 0.95).unwrap();
        assert_eq!((whole.bands(), whole.rows()), (1, 128));
    }

    #[test]
    fn says_what_is_out_of_range() {
        for threshold in [0.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
            let error = Banding::for_recall(128, threshold, 0.95).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidSetting);
            assert!(error.to_string().starts_with("threshold"), "{error}");
        }
        for recall in [0.0, 1.0, f64::NAN] {
            let error = Banding::for_recall(128, 0.8, recall).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidSetting);
            assert!(error.to_string().starts_with("recall"), "{error}");
        }
        let error = Banding::for_recall(128, 0.01, 0.95).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnreachableRecall);
    }
}
