//! The law of order: the same articles give the same answers, in whatever order they were inserted,
//! replaced and removed.
//!
//! Exact copies have the same words, but perhaps other capitals, punctuation and line breaks.
//! Answers about a text must not depend on the order in which its copies came.

mod common;

use common::Random;
use proptest::prelude::*;
use reprint::{Article, ArticleId, Detector, MemoryTexts, Mode};
use std::fmt::Write as _;

/// An article on a ferry, with names and numbers that tell copies from uses of a template.
fn body(random: &mut Random) -> String {
    const PLACES: [&str; 5] = [
        "Carrowmouth",
        "Lunebridge",
        "Old Harbour",
        "Saltby",
        "Wick Ferry",
    ];
    const PEOPLE: [&str; 5] = [
        "Ada Novak",
        "Tom Brandt",
        "Ines Duarte",
        "Piet Maas",
        "Lea Roth",
    ];
    let place = PLACES[random.below(PLACES.len())];
    let person = PEOPLE[random.below(PEOPLE.len())];
    let pounds = 1000 + random.below(3) * 1500;
    let boats = 2 + random.below(3);
    format!(
        "The council of {place} has paid {pounds} pounds for the repair of the ferry, which a barge \
         struck in May. Traffic will cross the water again from Friday at noon, the county engineer \
         {person} told an open session on Monday evening. Until then {boats} boats go every twenty \
         minutes, free of charge for those who live on the island, and lorries take the road by the \
         upper ford, where the army has laid a bridge of its own."
    )
}

/// A text with its words kept, but other capitals, punctuation and line breaks.
fn dressed(text: &str, way: usize) -> String {
    match way {
        0 => text.to_owned(),
        1 => text.to_uppercase(),
        2 => text.to_lowercase(),
        3 => text.replace(", ", "; ").replace(". ", " — "),
        4 => text.replace(". ", ".\n\n"),
        _ => {
            let words: Vec<&str> = text.split(' ').collect();
            words
                .chunks(6)
                .map(|line| line.join(" "))
                .collect::<Vec<_>>()
                .join("\n")
        }
    }
}

/// What is done to a detector, beside inserting each article once.
#[derive(Clone, Copy, Debug)]
enum Detour {
    None,
    /// Inserted with another text first, then replaced.
    Replaced,
    /// Inserted, removed, and inserted again.
    Removed,
}

/// Everything a detector says of its articles, by key.
fn answers(
    mode: Mode,
    articles: &[(String, String)],
    order: &[usize],
    detours: &[Detour],
) -> String {
    let mut detector = Detector::builder().mode(mode).build().unwrap();
    let mut texts = MemoryTexts::new();
    for &at in order {
        let (key, body) = &articles[at];
        let insert = |detector: &mut Detector, body: &str| {
            detector.insert(&Article::new(key, body)).unwrap()
        };
        let id = match detours[at] {
            Detour::None => insert(&mut detector, body),
            Detour::Replaced => {
                insert(&mut detector, &dressed(&articles[0].1, 1));
                detector.replace(&Article::new(key, body)).unwrap()
            }
            Detour::Removed => {
                let id = insert(&mut detector, body);
                detector.remove(id);
                insert(&mut detector, body)
            }
        };
        texts.set(id, body.as_str());
    }
    detector.learn(&texts);
    let key = |id: ArticleId| detector.key(id).unwrap().to_owned();
    let found = detector.groups(&texts).unwrap();
    let mut out = format!("{:?} {}\n", found.candidates, found.link_count);
    for group in &found.groups {
        let members: Vec<String> = group.members.iter().map(|member| key(member.id)).collect();
        let (centre, kept) = (key(group.centre), key(group.kept));
        let _ = writeln!(
            out,
            "{centre} {kept} {:?} {members:?} {:?}",
            group.kept_by, group.lowest
        );
    }
    let links = found
        .groups
        .iter()
        .flat_map(|group| &group.links)
        .chain(&found.between);
    for link in links {
        let (a, b) = (key(link.a), key(link.b));
        let _ = writeln!(out, "{a} {b} {:?} {:?}", link.overlap, link.summary);
    }
    for (name, body) in articles {
        let found = detector.matches(body, &texts).unwrap().found;
        for found in found {
            let _ = writeln!(
                out,
                "{name}: {} {:?} {:?}",
                key(found.id),
                found.overlap,
                found.summary
            );
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_order_changes_an_answer(
        seed in any::<u64>(),
        ways in prop::collection::vec(0usize..6, 14),
        order in Just((0..14).collect::<Vec<usize>>()).prop_shuffle(),
        detours in prop::collection::vec(
            prop_oneof![Just(Detour::None), Just(Detour::Replaced), Just(Detour::Removed)],
            14,
        ),
        names in Just((0..14).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        // Few different texts, each in several dresses.
        let mut random = Random(seed);
        let texts: Vec<String> = (0..5).map(|_| body(&mut random)).collect();
        let articles: Vec<(String, String)> = ways
            .iter()
            .zip(&names)
            .enumerate()
            .map(|(at, (&way, name))| (format!("a{name:02}"), dressed(&texts[at % 5], way)))
            .collect();
        let plain: Vec<usize> = (0..14).collect();
        for mode in [Mode::recycled(), Mode::Jaccard { threshold: 0.5, recall: 0.95 }] {
            let expected = answers(mode, &articles, &plain, &[Detour::None; 14]);
            prop_assert_eq!(answers(mode, &articles, &order, &detours), expected);
        }
    }
}
