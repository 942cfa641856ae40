//! Loading: articles are sketched and searched for repeated phrasing.
//!
//! In: chunks of articles. Out: a [`Corpus`]. Chunks are worked on in parallel and taken in input
//! order, so messages and counts don't depend on the number of threads.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;
use reprint::corpus::{ArticleCounts, Collector};
use reprint::document::{self, DocumentBuffer};
use reprint::phrase::{PhraseDetector, PhraseFamily, PhraseScratch, Verdict};
use reprint::report::PhrasingSummary;
use reprint::sketch::{Fingerprint, Sketch, SketchScratch, Sketcher};
use reprint::{Article, ArticleId, Detector, ErrorKind, Match, Mode, TextStore};

use crate::date;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::input::{Chunk, Entry, Item, Place};
use crate::ledger::Ledger;
use crate::oddities;
use crate::problems::{Kind, Problem, Problems};
use crate::progress::{self, Progress};
use crate::record;
use crate::store::{Held, Texts};

/// The input's articles. Ids count up from 0 in input order.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) detector: Detector,
    pub(crate) texts: Texts,
    /// Word and line counts for the detector's statistics; empty in mode jaccard.
    pub(crate) collected: Collector,
    /// By id; empty if phrases were not searched for.
    pub(crate) phrasing: Vec<PhrasingSummary>,
    /// Phrases worth naming, in order of ids.
    pub(crate) phrases: Vec<(ArticleId, Vec<PhraseFamily>)>,
    /// By id: the article of the reference that the article matches. Empty without a reference.
    pub(crate) known: Vec<Option<Known>>,
}

/// A match in the reference: the reference article's key and the relation.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) key: Box<str>,
    pub(crate) found: Match,
}

/// Whether a reader should look at the article's phrasing.
pub(crate) fn is_flagged(phrasing: &PhrasingSummary) -> bool {
    matches!(phrasing.verdict, Verdict::Repetitive | Verdict::Suspicious)
}

/// Prepares articles, on any thread.
struct Workshop<'a> {
    fields: &'a Fields,
    sketcher: Sketcher,
    phrases: Option<&'a PhraseDetector>,
    /// Whether the detector's mode uses statistics.
    counts_words: bool,
}

/// Memory of one thread, used again for each article.
#[derive(Default)]
struct Scratch {
    /// Decoded JSON.
    text: String,
    document: DocumentBuffer,
    sketch: SketchScratch,
    phrase: PhraseScratch,
}

/// An article ready to be inserted.
struct Prepared {
    key: String,
    date: Option<i64>,
    /// A date that could not be understood.
    strange_date: Option<String>,
    /// A wanted name that occurs twice in the object.
    twice: Option<String>,
    publisher: Option<String>,
    sketch: Sketch,
    /// `None` if no statistics need the article.
    counts: Option<ArticleCounts>,
    phrasing: Option<(PhrasingSummary, Vec<PhraseFamily>)>,
    /// Parts that can't be read again.
    held: Held,
}

/// Loads all chunks.
pub(crate) fn load(
    detector: Detector,
    phrases: Option<&PhraseDetector>,
    fields: &Arc<Fields>,
    chunks: impl IntoIterator<Item = Chunk>,
    mut ledger: Option<&mut Ledger>,
    problems: &mut Problems,
    progress: &mut Progress,
) -> Result<Corpus, Failure> {
    let workshop = Workshop {
        fields,
        sketcher: detector.sketcher().clone(),
        phrases,
        counts_words: matches!(detector.settings().mode, Mode::Recycled { .. }),
    };
    let mut corpus = Corpus {
        detector,
        texts: Texts::new(Arc::clone(fields)),
        collected: Collector::new(),
        phrasing: Vec::new(),
        phrases: Vec::new(),
        known: Vec::new(),
    };
    let mut chunks = chunks.into_iter();
    // The previous chunk is inserted while the next is prepared.
    let (mut ready, mut is_last) = (Vec::new(), false);
    while !is_last {
        // A problem is reported, and ends a strict run, before the next chunk is waited for.
        if ready.iter().any(Result::is_err) {
            corpus.take_all(std::mem::take(&mut ready), ledger.as_deref_mut(), problems)?;
        }
        let chunk = chunks.next();
        is_last = chunk.is_none();
        let chunk = chunk.unwrap_or_default();
        let (articles, bytes) = (chunk.items.len(), chunk.bytes.len());
        if let Some(ledger) = &mut ledger {
            ledger.bytes(&chunk.bytes);
        }
        let limit = corpus.limit_of_counts(articles);
        let (taken, next) = rayon::join(
            || corpus.take_all(ready, ledger.as_deref_mut(), problems),
            || workshop.chunk(chunk, limit),
        );
        taken?;
        ready = next;
        progress.add(articles, bytes);
    }
    progress.clear();
    problems.finish();
    Ok(corpus)
}

