//! An HTTP service that says of each article whether it was there before.
//!
//! ```text
//! cargo run --release -p reprint-cli --example watch -- FOLDER 127.0.0.1:8080
//! curl 127.0.0.1:8080 --json '{"key": "n1", "text": "...", "date": 1700000000}'
//! ```
//!
//! In: articles, as JSON. Out: the articles of the last 14 days that each matches, with the relation and
//! the passages in common. Texts stand in an `SQLite` file, and the index asks for them by key. An answer
//! is given after both are durable. A kill may leave an article in the store that is not in the index; the
//! next start adds it.

use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use reprint::relation::Relation;
use reprint::saved::{Query, SavedIndex, SavedOptions};
use reprint::{Article, BoxError, Detector, ErrorKind};
use rusqlite::{Connection, params};

/// Seconds that an article is kept, by its date.
const KEPT: i64 = 14 * 24 * 60 * 60;

#[derive(serde::Deserialize)]
struct Posted {
    key: String,
    text: String,
    /// Seconds since 1970-01-01 UTC.
    date: i64,
}

#[derive(serde::Serialize)]
struct Answered {
    key: String,
    relation: Option<Relation>,
    score: f64,
    passages: Vec<String>,
}

struct Watch {
    index: SavedIndex,
    texts: Arc<Mutex<Connection>>,
}

impl Watch {
    fn open(folder: &Path) -> Result<Self, BoxError> {
        std::fs::create_dir_all(folder)?;
        let texts = Connection::open(folder.join("texts.sqlite"))?;
        texts.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS \
             articles (key TEXT PRIMARY KEY, text TEXT NOT NULL, date INTEGER NOT NULL)",
        )?;
        let texts = Arc::new(Mutex::new(texts));
        let store = Arc::clone(&texts);
        let text = move |_: u64, key: &str| -> Result<String, BoxError> {
            let texts = store.lock().unwrap_or_else(PoisonError::into_inner);
            let wanted = "SELECT text FROM articles WHERE key = ?1";
            Ok(texts.query_row(wanted, [key], |row| row.get(0))?)
        };
        let (options, at) = (
            SavedOptions::new().texts(Arc::new(text)),
            folder.join("index"),
        );
        let index = match SavedIndex::open(&at, &options) {
            Err(error) if error.kind() == ErrorKind::Io => {
                SavedIndex::create(&at, Detector::builder(), &options)?
            }
            opened => opened?,
        };
        let mut watch = Self { index, texts };
        watch.recover()?;
        Ok(watch)
    }

    /// Adds what the store has and the index has not, or has with another text.
    fn recover(&mut self) -> Result<(), BoxError> {
        let stored: Vec<Posted> = {
            let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
            let mut all = texts.prepare("SELECT key, text, date FROM articles")?;
            let posted = all.query_map([], |row| {
                let (key, text, date) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Posted { key, text, date })
            })?;
            posted.collect::<Result<_, _>>()?
        };
        for Posted { key, text, date } in stored {
            let print = self.index.judge().sketcher().sketch(&text)?.fingerprint;
            let is_there = self
                .index
                .get(&key)?
                .is_some_and(|old| old.fingerprint == print);
            if !is_there {
                self.index.replace(&Article::new(&key, &text).date(date))?;
            }
        }
        self.index.commit()?;
        Ok(())
    }

    fn take(&mut self, posted: &Posted) -> Result<Vec<Answered>, BoxError> {
        let Posted { key, text, date } = posted;
        let first = date - KEPT;
        let asked = Query::new().without(key).window(Some(first), None);
        let mut answers = Vec::new();
        for found in self.index.matches(text, &asked)?.found {
            let passages = found.passages(&self.index, text)?;
            let quoted = passages
                .iter()
                .map(|passage| text[passage.a.range()].to_owned());
            answers.push(Answered {
                key: found.article.key.clone(),
                relation: found.summary.map(|summary| summary.relation),
                score: found.score(),
                passages: quoted.collect(),
            });
        }
        // The store first: the index names no article whose text is not there.
        let replaced = "INSERT OR REPLACE INTO articles VALUES (?1, ?2, ?3)";
        let texts = || self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts().execute(replaced, params![key, text, date])?;
        self.index.replace(&Article::new(key, text).date(*date))?;
        self.index.expire_before(first)?;
        self.index.commit()?;
        self.index.tidy()?;
        texts().execute("DELETE FROM articles WHERE date < ?1", [first])?;
        Ok(answers)
    }
}

async fn take(
    State(watch): State<Arc<Mutex<Watch>>>,
    Json(posted): Json<Posted>,
) -> Result<Json<Vec<Answered>>, (StatusCode, String)> {
    let failed = |error: String| (StatusCode::INTERNAL_SERVER_ERROR, error);
    let taken = tokio::task::spawn_blocking(move || {
        let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
        watch.take(&posted).map_err(|error| error.to_string())
    });
    let answers = taken.await.map_err(|error| failed(error.to_string()))?;
    answers.map(Json).map_err(failed)
}

/// Serves the articles in `folder` until the process ends.
pub(crate) fn serve(folder: &Path, listener: TcpListener) -> Result<(), BoxError> {
    let watch = Arc::new(Mutex::new(Watch::open(folder)?));
    let service = Router::new().route("/", post(take)).with_state(watch);
    listener.set_nonblocking(true)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_io()
        .build()?
        .block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            Ok(axum::serve(listener, service).await?)
        })
}

#[allow(dead_code, reason = "the test has a `main` of its own")]
fn main() -> Result<(), BoxError> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("usage: watch FOLDER ADDRESS, for instance watch news 127.0.0.1:8080".into());
    };
    serve(Path::new(&folder), TcpListener::bind(address)?)
}
