//! An article out of a JSON object as nearly all of them are written.
//!
//! In: the object. Out: an [`ArticleText`], or `None` if it takes the parser to tell what this is:
//! what is no JSON, has no text, or has escapes in the name of a field or halves of a pair.
//!
//! What is taken here the parser takes too, for the same article. A string is looked at twice: for
//! the quote that ends it or the next escape, and for control characters, which must not stand in
//! it. The parser looks at each text a third and a fourth time, and takes twice as long.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::Deserializer;

use super::{ArticleText, some};
use crate::fields::{Fields, Role};

/// Escapes of a text are resolved in `scratch`, which is used again for the next: a text is the
/// bulk of an object, and a copy of its own for each costs as much as to read it.
pub(super) fn article<'a>(
    fields: &Fields,
    object: &'a str,
    scratch: &'a mut String,
) -> Option<ArticleText<'a>> {
    let mut scan = Scan {
        fields,
        json: object,
        at: 0,
        scratch,
        text: Found::default(),
        others: Default::default(),
    };
    scan.blanks();
    scan.object("")?;
    scan.blanks();
    if scan.at < object.len() {
        return None;
    }
    let Scan { text, others, .. } = scan;
    let body = match text.value? {
        Text::Plain(text) => text,
        Text::Resolved => scratch,
    };
    let [key, title, date, source] = others.map(|other| other.value.and_then(some));
    Some(ArticleText {
        body: Cow::Borrowed(body),
        key,
        title,
        date,
        source,
    })
}

/// A field, and how far from the most wanted its name was.
struct Found<T> {
    rank: usize,
    value: Option<T>,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        let (rank, value) = (usize::MAX, None);
        Self { rank, value }
    }
}

/// Where the text is.
enum Text<'a> {
    /// It stands in the object as it is.
    Plain(&'a str),
    /// It had escapes and is in the scratch space.
    Resolved,
}

struct Scan<'f, 'a, 's> {
    fields: &'f Fields,
    json: &'a str,
    at: usize,
    scratch: &'s mut String,
    text: Found<Text<'a>>,
    /// Key, title, date and source.
    others: [Found<Cow<'a, str>>; 4],
}

