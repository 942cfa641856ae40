//! Repeated phrasing in one article: stuffed articles score high, honest ones low, spans are exact.
//!
//! The texts are written or generated for these tests.

use proptest::prelude::*;
use reprint::ErrorKind;
use reprint::phrase::{PhraseDetector, PhraseScratch, PhraseSettings, Phrasing, Verdict};

fn detector() -> PhraseDetector {
    PhraseDetector::new(PhraseSettings::default()).unwrap()
}

fn analyze(text: &str) -> Phrasing {
    detector().analyze(text, None).unwrap()
}

/// The headline, then for every mention a paragraph that ends with two fillers.
fn stuffed(headline: &str, mentions: &[&str], filler: &[&str]) -> String {
    let paragraph = |(at, mention): (usize, &&str)| {
        let [first, second] = [2 * at, 2 * at + 1].map(|at| filler[at % filler.len()]);
        format!("{mention} {first} {second}")
    };
    let paragraphs: Vec<String> = mentions.iter().enumerate().map(paragraph).collect();
    format!("{headline}\n\n{}\n", paragraphs.join("\n\n"))
}

const FILLER: [&str; 16] = [
    "Shopkeepers on the quay took in their awnings early and talked of little else.",
    "A second survey, paid for by the guild of pilots, is due before the autumn tides.",
    "Nobody at the town hall would put a figure on the bill.",
    "Ferries ran to the usual timetable on Tuesday, though with fewer passengers.",
    "The old chart room has been opened to anyone who wants to read the files.",
    "Two engineers from the coast will arrive with pumps and a diving bell.",
    "Fishing crews say the channel has moved twice since their fathers' day.",
    "A petition with nine hundred names lies on the counter of the bakery.",
    "Schools will teach in the mornings only until the road is open again.",
    "Rain kept the crowd small, and the band went home before the speeches.",
    "Insurers have asked for photographs of every cellar below the market.",
    "An exhibition of drawings from the last flood closes at the end of June.",
    "The brewery has lent its lorries to families who need to store furniture.",
    "Swans have nested on the flooded bowling green and refuse to leave.",
    "Three bidders have shown interest in the contract, one of them from abroad.",
    "Older residents remember a winter when the whole square froze.",
];

#[test]
fn every_mention_of_a_stuffed_headline_is_found() {
    let headline = "Harbour Board Worried Over Sinking Breakwater in Elmsea";
    let mentions = [
        "The Harbour Board's worry over the sinking breakwater in Elmsea dates from the spring.",
        "Few expected the Harbour Board to be worried over the sinking breakwater in Elmsea so soon.",
        "The Harbour Board's worry over the sinking breakwater in Elmsea is likely to grow.",
        "Money plays a role in the Harbour Board's worry over the sinking breakwater in Elmsea.",
        "The Harbour Board's worry over the sinking breakwater in Elmsea raises old questions.",
        "As the Harbour Board remains worried over the sinking breakwater in Elmsea, boats wait.",
        "The Harbour Board's worry over the sinking breakwater in Elmsea has spread inland.",
        "The Harbour Board's worry over the sinking breakwater in Elmsea calls for action.",
    ];
    let text = stuffed(headline, &mentions, &FILLER);
    let found = analyze(&text);
    assert_eq!(found.verdict, Verdict::Repetitive, "{found:#?}");
    let family = &found.families[0];
    assert!(family.is_headline);
    assert_eq!(family.occurrences.len(), 1 + mentions.len());
    assert_eq!(family.paragraphs, 1 + mentions.len());
    for span in &family.occurrences {
        let quoted = &text[span.range()];
        assert!(quoted.contains("Harbour Board"), "{quoted}");
        assert!(quoted.ends_with("Elmsea"), "{quoted}");
        assert!(quoted.len() < 80, "{quoted}");
    }
    let first = family.occurrences[0];
    assert_eq!(&text[first.range()], headline);
    assert!(family.variants.len() >= 3, "{:?}", family.variants);
    assert!((0.7..1.0).contains(&family.form_similarity));
    let count: usize = family.variants.iter().map(|variant| variant.count).sum();
    assert_eq!(count, family.occurrences.len());
    // Parts of the phrase are not families of their own.
    assert!(
        found
            .families
            .iter()
            .skip(1)
            .all(|other| !other.canonical.contains("breakwater"))
    );
}

