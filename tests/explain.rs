//! `explain` and `sweep` say what the detector does.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Random, words};
use reprint::relation::Criteria;
use reprint::{Article, ArticleId, Detector, ErrorKind, MemoryTexts, Mode, Stage, TextStore};

fn filled(mode: Mode, bodies: &[String]) -> (Detector, MemoryTexts) {
    let mut detector = Detector::builder().mode(mode).build().unwrap();
    let mut texts = MemoryTexts::new();
    for (number, body) in bodies.iter().enumerate() {
        let key = format!("article {number:03}");
        let id = detector.insert(&Article::new(&key, body)).unwrap();
        texts.set(id, body.as_str());
    }
    (detector, texts)
}

/// Stories with copies in which more and more words are changed, some exact copies, an excerpt, and
/// two texts without words.
fn bodies(stories: usize) -> Vec<String> {
    let mut random = Random(7);
    let mut bodies = vec![String::new(), "...".to_owned()];
    for story in 0..stories {
        let text = words(&mut random, 120);
        for changed in [0, 2, 6, 14, 30] {
            let mut copy = text.clone();
            for _ in 0..changed {
                let at = random.below(copy.len());
                copy[at] = words(&mut random, 1).remove(0);
            }
            bodies.push(copy.join(" "));
        }
        bodies.push(text[30..70].join(" "));
        if story % 3 == 0 {
            bodies.push(text.join(" "));
        }
    }
    bodies
}

/// One form, filled in with varying words and figures.
fn notice(number: usize) -> String {
    let mut random = Random(90 + number as u64);
    let mut form = words(&mut Random(5), 90);
    for at in (0..form.len()).step_by(7 + number % 9) {
        form[at] = format!("{}", 1000 + random.below(9000));
    }
    let own = words(&mut random, 10 + number);
    [form, own].concat().join(" ")
}

fn jaccard(threshold: f64) -> Mode {
    Mode::Jaccard {
        threshold,
        recall: 0.95,
    }
}

fn ids(detector: &Detector) -> Vec<ArticleId> {
    (0..detector.len()).filter_map(ArticleId::new).collect()
}

#[test]
fn every_pair_is_explained_as_it_was_decided() {
    let bodies = bodies(4);
    for mode in [jaccard(0.5), jaccard(0.9), Mode::recycled()] {
        let (detector, texts) = filled(mode, &bodies);
        let in_order = |a: ArticleId, b: ArticleId| (a.min(b), a.max(b));
        let joins = |pair: &reprint::group::Pair| {
            let summary = pair.summary;
            summary.is_none_or(|summary| summary.relation.is_recycled())
        };
        let found: BTreeMap<_, bool> = detector
            .pairs(&texts)
            .map(|pair| (in_order(pair.a, pair.b), joins(&pair)))
            .collect();
        let mut stages = BTreeSet::new();
        let ids = ids(&detector);
        for (at, &a) in ids.iter().enumerate() {
            for &b in &ids[at + 1..] {
                let explained = detector.explain(a, b, &texts).unwrap();
                let stage = explained.stage;
                stages.insert(stage);
                let expected = found.get(&(a, b)).copied();
                assert_eq!(
                    stage.is_match(),
                    expected == Some(true),
                    "{a:?} {b:?} {stage:?}"
                );
                assert_eq!(stage == Stage::NotRecycled, expected == Some(false));
                let text = |id: ArticleId| &bodies[id.index()];
                let compared = detector.compare(text(a), text(b)).unwrap();
                assert_eq!(explained.comparison.overlap, compared.overlap);
                let is_wordless = a.index() < 2;
                assert_eq!(stage == Stage::NoWords, is_wordless);
                let is_copy = !is_wordless && text(a) == text(b);
                assert_eq!(stage == Stage::Copies, is_copy);
                if is_copy {
                    assert_eq!(explained.shared_bands.len(), detector.banding().bands());
                }
                if matches!(mode, Mode::Jaccard { .. }) && !is_wordless {
                    // There are no crowds here: a shared band makes candidates.
                    let shares = !explained.shared_bands.is_empty();
                    assert_eq!(stage == Stage::NoCandidates, !shares);
                }
                assert_eq!(
                    explained.sample.is_some(),
                    mode == Mode::recycled() && !is_wordless
                );
                let other = detector.explain(b, a, &texts).unwrap();
                assert_eq!(
                    (other.stage, other.shared_bands),
                    (stage, explained.shared_bands)
                );
            }
        }
        assert!(stages.len() >= 4, "{mode:?}: {stages:?}");
    }
}

