//! The memory and time of a corpus, estimated from a sample.
//!
//! In: a corpus. Out: ranges of the time and memory that the main command takes over all of it,
//! measured on the first articles.
//!
//! The sample is searched twice: half the articles, then every article. The growth in between
//! predicts further growth.
//!
//! - Reading and sketching are linear in bytes. Counting words stops at
//!   [`ENOUGH`](reprint::corpus::ENOUGH) articles.
//! - Matching is linear in candidate pairs. The low end takes pairs as linear in articles. The high
//!   end continues the growth from half to all, up to the limit of the search.
//! - Memory is the sample's peak, plus the bytes held for each further article, which are known
//!   exactly. The high end adds space for growing arrays, for pairs, for words not counted yet, and for
//!   a full block of the texts that are compared.
//!
//! The first articles stand for all articles, and times depend on this machine's load, so each end
//! is widened by a fifth. Five thousand articles of a newswire predicted 12 to 21 seconds and 80 to
//! 134 MB for 52,000; the run took 19 seconds and 94 MB.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use reprint::phrase::{PhraseDetector, PhraseSettings};
use reprint::{ArticleId, Mode, Settings, corpus};
use serde::Serialize;

use super::{Talk, count, count_words, detector, no_article, rounded};
use crate::corpus as reading;
use crate::failure::Failure;
use crate::input::{self, Chunk, Item};
use crate::memory::{self, Limit};
use crate::options::{CommandFormat, EstimateOptions};
use crate::output::{json, table};

/// The fewest articles for an estimate. Chosen by hand: fewer don't show how doubling them acts.
const FEWEST: usize = 200;

/// The share by which each end of times and pairs is widened. Chosen by hand.
const NOISE: f64 = 0.2;

/// Most candidates per article by sampled shingles, where the search itself stops.
const MOST_SAMPLED: f64 = 40.0;
/// Most candidate pairs per article by bands, where the search itself stops.
const MOST_BANDED: f64 = 16.0;
/// Candidate pairs by bands that are always allowed, besides [`MOST_BANDED`] per article.
const MOST_IN_ALL: f64 = 1_048_576.0;

pub(super) fn run(options: &EstimateOptions) -> Result<(), Failure> {
    let common = &options.common;
    if options.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::usage(
            "an estimate reads its sample twice, so it can't come from stdin".to_owned(),
        ));
    }
    let settings = common.matching.settings()?;
    let phrases = if common.matching.no_phrases {
        None
    } else {
        let phrases = PhraseDetector::new(PhraseSettings::default());
        Some(phrases.map_err(|error| Failure::of_setting(&error))?)
    };
    let mut talk = Talk::new(&common.input, &common.run);
    let trial = Trial {
        options,
        settings,
        phrases,
    };
    // The larger part goes first, while the process has allocated little.
    let all = trial.run(options.sample.get(), options.articles.is_none(), &mut talk)?;
    if all.articles == 0 {
        return Err(Failure::Failed(no_article(&options.paths)));
    }
    let half = trial.run(all.articles.div_ceil(2), false, &mut Talk::quiet())?;
    let articles = options.articles.map_or(all.there_are, usize::from);
    let is_recycled = matches!(trial.settings.mode, Mode::Recycled { .. });
    let limit = common.input.memory;
    let estimate = Estimate::new(&half, &all, articles, is_recycled, limit);
    if all.articles < FEWEST {
        talk.problems.say(&format!(
            "{} are too few to tell by",
            count(all.articles, "article", "articles")
        ));
    }
    super::print(|out| match common.format {
        CommandFormat::Text => estimate.text(out, &all, limit),
        CommandFormat::Jsonl => json::line(out, &estimate),
    })?;
    talk.problems.check_whole()
}

/// How to go about a corpus that is too large for one run.
fn beyond_one_run(parts: usize, why: &str) -> String {
    format!(
        "{why}: split the corpus into {parts} parts or more, by language or by date, run each alone \
         with --keep, then each kept part with the parts before it as --reference"
    )
}

struct Trial<'a> {
    options: &'a EstimateOptions,
    settings: Settings,
    phrases: Option<PhraseDetector>,
}

