//! Laws for the complete path: exactness, a partition, equal answers in any order.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use common::{Random, words};
use reprint::group::{Pair, Tie};
use reprint::shingle::{Shingler, Shingling};
use reprint::verify::ShingleSet;
use reprint::{Article, ArticleId, Detector, ErrorKind, Linkage, MemoryTexts, Mode, TextStore};

/// The overlap of exact copies counts distinct shingles, as any overlap does.
#[test]
fn copies_overlap_as_any_two_texts_do() {
    let chorus = "The ferry leaves the old pier at noon. ".repeat(4);
    for mode in [Mode::recycled(), Mode::jaccard()] {
        let mut detector = Detector::builder().mode(mode).build().unwrap();
        let mut texts = MemoryTexts::new();
        for key in ["a", "b", "c"] {
            let id = detector.insert(&Article::new(key, &chorus)).unwrap();
            texts.set(id, &*chorus);
        }
        // The count moves on with the leader.
        detector.remove(detector.id("a").unwrap());
        let expected = detector.compare(&chorus, &chorus).unwrap().overlap;
        assert_eq!((expected.a, expected.shared), (8, 8));
        let groups = detector.groups(&texts).unwrap();
        assert_eq!(groups.groups[0].links[0].overlap, expected);
        let pairs: Vec<Pair> = detector.pairs(&texts).collect();
        assert_eq!(pairs[0].overlap, expected);
        detector.remove(detector.id("b").unwrap());
        let matches = detector.matches(&chorus, &texts).unwrap();
        assert_eq!(matches.found[0].overlap, expected);
    }
}

type Corpus = BTreeMap<String, String>;

/// Originals, copies with some words exchanged, beginnings, exact copies, and very short ones.
fn corpus(seed: u64, size: usize) -> Corpus {
    let mut random = Random(seed);
    let mut bodies: Vec<Vec<String>> = Vec::new();
    for _ in 0..size {
        let kind = random.below(10);
        let body = match bodies.get(random.below(bodies.len().max(1))).cloned() {
            Some(mut body) if kind < 6 && !body.is_empty() => {
                for _ in 0..random.below(body.len() / 20 + 2) {
                    let at = random.below(body.len());
                    body[at] = words(&mut random, 1).remove(0);
                }
                body
            }
            Some(body) if kind == 6 => body[..body.len() * 3 / 4].to_vec(),
            Some(body) if kind == 7 => body,
            _ => {
                let len = [0, 3, 5, 40, 120, 300][random.below(6)];
                words(&mut random, len)
            }
        };
        bodies.push(body);
    }
    bodies
        .iter()
        .enumerate()
        .map(|(n, body)| (format!("article-{n:03}"), body.join(" ")))
        .collect()
}

fn detector(threshold: f64, linkage: Linkage) -> Detector {
    let mode = Mode::Jaccard {
        threshold,
        recall: 0.95,
    };
    Detector::builder()
        .mode(mode)
        .linkage(linkage)
        .build()
        .unwrap()
}

fn filled<'a>(
    mut detector: Detector,
    articles: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> (Detector, MemoryTexts) {
    let mut texts = MemoryTexts::new();
    for (key, body) in articles {
        texts.set(
            detector.insert(&Article::new(key, body)).unwrap(),
            body.as_str(),
        );
    }
    (detector, texts)
}

/// Everything in a result, by key.
fn printed(detector: &Detector, texts: &MemoryTexts) -> String {
    let found = detector.groups(texts).unwrap();
    let key = |id: ArticleId| detector.key(id).unwrap();
    let mut out = format!("{:?} {}\n", found.candidates, found.link_count);
    for group in &found.groups {
        writeln!(
            out,
            "{} {} {:?} {:?}",
            key(group.centre),
            key(group.kept),
            group.kept_by,
            group.lowest
        )
        .unwrap();
        for member in &group.members {
            let tie = match member.tie {
                Tie::Direct(pair) => format!("{:?}", pair.overlap),
                tie => format!("{tie:?}"),
            };
            writeln!(out, "  {} {tie}", key(member.id)).unwrap();
        }
        for link in &group.links {
            writeln!(out, "  {} {} {:?}", key(link.a), key(link.b), link.overlap).unwrap();
        }
    }
    out
}

fn pairs(detector: &Detector, texts: &MemoryTexts) -> BTreeSet<(String, String)> {
    let key = |id: ArticleId| detector.key(id).unwrap().to_owned();
    detector
        .pairs(texts)
        .map(|Pair { a, b, .. }| (key(a), key(b)))
        .collect()
}

