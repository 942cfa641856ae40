//! Settings in a file.
//!
//! In: a TOML file of options and values. Out: options' values, and their lines.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use toml::Value;
use toml::de::DeTable;

/// The file that is read if none is named and this one exists.
pub(super) const USUAL: &str = "reprint.toml";

/// The value of an option.
#[derive(Debug)]
pub(super) struct Setting {
    /// The values as arguments; more than one only for a list.
    pub(super) values: Vec<String>,
    pub(super) is_list: bool,
    /// File and line.
    pub(super) at: String,
}

/// All settings of a file, by option. Options have their names from the command line, without
/// dashes in front; `_` may stand for `-`.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, Setting>, String> {
    let name = path.display();
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => format!("{name}: not UTF-8"),
        _ => format!("{name}: can't be read: {error}"),
    })?;
    parse(&text, &name.to_string())
}

fn parse(text: &str, name: &str) -> Result<BTreeMap<String, Setting>, String> {
    let wrong = |error: toml::de::Error| {
        let at = error.span().map_or(1, |span| line(text, span.start));
        format!("{name}:{at}: {}", error.message())
    };
    let lines: BTreeMap<String, usize> = DeTable::parse(text)
        .map_err(wrong)?
        .into_inner()
        .into_iter()
        .map(|(key, _)| (key.get_ref().to_string(), line(text, key.span().start)))
        .collect();
    let table: toml::Table = toml::from_str(text).map_err(wrong)?;
    let mut settings = BTreeMap::new();
    for (key, value) in table {
        let at = format!("{name}:{}", lines.get(&key).copied().unwrap_or(1));
        let is_list = value.is_array();
        let values = match value {
            Value::Array(values) => values.into_iter().map(single).collect(),
            value => single(value).map(|value| vec![value]),
        };
        let Some(values) = values else {
            return Err(format!(
                "{at}: {key} must be a string, a number, true or false, or a list of strings"
            ));
        };
        let option = key.replace('_', "-");
        let setting = Setting {
            values,
            is_list,
            at: at.clone(),
        };
        if let Some(before) = settings.insert(option, setting) {
            return Err(format!("{at}: {key} is set at {} already", before.at));
        }
    }
    Ok(settings)
}

fn single(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(is) => Some(is.to_string()),
        Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}

fn line(text: &str, at: usize) -> usize {
    text[..at].split('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_arguments() {
        let text = "threshold = 0.8\nquiet = true\n\nsource_priority = [\"A\", \"B\"]\nseed = 7\n";
        let found = parse(text, "x.toml").expect("TOML");
        let said: Vec<_> = found
            .iter()
            .map(|(name, setting)| (name.as_str(), setting.values.join("|"), setting.at.as_str()))
            .collect();
        let said: Vec<_> = said.iter().map(|(a, b, c)| (*a, b.as_str(), *c)).collect();
        assert_eq!(
            said,
            [
                ("quiet", "true", "x.toml:2"),
                ("seed", "7", "x.toml:5"),
                ("source-priority", "A|B", "x.toml:4"),
                ("threshold", "0.8", "x.toml:1"),
            ]
        );
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        for (text, said) in [
            ("a = 1\nb = \n", "x.toml:2: "),
            ("a = 1\n[b]\nc = 1\n", "x.toml:2: b must be"),
            ("a = 1\na = 2\n", "x.toml:2: "),
            ("a-b = 1\na_b = 2\n", "already"),
        ] {
            let error = parse(text, "x.toml").expect_err(text);
            assert!(error.contains(said), "{error}");
        }
    }
}
