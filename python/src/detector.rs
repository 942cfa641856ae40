//! A detector with the texts of its articles.
//!
//! In: articles of Python. Out: matches and groups. A lock stands around the detector: many threads
//! may ask at once, and one may insert. No thread waits for it while it holds the interpreter.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use reprint::report::{GroupRecord, Lineage, LinkRecord, StoryRecord};
use reprint::saved::{SavedIndex, SavedOptions, Snapshot};
use reprint::{Article, ArticleId, MemoryTexts, TextStore};
use serde::Serialize;

use crate::compare::{Compared, Counts, Summary, counts, placed, summary};
use crate::errors::{raised, unreadable};
use crate::settings::{builder, to_json};
use crate::strings::text;
use crate::threads;

struct Corpus {
    detector: reprint::Detector,
    texts: MemoryTexts,
}

/// Key, text, date, publisher.
type Row<'py> = (
    Bound<'py, PyString>,
    Bound<'py, PyString>,
    Option<i64>,
    Option<Bound<'py, PyString>>,
);

/// Key, score, whether it joins, summary, counts.
type Matched = (String, f64, bool, Option<Summary>, Counts);

/// The groups as records of the schema.
#[derive(Serialize)]
struct GroupsRecord<'a> {
    groups: Vec<GroupRecord<'a>>,
    links: Vec<LinkRecord<'a>>,
    unread: Vec<(&'a str, String)>,
}

/// Finds recycled articles among those inserted.
#[pyclass(frozen, module = "reprint._reprint")]
pub(crate) struct Detector {
    corpus: RwLock<Corpus>,
}

impl Detector {
    fn of(detector: reprint::Detector, texts: MemoryTexts) -> Self {
        let corpus = RwLock::new(Corpus { detector, texts });
        Self { corpus }
    }

    fn read(&self) -> RwLockReadGuard<'_, Corpus> {
        self.corpus.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Corpus> {
        self.corpus.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Detector {
    #[new]
    fn new(settings: &str, statistics: Option<&[u8]>) -> PyResult<Self> {
        let detector = builder(settings, statistics)?.build().map_err(raised)?;
        Ok(Self::of(detector, MemoryTexts::new()))
    }

    /// The detector of a saved index, with its texts.
    #[staticmethod]
    fn open(py: Python<'_>, folder: &str) -> PyResult<Self> {
        let opened = || {
            let snapshot = Snapshot::open(folder, &SavedOptions::new())?;
            let (detector, saved) = snapshot.load()?;
            let mut texts = MemoryTexts::new();
            for id in detector.ids() {
                let key = detector.key(id).unwrap_or_default();
                // What can't be read again is named by the answers that need it.
                if let Ok(text) = saved.text(id, key) {
                    texts.set(id, text.into_owned());
                }
            }
            Ok(Self::of(detector, texts))
        };
        py.detach(opened).map_err(raised)
    }

    /// Writes the articles to a new saved index.
    fn save(&self, py: Python<'_>, folder: &str) -> PyResult<()> {
        let saved = || -> PyResult<()> {
            let corpus = self.read();
            let Corpus { detector, texts } = &*corpus;
            let mut like = reprint::Detector::builder().settings(detector.settings().clone());
            if let Some(statistics) = detector.statistics() {
                like = like.statistics(statistics.clone());
            }
            let mut index =
                SavedIndex::create(folder, like, &SavedOptions::new()).map_err(raised)?;
            for id in detector.ids() {
                let key = detector.key(id).unwrap_or_default();
                let body = texts
                    .text(id, key)
                    .map_err(|error| unreadable(key, &*error))?;
                let article = Article {
                    key,
                    body: &body,
                    date: detector.date(id),
                    source: detector.source(id),
                };
                index.insert(&article).map_err(raised)?;
            }
            index.commit().map(drop).map_err(raised)
        };
        py.detach(|| threads::run(saved))
    }

    /// The settings, all of them, as JSON.
    fn settings(&self, py: Python<'_>) -> String {
        py.detach(|| to_json(self.read().detector.settings()))
    }

    /// Statistics of the corpus, if there are any.
    fn statistics<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| {
            self.read()
                .detector
                .statistics()
                .map(|known| known.to_bytes())
        });
        bytes.map(|bytes| PyBytes::new(py, &bytes))
    }

    /// Whether there are statistics of the corpus. Unlike these, the answer takes constant time.
    fn has_statistics(&self, py: Python<'_>) -> bool {
        py.detach(|| self.read().detector.statistics().is_some())
    }

    /// Whether pairs are judged by statistics of the corpus.
    fn is_recycled(&self, py: Python<'_>) -> bool {
        py.detach(|| {
            let mode = self.read().detector.settings().mode;
            matches!(mode, reprint::Mode::Recycled { .. })
        })
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        py.detach(|| self.read().detector.len())
    }

    fn __contains__(&self, py: Python<'_>, key: &Bound<'_, PyString>) -> PyResult<bool> {
        let key = text(key)?;
        Ok(py.detach(|| self.read().detector.id(&key).is_some()))
    }

