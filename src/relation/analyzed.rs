//! An article prepared for comparison.
//!
//! In: a document. Out: an [`AnalyzedArticle`]: words with folded form, kind and weight, halves of words
//! broken at line ends put together; and anchors, the short runs of words that stand once.
//!
//! Boilerplate lines, and passages that repeat an earlier one, weigh nothing and have no anchors.

use std::iter;
use std::ops::{Range, RangeInclusive};

use super::close::WordShape;
use super::kind::WordKind;
use super::self_repeats;
use super::unique_runs::{self, UniqueRuns};
use crate::corpus::{Known, KnownWords, Statistics, hash_of_line};
use crate::document::function_words::{FunctionWords, Language};
use crate::document::lexicon::Lexicon;
use crate::document::{self, MarkedText, Surface};
use crate::hash;
use crate::text::{Span, Token, fold};

/// A word of an [`AnalyzedArticle`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// The hash of the folded form.
    pub(super) hash: u64,
    pub(super) span: Span,
    /// Where the folded form starts in `forms`.
    start: u32,
    /// The length of the folded form, in bytes.
    len: u16,
    /// The logarithm of the inverse document frequency, or an estimate by length.
    pub(super) weight: f32,
    pub(super) kind: WordKind,
}

/// An article prepared for comparison.
#[derive(Clone, Debug, Default)]
pub(crate) struct AnalyzedArticle {
    pub(super) words: Vec<Word>,
    /// The text in small ASCII letters, then folded forms that differ from the text. Most folded forms
    /// stand at the word's place in the text.
    forms: String,
    /// Short runs of fresh words without a second occurrence.
    pub(super) anchors: UniqueRuns,
    /// Ranges of fresh words, in order: words outside repeats of a passage.
    fresh: Vec<Range<usize>>,
    /// The number of fresh words.
    pub(super) fresh_words: usize,
    /// The total weight of the words.
    pub(super) mass: f64,
    /// The number of words for slots of a template: names, numbers, dates.
    pub(super) slots: u32,
    /// The number of words in the dateline; 0 without a dateline.
    pub(super) dateline: usize,
    /// Whether capitals tell names from other words.
    pub(super) has_case: bool,
    /// The least weight of a name; 0 where the corpus is not known.
    pub(super) least_of_a_name: f32,
    /// A form of this weight or more is so rare that a word may have been misread as it; 0 where the
    /// corpus is not known.
    pub(super) least_of_misread: f32,
}

/// Bytes set aside for folded forms that differ from the text: in English, the last words of a text and a
/// few long ones. Chosen by hand.
const FOLDED_FORMS: usize = 128;

/// Two words make an anchor, or four letters of a script without spaces: a word counts two quarters, a
/// letter one. Short runs stand between two errors of recognition more often than long runs. In
/// an article of 500 words, every second run of two words is an anchor.
const QUARTERS_OF_AN_ANCHOR: u32 = 4;

/// The least weight of a word that is an anchor by itself: one article in twenty has the word.
const WEIGHT_OF_AN_ANCHOR: f32 = 3.0;

/// The largest share of words within sentences that may have capitals for capitals to tell names. A
/// headline or a text in capitals has more; a short notice full of names has two words in five.
const CAPITALS_AT_MOST: f64 = 0.6;

/// The least weight of a name: a lighter word stands in more than one article in twelve. In a corpus of
/// a few dozen articles no word is so heavy: a word of two articles may be a name.
const LEAST_OF_A_NAME: f32 = 2.5;

/// The longest dateline, in words: places, an agency, a date, and the name of an author above.
/// Chosen by hand.
const WORDS_OF_DATELINE: usize = 16;

/// A form that more articles have is a word of the language, not an error of recognition.
const ARTICLES_OF_MISREAD: u32 = 3;

impl AnalyzedArticle {
    /// Prepares a document, in time linear in its length.
    pub(crate) fn new(document: MarkedText<'_>, statistics: Option<&Statistics>) -> Self {
        let mut article = Self {
            words: Vec::with_capacity(document.words().len()),
            forms: String::with_capacity(document.text().len() + FOLDED_FORMS),
            least_of_a_name: statistics
                .map_or(0.0, |known| known.weight_in(2).min(LEAST_OF_A_NAME)),
            least_of_misread: statistics.map_or(0.0, |known| known.weight_in(ARTICLES_OF_MISREAD)),
            ..Self::default()
        };
        article.forms.push_str(document.text());
        article.forms.make_ascii_lowercase();
        article.read(document);
        article.weigh(statistics.map(Statistics::known_words));
        article.tell_by_neighbours(document);
        if let Some(statistics) = statistics {
            article.drop_boilerplate(document, statistics);
        }
        let whole = 0..article.words.len();
        article.find_anchors(iter::once(whole).collect());
        article.drop_repeats();
        for word in &article.words {
            article.mass += f64::from(word.weight);
            article.slots += u32::from(word.kind.is_slot());
        }
        article
    }

