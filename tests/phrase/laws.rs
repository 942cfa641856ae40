//! Laws: settings are checked, any text is taken in linear time, spans slice the text.

use proptest::prelude::*;
use reprint::ErrorKind;
use reprint::phrase::{PhraseDetector, PhraseScratch, PhraseSettings, Phrasing};

use super::{analyze, detector};

#[test]
fn settings_are_checked_by_name() {
    for (name, wrong) in [
        ("repetitive", 1.5),
        ("suspicious", f64::NAN),
        ("prose", -0.1),
    ] {
        let mut settings = PhraseSettings::default();
        match name {
            "repetitive" => settings.repetitive = wrong,
            "suspicious" => settings.suspicious = wrong,
            _ => settings.prose = wrong,
        }
        let error = PhraseDetector::new(settings).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSetting);
        assert!(error.to_string().contains(name), "{error}");
    }
    let mut settings = PhraseSettings::default();
    settings.suspicious = 0.95;
    assert!(PhraseDetector::new(settings).is_err());
}

#[test]
fn nothing_comes_of_nothing() {
    for text in ["", " \n\n ", "word", "Three short words", "…", "\u{FEFF}"] {
        let found = analyze(text);
        assert!(found.score < 0.1, "{text:?}");
        assert_eq!(found.families, [], "{text:?}");
    }
}

/// Tests only that they finish: a quadratic step would take hours.
#[test]
fn hostile_repetition_takes_linear_time() {
    let sentence = "Click here to subscribe to our newsletter for more updates. ";
    let menu = "Home\nAbout us\nContact\nLatest news\nSign in\n";
    let numbered: Vec<String> = (0..100_000).map(|i| format!("word{}", i % 50)).collect();
    for text in [
        "a ".repeat(500_000),
        "buy ".repeat(300_000),
        "buy now ".repeat(200_000),
        sentence.repeat(30_000),
        menu.repeat(30_000),
        "中".repeat(200_000),
        "x".repeat(2_000_000),
        numbered.join(" "),
    ] {
        check_spans(&text, &analyze(&text));
    }
    assert!(analyze(&sentence.repeat(30_000)).score > 0.9);
}

fn check_spans(text: &str, found: &Phrasing) {
    assert!((0.0..=1.0).contains(&found.score));
    for family in &found.families {
        assert!((0.0..=1.0).contains(&family.score));
        assert!(family.occurrences.len() >= 2);
        assert!(
            family
                .occurrences
                .iter()
                .all(|span| text.get(span.range()).is_some())
        );
        assert!(
            family
                .occurrences
                .windows(2)
                .all(|pair| pair[0].end <= pair[1].start)
        );
        assert!((0.0..=1.0).contains(&family.word_share));
        assert!((0.0..=1.0).contains(&family.paragraph_share));
        assert!((0.0..=1.0).contains(&family.verbatim));
        assert!((0.0..=1.0).contains(&family.form_similarity));
    }
}

/// Words and marks that, repeated at random, make families that overlap, nest and break off.
const PIECES: &[&str] = &[
    "harbour ",
    "Board ",
    "worried ",
    "over ",
    "the ",
    "sinking ",
    "pier ",
    "in ",
    "Elmsea",
    ". ",
    "\n",
    "\n\n",
    "’s ",
    "42 ",
    "港",
    "务局",
    "。",
    "l'",
    "É",
    "e\u{301}",
    "\u{AD}",
    "\0",
    "السفينة ",
    "ß",
    "İ",
    "😀",
    "? ",
    "; ",
    "\r\n",
    "harbour board worried over the sinking pier ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn spans_slice_the_text_and_results_repeat(
        texts in prop::collection::vec(
            prop::collection::vec(prop::sample::select(PIECES), 0..300)
                .prop_map(|pieces| pieces.concat()),
            1..4,
        ),
    ) {
        let detector = detector();
        let mut scratch = PhraseScratch::default();
        for text in &texts {
            let found = detector.analyze_with(&mut scratch, text, None).unwrap();
            check_spans(text, &found);
            prop_assert_eq!(&found, &detector.analyze(text, None).unwrap());
        }
    }

    #[test]
    fn any_text_is_taken(text in any::<String>(), headline in any::<String>()) {
        check_spans(&text, &detector().analyze(&text, Some(&headline)).unwrap());
    }
}
