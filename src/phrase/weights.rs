//! The weight of words as evidence.
//!
//! In: a document, its keys and its sentences. Out: [`WeighedStems`]: the stem of every word, with
//! a weight. A function word weighs nothing. A name weighs less than an ordinary word, since an
//! honest article must repeat its names. The counter of keys finds words that are too rare for a
//! phrase; rare words share the stem [`RARE`]. Two words in three therefore need no lookup.

use super::keys::StemKeys;
use super::segments::Segments;
use crate::document::Document;
use crate::document::function_words::{FunctionWords, Language};
use crate::kit::ids::{IndexVec, Number, StemNumber};
use crate::kit::numbering::Numbering;

/// The weight of a function word. Weights are in tenths of an ordinary word. As integers they have
/// exact sums in any order.
pub(crate) const FUNCTION: u32 = 0;
/// The weight of a name or a number, in tenths. Chosen by hand: an honest article must repeat its
/// names.
pub(crate) const NAME: u32 = 4;
/// The weight of an ordinary word, in tenths.
pub(crate) const ORDINARY: u32 = 10;
/// The weight of a letter of a script without spaces, in tenths. A Chinese word has one and a half
/// to two letters, and no capital marks names.
pub(crate) const LETTER: u32 = 3;

/// The number that rare stems share.
pub(crate) const RARE: StemNumber = StemNumber(0);

/// Letters of the longest function word in an unknown language. Chosen by hand.
pub(crate) const SHORT: usize = 4;
/// The inverse of the least share of a function word in an unknown language. Chosen by hand: the
/// rarest of the 25 commonest English words is one word in 150.
pub(crate) const FREQUENT_ONE_IN: u32 = 100;

/// A stem of the article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stem {
    /// The weight in tenths of an ordinary word.
    pub(super) weight: u32,
    /// The number of occurrences; 0 for [`RARE`].
    pub(super) count: u32,
    /// The place of the earliest occurrence.
    first: u32,
    /// Occurrences at places where a capital tells a name.
    inside: u32,
    /// Occurrences with a capital at such places.
    capitalised: u32,
}

impl Stem {
    fn new(first: u32) -> Self {
        Self {
            weight: ORDINARY,
            count: 0,
            first,
            inside: 0,
            capitalised: 0,
        }
    }
}

/// The stems of an article, weighed.
#[derive(Clone, Debug, Default)]
pub(super) struct WeighedStems {
    /// The stems, by number. [`RARE`] stands for rare stems.
    pub(super) stems: IndexVec<StemNumber, Stem>,
    /// The stem, by word.
    pub(super) stem_of: Vec<StemNumber>,
    /// The evidence of case, by word.
    pub(super) case_of: Vec<CaseEvidence>,
    /// Frequent words that may be content.
    pub(super) recurring: Vec<Recurring>,
    /// The places of frequent function words.
    function_words: Vec<u32>,
    numbers: StemNumbers,
}

impl WeighedStems {
    /// Finds the stems of content words. Function words follow later, except words that share a
    /// slot of the counter. Stems with fewer than `fewest` occurrences become [`RARE`], except
    /// stems of the headline.
    pub(super) fn weigh_content(
        &mut self,
        document: &Document<'_>,
        fewest: u32,
        functions: &FunctionWords,
        segments: &Segments,
        keys: &StemKeys,
    ) {
        let known = functions.of(keys.language);
        let capitals_tell = !keys.language.is_some_and(Language::capitalises_nouns);
        self.case_of.clear();
        self.case_of
            .resize(document.words().len(), CaseEvidence::Unknown);
        self.list(fewest, keys);
        self.number_content(keys);
        let places = std::mem::take(&mut self.recurring);
        self.count_capitals(document, places.iter().map(|place| place.at), segments);
        self.recurring = places;
        let total = document.words().len() as u32;
        for stem in self.stems.iter_mut().skip(1) {
            // A stem that occurs only in the headline keeps the weight of an ordinary word.
            let first = stem.first as usize;
            let Some(&surface) = document.surfaces().get(first) else {
                continue;
            };
            let written = document.word(first);
            let is_frequent = || {
                stem.count > 2
                    && stem.count.saturating_mul(FREQUENT_ONE_IN) >= total
                    && written.chars().take(SHORT + 1).count() <= SHORT
            };
            let is_function = match keys.language {
                Some(_) => known.contains(document.words()[first].hash),
                None => is_frequent(),
            };
            let is_name = capitals_tell && stem.capitalised * 2 > stem.inside;
            stem.weight = if is_function {
                FUNCTION
            } else if surface.is_spaceless() {
                LETTER
            } else if is_name || surface.is_numeric() {
                NAME
            } else {
                ORDINARY
            };
        }
    }

