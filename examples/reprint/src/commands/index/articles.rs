//! The articles of the input, sketched in parallel.
//!
//! In: folders and files. Out: their articles, in order, each with a key of its own: the record's, a
//! file's path, or one made of the text.

use std::collections::HashSet;
use std::path::PathBuf;

use rayon::prelude::*;
use reprint::sketch::{Sketch, SketchScratch, Sketcher};

use crate::commands::{Talk, bytes_of, no_article};
use crate::date;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::input::{self, Chunk, Entry, Item, Spot};
use crate::options::IndexOptions;
use crate::problems::{Kind, Problem};
use crate::record;

/// An article of the input, sketched.
pub(super) struct Fresh {
    pub(super) key: String,
    /// Whether the article brought its key, or is a file of its own.
    pub(super) is_named: bool,
    pub(super) body: String,
    pub(super) date: Option<i64>,
    strange_date: Option<String>,
    pub(super) source: Option<String>,
    pub(super) sketch: Sketch,
}

impl Fresh {
    fn of(
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
        let is_named = article.key.is_some() || matches!(entry.spot, Spot::Whole);
        let key = match article.key {
            Some(key) => key.into(),
            None if is_named => entry.at(),
            // Tomorrow's file has other articles in the same places, under the same name.
            None => format!("text-{:032x}", sketch.fingerprint.0),
        };
        Ok(Self {
            key,
            is_named,
            body: article.body.into_owned(),
            date: parsed,
            strange_date: date.filter(|_| parsed.is_none()).map(str::to_owned),
            source: article.source.map(Into::into),
            sketch,
        })
    }
}

/// Reads the articles of `paths`, in order.
pub(super) fn each_article(
    options: &IndexOptions,
    paths: &[PathBuf],
    sketcher: &Sketcher,
    mut each: impl FnMut(Fresh) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let input = &options.common.input;
    let mut talk = Talk::new(input, &options.common.run);
    let reading = input.reading()?;
    let fields = reading.fields.clone();
    talk.progress.expect(bytes_of(paths));
    // A key that comes again in the input is made unique by its place, in every run alike.
    let mut keys = HashSet::new();
    for Chunk { bytes, items } in input::read(paths.to_owned(), reading) {
        let counts = (items.len(), bytes.len());
        let fresh = |scratch: &mut (String, SketchScratch), item: Item| match item {
            Item::Article(entry) => {
                let own = &bytes[entry.bytes.clone()];
                let fresh = Fresh::of(&entry, own, &fields, sketcher, scratch);
                Some(fresh.map(|fresh| (entry, fresh)))
            }
            Item::Problem(problem) => Some(Err(problem)),
            Item::Aside(_) => None,
        };
        let articles: Vec<Option<Result<(Entry, Fresh), Problem>>> = items
            .into_par_iter()
            .map_init(Default::default, fresh)
            .collect();
        for article in articles.into_iter().flatten() {
            let (entry, mut fresh) = match article {
                Ok(article) => article,
                Err(problem) => {
                    talk.problems.note(&problem)?;
                    continue;
                }
            };
            if let Some(date) = &fresh.strange_date {
                let message =
                    format!("the date {date:?} is of no known form, such as ISO 8601; unused");
                let problem = Problem::new(Kind::DateNotUnderstood, entry.at(), message);
                talk.problems.note(&problem)?;
            }
            if keys.contains(&fresh.key) {
                let key = format!("{} ({})", fresh.key, entry.at());
                let message = format!(
                    "the key {:?} was there before; here it is {key:?}",
                    fresh.key
                );
                let problem = Problem::new(Kind::DuplicateKey, entry.at(), message);
                talk.problems.note(&problem)?;
                fresh.key = key;
            }
            keys.insert(fresh.key.clone());
            each(fresh)?;
        }
        talk.progress.add(counts.0, counts.1);
    }
    talk.progress.clear();
    talk.problems.finish();
    if keys.is_empty() {
        return Err(Failure::Failed(no_article(paths)));
    }
    Ok(())
}
