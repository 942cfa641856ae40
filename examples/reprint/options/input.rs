//! Which articles are read, and what their fields are called.
//!
//! In: arguments. Out: [`InputOptions`], and the [`Fields`] that follow from them.

use clap::{Args, ValueEnum};

use crate::record::Fields;

#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputOptions {
    /// What the files hold; if not said, their names or first bytes tell
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) input: InputFormat,
    /// Field of the text [text, body, content, article]
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Field of the key; if missing, file and line are it [id, key, url]
    #[arg(long, value_name = "NAME")]
    key_field: Option<String>,
    /// Field of the headline [title, headline]
    #[arg(long, value_name = "NAME")]
    title_field: Option<String>,
    /// Field of the date, ISO 8601 or epoch seconds [date, published]
    #[arg(long, value_name = "NAME")]
    date_field: Option<String>,
    /// Field of the publisher [source, publisher]
    #[arg(long, value_name = "NAME")]
    source_field: Option<String>,
    /// Stop at the first thing that is wrong with the input
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    #[default]
    Auto,
    Jsonl,
    Text,
}

impl InputOptions {
    pub(crate) fn fields(&self) -> Fields {
        let one_of = |said: &Option<String>, guesses: &[&str]| match said {
            Some(name) => vec![name.clone()],
            None => guesses.iter().map(|&name| name.to_owned()).collect(),
        };
        Fields {
            text: one_of(&self.text_field, &["text", "body", "content", "article"]),
            key: one_of(&self.key_field, &["id", "key", "url"]),
            title: one_of(&self.title_field, &["title", "headline"]),
            date: one_of(&self.date_field, &["date", "published"]),
            source: one_of(&self.source_field, &["source", "publisher"]),
        }
    }
}