#[test]
fn crowds_are_told() {
    // Sampled shingles that all have, but no word more.
    let mut random = Random(11);
    let stock = words(&mut random, 12).join(" ");
    let bodies: Vec<String> = (0..120)
        .map(|_| format!("{stock} {}", words(&mut random, 60).join(" ")))
        .collect();
    let (detector, texts) = filled(Mode::recycled(), &bodies);
    let candidates: BTreeSet<_> = detector.candidates().into_iter().collect();
    let ids = ids(&detector);
    let mut crowded = 0;
    for (at, &a) in ids.iter().enumerate().take(4) {
        for &b in &ids[at + 1..] {
            let found = detector.explain(a, b, &texts).unwrap();
            let are_candidates = candidates.contains(&(a, b)) || candidates.contains(&(b, a));
            let is_parted = matches!(found.stage, Stage::NoCandidates | Stage::CrowdedOut);
            assert_eq!(is_parted, !are_candidates);
            if found.stage == Stage::CrowdedOut {
                let sample = found.sample.unwrap();
                assert!(
                    sample.shared >= sample.enough && sample.common > 0,
                    "{sample:?}"
                );
                crowded += 1;
            }
        }
    }
    assert!(crowded > 0);
}

#[test]
fn what_can_not_be_explained_is_an_error() {
    let (mut detector, texts) = filled(jaccard(0.8), &bodies(1));
    let [.., a, b] = ids(&detector)[..] else {
        panic!("more than two articles");
    };
    let gone = |_: ArticleId, _: &str| Err::<String, _>("gone".into());
    let error = detector.explain(a, b, &gone).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TextUnavailable);
    let changed = |_: ArticleId, _: &str| Ok("other words".to_owned());
    let error = detector.explain(a, b, &changed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TextChanged);
    detector.remove(a);
    let error = detector.explain(a, b, &texts).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TextUnavailable);
}

/// Groups, grouped articles, articles in the largest group.
fn counted(detector: &Detector, texts: &impl TextStore) -> [usize; 4] {
    let groups = detector.groups(texts).unwrap();
    let sizes: Vec<usize> = groups
        .groups
        .iter()
        .map(|group| group.members.len())
        .collect();
    [
        groups.link_count,
        sizes.len(),
        sizes.iter().sum(),
        sizes.iter().copied().max().unwrap_or(1),
    ]
}

#[test]
fn each_strictness_of_a_sweep_is_as_if_tried_alone() {
    let mut bodies = bodies(20);
    bodies.extend((0..40).map(notice));
    let steps = [Criteria::loose(), Criteria::default(), Criteria::strict()];
    let steps = steps.map(|criteria| Mode::Recycled { criteria });
    let (detector, texts) = filled(steps[1], &bodies);
    let sweep = detector.sweep(&texts, &steps).unwrap();
    let counts = sweep.counts().unwrap();
    for (mode, found) in steps.into_iter().zip(&counts) {
        let (alone, texts) = filled(mode, &bodies);
        let found = [found.links, found.groups, found.grouped, found.largest];
        assert_eq!(found, counted(&alone, &texts), "{mode:?}");
    }
    assert!(counts[0].links > counts[2].links, "the steps differ");
}

#[test]
fn each_threshold_of_a_sweep_finds_what_was_verified() {
    let bodies = bodies(20);
    let thresholds = [0.3, 0.5, 0.7, 0.9, 1.0];
    let (detector, texts) = filled(jaccard(0.3), &bodies);
    let sweep = detector.sweep(&texts, &thresholds.map(jaccard)).unwrap();
    let counts = sweep.counts().unwrap();
    let first = [
        counts[0].links,
        counts[0].groups,
        counts[0].grouped,
        counts[0].largest,
    ];
    assert_eq!(first, counted(&detector, &texts));
    for (at, threshold) in thresholds.into_iter().enumerate() {
        let pairs = sweep.pairs().filter(|(pair, steps)| {
            let is_match = pair.overlap.jaccard() >= threshold;
            assert_eq!(steps >> at & 1 == 1, is_match);
            is_match
        });
        assert_eq!(pairs.count(), counts[at].links);
    }
    assert!(counts.is_sorted_by_key(|step| std::cmp::Reverse(step.dropped())));
    assert!(sweep.unread().is_empty());
}

#[test]
fn steps_out_of_range_are_refused() {
    let (detector, texts) = filled(jaccard(0.5), &bodies(1));
    for steps in [
        vec![jaccard(0.4)],
        vec![jaccard(1.1)],
        vec![jaccard(f64::NAN)],
        vec![Mode::recycled()],
        vec![jaccard(0.5); 65],
    ] {
        let error = detector.sweep(&texts, &steps).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSetting, "{error}");
    }
    assert!(
        detector
            .sweep(&texts, &[])
            .unwrap()
            .counts()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn memory_grows_with_the_articles() {
    let memory = |stories| {
        let (detector, _) = filled(Mode::recycled(), &bodies(stories));
        (detector.memory(), detector.len())
    };
    let ((few, _), (many, articles)) = (memory(4), memory(64));
    assert!(few < many);
    let each = many / articles;
    assert!((100..1000).contains(&each), "{each} bytes an article");
}
