//! Settings as people write them: in part.

use reprint::{Builder, Mode, Settings};

fn settings(json: &str) -> Settings {
    serde_json::from_str(json).unwrap()
}

#[test]
fn what_is_not_said_is_the_default() {
    assert_eq!(settings("{}"), Settings::default());
    let found = settings(
        r#"{"mode": {"jaccard": {"threshold": 0.5}}, "sketch": {"values": 256}, "shingling": {"width": 3}}"#,
    );
    assert_eq!(
        found.mode,
        Mode::Jaccard {
            threshold: 0.5,
            recall: 0.95
        }
    );
    assert_eq!((found.sketch.values, found.shingling.width), (256, 3));
    let detector = Builder::default().settings(found.clone()).build().unwrap();
    assert_eq!(detector.settings(), &found);
}

#[test]
fn settings_survive_a_round_trip() {
    let found = settings(r#"{"seed": 7, "linkage": "complete", "source_priority": ["Tribune"]}"#);
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(settings(&json), found);
}

#[test]
fn the_scheme_of_signatures_is_written_and_no_other_is_read() {
    let json = serde_json::to_value(Settings::default()).unwrap();
    assert_eq!(json["sketch"]["scheme"], "fast_similarity");
    let other = serde_json::from_str::<Settings>(r#"{"sketch": {"scheme": "classic"}}"#);
    assert!(other.unwrap_err().to_string().contains("fast_similarity"));
}