/// The cost of some articles.
#[derive(Debug, Default)]
struct Taken {
    articles: usize,
    bytes: usize,
    /// Articles in the input, if counted.
    there_are: usize,
    all_bytes: usize,
    reading: f64,
    counting: f64,
    matching: f64,
    pairs: usize,
    /// Bytes that the articles take.
    held: usize,
    /// Bytes added to the process by counting words, and bytes at its peak. `None` where the system
    /// doesn't tell.
    words: Option<usize>,
    peak: Option<usize>,
}

impl Trial<'_> {
    fn run(&self, wanted: usize, to_the_end: bool, talk: &mut Talk) -> Result<Taken, Failure> {
        let EstimateOptions { paths, common, .. } = self.options;
        let paths: Vec<PathBuf> = paths.clone();
        let mut taken = Taken::default();
        // 1. Read and sketch the first articles, and count the rest of the input if wanted.
        let how = common.input.reading()?;
        let fields = Arc::clone(&how.fields);
        let mut chunks = input::read(paths, how).into_iter();
        let mut first = First {
            chunks: &mut chunks,
            left: wanted,
            passed_over: 0,
            passed_bytes: 0,
            bytes: 0,
        };
        let clock = Instant::now();
        let mut corpus = reading::load(
            detector(self.settings.clone())?,
            self.phrases.as_ref(),
            &fields,
            &mut first,
            None,
            &mut talk.problems,
            &mut talk.progress,
        )?;
        taken.reading = clock.elapsed().as_secs_f64();
        taken.bytes = first.bytes;
        taken.articles = corpus.detector.len();
        taken.there_are = taken.articles + first.passed_over;
        taken.all_bytes = first.bytes + first.passed_bytes;
        if to_the_end {
            talk.progress.stage("counting articles");
            for chunk in chunks {
                let is_article = |item: &&Item| matches!(item, Item::Article(_));
                taken.there_are += chunk.items.iter().filter(is_article).count();
                taken.all_bytes += chunk.bytes.len();
            }
        }
        if taken.articles == 0 {
            return Ok(taken);
        }
        // 2. Count words, then match; note times and memory.
        talk.progress.stage("matching a sample");
        let collected = corpus.collected.memory();
        let before = status("VmRSS:");
        let clock = Instant::now();
        count_words(&mut corpus);
        taken.counting = clock.elapsed().as_secs_f64();
        let after = status("VmRSS:");
        taken.words = before
            .zip(after)
            .map(|(before, after)| after.saturating_sub(before) + collected);
        let clock = Instant::now();
        let groups = corpus
            .detector
            .groups(&corpus.texts)
            .map_err(super::failed)?;
        taken.matching = clock.elapsed().as_secs_f64();
        taken.peak = status("VmHWM:");
        taken.pairs = groups.candidates.pairs;
        taken.held = corpus.detector.memory() + corpus.texts.memory();
        talk.progress.clear();
        Ok(taken)
    }
}

/// The first articles of the input.
struct First<'a, I> {
    chunks: &'a mut I,
    left: usize,
    bytes: usize,
    /// Articles in the last chunk, beyond the sample.
    passed_over: usize,
    passed_bytes: usize,
}

impl<I: Iterator<Item = Chunk>> Iterator for First<'_, I> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        if self.left == 0 {
            return None;
        }
        let mut chunk = self.chunks.next()?;
        let all = chunk.bytes.len();
        if chunk.items.len() > self.left {
            let over = chunk.items.split_off(self.left);
            let mut over = over.into_iter().filter_map(|item| match item {
                Item::Article(entry) => Some(entry),
                Item::Problem(_) | Item::Aside(_) => None,
            });
            if let Some(entry) = over.next() {
                chunk.bytes.truncate(entry.whole.start);
                self.passed_over = 1 + over.count();
            }
        }
        self.left -= chunk.items.len();
        self.bytes += chunk.bytes.len();
        self.passed_bytes = all - chunk.bytes.len();
        Some(chunk)
    }
}

/// A memory figure of this process in bytes, as Linux tells it.
fn status(name: &str) -> Option<usize> {
    memory::status(name).and_then(|bytes| bytes.try_into().ok())
}