/// All pairs at the threshold, by plain sets of words.
fn plain_pairs(corpus: &Corpus, threshold: f64) -> BTreeSet<(String, String)> {
    let sets: Vec<(&String, BTreeSet<Vec<&str>>)> = corpus
        .iter()
        .map(|(key, body)| {
            let words: Vec<&str> = body.split_whitespace().collect();
            let width = words.len().clamp(1, 5);
            (key, words.windows(width).map(<[_]>::to_vec).collect())
        })
        .collect();
    let mut pairs = BTreeSet::new();
    for (at, (key_a, a)) in sets.iter().enumerate() {
        for (key_b, b) in &sets[at + 1..] {
            let shared = a.intersection(b).count() as f64;
            if shared > 0.0 && shared / a.union(b).count() as f64 >= threshold {
                pairs.insert(((*key_a).clone(), (*key_b).clone()));
            }
        }
    }
    pairs
}

#[test]
fn recall_is_kept_and_nothing_else_is_found() {
    for threshold in [0.3, 0.5, 0.8, 1.0] {
        let (mut right, mut all) = (0, 0);
        for seed in 0..6 {
            let corpus = corpus(seed, 150);
            let (detector, texts) = filled(detector(threshold, Linkage::Star), &corpus);
            let expected = plain_pairs(&corpus, threshold);
            let found = pairs(&detector, &texts);
            assert!(
                found.is_subset(&expected),
                "{:?}",
                found.difference(&expected).next()
            );
            right += found.len();
            all += expected.len();
        }
        assert!(
            all > 10,
            "threshold {threshold}: only {all} pairs prove nothing"
        );
        assert!(
            right as f64 >= 0.95 * all as f64,
            "threshold {threshold}: {right} of {all}"
        );
    }
}

#[test]
fn neither_order_nor_batches_nor_threads_change_the_result() {
    let corpus = corpus(7, 120);
    for linkage in [Linkage::Star, Linkage::Connected, Linkage::Complete] {
        let (sorted, texts) = filled(detector(0.5, linkage), &corpus);
        let expected = printed(&sorted, &texts);
        assert!(expected.lines().count() > 100);

        let (reversed, texts) = filled(detector(0.5, linkage), corpus.iter().rev());
        assert_eq!(printed(&reversed, &texts), expected);

        let mut batch = detector(0.5, linkage);
        let articles: Vec<Article<'_>> = corpus.iter().map(|(k, b)| Article::new(k, b)).collect();
        let mut texts = MemoryTexts::new();
        for (id, article) in batch.extend(&articles).into_iter().zip(&articles) {
            texts.set(id.unwrap(), article.body);
        }
        assert_eq!(printed(&batch, &texts), expected);

        for threads in [1, 2, 5] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            assert_eq!(
                pool.install(|| printed(&batch, &texts)),
                expected,
                "{threads} threads"
            );
        }
    }
}

#[test]
fn one_by_one_gives_the_answers_of_a_batch() {
    let corpus = corpus(11, 120);
    let (detector, texts) = filled(detector(0.5, Linkage::Star), &corpus);
    let mut found = BTreeSet::new();
    for (key, body) in &corpus {
        for m in detector.matches(body, &texts).unwrap().found {
            let other = detector.key(m.id).unwrap();
            assert!(m.overlap.jaccard() >= 0.5);
            if key < &other.to_owned() {
                found.insert((key.clone(), other.to_owned()));
            }
        }
    }
    assert_eq!(found, pairs(&detector, &texts));
}

#[test]
fn removing_leaves_no_trace() {
    let corpus = corpus(13, 100);
    let keep = |key: &&String| key.ends_with(['0', '2', '3', '7']);
    let (lean, lean_texts) = filled(
        detector(0.5, Linkage::Star),
        corpus.iter().filter(|(key, _)| keep(key)),
    );
    let (mut full, texts) = filled(detector(0.5, Linkage::Star), &corpus);
    // With its look-up tables built, so that these are taken back as well.
    full.matches(&corpus["article-000"], &texts).unwrap();
    for key in corpus.keys().filter(|key| !keep(key)) {
        let id = full.id(key).unwrap();
        assert!(full.remove(id));
        assert!(!full.remove(id));
    }
    assert_eq!(full.len(), lean.len());
    assert_eq!(printed(&full, &texts), printed(&lean, &lean_texts));
    for body in corpus.values() {
        let keys = |detector: &Detector, texts| -> Vec<String> {
            let matches = detector.matches(body, texts).unwrap();
            matches
                .found
                .iter()
                .map(|m| detector.key(m.id).unwrap().to_owned())
                .collect()
        };
        assert_eq!(keys(&full, &texts), keys(&lean, &lean_texts));
    }
}

