//! The text stage against its plain version, on hostile and on ordinary text.

use proptest::prelude::*;
use reprint::CpuLevel;
use reprint::shingle::{Shingler, Shingling};
use reprint::text::{fold, plain, words};
use unicode_normalization::UnicodeNormalization;

/// Characters for every UAX #29 rule and every folding branch.
const HOSTILE: &[&str] = &[
    "a", "Z", "é", "ß", "İ", "ﬃ", "Σ", "ς", "e\u{301}", "\u{301}", "\u{323}", "\u{345}", "ᾳ", "1",
    "٣", "_", "'", "’", "\u{2018}", "\u{FF07}", "ʼ", "\"", ".", ",", ":", ";", "·", "\u{AD}",
    "\u{200D}", "\u{200C}", "\u{200B}", "\u{FE0F}", " ", "  ", "\n", "\r\n", "\r", "\t", "\u{85}",
    "\u{2028}", "\u{3000}", "\0", "א", "ב", "״", "ア", "ー", "ひ", "漢", "字", "한", "\u{1112}",
    "\u{1161}", "\u{11AB}", "ไ", "ท", "ย", "ก็", "ខ", "က", "😀", "👩", "Ⓜ", "🅰", "🇩", "🇪",
    "\u{3164}", "—", "…", "x", "words", "The", "U.S.", "3.14", "can't",
];

/// A shingler for every available CPU level.
fn levels() -> Vec<(CpuLevel, Shingler)> {
    let shingler = Shingler::new(Shingling::default(), 7).unwrap();
    let at = |level| Some((level, shingler.clone().with_cpu_level(level)?));
    CpuLevel::ALL.into_iter().filter_map(at).collect()
}

/// Every level finds the plain path's words, hashes and spans, and the baseline's shingles.
fn assert_levels_equal_the_plain_way(text: &str) {
    let expected = plain::words(text).unwrap();
    let levels = levels();
    let shingles = levels[0].1.shingles(text).unwrap();
    for (level, shingler) in levels {
        assert_eq!(
            shingler.tokens(text).unwrap(),
            expected,
            "{level:?}: {text:?}"
        );
        assert_eq!(
            shingler.shingles(text).unwrap(),
            shingles,
            "{level:?}: {text:?}"
        );
        assert_eq!(shingler.count(text).unwrap(), expected.len());
    }
}

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(HOSTILE), 0..40).prop_map(|parts| parts.concat())
}

/// Pieces from articles: most blocks are plain, with one or two hard places.
const ORDINARY: &[&str] = &[
    "the ",
    "harbour",
    " ",
    " ",
    ", ",
    ". ",
    "don’t ",
    "“quoted” ",
    "—",
    "…",
    "l’été ",
    "Äpfel",
    "ÉTÉ",
    "1,000.5 ",
    "a.m. ",
    "U.S.",
    "дом ",
    "Йод",
    "ёж: ",
    "مَدرَسة ",
    "العربية، ",
    "漢字",
    "かな",
    "カナ",
    "ガーデン",
    "がっこう",
    "、「",
    "\u{3099}",
    "\u{3000}",
    "ไทย",
    "ที่ผู้",
    "ก\u{E49}\u{E38}",
    "한국어 ",
    "신문",
    "שלום ",
    "\u{301}",
    "naïve ",
    "x_y ",
    "’",
    "'",
    "internationalization ",
    "ᾳ",
    "😀",
    "½",
    "٣",
    "Rechtsschutzversicherungsgesellschaften ",
    "\n\n",
    "\u{A0}",
    "co\u{AD}op",
    "\u{FEFF}",
];

