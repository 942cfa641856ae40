//! Edits as made before articles are printed again.
//!
//! In: a text of any script and language, and random numbers. Out: an edited copy, or none if the
//! text is too short for the edit. Words are cut by [`reprint::text`], so a Chinese letter is a
//! word.

use std::ops::Range;

use reprint::text::{self, Token};

/// A kind of edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// This percentage of words changed: replaced, dropped, or preceded by a new word, a third
    /// each. Numbers and capitalized words stay while there are others, since editors don't change
    /// facts.
    Words(usize),
    /// A third of the paragraphs cut.
    Cut,
    /// A third of the sentences moved to another place.
    Moved,
    /// A third of the words, consecutive, from a random place.
    Excerpt,
    /// One letter in fifty misread.
    Misread,
}

impl Edit {
    pub(super) const ALL: [Self; 8] = [
        Self::Words(1),
        Self::Words(5),
        Self::Words(10),
        Self::Words(20),
        Self::Cut,
        Self::Moved,
        Self::Excerpt,
        Self::Misread,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Words(1) => "1% of words",
            Self::Words(5) => "5% of words",
            Self::Words(10) => "10% of words",
            Self::Words(_) => "20% of words",
            Self::Cut => "paragraphs cut",
            Self::Moved => "sentences moved",
            Self::Excerpt => "a third of it",
            Self::Misread => "letters misread",
        }
    }

    /// The edited copy; `None` if the copy would be unchanged or empty.
    pub(super) fn apply(
        self,
        text: &str,
        vocabulary: &Vocabulary<'_>,
        random: &mut Random,
    ) -> Option<String> {
        let words = text::words(text).ok()?;
        let edited = match self {
            Self::Words(percent) => change_words(text, &words, percent, vocabulary, random),
            Self::Cut => cut(text, random)?,
            Self::Moved => move_sentences(text, random)?,
            Self::Excerpt => excerpt(text, &words, random)?,
            Self::Misread => misread(text, random),
        };
        (edited != text && !edited.trim().is_empty()).then_some(edited)
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A random number below `bound`, which must not be 0.
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((u128::from(x ^ (x >> 31)) * bound as u128) >> 64) as usize
    }

    /// `wanted` different items of `all`, in ascending order.
    fn some<T: Copy + Ord>(&mut self, mut all: Vec<T>, wanted: usize) -> Vec<T> {
        for at in 0..wanted.min(all.len()) {
            let other = at + self.below(all.len() - at);
            all.swap(at, other);
        }
        all.truncate(wanted);
        all.sort_unstable();
        all
    }
}

/// Words to put into a text.
pub(super) struct Vocabulary<'a> {
    words: Vec<&'a str>,
}

/// Words taken from each text. Chosen by hand.
const OF_EACH: usize = 50;

/// Draws before the search for a word of the wanted script gives up. Chosen by hand.
const DRAWS: usize = 32;

impl<'a> Vocabulary<'a> {
    /// Uncapitalized words of some texts.
    pub(super) fn of(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut words = Vec::new();
        for text in texts {
            let of_text = text::words(text).unwrap_or_default();
            let step = (of_text.len() / OF_EACH).max(1);
            let forms = of_text
                .iter()
                .step_by(step)
                .map(|word| &text[word.span.range()]);
            words.extend(forms.filter(|form| is_wording(form)));
        }
        Self { words }
    }

    /// A word in the script of `like`.
    fn draw(&self, like: &str, random: &mut Random) -> Option<&'a str> {
        let block = |word: &str| word.chars().next().map_or(0, |c| u32::from(c) >> 9);
        let word = |_| {
            self.words
                .get(random.below(self.words.len().max(1)))
                .copied()
        };
        (0..DRAWS)
            .filter_map(word)
            .find(|word| block(word) == block(like) && *word != like)
    }
}

/// Whether a word is neither a number nor capitalized.
fn is_wording(form: &str) -> bool {
    let first = form.chars().next().is_some_and(|c| !c.is_uppercase());
    first && !form.contains(char::is_numeric)
}

fn change_words(
    text: &str,
    words: &[Token],
    percent: usize,
    vocabulary: &Vocabulary<'_>,
    random: &mut Random,
) -> String {
    let wanted = (words.len() * percent).div_ceil(100);
    let form = |at: usize| &text[words[at].span.range()];
    let (wording, rest): (Vec<usize>, Vec<usize>) =
        (0..words.len()).partition(|&at| is_wording(form(at)));
    let more = wanted.saturating_sub(wording.len());
    let mut chosen = random.some(wording, wanted);
    chosen.extend(random.some(rest, more));
    chosen.sort_unstable();
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut done = 0;
    for at in chosen {
        let Range { start, end } = words[at].span.range();
        out += &text[done..start];
        done = end;
        let word = &text[start..end];
        // Words of scripts without spaces get no space.
        let space = if text[end..].starts_with(char::is_alphanumeric) {
            ""
        } else {
            " "
        };
        let new = vocabulary.draw(word, random).unwrap_or(word);
        match random.below(3) {
            0 => out += new,
            1 => {
                let after = text[end..].len() - text[end..].trim_start_matches(' ').len();
                done += after;
            }
            _ => {
                out += new;
                out += space;
                out += word;
            }
        }
    }
    out += &text[done..];
    out
}