    /// Prepares a short text, without statistics.
    #[cfg(test)]
    pub(super) fn of_text(text: &str) -> Self {
        let mut buffer = crate::document::DocumentBuffer::new();
        Self::new(buffer.read(text).expect("a short text").marked(), None)
    }

    /// The folded form of the word at a place; of a form above 65,535 bytes, the start. Longer forms are
    /// compared by hash only.
    pub(super) fn folded(&self, at: usize) -> &str {
        self.form_of(&self.words[at])
    }

    fn form_of(&self, &Word { start, len, .. }: &Word) -> &str {
        &self.forms[start as usize..][..len.into()]
    }

    /// The shape of the word at a place.
    pub(super) fn shape(&self, at: usize) -> WordShape {
        let Word { start, len, .. } = self.words[at];
        let form = &self.forms.as_bytes()[start as usize..][..len.into()];
        // Nearly all forms of most texts are ASCII, and cost no search for the border of a character.
        WordShape::of_ascii(form)
            .unwrap_or_else(|| WordShape::of(self.folded(at), self.words[at].kind.spaceless))
    }

    /// Whether the sequences of folded words are equal.
    pub(super) fn has_words_of(&self, other: &Self) -> bool {
        let mut pairs = self.words.iter().zip(&other.words);
        self.words.len() == other.words.len() && pairs.all(|(a, b)| a.hash == b.hash)
    }

    /// Reads the words, with what their forms and places tell of their kinds.
    fn read(&mut self, document: MarkedText<'_>) {
        let text = document.text();
        let words = document.words();
        let lexicon = Lexicon::known();
        let mut case = Case::default();
        let mut at = 0;
        while let Some(&Token { mut hash, mut span }) = words.get(at) {
            let is_within = document.is_within_sentence(at);
            let surface = Surface::of_word(text, span);
            at += 1;
            let next = words
                .get(at)
                .filter(|next| is_broken(text, span, next.span));
            let form = match FoldedForm::in_text(text.as_bytes(), span, surface) {
                Some(form) if next.is_none() => form,
                _ => self.fold(text, span, next.map(|next| next.span)),
            };
            if let Some(next) = next {
                at += 1;
                span.end = next.span.end;
                hash = hash::word(&self.forms.as_bytes()[form.start as usize..]);
            }
            let (capital, spaceless) = (surface.is_capital(), surface.is_spaceless());
            if is_within && !form.has_number && !spaceless {
                case.within += 1;
                case.capitals += u32::from(capital);
            }
            let date = !form.has_number && lexicon.look_up(hash).is_date();
            self.words.push(Word {
                hash,
                span,
                start: form.start,
                len: form.len,
                weight: 0.0,
                kind: WordKind {
                    number: form.has_number,
                    amount: false,
                    // The corpus may know better, see `weigh`.
                    name: is_within && capital && !form.has_number && !date,
                    date,
                    capital,
                    spaceless,
                },
            });
        }
        self.has_case = case.tells_names();
    }

    /// Weighs the words by the corpus, or by their forms where the corpus is not known. Names are those
    /// that the corpus writes with a capital, or if it can't tell, those within a sentence.
    fn weigh(&mut self, known: Option<&KnownWords>) {
        let Some(known) = known else {
            for at in 0..self.words.len() {
                let letters = self.folded(at).chars().count();
                let word = &mut self.words[at];
                word.weight = weight_by_form(word.kind, letters);
            }
            return;
        };
        let weigh = |word: &mut Word, in_corpus: Known| {
            word.weight = in_corpus.weight;
            let kind = &mut word.kind;
            if kind.capital && !kind.number && !kind.date {
                kind.name = in_corpus.is_name().unwrap_or(kind.name);
            }
        };
        known.look_up_each(&mut self.words, |word| word.hash, weigh);
    }

