//! Measurements in bulk: the index at a million articles and more, worst-case texts, one and two
//! threads.
//!
//! ```text
//! cargo bench --bench scale                       # index of 1,000,000 articles, then texts
//! cargo bench --bench scale -- index 10000000     # 10 GB
//! cargo bench --bench scale -- texts
//! cargo bench --bench scale -- stream 1000000     # 4 GB
//! ```
//!
//! Prints a table; every row is measured once and asserts its result. `--test` runs everything on a
//! hundredth.
//!
//! - *Index.* Generated signatures. A tenth, up to 100,000, form one cluster without a difference.
//!   None, or 5,000, share one band and nothing else. 30% are in clusters with 2 to 6 members that
//!   agree in nine values out of ten. The rest are alone. Timed: `Index::pairs`; and with 100,000
//!   articles `insert`, the first query (which builds the tables), `candidates`. Bytes are those
//!   requested from the allocator; "MB, at most" is the peak resident memory.
//! - *Texts.* `Detector::extend` and `groups` at a Jaccard similarity of .8 with recall .95, texts
//!   in memory, by the byte and as a ratio to ordinary articles in the same run. Then, with `learn`
//!   and in `Mode::Recycled`, passages that many articles share beside news, in which one article in
//!   three is an edit of another or quotes it at length. "compared" counts alignments an article.
//! - *Stream.* One article after another, in both modes, with 10,000 articles held and with 100,000:
//!   short notices, each with a stock phrase of fifty and a line of one in eight. Medians and 99th
//!   percentiles over 1,000 calls, on one thread, tables built before by `prepare`.

#[path = "common/mod.rs"]
mod articles;
#[path = "../tests/common/mod.rs"]
mod common;
#[path = "common/counted.rs"]
mod counted;

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::time::Instant;

use common::Random;
use counted::kept;
use reprint::index::{Banding, Index};
use reprint::sketch::{Recipe, Signature};
use reprint::{Article, ArticleId, BoxError, Detector, Mode, TextStore};

const RECIPE: Recipe = Recipe(1);
const VALUES: usize = 128;

/// Articles for measuring inserts and queries.
const SMALL: usize = 100_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let is_test = args.iter().any(|arg| arg == "--test");
    let named = |name: &str| args.iter().any(|arg| arg == name);
    let all = !named("index") && !named("texts") && !named("stream");
    let share = if is_test { 100 } else { 1 };
    let count = args.iter().find_map(|arg| arg.parse().ok());
    if all || named("index") {
        index(count.unwrap_or(1_000_000) / share, SMALL / share);
    }
    if all || named("texts") {
        texts(share);
    }
    if all || named("stream") {
        let large = if named("stream") { count } else { None };
        stream(&[10_000 / share, large.unwrap_or(100_000) / share]);
    }
}

fn index(count: usize, small: usize) {
    println!("{small} articles, 128 values, one thread");
    println!(
        "| bands x rows | inserts/s | tables, ms | queries/s | found | bytes, keys | bytes, keys and tables | bytes, with signatures |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let (signatures, of_signatures) = kept(|| {
        let mut signatures = Vec::with_capacity(small);
        for_each_signature(small, VALUES, small / 200, |values| {
            signatures.push(Signature::from_parts(RECIPE, values));
        });
        signatures
    });
    for banding in bandings() {
        alone(|| small_index(banding, &signatures, of_signatures));
    }
    drop(signatures);
    println!("\n{count} articles, all candidate pairs");
    println!(
        "| bands x rows | in one bucket | ns an article, one thread | two threads | ratio | pairs an article | suspended buckets | MB, index | MB, at most |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for crowd in [0, 5_000.min(count / 200)] {
        for banding in bandings() {
            large_index(banding, count, crowd);
        }
    }
}

/// Recall .95 at similarity .8; other crates' custom; recall near .99.
fn bandings() -> [Banding; 3] {
    [(13, 7), (16, 8), (21, 6)]
        .map(|(bands, rows)| Banding::new(bands, rows).expect("at most 128 values"))
}

