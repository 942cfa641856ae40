//! A document gives every stage the stage's own result from the text.

use proptest::prelude::*;
use reprint::corpus::{ArticleCounts, Collector, ENOUGH, Statistics};
use reprint::document::DocumentBuffer;
use reprint::shingle::{Shingler, Shingling};
use reprint::sketch::{SketchScratch, SketchSettings, Sketcher};
use reprint::text::words;
use reprint::{Article, Detector, MemoryTexts, Mode};

const PARTS: &[&str] = &[
    "the ",
    "Harbour ",
    "ferry",
    ". ",
    "Mr. ",
    "“Quoted” ",
    "—",
    "1,000.5 ",
    "3rd ",
    "\n",
    "\r\n",
    "\n\n",
    "дом ",
    "Йод",
    "漢",
    "字",
    "〇",
    "ひらがな",
    "ไทย",
    "๓",
    "한국어 ",
    "e\u{301}",
    "\u{200D}",
    " ",
    "internationalization ",
];

proptest! {
    #[test]
    fn a_document_is_its_text(
        texts in prop::collection::vec(
            prop::collection::vec(prop::sample::select(PARTS), 0..300),
            1..4,
        ),
    ) {
        let mut buffer = DocumentBuffer::new();
        let mut scratch = SketchScratch::default();
        let mut settings = SketchSettings::with_values(16);
        settings.sample = true;
        let sketchers = [Shingling::words(5), Shingling::words(1), Shingling::characters(10)]
            .map(|shingling| Sketcher::new(Shingler::new(shingling, 7).unwrap(), settings).unwrap());
        for text in texts {
            let text = text.concat();
            let document = buffer.read(&text).unwrap();
            prop_assert_eq!(document.words(), &*words(&text).unwrap());
            for sketcher in &sketchers {
                let sketch = sketcher.sketch_document(document, &mut scratch);
                prop_assert_eq!(sketch, sketcher.sketch(&text).unwrap());
            }
            let (mut by_text, mut by_document) = (Statistics::new(), Statistics::new());
            by_text.add(&text).unwrap();
            by_document.add_document(document);
            prop_assert!(by_text == by_document);
        }
    }
}

/// A detector of these articles and the collector that saw them, in this order.
fn collected(articles: &[(String, String)]) -> (Detector, Collector) {
    let mut detector = Detector::builder().mode(Mode::recycled()).build().unwrap();
    let mut collector = Collector::new();
    let mut buffer = DocumentBuffer::new();
    let mut scratch = SketchScratch::default();
    for (key, text) in articles {
        let document = buffer.read(text).unwrap();
        let sketch = detector.sketcher().sketch_document(document, &mut scratch);
        if collector.wants(sketch.fingerprint) {
            collector.add(sketch.fingerprint, key, &ArticleCounts::of(document));
        }
        let article = Article::new(key, text);
        detector.insert_sketched(&article, &sketch).unwrap();
    }
    (detector, collector)
}

/// The statistics as every text read again gives them.
fn counted_again(detector: &Detector, articles: &[(String, String)]) -> Vec<u8> {
    let mut texts = MemoryTexts::new();
    for (key, text) in articles {
        texts.set(detector.id(key).unwrap(), text.as_str());
    }
    detector.count_statistics(&texts).to_bytes()
}

proptest! {
    #[test]
    fn collected_statistics_are_those_of_texts_read_again_in_any_order(
        texts in prop::collection::vec(
            prop::collection::vec(prop::sample::select(PARTS), 0..12),
            0..12,
        ),
        order in Just((0..24).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        // Each text stands twice; exact copies differ in their capitals and lines.
        let texts: Vec<String> = texts.iter().map(|parts| parts.concat()).collect();
        let copies = texts.iter().map(|text| text.to_uppercase().replace(". ", "\n"));
        let keyed = texts.iter().cloned().chain(copies).enumerate();
        let mut articles: Vec<_> = keyed.map(|(at, text)| (order[at].to_string(), text)).collect();
        let (detector, collector) = collected(&articles);
        let expected = counted_again(&detector, &articles);
        // No text can be read here.
        let no_texts = MemoryTexts::new();
        let found = detector.count_statistics_with(&no_texts, &collector).to_bytes();
        prop_assert_eq!(&found, &expected);
        articles.sort_unstable();
        let (detector, collector) = collected(&articles);
        let found = detector.count_statistics_with(&no_texts, &collector).to_bytes();
        prop_assert_eq!(&found, &expected);
    }
}

#[test]
fn of_many_articles_those_with_the_smallest_fingerprints_are_collected() {
    let text = |at: usize| format!("The ferry {at} left the pier of {} at noon.", at % 99);
    let articles: Vec<_> = (0..ENOUGH + 300)
        .map(|at| (at.to_string(), text(at)))
        .collect();
    let (detector, collector) = collected(&articles);
    let statistics = detector.count_statistics_with(&MemoryTexts::new(), &collector);
    assert_eq!(statistics.articles(), ENOUGH);
    assert_eq!(statistics.to_bytes(), counted_again(&detector, &articles));
}