#[test]
fn a_refrain_and_a_frame_with_slots_are_found() {
    let refrain: Vec<String> = FILLER
        .iter()
        .map(|sentence| sentence.trim_end_matches('.').to_owned())
        .map(|sentence| format!("{sentence}, which shows that good planning always pays off."))
        .collect();
    let found = analyze(&refrain[..8].join("\n\n"));
    assert!(found.score >= 0.5, "{found:#?}");
    assert_eq!(
        found.families[0].canonical,
        "which shows that good planning always pays off"
    );
    assert_eq!(found.families[0].occurrences.len(), 8);

    let slots = [
        "lid", "strap", "dial", "lamp", "hinge", "cord", "wheel", "grip",
    ];
    let frames: Vec<String> = slots
        .iter()
        .zip(FILLER)
        .map(|(slot, filler)| {
            format!("Owners of this kettle praise the {slot} for making breakfast easier. {filler}")
        })
        .collect();
    let found = analyze(&frames.join("\n\n"));
    assert!(found.score >= 0.5, "{found:#?}");
    assert_eq!(found.families[0].occurrences.len(), slots.len());
}

#[test]
fn a_paragraph_put_in_twice_is_found() {
    let paragraph = "The ferry company has cancelled every crossing after six in the evening. \
                     Passengers with tickets may travel on the morning boat instead.";
    let text = format!(
        "{}\n\n{paragraph}\n\n{}\n\n{paragraph}\n",
        FILLER[0], FILLER[1]
    );
    let found = analyze(&text);
    assert!(found.score >= 0.9, "{found:#?}");
    let family = &found.families[0];
    assert_eq!(family.occurrences.len(), 2);
    assert_eq!(
        &text[family.occurrences[1].range()],
        paragraph.trim_end_matches('.')
    );
}

#[test]
fn other_languages_in_latin_script() {
    let german = stuffed(
        "Hafenamt besorgt über sinkende Mole in Elmsee",
        &[
            "Die Sorge des Hafenamts über die sinkende Mole in Elmsee wächst.",
            "Warum das Hafenamt über die sinkende Mole in Elmsee besorgt ist, bleibt offen.",
            "Die Sorge des Hafenamts über die sinkende Mole in Elmsee ist nicht neu.",
            "Auch die Kosten spielen bei der Sorge des Hafenamts über die sinkende Mole in Elmsee mit.",
            "Die Sorge des Hafenamts über die sinkende Mole in Elmsee teilt der Bürgermeister.",
            "Die Sorge des Hafenamts über die sinkende Mole in Elmsee verlangt Taten.",
        ],
        &[
            "Am Markt wurde gestern kaum über anderes gesprochen.",
            "Ein zweites Gutachten soll vor dem Herbst vorliegen.",
            "Im Rathaus wollte niemand eine Summe nennen.",
            "Zwei Ingenieure bringen nächste Woche schwere Pumpen mit.",
            "Ältere Bewohner erinnern sich an einen strengen Winter.",
            "Die Schule unterrichtet vorerst nur am Vormittag.",
            "Drei Firmen haben sich um den Auftrag beworben.",
        ],
    );
    let french = stuffed(
        "Le port inquiet de la digue qui s'enfonce à Ormesey",
        &[
            "L'inquiétude du port devant la digue qui s'enfonce à Ormesey grandit.",
            "Le port reste inquiet devant la digue qui s'enfonce à Ormesey.",
            "L'inquiétude du port devant la digue qui s'enfonce à Ormesey n'est pas nouvelle.",
            "L'argent explique aussi l'inquiétude du port devant la digue qui s'enfonce à Ormesey.",
            "L'inquiétude du port devant la digue qui s'enfonce à Ormesey gagne la ville.",
            "L'inquiétude du port devant la digue qui s'enfonce à Ormesey exige des actes.",
        ],
        &[
            "Sur le quai, les commerçants ont replié leurs auvents de bonne heure.",
            "Une seconde étude doit être remise avant les marées d'automne.",
            "Personne à la mairie ne veut avancer de chiffre.",
            "Deux ingénieurs viendront avec des pompes et une cloche de plongée.",
            "Une pétition attend les signatures sur le comptoir de la boulangerie.",
            "Les anciens se souviennent d'un hiver où la place avait gelé.",
            "Trois entreprises étrangères ont déjà demandé le dossier.",
        ],
    );
    check_stuffed([german, french]);
}