fn small_index(banding: Banding, signatures: &[Signature], of_signatures: u64) {
    let count = signatures.len();
    let mut index = Index::new(RECIPE, banding);
    let insert = || {
        for (number, signature) in signatures.iter().enumerate() {
            index.insert(id(number), signature).expect("of the recipe");
        }
    };
    let ((inserts, ()), of_keys) = kept(|| time(insert));
    let lone = &signatures[count - 1];
    let first = || index.candidates(lone).expect("of the recipe").len();
    let ((tables, found), of_tables) = kept(|| time(first));
    assert!(found >= 1, "each finds itself");
    // The cluster without a difference comes first: each of its articles finds all of it.
    let queries = &signatures[identical(count)..];
    let (took, found) = time(|| {
        let found = queries.iter().map(|signature| index.candidates(signature));
        found
            .map(|found| found.expect("of the recipe").len())
            .sum::<usize>()
    });
    assert!(found >= queries.len(), "each finds itself");
    let each = |bytes: u64| bytes / count as u64;
    println!(
        "| {} x {} | {:.0} | {:.0} | {:.0} | {:.2} | {} | {} | {} |",
        banding.bands(),
        banding.rows(),
        count as f64 / inserts,
        tables * 1e3,
        queries.len() as f64 / took,
        found as f64 / queries.len() as f64,
        each(of_keys),
        each(of_keys + of_tables),
        each(of_keys + of_tables + of_signatures),
    );
}

fn large_index(banding: Banding, count: usize, crowd: usize) {
    let (index, of_index) = kept(|| {
        let mut index = Index::new(RECIPE, banding);
        let mut number = 0;
        for_each_signature(count, banding.values(), crowd, |values| {
            let signature = Signature::from_parts(RECIPE, values);
            index.insert(id(number), &signature).expect("of the recipe");
            number += 1;
        });
        index
    });
    let (one, (pairs, report)) = time(|| alone(|| index.pairs()));
    let (two, (same, _)) = time(|| index.pairs());
    assert_eq!(pairs, same, "threads make no difference");
    assert!(
        pairs.len() > count / 10 && report.articles == count,
        "{report:?}"
    );
    println!(
        "| {} x {} | {crowd} | {:.0} | {:.0} | {:.2} | {:.2} | {} | {} | {} |",
        banding.bands(),
        banding.rows(),
        one * 1e9 / count as f64,
        two * 1e9 / count as f64,
        one / two,
        pairs.len() as f64 / count as f64,
        report.suspended_buckets,
        of_index >> 20,
        status("VmHWM:") >> 20,
    );
}

/// How many stand in the cluster without a difference.
fn identical(count: usize) -> usize {
    (count / 10).min(100_000)
}

fn for_each_signature(count: usize, values: usize, crowd: usize, mut each: impl FnMut(Vec<u32>)) {
    let mut random = Random(1);
    let fresh =
        |random: &mut Random| -> Vec<u32> { (0..values).map(|_| random.next() as u32).collect() };
    let same = fresh(&mut random);
    let mut left = count;
    for _ in 0..identical(count) {
        each(same.clone());
        left -= 1;
    }
    for _ in 0..crowd {
        let mut other = fresh(&mut random);
        // The first band of all bandings measured.
        other[..8].copy_from_slice(&same[8..16]);
        each(other);
        left -= 1;
    }
    while left > 0 {
        let original = fresh(&mut random);
        // One in ten has one to five others: 30% stand in clusters.
        let others = match random.below(100) {
            0..10 => 1 + random.below(5),
            _ => 0,
        };
        for _ in 0..others.min(left - 1) {
            let mut other = original.clone();
            for value in &mut other {
                if random.below(10) == 0 {
                    *value = random.next() as u32;
                }
            }
            each(other);
            left -= 1;
        }
        each(original);
        left -= 1;
    }
}

fn id(number: usize) -> ArticleId {
    ArticleId::new(number).expect("a number in range")
}

/// Texts that others own.
struct Borrowed<'a>(Vec<&'a str>);

