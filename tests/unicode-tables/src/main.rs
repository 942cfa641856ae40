//! Writes `src/text/tables.rs` to standard output.
//!
//! In: Unicode 17 data from `icu_properties`, `icu_casemap` and `unicode-normalization`.
//! Out: Rust source with every code point's word-break class and flags, its fold (NFD, full case
//! folding, NFD) and its canonical combining class.
//!
//! ```text
//! cargo run --release --manifest-path tests/unicode-tables/Cargo.toml > src/text/tables.rs
//! ```

use std::collections::HashMap;
use std::fmt::Write as _;

use icu_casemap::CaseMapper;
use icu_properties::props::{
    Alphabetic, DefaultIgnorableCodePoint, ExtendedPictographic, GeneralCategory, LineBreak,
    Script, WordBreak,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Code points in one leaf of a two-stage table.
const BLOCK: usize = 128;
const LIMIT: usize = 0x11_0000;

// These numbers are read by `src/text/class.rs`.
const CLASS_EXT_PICT: u8 = 19;
const CLASS_ALETTER_EXT_PICT: u8 = 20;
const ALPHANUMERIC: u8 = 1 << 5;
const SPACELESS_SHORT: u8 = 2 << 6;
const SPACELESS_LONG: u8 = 3 << 6;

// And these by `src/text/fold.rs`.
const FOLD_SELF: u16 = 0;
const FOLD_MARK: u16 = 0xFFFD;
const FOLD_HANGUL: u16 = 0xFFFE;
const FOLD_DROP: u16 = 0xFFFF;

fn class(c: char) -> u8 {
    let wb = CodePointMapData::<WordBreak>::new().get(c);
    let pict = CodePointSetData::new::<ExtendedPictographic>().contains(c);
    let base = match wb {
        WordBreak::Other => 0,
        WordBreak::CR => 1,
        WordBreak::LF => 2,
        WordBreak::Newline => 3,
        WordBreak::Extend => 4,
        WordBreak::ZWJ => 5,
        WordBreak::Format => 6,
        WordBreak::WSegSpace => 7,
        WordBreak::RegionalIndicator => 8,
        WordBreak::Katakana => 9,
        WordBreak::HebrewLetter => 10,
        WordBreak::ALetter => 11,
        WordBreak::Numeric => 12,
        WordBreak::ExtendNumLet => 13,
        WordBreak::SingleQuote => 14,
        WordBreak::DoubleQuote => 15,
        WordBreak::MidNumLet => 16,
        WordBreak::MidLetter => 17,
        WordBreak::MidNum => 18,
        other => panic!("word-break class {other:?} of U+{:04X}", c as u32),
    };
    let base = match (pict, base) {
        (false, base) => base,
        (true, 0) => CLASS_EXT_PICT,
        (true, 11) => CLASS_ALETTER_EXT_PICT,
        (true, base) => panic!("pictograph U+{:04X} of class {base}", c as u32),
    };
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let numeric = matches!(
        category,
        GeneralCategory::DecimalNumber
            | GeneralCategory::LetterNumber
            | GeneralCategory::OtherNumber
    );
    let alphabetic = CodePointSetData::new::<Alphabetic>().contains(c);
    let mut value = base;
    if alphabetic || numeric {
        value |= ALPHANUMERIC;
        value |= spaceless(c, base);
    }
    value
}

/// Flags letters that UAX #29 leaves single because their script writes no spaces.
fn spaceless(c: char, class: u8) -> u8 {
    if class != 0 {
        return 0;
    }
    let script = CodePointMapData::<Script>::new().get(c);
    let line = CodePointMapData::<LineBreak>::new().get(c);
    if line == LineBreak::ComplexContext {
        SPACELESS_LONG
    } else if matches!(
        script,
        Script::Han
            | Script::Hiragana
            | Script::Bopomofo
            | Script::Yi
            | Script::Tangut
            | Script::Nushu
    ) {
        SPACELESS_SHORT
    } else {
        0
    }
}

/// A code point's folded form; `None` where it is dropped.
fn fold(c: char) -> Option<String> {
    let alphabetic = CodePointSetData::new::<Alphabetic>().contains(c);
    if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) && !alphabetic {
        return None;
    }
    // One apostrophe: left and right single quotation mark, modifier letter, full width.
    if matches!(c, '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{FF07}') {
        return Some("'".to_owned());
    }
    let mut out = String::new();
    for d in std::iter::once(c).nfd() {
        // U+0345 sorts with the marks around it before it folds to a letter, so
        // `src/text/fold.rs` folds it last.
        if d == '\u{0345}' {
            out.push(d);
        } else {
            let mut buffer = [0; 4];
            out.push_str(&CaseMapper::new().fold_string(d.encode_utf8(&mut buffer)));
        }
    }
    Some(out.nfd().collect())
}

fn two_stage<T: Copy + Eq + std::hash::Hash>(values: &[T]) -> (Vec<usize>, Vec<T>) {
    let mut seen: HashMap<&[T], usize> = HashMap::new();
    let mut leaves = Vec::new();
    let index = values
        .chunks(BLOCK)
        .map(|block| {
            *seen.entry(block).or_insert_with(|| {
                leaves.extend_from_slice(block);
                leaves.len() / BLOCK - 1
            })
        })
        .collect();
    (index, leaves)
}