#[test]
fn other_scripts() {
    let russian = stuffed(
        "Портовое управление встревожено оседанием мола в Ельнике",
        &[
            "Тревога портового управления из-за оседания мола в Ельнике растёт.",
            "Портовое управление по-прежнему встревожено оседанием мола в Ельнике.",
            "Тревога портового управления из-за оседания мола в Ельнике не нова.",
            "Деньги тоже объясняют тревогу портового управления из-за оседания мола в Ельнике.",
            "Тревога портового управления из-за оседания мола в Ельнике передалась горожанам.",
            "Тревога портового управления из-за оседания мола в Ельнике требует решений.",
        ],
        &[
            "Лавочники на набережной рано убрали свои навесы.",
            "Второе обследование обещают закончить до осенних приливов.",
            "В ратуше никто не захотел назвать сумму.",
            "Два инженера привезут насосы и водолазный колокол.",
            "Старики помнят зиму, когда замёрзла вся площадь.",
            "Школы пока работают только до полудня.",
            "Три фирмы уже запросили документы.",
        ],
    );
    let arabic = stuffed(
        "قلق إدارة الميناء من هبوط الرصيف القديم",
        &[
            "يتزايد قلق إدارة الميناء من هبوط الرصيف القديم.",
            "ليس قلق إدارة الميناء من هبوط الرصيف القديم أمرا جديدا.",
            "ويفسر المال جزءا من قلق إدارة الميناء من هبوط الرصيف القديم.",
            "وصل قلق إدارة الميناء من هبوط الرصيف القديم إلى السكان.",
            "يتطلب قلق إدارة الميناء من هبوط الرصيف القديم قرارات سريعة.",
            "يشارك العمدة في قلق إدارة الميناء من هبوط الرصيف القديم.",
        ],
        &[
            "أغلق الباعة على الشاطئ متاجرهم باكرا.",
            "سيصدر تقرير آخر قبل حلول الخريف.",
            "لم يذكر أحد في البلدية رقما محددا.",
            "سيأتي مهندسان بمضخات كبيرة الأسبوع المقبل.",
            "يتذكر كبار السن شتاء تجمدت فيه الساحة.",
            "تعمل المدارس حتى الظهر فقط.",
            "طلبت ثلاث شركات ملفات المشروع.",
        ],
    );
    let chinese = stuffed(
        "港务局担忧旧防波堤持续下沉",
        &[
            "港务局担忧旧防波堤持续下沉的消息很快传开。",
            "对于港务局担忧旧防波堤持续下沉一事，市民看法不一。",
            "港务局担忧旧防波堤持续下沉并非没有原因。",
            "资金问题也与港务局担忧旧防波堤持续下沉有关。",
            "港务局担忧旧防波堤持续下沉，渔民同样关心。",
            "专家认为，港务局担忧旧防波堤持续下沉值得重视。",
        ],
        &[
            "码头上的商贩早早收起了遮阳棚。",
            "第二份调查报告将在秋天之前完成。",
            "市政厅没有人愿意透露费用。",
            "两名工程师下周会带来大型水泵。",
            "老人们还记得广场结冰的那个冬天。",
            "学校暂时只在上午上课。",
            "三家公司已经索取了招标文件。",
        ],
    );
    check_stuffed([russian, arabic, chinese]);
}

