//! An article out of any JSON object.
//!
//! In: the object. Out: an [`ArticleText`] that borrows from it where it can, or what is wrong
//! with it. Most objects are read by [`scan`](super::scan), and don't come here.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{ArticleText, Wrong, no_text, some};
use crate::fields::{Fields, Role};
use crate::problems::Kind;

pub(super) fn article<'a>(fields: &Fields, object: &'a str) -> Result<ArticleText<'a>, Wrong> {
    let mut json = serde_json::Deserializer::from_str(object);
    let mut found = Found::default();
    let seed = FieldSeed {
        fields,
        prefix: "",
        found: &mut found,
    };
    let wrong = |error| (Kind::NotJson, not_json(object, &error));
    seed.deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(wrong)?;
    let value = |field: Field<'a>| field.value.and_then(some);
    let text = found
        .text
        .value
        .ok_or_else(|| no_text(fields, "string in a field"))?;
    Ok(ArticleText {
        body: serde_json::from_str::<String>(text).map_err(wrong)?.into(),
        key: value(found.key),
        title: value(found.title),
        date: value(found.date),
        source: value(found.source),
    })
}

/// The parser's own words, but for the line, which is always its first.
fn not_json(line: &str, error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let hint = if line.trim_start().starts_with('[') {
        "; a file that is one array is read by --input json"
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

/// A string that may have escapes, and how far from the most wanted the name of its field was.
#[derive(Default)]
struct Written<'a> {
    rank: usize,
    value: Option<&'a str>,
}

#[derive(Default)]
struct Found<'a> {
    /// As it is written, with its quotes.
    text: Written<'a>,
    key: Field<'a>,
    title: Field<'a>,
    date: Field<'a>,
    source: Field<'a>,
}

/// Takes in an object; the names of its fields begin with `prefix` if it stands within another.
struct FieldSeed<'f, 's, 'a> {
    fields: &'f Fields,
    prefix: &'f str,
    found: &'s mut Found<'a>,
}

impl<'a> FieldSeed<'_, '_, 'a> {
    fn text(&mut self, rank: usize, value: &'a RawValue) {
        let text = &mut self.found.text;
        if value.get().starts_with('"') && (text.value.is_none() || rank < text.rank) {
            let value = Some(value.get());
            *text = Written { rank, value };
        }
    }

    fn value<M: MapAccess<'a>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        if let Some((role, rank)) = self.fields.role(name) {
            let (field, numbers) = match role {
                Role::Text => {
                    self.text(rank, map.next_value()?);
                    return Ok(());
                }
                Role::Key => (&mut self.found.key, true),
                Role::Title => (&mut self.found.title, false),
                Role::Date => (&mut self.found.date, true),
                Role::Source => (&mut self.found.source, false),
            };
            let value = if numbers {
                string_or_number(map.next_value()?)
            } else {
                match map.next_value()? {
                    Scalar::Text(text) => Some(text),
                    Scalar::Other => None,
                }
            };
            if value.is_some() && (field.value.is_none() || rank < field.rank) {
                *field = Field { rank, value };
            }
        } else if self.fields.holds(name) {
            let inner: &RawValue = map.next_value()?;
            if inner.get().starts_with('{') {
                let seed = FieldSeed {
                    fields: self.fields,
                    prefix: name,
                    found: &mut *self.found,
                };
                let mut json = serde_json::Deserializer::from_str(inner.get());
                seed.deserialize(&mut json).map_err(M::Error::custom)?;
            }
        } else {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for FieldSeed<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for FieldSeed<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(mut self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key()? {
            match name {
                Scalar::Text(name) if self.prefix.is_empty() => self.value(&name, &mut map)?,
                Scalar::Text(name) => {
                    self.value(&format!("{}.{name}", self.prefix), &mut map)?;
                }
                Scalar::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A number stays as it is written: a key of twenty digits fits no type.
fn string_or_number(value: &RawValue) -> Option<Cow<'_, str>> {
    let written = value.get();
    match written.as_bytes().first()? {
        b'"' if !written.contains('\\') => Some(Cow::Borrowed(written.trim_matches('"'))),
        b'"' => match serde_json::from_str(written).ok()? {
            Scalar::Text(text) => Some(text),
            Scalar::Other => None,
        },
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(written)),
        _ => None,
    }
}

/// A value of any type, strings borrowed where they hold no escapes.
enum Scalar<'a> {
    Text(Cow<'a, str>),
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

    fn visit_i64<E>(self, _: i64) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Other)
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
