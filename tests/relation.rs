//! Laws for comparisons: every span and count holds in the texts.

mod common;

use common::Random;
use proptest::prelude::*;
use reprint::relation::{Comparison, DifferenceKind, PassageKind, Relation, compare};
use reprint::text::{self, Span, fold};

/// The folded words of a text, those broken at line ends put together; slow and plain.
fn folded(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last: Option<(Span, bool)> = None;
    for token in text::words(text).unwrap() {
        let mut word = String::new();
        fold(&text[token.span.range()], &mut word);
        let goes_on = last.is_some_and(|(last, is_joined)| {
            let between = &text[last.range().end..token.span.range().start];
            let is_hyphen_and_break = between.strip_prefix(['-', '\u{2010}']).is_some_and(|rest| {
                rest.contains('\n') && rest.chars().all(|c| " \t\r\n".contains(c))
            });
            !is_joined
                && is_hyphen_and_break
                && text[last.range()].ends_with(char::is_alphabetic)
                && text[token.span.range()].starts_with(char::is_lowercase)
        });
        if goes_on {
            words.last_mut().unwrap().push_str(&word);
        } else {
            words.push(word);
        }
        last = Some((token.span, goes_on));
    }
    words
}

fn digits(text: &str) -> String {
    text.chars().filter(|c| c.is_numeric()).collect()
}

/// Checks everything a comparison says against the texts.
fn check(a: &str, b: &str) -> Result<Comparison, TestCaseError> {
    let found = compare(a, b).unwrap();
    for passage in &found.passages {
        let cut = (a.get(passage.a.range()), b.get(passage.b.range()));
        let (Some(in_a), Some(in_b)) = cut else {
            return Err(TestCaseError::fail(format!("{passage:?} is no cut")));
        };
        prop_assert!(!in_a.is_empty() && !in_b.is_empty());
        prop_assert_eq!(folded(in_a).len(), passage.words as usize);
        if passage.kind != PassageKind::Noisy {
            prop_assert_eq!(folded(in_a), folded(in_b));
        }
    }
    // A noisy word that was split or joined stands in one passage with both halves.
    for (at, x) in found.passages.iter().enumerate() {
        for y in &found.passages[at + 1..] {
            prop_assert!(x.a.end <= y.a.start || y.a.end <= x.a.start, "{x:?} {y:?}");
            prop_assert!(x.b.end <= y.b.start || y.b.end <= x.b.start, "{x:?} {y:?}");
        }
    }
    for difference in &found.differences {
        let cut = (a.get(difference.a.range()), b.get(difference.b.range()));
        let (Some(in_a), Some(in_b)) = cut else {
            return Err(TestCaseError::fail(format!("{difference:?} is no cut")));
        };
        match difference.kind {
            DifferenceKind::Inserted => prop_assert!(in_a.is_empty() && !in_b.is_empty()),
            DifferenceKind::Dropped => prop_assert!(!in_a.is_empty() && in_b.is_empty()),
            _ => {
                prop_assert!(!in_a.is_empty() && !in_b.is_empty());
                prop_assert!(folded(in_a) != folded(in_b), "{in_a:?} {in_b:?}");
            }
        }
        if let DifferenceKind::Number | DifferenceKind::Amount = difference.kind {
            let (in_a, in_b) = (digits(in_a), digits(in_b));
            prop_assert!(!in_a.is_empty() && !in_b.is_empty() && in_a != in_b);
        }
    }
    for share in [found.summary.a_coverage, found.summary.b_coverage] {
        prop_assert!((0.0..=1.0).contains(&share));
    }
    prop_assert!(!found.sentence().is_empty());
    Ok(found)
}

/// The same, whichever comes first.
fn check_mirrored(a: &str, b: &str) -> Result<Comparison, TestCaseError> {
    let (there, back) = (check(a, b)?, check(b, a)?);
    prop_assert_eq!(there.summary, back.summary.reversed());
    prop_assert_eq!(there.overlap, back.overlap.reversed());
    let (x, y) = (there.evidence, back.evidence);
    prop_assert_eq!((x.a_coverage, x.b_coverage), (y.b_coverage, y.a_coverage));
    prop_assert_eq!((x.a_words, x.b_words), (y.b_words, y.a_words));
    prop_assert_eq!((x.matched, x.close, x.moved), (y.matched, y.close, y.moved));
    let passages = |found: &Comparison, mirrored: bool| {
        let ends = |x: Span, y: Span| if mirrored { (y, x) } else { (x, y) };
        let passages = found.passages.iter().map(|p| (ends(p.a, p.b), p.kind));
        let mut passages: Vec<_> = passages.collect();
        passages.sort_unstable();
        passages
    };
    prop_assert_eq!(passages(&there, false), passages(&back, true));
    let differences = |found: &Comparison, mirrored: bool| {
        let differences = found.differences.iter().map(|d| match (mirrored, d.kind) {
            (false, kind) => (d.a, d.b, kind),
            (true, DifferenceKind::Inserted) => (d.b, d.a, DifferenceKind::Dropped),
            (true, DifferenceKind::Dropped) => (d.b, d.a, DifferenceKind::Inserted),
            (true, kind) => (d.b, d.a, kind),
        });
        let mut differences: Vec<_> = differences.collect();
        differences.sort_unstable();
        differences
    };
    prop_assert_eq!(differences(&there, false), differences(&back, true));
    Ok(there)
}