fn cut(text: &str, random: &mut Random) -> Option<String> {
    let blocks: Vec<&str> = text.split_inclusive("\n\n").collect();
    let parts = if blocks.len() >= 3 {
        blocks
    } else {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        if lines.len() >= 3 {
            lines
        } else {
            sentences(text)
        }
    };
    if parts.len() < 3 {
        return None;
    }
    let gone = random.some((0..parts.len()).collect(), parts.len() / 3);
    let kept = (0..)
        .zip(&parts)
        .filter(|(at, _)| gone.binary_search(at).is_err());
    Some(kept.map(|(_, part)| *part).collect())
}

fn move_sentences(text: &str, random: &mut Random) -> Option<String> {
    let mut parts = sentences(text);
    if parts.len() < 3 {
        return None;
    }
    for _ in 0..(parts.len() / 3).max(1) {
        let part = parts.remove(random.below(parts.len()));
        parts.insert(random.below(parts.len() + 1), part);
    }
    Some(parts.concat())
}

/// A text's sentences, with everything between them.
fn sentences(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let is_end = match c {
            '.' | '!' | '?' | '…' => next.is_some_and(char::is_whitespace),
            '。' | '！' | '？' | '؟' | '۔' | '।' | '።' => next.is_some(),
            _ => false,
        };
        if is_end {
            while chars.next_if(|&(_, next)| next.is_whitespace()).is_some() {}
            let end = chars.peek().map_or(text.len(), |&(at, _)| at);
            debug_assert!(end > at);
            parts.push(&text[start..end]);
            start = end;
        }
    }
    if start < text.len() {
        parts.push(&text[start..]);
    }
    parts
}

fn excerpt(text: &str, words: &[Token], random: &mut Random) -> Option<String> {
    let len = words.len() / 3;
    if len == 0 {
        return None;
    }
    let first = random.below(words.len() - len + 1);
    let (start, end) = (
        words[first].span.range().start,
        words[first + len - 1].span.range().end,
    );
    Some(text[start..end].to_owned())
}

/// Letters and their misreadings.
const LOOKALIKES: [(char, &str); 20] = [
    ('a', "o"),
    ('b', "h"),
    ('c', "e"),
    ('e', "c"),
    ('f', "t"),
    ('g', "q"),
    ('h', "b"),
    ('i', "l"),
    ('l', "1"),
    ('m', "rn"),
    ('n', "u"),
    ('o', "0"),
    ('r', "i"),
    ('s', "5"),
    ('t', "f"),
    ('u', "n"),
    ('v', "y"),
    ('w', "vv"),
    ('y', "v"),
    ('d', "cl"),
];

fn misread(text: &str, random: &mut Random) -> String {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_alphabetic() || random.below(50) > 0 {
            out.push(c);
            continue;
        }
        match LOOKALIKES.iter().find(|(letter, _)| *letter == c) {
            Some((_, read)) => out += read,
            // Any other letter of the text, since it has the text's script.
            None => out.push(letters[random.below(letters.len())]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "The old bridge over the Lune opens on Friday. It was closed in May, \
        when a barge struck it!\n\nA ferry goes until then, every 20 minutes. \"It is free,\" said \
        Ada Novak.\n\nLorries take the upper ford. The army laid a bridge there.";
    const CHINESE: &str =
        "老桥星期五重新开放。五月一艘驳船撞上了它。渡船每二十分钟一班。卡车走上游的浅滩。";

    fn apply(edit: Edit, text: &str, seed: u64) -> Option<String> {
        let vocabulary = Vocabulary::of([ENGLISH, CHINESE].into_iter());
        edit.apply(text, &vocabulary, &mut Random::new(seed))
    }

    #[test]
    fn every_edit_is_one_in_any_script() {
        for text in [ENGLISH, CHINESE] {
            for edit in Edit::ALL {
                for seed in 0..20 {
                    let edited = apply(edit, text, seed).unwrap_or_else(|| "again".to_owned());
                    assert_ne!(edited, text, "{edit:?}");
                    let again = apply(edit, text, seed).unwrap_or_else(|| "again".to_owned());
                    assert_eq!(edited, again, "{edit:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_made_of_nothing() {
        for edit in Edit::ALL {
            for text in ["", " ", "...", "\n\n\n"] {
                assert_eq!(apply(edit, text, 1), None, "{edit:?} {text:?}");
            }
        }
    }

    #[test]
    fn sentences_add_up() {
        for text in [ENGLISH, CHINESE, "", "a. b", "no end"] {
            assert_eq!(sentences(text).concat(), text);
        }
        assert_eq!(sentences(CHINESE).len(), 4);
        let moved = apply(Edit::Moved, ENGLISH, 3).expect("sentences");
        let sorted = |text: &str| {
            let mut chars: Vec<char> = text.chars().collect();
            chars.sort_unstable();
            chars
        };
        assert_eq!(sorted(&moved), sorted(ENGLISH));
    }

    #[test]
    fn a_third_is_a_third() {
        let words = |text: &str| text::words(text).expect("short").len();
        let excerpt = apply(Edit::Excerpt, ENGLISH, 5).expect("words");
        assert_eq!(words(&excerpt), words(ENGLISH) / 3);
        assert!(ENGLISH.contains(&excerpt));
    }

    #[test]
    fn facts_are_left_alone() {
        for seed in 0..20 {
            let edited = apply(Edit::Words(20), ENGLISH, seed).expect("words");
            for fact in ["Lune", "Friday", "May", "20", "Ada Novak"] {
                assert!(edited.contains(fact), "{fact} is gone: {edited}");
            }
        }
    }
}
