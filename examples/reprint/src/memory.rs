//! The limit of the memory, `--memory`.
//!
//! In: a limit. Out: a run that takes no more, or ends with exit code 1 and says what to do.
//!
//! A [`Guard`] looks a hundred times a second at the memory that belongs to the process alone:
//! `RssAnon` of Linux. What the threads take between two looks may pass the limit: some 10 MB a core
//! at most, of which the guard keeps back a sixteenth of the limit. The program file itself, and the
//! system's cache of files, are not counted; texts that can't be read again are written to a temporary
//! file, and so need no memory. While the input is read, the guard also tells from the share read how
//! much the whole will take. A run that would take [`FAR_BEYOND`] times its limit ends at once, not
//! after hours.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, fs};

use reprint::corpus::ENOUGH;

use crate::failure::Failure;
use crate::output::{atomic, clean};
use crate::progress::{self, Share};

/// Time between two looks. Two cores fill 20 MB at most meanwhile.
const PAUSE: Duration = Duration::from_millis(10);

/// The run ends when the process takes all of the limit but one in so many parts of it: most of what is
/// taken between two looks is within the limit then. Chosen by hand: a whole 10 MB a core would be the
/// larger part of a small limit.
const RESERVE: u64 = 16;

/// The smallest limit: buffers for reading, and 8 MB of texts, take half of it.
const LEAST: u64 = 64 << 20;

/// The part of the limit that one article may have. Two articles that are compared take some 18
/// bytes for each of their bytes.
const PARTS: u64 = 64;

/// The share of the input to be read before the whole is told by it. Chosen by hand.
const TELLING: f64 = 0.1;

/// Articles from which growth is measured: buffers have grown to their size by then, and the words of
/// [`ENOUGH`] articles are counted. The first 4,000 articles of a newswire of 52,000 foretold 192 MB
/// where 76 were used.
const SETTLED: u64 = 2 * ENOUGH as u64;

/// The memory told, in limits, from which a run ends early: what is told may be wrong by as much.
const FAR_BEYOND: f64 = 1.5;

/// Most bytes of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(u64);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self.0))
    }
}

impl Limit {
    /// The limit in bytes.
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }

    /// The longest article that the limit has room for, in bytes.
    pub(crate) fn longest_article(self) -> u64 {
        self.0 / PARTS
    }

    /// Reads a size such as 512M or 2G, in powers of 1024.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let small = text.trim().to_ascii_lowercase();
        let small = small.strip_suffix('b').unwrap_or(&small);
        let small = small.strip_suffix('i').unwrap_or(small);
        let unit = small.chars().next_back().unwrap_or_default();
        let shift = match unit {
            'k' => 10,
            'm' => 20,
            'g' => 30,
            't' => 40,
            _ => return Err("a size is a number and K, M, G or T, such as 512M or 2G".to_owned()),
        };
        let number: u64 = small[..small.len() - 1]
            .trim_end()
            .parse()
            .map_err(|_| "a size is a whole number and a unit, such as 1536M".to_owned())?;
        let bytes = number.saturating_mul(1 << shift);
        if bytes < LEAST {
            return Err(format!("no run gets by with less than {}", shown(LEAST)));
        }
        Ok(Self(bytes))
    }
}

/// What is said of a run that its limit ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Advice {
    /// What is left of the run.
    left: &'static str,
    /// The way out beside a larger limit.
    instead: &'static str,
}

impl Advice {
    /// Of a run whose output is written at its end.
    pub(crate) const WHOLE_RUN: Self = Self {
        left: "nothing was written",
        instead: "split the input by date or language and give each part by itself with --keep, and \
                  what was kept before as --reference; reprint estimate says what a run takes",
    };
    /// Of a run that commits to an index as it goes.
    pub(crate) const OF_INDEX: Self = Self {
        left: "what was committed to the index stays",
        instead: "give the same command again: it goes on where it ended",
    };
}

/// Watches the memory until dropped.
#[derive(Debug)]
pub(crate) struct Guard {
    watcher: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Guard {
    /// Starts to watch. Fails where the system doesn't tell the memory of a process.
    pub(crate) fn begin(limit: Limit, advice: Advice) -> Result<Self, Failure> {
        if in_use().is_none() {
            let message = "--memory needs /proc/self/status, which this system does not have; \
                           leave the option out";
            return Err(Failure::of_options(&["memory"], message));
        }
        let (end, ended) = channel();
        let watch = move || {
            let mut first = None;
            while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                let Some(used) = in_use() else { continue };
                let share = progress::share().filter(|_| progress::articles() >= SETTLED);
                let told = share.and_then(|share| foretold(&mut first, share, used));
                if let Some(message) = beyond(limit, used, told, &advice) {
                    progress::say(&clean::line(&format!("error: {message}")));
                    atomic::end(1);
                }
            }
        };
        let watcher = Some((end, thread::spawn(watch)));
        Ok(Self { watcher })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some((end, watcher)) = self.watcher.take() {
            drop(end);
            let _ = watcher.join();
        }
    }
}

