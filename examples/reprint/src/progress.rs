//! Progress messages.
//!
//! In: articles, bytes and texts, as they are done. Out: on a terminal, one line on stderr that is
//! overwritten; elsewhere, a line every ten seconds. Every message on stderr goes through [`say`],
//! so that none lands in the middle of that line.

use std::io::{IsTerminal, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Time between two progress lines on a terminal. Chosen by hand.
const WATCHED: Duration = Duration::from_millis(200);
/// Time between two progress lines elsewhere. Chosen by hand.
const LOGGED: Duration = Duration::from_secs(10);

// Any thread counts here; one line shows the totals.
static BYTES: AtomicU64 = AtomicU64::new(0);
static TEXTS: AtomicU64 = AtomicU64::new(0);
static ARTICLES: AtomicU64 = AtomicU64::new(0);

/// What is read now, if its size is known.
static READING: Mutex<Option<Reading>> = Mutex::new(None);

/// The reading of some files.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// Counts the readings of a run.
    number: u64,
    /// Bytes that were read before.
    before: u64,
    /// Bytes of all files together.
    expected: u64,
}

/// The share of some files that has been read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Share {
    /// Which files: the readings of a run are counted.
    pub(crate) reading: u64,
    /// From 0 to 1.
    pub(crate) read: f64,
}

impl Share {
    /// Whether the other share is of the same reading, later.
    pub(crate) fn is_before(self, other: Self) -> bool {
        self.reading == other.reading && self.read < other.read
    }
}

/// The share of the files that has been read by now; `None` if their size is unknown.
pub(crate) fn share() -> Option<Share> {
    let reading = (*lock(&READING))?;
    let read = BYTES.load(Ordering::Relaxed).checked_sub(reading.before)?;
    (read <= reading.expected && reading.expected > 0).then(|| Share {
        reading: reading.number,
        read: read as f64 / reading.expected as f64,
    })
}

/// The articles read so far.
pub(crate) fn articles() -> u64 {
    ARTICLES.load(Ordering::Relaxed)
}

/// Whether the progress line is on the terminal.
static IS_SHOWN: Mutex<bool> = Mutex::new(false);

/// Writes a line on stderr in place of the progress line. A closed stderr is no error.
pub(crate) fn say(line: &str) {
    let mut is_shown = lock(&IS_SHOWN);
    let erased = if *is_shown { "\r\x1b[K" } else { "" };
    let _ = writeln!(std::io::stderr(), "{erased}{line}");
    *is_shown = false;
}

/// Counts a text that was read again.
pub(crate) fn count_text() {
    TEXTS.fetch_add(1, Ordering::Relaxed);
}

/// A file that counts the bytes read from it, before any decompression.
pub(crate) struct Counted<R>(pub(crate) R);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(bytes)?;
        BYTES.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Shows progress until dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    work: Arc<Mutex<Work>>,
    /// `None` if nobody watches.
    teller: Option<(Sender<()>, JoinHandle<()>)>,
}

#[derive(Debug)]
struct Work {
    started: Instant,
    articles: u64,
    bytes: u64,
    now: Now,
}

