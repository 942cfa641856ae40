//! Named measures that made a score.

use std::borrow::Cow;

/// One part of a score.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Signal {
    /// What was measured.
    pub name: Cow<'static, str>,
    /// The measure, in the unit that its name says.
    pub value: f64,
}

impl Signal {
    pub(crate) fn new(name: &'static str, value: f64) -> Self {
        let name = Cow::Borrowed(name);
        Self { name, value }
    }
}