/// From the low end to the high end.
#[derive(Clone, Copy, Debug, Serialize)]
struct Range {
    #[serde(serialize_with = "rounded")]
    low: f64,
    #[serde(serialize_with = "rounded")]
    high: f64,
}

impl Range {
    fn of(low: f64, high: f64) -> Self {
        Self {
            low,
            high: high.max(low),
        }
    }

    /// The range of a figure measured on a part.
    fn noisy(low: f64, high: f64) -> Self {
        Self::of(low * (1.0 - NOISE), high * (1.0 + NOISE))
    }
}

#[derive(Serialize)]
struct Estimate {
    schema: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    articles: usize,
    #[serde(serialize_with = "rounded")]
    bytes: f64,
    sample: usize,
    sample_bytes: usize,
    reading_seconds: Range,
    counting_seconds: Range,
    matching_seconds: Range,
    seconds: Range,
    /// How pairs grew with articles: 1 is linear, 2 quadratic.
    #[serde(serialize_with = "rounded")]
    pairs_exponent: f64,
    pairs: Range,
    #[serde(serialize_with = "rounded")]
    bytes_per_article: f64,
    /// `None` where the system doesn't tell a process's memory.
    memory: Option<Range>,
    /// The most articles of one run.
    most_articles: usize,
    /// The fewest runs that take the corpus, by the number of articles and by `--memory`. `None` if no
    /// run keeps to `--memory`.
    parts: Option<usize>,
}

impl Estimate {
    fn new(
        half: &Taken,
        all: &Taken,
        articles: usize,
        is_recycled: bool,
        limit: Option<Limit>,
    ) -> Self {
        // Reading grows with bytes, counting with articles up to its limit.
        let (n, sample) = (articles as f64, all.articles.max(1) as f64);
        let times = n / sample;
        let bytes = if articles == all.there_are {
            all.all_bytes as f64
        } else {
            all.bytes as f64 * times
        };
        let reading = all.reading * bytes / all.bytes.max(1) as f64;
        let enough = corpus::ENOUGH as f64;
        let counting = if is_recycled {
            all.counting * n.min(enough) / sample.min(enough)
        } else {
            0.0
        };

        // Pairs grow by the exponent between linear and the growth from half to all, up to the
        // search's limit.
        let doubled = sample / half.articles.max(1) as f64;
        let grown = all.pairs.max(1) as f64 / half.pairs.max(1) as f64;
        let exponent = if doubled > 1.0 {
            (grown.ln() / doubled.ln()).clamp(1.0, 2.0)
        } else {
            1.0
        };
        let most = if is_recycled {
            (MOST_SAMPLED + MOST_BANDED) * n + MOST_IN_ALL
        } else {
            MOST_BANDED * n + MOST_IN_ALL
        };
        let linear = all.pairs as f64 * times;
        let grown = (all.pairs as f64 * times.powf(exponent)).min(most);
        let mut pairs = Range::noisy(linear, grown);
        pairs.high = pairs.high.min(most).max(pairs.low);
        // Matching grows with the pairs. Every figure gets a range.
        let matching = all.matching * times;
        let per_pair = grown / linear.max(1.0);
        let matching = Range::noisy(matching, matching * per_pair.max(1.0));
        let reading = Range::noisy(reading, reading);
        let counting = Range::noisy(counting, counting);
        let memory = memory(all, n, pairs, is_recycled);
        let sum = |end: fn(Range) -> f64| [reading, counting, matching].map(end).iter().sum();

        Self {
            schema: reprint::report::SCHEMA,
            kind: "estimate",
            articles,
            bytes,
            sample: all.articles,
            sample_bytes: all.bytes,
            reading_seconds: reading,
            counting_seconds: counting,
            matching_seconds: matching,
            seconds: Range::of(sum(|range| range.low), sum(|range| range.high)),
            pairs_exponent: exponent,
            pairs,
            bytes_per_article: all.held as f64 / sample,
            memory: memory.map(|memory| memory.all),
            most_articles: ArticleId::MAX,
            parts: parts_by_memory(memory, limit)
                .map(|parts| parts.max(articles.div_ceil(ArticleId::MAX))),
        }
    }

