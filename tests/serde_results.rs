//! Every result can be printed, cloned and serialized.

use std::fmt::Debug;

use reprint::group::{Cluster, Group, Groups, Lowest, Member, Pair, Tie};
use reprint::index::{CandidateReport, SharedSample};
use reprint::relation::{Comparison, RelationSummary};
use reprint::verify::Overlap;
use reprint::{
    Article, ArticleId, Detector, Error, Explanation, Match, Matches, MemoryTexts, SweepStep,
};
use serde::Serialize;

fn is_result<T: Clone + Debug + Serialize>() {}

#[test]
fn results_can_be_printed_cloned_and_serialized() {
    is_result::<(Groups, Group, Member, Tie, Pair, Lowest)>();
    is_result::<(Match, Matches, Explanation, SweepStep, Cluster<ArticleId>)>();
    is_result::<(CandidateReport, SharedSample, Comparison, RelationSummary)>();
    is_result::<(Overlap, Error)>();
}

#[test]
fn groups_as_json() {
    let mut detector = Detector::new();
    let mut texts = MemoryTexts::new();
    for key in ["a", "b"] {
        let body = "The ferry leaves the old pier at noon, and comes back at six.";
        let id = detector.insert(&Article::new(key, body)).unwrap();
        texts.set(id, body);
    }
    let found = serde_json::to_value(detector.groups(&texts).unwrap()).unwrap();
    let group = &found["groups"][0];
    assert_eq!(group["kept_by"], "key");
    assert_eq!(group["members"][0]["tie"], "kept");
    assert_eq!(group["members"][1]["tie"], "exact_copy");
    assert_eq!(group["links"][0]["summary"]["relation"], "exact");
    let error = detector.insert(&Article::new("a", "again")).unwrap_err();
    let error = serde_json::to_value(error).unwrap();
    assert_eq!(
        (&error["kind"], &error["setting"]),
        (&"duplicate_key".into(), &().into())
    );
}
