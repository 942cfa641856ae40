//! Every result and every record can be printed, cloned, written as JSON and read back.

use std::borrow::Cow;
use std::fmt::Debug;

use reprint::group::{Cluster, Group, Linkage, Lowest, Member, Pair, Tie, cluster};
use reprint::index::{CandidateReport, SharedSample};
use reprint::measures::{Check, MeasureRules};
use reprint::phrase::{PhraseDetector, PhraseSettings, Phrasing};
use reprint::relation::{Comparison, RelationSummary};
use reprint::report::{
    ArticleRecord, EarlierGroup, GroupRecord, Line, Lineage, LinkRecord, Listing, MOST_LINKS,
    OptionRecord, PhraseRecord, PhrasingSummary, Record, ReferenceCounts, StoryRecord,
    SummaryRecord, TemplateRecord, VerdictCounts,
};
use reprint::stages::BucketSizes;
use reprint::template::{self, Scaffold, TemplateArticle, Templates};
use reprint::verify::Overlap;
use reprint::{
    Article, ArticleId, Detector, Error, Explanation, Groups, Match, Matches, MemoryTexts, Mode,
    SweepStep,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn is_result<T: Clone + Debug + Serialize + DeserializeOwned>() {}

#[test]
fn results_can_be_printed_cloned_written_and_read() {
    is_result::<(Groups, Group, Member, Tie, Pair, Lowest)>();
    is_result::<(Match, Matches, Explanation, SweepStep, Cluster<ArticleId>)>();
    is_result::<(CandidateReport, SharedSample, Comparison, RelationSummary)>();
    is_result::<(Overlap, Error, Phrasing, Check, Scaffold, Templates)>();
    is_result::<Record<'static>>();
}

/// As JSON, with figures rounded to twelve places: `serde_json` reads the last bit of a figure back
/// only with its feature `float_roundtrip`.
fn as_json(value: &impl Serialize) -> Value {
    fn round(value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(round),
            Value::Object(fields) => fields.values_mut().for_each(round),
            Value::Number(number) if number.is_f64() => {
                let figure = number.as_f64().unwrap_or_default();
                *value = format!("{figure:.12}").into();
            }
            _ => {}
        }
    }
    let mut json = serde_json::to_value(value).unwrap();
    round(&mut json);
    json
}

/// Writes a value, reads it back, and expects the same when it is written again.
fn read_back<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let written = serde_json::to_string(value).unwrap();
    let back: T = serde_json::from_str(&written).unwrap_or_else(|why| panic!("{why}: {written}"));
    assert_eq!(as_json(&back), as_json(value));
    back
}

fn read_record_back(record: &Record<'_>) {
    let written = serde_json::to_string(&Line::new(record)).unwrap();
    let back: Record<'static> =
        serde_json::from_str(&written).unwrap_or_else(|why| panic!("{why}: {written}"));
    assert_eq!(serde_json::to_string(&Line::new(&back)).unwrap(), written);
    assert_eq!(&back, record);
}

/// A key that JSON writes with escapes.
fn key(number: usize) -> String {
    format!("\"{number}\"\\\n\u{1F600}")
}

const STORY: &str = "The old ferry left the pier at noon with forty passengers on board, and the \
    harbour master of Lune said on Friday that it would come back at six. Repairs to the pier had \
    taken three winters. Nobody had expected the council to pay for them, and the council did not.";

/// A copy, a light edit, an excerpt, and an article that stands alone.
fn bodies() -> [String; 5] {
    [
        STORY.to_owned(),
        STORY.to_uppercase(),
        STORY.replace("three winters", "three long winters"),
        format!(
            "News in brief. {} Other news follows tomorrow.",
            &STORY[..150]
        ),
        "A choir sang in the square until the rain came down on the singers.".to_owned(),
    ]
}

