//! One article of the input, sketched and whole.
//!
//! In: a record. Out: a [`Sketched`] article with its body.

use reprint::sketch::{Sketch, SketchScratch, Sketcher};

use crate::date;
use crate::fields::Fields;
use crate::input::Entry;
use crate::oddities;
use crate::problems::{Kind, Problem};
use crate::record;

/// An article of the input, sketched.
pub(super) struct Sketched {
    pub(super) key: String,
    pub(super) body: String,
    pub(super) date: Option<i64>,
    /// A date that could not be understood.
    strange_date: Option<String>,
    /// A wanted name that occurs twice in the object.
    twice: Option<String>,
    pub(super) source: Option<String>,
    pub(super) sketch: Sketch,
}

impl Sketched {
    pub(super) fn of(
        entry: &Entry,
        bytes: &[u8],
        fields: &Fields,
        sketcher: &Sketcher,
        scratch: &mut (String, SketchScratch),
    ) -> Result<Self, Problem> {
        let problem = |(kind, message): record::Wrong| Problem::new(kind, entry.at(), message);
        let (text, sketch) = scratch;
        let article = record::article(fields, &entry.source, bytes, text).map_err(problem)?;
        let sketch = sketcher
            .sketch_with(&article.body, sketch)
            .map_err(|error| problem((Kind::TooLong, error.to_string())))?;
        let date = article.date.as_deref();
        let parsed = date.and_then(date::parse);
        Ok(Self {
            key: article.key.map_or_else(|| entry.at(), Into::into),
            body: article.body.into_owned(),
            date: parsed,
            strange_date: date.filter(|_| parsed.is_none()).map(str::to_owned),
            twice: article.twice,
            source: article.source.map(Into::into),
            sketch,
        })
    }

    /// What is odd about the article's record.
    pub(super) fn oddities(&self, entry: &Entry) -> Vec<Problem> {
        let (twice, strange_date) = (self.twice.as_deref(), self.strange_date.as_deref());
        oddities::of(entry, &self.sketch, twice, strange_date)
    }
}