    /// Tells the kinds that take more than the word itself: no names in a text whose capitals tell
    /// nothing, dates and amounts by the words beside a number, the dateline.
    fn tell_by_neighbours(&mut self, document: MarkedText<'_>) {
        let text = document.text();
        self.has_case = self.has_case
            && !FunctionWords::known()
                .language_of(document.words())
                .is_some_and(Language::capitalises_nouns);
        if !self.has_case {
            for word in &mut self.words {
                word.kind.name = false;
            }
        }
        for at in 0..self.words.len() {
            if self.words[at].kind.number {
                self.look_beside_number(text, at, Lexicon::known());
            }
        }
        self.dateline = self.words_of_dateline(text);
    }

    /// The number of words in the dateline: the words before a dash, each with a capital or a digit,
    /// as in `NEW YORK, Oct 3 (Agency) - `.
    fn words_of_dateline(&self, text: &str) -> usize {
        for (at, two) in self.words.windows(2).take(WORDS_OF_DATELINE).enumerate() {
            if !two[0].kind.capital && !two[0].kind.number {
                break;
            }
            let gap = &text[two[0].span.range().end..two[1].span.range().start];
            if ["–", "—", " -", "- ", "--"]
                .iter()
                .any(|dash| gap.contains(dash))
            {
                return at + 1;
            }
        }
        0
    }

    /// Folds a word, with its other half on the next line if there is one.
    fn fold(&mut self, text: &str, span: Span, other_half: Option<Span>) -> FoldedForm {
        let start = self.forms.len();
        let mut has_number = false;
        for span in iter::once(span).chain(other_half) {
            let written = &text[span.range()];
            fold(written, &mut self.forms);
            has_number |= written.chars().any(document::is_numeric);
        }
        let form = &self.forms[start..];
        FoldedForm {
            start: start as u32,
            len: form.floor_char_boundary(u16::MAX.into()) as u16,
            has_number,
        }
    }

    /// Numbers beside the name of a month or a day are dates; beside a unit, amounts.
    fn look_beside_number(&mut self, text: &str, at: usize, lexicon: &Lexicon) {
        let is_date_word = |word: &Word| word.kind.date && !word.kind.number;
        let before = at.checked_sub(1).map(|before| &self.words[before]);
        let after = self.words.get(at + 1);
        let date = before.is_some_and(is_date_word) || after.is_some_and(is_date_word);
        let Range { start, end } = self.words[at].span.range();
        let has_sign = text[..start].ends_with(['$', '€', '£', '¥', '₹', '₽'])
            || text[end..]
                .starts_with(['%', '€', '£', '¥', '₽', '％', '元', '円', '万', '亿', '億']);
        let amount = has_sign || after.is_some_and(|word| lexicon.look_up(word.hash).is_unit());
        let kind = &mut self.words[at].kind;
        (kind.date, kind.amount) = (date, amount && !date);
    }

    /// Takes weight and kind from boilerplate lines: furniture of the page is no text of an article.
    fn drop_boilerplate(&mut self, document: MarkedText<'_>, statistics: &Statistics) {
        let boilerplate = statistics.boilerplate();
        if boilerplate.is_empty() {
            return;
        }
        let words = document.words();
        let mut lines = document
            .lines()
            .filter(|line| boilerplate.contains(&hash_of_line(&words[line.clone()])))
            .map(|line| words[line.start].span.start..words[line.end - 1].span.end)
            .peekable();
        for word in &mut self.words {
            while lines.next_if(|line| line.end <= word.span.start).is_some() {}
            if lines
                .peek()
                .is_some_and(|line| line.start <= word.span.start)
            {
                drop_words(std::slice::from_mut(word));
            }
        }
    }

    /// Takes weight, kind and anchors from repeats of a passage.
    fn drop_repeats(&mut self) {
        let hash = |at: usize| self.words[at].hash;
        let Some(fresh) = self_repeats::fresh(self.words.len(), &self.anchors, hash) else {
            return;
        };
        let mut start = 0;
        let ends = fresh.iter().map(|range| range.start);
        let starts = fresh.iter().map(|range| range.end);
        for (end, next) in ends.zip(starts) {
            drop_words(&mut self.words[start..end]);
            start = next;
        }
        drop_words(&mut self.words[start..]);
        self.find_anchors(fresh);
    }

