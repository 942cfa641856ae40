//! How far the work is, for those who watch.
//!
//! In: articles and bytes, as they are done. Out: one line on stderr that is written over, if
//! stderr is a terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Between two lines.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub(crate) struct Progress {
    is_watched: bool,
    started: Instant,
    shown: Option<Instant>,
    articles: u64,
    bytes: u64,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            is_watched: !quiet && std::io::stderr().is_terminal(),
            started: Instant::now(),
            shown: None,
            articles: 0,
            bytes: 0,
        }
    }

    /// Counts what was done.
    pub(crate) fn add(&mut self, articles: usize, bytes: usize) {
        self.articles += articles as u64;
        self.bytes += bytes as u64;
        if self.shown.is_none_or(|shown| shown.elapsed() >= PAUSE) {
            let megabytes = self.bytes as f64 / 1e6;
            let rate = megabytes / self.started.elapsed().as_secs_f64().max(1e-3);
            let articles = self.articles;
            self.show(&format!(
                "{articles} articles, {megabytes:.0} MB, {rate:.0} MB/s"
            ));
        }
    }

    /// Says what is being done now.
    pub(crate) fn stage(&mut self, stage: &str) {
        let line = format!("{} articles: {stage}", self.articles);
        self.show(&line);
    }

    /// Takes the line away, so that other output can follow.
    pub(crate) fn clear(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    fn show(&mut self, line: &str) {
        if self.is_watched {
            self.shown = Some(Instant::now());
            let mut stderr = std::io::stderr();
            let _ = write!(stderr, "\r\x1b[K{line}");
            let _ = stderr.flush();
        }
    }
}