fn detector(mode: Mode) -> (Detector, MemoryTexts) {
    let mut detector = Detector::builder().mode(mode).build().unwrap();
    let mut texts = MemoryTexts::new();
    for (number, body) in bodies().iter().enumerate() {
        let (key, date) = (key(number), 86_400 * i64::try_from(number).unwrap());
        let article = Article::new(&key, body).date(date).source("The \"Post\"");
        let id = detector.insert(&article).unwrap();
        texts.set(id, body.as_str());
    }
    (detector, texts)
}

#[test]
fn results_are_read_back() {
    for mode in [Mode::recycled(), Mode::jaccard()] {
        let (detector, mut texts) = detector(mode);
        let groups = detector.groups(&texts).unwrap();
        assert!(!groups.groups.is_empty());
        let back = read_back(&groups);
        for number in 0..5 {
            let id = ArticleId::new(number).unwrap();
            assert_eq!(back.group_of(id), groups.group_of(id));
        }
        let pairs: Vec<Pair> = detector.pairs(&texts).collect();
        assert!(!read_back(&pairs).is_empty());
        read_back(&cluster(&pairs, Linkage::Star, |a, b| a.cmp(&b)).unwrap());
        read_back(&detector.sweep(&texts, &[mode]).unwrap().counts().unwrap());
        let [a, b] = [0, 2].map(|number| ArticleId::new(number).unwrap());
        read_back(&detector.explain(a, b, &texts).unwrap());
        texts.remove(b);
        let error = detector.explain(a, b, &texts).unwrap_err();
        let back = read_back(&error);
        assert_eq!(back.kind(), error.kind());
        assert_eq!(back.to_string(), error.to_string());
        let matches = read_back(&detector.matches(STORY, &texts).unwrap());
        assert_eq!(matches.unread.len(), 1);
    }
    let refused = Mode::Jaccard {
        threshold: 2.0,
        recall: 0.95,
    };
    let error = Detector::builder().mode(refused).build().unwrap_err();
    assert_eq!(read_back(&error).setting(), Some("threshold"));
}