    fn text(&self, out: &mut dyn Write, all: &Taken, limit: Option<Limit>) -> io::Result<()> {
        let articles = table::thousands(self.articles);
        let (sample, size) = (
            table::thousands(self.sample),
            bytes(self.sample_bytes as f64),
        );
        writeln!(
            out,
            "{articles} articles ({}), from the first {sample} ({size})\n",
            bytes(self.bytes)
        )?;
        let memory = |range: Range| joined(range, bytes);
        let time = |range: Range| joined(range, seconds);
        // A row: the figure for the sample, the figure for the corpus, and how it grows.
        let row = |name: &str, here: String, there: String, why: &str| {
            [name.to_owned(), here, there, format!("  {why}")]
        };
        let growth = format!(
            "by pairs, which grew as articles^{:.2}",
            self.pairs_exponent
        );
        let pairs = |pairs: f64| table::thousands(pairs as usize);
        let pairs = joined(self.pairs, pairs);
        let mut rows = vec![
            row(
                "reading",
                seconds(all.reading),
                time(self.reading_seconds),
                "linear in bytes",
            ),
            row(
                "counting words",
                seconds(all.counting),
                time(self.counting_seconds),
                "of 8,192 articles at most",
            ),
            row(
                "matching",
                seconds(all.matching),
                time(self.matching_seconds),
                &growth,
            ),
            row(
                "all",
                seconds(all.reading + all.counting + all.matching),
                time(self.seconds),
                "",
            ),
            row("pairs compared", table::thousands(all.pairs), pairs, ""),
            row(
                "memory",
                all.peak
                    .map_or_else(|| "-".to_owned(), |peak| bytes(peak as f64)),
                self.memory.map_or_else(|| "-".to_owned(), memory),
                &format!(
                    "linear: {:.0} bytes an article, and what matching takes",
                    self.bytes_per_article
                ),
            ),
        ];
        if self.counting_seconds.high == 0.0 {
            rows.remove(1);
        }
        table::write(out, ["", "sample", &articles, ""], &rows)?;
        if let Some(advice) = self.advice(limit) {
            writeln!(out, "\n{advice}")?;
        }
        Ok(())
    }

    /// What to do about a corpus that one run can't take.
    fn advice(&self, limit: Option<Limit>) -> Option<String> {
        let most = table::thousands(self.most_articles);
        match (self.parts, limit) {
            (Some(parts), _) if self.articles > self.most_articles => {
                let why = format!("one run takes {most} articles at most");
                Some(beyond_one_run(parts, &why))
            }
            (Some(parts), Some(limit)) if parts > 1 => {
                let why = format!("that may be more than --memory {limit}");
                Some(beyond_one_run(parts, &why))
            }
            (None, Some(limit)) => Some(format!(
                "that may be more than --memory {limit}, and so may a run over any part: give \
                 --memory more"
            )),
            _ => None,
        }
    }
}

/// Bytes of a candidate pair, in the lists that it passes through.
const OF_A_PAIR: f64 = 48.0;

/// Bytes of a full block of texts that are compared, in recycled mode and in Jaccard mode. Measured:
/// 9,764 noisy reprints took 85 MB more for it than their first thousand, whose block was not full.
const OF_A_BLOCK: [f64; 2] = [96e6, 16e6];

/// The memory of a run at its peak, in bytes.
#[derive(Clone, Copy, Debug)]
struct RunMemory {
    all: Range,
    /// The part of the high end that is the same for a run over fewer articles.
    fixed: f64,
}

/// The fewest runs that keep within the limit, if each holds an equal part of the corpus. `None` if a
/// run takes more than the limit whatever its part.
fn parts_by_memory(memory: Option<RunMemory>, limit: Option<Limit>) -> Option<usize> {
    let (Some(RunMemory { all, fixed }), Some(limit)) = (memory, limit) else {
        return Some(1);
    };
    let room = limit.bytes() as f64 - fixed;
    (room > 0.0).then(|| ((all.high - fixed) / room).ceil().max(1.0) as usize)
}

