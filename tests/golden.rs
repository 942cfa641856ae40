//! Values pinned by format version: a change here is a new version, or a mistake.
//!
//! `tests/format.rs` pins every unit of tokens against the specification; here one text goes all
//! the way.

use reprint::index::Banding;
use reprint::shingle::{Shingler, Shingling};
use reprint::sketch::{FORMAT_VERSION, SketchSettings, Sketcher};
use reprint::text::words;

/// A text with a bit of everything, written here so that no editor or checkout changes a byte.
const TEXT: &str = "The ferryman’s “Straßenkarte” cost 3.50 pounds, didn't it?\r\n\
    Паромщик молчал. 渡船在雾中等待着。Le cafe\u{301} du port e\u{301}tait ferme\u{301}.";

#[test]
fn version_1() {
    assert_eq!(FORMAT_VERSION, 1);
    let words = words(TEXT).unwrap();
    let shingler = Shingler::new(Shingling::default(), 0).unwrap();
    let shingles = shingler.shingles(TEXT).unwrap();
    let fast = Sketcher::new(shingler, SketchSettings::with_values(16)).unwrap();
    let sketch = fast.sketch(TEXT).unwrap();
    let signature = sketch.signature.unwrap();
    let keys: Vec<u64> = Banding::new(4, 4)
        .unwrap()
        .keys(signature.values())
        .collect();
    let found = format!(
        "words {} from {:016x} to {:016x}\n\
         shingles {} from {:016x}\n\
         recipe {:016x}\n\
         fingerprint {:032x}\n\
         fast {:08x?}\n\
         keys {keys:016x?}\n",
        words.len(),
        words[0].hash,
        words[words.len() - 1].hash,
        shingles.len(),
        shingles[0],
        fast.recipe().0,
        sketch.fingerprint.0,
        signature.values(),
    );
    assert_eq!(found, VERSION_1, "found:\n{found}");
}

const VERSION_1: &str = "\
words 24 from 1b42d58fdfa42f60 to ef7081452db21567
shingles 20 from c6da57842274bc75
recipe 0e1fd9741085fe47
fingerprint 741c853bddda1db2df80f9028a8511a2
fast [203cdc2f, 11494c26, 0668c4fb, 8040ff6e, 04767afd, 0a720607, 53740c83, 048d10ef, 1226b641, 0208b031, 0d80ea7f, 5c8d6d32, 089d2f1d, 5daa57a8, 222a8d6f, 22aa3cef]
keys [2f382a911c54870f, 4aaa65561721de3f, f399083721900667, 4d6fab45f77a1656]
";