/// Words, numbers and separators.
const PIECES: [&str; 56] = [
    "harbour",
    "bridge",
    "council",
    "Novak",
    "the",
    "of",
    "THE",
    "engineer",
    "reopening",
    "L’Étoile",
    "l'e\u{301}toile",
    "Straße",
    "STRASSE",
    "Brücken",
    "und",
    "der",
    "nicht",
    "auf",
    "мост",
    "Мост",
    "рублей",
    "вторник",
    "гавань",
    "مدينة",
    "الميناء",
    "٤٢",
    "٤٣",
    "جسر",
    "市",
    "议",
    "会",
    "港",
    "桥",
    "三",
    "ก",
    "ไก่",
    "4,500",
    "4500",
    "5,200",
    "12",
    "March",
    "$7",
    "8%",
    "1l",
    "½",
    "🙂",
    "👩‍👩‍👧",
    "🇩🇪",
    "“quoted”",
    "restruc-\nturing",
    "restructuring",
    "re-\r\n  open",
    "modern",
    "rnodern",
    "mo dern",
    "Tuesday",
];
const GAPS: [&str; 12] = [
    " ", " ", " ", " ", " ", ", ", ". ", "\n", "\n\n", "-\n", " — ", "",
];

fn piece(at: u16) -> &'static str {
    PIECES[at as usize % PIECES.len()]
}

fn join(pieces: &[(u16, u8)]) -> String {
    let mut text = String::new();
    for &(word, gap) in pieces {
        text.push_str(piece(word));
        text.push_str(GAPS[gap as usize % GAPS.len()]);
    }
    text
}

/// An article with mostly unique words and some `PIECES`.
fn long_article() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof![
        3 => "[a-e]{4,9}",
        1 => "[A-C][a-c]{2,6}",
        1 => "[а-д]{3,8}",
        1 => "[1-9][0-9]{0,5}",
        1 => any::<u16>().prop_map(|at| piece(at).to_owned()),
    ];
    prop::collection::vec(word, 1..120)
}

/// A copy with changes; a change has a place, a kind and a piece.
fn changed(article: &[String], changes: &[(u16, u8, u16)]) -> Vec<String> {
    let mut copy = article.to_vec();
    for &(at, kind, by) in changes {
        if copy.is_empty() {
            break;
        }
        let at = at as usize % copy.len();
        let end = copy.len().min(at + 1 + by as usize % 12);
        match kind % 8 {
            0 => piece(by).clone_into(&mut copy[at]),
            1 => copy.insert(at, piece(by).to_owned()),
            2 => drop(copy.drain(at..end)),
            3 => {
                let moved: Vec<String> = copy.drain(at..end).collect();
                copy.extend(moved);
            }
            // An error of recognition: a letter that is another, or gone.
            4 => copy[at] = copy[at].chars().skip(1).chain(['x']).collect(),
            5 => drop(copy[at].pop()),
            // One word made two, two made one.
            6 => {
                let (head, tail) = copy[at].split_at(copy[at].floor_char_boundary(4));
                copy[at] = format!("{head} {tail}");
            }
            _ if at + 1 < copy.len() => {
                let next = copy.remove(at + 1);
                copy[at].push_str(&next);
            }
            _ => {}
        }
    }
    copy
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, failure_persistence: None, ..Default::default()
    })]

    #[test]
    fn any_two_texts(
        a in prop::collection::vec((any::<u16>(), any::<u8>()), 0..40),
        b in prop::collection::vec((any::<u16>(), any::<u8>()), 0..40),
        middle in prop::collection::vec((any::<u16>(), any::<u8>()), 0..40),
    ) {
        let [a, b, middle] = [a, b, middle].map(|pieces| join(&pieces));
        check_mirrored(&format!("{a}{middle}{b}"), &format!("{b}{middle}{a}"))?;
        check_mirrored(&a, &middle)?;
    }

    #[test]
    fn a_text_and_what_was_made_of_it(
        article in long_article(),
        changes in prop::collection::vec((any::<u16>(), any::<u8>(), any::<u16>()), 0..24),
        gap in 0..GAPS.len(),
    ) {
        let copy = changed(&article, &changes);
        // The whole of one is joined otherwise than the other.
        check_mirrored(&article.join(" "), &copy.join(&format!("{} ", GAPS[gap])))?;
    }

    #[test]
    fn a_text_is_an_exact_copy_of_itself(
        pieces in prop::collection::vec((any::<u16>(), any::<u8>()), 1..60),
        any_text in "\\PC{0,80}",
    ) {
        for text in [join(&pieces), any_text] {
            let found = check_mirrored(&text, &text)?;
            if text::words(&text).unwrap().is_empty() {
                prop_assert_eq!(found.summary.relation, Relation::Unrelated);
                continue;
            }
            let summary = found.summary;
            prop_assert_eq!(summary.relation, Relation::Exact);
            prop_assert_eq!((summary.a_coverage, summary.b_coverage), (1.0, 1.0));
            prop_assert_eq!((summary.derived, summary.facts), (None, 0));
            prop_assert!(found.differences.is_empty());
            prop_assert_eq!(found.passages.len(), 1);
        }
    }
}