/// The process's memory at its peak.
fn memory(all: &Taken, n: f64, pairs: Range, is_recycled: bool) -> Option<RunMemory> {
    let (peak, words) = (all.peak? as f64, all.words? as f64);
    let sample = all.articles.max(1) as f64;
    let more = (n - sample).max(0.0);
    let held = all.held as f64 / sample;
    let enough = corpus::ENOUGH as f64;
    let more_words = words * (n.min(enough) / sample.min(enough) - 1.0).max(0.0);
    let of_a_block = if more > 0.0 {
        OF_A_BLOCK[usize::from(!is_recycled)]
    } else {
        0.0
    };
    let more_pairs = OF_A_PAIR * (pairs.high - all.pairs as f64).max(0.0);
    Some(RunMemory {
        all: Range::of(
            peak + more * held,
            peak + more * 2.0 * held + more_words + more_pairs + of_a_block,
        ),
        fixed: (peak - sample * held).max(0.0) + more_words + of_a_block,
    })
}

/// Both ends, or a single figure if the ends read alike.
fn joined(range: Range, write: impl Fn(f64) -> String) -> String {
    let (low, high) = (write(range.low), write(range.high));
    if low == high {
        low
    } else {
        format!("{low} – {high}")
    }
}

fn bytes(bytes: f64) -> String {
    for (unit, size) in [("GB", 1e9), ("MB", 1e6)] {
        if bytes >= size {
            let places = usize::from(bytes < 10.0 * size);
            return format!("{:.places$} {unit}", bytes / size);
        }
    }
    format!("{:.0} KB", bytes / 1e3)
}

fn seconds(seconds: f64) -> String {
    match seconds {
        s if s >= 7200.0 => format!("{:.1} h", s / 3600.0),
        s if s >= 120.0 => format!("{:.0} min", s / 60.0),
        s if s >= 10.0 => format!("{s:.0} s"),
        s => format!("{s:.1} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_readable() {
        assert_eq!(
            [999.0, 1.5e6, 2.5e8, 3e9, 4e10].map(bytes),
            ["1 KB", "1.5 MB", "250 MB", "3.0 GB", "40 GB"]
        );
        assert_eq!(
            [0.04, 9.9, 65.0, 600.0, 36000.0].map(seconds),
            ["0.0 s", "9.9 s", "65 s", "10 min", "10.0 h"]
        );
    }

    #[test]
    fn what_is_linear_is_told_as_linear() {
        let taken = |articles: usize| Taken {
            articles,
            bytes: articles * 3000,
            there_are: articles,
            all_bytes: articles * 3000,
            reading: articles as f64 / 1e4,
            counting: articles as f64 / 1e4,
            matching: articles as f64 / 1e3,
            pairs: 4 * articles,
            held: 500 * articles,
            words: Some(1_000_000),
            peak: Some(30_000_000),
        };
        let found = Estimate::new(&taken(2500), &taken(5000), 50_000, true, None);
        assert_eq!(found.pairs_exponent, 1.0);
        assert_eq!((found.pairs.low, found.pairs.high), (160_000.0, 240_000.0));
        assert!(found.matching_seconds.low < 50.0 && found.matching_seconds.high > 50.0);
        // The words of 8,192 articles are counted.
        assert!(found.counting_seconds.high < 1.1);
        let memory = found.memory.expect("figures");
        let (low, high) = (30e6 + 45_000.0 * 500.0, 30e6 + 45_000.0 * 1000.0);
        assert_eq!(memory.low, low);
        // Plus the words of 3,192 more articles, 220,000 more pairs, and a block.
        let more = 638_400.0 + 48.0 * 220_000.0 + OF_A_BLOCK[0];
        assert!((memory.high - high - more).abs() < 1.0);
        assert_eq!((found.most_articles, found.parts), (2_147_483_646, Some(1)));
        let parts = |articles, limit| {
            let limit = Limit::parse(limit).expect("a size");
            Estimate::new(&taken(2500), &taken(5000), articles, true, Some(limit)).parts
        };
        // 124 MB are the same for any part, and 58 MB grow with the articles.
        assert_eq!(parts(50_000, "1G"), Some(1));
        assert_eq!(parts(50_000, "150M"), Some(2));
        assert_eq!(parts(50_000, "64M"), None);
        assert_eq!(parts(15_000_000_000, "1000T"), Some(7));
    }
}