impl TextStore for Borrowed<'_> {
    fn text(&self, id: ArticleId, _: &str) -> Result<Cow<'_, str>, BoxError> {
        Ok(Cow::Borrowed(self.0[id.index()]))
    }
}

fn texts(share: usize) {
    let ordinary = articles::english(20_000 / share);
    let one = &ordinary[0];
    let word = "harbour ".repeat(1_000_000 / share);
    let mut line = String::new();
    for article in ordinary.iter().cycle() {
        if line.len() > 100_000_000 / share {
            break;
        }
        line.push_str(&article.replace('\n', " "));
    }
    let few = of_one_template(50_000 / share, 3);
    let many = of_one_template(50_000 / share, 12);
    let jaccard = Mode::jaccard();
    println!("\nArticles to groups, Jaccard similarity of .8");
    println!("{TEXTS_HEAD}");
    let copies = vec![&**one; 100_000 / share];
    let base = row(
        "ordinary",
        &borrowed(&ordinary),
        jaccard,
        None,
        0..=0,
        0..=1,
    );
    let base = Some(base);
    row("copies of one article", &copies, jaccard, base, 1..=1, NONE);
    row(
        "one word, again and again",
        &[&word],
        jaccard,
        base,
        0..=0,
        NONE,
    );
    row("one line", &[&line], jaccard, base, 0..=0, NONE);
    row(
        "one template, 3 slots in 150 words",
        &borrowed(&few),
        jaccard,
        base,
        1..=few.len(),
        0..=pairs_of_crowds(few.len()),
    );
    row(
        "one template, 12 slots in 150 words",
        &borrowed(&many),
        jaccard,
        base,
        0..=many.len(),
        0..=pairs_of_crowds(many.len()),
    );
    shared_passages(&ordinary, &copies, &word, share);
}

/// No pair is compared: copies are known by fingerprint.
const NONE: RangeInclusive<usize> = 0..=0;

/// The most pairs compared for an article of a crowd, with room for the pairs that are allowed to
/// the smallest corpus.
const PAIRS_OF_CROWDS: usize = 32;

/// The most pairs compared for an article of a crowd by Jaccard similarity. A corpus of any size may
/// compare 2^20 pairs, which are all pairs of a small one.
fn pairs_of_crowds(articles: usize) -> usize {
    PAIRS_OF_CROWDS.max((1 << 20) / articles)
}

/// Passages that many articles share and that make no article a copy of another, beside other
/// crowds.
fn shared_passages(ordinary: &[String], copies: &[&str], word: &str, share: usize) {
    let recycled = Mode::recycled();
    println!("\nArticles to groups, recycled");
    println!("{TEXTS_HEAD}");
    let news = news(ordinary);
    let base = Some(row(
        "news",
        &borrowed(&news),
        recycled,
        None,
        1..=news.len(),
        1..=4,
    ));
    for count in [625, 1_250, 2_500, 5_000] {
        let texts = around_one_passage(count / share.min(10), 120, 30);
        let name = "180 words, 120 of them shared by all";
        row(
            name,
            &borrowed(&texts),
            recycled,
            base,
            0..=0,
            1..=PAIRS_OF_CROWDS,
        );
    }
    let texts = around_one_passage(20_000 / share, 200, 200);
    let name = "600 words, 200 of them shared by all";
    row(
        name,
        &borrowed(&texts),
        recycled,
        base,
        0..=0,
        1..=PAIRS_OF_CROWDS,
    );
    row("copies of one article", copies, recycled, base, 1..=1, NONE);
    row(
        "one word, again and again",
        &[word],
        recycled,
        base,
        0..=0,
        NONE,
    );
}

