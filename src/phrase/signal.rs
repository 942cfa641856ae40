//! Named measures that made a score.

/// One part of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Signal {
    /// What was measured.
    pub name: &'static str,
    /// The measure, in the unit that its name says.
    pub value: f64,
}

impl Signal {
    pub(crate) fn new(name: &'static str, value: f64) -> Self {
        Self { name, value }
    }
}