#[test]
fn replacing_is_removing_and_inserting() {
    let corpus = corpus(17, 60);
    let (mut replaced, mut texts) = filled(detector(0.5, Linkage::Star), &corpus);
    let changed: Corpus = corpus
        .iter()
        .zip(corpus.values().rev())
        .map(|((key, _), body)| (key.clone(), body.clone()))
        .collect();
    for (key, body) in &changed {
        let id = replaced.replace(&Article::new(key, body)).unwrap();
        texts.set(id, body.as_str());
    }
    let (fresh, fresh_texts) = filled(detector(0.5, Linkage::Star), &changed);
    assert_eq!(printed(&replaced, &texts), printed(&fresh, &fresh_texts));
}

#[test]
fn groups_are_a_partition_that_says_why() {
    let corpus = corpus(19, 200);
    let (detector, texts) = filled(detector(0.5, Linkage::Star), &corpus);
    let groups = detector.groups(&texts).unwrap();
    let shingler = Shingler::new(Shingling::default(), 0).unwrap();
    let jaccard = |a: ArticleId, b: ArticleId| {
        let [a, b] = [a, b].map(|id| &corpus[detector.key(id).unwrap()]);
        let set = |text: &str| ShingleSet::new(shingler.shingles(text).unwrap());
        set(a).overlap(&set(b)).jaccard()
    };
    let mut seen = BTreeSet::new();
    for (number, group) in groups.groups.iter().enumerate() {
        assert!(group.members.len() > 1);
        let keys: Vec<_> = group
            .members
            .iter()
            .map(|m| detector.key(m.id).unwrap())
            .collect();
        assert!(keys.is_sorted());
        let mut lowest = 1.0f64;
        for member in &group.members {
            assert!(
                seen.insert(member.id),
                "{:?} stands in two groups",
                member.id
            );
            assert_eq!(groups.group_of(member.id), Some(number));
            let direct = jaccard(member.id, group.kept);
            match member.tie {
                Tie::Kept => assert_eq!(member.id, group.kept),
                Tie::ExactCopy => assert_eq!(direct, 1.0),
                Tie::Direct(pair) => {
                    assert_eq!(pair.overlap.jaccard(), direct);
                    assert!(direct >= 0.5);
                }
                _ => {}
            }
            assert!(jaccard(member.id, group.centre) >= 0.5);
            for other in &group.members {
                lowest = lowest.min(jaccard(member.id, other.id));
            }
        }
        assert!(group.lowest.exact);
        assert_eq!(group.lowest.jaccard, lowest);
        for link in &group.links {
            assert_eq!(link.overlap.jaccard(), jaccard(link.a, link.b));
        }
    }
    let alone = (0..corpus.len())
        .filter_map(ArticleId::new)
        .filter(|id| !seen.contains(id));
    assert!(alone.clone().count() > 0);
    assert!(alone.into_iter().all(|id| groups.group_of(id).is_none()));
}

#[test]
fn empty_and_short_articles() {
    let bodies = [
        "",
        " \n ",
        "—!—",
        "one two three",
        "One, two; three.",
        "one two four",
        "one",
    ];
    let corpus: Corpus = bodies
        .iter()
        .enumerate()
        .map(|(n, b)| (n.to_string(), (*b).to_owned()))
        .collect();
    let (detector, texts) = filled(detector(0.5, Linkage::Star), &corpus);
    assert_eq!(
        pairs(&detector, &texts),
        [("3".to_owned(), "4".to_owned())].into()
    );
    assert!(detector.matches("", &texts).unwrap().found.is_empty());
    assert!(detector.matches("...", &texts).unwrap().found.is_empty());
}

