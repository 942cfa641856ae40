//! Laws for detectors in recycled mode.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use common::{Random, words};
use reprint::corpus::Statistics;
use reprint::relation::{Criteria, Relation, Side};
use reprint::{Article, ArticleId, Detector, ErrorKind, MemoryTexts, Mode};

type Corpus = BTreeMap<String, String>;

fn detector() -> Detector {
    Detector::builder().mode(Mode::recycled()).build().unwrap()
}

fn fill<'a>(
    detector: &mut Detector,
    articles: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> MemoryTexts {
    let mut texts = MemoryTexts::new();
    for (key, body) in articles {
        let id = detector.insert(&Article::new(key, body)).unwrap();
        texts.set(id, body.as_str());
    }
    texts
}

fn filled<'a>(
    articles: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> (Detector, MemoryTexts) {
    let mut detector = detector();
    let texts = fill(&mut detector, articles);
    (detector, texts)
}

/// Sentences with names and numbers, `count` words in total.
fn prose(random: &mut Random, count: usize) -> Vec<String> {
    let mut prose = words(random, count);
    for at in 0..count {
        match random.below(30) {
            0 => prose[at] = (1 + random.below(9000)).to_string(),
            1 | 2 => prose[at] = capitalised(&prose[at]),
            3 => prose[at].push('.'),
            _ => {}
        }
        if at == 0 || prose[at - 1].ends_with('.') {
            prose[at] = capitalised(&prose[at]);
        }
    }
    prose
}

fn capitalised(word: &str) -> String {
    let (head, tail) = word.split_at(1);
    head.to_uppercase() + tail
}

/// A copy as a scanner would read it: errors in a percentage of words, lines broken anywhere.
fn scanned(random: &mut Random, text: &[String], percent: usize) -> String {
    let mut copy = String::new();
    for word in text {
        let mut word = word.clone();
        if random.below(100) < percent && word.len() > 3 {
            let at = 1 + random.below(word.len() - 2);
            match random.below(3) {
                0 => word.replace_range(at..=at, ["c", "i", "1", "u"][random.below(4)]),
                1 => drop(word.remove(at)),
                _ => word.insert(at, 'i'),
            }
        }
        if random.below(12) == 0 && word.len() > 5 {
            word.insert_str(word.len() / 2, "-\n");
        }
        copy.push_str(&word);
        copy.push(if random.below(9) == 0 { '\n' } else { ' ' });
    }
    copy
}

/// Stories with light edits, scans, abridgements, excerpts, exact copies, and uses of a template.
fn corpus(seed: u64, size: usize) -> Corpus {
    let mut random = Random(seed);
    let mut stories: Vec<Vec<String>> = Vec::new();
    let template = prose(&mut random, 90);
    let mut bodies = Vec::new();
    for _ in 0..size {
        let kind = random.below(12);
        let body = match stories.get(random.below(stories.len().max(1))).cloned() {
            Some(mut story) if kind < 3 => {
                for _ in 0..random.below(6) {
                    let at = random.below(story.len());
                    story[at] = words(&mut random, 1).remove(0);
                }
                story.join(" ")
            }
            Some(story) if kind < 5 => scanned(&mut random, &story, 8),
            Some(story) if kind == 5 => {
                let kept = story.chunks(20).enumerate().filter(|(at, _)| at % 3 > 0);
                kept.flat_map(|(_, part)| part)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" ")
            }
            Some(story) if kind == 6 => story[story.len() / 4..story.len() / 2].join(" "),
            Some(story) if kind == 7 => story.join(" "),
            Some(_) if kind == 8 => filled_in(&template, &mut random),
            Some(_) if kind == 9 => words(&mut random, kind % 4).join(" "),
            _ => {
                let story = prose(&mut random, 150 + 10 * (seed as usize % 20));
                stories.push(story.clone());
                story.join(" ")
            }
        };
        bodies.push(body);
    }
    let numbered = bodies.into_iter().enumerate();
    numbered
        .map(|(n, body)| (format!("article-{n:03}"), body))
        .collect()
}

/// Another use of a template: every ninth word is another name or number.
fn filled_in(template: &[String], random: &mut Random) -> String {
    let mut copy = template.to_vec();
    for at in (4..copy.len()).step_by(9) {
        copy[at] = match at % 2 {
            0 => (1000 + random.below(900_000)).to_string(),
            _ => capitalised(&words(random, 1)[0]) + ["stad", "ville", "ham"][random.below(3)],
        };
    }
    copy.join(" ")
}

