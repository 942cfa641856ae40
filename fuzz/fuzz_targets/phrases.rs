//! In: a text. Law: no panic, spans are of the text, the score is one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reprint::phrase::{PhraseDetector, PhraseSettings};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let detector = PhraseDetector::new(PhraseSettings::default()).expect("defaults are valid");
    let found = detector.analyze(text, None).expect("short enough");
    assert!((0.0..=1.0).contains(&found.score));
    for family in &found.families {
        for place in &family.occurrences {
            assert!(text.get(place.range()).is_some());
        }
    }
});
