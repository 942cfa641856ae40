//! An article from a JSON object.
//!
//! In: the object. Out: an [`ArticleText`] that borrows from the object where possible, or the
//! problem.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use memchr::memchr;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{ArticleText, Wrong, no_text, some};
use crate::fields::Fields;
use crate::problems::Kind;

/// Takes an object apart. `scratch` holds the text with its escapes resolved, and is reused from
/// object to object: texts are most of the input, and allocating a copy costs as much as reading.
///
/// Half a surrogate pair, which some programs leave where they cut a text, becomes U+FFFD.
pub(super) fn article<'a>(
    fields: &Fields,
    object: &'a str,
    scratch: &'a mut String,
) -> Result<ArticleText<'a>, Wrong> {
    let found = match fields_of(fields, object) {
        Ok(found) => found,
        Err(error) => {
            return mended(fields, object).unwrap_or_else(|| Err(not_json(object, &error)));
        }
    };
    let value = |field: Field<'a>| field.value.and_then(some);
    let Some(text) = found.text.value else {
        if let Some((name, is)) = found.no_string {
            let message = format!("no text: the field {name} is {is}, not a string");
            return Err((Kind::NoText, message));
        }
        let names = names(object);
        let names = names.iter().map(String::as_str);
        return Err(no_text(fields, "string in a field", names));
    };
    let twice = found.twice;
    Ok(ArticleText {
        body: match unescaped(text, scratch) {
            Ok(body) => body,
            Err(error) => {
                return mended(fields, object).unwrap_or_else(|| Err(not_json(object, &error)));
            }
        },
        key: value(found.key),
        title: value(found.title),
        date: value(found.date),
        source: value(found.source),
        lang: value(found.lang),
        twice,
    })
}

fn fields_of<'a>(fields: &Fields, object: &'a str) -> serde_json::Result<Found<'a>> {
    let mut json = serde_json::Deserializer::from_str(object);
    let mut found = Found::default();
    let seed = FieldSeed {
        fields,
        prefix: "",
        found: &mut found,
    };
    seed.deserialize(&mut json)?;
    json.end()?;
    Ok(found)
}

/// The names of an object's fields.
fn names(object: &str) -> Vec<String> {
    serde_json::from_str::<BTreeMap<String, &RawValue>>(object)
        .map(|object| object.into_keys().collect())
        .unwrap_or_default()
}

/// The article of an object with halves of surrogate pairs replaced; `None` if the object has none.
fn mended(fields: &Fields, object: &str) -> Option<Result<ArticleText<'static>, Wrong>> {
    let mended = with_whole_pairs(object)?;
    let mut scratch = String::new();
    let article = article(fields, &mended, &mut scratch);
    Some(article.map(ArticleText::into_owned))
}

/// Replaces each escape of half a surrogate pair by U+FFFD; `None` if there is none.
fn with_whole_pairs(object: &str) -> Option<String> {
    const LEN: usize = 6;
    let mut mended = String::new();
    let (mut rest, mut is_mended) = (object, false);
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let escape = &rest[at..];
        let digits = escape
            .strip_prefix("\\u")
            .and_then(|rest| rest.as_bytes().get(..4));
        let is_unit = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let len = match code(escape) {
            Some((_, len)) => len,
            None if is_unit => {
                mended.push_str(&rest[..at]);
                mended.push_str("\\ufffd");
                rest = &rest[at + LEN..];
                is_mended = true;
                continue;
            }
            // Another escape, of one character.
            None => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        mended.push_str(&rest[..at + len]);
        rest = &rest[at + len..];
    }
    mended.push_str(rest);
    is_mended.then_some(mended)
}

/// The parser's message, without the line number, which is always 1.
fn not_json(line: &str, error: &serde_json::Error) -> Wrong {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let hint = if line.trim_start().starts_with('[') {
        "; a file that is one array is read by --input json"
    } else {
        ""
    };
    let column = error.column();
    let message = format!("not a JSON object: {said} (column {column}){hint}");
    (Kind::NotJson, message)
}

/// A field, and the rank of its name: 0 for the most wanted name.
#[derive(Default)]
struct Field<'a> {
    rank: usize,
    value: Option<Cow<'a, str>>,
}

/// A string that may have escapes, and the rank of its field's name.
#[derive(Default)]
struct Written<'a> {
    rank: usize,
    value: Option<&'a str>,
}

#[derive(Default)]
struct Found<'a> {
    /// As written, with quotes.
    text: Written<'a>,
    /// The name of a text's field that has no string, and what it has.
    no_string: Option<(String, &'static str)>,
    key: Field<'a>,
    title: Field<'a>,
    date: Field<'a>,
    source: Field<'a>,
    /// A wanted name that occurs twice.
    twice: Option<String>,
    lang: Field<'a>,
}

/// Reads an object. In an inner object, field names begin with `prefix`.
struct FieldSeed<'f, 's, 'a> {
    fields: &'f Fields,
    prefix: &'f str,
    found: &'s mut Found<'a>,
}

impl<'a> FieldSeed<'_, '_, 'a> {
    /// The wanted field with this name, its rank, and whether numbers are accepted too.
    fn wanted(&mut self, name: &str) -> Option<(&mut Field<'a>, usize, bool)> {
        let Self { fields, found, .. } = self;
        [
            (&fields.key, &mut found.key, true),
            (&fields.title, &mut found.title, false),
            (&fields.date, &mut found.date, true),
            (&fields.source, &mut found.source, false),
            (&fields.lang, &mut found.lang, false),
        ]
        .into_iter()
        .find_map(|(names, field, numbers)| {
            let rank = names.iter().position(|wanted| wanted == name)?;
            Some((field, rank, numbers))
        })
    }