/// The current work.
#[derive(Debug)]
enum Now {
    Nothing,
    Reading,
    Stage {
        name: String,
        since: Instant,
        texts: u64,
    },
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        let work = Arc::new(Mutex::new(Work {
            started: Instant::now(),
            articles: 0,
            bytes: 0,
            now: Now::Nothing,
        }));
        let teller = (!quiet).then(|| {
            let (end, ended) = channel();
            let work = Arc::clone(&work);
            let is_watched = std::io::stderr().is_terminal();
            let pause = if is_watched { WATCHED } else { LOGGED };
            let tell = move || {
                while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                    // The lock is held until the line is shown. `clear` therefore can't come in
                    // between.
                    let work = lock(&work);
                    if let Some(line) = work.line() {
                        if is_watched {
                            show(&line);
                        } else {
                            say(&line);
                        }
                    }
                }
            };
            (end, thread::spawn(tell))
        });
        Self { work, teller }
    }

    /// Begins to read files of this total size in bytes, if known.
    pub(crate) fn expect(&mut self, bytes: Option<u64>) {
        static READINGS: AtomicU64 = AtomicU64::new(0);
        let number = READINGS.fetch_add(1, Ordering::Relaxed);
        *lock(&READING) = bytes.map(|expected| Reading {
            number,
            before: BYTES.load(Ordering::Relaxed),
            expected,
        });
        lock(&self.work).started = Instant::now();
    }

    /// Counts finished articles and their bytes.
    pub(crate) fn add(&mut self, articles: usize, bytes: usize) {
        let mut work = lock(&self.work);
        work.articles += articles as u64;
        ARTICLES.store(work.articles, Ordering::Relaxed);
        work.bytes += bytes as u64;
        work.now = Now::Reading;
    }

    /// Sets the name of the current stage.
    pub(crate) fn stage(&mut self, stage: &str) {
        *lock(&READING) = None;
        lock(&self.work).now = Now::Stage {
            name: stage.to_owned(),
            since: Instant::now(),
            texts: TEXTS.load(Ordering::Relaxed),
        };
    }

    /// Removes the progress line before further output.
    pub(crate) fn clear(&mut self) {
        lock(&self.work).now = Now::Nothing;
        let mut is_shown = lock(&IS_SHOWN);
        if std::mem::take(&mut *is_shown) {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
        if let Some((end, teller)) = self.teller.take() {
            drop(end);
            let _ = teller.join();
        }
    }
}

impl Work {
    /// The progress line.
    fn line(&self) -> Option<String> {
        let articles = self.articles;
        match &self.now {
            Now::Nothing => None,
            Now::Reading => {
                let elapsed = self.started.elapsed().as_secs_f64();
                let read = share().map(|share| share.read);
                Some(reading(articles, self.bytes, elapsed, read))
            }
            Now::Stage { name, since, texts } => {
                let texts = TEXTS.load(Ordering::Relaxed) - texts;
                let elapsed = time(since.elapsed().as_secs());
                Some(format!(
                    "{articles} articles: {name}, {texts} texts read, {elapsed}"
                ))
            }
        }
    }
}

/// Articles and bytes of text so far, the rate, and the share of the files read.
fn reading(articles: u64, bytes: u64, elapsed: f64, read: Option<f64>) -> String {
    let megabytes = bytes as f64 / 1e6;
    let rate = megabytes / elapsed.max(1e-3);
    let line = format!("{articles} articles, {megabytes:.0} MB, {rate:.0} MB/s");
    match read {
        Some(done) if done > 0.0 => {
            let left = time((elapsed * (1.0 / done - 1.0)).ceil() as u64);
            format!("{line}, {:.0}%, {left} left", (done * 100.0).floor())
        }
        _ => line,
    }
}

fn time(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

fn show(line: &str) {
    let mut is_shown = lock(&IS_SHOWN);
    let mut stderr = std::io::stderr();
    let _ = write!(stderr, "\r\x1b[K{line}");
    let _ = stderr.flush();
    *is_shown = true;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{reading, time};

    #[test]
    fn rate_and_time_left() {
        assert_eq!(
            reading(1200, 50_000_000, 2.0, Some(0.25)),
            "1200 articles, 50 MB, 25 MB/s, 25%, 6 s left"
        );
        assert_eq!(
            reading(7, 1_000_000, 1.0, Some(1.0)),
            "7 articles, 1 MB, 1 MB/s, 100%, 0 s left"
        );
        let unknown = "7 articles, 1 MB, 1 MB/s";
        for read in [None, Some(0.0)] {
            assert_eq!(reading(7, 1_000_000, 1.0, read), unknown);
        }
    }

    #[test]
    fn times() {
        assert_eq!(time(59), "59 s");
        assert_eq!(time(61), "1 min 1 s");
        assert_eq!(time(7265), "2 h 1 min");
    }
}