    /// The keys of all articles.
    fn keys(&self, py: Python<'_>) -> Vec<String> {
        py.detach(|| {
            let corpus = self.read();
            let keys = corpus
                .detector
                .ids()
                .filter_map(|id| corpus.detector.key(id));
            keys.map(str::to_owned).collect()
        })
    }

    /// Inserts articles. Out: for each, nothing or the exception that names why it was refused.
    fn insert_many(&self, py: Python<'_>, rows: Vec<Row<'_>>) -> PyResult<Vec<Option<PyErr>>> {
        let read = |row: &Row<'_>| {
            let (key, body, date, source) = row;
            let own = |string| text(string).map(Cow::into_owned);
            Ok((
                own(key)?,
                own(body)?,
                *date,
                source.as_ref().map(own).transpose()?,
            ))
        };
        let rows = rows.iter().map(read).collect::<PyResult<Vec<_>>>()?;
        let inserted = || {
            let articles: Vec<Article<'_>> = rows
                .iter()
                .map(|(key, body, date, source)| Article {
                    key,
                    body,
                    date: *date,
                    source: source.as_deref(),
                })
                .collect();
            let mut corpus = self.write();
            let outcomes = corpus.detector.extend(&articles);
            let outcomes = outcomes.into_iter().zip(&articles);
            let kept = outcomes.map(|(outcome, article)| {
                outcome.map(|id| corpus.texts.set(id, article.body)).err()
            });
            kept.collect::<Vec<_>>()
        };
        let outcomes = py.detach(|| threads::run(inserted));
        Ok(outcomes
            .into_iter()
            .map(|error| error.map(raised))
            .collect())
    }

    /// Removes an article; whether it was there.
    fn remove(&self, py: Python<'_>, key: &Bound<'_, PyString>) -> PyResult<bool> {
        let key = text(key)?;
        Ok(py.detach(|| {
            let mut corpus = self.write();
            let Some(id) = corpus.detector.id(&key) else {
                return false;
            };
            corpus.texts.remove(id);
            corpus.detector.remove(id)
        }))
    }

    /// The text of an article.
    fn text(&self, py: Python<'_>, key: &Bound<'_, PyString>) -> PyResult<Option<String>> {
        let key = text(key)?;
        Ok(py.detach(|| {
            let corpus = self.read();
            let id = corpus.detector.id(&key)?;
            corpus.texts.text(id, &key).ok().map(Cow::into_owned)
        }))
    }

    /// Learns how rare words are.
    fn learn(&self, py: Python<'_>) {
        py.detach(|| {
            threads::run(|| {
                let mut corpus = self.write();
                let Corpus { detector, texts } = &mut *corpus;
                detector.learn(texts);
            });
        });
    }

    /// Compares two texts by the settings and statistics of the detector.
    fn compare(
        &self,
        py: Python<'_>,
        a: &Bound<'_, PyString>,
        b: &Bound<'_, PyString>,
    ) -> PyResult<Compared> {
        let (a, b) = (text(a)?, text(b)?);
        let compared = || {
            let found = self.read().detector.compare(&a, &b)?;
            Ok(placed(&a, &b, &found))
        };
        py.detach(|| threads::run(compared)).map_err(raised)
    }

    /// The verified matches of a text, and the keys of articles whose text could not be read.
    fn matches(
        &self,
        py: Python<'_>,
        body: &Bound<'_, PyString>,
    ) -> PyResult<(Vec<Matched>, Vec<String>)> {
        let body = text(body)?;
        let matched = || {
            let corpus = self.read();
            let found = corpus.detector.matches(&body, &corpus.texts)?;
            let key = |id| corpus.detector.key(id).unwrap_or_default().to_owned();
            let matched = found.found.iter().map(|at| {
                let told = at.summary.map(summary);
                (key(at.id), at.score(), at.joins(), told, counts(at.overlap))
            });
            let unread = found.unread.iter().map(|&(id, _)| key(id));
            Ok((matched.collect(), unread.collect()))
        };
        py.detach(|| threads::run(matched)).map_err(raised)
    }

    /// The groups, and the links that join none, as JSON of the schema's records.
    fn groups(&self, py: Python<'_>) -> PyResult<String> {
        let grouped = || {
            let corpus = self.read();
            let detector = &corpus.detector;
            let found = detector.groups(&corpus.texts)?;
            let key = |id: ArticleId| detector.key(id).unwrap_or_default();
            let names = Lineage::new(&found, &key);
            let stories = StoryRecord::all(detector, &found);
            let groups = found.groups.iter().zip(stories).enumerate();
            let record = GroupsRecord {
                groups: groups
                    .map(|(number, (group, story))| {
                        let mut record = GroupRecord::new(names.id(number), group, &key);
                        record.story = Some(story);
                        record
                    })
                    .collect(),
                links: found
                    .between
                    .iter()
                    .map(|pair| LinkRecord::new(pair, &key))
                    .collect(),
                unread: found
                    .unread
                    .iter()
                    .map(|(id, error)| (key(*id), error.to_string()))
                    .collect(),
            };
            // Records hold nothing that JSON lacks.
            Ok(serde_json::to_string(&record).unwrap_or_default())
        };
        py.detach(|| threads::run(grouped)).map_err(raised)
    }
}