    fn value<M: MapAccess<'a>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        if let Some(rank) = self.fields.text.iter().position(|wanted| wanted == name) {
            let value: &RawValue = map.next_value()?;
            let text = &mut self.found.text;
            if text.value.is_some() && rank == text.rank {
                self.found.twice = Some(name.to_owned());
            }
            let text = &mut self.found.text;
            if value.get().starts_with('"') && (text.value.is_none() || rank < text.rank) {
                let value = Some(value.get());
                *text = Written { rank, value };
            } else if !value.get().starts_with('"') {
                let is = kind_of(value.get());
                self.found.no_string.get_or_insert((name.to_owned(), is));
            }
        } else if let Some((field, rank, numbers)) = self.wanted(name) {
            let value = if numbers {
                string_or_number(map.next_value()?)
            } else {
                match map.next_value()? {
                    Scalar::Text(text) => Some(text),
                    Scalar::Other => None,
                }
            };
            let is_again = field.value.is_some() && rank == field.rank;
            if value.is_some() && (field.value.is_none() || rank < field.rank) {
                *field = Field { rank, value };
            }
            if is_again {
                self.found.twice = Some(name.to_owned());
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

/// The value of a string literal, borrowed if it has no escapes.
fn unescaped<'a>(written: &'a str, scratch: &'a mut String) -> serde_json::Result<Cow<'a, str>> {
    let within = &written[1..written.len() - 1];
    let Some(mut at) = memchr(b'\\', within.as_bytes()) else {
        return Ok(Cow::Borrowed(within));
    };
    scratch.clear();
    scratch.reserve(within.len());
    let mut rest = within;
    loop {
        scratch.push_str(&rest[..at]);
        let (c, len) = match rest.as_bytes().get(at + 1) {
            Some(b'n') => ('\n', 2),
            Some(b't') => ('\t', 2),
            Some(b'r') => ('\r', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(&c @ (b'"' | b'\\' | b'/')) => (char::from(c), 2),
            Some(b'u') => match code(&rest[at..]) {
                Some(found) => found,
                // Half of a surrogate pair: the parser gives the error.
                None => return serde_json::from_str(written).map(Cow::Owned),
            },
            _ => return serde_json::from_str(written).map(Cow::Owned),
        };
        scratch.push(c);
        rest = &rest[at + len..];
        match memchr(b'\\', rest.as_bytes()) {
            Some(next) => at = next,
            None => break,
        }
    }
    scratch.push_str(rest);
    Ok(Cow::Borrowed(scratch))
}

/// The character of a `\u` escape or a surrogate pair, and the length of the escape.
fn code(escape: &str) -> Option<(char, usize)> {
    const LEN: usize = 6;
    let unit = |at: usize| {
        let digits = escape.get(at..at + LEN)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(0)?;
    if let Some(c) = char::from_u32(first.into()) {
        return Some((c, LEN));
    }
    let pair = char::decode_utf16([first, unit(LEN)?]).next()?;
    Some((pair.ok()?, 2 * LEN))
}

/// What a value is that is no string.
fn kind_of(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'[') => "a list",
        Some(b'{') => "an object",
        Some(b'n') => "null",
        Some(b't' | b'f') => "true or false",
        _ => "a number",
    }
}

/// A string or a scalar. Numbers stay as written, since a key of twenty digits fits no type. So do
/// `true` and `false`.
fn string_or_number(value: &RawValue) -> Option<Cow<'_, str>> {
    let written = value.get();
    match written.as_bytes().first()? {
        b'"' if !written.contains('\\') => Some(Cow::Borrowed(written.trim_matches('"'))),
        b'"' => match serde_json::from_str(written).ok()? {
            Scalar::Text(text) => Some(text),
            Scalar::Other => None,
        },
        b'-' | b'0'..=b'9' | b't' | b'f' => Some(Cow::Borrowed(written)),
        _ => None,
    }
}

/// A value of any type. A string is borrowed if it has no escapes.
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

#[cfg(test)]
mod tests {
    use super::{unescaped, with_whole_pairs};

    #[test]
    fn escapes_as_the_parser_has_them() {
        let mut scratch = String::new();
        for written in [
            r#""""#,
            r#""plain é 中""#,
            r#""\n\t\r\b\f\"\\\/""#,
            r#""a\nb\u00e9c\u4e2d""#,
            r#""\ud83d\ude00 pair\n""#,
            r#""\u0000\uFFFF""#,
            r#""\\u0041 is none\\""#,
            r#""\ud83d alone""#,
            r#""\ude00\ud83d turned""#,
            r#""\ud83d\n""#,
        ] {
            let expected = serde_json::from_str::<String>(written);
            let found = unescaped(written, &mut scratch);
            match (expected, found) {
                (Ok(expected), Ok(found)) => assert_eq!(found, expected, "{written}"),
                (Err(expected), Err(found)) => {
                    assert_eq!(found.to_string(), expected.to_string(), "{written}");
                }
                (expected, found) => panic!("{written}: {expected:?}, {found:?}"),
            }
        }
    }

    #[test]
    fn halves_of_pairs() {
        for (written, expected) in [
            (r#"{"a":"\ud83d alone"}"#, Some(r#"{"a":"\ufffd alone"}"#)),
            (r#"{"a":"\ude00\ud83d"}"#, Some(r#"{"a":"\ufffd\ufffd"}"#)),
            (
                r#"{"a":"\ud83d\ud83d\ude00"}"#,
                Some(r#"{"a":"\ufffd\ud83d\ude00"}"#),
            ),
            (r#"{"a":"\\ud83d \u00e9\ud83d\ude00"}"#, None),
            (r#"{"a":"\u12é"}"#, None),
        ] {
            assert_eq!(with_whole_pairs(written).as_deref(), expected, "{written}");
        }
    }
}
