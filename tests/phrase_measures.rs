//! The published measures, pinned to datatrove's own values.
//!
//! All texts are written for these tests. Values and words were computed by datatrove 0.10.1 with
//! spaCy 3.8.

#![allow(
    clippy::unreadable_literal,
    reason = "the values are as datatrove prints them"
)]

use proptest::prelude::*;
use reprint::measures::{Limit, Measure, MeasureRules, tokenize};

/// What datatrove says of a text.
struct Golden {
    name: &'static str,
    text: &'static str,
    /// Where empty, not compared.
    words: &'static [&'static str],
    /// In the order of the rules.
    values: [f64; 17],
    /// Why it would be dropped, by MassiveText's and by FineWeb's rules.
    reasons: [Option<&'static str>; 2],
}

const GOLDEN: [Golden; 10] = [
    Golden {
        name: "a repeated notice",
        text: "Tickets are sold at the pier.\nThe boat doesn't leave before six.\nTickets are sold at the pier.\n\nThe boat doesn't leave before six.\n\n\nThe boat doesn't leave before six.\n",
        words: &[
            "Tickets", "are", "sold", "at", "the", "pier", ".", "The", "boat", "does", "n't",
            "leave", "before", "six", ".", "Tickets", "are", "sold", "at", "the", "pier", ".",
            "The", "boat", "does", "n't", "leave", "before", "six", ".", "The", "boat", "does",
            "n't", "leave", "before", "six", ".",
        ],
        values: [
            0.3333333333333333,
            0.20238095238095238,
            0.5,
            0.5773809523809523,
            0.08928571428571429,
            0.17857142857142858,
            0.26785714285714285,
            0.42857142857142855,
            0.375,
            0.4642857142857143,
            0.3333333333333333,
            0.3630952380952381,
            0.20833333333333334,
            1.0,
            0.4,
            0.60625,
            0.21052631578947367,
        ],
        reasons: [Some("dup_para_frac"), Some("char_dup_ratio")],
    },
    Golden {
        name: "two paragraphs twice",
        text: "The ferry company has cancelled every crossing after six in the evening, it said on Monday.\nPassengers with £10 tickets may travel at 7:30 a.m. instead.\n\nDogs travel free.\n\nThe ferry company has cancelled every crossing after six in the evening, it said on Monday.\nPassengers with £10 tickets may travel at 7:30 a.m. instead.",
        words: &[
            "The",
            "ferry",
            "company",
            "has",
            "cancelled",
            "every",
            "crossing",
            "after",
            "six",
            "in",
            "the",
            "evening",
            ",",
            "it",
            "said",
            "on",
            "Monday",
            ".",
            "Passengers",
            "with",
            "£",
            "10",
            "tickets",
            "may",
            "travel",
            "at",
            "7:30",
            "a.m.",
            "instead",
            ".",
            "Dogs",
            "travel",
            "free",
            ".",
            "The",
            "ferry",
            "company",
            "has",
            "cancelled",
            "every",
            "crossing",
            "after",
            "six",
            "in",
            "the",
            "evening",
            ",",
            "it",
            "said",
            "on",
            "Monday",
            ".",
            "Passengers",
            "with",
            "£",
            "10",
            "tickets",
            "may",
            "travel",
            "at",
            "7:30",
            "a.m.",
            "instead",
            ".",
        ],
        values: [
            0.3333333333333333,
            0.4676923076923077,
            0.4,
            0.4646153846153846,
            0.055384615384615386,
            0.10461538461538461,
            0.12923076923076923,
            0.39076923076923076,
            0.39076923076923076,
            0.36615384615384616,
            0.3169230769230769,
            0.35384615384615387,
            0.39076923076923076,
            1.0,
            0.2,
            0.47335423197492166,
            0.09375,
        ],
        reasons: [Some("dup_para_frac"), Some("char_dup_ratio")],
    },
    Golden {
        name: "a menu",
        text: "Home\nAbout us\nContact\nHome\nLatest news\n\nSign in\nHome",
        words: &[
            "Home", "About", "us", "Contact", "Home", "Latest", "news", "Sign", "in", "Home",
        ],
        values: [
            0.0,
            0.0,
            0.2857142857142857,
            0.15384615384615385,
            0.19230769230769232,
            0.25,
            0.40384615384615385,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            1.0,
            0.17777777777777778,
            0.7,
        ],
        reasons: [Some("top_3_gram"), Some("line_punct_ratio")],
    },
    Golden {
        name: "one word",
        text: "buy buy buy buy buy buy buy buy buy buy buy buy buy buy buy buy buy buy buy buy",
        words: &[
            "buy", "buy", "buy", "buy", "buy", "buy", "buy", "buy", "buy", "buy", "buy", "buy",
            "buy", "buy", "buy", "buy", "buy", "buy", "buy", "buy",
        ],
        values: [
            0.0,
            0.0,
            0.0,
            0.0,
            1.6835443037974684,
            2.5063291139240507,
            3.2278481012658227,
            0.569620253164557,
            0.6835443037974683,
            0.5316455696202531,
            0.6075949367088608,
            0.6835443037974683,
            0.379746835443038,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        reasons: [Some("top_2_gram"), Some("line_punct_ratio")],
    },
    Golden {
        name: "a phrase in a row",
        text: "We can't say no. We can't say no. We can't say no. We can't say yes, and we won't say \"maybe\" to well-known U.S. buyers; prices rose 5%.\n",
        words: &[
            "We", "ca", "n't", "say", "no", ".", "We", "ca", "n't", "say", "no", ".", "We", "ca",
            "n't", "say", "no", ".", "We", "ca", "n't", "say", "yes", ",", "and", "we", "wo",
            "n't", "say", "\"", "maybe", "\"", "to", "well", "-", "known", "U.S.", "buyers", ";",
            "prices", "rose", "5", "%", ".",
        ],
        values: [
            0.0,
            0.0,
            0.0,
            0.0,
            0.25547445255474455,
            0.26277372262773724,
            0.3795620437956204,
            0.24087591240875914,
            0.1897810218978102,
            0.21897810218978103,
            0.26277372262773724,
            0.145985401459854,
            0.1678832116788321,
            1.0,
            0.0,
            0.0,
            0.022727272727272728,
        ],
        reasons: [Some("top_2_gram"), None],
    },
    Golden {
        name: "marks of other scripts",
        text: "港务局担忧旧防波堤。\n港务局担忧旧防波堤。\nLe port — « inquiet » — attend… l'été.\n\n",
        words: &[
            "港务局担忧旧防波堤",
            "。",
            "港务局担忧旧防波堤",
            "。",
            "Le",
            "port",
            "—",
            "«",
            "inquiet",
            "»",
            "—",
            "attend",
            "…",
            "l'été",
            ".",
        ],
        values: [
            0.0,
            0.0,
            0.25,
            0.16129032258064516,
            0.3548387096774194,
            0.3387096774193548,
            0.3709677419354839,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            1.0,
            0.6666666666666666,
            0.1724137931034483,
            0.26666666666666666,
        ],
        reasons: [Some("top_2_gram"), Some("char_dup_ratio")],
    },
    Golden {
        name: "short",
        text: "One, two.",
        words: &["One", ",", "two", "."],
        values: [
            0.0,
            0.0,
            0.0,
            0.0,
            0.5555555555555556,
            1.0,
            1.2222222222222223,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            1.0,
            1.0,
            0.0,
            0.0,
        ],
        reasons: [Some("top_2_gram"), Some("short_line_ratio")],
    },
    Golden {
        name: "coastbuzz-parking-charges.txt",
        text: include_str!("../examples/articles/coastbuzz-parking-charges.txt"),
        words: &[],
        values: [
            0.0,
            0.0,
            0.0,
            0.0,
            0.061420345489443376,
            0.09213051823416507,
            0.09673704414587332,
            0.090978886756238,
            0.11132437619961612,
            0.13013435700575815,
            0.14318618042226489,
            0.04030710172744722,
            0.0,
            0.9375,
            0.25,
            0.0,
            0.0625,
        ],
        reasons: [Some("duplicated_7_n_grams"), None],
    },
    Golden {
        name: "echo-des-ormes-carillon.txt",
        text: include_str!("../examples/articles/echo-des-ormes-carillon.txt"),
        words: &[],
        values: [
            0.0,
            0.0,
            0.0,
            0.0,
            0.00869061413673233,
            0.015063731170336037,
            0.01738122827346466,
            0.00869061413673233,
            0.009269988412514484,
            0.01216685979142526,
            0.0,
            0.0,
            0.0,
            0.8333333333333334,
            0.0,
            0.0,
            0.031791907514450865,
        ],
        reasons: [None, None],
    },
    Golden {
        name: "vestnik-elnyaka-lodochnaya-pochta.txt",
        text: include_str!("../examples/articles/vestnik-elnyaka-lodochnaya-pochta.txt"),
        words: &[],
        values: [
            0.0,
            0.0,
            0.0,
            0.0,
            0.004955947136563877,
            0.007158590308370044,
            0.011013215859030838,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.8571428571428571,
            0.0,
            0.0,
            0.041666666666666664,
        ],
        reasons: [None, None],
    },
];

#[test]
fn values_are_those_of_datatrove() {
    for golden in &GOLDEN {
        let reports =
            [MeasureRules::gopher(), MeasureRules::fineweb()].map(|rules| rules.check(golden.text));
        let reports = reports.map(|report| report.expect("a short text"));
        let checks = reports.iter().flat_map(|report| &report.checks);
        for (check, expected) in checks.zip(golden.values) {
            assert_eq!(check.value, expected, "{}: {}", golden.name, check.measure);
        }
        let reasons = reports.each_ref().map(|report| {
            let failure = report.first_failure();
            failure.map(|check| check.measure.to_string())
        });
        assert_eq!(
            reasons.each_ref().map(Option::as_deref),
            golden.reasons,
            "{}",
            golden.name
        );
        let passes = reports.map(|report| report.passes());
        assert_eq!(passes, golden.reasons.map(|reason| reason.is_none()));
    }
}

#[test]
fn words_are_those_of_spacy() {
    for golden in GOLDEN.iter().filter(|golden| !golden.words.is_empty()) {
        assert_eq!(
            tokenize(golden.text).collect::<Vec<_>>(),
            golden.words,
            "{}",
            golden.name
        );
    }
}

#[test]
fn rules_can_be_set() {
    let text = "One line.\nOne line.\nAnother line.";
    let rules = MeasureRules::none().with(Measure::DuplicateLines, Limit::AtMost(0.2));
    assert!(!rules.check(text).unwrap().passes());
    let rules = rules.with(Measure::DuplicateLines, Limit::AtMost(0.5));
    assert_eq!(rules.iter().count(), 1);
    let report = rules.check(text).unwrap();
    assert!(report.passes());
    assert_eq!(report.value(Measure::DuplicateLines), Some(1.0 / 3.0));
    assert_eq!(report.value(Measure::ShortLines), None);
    assert!(!Limit::AtMost(0.5).allows(f64::NAN));
}

#[test]
fn blank_texts_never_pass() {
    for text in ["", " ", "\n\n", "\u{A0}"] {
        for rules in [
            MeasureRules::none(),
            MeasureRules::gopher(),
            MeasureRules::fineweb(),
        ] {
            let report = rules.check(text).unwrap();
            assert!(report.blank && !report.passes(), "{text:?}");
            assert!(
                report.checks.iter().all(|check| check.value.is_finite()),
                "{report:?}"
            );
        }
    }
}

/// Tests only that they finish: a quadratic step would take hours.
#[test]
fn hostile_texts_take_linear_time() {
    let rules = MeasureRules::gopher();
    for text in [
        "a ".repeat(300_000),
        "-".repeat(1_000_000),
        "(".repeat(500_000) + &"a".repeat(500_000),
        "\n".repeat(1_000_000),
        "One sentence, a hundred thousand times. ".repeat(20_000),
        "a.b,c-d/".repeat(100_000),
        "it's ".repeat(100_000),
    ] {
        let report = rules.check(&text).unwrap();
        assert!(report.checks.iter().all(|check| check.value.is_finite()));
    }
}

/// datatrove's definitions, by strings and maps.
mod plain {
    use std::collections::{HashMap, HashSet};

    pub(crate) fn top(words: &[&str], n: usize, text: &str) -> f64 {
        let grams: Vec<String> = words.windows(n).map(|run| run.join(" ")).collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for gram in &grams {
            *counts.entry(gram).or_default() += 1;
        }
        let most = counts.values().max().copied().unwrap_or(0);
        let first = grams.iter().find(|gram| counts[gram.as_str()] == most);
        let chars = first.map_or(0, |gram| gram.chars().count());
        (chars * most) as f64 / text.chars().count().max(1) as f64
    }

    pub(crate) fn duplicate(words: &[&str], n: usize, text: &str) -> f64 {
        let mut seen = HashSet::new();
        let (mut at, mut chars) = (0, 0);
        while at + n <= words.len() {
            let gram = words[at..at + n].concat();
            let len = gram.chars().count();
            if seen.insert(gram) {
                at += 1;
            } else {
                chars += len;
                at += n;
            }
        }
        chars as f64 / text.chars().count().max(1) as f64
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn measures_are_those_of_the_plain_definitions(
        pieces in prop::collection::vec(prop::sample::select(&["pier ", "sold ", "a", "b ", "\n", "\n\n", "é ", "中", "-", ". ", "it's "][..]), 0..120),
    ) {
        let text = pieces.concat();
        let words: Vec<&str> = tokenize(&text).collect();
        let report = MeasureRules::gopher().check(&text).unwrap();
        for n in 2..=4 {
            let value = report.value(Measure::TopNgram(n)).unwrap();
            prop_assert_eq!(value, plain::top(&words, n, &text));
        }
        for n in 5..=10 {
            let value = report.value(Measure::DuplicateNgrams(n)).unwrap();
            prop_assert_eq!(value, plain::duplicate(&words, n, &text));
        }
        prop_assert_eq!(report, MeasureRules::gopher().check_words(&text, words).unwrap());
    }

    #[test]
    fn tokens_hold_all_that_is_no_space(text in any::<String>()) {
        let tokens: String = tokenize(&text).collect();
        let solid: String = text
            .chars()
            .filter(|&c| !c.is_whitespace() && !('\u{1C}'..='\u{1F}').contains(&c))
            .collect();
        prop_assert_eq!(tokens, solid);
        let report = MeasureRules::fineweb().check(&text).unwrap();
        prop_assert!(report.checks.iter().all(|check| check.value.is_finite()));
    }
}