    /// Finds the anchors of `fresh`, ranges of words outside repeats of a passage.
    fn find_anchors(&mut self, fresh: Vec<Range<usize>>) {
        self.anchors = UniqueRuns::new(|anchors| {
            for range in &fresh {
                self.add_anchors(range.clone(), anchors);
            }
        });
        self.fresh_words = fresh.iter().map(Range::len).sum();
        self.fresh = fresh;
    }

    /// The number of words in repeated passages, the first copy apart.
    pub(super) fn repeated_words(&self) -> usize {
        self.words.len() - self.fresh_words
    }

    /// Whether the word at a place is no word of a repeat.
    pub(super) fn is_fresh(&self, at: usize) -> bool {
        self.fresh_words == self.words.len() || {
            let after = self.fresh.partition_point(|range| range.start <= at);
            self.fresh[..after]
                .last()
                .is_some_and(|range| at < range.end)
        }
    }

    fn add_anchors(&self, range: Range<usize>, anchors: &mut Vec<u64>) {
        // A word starts two anchors at most.
        anchors.reserve(2 * range.len());
        let mut rest = &self.words[range.clone()];
        while let [word, tail @ ..] = rest {
            let at = range.end - rest.len();
            let run = match tail {
                // So it is nearly always.
                [next, ..] if !word.kind.spaceless && !next.kind.spaceless => {
                    Some(hash::finish(hash::finish(word.hash) ^ next.hash))
                }
                _ => anchor(rest),
            };
            anchors.extend(run.map(|run| unique_runs::entry(run, at)));
            if word.weight >= WEIGHT_OF_AN_ANCHOR && !word.kind.spaceless {
                anchors.push(unique_runs::entry(word.hash, at));
            }
            rest = tail;
        }
    }
}

/// Takes weight and kind from words of boilerplate or of a repeat.
fn drop_words(words: &mut [Word]) {
    for word in words {
        word.weight = 0.0;
        word.kind = WordKind {
            spaceless: word.kind.spaceless,
            ..WordKind::default()
        };
    }
}

/// The hash of the anchor at the start of `words`; `None` if the run is too short.
fn anchor(words: &[Word]) -> Option<u64> {
    let mut key = 0;
    let mut quarters = 0;
    for next in words {
        key = hash::finish(key ^ next.hash);
        quarters += if next.kind.spaceless { 1 } else { 2 };
        if quarters >= QUARTERS_OF_AN_ANCHOR {
            return Some(key);
        }
    }
    None
}

/// The folded form of a word.
#[derive(Clone, Copy, Debug)]
struct FoldedForm {
    /// Where the form starts in [`AnalyzedArticle::forms`].
    start: u32,
    /// The length, in bytes.
    len: u16,
    /// Whether the word has a digit of any script.
    has_number: bool,
}

impl FoldedForm {
    /// The form of a word that stands folded in the text, once its ASCII letters are small: a word of
    /// ASCII of at most 16 bytes, or an ideograph. `None` for other words, and in the last 16 bytes of
    /// the text.
    #[inline]
    fn in_text(text: &[u8], span: Span, surface: Surface) -> Option<Self> {
        let (start, len) = (span.start as usize, span.len());
        let starting: &[u8; 16] = text.get(start..)?.first_chunk()?;
        let form = |has_number| Self {
            start: span.start,
            len: len as u16,
            has_number,
        };
        if surface.is_spaceless() {
            return (len == 3 && IDEOGRAPHS.contains(&starting[0])).then(|| form(false));
        }
        if !(1..=16).contains(&len) {
            return None;
        }
        let every = |byte: u8| u64::from_le_bytes([byte; 8]);
        let (&[low, high], _) = starting.as_chunks::<8>() else {
            return None;
        };
        let [low_mask, high_mask, ..] = hash::BY_LEN[len];
        let low = u64::from_le_bytes(low) & low_mask;
        let high = u64::from_le_bytes(high) & high_mask;
        if (low | high) & every(0x80) != 0 {
            return None;
        }
        // Bytes from `first` on have the top bit then; none of these sums reaches the next byte.
        let from = |half: u64, first: u8| half.wrapping_add(every(0x80 - first));
        let digits = |half: u64| from(half, b'0') & !from(half, b'9' + 1);
        let digits = (digits(low) | digits(high)) & every(0x80);
        Some(form(digits != 0))
    }
}

