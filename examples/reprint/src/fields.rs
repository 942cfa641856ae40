//! The names of an article's fields.
//!
//! In: names, given or guessed. Out: [`Fields`], and the [`Columns`] of a table with these names.

/// The names that a field may have, most wanted first.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) text: Vec<String>,
    pub(crate) key: Vec<String>,
    pub(crate) title: Vec<String>,
    pub(crate) date: Vec<String>,
    pub(crate) source: Vec<String>,
    pub(crate) lang: Vec<String>,
    /// Whether any name has a dot.
    nested: bool,
}

/// The columns of the fields, by position.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) text: Option<usize>,
    pub(crate) key: Option<usize>,
    pub(crate) title: Option<usize>,
    pub(crate) date: Option<usize>,
    pub(crate) source: Option<usize>,
    pub(crate) lang: Option<usize>,
}

impl Columns {
    /// All columns, the text first.
    pub(crate) fn all(self) -> [Option<usize>; 6] {
        let Self {
            text,
            key,
            title,
            date,
            source,
            lang,
        } = self;
        [text, key, title, date, source, lang]
    }
}

impl Fields {
    /// Takes the names of text, key, title, date, source and language, in this order.
    pub(crate) fn new([text, key, title, date, source, lang]: [Vec<String>; 6]) -> Self {
        let is_dotted = |names: &Vec<String>| names.iter().any(|name| name.contains('.'));
        let nested = [&text, &key, &title, &date, &source, &lang]
            .into_iter()
            .any(is_dotted);
        Self {
            text,
            key,
            title,
            date,
            source,
            lang,
            nested,
        }
    }

    /// The names of all fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let Self {
            text,
            key,
            title,
            date,
            source,
            lang,
            nested: _,
        } = self;
        let fields = [text, key, title, date, source, lang];
        fields.into_iter().flatten().map(String::as_str)
    }

    /// Whether an object with this name may hold fields. A dot in a name leads into an object.
    pub(crate) fn holds(&self, name: &str) -> bool {
        let is_within = |wanted: &str| {
            let rest = wanted.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        self.nested && self.names().any(is_within)
    }

    /// The columns of a row whose cells have these names.
    pub(crate) fn columns(&self, header: &[String]) -> Columns {
        let column = |names: &[String]| {
            let of_name = |name: &String| header.iter().position(|cell| cell == name);
            names.iter().find_map(of_name)
        };
        Columns {
            text: column(&self.text),
            key: column(&self.key),
            title: column(&self.title),
            date: column(&self.date),
            source: column(&self.source),
            lang: column(&self.lang),
        }
    }
}