fn array<T: std::fmt::Display>(out: &mut String, doc: &str, name: &str, ty: &str, values: &[T]) {
    writeln!(out, "\n/// {doc}").unwrap();
    writeln!(
        out,
        "pub(super) static {name}: [{ty}; {}] = [",
        values.len()
    )
    .unwrap();
    for row in values.chunks(64) {
        let row: Vec<String> = row.iter().map(ToString::to_string).collect();
        writeln!(out, "    {},", row.join(", ")).unwrap();
    }
    out.push_str("];\n");
}

fn main() {
    let chars = || (0..LIMIT as u32).map(char::from_u32);
    let classes: Vec<u8> = chars().map(|c| c.map_or(0, class)).collect();

    // The folds of marks, and those that hold U+0345, depend on what stands beside them. They come
    // last, so that one comparison tells them from the rest.
    let beside = |c: char, fold: &str| {
        let class = CodePointMapData::<WordBreak>::new().get(c);
        [WordBreak::Extend, WordBreak::Format, WordBreak::ZWJ].contains(&class)
            || fold.contains('\u{0345}')
    };
    let mut data: Vec<u8> = vec![0];
    let mut folds = vec![FOLD_SELF; LIMIT];
    let mut first_beside = 0;
    for depends in [false, true] {
        let mut known: HashMap<String, u16> = HashMap::new();
        for c in chars().flatten() {
            let to = &mut folds[c as usize];
            if ('\u{AC00}'..='\u{D7A3}').contains(&c) {
                *to = FOLD_HANGUL;
                continue;
            }
            let Some(folded) = fold(c) else {
                *to = FOLD_DROP;
                continue;
            };
            if beside(c, &folded) != depends {
                continue;
            }
            *to = if folded.chars().eq([c]) {
                if depends { FOLD_MARK } else { FOLD_SELF }
            } else {
                *known.entry(folded.clone()).or_insert_with(|| {
                    let at = u16::try_from(data.len()).expect("fold data fits 16 bits");
                    assert!(at < FOLD_MARK);
                    data.push(u8::try_from(folded.len()).expect("a short fold"));
                    data.extend_from_slice(folded.as_bytes());
                    at
                })
            };
        }
        if !depends {
            first_beside = data.len();
        }
    }

    let mut marks: Vec<(u32, u32, u8)> = Vec::new();
    for c in chars().flatten() {
        let ccc = canonical_combining_class(c);
        let c = c as u32;
        match marks.last_mut() {
            _ if ccc == 0 => {}
            Some((_, end, value)) if *end + 1 == c && *value == ccc => *end = c,
            _ => marks.push((c, c, ccc)),
        }
    }

    // Eight bytes can be read from any entry.
    data.extend([0; 8]);

    let mut out = String::from(
        "//! Unicode 17 tables, two stages each: `INDEX[c / 128] * 128 + c % 128` finds a leaf.\n\
         //!\n\
         //! Written by `tests/unicode-tables`; not edited by hand.\n\n\
         #![allow(clippy::unreadable_literal, reason = \"written by a program\")]\n",
    );
    let (index, leaves) = two_stage(&classes);
    array(
        &mut out,
        "Leaf numbers in [`CLASS`], one for 128 code points.",
        "CLASS_INDEX",
        "u16",
        &index,
    );
    array(
        &mut out,
        "Word-break class and flags, as `class.rs` reads them.",
        "CLASS",
        "u8",
        &leaves,
    );
    let (index, leaves) = two_stage(&folds);
    array(
        &mut out,
        "Leaf numbers in [`FOLD`], one for 128 code points.",
        "FOLD_INDEX",
        "u16",
        &index,
    );
    array(
        &mut out,
        "0 folds to itself, 0xFFFF is dropped, 0xFFFE is a Hangul syllable, 0xFFFD is a mark that \
         folds to itself. Other values index [`FOLD_DATA`].",
        "FOLD",
        "u16",
        &leaves,
    );
    array(
        &mut out,
        "Folded forms: a length in bytes, then UTF-8.",
        "FOLD_DATA",
        "u8",
        &data,
    );
    writeln!(
        out,
        "\n/// [`FOLD`] entries from here on belong to marks, and to letters whose folds hold a mark that \
         moves.\n\
         pub(super) const FOLD_BESIDE: u16 = {first_beside};"
    )
    .unwrap();
    writeln!(
        out,
        "\n/// Ranges with a canonical combining class: first code point, last code point, class."
    )
    .unwrap();
    writeln!(
        out,
        "pub(super) static MARKS: [(u32, u32, u8); {}] = [",
        marks.len()
    )
    .unwrap();
    for row in marks.chunks(16) {
        let row: Vec<String> = row
            .iter()
            .map(|(a, b, c)| format!("({a}, {b}, {c})"))
            .collect();
        writeln!(out, "    {},", row.join(", ")).unwrap();
    }
    out.push_str("];\n");
    print!("{out}");
}