fn check_stuffed<const N: usize>(texts: [String; N]) {
    for text in texts {
        let found = analyze(&text);
        assert!(found.score >= 0.9, "{text}\n{found:#?}");
        let family = &found.families[0];
        assert!(family.is_headline, "{family:#?}");
        assert!(family.occurrences.len() >= 6, "{family:#?}");
    }
}

/// Articles in the folder that started this, if present.
#[test]
fn the_articles_that_started_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/articles");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}.txt"));
    let Ok(stuffed) = read("000_5bfc5ff5b36f51fa") else {
        eprintln!("skipped: {folder} is not there");
        return;
    };
    let found = analyze(&stuffed);
    assert!(found.score >= 0.95, "{}", found.score);
    let family = &found.families[0];
    assert!(family.is_headline);
    // The headline and 14 paragraphs.
    assert_eq!((family.occurrences.len(), family.paragraphs), (15, 15));
    for name in [
        "001_b6d4185cf63fc3e5",
        "002_56506aaeb36f9c2e",
        "004_3ff5e4d53bed3a58",
    ] {
        let found = analyze(&read(name).unwrap());
        assert!(found.score <= 0.1, "{name}: {found:#?}");
    }
}

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

/// Whether half of the lines end before the column of themselves, as the ingredients of a recipe do.
fn is_listed(text: &str, column: usize) -> bool {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let (short, long): (Vec<_>, Vec<_>) = lines.partition(|line| line.chars().count() < column);
    short.len() >= long.len()
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
                // Without empty lines, the lines of a list are like those of a wrapped paragraph.
                if between == "\n\n" || !is_listed(text, column) {
                    assert_ne!(found.verdict, Verdict::NotProse, "{column} {text}");
                }
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

#[test]
fn the_score_of_a_sentence_does_not_depend_on_its_numbers() {
    let months = ["January", "March", "May", "July", "October", "December"];
    let numbers = [
        "7", "19", "1,350", "2.5", "404", "1990s", "3rd", "12", "880,000",
    ];
    let article = |seed: usize| {
        let paragraphs = (0..9).map(|at| {
            let number = |step: usize| numbers[(seed * 5 + at * step + seed % 3) % numbers.len()];
            let month = months[(seed + at * (1 + seed % 2)) % months.len()];
            format!(
                "{} The water authority repeated that {} households and {} small businesses would \
                 face higher bills from {month} because the ageing pipes under the old harbour had \
                 been neglected for decades. {}",
                FILLER[at],
                number(1),
                number(2),
                FILLER[(at + 7) % 16]
            )
        });
        paragraphs.collect::<Vec<_>>().join("\n\n")
    };
    let expected = analyze(&article(0));
    assert_eq!(expected.verdict, Verdict::Repetitive);
    for seed in 1..40 {
        let found = analyze(&article(seed));
        assert!(
            (found.score - expected.score).abs() < 0.01,
            "{seed}: {found:#?}"
        );
    }
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
fn a_given_headline_counts_though_the_text_does_not_start_with_it() {
    let mentions: Vec<String> = FILLER[..8]
        .iter()
        .map(|filler| format!("{filler} Much of it turns on cheap electric scooters."))
        .collect();
    let text = mentions.join("\n\n");
    let headline = Some("Cheap electric scooters");
    let with = detector().analyze(&text, headline).unwrap();
    let without = detector().analyze(&text, None).unwrap();
    assert!(with.families[0].is_headline);
    assert!(!without.families[0].is_headline);
    assert!(with.families[0].score > without.families[0].score);
}

#[test]
fn settings_are_checked_by_name() {
    for (name, wrong) in [
        ("repetitive", 1.5),
        ("suspicious", f64::NAN),
        ("prose", -0.1),
    ] {
        let mut settings = PhraseSettings::default();
        match name {
            "repetitive" => settings.repetitive = wrong,
            "suspicious" => settings.suspicious = wrong,
            _ => settings.prose = wrong,
        }
        let error = PhraseDetector::new(settings).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSetting);
        assert!(error.to_string().contains(name), "{error}");
    }
    let mut settings = PhraseSettings::default();
    settings.suspicious = 0.95;
    assert!(PhraseDetector::new(settings).is_err());
}

#[test]
fn nothing_comes_of_nothing() {
    for text in ["", " \n\n ", "word", "Three short words", "…", "\u{FEFF}"] {
        let found = analyze(text);
        assert!(found.score < 0.1, "{text:?}");
        assert_eq!(found.families, [], "{text:?}");
    }
}

/// Tests only that they finish: a quadratic step would take hours.
#[test]
fn hostile_repetition_takes_linear_time() {
    let sentence = "Click here to subscribe to our newsletter for more updates. ";
    let menu = "Home\nAbout us\nContact\nLatest news\nSign in\n";
    let numbered: Vec<String> = (0..100_000).map(|i| format!("word{}", i % 50)).collect();
    for text in [
        "a ".repeat(500_000),
        "buy ".repeat(300_000),
        "buy now ".repeat(200_000),
        sentence.repeat(30_000),
        menu.repeat(30_000),
        "中".repeat(200_000),
        "x".repeat(2_000_000),
        numbered.join(" "),
    ] {
        check_spans(&text, &analyze(&text));
    }
    assert!(analyze(&sentence.repeat(30_000)).score > 0.9);
}

fn check_spans(text: &str, found: &Phrasing) {
    assert!((0.0..=1.0).contains(&found.score));
    for family in &found.families {
        assert!((0.0..=1.0).contains(&family.score));
        assert!(family.occurrences.len() >= 2);
        assert!(
            family
                .occurrences
                .iter()
                .all(|span| text.get(span.range()).is_some())
        );
        assert!(
            family
                .occurrences
                .windows(2)
                .all(|pair| pair[0].end <= pair[1].start)
        );
        assert!((0.0..=1.0).contains(&family.word_share));
        assert!((0.0..=1.0).contains(&family.paragraph_share));
        assert!((0.0..=1.0).contains(&family.verbatim));
        assert!((0.0..=1.0).contains(&family.form_similarity));
    }
}

/// Words and marks that, repeated at random, make families that overlap, nest and break off.
const PIECES: &[&str] = &[
    "harbour ",
    "Board ",
    "worried ",
    "over ",
    "the ",
    "sinking ",
    "pier ",
    "in ",
    "Elmsea",
    ". ",
    "\n",
    "\n\n",
    "’s ",
    "42 ",
    "港",
    "务局",
    "。",
    "l'",
    "É",
    "e\u{301}",
    "\u{AD}",
    "\0",
    "السفينة ",
    "ß",
    "İ",
    "😀",
    "? ",
    "; ",
    "\r\n",
    "harbour board worried over the sinking pier ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn spans_slice_the_text_and_results_repeat(
        texts in prop::collection::vec(
            prop::collection::vec(prop::sample::select(PIECES), 0..300)
                .prop_map(|pieces| pieces.concat()),
            1..4,
        ),
    ) {
        let detector = detector();
        let mut scratch = PhraseScratch::default();
        for text in &texts {
            let found = detector.analyze_with(&mut scratch, text, None).unwrap();
            check_spans(text, &found);
            prop_assert_eq!(&found, &detector.analyze(text, None).unwrap());
        }
    }

    #[test]
    fn any_text_is_taken(text in any::<String>(), headline in any::<String>()) {
        check_spans(&text, &detector().analyze(&text, Some(&headline)).unwrap());
    }
}
