//! Phrases worked into an article are found, in several scripts.

use reprint::phrase::Verdict;

use super::{FILLER, analyze, detector, stuffed};

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