/// Linear in time, or this test would not end.
#[test]
fn hostile_texts_cost_no_more_than_others() {
    let mut random = Random(5);
    let mut line = |of: &str, len: usize| -> String {
        let letters: Vec<char> = of.chars().collect();
        (0..len)
            .map(|_| letters[random.below(letters.len())])
            .collect()
    };
    let one_word = "harbour ".repeat(200_000);
    let two_words = "harbour bridge ".repeat(50_000);
    let one_line = line("abcdefgh ", 100_000);
    let other_line = line("abcdefgh ", 100_000);
    let one_letter = "a".repeat(100_000);
    let chinese = line("港桥市议会", 30_000);
    let numbers = ["1", "2"].map(|digit| {
        let number = digit.repeat(200_000);
        format!("the harbour bridge was closed after {number} boats had struck it in one week")
    });
    // Passages by the thousand in another order, with as many gaps between those in order.
    let stretch = |at: usize| -> String {
        (0..8)
            .map(|word| format!("w{at}x{word}"))
            .collect::<Vec<_>>()
            .join(" ")
            + " "
    };
    let moved: Vec<String> = (0..10_000).map(stretch).collect();
    let swapped: Vec<String> = moved
        .chunks(4)
        .flat_map(|four| [&four[0], "changed ", &four[2], &four[1], &four[3]].map(str::to_owned))
        .collect();
    let texts = [
        (&one_word, &two_words),
        (&one_word, &one_line),
        (&one_line, &other_line),
        (&one_line, &one_line),
        (&one_letter, &one_word),
        (&chinese, &one_line),
        (&numbers[0], &numbers[1]),
        (&moved.concat(), &swapped.concat()),
        (&"-\n".repeat(100_000), &"a-\n".repeat(100_000)),
    ];
    for (a, b) in texts {
        let found = compare(a, b).unwrap();
        assert_eq!(found.summary, compare(b, a).unwrap().summary.reversed());
    }
    assert_eq!(
        compare(&one_word, &one_word).unwrap().summary.relation,
        Relation::Exact
    );
}

/// A page that carries its body twice, or many times, is a copy of the article: each passage counts
/// once.
#[test]
fn a_text_that_stands_twice_is_its_single_copy() {
    let mut random = Random(7);
    let mut sentence = |words: usize| {
        let words = (0..words).map(|_| format!("w{}", random.next() % 5000));
        words.collect::<Vec<_>>().join(" ") + ". "
    };
    for (words, copies) in [(12, 2), (24, 2), (200, 2), (200, 3), (40, 256)] {
        let body: String = (0..words / 12).map(|_| sentence(12)).collect();
        let page = vec![body.as_str(); copies].join("\n\n");
        let foot = format!("{page}\n\n{}", sentence(4));
        for other in [&page, &foot] {
            let found = compare(&body, other).unwrap();
            let reversed = compare(other, &body).unwrap();
            assert!(found.summary.relation.is_recycled(), "{words} x {copies}");
            assert_eq!(found.summary, reversed.summary.reversed());
            let evidence = found.evidence;
            assert_eq!(evidence.matched, evidence.a_words - evidence.a_repeated);
            check(&body, other).unwrap();
        }
        assert_eq!(
            compare(&body, &page).unwrap().summary.relation,
            Relation::LightEdit
        );
        assert_eq!(
            compare(&page, &page).unwrap().summary.relation,
            Relation::Exact
        );
        // An excerpt, and other text of which the page carries some.
        let half = &body[..body.len() / 2];
        let unlike: String = (0..words / 12).map(|_| sentence(12)).collect();
        let relation = |a: &str, b: &str| compare(a, b).unwrap().summary.relation;
        assert_eq!(
            relation(half, &page),
            relation(half, &body),
            "{words} x {copies}"
        );
        assert_eq!(relation(&unlike, &page), Relation::Unrelated);
    }
}