    /// Adds the stems of function words, after [`weigh_content`](Self::weigh_content).
    pub(super) fn weigh_functions(
        &mut self,
        document: &Document<'_>,
        segments: &Segments,
        keys: &StemKeys,
    ) {
        let Self {
            function_words,
            numbers,
            stems,
            stem_of,
            ..
        } = self;
        for &at in function_words.iter() {
            let number = numbers.number(keys.of[at as usize]);
            if number.index() == stems.len() {
                stems.push(Stem {
                    weight: FUNCTION,
                    ..Stem::new(at)
                });
            }
            stems[number].count += 1;
            stem_of[at as usize] = number;
        }
        let places = std::mem::take(&mut self.function_words);
        self.count_capitals(document, places.iter().copied(), segments);
        self.function_words = places;
    }

    /// Lists frequent words, content and function words apart. There is no branch: it would be
    /// unpredictable.
    fn list(&mut self, fewest: u32, keys: &StemKeys) {
        let Self {
            recurring,
            function_words,
            ..
        } = self;
        recurring.clear();
        recurring.resize(keys.of.len(), Recurring::default());
        function_words.clear();
        function_words.resize(keys.of.len(), 0);
        let [mut content, mut functions] = [0, 0];
        for (at, &key) in (0..).zip(&keys.of) {
            let [is_content, is_function] = keys.counter.has(key, fewest);
            recurring[content] = Recurring {
                at,
                functions: functions as u32,
            };
            function_words[functions] = at;
            content += usize::from(is_content);
            functions += usize::from(is_function);
        }
        recurring.truncate(content);
        function_words.truncate(functions);
    }

    /// Numbers the stems of the listed words and of the headline.
    fn number_content(&mut self, keys: &StemKeys) {
        let Self {
            recurring,
            numbers,
            stems,
            stem_of,
            ..
        } = self;
        numbers.clear();
        stems.clear();
        stems.push(Stem::new(u32::MAX));
        stem_of.clear();
        stem_of.resize(keys.of.len(), RARE);
        for &Recurring { at, .. } in recurring.iter() {
            let number = numbers.number(keys.of[at as usize]);
            if number.index() == stems.len() {
                stems.push(Stem::new(at));
            }
            stems[number].count += 1;
            stem_of[at as usize] = number;
        }
        for &key in &keys.headline {
            if numbers.number(key).index() == stems.len() {
                stems.push(Stem::new(u32::MAX));
            }
        }
    }

    fn count_capitals(
        &mut self,
        document: &Document<'_>,
        places: impl Iterator<Item = u32>,
        segments: &Segments,
    ) {
        let Self {
            stems,
            stem_of,
            case_of,
            ..
        } = self;
        let surfaces = document.surfaces();
        for at in places {
            let sentence = segments.sentence(at);
            let tells = u32::from(!sentence.is_heading) & u32::from(at > sentence.start);
            let capital = u32::from(surfaces[at as usize].is_capital());
            let stem = &mut stems[stem_of[at as usize]];
            stem.inside += tells;
            stem.capitalised += tells & capital;
            case_of[at as usize] = CASES[(tells * (1 + capital)) as usize];
        }
    }

    /// The stems of the headline, sorted and distinct.
    pub(super) fn headline_stems(&self, keys: &StemKeys) -> Vec<StemNumber> {
        let known = keys.headline.iter();
        let mut stems: Vec<StemNumber> = known.filter_map(|&key| self.numbers.get(key)).collect();
        stems.sort_unstable();
        stems.dedup();
        stems
    }

    /// The weight of a stem, in tenths of an ordinary word.
    pub(super) fn weight(&self, stem: StemNumber) -> u32 {
        self.stems[stem].weight
    }
}

/// Numbers keys in the order of appearance, after [`RARE`].
#[derive(Clone, Debug, Default)]
struct StemNumbers(Numbering);

impl StemNumbers {
    fn clear(&mut self) {
        self.0.clear();
    }

    fn number(&mut self, key: u64) -> StemNumber {
        StemNumber(RARE.0 + 1 + self.0.number(key))
    }

    fn get(&self, key: u64) -> Option<StemNumber> {
        Some(StemNumber(RARE.0 + 1 + self.0.get(key)?))
    }
}

/// A frequent word that may be content.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recurring {
    pub(super) at: u32,
    /// The number of frequent function words before the word.
    pub(super) functions: u32,
}

/// The evidence of a word's case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaseEvidence {
    /// No evidence: the word starts a sentence or stands in a heading.
    Unknown,
    /// A small letter.
    Lower,
    /// A capital at a place where an ordinary word has none.
    Capital,
}

/// The evidence by place and capital.
const CASES: [CaseEvidence; 3] = [
    CaseEvidence::Unknown,
    CaseEvidence::Lower,
    CaseEvidence::Capital,
];

/// A weighed article, for the stages that follow.
#[derive(Clone, Copy, Debug)]
pub(super) struct WeighedArticle<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) segments: &'a Segments,
    pub(super) weights: &'a WeighedStems,
    /// The stems of the headline, sorted and distinct.
    pub(super) headline: &'a [StemNumber],
}
