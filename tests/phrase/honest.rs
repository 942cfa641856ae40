//! Honest articles score low, and text that is not prose is not judged, wrapped or not.

use reprint::phrase::Verdict;

use super::{FILLER, analyze, stuffed};

/// Honest articles, with the repetition that honest articles have.
const HONEST: [(&str, &str); 8] = [
    (
        "names",
        "Elmsea Harbour Trust names new pilot\n\nThe Elmsea Harbour Trust has named a new chief \
         pilot after a search of seven months. Agnes Thorley starts in May.\n\nShe told the Elmsea \
         Harbour Trust that she would keep the night watch. Nobody had expected otherwise.\n\n\
         Before that she worked in Norbury, where the channel is narrow. The Elmsea Harbour Trust \
         had asked her twice to apply.\n\nA spokesman for the Elmsea Harbour Trust praised her calm \
         in fog. Her father, also a pilot, was at the ceremony.\n\nThe post was vacant since the \
         winter. Last year the Elmsea Harbour Trust lost three of its staff to the ferry company.\n\n\
         Agnes Thorley will earn the same as her predecessor. The Elmsea Harbour Trust meets again \
         on Friday.",
    ),
    (
        "speech",
        "I remember a town where every window was lit on the night of the regatta. We did not ask \
         who had paid for the oil.\n\nI remember a school with one stove and forty children around \
         it. None of us learned to spell, and all of us learned to share.\n\nThose who govern us now \
         were not there. They have read about it, in reports that they ordered themselves.\n\nI \
         remember a harbour so full that you could cross it on the decks. My grandmother did, in her \
         wedding shoes, for a bet.\n\nWhat has become of it is before your eyes. Go down tomorrow and \
         count the masts.\n\nI remember, and so do you, that nobody gave us these things. They were \
         built on Sundays, by people with tired hands, and they can be built again.",
    ),
    (
        "verse",
        "The tide comes in, the tide goes out\nAnd carries off the sand\nThe children run and wheel \
         about\nAnd nobody takes my hand\n\nOh row me home, oh row me home\nBefore the lamps are \
         lit\n\nThe boats come in with silver fish\nThe gulls are all around\nI never had another \
         wish\nThan sleeping safe and sound\n\nOh row me home, oh row me home\nBefore the lamps are \
         lit\n\nThe moon goes up behind the hill\nThe nets are hung to dry\nThe quay is empty now and \
         still\nAnd so, I think, am I\n\nOh row me home, oh row me home\nBefore the lamps are lit",
    ),
    (
        "recipe",
        "Smoked haddock pie\n\n400 g smoked haddock\n1 cup of milk\n1 cup of cream\n2 tbsp of butter\n\
         2 tbsp of flour\n1 tsp of salt\n500 g potatoes\n\nBoil the potatoes until they are soft, \
         then mash them with half of the butter.\n\nPoach the fish in the milk for eight minutes. \
         Lift it out and keep the milk.\n\nMelt the rest of the butter, stir in the flour and pour on \
         the milk little by little.\n\nFlake the fish into the sauce, cover it with the potatoes and \
         bake until golden, about half an hour.",
    ),
    (
        "court",
        "Man denies stealing lifeboat\n\nA fisherman took the Elmsea lifeboat for a bet, the court \
         heard on Monday. The defendant, of Quay Street, denies theft.\n\nThe prosecution told the \
         court that the boat was seen off Norbury at dawn. It came back with an empty tank.\n\nThe \
         jury heard from a coastguard who had followed it for an hour. He had taken it for an \
         exercise.\n\nThe defendant told the court that he had permission. His cousin, the second \
         mechanic, had handed him the key after supper.\n\nUnder questioning the cousin said he could \
         not remember. The judge asked him to try again overnight.\n\nThe trial continues. The \
         defendant remains on bail.",
    ),
    (
        "interview",
        "A life among maps\n\nQ: How did you begin?\n\nA: By accident. My uncle needed someone to \
         hold the other end of the chain, and I was the only child who stood still.\n\nQ: What was \
         the first sheet you drew?\n\nA: The marsh behind the brickworks. It was gone a year later, \
         which taught me to work fast.\n\nQ: Do you miss the pens?\n\nA: I miss the silence. A \
         plotter hums, and you cannot argue with it.\n\nQ: Which mistake do you regret?\n\nA: A \
         bridge that I put on the wrong side of a mill. Letters still arrive about it.\n\nQ: And \
         what comes next?\n\nA: Sleep, I hope, and then the islands, if the weather lets us land.",
    ),
    (
        "headline with two mentions",
        "Guild of pilots rejects night ferries\n\nThe guild of pilots rejects night ferries, its \
         chairman said on Tuesday after a vote. Forty members were present.\n\nThe company had hoped \
         to start in June with two boats. It has already sold tickets to several schools.\n\nFog is \
         the main concern, along with the unlit wreck off the point. Three collisions were counted \
         last winter.\n\nThe mayor called the vote a blow to the hotels. She will invite both sides \
         to the town hall.\n\nUntil then nothing changes. The last boat leaves at six, as it has \
         since the war.",
    ),
    (
        "a term of the subject",
        "Oyster farmers hope for a warm spring\n\nOyster beds along the estuary have recovered from \
         the frost. Farmers counted more young shells than in any year since the flood.\n\nThe oyster \
         beds were closed in January. A film of ice had cut off the air.\n\nNow the shops are asking \
         for deliveries again. Prices have doubled, and restaurants in the city pay in advance.\n\n\
         Biologists warn against haste. Young oyster beds need two summers before they can be \
         raked.\n\nThe county will decide on Thursday. Until then the rakes stay in the sheds.",
    ),
];

