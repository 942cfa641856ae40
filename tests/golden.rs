//! Values pinned by format version: a change here is a new version, or a mistake.

use reprint::index::Banding;
use reprint::sketch::{FORMAT_VERSION, Scheme, SketchSettings, Sketcher};
use reprint::text::{Shingler, Shingling, words};

/// A text with a bit of everything; it is written here, not read from a file, so that no editor
/// or checkout changes a byte of it.
const TEXT: &str = "The ferryman’s “Straßenkarte” cost 3.50 pounds, didn't it?\r\n\
    Паромщик молчал. 渡船在雾中等待着。Le cafe\u{301} du port e\u{301}tait ferme\u{301}.";

fn sketcher(scheme: Scheme, values: usize) -> Sketcher {
    let mut settings = SketchSettings::with_values(values);
    settings.scheme = scheme;
    Sketcher::new(Shingler::new(Shingling::default(), 0).unwrap(), settings).unwrap()
}

#[test]
fn version_0() {
    assert_eq!(FORMAT_VERSION, 0);
    let words = words(TEXT).unwrap();
    let shingles = Shingler::new(Shingling::default(), 0)
        .unwrap()
        .shingles(TEXT)
        .unwrap();
    let fast = sketcher(Scheme::FastSimilarity, 16);
    let sketch = fast.sketch(TEXT).unwrap();
    let signature = sketch.signature.unwrap();
    let keys: Vec<u64> = Banding::new(4, 4)
        .unwrap()
        .keys(signature.values())
        .collect();
    let classic = sketcher(Scheme::Classic, 4)
        .sketch(TEXT)
        .unwrap()
        .signature
        .unwrap();
    let found = format!(
        "words {} from {:016x} to {:016x}\n\
         shingles {} from {:016x}\n\
         recipe {:016x}\n\
         fingerprint {:032x}\n\
         fast {:08x?}\n\
         keys {keys:016x?}\n\
         classic {:08x?}\n",
        words.len(),
        words[0].hash,
        words[words.len() - 1].hash,
        shingles.len(),
        shingles[0],
        fast.recipe().0,
        sketch.fingerprint.0,
        signature.values(),
        classic.values(),
    );
    assert_eq!(found, VERSION_0, "found:\n{found}");
}

const VERSION_0: &str = "\
words 24 from 98d1cbde0a3acd00 to 5ca9c44f548238fd
shingles 20 from 119975c3242d20f5
recipe d18a8547302f7785
fingerprint c4bbfce717336c79668e9ef3cf254eea
fast [3639dfdb, 090b483d, 28ac24d8, 5c161a44, 369f5898, 7d272ebe, 36e01d49, 2f045cfb, 0cd1372d, 41defab9, 72f41cc3, 077a55c4, 04526d8d, 1a19ffa5, 87991be7, 08f1905f]
keys [ac0717c826fffff5, e94dab8e66d40142, 6809e2ebb79efb84, ac25c326bedec34b]
classic [12ed1ad2, 0547a2a0, 0450e647, 07d05c23]
";