/// First bytes of U+4000 to U+9FFF: ideographs, which fold to themselves and are no numbers.
const IDEOGRAPHS: RangeInclusive<u8> = 0xE4..=0xE9;

/// The use of capitals in an article.
#[derive(Debug, Default)]
struct Case {
    /// Words within sentences, numbers apart.
    within: u32,
    /// Words within sentences with a capital, numbers apart.
    capitals: u32,
}

impl Case {
    /// Whether capitals tell names from other words.
    fn tells_names(&self) -> bool {
        self.capitals > 0 && f64::from(self.capitals) <= CAPITALS_AT_MOST * f64::from(self.within)
    }
}

/// Without a corpus, long words are taken for rare words. The weights are about the mean logarithms of
/// inverse document frequencies in English news, by length.
fn weight_by_form(kind: WordKind, letters: usize) -> f32 {
    match letters {
        _ if kind.number => 4.0,
        _ if kind.spaceless => 2.0,
        0..=3 => 0.7,
        4 => 1.8,
        5 => 2.8,
        6..=7 => 3.6,
        _ => 4.4,
    }
}

/// Whether a line end breaks a word: `restruc-⏎turing`.
fn is_broken(text: &str, first: Span, second: Span) -> bool {
    let end = first.range().end;
    // Nearly all words are followed by a space.
    if !matches!(text.as_bytes()[end], b'-' | 0xe2) {
        return false;
    }
    let between = &text[end..second.range().start];
    let Some(after) = between.strip_prefix(['-', '\u{2010}']) else {
        return false;
    };
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    after.contains('\n')
        && after.trim_matches([' ', '\t', '\r', '\n']).is_empty()
        && is_letter(text[first.range()].chars().next_back())
        && text[second.range()].starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str, is: impl Fn(WordKind) -> bool) -> Vec<&str> {
        let article = AnalyzedArticle::of_text(text);
        let of_kind = article.words.into_iter().filter(|word| is(word.kind));
        of_kind.map(|word| &text[word.span.range()]).collect()
    }

    #[test]
    fn words_broken_at_line_ends_are_put_together() {
        let broken = AnalyzedArticle::of_text(
            "the restruc-\nturing of the re-\n  insurer, wholly-\nOwned, 3-\nyear",
        );
        let whole =
            AnalyzedArticle::of_text("the restructuring of the reinsurer, wholly Owned, 3 year");
        assert!(broken.has_words_of(&whole));
        assert_eq!(broken.folded(1), "restructuring");
        let [broken, whole] =
            ["the co-\nvid19 wave", "the covid19 wave"].map(AnalyzedArticle::of_text);
        assert_eq!(broken.words[1].kind, whole.words[1].kind);
    }

    #[test]
    fn ideographs_stand_folded_in_the_text() {
        for c in '\u{4000}'..='\u{9FFF}' {
            let (mut written, mut folded) = ([0; 4], String::new());
            let written = c.encode_utf8(&mut written);
            assert!(IDEOGRAPHS.contains(&written.as_bytes()[0]) && !c.is_numeric());
            fold(written, &mut folded);
            assert_eq!(*written, *folded);
        }
    }

    #[test]
    fn names_dates_and_amounts_are_told() {
        let text = "The council paid $4,500 to Ada Novak on 12 March. Later the fee rose by 3 \
            percent, and the bridge to Old Harbour opened on Tuesday with 40 boats in the bay.";
        assert_eq!(
            kinds(text, |kind| kind.name),
            ["Ada", "Novak", "Old", "Harbour"]
        );
        assert_eq!(kinds(text, |kind| kind.date), ["12", "March", "Tuesday"]);
        assert_eq!(kinds(text, |kind| kind.amount), ["4,500", "3"]);
        assert_eq!(kinds(text, |kind| kind.number), ["4,500", "12", "3", "40"]);
    }

    #[test]
    fn german_nouns_are_no_names() {
        let text = "Der Rat hat am Dienstag den Bau der neuen Brücke über die Lune beschlossen, \
            weil die alte Brücke nach dem Unfall im Mai für den Verkehr gesperrt war.";
        assert!(kinds(text, |kind| kind.name).is_empty());
        assert_eq!(kinds(text, |kind| kind.date), ["Dienstag", "Mai"]);
    }

    #[test]
    fn digits_of_any_script_are_numbers() {
        assert_eq!(kinds("بلغ العدد ٤٢ قاربا", |kind| kind.number), ["٤٢"]);
    }
}