impl<'a> Scan<'_, 'a, '_> {
    /// Reads an object; the names of its fields begin with `prefix` if it stands within another.
    fn object(&mut self, prefix: &str) -> Option<()> {
        self.take(b'{')?;
        self.blanks();
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            self.take(b'"')?;
            let (name, is_plain) = self.string()?;
            if !is_plain {
                return None;
            }
            self.blanks();
            self.take(b':')?;
            self.blanks();
            if prefix.is_empty() {
                self.field(name)?;
            } else {
                self.field(&format!("{prefix}.{name}"))?;
            }
            self.blanks();
            if self.take(b'}').is_some() {
                return Some(());
            }
            self.take(b',')?;
            self.blanks();
        }
    }

    /// Reads the value of the field of that name.
    fn field(&mut self, name: &str) -> Option<()> {
        let is_string = self.peek()? == b'"';
        match self.fields.role(name) {
            Some((Role::Text, rank)) if is_string && rank < self.text.rank => {
                self.at += 1;
                let value = Some(self.text()?);
                self.text = Found { rank, value };
            }
            Some((Role::Text, _)) => self.value()?,
            Some((role, rank)) => self.scalar(role, rank)?,
            None if self.peek()? == b'{' && self.fields.holds(name) => self.object(name)?,
            None => self.value()?,
        }
        Some(())
    }

    /// Reads the value of a field that is not the text: a string, or a number as it is written where
    /// numbers will do. What is neither counts for nothing.
    fn scalar(&mut self, role: Role, rank: usize) -> Option<()> {
        let start = self.at;
        let value = match self.peek()? {
            b'"' => {
                self.at += 1;
                let (written, is_plain) = self.string()?;
                if is_plain {
                    Cow::Borrowed(written)
                } else {
                    // Half of a pair is an error in some fields and not in others.
                    Cow::Owned(serde_json::from_str(&self.json[start..self.at]).ok()?)
                }
            }
            b'-' | b'0'..=b'9' if matches!(role, Role::Key | Role::Date) => {
                self.value()?;
                Cow::Borrowed(&self.json[start..self.at])
            }
            // One that is too large is an error here.
            b'-' | b'0'..=b'9' => return None,
            _ => return self.value(),
        };
        let other = &mut self.others[match role {
            Role::Text | Role::Key => 0,
            Role::Title => 1,
            Role::Date => 2,
            Role::Source => 3,
        }];
        if rank < other.rank {
            let value = Some(value);
            *other = Found { rank, value };
        }
        Some(())
    }

    /// Passes over a value of any kind.
    fn value(&mut self) -> Option<()> {
        if self.take(b'"').is_some() {
            self.string()?;
            return Some(());
        }
        let mut values = Deserializer::from_str(&self.json[self.at..]).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(())
    }

    /// The string behind a quote, as it is written, and whether it has no escapes.
    fn string(&mut self) -> Option<(&'a str, bool)> {
        let start = self.at;
        let mut is_plain = true;
        while self.special()? == b'\\' {
            is_plain = false;
            let (_, len) = escape(&self.json[self.at..])?;
            self.at += len;
        }
        let written = &self.json[start..self.at];
        self.at += 1;
        has_no_control(written).then_some((written, is_plain))
    }

    /// The same of the text, its escapes resolved.
    fn text(&mut self) -> Option<Text<'a>> {
        let start = self.at;
        if self.special()? == b'"' {
            let text = &self.json[start..self.at];
            self.at += 1;
            return has_no_control(text).then_some(Text::Plain(text));
        }
        self.scratch.clear();
        self.scratch.reserve(self.json.len() - start);
        let mut from = start;
        loop {
            self.scratch.push_str(&self.json[from..self.at]);
            let (c, len) = escape(&self.json[self.at..])?;
            self.scratch.push(c?);
            self.at += len;
            from = self.at;
            if self.special()? == b'"' {
                break;
            }
        }
        self.scratch.push_str(&self.json[from..self.at]);
        let written = &self.json[start..self.at];
        self.at += 1;
        has_no_control(written).then_some(Text::Resolved)
    }

    /// Goes to the next quote or backslash of a string.
    fn special(&mut self) -> Option<u8> {
        self.at += memchr::memchr2(b'"', b'\\', &self.json.as_bytes()[self.at..])?;
        self.peek()
    }

    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }
}

/// Without a way out of the loop, so that it goes by vectors.
fn has_no_control(written: &str) -> bool {
    let controls = written.bytes().map(|byte| byte < b' ');
    !controls.fold(false, |any, is_control| any | is_control)
}

/// The character of the escape that `escaped` starts with, and how long that is. There is no
/// character if it is half of a pair.
fn escape(escaped: &str) -> Option<(Option<char>, usize)> {
    let c = match escaped.as_bytes().get(1)? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        &c @ (b'"' | b'\\' | b'/') => char::from(c),
        b'u' => return code(escaped.as_bytes()),
        _ => return None,
    };
    Some((Some(c), 2))
}