#[test]
fn a_key_is_taken_once() {
    let mut detector = Detector::new();
    detector
        .insert(&Article::new("key", "a b c d e f"))
        .unwrap();
    let error = detector
        .insert(&Article::new("key", "other words"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DuplicateKey);
    assert!(error.to_string().contains("\"key\""));
    assert_eq!(detector.len(), 1);
}

#[test]
fn a_text_that_is_gone_or_changed_costs_only_its_own_matches() {
    let body = words(&mut Random(1), 100).join(" ");
    let corpus: Corpus = ["a", "b", "c", "d"]
        .map(|key| (key.to_owned(), format!("{body} {key}")))
        .into();
    let (detector, mut texts) = filled(detector(0.5, Linkage::Star), &corpus);
    texts.remove(detector.id("b").unwrap());
    texts.set(detector.id("c").unwrap(), "something else");
    let groups = detector.groups(&texts).unwrap();
    let unread: Vec<_> = groups
        .unread
        .iter()
        .map(|(id, error)| (detector.key(*id).unwrap(), error.kind()))
        .collect();
    assert_eq!(
        unread,
        [
            ("b", ErrorKind::TextUnavailable),
            ("c", ErrorKind::TextChanged)
        ]
    );
    let keys: Vec<_> = groups.groups[0]
        .members
        .iter()
        .map(|m| detector.key(m.id).unwrap())
        .collect();
    assert_eq!(keys, ["a", "d"]);
    assert_eq!(detector.matches(&body, &texts).unwrap().unread.len(), 2);
}

#[test]
fn an_exact_copy_stands_in_for_a_text_that_is_gone() {
    let body = words(&mut Random(2), 100).join(" ");
    let corpus: Corpus = [
        ("a", body.clone()),
        ("b", body.clone()),
        ("c", format!("{body} more")),
    ]
    .map(|(key, body)| (key.to_owned(), body))
    .into();
    for gone in ["a", "b"] {
        let (detector, mut texts) = filled(detector(0.5, Linkage::Star), &corpus);
        texts.remove(detector.id(gone).unwrap());
        // As a trait object, as a caller may hold it.
        let texts: &dyn TextStore = &texts;
        let groups = detector.groups(texts).unwrap();
        assert!(groups.unread.is_empty());
        assert_eq!(groups.groups[0].members.len(), 3, "without {gone}");
        assert_eq!(detector.pairs(texts).count(), 3);
    }
}

/// A chain: star linkage leaves the third article out and reports its match.
#[test]
fn links_between_groups_are_given() {
    let text = words(&mut Random(4), 400);
    let parts = |from: usize, to: usize| text[from..to].join(" ");
    let corpus: Corpus = [
        ("a", parts(0, 200)),
        ("b", parts(50, 250)),
        ("c", parts(100, 300)),
        ("d", parts(150, 350)),
    ]
    .map(|(key, body)| (key.to_owned(), body))
    .into();
    let (detector, texts) = filled(detector(0.5, Linkage::Star), &corpus);
    let groups = detector.groups(&texts).unwrap();
    let key = |id| detector.key(id).unwrap();
    let members: Vec<_> = groups.groups[0].members.iter().map(|m| key(m.id)).collect();
    let between: Vec<_> = groups
        .between
        .iter()
        .map(|p| (key(p.a), key(p.b)))
        .collect();
    assert_eq!(members, ["a", "b", "c"]);
    assert_eq!(between, [("c", "d")]);
    assert_eq!(groups.link_count, 3);
}

/// Near-copies by the thousand: the promise is suspended, and the result says so.
#[test]
fn one_template_by_the_thousand_stays_linear() {
    let mut random = Random(3);
    let scaffold = words(&mut random, 60).join(" ");
    let corpus: Corpus = (0..3000)
        .map(|n| {
            (
                format!("{n:04}"),
                format!("{scaffold} {}", words(&mut random, 2).join(" ")),
            )
        })
        .collect();
    let (detector, texts) = filled(detector(0.5, Linkage::Star), &corpus);
    let groups = detector.groups(&texts).unwrap();
    assert!(groups.candidates.suspended_articles > 2500);
    assert!(groups.candidates.pairs < 200 * corpus.len());
    assert_eq!(groups.groups.len(), 1);
    assert_eq!(groups.groups[0].members.len(), corpus.len());
    assert!(!groups.groups[0].lowest.exact);
}

#[test]
fn pairs_of_exact_copies_cost_what_is_taken() {
    let mut detector = Detector::new();
    let body = words(&mut Random(5), 50).join(" ");
    for n in 0..20_000 {
        detector
            .insert(&Article::new(&n.to_string(), &body))
            .unwrap();
    }
    let texts = |_: ArticleId, _: &str| Err("exact copies need no reading".into());
    assert_eq!(detector.pairs(&texts).take(1000).count(), 1000);
    let groups = detector.groups(&texts).unwrap();
    assert_eq!(groups.groups[0].members.len(), 20_000);
    assert_eq!(groups.groups[0].links.len(), 19_999);
    assert!(groups.unread.is_empty());
}