/// The articles, of three neighbours one edited and one quoting the third at length.
fn news(ordinary: &[String]) -> Vec<String> {
    let mut random = Random(13);
    let mut news = Vec::with_capacity(ordinary.len());
    for three in ordinary.chunks_exact(3) {
        let [first, second, third] = three else {
            unreachable!("chunks of three");
        };
        let words: Vec<&str> = first.split(' ').collect();
        let edited = words.iter().map(|&word| match random.below(12) {
            0 => "edited",
            _ => word,
        });
        let edited = edited.collect::<Vec<_>>().join(" ");
        let quote = words[..words.len() / 3].join(" ");
        news.extend([first.clone(), edited, format!("{third}\n{quote}")]);
        news.push(second.clone());
    }
    news
}

/// Articles with one passage of `shared` words, and `own` words of their own on both sides.
fn around_one_passage(count: usize, shared: usize, own: usize) -> Vec<String> {
    let mut random = Random(11);
    let passage = common::words(&mut random, shared).join(" ");
    let mut fresh = |words: usize| -> String {
        let word = |_| format!("w{}", random.below(1 << 20));
        (0..words).map(word).collect::<Vec<_>>().join(" ")
    };
    let article = |_| format!("{}.\n{passage}.\n{}.", fresh(own), fresh(own));
    (0..count).map(article).collect()
}

/// The head of a table of texts.
const TEXTS_HEAD: &str = "\
| texts | articles | MB | MB/s, one thread | two threads | ratio | time a byte over the first row | groups | compared |
|---|---|---|---|---|---|---|---|---|";

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}

/// Articles with 150 words, `slots` among them their own.
fn of_one_template(count: usize, slots: usize) -> Vec<String> {
    let mut random = Random(7);
    let fixed = common::words(&mut random, 150);
    let article = |_| {
        let mut words = fixed.clone();
        for slot in 0..slots {
            words[(2 * slot + 1) * 150 / (2 * slots)] = format!("x{}", random.below(1 << 30));
        }
        words.join(" ")
    };
    (0..count).map(article).collect()
}

/// Measures one and two threads; gives seconds per byte on one. `groups` and `compared`, pairs an
/// article, are what must come out.
fn row(
    name: &str,
    texts: &[&str],
    mode: Mode,
    base: Option<f64>,
    groups: RangeInclusive<usize>,
    compared: RangeInclusive<usize>,
) -> f64 {
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let keys: Vec<String> = (0..texts.len()).map(|number| number.to_string()).collect();
    let articles: Vec<Article<'_>> = keys
        .iter()
        .zip(texts)
        .map(|(key, text)| Article::new(key, text))
        .collect();
    let store = Borrowed(texts.to_vec());
    let run = || {
        let mut detector = Detector::builder()
            .mode(mode)
            .build()
            .expect("a reachable recall");
        let inserted = detector.extend(&articles);
        assert!(inserted.iter().all(Result::is_ok), "keys are unique");
        if let Mode::Recycled { .. } = mode {
            detector.learn(&store);
        }
        let found = detector.groups(&store);
        let found = found.expect("star linkage never refuses");
        (found.groups.len(), found.candidates.compared)
    };
    let (one, result) = median(|| alone(run));
    let (two, same) = median(run);
    assert_eq!(result, same, "threads make no difference to {name}");
    let (found, pairs) = result;
    let each_compared = pairs.div_ceil(texts.len());
    assert!(
        groups.contains(&found) && compared.contains(&each_compared),
        "{found} groups of {name}, {pairs} pairs compared"
    );
    let each = one / bytes as f64;
    println!(
        "| {name} | {} | {:.1} | {:.0} | {:.0} | {:.2} | {:.2} | {found} | {:.1} |",
        texts.len(),
        bytes as f64 / 1e6,
        1e-6 / each,
        bytes as f64 / two / 1e6,
        one / two,
        each / base.unwrap_or(each),
        pairs as f64 / texts.len() as f64,
    );
    each
}

/// Calls of each kind that are timed.
const CALLS: usize = 1_000;

fn stream(counts: &[usize]) {
    println!("\nOne by one, microseconds: median / 99th percentile");
    println!("| mode | articles | prepare, ms | insert | matches | replace | remove |");
    println!("|---|---|---|---|---|---|---|");
    for (name, mode) in [("jaccard", Mode::jaccard()), ("recycled", Mode::recycled())] {
        for &count in counts {
            alone(|| stream_of(name, mode, count));
        }
    }
}