/// Everything in a result, by key.
fn printed(detector: &Detector, texts: &MemoryTexts) -> String {
    let found = detector.groups(texts).unwrap();
    let key = |id: ArticleId| detector.key(id).unwrap();
    let mut out = format!("{:?} {}\n", found.candidates, found.link_count);
    for group in &found.groups {
        let (centre, kept) = (key(group.centre), key(group.kept));
        writeln!(
            out,
            "{centre} {kept} {:?} {:?}",
            group.kept_by, group.lowest
        )
        .unwrap();
        for member in &group.members {
            let tie = format!("{:?}", member.tie);
            // Ids depend on the order of insertion.
            let tie = tie.split("overlap").collect::<Vec<_>>();
            let name = tie[0].split('{').next().unwrap();
            writeln!(out, "  {} {name} {:?}", key(member.id), tie.get(1)).unwrap();
        }
        for link in &group.links {
            let (a, b) = (key(link.a), key(link.b));
            writeln!(out, "  {a} {b} {:?} {:?}", link.overlap, link.summary).unwrap();
        }
    }
    for link in &found.between {
        let (a, b) = (key(link.a), key(link.b));
        writeln!(out, "{a} {b} {:?} {:?}", link.overlap, link.summary).unwrap();
    }
    out
}

#[test]
fn neither_order_nor_batches_nor_threads_change_the_result() {
    let corpus = corpus(7, 150);
    let (sorted, texts) = filled(&corpus);
    let expected = printed(&sorted, &texts);
    for relation in ["Exact", "LightEdit", "Abridged", "Excerpt", "Template"] {
        assert!(expected.contains(relation), "no {relation} in\n{expected}");
    }
    let (reversed, texts) = filled(corpus.iter().rev());
    assert_eq!(printed(&reversed, &texts), expected);

    let mut batch = detector();
    let articles: Vec<Article<'_>> = corpus.iter().map(|(k, b)| Article::new(k, b)).collect();
    let mut texts = MemoryTexts::new();
    for (id, article) in batch.extend(&articles).into_iter().zip(&articles) {
        texts.set(id.unwrap(), article.body);
    }
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

/// What matches a text: key, overlap, summary.
fn answers(detector: &Detector, texts: &MemoryTexts, text: &str) -> Vec<String> {
    let found = detector.matches(text, texts).unwrap().found;
    let answer = found.iter().map(|m| {
        let key = detector.key(m.id).unwrap();
        format!("{key} {:?} {:?}", m.overlap, m.summary)
    });
    answer.collect()
}

#[test]
fn one_by_one_gives_the_answers_of_a_batch() {
    let corpus = corpus(11, 120);
    let (detector, texts) = filled(&corpus);
    let mut one_by_one = BTreeSet::new();
    for (key, body) in &corpus {
        let mut last = (true, f64::INFINITY);
        for m in detector.matches(body, &texts).unwrap().found {
            let summary = m.summary.unwrap();
            let rank = (summary.relation.is_recycled(), m.score());
            assert!(rank <= last, "{rank:?} after {last:?}");
            last = rank;
            let other = detector.key(m.id).unwrap();
            if key.as_str() < other {
                one_by_one.insert(format!("{key} {other} {summary:?}"));
            }
        }
    }
    let key = |id| detector.key(id).unwrap();
    let batch: BTreeSet<String> = detector
        .pairs(&texts)
        .map(|pair| {
            format!(
                "{} {} {:?}",
                key(pair.a),
                key(pair.b),
                pair.summary.unwrap()
            )
        })
        .collect();
    assert!(batch.len() > 80, "{} pairs prove nothing", batch.len());
    assert_eq!(one_by_one, batch);
}

#[test]
fn removing_and_replacing_leave_no_trace() {
    let all = corpus(13, 100);
    let keep = |key: &&String| key.ends_with(['0', '2', '3', '7']);
    let (lean, lean_texts) = filled(all.iter().filter(|(key, _)| keep(key)));
    let (mut full, mut texts) = filled(&all);
    // With its look-up tables built, so that these are taken back as well.
    full.matches(&all["article-000"], &texts).unwrap();
    for key in all.keys().filter(|key| !keep(key)) {
        assert!(full.remove(full.id(key).unwrap()));
    }
    assert_eq!(printed(&full, &texts), printed(&lean, &lean_texts));
    for body in all.values() {
        assert_eq!(
            answers(&full, &texts, body),
            answers(&lean, &lean_texts, body)
        );
    }
    let changed: Corpus = all
        .iter()
        .filter(|(key, _)| keep(key))
        .zip(all.values().rev())
        .map(|((key, _), body)| (key.clone(), body.clone()))
        .collect();
    for (key, body) in &changed {
        let id = full.replace(&Article::new(key, body)).unwrap();
        texts.set(id, body.as_str());
    }
    let (fresh, fresh_texts) = filled(&changed);
    assert_eq!(printed(&full, &texts), printed(&fresh, &fresh_texts));
    for body in all.values() {
        assert_eq!(
            answers(&full, &texts, body),
            answers(&fresh, &fresh_texts, body)
        );
    }
}

#[test]
fn a_snapshot_of_statistics_gives_the_same_answers_anywhere() {
    let corpus = corpus(17, 120);
    let (mut batch, texts) = filled(&corpus);
    let without = printed(&batch, &texts);
    let statistics = batch.count_statistics(&texts);
    // They are not used until this is said.
    assert_eq!(printed(&batch, &texts), without);
    let saved = statistics.to_bytes();
    batch.set_statistics(Some(Arc::new(statistics)));
    let with = printed(&batch, &texts);
    assert_ne!(with, without);

    let read = Arc::new(Statistics::from_bytes(&saved).unwrap());
    let fingerprint = batch.statistics().unwrap().fingerprint();
    assert_eq!(read.fingerprint(), fingerprint);
    let builder = Detector::builder().mode(Mode::recycled()).statistics(read);
    let mut stream = builder.build().unwrap();
    let mut seen = BTreeSet::new();
    let mut stream_texts = MemoryTexts::new();
    for (key, body) in &corpus {
        for m in stream.matches(body, &stream_texts).unwrap().found {
            let summary = m.summary.unwrap().reversed();
            seen.insert(format!("{} {key} {summary:?}", stream.key(m.id).unwrap()));
        }
        let id = stream.insert(&Article::new(key, body)).unwrap();
        stream_texts.set(id, body.as_str());
    }
    assert_eq!(printed(&stream, &stream_texts), with);
    let key = |id| batch.key(id).unwrap();
    let pairs: BTreeSet<String> = batch
        .pairs(&texts)
        .map(|pair| {
            format!(
                "{} {} {:?}",
                key(pair.a),
                key(pair.b),
                pair.summary.unwrap()
            )
        })
        .collect();
    assert_eq!(seen, pairs);

    batch.set_statistics(None);
    assert_eq!(printed(&batch, &texts), without);
}

/// A star's centre has a verified link to every member, and an error in every eighth word may
/// separate two scans. So the test allows two groups, and one scan in a hundred left out.
#[test]
fn five_hundred_scans_of_one_story_are_one_group() {
    let mut random = Random(19);
    let story = prose(&mut random, 220);
    let mut corpus: Corpus = (0..500)
        .map(|n| {
            let percent = 2 + random.below(7);
            (
                format!("scan-{n:03}"),
                scanned(&mut random, &story, percent),
            )
        })
        .collect();
    for n in 0..300 {
        corpus.insert(format!("other-{n}"), prose(&mut random, 150).join(" "));
    }
    let (detector, texts) = filled(&corpus);
    let found = detector.groups(&texts).unwrap();
    let sizes: Vec<usize> = found
        .groups
        .iter()
        .map(|group| group.members.len())
        .collect();
    let key = |id| detector.key(id).unwrap();
    for member in found.groups.iter().flat_map(|group| &group.members) {
        assert!(key(member.id).starts_with("scan"), "{}", key(member.id));
    }
    let largest = sizes.iter().max().copied().unwrap_or_default();
    assert!(sizes.len() <= 2 && largest >= 495, "{sizes:?}");
    // No frequency cap hides them, and not all of their pairs are compared.
    assert!(
        found.candidates.pairs < 200 * corpus.len(),
        "{:?}",
        found.candidates
    );
}

#[test]
fn a_thousand_uses_of_a_template_are_linked_and_stand_apart() {
    let mut random = Random(23);
    let template = prose(&mut random, 120);
    let corpus: Corpus = (0..1000)
        .map(|n| (format!("{n:04}"), filled_in(&template, &mut random)))
        .collect();
    let (detector, texts) = filled(&corpus);
    let found = detector.groups(&texts).unwrap();
    assert_eq!(found.groups.len(), 0);
    assert_eq!(found.link_count, 0);
    let mut linked = BTreeSet::new();
    for pair in &found.between {
        assert_eq!(pair.summary.unwrap().relation, Relation::Template);
        linked.extend([pair.a, pair.b]);
    }
    assert_eq!(linked.len(), corpus.len());
    assert!(
        found.candidates.pairs < 200 * corpus.len(),
        "{:?}",
        found.candidates
    );
}

#[test]
fn of_an_update_dates_tell_which_is_later() {
    let mut random = Random(29);
    let story = prose(&mut random, 240);
    let news = prose(&mut random, 80);
    // The later one is shorter, so that the texts alone would say the contrary.
    let later = [&story[..60], &news[..], &story[150..]].concat().join(" ");
    let story = story.join(" ");
    let day = 86_400;
    for (date_of_story, date_of_later) in [(day, 2 * day), (2 * day, day)] {
        let mut detector = detector();
        let mut texts = MemoryTexts::new();
        for (key, body, date) in [("a", &story, date_of_story), ("b", &later, date_of_later)] {
            let id = detector
                .insert(&Article::new(key, body).date(date))
                .unwrap();
            texts.set(id, body.as_str());
        }
        let found = detector.groups(&texts).unwrap();
        let summary = found.groups[0].links[0].summary.unwrap();
        assert_eq!(summary.relation, Relation::Update);
        let later = if date_of_story < date_of_later {
            Side::B
        } else {
            Side::A
        };
        assert_eq!(summary.derived, Some(later));
        assert_eq!(
            found.groups[0].kept,
            detector
                .id(if later == Side::B { "a" } else { "b" })
                .unwrap()
        );
    }
    // Without dates, neither is known to be the later.
    let corpus: Corpus = [("a".to_owned(), story), ("b".to_owned(), later)].into();
    let (detector, texts) = filled(&corpus);
    let found = detector.groups(&texts).unwrap();
    assert_eq!(found.groups[0].links[0].summary.unwrap().derived, None);
}

/// Dissimilar words: with ten syllables only, a hundred words would look like OCR errors in a
/// hundred others.
fn varied(random: &mut Random, count: usize) -> Vec<String> {
    let word = |rank: usize| -> String {
        let mut letters = Random(rank as u64);
        let len = 3 + letters.below(7);
        let mut letter = || char::from(b'a' + letters.below(26) as u8);
        (0..len).map(|_| letter()).collect()
    };
    (0..count)
        .map(|_| word(random.below(60) * random.below(60)))
        .collect()
}

#[test]
fn an_excerpt_of_a_sixth_is_found_and_linked() {
    let mut random = Random(31);
    let mut corpus = Corpus::new();
    for n in 0..60 {
        let story = varied(&mut random, 600);
        let from = random.below(500);
        corpus.insert(format!("{n}-excerpt"), story[from..from + 100].join(" "));
        corpus.insert(format!("{n}-story"), story.join(" "));
    }
    let (detector, texts) = filled(&corpus);
    let candidates = detector.candidates().len();
    assert!(candidates < 25 * corpus.len(), "{candidates} candidates");
    let found = detector.groups(&texts).unwrap();
    assert_eq!(found.groups.len(), 60);
    let key = |id| detector.key(id).unwrap();
    for group in &found.groups {
        let link = group.links[0];
        let [excerpt, story] = [key(link.a), key(link.b)];
        assert_eq!(excerpt.split('-').next(), story.split('-').next());
        let summary = link.summary.unwrap();
        let found = (summary.relation, summary.derived, summary.a_coverage);
        assert_eq!(found, (Relation::Excerpt, Some(Side::A), 1.0), "{excerpt}");
        assert!((0.1..0.25).contains(&summary.b_coverage));
        assert_eq!(key(group.kept), story);
    }
}

#[test]
fn by_strict_criteria_both_must_be_the_same_text() {
    let mut random = Random(37);
    let story = varied(&mut random, 300);
    let mut edited = story.clone();
    edited[7] = "windlass".to_owned();
    let [story, edited, longer] = [
        story.join(" "),
        edited.join(" "),
        [story, varied(&mut random, 150)].concat().join(" "),
    ];
    let relation = |criteria, other: &str| {
        let mode = Mode::Recycled { criteria };
        let detector = Detector::builder().mode(mode).build().unwrap();
        detector.compare(&story, other).unwrap().summary.relation
    };
    let (usual, strict) = (Criteria::default(), Criteria::strict());
    assert_eq!(relation(usual, &longer), Relation::Abridged);
    assert_eq!(relation(strict, &longer), Relation::Partial);
    assert_eq!(relation(usual, &edited), Relation::LightEdit);
    assert_eq!(relation(strict, &edited), Relation::LightEdit);
}

#[test]
fn issues_of_a_weekly_report_share_a_template() {
    // A third of each is the frame, filled with new figures; the rest is news of its own.
    let mut random = Random(41);
    let frame = prose(&mut random, 120);
    let mut issue = || {
        let news = varied(&mut random, 180).join(" ");
        format!("{}\n\n{news}", filled_in(&frame, &mut random))
    };
    let (first, second) = (issue(), issue());
    let detector = detector();
    let found = detector.compare(&first, &second).unwrap();
    assert_eq!(
        found.summary.relation,
        Relation::Template,
        "{}",
        found.sentence()
    );
}

#[test]
fn exact_copies_empty_articles_and_single_words() {
    let story = prose(&mut Random(37), 120).join(" ");
    let bodies = [
        "",
        " \n ",
        "—!—",
        "Bridge",
        "bridge.",
        "bridge bridge bridge bridge bridge bridge bridge",
        &story,
        &story.to_uppercase(),
        &story,
    ];
    let numbered = bodies.iter().enumerate();
    let corpus: Corpus = numbered
        .map(|(n, body)| (n.to_string(), (*body).to_owned()))
        .collect();
    let (detector, texts) = filled(&corpus);
    let found = detector.groups(&texts).unwrap();
    let key = |id| detector.key(id).unwrap();
    let groups: Vec<Vec<&str>> = found
        .groups
        .iter()
        .map(|group| group.members.iter().map(|m| key(m.id)).collect())
        .collect();
    assert_eq!(groups, [vec!["3", "4"], vec!["6", "7", "8"]]);
    for link in found.groups.iter().flat_map(|group| &group.links) {
        let summary = link.summary.unwrap();
        assert_eq!(
            (summary.relation, summary.coverage()),
            (Relation::Exact, 1.0)
        );
    }
    assert!(found.between.is_empty());
    for empty in ["", "...", "\n"] {
        assert!(detector.matches(empty, &texts).unwrap().found.is_empty());
    }
    assert_eq!(detector.matches(&story, &texts).unwrap().found.len(), 3);
}

#[test]
fn a_text_that_is_gone_or_changed_costs_only_its_own_matches() {
    let mut random = Random(41);
    let story = prose(&mut random, 150);
    let corpus: Corpus = ["a", "b", "c", "d"]
        .map(|key| (key.to_owned(), scanned(&mut random, &story, 4)))
        .into();
    let (detector, mut texts) = filled(&corpus);
    texts.remove(detector.id("b").unwrap());
    texts.set(detector.id("c").unwrap(), "something else");
    let found = detector.groups(&texts).unwrap();
    let unread = found.unread.iter();
    let unread: Vec<_> = unread
        .map(|(id, error)| (detector.key(*id).unwrap(), error.kind()))
        .collect();
    let expected = [
        ("b", ErrorKind::TextUnavailable),
        ("c", ErrorKind::TextChanged),
    ];
    assert_eq!(unread, expected);
    assert_eq!(found.groups.len(), 1);
    let members = found.groups[0].members.iter();
    let members: Vec<_> = members.map(|m| detector.key(m.id).unwrap()).collect();
    assert_eq!(members, ["a", "d"]);
    assert_eq!(
        detector.matches(&corpus["a"], &texts).unwrap().unread.len(),
        2
    );
    // Statistics are counted of what can be read.
    assert_eq!(detector.count_statistics(&texts).articles(), 3);
}

/// Gate, alignment and overlap are made of one reading of each article.
#[test]
fn an_article_is_read_once_for_its_verification() {
    let mut random = Random(23);
    let mut bodies = Vec::new();
    for _ in 0..20 {
        let original = words(&mut random, 150).join(" ");
        bodies.push(format!("{original} and so they said"));
        bodies.push(format!("it is reported that {original}"));
    }
    let mut detector = Detector::builder().mode(Mode::recycled()).build().unwrap();
    for (number, body) in bodies.iter().enumerate() {
        let key = number.to_string();
        detector.insert(&Article::new(&key, body)).unwrap();
    }
    let readings = std::sync::Mutex::new(vec![0; bodies.len()]);
    let texts = |id: ArticleId, _: &str| {
        readings.lock().unwrap()[id.index()] += 1;
        Ok(bodies[id.index()].clone())
    };
    let found = detector.groups(&texts).unwrap();
    assert_eq!(found.groups.len(), 20);
    assert_eq!(*readings.lock().unwrap(), vec![1; bodies.len()]);
}