#[test]
fn records_are_read_back() {
    let (detector, texts) = detector(Mode::recycled());
    let groups = detector.groups(&texts).unwrap();
    let keys = |id| detector.key(id).unwrap();
    // An earlier run knew one group that is here and one that is gone.
    let earlier = |id: &str, members: &[String]| EarlierGroup {
        id: id.to_owned(),
        members: members.to_vec(),
    };
    let earlier = vec![
        earlier("old", &[key(0), key(9)]),
        earlier("\"gone\"", &[key(4), key(8)]),
    ];
    let lineage = Lineage::since(earlier, &groups, &keys);

    // Articles, with phrasing and measures.
    let phrases = PhraseDetector::new(PhraseSettings::default()).unwrap();
    let repeated = "Cheap pumps for every farm are here.\n\nAsk us about cheap pumps for every \
        farm.\n\nOur cheap pumps for every farm last long.\n\nBuy cheap pumps for every farm now.";
    let phrasing = phrases.analyze(repeated, None).unwrap();
    read_back(&phrasing);
    let report = MeasureRules::gopher().check(STORY).unwrap();
    read_back(&report);
    let group = &groups.groups[0];
    for member in &group.members {
        let mut record = ArticleRecord::member(lineage.id(0), group, member, &keys);
        record = record.phrasing(Some(PhrasingSummary::new(&phrasing)));
        record.measures = Some(report.checks.as_slice().into());
        read_record_back(&Record::Article(record));
    }
    read_record_back(&Record::Article(ArticleRecord::alone(&key(4))));

    // The group, with its change and its story.
    let mut record = GroupRecord::new(lineage.id(0), group, &keys);
    record.change = lineage.change(0, &record.members);
    record.story = StoryRecord::all(&detector, &groups).into_iter().next();
    assert!(record.change.is_some() && record.story.is_some() && record.links.len() > 1);
    read_record_back(&Record::Group(record));
    read_record_back(&Record::Link(LinkRecord::new(&group.links[0], &keys)));
    // A crowd: all pairs of as many articles as have too many links.
    let all = MOST_LINKS + 2;
    let crowd: Vec<ArticleId> = (0..all).filter_map(ArticleId::new).collect();
    let names: Vec<String> = (0..all).map(key).collect();
    let mut among = groups.clone();
    among.between = crowd
        .iter()
        .flat_map(|&a| crowd[a.index() + 1..].iter().map(move |&b| (a, b)))
        .map(|(a, b)| Pair::new(a, b, Overlap::default()))
        .collect();
    let listing = Listing::brief(&among, &|id: ArticleId| names[id.index()].as_str());
    assert_eq!((listing.links.len(), listing.crowds.len()), (0, 1));
    read_record_back(&Record::Crowd(listing.crowds[0].clone()));
    let gone: Vec<_> = lineage.gone().map(Record::Gone).collect();
    assert_eq!(gone.len(), 1);
    gone.iter().for_each(read_record_back);

    assert!(!phrasing.families.is_empty());
    for family in &phrasing.families {
        read_record_back(&Record::Phrase(PhraseRecord::new("a \"key\"", family)));
    }

    // Templates and their uses.
    let fill = |firm: &str, part: &str| {
        format!("Owners often ask {firm} why the {part} makes so much noise at night.")
    };
    let filled = [
        fill("Halden Energy", "pump"),
        fill("Castle Mining", "\"old\" fan"),
        fill("Norvik Shipping", "gearbox"),
        fill("Quarry Steel", "belt"),
    ];
    let articles = filled.each_ref().map(|text| TemplateArticle::new(text));
    let (scaffolds, found) =
        template::find(&articles, template::TemplateSettings::default()).unwrap();
    read_back(&scaffolds);
    read_back(&found);
    assert!(!found.templates.is_empty());
    for (number, template) in found.templates.iter().enumerate() {
        let record = TemplateRecord::new(number, template, Some(0), &|_| "a \"key\"");
        read_record_back(&Record::Template(record));
    }

    let mut summary = SummaryRecord::new(&detector, &groups);
    summary.changes = lineage.counts();
    summary.phrasing = Some(VerdictCounts::from_iter([phrasing.verdict]));
    summary.reference = Some(ReferenceCounts::new(7, 1));
    summary.skipped.insert("no_text".to_owned(), 3);
    let option = OptionRecord::new("recycled", "reprint.toml:1");
    summary.options.insert("mode".to_owned(), option);
    summary.phrase_settings = Some(Cow::Borrowed(phrases.settings()));
    read_record_back(&Record::Summary(Box::new(summary)));
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

#[test]
fn what_no_result_can_be_is_refused() {
    assert!(serde_json::from_str::<reprint::text::Span>("[5,4]").is_err());
    assert!(serde_json::from_str::<reprint::measures::Measure>("\"top_gram\"").is_err());
    assert!(serde_json::from_str::<Record<'_>>(r#"{"schema":1,"type":"other"}"#).is_err());
}

#[test]
fn lists_of_other_lengths_and_ids_out_of_range_are_refused() {
    let refused = |why: serde_json::Error, of: &str| assert!(why.to_string().contains(of), "{why}");
    let written = serde_json::to_string(&BucketSizes::new()).unwrap();
    let read = serde_json::from_str::<BucketSizes>(&written).unwrap();
    assert_eq!(read, BucketSizes::new());
    refused(
        serde_json::from_str::<BucketSizes>("[]").unwrap_err(),
        "64 classes, not 0",
    );
    let largest = ArticleId::new(ArticleId::MAX).unwrap();
    let written = serde_json::to_string(&largest).unwrap();
    assert_eq!(
        serde_json::from_str::<ArticleId>(&written).unwrap(),
        largest
    );
    refused(
        serde_json::from_str::<ArticleId>("4294967295").unwrap_err(),
        "no id of an article",
    );
}
