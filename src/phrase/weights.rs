//! How much each word says.
//!
//! In: the words of an article, their keys, and its sentences. Out: each word's stem and that stem's
//! weight: nothing for a function word, less for a name than for any other word, since an honest
//! article must repeat its names. Words that come too seldom to be part of a phrase are told by the
//! counter of the keys, and are all one stem, [`RARE`]: two words in three are never looked up.

use super::keys::StemKeys;
use super::segments::Segments;
use crate::document::Document;
use crate::document::function_words::{FunctionWords, Language};
use crate::kit::numbering::Numbering;

/// Weight of a function word. Weights are whole tenths of an ordinary word, so that sums are
/// exact in any order.
pub(crate) const FUNCTION: u32 = 0;
/// Weight of a name or a number.
pub(crate) const NAME: u32 = 4;
/// Weight of an ordinary word.
pub(crate) const ORDINARY: u32 = 10;
/// Weight of a letter of a script without spaces. A Chinese word is one and a half to two
/// characters, and no capital tells which are names.
pub(crate) const LETTER: u32 = 3;

/// The number of all stems that are too rare to matter.
pub(crate) const RARE: u32 = 0;

/// In an unknown language, words of at most so many letters...
pub(crate) const SHORT: usize = 4;
/// ...that are one in so many of all words are taken for function words.
pub(crate) const FREQUENT_ONE_IN: u32 = 100;

/// A stem's part in the article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stem {
    /// In tenths of an ordinary word.
    pub(super) weight: u32,
    /// How often it occurs; 0 for [`RARE`].
    pub(super) count: u32,
    /// Its first word in the text.
    first: u32,
    /// Uses inside a sentence of prose, where a capital means something.
    inside: u32,
    /// Of these, in capitals.
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
    /// By number; [`RARE`] stands for all stems that come too seldom.
    pub(super) stems: Vec<Stem>,
    /// For each word the number of its stem.
    pub(super) stem_of: Vec<u32>,
    /// For each word what its case tells.
    pub(super) case_of: Vec<CaseEvidence>,
    /// Words that may be content and whose stem comes often enough.
    pub(super) recurring: Vec<Recurring>,
    /// Function words that come often enough, by place.
    function_words: Vec<u32>,
    /// Numbers of the stems, by key, less one.
    numbers: Numbering,
}

impl WeighedStems {
    /// Finds the stems as far as content is concerned: function words are left out, but for those that
    /// share a slot of the counter with others. Stems that come fewer than `fewest` times are
    /// [`RARE`], but for those of the headline.
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
        for stem in &mut self.stems[RARE as usize + 1..] {
            // A stem of the headline alone is weighed as any other word.
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

    /// Adds the function words to what [`weigh_content`](Self::weigh_content) has found.
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
            let number = numbers.number(keys.of[at as usize]) + 1;
            if number as usize == stems.len() {
                stems.push(Stem {
                    weight: FUNCTION,
                    ..Stem::new(at)
                });
            }
            stems[number as usize].count += 1;
            stem_of[at as usize] = number;
        }
        let places = std::mem::take(&mut self.function_words);
        self.count_capitals(document, places.iter().copied(), segments);
        self.function_words = places;
    }

    /// Lists the words that come often enough: those that may be content, and the function words.
    /// There is no branch: it could not be guessed.
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

    /// Numbers the stems of the words listed, and those of the headline.
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
            let number = numbers.number(keys.of[at as usize]) + 1;
            if number as usize == stems.len() {
                stems.push(Stem::new(at));
            }
            stems[number as usize].count += 1;
            stem_of[at as usize] = number;
        }
        for &key in &keys.headline {
            if numbers.number(key) as usize + 1 == stems.len() {
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
            let stem = &mut stems[stem_of[at as usize] as usize];
            stem.inside += tells;
            stem.capitalised += tells & capital;
            case_of[at as usize] = CASES[(tells * (1 + capital)) as usize];
        }
    }

    /// The numbers of the headline's stems, sorted, none twice.
    pub(super) fn headline_stems(&self, keys: &StemKeys) -> Vec<u32> {
        let known = keys
            .headline
            .iter()
            .filter_map(|&key| self.numbers.get(key));
        let mut stems: Vec<u32> = known.map(|number| number + 1).collect();
        stems.sort_unstable();
        stems.dedup();
        stems
    }

    /// The weight of a stem, in tenths of an ordinary word.
    pub(super) fn weight(&self, stem: u32) -> u32 {
        self.stems[stem as usize].weight
    }
}

/// A word that comes often enough and may be content.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recurring {
    pub(super) at: u32,
    /// How many function words that come often enough stand before it.
    pub(super) functions: u32,
}

/// What the case of a word's first letter tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaseEvidence {
    /// Nothing: the word starts a sentence or stands in a heading.
    Unknown,
    /// It is no capital.
    Lower,
    /// It is a capital where an ordinary word would have none.
    Capital,
}

/// What a word's case tells, by its place.
const CASES: [CaseEvidence; 3] = [
    CaseEvidence::Unknown,
    CaseEvidence::Lower,
    CaseEvidence::Capital,
];

/// An article whose words are weighed: what later stages read.
#[derive(Clone, Copy, Debug)]
pub(super) struct WeighedArticle<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) segments: &'a Segments,
    pub(super) weights: &'a WeighedStems,
    /// The numbers of the headline's stems, sorted.
    pub(super) headline: &'a [u32],
}
