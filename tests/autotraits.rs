//! Public types are `Send` and `Sync`.

use reprint::group::{Group, Groups, Member, Pair};
use reprint::index::{Banding, Index};
use reprint::relation::{Comparison, Passage};
use reprint::shingle::{Shingler, Shingling};
use reprint::sketch::{Signature, Sketch, SketchScratch, Sketcher};
use reprint::text::Token;
use reprint::verify::{Overlap, ShingleSet};
use reprint::{
    Article, ArticleId, Builder, Detector, Error, Explanation, Matches, MemoryTexts, Mode, Pairs,
    Settings, Sweep, Verification,
};

fn send_and_sync<T: Send + Sync>() {}

#[test]
fn public_types_are_send_and_sync() {
    send_and_sync::<Article<'static>>();
    send_and_sync::<ArticleId>();
    send_and_sync::<Banding>();
    send_and_sync::<Builder>();
    send_and_sync::<Comparison>();
    send_and_sync::<Detector>();
    send_and_sync::<Error>();
    send_and_sync::<Explanation>();
    send_and_sync::<(Group, Groups, Member, Pair)>();
    send_and_sync::<Index>();
    send_and_sync::<Matches>();
    send_and_sync::<MemoryTexts>();
    send_and_sync::<(Mode, Settings)>();
    send_and_sync::<(Overlap, Passage, ShingleSet)>();
    send_and_sync::<Pairs<'static, MemoryTexts>>();
    send_and_sync::<(Shingler, Shingling, Token)>();
    send_and_sync::<(Signature, Sketch, SketchScratch, Sketcher)>();
    send_and_sync::<Sweep<'static>>();
    send_and_sync::<Verification>();
}

#[test]
fn errors_are_boxed_with_question_marks() {
    fn fails() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Detector::builder()
            .mode(Mode::Jaccard {
                threshold: 2.0,
                recall: 0.9,
            })
            .build()?;
        Ok(())
    }
    assert!(fails().unwrap_err().to_string().starts_with("threshold 2"));
}