impl Corpus {
    /// An article's key; empty for an unknown id.
    pub(crate) fn key(&self, id: ArticleId) -> &str {
        self.detector.key(id).unwrap_or_default()
    }

    /// The ids of all articles.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ArticleId> {
        (0..self.detector.len()).filter_map(ArticleId::new)
    }

    /// An article's text; `None` if the text can no longer be read.
    pub(crate) fn body(&self, id: ArticleId) -> Option<Cow<'_, str>> {
        self.texts.text(id, self.key(id)).ok()
    }

    /// The largest fingerprint whose words are worth counting: by the share of the input that has been
    /// read, if its size is known. `coming` articles are read and not yet prepared.
    fn limit_of_counts(&self, coming: usize) -> Option<Fingerprint> {
        let read = progress::articles() + coming as u64;
        let expected = progress::share().map(|share| read as f64 / share.read);
        match expected {
            Some(expected) => self.collected.limit_among(expected),
            None => self.collected.limit(),
        }
    }

    /// Inserts an article.
    fn insert(&mut self, key: &str, prepared: &Prepared) -> reprint::Result<ArticleId> {
        let article = Article {
            key,
            // The article is sketched already, so the body is not needed.
            body: "",
            date: prepared.date,
            source: prepared.publisher.as_deref(),
        };
        self.detector.insert_sketched(&article, &prepared.sketch)
    }

    /// Inserts a prepared chunk, in input order.
    fn take_all(
        &mut self,
        ready: Vec<Result<(Entry, Prepared), Problem>>,
        mut ledger: Option<&mut Ledger>,
        problems: &mut Problems,
    ) -> Result<(), Failure> {
        for prepared in ready {
            let (source, id, found) = match prepared {
                Ok((entry, prepared)) => {
                    let (id, found) = self.take(&entry, prepared)?;
                    (Some(entry.source), id, found)
                }
                Err(problem) => (None, None, vec![problem]),
            };
            if let Some(ledger) = &mut ledger {
                ledger.record(source.as_ref(), id, &found)?;
            }
            for problem in &found {
                problems.note(problem)?;
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        entry: &Entry,
        prepared: Prepared,
    ) -> Result<(Option<ArticleId>, Vec<Problem>), Failure> {
        let mut found = Vec::new();
        let mut inserted = self.insert(&prepared.key, &prepared);
        if is_duplicate(&inserted) && prepared.key != entry.at() {
            // Two files may both count from 1, so a repeated key is made unique instead of being
            // refused.
            let key = oddities::key_with_place(&prepared.key, &entry.at());
            inserted = self.insert(&key, &prepared);
            let message = format!(
                "the key {:?} was there before; here it is {key:?}",
                prepared.key
            );
            found.push(Problem::new(Kind::DuplicateKey, entry.at(), message));
        }
        if is_duplicate(&inserted) {
            let message = "was read before; the first time counts";
            return Ok((
                None,
                vec![Problem::new(Kind::ReadBefore, entry.at(), message)],
            ));
        }
        let id = inserted.map_err(|error| Failure::Failed(format!("{}: {error}", entry.at())))?;
        self.texts
            .push(&entry.source, entry.place, prepared.held)
            .map_err(|error| {
                let folder = std::env::temp_dir();
                let message = format!(
                    "texts that can't be read again can't be written to {}: {error} (TMPDIR names \
                     another folder)",
                    folder.display()
                );
                Failure::Failed(message)
            })?;
        if let Some(counts) = &prepared.counts {
            let key = self.detector.key(id).unwrap_or_default();
            let fingerprint = prepared.sketch.fingerprint;
            self.collected.add(fingerprint, key, counts);
        }
        if let Some((summary, families)) = prepared.phrasing {
            self.phrasing.push(summary);
            if !families.is_empty() {
                self.phrases.push((id, families));
            }
        }
        let (twice, strange_date) = (prepared.twice.as_deref(), prepared.strange_date.as_deref());
        let odd = oddities::of(entry, &prepared.sketch, twice, strange_date);
        found.extend(odd);
        Ok((Some(id), found))
    }
}

fn is_duplicate(inserted: &reprint::Result<ArticleId>) -> bool {
    let error = inserted.as_ref().err();
    error.is_some_and(|error| error.kind() == ErrorKind::DuplicateKey)
}

impl Workshop<'_> {
    /// Prepares the articles of a chunk. Words are counted up to `limit`, the largest fingerprint that
    /// statistics need.
    fn chunk(
        &self,
        chunk: Chunk,
        limit: Option<Fingerprint>,
    ) -> Vec<Result<(Entry, Prepared), Problem>> {
        let Chunk { bytes, items } = chunk;
        let entries = items.into_iter().filter_map(|item| match item {
            Item::Article(entry) => Some(Ok(entry)),
            Item::Problem(problem) => Some(Err(problem)),
            Item::Aside(_) => None,
        });
        let entries: Vec<Result<Entry, Problem>> = entries.collect();
        entries
            .into_par_iter()
            .map_init(Scratch::default, |scratch, entry| {
                let entry = entry?;
                let prepared = self.article(&entry, &bytes[entry.bytes.clone()], limit, scratch);
                match prepared {
                    Ok(prepared) => Ok((entry, prepared)),
                    Err((kind, message)) => Err(Problem::new(kind, entry.at(), message)),
                }
            })
            .collect()
    }

    fn article(
        &self,
        entry: &Entry,
        bytes: &[u8],
        limit: Option<Fingerprint>,
        scratch: &mut Scratch,
    ) -> Result<Prepared, record::Wrong> {
        let Scratch {
            text,
            document: buffer,
            sketch: sketch_scratch,
            phrase: phrase_scratch,
        } = scratch;
        let article = record::article(self.fields, &entry.source, bytes, text)?;
        let too_long = |error: reprint::Error| (Kind::TooLong, error.to_string());
        // The sketch alone is several times as fast from the text as from a document, which is cut
        // only for stages that look at its words. Statistics want few articles of a large corpus. A
        // long text is never cut whole, since a document takes four bytes a byte.
        let head = document::head(&article.body);
        let is_whole = head.len() == article.body.len();
        let are_most_counted = limit.is_none_or(|limit| limit.0 >= u128::MAX / 2);
        let is_cut = self.phrases.is_some() || (self.counts_words && are_most_counted);
        let mut cut = if is_cut {
            Some(buffer.read(head).map_err(too_long)?)
        } else {
            None
        };
        let sketch = match cut.filter(|_| is_whole) {
            Some(document) => self.sketcher.sketch_document(document, sketch_scratch),
            None => self
                .sketcher
                .sketch_with(&article.body, sketch_scratch)
                .map_err(too_long)?,
        };
        let is_wanted = limit.is_none_or(|limit| sketch.fingerprint <= limit);
        if self.counts_words && is_wanted && cut.is_none() {
            cut = Some(buffer.read(head).map_err(too_long)?);
        }
        let counted = cut.filter(|_| self.counts_words && is_wanted);
        let counts = counted.map(ArticleCounts::of);
        let phrasing = match self.phrases.zip(cut) {
            Some((phrases, document)) => {
                let headline = article.title.as_deref();
                let found = phrases
                    .analyze_document(phrase_scratch, document, headline)
                    .map_err(too_long)?;
                let summary = PhrasingSummary::new(&found);
                let telling = phrases.settings().suspicious;
                let mut families = found.families;
                // A flagged article has at least one phrase named, even a weak one.
                let first = usize::from(is_flagged(&summary));
                families.truncate(first.max(families.partition_point(|f| f.score >= telling)));
                Some((summary, families))
            }
            None => None,
        };
        let date = article
            .date
            .as_deref()
            .map(|text| (date::parse(text), text));
        Ok(Prepared {
            key: article.key.map_or_else(|| entry.at(), Into::into),
            date: date.and_then(|(date, _)| date),
            strange_date: date
                .filter(|(date, _)| date.is_none())
                .map(|(_, text)| text.to_owned()),
            publisher: article.source.map(Into::into),
            twice: article.twice,
            sketch,
            counts,
            phrasing,
            held: match entry.place {
                Place::Gone => Held::new(
                    article.title.as_deref(),
                    article.lang.as_deref(),
                    article.body,
                ),
                Place::Bytes { .. } | Place::File => Held::default(),
            },
        })
    }
}