fn stream_of(name: &str, mode: Mode, count: usize) {
    let texts = notices(count + CALLS);
    let store = Borrowed(texts.iter().map(|text| &**text).collect());
    let keys: Vec<String> = (0..texts.len()).map(|number| number.to_string()).collect();
    let article = |at: usize| Article::new(&keys[at], &texts[at]);
    let mut detector = Detector::builder()
        .mode(mode)
        .build()
        .expect("a reachable recall");
    let held: Vec<Article<'_>> = (0..count).map(article).collect();
    assert!(
        detector.extend(&held).iter().all(Result::is_ok),
        "keys are unique"
    );
    if let Mode::Recycled { .. } = mode {
        detector.learn(&store);
    }
    let (prepare, ()) = time(|| detector.prepare());
    let inserts = each_time(|at| {
        let id = detector.insert(&article(count + at)).expect("a new key");
        assert_eq!(id.index(), count + at, "ids are dense");
    });
    // The same notice with another word.
    let edited: Vec<String> = (0..CALLS)
        .map(|at| texts[at * count / CALLS].replacen(' ', " edited ", 1))
        .collect();
    let matches = each_time(|at| {
        let found = detector.matches(&edited[at], &store).expect("a short text");
        let original = &keys[at * count / CALLS];
        let keys = found.found.iter().map(|found| detector.key(found.id));
        assert!(keys.flatten().any(|key| key == original), "of {original}");
    });
    let replaces = each_time(|at| {
        detector
            .replace(&article(count + at))
            .expect("of the recipe");
    });
    let removes = each_time(|at| {
        let id = detector.id(&keys[count + at]).expect("it is held");
        assert!(detector.remove(id));
    });
    let prepare = 1e3 * prepare;
    println!(
        "| {name} | {count} | {prepare:.0} | {inserts} | {matches} | {replaces} | {removes} |"
    );
}

/// Median and 99th percentile of [`CALLS`] calls, in microseconds.
fn each_time(mut call: impl FnMut(usize)) -> String {
    let mut times: Vec<f64> = (0..CALLS).map(|at| 1e6 * time(|| call(at)).0).collect();
    times.sort_by(f64::total_cmp);
    format!("{:.0} / {:.0}", times[CALLS / 2], times[CALLS * 99 / 100])
}

/// Notices of some 120 words: words of their own, a phrase that every fiftieth has, a line that
/// every eighth has.
fn notices(count: usize) -> Vec<String> {
    let mut random = Random(17);
    let phrases: Vec<String> = (0..50)
        .map(|_| common::words(&mut random, 12).join(" "))
        .collect();
    let lines: Vec<String> = (0..8)
        .map(|_| common::words(&mut random, 8).join(" "))
        .collect();
    let notice = |number: usize| {
        let mut own = |words: usize| -> String {
            let word = |_| format!("w{}", random.below(1 << 20));
            (0..words).map(word).collect::<Vec<_>>().join(" ")
        };
        let (phrase, line) = (&phrases[number % 50], &lines[number % 8]);
        format!("{} {phrase} {}.\n{line}.", own(50), own(50))
    };
    (0..count).map(notice).collect()
}

/// On one thread.
fn alone<R: Send>(run: impl FnOnce() -> R + Send) -> R {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a thread").install(run)
}

/// The median of three runs: the earliest has memory to fetch.
fn median<R>(run: impl Fn() -> R) -> (f64, R) {
    let mut times = [time(&run).0, time(&run).0, 0.0];
    let (last, result) = time(&run);
    times[2] = last;
    times.sort_by(f64::total_cmp);
    (times[1], result)
}

fn time<R>(run: impl FnOnce() -> R) -> (f64, R) {
    let start = Instant::now();
    let result = run();
    (start.elapsed().as_secs_f64(), result)
}

/// Bytes as the system counts them; 0 if unknown.
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) << 10
}
