//! How often an article is read and cut, stage by stage.
//!
//! In: articles with texts of their own. Out: laws, which `ARCHITECTURE.md` states.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::{Detector, Mode};
use crate::article::{Article, ArticleId, TextStore};
use crate::corpus::{ArticleCounts, Collector};
use crate::document::DocumentBuffer;
use crate::error::BoxError;
use crate::group::Groups;
use crate::phrase::{PhraseDetector, PhraseScratch, PhraseSettings};
use crate::sketch::SketchScratch;
use crate::text::cuts;

/// Texts that count their readings.
#[derive(Default)]
struct Counted {
    texts: Vec<String>,
    readings: Mutex<BTreeMap<usize, usize>>,
}

impl TextStore for Counted {
    fn text(&self, id: ArticleId, _: &str) -> Result<std::borrow::Cow<'_, str>, BoxError> {
        let mut readings = self.readings.lock().expect("no panic elsewhere");
        *readings.entry(id.index()).or_default() += 1;
        Ok(self.texts[id.index()].as_str().into())
    }
}

/// Readings and cuts of each article since an earlier count.
struct Since {
    readings: Vec<usize>,
    cuts: Vec<usize>,
}

impl Counted {
    fn counts(&self) -> Since {
        let readings = self.readings.lock().expect("no panic elsewhere");
        let of = |id: usize| readings.get(&id).copied().unwrap_or_default();
        Since {
            readings: (0..self.texts.len()).map(of).collect(),
            cuts: self.texts.iter().map(|text| cuts::of(text)).collect(),
        }
    }

    /// The readings and the cuts that `step` makes, by article.
    fn during<R>(&self, step: impl FnOnce() -> R) -> (R, Since) {
        let before = self.counts();
        let done = step();
        let mut since = self.counts();
        let less = |now: &mut [usize], before: &[usize]| {
            now.iter_mut()
                .zip(before)
                .for_each(|(now, before)| *now -= before);
        };
        less(&mut since.readings, &before.readings);
        less(&mut since.cuts, &before.cuts);
        (done, since)
    }
}

/// A story of 60 words, the same in no other test.
fn story(test: &str) -> String {
    let words = [
        "ferry",
        "pier",
        "harbour",
        "council",
        "winter",
        "repairs",
        "passengers",
        "master",
        "noon",
        "island",
        "storm",
        "lantern",
        "quay",
        "letter",
        "captain",
    ];
    let word = |at: usize| format!("{}{} of {test}", words[at % 15], at / 15);
    let words: Vec<String> = (0..60).map(word).collect();
    format!("In {test}: {}.", words.join(", the "))
}

/// Inserts texts as a program does that looks at each article once.
fn load(detector: &mut Detector, texts: &[String]) -> Collector {
    let phrases = PhraseDetector::new(PhraseSettings::default()).expect("usual settings");
    let mut collected = Collector::new();
    let (mut buffer, mut sketching) = (DocumentBuffer::new(), SketchScratch::default());
    let mut phrasing = PhraseScratch::default();
    for (number, text) in texts.iter().enumerate() {
        let key = format!("{number:03}");
        let document = buffer.read(text).expect("a short text");
        let sketch = detector
            .sketcher()
            .sketch_document(document, &mut sketching);
        let found = phrases.analyze_document(&mut phrasing, document, None);
        found.expect("a short headline");
        collected.add(sketch.fingerprint, &key, &ArticleCounts::of(document));
        let inserted = detector.insert_sketched(&Article::new(&key, ""), &sketch);
        inserted.expect("a key of its own");
    }
    collected
}

fn grouped(mode: Mode, texts: Vec<String>) -> (Since, Since, Since, Groups) {
    let counted = Counted {
        texts,
        ..Counted::default()
    };
    let mut detector = Detector::builder().mode(mode).build().expect("a mode");
    let (collected, loading) = counted.during(|| load(&mut detector, &counted.texts));
    let (statistics, learning) =
        counted.during(|| detector.count_statistics_with(&counted, &collected));
    detector.set_statistics(Some(std::sync::Arc::new(statistics)));
    let (groups, grouping) = counted.during(|| detector.groups(&counted));
    (loading, learning, grouping, groups.expect("star linkage"))
}

/// Copies that are all linked: once for everything at loading, once at verification.
#[test]
fn an_article_is_cut_once_to_load_and_once_to_verify() {
    for (mode, name) in [
        (Mode::recycled(), "Readingham"),
        (Mode::jaccard(), "Cutbury"),
    ] {
        let text = story(name);
        let texts = vec![
            text.clone(),
            format!("{text} The end came early."),
            format!("{text} The end came late."),
            format!("Nothing like it was ever seen in the hills above {name}."),
        ];
        let (loading, learning, grouping, groups) = grouped(mode, texts);
        assert_eq!(loading.cuts, [1, 1, 1, 1], "{name}");
        assert_eq!(learning.cuts, [0, 0, 0, 0], "{name}");
        assert_eq!(learning.readings, [0, 0, 0, 0], "{name}");
        assert_eq!(
            (groups.groups.len(), groups.groups[0].links.len()),
            (1, 3),
            "{name}"
        );
        // The article without a candidate is not read again.
        assert_eq!(grouping.cuts, [1, 1, 1, 0], "{name}");
        assert_eq!(grouping.readings, [1, 1, 1, 0], "{name}");
    }
}

/// Where two members are not linked, the lowest similarity needs all members once more: their
/// shingles are gone when the groups are known.
#[test]
fn members_without_a_link_are_cut_once_more() {
    for (mode, name) in [
        (Mode::recycled(), "Lowerton"),
        (Mode::jaccard(), "Leastwick"),
    ] {
        let text = story(name);
        let words: Vec<&str> = text.split(", ").collect();
        // Two halves of one source: each is linked to the source alone.
        let [first, last] = [&words[..30], &words[30..]].map(|part| part.join(", "));
        let mode = match mode {
            Mode::Jaccard { recall, .. } => Mode::Jaccard {
                threshold: 0.4,
                recall,
            },
            other => other,
        };
        let (.., grouping, groups) = grouped(mode, vec![first, text.clone(), last]);
        assert_eq!(
            (groups.groups.len(), groups.groups[0].links.len()),
            (1, 2),
            "{name}"
        );
        assert!(groups.groups[0].lowest.exact, "{name}");
        assert_eq!(grouping.cuts, [2, 2, 2], "{name}");
        assert_eq!(grouping.readings, [2, 2, 2], "{name}");
    }
}
