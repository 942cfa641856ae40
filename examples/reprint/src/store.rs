//! Texts, read again.
//!
//! In: the place of each article. Out: its body, for verification or quotation. Bodies in plain
//! files are read again from their place. Bodies from compressed files, pipes or Parquet are kept:
//! in memory up to [`HELD`] bytes, then in a temporary file.

use std::borrow::Cow;
use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Write};
use std::sync::Arc;

use reprint::{ArticleId, BoxError, TextStore};

use crate::fields::Fields;
use crate::input::{Place, Source, encoding};
use crate::progress;
use crate::record::{self, ArticleText};

/// Most bytes of text held in memory. Chosen by hand: a small corpus needs no file, and the
/// sketches of a large one take more.
const HELD: usize = 8 << 20;

/// The length, in bytes, from which a record's memory is not kept for the next one. Chosen by hand.
const KEPT: u32 = 1 << 20;

thread_local! {
    /// Memory for a record that is read again, and for its decoded text.
    static READ_AGAIN: Cell<(Vec<u8>, String)> = Cell::default();
}

/// Where a body is.
#[derive(Debug)]
enum Origin {
    Held {
        text: Box<str>,
        headline: u32,
        language: u16,
    },
    /// In the temporary file.
    Spilled {
        offset: u64,
        len: u32,
        headline: u32,
        language: u16,
    },
    Bytes {
        source: Arc<Source>,
        offset: u64,
        len: u32,
    },
    File(Arc<Source>),
}

/// An article's parts that can't be read again.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// The headline, if it is separate from the text, then the language, then the body.
    text: Box<str>,
    /// The headline's length in bytes.
    headline: u32,
    /// The length of the language's tag in bytes.
    language: u16,
}

impl Held {
    pub(crate) fn new(headline: Option<&str>, lang: Option<&str>, body: Cow<'_, str>) -> Self {
        let headline = headline.unwrap_or_default();
        // A longer text is no tag of a language.
        let lang = lang.filter(|lang| u16::try_from(lang.len()).is_ok());
        let lang = lang.unwrap_or_default();
        let text = if headline.is_empty() && lang.is_empty() {
            body.into()
        } else {
            [headline, lang, &*body].concat().into()
        };
        // Articles have less than 4 GB, so the length fits.
        let (headline, language) = (headline.len() as u32, lang.len() as u16);
        Self {
            text,
            headline,
            language,
        }
    }
}

/// The parts of an article that a reader sees.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    /// The headline, if it is separate from the text.
    pub(crate) title: Option<String>,
    /// The language as a tag of BCP 47, if given.
    pub(crate) lang: Option<String>,
    pub(crate) body: Cow<'a, str>,
}

/// The bodies of all articles, by id.
#[derive(Debug)]
pub(crate) struct Texts {
    fields: Arc<Fields>,
    origins: Vec<Origin>,
    /// Bytes of text in memory.
    held: usize,
    spill: Spill,
}

/// A temporary file without a name, which ends with the process.
#[derive(Debug, Default)]
struct Spill {
    file: Option<File>,
    len: u64,
}

impl Spill {
    /// Adds bytes to the file. Returns their offset.
    fn add(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(bytes)?;
        let offset = self.len;
        self.len += bytes.len() as u64;
        Ok(offset)
    }

    fn read(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; len];
        match &self.file {
            Some(file) => exact_at(file, &mut bytes, offset)?,
            None => return Err(io::ErrorKind::NotFound.into()),
        }
        Ok(bytes)
    }
}

impl Texts {
    pub(crate) fn new(fields: Arc<Fields>) -> Self {
        Self {
            fields,
            origins: Vec::new(),
            held: 0,
            spill: Spill::default(),
        }
    }

    /// Bytes held: bodies that can't be read again, and the places of the others.
    pub(crate) fn memory(&self) -> usize {
        self.held + self.origins.capacity() * size_of::<Origin>()
    }

    /// An article's headline, if it is separate from the text.
    pub(crate) fn headline(&self, id: ArticleId) -> Option<String> {
        let (source, offset, len) = match self.origins.get(id.index())? {
            Origin::Held { text, headline, .. } => {
                let headline = &text[..*headline as usize];
                return (!headline.is_empty()).then(|| headline.to_owned());
            }
            Origin::Bytes {
                source,
                offset,
                len,
            } => (source, offset, len),
            Origin::Spilled {
                offset, headline, ..
            } if *headline > 0 => {
                let bytes = self.spill.read(*offset, *headline as usize).ok()?;
                return String::from_utf8(bytes).ok();
            }
            Origin::Spilled { .. } | Origin::File(_) => return None,
        };
        let headline = self.again(source, *offset, *len, |article| {
            article.title.map(Cow::into_owned)
        });
        headline.ok()?
    }

