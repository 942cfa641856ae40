//! Options for the input: which articles are read, and their fields' names.
//!
//! In: arguments. Out: [`InputOptions`], and the resulting [`Reading`].

use std::sync::Arc;

use clap::{Args, ValueEnum};
use encoding_rs::Encoding;

use crate::failure::Failure;
use crate::fields::Fields;
use crate::input::{Copies, Excluded, Format, LONGEST, Reading};
use crate::memory::Limit;

#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputOptions {
    /// What the files hold; if not said, their names or first bytes tell
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) input: InputFormat,
    /// Leave out files and folders like *.log or drafts/*.txt; may be given more than once
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Encoding of all text, such as windows-1252 or utf-16le; if not said, UTF-8, or what a byte
    /// order mark or a page says
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<&'static Encoding>,
    /// Field of the text; dots lead into objects [text, body, content, article]
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Field of the key; if missing, file and line are it [id, key, url]
    #[arg(long, value_name = "NAME")]
    key_field: Option<String>,
    /// Field of the headline [title, headline]
    #[arg(long, value_name = "NAME")]
    title_field: Option<String>,
    /// Field of the date, ISO 8601, RFC 2822 or epoch seconds [date, published]
    #[arg(long, value_name = "NAME")]
    date_field: Option<String>,
    /// Field of the publisher [source, publisher, domain]
    #[arg(long, value_name = "NAME")]
    source_field: Option<String>,
    /// Field of the language, by which a page sets the text [lang, language]
    #[arg(long, value_name = "NAME")]
    lang_field: Option<String>,
    /// Stop at the first thing that is wrong with the input
    #[arg(long)]
    pub(crate) strict: bool,
    /// Take no more memory, such as 512M or 2G: end with an error that says what to do. The cache of
    /// files does not count. An article above a sixty-fourth of it is passed over
    #[arg(long, value_name = "SIZE", value_parser = Limit::parse, help_heading = "Run")]
    pub(crate) memory: Option<Limit>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    #[default]
    Auto,
    Jsonl,
    Json,
    Csv,
    Tsv,
    Parquet,
    Html,
    Text,
}

impl InputFormat {
    fn said(self) -> Option<Format> {
        match self {
            Self::Auto => None,
            Self::Jsonl => Some(Format::JsonLines),
            Self::Json => Some(Format::Json),
            Self::Csv => Some(Format::Csv),
            Self::Tsv => Some(Format::Tsv),
            Self::Parquet => Some(Format::Parquet),
            Self::Html => Some(Format::Html),
            Self::Text => Some(Format::Text),
        }
    }
}

impl InputOptions {
    /// How to read, or which pattern is none.
    pub(crate) fn reading(&self) -> Result<Reading, Failure> {
        Ok(Reading {
            format: self.input.said(),
            fields: Arc::new(self.fields()),
            excluded: Excluded::new(&self.exclude)
                .map_err(|message| Failure::of_options(&["exclude"], message))?,
            encoding: self.encoding,
            longest: self
                .memory
                .map_or(LONGEST, |limit| limit.longest_article().min(LONGEST)),
            is_whole: false,
            copies: Copies::new(),
            only: None,
        })
    }

    fn fields(&self) -> Fields {
        let one_of = |said: &Option<String>, guesses: &[&str]| match said {
            Some(name) => vec![name.clone()],
            None => guesses.iter().map(|&name| name.to_owned()).collect(),
        };
        Fields::new([
            one_of(&self.text_field, &["text", "body", "content", "article"]),
            one_of(&self.key_field, &["id", "key", "url"]),
            one_of(&self.title_field, &["title", "headline"]),
            one_of(&self.date_field, &["date", "published"]),
            one_of(&self.source_field, &["source", "publisher", "domain"]),
            one_of(&self.lang_field, &["lang", "language"]),
        ])
    }
}

/// The encoding with this name, by the Encoding Standard.
fn encoding(name: &str) -> Result<&'static Encoding, String> {
    let known = Encoding::for_label_no_replacement(name.as_bytes());
    known.ok_or_else(|| {
        "no encoding of that name is known (https://encoding.spec.whatwg.org/#names-and-labels)"
            .to_owned()
    })
}
