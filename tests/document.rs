//! A document gives every stage the stage's own result from the text.

use proptest::prelude::*;
use reprint::corpus::Statistics;
use reprint::document::DocumentBuffer;
use reprint::shingle::{Shingler, Shingling};
use reprint::sketch::{SketchScratch, SketchSettings, Sketcher};
use reprint::text::words;

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