/// The same of one `\u` escape, or of two that are a pair.
fn code(escaped: &[u8]) -> Option<(Option<char>, usize)> {
    const LEN: usize = 6;
    let unit = |escaped: &[u8]| {
        let digits = escaped.strip_prefix(b"\\u")?.get(..LEN - 2)?;
        digits.iter().try_fold(0, |unit, &digit| {
            let digit = char::from(digit).to_digit(16)?;
            Some(unit << 4 | digit as u16)
        })
    };
    let first = unit(escaped)?;
    if let Some(c) = char::from_u32(first.into()) {
        return Some((Some(c), LEN));
    }
    let pair = unit(&escaped[LEN..]).and_then(|next| char::decode_utf16([first, next]).next());
    Some(match pair {
        Some(Ok(c)) => (Some(c), 2 * LEN),
        _ => (None, LEN),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::json;
    use super::*;

    fn fields() -> Fields {
        let names = |names: &[&str]| names.iter().copied().map(str::to_owned).collect();
        Fields::new([
            names(&["text", "article.body"]),
            names(&["id", "article.meta.id"]),
            names(&["title"]),
            names(&["date", "day"]),
            names(&["source"]),
        ])
    }

    /// Whether the scan takes it; what it takes is what the parser takes.
    fn is_taken(object: &str) -> bool {
        let mut scratch = String::from("of the one before");
        let fields = fields();
        let found = super::article(&fields, object, &mut scratch);
        if let Some(found) = &found {
            let expected = json::article(&fields, object);
            assert_eq!(format!("{:?}", expected.ok()), format!("{:?}", Some(found)));
        }
        found.is_some()
    }

    #[test]
    fn what_is_taken() {
        for object in [
            r#"{"text":"plain é 中"}"#,
            " { \"text\" : \"a\" , \"id\" :\t\"7\"\r\n} ",
            r#"{"text":"\n\t\r\b\f\"\\\/","title":"said \"no\" \u00e9","source":""}"#,
            r#"{"text":"a\nb\u00e9c\u4e2d\ud83d\ude00 pair\n"}"#,
            r#"{"text":"\u0000\uFFFF \\u0041 is none\\"}"#,
            r#"{"id":-1.5e9,"date":20240531,"day":"Friday","text":"","title":null}"#,
            r#"{"more":[1,{"text":"no"},[]],"text":"a","even":{"id":2},"b":true,"c":1e3}"#,
            r#"{"article":{"body":"less \u0077anted","meta":{"id":3}},"text":"more"}"#,
            r#"{"text":"more\n","article":{"body":"less\n","meta":7},"id":[],"title":{}}"#,
            r#"{"text":7,"article":{"body":"a"},"text":"twice","text":"thrice","":0}"#,
            r#"{"passed":"\ud83d over","text":"a"}"#,
        ] {
            assert!(is_taken(object), "{object}");
        }
    }

    #[test]
    fn what_is_left_to_the_parser() {
        for object in [
            "",
            "{",
            "{}",
            "[]",
            r#""text""#,
            r#"{"text":"a"}}"#,
            r#"{"text":"a",}"#,
            r#"{"text":"a"#,
            r#"{"text":"a\"#,
            r#"{"text" "a"}"#,
            r#"{"text":"a" "id":1}"#,
            r#"{"text":"a","id":01}"#,
            r#"{"text":"a","title":1e999}"#,
            r#"{"text":"a","b":tru}"#,
            r#"{"text":"\ud83d alone"}"#,
            r#"{"text":"\ude00\ud83d turned"}"#,
            r#"{"text":"\ud83d\n"}"#,
            r#"{"text":"\u+041"}"#,
            r#"{"text":"a","b":"\x"}"#,
            r#"{"te\u0078t":"a"}"#,
            "{\"text\":\"a\tb\"}",
            "{\"text\":\"a\",\"b\":\"\u{1}\"}",
            "{\"text\":\"a\"}\u{a0}",
        ] {
            assert!(!is_taken(object), "{object}");
        }
    }

    proptest! {
        #[test]
        fn no_object_is_taken_for_another(
            pieces in proptest::collection::vec(
                proptest::sample::select(vec![
                    "{", "}", "[", "]", ":", ",", "\"", "\"text\":", "\"a\"", "\"id\":", "\"title\":",
                    "\"article\":{\"body\":", "\\n", "\\u0041", "\\ud83d", "\\ude00", "\\", "é", " ",
                    "\t", "-1", "0", "1e5", "true", "null", "\"x\":",
                ]),
                0..14,
            ),
        ) {
            let inner = pieces.concat();
            is_taken(&inner);
            is_taken(&["{\"text\":\"", &inner, "\"}"].concat());
            is_taken(&["{\"text\":\"a\",", &inner, "}"].concat());
            is_taken(&["{\"text\":", &inner, "\"}"].concat());
        }
    }
}
