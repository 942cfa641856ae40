//! Shares with confidence intervals.
//!
//! In: a part and a whole. Out: the share, and its 95% confidence interval.

use serde::Serialize;

use super::rounded;

/// The quantile of the normal distribution for a 95% interval.
const Z: f64 = 1.959_964;

/// A share and its interval, each 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Share {
    #[serde(serialize_with = "rounded")]
    pub(super) value: f64,
    #[serde(serialize_with = "rounded")]
    pub(super) low: f64,
    #[serde(serialize_with = "rounded")]
    pub(super) high: f64,
}

impl Share {
    /// A share estimated from a sample worth `draws` draws, with Wilson's interval (1927).
    pub(super) fn new(value: f64, draws: f64) -> Self {
        // A sum of weights may exceed 1 by rounding.
        let value = value.clamp(0.0, 1.0);
        if draws.is_infinite() {
            let (low, high) = (value, value);
            return Self { value, low, high };
        }
        let spread = Z * Z / draws;
        let centre = (value + spread / 2.0) / (1.0 + spread);
        let variance = value * (1.0 - value) / draws + spread / (4.0 * draws);
        let half = Z * variance.sqrt() / (1.0 + spread);
        Self {
            value,
            low: (centre - half).clamp(0.0, value),
            high: (centre + half).clamp(value, 1.0),
        }
    }

    /// The share `part / whole`; `None` if `whole` is 0.
    pub(super) fn of(part: usize, whole: usize) -> Option<Self> {
        (whole > 0).then(|| Self::new(part as f64 / whole as f64, whole as f64))
    }

    /// The share and its interval for people.
    pub(super) fn cells(share: Option<Self>) -> [String; 2] {
        match share {
            Some(Self { value, low, high }) => {
                [format!("{value:.2}"), format!("{low:.2}–{high:.2}")]
            }
            None => ["-".to_owned(), "-".to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn wilson_as_published() {
        let near = |found: f64, expected: f64| (found - expected).abs() < 5e-4;
        let found = Share::of(8, 10).expect("a share");
        assert!(
            near(found.low, 0.4902) && near(found.high, 0.9433),
            "{found:?}"
        );
        let none = Share::of(0, 10).expect("a share");
        assert!(near(none.low, 0.0) && near(none.high, 0.2775), "{none:?}");
        assert_eq!(Share::of(0, 0), None);
        assert_eq!(Share::new(1.0 + f64::EPSILON, 12.0).high, 1.0);
    }
}