    /// Reads a record again from its place, and hands what it has to `take`.
    fn again<R>(
        &self,
        source: &Source,
        offset: u64,
        len: u32,
        take: impl FnOnce(ArticleText<'_>) -> R,
    ) -> Result<R, BoxError> {
        let (mut bytes, mut decoded) = READ_AGAIN.take();
        if bytes.len() < len as usize {
            bytes.resize(len as usize, 0);
        }
        let record = &mut bytes[..len as usize];
        read_at(source, record, offset).map_err(|error| unreadable(source, &error))?;
        let article = record::article(&self.fields, source, record, &mut decoded);
        let taken = take(article.map_err(|(_, message)| changed(source, &message))?);
        if len < KEPT {
            READ_AGAIN.set((bytes, decoded));
        }
        Ok(taken)
    }

    /// Reads an article's headline, language and body at once; `None` if the text is gone.
    pub(crate) fn article(&self, id: ArticleId) -> Option<Reading<'_>> {
        match self.origins.get(id.index())? {
            Origin::Bytes {
                source,
                offset,
                len,
            } => {
                let reading = self.again(source, *offset, *len, |article| Reading {
                    title: article.title.map(Cow::into_owned),
                    lang: article.lang.map(Cow::into_owned),
                    body: Cow::Owned(article.body.into_owned()),
                });
                reading.ok()
            }
            Origin::Held { .. } | Origin::Spilled { .. } | Origin::File(_) => Some(Reading {
                title: self.headline(id),
                lang: self.held_language(id),
                body: self.text(id, "").ok()?,
            }),
        }
    }

    /// The language of a text that is kept.
    fn held_language(&self, id: ArticleId) -> Option<String> {
        let found = match self.origins.get(id.index())? {
            Origin::Held {
                text,
                headline,
                language,
            } => text[*headline as usize..][..usize::from(*language)].to_owned(),
            Origin::Spilled {
                offset,
                headline,
                language,
                ..
            } => {
                let offset = offset + u64::from(*headline);
                let bytes = self.spill.read(offset, usize::from(*language)).ok()?;
                String::from_utf8(bytes).ok()?
            }
            Origin::Bytes { .. } | Origin::File(_) => return None,
        };
        (!found.is_empty()).then_some(found)
    }

    /// Notes the place of the article with the next id. `held` is needed if the place is gone.
    pub(crate) fn push(
        &mut self,
        source: &Arc<Source>,
        place: Place,
        held: Held,
    ) -> io::Result<()> {
        let Held {
            text,
            headline,
            language,
        } = held;
        let source = || Arc::clone(source);
        self.origins.push(match place {
            Place::Gone if self.held + text.len() > HELD => {
                let offset = self.spill.add(text.as_bytes())?;
                Origin::Spilled {
                    offset,
                    // Articles have less than 4 GB, so the length fits.
                    len: text.len() as u32,
                    headline,
                    language,
                }
            }
            Place::Gone => {
                self.held += text.len();
                Origin::Held {
                    text,
                    headline,
                    language,
                }
            }
            Place::File => Origin::File(source()),
            Place::Bytes { offset, len } => Origin::Bytes {
                source: source(),
                offset,
                len,
            },
        });
        Ok(())
    }
}

impl TextStore for Texts {
    fn text(&self, id: ArticleId, _: &str) -> Result<Cow<'_, str>, BoxError> {
        progress::count_text();
        match self.origins.get(id.index()) {
            None => Err("no article has this id".into()),
            Some(Origin::Held {
                text,
                headline,
                language,
            }) => {
                let from = *headline as usize + usize::from(*language);
                Ok(Cow::Borrowed(&text[from..]))
            }
            Some(Origin::Spilled {
                offset,
                len,
                headline,
                language,
            }) => {
                let before = headline + u32::from(*language);
                let (offset, len) = (offset + u64::from(before), len - before);
                let bytes = self.spill.read(offset, len as usize)?;
                Ok(Cow::Owned(String::from_utf8(bytes)?))
            }
            Some(Origin::File(source)) => {
                let bytes = fs::read(&source.path).map_err(|error| unreadable(source, &error))?;
                Ok(Cow::Owned(match source.encoding {
                    Some(encoding) => encoding::decoded(&bytes, encoding).into_owned(),
                    None => String::from_utf8(bytes)?,
                }))
            }
            Some(Origin::Bytes {
                source,
                offset,
                len,
            }) => self.again(source, *offset, *len, |article| {
                Cow::Owned(article.body.into_owned())
            }),
        }
    }
}

fn read_at(source: &Source, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    match &source.handle {
        Some(file) => exact_at(file, bytes, offset),
        None => exact_at(&File::open(&source.path)?, bytes, offset),
    }
}

/// Reads at an offset, so that threads can share the file.
#[cfg(unix)]
pub(crate) fn exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

/// Reads at an offset, so that threads can share the file.
#[cfg(windows)]
pub(crate) fn exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}

fn unreadable(source: &Source, error: &io::Error) -> BoxError {
    format!("{}: {error}", source.name).into()
}

fn changed(source: &Source, message: &str) -> BoxError {
    format!("{} has changed meanwhile: {message}", source.name).into()
}
