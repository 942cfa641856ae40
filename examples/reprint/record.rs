//! One article out of its bytes.
//!
//! In: a line of JSON, or the bytes of a text file. Out: an [`ArticleText`] that borrows from
//! them where it can, or what is wrong with them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny};
use serde::de::{MapAccess, SeqAccess, Visitor};

use crate::problems::Kind;

/// The names a field may have, the most wanted first.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) text: Vec<String>,
    pub(crate) key: Vec<String>,
    pub(crate) title: Vec<String>,
    pub(crate) date: Vec<String>,
    pub(crate) source: Vec<String>,
}

/// What a line says about an article.
#[derive(Debug, Default)]
pub(crate) struct ArticleText<'a> {
    pub(crate) body: Cow<'a, str>,
    pub(crate) key: Option<Cow<'a, str>>,
    pub(crate) title: Option<Cow<'a, str>>,
    pub(crate) date: Option<Cow<'a, str>>,
    pub(crate) source: Option<Cow<'a, str>>,
}

/// What is wrong, and the words for it.
pub(crate) type Wrong = (Kind, String);

/// The text that these bytes are.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Wrong> {
    str::from_utf8(bytes).map_err(|error| {
        let message = format!(
            "not UTF-8 (byte {}); convert it first",
            error.valid_up_to() + 1
        );
        (Kind::NotUtf8, message)
    })
}

impl Fields {
    /// Takes a line of JSON apart.
    pub(crate) fn parse<'a>(&self, line: &'a [u8]) -> Result<ArticleText<'a>, Wrong> {
        let line = utf8(line)?;
        let mut json = serde_json::Deserializer::from_str(line);
        let found = Found::default();
        let found = FieldSeed {
            fields: self,
            found,
        }
        .deserialize(&mut json)
        .and_then(|found| json.end().map(|()| found))
        .map_err(|error| (Kind::NotJson, not_json(line, &error)))?;
        let body = found.text.value.ok_or_else(|| {
            let names = self.text.join(", ");
            (
                Kind::NoText,
                format!("no text: no string in a field named {names}"),
            )
        })?;
        let some = |field: Field<'a>| field.value.filter(|value| !value.is_empty());
        Ok(ArticleText {
            body,
            key: some(found.key),
            title: some(found.title),
            date: some(found.date),
            source: some(found.source),
        })
    }
}

/// The parser's own words, but for the line, which is always its first.
fn not_json(line: &str, error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let hint = if line.trim_start().starts_with('[') {
        "; an array must be cut into lines first, as `jq -c .[]` does"
    } else {
        ""
    };
    format!(
        "not a JSON object: {said} (column {}){hint}",
        error.column()
    )
}

/// A field, and how far from the most wanted its name was.
#[derive(Default)]
struct Field<'a> {
    rank: usize,
    value: Option<Cow<'a, str>>,
}

#[derive(Default)]
struct Found<'a> {
    text: Field<'a>,
    key: Field<'a>,
    title: Field<'a>,
    date: Field<'a>,
    source: Field<'a>,
}

struct FieldSeed<'f, 'a> {
    fields: &'f Fields,
    found: Found<'a>,
}

impl<'a> FieldSeed<'_, 'a> {
    /// The field of that name and its rank, if it is wanted, strings only or numbers too.
    fn wanted(&mut self, name: &str) -> Option<(&mut Field<'a>, usize, bool)> {
        let Self { fields, found } = self;
        [
            (&fields.text, &mut found.text, false),
            (&fields.key, &mut found.key, true),
            (&fields.title, &mut found.title, false),
            (&fields.date, &mut found.date, true),
            (&fields.source, &mut found.source, false),
        ]
        .into_iter()
        .find_map(|(names, field, numbers)| {
            let rank = names.iter().position(|wanted| wanted == name)?;
            Some((field, rank, numbers))
        })
    }
}

impl<'a> DeserializeSeed<'a> for FieldSeed<'_, 'a> {
    type Value = Found<'a>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Found<'a>, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for FieldSeed<'_, 'a> {
    type Value = Found<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(mut self, mut map: M) -> Result<Found<'a>, M::Error> {
        while let Some(name) = map.next_key()? {
            let wanted = match &name {
                Scalar::Text(name) => self.wanted(name),
                Scalar::Number(_) | Scalar::Other => None,
            };
            match wanted {
                Some((field, rank, numbers)) => {
                    let value = match map.next_value()? {
                        Scalar::Text(text) => Some(text),
                        Scalar::Number(number) if numbers => Some(Cow::Owned(number)),
                        Scalar::Number(_) | Scalar::Other => None,
                    };
                    if value.is_some() && (field.value.is_none() || rank < field.rank) {
                        *field = Field { rank, value };
                    }
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(self.found)
    }
}

/// A value of any type, strings borrowed where they hold no escapes.
enum Scalar<'a> {
    Text(Cow<'a, str>),
    Number(String),
    Other,
}

impl<'a> Deserialize<'a> for Scalar<'a> {
    fn deserialize<D: Deserializer<'a>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'a> Visitor<'a> for ScalarVisitor {
    type Value = Scalar<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Number(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Other)
    }

    fn visit_unit<E>(self) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<Scalar<'a>, S::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Scalar<'a>, M::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}