#[test]
fn joined_pictographs_follow_the_standard() {
    for (text, expected) in [
        ("x'\u{200D}😀", vec!["x"]),
        ("E.\u{200D}👧", vec!["E"]),
        ("1,\u{200D}👧2", vec!["1", "2"]),
        ("x'\u{200D}Ⓜy", vec!["x'\u{200D}Ⓜy"]),
        ("x\u{200D}😀 y", vec!["x\u{200D}😀", "y"]),
        ("\u{200D}Ⓜא", vec!["\u{200D}Ⓜא"]),
    ] {
        let found: Vec<&str> = words(text)
            .unwrap()
            .iter()
            .map(|w| &text[w.span.range()])
            .collect();
        assert_eq!(found, expected, "{text:?}");
        assert_levels_equal_the_plain_way(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn words_equal_the_plain_way(text in hostile()) {
        assert_levels_equal_the_plain_way(&text);
    }

    #[test]
    fn words_equal_the_plain_way_on_any_text(text in any::<String>()) {
        assert_levels_equal_the_plain_way(&text);
    }

    #[test]
    fn words_equal_the_plain_way_on_ascii(text in "[a-cA-C0-2_'.,:; \\-\\x00\n]{0,300}") {
        assert_levels_equal_the_plain_way(&text);
    }

    #[test]
    fn words_equal_the_plain_way_on_mixed_scripts(
        words in prop::collection::vec(prop::sample::select(ORDINARY), 0..80),
    ) {
        assert_levels_equal_the_plain_way(&words.concat());
    }

    #[test]
    fn canonically_equivalent_words_fold_alike(text in hostile()) {
        let folded = |text: &str| {
            let mut out = String::new();
            fold(text, &mut out);
            out
        };
        let nfc: String = text.nfc().collect();
        let nfd: String = text.nfd().collect();
        prop_assert_eq!(folded(&nfc), folded(&text));
        prop_assert_eq!(folded(&nfd), folded(&text));
        let once = folded(&text);
        prop_assert_eq!(&folded(&once), &once);
        let normal: String = once.nfd().collect();
        prop_assert_eq!(normal, once);
    }
}

/// Every offset within a block and every preceding length, for pieces that take all paths through
/// the walk.
#[test]
fn words_cross_block_borders_at_every_offset() {
    let pieces = [
        "word",
        "don’t",
        "don't",
        "3.14",
        "a.é",
        "é.a",
        "été",
        "漢字",
        "x\u{301}",
        "—",
        "漢\u{301}",
        "_a",
        "a’\u{301}b",
        "a.\u{301}b",
        "  \u{301}",
        "дом",
        "カー",
        "ガ",
        "ァ\u{3099}",
        "ｶ",
        "が",
        "신문",
        "힣",
        "ที่",
        "ก\u{E49}\u{E38}\u{E48}\u{E48}",
        "\u{93E}",
        "\u{1D400}",
        "א\"א",
        "🇩🇪",
        "averyveryverylongwordindeed",
        "a.",
        ".a",
    ];
    for (piece, before, after) in pieces
        .iter()
        .flat_map(|piece| {
            ["", " ", "a", "é", "漢", ".", "カナ", "ไท"].map(|before| (piece, before))
        })
        .flat_map(|(piece, before)| ["", " b", "b", "1", ".c"].map(|after| (piece, before, after)))
    {
        for offset in 50..70 {
            let fillers = ["-", "a", "b ", "あ", "アガ", "가", "น้"];
            // What stands before is enough of another script.
            let of_ascii = if before.is_empty() { fillers.len() } else { 3 };
            for filler in &fillers[..of_ascii] {
                let letters = offset / filler.chars().map(char::len_utf8).max().unwrap_or(1);
                let filler: String = filler.chars().cycle().take(letters).collect();
                let filler = "-".repeat(offset.saturating_sub(filler.len())) + &filler;
                assert_levels_equal_the_plain_way(&format!("{filler}{before}{piece}{after}"));
            }
        }
    }
}

/// Thai letters with every pair of marks, ordered or not.
#[test]
fn thai_marks_in_any_order() {
    let marks: Vec<char> = ('\u{E31}'..='\u{E4E}')
        .filter(|mark| !mark.is_alphanumeric() || *mark == '\u{E31}' || *mark == '\u{E4D}')
        .collect();
    for (first, second) in marks.iter().flat_map(|a| marks.iter().map(move |b| (a, b))) {
        let text = format!("น{first}{second}ง").repeat(9);
        assert_levels_equal_the_plain_way(&text);
    }
}

/// The time is linear; otherwise these would take minutes.
#[test]
fn long_runs_of_anything() {
    for piece in [
        "a",
        "_",
        "é",
        "д",
        "漢",
        "ก็",
        "\u{301}",
        " ",
        ".",
        "a.",
        "a.\u{301}",
        "’",
        "\0",
        "א",
        "カ",
        "ガ",
        "が",
        "가",
        "\u{3099}",
        "\u{E48}",
        "🇩",
    ] {
        let text = piece.repeat(2_000_000 / piece.len());
        let count = words(&text).unwrap().len();
        assert!(count <= text.len() / piece.len());
        let short = piece.repeat(1000);
        assert_levels_equal_the_plain_way(&short);
    }
}

/// All code points in planes with assigned ones, and every 61st elsewhere: unassigned or private,
/// with equal classes.
fn code_points() -> impl Iterator<Item = char> {
    ('\0'..=char::MAX)
        .filter(|&c| matches!(c as u32 >> 16, 0..=3 | 14) || (c as u32).is_multiple_of(61))
}

/// Every code point, beside a letter, a digit and a mark, breaks as unicode-segmentation breaks it.
#[test]
fn every_code_point_breaks_as_the_plain_way() {
    for c in code_points() {
        for text in [
            format!("a{c}a"),
            format!("1{c}1 {c}"),
            format!("א{c}א{c}{c}ア"),
            format!("{c}\u{301}a\u{AD}{c}_"),
            format!("ж{c}жжж{c}жж{c}"),
        ] {
            assert_eq!(
                words(&text).unwrap(),
                plain::words(&text).unwrap(),
                "U+{:04X}",
                c as u32
            );
        }
    }
}

#[test]
fn every_code_point_folds_to_the_decomposition_of_lower_case_or_more() {
    let mut folded = String::new();
    for c in '\0'..=char::MAX {
        folded.clear();
        fold(c.encode_utf8(&mut [0; 4]), &mut folded);
        let normal: String = folded.nfd().collect();
        assert_eq!(normal, folded, "U+{:04X}", c as u32);
        if folded == c.to_string() {
            assert!(c.nfd().eq([c]), "U+{:04X} should decompose", c as u32);
        }
    }
}