/// The memory at the end of reading, in bytes, if the growth from the `first` look goes on.
fn foretold(first: &mut Option<(Share, u64)>, now: Share, used: u64) -> Option<f64> {
    let (then, before) = match *first {
        Some(first) if first.0.is_before(now) => first,
        _ => *first.insert((now, used)),
    };
    let read = now.read - then.read;
    let growth = used.saturating_sub(before) as f64;
    // As much again must have been read as before the first look.
    let is_telling = read >= TELLING.max(then.read);
    is_telling.then(|| used as f64 + growth / read * (1.0 - now.read))
}

/// Why the run ends, if it does.
fn beyond(limit: Limit, used: u64, told: Option<f64>, advice: &Advice) -> Option<String> {
    let Limit(most) = limit;
    let articles = progress::articles();
    let told = told.filter(|&told| told > FAR_BEYOND * most as f64);
    let (what, enough) = if let Some(told) = told {
        let told = told as u64;
        let what = format!(
            "the input would take some {} to read, by its first {articles} articles",
            shown(told)
        );
        (what, told + told / 2)
    } else if used >= most - most / RESERVE {
        let what = format!("{} are in use after {articles} articles", shown(used));
        (what, 2 * most)
    } else {
        return None;
    };
    let Advice { left, instead } = advice;
    let (most, enough) = (shown(most), shown(enough));
    Some(format!(
        "--memory {most}: {what}; {left}. Try --memory {enough}, or {instead}"
    ))
}

/// The process's own memory in bytes, as Linux tells it.
pub(crate) fn in_use() -> Option<u64> {
    status("RssAnon:")
}

/// A memory figure of this process in bytes, as Linux tells it.
pub(crate) fn status(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

/// A size as `--memory` takes it, rounded up.
fn shown(bytes: u64) -> String {
    let in_units = |shift: u32| bytes.div_ceil(1 << shift);
    match bytes {
        0..0x2_8000_0000 => format!("{}M", in_units(20)),
        _ => format!("{}G", in_units(30)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("64M", 64 << 20),
            ("512 mb", 512 << 20),
            ("2GiB", 2 << 30),
            ("65536k", 64 << 20),
            ("3T", 3 << 40),
            ("99999999999T", u64::MAX),
        ] {
            assert_eq!(Limit::parse(text), Ok(Limit(bytes)), "{text}");
        }
        for text in ["", "2", "G", "1.5G", "63M", "-1G", "2X", "ib"] {
            assert!(Limit::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_shown_as_they_are_given() {
        let limits = [64 << 20, (512 << 20) - 1, 10 << 30, (64 << 30) + 1];
        assert_eq!(limits.map(shown), ["64M", "512M", "10G", "65G"]);
    }

    #[test]
    fn a_limit_is_refused_when_it_is_near_or_will_be_far_exceeded() {
        let limit = Limit(1 << 30);
        assert_eq!(beyond(limit, 900 << 20, None, &Advice::WHOLE_RUN), None);
        let told = Some(1.4 * f64::from(1 << 30));
        assert_eq!(beyond(limit, 1 << 20, told, &Advice::WHOLE_RUN), None);
        let near = beyond(limit, 1000 << 20, None, &Advice::WHOLE_RUN).expect("it is near");
        assert!(
            near.starts_with("--memory 1024M: 1000M are in use"),
            "{near}"
        );
        assert!(near.contains("Try --memory 2048M"), "{near}");
        let told = Some(4.0 * f64::from(1 << 30));
        let far = beyond(limit, 1 << 20, told, &Advice::OF_INDEX).expect("it is far");
        assert!(far.contains("would take some 4096M"), "{far}");
        assert!(far.contains("Try --memory 6144M"), "{far}");
    }

    #[test]
    fn the_whole_is_told_by_the_growth() {
        let share = |read| Share { reading: 1, read };
        let mut first = None;
        assert_eq!(foretold(&mut first, share(0.0), 50), None);
        assert_eq!(foretold(&mut first, share(0.09), 60), None);
        assert_eq!(foretold(&mut first, share(0.25), 100), Some(250.0));
        // Another input begins anew.
        let next = Share {
            reading: 2,
            read: 0.4,
        };
        assert_eq!(foretold(&mut first, next, 100), None);
        for (read, told) in [(0.7, None), (0.9, Some(90.0))] {
            let later = Share { read, ..next };
            assert_eq!(foretold(&mut first, later, 90), told);
        }
    }
}