#[test]
fn honest_articles_score_low() {
    for (kind, text) in HONEST {
        let found = analyze(text);
        assert!(found.score < 0.5, "{kind}: {found:#?}");
        assert!(
            matches!(found.verdict, Verdict::Fine | Verdict::NotProse),
            "{kind}: {:?}",
            found.verdict
        );
    }
    assert_eq!(analyze(HONEST[2].1).verdict, Verdict::NotProse);
}

#[test]
fn lists_verse_and_tables_are_not_prose() {
    let lines = |line: &dyn Fn(usize) -> String| {
        let lines = (0..40).map(line);
        lines.collect::<Vec<_>>().join("\n")
    };
    let list = lines(&|at| {
        FILLER[at % 16]
            .split(' ')
            .take(2 + at % 4)
            .collect::<Vec<_>>()
            .join(" ")
    });
    let table = lines(&|at| {
        format!(
            "Net free reserves {:.>12} vs {:.>12}",
            644 + at,
            1337 + at * 7
        )
    });
    let ingredients = lines(&|at| {
        format!(
            "{} cups of {}",
            at % 5 + 1,
            ["flour", "sugar and salt", "milk"][at % 3]
        )
    });
    for text in [list, table, ingredients] {
        assert_eq!(analyze(&text).verdict, Verdict::NotProse, "{text}");
    }
}

/// The text with its lines broken at a column, as a mail program does, and the mark between two
/// paragraphs.
fn wrapped(text: &str, column: usize, between: &str) -> String {
    let paragraphs = text.split('\n').filter(|line| !line.trim().is_empty());
    let wrapped = paragraphs.map(|paragraph| {
        let mut lines = vec![String::new()];
        for word in paragraph.split_whitespace() {
            let last = lines.last_mut().expect("one line at least");
            if last.is_empty() {
                last.push_str(word);
            } else if last.chars().count() + 1 + word.chars().count() <= column {
                last.push(' ');
                last.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
        lines.join("\n")
    });
    wrapped.collect::<Vec<_>>().join(between)
}

#[test]
fn wrapped_text_is_judged_as_it_is_unwrapped() {
    let headline = "Harbour Board Worried Over Sinking Breakwater in Elmsea";
    let mentions = [
        "The Harbour Board's worry over the sinking breakwater in Elmsea is likely to grow.",
        "Few expected the Harbour Board to be worried over the sinking breakwater in Elmsea so soon.",
        "Money plays a role in the Harbour Board's worry over the sinking breakwater in Elmsea.",
        "The Harbour Board's worry over the sinking breakwater in Elmsea raises old questions.",
        "As the Harbour Board remains worried over the sinking breakwater in Elmsea, boats wait.",
    ];
    let mut texts = vec![stuffed(headline, &mentions, &FILLER)];
    let is_prose = |(_, text): &&(&str, &str)| analyze(text).verdict == Verdict::Fine;
    texts.extend(
        HONEST
            .iter()
            .filter(is_prose)
            .map(|(_, text)| (*text).to_owned()),
    );
    assert!(texts.len() > 4);
    for text in &texts {
        let plain = analyze(text);
        for column in [30, 40, 50, 72] {
            for between in ["\n", "\n\n"] {
                let found = analyze(&wrapped(text, column, between));
                assert_ne!(found.verdict, Verdict::NotProse, "{column} {text}");
                // Without empty lines a full line may be the last one of its paragraph: the cut is not
                // the same, and the score may differ.
                if plain.score < 0.5 {
                    assert!(found.score < 0.5, "{column} {text}");
                }
                if between == "\n\n" {
                    assert_eq!(found.verdict, plain.verdict, "{column} {text}");
                    assert!((found.score - plain.score).abs() < 0.1, "{column} {text}");
                }
            }
        }
    }
}
